# shellcheck shell=sh
# Setup for the tests that inject faults with tests/fault; source it with $tests set to this folder and the arguments
# LIBRARY COMMAND ...: makes small runs in a temporary folder, which becomes the current one, and defines `every`,
# which injects a fault at each system call of a command and reports one TAP line.
library=$(realpath "$1")
shift
for program; do
    program=$(realpath "$program")
    case ${program##*/} in
    convert) convert=$program ;;
    train) train=$program ;;
    sample) sample=$program ;;
    explain) explain=$program ;;
    plot) plot=$program ;;
    heed) heed=$program ;;
    esac
done
dir=$(TMPDIR=/dev/shm mktemp -d 2> /dev/null || mktemp -d)          # in memory, fsync is free
trap 'rm -rf "$dir"' EXIT
LC_ALL=C
export LC_ALL
unset NO_COLOR COLUMNS MALLOC_PERTURB_
# shellcheck source=tests/tap.sh
. "$tests/tap.sh"

if grep -aq '__asan_init\|__tsan_init\|__msan_init' "$train"; then
    echo '1..0 # SKIP sanitizers must be the first library loaded'
    exit 0
fi
if grep -aq '__gcov_' "$train"; then
    echo '1..0 # SKIP coverage counters make system calls of their own'
    exit 0
fi

cd "$dir" || exit
awk 'BEGIN { for (i = 0; i < 9; i++) print "The cat " i " sat on the mat, and the dog saw it." }' > text
hows='ENOSPC ENOSPC-on filling EIO EIO-on EINTR short short-on kill-before kill-after'
stride=${HEED_NIGHTLY:+1}
stride=${stride:-9}
points=0 usual=0

# faulty HOW AT COMMAND ...: runs the command with that fault; true if the fault struck. Sets $code; stderr is in said
faulty() {
    how=$1 at=$2
    shift 2
    rm -f struck
    LD_PRELOAD=$library FAULT_HOW=$how FAULT_AT=$at FAULT_SAID=$dir/struck "$@" > out 2> said < /dev/null
    code=$?
    [ -s struck ]
}

# blame WORD ...: records what went wrong at this point
blame() { wrong="$wrong$how at $at ($(head -n 1 struck)): $*; $(head -c 300 said)
"; }

# ended NAME SAME ...: checks the end: killed, complete (SAME is true), or failed with a sentence
ended() {
    name=$1
    shift
    case $how in
    kill*) [ $code = 137 ] || blame "exit $code" ;;
    EINTR | short*) [ $code = 0 ] && "$@" || blame "exit $code, or a different result" ;;
    *)
        if [ $code = 0 ]; then
            "$@" || blame 'exit 0, but a different result'
        else
            [ $code -le 2 ] && grep -q "^$name: " said || blame "exit $code"
        fi
        ;;
    esac
}

# every NAME HOWS PREPARE CHECK COMMAND ...: one TAP line: runs CHECK after COMMAND with a fault at every call
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
        [ $code = $usual ] || blame "exit $code without a fault"
    done
    result "$what" "$([ $points -gt $before ] || echo 'no call at all')$wrong" ''
}

# ---- Replacing files: from the folder old to the contents of new ----
# either FILE ...: each file in the folder made is the old or the new one, and no temporary file remains
either() {
    for file; do
        cmp -s "made/$file" "new/$file" || cmp -s "made/$file" "old/$file" || blame "$file is neither old nor new"
    done
    case $how in
    kill* | EIO-on) ;;
    *) [ -z "$(find made -name '.*.tmp')" ] || blame "left $(find made -name '.*.tmp')" ;;
    esac
}

before() { rm -rf made; cp -R old made; }

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

# loads FILE: sample can use the model; checksums that loaded once are remembered in $known
loads() {
    sum=$(cksum < "$1")
    case $known in *"[$sum]"*) return 0 ;; esac
    "$sample" --model "$1" --count 3 --seed 1 > /dev/null 2>&1 && known="$known[$sum]"
}

whole_rows() {
    awk -F, 'NF != 14 || (NR == 1) != ($1 == "step") || $14 == "" { bad = 1 } END { exit bad }' run/log.csv
}

# models and logs are complete, no other file exists, and resuming finishes the run
kept() {
    ended train same
    for file in run/model.heed run/best.heed; do
        [ ! -e $file ] || loads $file || blame "$file does not load"
    done
    [ ! -e run/log.csv ] || whole_rows || blame 'log.csv is incomplete'
    case $how in
    kill* | EIO-on) ;;
    *) [ ! -e run ] || [ -z "$(ls -A run | grep -vx 'model.heed\|best.heed\|log.csv\|receipt.json\|watch.csv')" ] ||
        blame "left $(ls -A run)" ;;
    esac
    finish
    [ $? = 0 ] && same || blame "a different result after resuming"
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

# With --force the old model is deleted when the new run starts, so there may be none
kept_none() {
    ended train same
    for file in run/model.heed run/best.heed; do
        [ ! -e $file ] || loads $file || blame "$file does not load"
    done
    small --steps 6 --force 2> after && same || blame 'a different result after a second run'
}

nothing() { rm -rf run; }
half() { rm -rf run; cp -R half run; }
other() { rm -rf run; cp -R other run; }

known=''
small --steps 6 && cp -R run whole && facts run > whole.facts
small --steps 6 --seed 2 --force && mv run other
small --steps 4 && cp -R run half && small --steps 6 --resume && facts run > further.facts && mv run further

