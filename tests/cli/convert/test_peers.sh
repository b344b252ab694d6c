#!/bin/sh
# Reads convert's files with the programs they are for, and skips programs that are not installed:
# cli/convert/test_peers.sh COMMAND ..., which include convert, train, sample and explain.
#   PyTorch and NumPy   Debian's python3-torch, python3-numpy; HEED_PYTHON names another python3
#   llama.cpp           npm install node-llama-cpp, which includes a build; HEED_NODE_MODULES names the folder
#   tokenizers          npm install @anush008/tokenizers; the same folder
set -u
here=$(dirname "$0")
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
modules=${HEED_NODE_MODULES:-$here/../../../node_modules}

small() {
    name=$1
    shift
    "$train" --size tiny --steps 150 --seed 1 --threads 1 --quiet --out "$dir/$name" "$@" ||
        echo 'Bail out! train failed'
}

echo 1..46
awk 'BEGIN { for (i = 0; i < 120; i++)
    printf "The c\303\251t %d sat on a \\ mat, \"and\" the \360\237\230\200 dog saw it: %c.\n", i % 17, 65 + i % 26
}' > "$dir/text"
# 64 characters of three bytes each, 17 distinct bytes in all: a vocabulary of 40 tokens holds only the bytes
for i in 0 1 2 3 4 5 6 7; do
    for j in 0 1 2 3 4 5 6 7; do
        # shellcheck disable=SC2059
        printf "a c\\303\\244t \\344\\27$i\\20$j.\n"
    done
done > "$dir/once"
cat "$dir/once" "$dir/once" "$dir/once" > "$dir/wide"
sort "$dir/text" > "$dir/odd"                               # the same characters, in another order
small gpt2 --recipe gpt2 "$dir/text"
small spelled --recipe gpt2 --no-bias --tied --max-vocab 40 "$dir/wide"
small fast --steps 40 "$dir/text"
small plain --no-counts --steps 40 "$dir/text"
small portable --for any "$dir/text"
# context: all of its text but two characters
head -n 20 "$dir/text" > "$dir/folds.text"
"$train" "$dir/folds.text" --layers 1 --heads 1 --channels 16 --context 1065 --batch 1 --steps 20 --val-frac 0 \
    --seed 1 --threads 1 --quiet --out "$dir/folds" || echo 'Bail out! train failed'
small all --steps 10 --value-mix --soft-cap 15 --tied --bias --norm layer "$dir/text"
for name in gpt2 spelled fast plain all folds portable; do
    "$convert" "$dir/$name" --to safetensors "$dir/$name.st"
    "$convert" "$dir/$name" --to npz "$dir/$name.npz"
done 2> "$dir/said"
for name in gpt2 spelled portable; do
    "$convert" "$dir/$name" --to hf "$dir/$name.hf"
    "$convert" "$dir/$name" --to gguf "$dir/$name.gguf"
done 2>> "$dir/said"

# --- PyTorch and NumPy ---
for name in gpt2 spelled fast plain all folds portable; do
    prompt='The c'
    [ $name = spelled ] && prompt='a c'
    "$explain" --model "$dir/$name" --prompt "$prompt" --json --threads 1 > "$dir/$name.json" 2> "$dir/said"
done
python=''
for candidate in ${HEED_PYTHON:-/usr/bin/python3 python3}; do
    code=0
    [ -n "$python" ] ||
        "$candidate" "$here/in_torch.py" "$dir" gpt2 spelled fast plain all folds portable > "$dir/facts" \
            2> "$dir/said" || code=$?
    if [ -z "$python" ] && [ $code != 77 ] && [ $code != 127 ]; then
        python=$candidate
        sed 's/^/# /' "$dir/said"
    fi
done

# torch NAME COMMAND EXPECTED: one test, skipped without PyTorch
torch() {
    if [ -n "$python" ]; then
        result "$1" "$(eval "$2")" "$3"
    else
        skip "$1" 'python3 has no PyTorch (Debian: python3-torch)'
    fi
}
# fact NAME KIND: the result of in_torch.py
fact() { sed -n "s/^$1 $2 //p" "$dir/facts"; }
# data FILE: checksum of the numbers, without the safetensors header
data() { tail -c +$(($(od -An -tu4 -N4 "$1") + 9)) "$1" | cksum; }
# go_on NAME WORD ...: continues training in PyTorch; NAME.more is the report
go_on() {
    name=$1
    shift
    "$python" "$here/../../../scripts/continue_in_torch.py" "$dir/$name.st" "$dir/text" \
        --out "$dir/more-$name.st" --steps 8 "$@" > "$dir/$name.more" 2>&1
}

