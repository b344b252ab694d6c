#!/bin/sh
# Places that explain reads as it writes them: cli/explain/test_places.sh COMMAND ..., among them explain and train.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"

see() { "$explain" --model "$dir/run" --threads 1 "$@"; }

# misuse NAME SENTENCE WORD ...: must exit with 2, SENTENCE on stderr and nothing on stdout
misuse() {
    name=$1 sentence=$2
    shift 2
    said=$(see --prompt "$prompt" "$@" 2>&1 > "$dir/out")
    code=$?
    case $said in
    "explain: "*"$sentence"*) result "$name" "$code $(wc -c < "$dir/out" | tr -d ' ')" "2 0" ;;
    *) result "$name" "$said" "explain: $sentence" ;;
    esac
}

# what FLAG ...: the edits, without their numbers
what() { see --prompt "$prompt" "$@" | sed -n '/^Edits/,/^  The gradient/p' | sed '1d;$d' | grep -v '^    '; }

# numbers FLAG ...: their numbers
numbers() { see --prompt "$prompt" "$@" | sed -n '/^Edits/,/^  The gradient/p' | grep '^    '; }

echo 1..44
i=0
while [ $i -lt 40 ]; do
    printf 'the cat sat on the mat. 12 cats ran to the caf\303\251\tand \344\270\255\345\234\213 is here\n'
    i=$((i + 1))
done > "$dir/text"
"$train" "$dir/text" --layers 2 --heads 2 --channels 16 --context 64 --steps 40 --quiet --out "$dir/run" \
    --threads 1 || echo "Bail out! train failed"
prompt="the cat sat on the mat. 12 cats ran"

# --- Characters ---
result "a word" "$(what --mask cat)" '  "cat" (4 to 6) masked together'
result "has the numbers of its range" "$(numbers --mask cat)" "$(numbers --mask 4-6)"
result "and of its positions" "$(numbers --mask cat)" "$(numbers --mask 6,4,5)"
result "which are not those of one of them" \
    "$(test "$(numbers --mask cat)" != "$(numbers --mask 4)" && echo other)" other
result "one position is one character" "$(what --mask 4)" "  'c' (4) masked"
result "so is a range of one" "$(what --mask 4-4)" "  'c' (4) masked"
result "a word that occurs twice is masked in both places" "$(what --mask the)" \
    '  "the" (0 to 2), "the" (15 to 17) masked together'
result "#2 is the second" "$(what --mask 'the#2')" '  "the" (15 to 17) masked together'
result "#1 the first" "$(what --mask 'the#1')" '  "the" (0 to 2) masked together'
result "a comma joins" "$(what --mask 'cat,mat')" '  "cat" (4 to 6), "mat" (19 to 21) masked together'
result "places that touch are one" "$(what --mask '4-5,6')" '  "cat" (4 to 6) masked together'
result "each flag is an edit of its own" "$(what --mask cat --mask mat)" \
    '  "cat" (4 to 6) masked together
  "mat" (19 to 21) masked together'
result "a word is whole" "$(what --mask cats)" '  "cats" (27 to 30) masked together'
result "words may contain spaces" "$(what --mask 'cat sat')" '  "cat_sat" (4 to 10) masked together'
result "or be punctuation" "$(what --mask .)" "  '.' (22) masked"
kept=$prompt
prompt=$(printf 'the caf\303\251 \344\270\255\345\234\213\344\270\255')
result "other alphabets" "$(LC_ALL=C.UTF-8 what --mask "$(printf 'caf\303\251')")" \
    "$(printf '  "caf\303\251" (4 to 7) masked together')"
result "words of scripts without spaces need none around them" \
    "$(LC_ALL=C.UTF-8 what --mask "$(printf '\345\234\213')")" \
    "$(printf "  '\345\234\213' (10) masked")"
