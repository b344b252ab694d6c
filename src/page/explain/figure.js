"use strict";
// A picture with a caption, a readout of the cell under the pointer or locked, a table of its numbers and a
// button that saves it as SVG.
//   f.title, f.caption (text or nodes, or a function)   f.height(width), f.draw(pen, width, height, hover)
//   f.least: minimum width, below which it scrolls, or a function of it    f.table(): an argument for Dom.table
//   f.hit(x, y, width, height) -> cell or null          f.pick(cell): called by a click
//   f.read(cell or null): text                          f.move(rows, keys): arrow keys
const Figure = (() => {
    const all = [];

    // Saves text as an SVG file named after its title.
    function download(text, title) {
        Dom.download(title.replace(/[^\w]+/g, "-").toLowerCase() + ".svg", "image/svg+xml", text);
    }

    function save(f, width) {
        const title = text_of(f.title), pen = Pen.svg(width, f.height(width), title);
        f.draw(pen, width, f.height(width), null);
        download(pen.done(), title);
    }

    const text_of = x => typeof x === "function" ? x() : x;

    function listen(me, canvas) {
        const f = me.f;
        const at = e => f.hit ? f.hit(e.offsetX / me.zoom, e.offsetY / me.zoom, me.width,
            f.height(me.width)) : null;
        const hover = cell => {
            if (JSON.stringify(cell) === JSON.stringify(me.hover))
                return;
            me.hover = cell;
            me.draw();
        };
        canvas.addEventListener("pointermove", e => e.pointerType === "mouse" && hover(at(e)));
        canvas.addEventListener("pointerleave", () => hover(null));
        canvas.addEventListener("click", e => {
            const cell = at(e), s = State.now;
            if (cell && f.pick)                     // a second click on the locked cell unlocks it
                f.pick(cell.key === s.key && (cell.row === undefined || cell.row === s.row) ? { key: null } : cell);
        });
        canvas.addEventListener("keydown", e => {
            const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1],
                ArrowRight: [0, 1] }[e.key];
            if (!step || !f.pick || e.ctrlKey || e.metaKey || e.altKey)
                return;
            e.preventDefault();
            me.hover = null;                        // the pointer rests where it was; show what the keys move
            (f.move || State.move)(...step);
        });
    }

    function draw(me) {
        const f = me.f;
        me.visible = me.box.clientWidth;
        if (!me.visible)
            return;
        me.zoom = Pen.zoom();
        const visible = me.visible / me.zoom, c = me.canvas;
        me.width = Math.max(visible, text_of(f.least) || 0);
        const height = f.height(me.width);
        f.draw(Pen.canvas(c, me.width, height, me.box.scrollLeft / me.zoom, me.zoom), me.width, height, me.hover);
        c.setAttribute("aria-label", text_of(f.title) +
            (f.pick ? ": arrow keys move the locked cell, Escape unlocks" : ""));
        if (!me.scrolled && me.width > visible)
            me.box.scrollLeft = me.width * me.zoom;           // show the end of a long prompt first
        me.scrolled = true;
        if (me.title)
            Dom.fill(me.title, text_of(f.title));
        caption(me, text_of(f.caption) || "");
        if (f.read)
            me.readout.textContent = f.read(me.hover);
        if (me.details.open)
            Dom.fill(me.table, Dom.table(f.table()));
    }

    // Words of the glossary stay the same nodes while the caption does, so that they keep the focus.
    function caption(me, words) {
        if (words === me.words)
            return;
        me.words = words;
        Glossary.mark(Dom.fill(me.caption, words));
    }

    function make(f) {
        const canvas = Dom.el("canvas", { tabindex: f.pick ? 0 : null,
            role: f.pick ? "application" : "img" });
        const table = Dom.el("div");
        const details = Dom.el("details", { on: { toggle: () => me.draw() } },
            Dom.el("summary", null, "Table"), table);
        const me = { f, canvas, table, details, hover: null, width: 0, zoom: 1, draw: () => draw(me),
            title: f.plain ? null : Dom.el("h3"), caption: Dom.el("figcaption"),
            readout: f.read ? Dom.el("p", { class: "readout", "aria-live": "polite" }) : null,
            box: Dom.el("div", { class: "picture" }, canvas) };
        me.under = Dom.el("div", { class: "under" }, f.table ? details : null,
            Dom.button("Download SVG", () => save(f, me.width), { class: "quiet" }));
        me.node = Dom.el("figure", { class: f.class }, me.title, me.box, me.readout, me.caption, me.under);
        listen(me, canvas);
        me.box.addEventListener("scroll", () => requestAnimationFrame(me.draw));
        new ResizeObserver(() => me.box.clientWidth !== me.visible && requestAnimationFrame(me.draw))
            .observe(me.box);
        all.push(me);
        return me;
    }

    State.listen(() => all.forEach(me => me.draw()));
    return { make, download, all };
})();
