"use strict";
// The sixth view: the traced row in every snapshot of the training run, on a slider.
const Snapshots = (() => {
    const { el, fill } = Dom, d = Data.all, show = Num.show;
    const me = { id: "snapshots", name: "Training" };
    const frames = d.replay ? d.replay.frames : [];
    let at = frames.length - 1, slider, label, timer = null, play;

    const last = d.trace.row;
    const part = (frame, name) => frame[name][State.now.layer][State.now.head];

    const line = () => Math.max(3, Math.min(12, Math.floor(320 / frames.length)));

    // Rows are snapshots, the first on top; columns are keys.
    function draw_history(pen, w) {
        const two = w >= 760, half = two ? (w - 20) / 2 : w, tall = line();
        [["a", "where it looks: a"], ["ds", "where it is pushed: dL/ds"]].forEach(([name, title], k) => {
            const c = Chart.columns(half, last + 1), dx = two ? k * (half + 20) : 0,
                dy = two ? 0 : k * (frames.length * tall + 76);
            const top = name === "a" ? 1 : Num.largest(frames.flatMap(f => part(f, "ds")));
            Chart.title(pen, c.left + dx, 16 + dy, title, { size: 14 });
            frames.forEach((frame, r) => part(frame, name).forEach((v, j) => {
                const t = Math.sign(v) * Math.sqrt(Math.abs(v) / (top || 1));
                pen.rect(dx + c.left + j * c.step, dy + 26 + r * tall, c.step + 0.3, tall + 0.3,
                    name === "a" ? Theme.blend("weight", t) : Theme.diverge(t));
            }));
            pen.path(Pen.box(dx + c.left - 1, dy + 25.5 + at * tall, (last + 1) * c.step + 2, tall + 1),
                { stroke: Theme.colours.ink });
            const small = { size: 11, align: "right", fill: Theme.colours.muted };
            pen.text(String(frames[0].step), dx + c.left - 5, dy + 34, small);
            pen.text(String(frames[frames.length - 1].step), dx + c.left - 5, dy + 26 + frames.length * tall,
                small);
            for (let j = 0; j <= last; j++)
                pen.text(Data.char(j), dx + c.x(j), dy + 26 + frames.length * tall + 18,
                    { mono: true, align: "center", size: Math.min(15, c.step + 2), bold: j === last });
        });
    }

    function draw_lines(pen, w) {
        const t = Theme.colours, steps = frames.map(f => f.step);
        const lines = [["loss of the prompt", frames.map(f => f.loss), t.ink],
            ["sum of |dL/ds| of the row", frames.map(f => Num.sum(part(f, "ds").map(Math.abs))), t.less],
            ["entropy of the row, bits", frames.map(f => EditMath.entropy(part(f, "a"))), t.more]];
        lines.forEach(([name, values, colour], k) => {
            const box = { x: Chart.left, y: 26 + k * 96, w: w - Chart.left - 14, h: 60, from: steps[0],
                to: steps[steps.length - 1], low: 0, high: Math.max(Num.largest(values), 1e-12) };
            const p = Chart.plane(box);
            pen.path(`M${box.x} ${box.y}v${box.h}h${box.w}`, { stroke: t.rule });
            pen.text(name, box.x + 6, box.y - 8, { size: 13, fill: t.muted });
            pen.text(show(box.high), box.x - 6, box.y + 8, { size: 11, align: "right", fill: t.muted });
            Chart.line(pen, p, values.map((v, r) => [steps[r], v]), { stroke: colour, width: 1.5 });
            pen.path(`M${p.x(steps[at])} ${box.y}v${box.h}`, { stroke: t.ink, width: 0.8 });
        });
        pen.text("training step", w - 14, 26 + 3 * 96 - 12, { size: 12, align: "right", fill: t.muted });
    }

    // The snapshot's step is in the address, unless it is the last.
    function load() {
        const k = frames.findIndex(f => String(f.step) === Address.get("snapshot"));
        at = k < 0 ? frames.length - 1 : k;
    }

    function go(k) {
        at = Math.max(0, Math.min(frames.length - 1, k));
        Address.put({ snapshot: at === frames.length - 1 ? null : frames[at].step });
        State.notify();
    }

    function stop() {
        clearInterval(timer);
        timer = null;
        play.textContent = "Play";
    }

    function run() {
        if (timer)
            return stop();
        if (at === frames.length - 1)
            at = -1;
        play.textContent = "Stop";
        timer = setInterval(() => at >= frames.length - 1 ? stop() : go(at + 1), 180);
    }

    function none(panel) {
        fill(panel, el("h2", null, "How attention changed during training"),
            el("p", { class: "say" },
                "This page has no training snapshots. To record them, pass train a text to watch (its last " +
                "character is the target), then explain the run:"),
            el("pre", { class: "command" },
                "train corpus.txt --watch \"he works in the gard\"\nexplain --replay --html replay.html"),
            el("p", { class: "say" },
                "The run's folder then holds about forty snapshots, and this view shows them on a slider."));
    }

    const table = () => ({ label: "snapshots", head: ["step", "loss", "p(target)", "push", "entropy, bits"],
        mark: at, pick: go,
        rows: frames.map(f => [f.step, f.loss, f.p, Num.sum(part(f, "ds").map(Math.abs)),
            EditMath.entropy(part(f, "a"))]) });

    me.build = panel => {
        if (!frames.length)
            return none(panel);
        load();
        Address.listen(load);
        slider = el("input", { type: "range", id: "snapshots-slider", min: 0, max: frames.length - 1, step: 1,
            on: { input: () => go(Number(slider.value)) } });
        label = el("label", { for: "snapshots-slider" });
        play = Dom.button("Play", run, { id: "snapshots-play" });
        const rows = Figure.make({ title: () => `Row ${Data.label(last)}, ${State.name()}, over training`,
            least: Chart.width_for(last + 1),
            caption: "Each line is a snapshot, the first on top. Colours follow the square root of the value, on one " +
                "scale for all snapshots.",
            height: w => w >= 760 ? frames.length * line() + 60 : 2 * (frames.length * line() + 76) - 16,
            draw: draw_history, table });
        const lines = Figure.make({ title: "Loss, gradient and entropy",
            caption: "The loss of the prompt, the sum of |dL/ds| over the row, and its entropy, by training step.",
            least: 260, height: () => 26 + 3 * 96, draw: draw_lines, table });
        fill(panel, el("h2", null, "How attention changed during training"),
            el("div", { class: "slide held" }, label, slider, play), rows.node, lines.node);
    };

    me.update = () => {
        if (!frames.length)
            return;
        slider.value = at;
        const f = frames[Math.max(at, 0)];
        fill(label, `Step ${f.step}: loss ${show(f.loss)}, p(${Data.word(d.answer.target)}) = ` +
            `${Num.percent(f.p)} `);
    };

    return me;
})();
