# Completes in a real zsh on a pseudo-terminal: zsh -f complete.zsh FOLDER LINE WORD [LINE WORD ...]; FOLDER contains
# _heed. Prints "yes" or "no" for each LINE: does a tab after it bring WORD to the screen within 30 seconds?
# With ". " before WORD, the wait is two seconds, as WORD should not appear.
zmodload zsh/zpty zsh/datetime || exit 1
folder=$1
shift
zpty -b shell zsh -f -i

# read_until WORD SECONDS
read_until() {
    local piece out= ends=$((EPOCHREALTIME + $2))
    while (( EPOCHREALTIME < ends )); do
        if zpty -rt shell piece 2> /dev/null; then
            out+=$piece
            [[ $out != *"$1"* ]] || return 0
        else
            sleep 0.02
        fi
    done
    return 1
}

zpty -w shell "fpath=(${(q)folder} \$fpath); autoload -Uz compinit; compinit -u -D; setopt no_beep; LISTMAX=1000"
zpty -w shell "bindkey -e; PS1='> '; stty cols 200; print rea''dy"
read_until ready 30 || { print 'no zsh'; exit 1; }
for line word; do
    zpty -w -n shell "$line"$'\t\t'
    seconds=30
    [[ $word != '. '* ]] || seconds=2
    if read_until "${word#. }" $seconds; then print yes; else print no; fi
    zpty -w -n shell $'\x15'
    read_until nothing 0.3
done
zpty -d shell
