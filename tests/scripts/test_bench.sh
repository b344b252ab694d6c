#!/bin/sh
# What scripts/bench computes from the figures, by hand, and the products of other libraries.
set -u
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
if ! command -v python3 > /dev/null; then
    echo '1..0 # SKIP no python3'
    exit
fi
echo 1..7
cd "$(dirname "$0")/../../scripts" || exit 1

# python LINES: runs them with the scripts as modules `bench` and `blas`
python() {
    PYTHONDONTWRITEBYTECODE=1 python3 - << END 2>&1
from types import ModuleType
import bench_blas as blas
bench = ModuleType("bench")
bench.__file__ = "bench"
exec(open("bench").read(), bench.__dict__)
$1
END
}

# 3,000 bytes, at the 20 GB/s of 2,048 bytes: 6.67 million a second; below the smallest size nothing is known.
result 'the limit of reading' "$(python '
rows = [{"kind": kind, "bytes": size, "threads": 1, "gigabytes_per_second": rate}
        for kind, size, rate in (("read", 1024, 40), ("read", 2048, 20), ("read", 4096, 10), ("copy", 2048, 90))]
print(round(bench.limit_of_reading(rows, 3000, 1)), bench.limit_of_reading(rows, 1000, 1),
      bench.limit_of_reading(rows, 3000, 2))')" '6666667 None None'
result 'the fastest library on no more threads' "$(python '
rows = [{"library": name, **bench.product("nt", "8x4x2", count), "gflops": rate}
        for name, count, rate in (("a", 1, 5), ("b", 1, 7), ("a", 2, 6), ("a", 4, 9))]
rows.append({"library": "c", **bench.product("nt", "8x4x3", 1), "gflops": 99})
for count in (1, 2, 4):
    print(*bench.fastest_library(rows, {"precision": "fp32", **bench.product("nt", "8x4x2", count)}), end=" ")
print(bench.fastest_library(rows, {"precision": "bf16"})[0])')" 'b 7 b 7 a 9 None'
result 'the best of a figure' "$(python '
f = bench.Figures(None)
for line in ("step a = 3 30", "step a = 5 50", "step a = 4 40", "first a = 3", "first a = 2", "first a = 4"):
    f.take(["echo", line])
print(f.found)')" "{'step a': [5.0, 50.0], 'first a': [2.0]}"

# a (2 x 3) holds -3 -2 -1 / 0 1 2, b (3 x 2) -3 -2 / -1 0 / 1 2: a b = 10 4 / 1 4.
result 'a wrong product is noticed' "$(python '
print(blas.wrong("nn", 2, 2, 3, [10, 4, 1, 4]), blas.wrong("nn", 2, 2, 3, [9, 9, 9, 9]) is not None)')" 'None True'
for library in openblas blis onednn; do
    for form in nn nt tn; do
        ./bench_blas.py $library 1 0 $form:7x5x3 2> "$dir/said"
        echo "$? $(cat "$dir/said")" >> "$dir/ends.$library"
    done | sed 's/= .*/= N/; /^library/d' | paste -sd';' - > "$dir/out"
    if [ "$(sort -u "$dir/ends.$library")" = '77 ' ]; then
        skip "$library" 'not installed'
    else
        result "$library" "$(cat "$dir/out") $(sort -u "$dir/ends.$library")" \
            "blas $library nn 7x5x3 1 = N;blas $library nt 7x5x3 1 = N;blas $library tn 7x5x3 1 = N 0 "
    fi
done
