"use strict";
// The fifth view: move the scores of the row and see weights, mix and loss follow, worked out in the page.
const Nudge = (() => {
    const { el, fill } = Dom, d = Data.all, show = Num.show, signed = Num.signed;
    const me = { id: "nudge", name: "Nudge" };
    const range = Math.max(3, ...d.trace.deltas.map(Math.abs));
    let x = [], whose = "", slider, label, result, curve, bars, many, program;

    const row = () => State.row();
    const chosen = () => State.now.key === null ? State.strongest() : State.now.key;
    const at = () => row().keys.findIndex(key => key.j === chosen());

    // Another row begins with nothing moved.
    function fresh() {
        const name = `${State.now.layer}.${State.now.head}.${State.now.row}`;
        if (name !== whose)
            x = row().keys.map(() => 0);
        whose = name;
    }

    function put(c, value) {
        x[c] = Math.max(-range, Math.min(range, Number(value)));
        State.notify();
    }

    // True changes are known for one score moved alone.
    function truth() {
        const moved = x.map((v, c) => c).filter(c => x[c] !== 0);
        if (moved.length > 1)
            return null;
        const c = moved.length ? moved[0] : at(), known = WhatIf.known(row(), c);
        return known && { change: known.at(x[c]) - d.answer.loss, exact: known.exact(x[c]) };
    }

    function results() {
        const r = WhatIf.run(row(), x), t = truth(), line = (id, name, v, note) =>
            [{ text: name, class: "long" },
                { value: v, text: v === null ? "–" : signed(v, 4), class: "out-" + id },
                { text: note, class: "long" }];
        const rows = [
            line("first", "first order: sum of dL/ds times the change", r.first, "a straight line"),
            line("second", "with the curvature of softmax", r.second, "a parabola"),
            line("mix", "softmax and mix done anew: g · (o′ − o)", r.mix,
                "only what comes after the mix is taken as straight"),
            line("true", "the program's own value: forward run again", t && t.change,
                !row().traced ? "only for the row that was traced" : !t ? "only for one score moved alone"
                    : t.exact ? "exact" : "interpolated between the points that were run"),
        ];
        const after = t ? Math.exp(-(d.answer.loss + t.change)) : Math.exp(-(d.answer.loss + r.mix));
        const by = t ? "" : " (by the third line)", p = `p(${Data.word(d.answer.target)})`;
        return [Dom.table({ label: "change of the loss", head: ["change of the loss", "nats", ""], rows }),
            el("p", { class: "small" },
                `${p}: ${Num.percent(d.answer.p)} before, ${Num.percent(Math.min(1, after))} after${by}; ` +
                `entropy of the row: ${show(row().entropy)} bits before, ${show(r.entropy)} after.`)];
    }

    function draw_bars(pen, w, h, hover) {
        const r = row(), c = Chart.columns(w), after = WhatIf.run(r, x).a;
        const before = Data.spread(r, key => key.a), now = Data.spread(r, (key, k) => after[k]);
        const o = { y: 30, height: 130, base: 1, top: Math.max(Num.largest(before), Num.largest(now)),
            name: "weight a: outline before, filled after" };
        Chart.scale(pen, c, o);
        Chart.bars(pen, c, now, { ...o, colour: (v, j) => j === chosen() ? Theme.colours.ink
            : Theme.colours.weight, width: 0.55 });
        Chart.bars(pen, c, before, { ...o, colour: () => Theme.colours.muted, width: 0.85, hollow: true });
        Chart.letters(pen, c, 178, { row: r.i, key: hover ? hover.key : chosen() });
    }

    // The loss against what is added to the chosen score, the others staying as they are set.
    function draw_curve(pen, w, h) {
        const r = row(), c = at(), t = Theme.colours,
            steps = [...Array(61).keys()].map(k => range * (k / 30 - 1));
        const runs = steps.map(v => [v, WhatIf.run(r, x.map((old, k) => k === c ? v : old))]);
        const alone = x.every((v, k) => k === c || v === 0), known = alone ? WhatIf.known(r, c) : null;
        const lines = { mix: runs.map(([v, q]) => [v, q.mix]), first: runs.map(([v, q]) => [v, q.first]),
            true: known ? steps.filter(v => v >= known.low && v <= known.high)
                .map(v => [v, known.at(v) - d.answer.loss]) : [] };
        const points = known ? known.points.map(([v, loss]) => [v, loss - d.answer.loss]) : [];
        const ys = [...lines.mix, ...lines.true, ...points].map(q => q[1]).concat([0]);
        const spare = (Math.max(...ys) - Math.min(...ys)) * 0.12 || 1e-6;
        const box = { x: 64, y: 16, w: Math.min(680, w - 84), h: h - 92, from: -range, to: range,
            low: Math.min(...ys) - spare, high: Math.max(...ys) + spare };
        const p = Chart.plane(box);
        axes(pen, p, box);
        const within = lines.first.filter(q => q[1] >= box.low && q[1] <= box.high);
        Chart.line(pen, p, within, { stroke: t.muted, dash: [5, 4] });
        Chart.line(pen, p, lines.mix, { stroke: t.more, width: 1.6 });
        Chart.line(pen, p, lines.true, { stroke: t.less, width: 1.6 });
        points.forEach(([v, y]) => dot(pen, p.x(v), p.y(y), t.less, 3.5));
        pen.path(`M${p.x(x[c])} ${box.y}v${box.h}`, { stroke: t.ink, width: 0.8 });
        dot(pen, p.x(x[c]), p.y(known ? known.at(x[c]) - d.answer.loss : WhatIf.run(r, x).mix), t.ink, 4.5);
        key(pen, box, h);
    }

    const dot = (pen, px, py, colour, size) => pen.path(Pen.circle(px, py, size), { fill: colour });

    function axes(pen, p, box) {
        const t = Theme.colours, small = { size: 11, fill: t.muted, align: "right" };
        pen.path(`M${box.x} ${box.y}v${box.h}`, { stroke: t.rule });
        pen.path(`M${box.x} ${p.y(0)}h${box.w}`, { stroke: t.rule });
        const mark = Num.round_below(Math.max(box.high, -box.low));
        for (const v of [-mark, 0, mark])
            if (v >= box.low && v <= box.high)
                pen.text(Num.plus(v), box.x - 6, p.y(v) + 4, small);
        for (let v = -range; v <= range; v++)
            pen.text(Num.plus(v), p.x(v), box.y + box.h + 16, { ...small, align: "center" });
        pen.text("change of the loss", 12, box.y + box.h / 2 + 55, { size: 12, turn: true, fill: t.muted });
        pen.text(`added to the score of ${Data.place(chosen())}`, box.x + box.w, box.y + box.h + 34,
            { size: 12, align: "right", fill: t.muted });
    }

    function key(pen, box, h) {
        const t = Theme.colours, y = h - 12;
        if (box.w > 480)
            Chart.legend(pen, box.x, y, [[t.muted, "first order"], [t.more, "softmax and mix anew"],
                [t.less, "true: dots run, line between"]]);
        else {
            Chart.legend(pen, box.x, y - 16, [[t.muted, "first order"], [t.more, "mix anew"]]);
            Chart.legend(pen, box.x, y, [[t.less, "true: dots run, line between"]]);
        }
    }

    function control() {
        slider = el("input", { type: "range", id: "nudge-slider", min: -range, max: range, step: 0.05,
            on: { input: () => put(at(), slider.value) } });
        label = el("label", { for: "nudge-slider" });
        const by = v => Dom.button(Num.plus(v), () => put(at(), Math.round((x[at()] + v) * 100) / 100),
            { "data-by": v });
        return el("div", { class: "slide" }, label, slider,
            el("span", { class: "steps" }, by(-1), by(-0.1), by(0.1), by(1),
            Dom.button("Put all back", () => {
                whose = "";
                State.notify();
            }, { id: "nudge-reset" })));
    }

    // A slider for each key of the row, made anew only when the row changes.
    function sliders() {
        const name = whose;
        if (many.dataset.whose === name) {
            many.querySelectorAll("input").forEach((input, c) => {
                input.value = x[c];
                input.nextSibling.textContent = Num.plus(x[c]);
            });
            return;
        }
        many.dataset.whose = name;
        fill(many, row().keys.map((key, c) => {
            const input = el("input", { type: "range", min: -range, max: range, step: 0.05, value: x[c],
                "aria-label": `score of ${Data.place(key.j)}`,
                on: { input: () => put(c, input.value) } });
            return el("label", null, el("bdi", { class: "mono" }, Data.place(key.j)), input,
                el("span", null, Num.plus(x[c])));
        }));
    }

    // What was asked for on the command line, and what the page makes of the same.
    function asked() {
        const head = ["what", "first order", "second order", "actual", ""];
        const here = WhatIf.asked(row());
        const rows = d.nudges.map(v => [v.what, v.first, v.second, v.actual,
            here.includes(v) ? Dom.button("Set the slider so", () => {
                x = x.map(() => 0);
                State.set({ key: v.j });
                put(v.j - row().keys[0].j, v.by);
            }) : ""]);
        return rows.length ? [el("h3", null, "Asked for on the command line"),
            Dom.table({ label: "nudges", head, rows })]
            : el("p", { class: "small" }, "To run forward for any other change: ",
                el("code", null, `explain --nudge ` +
                    `${State.now.layer}.${State.now.head}.${State.now.row}.${chosen()}=+0.1`),
                " (also --set-attn, --mask, --ablate); what it found is then listed here.");
    }

    function sweep() {
        return el("div", null, el("h3", null, "Soft against hard"),
            el("p", { class: "say" },
                "All scores of the model times a factor: the softer, the less the choice matters; the harder, " +
                "the less gradient reaches scores, queries and keys. At “hard” it is 0, and only values still " +
                "learn."),
            Dom.table({ label: "soft against hard",
                head: ["scores", "entropy, bits", "loss", "p(target)", "|ds|", "|dq|", "|dk|", "|dv|"],
                rows: d.sweep.map(v => [v.name, v.entropy, v.loss, v.p, v.ds, v.dq, v.dk, v.dv]),
                    mark: d.sweep.findIndex(v => v.name === "x 1") }));
    }

    me.build = panel => {
        result = el("div", { id: "nudge-result", "aria-live": "polite" });
        many = el("div", { class: "many" });
        program = el("div");
        const hit = (px, py, w) => {
            const j = Chart.columns(w).at(px);
            return j >= 0 && j <= State.now.row ? { key: j } : null;
        };
        bars = Figure.make({ title: () => `Weights of ${Data.place(State.now.row)}, ${State.name()}`,
            caption: "Click a character to choose whose score the slider moves.",
            least: Chart.width_for(), height: () => 190, draw: draw_bars, hit, free: true,
                pick: cell => State.set(cell),
            move: (rows, keys) => State.set(rows ? { row: State.now.row + rows } : { key: chosen() + keys }),
            table: () => ({ label: "weights",
                head: ["key", "score", "added", "weight before", "weight after"],
                rows: row().keys.map((k, c) => [Data.place(k.j), k.s, x[c], k.a,
                    WhatIf.run(row(), x).a[c]]) }) });
        curve = Figure.make({ title: "The loss along this score",
            caption: "The straight line touches at 0: that is the gradient. How soon the others leave it says " +
            "how far a gradient may be trusted.",
            least: 260, height: () => 320, draw: draw_curve,
                table: () => ({ label: "loss along the score",
                head: ["added", "first order", "mix anew", "true"],
                rows: [-range, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, range].map(v => {
                    const q = WhatIf.run(row(), x.map((old, k) => k === at() ? v : old)),
                        known = WhatIf.known(row(), at());
                    return [Num.plus(v), q.first, q.mix,
                        known && x.every((old, k) => k === at() || old === 0) ? known.at(v) - d.answer.loss
                        : null];
                }) }) });
        fill(panel, el("h2", null, "What if it looked elsewhere?"), control(), result,
            el("div", { class: "pair" }, bars.node, curve.node),
            el("details", null, el("summary", null, "A slider for every key"), many), program, sweep());
    };

    me.update = () => {
        fresh();
        const c = at();
        slider.value = x[c];
        fill(label, "Score of ", el("bdi", { class: "mono" }, Data.place(chosen())),
            `: ${signed(row().keys[c].s)} `, el("b", null, Num.plus(x[c])));
        fill(result, results());
        sliders();
        fill(program, asked());
        bars.draw();
        curve.draw();
    };

    return me;
})();
