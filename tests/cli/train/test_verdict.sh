#!/bin/sh
# What train reports at its end: the loss beside n-gram baselines, the verdict (plot states the same) and what helps;
# and the model, dropout and steps that train chooses for a text. cli/train/test_verdict.sh COMMAND ..., which include
# train and plot.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
stories=$(dirname "$0")/../../../data/stories.txt
for length in 5000 20000; do
    head -c $length "$stories" > "$dir/$length"
done

# flat: a screen joined into one line, as wrapping may break it anywhere
flat() { tr -s ' \n' '  '; }

# facts SENTENCE: the part before "What helps", which train and plot word differently
facts() { echo "$1" | sed 's/[.] .*//'; }

# agree TEXT: plot must state the same facts as train: all of them with --corpus, and without it those that need no
# n-gram counts
apart='' compared=0
agree() {
    case $said in *' verdict '*) ;; *) return ;; esac
    train_facts=$(facts "${said##* verdict }")
    for flag in "--corpus=$dir/$1" ''; do
        sentence=$("$plot" "$dir/run" ${flag:+"$flag"} --json 2> /dev/null | sed -n 's/.*"sentence":"\([^"]*\)".*/\1/p')
        plot_facts=$(facts "$sentence. ")
        [ -n "$flag" ] || train_facts=${train_facts%%; not *}
        [ -n "$flag" ] || plot_facts=${plot_facts%%; not *}
        [ "$train_facts" = "$plot_facts" ] || apart="$apart train: $train_facts, plot: $plot_facts;"
        compared=$((compared + 1))
    done
}

# run TEXT WORD ...: a new training on TEXT; sets $said to the report after training
run() {
    text=$1
    shift
    "$train" "$dir/$text" --threads 1 --no-counts --out "$dir/run" --force --verbose "$@" > "$dir/out" 2>&1
    said=$(sed -n '/^done/,$p' "$dir/out" | flat)
    agree "$text"
}

# resume WORD ...: continues the run on 20000
resume() {
    "$train" "$dir/20000" --threads 1 --out "$dir/run" --resume "$@" > "$dir/out" 2>&1
    said=$(flat < "$dir/out")
    agree 20000
}

# says NAME SENTENCE: $said contains SENTENCE
says() {
    case $said in
    *"$2"*) result "$1" "$2" "$2" ;;
    *) result "$1" "$said" "$2" ;;
    esac
}

# evaluations N: column N of the evaluations in the log, in one line
evaluations() { awk -F, -v n="$1" 'NR > 1 && $7 != "" { printf "%s ", $n }' "$dir/run/log.csv"; }

# in_order A B: yes if A <= B
in_order() { awk -v a="$1" -v b="$2" 'BEGIN { print (a != "" && a + 0 <= b + 0) ? "yes" : "no: " a " " b }'; }

# number SENTENCE: the number after these words in $said
number() { echo "$said" | sed -n "s/.*$1 \(-*[0-9.]*[0-9]\).*/\1/p"; }

# one TEXT WORD ...: with one small layer
one() { run "$@" --layers 1 --heads 2 --channels 32 --context 32 --batch 8; }

echo 1..64

# --- Baselines ---
few='too few to see a trend; not yet better than'
one 20000 --steps 3
says 'the baselines' "baselines: uniform 4.28, unigram 3.05, bigram 2.36, trigram 1.78, \
13-gram 1.32 (from counts of 1, 2, 3 and 13 characters)"
says 'not better than a unigram model' "verdict 1 evaluation, 4.01 at step 3: $few a unigram model (3.05). \
What helps: training longer, or another --lr"
says 'the perplexity' "perplexity $(number 'done .* loss' | awk '{ printf "%.3g", exp($1) }') "
one 20000 --steps 40
says 'not better than a bigram model' "verdict 1 evaluation, 2.45 at step 40: $few a bigram model (2.36). \
What helps: training longer, or another --lr"
one 20000 --steps 80
says 'not better than a trigram model' "verdict 1 evaluation, 2.20 at step 80: $few a trigram model (1.78). \
What helps: training longer. next"
one 20000 --steps 3 --val-frac 0
result 'no verdict without validation text' "$(echo "$said" | sed 's/ in .* s next .*//')" 'done 3 steps'
one 20000 --steps 30 --lr 0
says 'a learning rate of 0' \
    'verdict the learning rate was 0 throughout: nothing was learned. What helps: --lr above 0. next'

