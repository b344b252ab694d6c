"use strict";
// The backward half of the story: from the answer to the scores, queries, keys and values.
const StoryBack = (() => {
    const d = Data.all, show = Num.show, signed = Num.signed;
    const { over_row, over_words, example, sign, plain } = StorySteps;
    const dlogit = id => d.answer.p_all[id] - (id === d.answer.target ? 1 : 0);

    const start = over_words({ phase: "Backward", title: "Where the gradient starts",
        formula: "dL/dz_c = p_c − [c is the target]",
        letters: "dL/dz: the slope of the loss by z; [ ]: 1 if what it says is so, else 0",
        say: () => ["A slope says how much the loss rises, per unit, if one number is raised a little. Negative " +
            "(blue): raising the number lowers the loss, so a gradient step raises it. Positive (orange): a step " +
            "lowers it.",
            `The target's logit has the slope p − 1 = ${signed(dlogit(d.answer.target))}; every other logit has its ` +
            "own probability as slope. They sum to 0. From here the chain rule carries the slopes back, " + (d.counts
            ? "through the output layer and through the gains of the counts (the counts themselves are constants), "
            : "") + "layer by layer."],
    }, "dL/dz", dlogit, 0.5, sign);

    const weights = over_row({ phase: "Backward", title: "Back through the mix",
        formula: "dL/da_{ij} = g_i · v_j",
        letters: `g: one slope for each of the ${d.model.width} numbers of the mix o`,
        say(row) {
            const key = example(row), r = StoryPush.plus(key.da * 0.001), v = row.v[row.keys.indexOf(key)];
            const most = row.g.map((g, c) => [g, v[c], g * v[c]]).sort((x, y) => Math.abs(y[2]) - Math.abs(x[2]));
            const products = most.slice(0, 2).map(([g, x, y]) => `(${show(g)})(${show(x)}) = ${signed(y)}`);
            return ["The chain rule has brought the slopes back as far as the mix of this head: g says how the loss " +
                "moves with each number of o. Since ⟦o = ∑_j a_j v_j⟧, raising one weight by 0.001 adds 0.001 v to " +
                "the mix, and the loss moves by 0.001 (g · v).",
                `For ${Data.label(key.j)}: g · v multiplies ${v.length} pairs of numbers and adds up. The largest ` +
                    `products are ${products.join(" and ")}; all of them sum to ${signed(key.da)}. So 0.001 more of ` +
                    `this weight alone would move the loss by ${r}. But no weight can move alone.`];
        } }, "dL/da", key => key.da, 0.5);

    const centred = over_row({ phase: "Backward", title: "Better than the mix?",
        formula: "dL/ds_j = ∑_k (g · v_k) a_k ([k = j] − a_j) = a_j (g · v_j − g · o)",
        letters: "⟦o = ∑_k a_k v_k⟧, so ⟦∑_k a_k (g · v_k)⟧ is ⟦g · o⟧, the mean slope",
        say(row) {
            const key = example(row);
            const than = key.rel < 0 ? "better than" : key.rel > 0 ? "worse than" : "as good as";
            return ["Of the sum, j itself gives ⟦a_j (g · v_j)⟧, and every key k, j too, gives ⟦−a_j a_k (g · v_k)⟧. " +
                "Take out the factor ⟦a_j⟧: what is left is the slope of j's own weight minus the mean of the slopes " +
                "of all weights, in which each counts by its weight. That is the question which the gradient asks: " +
                "would j's value serve the loss better than the mix does now?",
                `For ${Data.label(key.j)}: ${signed(key.da)} − (${signed(row.mean)}) = ${signed(key.rel)}: ` +
                    `${than} the mix.`];
        } }, "g · (v − o)", key => key.rel, 0.5);

    const precise = x => (x > 0 ? "+" : "") + x.toPrecision(6).replace(/-/g, "−");

    // What was measured by running the model again.
    function tried(row, key) {
        const n = row.keys.filter(k => k.fd !== null && k.fd !== undefined).length;
        if (!row.traced)
            return "Finite differences were run for the traced row only, so none checks this one.";
        if (key.fd === null)
            return `No finite difference was run for this key: only ${n} of the ${row.keys.length}, those of the ` +
                "largest gradient, were tried.";
        return `Tried: the model was run with this score 0.0001 higher and 0.0001 lower. The finite difference is ` +
            `${precise(key.fd)}; the formula gives ${precise(key.ds)}.`;
    }

    const scores = over_row({ phase: "Backward", title: "Times the weight",
        formula: "dL/ds_j = a_j g · (v_j − o)",
        letters: "the weight it has, times how much worse (+) or better (−) than the mix its value is",
        say(row) {
            const key = example(row), share = d.trace.share;
            return [`${Data.label(key.j)}: ${show(key.a)} × (${signed(key.rel)}) = ${signed(key.ds)}, so a step ` +
                `would look ${key.look === "same" ? "neither more nor less" : key.look} there. Without weight there ` +
                "is no gradient, however good the value: a key that nobody looks at cannot show what it has. And as " +
                "the others pay for each gain, the gradients of a row sum to 0.",
                tried(row, key) + (row.traced ? ` ${Num.percent(share.fraction)} of the push on this row comes from ` +
                    `${share.keys} of ${share.of} keys.` : "")];
        } }, "dL/ds", key => key.ds, 0.5);

    // The contributions of this row to the gradients of each key and value.
    const movers = {
        phase: "Backward", title: "Queries, keys and values",
            formula: "dL/dq_i = ∑_j ds_{ij} k_j / √D,  dL/dk_j = ds_{ij} q_i / √D,  dL/dv_j = a_{ij} g_i",
        letters: "⟦ds_{ij}⟧: short for ⟦dL/ds_{ij}⟧",
        say(row) {
            const dq = row.q.map((_, c) =>
                Num.sum(row.keys.map((key, k) => key.ds * row.k[k][c])) / Data.root);
            return [`A step moves the query toward the keys whose scores should rise and away from the others: ` +
                `|dL/dq| = ${show(Num.norm(dq))}. Each key moves along the query, opposite to its ds.`,
                "Each value moves against g in proportion to its weight, whether or not looking at it was right. " +
                    "(These are the contributions of this row; other rows add theirs.)"];
        },
        over: true, height: 260,
        read: (row, key) => `key ${signed(key.ds * Num.norm(row.q) / Data.root)}, value ` +
            `${show(key.a * Num.norm(row.g))}`,
        draw(pen, w, h, row, mark) {
            const c = Chart.columns(w), q = Num.norm(row.q) / Data.root, g = Num.norm(row.g);
            const keys = Data.spread(row, key => key.ds * q), values = Data.spread(row, key => key.a * g);
            const upper = { y: 28, height: (h - 100) * 0.55, top: Num.largest(keys), colour: sign,
                name: "gradient of the key along q: dL/ds |q| / √D" };
            const lower = { y: upper.height + 68, height: (h - 100) * 0.45, top: Num.largest(values), base: 1,
                colour: plain, name: "gradient of the value along g: a |g|" };
            for (const [o, values_] of [[upper, keys], [lower, values]]) {
                Chart.scale(pen, c, o);
                Chart.bars(pen, c, values_, o);
            }
            Chart.letters(pen, c, h - 10, { row: row.i, key: mark });
        },
        table(row) {
            const q = Num.norm(row.q) / Data.root, g = Num.norm(row.g);
            return { label: "queries, keys and values", head: ["key", "ds |q| / √D", "a |g|"],
                rows: row.keys.map(key => [Data.label(key.j), key.ds * q, key.a * g]) };
        },
    };

    const s = d.step;
    const step = {
        phase: "Backward", title: "One gradient step", formula: "w ← w − rate · dL/dw",
        letters: "w: every number that the model learned",
        say: () => [`One step of plain gradient descent on this prompt alone, with learning rate ` +
            `${show(s.rate)}, in a ` +
            `copy of the model. The loss goes from ${show(s.loss_before, 5)} to ${show(s.loss_after, 5)}: ` +
            `${signed(s.actual)}, the gradient predicts ${signed(s.first)}, with curvature ` +
                `${signed(s.second)}. p(target): ${Num.percent(s.p_before)}, then ${Num.percent(s.p_after)}.`,
            `Below: the change of the weights in the traced row (layer ${d.trace.layer}, head ${d.trace.head}, ` +
                `${Data.label(d.trace.row)}). ` +
            `Weighted by |ds|, ${Num.percent(s.agree)} of all scores in the model moved against their gradient. A ` +
                "step changes queries and keys, not scores, and all layers at once, so a score can also move the " +
                "other way."],
        over: true, height: 190,
        read: (row, key) => key.j < s.a_after.length ? `weight ${show(s.a_before[key.j])} before, ` +
            `${show(s.a_after[key.j])} after` : "not in the traced row",
        draw(pen, w, h, row, key) {
            const c = Chart.columns(w), moved = s.a_after.map((a, j) => a - s.a_before[j]);
            const o = { y: 30, height: h - 62, top: Num.largest(moved), colour: x => sign(-x),
                name: "change of the weight a" };
            Chart.scale(pen, c, o);
            Chart.bars(pen, c, moved, o);
            Chart.letters(pen, c, h - 10, { row: d.trace.row, key });
        },
        table: () => ({ label: "one step",
            head: ["key", "s before", "s after", "a before", "a after", "ds before", "ds after"],
            rows: s.s_before.map((_, j) => [Data.label(j), s.s_before[j], s.s_after[j], s.a_before[j],
                s.a_after[j], s.ds_before[j], s.ds_after[j]]) }),
    };

    return { start: [start, weights], end: [centred, scores, movers, step] };
})();
