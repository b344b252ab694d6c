#!/bin/sh
# What train says after training: how good the model is beside counting, what came of the run, and what to do
# about it; and which model, dropout and length a text gets by itself. cli/train/test_verdict.sh COMMAND ...,
# among them train.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
stories=$(dirname "$0")/../../../data/stories.txt
for length in 5000 20000; do
    head -c $length "$stories" > "$dir/$length"
done

# flat: the words of a screen in one line, as its lines may be broken anywhere
flat() { tr -s ' \n' '  '; }

# run TEXT WORD ...: trains on it anew; what is said after training is in $said
run() {
    text=$1
    shift
    "$train" "$dir/$text" --threads 1 --out "$dir/run" --force "$@" > "$dir/out" 2>&1
    said=$(sed -n '/^done/,$p' "$dir/out" | flat)
}

# says NAME SENTENCE: that is in what was said
says() {
    case $said in
    *"$2"*) result "$1" "$2" "$2" ;;
    *) result "$1" "$said" "$2" ;;
    esac
}

# evaluations N: column N of the evaluations in the log, in one line
evaluations() { awk -F, -v n="$1" 'NR > 1 && $7 != "" { printf "%s ", $n }' "$dir/run/log.csv"; }

# in_order A B: whether that is so of two numbers
in_order() { awk -v a="$1" -v b="$2" 'BEGIN { print (a != "" && a + 0 <= b + 0) ? "yes" : "no: " a " " b }'; }

# number SENTENCE: the number behind these words in what was said
number() { echo "$said" | sed -n "s/.*$1 \(-*[0-9.]*[0-9]\).*/\1/p"; }

# one TEXT WORD ...: with one small layer
one() { run "$@" --layers 1 --heads 2 --channels 32 --context 32 --batch 8; }

echo 1..63

# --- Beside counting ---
one 20000 --steps 3
says 'what counting reaches' 'to compare: guessing blindly 4.28, knowing how often each character comes 3.05, the one before 2.36, the two before 1.78'
says 'nothing was learned' 'verdict no better yet than knowing how often each character comes (3.05, it is at 4.01): train longer, or check --lr'
one 20000 --steps 40
says 'no more than counting pairs' 'verdict no better yet than knowing the character before (2.36, it is at 2.45): train longer, or check --lr'
one 20000 --steps 80
says 'no more than counting three' 'verdict no better yet than knowing the two characters before (1.78, it is at 2.20): train longer next'
one 20000 --steps 3 --val-frac 0
result 'nothing held out, no verdict' "$(echo "$said" | sed 's/ in .* s next .*//')" 'done 3 steps'

# --- What came of it ---
run 20000 --steps 330 --eval-every 110
says 'room to learn' 'verdict a normal run, with room to learn: it knows the text it trains on no better than the rest'
run 20000 --size tiny --steps 3 --lr 0.1 --min-lr 0.5
says 'rates that are too high' "verdict no better yet than guessing blindly (4.28, it is at $(number 'done .* loss' | awk '{ printf "%.2f", $1 }')): train longer, or with a lower --lr and --muon-lr next"
awk 'BEGIN { while (i++ < 120) print "the same line again" }' > "$dir/again"
run again --size tiny --steps 400
says 'nothing left' 'verdict there is hardly anything left to learn: nearly every character of the validation text is foreseen (0.0'
run 20000 --size tiny --steps 300 --eval-every 100
says 'a normal run' 'verdict a normal run: the validation loss was still falling or level at the end'
result 'its last model is the best' "$(echo "$said" | grep -c 'that is')" 0
cp "$dir/run/best.heed" "$dir/best"
"$train" "$dir/20000" --threads 1 --out "$dir/run" --resume --steps 330 --eval-every 30 --lr 0.5 --muon-lr 0.5 \
    > "$dir/out" 2>&1
said=$(flat < "$dir/out")
says 'worse, but not by heart' 'verdict it was best at step 300 and has grown worse since'
says 'what helps then' 'though not by learning by heart: best.heed is the one to use. What helps: a lower --lr'
result 'the best model stays' "$(cmp "$dir/best" "$dir/run/best.heed"; echo $?)" 0
"$train" "$dir/20000" --threads 1 --out "$dir/run" --force --size tiny --steps 150 --eval-every 50 --quiet
"$train" "$dir/20000" --threads 1 --out "$dir/run" --resume --steps 200 --eval-every 10 --lr 0.5 --muon-lr 0.5 \
    > "$dir/out" 2>&1
said=$(flat < "$dir/out")
says 'worse, and no better than counting either' 'verdict it was best at step 150 and has grown worse since'
says 'what helps, by name' 'What helps: a lower --lr and --muon-lr next'
run 20000 --size tiny --steps 500 --eval-every 100
says 'by heart, without harm' 'verdict it knows the text it trains on clearly better than the rest'
says 'what helps then' 'though that did no harm yet. What helps: more text, --dropout 0.2 next'
run 20000 --size tiny --context 64 --steps 1000 --eval-every 100
says 'by heart, and worse for it' 'verdict it began to learn by heart: since step '
best=$(evaluations 7 | awk '{ for (i = 1; i <= NF; i++) if (i == 1 || $i < m) m = $i; print m }')
last=$(evaluations 7 | awk '{ print $NF }')
step=$(awk -F, -v best="$best" '$7 == best { print $1 }' "$dir/run/log.csv")
result 'from the best to the last' "$(number 'since step') $(number 'has risen from') $(number "has risen from [0-9.]* to")" \
    "$(printf '%s %.2f %.2f' "$step" "$best" "$last")"
