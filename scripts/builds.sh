# shellcheck shell=sh
# Shared by scripts/test and scripts/check, sourced in the top folder: builds, runs their tests, and counts these in
# passed, failed and skipped.
passed=0 failed=0 skipped=0 targets=''

# configure DIR OPTION ...: creates the build folder, or sets these options in an existing one
configure() {
    dir=$1
    shift
    if [ -f "$dir/build.ninja" ]; then
        meson configure "$dir" "$@"
    else
        meson setup "$dir" "$@"
    fi
}

# quietly WORD ...: prints its output only when it fails
quietly() {
    log=$(mktemp)
    code=0
    "$@" > "$log" 2>&1 || code=$?
    [ $code = 0 ] || grep -v '^\[[0-9]*/[0-9]*\] ' "$log" || true
    rm -f "$log"
    return $code
}

# build NAME DIR OPTION ...: builds $targets, or everything; a failure counts as one failed test
build() {
    echo "== $1: building in $2/"
    name=$1 dir=$2
    shift 2
    # shellcheck disable=SC2086  # words
    if quietly configure "$dir" -Dwerror=true "$@" && quietly meson compile -C "$dir" $targets; then
        return 0
    fi
    echo "not built: $name"
    failed=$((failed + 1))
    return 1
}

# count FILE: "passed failed skipped" of Meson's testlog.json. TAP tests are counted by their subtests; one that
# stopped early or whose subtests do not match its plan counts as failed.
count() {
    awk '
    {
        split($0, half, /", "result": "/)
        result = half[2]
        sub(/".*/, "", result)
        sub(/.*"stdout": "/, "", half[1])
        lines = split(half[1], line, /\\n/)
        ok = bad = skip = 0
        plan = -1
        for (i = 1; i <= lines; i++) {
            if (line[i] ~ /^1\.\.[0-9]+/) plan = substr(line[i], 4) + 0
            else if (line[i] ~ /^not ok/) bad++
            else if (line[i] ~ /^ok.*# *[Ss][Kk][Ii][Pp]/) skip++
            else if (line[i] ~ /^ok/) ok++
        }
        if (plan < 0 && ok + bad + skip == 0) {
            if (result == "OK") ok++
            else if (result == "SKIP") skip++
        } else if (plan != ok + bad + skip && bad == 0) bad++
        if (result != "OK" && result != "SKIP" && bad == 0) bad++
        all_ok += ok; all_bad += bad; all_skip += skip
    }
    END { print all_ok + 0, all_bad + 0, all_skip + 0 }' "$1"
}

# run DIR OPTION ...: runs the tests of a build and counts them
run() {
    dir=$1
    shift
    log=$dir/meson-logs/testlog.json
    rm -f "$log"
    meson test -C "$dir" --no-rebuild --print-errorlogs "$@" || true
    if [ ! -s "$log" ]; then
        echo "no test was run in $dir"
        failed=$((failed + 1))
        return
    fi
    # shellcheck disable=SC2046  # three words
    set -- $(count "$log")
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# sanitizers KIND: can the compiler link a program with them? (Alpine's cannot.)
sanitizers() {
    file=$(mktemp -d)
    echo 'int main(void) { return 0; }' > "$file/a.c"
    code=0
    ${CC:-cc} -fsanitize="$1" "$file/a.c" -o "$file/a" 2> /dev/null && "$file/a" || code=1
    rm -rf "$file"
    return $code
}
