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
echo 1..13
cd "$(dirname "$0")/../../scripts" || exit 1

# python LINES: runs them with the scripts as modules `bench` and `blas`
python() {
    PYTHONDONTWRITEBYTECODE=1 python3 - << END 2>&1
from types import ModuleType
import bench_blas as blas
import bench_report as report
bench = ModuleType("bench")
bench.__file__ = "bench"
exec(open("bench").read(), bench.__dict__)
$1
END
}

machine='
rows = [{"kind": kind, "bytes": size, "threads": 1, "gigabytes_per_second": rate}
        for kind, size, rate in (("read", 1024, 40), ("read", 2048, 20), ("read", 4096, 10), ("write", 2048, 5),
                                 ("copy", 2048, 30))]
speeds = [{"kind": kind, "threads": 1, "billions_per_second": rate}
          for kind, rate in (("divide", 4), ("root", 2), ("exp", 1))]
limits = report.Limits(rows, speeds, lambda precision, threads: 200 if precision == "bf16" else 100)'
# 3,000 bytes, at the 20 GB/s of 2,048 bytes: 6.67 million a second; below the smallest size nothing is known.
result 'the limit of reading' "$(python "$machine"'
print(round(limits.readings(3000, 1)), limits.readings(1000, 1), limits.readings(3000, 2))')" '6666667 None None'
# Read 5,000 and write 2,000: 4,000 bytes by copies at 30 GB/s and 3,000 read at 20. Then 1,000 of 4,000 are written
# alone, at 5 GB/s, and 6,000 copied.
result 'the limit of memory' "$(python "$machine"'
print(round(1e9 * limits.memory([(2048, 5000, 2000)], 1), 1), round(1e9 * limits.memory([(2048, 3000, 4000)], 1), 1),
      limits.memory([(2048, 1, 0)], 2))')" '283.3 400.0 None'
# At 50 billion multiply-adds a second: 1,000 products and 500 others, 30 ns; in bfloat16 the products take half. Then
# 100 divisions and 100 roots, 25 + 50 ns; then 200 exponentials, 200 ns.
result 'the limit of arithmetic' "$(python "$machine"'
for work, precision in (((1000, 500, 0, 0, 0), "fp32"), ((1000, 500, 0, 0, 0), "bf16"),
                        ((1000, 500, 100, 100, 0), "fp32"), ((1000, 500, 100, 100, 200), "fp32")):
    print(round(1e9 * limits.arithmetic(work, precision, 1), 1), end=" ")')" '30.0 20.0 75.0 200.0 '
result 'the limit of an op' "$(python "$machine"'
f = bench.Figures([])
for line in ("profile fp32 s 1 linear to 8 = 1 2", "profile fp32 s 1 add = 1 1",
             "work fp32 s 1 forward linear to 8 = 6e7 0 0 0 0", "work fp32 s 1 backward linear to 8 = 0 0 0 0 0",
             "moved fp32 s 1 forward 2048 linear to 8 = 2e3 0", "moved fp32 s 1 backward 1024 linear to 8 = 2e7 0",
             "moved fp32 s 1 backward 4096 linear to 8 = 5e6 0"):
    f.take(["echo", line])
for op in report.profiles(f, limits)[0]["ops"]:
    print(op["name"], op["limit_ms"], op["bound"], op["times"], end="; ")')" \
    'linear to 8 2.2 arithmetic 1.36; add None None None; '
result 'the fastest library on no more threads' "$(python '
rows = [{"library": name, **report.product("nt", "8x4x2", count), "gflops": rate}
        for name, count, rate in (("a", 1, 5), ("b", 1, 7), ("a", 2, 6), ("a", 4, 9))]
rows.append({"library": "c", **report.product("nt", "8x4x3", 1), "gflops": 99})
for count in (1, 2, 4):
    print(*report.fastest_library(rows, {"precision": "fp32", **report.product("nt", "8x4x2", count)}), end=" ")
print(report.fastest_library(rows, {"precision": "bf16"})[0])')" 'b 7 b 7 a 9 None'
result 'the best of a figure' "$(python '
f = bench.Figures([])
for line in ("step a = 3 30", "step a = 5 50", "step a = 4 40", "first a = 3", "first a = 2", "first a = 4"):
    f.take(["echo", line])
print(f.found)')" "{'step a': [5.0, 50.0], 'first a': [2.0]}"

result 'the profile of the fastest step' "$(python '
runs = iter((((3, 4), (2, 2)), ((1, 1), (5, 2)), ((4, 4), (4, 4))))
def ours(f, part):
    for op, times in zip("ab", next(runs)):
        f.keep(f"profile {op}", times)
bench.Figures.ours = ours
f = bench.Figures([])
f.profile(3)
print(f.found)')" "{'profile a': (1, 1), 'profile b': (5, 2)}"
result 'the fastest PyTorch' "$(python '
f = bench.Figures([])
for line in ("torch 1.13 step fp32 small 1 = 5", "torch 1.13 step fp32 small 2 = 7", "torch 2.6 step fp32 small 2 = 6",
             "torch 2.6+compile step fp32 base 2 = 8", "torch 2.6 step bf16 small 2 = 9"):
    f.take(["echo", line])
print(*report.fastest_torch(f, "step", "fp32", "small"), *report.fastest_torch(f, "sample", "small"))')" \
    '1.13 7.0 None None'
mkdir "$dir/proc"
result 'a folder without /proc' "$(HEED_TORCH="$dir" python 'print(bench.find_torches())' | sed "s|$dir|DIR|g")" \
    "bench: PyTorch in DIR would not find this processor's vectors: mount -t proc proc DIR/proc
bench: no PyTorch in DIR: no peer to compare with
[]"

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
