#!/bin/sh
# data/ has the files that scripts/make_corpus writes, and the test sentences are as data/README.md describes them.
# Exit 77 (skipped) where python3 is missing.
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
new=$(mktemp -d) || exit 1
trap 'rm -rf "$new"' EXIT
failed=0

fail() {
    echo "FAIL: $*"
    failed=1
}

# Pairs of rows: the same word and sentence except for the clue, right and wrong swapped, a short prompt.
# items NAME
items() {
    awk -F '\t' -v name="$1.tsv" '
    function bad(why) { print name ", line " NR ": " why; failed = 1 }
    function rest() { return substr($3, 1, $6) "|" substr($3, $6 + $7 + 1) }
    NR == 1 { if ($0 != "word\tsense\tprompt\tright\twrong\tclue_start\tclue_length") bad("not the header"); next }
    NF != 7 { bad(NF " fields instead of 7") }
    length($3) > 60 { bad("a prompt of " length($3) " characters") }
    substr($4, 1, 1) == substr($5, 1, 1) { bad("right and wrong start alike") }
    $7 < 1 || $6 + $7 > length($3) { bad("the clue is outside the prompt") }
    NR % 2 == 0 { word = $1; right = $4; wrong = $5; twin = rest(); if ($2 != "+") bad("sense is not +"); next }
    $1 != word || $2 != "-" || $4 != wrong || $5 != right || rest() != twin { bad("not the twin of the previous line") }
    END { if (NR < 201) bad("fewer than 200 items"); exit failed }' "$root/data/$1.tsv" || fail "$1.tsv"

    cut -f 3 "$root/data/$1.tsv" | sed -e 1d -e 's/^[A-Za-z]*//' >"$new/prompts"
    if grep -F -q -f "$new/prompts" "$root/data/$1.txt"; then
        fail "a prompt of $1.tsv occurs in $1.txt"
    fi
    if grep -E -q 'Steve has a green (thumb|car) so he works in the gar' "$root/data/$1.txt"; then
        fail "the sentences about Steve occur in $1.txt"
    fi
}
items lesson
items stories

if ! command -v python3 >/dev/null 2>&1; then
    [ "$failed" = 1 ] && exit 1
    echo "SKIP: python3 is missing: data/ cannot be compared with the output of scripts/make_corpus"
    exit 77
fi
"$root/scripts/make_corpus" "$new" || fail "scripts/make_corpus"
for file in lesson.txt lesson.tsv stories.txt stories.tsv; do
    cmp "$new/$file" "$root/data/$file" || fail "data/$file differs from the output of scripts/make_corpus"
done
exit "$failed"
