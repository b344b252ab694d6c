#!/bin/sh
# golden.h is what golden.py writes. Exit 77 (skipped) where python3 is missing.
cd "$(dirname "$0")" || exit 1
command -v python3 >/dev/null 2>&1 || exit 77
python3 golden.py | cmp - golden.h