prompt=$kept
result "many places are counted" \
    "$(what --mask 0,2,4,6,8,10,14,16 | tr -s '\n ' '  ' | grep -c 'and 2 more characters masked')" 1
if command -v python3 > /dev/null; then
    see --prompt "$prompt" --mask cat,22 --mask 3 --ablate 0.1,1.0 --nudge 0.0.5.2=1 --json > "$dir/edits.json"
    result "JSON lists them" "$(python3 -c '
import json, sys
for x in json.load(open(sys.argv[1]))["nudges"]:
    print(x["kind"], x["layer"], x["head"], x["j"], x["characters"], x["heads"])' "$dir/edits.json")" \
        "nudge 0 0 2 [] []
ablate 0 1 0 [] [[0, 1], [1, 0]]
mask 0 0 4 [4, 5, 6, 22] []
mask 0 0 3 [3] []"
else
    skip "JSON lists them" "python3 is not installed"
fi

misuse "a position behind the prompt" "--mask 35: character 35 does not exist: there are 35, counted from 0" --mask 35
misuse "a range that ends there" "--mask 30-40: character 40 does not exist: there are 35" --mask 30-40
misuse "a reversed range" "--mask 6-4: 6-4: the first position of a range is the smaller: 4-6" --mask 6-4
misuse "an unknown word" "--mask catz: 'catz' is no word of the prompt; did you mean 'cat'?" --mask catz
misuse "part of a word" "--mask ma: 'ma' is no word of the prompt" --mask ma
misuse "a word unlike any other" "'elephants' is no word of the prompt; give a word of it, or positions from 0 to 34" \
    --mask elephants
misuse "a number that is also a word" \
    "--mask 12: 12 is a position, but also a word of the prompt: write 24-25 for the word, or 12-12 for the position" \
    --mask 12
result "as a range it is the position" "$(what --mask 12-12)" "  'o' (12) masked"
misuse "a third of two" "--mask the#3: 'the' occurs 2 times in the prompt: there is no the#3" --mask 'the#3'
misuse "a zeroth" "there is no the#0" --mask 'the#0'
misuse "nothing between commas" "--mask 3,,4: expected positions, ranges and words" --mask 3,,4
misuse "nothing after a comma" "--mask cat,: expected positions, ranges and words" --mask cat,
misuse "no place at all" "--mask : expected a position, a range or a word of the prompt" --mask ""

# --- Heads and rows ---
see --prompt "$prompt" --layer 1 --head 0 --json > "$dir/one.json"
result "--head L.H" "$(see --prompt "$prompt" --head 1.0 --json | cmp - "$dir/one.json" && echo same)" same
see --prompt "$prompt" --layer 1 --head 0 --row 5 --json > "$dir/one.json"
result "--at L.H.i" "$(see --prompt "$prompt" --at 1.0.5 --json | cmp - "$dir/one.json" && echo same)" same
misuse "a head that is none" "--head 1.x: expected a head, or its layer and head" --head 1.x
misuse "a place that is none" "--at 1: expected layer, head and row" --at 1
misuse "layers that differ" "--head 1.0 is in layer 1, but --layer is 0: leave out --layer" --layer 0 --head 1.0
misuse "--at beside --row" "--at 1.0.5 names layer, head and row: leave out" --at 1.0.5 --row 3
misuse "a layer too high" "--at 2.0.3: there is no layer 2, the last one is 1" --at 2.0.3
misuse "a head too high" "--head 1.2: there is no head 2, the last one is 1" --head 1.2
misuse "a row too far" "--at 1.1.35: there is no row 35, the last one is 34" --at 1.1.35
result "heads are ablated together" "$(what --ablate 0.1,1.0)" "  heads 0.1, 1.0 ablated together"
result "in any order" "$(numbers --ablate 0.1,1.0)" "$(numbers --ablate 1.0,0.1)"
misuse "each must exist" "--ablate 0.1,1.7: head 7 does not exist: there are 2" --ablate 0.1,1.7
