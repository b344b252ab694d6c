#!/bin/sh
# train --watch, explain --replay and explain --claims, run as users run them: cli/explain/test_claims.sh COMMAND ...,
# among them explain and train. Runs in the source folder, on the text and the items that ship.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"

# fails NAME CODE SENTENCE WORD ...: must exit with CODE, SENTENCE on stderr and nothing on stdout
fails() {
    name=$1 want=$2 sentence=$3
    shift 3
    said=$("$@" 2>&1 > "$dir/out")
    code=$?
    case $said in
    *"$sentence"*) result "$name" "$code $(wc -c < "$dir/out" | tr -d ' ')" "$want 0" ;;
    *) result "$name" "$said" "$sentence" ;;
    esac
}

# learn NAME FLAG ...: trains a small model in the folder NAME, quietly
small="--no-counts --layers 2 --heads 2 --channels 16 --batch 4 --threads 1 --quiet"
# shellcheck disable=SC2086
learn() {
    run=$1
    shift
    "$train" data/stories.txt $small --out "$dir/$run" "$@"
}

# frames NAME: the steps of its snapshots, on one line
frames() {
    awk -F, 'NR > 1 && $1 "" != last { printf "%s%s", sep, last = $1; sep = " " }' "$dir/$1/watch.csv"
}

# columns FILE: its lines longer than 79 columns (in UTF-8)
columns() { LC_ALL=C.UTF-8 awk 'length($0) > 79' "$1"; }

top=$(pwd)
echo 1..76
text="Steve has a green thumb so he works in the gard"
learn full --context 64 --steps 300 --watch "$text" || echo "Bail out! train failed"
learn blind --context 64 --steps 20 --positions none
learn short --context 16 --steps 5 --watch "so he works in the gard"

# --- train --watch ---
result "a snapshot before the first step and one after the last" \
    "$(frames full | awk '{ print $1, $2, $NF }')" "0 1 300"
result "about forty snapshots, none twice" \
    "$(frames full | tr ' ' '\n' | sort -nu | wc -l | awk '{ print ($1 > 34 && $1 < 42) }')
$(frames full | wc -w | tr -d ' ')" "1
$(frames full | tr ' ' '\n' | sort -nu | wc -l | tr -d ' ')"
result "dense at first" "$(frames full | tr ' ' '\n' | awk '$1 <= 75 { n++ } END { print (n > NR * 0.4) }')" 1
result "each with 2 layers, 2 heads and 46 keys" \
    "$(awk -F, 'NR > 1 { n[$1]++ } END { for (s in n) if (n[s] != 184) print s }' \
    "$dir/full/watch.csv")" ""
result "ten columns" "$(awk -F, 'NF != 10' "$dir/full/watch.csv")" ""
result "weights of a head sum to 1, ds to 0" \
    "$(awk -F, 'NR > 1 { k = $1 "," $5 "," $6; a[k] += $9; ds[k] += $10 }
    END { for (k in a) if (a[k] < 1 - 1e-4 || a[k] > 1 + 1e-4 || ds[k] > 1e-5 || ds[k] < -1e-5) print k }' \
    "$dir/full/watch.csv")" ""
result "only the last characters of a long text" \
    "$(awk -F, 'NR > 1 { n[$1]++ } END { print n[0], n[5] }' "$dir/short/watch.csv")" "64 64"
fails "one character is too few" 2 "two characters at least" learn one --steps 3 --watch e
fails "so is an empty text" 2 "--watch needs a value: --watch TEXT" learn none --steps 3 --watch ""
fails "a character that the text lacks" 2 "U+00E9" learn lacks --steps 3 --watch "$(printf 'caf\303\251')"
learn plain --steps 3 && learn plain --steps 3 --force
result "without --watch, no snapshots" "$(ls "$dir/plain")" "best.heed
log.csv
model.heed
receipt.json"
learn plain --steps 3 --force --watch "he" && learn plain --steps 3 --force
result "a new run removes the snapshots of the old one" "$(find "$dir/plain" -name 'watch*')" ""
mkdir "$dir/mine"
echo "a,b,c" > "$dir/mine/watch.csv"
fails "a foreign file of that name" 1 "watch.csv already exists" learn mine --steps 3
result "is left alone" "$(cat "$dir/mine/watch.csv"; ls "$dir/mine")" "a,b,c
watch.csv"

