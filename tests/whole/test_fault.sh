#!/bin/sh
# No data is lost, whichever system call goes wrong: each in turn fails, is interrupted, does only part of its work,
# or is the last one before the process is killed. test_fault.sh LIBRARY COMMAND ..., LIBRARY from tests/fault.
# Samples the calls evenly, in about half a minute; with HEED_NIGHTLY=1 it tries all of them.
set -u
tests=$(dirname "$0")/..
# shellcheck source=tests/fault.sh
. "$tests/fault.sh"

# A file is fsynced before it is renamed, logs before the model that belongs to them, and the directory before
# anything else happens. Prints each violation.
unsynced() {
    awk '
    $1 == "write" { dirty[$2] = 1 }
    $1 == "fsync" { delete dirty[$2]; delete loose[$2] }
    $1 ~ /^(create|write|rename|unlink)$/ { for (d in loose) print d " not synced before " $0 }
    $1 == "mkdir" { loose["./"] = 1 }
    $1 == "rename" {
        from = $2
        sub(/[^\/]*$/, ".&.", from)
        for (d in dirty) if (index(d, from) == 1) print d " not synced before " $0
        if ($2 ~ /model.heed$/ && "run/log.csv" in dirty) print "log.csv not synced before " $0
        if ($2 ~ /model.heed$/ && "run/watch.csv" in dirty) print "watch.csv not synced before " $0
        sub(/[^\/]*$/, "", $2)
        loose[$2] = 1
    }
    END { for (d in loose) print d " never synced"; print (NR > 100) }' list
}
run_listed() { rm -rf run list; LD_PRELOAD=$library FAULT_LIST=$dir/list small --steps 6; }

echo 1..11
run_listed
result 'files are synced in the right order' "$(unsynced)" 1
goal=whole
every 'a first run' "$hows" nothing kept small --steps 6
goal=further
every 'a resumed run' "$hows" half kept_old small --steps 6 --resume
goal=whole
every 'a run that replaces another' "$hows" other kept_none small --steps 6 --force

untouched() {
    # a signal or a short read must not make it ignore the existing run
    case $code in
    137) ;;
    1 | 2) grep -q '^train: ' said || blame 'no error message' ;;
    *) blame "exit $code" ;;
    esac
    diff -r run $goal > after 2>&1 || blame "$(cat after)"
}
strange() { rm -rf run; cp -R strange run; }
mkdir strange
echo 'a,b' > strange/log.csv
usual=1 goal=half
every 'a run without --force' 'EIO EIO-on EINTR short kill-before' half untouched small --steps 6
goal=strange
every 'a log of another program' 'EIO EIO-on EINTR short kill-before' strange untouched small --steps 6
usual=0

# ---- explain ----
page() { "$explain" --model whole/model.heed --prompt 'The cat' --html page.html --threads 1 --pos 4; }

page_same() { cmp -s page.html new.html; }
page_before() { rm -f page.html .page.html.*; cp old.html page.html; }
page_kept() {
    ended explain page_same
    page_same || cmp -s page.html old.html || blame 'neither the old nor the new page'
    case $how in
    kill* | EIO-on) ;;
    *) [ -z "$(ls -A | grep '^[.]page')" ] || blame 'left a temporary file' ;;
    esac
}

page && mv page.html new.html
"$explain" --model other/model.heed --prompt 'The dog' --html old.html --threads 1
every 'a page that replaces another' "$hows" page_before page_kept page

# ---- plot ----
plots() { "$plot" whole --svg made/plot.svg --html made/plot.html; }

plots_same() { diff -r made new > differences 2>&1; }
plots_kept() {
    ended plot plots_same
    either plot.svg plot.html
}

mkdir made old
plots && mv made new
"$plot" other --svg old/plot.svg --html old/plot.html
every 'pictures that replace others' "$hows" before plots_kept plots

# ---- A signal while a file is written ----

# left SIGNAL COMMAND ...: temporary files while the program is slow to write, the exit code, files after the signal
left() {
    signal=$1
    shift
    rm -rf struck slow
    mkdir slow
    LD_PRELOAD=$library FAULT_HOW=slow FAULT_AT=1 FAULT_SAID=$dir/struck "$@" > /dev/null 2>&1 &
    while [ ! -s struck ]; do sleep 0.02; done
    there=$(ls -A slow | grep -c '[.]tmp$')
    kill "-$signal" $!
    wait $!
    echo "$there $? $(ls -A slow)"
}
result 'no temporary file is left after a signal' \
    "$(for signal in TERM HUP; do
        left $signal "$convert" whole --to npz slow/file.npz
        left $signal "$convert" whole --to safetensors slow/file.st
        left $signal "$plot" whole --svg slow/file.svg
        left $signal "$explain" --model whole --prompt 'The cat' --html slow/file.html
    done | sort | uniq -c | tr -s ' ')" " 4 1 129 
 4 1 143 "

# ---- sample ----
text() { "$sample" --model whole/model.heed --prompt 'The' --count 20 --seed 1 --threads 1; }
score() { "$sample" --model whole/model.heed --score text --threads 1; }

out_same() { cmp -s out want; }
out_kept() { ended sample out_same; }
readings='EIO EIO-on EINTR short short-on'
text > want 2> /dev/null
every 'a sample' "$readings" : out_kept text
score > want 2> /dev/null
every 'a score' "$readings" : out_kept score
echo "# $points faults"