for name in gpt2 spelled fast plain all folds portable; do
    torch "$name: PyTorch computes the same logits" \
        "fact $name logits | awk '{ print (\$1 + 0 < 1e-5 && /e-/) ? \"ok\" : \$0 }'" ok
    torch "$name: NumPy reads the same arrays" "fact $name npz" ok
done
# A step with a negligible learning rate measures the loss of a window, which begins at 0 or 1
# shellcheck disable=SC2016  # torch evaluates the words
torch 'PyTorch leaves the same fold of the counted text out' \
    '"$convert" --from safetensors "$dir/folds.st" --out "$dir/taught" 2> "$dir/said"
     "$train" "$dir/folds.text" --resume --out "$dir/taught" --steps 1 --lr 1e-12 --muon-lr 1e-12 --threads 1 --quiet
     { tail -n 1 "$dir/taught/log.csv" | cut -d, -f6; fact folds taught; } | tr "\n" " " |
        awk "{ a = \$1 - \$2; b = \$1 - \$3; print (NF == 3 && (a * a < 4e-12 || b * b < 4e-12)) ? \"ok\" : \$0 }"' ok
for name in gpt2 spelled; do
    torch "$name: the Hugging Face folder has the same weights, transposed" "fact $name hf" ok
done
torch "portable: transformers' Apertus computes the same logits" \
    "fact portable hf | awk '{ print (\$1 + 0 < 1e-5 && /e-/) ? \"ok\" : \$0 }'" ok
# shellcheck disable=SC2016  # torch evaluates the words
torch '--like imports a file without metadata' \
    '"$convert" --from safetensors "$dir/bare.st" --like "$dir/gpt2" --out "$dir/bare" 2> "$dir/said" &&
        "$convert" "$dir/bare" --to safetensors "$dir/back.st" 2>> "$dir/said"
        data "$dir/back.st"' "$(data "$dir/gpt2.st")"
