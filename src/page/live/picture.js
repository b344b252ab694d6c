"use strict";
// The watched prompt in large letters, with the mirror: above it where the head looks, below it where the loss pushes.
// typing.js lays the input over the letters; drag.js moves them.
const Picture = (() => {
    const { el, svg, fill } = Dom, { text, box } = Mirror, now = State.now;
    const one = x => x.toFixed(1);
    const me = { svg: svg("svg", { class: "mirror", "aria-hidden": "true" }), p: null, m: null, arcs: [], whole: false,
        over: null };

    // The prompt as it is typed; its arcs as soon as the engine has answered.
    function scene() {
        const chars = Session.watched(), f = now.frame, fits = f && f.chars.length === chars.length;
        const row = fits ? State.row() : Math.max(0, chars.length - 1);
        const head = fits ? Frames.row(f, now.layer, now.head, row) : { units: [], push: 0 };
        return { ...head, n: chars.length, row, shown: chars.map(c => Glyph.visible(c)), bare: true,
            blank: chars.map(c => /^[ \n\t\r]$/.test(c)) };
    }

    function captions(p, m, above, below) {
        const word = (kind, what) => svg("tspan", { class: kind }, what);
        const up = p.wide ? `forward ↑ where head ${now.layer}.${now.head} looks from here (thickness: weight)`
            : `↑ where head ${now.layer}.${now.head} looks`;
        const down = p.wide ? "backward ↓ where the loss pushes: look " : "↓ the loss pushes: ";
        return [text(p.edge, p.top - 10, "s", up + (p.wide ? above : "")),
            text(p.edge, p.bottom - 6, "s", ...(m.push === 0 ? [none(p)]
                : [down, word("m", "more"), " or ", word("l", "less"),
                    p.wide ? ` (thickness: |dL/ds|, in all ${Num.show(m.push, 2)})${below}` : ""]))];
    }

    // Why nothing is drawn below.
    function none(p) {
        if (!p.wide)
            return "no push";
        return now.softness === Infinity ? "no push: a hard maximum has no slope, so queries and keys learn nothing"
            : "no push yet: the loss does not depend on where this head looks";
    }

    // A letter that is being dragged leaves the line, and leaves a mark where it stood.
    function lifted(p, letters) {
        const c = now.change;
        if (!c || c.kind !== "score" || !p.shown[c.j])
            return null;
        const rise = Math.max(-p.letter * 1.4, Math.min(p.letter * 1.4, -Drag.rise(c.by)));
        letters.childNodes[p.column[c.j]].setAttribute("transform", `translate(0 ${one(rise)})`);
        return svg("g", { class: "lift" }, svg("path", { d: `M${one(p.x(c.j))} ${one(p.line)}v${one(rise)}` }),
            text(p.x(c.j), p.line + rise + (rise < 0 ? -p.letter * 0.75 : p.letter * 1.05), "s", Num.signed(c.by, 2)));
    }

    function masked(p) {
        const c = now.change;
        return c && c.kind === "mask" ? svg("path", { class: "masked", d: c.masked.map((yes, j) => yes && p.shown[j]
            ? `M${one(p.x(j) - p.cell / 2)} ${one(p.line)}h${one(p.cell)}` : "").join("") }) : null;
    }

    function draw(room) {
        const m = scene(), p = Mirror.lay_out(m, room, me.whole);
        const above = Mirror.arcs(p, m, -1), below = Mirror.arcs(p, m, 1), letters = Mirror.letters(p, m);
        Object.assign(me, { m, p, arcs: [...above.arcs, ...below.arcs] });
        const lift = lifted(p, letters), key = now.key !== null && now.key < m.n ? box(p, now.key, now.key, "k") : null;
        me.svg.setAttribute("viewBox", `0 0 ${one(p.width)} ${one(p.height)}`);
        fill(me.svg, captions(p, m, above.rest, below.rest), me.arcs.map(x => x.node),
            m.n ? box(p, m.row, m.row, "q") : null, key, letters, lift, masked(p));
        mark();
    }

    // Emphasizes the arcs of the key under the pointer, else of the selected one.
    function mark() {
        const key = me.over !== null ? me.over : now.key;
        let some = false;
        for (const x of me.arcs) {
            const on = x.u.first === key;
            x.node.classList.toggle("on", on);
            some = some || on;
        }
        me.svg.classList.toggle("some", some);
    }

    function redraw() {
        const visible = me.box.clientWidth, zoom = Pen.zoom();
        if (!visible)
            return;
        draw(visible / zoom);
        me.zoom = zoom;
        me.svg.setAttribute("width", one(me.p.width * zoom));
        me.svg.setAttribute("height", one(me.p.height * zoom));
        Typing.place(me);
    }

    // The key at a pointer's event.
    function at(e) {
        const r = me.svg.getBoundingClientRect(), zoom = r.width / me.p.width;
        return Mirror.hit(me.p, me.arcs, (e.clientX - r.left) / zoom, (e.clientY - r.top) / zoom);
    }

    function build(home) {
        me.stage = el("div", { class: "stage" }, me.svg, Typing.make(me));
        me.box = el("div", { class: "picture" }, me.stage);
        home.append(me.box);
        State.listen(redraw);
        new ResizeObserver(State.notify).observe(me.box);
        me.stage.addEventListener("pointermove", e => {
            const over = e.pointerType === "mouse" && me.p ? at(e) : null;
            if (over === me.over)
                return;
            me.over = over;
            mark();
        });
        me.stage.addEventListener("pointerleave", () => {
            me.over = null;
            mark();
        });
        Drag.listen(me, at);
    }

    return { build, me, redraw };
})();
