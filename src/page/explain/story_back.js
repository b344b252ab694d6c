"use strict";
// The backward half of the story: from the answer to the scores, queries, keys and values.
const StoryBack = (() => {
    const d = Data.all, show = Num.show, signed = Num.signed;
    const { over_row, over_words, example, sign, plain } = StorySteps;
    const dlogit = id => d.answer.p_all[id] - (id === d.answer.target ? 1 : 0);

    const start = over_words({ phase: "Backward", title: "Where the gradient starts",
        formula: "dL/dz_c = p_c − [c is the target]",
        say: () => [`The gradient of the target's logit is p − 1 = ${signed(dlogit(d.answer.target))}, so a ` +
            `step raises it; ` +
            `that of every other logit is its probability, so a step lowers it. They sum to 0. ` +
            "From here the chain rule carries the gradient back through each layer.",
            "Sign convention on this page: negative (blue) means that raising the number lowers the loss, so a " +
                "gradient step raises it."],
    }, "dL/dz", dlogit, 0.5, sign);

    const weights = over_row({ phase: "Backward", title: "Back through the mix",
        formula: "dL/da_{ij} = g_i · v_j, with g_i = dL/do_i",
        say(row) {
            const key = example(row);
            return [`The gradient that arrives at the mix o is g, with |g| = ${show(Num.norm(row.g))}; moving o ` +
                `along g ` +
                `raises the loss. A weight's gradient is the component of its value along g.`,
                `For ${Data.label(key.j)}: g · v = ${signed(key.da)}.`];
        } }, "dL/da", key => key.da, 0.5);

    const centred = over_row({ phase: "Backward", title: "Relative to the current mix",
        formula: "g_i · v_j − g_i · o_i = g_i · (v_j − o_i)",
        say(row) {
            const key = example(row);
            return ["The weights sum to 1, so more for one is less for the others: what counts is whether a value is " +
                "better than the current mix.",
                `The weighted mean is g · o = ${signed(row.mean)}; for ${Data.label(key.j)} this ` +
                    `leaves ${signed(key.da)} − (${show(row.mean)}) = ${signed(key.rel)}.`];
        } }, "dL/da − mean", key => key.rel, 0.5);

    const scores = over_row({ phase: "Backward", title: "Times the weight",
        formula: "dL/ds_{ij} = a_{ij} g_i · (v_j − o_i)",
        say(row) {
            const key = example(row), share = d.trace.share;
            return ["The gradient of key j's score is its attention weight times how much its value differs from the " +
                "current mix along g. Raising one score takes weight from the others, so the row sums to 0.",
                `${Data.label(key.j)}: ${show(key.a)} × ${show(key.rel)} = ${signed(key.ds)}, so a step would ` +
                    `look ${key.look === "same" ? "neither more nor less" : key.look} there.` +
                (row.traced ? ` ${Num.percent(share.fraction)} of the push on this row comes from ` +
                    `${share.keys} of ${share.of} keys.` : "")];
        } }, "dL/ds", key => key.ds, 0.5);

    // The contributions of this row to the gradients of each key and value.
    const movers = {
        phase: "Backward", title: "Queries, keys and values",
            formula: "dL/dq_i = ∑_j ds_{ij} k_j / √D,  dL/dk_j = ds_{ij} q_i / √D,  dL/dv_j = a_{ij} g_i",
        say(row) {
            const dq = row.q.map((_, c) =>
                Num.sum(row.keys.map((key, k) => key.ds * row.k[k][c])) / Data.root);
            return [`A step moves the query toward the keys whose scores should rise and away from the others: ` +
                `|dL/dq| = ${show(Num.norm(dq))}. Each key moves along the query, opposite to its ds.`,
                "Each value moves against g in proportion to its weight, whether or not looking at it was right. " +
                    "(These are the contributions of this row; other rows add theirs.)"];
        },
        over: true, height: 300,
        draw(pen, w, h, row) {
            const c = Chart.columns(w), q = Num.norm(row.q) / Data.root, g = Num.norm(row.g);
            const keys = Data.spread(row, key => key.ds * q), values = Data.spread(row, key => key.a * g);
            const upper = { y: 28, height: 110, top: Num.largest(keys), colour: sign,
                name: "gradient of the key along q: dL/ds |q| / √D" };
            const lower = { y: 178, height: 84, top: Num.largest(values), base: 1, colour: plain,
                name: "gradient of the value along g: a |g|" };
            for (const [o, values_] of [[upper, keys], [lower, values]]) {
                Chart.scale(pen, c, o);
                Chart.bars(pen, c, values_, o);
            }
            Chart.letters(pen, c, h - 10, { row: row.i, key: State.now.key });
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
        say: () => [`One step of plain gradient descent on this prompt alone, with learning rate ` +
            `${show(s.rate)}, in a ` +
            `copy of the model. The loss goes from ${show(s.loss_before, 5)} to ${show(s.loss_after, 5)}: ` +
            `${signed(s.actual)}, the gradient predicts ${signed(s.first)}, with curvature ` +
                `${signed(s.second)}. p(target): ${Num.percent(s.p_before)}, then ${Num.percent(s.p_after)}.`,
            `Below: the change of the weights in the traced row (layer ${d.trace.layer}, head ${d.trace.head}, ` +
                `${Data.label(d.trace.row)}). ` +
            `Weighted by |ds|, ${Num.percent(s.agree)} of all scores in the model moved against their ` +
                `gradient; changes in earlier layers moved the rest.`],
        over: true, height: 190,
        draw(pen, w, h) {
            const c = Chart.columns(w), moved = s.a_after.map((a, j) => a - s.a_before[j]);
            const o = { y: 30, height: h - 62, top: Num.largest(moved), colour: x => sign(-x),
                name: "change of the weight a" };
            Chart.scale(pen, c, o);
            Chart.bars(pen, c, moved, o);
            Chart.letters(pen, c, h - 10, { row: d.trace.row, key: State.now.key });
        },
        table: () => ({ label: "one step",
            head: ["key", "s before", "s after", "a before", "a after", "ds before", "ds after"],
            rows: s.s_before.map((_, j) => [Data.label(j), s.s_before[j], s.s_after[j], s.a_before[j],
                s.a_after[j], s.ds_before[j], s.ds_after[j]]) }),
    };

    return { steps: [start, weights, centred, scores, movers, step] };
})();
