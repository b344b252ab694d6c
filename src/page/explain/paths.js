"use strict";
// The fourth view: the paths by which the gradient reaches each character, layer by layer down to the
// embedding; and the measured effect of each character on the answer.
const Paths = (() => {
    const { el, fill } = Dom, d = Data.all, show = Num.show, signed = Num.signed;
    const me = { id: "paths", name: "Paths" };
    const parts = d.paths.parts, layers = d.paths.layers.slice().reverse();
    const names = { v: "V: its value", k: "K: its key", q: "Q: its query",
        skip: "skip: the residual stream", mlp: "MLP" };
    let own = true;
    const high = 112, gap = 40, head = 26;

    // Signed shares, stacked upwards and downwards from 0.
    function stack(pen, c, layer, y, top) {
        const y0 = y + high * 0.75, unit = high * 0.75 / top, thick = c.step * 0.78;
        for (let j = 0; j < Data.n; j++) {
            let up = y0, down = y0;
            for (const part of parts) {
                const size = layer.share[part][j] * unit;
                if (size > 0)
                    pen.rect(c.x(j) - thick / 2, up -= size, thick, size, Theme.colours[part]);
                else if (size < 0) {
                    pen.rect(c.x(j) - thick / 2, down, thick, -size, Theme.colours[part]);
                    down -= size;
                }
            }
            const total = y0 - layer.total[j] * unit;
            pen.path(`M${c.x(j) - c.step / 2} ${total}h${c.step}`, { stroke: Theme.colours.ink, width: 1.5 });
        }
        pen.path(`M${c.left} ${y0}H${c.end}`, { stroke: Theme.colours.muted });
    }

    // The highest stack in these layers.
    function reach(some) {
        return Math.max(...some.flatMap(layer => layer.total.map((total, j) =>
            Math.max(total, Num.sum(parts.map(part => Math.max(0, layer.share[part][j])))))), 1e-300);
    }

    function wrapped_legend(pen, w) {
        const from = Math.max(Chart.left, pen.from + 4);
        let x = from, y = 14;
        for (const part of parts) {
            const long = 36 + names[part].length * 6.6;
            if (x + long > w && x > from)
                [x, y] = [from, y + 18];
            Chart.legend(pen, x, y, [[Theme.colours[part], names[part]]]);
            x += long;
        }
        return y;
    }

    function draw(pen, w, h, hover) {
        const c = Chart.columns(w), key = at(hover);
        const from = wrapped_legend(pen, w) + 12;
        layers.forEach((layer, k) => {
            const y = from + head + k * (high + gap);
            const top = reach(own ? [layer] : layers),
                o = { y, height: high, top, base: 0.75,
                name: `entering layer ${layer.layer}` + (layer.layer === 0 ? ": the embedding" : "") };
            Chart.scale(pen, c, o);
            stack(pen, c, layer, y, top);
            Chart.letters(pen, c, y + high + 4, { key });
        });
    }

    const at = hover => hover ? hover.key : State.now.key;

    function read(hover) {
        const j = at(hover);
        if (j === null)
            return "Point at a character to read its numbers, click to lock it.";
        return layers.map(layer => `layer ${layer.layer}: ${Data.label(j)} ` + show(layer.total[j]) + " = " +
            parts.map(part => `${part.toUpperCase()} ${signed(layer.share[part][j])}`).join(" ")).join(";  ");
    }

    function table() {
        return { label: "paths", head: ["entering layer", "character", "total",
            ...parts.map(part => part.toUpperCase()), "sum of the parts"],
            rows: layers.flatMap(layer =>
                layer.total.map((total, j) => [String(layer.layer), Data.label(j), total,
                ...parts.map(part => layer.share[part][j]),
                    Num.sum(parts.map(part => layer.share[part][j]))])) };
    }

    const hit = (x, y, w) => {
        const j = Chart.columns(w).at(x);
        return j >= 0 ? { key: j } : null;
    };

    // A character after the selected row cannot be its key, so it also becomes the row.
    const pick = cell => State.set(cell.key > State.now.row ? { row: cell.key, key: cell.key } : cell);

    function ways() {
        return Figure.make({
            title: "The gradient of each character's vector, and its paths",
            caption: `The line is |dL/dx|, the length of the gradient of the vector that enters a layer. The ` +
                `${parts.length} parts are its components along that gradient and add up to it ` +
                `(relative error ${show(d.paths.error, 2)}): V, through the value that later characters read; ` +
                    `K, through the key that decides whether they look at it; Q, through the query that decides ` +
                "where it looks itself; skip, past the layer on the residual stream; MLP, through the layer's " +
                    "MLP. A negative part opposes the total.",
            least: Chart.width_for(), height: w => (w < 760 ? 60 : 26) + layers.length * (high + gap) + 20,
                draw, read, hit, pick, table,
        });
    }

    // Above the last layer of a model with counts.
    function end() {
        const x = d.paths.end, part = v => Num.percent(x.total > 0 ? v / x.total : null);
        return el("p", { class: "say", id: "paths-end" }, `Above the last layer, at the last character, |dL/dx| is ` +
            `${show(x.total)}: ${part(x.output)} of it comes through the output matrix and ${part(x.counts)} through ` +
            `the gains of the counts. The two add up to it (relative error ${show(x.error, 2)}).`);
    }

    const e = d.effects;
    const effects = [[e.integrated, "integrated gradients: share of log p(target)"],
        [e.deleted, "deleted: change of the loss"],
        [e.masked, "masked: change of the loss"]];

    function draw_effects(pen, w, h, hover) {
        const c = Chart.columns(w);
        effects.forEach(([values, name], k) => {
            const o = { y: 30 + k * 116, height: 80, top: Num.largest(values), name,
                colour: x => x > 0 ? Theme.colours.weight : Theme.blend("weight", 0.35) };
            Chart.scale(pen, c, o);
            Chart.bars(pen, c, values, o);
        });
        Chart.letters(pen, c, 372, { key: at(hover) });
    }

    function did() {
        return Figure.make({
            title: "The measured effect of each character on the answer",
            caption: `Integrated gradients add up to ${show(e.sum, 6)}; expected ${show(e.expected, 6)} ` +
                `(baseline: ${e.baseline}; ${e.points} points). ` +
                "Deleted: without it in the prompt. Masked: no later character attends to it. Strong: it helps " +
                "the answer; faint: it hurts. Where the three disagree, no single number describes the " +
                "character's effect. No bar: 0, or not measured." + (d.counts ? " Counting sees the text, not " +
                "attention: of a deleted character it knows nothing, a masked one it still counts, and integrated " +
                "gradients leave the counts as they are." : ""),
            least: Chart.width_for(), height: () => 384, draw: draw_effects, hit, pick,
            read: hover => at(hover) === null ? ""
                : `${Data.label(at(hover))}: integrated ${signed(e.integrated[at(hover)])}, ` +
                `change of the loss if deleted ${signed(e.deleted[at(hover)])}, if masked ` +
                    `${signed(e.masked[at(hover)])}`,
            table: () => ({ label: "effects",
                head: ["character", "integrated gradients", "deleted: change of the loss",
                "masked: change of the loss"],
                rows: e.integrated.map((x, j) => [Data.label(j), x, e.deleted[j], e.masked[j]]) }),
        });
    }

    function logit() {
        const rows = d.logit.parts, most = Num.largest(rows.map(v => v.value)), line = 22;
        return Figure.make({
            title: `What raised the target's logit z (${signed(d.logit.value)})`, least: 260,
                height: () => rows.length * line + 10,
            caption: `Direct contributions, with the scale of the final norm fixed. They add up to z (error ` +
                `${show(d.logit.error, 2)}).` + (d.counts ? " Counts: through the biases of their gains; every other " +
                "part acts on the gains, too. As log p is at most 0, they mostly lower logits, the likely ones' " +
                "least." : ""),
            draw(pen, w) {
                const x = 130, mid = x + (Math.min(w, 900) - x - 60) / 2, unit = (mid - x - 50) / (most || 1);
                pen.path(`M${mid} 0v${rows.length * line + 4}`, { stroke: Theme.colours.rule });
                rows.forEach((v, k) => {
                    const size = Math.abs(v.value) * unit, y = k * line + 4;
                    pen.rect(v.value < 0 ? mid - size : mid, y, size, line - 7,
                        v.value < 0 ? Theme.blend("weight", 0.35) : Theme.colours.weight);
                    pen.text(v.name, x - 8, y + 12, { align: "right", size: 13 });
                    pen.text(signed(v.value), v.value < 0 ? mid - size - 5 : mid + size + 5, y + 12,
                        { size: 12, align: v.value < 0 ? "right" : "left", fill: Theme.colours.muted });
                });
            },
            table: () => ({ label: "logit", head: ["part", "value"],
                rows: rows.map(v => [v.name, v.value]) }),
        });
    }

    function tape() {
        const box = el("div");
        const open = el("details", { on: { toggle: () => open.open && fill(box, Dom.table({ label: "tape",
            head: ["operation", "name", "shape", "rms value", "rms gradient", "formula"],
            rows: d.tape.map(v => [v.op, v.name, v.shape, v.val, v.grad, v.math]) })) } },
            el("summary", null, `The tape: all ${d.tape.length} operations, the last one first, ` +
                `as backward visits them`), box);
        return open;
    }

    me.build = panel => fill(panel, el("h2", null, "Where the gradient splits"),
        el("p", { class: "where" }, Dom.select("Scale",
            [["own", "per layer"], ["one", "common"]], "own", v => {
            own = v === "own";
            State.notify();
        })), d.paths.end ? end() : null, ways().node, el("div", { class: "pair" }, did().node, logit().node), tape());
    return me;
})();
