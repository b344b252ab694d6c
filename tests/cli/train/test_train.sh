#!/bin/sh
# The program train: its input, its errors and its messages. cli/train/test_train.sh COMMAND ..., which include train.
# cli/train/test_runs.sh tests the files that runs write.
set -u
for program; do
    case ${program##*/} in
    train) built=$program ;;
    esac
done
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
cp "$built" "$dir/train"        # where another user may run it
train=$dir/train
LC_ALL=C
export LC_ALL
unset NO_COLOR COLUMNS
tests=$(dirname "$0")/../..
# shellcheck source=tests/tap.sh
. "$tests/tap.sh"

# small WORD ...: train a model small enough to take no time
small() { "$train" --layers 1 --heads 1 --channels 8 --context 8 --batch 2 --steps 4 --threads 1 --verbose "$@"; }

# flat: a screen joined into one line, as wrapping may break it anywhere
flat() { tr -s ' \n' '  '; }

# refused NAME CODE SENTENCE WORD ...: train exits with CODE, prints SENTENCE, and leaves no folder
refused() {
    name=$1 want=$2 sentence=$3
    shift 3
    rm -rf "$dir/new"
    said=$("$@" --out "$dir/new" 2>&1 < /dev/null)
    code=$?
    there=$([ ! -e "$dir/new" ] || echo ' and left a folder')
    case $said in
    *"train: "*"$sentence"*) result "$name" "$code$there" "$want" ;;
    *) result "$name" "[$code] $said" "[$want] train: $sentence" ;;
    esac
}

# takes NAME SENTENCE WORD ...: trains, and prints SENTENCE
takes() {
    name=$1 sentence=$2
    shift 2
    rm -rf "$dir/new"
    said=$("$@" --out "$dir/new" 2>&1)
    code=$?
    case $(echo "$said" | flat) in
    *"$sentence"*)
        lines=$(wc -l < "$dir/new/log.csv" | tr -d ' ')
        result "$name" "$code $lines $(head -c 5 "$dir/new/model.heed" | tail -c 4)" '0 5 heed'
        ;;
    *) result "$name" "[$code] $said" "$sentence" ;;
    esac
}

