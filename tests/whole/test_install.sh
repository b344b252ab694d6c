#!/bin/sh
# meson install, into a scratch folder: test_install.sh BUILD HEED, the build folder and its heed. The installed
# programs run, man finds the pages, and tests/whole/example.c compiles against the library through pkg-config.
set -u
build=$1
shift
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
example=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/example.c

none() {
    echo "1..0 # SKIP $1"
    exit 0
}

command -v meson > /dev/null || none 'meson not found'
"$heed" --version > /dev/null 2>&1 || none 'cross-compiled: the programs do not run here'
grep -aq '__asan_init\|__tsan_init\|__msan_init\|__gcov_' "$heed" && none 'the library is instrumented'
meson install -C "$build" --no-rebuild --destdir "$dir/root" > "$dir/said" 2>&1 ||
    { echo '1..1'; result 'installs' "$(tail -n 5 "$dir/said")" ''; exit; }

echo 1..18
found() { find "$dir/root" -name "$2" -path "*/$1/$2" | head -n 1; }
bin=$(found bin heed)
names() { "$bin" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\{1,\}\)  *[a-z].*/\1/p'; }
result 'one program in bin' "$(ls "$(dirname "$bin")")" heed
result 'man pages' "$(find "$dir/root" -name 'heed*.1' -path '*/man1/*' | wc -l | tr -d ' ')" \
    "$(($(names | wc -l) + 1))"
result 'completions' "$(for file in bash-completion/completions/heed.bash zsh/site-functions/_heed \
    fish/vendor_completions.d/heed.fish; do test -s "$(found "${file%/*}" "${file##*/}")" && echo ok; done |
    xargs)" 'ok ok ok'
pc=$(found pkgconfig heed.pc)
result 'a library' "$(cd "$(dirname "$pc")/.." && echo *.a) $(found include heed.h | sed 's|.*/include/||')" \
    'libheed.a heed.h'

# --- The programs, run from another folder ---
awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' \
    > "$dir/text"
cd "$dir" || exit 1
"$bin" train text --size tiny --steps 6 --quiet && made=yes
result 'train' "${made:-no} $(cd run && echo *)" 'yes best.heed log.csv model.heed receipt.json'
result 'sample' "$("$bin" sample --seed 1 -n 30 2> /dev/null | wc -c | tr -d ' ')" \
    "$("$bin" sample --seed 1 -n 30 --model run/best.heed 2> /dev/null | wc -c | tr -d ' ')"
result 'explain' "$("$bin" explain --prompt 'The cat' --checks | grep -c PASS | awk '{ print ($1 > 2) }')" 1
if [ -e "$build/live.html" ]; then
    result 'live finds its page' "$("$bin" live --out page.html 2>&1 | grep -c '^live: wrote page.html')" 1
else
    skip 'live finds its page' 'live.html was not built'
fi
result 'every command has help' "$(names | while read -r name; do
    "$bin" help "$name" | grep -q "^usage: .*heed $name" || echo "$name"
done)" ''
if command -v man > /dev/null && command -v manpath > /dev/null; then
    pages=$(dirname "$(dirname "$(found man1 heed.1)")")
    result 'man heed-train' \
        "$(MANPATH=$pages MANWIDTH=80 man heed-train 2>&1 | grep -c '^NAME\|Trains a character-level')" 2
    result 'man heed' "$(MANPATH=$pages MANWIDTH=80 man heed 2>&1 | grep -c '^COMMANDS')" 1
else
    skip 'man heed-train' 'man not found'
    skip 'man heed' 'man not found'
fi

# --- The library ---
if ! command -v pkg-config > /dev/null; then
    for name in 1 2 3 4 5 6 7; do skip "library $name" 'pkg-config not found'; done
    exit
fi
flags() {
    PKG_CONFIG_PATH=$(dirname "$pc") PKG_CONFIG_SYSROOT_DIR=$dir/root PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 \
        PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 pkg-config "$@"
}
result 'its version' "heed $(flags --modversion heed)" "$("$bin" --version | head -n 1)"
# learns COMPILER FLAG ...: compiles and runs the example
learns() {
    compiler=$1
    shift
    # shellcheck disable=SC2046  # flags
    "$compiler" -std=c11 -Wall -Wextra -Wpedantic -Werror "$@" "$example" $(flags --cflags --libs --static heed) \
        -o "$dir/example" 2>&1 && "$dir/example" | sed 's/ \{0,1\}[0-9.][0-9.]*//g'
}
learnt='XOR, the next character nats (by counting) '
result 'the example compiles and learns' "$(learns "${CC:-cc}")" "$learnt"
result 'in double' "$(learns "${CC:-cc}" -DHEED_REAL=double)" "$learnt"
if command -v clang > /dev/null; then
    result 'with clang' "$(learns clang)" "$learnt"
else
    skip 'with clang' 'clang not found'
fi
echo 'int main(void) { return 0; }' > "$dir/a.c"
if ${CC:-cc} -static "$dir/a.c" -o "$dir/a" -lm 2> /dev/null; then
    result 'as a static program' "$(learns "${CC:-cc}" -static)" "$learnt"
else
    skip 'as a static program' 'no static C library'
fi
# compiles FLAG ... < SOURCE: prints the compiler's messages
compiles() {
    cat > "$dir/b.c"
    # shellcheck disable=SC2046
    ${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror "$@" $(flags --cflags heed) -c "$dir/b.c" -o "$dir/b.o" 2>&1
}
result 'heed.h is self-contained, with both precisions' "$(for real in '' -DHEED_REAL=float -DHEED_REAL=double; do
    printf '%s\n' '#include <heed.h>' '#include <heed.h>' 'HeedTape_f32 a; HeedTape_f64 b;' | compiles $real
done)" ''
result 'it includes only C standard headers' "$(sed -n 's/^# *include *//p' "$(found include heed.h)" | xargs)" \
    '<stdbool.h> <stddef.h> <stdint.h> <string.h>'
