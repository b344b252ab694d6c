#!/bin/sh
# The same bits everywhere: fixed trainings produce models with fixed checksums, on every instruction set and number of
# threads; with HEED_NIGHTLY=1 also across compilers, optimization levels, C libraries and processors.
# test_same_bits.sh COMMAND ..., among them train. Missing compilers, meson and qemu are skipped.
set -u
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
# shellcheck source=tests/whole/cross.sh
. "$(dirname "$0")/cross.sh"
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
nightly=${HEED_NIGHTLY:-}
grep -aq '__asan_init\|__tsan_init\|__msan_init' "$train" && nightly=''   # other builds have no sanitizer
combinations=0 different=0

awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' \
    > "$dir/text"

# A training is a line: its name, checksum and length of its model (cksum), its exit code, and flags. The checksums hold
# for all machines: they change only with the arithmetic, which must be deliberate. high: learning rates four orders of
# magnitude too high. over: so high that numbers overflow, which ends the run at the same step with the same model. low:
# denormal learning rates, and so denormal weights where they were 0.
trainings="
fast 3051242199 333599 0 --layers 2 --heads 2 --channels 32 --context 16 --batch 2
plain 1390801311 324473 0 --no-counts --layers 2 --heads 2 --channels 32 --context 16 --batch 2
gpt2 2291689902 336213 0 --layers 2 --heads 2 --channels 32 --context 16 --batch 2 --recipe gpt2
odd 114980739 275872 0 --layers 2 --no-counts --heads 3 --channels 30 --context 19 --batch 1 --accumulate 2 --tied \
    --value-mix --soft-cap 15
bf16 3656154094 174702 0 --layers 1 --no-counts --heads 2 --channels 32 --context 16 --batch 2 --precision bf16
high 144607490 50834 0 --layers 1 --no-counts --heads 2 --channels 16 --context 16 --batch 4 --lr 100 --muon-lr 100
over 2073271676 336185 1 --layers 2 --heads 2 --channels 32 --context 16 --batch 2 --recipe gpt2 --lr 300
low 4168646303 50851 0 --layers 1 --no-counts --heads 2 --channels 16 --context 16 --batch 4 --lr 1e-39 --muon-lr 1e-39
low-gpt2 2863614922 55316 0 --layers 1 --heads 2 --channels 16 --context 16 --batch 4 --recipe gpt2 --lr 1e-39 \
    --min-lr 1e-40
"
names=$(echo "$trainings" | awk 'NF { print $1 }')

# row NAME: its words after the name
row() { echo "$trainings" | awk -v name="$1" '$1 == name { $1 = ""; print }'; }

# learn NAME FOLDER PROGRAM ... FLAG ...: a run; in FOLDER.end how it ended, why, and its log without times
learn() {
    flags=$(row "$1" | cut -d ' ' -f 5-) out=$dir/$2
    shift 2
    rm -rf "$out"
    # shellcheck disable=SC2086  # words
    "$@" $flags "$dir/text" --quiet --steps 12 --eval-every 2 --dropout 0.1 --seed 7 --out "$out" 2> "$out.said"
    { echo "$?" && grep -o 'step.*' "$out.said"; cut -d, -f1-3,5-13 "$out/log.csv" 2> /dev/null; } > "$out.end"
}

# bytes_apart FILE FILE: how many bytes differ; all of them if one file is missing or longer
bytes_apart() {
    if [ -s "$1" ] && [ "$(wc -c < "$1")" = "$(wc -c < "$2")" ]; then
        cmp -l "$1" "$2" | wc -l | tr -d ' '
    else
        wc -c < "$2" | tr -d ' '
    fi
}

# compare NAME WHAT: compares the folder that/ with NAME/, and prints WHAT if they differ
compare() {
    combinations=$((combinations + 1))
    apart=$(bytes_apart "$dir/that/model.heed" "$dir/$1/model.heed")
    different=$((different + apart))
    [ "$apart" = 0 ] || echo "$1, $2: $apart bytes of the model differ"
    cmp -s "$dir/that/best.heed" "$dir/$1/best.heed" || echo "$1, $2: the best model differs"
    cmp -s "$dir/that.end" "$dir/$1.end" ||
        echo "$1, $2: a different exit or log: $(head -n 2 "$dir/that.end" | tr '\n' ' ')"
}

