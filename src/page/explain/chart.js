"use strict";
// Drawing over the characters of the prompt, one column each: letters, signed bars, axes.
const Chart = (() => {
    const left = 46, right = 10, least = 12;

    // Columns over n characters in a width w.
    function columns(w, n = Data.n, margin = left) {
        const step = Math.min(40, (w - margin - right) / n);
        return { n, step, left: margin, end: margin + n * step, x: j => margin + (j + 0.5) * step,
            at: px => Math.max(-1, Math.min(n - 1, Math.floor((px - margin) / step))) };
    }

    const width_for = (n = Data.n) => left + right + least * n;

    // The characters under a picture; the row's is bold, the locked key is marked.
    function letters(pen, c, y, o = {}) {
        const t = Theme.colours;
        for (let j = 0; j < c.n; j++) {
            if (j === o.key)
                pen.rect(c.x(j) - c.step / 2, y - 13, c.step, 18, Theme.blend("mark", 0.45));
            const faint = o.row !== undefined && j > o.row;
            const text = Data.char(j), narrow = Math.min(1, 2.2 / [...text].length);
            pen.text(text, c.x(j), y, { align: "center", mono: true, size: Math.min(15, c.step + 2) * narrow,
                bold: j === o.row, fill: faint ? Theme.blend("muted", 0.55) : t.ink });
        }
    }

    // Signed bars on a base line; o: { y, height, top: the largest value, colour(x, j), width: 0 to 1, hollow,
    // base: the position of 0 as a fraction of the height from the top; 1 if no value is negative }.
    function bars(pen, c, values, o) {
        const base = o.base === undefined ? 0.5 : o.base;
        const y0 = o.y + base * o.height, unit = Math.max(base, 1 - base) * o.height;
        const thick = Math.max(1, c.step * (o.width || 0.7)), outlines = new Map();     // one path for each colour
        values.forEach((x, j) => {
            if (x === null || x === undefined)
                return;
            const h = o.top > 0 ? Math.min(1, Math.abs(x) / o.top) * unit : 0;
            const colour = o.colour(x, j);
            if (o.hollow)
                outlines.set(colour, (outlines.get(colour) || "") +
                    `M${c.x(j) - thick / 2} ${y0}v${x < 0 ? h : -h}h${thick}v${x < 0 ? -h : h}`);
            else
                pen.rect(c.x(j) - thick / 2, x < 0 ? y0 : y0 - h, thick, h, colour);
        });
        outlines.forEach((d, stroke) => pen.path(d, { stroke }));
        pen.path(`M${c.left} ${y0}H${c.end}`, { stroke: Theme.colours.rule });
    }

    // The axis of bars: 0, one round number, and a title.
    function scale(pen, c, o) {
        const base = o.base === undefined ? 0.5 : o.base;
        const y0 = o.y + base * o.height, unit = Math.max(base, 1 - base) * o.height;
        const small = { size: 11, align: "right", fill: Theme.colours.muted };
        const mark = o.top > 0 ? Num.round_below(o.top) : 0;
        pen.text("0", c.left - 6, y0 + 4, small);
        for (const sign of base < 1 ? [1, -1] : [1]) {
            const y = y0 - sign * mark / o.top * unit;
            if (!mark || y > o.y + o.height || y < o.y)
                continue;
            pen.path(`M${c.left - 4} ${y}H${c.end}`, { stroke: Theme.colours.rule, dash: [2, 3] });
            pen.text(Num.plain(sign * mark), c.left - 6, y + 4, small);
        }
        if (o.name)
            title(pen, c.left, o.y - 7, o.name);
    }

    // A title stays in view when its picture is scrolled.
    function title(pen, x, y, text, o = { size: 13, fill: Theme.colours.muted }) {
        pen.text(text, Math.max(x, pen.from + 4), y, o);
    }

    // A coordinate system: o is { x, y, w, h } on the page and { from, to, low, high } in data units.
    function plane(o) {
        const span = o.high - o.low || 1;
        return { x: v => o.x + (v - o.from) / (o.to - o.from || 1) * o.w,
            y: v => o.y + o.h - (v - o.low) / span * o.h };
    }

    function line(pen, p, points, o) {
        const shown = points.filter(([, v]) => v !== null && Number.isFinite(v));
        const d = shown.map(([u, v], k) => `${k ? "L" : "M"}${p.x(u).toFixed(2)} ${p.y(v).toFixed(2)}`)
            .join("");
        if (d)
            pen.path(d, o);
    }

    // A legend: colour swatches with text.
    function legend(pen, x, y, entries) {
        for (const [colour, text] of entries) {
            pen.rect(x, y - 9, 11, 11, colour);
            pen.text(text, x + 16, y, { size: 12, fill: Theme.colours.muted });
            x += 36 + text.length * 6.6;
        }
    }

    return { columns, width_for, letters, bars, scale, plane, line, legend, title, left };
})();
