#!/bin/sh
# What explain shows without a view, and how its views fit the terminal: cli/explain/test_overview.sh BROKEN COMMAND
# ..., among the commands explain and train; BROKEN is explain with a self-check that fails, or none.
set -u
tests=$(dirname "$0")/../..
broken=$1
shift
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
case $broken in
/* | none) ;;
*) broken=$PWD/$broken ;;
esac

see() { "$explain" --model "$dir/run" --threads 1 "$@"; }

# wide WIDTH FILE: its lines that take more columns than WIDTH (needs python3)
wide() {
    python3 - "$1" "$2" <<'PYTHON'
import sys, unicodedata
def width(c):
    if unicodedata.category(c) in ("Mn", "Me", "Cf"): return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1
for line in open(sys.argv[2], encoding="utf-8"):
    if sum(map(width, line.rstrip("\n"))) > int(sys.argv[1]):
        print(line, end="")
PYTHON
}

echo 1..41
i=0
while [ $i -lt 40 ]; do
    printf 'the cat sat on the mat. a dog and the fox ran to the hat\tand\n'
    printf 'the caf\303\251 e\314\201 \344\270\255\345\234\213 \360\237\231\202 is here. \344\270\255\345\234\213\n'
    i=$((i + 1))
done > "$dir/text"
"$train" "$dir/text" --no-counts --layers 3 --heads 4 --channels 16 --context 256 --steps 30 --quiet --out "$dir/run" \
    --threads 1 || echo "Bail out! train failed"
prompt="a dog and the fox ran to the hat"
long="$prompt. $prompt. $prompt. $prompt. $prompt. $prompt. $prompt"
china=$(printf '\344\270\255\345\234\213')
foreign=$(printf 'caf\303\251 e\314\201 %s \360\237\231\202\360\237\231\202\tis\nhere. %s' \
    "$china$china$china$china$china" "$china")

# --- Twenty lines ---
see --prompt "$prompt" > "$dir/view"
result "the overview succeeds" $? 0
result "in at most 20 lines" "$(awk 'END { print (NR <= 20) }' "$dir/view")" 1
result "model, prompt and next characters take one line each" \
    "$(head -n 4 "$dir/view" | awk '{ printf "%s,", $1 }')" "model,prompt,next,,"
result "the prompt stands between the weights and the push" \
    "$(grep -e '^  weight ' -e '^         a_dog' -e '^    push ' "$dir/view" | awk '{ printf "%s ", $1 }')" \
    "weight a_dog_and_the_fox_ran_to_the_hat push "
result "it names the views that say more" \
    "$(tail -n 2 "$dir/view" | grep -oE -e '--(trace|heads|checks|html)' | tr '\n' ' ')" \
    "--trace --heads --checks --html "
result "and that all checks pass" "$(tr '\n' ' ' < "$dir/view" | grep -c '10 of 10 pass')" 1
see --prompt "$long" > "$dir/long"
result "a long prompt too takes at most 20 lines" "$(awk 'END { print (NR <= 20) }' "$dir/long")" 1
result "and says how much of it is shown" "$(grep -cE '^  showing [0-9]+ of 236 characters$' "$dir/long")" 1
shown=$(sed -n 's/^  showing \([0-9]*\) of .*/\1/p' "$dir/long")
result "which is so" \
    "$(sed -n '/ weight/,/ push/p' "$dir/long" | grep '_hat$' | tr -d ' ~\n' | wc -c | tr -d ' ')" "$shown"
LINES=50 see --prompt "$prompt" > "$dir/tall"
see --prompt "$long" --pos 200 --target h > "$dir/view"
result "with a target and a note too" "$(awk 'END { print (NR <= 20) }' "$dir/view")" 1
result "a narrow one of 24 lines still shows all" \
    "$(COLUMNS=40 see --prompt "$prompt" | awk 'END { print (NR <= 23) }')" 1
result "a taller terminal gets a taller picture" \
    "$(awk 'END { print (NR > 20 && NR <= 46) }' "$dir/tall")" 1

# --- The picture is the row ---
see --prompt "$prompt" --layer 1 --head 2 --csv > "$dir/row.csv"
see --prompt "$prompt" --layer 1 --head 2 > "$dir/view"
result "the tallest bar is the largest weight" \
    "$(awk '/^ +[0-9.]+ %/ { print $1; print index(substr($0, 10), "#") - 1 }' "$dir/view" | tr '\n' ' ')" \
    "$(awk -F, 'NR > 1 && $7 > most { most = $7; j = $4 } END { printf "%.1f %d ", 100 * most, j }' "$dir/row.csv")"
result "a + or - stands under each push of a tenth of the largest, by its sign" \
    "$(sed -n 's/^    push //p' "$dir/view")" \
    "$(awk -F, 'NR > 1 { ds[$4] = $10; x = $10 < 0 ? -$10 : $10; if (x > most) most = x }
        END { for (j = 0; j < NR - 1; j++) { x = ds[j] < 0 ? -ds[j] : ds[j]
            line = line (x < most / 10 ? " " : ds[j] < 0 ? "+" : "-") } sub(/ *$/, "", line); print line }' \
        "$dir/row.csv")"
