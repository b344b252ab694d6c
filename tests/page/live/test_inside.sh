#!/bin/sh
# What heed live puts into the page, in a browser: page/live/test_inside.sh PAGE COMMAND ..., where PAGE is the built
# live.html. Skipped without it, Node.js or Chromium.
set -u
page=$1
shift
tests=$(dirname "$0")/../..
# shellcheck source=tests/page/browser.sh
. "$tests/page/browser.sh"
[ -e "$page" ] || skip_all "live.html was not built: it needs clang's wasm32 target (src/wasm/README.md)"
script=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/inside_test.mjs
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
cd "$dir" || exit 1

# a text with markup in it, at the end of which JavaScript would start
awk 'BEGIN {
    for (i = 0; i < 200; i++) print "The cat " i % 7 " sat </script><script>broken = 1</script> & <!-- \\u2028"
}' > text
"$train" text --layers 2 --heads 2 --channels 16 --context 32 --batch 4 --steps 30 --threads 1 --quiet --out run &&
    "$live" --model run --text text --prompt 'The cat 3 sat </s' --out both.html 2> /dev/null &&
    "$live" --text text --out text.html 2> /dev/null || { echo 'Bail out! no page'; exit 1; }
node "$script" "$chromium" "$dir/both.html" "$explain" "$dir"