# sums: checksums of all files of the existing run
sums() { (cd "$dir/there" && cksum ./*); }

# untouched NAME CODE SENTENCE WORD ...: exits with CODE, prints SENTENCE, and leaves the existing run unchanged
untouched() {
    name=$1 want=$2 sentence=$3
    shift 3
    before=$(sums)
    said=$("$@" --out "$dir/there" 2>&1 < /dev/null)
    code=$?
    changed=$([ "$before" = "$(sums)" ] || echo ' and changed')
    case $said in
    *"train: "*"$sentence"*) result "$name" "$code$changed" "$want" ;;
    *) result "$name" "[$code] $said" "[$want] train: $sentence" ;;
    esac
}

echo 1..144
awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' \
    > "$dir/text"
head -c 5000 "$dir/text" > "$dir/5000"

# --- Unusable texts ---
refused 'no such file' 1 'no such file' small "$dir/missing"
refused 'a missing second file' 1 'no such file' small "$dir/text" "$dir/missing"
mkdir "$dir/none" "$dir/only"
printf '%%PDF-1.4\n' > "$dir/only/a.pdf"
refused 'a folder without files' 1 'holds no files' small "$dir/none"
refused 'a folder without a text' 1 'is a text: a.pdf is a PDF document' small "$dir/only"
refused 'a PDF document' 1 'a.pdf is a PDF document, not text: make text of it with pdftotext' small "$dir/only/a.pdf"
gzip -c "$dir/text" > "$dir/text.gz"
refused 'compressed with gzip' 1 'compressed with gzip, not text: make text of it with gunzip -c' small "$dir/text.gz"
: > "$dir/empty"
refused 'an empty file' 1 'empty' small "$dir/empty"
refused 'empty standard input' 1 'empty' small -
refused 'no text given' 2 'CORPUS' small
printf x > "$dir/1"
printf xy > "$dir/2"
refused 'one character' 1 'the text has 1 character: at least 3' small "$dir/1"
refused 'two characters' 1 'the text has 2 characters: at least 3' small "$dir/2"
for chars in 3 4 10 40 64 65; do
    head -c $chars "$dir/text" > "$dir/short"
    takes "$chars characters: the context shrinks" \
        "has only $chars characters to train on: the context is $((chars - 2)) instead of 64" \
        small --context 64 "$dir/short"
done
head -c 66 "$dir/text" > "$dir/short"
takes '66 characters are enough for a context of 64' 'context 64' small --context 64 "$dir/short"
refused 'all held out' 1 '--val-frac 0.9999 leaves 0 of 5000 characters' small --val-frac 0.9999 "$dir/5000"
takes 'nearly all held out' 'only 5 characters to train on' small --val-frac 0.999 "$dir/5000"

# --- Flags ---
refused 'a misspelled option gets a suggestion' 2 \
    'unknown option --step; did you mean --steps?' small --step 5 "$dir/text"
for slip in '--steps 0' '--steps 1.5' '--steps' '--lr nan' '--lr -1' '--dropout 1' '--val-frac 1' '--batch 0' \
    '--time 0' '--time 5x' '--size huge' '--threads 0' '--threads 257' '--max-vocab 1' '--beta1 1' '--seed -1' \
    '--layers 99999999999' '--positions no' '--tied=maybe' '--precision half'; do
    # shellcheck disable=SC2086  # a flag and its value
    refused "$slip" 2 "${slip%%[ =]*}" small "$dir/text" $slip
done
refused 'heads that do not divide the channels' 2 '3 heads do not divide 8 channels; use 6 or 12 channels' \
    small --heads 3 "$dir/text"
for channels in 6 12; do
    takes "$channels channels are accepted" 'heads 3' small --heads 3 --channels $channels "$dir/5000"
done
refused 'odd channels a head with rotary positions' 2 "rotary positions rotate pairs of channels, so each head \
needs an even number of them: 9 channels / 3 heads = 3; use 6 or 12 channels, or learned positions" \
    small --heads 3 --channels 9 "$dir/text"
refused 'a single channel' 2 '1 channels / 1 head = 1; use 2 channels, ' small --channels 1 "$dir/text"
takes 'which learned positions accept' 'heads 3' small --heads 3 --channels 9 --positions learned "$dir/5000"
refused 'too short a --watch text' 2 'two characters at least' small --watch e "$dir/text"
takes 'flags without effect are reported' "note --muon-lr has no effect: it requires --optimizer muon, and this run \
has adamw note --momentum has no effect: it requires --optimizer muon, and this run has adamw note --cooldown has no \
effect: it requires --schedule linear, and this run has cosine note --min-lr 0.5 is above --lr 0.1: the learning \
rate rises instead of decaying note --warmup 9 lasts as long as the run of 4 steps: the learning rate never \
reaches its peak text" \
    small --recipe gpt2 --muon-lr 0.1 --momentum 0.5 --cooldown 0.5 --lr 0.1 --min-lr 0.5 --warmup 9 "$dir/5000"
takes 'flags with an effect are not' 'text 5,000 characters' \
    small --muon-lr 0.1 --momentum 0.5 --cooldown 0.5 --lr 0.5 --min-lr 0.1 --warmup 3 "$dir/5000"
result 'noted' "$(echo "$said" | grep -c '^note')" 0
takes 'the fast recipe in words' "recipe rotary positions, RMSNorm, ReLU^2, normalized embeddings, QK norm, \
a gain per head, convolution over 4 positions, n-gram counts at the output; AdamW 0.01, Muon 0.02, linear decay over \
the last 60 %" small "$dir/5000"
takes "GPT-2's, with some changes" "recipe tied output matrix, learned positions, RMSNorm, GELU, logits \
capped at 20, biases; cosine schedule, AdamW 0.001, weight decay 0.1" \
    small --recipe gpt2 --tied --norm rms --soft-cap 20 "$dir/5000"
takes 'where the model can be opened' 'opens in PyTorch, ONNX; with --for any also in llama.cpp, transformers step' \
    small "$dir/5000"
takes '--for takes a recipe that can go there' 'QK norm, a gain per layer; AdamW' small --for llama.cpp "$dir/5000"
takes 'which can go everywhere' 'opens in PyTorch, llama.cpp, transformers, ONNX step' small --for hf "$dir/5000"
takes 'a recipe that can go there stays' 'recipe learned positions' small --for any --recipe gpt2 "$dir/5000"
takes '--for onnx takes any' 'convolution over 4 positions, n-gram counts' small --for onnx "$dir/5000"
refused 'but not one that cannot' 2 \
    'convolution over 4 positions, n-gram counts at the output; leave out --recipe fast, or --for' \
    small --for llama.cpp --recipe fast "$dir/5000"
refused 'nor a flag' 2 'by convolution over 4 positions; leave out --char-mix 4, or --for' \
    small --for hf --char-mix 4 "$dir/5000"
refused 'nor a switch' 2 'by no QK norm; leave out --no-qk-norm, or --for' small --for any --no-qk-norm "$dir/5000"
refused 'nor one that GPT-2 lacks' 2 'differs from GPT-2, the nearest, by QK norm; leave out --qk-norm, or --for' \
    small --for any --recipe gpt2 --qk-norm "$dir/5000"
takes 'steps and a time' 'plan 4 steps of 16 characters, or until the time is up, about 0.' \
    small --time 1000h "$dir/5000"
"$train" "$dir/5000" --layers 1 --heads 1 --channels 64 --context 64 --batch 64 --val-frac 0 --time 0.1s \
    --kernels ref --threads 1 --out "$dir/new" --force --verbose > "$dir/said" 2>&1
result 'a time limit shorter than a step gives one step' "$? $(flat < "$dir/said" | sed 's/ about [0-9 .ms]*,/ some,/' |
    grep -c 'plan one step of 4,096 characters: it takes some, and the time limit is 0.1 s .* done 1 step in')" '0 1'
refused 'unknown kernels' 2 '--kernels mmx is not available on this processor; available: ' \
    small --kernels mmx "$dir/text"
refused 'a cap below ASCII' 1 'allow 31 tokens or more' small --max-vocab 5 "$dir/text"
refused '--resume without a run' 1 'to resume' small --resume "$dir/text"
refused 'a model larger than memory' 1 'of memory' \
    "$train" --layers 1024 --channels 16384 --heads 1 --context 16 "$dir/text"
refused 'a batch larger than memory' 1 'smaller --batch' \
    "$train" --size base --batch 1000000 --context 4096 "$dir/5000"
said=$(small "$dir/text" --out '' 2>&1)
result 'an empty folder name' "$? $(echo "$said" | head -n 1)" '2 train: --out needs a value: --out DIR'
"$train" --help > "$dir/said"
result 'help has all groups' "$(grep -c '^Model\|^Length\|^Optimization\|^Evaluation\|^Text\|^Run' "$dir/said")" 6
result 'help fits 80 columns' "$(awk 'length > 80' "$dir/said" | wc -l | tr -d ' ')" 0

# --- Matmuls in bfloat16, which ref has on every machine ---
# go_on KERNELS WORD ...: resumes the run with these kernels
go_on() {
    kernels=$1
    shift
    small --kernels "$kernels" --resume --steps 9 --out "$dir/new" "$dir/5000" --quiet "$@" 2>&1
}
takes 'bfloat16' 'bfloat16 matmuls' small --kernels ref --precision bf16 "$dir/5000"
result 'the model file records it' "$(head -c 2000 "$dir/new/model.heed" | grep -ac '^precision 1$')" 1
said=$(go_on ref)
result 'a resumed run keeps it' "$? $said$(head -c 2000 "$dir/new/model.heed" | grep -ac '^precision 1$')" '0 1'
said=$(go_on ref --precision float)
result 'and cannot change to float' "$? $said" "1 train: --precision float is given, but the run to resume has bf16: \
leave the flag out, or start a new run with another --out"
for other in avx2 neon; do
    small --kernels "$other" --quiet --out "$dir/$other" "$dir/5000" 2> /dev/null && break
done
refused "$other has no bfloat16" 2 "--precision bf16: the $other kernels have no bfloat16 products on this processor" \
    small --kernels "$other" --precision bf16 "$dir/5000"
said=$(small --kernels ref --precision bf16 --quiet --out "$dir/new" "$dir/5000"; go_on "$other" --steps 11 | flat)
case $said in
*"train: the run to resume multiplies in bfloat16, and the $other kernels cannot on this processor"*)
    result 'and cannot resume a bfloat16 run' refused refused
    ;;
*) result 'and cannot resume a bfloat16 run' "$said" refused ;;
esac

# --- An existing run ---
small "$dir/text" --quiet --out "$dir/there" 2> "$dir/said"
result '--quiet prints nothing' "$? $(cat "$dir/said")" '0 '
result 'not even that the context shrinks' "$(small "$dir/short" --context 99 --quiet --out "$dir/quiet" 2>&1)" ''
untouched 'a run is not replaced without --force' 1 'model.heed already exists: --resume' small "$dir/text"
untouched 'nor by a wrong flag' 2 '--steps' small "$dir/text" --force --steps x
untouched 'nor by a wrong text' 1 'no such file' small "$dir/missing" --force
untouched 'nor by a model that is too large' 1 'memory' \
    "$train" --size base --batch 1000000 --context 4096 "$dir/5000" --force
untouched 'nor resumed for a program that cannot open it' 2 'the run to resume keeps its architecture' \
    small --resume --steps 9 --for any "$dir/text"
untouched 'resuming on another text is refused' 1 'is not the one' small --resume --steps 9 "$dir/5000"
untouched 'nor one with unknown characters' 1 'resuming with the vocabulary' small --resume "$train"
untouched 'nor another shape' 1 '--channels 16 is given, but the run to resume has 8' \
    "$train" --channels 16 --resume "$dir/text"
untouched 'nor another size' 1 '--size small means --layers 4, but the run to resume has 1' \
    "$train" --size small --resume "$dir/text"
untouched 'nor another seed' 1 '--seed 0 is given, but the run to resume has 1' small --seed 0 --resume "$dir/text"
untouched 'nor tied embeddings' 1 '--tied' small --tied --resume "$dir/text"
untouched 'nor other line ends' 1 '--keep-cr' small --keep-cr --resume "$dir/text"
untouched 'nor another precision' 1 '--precision bf16 is given, but the run to resume has float' \
    small --kernels ref --precision bf16 --resume "$dir/text"
mv "$dir/there/model.heed" "$dir/model"
untouched 'best.heed alone is not replaced either' 1 'best.heed already exists' small "$dir/text"
head -c 3000 "$dir/model" > "$dir/there/model.heed"
untouched 'a truncated model' 1 'model.heed' small --resume "$dir/text"
cp "$dir/text" "$dir/there/model.heed"
untouched 'not a model' 1 'model.heed' small --resume "$dir/text"
cp "$dir/model" "$dir/there/model.heed"
printf '\002' | dd of="$dir/there/model.heed" bs=1 seek=8 conv=notrunc 2> /dev/null
untouched 'a model of a later version' 1 'version' small --resume "$dir/text"
cp "$dir/model" "$dir/there/model.heed"
printf '\377' | dd of="$dir/there/model.heed" bs=1 seek=2000 conv=notrunc 2> /dev/null
untouched 'a damaged model' 1 'model.heed' small --resume "$dir/text"
cp "$dir/model" "$dir/there/model.heed"
echo 'a,b' > "$dir/there/log.csv"
untouched 'a log of another program' 1 'log.csv already exists and is not a log of this program' \
    small --resume "$dir/text"
mkdir "$dir/other"
echo 'a,b' > "$dir/other/log.csv"
said=$(small "$dir/text" --out "$dir/other" 2>&1)
result 'and in a new run' "$? $(cat "$dir/other/log.csv")" '1 a,b'

# --- Disks and folders ---
rm -rf "$dir/there"
small "$dir/text" --quiet --out "$dir/there"
before=$(cksum < "$dir/there/model.heed")
said=$( (ulimit -f 12; small "$dir/text" --out "$dir/there" --resume --steps 9) 2>&1)
result 'a full disk loses nothing' \
    "$? $(echo "$said" | grep -c '^train: cannot .*heed: ') $(cksum < "$dir/there/model.heed")" "1 1 $before"
if [ -e /dev/full ]; then
    mkdir "$dir/full"
    ln -s /dev/full "$dir/full/log.csv"
    said=$(small "$dir/text" --out "$dir/full" --force 2>&1)
    result 'a log on a full disk' "$? $(echo "$said" | grep -c '^train: cannot write .*log.csv: no space')" '1 1'
else
    skip 'a log on a full disk' 'no /dev/full here'
fi
: > "$dir/file"
said=$(small "$dir/text" --out "$dir/file" 2>&1)
result 'a file instead of the folder' "$? $said" \
    "1 train: --out $dir/file is a file, not a folder: give another name"
as_other=
if [ "$(id -u)" != 0 ]; then
    as_other='env'
elif command -v setpriv > /dev/null; then
    as_other='setpriv --reuid=65534 --regid=65534 --clear-groups'
fi
if [ -n "$as_other" ]; then
    mkdir -m 555 "$dir/closed"
    said=$($as_other "$train" --size tiny --steps 2 "$dir/text" --out "$dir/closed/run" 2>&1)
    result 'a folder without permission' "$? $(echo "$said" | grep -c '^train: .*closed.*permission denied')" '1 1'
    cp "$dir/text" "$dir/secret"
    chmod 0 "$dir/secret"
    said=$($as_other "$train" --size tiny --steps 2 "$dir/secret" --out /nowhere/run 2>&1)
    result 'a text without permission' "$? $(echo "$said" | grep -c '^train: .*secret.*permission denied')" '1 1'
else
    skip 'a folder without permission' 'no setpriv to be another user'
    skip 'a text without permission' 'no setpriv to be another user'
fi
name="$dir/mein Lauf/äé 文字's"
said=$(small "$dir/text" --out "$name" 2>&1)
result 'a folder of any name' "$? $(cd "$name" && echo ./*)" '0 ./best.heed ./log.csv ./model.heed ./receipt.json'
result 'the next command is quoted for the shell' \
    "$(echo "$said" | sed -n 's/^next *[^ ]* \(.*\) --prompt .*/\1/p')" "'$dir/mein Lauf/äé 文字'\\''s'"

# --- Texts ---
model() { cksum < "$dir/$1/model.heed"; }
small "$dir/text" --quiet --out "$dir/whole"
small - --quiet --out "$dir/stdin" < "$dir/text"
result 'standard input is read like a file' "$(model stdin)" "$(model whole)"
head -n 20 "$dir/text" > "$dir/first"
tail -n +21 "$dir/text" > "$dir/rest"
small "$dir/first" "$dir/rest" --quiet --out "$dir/parts"
result 'several files are one text' "$(model parts)" "$(model whole)"
sed 's/$/\r/' "$dir/text" > "$dir/crlf"
takes 'CRLF becomes LF, counted' '150 CRLF or CR line endings read as LF' small "$dir/crlf"
takes 'and stays with --keep-cr' ' 32 distinct' small --keep-cr "$dir/crlf"
result 'which the model file records' "$(grep -ac '^keep_cr 1$' "$dir/new/model.heed")" 1
tr '\n' '\r' < "$dir/text" > "$dir/cr"
takes 'CR becomes LF, counted' '150 CRLF or CR line endings read as LF' small "$dir/cr"
{ printf '\357\273\277'; cat "$dir/text"; } > "$dir/bom"
takes 'a byte order mark is removed' '1 byte order mark removed' small "$dir/bom"
i=0
while [ $i -lt 40 ]; do
    printf '%b\n' 'Ἐν ἀρχῇ ἦν ὁ λόγος. Съешь же ещё этих мягких булок. 天地玄黄 宇宙洪荒 🙂🚀 e\0314\0201 '
    i=$((i + 1))
done > "$dir/world"
takes 'Greek, Cyrillic, Chinese and emoji' 'distinct (hash' small "$dir/world"
result 'the suggested prompt is from the text' "$(echo "$said" | sed -n "s/^next .* --prompt //p")" "'Ἐν'"
printf '👩\342\200\215👩\342\200\215👧 went home. 👩\342\200\215👩\342\200\215👧 came back.\n' > "$dir/joined"
takes 'a suggested prompt does not end in a joiner' 'distinct (hash' small --val-frac 0 "$dir/joined"
result 'of emoji' "$(echo "$said" | sed -n "s/^next .* --prompt //p" | od -An -tx1 | tr -d ' \n')" \
    27f09f91a9e2808df09f91a9270a
awk 'BEGIN { for (a = 184; a < 192; a++) for (b = 128; b < 192; b++) printf "%c%c%c", 228, a, b }' > "$dir/rare"
takes 'rare characters as bytes' 'text 8,522 characters, 543 distinct' small --max-vocab 150 "$dir/text" "$dir/rare"
for words in '458 rare characters are spelled as bytes (--max-vocab 150): 9,438 tokens, 150 of them distinct' \
    '8,494 tokens for training, 944 for validation' 'plan 4 steps of 16 tokens' 'token/s' 'nats per token' \
    'from counts of 1, 2, 3 and [0-9]* tokens'; do
    result "tokens then: $words" "$(echo "$said" | flat | grep -c "$words")" 1
done
{ cat "$dir/text"; printf 'caf\351\n'; } > "$dir/latin"
takes 'a byte of invalid UTF-8' '1 byte is not valid UTF-8 and becomes a byte token' small "$dir/latin"
{ cat "$dir/text"; printf 'caf\351 \200\201\n'; } > "$dir/latin"
takes 'invalid UTF-8 is counted' '3 bytes are not valid UTF-8 and become byte tokens' small "$dir/latin"
{ printf '\377\376'; sed 's/./&@/g' "$dir/text" | tr '@' '\000'; } > "$dir/utf16"
refused 'UTF-16' 1 'is UTF-16, not text: make text of it with iconv -f UTF-16 -t UTF-8' small "$dir/utf16"
refused '--force is named' 1 '; --force reads it as it is' small "$dir/utf16"
takes 'and does so' 'is it UTF-8 text?' small --force "$dir/utf16"
mkdir -p "$dir/texts/more"
head -n 50 "$dir/text" > "$dir/texts/b.txt"
tail -n 100 "$dir/text" | tr -d '\n' > "$dir/texts/a.txt"
cp "$dir/text" "$dir/texts/more/c.txt"
cp "$dir/only/a.pdf" "$dir/texts/z.pdf"
ln -s .. "$dir/texts/more/loop"
takes 'a folder is read by name' "3 files read: a.txt, b.txt, more/c.txt 2 files left out: z.pdf is a PDF document and \
1 more 1 line end added between files" small "$dir/texts"
{
    cat "$dir/texts/a.txt"
    echo
    cat "$dir/texts/b.txt" "$dir/text"
} > "$dir/one"
said=$(small --out "$dir/new" --resume --steps 6 "$dir/one" 2>&1)
result 'as if it were one file' "$? $(tail -n 1 "$dir/new/log.csv" | cut -d , -f 1)" '0 6'
said=$(small --out "$dir/new" --resume --steps 7 "$dir/texts" 2>&1)
result 'and resumed' "$? $(tail -n 1 "$dir/new/log.csv" | cut -d , -f 1)" '0 7'
{ cat "$dir/text"; printf 'a\000b\000\n'; } > "$dir/zero"
takes 'zero bytes are characters' 'zero bytes' small "$dir/zero"
awk 'BEGIN { for (i = 0; i < 500; i++) printf "a" }' > "$dir/same"
takes 'one repeated character' 'nothing to learn' small "$dir/same"
tr '\n' ' ' < "$dir/text" > "$dir/line"
takes 'a text without line ends' '1 thread' small "$dir/line"

# --- Threads ---
if grep -aq '__asan_init\|__tsan_init\|__msan_init' "$train"; then
    skip 'fewer threads than requested' 'a sanitizer needs more memory than the limit'
else
    # stacks so large that only a few fit; the memory left, too little for one more, is enough for the run
    said=$( (ulimit -s 100000 && ulimit -v 700000 && small "$dir/text" --threads 200 --quiet --out "$dir/fewer") 2>&1)
    result 'fewer threads than requested are reported, and the result is the same' \
        "$? $(echo "$said" | sed 's/only [0-9]* of/only N of/; s/ ([^)]*)//') $(model fewer)" \
        "0 train: the system started only N of 200 threads; continuing with these $(model whole)"
fi

# --- Messages ---
small "$dir/text" --out "$dir/words" 2> "$dir/said" > "$dir/out"
result 'nothing goes to standard output' "$(wc -c < "$dir/out" | tr -d ' ')" 0
result 'no carriage return without a terminal' "$(tr -dc '\r\033' < "$dir/said" | wc -c | tr -d ' ')" 0
result 'nothing is wider than 80 columns' "$(grep -v '^next' "$dir/said" | awk 'length > 80' | wc -l | tr -d ' ')" 0
COLUMNS=20 small "$dir/5000" --val-frac 0 --out "$dir/narrow" 2> "$dir/said"
result 'on a narrow screen longer lines hold at most two words' \
    "$(grep -v '^next\|^step' "$dir/said" | awk 'length > 20 && NF > 2' | wc -l | tr -d ' ')" 0
result 'standard error may be closed' "$(small "$dir/text" --out "$dir/mute" 2>&-; echo $?)" 0
result 'and so may standard output' "$(small "$dir/text" --out "$dir/deaf" >&- 2> /dev/null; echo $?)" 0
if command -v script > /dev/null && script -qec true /dev/null > /dev/null 2>&1; then
    TERM=xterm NO_COLOR=1 script -qec "'$train' --size tiny --steps 60 '$dir/text' --out '$dir/tty'" /dev/null \
        > "$dir/said" < /dev/null
    shown=$(tr '\r' '\n' < "$dir/said" | grep -c '^step .*left' | awk '{ print ($1 > 0) }')
    result 'on a terminal the line overwrites itself, without colour' \
        "$shown $(grep -c "$(printf '\033')\[[0-9;]*m" "$dir/said")" '1 0'
else
    skip 'on a terminal the line overwrites itself, without colour' 'no script(1) here'
fi
