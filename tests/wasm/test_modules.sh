#!/bin/sh
# Tests as WebAssembly: test_modules.sh MODULE ..., each a program that reports TAP; or --missing REASON.
set -u
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/wasm/node.sh
. "$(dirname "$0")/node.sh"

for module; do
    name=$(basename "$module" .wasm)
    if ! runs "$module"; then
        skip "$name" 'this Node.js has no relaxed SIMD'
        continue
    fi
    said=$($node "$run_mjs" "$module" 2>&1)
    result "$name: exit code" $? 0
    result "$name: last line" "$(echo "$said" | tail -n 1)" "1..$(echo "$said" | grep -c '^ok ')"
done
echo "1..$n"
