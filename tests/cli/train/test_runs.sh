#!/bin/sh
# The files that runs of train write: the same bytes on every machine and after every interruption, and an effect of
# every flag. cli/train/test_runs.sh COMMAND ..., which include train.
set -u
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
trap 'kill -9 $job 2> /dev/null; rm -rf "$dir"' EXIT
job='' exec=''

# run NAME WORD ...: trains quietly into the folder NAME
run() {
    name=$1
    shift
    $exec "$train" "$dir/text" --quiet --out "$dir/$name" "$@"
}

small() {
    name=$1
    shift
    run "$name" --layers 1 --heads 2 --channels 16 --context 16 --batch 2 --threads 1 "$@"
}

model() { cksum < "$dir/$1/model.heed"; }

# facts NAME: the log without the two columns of time
facts() { cut -d, -f1-3,5-13 "$dir/$1/log.csv"; }

in_folder() { (cd "$dir/$1" && echo *); }

# column NAME N: column N of the log, in one line
column() { tail -n +2 "$dir/$1/log.csv" | cut -d, -f"$2" | tr '\n' ' '; }

echo 1..109
awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' \
    > "$dir/text"

# --- The same bits everywhere ---
bits() {
    run "$@" --layers 2 --heads 2 --channels 32 --context 32 --batch 5 --accumulate 2 --dropout 0.1 --steps 8 \
        --eval-every 3
}

bits first --threads 1 --kernels ref
for kernels in avx512 avx2 neon ref; do
    if ! bits "$kernels" --threads 1 --kernels $kernels 2> "$dir/said"; then
        for threads in 1 2 3 7 16 64; do
            skip "$kernels on $threads threads" "$(cat "$dir/said")"
        done
        continue
    fi
    for threads in 1 2 3 7 16 64; do
        bits "$kernels" --threads $threads --kernels $kernels --force
        result "$kernels on $threads threads" "$(model $kernels) $(facts $kernels | cksum)" \
            "$(model first) $(facts first | cksum)"
    done
done

# --- Resuming ---
lasting() {
    name=$1
    shift
    small "$name" --steps 1500 --eval-every 75 --dropout 0.1 --accumulate 2 "$@"
}

lasting whole
result 'the whole run is a step a line' "$(wc -l < "$dir/whole/log.csv" | tr -d ' ')" 1501

# await NAME LINES: waits until the log has LINES lines, or the run has ended
await() {
    while kill -0 $job 2> /dev/null; do
        [ -e "$dir/$1/log.csv" ] && [ "$(wc -l < "$dir/$1/log.csv")" -ge "$2" ] && break
        sleep 0.02
    done
}

# begin NAME WORD ...: a run in the background, once it has logged some steps
begin() {
    (exec='exec'; lasting "$@") 2> "$dir/said" &
    job=$!
    await "$1" 150
}

# Under nohup train ignores SIGHUP, as it should; the last digit of the mask shows whether.
signals='INT TERM HUP'
case $(sed -n 's/^SigIgn:[[:space:]]*//p' /proc/self/status 2> /dev/null) in
*[13579bdf])
    signals='INT TERM'
    for what in 'the step is finished and saved' 'resumed, the same bytes' 'the same log' 'the same best model'; do
        skip "HUP: $what" 'SIGHUP is ignored here (nohup)'
    done ;;
esac
for signal in $signals; do
    # dash and bash start background jobs with SIGINT ignored; train handles it nevertheless
    begin "$signal"
    kill -$signal $job
    wait $job
    code=$?
    steps=$(tail -n 1 "$dir/$signal/log.csv" | cut -d, -f1)
    result "$signal: the step is finished and saved" \
        "$code $([ "$steps" -lt 1500 ] && grep -ac "^step $steps\$" "$dir/$signal/model.heed")" '130 1'
    lasting $signal --resume
    result "$signal: resumed, the same bytes" "$? $(model $signal)" "0 $(model whole)"
    result "$signal: the same log, without gap or repeat" "$(facts $signal | cksum)" "$(facts whole | cksum)"
    result "$signal: the same best model" "$(cksum < "$dir/$signal/best.heed")" "$(cksum < "$dir/whole/best.heed")"
