#!/bin/sh
# The program convert: cli/convert/test_convert.sh HEED COMMAND ..., which include convert, train, sample and explain.
# test_peers.sh reads its files with other programs.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"

# turn WORD ...: runs convert; prints the last line of stderr, but for how to open the file, and the exit code
# (standard output must be empty)
turn() {
    code=0
    out=$("$convert" "$@" 2> "$dir/said") || code=$?
    echo "$out$(grep -v '^convert: to open it: ' "$dir/said" | tail -n 1) [$code]"
}

# refused NAME CODE SENTENCE WORD ...: convert exits with CODE and prints SENTENCE
refused() {
    name=$1 want=$2 words=$3
    shift 3
    said=$(turn "$@")
    case $(cat "$dir/said")$said in
    "convert: "*"$words"*"[$want]") result "$name" yes yes ;;
    *) result "$name" "$(cat "$dir/said") $said" "convert: … $words … [$want]" ;;
    esac
}

# write MODEL: a sample with a fixed seed
write() { "$sample" --model "$1" --prompt 'The c' --seed 3 -n 60 2> /dev/null; }

# data FILE: checksum of the numbers, without the safetensors header
data() { tail -c +$(($(od -An -tu4 -N4 "$1") + 9)) "$1" | cksum; }

small() {
    name=$1
    shift
    "$train" "$dir/text" --layers 2 --heads 2 --channels 16 --context 16 --batch 4 --steps 12 --threads 1 --quiet \
        --out "$dir/$name" "$@" || echo 'Bail out! train failed'
}

echo 1..101
awk 'BEGIN { for (i = 0; i < 90; i++)
    printf "The c\303\251t %d sat on a \\ mat, \"and\" the \360\237\230\200 dog saw it.\n", i % 17 }' > "$dir/text"
small gpt2 --recipe gpt2
small tied --recipe gpt2 --tied --no-bias
small fast
small plain --no-counts
small portable --for any
cd "$dir" || exit 1

# --- To other programs ---
for format in safetensors npz onnx gguf hf; do
    result "a GPT-2 to $format" \
        "$(turn gpt2 --to $format a.$format | sed 's/^convert: llama.cpp crashes .*16 \[/[/; s/,.*\[/ [/')" \
        "$(test $format = gguf || printf 'convert: to a.%s ' $format)[0]"
done
result 'a folder means its best model' "$(sed -n 's/^convert: from \([^,]*\), step.*/\1/p' "$dir/said")" gpt2/best.heed
result 'its shape is reported' \
    "$(grep -c 'layers 2, heads 2, channels 16, context 16, 3[0-9] characters' "$dir/said")" 1
result 'the Hugging Face folder' "$(cd a.hf && echo *)" \
    'config.json model.safetensors tokenizer.json tokenizer_config.json'
result 'its readers require the format entry' "$(grep -ac '"__metadata__":{"format":"pt"}' a.hf/model.safetensors)" 1
result "PyTorch's names" "$(head -c 8000 a.safetensors | tr ',' '\n' |
    grep -c '^"\(wte\|wpe\|h.1.attn.c_attn\|ln_f\|lm_head\).weight":')" 5
for format in safetensors npz onnx; do
    result "a model of the fast recipe without counts to $format" \
        "$(turn plain/model.heed --to $format plain.$format | sed 's/,.*\[/ [/')" "convert: to plain.$format [0]"
done
for format in safetensors npz; do
    [ $format = npz ] && key=counts || key=heed.counts
    result "a model with counts to $format, which says where they are" \
        "$(turn fast/model.heed --to $format f.$format | sed 's/^.*\[/[/') $(grep -c "the text in \"$key\"" said)" \
        '[0] 1'
done
for format in gguf hf; do
    refused "but not to $format: the differences are listed" 1 \
        'by a gain per head, convolution over 4 positions, n-gram counts at the output; train one with --for any' \
        fast --to $format f.$format
    result 'no file is written' "$(ls -d f.$format 2> /dev/null)" ''
done
for format in gguf hf; do
    turn portable --to $format p.$format > was
    result "a portable model to $format, and again" "$(turn portable --to $format p.$format | grep -c '\[0\]')" 1
done
result 'as another class' "$(head -n 3 p.hf/config.json | tr -d '\n ')" \
    '{"architectures":["ApertusForCausalLM"],"model_type":"apertus",'
refused 'the error names a remedy' 1 'train one with --for any' fast --to gguf f.gguf
cp a.gguf b.gguf
result 'equal models give equal files' "$(turn gpt2 --to gguf b.gguf > /dev/null; cmp a.gguf b.gguf && echo same)" same
"$convert" gpt2 --to safetensors /dev/stdout 2> /dev/null | cmp - a.safetensors
result 'to a pipe' $? 0
result 'run by heed' "$("$heed" convert gpt2 --to npz c.npz 2> /dev/null; cmp a.npz c.npz && echo same)" same
result 'a misspelled command gets a suggestion' "$("$heed" convrt 2>&1)" \
    "heed: unknown command 'convrt'; did you mean convert?"

