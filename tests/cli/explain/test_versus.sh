#!/bin/sh
# explain --versus, run as users run it: cli/explain/test_versus.sh COMMAND ..., among them explain and train, which
# makes small models of several recipes.
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
    said=$(see fast "$@" 2>&1 > "$dir/out")
    code=$?
    case $said in
    "explain: "*"$sentence"*) result "$name" "$code $(wc -c < "$dir/out" | tr -d ' ')" "2 0" ;;
    *) result "$name" "$said" "explain: $sentence" ;;
    esac
}

# sentence: that of the JSON on standard input, in plain ASCII
sentence() {
    grep '^"versus":' | sed 's/.*"sentence":"\([^"]*\)".*/\1/; s/\\u0027/'"'"'/g; s/\\u003e/>/g; s/␣/space/g'
}

echo 1..30
cats_and_dogs > "$dir/corpus.txt"
teach() {
    name=$1
    shift
    "$train" "$dir/corpus.txt" --layers 2 --heads 2 --channels 32 --context 64 --steps 150 --quiet --threads 1 \
        --out "$dir/$name" "$@" || echo "Bail out! train failed"
}
teach fast
teach gpt2 --recipe gpt2 --tied --value-mix --qk-norm --soft-cap 20
teach mixed --recipe gpt2 --char-mix 3 --norm rms --positions none

for run in fast gpt2 mixed; do
    see $run --prompt "the cat said " --versus "the dog said " > "$dir/out"
    result "$run: succeeds" $? 0
    result "$run: begins with what differs" "$(grep -c '^cat -> .* %; dog instead -> .* %' "$dir/out")" 1
    result "$run: marks the words" "$(grep -cE '^[AB] .*the \[(cat|dog)\] said_$' "$dir/out")" 2
    result "$run: at most 20 lines" "$(awk 'END { print NR <= 20 }' "$dir/out")" 1
    result "$run: lines of at most 79 columns" "$(grep -cE '^.{80}' "$dir/out")" 0
    result "$run: a word named as read comes with its control" \
        "$(grep -c '^With .* masked for layer .* its patch moves ' "$dir/out")" \
        "$(sed '/^$/q' "$dir/out" | tr '\n' ' ' | grep -c " reading '")"
    result "$run: the JSON has the same sentence" \
        "$(see $run --prompt "the cat said " --versus "the dog said " --json | sentence)" \
        "$(sed '/^$/q' "$dir/out" | tr '\n' ' ' | sed 's/ *$//')"
done

see fast --prompt "the cat said " --versus "the dog said " > "$dir/one"
result "threads and kernels change nothing" \
    "$("$explain" --model "$dir/fast" --threads 2 --kernels ref --prompt "the cat said " --versus "the dog said ")" \
    "$(cat "$dir/one")"
result "narrow: lines of at most 49 columns" \
    "$(COLUMNS=50 "$explain" --model "$dir/fast" --prompt "the cat said " --versus "the dog said " |
        grep -cE '^.{50}')" 0
result "a word only in one" "$(see fast --prompt "the old cat said " --versus "the cat said " |
    grep -cE '^old -> |^[AB] .*the \[(old)?\] cat')" 3
result "without --versus the key is null" "$(see fast --prompt "the cat" --json | grep -c '^"versus":null')" 1

misuse "the same text" "--versus is the same text as --prompt, all 7 characters" --prompt "the cat" --versus "the cat"
misuse "too long" "--versus has 70 characters, the model's context is 64" --prompt "the cat" \
    --versus "$(printf 'the cat to%.0s' 1 2 3 4 5 6 7)"
misuse "the prompt too long" "--prompt has 70 characters, the model's context is 64: --versus needs both texts whole" \
    --prompt "$(printf 'the cat to%.0s' 1 2 3 4 5 6 7)" --versus "the cat"
misuse "an unknown character" "--versus: character 5: the vocabulary has no 'Q'" --prompt "the cat" --versus "the Qat"
misuse "another view" "--versus compares the answers of two whole prompts" --prompt "the cat" --versus "the dog" --lens
