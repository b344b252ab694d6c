# shellcheck shell=sh
# What the shell tests report with, to be sourced: the lines of the Test Anything Protocol.
n=0

# result NAME ACTUAL EXPECTED: one line of the report, with both when they differ
result() {
    n=$((n + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        printf 'got: %s\nexpected: %s\n' "$2" "$3" | sed 's/^/# /'
    fi
}

# skip NAME REASON: what cannot be tried here
skip() {
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}
