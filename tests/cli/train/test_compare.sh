#!/bin/sh
# Losses are compared only with losses on the same text and windows: what --resume may change, and that best.heed is
# never replaced by a worse model. test_compare.sh COMMAND ..., among them train, sample and plot.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
top=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$dir" || exit 1
head -c 20000 "$top/data/stories.txt" > text
tail -c 2000 text > held                    # the validation text
awk 'BEGIN { for (i = 0; i < 1000; i++) print "the cat sat on the mat." }' > easy
awk 'BEGIN { srand(3); split("the cat sat on mat hat ate to", w, " ")
    for (i = 0; i < 5500; i++) printf "%s%s", w[1 + int(rand() * 8)], i % 9 == 8 ? ".\n" : " " }' > hard

tiny() { "$train" "$@" --size tiny --threads 1; }
# on TEXT MODEL: its loss on that text
on() { "$sample" --model "$2" --score "$1" --threads 1 2> /dev/null | awk '/^nats/ { print $4 }'; }
line() { head -c 2000 "$1" | grep -a "^$2 " | cut -d ' ' -f 2; }
flat() { tr '\n' ' ' | tr -s ' '; }

echo 1..16
tiny text --out run --steps 600 --dropout 0.1 --quiet
before=$(on held run/best.heed)

# ---- Other windows: --eval-every 3 allows 8 of the 62 of --eval-every 100 ----
cp -R run often
said=$(tiny text --out often --resume --steps 700 --eval-every 3 2>&1 | flat)
result 'a run keeps its windows' "$(echo "$said" | grep -c 'keep the 62 validation windows of this run')" 1
result 'best.heed does not get worse' \
    "$(echo "$(on held often/best.heed) $before" | awk '{ print ($1 > 0 && $1 <= $2) }')" 1
result 'the log goes on' "$(wc -l < often/log.csv | tr -d ' ')" 701
result 'the model file has the number' "$(line often/model.heed eval_windows)" 62
tiny text --out often --resume --steps 710 --quiet
result 'which lasts' "$(line often/model.heed eval_windows)" 62
tiny text --out often --resume --steps 720 --eval-every 100 --quiet
result 'and is left out where it is the usual one' "$(line often/model.heed eval_windows)" ''

# ---- Another text ----
tiny easy --out other --steps 150 --quiet
cp other/best.heed easy.heed
said=$(tiny hard --out other --resume --force --steps 500 --eval-every 100 2>&1 | flat)
loss=$(echo "$said" | sed 's/.* loss \([0-9.]*\) nats .*/\1/')
result 'the loss is one on the new text' \
    "$(echo "$loss $(line other/best.heed val_loss)" | awk '{ print ($1 > 0.3 && $1 < 1.5 && $1 - $2 < 0.01) }')" 1
result 'best.heed is better on it than the one before' \
    "$(echo "$(on hard other/best.heed) $(on hard easy.heed)" | awk '{ print ($1 > 0 && $1 < $2 - 1) }')" 1
result 'which the note says' "$(echo "$said" | sed 's/.*best.heed (step 150) has \([0-9.]*\) nats.*/\1/' | \
    awk -v whole="$(on hard easy.heed)" '{ print ($1 > 1 && $1 > whole - 0.5 && $1 < whole + 0.5) }')" 1
result 'the log begins anew' \
    "$(sed -n 2p other/log.csv | cut -d, -f1) $(tail -n 1 other/log-150.csv | cut -d, -f1)" '151 150'
result 'plot judges the new part' "$("$plot" other --ascii | grep -c 'step 150\|--lr')" 0

# A text on which the old best stays the better one: a learning rate of 5 destroys the model.
tiny text --out spoilt --steps 150 --quiet
cp spoilt/best.heed good.heed
{ cat text; head -c 3000 text; } > more
tiny more --out spoilt --resume --force --steps 160 --eval-every 10 --lr 5 --muon-lr 5 --quiet
result 'a worse model on the new text replaces nothing' "$(cmp good.heed spoilt/best.heed 2>&1)" ''

# ---- Killed between two saves: best.heed is later than the model, and with other settings its step is another ----
tiny text --out later --steps 300 --eval-every 100 --quiet
cp later/best.heed good.heed
tiny text --out early --steps 100 --eval-every 100 --quiet
cp good.heed early/best.heed
tiny text --out early --resume --steps 200 --lr 0.002 --muon-lr 0.004 --quiet
result 'a later best.heed is not replaced by a worse one' "$(cmp good.heed early/best.heed 2>&1)" ''

# ---- Patience ----
tiny text --out patient --steps 200 --eval-every 10 --patience 3 --lr 3 --muon-lr 3 --quiet
result 'patience has run out' "$(line patient/model.heed bad_evals)" 3
said=$(tiny text --out patient --resume --lr 3 2>&1 | flat)
result 'the same command says so' "$(echo "$said" | grep -c 'a larger --patience continues it')" 1
rm run/best.heed
tiny text --out run --resume --steps 610 --eval-every 10 --quiet
result 'a best.heed that was removed is written again' "$(line run/best.heed best_step)" 610
