#!/bin/sh
# The same bytes from native programs and from WebAssembly, with and without relaxed SIMD.
# test_bytes.sh WASM_FOLDER COMMAND ..., among them train, explain and verify; WASM_FOLDER/train_relaxed.wasm and so on
# are these programs. Or: test_bytes.sh --missing REASON.
set -u
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/wasm/node.sh
. "$(dirname "$0")/node.sh"
folder=$1
shift
for program; do
    case ${program##*/} in
    explain) explain=$program ;;
    train) train=$program ;;
    verify) verify=$program ;;
    esac
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' \
    > "$dir/text"

# What is trained: a name, the exit code, and flags. high and low: learning rates that lead to large and to denormal
# numbers; over: to numbers that overflow.
trainings='
tiny 0 --size tiny
fast 0 --layers 2 --heads 2 --channels 32 --context 16 --batch 2 --dropout 0.1
gpt2 0 --layers 2 --heads 2 --channels 32 --context 16 --batch 2 --dropout 0.1 --recipe gpt2
odd 0 --layers 2 --heads 3 --channels 30 --context 19 --batch 1 --accumulate 2 --tied --value-mix --soft-cap 15
bf16 0 --layers 1 --heads 2 --channels 32 --context 16 --batch 2 --precision bf16 --kernels ref
high 0 --layers 1 --heads 2 --channels 16 --context 16 --batch 4 --lr 100 --muon-lr 100
over 1 --layers 2 --heads 2 --channels 32 --context 16 --batch 2 --recipe gpt2 --lr 300
low 0 --layers 1 --heads 2 --channels 16 --context 16 --batch 4 --recipe gpt2 --lr 1e-39 --min-lr 1e-40
'

# learn FOLDER FLAGS PROGRAM ...: trains, and prints the exit code, checksums, and the log without times
learn() {
    out=$dir/$1 flags=$2
    shift 2
    # shellcheck disable=SC2086  # words
    "$@" $flags "$dir/text" --quiet --steps 8 --eval-every 4 --seed 7 --threads 1 --out "$out" 2> "$out.said"
    echo "exit $?"
    (cd "$out" && cksum model.heed best.heed && cut -d, -f1-3,5-13 log.csv)
}

echo "$trainings" | sed '/^$/d' > "$dir/list"
while read -r name code flags; do
    want=$(learn "$name" "$flags" "$train")
    result "$name: natively" "$(echo "$want" | head -n 1)" "exit $code"
    for fma in relaxed plain; do
        module=$folder/train_$fma.wasm
        if runs "$module"; then
            # shellcheck disable=SC2086  # node and its flag
            result "$name: $fma" "$(learn "$name-$fma" "$flags" $node "$run_mjs" "$module")" "$want"
        else
            skip "$name: $fma" 'this Node.js has no relaxed SIMD'
        fi
    done
done < "$dir/list"

prompt='The cat number 7 sat'
"$explain" "$dir/fast" "$prompt" --json > "$dir/want"
for fma in relaxed plain; do
    module=$folder/explain_$fma.wasm
    if runs "$module"; then
        $node "$run_mjs" "$module" "$dir/fast" "$prompt" --json > "$dir/got"
        result "explain: $fma, bytes" "$(wc -c < "$dir/got")" "$(wc -c < "$dir/want")"
        result "explain: $fma" "$(cmp "$dir/got" "$dir/want" 2>&1)" ''
    else
        skip "explain: $fma" 'this Node.js has no relaxed SIMD'
    fi
done
# A native run, recomputed as WebAssembly: from its start, and from kept states.
"$train" "$dir/text" --quiet --layers 2 --heads 2 --channels 32 --context 16 --batch 2 --dropout 0.1 --steps 12 \
    --eval-every 3 --keep-states 4 --out "$dir/kept"
for fma in relaxed plain; do
    module=$folder/verify_$fma.wasm
    if runs "$module"; then
        for check in 1 4; do
            "$verify" "$dir/kept" "$dir/text" --check $check --seed 5 --threads 1 > "$dir/want" 2> "$dir/said"
            $node "$run_mjs" "$module" "$dir/kept" "$dir/text" --check $check --seed 5 --threads 1 > "$dir/got" \
                2> "$dir/said"
            code=$?
            result "verify --check $check: $fma" \
                "$code $(cmp "$dir/got" "$dir/want" 2>&1)$(grep -c '^PASS' "$dir/got")" '0 1'
        done
    else
        skip "verify: $fma" 'this Node.js has no relaxed SIMD'
    fi
done
echo "1..$n"
