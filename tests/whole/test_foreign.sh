#!/bin/sh
# The programs on a processor that is not here: cross-compiled, run under qemu, and held against the host's bytes.
# aarch64 has kernels of its own; s390x puts the higher byte of a number first.
# test_foreign.sh ARCH KERNELS COMMAND ..., KERNELS the best ones there, train, sample and explain of the host among
# the commands. Needs ARCH-linux-gnu-gcc (FOREIGN_CC, for another one), qemu-ARCH and meson, and is skipped without
# them; with a Check that this compiler finds, the tests of kernels and of products run there, too.
set -u
arch=$1 kernels=$2
shift 2
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
# shellcheck source=tests/whole/cross.sh
. "$(dirname "$0")/cross.sh"
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)

# none WHY: skips all of it
none() {
    echo "1..0 # SKIP $1"
    exit 0
}

grep -aq '__asan_init\|__tsan_init\|__msan_init' "$train" && none 'the programs there have no sanitizer: once is enough'
foreign "$arch" "$dir" "${FOREIGN_CC:-}" || none "$why"

echo 1..18
# -O1 compiles in half the time, and no flag may change the bits
{ meson setup "$dir/build" "$top" --cross-file "$dir/cross" -Doptimization=1 -Dc_link_args=-static &&
    ninja -C "$dir/build" train sample explain convert heed heed.1; } > "$dir/said" 2>&1
result 'it is built' "$? $(grep -c 'warning:' "$dir/said")" '0 0'

there() { "$qemu" "$dir/build/$@"; }

awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' \
    > "$dir/text"
# learn NAME PROGRAM ... FLAG ...: a run; odd sizes leave the vectors' ends half empty
learn() {
    name=$1
    shift
    "$@" "$dir/text" --quiet --steps 6 --eval-every 3 --dropout 0.1 --out "$dir/$name" || echo "no run $name: $?"
    cksum < "$dir/$name/model.heed"
}

tiny='--size tiny'
odd='--layers 1 --heads 3 --channels 30 --context 19 --batch 3 --tied --no-bias --accumulate 2'
for size in "$tiny" "$odd"; do
    # shellcheck disable=SC2086  # flags
    {
        host=$(learn host "$train" $size --force)
        result "$size: $kernels on 1 thread" \
            "$(learn there there train --kernels $kernels --threads 1 $size --force)" "$host"
        result "$size: $kernels on 3 threads" \
            "$(learn there there train --kernels $kernels --threads 3 $size --force)" "$host"
        result "$size: plain C there" "$(learn ref there train --kernels ref $size --force)" "$host"
    }
done
result "the best there is $kernels" \
    "$(there train "$dir/text" --size tiny --steps 1 --threads 1 --out "$dir/best" 2>&1 | grep '^machine')" \
    "machine  1 thread, $kernels kernels"
further() { "$@" "$dir/text" --quiet --resume --steps 9 --out "$dir/half" && cksum < "$dir/half/model.heed"; }
cp -R "$dir/host" "$dir/half" && host=$(further "$train") && rm -rf "$dir/half"
cp -R "$dir/host" "$dir/half"
result 'begun here, it goes on there' "$(further there train)" "$host"
rm -rf "$dir/half" && cp -R "$dir/there" "$dir/half"
result 'begun there, it goes on here' "$(further "$train")" "$host"
write() { "$@" --model "$dir/host/model.heed" --prompt 'The cat' -n 200 --seed 3 2> /dev/null | cksum; }
result 'a sample' "$(write there sample)" "$(write "$sample")"
see() { "$@" --model "$dir/host/model.heed" --prompt 'The cat' --json 2>&1 | cksum; }
result 'explain, in double' "$(see there explain --kernels "$kernels")" "$(see "$explain")"
# formats PROGRAM ...: sums of what convert writes from a model, and of the model that it makes of that again
formats() {
    rm -rf "$dir/back" "$dir"/to.*
    for format in safetensors gguf npz; do
        "$@" "$dir/gpt2" --to $format "$dir/to.$format" 2> /dev/null || echo "no $format"
        cksum < "$dir/to.$format"
        [ $format != safetensors ] || "$@" --from safetensors "$dir/to.$format" --out "$dir/back" 2> /dev/null || echo \
            'not back'
    done
    cksum < "$dir/back/model.heed"
}
learn gpt2 "$train" --recipe gpt2 --size tiny --force > "$dir/said"
host=$(formats "$convert")
result 'convert, and back' "$(formats there convert)" "$host"
result 'into files that there are' "$(echo "$host" | sort -u | wc -l | tr -d ' ') $(echo "$host" | grep -c 'n')" '4 0'
result 'heed knows where it is' "$(there heed --version | grep -c "^in use  *$kernels\$\|, for $arch linux\$")" 2
result 'man pages are made there' "$(head -c 200 "$dir/build/heed.1" | grep -c '^.TH HEED 1')" 1
# build TEST LIBRARY ...: that test of tests/, for the machine that is not here
build() {
    test=$1
    shift
    # shellcheck disable=SC2086
    $cc -std=c11 -O1 -ffp-contract=off -D_GNU_SOURCE -static -I"$top/src" -I"$top/tests" -I"$dir/build/src" \
        -include names.h -DHEED_SUFFIX=f32 "$top/tests/kernel/test_$test.c" \
        "$dir/build/libheed.a" "$@" -lm -o "$dir/test" > "$dir/said" 2>&1
}
for test in kernel gemm; do
    if build $test -lcheck || build $test -lcheck -lsubunit; then
        result "test_$test" "$(CK_FORK=no "$qemu" "$dir/test" > "$dir/said" 2>&1 || tail -n 9 "$dir/said")" ''
    else
        skip "test_$test" "no Check for $arch here"
    fi
done
