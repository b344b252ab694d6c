#!/bin/sh
# The kernels of 64-bit ARM where there is no such machine: cross-compiled, run under qemu, and held against
# the host's bytes. test_neon.sh COMMAND ..., among them train, sample and explain of the host. Needs
# aarch64-linux-gnu-gcc (NEON_CC, for another one), qemu-aarch64 and meson, and is skipped without them; with a
# Check that this compiler finds, the tests of kernels and of products run there, too.
set -u
for program; do
    case ${program##*/} in
    train) train=$program ;;
    sample) sample=$program ;;
    explain) explain=$program ;;
    esac
done
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cc=${NEON_CC:-aarch64-linux-gnu-gcc}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
LC_ALL=C
export LC_ALL
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"

# none WHY: skips all of it
none() {
    echo "1..0 # SKIP $1"
    exit 0
}

qemu=$(command -v qemu-aarch64-static || command -v qemu-aarch64) || none 'no qemu-aarch64 here'
command -v meson > /dev/null && command -v ninja > /dev/null || none 'no meson and ninja here'
echo 'int main(void) { return 0; }' > "$dir/a.c"
# shellcheck disable=SC2086  # the compiler and its flags
$cc -static "$dir/a.c" -o "$dir/a" 2> "$dir/said" && "$qemu" "$dir/a" 2>> "$dir/said" ||
    none "no compiler for aarch64 that qemu runs programs of: $(head -n 1 "$dir/said")"

# quoted WORD ...: as a list of Meson's
quoted() { printf "'%s', " "$@"; }
# shellcheck disable=SC2086
cat > "$dir/cross" << END
[binaries]
c = [$(quoted $cc)]
ar = 'ar'
exe_wrapper = '$qemu'
[host_machine]
system = 'linux'
cpu_family = 'aarch64'
cpu = 'aarch64'
endian = 'little'
END
case $cc in *gcc*) ar=$(echo "${cc%% *}" | sed 's/gcc/ar/'); sed -i "s/^ar = .*/ar = '$ar'/" "$dir/cross" ;; esac

echo 1..12
# -O1 compiles in half the time, and no flag may change the bits
{ meson setup "$dir/build" "$top" --cross-file "$dir/cross" -Doptimization=1 -Dc_link_args=-static &&
    ninja -C "$dir/build" train sample explain; } > "$dir/said" 2>&1
result 'it is built' "$? $(grep -c 'warning:' "$dir/said")" '0 0'

there() { "$qemu" "$dir/build/$@"; }

awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' \
    > "$dir/text"
# learn NAME PROGRAM ... FLAG ...: a run; odd sizes leave the vectors' ends half empty
learn() {
    name=$1
    shift
    "$@" "$dir/text" --quiet --steps 20 --eval-every 10 --dropout 0.1 --out "$dir/$name"
    cksum < "$dir/$name/model.heed"
}

tiny='--size tiny'
odd='--layers 1 --heads 3 --channels 21 --context 19 --batch 3 --tied --no-bias --accumulate 2'
for size in "$tiny" "$odd"; do
    # shellcheck disable=SC2086  # flags
    {
        host=$(learn host "$train" $size --force)
        result "$size: neon on 1 thread" "$(learn neon there train --kernels neon --threads 1 $size --force)" "$host"
        result "$size: neon on 3 threads" "$(learn neon there train --kernels neon --threads 3 $size --force)" "$host"
        result "$size: plain C there" "$(learn ref there train --kernels ref $size --force)" "$host"
    }
done
result 'the best there is neon' \
    "$(there train "$dir/text" --size tiny --steps 1 --threads 1 --out "$dir/best" 2>&1 | grep '^machine')" \
    'machine  1 thread, neon kernels'
write() { "$@" --model "$dir/host/model.heed" --prompt 'The cat' -n 200 --seed 3 2> /dev/null | cksum; }
result 'a sample' "$(write there sample)" "$(write "$sample")"
see() { "$@" --model "$dir/host/model.heed" --prompt 'The cat' --json 2>&1 | cksum; }
result 'explain, in double' "$(see there explain --kernels neon)" "$(see "$explain")"
# build TEST LIBRARY ...: that test of tests/, for the machine that is not here
build() {
    test=$1
    shift
    # shellcheck disable=SC2086
    $cc -std=c11 -O1 -ffp-contract=off -D_GNU_SOURCE -static -I"$top/src" "$top/tests/test_$test.c" \
        "$dir/build/libheed_float.a" "$@" -lm -o "$dir/test" > "$dir/said" 2>&1
}
for test in kernel gemm; do
    if build $test -lcheck || build $test -lcheck -lsubunit; then
        result "test_$test" "$(CK_FORK=no "$qemu" "$dir/test" > "$dir/said" 2>&1 || tail -n 9 "$dir/said")" ''
    else
        skip "test_$test" 'no Check for aarch64 here'
    fi
done
