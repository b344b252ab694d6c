"use strict";
// The page around the picture: verdicts, controls, read-out, table, downloads.
const Main = (() => {
    const { el, fill } = Dom, s = State.now, all = Data.all, show = Num.show;
    const canvas = document.getElementById("canvas"), box = document.getElementById("picture");
    const node = id => document.getElementById(id);

    // A sample of the run's line.
    function swatch(run) {
        const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg"),
            line = document.createElementNS(ns, "path");
        svg.setAttribute("viewBox", "0 0 48 14");
        svg.setAttribute("aria-hidden", "true");
        line.setAttribute("d", "M0 7h48");
        line.setAttribute("stroke-width", "2.5");
        line.setAttribute("stroke-dasharray", run.dash.join(" "));
        line.style.stroke = `var(--${run.colour})`;
        svg.append(line);
        return svg;
    }

    function toggle(run, on) {
        const hidden = new Set(s.hidden);
        if (on)
            hidden.delete(run.k);
        else
            hidden.add(run.k);
        State.set({ hidden, from: null, to: null });
        labels[run.k].className = on ? "" : "off";
    }

    const labels = all.runs.map(run => {
        const words = el("span", null, el("bdi", null, run.name), `: ${run.sentence}.`);
        const tick = el("input", { type: "checkbox", checked: !s.hidden.has(run.k),
            on: { change: () => toggle(run, tick.checked) } });
        return Data.several ? el("label", { class: s.hidden.has(run.k) ? "off" : null }, tick, swatch(run), words)
            : el("label", { class: "only" }, words);
    });

    function header() {
        document.title = all.runs.map(run => run.name).join(", ") + ": training curves";
        fill(node("runs"), all.runs.flatMap(run => [labels[run.k],
            ...run.notes.map(text => el("p", { class: "note" }, `${run.name}: ${text}`))]));
        const long = all.runs.filter(run => run.every > 1);
        fill(node("foot"), el("p", null, `${all.program}. Smoothing is a centred moving average: half of its window ` +
            "lies before a row, half after it" +
            (long.length ? `; for ${long.map(run => run.name).join(", ")} the page holds the mean, minimum and ` +
                `maximum of every ${long[0].every} rows.` : ".")),
            el("p", { class: "keys" }, "Keys in the picture: left and right move the read-out by a row (with Shift " +
                "by more), Home and End to the first and last; + and - zoom, Page Up and Page Down pan, 0 shows " +
                "everything. Mouse: drag, or turn the wheel with Shift or Ctrl, to zoom; double-click to show " +
                "everything."));
    }

    // --- Controls ---

    const check = (text, name, extra = {}) => {
        const input = el("input", { type: "checkbox", id: "show_" + name, checked: s[name],
            on: { change: () => State.set({ [name]: input.checked, ...extra }) } });
        return el("label", null, input, " ", text);
    };

    // The slider runs from 1 row to a fifth of the longest run, on a logarithmic scale.
    const most = Math.max(2, Math.round(Data.most_rows / 5)), slots = 100;
    const rows_at = t => Math.max(1, Math.round(Math.exp(t / slots * Math.log(most))));
    const slot_of = rows => Math.round(Math.log(Math.max(1, rows)) / Math.log(most) * slots);

    function smoothing() {
        const auto = Math.max(...all.runs.map(run => run.average_rows)), said = el("output", { for: "rows" });
        const input = el("input", { type: "range", id: "rows", min: 0, max: slots, step: 1,
            value: slot_of(s.rows === null ? auto : s.rows),
            on: { input: () => State.set({ rows: rows_at(Number(input.value)) }) } });
        State.listen(() => {
            const rows = s.rows === null ? auto : Data.odd(s.rows);
            const text = s.rows === null && Data.several && auto > 1 ? "mean over 2 % of each run"
                : rows > 1 ? `mean over ${Scale.count(rows)} rows` : "none";
            said.textContent = text;
            input.setAttribute("aria-valuetext", text);
        });
        return el("span", { class: "smooth" }, el("label", { for: "rows" }, "Smoothing"), input, said);
    }

    function group() {
        const pairs = [...(Data.several ? [] : [["", "all groups"]]), ...Data.groups.map(g => [g, g])];
        return Data.groups.length > 1
            ? Dom.select("Gradient norm of", pairs, s.group, v => State.set({ group: v })) : null;
    }

    function controls() {
        const form = node("controls"), names = { step: all.runs[0].step_name, tokens: "tokens", seconds: "time" };
        form.addEventListener("submit", e => e.preventDefault());
        fill(form,
            Data.xs.length > 1 ? Dom.select("x axis", Data.xs.map(x => [x, names[x]]), s.x,
                x => State.set({ x, from: null, to: null, at: null })) : null,
            check("log loss", "log"), check("log x", "log_x", { from: null, to: null }),
            smoothing(),
            Data.groups.length ? check("gradient norms", "gradients") : null, group(),
            Data.rates ? check("learning rate", "rate") : null,
            el("span", { class: "zoom", role: "group", "aria-label": "Zoom" },
                Dom.button("−", () => Zoom.zoom(2), { "aria-label": "Zoom out" }), " ",
                Dom.button("+", () => Zoom.zoom(0.5), { "aria-label": "Zoom in" }), " ",
                Dom.button("◀", () => Zoom.shift(-0.5), { "aria-label": "Earlier" }), " ",
                Dom.button("▶", () => Zoom.shift(0.5), { "aria-label": "Later" }), " ",
                Dom.button("All", Zoom.all, { "aria-label": "Show everything" })));
    }

    // --- Read-out ---

    // The values of a run at x, null for its end; validation: at the nearest evaluation.
    function read(run, x) {
        const xs = run[s.x], k = x === null ? xs.length - 1 : Data.nearest(xs, x), val = run.validation;
        const v = x === null ? val.loss.length - 1 : Data.nearest(val[s.x] || [], xs[k]);
        const average = run.train ? Panels.average(run, "train", run.train)[k] : null;
        return [{ text: run.name }, { value: k, text: Scale.count(run.step[k]) },
            { value: k, text: show(run.train ? run.train[k] : null, 4) },
            { value: k, text: show(average, 4) },
            { value: v, text: v < 0 ? "–" : `${show(val.loss[v], 4)} (${run.step_name} ${Scale.count(val.step[v])})` },
            ...(s.gradients ? [{ value: k, text: show(gradient(run, k)) }] : []),
            ...(s.rate ? [{ value: k, text: show(run.rate ? run.rate[k] : null) }] : []),
            ...(run.seconds ? [{ value: k, text: Scale.seconds(run.seconds[k]) }] : [])];
    }

    function gradient(run, k) {
        const g = run.gradients.find(one => one.name === (s.group || "all"));
        return g ? Panels.average(run, "g" + g.name, g.norm)[k] : null;
    }

    function read_out() {
        const runs = State.shown(), first = all.runs[0];
        if (!runs.length)
            return fill(node("readout"), el("p", null, "No run is shown: select one above."));
        const head = ["run", first.step_name, first.every > 1 ? `training (mean of ${first.every})` : "training",
            "smoothed", "nearest validation", ...(s.gradients ? [`gradient norm (${s.group || "all"})`] : []),
            ...(s.rate ? ["learning rate"] : []), ...(runs.some(run => run.seconds) ? ["time"] : [])];
        fill(node("readout"), Dom.table({ label: "Read-out", head, rows: runs.map(run => read(run, s.at)) }));
    }

    function table() {
        const rows = State.shown().flatMap(run => run.validation.loss.map((loss, v) => {
            const k = Data.nearest(run.step, run.validation.step[v]);
            return [{ text: run.name }, { value: v, text: Scale.count(run.validation.step[v]) },
                { value: v, text: show(loss, 5) },
                { value: v, text: show(run.train ? Panels.average(run, "train", run.train)[k] : null, 5) }];
        }));
        const head = ["run", all.runs[0].step_name, "validation loss", "training loss, smoothed"];
        return { label: "Evaluations", head, rows };
    }

    // --- Drawing ---

    function to_svg() {
        const w = Math.max(700, Math.min(1100, box.clientWidth || 900)), h = Panels.height(w);
        const pen = Pen.svg(w, h, document.title);
        Panels.draw(pen, w, h, null);
        return pen.done();
    }

    function save() {
        const link = el("a", { download: "training-curves.svg" });
        link.href = URL.createObjectURL(new Blob([to_svg()], { type: "image/svg+xml" }));
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }

    const evaluations = el("div"), details = el("details", { on: { toggle: () => State.notify() } },
        el("summary", null, "Table of evaluations"), evaluations);

    function caption() {
        const several = Data.several
            ? "One colour and dash per run. Circles: validation losses; diamond: the best of them."
            : "Circles: validation losses; diamond: the best of them; faint: training losses before smoothing.";
        const known = ["uniform", "unigram", "bigram"].some(name => all.levels[name] !== null);
        return several + (known ? " Dotted: losses of models that give all characters the same probability " +
            "(uniform), know their frequencies (unigram), those of pairs (bigram), or of n characters (n-gram, " +
            "the best of them)." : "");
    }

    function draw() {
        const w = box.clientWidth;
        if (!w)
            return;
        const h = Panels.height(w), pen = Pen.canvas(canvas, w, h, 0), d = Zoom.dragged();
        if (d)
            pen.rect(Math.min(d.from, d.to), 24, Math.abs(d.to - d.from), h - 64, Theme.blend("muted", 0.2));
        Panels.draw(pen, w, h, s.at);
        canvas.setAttribute("aria-label", "Training curves: left and right move the read-out, + and - zoom");
        read_out();
        if (details.open)
            fill(evaluations, Dom.table(table()));
    }

    // Print as SVG; the theme is light by then (theme.js).
    addEventListener("beforeprint", () => {
        const svg = new DOMParser().parseFromString(to_svg(), "image/svg+xml").documentElement;
        svg.querySelector("rect").remove();                 // the background
        fill(node("print"), document.importNode(svg, true));
    });
    addEventListener("afterprint", () => fill(node("print")));

    header();
    controls();
    fill(node("caption"), caption());
    fill(node("under"), details, Dom.button("Download SVG", save, { class: "quiet" }));
    State.listen(draw);
    new ResizeObserver(() => State.notify()).observe(box);
    State.notify();
})();
