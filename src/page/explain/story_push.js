"use strict";
// The one derivative that attention's gradient rests on, tried with the numbers of this row: one score goes up by 0.1,
// and the other keys pay. Then the chain rule over all keys, written out.
const StoryPush = (() => {
    const { el, math } = Dom, show = Num.show, signed = Num.signed, { example } = StorySteps;
    const by = 0.1;
    const plus = x => signed(x, 3);

    // da_k/ds_j for every key k of the row, where key is j.
    const slopes = (row, key) => row.keys.map(k => k.a * ((k === key ? 1 : 0) - key.a));

    // The weights with key's score raised.
    const raised = (row, key) => EditMath.softmax(row.keys.map(k => k.s + (k === key ? by : 0)));

    // The keys that the loss hears most of when key's score moves: key itself and two others.
    function three(row, key) {
        const slope = slopes(row, key), size = k => Math.abs(k.da * slope[row.keys.indexOf(k)]);
        return [key, ...row.keys.filter(k => k !== key).sort((x, y) => size(y) - size(x)).slice(0, 2)];
    }

    function others(row, key) {
        const most = row.keys.filter(k => k !== key).sort((x, y) => y.a - x.a)[0], after = raised(row, key);
        if (!most)
            return "It is alone in its row: its weight is 1 and stays 1.";
        const at = row.keys.indexOf(most);
        return `Every other key shrinks by one factor; ${Data.label(most.j)}, which had most to lose, pays ` +
            `${plus(after[at] - most.a)}. What one gains and the others pay sums to 0.`;
    }

    const nudge = {
        phase: "Backward", title: "One score up, the others pay",
        formula: "da_k/ds_j = a_k ([k = j] − a_j)",
        letters: "of the row: j is the key whose score goes up, k any key; [k = j]: 1 for j itself, 0 for the others",
        say(row) {
            const key = example(row), c = row.keys.indexOf(key), after = raised(row, key)[c];
            return [`Add ${by} to the score of ${Data.label(key.j)}. Softmax multiplies its exp(s) by exp(${by}) = ` +
                `${Math.exp(by).toFixed(3)}, then divides everything by the new sum. Its weight goes from ` +
                `${show(key.a, 4)} to ${show(after, 4)}, by ${plus(after - key.a)}. ${others(row, key)}`,
                `For small steps: j itself moves by ⟦a_j (1 − a_j)⟧ per unit of score, here ` +
                    `${show(key.a * (1 - key.a))}, times ${by} = ${plus(key.a * (1 - key.a) * by)}; any other by ` +
                    "⟦−a_k a_j⟧. Outlined in the lower picture: these predictions; filled: what softmax does."];
        },
        over: true, height: 260,
        read(row, key) {
            const c = row.keys.indexOf(key), j = example(row);
            return `weight ${show(key.a)} before, ${show(raised(row, j)[c])} after; predicted change ` +
                `${plus(slopes(row, j)[c] * by)}`;
        },
        draw(pen, w, h, row, mark) {
            const key = example(row), c = Chart.columns(w), after = raised(row, key), slope = slopes(row, key);
            const t = Theme.colours, high = (h - 100) / 2;
            const now = Data.spread(row, (k, at) => after[at]), before = Data.spread(row, k => k.a);
            const upper = { y: 30, height: high, base: 1, top: Math.max(Num.largest(now), Num.largest(before)),
                name: "weight a: outline before, filled after" };
            Chart.scale(pen, c, upper);
            Chart.bars(pen, c, now, { ...upper, colour: (v, j) => j === key.j ? t.ink : t.weight, width: 0.5 });
            Chart.bars(pen, c, before, { ...upper, colour: () => t.muted, width: 0.85, hollow: true });
            const moved = Data.spread(row, (k, at) => after[at] - k.a);
            const said = Data.spread(row, (k, at) => slope[at] * by);
            const lower = { y: high + 70, height: high, top: Math.max(Num.largest(moved), Num.largest(said)),
                name: "its change: outline predicted, filled actual" };
            Chart.scale(pen, c, lower);
            Chart.bars(pen, c, moved, { ...lower, colour: (v, j) => j === key.j ? t.ink : t.weight, width: 0.5 });
            Chart.bars(pen, c, said, { ...lower, colour: () => t.muted, width: 0.85, hollow: true });
            Chart.letters(pen, c, h - 10, { row: row.i, key: mark });
        },
        table(row) {
            const key = example(row), after = raised(row, key), slope = slopes(row, key);
            return { label: "one score raised",
                head: ["key", "a before", "a after", "change", `a_k ([k = j] − a_j) × ${by}`],
                rows: row.keys.map((k, c) => [Data.label(k.j), k.a, after[c], after[c] - k.a, slope[c] * by]) };
        },
    };

    // The chain rule for three keys, line by line, and for the rest as one.
    function written_out(row, key) {
        const slope = slopes(row, key), some = three(row, key), term = (k, c) => k.da * slope[c];
        const all = row.keys.map(term), rest = row.keys.filter(k => !some.includes(k));
        const line = k => {
            const c = row.keys.indexOf(k);
            return [{ node: el("bdi", { class: "mono" }, Data.label(k.j)) }, { text: signed(k.da), value: k.da },
                { text: signed(slope[c]), value: slope[c] }, { text: signed(all[c]), value: all[c] }];
        };
        const left = Num.sum(rest.map(k => all[row.keys.indexOf(k)])), total = Num.sum(all);
        return Dom.table({ label: "the sum, written out",
            head: ["key k", math("dL/da_k"), math("× da_k/ds_j"), "= its part"],
            rows: [...some.map(line),
                ...(rest.length ? [[`the other ${rest.length}`, "", "", { text: signed(left), value: left }]] : []),
                [{ node: math("∑_k = dL/ds_j") }, "", "", { text: signed(total), value: total, class: "sum" }]] });
    }

    const chain = {
        phase: "Backward", title: "Add up what it does",
        formula: "dL/ds_j = ∑_k dL/da_k · da_k/ds_j",
        letters: "two slopes in a row multiply; over all keys that j's score moves, they add up",
        say(row) {
            const key = example(row), total = Num.sum(row.keys.map((k, c) => k.da * slopes(row, key)[c]));
            return [`How does the loss feel the score of ${Data.label(key.j)}? Through every weight that it moves: ` +
                "each weight's own slope, from two steps ago, times how that weight moves, from the last step.",
                written_out(row, key),
                `Heed's own backward pass gives ${signed(key.ds)} for this score; the sum differs from it by ` +
                    show(Math.abs(total - key.ds), 1) + (row.traced ? "." : " (this row is stored to six digits).")];
        },
        over: true, height: 190,
        read: (row, key) => `its part of the sum: ${signed(key.da * slopes(row, example(row))[row.keys.indexOf(key)])}`,
        draw(pen, w, h, row, mark) {
            const key = example(row), slope = slopes(row, key), c = Chart.columns(w);
            const parts = Data.spread(row, (k, at) => k.da * slope[at]);
            const o = { y: 30, height: h - 62, top: Num.largest(parts), colour: StorySteps.sign,
                name: `each weight's part of the slope of ${Data.label(key.j)}'s score` };
            Chart.scale(pen, c, o);
            Chart.bars(pen, c, parts, o);
            Chart.letters(pen, c, h - 10, { row: row.i, key: mark });
        },
        table(row) {
            const key = example(row), slope = slopes(row, key);
            return { label: "the sum", head: ["key", "dL/da", "da_k/ds_j", "product"],
                rows: row.keys.map((k, c) => [Data.label(k.j), k.da, slope[c], k.da * slope[c]]) };
        },
    };

    return { steps: [nudge, chain], plus, slopes, raised, three };
})();
