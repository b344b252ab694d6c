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
