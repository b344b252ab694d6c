#!/bin/sh
# The lines that scripts/bench parses, for the parts that take no more than a moment.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"

# forms: standard input with every number as N
forms() { sed 's/-\{0,1\}[0-9][0-9.]*/N/g' | sort -u | paste -sd';' -; }

echo 1..17
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

# What one block of 64 channels and one head has to do for 2 texts of 8 characters, by hand: 16 rows.
run profile --size tiny --layers 1 --heads 1 --channels 64 --vocab 64 --context 8 --batch 2 > "$dir/profile"
work() { sed -n "s/^work fp32 tiny 1 $1 = //p" "$dir/profile"; }
moved() {
    sed -n "s/^moved fp32 tiny 1 $1 [0-9]* $2 = //p" "$dir/profile" | awk '{ r += $1; w += $2 } END { print r, w }'
}
# 16 x 192 results of 64 products, and two such products in backward.
result 'linear' "$(work 'forward linear to 192');$(work 'backward linear to 192')" '196608 0 0 0 0;393216 0 0 0 0'
# 2 texts x 36 pairs of query and key, 64 numbers a head.
result 'attention' "$(work 'forward attention');$(work 'backward attention')" '9216 864 0 0 72;23040 1080 0 0 72'
# 4,096 numbers; backward computes them once more.
result 'gelu' "$(work 'forward gelu');$(work 'backward gelu')" '0 61440 4096 0 4096;0 143360 8192 0 8192'
# Three norms of 1,024 numbers; backward computes two of them once more.
result 'layer_norm' "$(work 'forward layer_norm');$(work 'backward layer_norm')" '0 9216 0 0 0;0 24576 0 0 0'
# 58,048 parameters.
result 'AdamW' "$(work 'backward clipping and optimizers')" '0 522432 58048 58048 0'
# Three sums of 4 KiB: two are read and one written; backward reads one and writes two.
result 'what add moves' "$(moved forward add);$(moved backward add)" '24576 12288;12288 24576'
# Three norms read 4 KiB and their 256 bytes of weights; they write 4 KiB and two numbers a row.
result 'what layer_norm moves' "$(moved forward layer_norm)" '13056 12672'
# Two readings of the gradients, one of the values and of each moment; the last three are written.
result 'what AdamW moves' "$(moved backward 'clipping and optimizers')" '1160960 696576'
# The whole step moves less than 2 MiB, so nothing comes from a larger cache, and the logits were just written.
result 'from which caches' "$(awk '/^moved/ && $6 > 1048576' "$dir/profile"
    grep 'forward [0-9]* cross_entropy = 4096 0' "$dir/profile" | cut -d' ' -f6)" 16384
