#!/bin/sh
# Tests plot as a program: cli/plot/test_plot.sh COMMAND ..., the programs, which include plot and heed.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
cd "$dir" || exit
python=
for name in /usr/bin/python3 python3; do
    if command -v "$name" > /dev/null 2>&1; then
        python=$name
        break
    fi
done

# log STEPS: a log with train's columns: losses fall, validation every 20 steps, its minimum at three fifths
log() {
    awk -v n="$1" 'BEGIN {
        print "step,epoch,tokens,seconds,lr,train_loss,val_loss,grad_norm,grad_embedding,grad_qkv,grad_attention_out," \
            "grad_mlp,grad_output,tokens_per_second"
        for (i = 1; i <= n; i++) {
            val = i % 20 ? "" : sprintf("%.6f", 1.6 + (i > 0.6 * n ? i / n - 0.6 : (0.6 - i / n) * 2))
            printf "%d,%.4f,%d,%.3f,%.6e,%.6f,%s,1.0,0.1,0.2,0.3,0.4,%.5e,1000\n",
                i, i / 10, i * 768, i * 0.05, 1e-3 * (1 - i / n),
                1.2 + 3 * exp(-i / n * 5) + (i * 7919 % 100 - 50) / 500, val, 0.5 + 1 / i
        }
    }'
}

# has TEXT WORDS: prints yes if TEXT contains WORDS, else TEXT
has() { case $1 in *"$2"*) echo yes ;; *) echo "$1" ;; esac; }

# outcome WORD ...: runs plot; prints its output, the first line of its errors and its exit code
outcome() {
    code=0
    out=$("$plot" "$@" 2> said) || code=$?
    echo "$out$(head -n 1 said) [$code]"
}

# widest FILE: the width of its longest line in columns
widest() { LC_ALL=C.UTF-8 wc -L < "$1" | tr -d ' '; }

# 1 if wc counts a Braille character as one column
counts=$(printf '\342\240\200\n' > one; widest one 2> said)

# whole_json FILE: prints ok if it is valid JSON, else the error
whole_json() {
    if [ -n "$python" ]; then
        "$python" -c 'import json, sys; json.load(open(sys.argv[1], encoding="utf-8")); print("ok")' "$1" 2>&1 |
            tail -n 1
    else
        node -e 'JSON.parse(require("fs").readFileSync(process.argv[1])); console.log("ok")' "$1" 2>&1 | tail -n 1
    fi
}

echo 1..87
mkdir run other
log 300 > run/log.csv
log 100 > other/log.csv

# ---- Pictures ----
"$plot" > picture 2> said
result 'without arguments it draws run/log.csv, and prints no messages' "$? $(cat said)" '0 '
result 'ASCII without a UTF-8 locale' "$(tr -d '\n -~' < picture | wc -c | tr -d ' ')" 0
result 'no escape sequences on a pipe' "$(grep -c "$(printf '\033')" picture)" 0
result 'the verdict' "$(tail -n 3 picture | tr -s ' \n' ' ')" \
    "run: best 1.60 at step 180, rising since (2.00 at step 300) while the training loss keeps falling (1.21): \
overfitting. What helps: fewer steps, more text, or a higher --dropout. "
result 'a panel of gradient norms by group' \
    "$(grep -c 'a all   b embedding   c qkv   d attention_out   e mlp   f output' picture)" 1
LC_ALL=C.UTF-8 "$plot" run > braille
result 'Braille in a UTF-8 locale' "$(grep -c '⠤⠤ training' braille)" 1
LC_ALL=C.UTF-8 "$plot" run --ascii > plain
result '--ascii disables it' "$(cmp plain picture && echo same)" same
if [ "$counts" = 1 ]; then
    wide=
    for width in 20 21 33 40 64 80 79 100 132 200; do
        LC_ALL=C.UTF-8 COLUMNS=$width "$plot" run other --lr > narrow 2>&1 || wide="$wide $width fails"
        COLUMNS=$width "$plot" run other --lr > plain 2>&1 || wide="$wide $width fails"
        [ "$(widest narrow)" -le $width ] && [ "$(widest plain)" -le $width ] || wide="$wide $width"
    done
    result 'no line is wider than the terminal, from 20 columns to 200' "$wide" ''
    COLUMNS=120 "$plot" run > narrow
    result 'the full width is used' "$(widest narrow)" 120
else
    skip 'no line is wider than the terminal, from 20 columns to 200' 'wc does not count columns'
    skip 'the full width is used' 'wc does not count columns'
