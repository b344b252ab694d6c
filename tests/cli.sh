# shellcheck shell=sh
# Setup for the tests of programs; source it with $tests set to this folder and the arguments COMMAND ...: defines a
# variable with the absolute path of each program, makes a temporary folder $dir, fixes locale and terminal, and
# sources tests/tap.sh.
for program; do
    case $program in
    /*) ;;
    *) program=$PWD/$program ;;             # tests may change the directory
    esac
    case ${program##*/} in
    bench) bench=$program ;;
    convert) convert=$program ;;
    explain) explain=$program ;;
    heed) heed=$program ;;
    live) live=$program ;;
    plot) plot=$program ;;
    sample) sample=$program ;;
    train) train=$program ;;
    verify) verify=$program ;;
    esac
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
LC_ALL=C
export LC_ALL
unset NO_COLOR COLUMNS
# shellcheck source=tests/tap.sh
. "$tests/tap.sh"

# cats_and_dogs: a text that a tiny model learns in seconds: which animal it was decides what it said
cats_and_dogs() {
    lines=0
    while [ $lines -lt 60 ]; do
        printf 'the cat said meow to me. the dog said woof to me. the old cat said meow. the old dog said woof.\n'
        lines=$((lines + 1))
    done
}
