#!/bin/sh
# Which of two modules the page takes: test_choose.sh RELAXED PLAIN, or --missing REASON.
set -u
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/wasm/node.sh
. "$(dirname "$0")/node.sh"
choose=$(dirname "$0")/choose.mjs

runs "$1" || give_up 'relaxed SIMD' 'this Node.js has none'
case $(grep -o -m 1 -w 'fma' /proc/cpuinfo 2> /dev/null) in
fma) result 'with fused multiply-adds' "$($node "$choose" "$1" "$2")" 'fused wasm' ;;
*) skip 'with fused multiply-adds' 'this processor is not known to have them' ;;
esac
if $node --no-enable-fma3 -e 0 2> /dev/null && [ "$(uname -m)" = x86_64 ]; then
    result 'relaxed multiply-adds that round twice' "$($node --no-enable-fma3 "$choose" "$1" "$2")" 'plain wasm'
else
    skip 'relaxed multiply-adds that round twice' 'this Node.js has no flag for it'
fi
head -c 100 "$1" > "${TMPDIR:-/tmp}/heed.$$"
result 'without relaxed SIMD' "$($node "$choose" "${TMPDIR:-/tmp}/heed.$$" "$2")" 'plain wasm'
rm -f "${TMPDIR:-/tmp}/heed.$$"
echo "1..$n"
