"use strict";
// The fourth view: by which ways the gradient reaches each character, layer by layer down to the embedding;
// and beside it what each character really did.
const Paths = (() => {
    const { el, fill } = Dom, d = Data.all, show = Num.show, signed = Num.signed;
    const me = { id: "paths", name: "Paths" };
    const parts = d.paths.parts, layers = d.paths.layers.slice().reverse();
    const names = { v: "V: what it says", k: "K: whether it is looked at", q: "Q: what it seeks",
        skip: "skip: straight past", mlp: "MLP" };
    let own = true;
    const high = 112, gap = 40, head = 26;

    // Signed shares, stacked up from 0 and down from 0.
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

    // The largest height that anything reaches in these layers.
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
        return layers.map(layer => `layer ${layer.layer}: ${Data.place(j)} ` + show(layer.total[j]) + " = " +
            parts.map(part => `${part.toUpperCase()} ${signed(layer.share[part][j])}`).join(" ")).join(";  ");
    }

    function table() {
        return { label: "paths", head: ["entering layer", "character", "total",
            ...parts.map(part => part.toUpperCase()), "sum of the parts"],
            rows: layers.flatMap(layer =>
                layer.total.map((total, j) => [String(layer.layer), Data.place(j), total,
                ...parts.map(part => layer.share[part][j]),
                    Num.sum(parts.map(part => layer.share[part][j]))])) };
    }

    const hit = (x, y, w) => {
        const j = Chart.columns(w).at(x);
        return j >= 0 ? { key: j } : null;
    };

    // A character after the row looked at cannot be its key: then it becomes the row, too.
    const pick = cell => State.set(cell.key > State.now.row ? { row: cell.key, key: cell.key } : cell);

    function ways() {
        return Figure.make({
            title: "How strongly each character's vector is pushed, and by which way",
            caption: `The line is |dL/dx|, the length of the gradient of the vector that enters a layer. The ` +
                `five parts are measured along it and add up to it exactly ` +
                `(relative error ${show(d.paths.error, 2)}): V, through what it says to those who look at it; ` +
                    `K, through whether it is looked at; Q, through whom it looks at; ` +
                "skip, straight past the layer; MLP, through the layer's other half. A part below 0 pulls " +
                    "against the total.",
            least: Chart.width_for(), height: w => (w < 760 ? 60 : 26) + layers.length * (high + gap) + 20,
                draw, read, hit, pick, table,
        });
    }

    const e = d.effects;
    const effects = [[e.integrated, "integrated gradients: share of log p(target)"],
        [e.deleted, "taken out of the prompt: change of the loss"],
        [e.masked, "nobody after it may look at it: change of the loss"]];

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
            title: "What each character really did for the answer",
            caption: `Integrated gradients add up: ${show(e.sum, 6)}, and should be ${show(e.expected, 6)} ` +
                `(baseline: ${e.baseline}; ${e.points} points). ` +
                "Dark: it helped the answer; pale: it hurt. Where the three disagree, the character's part is " +
                "not one number. Where there is no bar, it is 0 or was not tried.",
            least: Chart.width_for(), height: () => 384, draw: draw_effects, hit, pick,
            read: hover => at(hover) === null ? ""
                : `${Data.place(at(hover))}: integrated ${signed(e.integrated[at(hover)])}, ` +
                `without it the loss changes by ${signed(e.deleted[at(hover)])}, hidden by ` +
                    `${signed(e.masked[at(hover)])}`,
            table: () => ({ label: "effects",
                head: ["character", "integrated gradients", "deleted: change of loss",
                "masked: change of loss"],
                rows: e.integrated.map((x, j) => [Data.place(j), x, e.deleted[j], e.masked[j]]) }),
        });
    }

    function logit() {
        const rows = d.logit.parts, most = Num.largest(rows.map(v => v.value)), line = 22;
        return Figure.make({
            title: `Who raised the target's z (${signed(d.logit.value)})`, least: 260,
                height: () => rows.length * line + 10,
            caption: `Direct contributions, through the last norm as it stands. They add up to z (error ` +
                `${show(d.logit.error, 2)}).`,
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
            el("summary", null, `The tape: all ${d.tape.length} operations, the last one first, as the ` +
                `gradient meets them`), box);
        return open;
    }

    me.build = panel => fill(panel, el("h2", null, "Where the gradient splits"),
        el("p", { class: "where" }, Dom.select("Scale",
            [["own", "each layer its own"], ["one", "one for all"]], "own", v => {
            own = v === "own";
            State.notify();
        })), ways().node, el("div", { class: "pair" }, did().node, logit().node), tape());
    return me;
})();
