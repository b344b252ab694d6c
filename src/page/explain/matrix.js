"use strict";
// The lower triangle of a head as a picture: rows are queries, columns are keys.
const Matrix = (() => {
    const m = () => Data.n - Data.first;

    // The strength of a value's colour: linear, or by its square root, which shows small values.
    const shade = (x, top, root) => {
        const t = top > 0 ? Math.abs(x) / top : 0;
        return Math.sign(x) * (root ? Math.sqrt(t) : t);
    };

    const kinds = {
        a: { name: "where it looks", sign: "a", colour: t => Theme.blend("weight", t) },
        av: { name: "what that adds", sign: "|a v|", colour: t => Theme.blend("weight", t) },
        ds: { name: "where it is pushed", sign: "dL/ds", colour: Theme.diverge },
    };

    // o: { layer, head, name, x, y, size, top, root }
    function draw(pen, o) {
        const step = o.size / m(), f = Data.first, colour = kinds[o.name].colour;
        pen.path(`M${o.x} ${o.y}v${o.size}h${o.size}`, { stroke: Theme.colours.rule });
        for (let i = f; i < Data.n; i++)
            for (let j = f; j <= i; j++) {
                const t = shade(Data.cell(o.layer, o.head, o.name, i, j), o.top, o.root);
                if (Math.abs(t) > 0.004)
                    pen.rect(o.x + (j - f) * step, o.y + (i - f) * step, Math.max(step, 0.5),
                        Math.max(step, 0.5), colour(t));
            }
        staircase(pen, o, step);
    }

    // The edge of the causal mask.
    function staircase(pen, o, step) {
        let d = `M${o.x} ${o.y}`;
        for (let k = 0; k < m(); k++)
            d += `h${step}v${step}`;
        pen.path(d, { stroke: Theme.colours.rule });
    }

    // Letters along both sides: all of them, or only the cell's if they do not fit.
    function letters(pen, o, cell) {
        const step = o.size / m(), size = Math.max(7, Math.min(14, step)), all = step >= 4.8;
        const style = { mono: true, size, fill: Theme.colours.muted, align: "center" };
        const strong = { ...style, size: size + 2, bold: true, fill: Theme.colours.ink };
        for (let k = 0; k < m(); k++) {
            const j = k + Data.first, at = (k + 0.5) * step, row = cell.row === j, key = cell.key === j;
            if (row || all)
                pen.text(Data.char(j), o.x - 9, o.y + at + size / 3, row ? strong : style);
            if (key || all)
                pen.text(Data.char(j), o.x + at, o.y + o.size + size + 2, key ? strong : style);
        }
    }

    // A frame around a cell, with thin lines to its row and column letters.
    function cross(pen, o, cell) {
        if (!cell || cell.row < Data.first || cell.key === null || cell.key < Data.first)
            return;
        const step = o.size / m(), x = o.x + (cell.key - Data.first) * step,
            y = o.y + (cell.row - Data.first) * step;
        const ink = Theme.colours.ink;
        pen.path(`M${o.x} ${y + step / 2}H${x}M${x + step / 2} ${y + step}V${o.y + o.size}`,
            { stroke: ink, width: 0.7, dash: [2, 2] });
        pen.path(Pen.box(x - 1, y - 1, step + 2, step + 2), { stroke: ink, width: 1.5 });
    }

    // A frame around the selected row, if no cell is locked.
    function band(pen, o, row) {
        if (row < Data.first)
            return;
        const step = o.size / m(), y = o.y + (row - Data.first) * step;
        pen.path(Pen.box(o.x - 1, y - 0.5, (row - Data.first + 1) * step + 2, step + 1),
            { stroke: Theme.colours.ink });
    }

    function hit(o, px, py) {
        const step = o.size / m();
        const key = Math.floor((px - o.x) / step) + Data.first,
            row = Math.floor((py - o.y) / step) + Data.first;
        return key >= Data.first && row >= key && row < Data.n ? { row, key } : null;
    }

    // The triangle as a table.
    function table(l, h, name) {
        const at = [...Array(m()).keys()].map(k => k + Data.first);
        return { label: `${kinds[name].sign} of layer ${l}, head ${h}`,
            head: ["row ↓, key →", ...at.map(Data.label)],
            rows: at.map(i => [Data.label(i), ...at.map(j => j > i ? "" : Data.cell(l, h, name, i, j))]) };
    }

    return { kinds, draw, letters, cross, band, hit, table };
})();
