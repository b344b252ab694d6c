#!/bin/sh
# No global name of the libraries may collide with a program's: each is heed_SOMETHING and defined once.
# test_names.sh FOLDER, that of the build.
set -u
build=$1
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

none() {
    echo "1..0 # SKIP $1"
    exit 0
}

# defined LIBRARY ...: the names; what begins with two underscores is the compiler's
defined() {
    nm -g --defined-only "$@" 2> /dev/null | awk 'NF == 3 { sub(/^_heed/, "heed", $3); print $3 }' | grep -v '^__'
}

command -v nm > /dev/null || none 'no nm here'
defined "$build/libheed.a" | grep -q heed_arena_init || none 'this nm does not read these libraries'
cd "$build" || exit 1
[ -n "$(ls lib*.a)" ] || exit 1

echo 1..4
both='heed_(add|sum|tape_push|kernel|op_add|kernel_ref)_f(32|64)'
result 'both precisions are in the library, and base once' \
    "$(defined libheed.a | grep -Ec "^($both|heed_arena_init|heed_pool_each)\$")" 14
result 'every name of the library begins with heed_' "$(defined libheed.a | grep -v '^heed_')" ''
result 'every name in the libraries of the programs, too' "$(defined lib*.a | grep -v '^heed_' | sort -u)" ''
# libheed.a also has the objects of libheed_float.a, libheed_double.a and libsimd_*.a
result 'no name is defined twice' "$(for library in lib*.a; do
    case $library in libheed_float.a | libheed_double.a | libsimd_*) ;; *) defined "$library" ;; esac
done | sort | uniq -d)" ''
