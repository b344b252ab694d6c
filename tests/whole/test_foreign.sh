#!/bin/sh
# The programs on another processor: cross-compiled, run under qemu, and compared byte for byte with the host's.
# aarch64 has its own kernels; s390x is big-endian. test_foreign.sh ARCH KERNELS COMMAND ...: KERNELS are the fastest on
# ARCH; the commands include the host's train, sample and explain. Skipped without ARCH-linux-gnu-gcc (or FOREIGN_CC),
# qemu-ARCH and meson. If the cross compiler finds Check, the kernel and gemm tests run too.
set -u
arch=$1 kernels=$2
shift 2
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
# shellcheck source=tests/whole/cross.sh
. "$(dirname "$0")/cross.sh"
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)

# none REASON: skips the whole test
none() {
    echo "1..0 # SKIP $1"
    exit 0
}

grep -aq '__asan_init\|__tsan_init\|__msan_init' "$train" &&
    none 'cross-compiled without sanitizers: run once, in the plain build'
foreign "$arch" "$dir" "${FOREIGN_CC:-}" || none "$why"

echo 1..19
# -O1 halves the compile time, and no flag may change the bits
{ meson setup "$dir/build" "$top" --cross-file "$dir/cross" -Doptimization=1 -Dc_link_args=-static &&
    ninja -C "$dir/build" train sample explain convert verify heed heed.1; } > "$dir/said" 2>&1
result 'builds without warnings' "$? $(grep -c 'warning:' "$dir/said")" '0 0'

there() { "$qemu" "$dir/build/$@"; }

awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' \
    > "$dir/text"
# learn NAME PROGRAM ... FLAG ...: trains and prints the model's checksum; odd sizes leave vectors partly filled
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
        result "$size: ref kernels" "$(learn ref there train --kernels ref $size --force)" "$host"
    }
done
result "the default is $kernels" \
    "$(there train "$dir/text" --verbose --size tiny --steps 1 --threads 1 \
        --out "$dir/best" 2>&1 | grep '^machine')" \
    "machine  1 thread, $kernels kernels"
further() { "$@" "$dir/text" --quiet --resume --steps 9 --out "$dir/half" && cksum < "$dir/half/model.heed"; }
cp -R "$dir/host" "$dir/half" && host=$(further "$train") && rm -rf "$dir/half"
cp -R "$dir/host" "$dir/half"
result "started on the host, resumed on $arch" "$(further there train)" "$host"
rm -rf "$dir/half" && cp -R "$dir/there" "$dir/half"
result "started on $arch, resumed on the host" "$(further "$train")" "$host"
result 'a run of the host is recomputed, bit for bit' \
    "$(there verify "$dir/host" "$dir/text" --threads 1 2> /dev/null | grep -c '^PASS     all')" 1
write() { "$@" --model "$dir/host/model.heed" --prompt 'The cat' -n 200 --seed 3 2> /dev/null | cksum; }
result 'a sample' "$(write there sample)" "$(write "$sample")"
see() { "$@" --model "$dir/host/model.heed" --prompt 'The cat' --json 2>&1 | cksum; }
result 'explain, in double' "$(see there explain --kernels "$kernels")" "$(see "$explain")"
# formats PROGRAM ...: checksums of what convert exports, and of the model re-imported from it
formats() {
    rm -rf "$dir/back" "$dir"/to.*
    for format in safetensors onnx gguf npz; do
        "$@" "$dir/gpt2" --to $format "$dir/to.$format" 2> /dev/null || echo "no $format"
        cksum < "$dir/to.$format"
        case $format in
        safetensors | onnx)
            "$@" --from $format "$dir/to.$format" --out "$dir/back" --force 2> /dev/null || echo 'not back' ;;
        esac
    done
    cksum < "$dir/back/model.heed"
}
learn gpt2 "$train" --recipe gpt2 --size tiny --force > "$dir/said"
host=$(formats "$convert")
result 'convert, and back again' "$(formats there convert)" "$host"
result 'every export was written' "$(echo "$host" | sort -u | wc -l | tr -d ' ') $(echo "$host" | grep -c 'n')" '5 0'
result 'heed --version names the processor' \
    "$(there heed --version | grep -c "^in use  *$kernels\$\|, for $arch linux\$")" 2
result 'man pages are built' "$(head -c 200 "$dir/build/heed.1" | grep -c '^.TH HEED 1')" 1
# build TEST LIBRARY ...: cross-compiles a kernel test
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
        skip "test_$test" "no Check for $arch"
    fi
done
