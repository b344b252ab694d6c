"use strict";
// The third view: the gradient trace of one row, as a picture and as a table that can be checked by hand.
const Row = (() => {
    const { el, fill } = Dom, d = Data.all, show = Num.show, signed = Num.signed;
    const me = { id: "row", name: "Row" };
    let lead, table, why, dots, checks;

    function draw(pen, w, h, hover) {
        const row = State.row(), c = Chart.columns(w), t = Theme.colours, key = hover ? hover.key : State.now.key;
        panel(pen, c, row, { y: 30, height: 84, base: 1, name: "the weight a", value: k => k.a,
            colour: () => t.weight });
        panel(pen, c, row, { y: 156, height: 104, name: "times dL/da − mean: is its value better than the mix?",
            value: k => k.rel, hollow: true });
        panel(pen, c, row, { y: 300, height: 104, name: "is dL/ds, the push on the score", value: k => k.ds });
        Chart.letters(pen, c, 428, { row: row.i, key });
        Chart.legend(pen, Math.max(c.left, pen.from + 4), 456,
            [[t.more, "a step attends more"], [t.less, "a step attends less"]]);
    }

    function panel(pen, c, row, o) {
        const values = Data.spread(row, o.value);
        const all = { width: 0.7, colour: StorySteps.sign, ...o, top: Num.largest(values) };
        Chart.scale(pen, c, all);
        Chart.bars(pen, c, values, all);
    }

    function find(j) {
        return State.row().keys.find(key => key.j === j);
    }

    function read(hover) {
        const key = find(hover ? hover.key : State.now.key);
        if (!key)
            return "Point at a character to read its numbers, click to lock it.";
        return `${Data.label(key.j)}: s = ${signed(key.s)}, a = ${show(key.a)}, dL/da = ${signed(key.da)}, ` +
            `minus the mean ${signed(key.rel)}, ` +
            `dL/ds = ${signed(key.ds)}: look ${key.look === "same" ? "the same" : key.look}`;
    }

    function picture() {
        return Figure.make({
            title: () => `What ${Data.label(State.now.row)} attends to, and how the loss pushes it (${State.name()})`,
            caption: "Each bar on top times the outlined bar below it gives the last one: a key with no weight gets " +
                "no gradient, however good its value is.",
            least: Chart.width_for(), height: () => 468, draw, read,
            hit(x, y, w) {
                const j = Chart.columns(w).at(x);
                return find(j) ? { key: j } : null;
            },
            pick: cell => State.set(cell),
            move: (rows, keys) => State.now.key === null ? State.set({ key: State.strongest() })
                : rows ? State.set({ row: State.now.row + rows }) : State.set({ key: State.now.key + keys }),
        });
    }

    const look = { more: "more ▲", less: "less ▼", same: "same" };

    // Only some keys of a long row get a finite difference.
    const verdict = k => k.fd === null || k.fd === undefined ? "not run"
        : k.ok ? "ok" : { text: "differs", class: "fail" };

    function trace() {
        const row = State.row(), full = row.traced, masked = row.keys.some(k => typeof k.masked === "number");
        return { label: "gradient trace",
            head: ["key", "score s", "weight a", "|a v|", "dL/da", "− mean", "dL/ds",
                ...(full ? ["finite difference", "error", ""] : []), ...(masked ? ["masked", ""] : []), "a step looks"],
            rows: row.keys.map(k => [Data.label(k.j), k.s, k.a, k.av, k.da, k.rel,
                { text: signed(k.ds), value: k.ds, class: "ds " + k.look },
                ...(full ? [{ text: signed(k.fd), value: k.fd }, k.error,
                    verdict(k)] : []),
                ...(masked ? [k.masked, k.flag ? { text: k.flag, class: "flag" } : ""] : []),
                    { text: look[k.look], class: k.look }]),
            mark: row.keys.findIndex(k => k.j === State.now.key),
                pick: k => State.set({ key: row.keys[k].j }) };
    }

    function opening(row) {
        const t = d.trace, w = d.where;
        const why = row.traced ? w.why + "." +
            (w.larger ? ` The largest is layer ${w.larger.layer}, head ${w.larger.head}, row ${w.larger.row} ` +
            `(${show(w.larger.push)}).` : "")
            : `Finite differences were run for layer ${t.layer}, head ${t.head}, row ${t.row}. To run them here: ` +
                `explain --layer ${State.now.layer} --head ${State.now.head} --row ${row.i}.`;
        return [el("p", null, "The gradient of key j's score is its attention weight times how its value " +
            "compares with " +
            "the current mix: ",
                Dom.math("dL/ds_{ij} = a_{ij} g_i · (v_j − o_i)"),
                    ". If it is negative, raising the score lowers the loss, so a gradient step looks there more."),
            el("p", { class: "small" }, why.charAt(0).toUpperCase() + why.slice(1)),
            el("p", { class: "small" },
                `The mean g · o is ${signed(row.mean)}; the entropy is ${show(row.entropy)} of at most ` +
                `${show(Math.log2(row.i + 1))} bits; ` +
                `the sum of dL/ds is 0 up to rounding (${show(Num.sum(row.keys.map(k => k.ds)), 1)}).` +
                (row.traced ? ` ${Num.percent(t.share.fraction)} of the push comes from ${t.share.keys} of ` +
                    `${t.share.of} keys.` : "") + tried(row))];
    }

    // How many keys a finite difference checks, and what it found.
    function tried(row) {
        const run = row.keys.filter(k => k.fd !== null && k.fd !== undefined), off = run.filter(k => !k.ok).length;
        if (!row.traced)
            return "";
        const found = off ? `, and ${off} of them differ` : run.length ? ", and agree" : "";
        return run.length === row.keys.length ? ` Finite differences were run for all ${run.length} keys${found}.`
            : ` Finite differences were run for only ${run.length} of ${row.keys.length} keys, those of the largest ` +
                `gradient${found}; the others read "not run".`;
    }

    // The terms of one score: the products of query and key by dimension.
    function products() {
        const key = find(State.now.key) || StorySteps.example(State.row());
        return { label: "products", head: ["dimension", "q", "k", "q k"],
            rows: key.dots.map((x, c) => [c, State.row().q[c],
                State.row().k[State.row().keys.indexOf(key)][c], x]) };
    }

    function draw_dots(pen, w) {
        const key = find(State.now.key) || StorySteps.example(State.row());
        const c = Chart.columns(w, key.dots.length),
            o = { y: 34, height: 100, top: Num.largest(key.dots), colour: () => Theme.colours.weight,
            name: `q · k = ${show(Num.sum(key.dots))}, / √D = ${signed(key.s)} for ${Data.label(key.j)}` };
        Chart.scale(pen, c, o);
        Chart.bars(pen, c, key.dots, o);
        key.dots.forEach((_, k) => pen.text(String(k), c.x(k), 152,
            { align: "center", size: 11, fill: Theme.colours.muted }));
    }

    function invariants() {
        return Dom.table({ label: "self-checks", head: ["", "check", "measured", "limit", "why"],
            rows: d.invariants.map(v => [{ text: v.ok ? "PASS" : "FAIL", class: v.ok ? "pass" : "fail" },
                { text: v.name, class: "long" }, v.value, v.limit, { text: v.text, class: "long" }]) });
    }

    me.build = panel => {
        lead = el("div", { class: "say" });
        table = el("div");
        why = el("div", { class: "ask" });
        checks = el("div", null, el("h3", null, "Self-checks of the whole computation"), invariants());
        dots = Figure.make({ title: "Where a score comes from",
            caption: "The terms of the dot product of query and key, by dimension.", least: 240, height: () => 162,
            draw: draw_dots, table: products });
        fill(panel, el("h2", null, "One row, step by step"), lead, el("div", { class: "pair three" },
            picture().node, el("div", null, el("h3", null, "The numbers"), table, why), dots.node),
                checks);
    };

    me.update = () => {
        Glossary.mark(fill(lead, opening(State.row())));
        fill(table, Dom.table(trace()));
        fill(why, AskWhy.build(State.now));
    };

    return me;
})();
