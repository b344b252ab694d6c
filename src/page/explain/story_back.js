"use strict";
// The story's backward half: from the answer to the scores, and on to who moves.
const StoryBack = (() => {
    const d = Data.all, show = Num.show, signed = Num.signed;
    const { over_row, over_words, example, sign, plain } = StorySteps;
    const dlogit = id => d.answer.p_all[id] - (id === d.answer.target ? 1 : 0);

    const start = over_words({ phase: "Backward", title: "Where all gradient begins",
        formula: "dL/dz_c = p_c − [c is the target]",
        say: () => [`Only the answer guides: the target's z is pulled up ` +
            `(${signed(dlogit(d.answer.target))}), every other is pushed down by its own probability. ` +
            "The sum is 0. From here each layer hands backward what it was given, by the chain rule.",
            "Sign convention, once and for all: below 0 (blue) means that raising the number lowers the loss, " +
                "so that a step of descent raises it."],
    }, "dL/dz", dlogit, 0.5, sign);

    const weights = over_row({ phase: "Backward", title: "Back through the mix",
        formula: "dL/da_{ij} = g_i · v_j, with g_i = dL/do_i",
        say(row) {
            const key = example(row);
            return [`What arrives at the mix o is g: in which direction o should not go. |g| = ` +
                `${show(Num.norm(row.g))}. A weight's gradient says how much of that its value would bring.`,
                `For ${Data.place(key.j)}: g · v = ${signed(key.da)}.`];
        } }, "dL/da", key => key.da, 0.5);

    const centred = over_row({ phase: "Backward", title: "Against the present mix",
        formula: "g_i · v_j − g_i · o_i = g_i · (v_j − o_i)",
        say(row) {
            const key = example(row);
            return ["The weights must add up to 1, so more for one is less for the others: what counts is " +
                "whether a value is better than the present mix.",
                `The mean, with the weights, is g · o = ${signed(row.mean)}; for ${Data.place(key.j)} that ` +
                    `leaves ${signed(key.da)} − (${show(row.mean)}) = ${signed(key.rel)}.`];
        } }, "dL/da − mean", key => key.rel, 0.5);

    const scores = over_row({ phase: "Backward", title: "And times the weight",
        formula: "dL/ds_{ij} = a_{ij} g_i · (v_j − o_i)",
        say(row) {
            const key = example(row), share = d.trace.share;
            return ["Key j's score is pushed in proportion to how much it is attended already, and to how " +
                "much swapping the present mix for its value would help. " +
                "A bit more of A's value, a bit less of B's: the row's sum is 0.",
                `${Data.place(key.j)}: ${show(key.a)} × ${show(key.rel)} = ${signed(key.ds)}, so a step would ` +
                    `look ${key.look === "same" ? "neither more nor less" : key.look} there.` +
                (row.traced ? ` ${Num.percent(share.fraction)} of the push on this row comes from ` +
                    `${share.keys} of ${share.of} keys.` : "")];
        } }, "dL/ds", key => key.ds, 0.5);

    // What this row alone hands to each key and each value.
    const movers = {
        phase: "Backward", title: "Who moves",
            formula: "dL/dq_i = ∑_j ds_{ij} k_j / √D,  dL/dk_j = ds_{ij} q_i / √D,  dL/dv_j = a_{ij} g_i",
        say(row) {
            const dq = row.q.map((_, c) =>
                Num.sum(row.keys.map((key, k) => key.ds * row.k[k][c])) / Data.root);
            return [`A step turns the query toward the keys whose scores should rise and away from the others: ` +
                `|dL/dq| = ${show(Num.norm(dq))}. Each key moves along the query, against its own ds.`,
                "Values are another matter: each moves against g by its weight, whether or not the choice of " +
                    "whom to look at was right. (These are the parts of this row; other rows add theirs.)"];
        },
        over: true, height: 300,
        draw(pen, w, h, row) {
            const c = Chart.columns(w), q = Num.norm(row.q) / Data.root, g = Num.norm(row.g);
            const keys = Data.spread(row, key => key.ds * q), values = Data.spread(row, key => key.a * g);
            const upper = { y: 28, height: 110, top: Num.largest(keys), colour: sign,
                name: "along q: push on the key, dL/ds |q| / √D" };
            const lower = { y: 178, height: 84, top: Num.largest(values), base: 1, colour: plain,
                name: "along g: push on the value, a |g|" };
            for (const [o, values_] of [[upper, keys], [lower, values]]) {
                Chart.scale(pen, c, o);
                Chart.bars(pen, c, values_, o);
            }
            Chart.letters(pen, c, h - 10, { row: row.i, key: State.now.key });
        },
        table(row) {
            const q = Num.norm(row.q) / Data.root, g = Num.norm(row.g);
            return { label: "who moves", head: ["key", "ds |q| / √D", "a |g|"],
                rows: row.keys.map(key => [Data.place(key.j), key.ds * q, key.a * g]) };
        },
    };

    const s = d.step;
    const step = {
        phase: "Backward", title: "One step", formula: "w ← w − rate · dL/dw",
        say: () => [`One step of plain descent on this prompt alone, rate ${show(s.rate)}, in a copy of the ` +
            `model. The loss goes from ${show(s.loss_before, 5)} to ${show(s.loss_after, 5)}: ` +
            `${signed(s.actual)}, where the gradient promised ${signed(s.first)} and with curvature ` +
                `${signed(s.second)}. p(target): ${Num.percent(s.p_before)}, then ${Num.percent(s.p_after)}.`,
            `Below, how the weights of the traced row (layer ${d.trace.layer}, head ${d.trace.head}, ` +
                `${Data.place(d.trace.row)}) changed. ` +
            `Weighted by |ds|, ${Num.percent(s.agree)} of all scores in the model moved against their ` +
                `gradient, as they should; the others are moved by what earlier layers did.`],
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
            rows: s.s_before.map((_, j) => [Data.place(j), s.s_before[j], s.s_after[j], s.a_before[j],
                s.a_after[j], s.ds_before[j], s.ds_after[j]]) }),
    };

    return { steps: [start, weights, centred, scores, movers, step] };
})();
