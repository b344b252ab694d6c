"use strict";
// Mouse and keyboard on the picture: the read-out, zooming and panning.
const Zoom = (() => {
    const s = State.now, canvas = document.getElementById("canvas");
    let drag = null;

    const width = () => canvas.clientWidth;
    const value = px => Panels.x_scale(width()).value(px);

    // To and from axis units, so that a logarithmic axis zooms by ratios.
    const flat = x => s.log_x ? Math.log(x) : x;
    const back = u => s.log_x ? Math.exp(u) : u;

    function show(from, to) {
        const [low, high] = State.whole(), least = (flat(high) - flat(low)) / 1e5;
        let a = Math.max(flat(from), flat(low)), b = Math.min(flat(to), flat(high));
        if (b - a < least) {
            a = (a + b - least) / 2;
            b = a + least;
        }
        if (a <= flat(low) && b >= flat(high))
            State.set({ from: null, to: null });
        else
            State.set({ from: back(a), to: back(b) });
    }

    // Zooms in (factor below 1) or out around `about`, if it is visible, else around the middle.
    function zoom(factor, about = s.at) {
        const [from, to] = State.range(), a = flat(from), b = flat(to);
        const c = about !== null && about >= from && about <= to ? flat(about) : (a + b) / 2;
        show(back(c - (c - a) * factor), back(c + (b - c) * factor));
    }

    // Pans by a fraction of the visible range, at most to the ends.
    function shift(fraction) {
        const [from, to] = State.range(), [low, high] = State.whole(), span = flat(to) - flat(from);
        const a = Math.min(Math.max(flat(from) + fraction * span, flat(low)), flat(high) - span);
        show(back(a), back(a + span));
    }

    const all = () => State.set({ from: null, to: null });

    // Moves the read-out by `rows` rows of the first visible run.
    function step(rows) {
        const run = State.shown()[0];
        if (!run)
            return;
        const xs = run[s.x], [from, to] = State.range();
        let k = s.at === null ? Data.nearest(xs, rows > 0 ? from : to) : Data.nearest(xs, s.at) + rows;
        k = Math.min(Math.max(k, 0), xs.length - 1);
        State.set({ at: xs[k] });
        if (xs[k] < from || xs[k] > to)
            shift(xs[k] < from ? -0.5 : 0.5);
    }

    function end(which) {
        const run = State.shown()[0];
        if (run)
            State.set({ at: run[s.x][which < 0 ? 0 : run[s.x].length - 1] });
    }

    const far = () => {
        const run = State.shown()[0], [from, to] = State.range();
        return run ? Math.max(1, Math.round((Data.index(run[s.x], to) - Data.index(run[s.x], from)) / 20)) : 1;
    };

    const keys = {
        ArrowLeft: e => step(e.shiftKey ? -far() : -1), ArrowRight: e => step(e.shiftKey ? far() : 1),
        PageUp: () => shift(-0.5), PageDown: () => shift(0.5), Home: () => end(-1), End: () => end(1),
        "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), 0: all,
        Escape: () => State.set({ at: null, from: null, to: null }),
    };

    canvas.addEventListener("keydown", e => {
        if (!keys[e.key] || e.ctrlKey || e.metaKey || e.altKey)
            return;
        e.preventDefault();
        keys[e.key](e);
    });
    canvas.addEventListener("pointerdown", e => {
        if (e.button === 0 && e.pointerType === "mouse")
            drag = { from: e.offsetX, to: e.offsetX };
        State.set({ at: value(e.offsetX) });
    });
    canvas.addEventListener("pointermove", e => {
        if (drag) {
            drag.to = e.offsetX;
            canvas.setPointerCapture(e.pointerId);
        }
        State.set({ at: value(Math.min(Math.max(e.offsetX, Panels.left), width() - Panels.right)) });
    });
    canvas.addEventListener("pointerup", () => {
        const d = drag;
        drag = null;
        if (d && Math.abs(d.to - d.from) > 6)
            show(value(Math.min(d.from, d.to)), value(Math.max(d.from, d.to)));
        State.notify();
    });
    canvas.addEventListener("pointercancel", () => { drag = null; });
    canvas.addEventListener("dblclick", all);
    canvas.addEventListener("wheel", e => {
        if (!e.ctrlKey && !e.shiftKey)          // the wheel alone scrolls the page
            return;
        e.preventDefault();
        zoom(e.deltaY + e.deltaX > 0 ? 1.25 : 0.8, value(e.offsetX));
    }, { passive: false });

    // The range being dragged over, or null.
    const dragged = () => drag && Math.abs(drag.to - drag.from) > 6 ? drag : null;
    return { zoom, shift, all, dragged };
})();