fi
result '--height sets that of the loss panel' "$("$plot" --height 9 --no-gradients | grep -c '^ *[0-9.]* [|+]')" 10
"$plot" run other > picture
result 'several runs: a letter each, capitals for validation' \
    "$(grep -c 'a run   b other   A capitals: validation' picture)" 1
result 'a verdict for each' "$(grep -c '^run: best\|^other: best' picture)" 2
result '--x tokens' "$("$plot" --x tokens --no-gradients | grep -c '^tokens  *50k')" 1
result '--x seconds' "$("$plot" --x seconds --no-gradients | grep -c '^time  *5 s')" 1
result '--lr' "$("$plot" --lr | grep -c '^learning rate')" 1
result '--log' "$("$plot" --log | grep -c '^loss, nats per character (log scale)')" 1
result '--smooth 1 disables smoothing' "$("$plot" --smooth 1 --no-gradients | grep -c '^ *[.][.] training   o val')" 1
result '--smooth 50' "$("$plot" --smooth 50 | grep -c 'training (mean over 51 rows)')" 1
for most in 7 70; do
    awk -v most=$most 'BEGIN { print "step,train_loss"
        for (i = 1; i <= 300; i++) print i "," (i == 1 ? most : 1.5 + i % 3 / 9) }' > spike$most.csv
done
result 'a usual start is in the picture, a spike is cut off, which is said' \
    "$("$plot" spike7.csv | grep -c clipped) $("$plot" spike70.csv | grep -c 'clipped (maximum 70')" '0 1'
result 'a file, its folder and its folder with a / are one' "$("$plot" run/log.csv | cksum) $("$plot" run/ | cksum)" \
    "$("$plot" run | cksum) $("$plot" run | cksum)"
result 'standard input' "$("$plot" - < run/log.csv | tail -n 1 | cut -c 1-15
    "$plot" - < run/log.csv | grep -c '^standard input: ')" \
    "$("$plot" - < run/log.csv | tail -n 1 | cut -c 1-15)
1"
result 'heed plot' "$("$heed" plot run | cksum)" "$("$plot" run | cksum)"

# ---- Other programs' tables ----
printf 'Iteration;Train Loss;Val Loss\r\n1;4,5;4,6\r\n2;3,5;3,6\r\n3;2,5;2,6\r\n4;1,5;1,6\r\n' > excel.csv
"$plot" excel.csv > picture 2> said
result 'semicolons and decimal commas' "$(has "$(cat picture said)" 'best 1.60 at step 4, still falling')" yes
result 'no unit for logs of other programs' "$(head -n 1 picture)" 'loss'
printf 'epoch\tloss\tval_loss\n1\t2\t2\n2\t1\t1.5\n3\t0.5\t1.8\n4\t0.3\t1.9\n5\t0.2\t2\n' > keras.csv
result 'tabs and epochs' "$(has "$("$plot" keras.csv | tail -n 3 | tr -s '\n ' ' ')" \
    "best 1.50 at epoch 2, rising since (2.00 at epoch 5) while the training loss keeps falling (0.2): overfitting. \
What helps: stopping there, more text, or more dropout.")" yes
printf 'a,b,c\n1,2,3\n2,1,2\n' > odd.csv
result 'an unrecognized loss column' "$(outcome odd.csv)" \
    "plot: odd.csv: no column is named like a loss (train_loss, loss, val_loss, …): its columns are a, b, c, in 2 \
rows; name one with --train or --val [1]"
result 'columns given by name' \
    "$("$plot" odd.csv --step a --train b --val c | grep -c 'odd.csv: 2 evaluations, the better 2.00 at step 2')" 1
result 'an unknown column name' "$(outcome odd.csv --train nll)" \
    'plot: odd.csv: no column "nll"; its columns are a, b, c [1]'
result 'no tokens' "$(outcome excel.csv --x tokens)" 'plot: excel.csv: it has no tokens column: choose another --x [1]'

# ---- Faulty input ----
result 'no such file' "$(outcome none.csv)" 'plot: cannot open none.csv: no such file or directory [1]'
result 'a folder without a log' "$(mkdir empty; outcome empty)" \
    'plot: cannot open empty/log.csv: no such file or directory [1]'
: > nothing.csv
result 'without a run' "$(cd empty && outcome)" "plot: cannot open run/log.csv: no such file or directory; train a \
model first, or name a log or the folder of a run [1]"
printf '\211heed\r\n' > empty/a.heed
result 'a model' "$(outcome empty/a.heed)" \
    'plot: empty/a.heed: it is a model, not a log: name its folder, or the log.csv in it [1]'
