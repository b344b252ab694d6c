#!/bin/sh
# Runs each `$ command` of README.md in order, in a folder laid out as after scripts/demo, and compares what it prints
# with what is shown there; checks that the paths and links of every README exist, and the reading path.
# test_readme.sh COMMAND ..., among them train, sample, explain and plot. README_MD names another file to check.
set -u
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
top=$(cd "$(dirname "$0")/../.." && pwd)
readme=${README_MD:-$top/README.md}
LC_ALL=C.UTF-8
export LC_ALL

# ---- A folder as after scripts/demo. Its train takes fewer steps, or no test would end. ----

mkdir -p "$dir/top/build"
ln -s "$top/data" "$top/scripts" "$dir/top"
for name in sample explain plot convert heed live; do
    ln -s "$(eval echo "\$$name")" "$dir/top/build/$name"
done
# where WebAssembly cannot be built, live says so and writes no page
"$live" --out "$dir/page.html" 2> /dev/null || ln -sf "$(command -v true)" "$dir/top/build/live"
cat > "$dir/top/build/train" << END
#!/bin/sh
last= short=
for word; do
    shift
    case \$last in
    --steps) word=30 short=1 ;;
    --time) word=2s short=1 ;;
    esac
    set -- "\$@" "\$word"
    last=\$word
done
[ -n "\$short" ] || set -- "\$@" --steps 30
exec '$train' "\$@"
END
chmod +x "$dir/top/build/train"
cd "$dir/top" || exit 1
build/train data/stories.txt --size tiny --out run/demo --time 2m --quiet 2> "$dir/said" || cat "$dir/said"

# ---- Commands ----

# shape FILE: its lines without what differs from model to model: numbers, durations, quoted words, the rows' characters
shape() {
    awk 'NF {
        gsub(/\047[^\047]*\047|"[^"]*"/, "Q")
        gsub(/[-+]?[0-9][0-9,.]*(e[-+]?[0-9]+)?/, "0")
        gsub(/(0 [hm] )+0 s/, "0 s")
        gsub(/ +val 0/, "")
        gsub(/[ \t]+/, " ")
        sub(/^ /, "")
        sub(/ $/, "")
        sub(/^0 [^ ]+ 0 0/, "0 C 0 0")
        sub(/ (more|less)$/, " more or less")
        sub(/^verdict.*/, "verdict")
        print
    }' "$1"
}

# unlike REAL SHOWN: the first line of SHOWN without a counterpart in REAL, or one of REAL that is not shown; a line "…"
# stands for any number of lines
unlike() {
    shape "$1" > "$dir/real_shape"
    shape "$2" | awk -v file="$dir/real_shape" '
        BEGIN { while ((getline line < file) > 0) real[++n] = line; at = 1 }
        $0 == "…" { skip = 1; next }
        {
            while (skip && at <= n && real[at] != $0) at++
            if (at > n || real[at] != $0) { print "not printed: " $0; bad = 1; exit }
            at++
            skip = 0
        }
        END { if (!bad && !skip && at <= n) print "not shown: " real[at] }'
}

# A sampled text is another one with every model: only its length and the prompt can be compared.
unlike_text() {
    prompt=$(expr "$command" : '.*--prompt "\([^"]*\)"')
    for file in "$1" "$2"; do
        case $(cat "$file") in "$prompt"*) ;; *) echo "does not start with its prompt: $file" ;; esac
        printf %s "$(cat "$file")" | wc -m | tr -d ' '       # newlines within count, that at the end does not
    done | uniq | awk 'NR > 1 || /prompt/'
}

check() {
    [ -n "${command:-}" ] || return 0
    case $command in
    build/sample*) found=$(unlike_text "$dir/real" "$dir/lines") ;;
    *) cat "$dir/said" >> "$dir/real"; found=$(unlike "$dir/real" "$dir/lines") ;;
    esac
    result "$command" "$code $found" '0 '
    [ "$code" = 0 ] || sed 's/^/# /' "$dir/said"
}

# Blocks that start with a command; blank lines are left out, here and in what is printed.
awk '/^    [$] / { block = 1 } !/^    / && !/^$/ { block = 0 } block && NF { print substr($0, 5) }' "$readme" \
    > "$dir/shown"
command=''
while IFS= read -r line; do
    case $line in
    '$ '*)
        check
        command=${line#??}
        eval "$command" > "$dir/real" 2> "$dir/said" < /dev/null
        code=$?
        : > "$dir/lines"
        ;;
    *) printf '%s\n' "$line" >> "$dir/lines" ;;
    esac
done < "$dir/shown"
check

# ---- Paths ----

path='^([A-Za-z0-9_-]+/)*[A-Za-z0-9_-]+\.(c|h|sh|py|mjs|js|md)$|^(src|tests|scripts|data)/[A-Za-z0-9_./-]+$'

# absent FILE NAME ...: the names that exist neither relative to FILE nor in the folders that READMEs refer to
absent() {
    from=$(dirname "$1")
    shift
    for name; do
        [ -e "$from/$name" ] || [ -e "$name" ] || [ -e "src/$name" ] || [ -e "tests/$name" ] ||
            [ -n "$(find src tests -path "*/$name" | head -n 1)" ] || echo "$name"
    done
}

cd "$top" || exit 1
for file in $(find README.md data scripts src tests -name '*.md' | sort); do
    # shellcheck disable=SC2046  # no blanks in these names
    result "links of $file" "$(cd "$(dirname "$file")" &&
        ls -d . $(sed 's/](/\n](/g' "$top/$file" | sed -n 's/^](\([^)#:]*\)[)#].*/\1/p') 2>&1 > /dev/null)" ''
    # shellcheck disable=SC2046
    result "paths in $file" "$(absent "$file" $(tr '`' '\n' < "$file" |
        grep -E "$path" | grep -vE 'NAME|(^|/)X[.]|^heed[.]h$|^build/'))" ''
done

path=$(sed -n '/^## Reading path/,/^## Where/s/^[0-9]*\. `\([^`]*\)`.*/\1/p' src/README.md)
result 'the reading path has eight files' "$(echo "$path" | wc -l | tr -d ' ')" 8
# shellcheck disable=SC2086
result 'which exist' "$(cd src && ls -d $path 2>&1 > /dev/null)" ''
# shellcheck disable=SC2086
result 'and have fewer than 1,500 lines together' "$(cd src && cat $path | wc -l | awk '{ print $1 < 1500 }')" 1

echo "1..$n"
