#!/bin/sh
# The program explain, run as users run it: cli/explain/test_explain.sh COMMAND ..., among them explain and train, which
# makes the small model to explain.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"

# see WORD ...: explain on the small model
see() { "$explain" --model "$dir/run" --threads 1 "$@"; }

# misuse NAME CODE SENTENCE WORD ...: must exit with CODE, SENTENCE on stderr and nothing on stdout
misuse() {
    name=$1 want=$2 sentence=$3
    shift 3
    said=$("$@" 2>&1 > "$dir/out")
    code=$?
    case $said in
    "explain: "*"$sentence"*) result "$name" "$code $(wc -c < "$dir/out" | tr -d ' ')" "$want 0" ;;
    *) result "$name" "$said" "explain: $sentence" ;;
    esac
}

echo 1..79
i=0
while [ $i -lt 40 ]; do
    printf 'the cat sat on the mat. <b>"Tom & \\Jerry'"'"'s"</b>\tran </script> to the \303\251t\342\230\203\n'
    printf 'a \342\200\250 and a \360\237\231\202 and \344\270\255 is here\n'
    i=$((i + 1))
done > "$dir/corpus.txt"
"$train" "$dir/corpus.txt" --no-counts --layers 2 --heads 2 --channels 16 --context 32 --steps 40 --quiet \
    --out "$dir/run" --threads 1 || echo "Bail out! train failed"

# --- The views ---
see --prompt "the cat sat on" --trace --heads --checks > "$dir/trace"
result "the trace succeeds" $? 0
result "ten self-checks pass" "$(grep -c '^  PASS' "$dir/trace")" 10
result "none fails" "$(grep -c FAIL "$dir/trace")" 0
result "each of 14 keys has a line" "$(grep -cE ' [0-9.e-]+ (more|less|same)$' "$dir/trace")" 14
result "and each of 4 heads" "$(grep -cE '^[ >] [01][.][01] .* [0-9.]+e[-+][0-9]+$' "$dir/trace")" 4
result "it states what a step would do" "$(grep -c 'A gradient step on these scores would' "$dir/trace")" 1
see --prompt "the cat sat on" > "$dir/view"
result "the overview states what the answer depends on" "$? $(grep -cE 'decide|tips the balance' "$dir/view")" "0 1"
result "and which head" "$(grep -cE 'ithout .*[01][.][01] [(]layer[.]head, ablated[)], p[(]' "$dir/view")" 1
cat "$dir/view" >> "$dir/trace"
for view in cause sweep paths lens integrated embeddings tape step by-hand example; do
    if [ $view = example ]; then "$explain" --example; else see --prompt "the cat sat on" --$view; fi > "$dir/view"
    result "--$view succeeds" "$? $(test "$(wc -l < "$dir/view")" -gt 8 && echo long)" "0 long"
    cat "$dir/view" >> "$dir/trace"
done
see --prompt "$(printf 'a \360\237\231\202 and \344\270\255 is \342\230\203')" >> "$dir/trace"
see --prompt "the cat" --nudge 0.1.6.2=0.5 --set-attn 1.0.6.2=0.5 --ablate 1.1 --mask 2 > "$dir/edits"
result "edits succeed" "$? $(grep -c 'measured, forward pass run again' "$dir/edits")" "0 4"
cat "$dir/edits" >> "$dir/trace"
# the numbers of --by-hand follow from each other, within their rounding
see --prompt "the cat sat on" --layer 1 --head 0 --by-hand > "$dir/hand"
result "--by-hand: a weight is its part of the sum" "$(awk '
    /^  sum / { s = $2 }
    /^  [^ ].*\([0-9]+\) +[-0-9.]+ +[0-9.]+ +[0-9.]+$/ { n++; e[n] = $(NF - 1); a[n] = $NF }
    END { for (i = 1; i <= n; i++) { d = e[i] / s - a[i]; bad += d > 2e-6 || d < -2e-6 }
          print n, bad + 0 }' "$dir/hand")" "4 0"
