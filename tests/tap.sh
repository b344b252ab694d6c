# shellcheck shell=sh
# Test Anything Protocol output for the shell tests; source it.
n=0

# result NAME ACTUAL EXPECTED: one test line, with both values if they differ
result() {
    n=$((n + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        printf 'got: %s\nexpected: %s\n' "$2" "$3" | sed 's/^/# /'
    fi
}

# skip NAME REASON: a test that cannot run here
skip() {
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}