done
result 'the elapsed time continues' \
    "$(awk -F, 'NR > 2 && $4 < t { bad++ } { t = $4 } END { print bad + 0 }' "$dir/INT/log.csv")" 0

begin killed --save-every 40
lasting killed --resume 2> "$dir/said"
result 'two trainings in one folder: the second is refused and names the first' \
    "$? $(sed 's/ wait until.*//' "$dir/said")" "1 train: process $job is writing to the folder $dir/killed:"
lasting killed --force 2> "$dir/said"
result 'even with --force' "$? $(grep -c "process $job " "$dir/said")" '1 1'
kill -9 $job
wait $job 2> /dev/null
result 'killed in the middle' "$(tail -n 1 "$dir/killed/log.csv" | awk -F, '{ print ($1 < 1500) }')" 1
result 'killed: saved by --save-every' "$(grep -a '^step ' "$dir/killed/model.heed" | awk '{ print $2 % 40 }')" 0
printf '9999,1' >> "$dir/killed/log.csv"        # as if in the middle of a line
lasting killed --resume
result 'killed: resumed, the same bytes' "$? $(model killed)" "0 $(model whole)"
result 'killed: the same log' "$(facts killed | cksum)" "$(facts whole | cksum)"

# Both signals wait until the process runs again, so that no step ends between them.
begin twice --save-every 100000 --eval-every 100000
kill -STOP $job
kill -INT $job
kill -TERM $job
kill -CONT $job
wait $job
result 'a second signal quits at once' "$? $(cat "$dir/said") $(in_folder twice)" '130  log.csv'

# answers NAME SENTENCE LINE WORD ...: an interrupt after LINE is answered at once, and the run ends with SENTENCE
answers() {
    name=$1 sentence=$2 line=$3
    shift 3
    rm -f "$dir/said"                       # do not wait for a line of an earlier run
    "$train" "$dir/text" --layers 1 --heads 1 --threads 1 --out "$dir/heard" --force "$@" 2> "$dir/said" &
    job=$!
    while kill -0 $job 2> /dev/null && ! grep -qs "^$line" "$dir/said"; do sleep 0.02; done
    kill -INT $job
    wait $job
    result "$name" "$? $(grep -c '^interrupted: finishing this step; interrupt again to quit at once$' "$dir/said") $(
        grep -c "^stopped  $sentence" "$dir/said")" '130 1 1'
}
answers 'an interrupt is answered at once' 'after step [0-9,]*, as asked; saved' step --channels 8 \
    --context 8 --steps 100000000
answers 'and during the first step, which may be long' 'before the first step, as asked: nothing was trained$' text \
    --channels 64 --context 64 --batch 100 --kernels ref --steps 100000000

before=$(model whole)
said=$("$train" "$dir/text" --out "$dir/whole" --resume --threads 1 2>&1)
result 'a complete run is left unchanged' \
    "$? $(model whole) $(echo "$said" | grep -c 'the run is complete')" "0 $before 1"
lasting whole --resume --steps 1510
result 'and continues with more steps' "$? $(wc -l < "$dir/whole/log.csv" | tr -d ' ')" '0 1511'

cp -R "$dir/killed" "$dir/moved"
head -c 3000 "$dir/text" > "$dir/begun"
"$train" "$dir/begun" --out "$dir/moved" --resume --force --steps 1505 --quiet
result '--resume --force takes another text' "$? $(wc -l "$dir/moved/log.csv" "$dir/moved/log-1500.csv" | \
    awk '{ printf "%d ", $1 }')" '0 6 1501 1507 '

# --- log.csv ---
python=$(command -v python3 || true)
if [ -n "$python" ]; then
    lasting sparse --log-every 7 --steps 60 --eval-every 20
    result 'Python reads the log' "$("$python" - "$dir/sparse/log.csv" << 'END'
import csv, math, sys
rows = list(csv.reader(open(sys.argv[1], newline="")))
head, rows = rows[0], rows[1:]
assert len(head) == 14 and all(len(row) == 14 for row in rows), "columns"
steps = [int(row[0]) for row in rows]
assert steps == sorted(set(steps) | {7, 14, 20, 21, 28, 40, 60}), steps
for row in rows:
    for name, text in zip(head, row):
        assert math.isfinite(float(text)) if text else name == "val_loss", (name, text)
    assert (row[6] != "") == (int(row[0]) % 20 == 0), row
