#!/bin/sh
# Unusual environments: closed and full streams, odd names, clocks, locales, narrow terminals, limits, full and
# read-only disks. test_odd.sh LIBRARY COMMAND ...; LIBRARY from tests/fault, or "none".
set -u
library=$1
[ "$library" = none ] || library=$(realpath "$library")
shift
for program; do
    program=$(realpath "$program")
    case ${program##*/} in
    train) train=$program ;;
    sample) sample=$program ;;
    explain) explain=$program ;;
    plot) plot=$program ;;
    heed) heed=$program ;;
    esac
done
grep -aq '__asan_init\|__tsan_init\|__msan_init' "$train" && library=none
dir=$(mktemp -d)
job='' group=''
trap '[ -z "$job" ] || kill -9 $job 2> /dev/null; [ -z "$group" ] || rmdir "$group"; rm -rf "$dir"' EXIT
LC_ALL=C
export LC_ALL
unset NO_COLOR COLUMNS
tests=$(dirname "$0")/..
# shellcheck source=tests/tap.sh
. "$tests/tap.sh"
cd "$dir" || exit
awk 'BEGIN { for (i = 0; i < 60; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' > text

small() { "$train" text --layers 1 --heads 1 --channels 8 --context 8 --batch 2 --steps 4 --threads 1 "$@"; }
write() { "$sample" --model run/model.heed --prompt The --count 30 --seed 1 --threads 1 "$@"; }
look() { "$explain" --model run/model.heed --prompt 'The cat' --threads 1 "$@"; }
model() { cksum < "$1/model.heed"; }
lines() { cat "$1" 2> /dev/null | wc -l; }
facts() { cut -d, -f1-3,5-13 "$1/log.csv"; }

# reports NAME CODE SENTENCE COMMAND ...: exits with CODE, and exactly one line of standard error starts with SENTENCE
reports() {
    name=$1 want=$2 sentence=$3
    shift 3
    said=$("$@" 2>&1 > output)
    code=$?
    case $(echo "$said" | grep -c "^$sentence") in
    1) result "$name" "$code" "$want" ;;
    *) result "$name" "[$code] $said" "[$want] $sentence" ;;
    esac
}

echo 1..89
small --quiet --out run
bytes=$(model run)
write > written 2> /dev/null
look > looked
look --json > json
cp -R run keep

# ---- The standard streams ----
for how in 'closed' '/dev/full'; do
    if [ "$how" = closed ]; then
        out() { "$@" >&-; }
    elif [ -e /dev/full ]; then
        out() { "$@" > /dev/full; }
    else
        out() { echo 'train: sample: explain: plot: heed: cannot write' >&2; return 1; }
    fi
    reports "standard output $how: sample" 1 'sample: cannot write to standard output' out write
    reports "standard output $how: sample as JSON" 1 'sample: cannot write to standard output' out write --json
    reports "standard output $how: explain" 1 'explain: cannot write to standard output' out look
    reports "standard output $how: explain as JSON" 1 'explain: cannot write to standard output' out look --json
    reports "standard output $how: explain as CSV" 1 'explain: cannot write to standard output' out look --csv
    reports "standard output $how: a page" 1 'explain: cannot write ' out look --html -
    reports "standard output $how: help" 1 'train: cannot write to standard output' out "$train" --help
    reports "standard output $how: plot" 1 'plot: cannot write to standard output' out "$plot" run
    reports "standard output $how: plot as JSON" 1 'plot: cannot write to standard output' out "$plot" run --json
    reports "standard output $how: a picture" 1 'plot: cannot write ' out "$plot" run --svg -
    reports "standard output $how: heed" 1 'heed: cannot write to standard output' out "$heed" --help
done
result 'a closed pipe: sample' "$(write --count 100000000 2> said | head -c 10) $(cat said | wc -l)" \
    "$(head -c 10 written) 1"
result 'a closed pipe: explain' "$(look --json 2> said | head -c 10 | wc -c) $(cat said)" '10 '
result 'a closed pipe: help' "$("$train" --help 2> said | head -n 1 | wc -l) $(cat said)" '1 '
result 'standard input closed' "$(small --quiet --out shut <&- 2>&1; echo $?) $(model shut)" "0 $bytes"
reports 'standard input closed and read' 1 'train: cannot read standard input' sh -c '"$1" - --out no <&-' sh "$train"
reports 'the same for sample' 1 'sample: cannot read standard input' \
    sh -c '"$1" --model run/model.heed --score - <&-' sh "$sample"
