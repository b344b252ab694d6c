"use strict";
// The seventh view, with explain --versus: the prompt (A) and another text (B), and what makes the difference between
// their answers. All numbers were measured by explain (src/explain/versus/versus.h).
const Contrast = (() => {
    const { el, fill } = Dom, d = Data.all, v = d.versus;
    const me = { id: "contrast", name: "Contrast" };
    const ways = { into_a: "from B into A", into_b: "from A into B" };
    const percent = x => x === null ? "–" : `${(100 * x).toFixed(0).replace(/^-0$/, "0").replace("-", "−")} %`;

    // A text with the stretches that differ marked.
    function marked(characters, from, end, show) {
        const differs = characters.map((c, j) => v.spans.some(s => s[from] <= j && j < s[end]));
        return el("span", { class: "mono" }, characters.map((c, j) =>
            el(differs[j] ? "mark" : "bdi", null, show(c, j))));
    }

    function answers() {
        const [a1, a2] = v.answers, name = id => Data.word(id);
        const line = (which, node, p) => [which, { node, class: "long" }, { text: Num.percent(p[0]), value: p[0] },
            { text: Num.percent(p[1]), value: p[1] }];
        return Dom.table({ label: "both answers", head: ["", "text", `p(${name(a1)})`, `p(${name(a2)})`], rows: [
            line("A", marked(d.characters, "a", "a_end", (c, j) => Data.char(j)), v.p_a),
            line("B", marked(v.characters, "b", "b_end", c => Data.visible(c)), v.p_b)] });
    }

    // A cell's colour by the fraction of the difference that it moves; against it is orange.
    const shade = x => x === null ? Theme.colours.paper : Theme.blend(x < 0 ? "less" : "weight", Math.abs(x));
    const ink = x => Math.abs(x || 0) > 0.55 ? Theme.colours.paper : Theme.colours.ink;

    // The lines of a grid: layers, and what counting says.
    const below = d.model.layers * 30 + (v && v.counts ? 38 : 0);

    // The grids of heads, beside each other if they fit.
    function grids(w) {
        const n = d.model.heads, two = w >= 150 + 2 * 44 * n, left = 62;
        const room = two ? (w - 2 * left - 20) / 2 : w - left - 10, cell = Math.max(26, Math.min(74, room / n));
        return Object.keys(ways).map((way, k) => ({ way, cell, high: 30,
            x: left + (two ? k * (left + cell * n + 20) : 0),
            y: 44 + (two ? 0 : k * (below + 60)) }));
    }

    const heads_height = w => Math.max(...grids(w).map(g => g.y)) + below + 12;

    function cell(pen, g, x, y, value) {
        pen.rect(x + 1, y + 1, g.cell - 2, g.high - 2, shade(value));
        pen.text(g.cell < 40 ? percent(value).replace(" %", "") : percent(value), x + g.cell / 2, y + 20,
            { size: 13, align: "center", fill: ink(value) });
    }

    function draw_heads(pen, w) {
        const t = Theme.colours, small = { size: 12, fill: t.muted };
        for (const g of grids(w)) {
            Chart.title(pen, g.x, g.y - 24, ways[g.way], { size: 14 });
            for (let h = 0; h < d.model.heads; h++)
                pen.text(String(h), g.x + (h + 0.5) * g.cell, g.y - 6, { ...small, align: "center" });
            for (let l = 0; l < d.model.layers; l++)
                pen.text(`layer ${l}`, g.x - 6, g.y + l * g.high + 20, { ...small, align: "right" });
            if (v.counts) {
                pen.text("counts", g.x - 6, g.y + below - 10, { ...small, align: "right" });
                cell(pen, g, g.x, g.y + below - g.high, v.counts[g.way]);
            }
            for (const head of v.heads) {
                const x = g.x + head.head * g.cell, y = g.y + head.layer * g.high;
                cell(pen, g, x, y, head[g.way]);
                if (head.layer === State.now.layer && head.head === State.now.head)
                    pen.path(Pen.box(x + 1, y + 1, g.cell - 2, g.high - 2), { stroke: t.ink, width: 2 });
            }
        }
    }

    function hit_head(x, y, w) {
        for (const g of grids(w)) {
            const head = Math.floor((x - g.x) / g.cell), layer = Math.floor((y - g.y) / g.high);
            if (head >= 0 && head < d.model.heads && layer >= 0 && layer < d.model.layers)
                return { layer, head };
        }
        return null;
    }

    const head_at = (l, h) => v.heads.find(x => x.layer === l && x.head === h);

    function heads() {
        return Figure.make({ title: "One head's output taken from the other text",
            caption: "How far one answer moves to the other: 0 %, not at all; 100 %, all the way. From B into A: " +
                "what A's answer needs. From A into B: what suffices for it. Click a head to see it in the picture." +
                (v.counts ? " Counts: what counting says of the text before, taken from the other; their gains stay."
                    : ""),
            least: 62 + 26 * d.model.heads + 10, height: heads_height, draw: draw_heads, hit: hit_head,
            pick: cell => State.set({ layer: cell.layer, head: cell.head, row: Data.n - 1, key: null }),
            move: (rows, steps) => State.set({ layer: State.now.layer + rows, head: State.now.head + steps }),
            read(cell) {
                const at = cell && cell.layer !== undefined ? cell : State.now, x = head_at(at.layer, at.head);
                return `layer ${at.layer}, head ${at.head}: from B into A ${percent(x.into_a)}, from A into B ` +
                    `${percent(x.into_b)}; at the last character alone ${percent(x.last_into_a)} and ` +
                    percent(x.last_into_b);
            },
            table: () => ({ label: "heads patched", head: ["layer", "head", "from B into A", "from A into B",
                "into A, last character", "into B, last character"],
            rows: [...v.heads.map(x => [x.layer, x.head, x.into_a, x.into_b, x.last_into_a, x.last_into_b]),
                ...(v.counts ? [["counts", "", v.counts.into_a, v.counts.into_b, "", ""]] : [])] }) });
    }

    const pair_name = k => `${Data.label(v.pairs[k][0])} | ${Data.visible(v.characters[v.pairs[k][1]])} ` +
        `(${v.pairs[k][1]})`;
    const before = l => l < d.model.layers ? `before layer ${l}` : "after the last";

    function draw_residual(pen, w) {
        const c = Chart.columns(w, v.pairs.length, 104), high = 22, t = Theme.colours;
        v.residual.forEach((row, l) => {
            const y = 10 + (v.residual.length - 1 - l) * high;
            pen.text(before(l), c.left - 6, y + 15, { size: 12, align: "right", fill: t.muted });
            row.into_a.forEach((x, k) => pen.rect(c.x(k) - c.step / 2, y, c.step - 0.5, high - 1, shade(x)));
        });
        const y = 10 + v.residual.length * high;
        v.pairs.forEach(([i, j], k) => {
            const a = Data.char(i), b = Data.visible(v.characters[j]), style = { mono: true, align: "center",
                size: Math.min(15, c.step + 2) };
            pen.text(a, c.x(k), y + 14, style);
            if (a !== b)
                pen.text(b, c.x(k), y + 32, { ...style, fill: t.less });
        });
    }

    function residual() {
        const c = w => Chart.columns(w, v.pairs.length, 104);
        return Figure.make({ title: "The residual stream at one position, taken from B",
            caption: "Stronger: A's answer moves further to B's. The lowest line patches the embedding, and each " +
                "line above it the stream one layer later. Letters are A's; below, in orange, B's where it differs." +
                (v.counts ? " What counting says is not in the stream, so even the last cell need not reach 100 %."
                    : ""),
            least: 104 + 10 + 9 * v.pairs.length, height: () => 10 + v.residual.length * 22 + 42, draw: draw_residual,
            hit(x, y, w) {
                const k = c(w).at(x), l = v.residual.length - 1 - Math.floor((y - 10) / 22);
                return k >= 0 && l >= 0 && l < v.residual.length ? { layer: l, pair: k } : null;
            },
            read: cell => cell && cell.pair !== undefined ? `${before(cell.layer)}, ${pair_name(cell.pair)}: into A ` +
                `${percent(v.residual[cell.layer].into_a[cell.pair])}, into B ` +
                percent(v.residual[cell.layer].into_b[cell.pair]) : "Point at a cell to read it.",
            table: () => ({ label: "residual stream patched", head: ["", ...v.pairs.map((p, k) => pair_name(k))],
                rows: v.residual.map((row, l) => [before(l), ...row.into_a]) }) });
    }

    me.build = panel => fill(panel, el("h2", null, "What makes the difference between two texts"),
        el("div", { class: "say" }, el("p", null, v.sentence)), answers(),
        el("p", { class: "say small" }, "A part of one text's pass is replaced by the same part of the other's, and " +
            "forward is run from there. The change of log p(", el("bdi", null, Data.word(v.answers[0])), ") − log p(",
        el("bdi", null, Data.word(v.answers[1])), ") is shown as a fraction of the difference between the texts."),
        heads().node, residual().node);

    return me;
})();