# --- resuming ---
learn part --steps 40 --watch "the garden"
cp -r "$dir/part" "$dir/kept"
before=$(frames part)
learn part --steps 80 --resume
result "resuming keeps the earlier snapshots" "$? $(frames part | cut -c "1-${#before}")" "0 $before"
result "and adds new ones to the new end, none twice" \
    "$(frames part | tr ' ' '\n' | sort -nuc 2>&1; frames part | awk '{ print $NF }')" 80
learn part --steps 90 --resume --watch "the garden"
result "--watch may repeat the same text" "$? $(frames part | awk '{ print $NF }')" "0 90"
cp "$dir/part/watch.csv" "$dir/before.csv"
for other in "the gardem" "he garden" "in the garden"; do
    fails "a different text is refused: $other" 1 "is not the text in" \
        learn part --steps 100 --resume --watch "$other"
done
result "and the file is unchanged" "$(cmp "$dir/before.csv" "$dir/part/watch.csv" && echo same)" same
printf '40,3.1,0.' >> "$dir/kept/watch.csv"
learn kept --steps 50 --resume
result "a truncated last line is dropped" \
    "$? $(frames kept | awk '{ print $1, $NF }') $(awk -F, 'NF != 10' "$dir/kept/watch.csv")" "0 0 50 "
learn late --steps 20 && learn late --steps 40 --resume --watch "the garden"
result "--watch may start on resume" "$(frames late | awk '{ print $1, $NF }')" "20 40"
# A run so long that it is interrupted before its second snapshot is due.
rows() { if [ -e "$dir/long/log.csv" ]; then wc -l < "$dir/long/log.csv"; else echo 1; fi; }
for again in "" --resume; do
    before=$(rows)
    # shellcheck disable=SC2086
    "$train" data/stories.txt $small --out "$dir/long" --steps 1000000000 --watch "the garden" $again &
    pid=$!
    tries=0
    while [ "$(rows)" -le "$before" ] && [ $tries -lt 300 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -INT $pid
    wait $pid
    result "interrupted early${again:+, again}: saved" "$? $(frames long)" "130 0"
done

# --- explain --replay ---
"$explain" --model "$dir/full" --threads 1 --replay > "$dir/replay"
result "--replay succeeds" $? 0
result "a line per snapshot" \
    "$(awk 'on { printf "%s%s", sep, $1; sep = " " } $1 == "step" && $2 == "loss" { on = 1 }' "$dir/replay")" \
    "$(frames full)"
result "it names the head and the target" \
    "$(grep -c '^  Layer [01], head [01], ' "$dir/replay") $(grep -c "the one watched" "$dir/replay")" "1 1"
"$explain" --model "$dir/full" --threads 1 --replay --layer 1 --head 0 > "$dir/chosen"
result "--layer and --head choose" "$? $(grep -c '^  Layer 1, head 0, ' "$dir/chosen")" "0 1"
result "lines within 79 columns" "$(columns "$dir/replay")" ""
result "the first snapshot's loss" "$(awk '$1 == "0" { print $2 }' "$dir/replay")" \
    "$(awk -F, 'NR == 2 { printf "%.4f", $2 }' "$dir/full/watch.csv")"
result "losses fall" "$(awk '$1 == "0" { first = $2 } $1 == "300" { print ($2 < first) }' "$dir/replay")" 1
if command -v python3 > /dev/null; then
    "$explain" --model "$dir/full" --threads 1 --replay --json > "$dir/replay.json"
    result "--replay --json is JSON with all snapshots" \
        "$? $(python3 - "$dir/replay.json" "$dir/full/watch.csv" "$text" <<'PYTHON'
import csv, json, sys
def wrong(x): raise ValueError(x)
d = json.load(open(sys.argv[1], encoding="utf-8"), parse_constant=wrong)
rows = list(csv.DictReader(open(sys.argv[2])))
r = d["replay"]
assert "".join(c["text"] for c in d["characters"]) == sys.argv[3][:-1]
assert d["vocabulary"][d["answer"]["target"]]["text"] == sys.argv[3][-1]
assert r["steps"] == sorted({int(x["step"]) for x in rows}) == [f["step"] for f in r["frames"]]
flat = [(f, l, h, j) for f in r["frames"] for l in range(2) for h in range(2)
        for j in range(len(f["a"][l][h]))]
assert len(flat) == len(rows)
for (f, l, h, j), x in zip(flat, rows):
    assert (f["step"], l, h, j) == (int(x["step"]), int(x["layer"]), int(x["head"]), int(x["key"]))
    for name, of in (("a", "weight"), ("ds", "ds")):
        assert abs(f[name][l][h][j] - float(x[of])) <= 6e-4 * abs(float(x[of])), (name, x)
    assert abs(f["loss"] - float(x["loss"])) < 1e-4 and abs(f["p"] - float(x["p"])) < 1e-4
print("yes")
PYTHON
)" "0 yes"
else
    skip "--replay --json is JSON with all snapshots" "python3 is not installed"
fi
"$explain" --model "$dir/full" --threads 1 --replay --html "$dir/page.html"
result "--replay --html is a page" \
    "$? $(grep -c 'heed-explain-1' "$dir/page.html" | awk '{ print ($1 > 0) }')" "0 1"
fails "--replay with --prompt" \
    2 "leave out --prompt" "$explain" --model "$dir/full" --replay --prompt "the gard"
fails "--replay with --target" 2 "leave out --prompt" "$explain" --model "$dir/full" --replay --target e
fails "without snapshots" 1 "watch.csv" "$explain" --model "$dir/blind" --replay
fails "the error names what writes them" 1 "train --watch" "$explain" --model "$dir/blind" --replay
cp "$dir/full/watch.csv" "$dir/short/watch.csv"
fails "snapshots of a model with a longer context" \
    1 "46 characters, the model's context is 16" "$explain" --model "$dir/short" --replay
# shellcheck disable=SC2086
"$train" data/stories.txt $small --out "$dir/other" --layers 1 --channels 8 --context 64 --steps 1
cp "$dir/full/watch.csv" "$dir/other/watch.csv"
fails "snapshots of another shape" 1 "1 layers and 2 heads" "$explain" --model "$dir/other" --replay
cp "$dir/full/log.csv" "$dir/other/watch.csv"
fails "a file of another kind" 1 "not an attention log" "$explain" --model "$dir/other" --replay
learn dash --steps 3 --watch "--" --context 16
result "a watched - does not mean standard input" \
    "$(echo "the garden" | "$explain" --model "$dir/dash" --replay | grep -c '^  *[0-3]  .*(0)  *100.0 %')" 4

# --- explain --claims ---
head -n 41 data/stories.tsv > "$dir/clues.tsv"
measure() { "$explain" --claims --threads 1 --clues "$dir/clues.tsv" "$@"; }
measure --model "$dir/full" > "$dir/claims" 2> "$dir/said"
result "failed claims are a failure" "$?" 1
count=$(grep -c '^FAIL' "$dir/claims")
result "they are counted, in the error too" \
    "$(tail -n 1 "$dir/claims") $(grep -c "$count of the claims do not hold for" "$dir/said")" "$count FAIL 1"
result "thirteen claims, in order" \
    "$(awk '/^(PASS|FAIL|----)  [0-9]+\./ { printf "%d ", $2 }' "$dir/claims")" "1 2 3 4 5 6 7 8 9 10 11 12 13 "
result "claims within 79 columns" "$(sed "s|$dir/||" "$dir/claims" | awk 'length($0) > 79')" ""
heads=$(sed -n 's/.*(layer \([0-9]\), head \([0-9]\))$/\1.\2/p' "$dir/claims")
needed=$(sed -n 's/^ *head \([0-9.]*\), .*matters most .*/\1/p' "$dir/claims")
result "the head that attends most is named beside the one that matters most" \
    "$(sed -n 's/^ *head \([0-9.]*\), .*attends .*/\1/p' "$dir/claims")" "$heads"
result "once if it is the same" "$(grep -c '^ *head [0-9.]*, [am]' "$dir/claims")" \
    "$([ "$heads" = "$needed" ] && echo 1 || echo 2)"
result "eleven and twelve are about the latter" "$(grep -c "(head $needed[,;] " "$dir/claims")" 2
result "half of the sentences measure the twelfth" \
    "$(sed -n 's/^ *sentences where .* of \([0-9]*\))$/\1/p' "$dir/claims") \
$(sed -n 's/.*last row of one head, \([0-9]*\) sentences:$/\1/p' "$dir/claims")" "20 20"
result "bigram counts are at chance" "$(awk '/^ *bigram counts/ { print $3 }' "$dir/claims")" 50.0
result "hard attention has no gradient" \
    "$(awk '$1 == "hard" { print $2, $3, $4, ($5 > 0) }' "$dir/claims")" "0.00e+00 0.00e+00 0.00e+00 1"
result "the paths add up" \
    "$(awk '/^ *through/ { sum += $3 } END { print (sum > 99.7 && sum < 100.3) }' "$dir/claims")" 1
result "content: three numbers" "$(sed -n '/ 11\. /,/ 12\. /p' "$dir/claims" | grep -c '^ .* [0-9.]* x  (')" 3
result "what a head writes and what a step teaches it add up" \
    "$(awk '/adds? up within/ { n += $NF + 0 < 1e-9 } END { print n }' \
    "$dir/claims")" "$(awk '/sentences where/ { print 1 + ($7 > 0) }' "$dir/claims")"
measure --model "$dir/blind" > "$dir/unplaced" 2> /dev/null
result "not measured without rotary positions" "$(grep -A 1 '^----  11\. ' "$dir/unplaced" | tail -n 1)" \
    "         not measured: only rotary positions tell one from the other"
measure --model "$dir/full" --compare "$dir/blind/model.heed" > "$dir/compared" 2> /dev/null
result "--compare measures the sixth" \
    "$(grep -c '^\(PASS\|FAIL\)  6\.' "$dir/compared") $(grep -c 'loss with / without' "$dir/compared")" "1 1"
fails "--compare with positions" \
    1 "that model has positions" measure --model "$dir/full" --compare "$dir/full/model.heed"
learn seeing --context 64 --steps 20
measure --model "$dir/full" --compare "$dir/blind/model.heed" --against "$dir/seeing/model.heed" \
    > "$dir/pair" 2> /dev/null
best() { head -c 2000 "$dir/$1/model.heed" | grep -a '^best_loss' | awk '{ printf "%.4f", $2 }'; }
result "--against is the model with positions" "$(grep -c "$(best seeing) / $(best blind)" "$dir/pair")" 1
fails "--against without positions" 1 "has no positions" \
    measure --model "$dir/full" --compare "$dir/blind/model.heed" --against "$dir/blind/model.heed"
fails "--against alone" 2 "--compare" measure --model "$dir/full" --against "$dir/full/model.heed"

# --- The model's own text and sentences ---
mkdir -p "$dir/own/data" && cd "$dir/own" || exit 1
fails "--claims without a model" 1 "neither run nor a folder in it has a best.heed or model.heed" "$explain" --claims
head -c 20000 "$top/data/stories.txt" > data/part.txt
head -c 30000 "$top/data/stories.txt" > data/more.txt
cp data/more.txt data/lone.txt
head -n 3 "$top/data/stories.tsv" > data/part.tsv
head -n 5 "$top/data/stories.tsv" > data/more.tsv
cp data/more.tsv data/a.tsv
# shellcheck disable=SC2086
for text in part more; do "$train" data/$text.txt $small --steps 1 --context 64 --out run/$text; done
claimed() { "$explain" --claims --threads 1 "$@" 2>&1 | sed -n 's/^explain: .*the newest run$/newest/p
    s/^with the \(.*\) held-out items of \(.*\)\.$/\1 \2/p; s/^explain: //p' | grep -v 'do not hold' | tr '\n' ' '; }
result "without --text it takes the one that the model records" "$(claimed --model run/part)" "2 data/part.tsv "
result "another for another model" "$(claimed --model run/more)" "4 data/more.tsv "
result "RUN is --model" "$(claimed run/part)" "2 data/part.tsv "
touch -t 203001010000 run/part/model.heed
result "without a model it takes the newest run" "$(claimed)" "newest 2 data/part.tsv "
mkdir -p run/claims && cp -r run/more run/claims/full
result "but the one that scripts/claims trained first" "$(claimed)" "4 data/more.tsv "
result "--text finds the sentences beside it" "$(claimed --model run/more --text data/part.txt)" "2 data/part.tsv "
result "--clues the text beside them" "$(claimed --model run/part --clues data/more.tsv)" "4 data/more.tsv "
result "without sentences beside it" "$(claimed --model run/more --text data/lone.txt)" \
    "data/lone.txt has no held-out sentences beside it (a file of the same name that ends in .tsv): name them with \
--clues "
head -c 10000 "$top/data/stories.txt" > other.txt
# shellcheck disable=SC2086
"$train" other.txt $small --steps 1 --context 64 --out run/other
result "trained on another text" "$(claimed --model run/other)" \
    "run/other/best.heed was trained on none of the texts in data with held-out sentences (data/more.txt, \
data/part.txt): name its text with --text and sentences with --clues "
cd "$top" || exit 1
fails "--compare without --claims" \
    2 "--claims" "$explain" --model "$dir/full" --compare "$dir/blind/model.heed" --prompt "the"
fails "--claims with --json" 2 "leave out" measure --model "$dir/full" --json
fails "no items" 1 "none.tsv" measure --model "$dir/full" --clues "$dir/none.tsv"
fails "no text" 1 "none.txt" measure --model "$dir/full" --text "$dir/none.txt"
fails "items longer than the model's context" \
    1 "line 2, is not an item for this model" measure --model "$dir/short"