result 'all three streams closed' "$(small --out mute <&- >&- 2>&-; echo $?) $(model mute) $(facts mute | cksum)" \
    "0 $bytes $(facts run | cksum)"
if [ -e /dev/full ]; then
    result 'a full standard error does not stop training' "$(small --out talk 2> /dev/full; echo $?) $(model talk)" \
        "0 $bytes"
else
    skip 'a full standard error does not stop training' 'no /dev/full here'
fi

# ---- The environment ----
bare() { env -i "$@"; }
result 'an empty environment: train' \
    "$(bare "$train" text --layers 1 --heads 1 --channels 8 --context 8 --batch 2 --steps 4 --quiet --out bare 2>&1
    echo $?) $(model bare)" "0 $bytes"
result 'an empty environment: sample' \
    "$(bare "$sample" --model run/model.heed --prompt The --count 30 --seed 1 2> said | cmp - written)" ''
result 'an empty environment: explain' \
    "$(bare "$explain" --model run/model.heed --prompt 'The cat' --json 2>&1 | cmp - json)" ''
result 'an empty environment: heed' "$(bare "$heed" help > out 2>&1; echo $?)" 0
for zone in 'Nowhere/At_All' ':' '<+99>-99' ''; do
    result "TZ=$zone" "$(TZ=$zone small --quiet --out zone --force; echo $?) $(model zone)" "0 $bytes"
done
if mkdir locales && localedef -i de_DE -f UTF-8 locales/de_DE.UTF-8 > /dev/null 2>&1; then
    comma() { LOCPATH=$dir/locales LC_ALL=de_DE.UTF-8 "$@"; }
    result 'the locale has a decimal comma' "$(comma locale decimal_point)" ,
    small --lr 0.0015 --quiet --out point
    result 'decimal comma: the log' "$(comma small --lr 0.0015 --quiet --out komma; facts komma | cksum)" \
        "$(facts point | cksum)"
    result 'decimal comma: JSON' "$(comma look --json | cmp - json)" ''
else
    for name in 'the locale has a decimal comma' 'decimal comma: the log' 'decimal comma: JSON'; do
        skip "$name" 'no localedef or no locale sources here'
    done
fi

# ---- Terminals ----
for columns in 1 0 -3 x 99999999999999999999 ''; do
    result "COLUMNS=$columns" "$(COLUMNS=$columns; export COLUMNS
        look --sweep --paths --lens --tape > out 2>&1; echo $?
        "$train" --help > out 2>&1; echo $?; small --out narrow --force 2> out; echo $?)" "0
0
0"
done
if command -v script > /dev/null && script -qec true /dev/null > /dev/null 2>&1; then
    tty() { TERM=$1 script -qec "stty cols $2 rows 1; $3; echo \"ended \$?\"" /dev/null < /dev/null | tr -d '\r' |
        grep -c '^ended 0$'; }
    result 'a terminal one column wide: explain' \
        "$(tty xterm 1 "'$explain' --model run/model.heed --prompt 'The cat'")" 1
    result 'a terminal one column wide: train' \
        "$(tty xterm 1 "'$train' text --size tiny --steps 20 --out tty --force --sample-every 7")" 1
    result 'a terminal of unknown width' "$(tty xterm 0 "'$train' --help")" 1
    result 'a terminal without TERM' "$(tty '' 80 "'$train' text --size tiny --steps 20 --out tty --force")" 1
else
    for name in 'explain' 'train' 'width' 'kind'; do skip "a terminal: $name" 'no script(1) here'; done
fi
if command -v setsid > /dev/null; then
    result 'no terminal at all' "$(setsid -w "$train" text --layers 1 --heads 1 --channels 8 --context 8 --batch 2 \
        --steps 4 --threads 1 --out lone < /dev/null > out 2>&1; echo $?) $(model lone)" "0 $bytes"
else
    skip 'no terminal at all' 'no setsid here'
fi

# ---- Limits ----
limited() { (ulimit "$1" "$2" && shift 2 && "$@"); }
rm -rf run && cp -R keep run
reports 'a limit on file size: train' \
    1 'train: cannot .*larger than the system allows' limited -f 1 small --quiet --out run --resume --steps 9
