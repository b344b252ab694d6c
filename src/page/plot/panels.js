"use strict";
// The picture: panels of losses, gradient norms and the learning rate, over one x axis.
const Panels = (() => {
    const s = State.now, left = 58, right = 14, under = 44, head = 26, gap = 14;
    const averages = new Map();                 // cached, by run and column

    // Over the default number of values, a fiftieth of the column's, or that of the slider.
    function average(run, name, values) {
        const train = name === "train", rows = train || s.rows !== null ? State.rows_of(run)
            : Data.window_of(run.every * Data.count(values)), key = run.k + name, known = averages.get(key);
        if (known && known.rows === rows)
            return known.values;
        const made = { rows, values: Data.average(values, rows, train ? run.per_mean : run.every) };
        averages.set(key, made);
        return made.values;
    }

    // The unsmoothed losses; for groups of rows, lines from their minimum to their maximum.
    const raw = run => !run.train_least ? { xs: run[s.x], ys: run.train } : {
        xs: run[s.x].flatMap(x => [x, x]), ys: run.train_least.flatMap((y, k) => [y, run.train_greatest[k]]) };

    function training_label(run) {
        const rows = State.rows_of(run);
        return rows > run.every ? `training (mean over ${Scale.count(Math.round(rows))} rows)` : "training";
    }

    const loss_height = w => Math.round(Math.max(220, Math.min(440, w * 0.5)));

    // A panel: title, height, curves { xs, ys, colour, dash, width, faint, dots, label }, log, zero (y includes 0).
    function loss_panel(w) {
        const curves = [];
        for (const run of State.shown()) {
            const xs = run[s.x];
            if (run.train) {
                if (State.rows_of(run) > run.every)
                    curves.push({ ...raw(run), colour: run.colour, width: 1, faint: true, dash: [] });
                curves.push({ xs, ys: average(run, "train", run.train), colour: run.colour, dash: run.dash, width: 2,
                    label: Data.several ? null : training_label(run) });
            }
            if (run.validation.loss.length)
                curves.push({ xs: run.validation[s.x], ys: run.validation.loss, colour: run.val_colour, dash: [],
                    width: 1.4, dots: true, label: Data.several ? null : "validation" });
        }
        const ours = Data.all.runs.every(run => run.ours);
        const title = ours ? "loss, nats per character" : "loss";
        return { title, height: loss_height(w), curves, log: s.log, levels: true };
    }

    function gradient_panel() {
        const curves = [];
        for (const run of State.shown())
            run.gradients.forEach((g, k) => {
                if (s.group === "" || s.group === g.name)
                    curves.push({ xs: run[s.x], ys: average(run, "g" + g.name, g.norm), width: 1.7, dash: run.dash,
                        colour: s.group === "" ? "c" + k % 8 : run.colour, label: s.group === "" ? g.name : null });
            });
        const what = s.group === "" ? "by parameter group" : s.group === "all" ? "of all parameters"
            : "of " + s.group;
        return { title: `gradient norm ${what}`, height: 170, curves, log: true };
    }

    const rate_panel = () => ({ title: "learning rate", height: 110, zero: true, log: false,
        curves: State.shown().filter(run => run.rate).map(run => ({ xs: run[s.x], ys: run.rate, width: 1.7,
            colour: run.colour, dash: run.dash })) });

    const panels = w => [loss_panel(w), s.gradients ? gradient_panel() : null, s.rate ? rate_panel() : null]
        .filter(Boolean);

    const height = w => panels(w).reduce((sum, p) =>
        sum + head + 18 * label_lines(p, w - left - right).length + p.height + gap, under - gap);

    // Three times what nine of ten averages stay below: losses of more than twice that are cut off there (chart_cut in
    // src/plot/chart.h).
    function cut(p, sx) {
        const values = [];
        p.curves.filter(c => !c.faint && !c.dots).forEach(c => Curve.extent(c.xs, c.ys, sx, v => values.push(v)));
        const most = values.length ? 3 * Float64Array.from(values).sort()[Math.floor(values.length * 0.9)] : 0;
        return p.levels && most > 0 ? most : Infinity;
    }

    // The range of y: that of the visible curves. p.above becomes the largest value if it lies above the range.
    function extent(p, sx) {
        let low = Infinity, high = -Infinity;
        for (const c of p.curves)
            Curve.extent(c.xs, c.ys, sx, v => {
                if (p.log && v <= 0)
                    return;
                low = Math.min(low, v);
                high = Math.max(high, v);
            });
        if (low > high)
            return p.log ? [0.1, 1] : [0, 1];
        const most = cut(p, sx);
        p.above = most > low && 2 * most < high ? high : null;
        high = p.above === null ? high : most;
        if (p.levels) {
            for (const level of levels())
                if (level.at <= high + 0.4 * (high - low) && level.at >= low - 0.4 * (high - low)) {
                    low = Math.min(low, level.at);
                    high = Math.max(high, level.at);
                }
        }
        low = p.zero ? Math.min(0, low) : low;
        if (low === high)
            return p.log ? [low / 1.1, high * 1.1]
                : [low - (Math.abs(low) * 0.05 || 0.5), high + (Math.abs(high) * 0.05 || 0.5)];
        return p.log ? [low / (high / low) ** 0.03, high] : [low - (p.zero ? 0 : 0.03 * (high - low)), high];
    }

    const levels = () => ["ngram", "bigram", "unigram", "uniform"]
        .map(name => ({ name: name === "ngram" ? `${Data.all.levels.n}-gram` : name, at: Data.all.levels[name] }))
        .filter(l => l.at !== null);

    function draw_axes(pen, box, sx, sy, last) {
        const t = Theme.colours, small = { size: 12, fill: t.muted };
        for (const v of Scale.ticks(sy, Math.max(2, Math.floor(box.h / 42)), false)) {
            const y = sy.pixel(v);
            pen.path(`M${box.x} ${y}h${box.w}`, { stroke: t.rule });
            pen.text(Num.plain(v), box.x - 7, y + 4, { ...small, align: "right" });
        }
        let end = 0;
        for (const v of Scale.ticks(sx, Math.max(2, Math.floor(box.w / 95)), s.x === "seconds")) {
            const x = sx.pixel(v), text = Scale.label(v, s.x), half = text.length * 3.4;
            pen.path(`M${x} ${box.y + box.h}v5`, { stroke: t.muted });
            if (last && x - half > end && x + half < box.x + box.w + right + 6) {
                pen.text(text, x, box.y + box.h + 19, { ...small, align: "center" });
                end = x + half + 6;
            }
        }
        pen.path(`M${box.x} ${box.y}v${box.h}h${box.w}`, { stroke: t.muted });
        if (last)
            pen.text(s.x === "step" ? Data.all.runs[0].step_name : s.x === "seconds" ? "time" : s.x, box.x + box.w / 2,
                box.y + box.h + 37, { ...small, align: "center" });
    }

    function draw_curve(pen, c, box, sx, sy) {
        const some = Curve.clip(Curve.points(c.xs, c.ys, sx, sy), box), colour = Theme.colours[c.colour];
        if (!some.length)
            return;
        const stroke = c.faint ? Theme.blend(c.colour, 0.32) : colour;
        pen.path(Curve.path(some), { stroke, width: c.width, dash: c.dash });
        if (c.dots && some.length <= 150)
            for (const [x, y] of some)
                pen.path(Pen.circle(x, y, 2.7), { stroke: colour, fill: Theme.colours.paper, width: 1.4 });
    }

    // A diamond at the best validation loss; for a single run, with its value and step.
    function draw_best(pen, box, sx, sy) {
        for (const run of State.shown()) {
            const best = run.val_best;
            if (!best || (sy.log && best.loss <= 0) || best[s.x] < sx.low || best[s.x] > sx.high)
                continue;
            const x = sx.pixel(best[s.x]), y = sy.pixel(best.loss), colour = Theme.colours[run.val_colour];
            if (y < box.y || y > box.y + box.h)
                continue;
            pen.path(`M${x} ${y - 6}l6 6 -6 6 -6 -6z`, { stroke: colour, fill: colour });
            if (!Data.several)
                pen.text(`best ${Num.show(best.loss)} at ${run.step_name} ${Scale.count(best.step)}`, x, y - 12, {
                    size: 13,
                    align: x > box.x + 0.75 * box.w ? "right" : x < box.x + 0.25 * box.w ? "left" : "center" });
        }
    }

    // The x of a label where it covers the fewest points: at the right, middle or left.
    function free_x(curves, box, sx, sy, width, y) {
        const xs = [box.x + box.w - width - 4, box.x + (box.w - width) / 2, box.x + 10];
        const hidden = xs.map(x => {
            let n = 0;
            for (const c of curves)
                if (!c.faint)
                    for (const [u, v] of Curve.points(c.xs, c.ys, sx, sy))
                        n += u > x - 20 && u < x + width + 20 && Math.abs(v - y) < 14;
            return n;
        });
        return xs[hidden.indexOf(Math.min(...hidden))];
    }

    function draw_levels(pen, curves, box, sx, sy) {
        const t = Theme.colours;
        for (const level of levels()) {
            const y = sy.pixel(level.at), text = `${level.name} ${level.at.toFixed(2)}`, width = text.length * 6.5;
            if (!(y >= box.y - 0.5 && y <= box.y + box.h))
                continue;
            const low = y < box.y + 14 ? y + 14 : y - 4;
            pen.path(`M${box.x} ${y}h${box.w}`, { stroke: t.muted, dash: [2, 4] });
            pen.text(text, free_x(curves, box, sx, sy, width, low - 4), low, { size: 12, fill: t.muted });
        }
    }

    // The legend of a panel, as lines of at most w pixels: [[curve, x], …].
    function label_lines(p, w) {
        const lines = [];
        let x = w;
        for (const c of p.curves.filter(c => c.label)) {
            const wide = 40 + c.label.length * 6.8;
            if (x + wide > w) {
                lines.push([]);
                x = 0;
            }
            lines[lines.length - 1].push([c, x]);
            x += wide;
        }
        return lines;
    }

    function draw_labels(pen, lines, x, y) {
        lines.forEach((line, k) => line.forEach(([c, dx]) => {
            pen.path(`M${x + dx} ${y + 18 * k - 4}h18`, { stroke: Theme.colours[c.colour], width: 2, dash: c.dash });
            if (c.dots)
                pen.path(Pen.circle(x + dx + 9, y + 18 * k - 4, 2.7), { stroke: Theme.colours[c.colour],
                    fill: Theme.colours.paper, width: 1.4 });
            pen.text(c.label, x + dx + 23, y + 18 * k, { size: 12 });
        }));
    }

    function draw_panel(pen, p, box, sx, last) {
        const [low, high] = extent(p, sx), sy = Scale.make(low, high, box.y + box.h, box.y, p.log);
        draw_axes(pen, box, sx, sy, last);
        if (p.levels)
            draw_levels(pen, p.curves, box, sx, sy);
        for (const c of [...p.curves.filter(c => c.faint), ...p.curves.filter(c => !c.faint)])
            draw_curve(pen, c, box, sx, sy);
        if (p.levels)
            draw_best(pen, box, sx, sy);
    }

    const x_scale = w => {
        const [from, to] = State.range();
        return Scale.make(from, to, left, w - right, s.log_x);
    };

    function draw(pen, w, h, mark) {
        const sx = x_scale(w), list = panels(w);
        let y = 0;
        list.forEach((p, k) => {
            const lines = label_lines(p, w - left - right);
            extent(p, sx);
            pen.text(p.title + (p.log && w > 560 ? " (log scale)" : "") +
                (p.above ? `, clipped (maximum ${Num.show(p.above)})` : ""), left, y + 16, { size: 14 });
            draw_labels(pen, lines, left, y + 36);
            y += head + 18 * lines.length;
            draw_panel(pen, p, { x: left, y, w: w - left - right, h: p.height }, sx, k === list.length - 1);
            y += p.height + gap;
        });
        if (mark !== null && mark >= sx.low && mark <= sx.high)
            pen.path(`M${sx.pixel(mark)} 24V${h - under}`, { stroke: Theme.colours.ink, width: 0.8 });
    }

    const loss_range = w => extent(loss_panel(w), x_scale(w));

    return { height, draw, x_scale, loss_range, average, left, right };
})();
