#!/bin/sh
# Every command that a program proposes runs as printed, and a command without a model or a log takes the newest run:
# test_next.sh HEED COMMAND ..., the front end and the built commands.
set -u
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
"$train" --version > /dev/null 2>&1 || { echo '1..0 # SKIP cross-compiled: the programs do not run here'; exit 0; }

cd "$dir" || exit 1
awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat, and the dog saw it." }' > text
awk 'BEGIN { for (i = 0; i < 4000; i++) printf "%d", (i * i + 3 * i) % 7 }' > digits
awk 'BEGIN { for (i = 0; i < 80; i++) print (i % 3 ? "##+##" : "#++++#") }' > level
{ printf -- '-n 5 '; cat text; } > dash
for name in bin 'my bin'; do                    # the programs beside each other, as in build/
    mkdir "$name"
    for program in "$heed" "$train" "$sample" "$plot" "$explain" "$convert"; do ln -s "$program" "$name"; done
done

# proposed WORD ...: runs a command, which must succeed, and prints what it proposes, one a line; none is a failure
proposed() {
    "$@" > out 2> said || echo "false '$* failed'"
    sed -n 's/^next  *//p; s/^convert: next: //p' said > commands
    [ -s commands ] && cat commands || echo "false 'nothing proposed'"
}

# runs NAME START WORD ...: the commands that this one proposes start so and run
runs() {
    name=$1 start=$2
    shift 2
    proposed "$@" > list
    while read -r line; do
        case $line in "$start"*) ;; *) echo "$line" ;; esac
        sh -c "$line" > out 2> why < /dev/null || { echo "$line: exit $?"; cat why; }
    done < list > wrong
    result "$name" "$(cat wrong)" ''
}
quick='--size tiny --context 32 --steps 2 --threads 1'

echo 1..23
# --- What is proposed runs ---
# shellcheck disable=SC2086
{
    runs 'train beside sample' 'bin/sample run --prompt The' bin/train text $quick
    runs 'resumed' 'bin/sample run --prompt The' bin/train text --resume --steps 3 --threads 1
    runs 'heed train' 'bin/heed sample other --prompt The' bin/heed train text $quick --out other
    runs 'in a folder with a space' "'my bin/sample' 'my run'\\''s' --prompt The" 'my bin/train' text $quick \
        --out "my run's"
    runs 'heed in a folder with a space' "'my bin/heed' sample 'my run 2'" 'my bin/heed' train text $quick \
        --out 'my run 2'
    proposed sh -c "PATH='$dir/bin:$PATH'; train text $quick --out run3" > list
    result 'found in PATH' "$(cat list) $(PATH="$dir/bin:$PATH" sh list > out 2>&1; echo $?)" \
        'sample run3 --prompt The 0'
    runs 'a folder that looks like a flag' 'bin/sample ./-odd' bin/train text $quick --out=-odd
    runs 'a text of digits has no word' 'bin/sample d' bin/train digits $quick --out d
    runs 'a text of signs' 'bin/sample l' bin/train level $quick --out l
    runs 'a text that starts with a flag' 'bin/sample s --prompt n' bin/train dash $quick --out s
    runs 'without a validation text' 'bin/sample v --prompt The' bin/train text $quick --val-frac 0 --out v
    runs 'an imported model' 'bin/sample back' sh -c 'bin/convert --to safetensors run st 2> /dev/null &&
        bin/convert --from safetensors st --out back'
    runs 'one in a folder with a space' "'my bin/heed' sample 'the copy'" 'my bin/heed' convert --from safetensors st \
        --out 'the copy'
}
sed -n 's/, since .*//; s/^convert: to train it further: \(.*\) and its text, with /\1 text /p' said > list
result 'and is trained further as it says' \
    "$(cut -d ' ' -f 1-5 list) $(sh -c "$(cat list) --steps 3 --threads 1 --quiet" 2>&1; echo $?)" \
    "'my bin/heed' train text --resume 0"

# --- The newest run ---
# newest FOLDER: makes its model and log the newest; the others are older, by a day
newest() {
    find run -name '*.heed' -exec touch -t 200101010000 {} + -o -name log.csv -exec touch -t 200101010000 {} +
    touch -t 200101020000 "$1/model.heed"
    touch -t 200101030000 "$1/log.csv"
}
for name in a 'b c'; do cp -r other "run/$name"; done
for name in run/a 'run/b c'; do
    newest "$name"
    result "sample takes the newest: $name" "$(bin/sample -n 1 --seed 1 2>&1 > out | head -n 1)" \
        "sample: $name/best.heed, the newest run"
    result "plot takes the newest: $name" "$(bin/plot 2>&1 > out)" "plot: $name/log.csv, the newest run"
done
newest run
result 'run itself is no surprise' "$(bin/sample -n 1 --seed 1 2>&1 > out | sed 's/,.*//')$(bin/plot 2>&1 > out)" \
    'sample: run/best.heed'
newest 'run/b c'
result 'explain takes the newest' "$(bin/explain --prompt 'The ' --json 2>&1 > out | head -n 1) $(head -c 1 out)" \
    "explain: run/b c/best.heed, the newest run {"
result 'sample RUN' "$(bin/sample run/a -n 9 --seed 1 2> said)$(sed 's/,.*//' said)" \
    "$(bin/sample --model run/a -n 9 --seed 1 2> said)sample: run/a/best.heed"
result 'sample RUN -' "$(echo 'The c' | bin/sample - run/a -n 9 --seed 1 2> said)" \
    "$(bin/sample --model run/a --prompt 'The c
' -n 9 --seed 1 2> said)"
result 'two models are a mistake' "$(bin/sample run/a --model run 2>&1; echo $?)" \
    "sample: two models, run and run/a: give one
2"