result 'and the old model is kept' "$(model run)" "$bytes"
reports 'a file size limit of 0: train' \
    1 'train: cannot .*larger than the system allows' limited -f 0 small --quiet --out none
reports 'a limit on file size: sample' 1 'sample: .*standard output' limited -f 1 sh -c \
    '"$1" --model run/model.heed --prompt The --count 5000 --threads 1 > file' sh "$sample"
reports 'a limit on file size: a page' 1 'explain: cannot save page.html.*larger' limited -f 1 look --html page.html
result 'and no page is left' "$(ls -A | grep "^[.]*page.html" || echo none)" none
if command -v taskset > /dev/null; then
    said=$(taskset -c 0 "$train" text --verbose --size tiny --steps 2 --out one 2>&1)
    result 'one processor is one thread' "$? $(echo "$said" | grep -c '^machine  1 thread,')" '0 1'
else
    skip 'one processor is one thread' 'no taskset here'
fi
# Half a processor: a new control group, version 1 or 2
grouped() { sh -c 'echo $$ > "$1/cgroup.procs" && shift && exec "$@"' sh "$group" "$@"; }
for at in /sys/fs/cgroup/cpu /sys/fs/cgroup; do
    [ -z "$group" ] && [ -e "$at/cgroup.procs" ] && mkdir "$at/heed-$$" 2> /dev/null || continue
    group=$at/heed-$$
    { echo 50000 > "$group/cpu.cfs_quota_us" || echo '50000 100000' > "$group/cpu.max"; } 2> /dev/null &&
        grouped true ||
        { rmdir "$group"; group=''; }
done
if [ -n "$group" ]; then
    said=$(grouped "$train" text --verbose --size tiny --steps 2 --out half --force 2>&1)
    result 'half a processor is one thread' "$? $(echo "$said" | grep -c '^machine  1 thread,')" '0 1'
    "$train" text --size tiny --steps 2 --threads 7 --quiet --out one --force
    result 'and the same bits' "$(model half)" "$(model one)"
else
    for name in 'is one thread' 'the same bits'; do
        skip "half a processor: $name" 'cannot make control groups here'
    done
fi

# ---- Clocks ----
if [ "$library" != none ]; then
    for at in 1 2 5 9 13; do
        result "the monotonic clock goes back at reading $at" \
            "$(FAULT_CLOCK=1:$at LD_PRELOAD=$library \
            small --out clock --force 2> said; echo $?) $(model clock)" "0 $bytes"
    done
    # training uses only the monotonic clock
    result 'the time of day goes back: --time ends' "$(FAULT_CLOCK=0:1 LD_PRELOAD=$library "$train" text --size tiny \
        --time 1s --quiet --threads 1 --out clock --force; echo $?)" 0
    result 'and sample works' "$(FAULT_CLOCK=0:1 LD_PRELOAD=$library "$sample" --model run/model.heed --prompt The \
        --count 9 2> said | wc -c)" 12
else
    for name in 1 2 5 9 13 time sample; do skip "a clock that goes back: $name" 'no library to preload'; done
fi

# ---- Files that change during a run ----
# The corpus is read completely at the start.
longer() {
    exec "$train" "$@" --layers 1 --heads 2 --channels 16 --context 16 --batch 2 --steps 4000 --threads 1 --quiet
}
(longer text --out quiet)
for change in 'is truncated' 'is replaced' 'vanishes'; do
    cp text book
    (longer book --out "$change") &
    job=$!
    while kill -0 $job 2> /dev/null && ! [ "$(lines "$change/log.csv")" -gt 20 ]; do sleep 0.02; done
    case $change in
    'is truncated') : > book ;;
    'is replaced') tr a-z A-Z < text > book ;;
    'vanishes') rm book ;;
    esac
    wait $job
    result "a text that $change while training" "$? $(model "$change")" "0 $(model quiet)"
    job=''
done
(longer text --out lost --steps 4000000 2> said) &      # so many steps that it cannot finish first
job=$!
while kill -0 $job 2> /dev/null && ! [ "$(lines lost/log.csv)" -gt 20 ]; do sleep 0.02; done
rm -rf lost
wait $job
result 'a folder that vanishes while training' "$? $(grep -c '^train: cannot save lost/.*no such file' said)" '1 1'
job=''
mkdir gone
reports 'a working folder that is gone' 1 'train: cannot ' sh -c \
    'cd gone && rmdir ../gone && "$1" "$2" --size tiny --steps 2 --quiet --out run' sh "$train" "$dir/text"