says 'what helps then' 'What helps: more text, --dropout 0.2, or fewer steps next'
result 'the loss is that of the model to use' "$(number 'done .* loss')" "$(printf %.4f "$best")"
says 'which is told' "that is best.heed, of step $step; model.heed, of the last one, is at $(printf %.4f "$last")"
says 'and proposed' "--model $dir/run/best.heed"
result 'the model that is proposed is that one' "$(head -c 2000 "$dir/run/best.heed" | grep -ac "^step $step\$")" 1
run 5000 --layers 2 --heads 2 --channels 64 --context 64 --steps 150 --eval-every 15
says 'a short text' 'verdict the text is too short to learn more from it in this way than counting tells: the best model is at '
says 'beside what' "knowing the two characters before is at 2.06, and what came after was learned by heart. What helps: more text, --dropout 0.2, a smaller model (--size tiny) next"
awk 'BEGIN { while (i++ < 500) printf "aaaaaa" }' > "$dir/same"
one same --steps 20
says 'one character' 'verdict there was nothing to learn: the text is one character again and again'

# --- Stopped early ---
run 5000 --size tiny --steps 300 --eval-every 10 --patience 3
step=$(number 'a better one since step')
says 'stopped early' "stopped early, by --patience: 3 evaluations without a better one since step $step. best.heed is from there"
says 'a rate that has not fallen' "the learning rate was still at 100 % of its greatest, and a model gets better as it falls: --steps $((2 * step)) lets it fall verdict"
early=$(number 'done .* loss')
run 5000 --size tiny --steps $((2 * step)) --eval-every 10
result 'what is advised is better' "$(in_order "$(number 'done .* loss')" "$early")" yes
run 5000 --size tiny --time 1000s --eval-every 10 --patience 3
result 'with a limit of time, too' "$(echo "$said" | grep -c 'stopped early.*: --time [0-9]*s lets it fall')" 1

# --- What a text gets by itself ---
for length in 5000 20000; do
    run $length
    says "$length characters: the steps" "done $([ $length = 5000 ] && echo 700 || echo 2,000) steps in"
    result "$length characters: better than counting" "$(in_order "$(number 'done .* loss')" "$(number 'the two before')")" \
        yes
done

# header WORD ...: the values of these words in the model's header, in one line
header() {
    for word; do
        head -c 1000 "$dir/run/model.heed" | sed -n "s/^$word //p"
    done | tr '\n' ' '
}

# fits CHARACTERS CONTEXT CHANNELS DROPOUT DECAY: what a text of that length gets
fits() {
    head -c "$1" "$stories" > "$dir/some"
    run some --steps 1
    result "$1 characters: context, channels, dropout, decay" \
        "$(header context channels dropout weight_decay)$(flat < "$dir/out" | grep -c 'chosen by the length of the text: ')" \
        "$2 $3 $4 $5 1"
    said=$(flat < "$dir/out")
    [ "$5" = 0 ] && decay='' || decay=", weight decay $5"
    [ "$4" = 0 ] || says 'and says so' "at the end; dropout $4$decay chosen by the length of the text: it is "
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
result "35000 characters, as many in a step" "$(header context channels batch)" '64 96 12 '
# with a time, however fast the processor is
head -c 600000 "$stories" > "$dir/some"
run some --steps 1 --time 1s --batch 1 --val-frac 0.01
result 'a second: a small model' "$(header channels dropout)$(header weight_decay)" "128 0 0 "
run some --steps 1 --time 1000h --batch 1 --val-frac 0.01
result 'weeks: a larger one, kept from learning by heart' "$(header context channels dropout)$(header weight_decay)" \
    "512 256 0.2 0.15 "
said=$(flat < "$dir/out")
says 'and says by what it was chosen' 'chosen by the length of the text and the time: for an hour or more'
# for short texts a longer context and more dropout, the shorter the more, but no larger model
for row in '50000 256 128 0.3 0.2' '100000 512 128 0.25 0.2' '150000 512 128 0.2 0.15' '300000 512 128 0.12 0.12'; do
    length=${row%% *}
    head -c "$length" "$stories" > "$dir/some"
    run some --steps 1 --time 1000h --batch 1 --val-frac 0.01
    result "weeks for $length: context, channels, dropout, decay" "$(header context channels dropout weight_decay)" \
        "${row#* } "
done
run 5000 --time 1000h
said=$(flat < "$dir/out")
says 'a short text does not need weeks' '700 steps of 256 characters, the most this text can use, or until the time is up'
says 'and ends when it has enough' 'done 700 steps in'
run 5000 --size small --steps 1
result 'a size that is asked for gets no dropout' "$(header channels dropout)$(grep -c 'chosen by' "$dir/out")" '128 0 0'
run 5000 --steps 1 --dropout 0.4 --context 16
result 'what is given goes before what fits' "$(header context channels dropout)" '16 32 0.4 '
