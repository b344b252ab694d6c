# Prints bash's completions, one per line: bash complete.bash SCRIPT WORD ..., the words of a command line, of which the
# last is incomplete ('' for an empty one).
. "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_heed
[ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}"