result 'an empty file' "$(outcome nothing.csv)" 'plot: nothing.csv: it is empty or has only comments [1]'
echo 'step,loss' > head.csv
result 'a header without rows' "$(outcome head.csv)" 'plot: head.csv has no rows yet: --follow waits for them [1]'
printf '1,2\n2,3\n' > bare.csv
result 'no header' "$(has "$(outcome bare.csv)" 'its first line holds numbers, not column names')" yes
result 'a file that is not a table' "$(has "$(outcome "$plot")" 'is a program, not text')" yes
{
    head -n 50 run/log.csv
    echo 'garbage'
    echo '51,1,2'
    sed -n '51,299p' run/log.csv
    printf '300,3.0,230'
} > broken.csv
result 'malformed lines and an incomplete one are reported' \
    "$("$plot" broken.csv --json 2>&1 > json; cat json | grep -o '"rows":[0-9]*')" \
    'plot: broken.csv: skipped 2 malformed lines, the first is line 51 (too few or too many fields, or no step)
plot: broken.csv: skipped the incomplete last line
"rows":298'
printf 'step,loss\n1,3\n2,2\n3,nan\n4,inf\n' > nan.csv
result 'NaN at the end is reported' \
    "$(has "$("$plot" nan.csv 2>&1 | tr -s '\n ' ' ')" 'the training loss is not finite since step 3')" yes
printf 'step,loss\n1,nan\n2,nan\n' > allnan.csv
result 'only NaN: nothing to draw' \
    "$("$plot" allnan.csv 2>&1 | tail -n 1; outcome allnan.csv | tail -c 4)" \
    "plot: allnan.csv: nothing to draw: in 2 rows, no value of the column \"loss\" is a number
[1]"
result 'but a summary' "$("$plot" allnan.csv --json 2> said | grep -c '"verdict":"not finite"')" 1
printf 'step,loss\n1,-1\n2,0\n' > below.csv
result 'nothing above 0 for a logarithmic axis' "$(outcome below.csv --log)" \
    'plot: below.csv: nothing to draw: in 2 rows, no value of the column "loss" is a number that a logarithmic axis '\
'can show [1]'
printf 'step,loss\n0,3\n1,2\n2,0\n' > zero.csv
result 'what logarithmic axes hide is said' "$("$plot" zero.csv --log --log-x 2>&1 > picture)" \
    'plot: zero.csv: 1 of 3 training losses is not above 0: not on the logarithmic axis
plot: zero.csv: the x of 1 of 3 rows is not above 0: not on the logarithmic axis'
printf 'step,loss\n1,2,3\n2,3,4,5\n' > short.csv
result 'rows of another length' "$(has "$("$plot" short.csv 2>&1)" 'short.csv: none of its 2 lines is a row')" yes
printf '0,train,2.3,0.5\n0,val,2.2,0.5\n' > words.csv
result 'a row for a header' "$(has "$(outcome words.csv)" 'its first line holds values, not column names') \
$(outcome words.csv | tail -c 4)" 'yes [1]'
printf 'step,loss\n0,tensor(3.0)\n' > tensor.csv
result 'no number in the column' "$(outcome tensor.csv)" \
    'plot: tensor.csv: the column "loss" holds no number in 1 row: '\
'its first value is "tensor(3.0)", in line 2 [1]'
awk 'BEGIN { print "step,train_loss_epoch,train_loss_step"
    for (i = 0; i < 2000; i++) print i "," (i % 100 == 99 ? 3 - i / 1000 : "") "," 4 }' > sparse.csv
result 'a sparse column is averaged over its own values' \
    "$("$plot" sparse.csv --json 2> said | grep -o '"train_average":[0-9.]*,"average_rows":[0-9]*')" \
    '"train_average":1.001,"average_rows":1'
result 'which of two columns is drawn' "$(cat said)" 'plot: sparse.csv: 2 columns are training losses: '\
'"train_loss_epoch" is drawn, not "train_loss_step"'
printf 'step 0: train loss 4.5, val loss 4.6\niter 0: loss 4.5, time 9ms\niter 1: loss 4.0, time 9ms\n' > console.log
result 'a console log on standard input' "$("$plot" - --json < console.log |
    grep -o '"rows":2\|"train":"[a-z ]*"\|"val":"[a-z ]*"' | tr '\n' ' ')" \
    '"rows":2 "train":"loss" "val":"val loss" '
result '--png says how' "$(outcome --png loss.png)" \
    'plot: no PNG is drawn: convert the SVG: plot --svg loss.svg && rsvg-convert loss.svg > loss.png [2]'
