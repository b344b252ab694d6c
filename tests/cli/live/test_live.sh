#!/bin/sh
# The page that live writes: cli/live/test_live.sh BUILD COMMAND ..., where BUILD is the build folder. Where the page
# could not be built, it must say what to install, and the rest is skipped.
set -u
build=$1
shift
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
cd "$dir" || exit 1

# run WORD ...: standard error and the exit code on one line
run() {
    code=0
    said=$("$@" 2>&1 > out) || code=$?
    echo "$said [$code]"
}

if ! [ -e "$build/live.html" ]; then
    echo 1..1
    result 'without the page it says what to install' \
        "$(run "$live" | grep -c '^live: the page was not built: .*install clang-.*\[1\]$')" 1
    exit
fi

# inside FILE KEY: that value of what the page opens with
inside() {
    python3 -c 'import json, re, sys
page = open(sys.argv[1], encoding="utf-8", newline="").read()
data = json.loads(re.search("<script id=\"data\" type=\"application/json\">(.*?)</script>", page, re.S)[1])
sys.stdout.buffer.write(str(data.get(sys.argv[2])).encode())' "$1" "$2"
}
tags() { grep -o '</*script' "$1" | wc -l; }

echo 1..18
result 'writes heed.html and says how to open it' \
    "$(run "$live" | grep -c '^live: wrote heed.html, .*to open it: [a-z-]*open heed.html \[0\]$')" 1
result 'and nothing to standard output' "$(cat out)" ''
result 'the page knows the program' "$(inside heed.html program)" \
    "$("$live" --version | sed -n '1s/.* (\(heed\)) \([0-9.]*\).*/\1 \2/p')"
result 'below 1 MB' "$(($(wc -c < heed.html) < 1000000))" 1

printf 'a\r\nb <!--</script><script>alert(1)</script> & "\\ \303\251\342\200\250\360\237\220\210\n' > hostile.txt
run "$live" --text hostile.txt --prompt '</script>é' > said
result 'replaces a page' "$(grep -c '\[0\]' said)" 1
result 'a text is inside, to the byte' "$(inside heed.html text | cksum)" "$(cksum < hostile.txt)"
result 'and the prompt' "$(inside heed.html prompt)" '</script>é'
"$live" --out plain.html 2> said
result 'as data, never as markup' "$(tags heed.html)" "$(tags plain.html)"

awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat." }' > text
"$train" text --size tiny --steps 3 --quiet --out run
run "$live" --model run --text - --out - < text > said
inside out model | base64 -d > model.heed
result 'a model is inside, to the byte; - is standard input and output' \
    "$(cksum < model.heed) $(inside out text | cksum)" "$(cksum < run/best.heed) $(cksum < text)"

result 'another file is kept' \
    "$(run "$live" --out text | grep -c 'text exists and is not a page made by live.*\[1\]')" 1
cp text other
result 'unless forced' "$(run "$live" --out other --force | grep -c '\[0\]') $(inside other text)" '1 None'
printf 'caf\351' > latin1
result 'a text in bytes of its own is refused, with the place' "$(run "$live" --text latin1)" \
    'live: latin1 is not UTF-8 at byte 4: convert it, for example with iconv -f latin1 -t utf8 [1]'
: > empty
result 'an empty text' "$(run "$live" --text empty)" 'live: empty is empty: there is nothing to learn [1]'
result 'a file that is no model' "$(run "$live" --model text | grep -c '^live: .*text.*\[1\]$')" 1
result 'no such text' "$(run "$live" --text none | grep -c '^live: .*none.*no such file.*\[1\]$')" 1
code=0
"$live" --texts text 2> said || code=$?
result 'an unknown option is misuse' "$(head -n 1 said) $code" \
    'live: unknown option --texts; did you mean --text? 2'

mkdir alone
cp "$live" alone/live
result 'away from its page it says so' \
    "$(run alone/live | grep -c "^live: live.html is missing from .*/alone: .*\[1\]$")" 1
echo '<!DOCTYPE html>' > alone/live.html
result 'a page of something else' "$(run alone/live | grep -c 'is not the page of this program.*\[1\]$')" 1
