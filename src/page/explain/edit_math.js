"use strict";
// The effect of editing scores of one row. Softmax and mix are recomputed here; everything after them is
// linearized. The actual change, where explain measured it, is interpolated between its points.
const EditMath = (() => {
    function softmax(s) {
        const most = Math.max(...s), e = s.map(x => Math.exp(x - most)), total = Num.sum(e);
        return e.map(x => x / total);
    }

    const entropy = a => -Num.sum(a.map(x => x > 0 ? x * Math.log2(x) : 0));

    // The change of the loss for an edit x of the scores:
    //   sum_j ds_j x_j + 1/2 sum_j a_j (da_j - mean) ((x_j - m)^2 - var),  m = sum_j a_j x_j
    // The second term is the curvature of softmax; the curvature after the mix is left out.
    function orders(row, x) {
        const a = row.keys.map(key => key.a), m = Num.dot(a, x);
        const spread = Num.sum(a.map((w, c) => w * (x[c] - m) ** 2));
        const first = Num.sum(row.keys.map((key, c) => key.ds * x[c]));
        const bend = Num.sum(row.keys.map((key, c) => key.a * key.rel * ((x[c] - m) ** 2 - spread)));
        return { first, second: first + bend / 2 };
    }

    // x: the number added to each score. Returns the weights a', the mix o', g . (o' - o) and the two orders above.
    function run(row, x) {
        const a = softmax(row.keys.map((key, c) => key.s + x[c]));
        const before = softmax(row.keys.map(key => key.s));
        const o = row.o.map((_, d) => Num.sum(a.map((w, c) => w * row.v[c][d])));
        const mix = Num.sum(a.map((w, c) => (w - before[c]) * Num.dot(row.g, row.v[c])));
        return { a, o, mix, entropy: entropy(a), ...orders(row, x) };
    }

    // Newton's polynomial through the measured losses, with slope ds at 0 (a double node).
    function divided(nodes, values, slope) {
        const c = values.slice();
        for (let order = 1; order < nodes.length; order++)
            for (let k = nodes.length - 1; k >= order; k--) {
                const gap = nodes[k] - nodes[k - order];
                c[k] = gap === 0 ? slope : (c[k] - c[k - 1]) / gap;
            }
        return c;
    }

    // The actual loss as a function of one score's edit: { points, low, high, at(x), exact(x) }, null if not measured.
    function known(row, c) {
        const key = row.keys[c], deltas = Data.all.trace.deltas, loss = Data.all.answer.loss;
        if (!row.traced || !key.losses || key.losses.some(v => v === null))
            return null;
        const points = [[0, loss], [0, loss],
            ...deltas.map((d, k) => [d, key.losses[k]])].sort((p, q) => p[0] - q[0]);
        const nodes = points.map(p => p[0]), newton = divided(nodes, points.map(p => p[1]), key.ds);
        return {
            points: points.slice(),
            low: nodes[0], high: nodes[nodes.length - 1],
            at(x) {
                const exact = points.find(p => p[0] === x);
                return exact ? exact[1] : newton.reduceRight((sum, v, k) => sum * (x - nodes[k]) + v, 0);
            },
            exact: x => nodes.includes(x),
        };
    }

    // The results of `explain --nudge` for this row.
    function asked(row) {
        return Data.all.nudges.filter(v => v.kind === "nudge" && v.layer === State.now.layer &&
            v.head === State.now.head && v.i === row.i);
    }

    return { run, known, asked, softmax, entropy };
})();
