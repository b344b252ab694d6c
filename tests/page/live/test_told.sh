#!/bin/sh
# What the guided start says, and the texts of the page that learns: page/live/test_told.sh. Skipped without Node.js.
if ! command -v node > /dev/null 2>&1; then
    echo '1..0 # SKIP Node.js is not installed (package nodejs)'
    exit 0
fi
node "$(dirname "$0")/told_test.mjs"
