#!/bin/sh
# explain --why, run as users run it: cli/explain/test_why.sh COMMAND ..., among them explain and train, which makes
# small models of several recipes.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"

# see RUN WORD ...: explain on that model
see() {
    run=$1
    shift
    "$explain" --model "$dir/$run" --threads 1 "$@"
}

# misuse NAME SENTENCE WORD ...: must exit with 2, SENTENCE on stderr and nothing on stdout
misuse() {
    name=$1 sentence=$2
    shift 2
    said=$(see fast --prompt "the cat said " "$@" 2>&1 > "$dir/out")
    code=$?
    case $said in
    "explain: "*"$sentence"*) result "$name" "$code $(wc -c < "$dir/out" | tr -d ' ')" "2 0" ;;
    *) result "$name" "$said" "explain: $sentence" ;;
    esac
}

echo 1..53
cats_and_dogs > "$dir/corpus.txt"
teach() {
    name=$1
    shift
    "$train" "$dir/corpus.txt" --layers 2 --heads 2 --channels 32 --context 64 --steps 150 --quiet --threads 1 \
        --out "$dir/$name" "$@" || echo "Bail out! train failed"
}
teach fast
teach gpt2 --recipe gpt2 --tied --soft-cap 20
teach mixed --recipe gpt2 --char-mix 3 --norm rms --positions none --value-mix --qk-norm

teach single --recipe gpt2 --layers 1
teach six --layers 6 --tied --steps 30
teach plain --recipe gpt2 --layers 3 --steps 60

# Of the JSON on standard input: the cells add up to the score, units to the same, the ways to the answer to the total
sums() {
    python3 -c '
import json, math, sys
why = json.load(sys.stdin)["why"]
near = lambda x, y: abs(x - y) < 1e-9 * (1 + abs(y))
parts = {k: [u["sum"] for u in why[k]["units"][:why[k]["parts"]]] for k in ("query_side", "key_side")}
w = why["writes"]
print(near(sum(map(sum, why["cells"])), why["score"]), all(near(sum(p), why["score"]) for p in parts.values()),
      all(near(sum(row), p) for row, p in zip(why["cells"], parts["query_side"])),
      all(near(w["direct"][k] + w["norm"][k] + sum(x[k] for x in w["heads"] + w["mlps"]), w["total"][k])
          for k in (0, 1)),
      why["content"] is None or near(sum(map(sum, why["content_cells"])), why["content"]))'
}

for run in fast gpt2 mixed; do
    see $run --prompt "the cat said " --why 1.0.12.4 > "$dir/out"
    result "$run: succeeds" $? 0
    result "$run: says what it explains" \
        "$(grep -cE "^Why .* \(12\) attends to .* \(4\) with .* % in head 1.0 \(layer.head\)" "$dir/out")" 1
    result "$run: both sides have a sentence" \
        "$(tr '\n' ' ' < "$dir/out" | tr -s ' ' | grep -oE \
        "asks (most )?(through|in spite)|answers (most )?(through|in spite)|of the (query|key) alone is" | wc -l)" 2
    result "$run: and what is written for the key" "$(grep -c 'What it writes for .* moves the logit' "$dir/out")" 1
    result "$run: at most 24 lines" "$(awk 'END { print NR <= 24 }' "$dir/out")" 1
    result "$run: lines of at most 79 columns" "$(grep -cE '^.{80}' "$dir/out")" 0
    result "$run: the table adds up to the score" "$(awk '
        $1 == "query/key" { on = 1; next } $1 == "sum" { sum = $(NF - 2); on = 0 }
        on { s += $(NF - ($NF == "%" ? 2 : 0)) } END { d = s - sum; print (d < 0.004 && d > -0.004) }' "$dir/out")" 1
    if command -v python3 > /dev/null; then
        result "$run: the JSON adds up" "$(see $run --prompt "the cat said " --why 1.0.12.4 --json | sums)" \
            "True True True True True"
    else
        skip "$run: the JSON adds up" "python3 is not installed"
    fi
done