printf 'step,loss\n1,-1\n2,0\n3,2\n' > negative.csv
result 'losses below 0 on a logarithmic axis' "$("$plot" negative.csv --log --log-x > picture 2>&1; echo $?)" 0
printf 'step,loss\n5,2\n' > one.csv
result 'a single row' "$(for flag in --no-gradients --log --log-x --json '--svg -' '--html -'; do
    # shellcheck disable=SC2086  # two words
    "$plot" one.csv $flag > picture 2>&1 || echo "$flag fails"; done)" ''
printf 'step,loss\n1,1e308\n2,-1e308\n3,1e-308\n' > huge.csv
result 'the largest and smallest numbers' "$(for flag in --no-gradients --json '--svg -' '--html -' --log; do
    # shellcheck disable=SC2086
    "$plot" huge.csv $flag > picture 2>&1 || echo "$flag fails"; done)" ''
bad=$(printf 'a\033[31mb')
{ log 40; echo broken; } > "$bad.csv"
result 'no escape sequences from a file name' "$("$plot" "$bad.csv" run 2>&1 | grep -c "$(printf '\033')")" 0
printf '\033[31m,loss\n1,2\n' > escape.csv
result 'nor from its contents' "$("$plot" escape.csv 2>&1 | grep -c "$(printf '\033')")" 0

# ---- A million rows ----
awk 'BEGIN {
    print "step,loss,val_loss"
    for (i = 1; i <= 1000000; i++)
        print i "," 2 + (i * 7919 % 1000) / 1000 "," (i % 1000 ? "" : 2.5 - i / 1e6)
}' > million.csv
start=$(date +%s)
"$plot" million.csv > picture 2>&1
result 'a million rows' \
    "$? $(has "$(tail -n 3 picture | tr -s '\n ' ' ')" 'best 1.50 at step 1,000,000, still falling')" '0 yes'
"$plot" million.csv --html million.html --svg million.svg
result 'as a page and a picture of limited size' \
    "$(($(wc -c < million.html) < 1500000 && $(wc -c < million.svg) < 300000))" 1
echo "# three pictures of a million rows in $(($(date +%s) - start)) s"
rm -f million.*

# ---- Files ----
result '--svg writes, says so, and draws nothing' \
    "$("$plot" --svg loss.svg 2>&1 | sed 's/[0-9.]* KiB.*open /N /') $(head -c 40 loss.svg)" \
    'plot: wrote loss.svg, N loss.svg <svg xmlns="http://www.w3.org/2000/svg" '
result '--html too' "$("$plot" --html page.html 2>&1 | sed 's/[0-9.]* KiB.*open /N /') $(sed -n 2p page.html)" \
    'plot: wrote page.html, N page.html <html lang="en" data-page="heed-plot">'
result 'both are replaced' \
    "$("$plot" other --svg loss.svg --html page.html; grep -c 'other: best' loss.svg page.html)" 'loss.svg:2
page.html:0'
exists="plot: book.txt exists and is not a"
result 'other files are not' \
    "$(echo precious > book.txt; outcome --svg book.txt; outcome --html book.txt; cat book.txt)" \
    "$exists picture made by plot: choose another name for --svg, or remove the file first [1]
plot: book.txt exists and is not a page made by plot: choose another name for --html, or remove the file first [1]
precious"
result 'unless --force' "$("$plot" --svg book.txt --force; head -c 4 book.txt)" '<svg'
result 'to standard output' "$("$plot" --svg - | tail -n 1)$("$plot" --html - | tail -n 1)" '</svg></html>'
result 'a missing folder' "$(has "$(outcome --svg nowhere/x.svg)" 'nowhere')" yes
log 40 > '<b>&"\.csv'
if [ -n "$python" ]; then
    "$plot" run other '<b>&"\.csv' --svg three.svg --lr
    result 'SVG is valid XML' "$("$python" -c 'import sys, xml.dom.minidom as x
d = x.parse(sys.argv[1]); t = [n.firstChild.data for n in d.getElementsByTagName("text") if n.firstChild]
print(sum("<b>&\"\\.csv" in s for s in t), len(d.getElementsByTagName("clipPath")))' three.svg 2>&1)" '4 3'
else
    skip 'SVG is valid XML' 'no python3'
fi
if [ -n "$python" ] || command -v node > /dev/null 2>&1; then
    "$plot" run other '<b>&"\.csv' nan.csv allnan.csv --json > json 2> said
    result '--json prints valid JSON' "$(whole_json json)" ok
    sed -n 's/^<script id="data" type="application\/json">//; /^{/,/^}/p' page.html | sed 's/<\/script>.*//' > json
    result 'a page embeds valid JSON' "$(whole_json json)" ok
