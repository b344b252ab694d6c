# shellcheck shell=sh
# Finds Node.js and a Chromium for the page tests; source it. Sets $chromium; if either is missing, the test is skipped.

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
