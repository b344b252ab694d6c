#!/bin/sh
# That the sources ask for nothing but C11 and POSIX (with XSI) where they are not told that this is Linux, so that they
# compile on systems that are not here: each of them is read by the compiler as if it were not Linux, with the C
# library's headers showing POSIX only. macOS says "where not Linux" to the same lines.
set -u
tests=$(dirname "$0")/..
# shellcheck source=tests/tap.sh
. "$tests/tap.sh"
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# asks FILE: what it asks for beyond that
asks() {
    double=
    case $1 in */explain/*) double=-DHEED_DOUBLE ;; esac
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c11 -U__linux__ -D_XOPEN_SOURCE=700 $double -Isrc -DHEED_VERSION='""' -DHEED_LIBEXEC='""' \
        -DHEED_TARGET='""' -Wall -Werror -fsyntax-only "$1" 2>&1 | grep -E 'error|warning' | head -n 2
}

echo 1..2
# the loops for instruction sets need their flags, and no system
result 'every source' "$(find src -name '*.c' ! -path '*/simd/*' | sort | while read -r file; do asks "$file"; done)" ''
printf '%s\n' '#include <unistd.h>' 'int f(int p[2]) { return pipe2(p, 0); }' > "$dir/a.c"
result 'more than POSIX would be seen' "$(asks "$dir/a.c" | grep -c pipe2)" 1
