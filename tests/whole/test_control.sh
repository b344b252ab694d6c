#!/bin/sh
# No control character of others reaches a terminal: every program gets hostile names of files, folders, columns, flags
# and values, and texts and models with such characters, on every path to an error that can be reached here.
# test_control.sh COMMAND ..., all of them.
set -u
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
LC_ALL=C.UTF-8
export LC_ALL
cd "$dir" || exit 1

# The characters: sets the window's title and the colour; BEL, backspace, carriage return, DEL; CSI as one character of
# UTF-8, and as one byte; bidirectional override, isolate and mark; line separator.
E=$(printf '\033]0;PWN\007\033[31mRED\010\r\177\302\233\233\342\200\256\342\201\246\342\200\217\342\200\250')
control='[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|[^\x80-\xff][\x80-\x9f]'
control="$control|\\xe2\\x80[\\x8e\\x8f\\xa8-\\xae]|\\xe2\\x81[\\xa6-\\xa9]|\\xd8\\x9c"
if ! printf 'a\302\205' | LC_ALL=C grep -aqP "$control"; then
    echo '1..0 # SKIP grep does not know -P'
    exit 0
fi

runs=0 found=''
# tame COMMAND ...: runs it; keeps a command whose output has such a character
tame() {
    runs=$((runs + 1))
    "$@" > out 2> said < /dev/null
    code=$?
    [ $code -lt 126 ] || found="$found exit $code: $*"
    for file in out said; do
        ! LC_ALL=C grep -aqP "$control" $file ||
            found="$found${program} ($file): $(LC_ALL=C grep -aP "$control" $file | cat -v | head -n 1)
"
    done
}

# all NAME: one TAP line for what ran since the last one
all() {
    result "$1" "$([ $runs -gt 0 ] || echo 'nothing ran')$found" ''
    runs=0 found=''
}

small='--layers 1 --heads 1 --channels 8 --context 8 --batch 2 --steps 3 --threads 1'
awk 'BEGIN { for (i = 0; i < 60; i++) print "The cat number " i % 17 " sat on the mat." }' > text
# shellcheck disable=SC2086
"$train" text $small --quiet --out run
mkdir "d$E"
cp run/log.csv "log$E.csv"
cp run/best.heed "m$E.heed"
cp text "t$E"
awk -v e="$E" 'BEGIN { for (i = 0; i < 300; i++) print "The cat" e "number " i % 17 " sat on the mat." }' > hostile

echo 1..7
program=train
# shellcheck disable=SC2086
{
    for flag in --out --kernels --precision --watch --size --recipe --lr --steps --seed --time --positions --threads \
        "--$E" "-$E" "--no-$E" "--out=$E/$E" "--steps=$E" "--quiet=$E" "--help$E" "--out$E"; do
        tame "$train" text $small --force "$flag" "x$E"
        tame "$train" text $small --force "$flag"
    done
    tame "$train" "none$E"
    tame "$train" "d$E"
    tame "$train" "t$E" "$E"
    tame "$train" "t$E" $small --out "o$E" --sample-every 1
    tame "$train" "t$E" $small --out "o$E"
    tame "$train" "t$E" $small --out "o$E" --resume --steps 5
    tame "$train" text $small --out "t$E"
    tame "$train" text $small --out "t$E/o"
    tame "$train" hostile $small --force --out "h$E" --sample-every 1 --steps 60 --lr 0.1
    tame "$train" hostile $small --force --out "h2" --max-vocab 12
    tame "$train" text $small --out "h$E" --resume --steps 70
    tame "$train" text $small --out "h$E" --watch "$E" --force
    echo "$E" > "o$E/log.csv"
    rm "o$E/model.heed"
    tame "$train" text $small --out "o$E"
    cp text "o$E/model.heed"
    tame "$train" text $small --out "o$E" --resume
    tame "$train" "$E" "$E" --help
    cp "$train" "train$E"
    tame "./train$E" --help
    tame "./train$E" --no-such
    tame "./train$E" text $small --out named
}
all train

program=sample
tame "$sample" --model "h$E" --probs -n 300
tame "$sample" --model "h$E" --json -n 300
tame "$sample" --model "h$E" --score hostile --probs
tame "$sample" --model "h$E" --score hostile --probs --json
for model in "m$E.heed" "o$E" "none$E" "d$E" "t$E" "log$E.csv"; do
    for more in "--prompt=The" "--prompt=$E" "--prompt-file=t$E" "--score=t$E" "--score=none$E" "--stop=$E" "--probs" \
        "--json" "--score=t$E --json" "--probs --json" "--prompt-file=d$E" "--unknown=$E" \
        "--kernels=$E" "$E" "--temp=$E"; do
        # the options of a row that have no hostile character are several words
        case $more in
        *"$E"*) tame "$sample" --model "$model" -n 20 --seed 1 "$more" ;;
        # shellcheck disable=SC2086
        *) tame "$sample" --model "$model" -n 20 --seed 1 $more --stop "$E" ;;
        esac
    done
