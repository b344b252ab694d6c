#!/bin/sh
# The program sample as users run it: cli/sample/test_sample.sh COMMAND ..., the programs, including train and
# sample. It trains two small models: one with plain letters, one that spells characters in bytes.
set -eu
for command; do
    case ${command##*/} in
        train) train=$command ;;
        sample) sample=$command ;;
    esac
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tests=$(dirname "$0")/../..
# shellcheck source=tests/tap.sh
. "$tests/tap.sh"

# write FLAG ...: 100 characters from the first model with seed 7; stderr goes to "said"
write() { "$sample" --model "$dir/run/model.heed" --seed 7 -n 100 "$@" 2> "$dir/said"; }

# fails FLAG ...: standard output, which should be empty, the first line of stderr and the exit code
fails() {
    code=0
    out=$("$sample" "$@" 2> "$dir/said") || code=$?
    echo "$out$(head -n 1 "$dir/said") [$code]"
}

# has TEXT WORDS: yes if TEXT contains WORDS, else TEXT
has() { case $1 in *"$2"*) echo yes ;; *) echo "$1" ;; esac; }

echo 1..62
i=0
while [ $i -lt 60 ]; do
    echo "the cat sat on the mat. a dog sat by $i logs"
    i=$((i + 1))
done > "$dir/text"
"$train" "$dir/text" --out "$dir/run" --size tiny --steps 40 --seed 1 --no-counts --quiet
# 64 characters of three bytes, with 17 different bytes: a vocabulary of 40 has only the bytes
for i in 0 1 2 3 4 5 6 7; do
    for j in 0 1 2 3 4 5 6 7; do
        # shellcheck disable=SC2059
        printf "a cät \\344\\27$i\\20$j.\n"
    done
done > "$dir/wide"
"$train" "$dir/wide" --out "$dir/bytes" --size tiny --steps 40 --seed 1 --max-vocab 40 --quiet

write > "$dir/a"
write > "$dir/b"
result 'the same seed writes the same text' "$(cat "$dir/a")" "$(cat "$dir/b")"
result 'the requested number of characters' "$(($(wc -c < "$dir/a")))" 100
result 'another seed writes another text' "$(write --seed 8 | cmp -s - "$dir/a" && echo same || echo other)" other
result 'the seed is printed' "$(has "$(cat "$dir/said")" 'seed 8')" yes
result 'the instruction set does not change the text' "$(write --kernels ref)" "$(cat "$dir/a")"
result 'nor do threads' "$(write --threads 3)" "$(cat "$dir/a")"
write --precision bf16 --probs --json > "$dir/b"
result 'nor do they with rounded weights' \
    "$(write --precision bf16 --probs --json --kernels ref --threads 2)" "$(cat "$dir/b")"
result 'rounded weights give other probabilities' \
    "$(write --probs --json | cmp -s - "$dir/b" && echo same || echo other)" other
result 'filters that filter nothing change nothing' \
    "$(write --top-k 999 --top-p 1 --min-p 0 --temp 0.8)" "$(cat "$dir/a")"

"$sample" --model "$dir/run/model.heed" -n 100 > "$dir/a" 2> "$dir/said"
seed=$(sed 's/.*seed //' "$dir/said")
result 'a random seed can be reused' "$(write --seed "$seed")" "$(cat "$dir/a")"
result 'temperature 0 ignores the seed' "$(write --temp 0 --seed 1)" "$(write --temp 0 --seed 2)"
result 'and so does --top-k 1' "$(write --top-k 1 --seed 1)" "$(write --temp 0 --seed 2)"

write --prompt 'the cat' > "$dir/a"
result 'the prompt comes first' "$(head -c 7 "$dir/a")" 'the cat'
result '--no-echo leaves it out' "the cat$(write --no-echo --prompt 'the cat')" "$(cat "$dir/a")"
printf 'the cat' > "$dir/prompt"
result 'a prompt from a file' "$(write --prompt-file "$dir/prompt")" "$(cat "$dir/a")"
result 'a prompt from standard input' "$(write - < "$dir/prompt")" "$(cat "$dir/a")"
printf 'the c\r\nat' > "$dir/prompt"
result 'line ends are read as in training' "$(write --prompt-file "$dir/prompt" -n 0)" "$(printf 'the c\nat')"
write --prompt "$(head -n 4 "$dir/text")" > "$dir/a"
result 'of a long prompt the model sees the end' "$(has "$(cat "$dir/said")" 'the model sees only the last 32')" yes
result 'and continues from there' "$(tail -c 100 "$dir/a")" \
    "$(write --no-echo --prompt "$(head -n 4 "$dir/text" | tail -c 33)")"

result 'an unknown character is named, with similar ones' \
    "$(has "$(fails --model "$dir/run/model.heed" --prompt 'c É')" "'É' (U+00C9); closest: 'e'")" yes