# --- Import ---
for name in gpt2 tied fast plain; do
    "$convert" $name/model.heed --to safetensors $name.st 2> /dev/null
    result "$name: import from safetensors" "$(turn --from safetensors $name.st --out st-$name |
        grep -c "^convert: next: .*sample st-$name \[0\]$")" 1
    result 'it writes the same text' "$(write st-$name/model.heed | cksum)" "$(write $name/model.heed | cksum)"
    "$convert" st-$name --to safetensors again.st 2> /dev/null
    result 'exported again, it has the same numbers' "$(data again.st)" "$(data $name.st)"
done
# counts FILE: the counted text in a safetensors file
counts() {
    head -c "$(($(od -An -tu4 -N4 "$1") + 8))" "$1" | sed -n 's/.*\("heed.counts":"[0-9a-f]*"\).*/\1/p' | cksum
}
"$convert" st-fast --to safetensors again.st 2> /dev/null
result 'and the same counted text' "$(counts again.st)" "$(counts fast.st)"
sed 's/\("heed.counts":"......\)00/\1ff/' fast.st > wrong.st
refused 'a damaged counted text' 1 'its counts are not whole' --from safetensors wrong.st --out new
sed 's/"heed.counts"/"heed.others"/' fast.st > lacks.st
refused 'none' 1 'it lacks the counts of the training text' --from safetensors lacks.st --out new
"$convert" --from safetensors lacks.st --like fast --out like-fast 2> /dev/null
result '--like supplies it' "$(write like-fast/model.heed | cksum)" "$(write fast/model.heed | cksum)"
for name in gpt2 plain; do
    "$convert" $name/model.heed --to onnx $name.onnx 2> /dev/null
    result "$name: import from ONNX" "$(turn --from onnx $name.onnx --out onnx-$name |
        grep -c "^convert: next: .*sample onnx-$name \[0\]$")" 1
    "$convert" onnx-$name --to safetensors again.st 2> /dev/null
    result 'exported again, it has the same numbers' "$(data again.st)" "$(data $name.st)"
done
for name in gpt2 tied portable; do
    "$convert" $name/model.heed --to hf $name.hf 2> /dev/null
    result "$name: import from Hugging Face, which does not know the text" \
        "$(turn --from hf $name.hf --out hf-$name | tail -n 1 | sed 's|[^ ]*/||') $(grep -c -- \
            "--resume --out hf-$name --steps 500 --force, since the text is not known$" "$dir/said")" \
        "convert: next: sample hf-$name [0] 1"
    result 'it writes the same text' "$(write hf-$name/model.heed | cksum)" "$(write $name/model.heed | cksum)"
    "$convert" hf-$name --to hf again.hf 2> /dev/null
    result 'exported again, it has the same weights' \
        "$(data again.hf/model.safetensors)" "$(data $name.hf/model.safetensors)"
done
result 'explain reads it' \
    "$("$explain" --model hf-gpt2/model.heed --prompt 'The c' --threads 1 --checks | grep -c '^  PASS')" 10
go_on() { "$train" text --resume --threads 1 --quiet "$@" 2>&1 | tail -n 1; }
result 'training resumes from it' \
    "$(go_on --out st-gpt2 --steps 3)$("$sample" --model st-gpt2/model.heed -n 0 2>&1 | grep -c 'step 3,')" 1
result 'another text needs --force' "$(go_on --out hf-gpt2 --steps 3 | grep -c 'or --force to continue on this one')" 1
result 'and with --force is used' \
    "$(go_on --out hf-gpt2 --steps 3 --force)$("$sample" --model hf-gpt2/model.heed -n 0 2>&1 | grep -c 'step 3,')" 1
result '--like supplies the hash of the text' \
    "$(turn --from hf gpt2.hf --out like --like gpt2 |
        grep -c '^convert: next: .*sample like \[0\]$')$(go_on --out like --steps 3)" 1
cksum < gpt2/best.heed > before
refused 'an existing model is not replaced' 1 'gpt2/model.heed already exists: replace it with --force' \
    --from safetensors tied.st --out gpt2
result 'and stays unchanged' "$(cksum < gpt2/best.heed)" "$(cat before)"
cp -r gpt2 replaced
result '--force replaces it, and removes best.heed' \
    "$(turn --from safetensors tied.st --out replaced --force > /dev/null
    ls replaced
    write replaced/model.heed | cksum)" \
    "$(printf 'log.csv\nmodel.heed\nreceipt.json\n'; write tied/model.heed | cksum)"