print("yes")
END
)" yes
    if "$python" -c 'import pandas' 2> /dev/null; then
        result 'pandas reads the log' "$("$python" -c 'import pandas, sys
t = pandas.read_csv(sys.argv[1])
print(len(t.columns), t.dtypes.map(str).isin(["int64", "float64"]).all(), t.val_loss.count())' \
            "$dir/sparse/log.csv")" '14 True 3'
    else
        skip 'pandas reads the log' 'no pandas here'
    fi
else
    skip 'Python reads the log' 'no python3 here'
    skip 'pandas reads the log' 'no python3 here'
fi
if command -v gnuplot > /dev/null; then
    result 'gnuplot reads the log' "$(cd "$dir" && gnuplot -e 'set datafile separator ",";
        stats "whole/log.csv" using "train_loss" nooutput; print int(STATS_records)' 2>&1)" 1510
else
    skip 'gnuplot reads the log' 'no gnuplot here'
fi

# --- Every flag has its effect ---
few() {
    name=$1
    shift
    small "$name" --steps 12 --eval-every 4 --warmup 2 "$@"
}

few base
# other WORD ...: the log differs with these flags
other() {
    few flag "$@" --force
    result "$* changes what is learned" "$? $(facts flag | cmp -s - "$dir/base.facts"; echo $?)" '0 1'
}
facts base > "$dir/base.facts"
few again
result 'without other flags the run is the same' "$(facts again | cmp - "$dir/base.facts"; model again)" "$(model base)"
other --seed 2
other --bias
other --recipe gpt2
other --positions learned
other --norm layer
other --activation gelu
other --no-embed-norm
other --no-qk-norm
other --qk-gain layer
other --recipe portable
other --char-mix 2
other --soft-cap 2
other --begin gpt2
other --optimizer adamw
other --schedule cosine
other --embed-rate 2
other --muon-lr 0.01
other --momentum 0.5
other --cooldown 0.3
other --tied
other --positions none
other --beta1 0.5
other --beta2 0.5
other --weight-decay 50
other --clip 0.01
other --dropout 0.3
other --val-frac 0.3
other --lr 0.02
other --min-lr 0.0005
other --accumulate 3
run flag --layers 2 --heads 1 --channels 8 --context 10 --batch 3 --steps 2 --force
result 'the shape is what was asked for' \
    "$(head -c 400 "$dir/flag/model.heed" | grep -a '^context\|^layers\|^heads\|^channels\|^batch' | tr '\n' ' ')" \
    'context 10 layers 2 heads 1 channels 8 batch 3 '
result 'characters are counted' "$(column flag 3)" '30 60 '
few flag --force --size tiny 2> /dev/null
result 'single flags override --size' "$(grep -ac '^channels 16$' "$dir/flag/model.heed")" 1
few flag --force --layers 2 --value-mix
result '--value-mix' "$(grep -ac '^value_mix 1$' "$dir/flag/model.heed")" 1
few flag --force --warmup 5 --lr 0.6 --min-lr 0
result '--warmup, --lr and --min-lr' "$(column flag 5 | cut -d' ' -f1-6)" \
    '1.000000e-01 2.000000e-01 3.000000e-01 4.000000e-01 5.000000e-01 6.000000e-01'
result 'the learning rate ends near the minimum' "$(column flag 5 | awk '{ print ($12 < 0.2) }')" 1
result '--eval-every' "$(column base 7 | wc -w | tr -d ' ')" 3
few flag --force --val-frac 0
result '--val-frac 0 measures nothing, and no old best model stays' \
    "$(column flag 7 | wc -w | tr -d ' ') $(in_folder flag)" '0 log.csv model.heed receipt.json'
few flag --force --log-every 5
result '--log-every, and every evaluated step' "$(column flag 1)" '4 5 8 10 12 '
small flag --force --steps 100 --eval-every 2 --patience 3 --lr 0 --weight-decay 0
result '--patience stops' "$(column flag 1 | wc -w | tr -d ' ')" 8
said=$("$train" "$dir/text" --layers 1 --heads 1 --channels 8 --steps 6 --sample-every 2 --out "$dir/flag" \
    --force 2>&1)
