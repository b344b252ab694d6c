"use strict";
// The effect of editing scores of one row. Softmax and mix are recomputed here, exactly; what comes after them only to
// first order. The actual change is known where explain ran the model: nothing is interpolated.
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
        let first = 0, m = 0, spread = 0, bend = 0;
        row.keys.forEach((key, c) => {
            first += key.ds * x[c];
            m += key.a * x[c];
        });
        row.keys.forEach((key, c) => { spread += key.a * (x[c] - m) ** 2; });
        row.keys.forEach((key, c) => { bend += key.a * key.rel * ((x[c] - m) ** 2 - spread); });
        return { first, second: first + bend / 2 };
    }

    // x: the number added to each score. Returns the weights a', g . (o' - o) = sum_j (a'_j - a_j) da_j, since
    // da_j = g . v_j, and the two orders above.
    function run(row, x) {
        const a = softmax(row.keys.map((key, c) => key.s + x[c]));
        const before = softmax(row.keys.map(key => key.s));
        let mix = 0;
        row.keys.forEach((key, c) => { mix += (a[c] - before[c]) * key.da; });
        return { a, mix, entropy: entropy(a), ...orders(row, x) };
    }

    // g . (o' - o) as a function of the edit v of score c, with the other edits fixed. With w the weights at v = 0,
    // every weight but c's shrinks by one factor:
    //   mix(v) = mix(0) + (e^v - 1) w_c (da_c - M) / (1 + (e^v - 1) w_c),   M = sum_j w_j da_j
    function along(row, x, c) {
        const zero = x.map((v, k) => k === c ? 0 : v), at = run(row, zero), w = at.a[c];
        let mean = 0;
        row.keys.forEach((key, k) => { mean += at.a[k] * key.da; });
        return v => {
            const grown = Math.expm1(v) * w;
            return at.mix + grown * (row.keys[c].da - mean) / (1 + grown);
        };
    }

    // The losses that explain measured with score c alone edited, [edit, loss] by edit; only [0, loss] if none.
    function measured(row, c) {
        const { trace, answer } = Data.all, key = row.keys[c], points = new Map([[0, answer.loss]]);
        if (row.traced)
            trace.deltas.forEach((by, k) => key.losses && key.losses[k] !== null && points.set(by, key.losses[k]));
        asked(row).filter(v => v.j === key.j).forEach(v => points.set(v.by, answer.loss + v.actual));
        return [...points].sort((p, q) => p[0] - q[0]);
    }

    // The results of `explain --nudge` for this row.
    function asked(row) {
        return Data.all.nudges.filter(v => v.kind === "nudge" && v.layer === State.now.layer &&
            v.head === State.now.head && v.i === row.i);
    }

    return { run, along, measured, asked, softmax, entropy };
})();
