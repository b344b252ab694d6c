#!/bin/sh
# heed finds and execs its commands: cli/heed/test_heed.sh HEED [COMMAND ...], the program and all built commands.
# Most tests use small scripts in a temporary folder as stand-ins for the commands.
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

# run WORD ...: both output streams and the exit code on one line
run() {
    code=0
    said=$("$@" 2>&1) || code=$?
    echo "$said" "[$code]"
}

echo 1..22
# a space in the path, as in "My Documents"
tree="$dir/a b"
mkdir -p "$tree/bin"
cp "$heed" "$tree/bin/heed"
result 'a missing program' \
    "$(run "$tree/bin/heed" train | grep -c 'the program train is missing from .*a b/bin and from .*\[1\]$')" 1
program "$tree/bin/train" 'echo "beside: $*"'
result 'a program beside heed' "$(run "$tree/bin/heed" train a 'b  c' --x)" 'beside: a b  c --x [0]'
# shellcheck disable=SC2016  # expanded by the stand-in
program "$tree/libexec/heed/train" 'for word; do printf "<%s>" "$word"; done'
result 'libexec comes first; arguments pass unchanged' \
    "$(run "$tree/bin/heed" train 'b  c' '' --help)" '<b  c><><--help> [0]'
ln -s "a b/bin/heed" "$dir/link"
result 'called through a symbolic link' "$(run "$dir/link" train x)" '<x> [0]'
result 'called through PATH' "$(cd / && PATH="$tree/bin:$PATH" run heed train x)" '<x> [0]'
program "$tree/libexec/heed/sample" 'exit 130'
result 'the exit code of the command' "$(run "$tree/bin/heed" sample)" ' [130]'
# shellcheck disable=SC2016
program "$tree/libexec/heed/sample" 'echo $$'
pid=$(sh -c 'echo $$; exec "$0" sample' "$tree/bin/heed" | uniq | wc -l)
result 'exec keeps the process, and so its signals' "$((pid))" 1
result 'help COMMAND runs COMMAND --help' "$(run "$tree/bin/heed" help train)" '<--help> [0]'
result 'a mistyped command gets a suggestion' "$(run "$tree/bin/heed" trian)" \
    "heed: unknown command 'trian'; did you mean train? [2]"
result 'a path is not a command' "$(run "$tree/bin/heed" ../bin/train | grep -c 'unknown command .*\[2\]$')" 1
result 'and so does a mistyped option' "$(run "$tree/bin/heed" --verison)" \
    "heed: unknown option '--verison'; did you mean --version? [2]"
result 'an extra argument is rejected' "$(run "$heed" help train explain)$(run "$heed" --version train)" \
    "heed: unexpected 'explain' after help COMMAND [2]heed: unexpected 'train' after --version [2]"
result 'without arguments it introduces itself, with two examples' \
    "$(run "$heed" | tr '\n' ' ' |
        grep -c '^heed trains .*heed train book.txt --time 10m .*heed explain --prompt .*Commands:.*\[0\]')" 1
result 'within 80 columns' "$("$heed" | awk 'length($0) > 80')" ''
result 'the version' \
    "$(run "$heed" --version | head -n 1)" \
    "$(sed -n "s/^project('heed'.* version: '\([^']*\)'.*/heed \1/p" "$(dirname "$0")/../../../meson.build")"
result 'the compiler' \
    "$(run "$heed" --version | grep -c '^compiler  *[a-z]* [0-9][0-9]*\.[0-9]*\.[0-9]*, for [a-z0-9_]* [a-z]*$')" 1
sets=$("$heed" --version | sed -n 's/^instruction sets *//p')
result 'the instruction sets, and the best one in use' \
    "${sets##*, } $("$heed" --version | sed -n 's/^in use *//p')" "ref ${sets%%,*}"
for command; do
    [ "${command##*/}" = train ] || continue
    result 'a command lists the same instruction sets' \
        "$("$command" x --kernels no 2>&1 | head -n 1 | sed 's/.*available: //')" "$sets"
    result 'commands report the same version' \
        "$("$command" --version)" "$("$heed" --version | sed '1s/heed/train (heed)/')"
done
result '--help, help and -h are the same' \
    "$(run "$heed" --help)$(run "$heed" -h)" "$(run "$heed" help)$(run "$heed" help)"
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
result 'help lists every built command' "$missing" ''
