#!/bin/sh
# Tests the page of plot --html in a browser: page/test_plot.sh COMMAND ..., the programs, which include plot. Skips,
# with the reason, without Node.js or Chromium.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/page/browser.sh
. "$here/browser.sh"
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
cd "$dir" || exit

# log ROWS SHAPE: a log with train's columns, validation every 20 rows, overfitting if SHAPE is "over"
log() {
    awk -v n="$1" -v shape="$2" 'BEGIN {
        print "step,epoch,tokens,seconds,lr,train_loss,val_loss,grad_norm,grad_embedding,grad_qkv,grad_attention_out," \
            "grad_mlp,grad_output,tokens_per_second"
        for (i = 1; i <= n; i++) {
            rise = shape == "over" && i > 0.6 * n ? 1 : 0
            val = i % 20 ? "" : sprintf("%.6f", 1.6 + (rise ? i / n - 0.6 : (1 - i / n) * 2))
            printf "%d,%.4f,%d,%.3f,%.6e,%.6f,%s,1.0,0.1,0.2,0.3,0.4,%.5e,1000\n",
                i, i / 100, i * 768, i * 0.05, 1e-3 * (1 - i / n),
                1.2 + 3 * exp(-i / n * 5) + (i * 7919 % 100 - 50) / 500, val, 0.5 + 1 / i
        }
    }'
}
mkdir one two
log 300 over > one/log.csv
log 200 down > two/log.csv
log 60 down > '<img src=x onerror=alert(1)>.csv'
log 100000 over > long.csv
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%s", substr("abcdefgh", i * 7919 % 1000 % 8 + 1, 1) }' > text
"$plot" one --corpus text --html one.html && "$plot" one two '<img src=x onerror=alert(1)>.csv' --html several.html &&
    "$plot" long.csv --html long.html || { echo 'Bail out! plot made no page'; exit 1; }
node "$here/plot_test.mjs" "$chromium" "$plot" "$dir"
