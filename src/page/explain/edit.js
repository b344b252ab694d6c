"use strict";
// The fifth view: edit the scores of the row; weights, mix and loss are recomputed in the page (edit_math.js).
const Edit = (() => {
    const { el, fill } = Dom, d = Data.all, show = Num.show, signed = Num.signed;
    const me = { id: "edit", name: "Edit" };
    const range = Math.max(3, ...d.trace.deltas.map(Math.abs));
    const moved = Emitter();                    // an edit redraws this view only
    let x = [], whose = "", slider, ticks, label, result, bars, curve, many, program;

    const row = () => State.row();
    const chosen = () => State.now.key === null ? State.strongest() : State.now.key;
    const at = () => row().keys.findIndex(key => key.j === chosen());

    // A different row starts without edits; the first one with those in the address, as edit=KEY:ADDED,…
    function fresh() {
        const name = `${State.now.layer}.${State.now.head}.${State.now.row}`;
        if (name === whose)
            return;
        const kept = whose === "" ? Address.get("edit") : null;
        whose = name;
        x = row().keys.map(() => 0);
        if (kept && /^(\d{1,6}:-?\d{1,3}(\.\d{1,6})?(,|$))+$/.test(kept))
            kept.split(",").filter(Boolean).map(pair => pair.split(":").map(Number)).forEach(([j, by]) => {
                const c = row().keys.findIndex(key => key.j === j);
                x[c < 0 ? x.length : c] = Math.max(-range, Math.min(range, by));
            });
        x.length = row().keys.length;
        keep();
    }

    function keep() {
        const some = row().keys.map((key, c) => x[c] ? `${key.j}:${x[c]}` : "").filter(Boolean);
        Address.put({ edit: some.length ? some.join() : null });
    }

    function put(c, value) {
        x[c] = Math.max(-range, Math.min(range, Number(value)));
        keep();
        moved.notify();
    }

    function reset() {
        x = x.map(() => 0);
        keep();
        moved.notify();
    }

    const only = c => x.every((v, k) => k === c || v === 0);

    // The measured losses along the score that alone is edited, or the chosen one; null if several are edited.
    function known() {
        const some = x.map((v, c) => c).filter(c => x[c] !== 0), c = some.length ? some[0] : at();
        return some.length > 1 ? null : { c, points: EditMath.measured(row(), c) };
    }

    function where_measured(k) {
        if (!k)
            return "measured only with a single score edited";
        const points = k.points.map(p => p[0]).filter(v => v !== 0).map(v => Num.plus(v));
        return points.length ? `for this key measured at ${points.join(", ")} only`
            : row().traced ? "not run for this key" : "run for keys of the traced row only";
    }

    function results() {
        const r = EditMath.run(row(), x), k = known();
        const point = k && k.points.find(p => p[0] === x[k.c]), change = point ? point[1] - d.answer.loss : null;
        const line = (id, name, v, note) => [{ text: name, class: "long" },
            { value: v, text: v === null ? "–" : signed(v, 4), class: "out-" + id }, { text: note, class: "long" }];
        const rows = [
            line("first", "first order: ∑ dL/ds × edit", r.first, "linear in the edit"),
            line("second", "second order: with the curvature of softmax", r.second, "quadratic in the edit"),
            line("mix", "softmax and mix recomputed: g · (o′ − o)", r.mix, "linear only after the mix"),
            line("true", "actual: forward pass rerun", change, point ? "measured" : where_measured(k)),
        ];
        const after = Math.exp(-(d.answer.loss + (point ? change : r.mix)));
        return [Dom.table({ label: "change of the loss", head: ["change of the loss", "nats", ""], rows }),
            el("p", { class: "small" }, `p(${Data.word(d.answer.target)}): ${Num.percent(d.answer.p)} before; after, ` +
                `${point ? "measured" : "predicted by the third row"}: ${Num.percent(Math.min(1, after))}. Entropy ` +
                `of the row: ${show(row().entropy)} bits before, ${show(r.entropy)} after.`)];
    }

    function draw_bars(pen, w, h, hover) {
        fresh();
        const r = row(), c = Chart.columns(w), after = EditMath.run(r, x).a;
        const before = Data.spread(r, key => key.a), now = Data.spread(r, (key, k) => after[k]);
        const o = { y: 30, height: 130, base: 1, top: Math.max(Num.largest(before), Num.largest(now)),
            name: "weight a: outline before, filled after" };
        Chart.scale(pen, c, o);
        Chart.bars(pen, c, now, { ...o, colour: (v, j) => j === chosen() ? Theme.colours.ink
            : Theme.colours.weight, width: 0.55 });
        Chart.bars(pen, c, before, { ...o, colour: () => Theme.colours.muted, width: 0.85, hollow: true });
        Chart.letters(pen, c, 178, { row: r.i, key: hover ? hover.key : chosen() });
    }

    // The change of the loss as a function of the chosen score's edit, with the other edits fixed; dots: measured.
    function draw_curve(pen, w, h) {
        fresh();
        const r = row(), c = at(), t = Theme.colours, mix = EditMath.along(r, x, c);
        const fixed = EditMath.run(r, x.map((v, k) => k === c ? 0 : v)).first;
        const steps = [...Array(61).keys()].map(k => range * (k / 30 - 1));
        const bent = steps.map(v => [v, mix(v)]), straight = steps.map(v => [v, fixed + r.keys[c].ds * v]);
        const points = only(c) ? EditMath.measured(r, c).map(([v, loss]) => [v, loss - d.answer.loss]) : [];
        const ys = [...bent, ...points].map(q => q[1]).concat([0]);
        const spare = (Math.max(...ys) - Math.min(...ys)) * 0.12 || 1e-6;
        const box = { x: 64, y: 16, w: Math.min(680, w - 84), h: h - 92, from: -range, to: range,
            low: Math.min(...ys) - spare, high: Math.max(...ys) + spare };
        const p = Chart.plane(box);
        axes(pen, p, box);
        Chart.line(pen, p, straight.filter(q => q[1] >= box.low && q[1] <= box.high),
            { stroke: t.muted, dash: [5, 4] });
        Chart.line(pen, p, bent, { stroke: t.more, width: 1.6 });
        pen.path(`M${p.x(x[c])} ${box.y}v${box.h}`, { stroke: t.ink, width: 0.8 });
        dot(pen, p.x(x[c]), p.y(mix(x[c])), t.ink, 4.5);
        points.forEach(([v, y]) => dot(pen, p.x(v), p.y(y), t.less, 4));
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
        pen.text(`added to the score of ${Data.label(chosen())}`, box.x + box.w, box.y + box.h + 34,
            { size: 12, align: "right", fill: t.muted });
    }

    function key(pen, box, h) {
        const t = Theme.colours, y = h - 12, first = [t.muted, "first order"], dots = [t.less, "actual, measured"];
        if (box.w > 480)
            Chart.legend(pen, box.x, y, [first, [t.more, "softmax and mix recomputed"], dots]);
        else {
            Chart.legend(pen, box.x, y - 16, [first, [t.more, "mix recomputed"]]);
            Chart.legend(pen, box.x, y, [dots]);
        }
    }

    function control() {
        ticks = el("datalist", { id: "edit-measured" });
        slider = el("input", { type: "range", id: "edit-slider", min: -range, max: range, step: 0.05,
            list: "edit-measured", on: { input: () => put(at(), slider.value) } });
        label = el("label", { for: "edit-slider" });
        const by = v => Dom.button(Num.plus(v), () => put(at(), Math.round((x[at()] + v) * 100) / 100),
            { "data-by": v });
        return el("div", { class: "slide held" }, label, slider, ticks,
            el("span", { class: "steps" }, by(-1), by(-0.1), by(0.1), by(1),
                Dom.button("Reset", reset, { id: "edit-reset" })));
    }

    // A slider for each key of the row, rebuilt only when the row changes, and only if they are shown.
    function sliders() {
        if (!many.parentNode.open)
            return;
        if (many.dataset.whose === whose) {
            many.querySelectorAll("input").forEach((input, c) => {
                if (Number(input.value) === x[c])
                    return;
                input.value = x[c];
                input.nextSibling.textContent = Num.plus(x[c]);
            });
            return;
        }
        many.dataset.whose = whose;
        fill(many, row().keys.map((key, c) => {
            const said = el("span", null, Num.plus(x[c])), input = el("input", { type: "range", min: -range,
                max: range, step: 0.05, value: x[c], "aria-label": `score of ${Data.label(key.j)}`,
                on: { input() {
                    put(c, input.value);
                    said.textContent = Num.plus(x[c]);
                } } });
            return el("label", null, el("bdi", { class: "mono" }, Data.label(key.j)), input, said);
        }));
    }

    // The edits given on the command line, each with a button that sets the sliders to it.
    function asked() {
        const head = ["edit", "first order", "second order", "actual", ""];
        const here = EditMath.asked(row());
        const rows = d.nudges.map(v => [v.what, v.first, v.second, v.actual,
            here.includes(v) ? Dom.button("Set the slider to it", () => {
                State.set({ key: v.j });
                reset();
                put(v.j - row().keys[0].j, v.by);
            }) : ""]);
        return rows.length ? [el("h3", null, "Edits from the command line"),
            Dom.table({ label: "edits", head, rows })]
            : el("p", { class: "small" }, "To measure any other edit, run ",
                el("code", null, `explain --nudge ` +
                    `${State.now.layer}.${State.now.head}.${State.now.row}.${chosen()}=+0.1`),
                " (see also --set-attn, --mask and --ablate); the results are then listed here, and count as " +
                "measured above.");
    }

    function sweep() {
        return el("div", null, el("h3", null, "Soft and hard attention"),
            el("p", { class: "say" },
                "All scores in the model are multiplied by a factor. With hard attention (each row attends only to " +
                "its highest score) the gradient of scores, queries and keys is 0, and only values still learn."),
            Dom.table({ label: "soft and hard attention",
                head: ["scores", "entropy, bits", "loss", "p(target)", "|ds|", "|dq|", "|dk|", "|dv|"],
                rows: d.sweep.map(v => [v.name, v.entropy, v.loss, v.p, v.ds, v.dq, v.dk, v.dv]),
                mark: d.sweep.findIndex(v => v.name === "x 1") }));
    }

    function bars_figure() {
        const hit = (px, py, w) => {
            const j = Chart.columns(w).at(px);
            return row().keys.some(k => k.j === j) ? { key: j } : null;
        };
        return Figure.make({ title: () => `Weights of ${Data.label(State.now.row)}, ${State.name()}`,
            caption: "Click a character to choose the score that the slider edits.",
            least: Chart.width_for(), height: () => 190, draw: draw_bars, hit, pick: cell => State.set(cell),
            move: (rows, keys) => State.set(rows ? { row: State.now.row + rows } : { key: chosen() + keys }),
            table() {
                const after = EditMath.run(row(), x).a;
                return { label: "weights", head: ["key", "score", "added", "weight before", "weight after"],
                    rows: row().keys.map((k, c) => [Data.label(k.j), k.s, x[c], k.a, after[c]]) };
            } });
    }

    function curve_table() {
        const c = at(), mix = EditMath.along(row(), x, c), points = only(c) ? EditMath.measured(row(), c) : [];
        const steps = [...new Set([-range, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, range, ...points.map(p => p[0])])];
        return { label: "loss along the score", head: ["added", "first order", "mix recomputed", "actual"],
            rows: steps.sort((p, q) => p - q).map(v => {
                const point = points.find(p => p[0] === v), first = EditMath.run(row(),
                    x.map((old, k) => k === c ? v : old)).first;
                return [Num.plus(v), first, mix(v), point ? point[1] - d.answer.loss : null];
            }) };
    }

    me.build = panel => {
        result = el("div", { id: "edit-result", "aria-live": "polite" });
        many = el("div", { class: "many" });
        program = el("div");
        bars = bars_figure();
        curve = Figure.make({ title: "The loss as this score changes",
            caption: "The straight line is the gradient, the tangent at 0. Dots are measured: forward passes of the " +
                "whole model with this score edited. Where they leave a line, that prediction is no guide.",
            least: 260, height: () => 320, draw: draw_curve, table: curve_table });
        const counts = d.counts ? el("p", { class: "say small" }, "An edit changes attention only: counting still " +
            "sees the whole text, and what it says stays (view Counts).") : null;
        fill(panel, el("h2", null, "What if it looked elsewhere?"), control(), result, counts,
            el("div", { class: "pair" }, bars.node, curve.node),
            el("details", { on: { toggle: sliders } }, el("summary", null, "A slider for every key"), many),
            program, sweep());
        moved.listen(() => [numbers, bars.draw, curve.draw].forEach(f => f()));
        Address.listen(() => { whose = ""; });
    };

    // What an edit changes, apart from the pictures.
    function numbers() {
        const c = at();
        slider.value = x[c];
        fill(label, "Score of ", el("bdi", { class: "mono" }, Data.label(chosen())),
            `: ${signed(row().keys[c].s)} `, el("b", null, Num.plus(x[c])));
        fill(result, results());
        sliders();
    }

    me.update = () => {
        fresh();
        numbers();
        fill(ticks, EditMath.measured(row(), at()).map(([v]) => el("option", { value: v })));
        fill(program, asked());
    };

    return me;
})();