result "the weighted values add up to the output" "$(awk '
    /^  a v / || /^  all others +-?[0-9.]+ +-?[0-9.]+ +-?[0-9.]+ / { for (k = 0; k < 4; k++) o[k] += $(NF - k) }
    /^  mix o / { n++; for (k = 0; k < 4; k++) { d = o[k] - $(NF - k); bad += d > 4e-4 || d < -4e-4 } }
    END { print n, bad + 0 }' "$dir/hand")" "1 0"
result "ds = a (da - g.o)" "$(awk '
    /^  .*\) .*[0-9]  (more|less|same)$/ { n++; d = $(NF - 4) * $(NF - 2) - $(NF - 1); bad += d > 6e-5 || d < -6e-5 }
    END { print n, bad + 0 }' "$dir/hand")" "4 0"
result "and plain loops agree" "$(grep -c '^  PASS  plain loops' "$dir/hand")" 1
see --prompt "t" --by-hand > "$dir/hand"
result "one character attends only to itself" "$(awk '/^  sum / { print $2, $3 }' "$dir/hand")" "1.000000 1.000000"
result "all lines within 79 columns" "$(awk 'length($0) > 79' "$dir/trace")" ""
"$train" "$dir/corpus.txt" --layers 5 --heads 4 --channels 16 --context 80 --steps 2 --quiet --out "$dir/tall" \
    --threads 1
long='the cat sat on the mat. the cat sat on the mat. the cat sat on the mat. the c'
"$explain" --model "$dir/tall" --prompt "$long" --trace --heads > "$dir/tall.txt"
result "many heads and keys are cut to what fits" \
    "$(grep -c 'showing' "$dir/tall.txt") $(awk 'length($0) > 79' "$dir/tall.txt")" "3 "
result "no colour outside a terminal" "$(grep -c "$(printf '\033')" "$dir/trace")" 0
result "hard attention has exactly no gradient" \
    "$(see --prompt 'the cat sat' --sweep | awk '$1 == "hard" { print $5, $6, $7 }')" "0.0e+00 0.0e+00 0.0e+00"
result "long rows are cut and say so" \
    "$(see --prompt 'the cat sat on the mat. the cat' --trace | grep -c 'showing 24 of 31 keys')" 1
result "to as many as they say" \
    "$(see --prompt 'the cat sat on the mat. the cat' --trace | grep -cE ' [0-9.e-]+ (more|less|same)$')" 24
result "the worked example: mix by hand" "$("$explain" --example | grep -c '\[  0.2000   1.3000   0.6000 \]')" 1
result "and its scores" "$("$explain" --example | grep -c 'scores q.k.*\[  1.0000   2.0000   5.0000 \]')" 1

# --- Numbers ---
result "a small change of a score does what the gradient says" "$(see --prompt 'the cat sat on' --nudge 1.0.13.2=1e-3 |
    awk '/predicted by the gradient/ { first = $5 } /^ *[-0-9.e]+ measured/ { measured = $1 }
         END { d = first - measured; if (d < 0) d = -d; if (first < 0) first = -first
               print (first > 0 && d < 0.05 * first) }')" 1
see --prompt "the cat sat on" --csv > "$dir/row.csv"
result "the CSV has a header and a line per key" "$(wc -l < "$dir/row.csv" | tr -d ' ')" 15
result "its weights sum to 1, ds to 0" \
    "$(awk -F, 'NR > 1 { a += $7; ds += $10 }
        END { print (a > 1 - 1e-9 && a < 1 + 1e-9 && ds < 1e-12 && ds > -1e-12) }' "$dir/row.csv")" 1
result "no field is missing" "$(awk -F, 'NF != 15' "$dir/row.csv")" ""
see --prompt "the cat sat on" --svg "$dir/row.svg"
result "the picture has an arc for each weight, as thick as it is" \
    "$(sed -n 's/^<g class="w">.* (\([0-9]*\)): .*stroke-width="\([0-9.]*\)".*/\1 \2/p' "$dir/row.svg")" \
    "$(awk -F, 'NR > 1 && $7 >= 0.01 { printf "%d %.2f\n", $4, ($7 > 0.05 ? 20 * $7 : 1) }' "$dir/row.csv")"