# Of the JSON on standard input: the shares of each matrix add up to 1, the predictions of all four matrices are the sum
lessons() {
    python3 -c '
import json, sys
lesson = json.load(sys.stdin)["lesson"]
near = lambda x, y: abs(x - y) < 1e-9 * (abs(x) + abs(y)) + 1e-15
m, all_four = lesson["matrices"], lesson["together"]
print([x["name"] for x in m] == list("QKVO"), all(near(sum(x["share"]), 1) for x in m),
      near(sum(x["step"]["loss"][0] for x in m), all_four["loss"][0]),
      all(near(sum(x["step"]["logits"][k][0] for x in m), all_four["logits"][k][0]) for k in (0, 1)),
      all(abs(x["error"]) < 1e-12 * (1 + x["norm"]) for x in m))'
}

for run in fast gpt2 mixed; do
    see $run --prompt "the cat said " --lesson 1.0 > "$dir/out"
    result "$run: the lesson of a head, a sentence a matrix" "$? $(grep -cE '^  W_[QKVO]: teach ' "$dir/out")" "0 4"
    result "$run: at most 24 lines of at most 79 columns" \
        "$(awk 'length($0) > 79 { long++ } END { print NR <= 24, long + 0 }' "$dir/out")" "1 0"
    see $run --prompt "the cat said " --target w --lesson 1.0 --rate 1e-6 > "$dir/out"
    result "$run: a small step is as predicted" \
        "$(awk '$1 == "all" { d = $3 - $4; print (d * d <= 1e-6 * $3 * $3 && $3 < 0) }' "$dir/out")" 1
    if command -v python3 > /dev/null; then
        result "$run: the JSON adds up" "$(see $run --prompt "the cat said " --lesson 1.0 --json | lessons)" \
            "True True True True True"
    else
        skip "$run: the JSON adds up" "python3 is not installed"
    fi
done
result "threads and kernels change no lesson" "$("$explain" --model "$dir/fast" --threads 2 --kernels ref \
    --prompt "the cat said " --lesson 0.1)" "$(see fast --prompt "the cat said " --lesson 0.1)"
misuse "no head" "--lesson 1: expected LAYER.HEAD, such as 1.1" --lesson 1
misuse "a lesson for a head that does not exist" "--lesson 2.0: there are 2 layers of 2 heads" --lesson 2.0
misuse "a lesson beside a view" "--lesson reads the gradient of one head: leave out edits" --lesson 1.0 --lens
for place in single:0.1 six:5.0 plain:2.0; do
    if command -v python3 > /dev/null; then
        result "${place%:*} layers add up, too" \
            "$(see "${place%:*}" --prompt "the cat said " --why "${place#*:}.12.4" --json | sums)" \
            "True True True True True"
    else
        skip "${place%:*} layers add up, too" "python3 is not installed"
    fi
done
see fast --prompt "the cat said " --why 1.0.12.4 > "$dir/one"
result "threads and kernels change nothing" "$("$explain" --model "$dir/fast" --threads 2 --kernels ref \
    --prompt "the cat said " --why 1.0.12.4 | cmp - "$dir/one" && echo same)" same
result "in 50 columns, too" \
    "$(COLUMNS=50 see fast --prompt "the cat said " --why 0.1 | awk 'length($0) > 49 { n++ } END { print n + 0 }')" 0
result "without a key, that with the largest weight" "$(see fast --prompt "the cat said " --why 0.1.9 |
    sed -n '1s/.* attends to .* (\([0-9]*\)) .*/\1/p')" \
    "$(see fast --prompt "the cat said " --at 0.1.9 --csv | sort -t, -k7,7gr | sed -n 1p | cut -d, -f4)"
result "positions: rotary" "$(grep -c 'is content (its mean over this row' "$dir/one")" 1
result "positions: learned" "$(see gpt2 --prompt "the cat said " --why 1.0 | grep -c 'has no part of the learned')" 1
result "the first row" "$(see fast --prompt "the cat" --why 1.0.0 | grep -c 'It is the only key')" 1
result "without --why the key is null" "$(see fast --prompt "the cat" --json | grep -c '^"why":null')" 1
misuse "a key after the query" "--why 1.0.3.4: the score 1.0.3.4 (layer.head.query.key) does not exist" --why 1.0.3.4
misuse "a head that does not exist" "--why 1.7: the score 1.7" --why 1.7
misuse "no place" "--why thumb: expected LAYER.HEAD.QUERY.KEY, such as 1.1.45.20" --why thumb
