#!/bin/sh
# The live page's engine in Node.js, without a browser: test_engine.sh WASM_FOLDER COMMAND ..., among them train,
# explain and sample, whose bytes and numbers it must have. Or: test_engine.sh --missing REASON.
set -u
here=$(dirname "$0")
# shellcheck source=tests/tap.sh
. "$here/../../tap.sh"
# shellcheck source=tests/wasm/node.sh
. "$here/../../wasm/node.sh"
folder=$1
shift
for program; do
    case ${program##*/} in
    explain) explain=$program ;;
    sample) sample=$program ;;
    train) train=$program ;;
    esac
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
$node "$here/engine_test.mjs" "$folder" "$train" "$explain" "$sample" "$dir"