result '--sample-every' "$(echo "$said" | grep -c '^--- sample after step [246] ---')" 3
few flag --force --watch 'The cat'
result '--watch' "$? $(head -n 1 "$dir/flag/watch.csv" | cut -d, -f1-2)" '0 step,loss'
few flag --force
result '--force removes the old run' "$(in_folder flag)" 'best.heed log.csv model.heed receipt.json'
said=$("$train" "$dir/text" --size tiny --steps 2 --threads 3 --kernels ref --out "$dir/flag" --force \
    --verbose 2>&1)
result '--threads and --kernels' "$(echo "$said" | grep '^machine')" 'machine  3 threads, ref kernels'

# --- A time limit ---
said=$("$train" "$dir/text" --size tiny --time 2s --threads 1 --out "$dir/timed" 2>&1)
result '--time ends in time, at the least learning rate' \
    "$? $(tail -n 1 "$dir/timed/log.csv" | awk -F, '{ print ($4 >= 2 && $4 < 60), ($5 < 2.5e-3) }')" '0 1 1'
# a hundred steps of warm-up would take longer than the time limit
run slow --recipe gpt2 --size small --batch 24 --time 1s
result 'a time limit of few steps has a short warm-up' \
    "$(awk -F, 'NR > 1 && $5 > top { top = $5 } END { print (top > 0.9e-3) }' "$dir/slow/log.csv")" 1

# --- NaN ---
run nan --recipe gpt2 --size tiny --steps 400 --eval-every 1000 --lr 1e9 --warmup 0 --clip 0 2> "$dir/said"
result 'NaN stops with the name of a tensor and a remedy' \
    "$? $(grep '^train: step [0-9]*: .*\(h\.\|wte\|wpe\|ln_f\|lm_head\).*: a model' "$dir/said" |
        grep -c ': a model that was saved before is kept; try a smaller --lr') $(in_folder nan)" \
    '1 1 log.csv'
run nan --recipe gpt2 --size tiny --steps 20 --eval-every 1000 --save-every 5 --force
before=$(model nan)
run nan --recipe gpt2 --size tiny --steps 400 --eval-every 1000 --save-every 500 --lr 1e9 --clip 0 --resume \
    2> "$dir/said"
result 'and keeps the model saved last' "$? $(model nan)" "1 $before"

# --- Memory ---
unset MALLOC_PERTURB_       # Meson sets it, and glibc then writes to memory that train never touches
measured=$dir/text
# peak WORD ...: the peak memory of a run on $measured, in KiB, as the system reports it just before the end
peak() {
    "$train" "$measured" --steps 100000 --threads 2 --force --out "$dir/memory" "$@" 2> "$dir/said" &
    job=$!
    await memory 12
    awk '/^VmHWM/ { print $2 }' /proc/$job/status
    kill -9 $job
    wait $job 2> /dev/null
}

# within NAME WORD ...: the announced memory is within a tenth of the memory used, which Linux counts in batches of
# 64 pages a thread
within() {
    name="$1: memory as announced"
    shift
    if [ ! -r /proc/self/status ] || grep -aq '__asan_init\|__tsan_init\|__msan_init' "$train"; then
        skip "$name" 'no such memory here, or a sanitizer that needs its own'
        return
    fi
    rm -rf "$dir/memory"
    used=$(peak --verbose --eval-every 10 "$@")
    said=$(sed -n 's/^memory *\([0-9.]* [KMG]iB\).*/\1/p' "$dir/said")
    result "$name" "$(echo "$used $said" | awk '{
        k = $2 * ($3 == "GiB" ? 1048576 : $3 == "MiB" ? 1024 : 1)
        print (NF == 3 && k > 0.9 * $1 - 256 && k < 1.1 * $1 + 256) ? "yes" : "used " $1 " KiB, announced " $2 " " $3
    }')" yes
}
within tiny --size tiny
within small --size small
within 'one layer, wide and short' --layers 1 --heads 1 --channels 200 --context 20 --batch 7
within 'deep and narrow' --layers 12 --heads 4 --channels 24 --context 90 --batch 3 --accumulate 2 --dropout 0.2
measured=$(dirname "$0")/../../../data/lesson.txt
within 'counting needs more than the model' --size tiny
within 'counting needs half as much as the model'
within 'the counts stay with the model' --size tiny --counts