# --- Errors ---
head -c 3000 gpt2.st > short
refused 'a truncated file' 1 'cannot read short as safetensors' --from safetensors short --out new
refused 'a text file' 1 'not a safetensors file, or is damaged' --from safetensors text --out new
head -c 5000 plain.onnx > short.onnx
refused 'a truncated ONNX file' 1 'do not end in heed'"'"'s checksum: it is truncated' --from onnx short.onnx --out new
refused 'another program'"'"'s' 1 'heed did not write it' --from onnx gpt2.st --out new
refused '--like, which ONNX never needs' 2 '--like has no use with --from onnx' \
    --from onnx plain.onnx --like plain --out new
refused 'a missing file' 1 'cannot open none: no such file' --from safetensors none --out new
result 'each says how to open it' "$(for format in safetensors npz onnx gguf hf; do
    "$convert" gpt2 --to $format "it's $format" 2>&1 | grep -c 'to open it'
    "$convert" gpt2 --to $format "its.$format" 2>&1 | grep 'to open it' | grep -c "its.$format"
done | tr -d '\n')" 0101010101
cp -R gpt2.hf bare.hf
rm bare.hf/tokenizer.json bare.hf/tokenizer_config.json
refused 'no tokenizer' 1 'tokenizer.json: no such file or directory; --like MODEL supplies the vocabulary' \
    --from hf bare.hf --out new
"$convert" --from hf bare.hf --like gpt2 --out bare 2> /dev/null
result '--like supplies the vocabulary' "$(write bare/model.heed | cksum)" "$(write gpt2/model.heed | cksum)"
rm bare.hf/config.json
"$convert" --from hf bare.hf --like gpt2 --out bare --force 2> /dev/null
result 'and the shape' "$(write bare/model.heed | cksum)" "$(write gpt2/model.heed | cksum)"
refused 'not a Hugging Face folder' 1 'cannot open gpt2/config.json' --from hf gpt2 --out new
refused 'transposed weights' 1 'use --from hf' --from safetensors gpt2.hf/model.safetensors --out new --like gpt2
refused 'no metadata' 1 'name the model it was exported from with --like' \
    --from safetensors gpt2.hf/model.safetensors --out new
result 'no folder is created' "$(ls -d new 2> /dev/null)" ''
refused 'not a model' 1 'text as a model' text --to npz x.npz
refused 'neither --to nor --from' 2 'give a format: --to safetensors, hf, onnx, gguf or npz' gpt2
refused 'an unknown format' 2 'safetensors' gpt2 --to safetensor x
refused 'no output file' 2 'give the model and the file to write' gpt2 --to npz
refused 'an output file named like a model' 2 'has the name of a heed model' gpt2 --to npz gpt2/best.heed
refused 'npz to standard output' 2 'cannot be written to standard output' gpt2 --to npz -
result 'no file named - is left' "$(ls ./- 2> /dev/null)" ''
sum=$(cksum < text)
for format in safetensors npz onnx gguf; do
    refused "$format does not replace a text" 1 'text already exists and is not a' gpt2 --to $format text
    refused 'nor another file' 1 'already exists and is not a' gpt2 --to $format fast/log.csv
done
result 'the text is unchanged' "$(cksum < text)" "$sum"
cp text other
: > nothing
result '--force replaces a text; an empty file is replaced without' "$(turn gpt2 --to gguf other --force > was
    turn gpt2 --to gguf nothing >> was
    cmp other a.gguf && cmp nothing a.gguf && echo same)" same
mkdir their.hf other.hf
printf '{\n  "architectures": [\n    "GPT2LMHeadModel"\n  ]\n}\n' > their.hf/config.json
refused 'a folder of another program is not replaced' 1 \
    'config.json already exists and is not a config.json written by convert' gpt2 --to hf their.hf
cp a.safetensors other.hf/model.safetensors
refused 'nor model.safetensors without config.json' 1 \
    'other.hf/model.safetensors already exists without a config.json' gpt2 --to hf other.hf
result 'which is unchanged' "$(cmp a.safetensors other.hf/model.safetensors && echo same)" same
result '--force replaces it' \
    "$(turn gpt2 --to hf other.hf --force) $(cmp a.hf/model.safetensors other.hf/model.safetensors && echo same)" \
    'convert: to other.hf [0] same'
result 'a folder written by convert is replaced' "$(turn gpt2 --to hf other.hf)" 'convert: to other.hf [0]'
if [ -e /dev/full ]; then
    refused 'a full disk' 1 'no space left on the device' gpt2 --to npz /dev/full
else
    skip 'a full disk' 'no /dev/full here'
fi
