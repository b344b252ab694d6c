# What the function for bash offers: bash complete.bash SCRIPT WORD ..., the words of a command line, the last one
# unfinished ('' for none yet). A line each.
. "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_heed
[ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}"
