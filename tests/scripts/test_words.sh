#!/bin/sh
# scripts/check_words passes a clean tree and reports each kind of fault that is planted in it.
set -u
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/tests/tap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# fresh: a tree without faults
fresh() {
    rm -rf "$dir/tree"
    mkdir -p "$dir/tree/src/base" "$dir/tree/scripts" "$dir/tree/tests" "$dir/tree/data"
    echo 'A short page.' | tee "$dir/tree/README.md" > "$dir/tree/src/base/README.md"
    echo '/* The caller frees it. */' > "$dir/tree/src/base/a.c"
    : > "$dir/tree/meson.build"
}

# found: exit code and findings, one line each
found() { "$top/scripts/check_words" "$dir/tree" > "$dir/out" 2>&1; echo "$? $(tr '\n' ';' < "$dir/out")"; }

fresh
result 'a clean tree' "$(found)" '0 '

# plant NAME LINE PHRASE: in a comment of a source, on line 2
plant() {
    fresh
    printf '%b\n' "$2" >> "$dir/tree/src/base/a.c"
    result "$1" "$(found | sed 's/ -> .*//')" "1 src/base/a.c:2: $3"
}
plant 'a phrase' '/* it learned the text by heart */' 'by heart'
plant 'in capitals' '/* Guessing blindly */' 'guessing blindly'
plant 'across lines of a comment' '/* as unsure\n * as a choice */' 'as unsure as'
plant 'across lines of a string' '    "there is"\n    " no flag --x"' 'there is no flag'
plant 'a wide line' "$(printf '%0121d' 0)" '121 columns'
fresh
printf '%0118d…é\n' 0 >> "$dir/tree/src/base/a.c"
result 'columns are characters' "$(found)" '0 '
fresh
yes word | head -n 1201 > "$dir/tree/README.md"
result 'a long README' "$(found)" '1 README.md:1: 1201 words -> at most 1200;'
fresh
rm "$dir/tree/src/base/README.md"
result 'a folder without README' "$(found | cut -c 1-26)" '1 src/base:1: no README.md'

# Each row of the list finds itself: its replacement may not, or nothing could be written.
sed -n "/^cat > /,/^END/p" "$top/scripts/check_words" | sed '1d; $d; s/ -> .*//' > "$dir/rows"
result 'each row is a valid pattern' "$(while IFS= read -r row; do
    echo x | LC_ALL=C awk -v row="$row" '$0 ~ row { print "matches everything: " row }' 2>&1
done < "$dir/rows")" ''

result 'this tree' "$("$top/scripts/check_words")" ''
echo "1..$n"
