"use strict";
// The embedded data: runs with their columns, and their averages.
const Data = (() => {
    const all = JSON.parse(document.getElementById("data").textContent);
    const several = all.runs.length > 1;
    const dashes = [[], [8, 3], [2, 3], [12, 3, 2, 3], [5, 2], [1, 2], [14, 4], [6, 2, 2, 2, 2, 2]];

    all.runs.forEach((run, k) => {
        run.k = k;
        run.colour = "c" + k % 8;
        run.dash = several ? dashes[k % 8] : [];
        run.val_colour = several ? run.colour : "c1";
        run.per_mean = run.train && run.every > 1 ? run.train_values / Math.max(1, count(run.train)) : 1;
        run.has_x = x => Boolean(run[x]);
    });

    // The x axes that all runs have.
    const xs = ["step", "tokens", "seconds"].filter(x => all.runs.every(run => run.has_x(x)));

    // The centred moving average over `window` values (smooth_centred of src/plot/smooth.h), each of which may be the
    // mean of `every` of them: the mean of a value, the (window - 1) / 2 before it and as many after it, where there
    // are so many; null stays null.
    function average(values, window, every) {
        const half = Math.round((window - 1) / 2 / every), some = values.filter(x => x !== null);
        const sums = new Float64Array(some.length + 1);
        some.forEach((x, k) => { sums[k + 1] = sums[k] + x; });
        let at = -1;
        return values.map(x => {
            if (x === null || half < 1)
                return x;
            at++;
            const from = Math.max(0, at - half), to = Math.min(some.length, at + half + 1);
            return (sums[to] - sums[from]) / (to - from);
        });
    }

    const odd = window => window < 2 ? 1 : 2 * Math.floor(window / 2) + 1;

    function count(values) {
        return values.reduce((n, x) => n + (x !== null), 0);
    }

    // The default window: a fiftieth of n values, odd; 1 below a hundred.
    const window_of = n => n < 100 ? 1 : odd(n / 50);

    // The first index in ascending xs whose value is at least x.
    function index(xs, x) {
        let low = 0, high = xs.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (xs[middle] !== null && xs[middle] >= x)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    // The index whose value is nearest to x; -1 if xs is empty.
    function nearest(xs, x) {
        const k = index(xs, x);
        if (k === 0)
            return xs.length ? 0 : -1;
        return k < xs.length && xs[k] - x < x - xs[k - 1] ? k : k - 1;
    }

    const most_rows = Math.max(1, ...all.runs.map(run => run.rows));
    const groups = [...new Set(all.runs.flatMap(run => run.gradients.map(g => g.name)))];
    const rates = all.runs.some(run => run.rate);
    return { all, several, xs, average, window_of, odd, count, index, nearest, most_rows, groups, rates };
})();
