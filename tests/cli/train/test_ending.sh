#!/bin/sh
# What train shows before, while and after it trains: the short header, the averaged loss, the time that the last
# evaluation takes, samples. test_ending.sh COMMAND ..., among them train.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
top=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$dir" || exit 1
head -c 20000 "$top/data/stories.txt" > text
tiny() { "$train" text --size tiny --threads 1 --force "$@"; }
model() { cksum < "$1/model.heed"; }

echo 1..11
tiny --steps 200 --eval-every 50 --out run 2> said
result 'the header has three lines' "$(awk '/^$/ { exit } { print $1 }' said | tr '\n' ' ')" 'text train opens '
result 'all lines fit 79 columns' "$(awk 'length > 79' said)" ''
tiny --steps 200 --eval-every 50 --out all --verbose 2> more
result '--verbose has the rest' "$(awk '/^$/ { exit } /^[a-z]/ { print $1 }' more | tr '\n' ' ')" \
    'text counts model recipe memory machine plan folder opens '
result 'a sample comes before the report' \
    "$(grep -A1 '^sample   ..........' said | tail -n 1 | cut -c 1-5)" 'done '
result 'the live loss is the mean of the last steps' "$(grep '^step 200/200' said | awk -v log_csv=run/log.csv '{
    FS = ","
    while ((getline line < log_csv) > 0) {
        split(line, field, ",")
        if (field[1] == "step") continue
        weight += (1 - weight) / 20
        mean += (field[6] - mean) / 20 / weight
    }
    print (mean - $4 < 2e-4 && $4 - mean < 2e-4) ? "yes" : mean " is shown as " $4 }')" yes

# 9 of 10 characters are held out, and an evaluation in between uses three windows: the last one takes longest
head -c 300000 "$top/data/stories.txt" > longer
"$train" longer --size tiny --threads 1 --steps 200 --eval-every 1 --val-frac 0.9 --out held 2> long
result 'the last evaluation is in the time left' \
    "$(grep '^step 200/200' long | awk '{ print ($(NF - 2) > 0) }')$(grep -c ' 0.0 s left' long)" 10

if command -v script > /dev/null; then
    script -qc "'$train' text --size tiny --threads 1 --force --steps 200 --eval-every 50 --out tty" shown \
        < /dev/null > /dev/null 2>&1
    tr '\r' '\n' < shown | sed 's/\x1b\[K//g' > lines
    result 'a sample after each evaluation, on a terminal' \
        "$(grep -v evaluating lines | grep -c '^step \(50\|100\|150\)  *[^ ].........')" 3
    # the last evaluation takes longer than two redraws of the line
    script -qc "'$train' longer --size tiny --threads 1 --steps 9 --eval-every 1 --val-frac 0.9 --out much" shown \
        < /dev/null > /dev/null 2>&1
    tr '\r' '\n' < shown > lines
    result 'and the progress of an evaluation' \
        "$(grep -c 'evaluating: window [0-9]* of [0-9]*' lines | awk '{ print ($1 > 0) }')" 1
    result 'the bits do not depend on it' "$(model tty)" "$(model run)"
else
    for name in samples progress bits; do skip "on a terminal: $name" 'no script(1) here'; done
fi
result 'none on a pipe' "$(grep -c '^step [0-9]*  *[a-zA-Z]' said)" 0
tiny --steps 200 --eval-every 50 --out quiet --quiet > out 2>&1
result '--quiet prints nothing, and trains the same' "$(cat out)$(model quiet)" "$(model run)"
