#!/bin/sh
# The lines that scripts/bench parses, for the parts that take no more than a moment.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"

# forms: standard input with every number as N
forms() { sed 's/-\{0,1\}[0-9][0-9.]*/N/g' | sort -u | paste -sd';' -; }

echo 1..8
run() { "$bench" "$@" --threads 1 --seconds 0.01 2> "$dir/said"; }
result 'its line' "$(run products --shape tn:7x5x3 | grep product | forms)" 'product fpN tn NxNxN N = N'
for shape in nt:7x5 nt:7x5x3x nt:0x5x3 nt:7x-5x3 xt:7x5x3 nt:7x5x65537; do
    run products --shape $shape > "$dir/out"
    echo "$? $(cat "$dir/out")$(grep -c "$shape is no product" "$dir/said")"
done > "$dir/ends"
result 'what is no product' "$(sort -u "$dir/ends")" '2 1'
if run limits > "$dir/limits"; then
    result 'bandwidths' "$(grep bandwidth "$dir/limits" | forms)" \
        'bandwidth copy N N = N;bandwidth read N N = N;bandwidth write N N = N'
    result 'sizes from 16 KiB to 256 MiB' "$(awk '/bandwidth read/ { print $3 }' "$dir/limits" | sed -n '1p;$p' |
        paste -sd' ' -) $(grep -c 'bandwidth read' "$dir/limits")" '16384 268435456 15'
    result 'throughputs' "$(grep throughput "$dir/limits" | forms)" \
        'throughput divide N = N;throughput exp N = N;throughput root N = N'
else
    for name in bandwidths sizes throughputs; do
        skip "$name" 'no vector instructions'
    done
fi
# 1 layer of 64 channels, and its head of 64 characters: 12 * 64^2 + 64^2 weights, of 4 bytes and of 2.
weights() { run sample --size tiny --layers 1 --heads 1 --channels 64 --vocab 64 --context 8 "$@" |
    awk '$1 ~ /^sample/ { print $1, $2, $3, $6 }'; }
result 'weights in float' "$(weights)" 'sample tiny 1 212992'
result 'weights in bfloat16' "$(weights --precision bf16)" 'sample-bf16 tiny 1 106496'
result 'no step is faster than the fastest' "$(run step --size tiny --layers 1 | awk '
    { value[$1] = $(NF - (/^step/)) } END { print (value["mean"] > 0), (value["mean"] <= value["step"]) }')" '1 1'
