"use strict";
// The second view: weights and gradients of every head side by side, one head enlarged, and four measures of
// how much each head matters.
const Heads = (() => {
    const { el, fill } = Dom, d = Data.all, show = Num.show, signed = Num.signed;
    const me = { id: "heads", name: "Heads" };
    const use = { own: false, root: true };
    const each = [];
    const gap = 8;
    let facts, grid;

    // The value with the strongest colour: the largest of all heads, or of this one.
    function top(l, h, name) {
        if (name === "a" && !use.own)
            return 1;
        return use.own ? Num.largest(Data.head(l, h)[name].flat()) : d.scales[name];
    }

    function small(l, h) {
        const canvas = el("canvas", { "aria-hidden": true });
        const words = el("span", { class: "words" });
        const node = Dom.button("", () => State.set({ layer: l, head: h }),
            { class: "head", "data-head": `${l}.${h}` });
        const name = el("span", { class: "name" });
        fill(node, name, canvas, words);
        return { l, h, node, name, canvas, words };
    }

    // Redrawn only when the colours change, since many heads take a while.
    function draw_small(s) {
        s.node.setAttribute("aria-pressed", s.l === State.now.layer && s.h === State.now.head);
        const size = small_size(), look = [Theme.colours.paper, use.own, use.root, size, Pen.zoom()].join();
        if (s.look === look)
            return;
        s.look = look;
        const pen = Pen.canvas(s.canvas, 2 * size + 14, size + 6, 0, Pen.zoom()), m = Data.head(s.l, s.h);
        ["a", "ds"].forEach((name, k) => Matrix.draw(pen,
            { layer: s.l, head: s.h, name, x: 2 + k * (size + 10), y: 2, size,
            top: top(s.l, s.h, name), root: use.root }));
        s.name.textContent = size < 60 ? `${s.l}.${s.h}` : `layer ${s.l}, head ${s.h}`;
        s.words.textContent = size < 60 ? "" : `push ${show(Num.sum(m.push), 2)}, Δloss ${signed(m.ablation, 2)}`;
    }

    // The side of a small triangle, such that the heads of a layer stand in one line; in a picture's units.
    const small_size = () => Math.max(20, Math.min(120, Math.floor(((grid.clientWidth / Pen.zoom() + gap) /
        d.model.heads - gap - 36) / 2)));

    // Three triangles, side by side if they fit, else stacked.
    function boxes(w) {
        const names = ["a", "av", "ds"], side = w >= 700 ? 3 : 1, gap = 34;
        const size = Math.min(side === 3 ? 460 : 420, (w - gap * side - 6) / side);
        return names.map((name, k) => ({ name, size, layer: State.now.layer, head: State.now.head,
            root: use.root,
            top: top(State.now.layer, State.now.head, name),
            x: gap - 8 + (side === 3 ? k * (size + gap) : 0), y: 30 + (side === 3 ? 0 : k * (size + 92)) }));
    }

    const bottom = w => Math.max(...boxes(w).map(b => b.y + b.size));

    function ramp(pen, o, y) {
        const signed_ = o.name === "ds", from = signed_ ? -1 : 0, width = Math.min(150, o.size - 90),
            small_ = { size: 11, fill: Theme.colours.muted };
        for (let k = 0; k < 40; k++) {
            const u = from + (1 - from) * (k + 0.5) / 40;
            pen.rect(o.x + 44 + k * width / 40, y, width / 40 + 0.5, 9,
                Matrix.kinds[o.name].colour(use.root ? Math.sign(u) * Math.sqrt(Math.abs(u)) : u));
        }
        pen.text(show(from * o.top, 2), o.x + 40, y + 9, { ...small_, align: "right" });
        pen.text(show(o.top, 2), o.x + 48 + width, y + 9, small_);
    }

    function draw(pen, w, h, hover) {
        const cell = hover || (State.now.key === null ? null : { row: State.now.row, key: State.now.key });
        for (const o of boxes(w)) {
            pen.text(`${Matrix.kinds[o.name].name}: ${Matrix.kinds[o.name].sign}`, o.x, 18 + o.y - 30,
                { size: 14 });
            Matrix.draw(pen, o);
            Matrix.letters(pen, o, cell || { row: State.now.row });
            if (cell)
                Matrix.cross(pen, o, cell);
            else
                Matrix.band(pen, o, State.now.row);
            ramp(pen, o, o.y + o.size + 26);
        }
    }

    function read(hover) {
        const cell = hover || (State.now.key === null ? null : State.now);
        if (!cell || cell.row < Data.first || cell.key < Data.first)
            return "Point at a cell to read it, click to lock it. Rows are queries, columns are keys.";
        const value = name => Data.cell(State.now.layer, State.now.head, name, cell.row, cell.key);
        const ds = value("ds");
        return `${Data.label(cell.row)} looks at ${Data.label(cell.key)}: a = ${show(value("a"))}, |a v| = ` +
            `${show(value("av"))}, ` +
            `dL/ds = ${signed(ds)}${ds < 0 ? ", a step looks more" : ds > 0 ? ", a step looks less" : ""}` +
                (hover ? "" : " (locked)");
    }

    function enlarged() {
        return Figure.make({
            title: () => `Layer ${State.now.layer}, head ${State.now.head}`,
            caption: "Blue: raising the score lowers the loss, so a gradient step looks there more; orange: less. " +
                "The colour scale is symmetric about 0.",
            height: w => bottom(w) + 44, draw, read,
            hit: (x, y, w) => boxes(w).map(o => Matrix.hit(o, x, y)).find(Boolean) || null,
            pick: cell => State.set(cell),
            table: () => Matrix.table(State.now.layer, State.now.head, "ds"),
        });
    }

    // One table row per head: weights, values, gradient and ablation.
    function compare() {
        const rows = each.map(({ l, h }) => {
            const m = Data.head(l, h);
            return { l, h, values: [Num.largest(m.a.slice(-1)[0]), Num.largest(m.av.flat()), Num.sum(m.push),
                m.logit, m.ablation] };
        });
        return el("div", null, el("h3", null, "Attention alone is not an explanation"),
            el("p", { class: "say" },
                "A head can put a large weight on a short value, add much that later layers ignore, or get a large " +
                "gradient and matter little. So read four measures together: the weight a, the length |a v| of what " +
                "it adds, the gradient, and the change of the loss when the head is silenced (the forward pass is " +
                "rerun without it)."),
            Dom.table({ label: "heads compared",
                head: ["head", "largest a, last row", "largest |a v|", "push, sum |dL/ds|",
                "added to the target's logit", "change of the loss without it"],
                rows: rows.map(r => [`layer ${r.l}, head ${r.h}`, ...r.values]),
                mark: rows.findIndex(r => r.l === State.now.layer && r.h === State.now.head),
                pick: k => State.set({ layer: rows[k].l, head: rows[k].h }) }));
    }

    me.build = panel => {
        for (let l = 0; l < d.model.layers; l++)
            for (let h = 0; h < d.model.heads; h++)
                each.push(small(l, h));
        const big = enlarged();
        const change = (name, value) => {
            use[name] = value;
            State.notify();
        };
        facts = el("div");
        grid = el("div", { class: "heads" }, each.map(s => s.node));
        grid.style.setProperty("--heads", d.model.heads);
        fill(panel, el("h2", null, "Every head: where it looks, and where it is pushed"),
            el("p", { class: "say" },
                "In each pair, left: the attention weights a; each row is a query, each column a key. Right: the " +
                "gradient of the loss with respect to each score. Below: the sum of |dL/ds| (push) and the change " +
                "of the loss if the head is silenced."),
            el("p", { class: "where" },
                Dom.select("Scale colours to the largest of", [["all", "all heads"], ["own", "each head"]],
                    "all", v => change("own", v === "own")),
                Dom.select("Shade", [["root", "by square root"], ["plain", "linear"]], "root",
                    v => change("root", v === "root"))),
            grid, big.node, facts, el("div", { class: "ask" }, Roles.ask()));
        me.figure = big;
        new ResizeObserver(() => each.forEach(draw_small)).observe(grid);
    };

    me.update = () => {
        each.forEach(draw_small);
        fill(facts, compare());
        if (me.figure)
            me.figure.draw();
    };

    return me;
})();
