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
        run.has_x = x => Boolean(run[x]);
    });

    // The x axes that all runs have.
    const xs = ["step", "tokens", "seconds"].filter(x => all.runs.every(run => run.has_x(x)));

    // The exponential moving average of values, each the mean of `every` rows, over about `rows` rows, as in
    // src/plot/smooth.h: beta = 1 - 1 / rows per row, divided by 1 - beta^t to correct the bias towards 0.
    function average(values, rows, every) {
        const keep = rows > 1 ? (1 - 1 / rows) ** every : 0;
        let mean = 0, left = 1;
        return values.map(x => {
            if (x === null)
                return null;
            mean = keep * mean + (1 - keep) * x;
            left *= keep;
            return mean / (1 - left);
        });
    }

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
    return { all, several, xs, average, index, nearest, most_rows, groups, rates };
})();
