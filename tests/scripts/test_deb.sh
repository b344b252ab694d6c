#!/bin/sh
# scripts/deb: the packages are built, lintian finds nothing, and they hold the programs and the library. With
# HEED_NIGHTLY=1 only, as it compiles everything once more.
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/tests/tap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
result 'usage' "$("$top/scripts/deb" 2>&1; echo $?)" 'usage: scripts/deb DIR
2'
if [ -z "${HEED_NIGHTLY:-}" ]; then
    skip 'packages' 'HEED_NIGHTLY is not set'
else
    said=$("$top/scripts/deb" "$dir" 2>&1)
    code=$?
    if [ $code = 3 ]; then
        skip 'packages' "$said"
    else
        result 'built, and lintian finds nothing' "$code $(echo "$said" | grep '^[EW]:')" '0 '
        result 'the programs' \
            "$(dpkg-deb -c "$dir"/heed_*.deb | grep -cE '/(bin/heed|libexec/heed/(train|sample|explain))$')" 4
        result 'the library' "$(dpkg-deb -c "$dir"/libheed-dev_*.deb | grep -cE '/(heed\.h|libheed\.a|heed\.pc)$')" 3
    fi
fi
echo "1..$n"
