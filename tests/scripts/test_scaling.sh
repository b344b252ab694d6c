#!/bin/sh
# scripts/scaling recovers the law that generated its input, and reports what is wrong with bad input.
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/tests/tap.sh"
if ! command -v python3 > /dev/null 2>&1; then
    skip 'the fit' 'python3 is missing'
    echo "1..$n"
    exit 0
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

# loss = 1.2 + 20 / parameters^0.4 + 90 / characters^0.32, and 1.3 + 2 / seconds^0.4 for the best of each time
echo text,layers,heads,channels,context,batch,steps,seed,threads,parameters,characters,seconds,flops,loss > law.csv
awk 'BEGIN { for (n = 1e4; n < 2e7; n *= 4) for (d = 2e4; d < 4e6; d *= 4)
    printf "1e6,1,1,1,64,12,1,1,2,%d,%d,%g,%g,%.5f\n", n, d, n * d / 1e10, 6 * n * d,
        1.2 + 20 / n^0.4 + 90 / d^0.32 }' >> law.csv
found=$("$top/scripts/scaling" --fit law.csv 2> says)
result 'the law' "$(echo "$found" | head -n 1 | cut -d'(' -f1)" \
    'loss = 1.200 + 20 / parameters^0.40 + 90 / characters^0.32   '
result 'how far off' "$(echo "$found" | head -n 1 | grep -c '(24 runs, off by 0.000 nats)')" 1
best=$(echo "$found" |
    awk '$1 == "1e+13" { gsub(",", ""); print ($2 * $3 * 6 / 1e13 > 0.99 && $2 * $3 * 6 / 1e13 < 1.01) }')
result 'the best size spends the budget' "$best" 1
# where the slopes of both terms are equal: n^0.72 = 20 * 0.4 / (90 * 0.32) * (1e13 / 6)^0.32
best=$(echo "$found" | awk '$1 == "1e+13" {
    gsub(",", "")
    want = (20 * 0.4 / (90 * 0.32) * (1e13 / 6)^0.32)^(1 / 0.72)
    print ($2 / want > 0.97 && $2 / want < 1.03) }')
result 'and is where one more character gains as much as one more parameter' "$best" 1
if command -v gnuplot > /dev/null 2>&1; then
    result 'a picture' "$(grep -c '</svg>' law.svg)" 1
else
    skip 'a picture' 'gnuplot is missing'
fi

head -n 2 law.csv > two.csv
"$top/scripts/scaling" --fit two.csv > out 2> says
result 'too few runs' "$? $(cat says)" '1 scaling: too few runs to fit; make more'
"$top/scripts/scaling" > out 2> says
result 'nothing given' "$? $(grep -c '^usage: scaling' says)" '2 1'
HEED_BUILD=$dir/none "$top/scripts/scaling" law.csv x.csv > out 2> says
result 'nothing built' "$? $(grep -c 'build it first' says)" '1 1'
echo "1..$n"