# --- Verdicts ---
run 20000 --steps 330 --eval-every 110
says 'still falling' "verdict best $(evaluations 7 | awk '{ printf "%.2f", $3 }') at step 330, \
still falling at the end; not yet better than a 13-gram model (1.27). \
What helps: training longer, or a larger model. next"
run 20000 --size tiny --steps 3 --lr 0.1 --min-lr 0.5
says 'learning rates too high' "verdict diverged: \
the validation loss is $(number 'done .* loss' | awk '{ printf "%.2f", $1 }') at step 3, \
training started at 4.28; not better than a uniform model (4.28). What helps: a lower --lr and --muon-lr. next"
result 'its best model is the last' "$(echo "$said" | grep -c 'best.heed is from')" 0
awk 'BEGIN { while (i++ < 120) print "the same line again" }' > "$dir/again"
run again --size tiny --steps 400
says 'hardly anything left to learn' "$(evaluations 7 | awk '{ printf "verdict best %.3f", $NF }') at step 400: nearly \
every character of the validation text is predicted, hardly anything is left to learn. next"
run 20000 --size tiny --steps 300 --eval-every 100
says 'a normal run' "verdict best $(evaluations 7 | awk '{ printf "%.2f", $3 }') at step 300, \
still falling at the end; not yet better than a 13-gram model (1.32). \
What helps: training longer, or a larger model. next"
result 'its last model is the best' "$(echo "$said" | grep -c 'of best.heed')" 0
cp "$dir/run/best.heed" "$dir/best"
resume --steps 330 --eval-every 30 --lr 0.5 --muon-lr 0.5
says 'worse, but not overfit' "verdict the training loss rises, from 1.47 at step 292 to 2.03 at step 330; \
the best validation loss was 1.71 at step 300; \
not better than a 13-gram model (1.32). best.heed is from step 300. \
What helps: a lower --lr and --muon-lr. next"
result 'the best model stays' "$(cmp "$dir/best" "$dir/run/best.heed"; echo $?)" 0
"$train" "$dir/20000" --threads 1 --out "$dir/run" --force --no-counts --size tiny --steps 150 --eval-every 50 --quiet
resume --steps 200 --eval-every 10 --lr 0.5 --muon-lr 0.5
says 'worse, and not better than a trigram model' "verdict the training loss rises, from 1.79 at step 151 to 2.44 at \
step 200; the best validation loss was 1.93 at step 150; not better than a trigram model (1.78). \
best.heed is from step 150. What helps: a lower --lr and --muon-lr. next"
run 20000 --size tiny --steps 500 --eval-every 100
says 'overfit, validation loss not yet rising' "verdict best 1.64 at step 500, still falling at the end; \
the training loss is far below it (1.27): overfitting, though the validation loss has not risen; \
not better than a 13-gram model (1.32). What helps: more text, --dropout 0.2. next"
run 20000 --size tiny --context 64 --steps 1000 --eval-every 100
best=$(evaluations 7 | awk '{ for (i = 1; i <= NF; i++) if (i == 1 || $i < m) m = $i; print m }')
last=$(evaluations 7 | awk '{ print $NF }')
step=$(awk -F, -v best="$best" '$7 == best { print $1 }' "$dir/run/log.csv")
says 'overfit, validation loss rising: from the best to the last' \
    "$(printf 'verdict best %.2f at step %s, rising since (%.2f at step 1,000) ' "$best" "$step" \
        "$last")while the training loss keeps falling (0.642): overfitting; \
not better than a 13-gram model (1.27). best.heed is from step $step. \
What helps: more text, --dropout 0.2, or fewer steps. next"
result 'the loss is that of the model to use' "$(number 'done .* loss')" "$(printf %.4f "$best")"
says 'the report names it' "of best.heed (step $step); model.heed, the last step, has $(printf %.4f "$last")"
says 'and suggests its folder' "$sample $dir/run"
result 'the suggested model is the best one' "$(head -c 2000 "$dir/run/best.heed" | grep -ac "^step $step\$")" 1
run 5000 --layers 2 --heads 2 --channels 64 --context 64 --steps 150 --eval-every 15
says 'a short text' "verdict best 2.25 at step 30, rising since (2.68 at step 150) while the training loss keeps \
falling (0.705): overfitting; not better than a trigram model (2.06). best.heed is from step 30. \
What helps: more text, --dropout 0.2, a smaller model (--size tiny), or fewer steps. next"
awk 'BEGIN { while (i++ < 500) printf "aaaaaa" }' > "$dir/same"
one same --steps 20
says 'one character' 'verdict nothing to learn: the text repeats a single character. next'
# the last tenth, held out for validation, is unlike the rest
{
    head -c 30000 "$stories"
    awk 'BEGIN { while (i++ < 3700) printf "%c", 97 + i * i * 7 % 26 }'
} > "$dir/other"
one other --steps 100
says 'no overfitting before one pass' "verdict best 3.17 at step 100, \
training loss 2.10 after 0.84 passes over the text: too soon to overfit, \
so the validation text is unlike the training text; not better than a trigram model (0.82). \
What helps: files in another order, as the end of the text is held out (--val-frac). next"
rm -rf "$dir/piped"
mkdir "$dir/piped"
ln -s /dev/stdout "$dir/piped/log.csv"
"$train" "$dir/5000" --size tiny --steps 3 --threads 1 --out "$dir/piped" --force 2> "$dir/out" | cat > "$dir/rows"
result 'a log that is a pipe is not read back' "$(flat < "$dir/out" | grep -c 'log.csv is not a regular file')" 1

