#!/bin/sh
# Makes each system call and each allocation of convert fail in turn: the old file or the new one must be there, whole,
# and convert must say why it failed. Tests an evenly spaced sample of the calls; all of them with HEED_NIGHTLY=1.
# cli/convert/test_fault.sh LIBRARY COMMAND ..., LIBRARY from tests/fault; the commands include convert and train.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/fault.sh
. "$tests/fault.sh"
memory='ENOMEM ENOMEM-on'

classic() {
    "$train" text --out "$1" --recipe gpt2 --quiet --layers 1 --heads 1 --channels 4 --context 6 --batch 2 \
        --threads 1 --steps "$2"
}

kept() {
    ended convert all_new
    case $format in
    hf) either hf/config.json hf/model.safetensors hf/tokenizer.json hf/tokenizer_config.json ;;
    back) either back/model.heed ;;
    *) either "$format" ;;
    esac
}
all_new() { diff -r "made/$format" "new/$format" > differences 2>&1; }

to() { "$convert" "$model" --to "$format" "made/$format"; }
back() { "$convert" --from "$source" "new/$source" --out made/back --force; }

echo 1..16
classic old.model 1 && classic new.model 2 || echo 'Bail out! train failed'
mkdir old new
for which in old new; do
    for format in safetensors npz onnx gguf hf; do
        "$convert" $which.model --to $format $which/$format 2> said || echo 'Bail out! convert failed'
    done
    "$convert" --from hf $which/hf --out $which/back 2> said || echo 'Bail out! convert failed'
done
model=new.model
for format in safetensors npz onnx gguf hf; do
    every "memory, $format" "$memory" before kept to
    every "files, $format" "$hows" before kept to
done
format=back
for source in hf safetensors onnx; do
    # safetensors keeps the training settings, the folder does not: the files differ
    "$convert" --from $source new/$source --out new/back --force 2> said || echo 'Bail out! convert failed'
    every "memory, back from $source" "$memory" before kept back
    every "files, back from $source" "$hows" before kept back
done
echo "# $points faults"
