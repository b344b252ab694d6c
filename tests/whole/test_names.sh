#!/bin/sh
# No global name of the libraries can collide with a program's own: each starts with heed_ and is defined once.
# test_names.sh BUILD, the build folder.
set -u
build=$1
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

none() {
    echo "1..0 # SKIP $1"
    exit 0
}

# defined LIBRARY ...: its global names, except the compiler's, which start with two underscores
defined() {
    nm -g --defined-only "$@" 2> /dev/null | awk 'NF == 3 { sub(/^_heed/, "heed", $3); print $3 }' | grep -v '^__'
}

command -v nm > /dev/null || none 'nm not found'
defined "$build/libheed.a" | grep -q heed_arena_init || none 'this nm cannot read these libraries'
cd "$build" || exit 1
[ -n "$(ls lib*.a)" ] || exit 1

echo 1..4
both='heed_(add|sum|tape_push|kernel|op_add|kernel_ref)_f(32|64)'
result 'both precisions are in the library, and base once' \
    "$(defined libheed.a | grep -Ec "^($both|heed_arena_init|heed_pool_each)\$")" 14
result 'every name in the library starts with heed_' "$(defined libheed.a | grep -v '^heed_')" ''
result 'so does every name in the programs libraries' "$(defined lib*.a | grep -v '^heed_' | sort -u)" ''
# libheed.a also contains the objects of libheed_float.a, libheed_double.a and libsimd_*.a
result 'no name is defined twice' "$(for library in lib*.a; do
    case $library in libheed_float.a | libheed_double.a | libsimd_*) ;; *) defined "$library" ;; esac
done | sort | uniq -d)" ''
