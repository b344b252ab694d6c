#!/bin/sh
# The generated man pages and completions: cli/manual/test_manual.sh FOLDER COMMAND ..., their folder and all commands.
# They must list the same flags as --help, and work in the real shells that are installed.
set -u
made=$1
shift
programs=
for program; do
    case $program in /*) ;; *) program=$PWD/$program ;; esac
    programs="$programs $program"
done
tests=$(dirname "$0")/../..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

[ -f "$made/heed.bash" ] || { echo '1..0 # SKIP not generated: the built programs cannot run on this machine'; exit 0; }
echo 1..25
# flags PROGRAM: all flags in --help, including --no- forms, sorted
flags() {
    "$1" --help | sed -n 's/^ \{2,6\}\(-[a-z], \)\{0,1\}\(--[^ ]*\).*/\2/p' |
        sed '/\[no-\]/{h; s/\[no-\]//p; g; s/\[no-\]/no-/;}' | LC_ALL=C sort
}
# all COMMAND ...: the differences between the output of COMMAND NAME and the flags, for each program
all() {
    for program in $programs; do
        name=${program##*/}
        [ -n "$(flags "$program")" ] || echo "no flags of $name"
        flags "$program" > "$dir/flags"
        "$@" "$name" | LC_ALL=C sort | diff "$dir/flags" - | sed "s/^/$name: /"
    done
}

# --- Man pages ---
page_flags() {
    sed -n 's/\\f.//g; s/\\-/-/g; s/^\(-[a-z], \)\{0,1\}\(--[^ ]*\)\( .*\)\{0,1\}$/\2/p' "$made/heed-$1.1" |
        sed '/\[no-\]/{h; s/\[no-\]//p; g; s/\[no-\]/no-/;}'
}
result 'man pages list all flags' "$(all page_flags)" ''
result 'heed.1 lists all commands' "$(for program in $programs; do
    grep -q "^.fB${program##*/}.fR\$" "$made/heed.1" && grep -q "^.BR heed.-${program##*/} " "$made/heed.1" ||
        echo "$program"
done)" ''
result 'defaults are included' "$(grep -c '^.&temperature: .* (default 0.8)$' "$made/heed-sample.1")" 1
result 'they are ASCII' "$(LC_ALL=C grep -l '[^ -~]' "$made/heed.1" "$made"/heed-*.1)" ''
# bold is letter, backspace, letter
back=$(printf '\b')
plain() { sed "s/.$back//g"; }
if command -v groff > /dev/null; then
    result 'groff reports no warnings' "$(for page in "$made"/heed*.1; do
        groff -man -ww -Tutf8 -P-c "$page" 2>&1 > "$dir/page"
        plain < "$dir/page" | grep -q '^EXIT STATUS$' || echo "$page is empty"
        grep 'warning' "$dir/page" | head -n 3
    done)" ''
    result 'no line is longer than 80 columns' "$(for page in "$made"/heed*.1; do
        groff -man -Tutf8 -P-c "$page" | plain | tr -d '\200-\277' | awk 'length($0) > 80'
    done)" ''
else
    skip 'groff reports no warnings' 'no groff here'
    skip 'no line is longer than 80 columns' 'no groff here'
fi
# The pages have no date, so that the same sources give the same bytes.
if command -v mandoc > /dev/null; then
    result 'mandoc has no objection' "$(mandoc -T lint -W warning "$made/heed.1" "$made"/heed-*.1 2>&1 |
        grep -v 'missing date')" ''
else
    skip 'mandoc has no objection' 'no mandoc here (Debian: mandoc)'
fi
if command -v man > /dev/null && man -l "$made/heed.1" > "$dir/page" 2> /dev/null; then
    result 'man renders one' "$(MANWIDTH=80 man -l "$made/heed-train.1" | plain |
        grep -c '^       --layers N$\|^       heed train .OPTIONS. CORPUS')" 2
else
    skip 'man renders one' 'no man -l here'
fi

# --- bash ---
mkdir -p "$dir/some/sub" && : > "$dir/some/text" && : > "$dir/some/train"
cd "$dir/some" || exit 1
in_bash() { bash "$here/complete.bash" "$made/heed.bash" "$@" | tr '\n' ' '; }
bash_flags() { bash "$here/complete.bash" "$made/heed.bash" heed "$1" -; }
if command -v bash > /dev/null; then
    result 'bash: all flags' "$(all bash_flags)" ''
    result 'bash: commands' "$(in_bash heed tr)$(in_bash heed help sa)" 'train sample '
    result 'bash: choices' "$(in_bash heed train --size '')" 'tiny small base '
    result 'bash: choices after =' \
        "$(in_bash heed train --size = t)$(in_bash heed train --size =)" 'tiny tiny small base '
    result 'bash: files, folders' \
        "$(in_bash heed train t)$(in_bash heed train --out '')$(in_bash heed sample --model te)" \
        'text train sub text '
    result 'bash: no completion of unknown values' \
        "$(in_bash heed train --layers '')$(in_bash heed sample -n '')$(in_bash heed x '')" ''
else
    for n_ in 1 2 3 4 5 6; do skip "bash $n_" 'no bash here'; done
fi

# --- fish ---
in_fish() { HOME=$dir fish -N -c "source '$made/heed.fish'; complete -C '$1'" | cut -f 1 | tr '\n' ' '; }
fish_flags() { HOME=$dir fish -N -c "source '$made/heed.fish'; complete -C 'heed $1 --'" | cut -f 1; }
if command -v fish > /dev/null && fish -N -c true 2> /dev/null; then
    result 'fish: all flags' "$(all fish_flags)" ''
    result 'fish: commands' "$(in_fish 'heed tr')$(in_fish 'heed help sa')" 'train sample '
    result 'fish: choices' "$(in_fish 'heed train --size ')" 'base small tiny '
    result 'fish: choices after =' "$(in_fish 'heed train --size=t')" '--size=tiny '
    result 'fish: files, folders' "$(in_fish 'heed train te')$(in_fish 'heed train --out ')" 'text sub/ '
    result 'fish: no completion of unknown values' "$(in_fish 'heed train --layers ')$(in_fish 'heed sample te')" ''
else
    for n_ in 1 2 3 4 5 6; do skip "fish $n_" 'no fish here that supports -N'; done
fi

# --- zsh ---
in_zsh() { zsh -f "$here/complete.zsh" "$made" "$@" 2>&1 | tr '\n' ' '; }
if command -v zsh > /dev/null && zsh -fc 'zmodload zsh/zpty' 2> /dev/null; then
    result 'zsh: commands' "$(in_zsh 'heed tr' ain 'heed help sa' mple)" 'yes yes '
    result 'zsh: choices' "$(in_zsh 'heed train --size ' small 'heed train --size=t' iny)" 'yes yes '
    result 'zsh: files, folders' \
        "$(in_zsh 'heed train te' xt 'heed train --out s' ub 'heed sample te' '. xt')" 'yes yes no '
    # a specification: exclusions, the name, then [help]
    zsh_flags() {
        sed -n \
            "/^    $1)\$/,/ ;;\$/s/^      '[*]\{0,1\}\(([^)]*)\)\{0,1\}\(--[a-z0-9-]*\)=\{0,1\}\[.*/\2/p" "$made/_heed"
    }
    result 'zsh: all flags' "$(all zsh_flags)" ''
    result 'zsh: help of a flag' "$(in_zsh 'heed sample --no' -echo 'heed sample -' 'characters to write')" 'yes yes '
else
    for n_ in 1 2 3 4 5; do skip "zsh $n_" 'no zsh here with zsh/zpty'; done
fi
