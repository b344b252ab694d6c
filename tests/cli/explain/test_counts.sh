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

echo 1..8
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
result "the overview says what counting gives" "$(see counts | grep -c '^Counting alone gives')" 1
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
