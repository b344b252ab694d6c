#!/bin/sh
# The guided start of the page that learns: page/live/test_guide.sh PAGE COMMAND ..., where PAGE is the built live.html.
# Skipped without it, Node.js or Chromium.
set -u
page=$1
shift
for program in "$@"; do
    case ${program##*/} in
    explain) explain=$program ;;
    esac
done
here=$(dirname "$0")

# shellcheck source=tests/page/browser.sh
. "$here/../browser.sh"
[ -e "$page" ] || skip_all "live.html was not built: it needs clang's wasm32 target (src/wasm/README.md)"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
node "$here/guide_test.mjs" "$chromium" "$page" "$explain" "$dir"
