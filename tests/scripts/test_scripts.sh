#!/bin/sh
# Every script prints its usage on --help and exits with 2 on an unknown argument.
set -u
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
scripts='ablation bench check claims cost deb demo fuzz mutate race scaling setup sweep test'

# runs SCRIPT: does it have its interpreter?
runs() { ! head -n 1 "scripts/$1" | grep -q python3 || command -v python3 > /dev/null; }

echo 1..29
cd "$(dirname "$0")/../.." || exit 1
for script in $scripts; do
    if runs "$script"; then
        "scripts/$script" --help > "$dir/out" 2> "$dir/said"
        result "$script --help" "$? $(test "$(wc -c < "$dir/out")" -gt 100 && echo words)$(cat "$dir/said")" '0 words'
        "scripts/$script" --nonsense > "$dir/out" 2> "$dir/said" < /dev/null
        result "$script --nonsense" "$? $(cat "$dir/out")$(test -s "$dir/said" && echo words)" '2 words'
    else
        skip "$script --help" 'no python3'
        skip "$script --nonsense" 'no python3'
    fi
done
others='\.|^(check_layers|check_words|make_corpus|debian)$'
result 'no script is left out' "$(ls scripts | grep -vE "$others" | tr '\n' ' ')" "$scripts "