result 'and is a usage error' "$(fails --model "$dir/run/model.heed" --prompt 'c É' | sed 's/.*\[/[/')" '[2]'
fails --model "$dir/run/model.heed" --prompt-file "$dir/wide" > "$dir/a"
result 'all unknown characters are counted' "$(cat "$dir/a")" \
"sample: cannot use the prompt: 128 characters of the text, \
65 different ones, cannot be encoded: the vocabulary has no 'ä' (U+00E4); closest: 'a'; --unknown skip drops such \
characters [2]"
result 'a missing file gets no such advice' "$(fails --model "$dir/run/model.heed" --prompt-file "$dir/x")" \
    "sample: cannot open $dir/x: no such file or directory [1]"
result 'nor does a directory' "$(fails --model "$dir/run/model.heed" --score "$dir")" \
    "sample: cannot read $dir: it is a directory, not a file [1]"
result 'nor a file with nothing left' \
    "$(printf '\344\270\255' > "$dir/b"; fails --model "$dir/run/model.heed" --score "$dir/b" --unknown skip)" \
    "sample: the vocabulary has none of the text's 1 character [2]"
result '--unknown skip drops it' "$(write --unknown skip --prompt 'thÉe cat')" "$(write --prompt 'the cat')"

write -n 400 > "$dir/a"
result '--stop stops before its text' "$(write -n 400 --stop zzz --stop "$(tail -c 200 "$dir/a" | head -c 20)")" \
    "$(head -c 200 "$dir/a")"
result '--probs writes a line per character' "$(($(write --probs | wc -l)))" 101
result '--json writes a line per sample' \
    "$(write --json --num 3 | grep -c '^{"model":.*"characters":100,"end":"count"}$')" 3
result '--num continues with the next seeds' "$(write --num 2 | tail -n 1)" "$(write --seed 8 | tail -n 1)"

i=0
while [ $i -lt 40 ]; do
    "$sample" --model "$dir/bytes/model.heed" --seed $i -n 7 --temp 2 2>> "$dir/said"
    i=$((i + 1))
done > "$dir/a"
result 'characters are spelled in bytes' \
    "$(write --model "$dir/bytes/model.heed" --probs -n 400 | grep -c '^<8[0-7]>' | awk '{ print ($1 > 3) }')" 1
result 'never half a character' \
    "$(iconv -f UTF-8 -t UTF-8 < "$dir/a" > "$dir/b" && cmp "$dir/a" "$dir/b" && echo whole)" whole
result '-n counts characters, not bytes' "$(($(iconv -f UTF-8 -t UTF-32LE < "$dir/a" | wc -c) / 4))" 280

LC_ALL=C awk 'BEGIN { for (i = 0; i < 100; i++) printf "caf%c tr%cs ch%cteau\n", 233, 232, 226 }' > "$dir/latin"
"$train" "$dir/latin" --out "$dir/latin1" --size tiny --steps 3 --quiet --seed 1
write --model "$dir/latin1/model.heed" --prompt caf -n 300 > "$dir/a"
result 'bytes of another encoding are written to a pipe as learned' \
    "$(iconv -f LATIN1 -t UTF-8 < "$dir/a" | tr -d 'a-z \n' | sed 's/[éèâ]//g') $(($(wc -c < "$dir/a")))" ' 303'
result 'and as U+FFFD in JSON, with a note' "$(write --model "$dir/latin1/model.heed" --json | iconv -f UTF-8 -t UTF-8 |
    grep -c '"characters":100') $(grep -c 'is not UTF-8: other bytes are shown as U+FFFD' "$dir/said")" '1 1'

write --score "$dir/text" > "$dir/a"
result 'the units of a score agree' "$(awk '/bits/ { b = $4 } /nats/ { n = $4 } /perplexity/ { p = $2 }
    END { e = b * log(2) - n; f = log(p) - n; print (e * e < 1e-7 && f * f < 1e-7 && n > 0.1 && n < 5) }' "$dir/a")" 1
result 'every character but the first is scored' \
    "$(awk '/scored/ { print $3 }' "$dir/a")" $(($(wc -c < "$dir/text") - 1))
head -c 49 "$dir/text" > "$dir/a"           # a window of 32 characters, and half of one, and one to predict
tail -c 33 "$dir/a" > "$dir/b"
rows() { write --temp 1 --probs --score "$@" | grep %; }
result '--overlap scores the first window as without' "$(rows "$dir/a" --overlap | head -n 32)" \
    "$(rows "$dir/a" | head -n 32)"
result 'and then from half a window on' "$(rows "$dir/a" --overlap | tail -n +33)" "$(rows "$dir/b" | tail -n 16)"
result 'and says so' "$(write --overlap --json --score "$dir/text" | grep -c '"overlap":true,') $(
    write --overlap --score "$dir/text" | grep -c '^windows  *of 32, overlapping by half$')" '1 1'