see --prompt "$prompt" --json --ablate 1.2 > "$dir/one.json"
if command -v python3 > /dev/null; then
    result "without the head, the answer is what an ablation leaves" \
        "$(tr '\n' ' ' < "$dir/view" |
            sed -n 's/.*Without head 1.2 (layer.head, ablated), p(.*) [a-z]* from [0-9.]* % to \([0-9.]* %\).*/\1/p')" \
        "$(python3 -c '
import json, math, sys
d = json.load(open(sys.argv[1]))
print("%.1f %%" % (100 * math.exp(-d["answer"]["loss"] - d["nudges"][0]["actual"])))' "$dir/one.json")"
    see --prompt "$prompt" > "$dir/view"
    result "the head shown by default has the largest effect of all" \
        "$(tr '\n' ' ' < "$dir/view" | grep -oE '[0-9]+[.][0-9]+ [(]layer' | cut -d' ' -f1)" \
        "$(python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
x = {(l, h): abs(y["ablation"]) for l, z in enumerate(d["layers"]) for h, y in enumerate(z["heads"])}
print("%d.%d" % max(x, key=x.get))' "$dir/one.json")"
else
    skip "without the head, the answer is what an ablation leaves" "python3 is not installed"
    skip "the head shown by default has the largest effect of all" "python3 is not installed"
fi

result "among the heads of a layer" \
    "$(see --prompt "$prompt" --layer 2 | tr -s '\n ' '  ' |
        grep -c 'ithout .*2[.][0-3] .*largest effect of the 4 heads of layer 2[.]')" 1
result "or those of one number" \
    "$(see --prompt "$prompt" --head 1 | tr -s '\n ' '  ' |
        grep -c 'ithout .*[0-2][.]1 .*largest effect of head 1 of all 3 layers[.]')" 1
result "a head that is asked for is not ranked" \
    "$(see --prompt "$prompt" --head 2.1 | tr -s '\n ' '  ' | grep -c 'ithout .*2[.]1 .*largest')" 0
result "one character has a picture" "$(see --prompt a | grep -c '^         a$')" 1

# --- Width ---
all="--trace --heads --checks --step --nudge 0.0.5.2=1 --ablate 0.0,1.1 --sweep --paths --lens --integrated --embeddings
--by-hand --tape"
for width in 40 60 80 100 200; do
    for utf8 in C C.UTF-8; do
        COLUMNS=$width LC_ALL=$utf8 see --prompt "$foreign"
        # shellcheck disable=SC2086
        COLUMNS=$width LC_ALL=$utf8 see --prompt "$foreign" $all --mask here --mask 0-20
    done > "$dir/views"
    COLUMNS=$width see --prompt "$long" --mask the >> "$dir/views"
    COLUMNS=$width see --prompt "$long" >> "$dir/views"
    COLUMNS=$width "$explain" --example >> "$dir/views"
    if command -v python3 > /dev/null; then
        result "no line exceeds $width columns" "$(wide "$width" "$dir/views")" ""
    else
        skip "no line exceeds $width columns" "python3 is not installed"
    fi
    COLUMNS=$width see --prompt "$prompt" > "$dir/view"
    result "no line ends with a blank at $width" "$(grep -c ' $' "$dir/view")" 0
done
result "a narrow trace keeps the weight and ds" \
    "$(COLUMNS=40 see --prompt "$prompt" --trace | awk '$1 == "j" { print $0 }')" "   j char  weight         ds step"
result "and names the columns left out" \
    "$(COLUMNS=40 see --prompt "$prompt" --trace | tr -s '\n ' '  ' |
        grep -c 'left out[^:]*: score s, da, rel, masked, fd, error')" 1

# --- Checks ---
if [ "$broken" = none ]; then
    for what in code shown alone counted trace all; do skip "a failed self-check: $what" "no --wrap here"; done
else
    "$broken" --model "$dir/run" --threads 1 --prompt "$prompt" > "$dir/view" 2> "$dir/said"
    result "a failed self-check exits with 1" $? 1
    result "is shown without being asked for" "$(grep -c '^  FAIL  ds of each row sums to 0 ' "$dir/view")" 1
    result "alone" "$(grep -c '^  PASS' "$dir/view")" 0
    result "and counted" "$(tr '\n' ' ' < "$dir/view" | grep -c '9 of 10 pass') $(cat "$dir/said")" \
        "1 explain: 1 of 10 self-checks failed: a bug in this program or a damaged model"
    "$broken" --model "$dir/run" --threads 1 --prompt "$prompt" --trace > "$dir/view" 2> /dev/null
    result "with --trace too" "$? $(grep -c '^  FAIL' "$dir/view")" "1 1"
    "$broken" --model "$dir/run" --threads 1 --prompt "$prompt" --checks > "$dir/view" 2> /dev/null
    result "--checks shows all" "$? $(grep -c '^  PASS' "$dir/view") $(grep -c '^  FAIL' "$dir/view")" "1 9 1"
fi

# --- A terminal ---
if command -v script > /dev/null && script -qec true /dev/null > /dev/null 2>&1; then
    for size in "80 24" "40 24" "200 50"; do
        COLUMNS=${size% *} LINES=${size#* } see --prompt "$prompt" > "$dir/piped"
        result "on a terminal of $size: the same, but for colours" "$(TERM=xterm script -qec \
            "stty cols ${size% *} rows ${size#* }; '$explain' --model '$dir/run' --threads 1 --prompt '$prompt'" \
            /dev/null < /dev/null | tr -d '\r' | sed "s/$(printf '\033')\[[0-9;]*m//g" | cmp - "$dir/piped" 2>&1)" ""
    done
else
    for size in 80 40 200; do skip "on a terminal of $size columns" "no script(1) here"; done
fi