result "and one for each push, in the colour of its sign" \
    "$(sed -n 's/^<g class="\([ml]\)">.* (\([0-9]*\)): .*stroke-width="\([0-9.]*\)".*/\1 \2 \3/p' "$dir/row.svg")" \
    "$(awk -F, 'NR > 1 { ds[$4] = $10; sum += $10 < 0 ? -$10 : $10 }
        END { for (j = 0; j < NR - 1; j++) { x = (ds[j] < 0 ? -ds[j] : ds[j]) / sum
            if (x >= 0.01)
                printf "%s %d %.2f\n", ds[j] < 0 ? "m" : "l", j, (x > 0.05 ? 20 * x : 1) } }' "$dir/row.csv")"
see --prompt '<b>"Tom & \' --svg "$dir/row.svg"
if command -v python3 > /dev/null; then
    result "an XML parser reads the prompt from it" "$(python3 -c '
import sys, xml.etree.ElementTree as tree
svg = "{http://www.w3.org/2000/svg}"
row = next(g for g in tree.parse(sys.argv[1]).iter(svg + "g") if g.get("class") == "c")
print("".join(text.text for text in row).replace("\u2423", " "))' "$dir/row.svg")" '<b>"Tom & \'
else
    skip "an XML parser reads the prompt from it" "python3 is not installed"
fi
see --prompt "the cat sat on" --layer 1 --head 1 --row 5 --csv > "$dir/row.csv"
see --prompt "the cat sat on" --head 0.1 --csv > "$dir/masked.csv"
result "the trace at 79 columns has masked, and the rank correlation that the CSV gives" \
    "$(COLUMNS=79 see --prompt "the cat sat on" --head 0.1 --trace | awk '
        $1 == "j" { print $8, $9 } /rank correlation/ { print $8, $NF, $(NF - 1) }')" \
    "ds masked
14 (Spearman) $(awk -F, 'function small(x) { return x < 1e-12 && x > -1e-12 ? 0 : x + 0 }
        function rank(x, i,   j, r) { for (j = 1; j <= n; j++) r += (x[j] < x[i]) + (x[j] <= x[i]); return (r + 1) / 2 }
        NR > 1 { n++; d[n] = small(-$10); m[n] = small($14) }
        END { for (i = 1; i <= n; i++) { a = rank(d, i) - (n + 1) / 2; b = rank(m, i) - (n + 1) / 2
                  aa += a * a; bb += b * b; ab += a * b } printf "%.3f", ab / sqrt(aa * bb) }' "$dir/masked.csv")"
result "--layer --head --row choose" "$(sed -n 7p "$dir/row.csv" | cut -d, -f1-5)" '1,1,5,5,"a"'
result "the graph is complete" "$(see --prompt 'the cat' --dot | sed -n '1p;$p' | tr '\n' ' ')" "digraph tape { } "
result "--target outside the vocabulary" "$(see --prompt 'the ca' --target x 2>&1 | grep -c vocabulary)" 1
result "--target m" "$(see --prompt 'the ca' --target m | grep -c "^target  'm', requested: p = 0")" 1
result "--pos chooses the position" \
    "$(see --prompt 'the cat' --pos 4 | grep -c "^target  'a', the next one in the prompt")" 1
see --prompt "the cat sat on" --json > "$dir/one.json"
result "threads and kernels change nothing" \
    "$("$explain" --model "$dir/run" --threads 2 --kernels ref --prompt 'the cat sat on' --json |
        cmp - "$dir/one.json" && echo same)" same
result "a prompt from standard input" \
    "$(printf 'the cat sat on' | see --prompt - --json | cmp - "$dir/one.json" && echo same)" same
result "a long prompt: only its end is used, and a note says so" \
    "$(see --prompt 'the cat sat on the mat. the cat sat' | tr -s ' \n' '  ' |
        grep -c '35 characters, the model.s context is 32: only the last 32')" 1
i=0
while [ $i -lt 50 ]; do printf '天地玄黄宇宙洪荒日月盈昃'; i=$((i + 1)); done > "$dir/chinese"
"$train" "$dir/chinese" --out "$dir/far" --size tiny --steps 5 --threads 1 --quiet
result "names such as U+5BD2 take two lines" \
    "$("$explain" --model "$dir/far" --prompt 天地玄黄宇宙 --paths |
        awk 'length > 79 { print "wide" } /^next    .U\+/ { first++ }
    /^        .U\+/ && first { second++ } END { print first + 0, second + 0 }')" "1 1"
