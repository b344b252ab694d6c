#!/bin/sh
# Nothing is lost, whichever call to the system goes wrong: each in turn fails, is interrupted, does half, or
# is the last thing before the process is killed. test_fault.sh LIBRARY COMMAND ..., LIBRARY from tests/fault.
# An even share of all calls in about half a minute; with HEED_NIGHTLY=1 all of them.
set -u
library=$(realpath "$1")
shift
for program; do
    program=$(realpath "$program")
    case ${program##*/} in
    train) train=$program ;;
    sample) sample=$program ;;
    explain) explain=$program ;;
    esac
done
dir=$(TMPDIR=/dev/shm mktemp -d 2> /dev/null || mktemp -d)         # memory, where forcing to the disk takes no time
trap 'rm -rf "$dir"' EXIT
LC_ALL=C
export LC_ALL
unset NO_COLOR COLUMNS MALLOC_PERTURB_
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/tap.sh"

if grep -aq '__asan_init\|__tsan_init\|__msan_init' "$train"; then
    echo '1..0 # SKIP a sanitizer must be the first library'
    exit 0
fi

cd "$dir" || exit
awk 'BEGIN { for (i = 0; i < 9; i++) print "The cat " i " sat on the mat, and the dog saw it." }' > text
hows='ENOSPC ENOSPC-on filling EIO EIO-on EINTR short short-on kill-before kill-after'
stride=${HEED_NIGHTLY:+1}
stride=${stride:-9}
points=0 usual=0

# faulty HOW AT COMMAND ...: runs it so; true if something went wrong, `code` and the file said then tell the end
faulty() {
    how=$1 at=$2
    shift 2
    rm -f struck
    LD_PRELOAD=$library FAULT_HOW=$how FAULT_AT=$at FAULT_SAID=$dir/struck "$@" > out 2> said < /dev/null
    code=$?
    [ -s struck ]
}

# blame WORD ...: what is wrong at this point
blame() { wrong="$wrong$how at $at ($(head -n 1 struck)): $*; $(head -c 300 said)
"; }

# ended NAME SAME ...: as such a command may end: killed, all done (SAME is true), or with a sentence
ended() {
    name=$1
    shift
    case $how in
    kill*) [ $code = 137 ] || blame "exit $code" ;;
    EINTR | short*) [ $code = 0 ] && "$@" || blame "exit $code, or not the same" ;;
    *)
        if [ $code = 0 ]; then
            "$@" || blame 'exit 0, but not the same'
        else
            [ $code -le 2 ] && grep -q "^$name: " said || blame "exit $code"
        fi
        ;;
    esac
}

# every NAME HOWS PREPARE CHECK COMMAND ...: one line of the report: CHECK after COMMAND at every call
every() {
    what=$1 prepare=$3 check=$4 wrong='' from=1 before=$points hows_here=$2
    shift 4
    for each in $hows_here; do
        point=$((1 + from % stride))
        $prepare
        while faulty "$each" $point "$@"; do
            points=$((points + 1))
            $check "$@"
            point=$((point + stride))
            $prepare
        done
        from=$((from + 1))
        [ $code = $usual ] || blame "exit $code with no fault"
    done
    result "$what" "$([ $points -gt $before ] || echo 'no call at all')$wrong" ''
}

# ---- train ----
small() {
    "$train" text --out run --quiet --layers 1 --heads 1 --channels 4 --context 6 --batch 2 --threads 1 --no-bias \
        --tied --eval-every 3 --save-every 2 --watch sat "$@"
}

facts() { cut -d, -f1-3,5-13 "$1/log.csv"; }

same() {
    cmp -s run/model.heed "$goal/model.heed" && cmp -s run/best.heed "$goal/best.heed" &&
        cmp -s run/watch.csv "$goal/watch.csv" && facts run | cmp -s - "$goal.facts"
}

# loads FILE: whole, by the word of the program that uses it; what has loaded once is known
loads() {
    sum=$(cksum < "$1")
    case $known in *"[$sum]"*) return 0 ;; esac
    "$sample" --model "$1" --count 3 --seed 1 > /dev/null 2>&1 && known="$known[$sum]"
}

whole_rows() { awk -F, 'NF != 14 || (NR == 1) != ($1 == "step") || $14 == "" { bad = 1 } END { exit bad }' run/log.csv; }

