#!/bin/sh
# Every allocation of every program fails in turn, once or from then on: the program reports it and exits with an error,
# or does its work anyway; it never crashes or damages a file.
# test_memory.sh LIBRARY COMMAND ..., LIBRARY from tests/fault.
set -u
tests=$(dirname "$0")/..
# shellcheck source=tests/fault.sh
. "$tests/fault.sh"
stride=${HEED_NIGHTLY:+1}
stride=${stride:-2}
memory='ENOMEM ENOMEM-on'

# outputs NAME COMMAND ...: standard output is complete, or an error is reported
outputs() {
    shown=$1
    shift
    "$@" > want 2> /dev/null
    every "$shown" "$memory" : output_whole "$@"
}
output_whole() { ended "$program_name" output_same; }
output_same() { cmp -s out want; }

echo 1..41
goal=whole
every 'a first run' "$memory" nothing kept small --steps 6
goal=further
every 'a resumed run' "$memory" half kept_old small --steps 6 --resume
goal=whole
every 'a run that replaces another' "$memory" other kept_none small --steps 6 --force

talking() {
    "$train" text --out run --layers 1 --heads 1 --channels 4 --context 6 --batch 2 --threads 3 --no-bias --tied \
        --eval-every 3 --save-every 2 --watch sat --sample-every 2 --steps 6 "$@"
}
every 'a run with output, samples and threads' "$memory EAGAIN EAGAIN-on" nothing kept talking

program_name=sample
text() { "$sample" --model whole/model.heed --prompt 'The' --count 20 --seed 1 --threads 1 "$@"; }
outputs 'a sample' text
outputs 'several samples, with --stop' text --num 2 --stop dog --stop xyz
outputs 'a sample as JSON' text --json --num 2
outputs 'with probabilities' text --probs
outputs 'with probabilities as JSON' text --probs --json --stop dog --top-k 3 --top-p 0.9
outputs 'with threads' text --threads 3
outputs 'a score' "$sample" --model whole/model.heed --score text --threads 1
outputs 'a score as JSON' "$sample" --model whole/model.heed --score text --threads 1 --json
outputs 'help of sample' "$sample" --help

program_name=explain
look() { "$explain" --model whole/model.heed --prompt 'The cat' --threads 1 "$@"; }
outputs 'explain on a terminal' look
outputs 'all views' look --trace --heads --checks --sweep --paths --lens --embeddings --integrated --tape --step
outputs 'edits' look --mask 3 --nudge 0.0.4.2=1 --ablate 0.0
outputs 'JSON' look --json
outputs 'JSON with edits' look --json --mask 3
outputs 'a score in parts' look --why 0.0
outputs 'what a step teaches a head' look --lesson 0.0
outputs 'both as JSON' look --json --why 0.0.5.2 --lesson 0.0
outputs 'CSV' look --csv
outputs 'DOT' look --dot
outputs 'a replay' "$explain" --model whole --replay --threads 1
outputs 'a replay as JSON' "$explain" --model whole --replay --json --threads 1
outputs 'the example' "$explain" --example --threads 1
outputs 'explain with threads' look --threads 3

page() { look --html page.html; }
page_same() { cmp -s page.html new.html; }
page_before() { cp old.html page.html; }
page_kept() {
    ended explain page_same
    page_same || cmp -s page.html old.html || blame 'neither the old nor the new page'
    [ -z "$(ls -A | grep '^[.]page')" ] || blame 'left a temporary file'
}
page && mv page.html new.html
"$explain" --model other/model.heed --prompt 'The dog' --html old.html --threads 1
every 'a page that replaces another' "$memory" page_before page_kept page
outputs 'a page on standard output' look --html -
outputs 'a page of a replay' "$explain" --model whole --replay --html - --threads 1

program_name=plot
cp whole/log.csv log.csv
outputs 'a plot' "$plot" log.csv --lr
outputs 'a plot of two logs, with --corpus' "$plot" log.csv whole --corpus text
outputs 'a plot as SVG' "$plot" log.csv --svg -
outputs 'a plot as JSON' "$plot" log.csv --json
outputs 'a plot as a page' "$plot" log.csv --html -

program_name=heed
outputs 'heed' "$heed" --help
outputs 'heed help sample' "$heed" help sample
program_name='\(heed\|sample\)'
outputs 'heed sample' "$heed" sample --model whole/model.heed --prompt The --count 9 --seed 1 --threads 1

# ---- A limit on the address space ----
# limited KIB COMMAND ...: runs with that address space, without the fault library
limited() {
    kib=$1
    shift
    (ulimit -v "$kib" && exec "$@") > out 2> said
    code=$?
}
# The limits rise from too little to enough.
limits() {
    what=$1 name=$2 wrong='' how=limit
    shift 2
    : > struck
    for kib in 3000 5000 7000 9000 11000 13000 15000 17000 19000 21000 25000 30000 40000 60000 100000 400000; do
        rm -rf run
        limited $kib "$@"
        at=$kib
        # below that, the dynamic loader itself fails
        if [ $code = 0 ]; then continue; fi
        [ $code -le 2 ] && grep -q "^$name: " said || [ $code = 127 ] || [ $kib -le 5000 ] || blame "exit $code"
    done
    [ $code = 0 ] || blame "exit $code in 400 MB"
    result "$what" "$wrong" ''
}
limits 'train with little memory' train "$train" text --out run --size tiny --steps 2 --quiet --threads 2
limits 'sample with little memory' sample "$sample" --model whole/model.heed --prompt The --count 9 --threads 2
limits 'explain with little memory' explain "$explain" --model whole/model.heed --prompt 'The cat' --threads 2
echo "# $points faults"
