# shellcheck shell=sh
# How the tests of the programs begin, to be sourced with $tests, this folder, and their arguments, COMMAND ...: each program by its name and
# whole path, a folder of their own, the same language and terminal everywhere, and tests/tap.sh.
for program; do
    case $program in
    /*) ;;
    *) program=$PWD/$program ;;             # for those that go into a folder
    esac
    case ${program##*/} in
    convert) convert=$program ;;
    explain) explain=$program ;;
    heed) heed=$program ;;
    plot) plot=$program ;;
    sample) sample=$program ;;
    train) train=$program ;;
    esac
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
LC_ALL=C
export LC_ALL
unset NO_COLOR COLUMNS
# shellcheck source=tests/tap.sh
. "$tests/tap.sh"