# models and logs are whole, nothing else is there, and the run can be brought to its end
kept() {
    ended train same
    for file in run/model.heed run/best.heed; do
        [ ! -e $file ] || loads $file || blame "$file does not load"
    done
    [ ! -e run/log.csv ] || whole_rows || blame 'log.csv is not whole'
    case $how in
    kill* | EIO-on) ;;
    *) [ ! -e run ] || [ -z "$(ls -A run | grep -v '^model.heed$\|^best.heed$\|^log.csv$\|^watch.csv$')" ] ||
        blame "left $(ls -A run)" ;;
    esac
    finish
    [ $? = 0 ] && same || blame "not the same after going on"
}

finish() {
    if [ -e run/model.heed ]; then
        small --steps 6 --resume 2> after
    else
        small --steps 6 --force 2> after
    fi
}

kept_old() {
    [ -e run/model.heed ] || blame 'the model is gone'
    kept
}

# With --force the old model goes when the new run begins, which this can be
kept_none() {
    ended train same
    for file in run/model.heed run/best.heed; do
        [ ! -e $file ] || loads $file || blame "$file does not load"
    done
    small --steps 6 --force 2> after && same || blame 'not the same after doing it again'
}

nothing() { rm -rf run; }
half() { rm -rf run; cp -R half run; }
other() { rm -rf run; cp -R other run; }

known=''
small --steps 6 && cp -R run whole && facts run > whole.facts
small --steps 6 --seed 2 --force && mv run other
small --steps 4 && cp -R run half && small --steps 6 --resume && facts run > further.facts && mv run further

# Names are taken by what is on the disk already, and what a model goes with is there before it; the names
# themselves are forced before anything else happens.
unforced() {
    awk '
    $1 == "write" { dirty[$2] = 1 }
    $1 == "fsync" { delete dirty[$2]; delete loose[$2] }
    $1 ~ /^(create|write|rename|unlink)$/ { for (d in loose) print d " not forced before " $0 }
    $1 == "mkdir" { loose["./"] = 1 }
    $1 == "rename" {
        from = $2
        sub(/[^\/]*$/, ".&.tmp", from)
        if (from in dirty) print from " not forced before " $0
        if ($2 ~ /model.heed$/ && "run/log.csv" in dirty) print "log.csv not forced before " $0
        if ($2 ~ /model.heed$/ && "run/watch.csv" in dirty) print "watch.csv not forced before " $0
        sub(/[^\/]*$/, "", $2)
        loose[$2] = 1
    }
    END { for (d in loose) print d " never forced"; print (NR > 100) }' list
}
run_listed() { rm -rf run list; LD_PRELOAD=$library FAULT_LIST=$dir/list small --steps 6; }

echo 1..9
run_listed
result 'what is written is forced to the disk in order' "$(unforced)" 1
goal=whole
every 'a first run' "$hows" nothing kept small --steps 6
goal=further
every 'a run that goes on' "$hows" half kept_old small --steps 6 --resume
goal=whole
every 'a run in the place of another' "$hows" other kept_none small --steps 6 --force

untouched() {
    [ $code = 137 ] || ended train false
    diff -r run $goal > after 2>&1 || blame "$(cat after)"
}
strange() { rm -rf run; cp -R strange run; }
mkdir strange
echo 'a,b' > strange/log.csv
usual=1 goal=half
every 'a run that is not to be replaced' 'EIO EIO-on EINTR short kill-before' half untouched small --steps 6
goal=strange
every 'a log of another program' 'EIO EIO-on EINTR short kill-before' strange untouched small --steps 6
usual=0

# ---- explain and sample ----
page() { "$explain" --model whole/model.heed --prompt 'The cat' --html page.html --threads 1 --pos 4; }

page_same() { cmp -s page.html new.html; }
page_before() { rm -f page.html .page.html.tmp; cp old.html page.html; }
page_kept() {
    ended explain page_same
    page_same || cmp -s page.html old.html || blame 'neither the old nor the new page'
    case $how in
    kill* | EIO-on) ;;
    *) [ ! -e .page.html.tmp ] || blame 'left .page.html.tmp' ;;
    esac
}

page && mv page.html new.html
"$explain" --model other/model.heed --prompt 'The dog' --html old.html --threads 1
every 'a page in the place of another' "$hows" page_before page_kept page

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
