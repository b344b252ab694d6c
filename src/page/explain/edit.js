"use strict";
// The fifth view: edit the scores of the row; weights, mix and loss are recomputed in the page (edit_math.js).
const Edit = (() => {
    const { el, fill } = Dom, d = Data.all, show = Num.show, signed = Num.signed;
    const me = { id: "edit", name: "Edit" };
    const range = Math.max(3, ...d.trace.deltas.map(Math.abs));
    let x = [], whose = "", slider, label, result, curve, bars, many, program;

    const row = () => State.row();
    const chosen = () => State.now.key === null ? State.strongest() : State.now.key;
    const at = () => row().keys.findIndex(key => key.j === chosen());

    // A different row starts without edits.
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

    // The actual change is known only if a single score is edited.
    function truth() {
        const moved = x.map((v, c) => c).filter(c => x[c] !== 0);
        if (moved.length > 1)
            return null;
        const c = moved.length ? moved[0] : at(), known = EditMath.known(row(), c);
        return known && { change: known.at(x[c]) - d.answer.loss, exact: known.exact(x[c]) };
    }

    function results() {
        const r = EditMath.run(row(), x), t = truth(), line = (id, name, v, note) =>
            [{ text: name, class: "long" },
                { value: v, text: v === null ? "–" : signed(v, 4), class: "out-" + id },
                { text: note, class: "long" }];
        const rows = [
            line("first", "first order: ∑ dL/ds × edit", r.first, "linear in the edit"),
            line("second", "second order: with the curvature of softmax", r.second, "quadratic in the edit"),
            line("mix", "softmax and mix recomputed: g · (o′ − o)", r.mix,
                "linear only after the mix"),
            line("true", "actual: forward pass rerun", t && t.change,
                !row().traced ? "known only for the traced row" : !t ? "known only if one score is edited"
                    : t.exact ? "measured" : "not measured here; interpolated between measured points"),
        ];
        const after = t ? Math.exp(-(d.answer.loss + t.change)) : Math.exp(-(d.answer.loss + r.mix));
        const by = t ? "" : " (by the third row)", p = `p(${Data.word(d.answer.target)})`;
        return [Dom.table({ label: "change of the loss", head: ["change of the loss", "nats", ""], rows }),
            el("p", { class: "small" },
                `${p}: ${Num.percent(d.answer.p)} before, ${Num.percent(Math.min(1, after))} after${by}; ` +
                `entropy of the row: ${show(row().entropy)} bits before, ${show(r.entropy)} after.`)];
    }

    function draw_bars(pen, w, h, hover) {
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

    // The change of the loss as a function of the chosen score's edit, with the other edits fixed.
    function draw_curve(pen, w, h) {
        const r = row(), c = at(), t = Theme.colours,
            steps = [...Array(61).keys()].map(k => range * (k / 30 - 1));
        const runs = steps.map(v => [v, EditMath.run(r, x.map((old, k) => k === c ? v : old))]);
        const alone = x.every((v, k) => k === c || v === 0), known = alone ? EditMath.known(r, c) : null;
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
        dot(pen, p.x(x[c]), p.y(known ? known.at(x[c]) - d.answer.loss : EditMath.run(r, x).mix), t.ink, 4.5);
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
        const t = Theme.colours, y = h - 12;
        if (box.w > 480)
            Chart.legend(pen, box.x, y, [[t.muted, "first order"], [t.more, "softmax and mix recomputed"],
                [t.less, "actual: dots measured, line interpolated"]]);
        else {
            Chart.legend(pen, box.x, y - 16, [[t.muted, "first order"], [t.more, "mix recomputed"]]);
            Chart.legend(pen, box.x, y, [[t.less, "actual: dots measured, line interpolated"]]);
        }
    }

    function control() {
        slider = el("input", { type: "range", id: "edit-slider", min: -range, max: range, step: 0.05,
            on: { input: () => put(at(), slider.value) } });
        label = el("label", { for: "edit-slider" });
        const by = v => Dom.button(Num.plus(v), () => put(at(), Math.round((x[at()] + v) * 100) / 100),
            { "data-by": v });
        return el("div", { class: "slide" }, label, slider,
            el("span", { class: "steps" }, by(-1), by(-0.1), by(0.1), by(1),
            Dom.button("Reset", () => {
                whose = "";
                State.notify();
            }, { id: "edit-reset" })));
    }

    // A slider for each key of the row, rebuilt only when the row changes.
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
                "aria-label": `score of ${Data.label(key.j)}`,
                on: { input: () => put(c, input.value) } });
            return el("label", null, el("bdi", { class: "mono" }, Data.label(key.j)), input,
                el("span", null, Num.plus(x[c])));
        }));
    }

    // The edits given on the command line, each with a button that sets the sliders to it.
    function asked() {
        const head = ["edit", "first order", "second order", "actual", ""];
        const here = EditMath.asked(row());
        const rows = d.nudges.map(v => [v.what, v.first, v.second, v.actual,
            here.includes(v) ? Dom.button("Set the slider to it", () => {
                x = x.map(() => 0);
                State.set({ key: v.j });
                put(v.j - row().keys[0].j, v.by);
            }) : ""]);
        return rows.length ? [el("h3", null, "Edits from the command line"),
            Dom.table({ label: "edits", head, rows })]
            : el("p", { class: "small" }, "To measure any other edit, run ",
                el("code", null, `explain --nudge ` +
                    `${State.now.layer}.${State.now.head}.${State.now.row}.${chosen()}=+0.1`),
                " (see also --set-attn, --mask and --ablate); the results are then listed here.");
    }

    function sweep() {
        return el("div", null, el("h3", null, "Soft and hard attention"),
            el("p", { class: "say" },
                "All scores in the model are multiplied by a factor. With hard attention (each row attends only " +
                "to its " +
                "highest score) the gradient of scores, queries and keys is 0, and only values still learn."),
            Dom.table({ label: "soft and hard attention",
                head: ["scores", "entropy, bits", "loss", "p(target)", "|ds|", "|dq|", "|dk|", "|dv|"],
                rows: d.sweep.map(v => [v.name, v.entropy, v.loss, v.p, v.ds, v.dq, v.dk, v.dv]),
                    mark: d.sweep.findIndex(v => v.name === "x 1") }));
    }

    me.build = panel => {
        result = el("div", { id: "edit-result", "aria-live": "polite" });
        many = el("div", { class: "many" });
        program = el("div");
        const hit = (px, py, w) => {
            const j = Chart.columns(w).at(px);
            return j >= 0 && j <= State.now.row ? { key: j } : null;
        };
        bars = Figure.make({ title: () => `Weights of ${Data.label(State.now.row)}, ${State.name()}`,
            caption: "Click a character to choose the score that the slider edits.",
            least: Chart.width_for(), height: () => 190, draw: draw_bars, hit,
            pick: cell => State.set(cell),
            move: (rows, keys) => State.set(rows ? { row: State.now.row + rows } : { key: chosen() + keys }),
            table: () => ({ label: "weights",
                head: ["key", "score", "added", "weight before", "weight after"],
                rows: row().keys.map((k, c) => [Data.label(k.j), k.s, x[c], k.a,
                    EditMath.run(row(), x).a[c]]) }) });
        curve = Figure.make({ title: "The loss as this score changes",
            caption: "The straight line is the gradient, the tangent at 0. Where the other curves leave it, the " +
                "gradient " +
            "stops being a good guide.",
            least: 260, height: () => 320, draw: draw_curve,
                table: () => ({ label: "loss along the score",
                head: ["added", "first order", "mix recomputed", "actual"],
                rows: [-range, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, range].map(v => {
                    const q = EditMath.run(row(), x.map((old, k) => k === at() ? v : old)),
                        known = EditMath.known(row(), at());
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
        fill(label, "Score of ", el("bdi", { class: "mono" }, Data.label(chosen())),
            `: ${signed(row().keys[c].s)} `, el("b", null, Num.plus(x[c])));
        fill(result, results());
        sliders();
        fill(program, asked());
        bars.draw();
        curve.draw();
    };

    return me;
})();
