#!/bin/sh
# Outside Linux the sources need only C11 and POSIX (with XSI). The compiler checks each one with __linux__ undefined
# and the C library's headers limited to POSIX, so that they compile on systems that we cannot run, such as macOS.
set -u
tests=$(dirname "$0")/..
# shellcheck source=tests/tap.sh
. "$tests/tap.sh"
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# asks FILE: prints what it needs beyond POSIX
asks() {
    double=
    case $1 in */explain/* | */live/*watch.c) double=-DHEED_DOUBLE ;; esac
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c11 -U__linux__ -D_XOPEN_SOURCE=700 $double -Isrc -DHEED_VERSION='""' -DHEED_LIBEXEC='""' \
        -DHEED_TARGET='""' -Wall -Werror -I"$dir" -fsyntax-only "$1" 2>&1 | grep -E 'error|warning' | head -n 2
}

echo 1..2
# A header that the build writes.
mkdir -p "$dir/cli/live"
echo '#define LIVE_MISSING ""' > "$dir/cli/live/missing.h"
# kernel/simd and bench's loops need compiler flags per instruction set, the exports are WebAssembly's; none of them
# calls a system function
result 'every source compiles' \
    "$(find src -name '*.c' ! -path '*/simd/*' ! -name loops.c ! -path 'src/wasm/*' \
        ! -path 'src/live/export*' | sort | while read -r file; do asks "$file"; done)" ''
printf '%s\n' '#include <unistd.h>' 'int f(int p[2]) { return pipe2(p, 0); }' > "$dir/a.c"
result 'the check catches a Linux-only function' "$(asks "$dir/a.c" | grep -c pipe2)" 1
