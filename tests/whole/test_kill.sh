#!/bin/sh
# A run that is killed at random moments and resumed, again and again, ends with the same bytes as one that was never
# killed. test_kill.sh COMMAND ..., including train. 30 kills, 500 with HEED_NIGHTLY=1.
set -u
for program; do
    case ${program##*/} in
    train) train=$(realpath "$program") ;;
    esac
done
dir=$(mktemp -d)
job=''
trap '[ -z "$job" ] || kill -9 $job 2> /dev/null; rm -rf "$dir"' EXIT
LC_ALL=C
export LC_ALL
tests=$(dirname "$0")/..
# shellcheck source=tests/tap.sh
. "$tests/tap.sh"
cd "$dir" || exit
awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' > text
wanted=30
[ -z "${HEED_NIGHTLY:-}" ] || wanted=500

# session WORD ...: execs train, saving every few steps
session() {
    exec "$train" text --quiet --layers 1 --heads 2 --channels 16 --context 16 --batch 2 --accumulate 2 \
        --dropout 0.1 --steps 500 --eval-every 20 --save-every 5 --watch 'The cat' --out "$@"
}

facts() { cut -d, -f1-3,5-13 "$1/log.csv"; }
now() { date +%s%N | cut -c1-13; }     # milliseconds, if date supports %N

echo 1..4
began=$(now)
(session whole --threads 1)
took=$(($(now) - began))
case $took in *[!0-9]* | '') took=1000 ;; esac
facts whole > facts

# Each session gets a random time, up to a sixth of the whole run's.
seed=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
kills=0 saving=0 ends=0 wrong='' codes='' others=''
for delay in $(awk -v seed="$seed" -v most="$took" 'BEGIN {
    srand(seed)
    for (i = 0; i < 5000; i++) printf "%.3f\n", rand() * most / 6000
}'); do
    how=--force
    [ ! -e run/model.heed ] || how=--resume
    (session run --threads $((1 + kills % 2)) $how) 2> said &
    job=$!
    sleep "$delay"
    kill -9 $job 2> /dev/null
    wait $job 2> /dev/null
    code=$?
    job=''
    case $code in
    137)
        kills=$((kills + 1))
        for file in run/.*.tmp; do
            [ ! -e "$file" ] || saving=$((saving + 1))
        done
        continue
        ;;
    0) ;;
    *) codes="$codes[$code] $(cat said) "; break ;;
    esac
    ends=$((ends + 1))
    for file in model.heed best.heed watch.csv receipt.json; do
        cmp run/$file whole/$file > diff 2>&1 || wrong="$wrong$(cat diff) "
    done
    facts run | cmp - facts > diff 2>&1 || wrong="${wrong}log.csv: $(cat diff) "
    [ "$(ls -A run)" = "$(ls -A whole)" ] || others="$others$(ls -A run) "
    rm -rf run
    [ $kills -lt $wanted ] || break
done
result 'every session is killed or finishes' "$codes" ''
result 'enough kills' "$([ $kills -ge $wanted ] && [ $ends -gt 0 ] && echo yes || echo "$kills, $ends ends")" yes
result 'the same models, watch.csv, receipt and log' "$wrong" ''
result 'no other files are left' "$others" ''
echo "# $kills kills, $saving of them within a save; $ends runs finished; seed $seed"