# ---- Disks ----
# Even root cannot write to a read-only file system. Only these commands see the mount.
alone=''
for how in 'unshare -m' 'unshare -Urm'; do
    [ -n "$alone" ] || ! $how sh -c 'mount -t tmpfs none /mnt' 2> /dev/null || alone=$how
done
mkdir disk
# mounted OPTIONS COMMAND ...: runs it with a copy of the run in disk/run, then prints that folder's files and
# the model's checksum
mounted() {
    $alone sh -c 'mount -t tmpfs -o size=60k none disk && cp -R keep disk/run && mount -o "remount,$1" disk || exit 99
        shift
        "$@"
        code=$?
        ls -A disk/run | tr "\n" " "
        cksum < disk/run/model.heed
        exit $code' sh "$@"
}
there="best.heed log.csv model.heed receipt.json $bytes"
# disk NAME CODE OPTIONS SENTENCE COMMAND ...: exits with CODE, reports SENTENCE, and the run is unchanged
disk() {
    name=$1
    if [ -z "$alone" ]; then
        skip "$name" 'mounting is not allowed here'
        return
    fi
    code=$2 options=$3 sentence=$4
    shift 4
    kept=$(mounted "$options" "$@" 2> said)
    result "$name" "$? $kept $(grep -c "^$sentence" said)" "$code $there 1"
}
disk 'a disk that is read-only: a new run' 1 ro \
    'train: cannot create the directory disk/new: the file system is read-only' \
    "$train" text --size tiny --steps 2 --quiet --out disk/new
disk 'a disk that is read-only: resuming' 1 ro 'train: cannot save disk/run/log.csv: the file system is read-only' \
    "$train" text --resume --steps 9 --quiet --out disk/run
disk 'a disk that is read-only: replacing the run' 1 ro 'train: cannot save disk/run/log.csv: the file system' \
    "$train" text --size tiny --steps 9 --quiet --force --out disk/run
disk 'a disk that is read-only: a page' 1 ro 'explain: cannot save disk/page.html: the file system is read-only' \
    "$explain" --model disk/run --prompt 'The cat' --html disk/page.html
disk 'a disk that is read-only: a picture' 1 ro 'plot: cannot save disk/plot.svg: the file system is read-only' \
    "$plot" disk/run --svg disk/plot.svg
disk 'a disk that is read-only: a sample' 0 ro 'sample: disk/run/model.heed, step 4, seed 1' \
    sh -c '"$1" --model disk/run/model.heed --seed 1 --count 9 > output' sh "$sample"
disk 'a disk that is full: resuming' 1 rw 'train: cannot save disk/run/.*: no space left on the device' \
    "$train" text --resume --steps 9 --quiet --out disk/run
disk 'a disk that is full: pictures' 1 rw 'plot: cannot save disk/plot.html: no space left on the device' \
    "$plot" disk/run --html disk/plot.html
disk 'a disk that is full: a page' 1 rw 'explain: cannot save disk/page.html: no space left on the device' \
    "$explain" --model disk/run --prompt 'The cat' --html disk/page.html

# ---- Names ----
named() {
    mkdir -p "$1" && cp text "$1/$2" &&
        "$train" --layers 1 --heads 1 --channels 8 --context 8 --batch 2 --steps 4 --threads 1 --quiet \
            --out "$1/-o $2" -- "$1/$2" 2> said && [ "$(model "$1/-o $2")" = "$bytes" ] &&
        "$sample" --model "$1/-o $2/model.heed" --prompt The --count 30 --seed 1 2> said | cmp - written &&
        "$explain" --model "$1/-o $2/model.heed" --prompt 'The cat' --html "$1/page $2.html" 2> said &&
        [ -s "$1/page $2.html" ]
}
for name in 'with spaces' '-dash' "quote's \"two\"" 'é 文字 🙂' \
    "$(printf 'line\nend')" "$(printf 'raw\377byte')" '$(x) *?'; do
    result "a name: $(printf %s "$name" | tr -c 'a-zA-Z$()*? -' .)" "$(named "in $name" "$name"; echo $?)" 0
done