# all COUNTS PROGRAM ...: every training, with each kernel table and number of threads; prints differences
all() {
    counts=$1
    shift
    for kernels in $("$@" "$dir/text" --kernels none 2>&1 | sed -n 's/.*; available: //p' | tr -d ','); do
        for name in $names; do
            [ "$name $kernels" = 'bf16 amx' ] && continue         # AMX sums in another order, so its bits differ
            for threads in $counts; do
                learn "$name" that "$@" --kernels "$kernels" --threads "$threads"
                # not every processor has bfloat16 products
                grep -q 'bfloat16 products on' "$dir/that.said" && [ "$kernels" != ref ] && break
                compare "$name" "$kernels on $threads threads"
            done
        done
    done
}

# denormals FILE: how many of a model's numbers are denormal
denormals() {
    od -An -v -tu1 "$1" | awk '
    { for (i = 1; i <= NF; i++) b[n++] = $i }
    END {
        at = 16 + b[12] + 256 * b[13]
        for (at += 4 + 4 * (b[at] + 256 * b[at + 1]); at + 4 < n; at += 4)
            if (b[at + 3] % 128 == 0 && b[at + 2] < 128 && b[at] + b[at + 1] + b[at + 2] > 0) few++
        print few + 0
    }'
}

# made WHAT OPTION ...: builds train with these Meson options and compares; $runner runs it, if set
made() {
    what=$1
    shift
    rm -rf "$dir/build"
    if meson setup "$dir/build" "$top" "$@" > "$dir/said" 2>&1 && ninja -C "$dir/build" train > "$dir/said" 2>&1; then
        # shellcheck disable=SC2086  # a word or none
        all 3 $runner "$dir/build/train" > "$dir/apart"
        result "$what" "$(cat "$dir/apart")" ''
    else
        result "$what" "$(tail -n 5 "$dir/said")" 'a program'
    fi
}

# by COMPILER OPTION ...: the same with a native compiler, if installed
by() {
    what=$(echo "$*" | sed 's/ -D/, /g')
    case $(uname -m):$* in
    x86_64:*) ;;
    *-march=x86-64*) skip "$what" 'for another processor'; return ;;
    esac
    if command -v "$1" > /dev/null && command -v meson > /dev/null && command -v ninja > /dev/null; then
        CC=$1
        export CC
        shift
        runner='' made "$what" "$@"
        unset CC
    else
        skip "$what" "$1, meson or ninja not found"
    fi
}

# by_arch ARCH OPTION ...: the same for another processor, under qemu
by_arch() {
    what=$(echo "$*" | sed 's/ -D/, /g')
    if foreign "$1" "$dir"; then
        shift
        runner=$qemu made "$what" "$@" --cross-file "$dir/cross" -Dc_link_args=-static
    else
        skip "$what" "$why"
    fi
}

[ -z "$nightly" ] && echo 1..13 || echo 1..34
for name in $names; do
    learn "$name" "$name" "$train" --kernels ref --threads 1
    # shellcheck disable=SC2046  # words
    set -- $(row "$name")
    result "$name: its known bytes" "$(cksum < "$dir/$name/model.heed") $(head -n 1 "$dir/$name.end")" "$1 $2 $3"
done
for name in low low-gpt2; do
    result "$name: numbers are denormal" "$(($(denormals "$dir/$name/model.heed") > 100))" 1
done
all '1 3 16' "$train" > "$dir/apart"
result 'all kernels here, on 1, 3 and 16 threads' "$(cat "$dir/apart")" ''
if [ -n "$nightly" ]; then
    MALLOC_PERTURB_=165
    export MALLOC_PERTURB_
    all 2 "$train" > "$dir/apart"
    result 'memory that begins with other bytes' "$(cat "$dir/apart")" ''
    unset MALLOC_PERTURB_
    for level in 0 1 2 3 s; do by gcc -Doptimization=$level; done
    by gcc -Doptimization=3 -Db_lto=true
    by gcc -Doptimization=2 -Dc_args=-march=x86-64-v3
    for level in 0 2 3; do by clang -Doptimization=$level; done
    by clang -Doptimization=3 -Dc_args=-march=x86-64-v3
    for level in 0 3; do by musl-gcc -Doptimization=$level; done
    for arch in aarch64 s390x; do
        for level in 0 3; do by_arch $arch -Doptimization=$level; done
    done
    for arch in riscv64 powerpc64le; do by_arch $arch -Doptimization=2; done
    names='fast gpt2'
    all "$(seq 1 64)" "$train" > "$dir/apart"
    result 'all kernels here, on 1 to 64 threads' "$(cat "$dir/apart")" ''
fi
echo "# $combinations combinations, $different bytes of models differ"
result 'no byte differs' "$different" 0
