"use strict";
// The watched prompt in large letters, with the mirror: above it where the head looks, below it where the loss pushes.
// typing.js lays the input over the letters; drag.js moves them.
const Picture = (() => {
    const { el, svg, fill } = Dom, { text, box } = Mirror, now = State.now;
    const one = x => x.toFixed(1);
    // The picture's layers, from the back; what is drawn (p: layout, m: scene), and how.
    const layers = { words: svg("g"), under: svg("g"), text: svg("g"), lift: svg("g") };
    const me = { svg: svg("svg", { class: "mirror", "aria-hidden": "true" }, Object.values(layers)), p: null, m: null,
        arcs: [], whole: false, over: null, letters: null, written: "", sized: "", captioned: 0, wide: 0 };

    // The prompt as it is typed; its arcs as soon as the engine has answered.
    function scene() {
        const typed = Session.watched(), f = now.frame, fits = f && f.chars.join("") === typed.join("");
        const chars = fits ? f.chars : typed;           // of a character spelled in bytes a frame has several columns
        const row = fits ? State.row() : Math.max(0, chars.length - 1);
        const head = fits ? Frames.row(f, now.layer, now.head, row) : { units: [], push: 0 };
        return { ...head, n: chars.length, row, shown: chars.map(c => Glyph.visible(c)), bare: true,
            blank: chars.map(c => /^[ \n\t\r]$/.test(c)) };
    }

    function captions(p, m, above, below) {
        const word = (kind, what) => svg("tspan", { class: kind }, what);
        const up = p.wide ? `forward ↑ where head ${now.layer}.${now.head} looks from here (thickness: weight)`
            : `↑ where head ${now.layer}.${now.head} looks`, roomy = p.width > 800;
        const down = p.wide ? "backward ↓ where the loss pushes: look " : "↓ the loss pushes: ";
        return [text(p.edge, p.top - 10, "s", up + (roomy ? above : "")),
            text(p.edge, p.bottom - 6, "s", ...(m.push === 0 ? [none(p)]
                : [down, word("m", "more"), " or ", word("l", "less"),
                    p.wide ? ` (thickness: |dL/ds|, in all ${Num.show(m.push, 2)})${roomy ? below : ""}` : ""]))];
    }

    // Words change at most eight times a second.
    function caption(p, m, above, below) {
        const time = performance.now();
        if (now.playing && time - me.captioned < 125 && me.wide === p.width)
            return;
        me.captioned = time;
        me.wide = p.width;
        fill(layers.words, captions(p, m, above, below));
    }

    // Why nothing is drawn below.
    function none(p) {
        if (!p.wide)
            return "no push";
        return now.softness === Infinity ? "no push: a hard maximum has no slope, so queries and keys learn nothing"
            : "no push: the loss does not depend on where this head looks from here";
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

    // The letters stay while the text does: a frame only greys those that no arc reaches.
    function write(p, m) {
        const name = [m.shown.join(""), p.width, p.line, p.columns, p.shown.indexOf(false)].join("\0");
        if (name !== me.written) {
            me.letters = Mirror.letters(p, m);
            fill(layers.text, me.letters);
        } else {
            const black = Mirror.reached(m);
            p.shown.forEach((yes, j) => yes && grey(me.letters.childNodes[p.column[j]], !black.has(j)));
        }
        me.written = name;
    }

    function grey(node, yes) {
        if (yes !== (node.getAttribute("class") === "n"))
            node.setAttribute("class", yes ? "n" : "");
        if (node.hasAttribute("transform"))
            node.removeAttribute("transform");
    }

    function draw(room) {
        const m = scene(), p = Mirror.lay_out(m, room, me.whole);
        const above = Mirror.arcs(p, m, -1), below = Mirror.arcs(p, m, 1);
        Object.assign(me, { m, p, arcs: [...above.arcs, ...below.arcs] });
        write(p, m);
        const key = now.key !== null && now.key < m.n ? box(p, now.key, now.key, "k") : null;
        caption(p, m, above.rest, below.rest);
        fill(layers.under, me.arcs.map(x => x.node), m.n ? box(p, m.row, m.row, "q") : null, key);
        fill(layers.lift, lifted(p, me.letters), masked(p));
        mark();
    }

    function size() {
        const name = [me.p.width, me.p.height, me.zoom].join();
        if (name === me.sized)
            return;
        me.sized = name;
        me.svg.setAttribute("viewBox", `0 0 ${one(me.p.width)} ${one(me.p.height)}`);
        me.svg.setAttribute("width", one(me.p.width * me.zoom));
        me.svg.setAttribute("height", one(me.p.height * me.zoom));
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
        const visible = me.room.width();
        if (!visible)
            return;
        me.zoom = Room.zoom();
        draw(visible / me.zoom);
        size();
        Typing.place(me);
    }

    function table() {
        const f = now.frame, fits = f && me.m && me.m.n === f.n, i = State.row();
        return { label: "the picture",
            head: ["key", "score s", "weight a", "dL/ds", "share of the push", "training looks"],
            rows: !fits ? [] : me.m.units.map(u => [`'${me.m.shown[u.first]}' (${u.first})`, u.s, u.a,
                { text: Num.signed(u.ds), value: u.ds }, u.pushed, u.ds === 0 ? "–" : u.ds < 0
                    ? { text: "more ▲", class: "more" } : { text: "less ▼", class: "less" }]),
            mark: now.key, pick: key => State.set({ key: key <= i ? key : null }) };
    }

    // The numbers as a table, and the picture as a file.
    function extras() {
        const inner = el("div"), details = el("details", { on: { toggle: show } }, el("summary", null, "Table"), inner);
        let last = 0;
        function show() {
            if (!details.open || (now.playing && performance.now() - last < 500))
                return;
            last = performance.now();
            fill(inner, Dom.table(table()));
        }
        State.listen(show);
        return [Typing.button(), Dom.button("Download SVG", () => Dom.download(
            `head-${now.layer}-${now.head}-step-${now.frame ? now.frame.step : 0}.svg`, "image/svg+xml",
            Mirror.file(me.svg)), { class: "quiet" }), details];
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
        me.room = Room.of(me.box, State.notify);
        State.listen(redraw);
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

    return { build, extras, me, redraw };
})();
