"use strict";
// Draws the loss over the steps: raw values faint, their running mean strong, of one run or two; what counting reaches
// as lines; a mark where the picture looks.
const Curve = (() => {
    const margin = { left: 46, right: 96, top: 10, bottom: 24 };

    // Axes for a width and a height: { x(step), y(loss), step(x) }.
    function axes(w, h, steps, most) {
        const wide = Math.max(1, w - margin.left - margin.right), high = h - margin.top - margin.bottom;
        return { w, h, steps, most, x: s => margin.left + wide * s / steps, y: v => margin.top + high * (1 - v / most),
            step: x => Math.max(0, Math.min(steps, Math.round((x - margin.left) / wide * steps))) };
    }

    // Of the rows of a run a value for each pixel: the mean of what falls on it.
    function thin(rows, a, value) {
        const points = [];
        let sum = 0, count = 0, at = -1;
        for (const row of rows) {
            const x = Math.round(a.x(row.step));
            if (x !== at && count) {
                points.push([at, sum / count]);
                sum = count = 0;
            }
            at = x;
            sum += value(row);
            count++;
        }
        if (count)
            points.push([at, sum / count]);
        return points;
    }

    // A centred mean over a fiftieth of the points on each side, within the run.
    function smooth(points) {
        const half = Math.max(1, Math.round(points.length / 50)), out = [];
        for (let k = 0; k < points.length; k++) {
            const from = Math.max(0, k - half), to = Math.min(points.length, k + half + 1);
            let sum = 0;
            for (let i = from; i < to; i++)
                sum += points[i][1];
            out.push([points[k][0], sum / (to - from)]);
        }
        return out;
    }

    const line = (points, a) => points.map(([x, v], k) => `${k ? "L" : "M"}${x} ${a.y(Math.min(a.most, v)).toFixed(1)}`)
        .join("");

    function frame(pen, a) {
        const t = Theme.colours, small = { size: 12, fill: t.muted };
        pen.path(`M${margin.left} ${a.y(0)}H${a.w - margin.right}`, { stroke: t.rule });
        for (let v = 0; v <= a.most; v++)
            pen.text(String(v), margin.left - 8, a.y(v) + 4, { ...small, align: "right" });
        for (const part of [0, 0.5, 1])
            pen.text(`${part ? "" : "step "}${Math.round(a.steps * part)}`, a.x(a.steps * part), a.h - 6,
                { ...small, align: part ? part === 1 ? "right" : "center" : "left" });
    }

    // What knows only counts reaches: lines with their names, which do not run into each other.
    function baselines(pen, a, known) {
        const t = Theme.colours;
        let free = -Infinity;
        const names = { uniform: "uniform", unigram: "unigram", bigram: "bigram", trigram: "trigram",
            ngram: `${known.n}-gram` };
        const found = Object.keys(names).filter(key => typeof known[key] === "number" && known[key] <= a.most)
            .sort((x, y) => known[y] - known[x]);
        for (const key of found) {
            const v = known[key], name = names[key];
            const y = Math.max(a.y(v) + 4, free);
            free = y + 13;
            pen.path(`M${margin.left} ${a.y(v)}H${a.w - margin.right}`, { stroke: t.rule, dash: [3, 4] });
            pen.text(`${name} ${v.toFixed(2)}`, a.w - margin.right + 6, y, { size: 12, fill: t.muted });
        }
    }

    function run(pen, a, rows, colour, dash) {
        const points = thin(rows, a, row => row.loss);
        pen.path(line(points, a) || "M0 0", { stroke: Theme.blend(colour, 0.35), width: 1 });
        pen.path(line(smooth(points), a) || "M0 0", { stroke: Theme.colours[colour], width: 2.2, dash });
        for (const row of rows)
            if (typeof row.val_loss === "number")
                pen.path(Pen.circle(a.x(row.step), a.y(Math.min(a.most, row.val_loss)), 3),
                    { stroke: Theme.colours[colour], width: 1.5 });
    }

    function mark(pen, a, step, looks_back) {
        const x = a.x(step), t = Theme.colours;
        pen.path(`M${x} ${margin.top}V${a.y(0)}`, { stroke: looks_back ? t.ink : t.muted, width: 1.2 });
        pen.path(Pen.circle(x, a.y(0), 6), { fill: t.ink });
    }

    // o: { runs, forked, steps, at, back: is `at` in the past, baselines, most: the top of the axis }
    function draw(pen, w, h, o) {
        const a = axes(w, h, o.steps, o.most);
        frame(pen, a);
        baselines(pen, a, o.baselines);
        run(pen, a, o.runs[0], "ink");
        if (o.forked) {
            run(pen, a, o.runs[1], "less", [6, 3]);
            pen.path(`M${a.x(o.forked.at)} ${margin.top}V${a.y(0)}`, { stroke: Theme.colours.less, dash: [2, 3] });
            pen.text("fork", a.x(o.forked.at) + 4, margin.top + 10, { size: 12, fill: Theme.colours.less });
        }
        mark(pen, a, o.at, o.back);
        return a;
    }

    return { draw, thin, smooth };
})();
