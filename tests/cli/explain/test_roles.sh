#!/bin/sh
# explain --roles, run as users run it: cli/explain/test_roles.sh COMMAND ..., among them explain and train. Runs in the
# source folder, on a text that ships with its sentences.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"

cd "$(dirname "$0")/../../.." || exit 1

see() { "$explain" --model "$dir/run" --roles "$@"; }

# fails NAME CODE SENTENCE WORD ...: must exit with CODE, SENTENCE on stderr and nothing on stdout
fails() {
    name=$1 want=$2 sentence=$3
    shift 3
    said=$(see --threads 1 "$@" 2>&1 > "$dir/out")
    code=$?
    case $said in
    "explain: "*"$sentence"*) result "$name" "$code $(wc -c < "$dir/out" | tr -d ' ')" "$want 0" ;;
    *) result "$name" "$said" "explain: $sentence" ;;
    esac
}

# value KEY FILE: a number or text of the outermost object
value() { sed -n "s/^\"$1\":\\(.*\\)/\\1/p" "$2" | sed 's/,$//'; }

# heads FILE: an object a line
heads() { grep '^"heads":' "$1" | sed 's/},{/}\n{/g'; }

echo 1..30
"$train" data/stories.txt --layers 2 --heads 2 --channels 16 --context 64 --batch 4 --steps 40 --quiet --threads 1 \
    --out "$dir/run" || echo "Bail out! train failed"

# --- The view ---
see --threads 1 > "$dir/view"
result "it succeeds" "$?" 0
result "at most a screen" "$(awk 'END { print (NR <= 24) }' "$dir/view")" 1
result "79 columns" "$(awk 'length($0) > 79' "$dir/view")" ""
result "text, part and sentences come first" "$(head -n 2 "$dir/view" | tr '\n' ' ' |
    grep -c '^8 windows of 64 characters of data/stories.txt (validation part), 32 sentences ')" 1
result "a line a head, and chance" "$(awk '/^(0|1)\.(0|1) +|^chance / { printf "%s ", $1 }' "$dir/view")" \
    "0.0 0.1 1.0 1.1 chance "
result "narrow: nothing is longer" "$(COLUMNS=40 see --threads 1 | awk 'length($0) > 39')" ""
see --threads 2 > "$dir/two"
result "threads change nothing" "$(cmp "$dir/view" "$dir/two")" ""
see --threads 1 --kernels ref > "$dir/ref"
result "kernels change nothing" "$(cmp "$dir/view" "$dir/ref")" ""

# --- JSON ---
see --threads 1 --json > "$dir/json"
result "schema" "$(grep -o '"schema":"[^"]*"' "$dir/json")" '"schema":"heed-roles-1"'
result "four heads" "$(heads "$dir/json" | grep -c '"layer":')" 4
result "eight shares each" "$(heads "$dir/json" | sed 's/.*"share":\[//; s/\].*//' | awk -F, '{ printf "%d ", NF }')" \
    "8 8 8 8 "
result "shares are fractions" "$(heads "$dir/json" | sed 's/.*"share":\[//; s/\].*//' | tr ',' '\n' |
    awk '!($1 >= 0 && $1 <= 1)')" ""
result "costs are those of the view" \
    "$(heads "$dir/json" | sed 's/.*"cost"://; s/}.*//' | awk '{ printf "%+.4f ", $1 }')" \
    "$(awk '/^(0|1)\.(0|1) +/ { printf "%s ", $NF }' "$dir/view")"
result "the validation part" "$(value part "$dir/json")" '"validation"'
result "windows" "$(value windows "$dir/json") $(value window "$dir/json") $(value limited "$dir/json")" "8 64 false"

# --- Other texts ---
head -c 3000 data/stories.txt > "$dir/other.txt"
see --threads 1 --text "$dir/other.txt" --json > "$dir/json"
result "of another text all is measured" "$(value part "$dir/json") $(value sentences_file "$dir/json")" '"all" null'
result "no clue without sentences" "$(grep -c '"name":"clue".*"chance":null,"positions":0' "$dir/json")" 1
head -n 9 data/stories.tsv > "$dir/some.tsv"
see --threads 1 --text "$dir/other.txt" --clues "$dir/some.tsv" --json > "$dir/json"
result "--clues" "$(value sentences "$dir/json")" 8
printf 'The old man' > "$dir/short.txt"
result "a short text shortens the window" \
    "$(see --threads 1 --text "$dir/short.txt" --json > "$dir/json"; value window "$dir/json")" 10

# --- In a report ---
see --threads 1 --json > "$dir/json"
see --threads 1 --json --prompt "The old man" > "$dir/report"
result "a prompt makes it a part of the report" "$? $(grep -o '^"schema":"[^"]*"' "$dir/report")" \
    '0 "schema":"heed-explain-1"'
inner() { tr '\n' ' ' < "$1" | sed 's/ //g; s/.*\("roles":\[{"name":"itself".*\],"pairs"\).*/\1/'; }
result "with the same roles and heads" "$(inner "$dir/report")" "$(inner "$dir/json")"
see --threads 1 --json --prompt "The old man" --lesson 1.1 | sed '/^"roles"/,$d' > "$dir/with"
"$explain" --model "$dir/run" --threads 1 --json --prompt "The old man" --lesson 1.1 | sed '/^"roles"/,$d' > "$dir/bare"
result "which changes nothing else" "$(wc -l < "$dir/with" | awk '{ print ($1 > 20) }') \
$(cmp "$dir/with" "$dir/bare")" "1 "
see --threads 1 --html "$dir/page.html" --prompt "The old man" 2> /dev/null
result "the page has it" "$? $(grep -c '"schema":"heed-roles-1"' "$dir/page.html")" "0 1"
fails "a page without a prompt" 2 "no prompt" --html "$dir/other.html"
fails "of a text that does not exist" 1 "none.txt" --html "$dir/other.html" --prompt "The man" --text "$dir/none.txt"

# --- Refused ---
printf 'T' > "$dir/one.txt"
fails "one character" 1 "too few to predict one from another" --text "$dir/one.txt"
fails "no such text" 1 "none.txt" --text "$dir/none.txt"
fails "a prompt" 2 "--roles measures all heads on a text" --prompt "The old man"
fails "a row" 2 "--roles measures all heads on a text" --at 0.1
fails "another format" 2 "--roles measures all heads on a text" --csv