# --- Stopped early ---
run 5000 --size tiny --steps 300 --eval-every 10 --patience 3
step=$(number 'improvement since step')
says 'stopped early' \
    "stopped early, by --patience: 3 evaluations without improvement since step $step, where best.heed was saved"
says 'a learning rate that has not decayed' "the learning rate was still at 100 % of its peak, \
and a model improves as it decays: --steps $((2 * step)) lets it decay verdict"
early=$(number 'done .* loss')
run 5000 --size tiny --steps $((2 * step)) --eval-every 10
result 'the suggested number of steps does better' "$(in_order "$(number 'done .* loss')" "$early")" yes
run 5000 --size tiny --time 1000s --eval-every 10 --patience 3
result 'with a time limit, too' "$(echo "$said" | grep -c 'stopped early.*: --time [0-9]*s lets it decay')" 1
result 'plot states the same facts' "$apart" ''
result 'compared in many runs' "$([ $compared -gt 30 ] && echo yes || echo "$compared")" yes

# --- Settings chosen for a text ---
for length in 5000 20000; do
    run $length
    says "$length characters: the steps" "done $([ $length = 5000 ] && echo 700 || echo 2,000) steps in"
    result "$length characters: better than counting" "$(in_order "$(number 'done .* loss')" "$(number 'trigram')")" \
        yes
done

# header WORD ...: the values of these header lines of the model file, in one line
header() {
    for word; do
        head -c 1000 "$dir/run/model.heed" | sed -n "s/^$word //p"
    done | tr '\n' ' '
}

# fits CHARACTERS CONTEXT CHANNELS DROPOUT DECAY: the settings chosen for a text of that length
fits() {
    head -c "$1" "$stories" > "$dir/some"
    run some --steps 1
    result "$1 characters: context, channels, dropout, decay" \
        "$(header context channels dropout weight_decay)$(flat < "$dir/out" |
            grep -c "chosen for the text's length: ")" \
        "$2 $3 $4 $5 1"
    said=$(flat < "$dir/out")
    [ "$5" = 0 ] && decay='' || decay=", weight decay $5"
    [ "$4" = 0 ] || says 'and reported' "AdamW 0.01$decay, Muon 0.02, linear decay over the last 60 %, dropout $4 \
chosen for the text's length: "
}
fits 6999 32 32 0.2 0
fits 7000 64 64 0.3 0.1
fits 15000 64 64 0.2 0.1
fits 35000 128 96 0.2 0.1
fits 80000 256 128 0.15 0.15
fits 150000 256 128 0.1 0.15
fits 250000 256 128 0.05 0.1
fits 500000 256 128 0 0
head -c 250000 "$stories" > "$dir/some"
run some --steps 1 --recipe gpt2
result "250000 characters, GPT-2's recipe: short windows" "$(header context channels batch)" '64 128 12 '
head -c 35000 "$stories" > "$dir/some"
run some --steps 1 --recipe gpt2
result "35000 characters, GPT-2's recipe: the same batch" "$(header context channels batch)" '64 96 12 '
# with a time limit, on a processor of any speed
head -c 600000 "$stories" > "$dir/some"
run some --steps 1 --time 1s --batch 1 --val-frac 0.01
result '1 second: a small model' "$(header channels dropout)$(header weight_decay)" "128 0 0 "
run some --steps 1 --time 1000h --batch 1 --val-frac 0.01
result 'weeks: a larger one, with dropout and decay against overfitting' \
    "$(header context channels dropout)$(header weight_decay)" "512 256 0.2 0.15 "
said=$(flat < "$dir/out")
says 'the basis of the choice is reported' "chosen for the text's length and the time: for an hour or more"
# shorter texts get more dropout, and a longer context, but not a larger model
for row in '50000 256 128 0.3 0.2' '100000 512 128 0.25 0.2' '150000 512 128 0.2 0.15' '300000 512 128 0.12 0.12'; do
    length=${row%% *}
    head -c "$length" "$stories" > "$dir/some"
    run some --steps 1 --time 1000h --batch 1 --val-frac 0.01
    result "weeks for $length: context, channels, dropout, decay" "$(header context channels dropout weight_decay)" \
        "${row#* } "
done
run 5000 --time 1000h
said=$(flat < "$dir/out")
says 'a short text does not use weeks' \
    '700 steps of 256 characters, the most this text can use, or until the time is up'
says 'and ends after them' 'done 700 steps in'
run 5000 --size small --steps 1
result 'a size given by flag gets no dropout' \
    "$(header channels dropout)$(grep -c 'chosen for' "$dir/out")" '128 0 0'
run 5000 --steps 1 --dropout 0.4 --context 16
result 'flags override the choice' "$(header context channels dropout)" '16 32 0.4 '