# A text that the model has not seen: the start of its own backwards, forty times.
head -c 60 "$dir/text" | tr '\n' ' ' | awk '{ for (i = length($0); i > 0; i--) s = s substr($0, i, 1) }
    END { for (i = 0; i < 40; i++) printf "%s", s }' > "$dir/again"
score() { write --json --score "$@" | sed 's/.*"nats_per_character":\([^,]*\),.*/\1/'; }
before=$(cksum < "$dir/run/model.heed")
result '--adapt: a repeated text is learned while it is scored' \
    "$(echo "$(score "$dir/again") $(score "$dir/again" --adapt)" | awk '{ print ($2 < 0.8 * $1 && $2 > 0) }')" 1
head -c 33 "$dir/again" > "$dir/a"
result 'its first window is scored as without' "$(score "$dir/a" --adapt)" "$(score "$dir/a")"
head -c 34 "$dir/again" > "$dir/a"
result 'but not what follows' "$(test "$(score "$dir/a" --adapt)" != "$(score "$dir/a")" && echo differs)" differs
result 'the same on any machine' "$(score "$dir/again" --adapt --kernels ref --threads 2)" \
    "$(score "$dir/again" --adapt)"
result 'a smaller rate learns less' "$(echo "$(score "$dir/again" --adapt --adapt-rate 1e-9) $(score "$dir/again")" |
    awk '{ print (($1 - $2) ^ 2 < 1e-8) }')" 1
result 'the model file stays' "$(cksum < "$dir/run/model.heed")" "$before"
result 'and it says that it is another measure' "$(write --adapt --score "$dir/again" |
    grep -c '^adapted  *while scoring, learning rate 0.1: another measure$') $(
    grep -c 'adapting while scoring, with learning rate 0.1; [0-9.]* [KM]iB more' "$dir/said")" '1 1'
result '--adapt is for scores' "$(fails --adapt --prompt a)" 'sample: --adapt requires --score [2]'
result 'its rate is for it' "$(fails --adapt-rate 1 --score "$dir/a")" 'sample: --adapt-rate requires --adapt [2]'
result 'it is for one model' "$(fails --adapt --overlap --score "$dir/a" | cut -c 1-43)" \
    'sample: --adapt changes one model'"'"'s own wei'

"$train" "$dir/text" --out "$dir/run2" --size tiny --steps 40 --seed 2 --quiet
p() { rows "$dir/b" "$@" | awk '{ sub(/^. */, ""); print $1 + 0 }'; }
result '--with averages probabilities' "$({ p; p --model "$dir/run2"; p --with "$dir/run2"; } | awk '{ x[NR] = $1 }
    END { n = NR / 3; for (i = 1; i <= n; i++) { d = (x[i] + x[n + i]) / 2 - x[2 * n + i]; bad += d * d > 0.02 }
    print n, bad + 0 }')" '32 0'
result 'and draws from them' "$(write --with "$dir/run2" | wc -c | tr -d ' ') $(
    [ "$(write --with "$dir/run2")" = "$(write)" ] || echo other)" '100 other'
result 'JSON names them' "$(write --json --with "$dir/run2" --with "$dir/run" |
    grep -c '"with":\[".*/run2",".*/run"\]')" 1
result 'another vocabulary is refused' \
    "$(has "$(fails --model "$dir/run" --with "$dir/bytes")" 'vocabularies differ')" yes

head -c 5000 "$dir/run/model.heed" > "$dir/cut"
result 'a truncated model' "$(has "$(fails --model "$dir/cut")" 'is truncated')" yes
"$sample" --model "$dir/run" --seed 7 -n 100 > "$dir/b" 2> "$dir/said"
"$sample" --model "$dir/run/best.heed" --seed 7 -n 100 > "$dir/a" 2> /dev/null
result "a run's folder means its best model" "$(cmp "$dir/a" "$dir/b" && has "$(cat "$dir/said")" 'run/best.heed')" yes
mkdir "$dir/none"
result 'a folder without a model' "$(has "$(fails --model "$dir/none")" 'neither')" yes
result 'a file that is not a model' "$(has "$(fails --model "$dir/text")" 'a text, not a model file')" yes
result 'unknown kernels' \
    "$(fails --model "$dir/run/model.heed" --kernels mmx | sed 's/available: .*ref/available: N/')" \
    'sample: --kernels mmx is not available on this processor; available: N [2]'
result 'only one prompt' \
    "$(fails --prompt a --score b)" 'sample: give only one of --prompt, --prompt-file, - and --score [2]'
result '--overlap is for scores' "$(fails --overlap --prompt a)" 'sample: --overlap requires --score [2]'
result 'a closed pipe ends it without an error' \
    "$({ write -n 1000000000 || echo "[$?]"; } | head -c 20 | wc -c | tr -d ' ')" 20
