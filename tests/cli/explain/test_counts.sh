#!/bin/sh
# explain --counts, run as users run it: cli/explain/test_counts.sh COMMAND ..., among them explain and train.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"

# see RUN WORD ...: explain on that model
see() {
    run=$1
    shift
    "$explain" --model "$dir/$run" --threads 1 --prompt "the old cat said me" "$@"
}

echo 1..9
cats_and_dogs > "$dir/corpus.txt"
teach() {
    name=$1
    shift
    "$train" "$dir/corpus.txt" --layers 2 --heads 2 --channels 16 --context 32 --steps 60 --quiet --threads 1 \
        --out "$dir/$name" "$@" || echo "Bail out! train failed"
}
teach counts --counts --soft-cap 20
teach plain --no-counts

# Of the JSON on standard input: each way's p sums to 1, the halves to the logits, the ends of the path to the gradient
sums() {
    python3 -c '
import json, math, sys
d = json.load(sys.stdin)
x, end = d["counts"], d["paths"]["end"]
t, order = d["answer"]["target"], d["answer"]["order"]
odds = [20 * math.tanh((a + b) / 20) for a, b in zip(x["by_counts"], x["by_model"])]
every = d["answer"]["p_all"]
print(all(abs(sum(p) - 1) < 1e-9 for p in x["p"].values()) and len(x["p"]) == 4,
      all(abs(odds[c] - odds[t] - math.log(every[c] / every[t])) < 1e-7 for c in order[:5]),
      abs(end["output"] + end["counts"] - end["total"]) < 1e-9 * end["total"],
      all(abs(sum(g * k[c] for g, k in zip(x["gains"], x["counted"])) - x["by_counts"][c]) < 1e-9 for c in order),
      x["loss"]["whole"][0] is None and len(x["loss"]["counting"]) == d["answer"]["pos"] + 1,
      abs(sum(v["value"] for v in d["logit"]["parts"]) - d["logit"]["value"]) < 1e-9)'
}
result "the halves add up" "$(see counts --json | sums)" "True True True True True True"
result "no key without counts" "$(see plain --json | python3 -c '
import json, sys
d = json.load(sys.stdin)
print("counts" in d, "end" in d["paths"], "counts" in [p["name"] for p in d["logit"]["parts"]])')" "False False False"
said=$(see plain --counts 2>&1 > /dev/null)
code=$?
case $said in
*"needs a model that mixes counts in"*) result "a model without counts" "$code" 1 ;;
*) result "a model without counts" "$said" "needs a model that mixes counts in" ;;
esac
result "the overview says what counting gives" "$(see counts | grep -c '^Counting alone (n-grams of the ')" 1

# Of the JSON: odds and others are those of the probabilities, and the sentence claims what they show, for an answer
# without a rival, for one with a rival, and for a third character as the target
claims() {
    python3 -c '
import json, math, sys
d = json.load(sys.stdin)
x = d["counts"]
a, b, said = x["answer"], x["rival"], x["sentence"]
def share(p):
    return f"{100 * p:.1g} %" if 100 * p < 0.95 else f"{100 * p:.1f} %"
good = True
for way, p in x["p"].items():
    good &= abs(x["odds"][way] - math.log(p[a] / p[b])) < 1e-6
    good &= abs(x["others"][way] - (1 - p[a] - (0 if x["lone"] else p[b]))) < 1e-9
odds, p = x["odds"], x["p"]
if x["lone"]:
    claim = "has " + share(p["without_counts"][a]) + ", without attention and MLPs " + share(p["without_model"][a])
elif x["verdict"] == "attention":
    claim = "attention and MLPs " + ("overrule the counts" if odds["without_model"] <= -math.log(2) else "decide")
    claim += ": %.1f nats" % odds["without_counts"]
    way = "counting" if odds["without_model"] >= math.log(2) else "without_model"
    good &= share(p[way][a]) + " to " + share(p[way][b]) in said
elif x["verdict"] == "counting":
    claim = "the counts " + ("overrule" if odds["without_counts"] <= -math.log(2) else "decide")
    good &= "it is " + share(p["without_counts"][a]) + " to " + share(p["without_counts"][b]) in said
elif x["verdict"] == "either":
    claim = "either half alone decides: the counts %.1f nats" % odds["without_model"]
else:
    claim = "the two are nearly even" if odds["whole"] < math.log(2) else "only with the gains" \
        if odds["without_model"] >= math.log(2) else "neither half alone decides"
good &= claim.lower() in said.lower()
good &= share(p["counting"][a]) in said or said.find("leaves only") > 0
print(good, claim if "%" not in claim and not good else "", said if not good else "", end=" ")'
}
result "the sentence claims what the numbers show" "$(
    for prompt in "the old cat said me" "the old cat said " "the " "t"; do
        see counts --json --prompt "$prompt" | claims
    done
    see counts --json --target w | claims)" "True   True   True   True   True   "
result "not without counts" "$(see plain | grep -c 'Counting alone')" 0
result "the lens names them" "$(see counts --lens | grep -c 'counts, by the biases')" 1
result "and the paths" "$(see counts --paths | grep -c 'PASS')" 2

# No line is wider than the terminal.
for width in 40 80; do
    COLUMNS=$width see counts --counts --paths --lens > "$dir/out.$width"
done
result "it fits" "$(python3 -c '
import sys
for width in (40, 80):
    with open(f"{sys.argv[1]}/out.{width}", encoding="utf-8") as f:
        print(width, all(len(line.rstrip("\n")) < width for line in f))' "$dir" | tr '\n' ' ')" "40 True 80 True "