result "one character has no other" \
    "$(see --prompt t | tr -s ' \n' '  ' | grep -c "has one character of context, 't': there is no other to change.")" 1
result "one character is enough" "$(see --prompt t --checks | grep -c '^  PASS')" 10

# --- JSON ---
prompt=$(printf '</script><b>"&\\'"'"'\t\342\200\250\360\237\231\202\303\251')
see --prompt "$prompt" --json > "$dir/all.json"
result "JSON succeeds" $? 0
result "nothing in it can end a script element" "$(grep -c '[<>&]' "$dir/all.json")" 0
result "or a line of a script" "$(grep -c "$(printf '\342\200\250')" "$dir/all.json")" 0
if command -v python3 > /dev/null; then
    result "JSON parses and adds up" "$(python3 - "$dir/all.json" "$prompt" <<'PYTHON'
import json, math, sys
def wrong(x): raise ValueError(x)
d = json.load(open(sys.argv[1], encoding="utf-8"), parse_constant=wrong)
n = len(sys.argv[2])
assert d["schema"] == "heed-explain-1"
assert "".join(c["text"] for c in d["characters"]) == sys.argv[2]
assert d["trimmed"] is None and d["replay"] is None
assert abs(sum(d["answer"]["p_all"]) - 1) < 1e-9
for layer in d["layers"]:
    for h in layer["heads"]:
        for i in range(n):
            assert len(h["a"][i]) == len(h["ds"][i]) == len(h["av"][i]) == i + 1
            assert abs(sum(h["a"][i]) - 1) < 1e-4
        assert len(h["q"]) == len(h["g"]) == n and len(h["q"][0]) == d["model"]["width"]
t = d["trace"]
for k in t["keys"]:
    assert abs(sum(k["dots"]) / t["root"] - k["s"]) < 1e-9
    assert abs(k["a"] * k["rel"] - k["ds"]) < 1e-9 and len(k["losses"]) == len(t["deltas"])
    assert k["ok"] == (None if k["fd"] is None else True)
    if t["keys_n"] > 1 and k["a"] < 1:
        assert abs(k["predicted"] + k["ds"] / (1 - k["a"])) < 1e-9 and (k["joint"] is None) == (k["twin"] is None)
        assert k["flag"] in (None, "saturated", "curved", "redundant")
def ranks(x):                               # changes below 1e-12 are rounding: ties
    x = [0 if abs(v) < 1e-12 else v for v in x]
    return [(sum(w < v for w in x) + sum(w <= v for w in x) + 1) / 2 for v in x]
def centred(x): return [v - sum(x) / len(x) for v in x]
u, v = (centred(ranks(x)) for x in ([-k["ds"] for k in t["keys"]], [k["masked"] for k in t["keys"]]))
rank = sum(a * b for a, b in zip(u, v)) / math.sqrt(sum(a * a for a in u) * sum(b * b for b in v))
assert abs(rank - t["rank_correlation"]) < 1e-9, (rank, t["rank_correlation"])
for l in d["paths"]["layers"]:
    for i in range(n):
        assert abs(sum(l["share"][p][i] for p in d["paths"]["parts"]) - l["total"][i]) < 1e-9
assert abs(sum(p["value"] for p in d["logit"]["parts"]) - d["logit"]["value"]) < 1e-9
assert all(x["ok"] for x in d["invariants"]) and len(d["lens"]) == 3 and len(d["sweep"]) == 9
assert abs(d["effects"]["sum"] - sum(d["effects"]["integrated"])) < 1e-9
c = d["cause"]
words = [u for u in c["units"] if u["kind"] == "word"]
chars = [u for u in c["units"] if u["kind"] == "char"]
assert c["sentence"] in d["sentence"] and c["of"] == len(c["units"]) == c["tried"]
assert "".join(u["text"] for u in chars) == sys.argv[2] and len(words) > 1
for w in words:
    assert w["text"] == sys.argv[2][w["first"]:w["last"] + 1]
    assert w["replaced_low"] <= w["replaced"] <= w["replaced_high"]
