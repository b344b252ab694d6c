#!/bin/sh
# heed-static, all commands in one program that needs no other file: test_static.sh FOLDER HEED COMMAND ..., the folder
# of this build. It is linked here, and where root may do that, run with nothing else to be found.
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
    'what is put into programs here to measure them is large'
grep -q '^build heed-static:' "$build/build.ninja" || none 'no Linux'
command -v ninja > /dev/null || none 'no ninja here'
echo 'int main(void) { return 0; }' > "$dir/a.c"
${CC:-cc} -static "$dir/a.c" -o "$dir/a" -lm > /dev/null 2>&1 || none 'no static C library here'
ninja -C "$build" heed-static > "$dir/said" 2>&1 || {
    echo '1..1'; result 'it is linked' "$(tail -n 5 "$dir/said")" ''; exit; }

echo 1..9
mkdir "$dir/root"
cp "$build/heed-static" "$dir/root/heed"
result 'it is below 2 MB' "$(($(wc -c < "$dir/root/heed") < 2000000))" 1
if command -v ldd > /dev/null; then
    result 'it needs no library' "$(ldd "$dir/root/heed" 2>&1 | grep -c '=>')" 0
else
    skip 'it needs no library' 'no ldd here'
fi
awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' \
    > "$dir/root/text"
# alone WORD ...: heed with these words, where there is nothing but it and the text
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
result 'convert: it writes' "$(head -c 2 "$dir/root/run.npz")" PK
code=0
said=$(alone train 2>&1) || code=$?
result 'a command misused says so once, with its code' "$(echo "$said" | grep -c 'CORPUS is missing') $code" '1 2'
result 'it lists the same commands' "$(alone help | grep '^  [a-z]* ')" "$("$heed" help | grep '^  [a-z]* ')"
code=0
said=$(alone tran 2>&1) || code=$?
result 'a slip is noticed' "$said $code" "heed: unknown command 'tran'; did you mean train? 2"