done
all sample

program=explain
for model in "m$E.heed" "o$E" "none$E" "h$E" "t$E"; do
    for view in '' --json --csv --dot --by-hand --paths --sweep --lens --integrated --embeddings --tape --step \
        --replay --html=- --svg=- --example; do
        # shellcheck disable=SC2086
        tame "$explain" --model "$model" --prompt "The cat" $view
    done
    for more in "--target=$E" "--nudge=$E" "--mask=$E" "--ablate=0.0$E" "--set-attn=$E" "--html=d$E" "--html=t$E" \
        "--svg=t$E" "--svg=d$E" "--kernels=$E" "--head=$E" "$E" "--$E" "--row=99$E" "--versus=$E" "--at=$E" \
        "--why=$E" "--lesson=$E"; do
        tame "$explain" --model "$model" --prompt "The cat" "$more"
    done
    tame "$explain" --model "$model" --prompt "$E"
    tame "$explain" --model "$model" --claims --clues "t$E" --text "t$E"
    tame "$explain" --model "$model" --roles --text "t$E"
    tame "$explain" --model "$model" --roles --json --text "t$E" --clues "t$E"
    tame "$explain" --model "$model" --claims --clues "none$E" --text "t$E" --compare "m$E.heed"
done
tame "$explain" --model "h$E" --prompt "The cat${E}num"
tame "$explain" --model "h$E" --prompt "The cat${E}num" --json
tame "$explain" --model "h$E" --prompt "The cat${E}num" --csv
tame "$explain" --model "h$E" --prompt "The cat${E}num" --by-hand
tame "$explain" --model "h$E" --prompt "The cat" --target "$(printf '\033')"
all explain

program=plot
printf 'step,loss%s,val_loss%s,grad_%s\n1,2,3,4\n2,2,2,2\n3,1,2,2\n' "$E" "$E" "$E" > "c$E"
printf 'a%s,b%s\n1,2\n' "$E" "$E" > none.csv
printf 'step,loss\n1,%s\n2,%s3\n3,4' "$E" "$E" > bad.csv
printf 'step,loss,name\n1,2,%s\n2,3,x%s\n3,2,%s' "$E" "$E" "$E" > long.csv
for log in "log$E.csv" "o$E" "c$E" none.csv bad.csv long.csv "m$E.heed" "h$E" "none$E" "d$E" "t$E" hostile run; do
    for more in --ascii --gradients --json --lr --html=- "--train=$E" "--step=$E" "--val=$E" "--svg=d$E" "--svg=t$E" \
        "--html=t$E" "--svg=none$E/x" "--corpus=$E" "--corpus=t$E" "--corpus=hostile" "--x=$E" "--smooth=$E" "--$E" \
        "--train=loss$E"; do
        tame "$plot" "$log" "$more"
    done
done
tame "$plot" "log$E.csv" "c$E" run
tame "$plot" "log$E.csv" --svg "out$E.svg" --html "out$E.html"
all plot

program=convert
for file in "m$E.heed" "o$E" "none$E" "h$E" "t$E"; do
    for format in safetensors npz hf onnx gguf "$E"; do
        tame "$convert" "$file" --to $format "w$E.$format"
        tame "$convert" "$file" --to $format "d$E/no/x"
        tame "$convert" "$file" --to $format "t$E"
    done
    tame "$convert" "$file" --to npz "$file" "$E"
    for format in safetensors hf onnx "$E"; do
        tame "$convert" --from $format "$file" --out "b$E"
        tame "$convert" --from $format "$file" --out "t$E" --like "m$E.heed"
        tame "$convert" --from $format "w$E.safetensors" --out "b$E"
        tame "$convert" --from $format "w$E.safetensors" --out "b$E" --like "none$E"
    done
done
all convert

program=heed
for word in "$E" "--$E" "-$E" "help$E" "tra$E"; do
    tame "$heed" "$word"
    tame "$heed" help "$word"
    tame "$heed" --version "$word"
    tame "$heed" train "$word"
    tame "$heed" help train "$word"
done
cp "$heed" "heed$E"
tame "./heed$E"
tame "./heed$E" help
tame "./heed$E" train
all heed

cp "h$E/best.heed" hm.heed
# On a terminal a sample shows '?' instead; a pipe gets the bytes.
"$sample" --model "h$E" -n 2000 --seed 1 --temp 2 > out 2> /dev/null
raw=$(LC_ALL=C grep -acP "$control" out | awk '{ print ($1 > 0) }')
if command -v script > /dev/null; then
    script -qc "'$sample' --model hm.heed -n 2000 --seed 1 --temp 2" shown < /dev/null > /dev/null 2>&1
    result 'a sample, on a terminal' \
        "$raw $(tr -d '\r' < shown | LC_ALL=C grep -acP "$control")" '1 0'
else
    skip 'a sample, on a terminal' 'no script(1) here'
fi
