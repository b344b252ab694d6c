#!/bin/sh
# Runs the commands of data/attention-by-hand.md and checks that the lines shown below each occur in its output, in that
# order: cli/explain/test_tutorial.sh COMMAND ..., among them explain and train.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
top=$(cd "$(dirname "$0")/../../.." && pwd)
text=$top/data/attention-by-hand.md

# The indented lines without the indent, continued lines joined. A block after a paragraph belongs to the command before
# it.
sed -n 's/^    //p' "$text" | sed -e :a -e '/\\$/{N;s/ *\\\n */ /;ba' -e '}' > "$dir/shown"
LC_ALL=C.UTF-8
export LC_ALL

# missing FILE SHOWN: the first line of SHOWN that does not follow the ones before it in FILE; nothing if all do
missing() {
    awk -v file="$1" '
        BEGIN { while ((getline line < file) > 0) real[++n] = line }
        $0 == "…" || $0 == "" { next }
        { for (at++; at <= n && real[at] != $0; at++) { } if (at > n) { print; exit } }' "$2"
}

echo "1..$(grep -c '^[$] ' "$dir/shown")"
mkdir -p "$dir/top"
ln -s "$top/data" "$dir/top/data"
mkdir "$dir/top/build"
for name in train explain; do
    ln -s "$(eval echo "\$$name")" "$dir/top/build/$name"
done
cd "$dir/top" || exit 1
: > "$dir/lines"
check() {
    [ -z "${command:-}" ] || result "$command" "$code $(missing "$dir/real" "$dir/lines")" "0 "
}
while IFS= read -r line; do
    case $line in
    '$ '*)
        check
        command=${line#??}
        eval "$command" > "$dir/real" 2>&1
        code=$?
        : > "$dir/lines"
        ;;
    *) printf '%s\n' "$line" >> "$dir/lines" ;;
    esac
done < "$dir/shown"
check