for name in gpt2 fast plain; do
    [ $name = plain ] && many=1 || many=2
    torch "$name: training continues in PyTorch, processes: $many" "go_on $name --processes $many; echo \$?" 0
    torch "$name: PyTorch starts from the same loss" \
        "awk 'NR == 1 { d = \$3 - \$6; print (d < 2e-6 && d > -2e-6) ? \"ok\" : \$0 }' \$dir/$name.more" ok
    torch "$name: convert imports the result" \
        "\$convert --from safetensors \$dir/more-$name.st --out \$dir/more-$name 2> \$dir/said
         \$sample --model \$dir/more-$name/model.heed -n 20 --seed 1 2>> \$dir/said | wc -c |
             awk '{ print (\$1 >= 20) }'" 1
    # a step with a negligible learning rate measures the loss
    torch "$name: with the loss that PyTorch reached" \
        "\$train \$dir/text --resume --out \$dir/more-$name --steps 1 --lr 1e-12 --muon-lr 1e-12 --threads 1 \
             --quiet 2> \$dir/said
         tail -n 1 \$dir/more-$name/log.csv | cut -d, -f7 | cat \$dir/$name.more - | awk '
             /^validation.* after/ { left = \$3 }
             END { d = left - \$1; print (left > 0 && d < 1e-5 && d > -1e-5) ? \"ok\" : left \" \" \$1 }'" ok
done
# shellcheck disable=SC2016
torch 'training continues without validation text' \
    '"$python" "$here/../../../scripts/continue_in_torch.py" "$dir/folds.st" "$dir/folds.text" --out "$dir/x.st" \
        --steps 1 2>&1 | tail -n 1 | cut -c 1-8' \
    'saved as'
# shellcheck disable=SC2016
torch 'another text is detected' \
    '"$python" "$here/../../../scripts/continue_in_torch.py" "$dir/gpt2.st" "$dir/odd" --out "$dir/x.st" 2>&1 |
        tail -n 1 | cut -c 1-22' \
    'these should be equal:'

# --- llama.cpp and tokenizers ---
# node_result NAME PACKAGE COMMAND EXPECTED: one test, skipped without Node.js or the package
node_result() {
    if ! command -v node > "$dir/out"; then
        skip "$1" 'Node.js is not installed'
    elif [ ! -d "$modules/$2" ]; then
        skip "$1" "npm install $2, and HEED_NODE_MODULES names the folder node_modules"
    else
        result "$1" "$(eval "$3")" "$4"
    fi
}

# greedy NAME PROMPT: llama.cpp must write the same text as sample. It counts tokens, and a character spelled in bytes
# has several, so its text is shorter and may end inside a character.
greedy() {
    node "$here/llama.mjs" "$modules" "$dir/$1.gguf" "$2" $((32 - ${#2})) 32 2> "$dir/said" |
        sed "s/$(printf '\357\277\275')*\$//" > "$dir/theirs"
    "$sample" --model "$dir/$1/best.heed" --prompt "$2" --temp 0 -n 32 2>> "$dir/said" |
        head -c "$(wc -c < "$dir/theirs")" > "$dir/ours"
    if cmp "$dir/theirs" "$dir/ours" >> "$dir/said" 2>&1 && [ "$(wc -c < "$dir/theirs")" -gt 25 ]; then
        echo same
    else
        cat "$dir/theirs" "$dir/said"
    fi
}
# shellcheck disable=SC1003,SC2016  # a backslash; node_result evaluates the words
for prompt in 'The c' 'and ' 'sat on a \'; do
    node_result "llama.cpp writes the same text as sample after '$(echo "$prompt" | tr -d '\\')'" node-llama-cpp \
        'greedy gpt2 "$prompt"' same
done
node_result 'llama.cpp, characters spelled in bytes' node-llama-cpp 'greedy spelled "a c"' same
for prompt in 'The c' 'and '; do
    node_result "llama.cpp, recipe portable, after '$prompt'" node-llama-cpp 'greedy portable "$prompt"' same
done

# --- The lines that convert prints ---
# opens FORMAT PROGRAM WORD: runs the line that opens the file, which must print WORD, if the program, or the module of
# python3, is installed
opens() {
    "$convert" "$dir/portable" --to "$1" "$dir/lines.$1" 2> "$dir/said"
    line=$(sed -n 's/^convert: to open it: //p' "$dir/said")
    case $line in
    python3*)
        line=${python:-python3}${line#python3}
        ${python:-python3} -c "import $2" 2> "$dir/said" || line=''
        ;;
    *) command -v "$2" > "$dir/said" || line='' ;;
    esac
    if [ -n "$line" ]; then
        result "the line for $1 opens it" "$(eval "$line" 2> "$dir/said" | grep -c "$3")" 1
    else
        skip "the line for $1 opens it" "$2 is not installed"
    fi
}
opens safetensors safetensors 'lm_head.weight'
opens npz numpy 'lm_head.weight'
opens hf transformers 'generated_text'
opens onnx onnxruntime 'logits'
opens gguf llama-completion '.'

# tokens NAME TEXT: the library tokenizers must give the ids that explain gives, and decode them to TEXT
tokens() {
    printf '%s' "$2" > "$dir/prompt"
    node "$here/tokenizer.mjs" "$modules" "$dir/$1.hf/tokenizer.json" "$dir/prompt" > "$dir/theirs" 2> "$dir/said"
    {
        "$explain" --model "$dir/$1" --prompt "$2" --json --threads 1 2>> "$dir/said" |
            sed -n 's/^"characters":\[//p' | tr '}' '\n' |
            sed -n 's/.*"i":[0-9]*,"id":\([0-9]*\),.*/\1/p' | tr '\n' ' ' | sed 's/ $//'
        printf '\n%s' "$2"
    } > "$dir/ours"
    if cmp "$dir/theirs" "$dir/ours" >> "$dir/said" 2>&1; then
        echo same
    else
        cat "$dir/theirs" "$dir/ours" "$dir/said"
    fi
}
# shellcheck disable=SC2016
node_result 'tokenizers gives the same tokens' @anush008/tokenizers \
    'tokens gpt2 "a \\ \"dog\": $(printf "c\303\251t\nThe \360\237\230\200")"' same
# shellcheck disable=SC2016
node_result 'tokenizers, characters spelled in bytes' @anush008/tokenizers \
    'tokens spelled "$(tail -n 1 "$dir/wide")"' same
