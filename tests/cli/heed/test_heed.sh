#!/bin/sh
# heed finds and becomes the programs: cli/heed/test_heed.sh HEED [COMMAND ...], the program and all commands
# that are built. Those it is tried with here are small scripts in a folder of its own.
set -eu
heed=$1
shift
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tests=$(dirname "$0")/../..
# shellcheck source=tests/tap.sh
. "$tests/tap.sh"

# program PATH SAYS: a stand-in for a command
program() {
    mkdir -p "$(dirname "$1")"
    { echo '#!/bin/sh'; echo "$2"; } > "$1"
    chmod +x "$1"
}

# run WORD ...: what it prints to both streams and its exit code, in one line
run() {
    code=0
    said=$("$@" 2>&1) || code=$?
    echo "$said" "[$code]"
}

echo 1..22
# a blank in the path, as in "My Documents"
tree="$dir/a b"
mkdir -p "$tree/bin"
cp "$heed" "$tree/bin/heed"
result 'a program that is not there' \
    "$(run "$tree/bin/heed" train | grep -c 'the program train is missing in .*a b/bin and in .*\[1\]$')" 1
program "$tree/bin/train" 'echo "beside: $*"'
result 'one beside it' "$(run "$tree/bin/heed" train a 'b  c' --x)" 'beside: a b  c --x [0]'
# shellcheck disable=SC2016  # the words are those of the stand-in
program "$tree/libexec/heed/train" 'for word; do printf "<%s>" "$word"; done'
result 'one in libexec goes first, and gets its words whole' \
    "$(run "$tree/bin/heed" train 'b  c' '' --help)" '<b  c><><--help> [0]'
ln -s "a b/bin/heed" "$dir/link"
result 'called by a link' "$(run "$dir/link" train x)" '<x> [0]'
result 'called by PATH' "$(cd / && PATH="$tree/bin:$PATH" run heed train x)" '<x> [0]'
program "$tree/libexec/heed/sample" 'exit 130'
result 'the exit code is its own' "$(run "$tree/bin/heed" sample)" ' [130]'
# shellcheck disable=SC2016
program "$tree/libexec/heed/sample" 'echo $$'
pid=$(sh -c 'echo $$; exec "$0" sample' "$tree/bin/heed" | uniq | wc -l)
result 'it becomes the program: the process, and so its signals, are the same' "$((pid))" 1
result 'help COMMAND asks the command' "$(run "$tree/bin/heed" help train)" '<--help> [0]'
result 'a slip is noticed' "$(run "$tree/bin/heed" trian)" \
    "heed: there is no command 'trian'; did you mean train? [2]"
result 'a path is no command' "$(run "$tree/bin/heed" ../bin/train | grep -c 'there is no command .*\[2\]$')" 1
result 'a slip in a flag of heed, too' "$(run "$tree/bin/heed" --verison)" \
    "heed: there is no flag '--verison'; did you mean --version? [2]"
result 'a word too many is refused' "$(run "$heed" help train explain)$(run "$heed" --version train)" \
    "heed: 'explain' is one word too many behind help COMMAND [2]heed: 'train' is one word too many behind --version [2]"
result 'alone it says what it is, with two examples' \
    "$(run "$heed" | tr '\n' ' ' | grep -c '^heed trains .*heed train book.txt --time 10m .*heed explain --prompt .*Commands:.*\[0\]')" 1
result 'in 80 columns' "$("$heed" | awk 'length($0) > 80')" ''
result 'the version' "$(run "$heed" --version | head -n 1)" "$(sed -n "s/^project('heed'.* version: '\([^']*\)'.*/heed \1/p" "$(dirname "$0")/../../../meson.build")"
result 'the compiler' "$(run "$heed" --version | grep -c '^compiler  *[a-z]* [0-9][0-9]*\.[0-9]*\.[0-9]*, for [a-z0-9_]* [a-z]*$')" 1
sets=$("$heed" --version | sed -n 's/^instruction sets *//p')
result 'the instruction sets, the best one in use' "${sets##*, } $("$heed" --version | sed -n 's/^in use *//p')" "ref ${sets%%,*}"
for command; do
    [ "${command##*/}" = train ] || continue
    result 'they are those that a command finds' "$("$command" x --kernels no 2>&1 | head -n 1 | sed 's/.*it has //')" "$sets"
    result 'a command has its version, too' "$("$command" --version)" "$("$heed" --version | sed '1s/heed/train (heed)/')"
done
result '--help, help and -h are one' "$(run "$heed" --help)$(run "$heed" -h)" "$(run "$heed" help)$(run "$heed" help)"
if [ -e /dev/full ]; then
    result 'lost output is a failure' "$({ "$heed" help > /dev/full; } 2>&1 || echo "[$?]")" \
        'heed: cannot write to standard output: no space left on the device
[1]'
else
    n=$((n + 1))
    echo "ok $n # SKIP no /dev/full here"
fi
missing=
for command; do
    "$heed" help | grep -q "^  $(basename "$command") " || missing="$missing $command"
done
result 'help lists every command that is built' "$missing" ''