else
    skip '--json prints valid JSON' 'neither python3 nor node'
    skip 'a page embeds valid JSON' 'neither python3 nor node'
fi
if [ -n "$python" ]; then
    "$plot" run --json > json
    result 'its numbers match the log' "$("$python" - << 'END'
import csv, json
said = json.load(open("json"))["runs"][0]
rows = list(csv.DictReader(open("run/log.csv")))
val = [(float(r["val_loss"]), int(r["step"]), int(r["tokens"])) for r in rows if r["val_loss"]]
beta, m = 1 - 1 / 6, 0
for r in rows:
    m = beta * m + (1 - beta) * float(r["train_loss"])
m /= 1 - beta ** len(rows)
best, last = said["val_best"], said["val_last"]
print((best["loss"], best["step"], best["tokens"]) == min(val), (last["loss"], last["step"], last["tokens"]) == val[-1],
      said["rows"] == len(rows), said["average_rows"], abs(said["train_average"] - m) < 1e-9,
      said["train_last"]["loss"] == float(rows[-1]["train_loss"]), said["verdict"])
END
)" 'True True True 7 True True overfitting'
else
    skip 'its numbers match the log' 'no python3'
fi

# ---- Baselines ----
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%s", substr("abcdefgh", i * 7919 % 1000 % 8 + 1, 1) }' > text
"$plot" run --corpus text --json > json
result '--corpus: the uniform baseline of eight characters' "$(grep -o '"uniform":2.0794' json)" '"uniform":2.0794'
result 'unigram, bigram and the best n-gram model' \
    "$(grep -c '"unigram":2[.0-9]*,"bigram":[.0-9]*,"ngram":[-.0-9e]*,"n":[0-9]*}' json)" 1
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "ab" }' > text
result 'and compares' "$(has "$("$plot" run --corpus text | tail -n 3 | tr -s ' \n' ' ')" \
    'not better than a uniform model (0.693)')" yes
result 'a missing text' "$(outcome --corpus none)" \
    'plot: --corpus: cannot open none: no such file or directory [1]'

# ---- Usage ----
result '--help lists the known column names' \
    "$("$plot" --help | tr -s ' \n' ' ' | grep -c 'Known column names, ignoring case: step, iter,')" 1
result 'a typo is noticed' "$(outcome --folow)" "plot: unknown option --folow; did you mean --follow? [2]"
result 'two things to standard output' "$(has "$(outcome --json --svg -)" 'only one of --svg, --html and --json')" yes
result 'standard input twice' "$(has "$(outcome - -)" 'standard input can be read only once')" yes
result 'the log as its own picture' "$(has "$(outcome run/log.csv --svg run/log.csv)" 'is the log itself')" yes
result '--follow and standard input' "$(has "$(outcome --follow -)" 'it cannot follow standard input')" yes
result 'a full disk is reported' "$([ -e /dev/full ] || { echo yes; exit; }
    has "$("$plot" 2>&1 > /dev/full)" 'plot: cannot write to standard output')" yes
result 'a reader that leaves is not an error' \
    "$("$plot" --html - 2> said | head -c 100 | wc -c | tr -d ' ') $(cat said)" '100 '

# ---- --follow ----
# until_has FILE WORDS: waits until FILE contains WORDS, at most half a minute
until_has() {
    tries=0
    while ! grep -q "$2" "$1" 2> /dev/null && [ $tries -lt 300 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    grep -c "$2" "$1"
}
"$plot" live --follow --svg live.svg > lines 2> said &
job=$!
result 'it waits for a log' "$(until_has said 'plot: waiting: cannot open live: no such file')" 1
mkdir live
log 60 | head -n 31 > live/log.csv
result 'on a pipe: a line per change' "$(until_has lines '^live: step 30, ') $(grep -c '1 evaluation, ' lines)" '1 1'
log 60 | tail -n 30 | head -n 29 >> live/log.csv
printf '60,0.6' >> live/log.csv
result 'without the incomplete line' "$(until_has lines '^live: step 59, ')" 1
log 80 > new && mv new live/log.csv
result 'a log that is replaced' "$(until_has lines '^live: step 80, ')" 1
result 'files are written again' "$(until_has live.svg '<desc>live: best 1.75 at step 60')" 1
kill -INT $job
wait $job
result 'Ctrl-C ends it' "$? $(grep -c "$(printf '\033')" lines)" '130 0'
"$plot" live --follow 2> said | head -n 1 > lines
result 'so does a reader that leaves' "$(cat lines | cut -c 1-20)" 'live: step 80, loss '
