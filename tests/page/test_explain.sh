#!/bin/sh
# The page of explain --html in a browser: page/test_explain.sh COMMAND ..., including explain and train, which trains
# the three small models to explain. Skipped without Node.js and Chromium.
set -u
for program in "$@"; do
    case ${program##*/} in
    explain) explain=$program ;;
    train) train=$program ;;
    esac
done
here=$(dirname "$0")

# shellcheck source=tests/page/browser.sh
. "$here/browser.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# small NAME CORPUS WORD ...: trains a tiny model quickly
small() {
    name=$1 corpus=$2
    shift 2
    "$train" --layers 2 --heads 2 --channels 16 --context 64 --threads 1 --quiet --out "$dir/$name" "$@" "$corpus" ||
        { echo "Bail out! train made no model of $corpus"; exit 1; }
}

head -c 60000 "$here/../../data/stories.txt" > "$dir/stories.txt"
node "$here/hostile.mjs" corpus > "$dir/hostile.txt" || { echo "Bail out! node does not run"; exit 1; }
small plain "$dir/stories.txt" --steps 60 --no-counts
small counts "$dir/stories.txt" --steps 60 --counts
small hostile "$dir/hostile.txt" --steps 10 --force --counts     # it has NULs

node "$here/explain_test.mjs" "$chromium" "$explain" "$dir/plain" "$dir/hostile" "$dir"