p = d["answer"]["p_all"]
rival = max((x, -i) for i, x in enumerate(p) if i != d["answer"]["target"])
assert rival[0] == p[c["rival"]["id"]] and abs(math.log(d["answer"]["p"] / rival[0]) - c["log_odds"]) < 1e-9
for i, u in enumerate(chars):              # the same passes, measured on the loss
    assert abs(-math.log(u["deleted_p"]) - d["answer"]["loss"] - d["effects"]["deleted"][i]) < 1e-9
    assert abs(-math.log(u["masked_p"]) - d["answer"]["loss"] - d["effects"]["masked"][i]) < 1e-9
for u in c["named"]:
    whole = [x for x in c["units"] if (x["first"], x["last"]) == (u["first"], u["last"])]
    assert all(min(abs(x["deleted"]), abs(x["replaced"])) > 0.693 for x in whole[:1]) and u["text"] in c["sentence"]
print("yes")
PYTHON
)" yes
else
    n=$((n + 1))
    echo "ok $n - JSON parses and adds up # SKIP python3 is not installed"
fi

# --- Errors ---
misuse "no prompt" 2 "no prompt: give one with --prompt" see
misuse "an empty prompt" 2 "the prompt is empty" see --prompt ""
misuse "an unknown character" 2 "'Z'" see --prompt "the Zoo"
misuse "unknown kernels" 2 "--kernels mmx is not available on this processor" \
    see --prompt "the cat" --kernels mmx
misuse "--pos too large" 2 "--pos 7: the last one is 6" see --prompt "the cat" --pos 7
misuse "--layer too large" 2 "--layer 2: the last one is 1" see --prompt "the cat" --layer 2
misuse "--head too large" 2 "--head 9: the last one is 1" see --prompt "the cat" --head 9
misuse "--row too large" 2 "--row 7: the last one is 6" see --prompt "the cat" --row 7
misuse "a target of two characters" 2 "exactly one character" see --prompt "the cat" --target ab
misuse "a malformed edit" 2 "--nudge 1.1=3: expected L.H.i.j=X" see --prompt "the cat" --nudge 1.1=3
misuse "a score of a later key" 2 "--nudge 0.0.2.3=1: character 3 comes after 2, which attends only to itself" \
    see --prompt "the cat" --nudge 0.0.2.3=1
misuse "a weight above 1" 2 "weights are between 0 and 1" see --prompt "the cat" --set-attn 0.0.2.1=1.5
misuse "the faulty edit is named" 2 "--ablate 0.9: head 9 does not exist: there are 2" \
    see --prompt "the cat" --nudge 0.0.2.1=1 --nudge 0.0.3.1=1 --ablate 0.0 --ablate 0.9 --mask 1
misuse "a mask beyond the prompt" 2 "--mask 7: character 7 does not exist: there are 7" see --prompt "the cat" --mask 7
misuse "--example with a prompt" 2 "--example is a fixed example that needs no model" see --example --prompt x
misuse "--example in another format" 2 "--example is a fixed example" "$explain" --example --json
misuse "--clues without --claims" 2 "--clues x requires --claims or --roles" see --prompt the --clues x
misuse "--text without --claims" 2 "--text x requires --claims or --roles" see --prompt the --text x
misuse "a page without a name" 2 "--html needs a value: --html FILE" see --prompt the --html ""
misuse "a prompt without quotes" 2 "unexpected 'cat' after --prompt the; quote a text that contains spaces" \
    "$explain" --prompt the cat
misuse "two formats" 2 "different output formats" see --prompt "the cat" --json --csv
misuse "no model" 1 "neither" "$explain" --prompt "the cat" --model "$dir"
head -c 3000 "$dir/run/model.heed" > "$dir/short.heed"
misuse "a damaged model" 1 "short.heed" "$explain" --prompt "the cat" --model "$dir/short.heed"
misuse "weights that are not finite" 1 "its weights are damaged" "$explain" --prompt "aba" \
    --model "$(dirname "$0")/../../fuzz/found/model/not_finite"
