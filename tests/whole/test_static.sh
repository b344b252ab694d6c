#!/bin/sh
# heed-static, all commands in one self-contained program: test_static.sh BUILD HEED COMMAND ..., where BUILD is the
# build folder. The test links it and, as root, runs it in a chroot that holds nothing else.
set -u
build=$1
shift
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"

none() {
    echo "1..0 # SKIP $1"
    exit 0
}

grep -aq '__asan_init\|__tsan_init\|__msan_init\|__gcov_' "$train" && none \
    'instrumentation makes the program larger'
grep -q '^build heed-static:' "$build/build.ninja" || none 'not Linux'
command -v ninja > /dev/null || none 'ninja not found'
echo 'int main(void) { return 0; }' > "$dir/a.c"
${CC:-cc} -static "$dir/a.c" -o "$dir/a" -lm > /dev/null 2>&1 || none 'no static C library'
ninja -C "$build" heed-static > "$dir/said" 2>&1 || {
    echo '1..1'; result 'links' "$(tail -n 5 "$dir/said")" ''; exit; }

echo 1..11
mkdir "$dir/root"
cp "$build/heed-static" "$dir/root/heed"
result 'under 2.5 MB' "$(($(wc -c < "$dir/root/heed") < 2500000))" 1
if command -v ldd > /dev/null; then
    result 'needs no shared library' "$(ldd "$dir/root/heed" 2>&1 | grep -c '=>')" 0
else
    skip 'needs no shared library' 'ldd not found'
fi
awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' \
    > "$dir/root/text"
# alone ARG ...: runs heed with these arguments where only it and the text exist
if [ "$(id -u)" = 0 ] && chroot "$dir/root" /heed --version > /dev/null 2>&1; then
    alone() { (cd "$dir/root" && chroot . /heed "$@"); }
else
    alone() { (cd "$dir/root" && env -i ./heed "$@"); }
fi
alone train text --size tiny --steps 6 --eval-every 3 --quiet --out run
"$train" "$dir/root/text" --size tiny --steps 6 --eval-every 3 --quiet --out "$dir/run"
result 'train: the same model' "$(cksum < "$dir/root/run/model.heed")" "$(cksum < "$dir/run/model.heed")"
result 'sample: the same text' "$(alone sample --model run/model.heed --prompt 'The cat' -n 90 --seed 3 2> /dev/null)" \
    "$("$sample" --model "$dir/run/model.heed" --prompt 'The cat' -n 90 --seed 3 2> /dev/null)"
result 'explain, in double: the same numbers' \
    "$(alone explain --model run/model.heed --prompt 'The cat' --json | cksum)" \
    "$(cd "$dir" && "$explain" --model run/model.heed --prompt 'The cat' --json | cksum)"
alone convert run --to npz run.npz 2> /dev/null
result 'convert writes' "$(head -c 2 "$dir/root/run.npz")" PK
code=0
said=$(alone train 2>&1) || code=$?
result 'a usage error: one message, exit 2' "$(echo "$said" | grep -c 'missing CORPUS') $code" '1 2'
result 'help lists the same commands' "$(alone help | grep '^  [a-z]* ')" "$("$heed" help | grep '^  [a-z]* ')"
code=0
said=$(alone live 2>&1) || code=$?
result 'live says where its page belongs' "$(echo "$said" | grep -c '^live: .*') $code" '1 1'
if [ -e "$build/live.html" ]; then
    cp "$build/live.html" "$dir/root"
    result 'and finds it there' "$(alone live 2>&1 | grep -c '^live: wrote heed.html')" 1
else
    skip 'and finds it there' 'live.html was not built'
fi
code=0
said=$(alone tran 2>&1) || code=$?
result 'a typo gets a suggestion' "$said $code" "heed: unknown command 'tran'; did you mean train? 2"
