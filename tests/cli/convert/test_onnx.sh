#!/bin/sh
# Runs convert's ONNX files in the programs they are for, and skips programs that are not installed:
# cli/convert/test_onnx.sh COMMAND ..., which include convert, train, sample and explain.
#   ONNX Runtime   npm install --ignore-scripts onnxruntime-node; HEED_NODE_MODULES names the folder
#   onnx           Debian's python3-onnx: the format's own checker; HEED_PYTHON names another python3
# Without them tests/files/onnx/test_graph.c computes such files.
set -u
here=$(cd "$(dirname "$0")" && pwd)
tests=$here/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
sampler=$here/../../../scripts/sample_onnx.mjs
modules=${HEED_NODE_MODULES:-$here/../../../node_modules}
HEED_NODE_MODULES=$modules
export HEED_NODE_MODULES
models='gpt2 spelled fast all none counts counts-spelled'

small() {
    name=$1
    shift
    "$train" --size tiny --seed 1 --threads 1 --quiet --out "$name" "$@" || echo 'Bail out! train failed'
    "$convert" "$name" --to onnx "$name.onnx" 2> said || echo 'Bail out! convert failed'
}

# ort NAME COMMAND EXPECTED: one test, skipped without ONNX Runtime
ort() {
    if ! command -v node > out; then
        skip "$1" 'Node.js is not installed'
    elif [ ! -d "$modules/onnxruntime-node" ]; then
        skip "$1" 'npm install --ignore-scripts onnxruntime-node, and HEED_NODE_MODULES names the folder node_modules'
    else
        result "$1" "$(eval "$2")" "$3"
    fi
}

# prompt NAME: a prompt of 32 characters, the context, or 22 bytes; 1 and 7 bytes of it end after a character
prompt() {
    case $1 in
    *spelled) head -n 2 wide | tr -d '\n' ;;
    *) head -n 1 text | cut -c 1-33 ;;
    esac
}

# logits NAME: the difference from explain, below 1e-4, for prompts of 1, 7 and all characters in one batch
logits() {
    for n in 1 7 99; do
        "$explain" --model "$1" --prompt "$(prompt "$1" | cut -c "1-$n")" --json --threads 1 > "report.$n" 2> said ||
            cat said
    done
    node "$here/onnx.mjs" "$modules" "$1.onnx" report.1 report.7 report.99 2> said |
        awk '{ print ($1 + 0 < 1e-4 && /e-/) ? "ok" : $0 }' || cat said
}

# greedy NAME PROMPT: sample_onnx.mjs must write the same text as sample. It counts tokens, and a character spelled in
# bytes has several, so its text is shorter and may end inside a character.
greedy() {
    node "$sampler" "$1.onnx" "$2" $((32 - ${#2})) > theirs 2> said
    "$sample" --model "$1" --prompt "$2" --temp 0 -n 32 2>> said | head -c "$(wc -c < theirs)" > ours
    if cmp theirs ours >> said 2>&1 && [ "$(wc -c < theirs)" -gt 25 ]; then
        echo same
    else
        cat theirs said
    fi
}

echo 1..23
cd "$dir" || exit 1
awk 'BEGIN { for (i = 0; i < 120; i++)
    printf "The c\303\251t %d sat on a \\ mat, \"and\" the \360\237\230\200 dog saw it: %c.\n", i % 17, 65 + i % 26
}' > text
# 64 characters of three bytes each, 17 distinct bytes in all: a vocabulary of 40 tokens holds only the bytes
for i in 0 1 2 3 4 5 6 7; do
    for j in 0 1 2 3 4 5 6 7; do
        # shellcheck disable=SC2059
        printf "a c\\303\\244t \\344\\27$i\\20$j.\n"
    done
done > once
cat once once once > wide
small gpt2 --recipe gpt2 --steps 150 text
small spelled --recipe gpt2 --steps 150 --no-bias --tied --max-vocab 40 wide
small fast --steps 40 text
small all --steps 40 --value-mix --soft-cap 15 --tied --bias --norm layer --char-mix 8 text
small counts --steps 40 --counts --soft-cap 15 text
small counts-spelled --steps 40 --counts --max-vocab 40 wide
small none --steps 40 --positions none --activation gelu --no-qk-norm --char-mix 0 text

for name in $models; do
    ort "$name: ONNX Runtime computes the same logits" "logits $name" ok
    ort "$name: and writes the same text as sample" "greedy $name 'a c'" same
done
# as from safetensors, which tests/files/test_import_safetensors.c compares with the model
"$convert" counts --to safetensors counts.st 2> said
for format in onnx safetensors; do
    "$convert" --from $format "counts.$(echo $format | sed s/safetensors/st/)" --out from-$format 2> said || cat said
done
result 'counts: the model comes back from ONNX' \
    "$(cmp from-onnx/model.heed from-safetensors/model.heed && echo same)" same
# shellcheck disable=SC1003  # a backslash
for prompt in 'The c' 'and ' 'sat on a \'; do
    ort "fast: the same text after '$(echo "$prompt" | tr -d '\\')'" "greedy fast \"\$prompt\"" same
done
ort 'a character that the model lacks is an error' \
    "node \"\$sampler\" fast.onnx @ 1 2>&1 | grep -c \"the character '@'\"" 1
ort 'beyond the context it reads the last 32 characters' \
    "node \"\$sampler\" fast.onnx 'The c' 40 2>&1 | tr -d '\200-\277' | wc -c | tr -d ' '" 45

# --- the checker of the format ---
python=''
for candidate in ${HEED_PYTHON:-/usr/bin/python3 python3}; do
    code=0
    [ -n "$python" ] || "$candidate" -c 'import onnx' 2> said || code=$?
    [ -n "$python" ] || [ $code != 0 ] || python=$candidate
done
# checked NAME: the checker's objections, and the shape that it infers for the logits of every node
checked() {
    "$python" - "$1.onnx" <<'PYTHON' 2>&1
import sys, onnx
model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
model = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
known = {v.name for v in model.graph.value_info} | {v.name for v in model.graph.output}
missing = [o for node in model.graph.node for o in node.output if o not in known]
shape = [d.dim_param or d.dim_value for d in model.graph.output[0].type.tensor_type.shape.dim]
notes = {p.key: p.value for p in model.metadata_props}
print(*shape[:2], shape[2] == len(notes["heed.vocab"].split()), *missing)
PYTHON
}
for name in fast all counts; do
    if [ -n "$python" ]; then
        result "$name: onnx checks the file and infers its shapes" "$(checked $name)" 'batch time True'
    else
        skip "$name: onnx checks the file" 'python3 has no onnx (Debian: python3-onnx)'
    fi
done
