# shellcheck shell=sh
# What the tests of pages need, to be sourced: Node.js, and a Chromium, whose name goes to $chromium. Where one of them
# is missing, the test ends as skipped.

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

chromium=
for name in ${CHROMIUM:-} chromium chromium-browser google-chrome; do
    if command -v "$name" > /dev/null 2>&1; then
        chromium=$name
        break
    fi
done
command -v node > /dev/null 2>&1 || skip_all "Node.js is not installed (package nodejs)"
[ -n "$chromium" ] || skip_all "Chromium is not installed (package chromium)"
