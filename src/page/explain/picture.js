"use strict";
// The picture: the prompt on one line in large letters. Above it arcs from the row's character to its keys, as thick as
// their weights; below it arcs of the push, as thick as |ds|, blue where a gradient step attends more, orange where
// less. Beside it the likely next characters. Keys, or whole words with the sums of their keys. mirror.js draws it.
const Picture = (() => {
    const { el, svg, fill } = Dom, { box, text } = Mirror, d = Data.all, show = Num.show, signed = Num.signed;
    const one = x => x.toFixed(1);

    // The row's units with their sums: { first, last, a, ds, pushed: |ds| as a share of the row's push }.
    function measure(row) {
        const push = Num.sum(row.keys.map(key => Math.abs(key.ds))), from = row.keys[0].j;
        const units = Data.units[State.now.units].filter(u => u.last >= from && u.first <= row.i).map(u => {
            const keys = row.keys.slice(Math.max(0, u.first - from), u.last - from + 1);
            const ds = Num.sum(keys.map(key => key.ds));
            return { first: keys[0].j, last: keys[keys.length - 1].j, keys, a: Num.sum(keys.map(key => key.a)), ds,
                pushed: push > 0 ? Math.abs(ds) / push : 0 };
        });
        return { row: row.i, n: Data.n, units, push, shown: Data.shown, blank: Data.blank, words };
    }

    const named = u => (u.first === u.last ? `'${Data.char(u.first)}' (${u.first})`
        : `'${Data.text(u.first, u.last)}' (${u.first}–${u.last})`);

    // The arc's tooltip.
    const words = u => `${named(u)}: attention ${Num.percent(u.a)}, dL/ds ${signed(u.ds)}`;

    function captions(p, m, above, below) {
        const word = (kind, what) => svg("tspan", { class: kind }, what), s = State.now;
        const title = `Layer ${s.layer}, head ${s.head}, query '${Data.char(s.row)}' (${s.row})`;
        const push = show(m.push, 2);
        return [text(p.edge, 22, null, title + (p.wide ? `, loss ${show(d.answer.loss)} nats` : "")),
            text(p.edge, Size.TOP - 12, "s", (p.wide ? "above: attention weights" : "attention") + above),
            m.push === 0 ? text(p.edge, p.bottom - 14, "s", p.wide
                ? "below: no push, since the loss does not depend on this row's weights" : "no push")
            : text(p.edge, p.bottom - 14, "s", p.wide ? `below: push, sum of |dL/ds| ${push}; a gradient step attends `
                : `push ${push}: `, word("m", "more"), " or ", word("l", "less"), below)];
    }

    // The likely next characters; the target always is among them.
    function likely() {
        const a = d.answer, ids = a.order.slice(0, Size.BARS);
        if (!ids.includes(a.target))
            ids[ids.length - 1] = a.target;
        return ids.map(id => ({ shown: Data.word(id), p: a.p_all[id], target: id === a.target }));
    }

    // Draws into the <svg> element me.svg, `room` units wide.
    function draw(me, room) {
        const m = measure(State.row()), p = Mirror.lay_out(m, room, me.whole);
        const above = Mirror.arcs(p, m, -1), below = Mirror.arcs(p, m, 1), locked = unit_at(m, State.now.key);
        Object.assign(me, { m, p, arcs: [...above.arcs, ...below.arcs] });
        me.svg.setAttribute("viewBox", `0 0 ${one(p.width)} ${one(p.height)}`);
        fill(me.svg, svg("title", null, label(m)), captions(p, m, above.rest, below.rest),
            me.arcs.map(x => x.node), box(p, m.row, m.row, "q"), locked ? box(p, locked.first, locked.last, "k")
                : null, Mirror.letters(p, m), Mirror.bars(p, likely()));
        mark(me);
    }

    const unit_at = (m, j) => j === null ? null : m.units.find(u => u.first <= j && j <= u.last) || null;

    // What the picture shows, in words.
    function label(m) {
        const most = m.units.slice().sort((u, v) => v.a - u.a).slice(0, 3);
        return `Layer ${State.now.layer}, head ${State.now.head}: '${Data.char(m.row)}' (${m.row}) attends to ` +
            most.map(u => `${named(u)} ${Num.percent(u.a)}`).join(", ") + ". Above the text attention, below the push.";
    }

    // Emphasizes the arcs of the unit under the pointer or locked, and reads out its numbers.
    function mark(me) {
        const over = me.over !== null ? me.over : State.now.key, u = unit_at(me.m, over);
        me.arcs.forEach(x => x.node.classList.toggle("on", u !== null && x.u.first === u.first));
        me.svg.classList.toggle("some", me.arcs.some(x => u !== null && x.u.first === u.first));
        me.readout.classList.toggle("hint", u === null);
        fill(me.readout, u ? numbers(me, u) : "Point at a character or an arc to read its numbers; a click locks it, " +
            "a second click or Escape unlocks it.");
    }

    function numbers(me, u) {
        const key = u.keys[0], many = u.first !== u.last, m = me.m;
        const look = m.push === 0 || u.pushed < 1e-12 ? "" : u.ds < 0 ? "more" : "less";
        return [el("b", { dir: "ltr" }, el("bdi", null, named(u))), `: weight ${Num.percent(u.a)}` +
            (many ? `, the sum of ${u.keys.length} characters` : `, score ${signed(key.s)}`) +
            `; dL/ds ${signed(u.ds)}, ${Num.percent(u.pushed)} of the push`,
            look ? ": a gradient step attends " : "", look ? el("span", { class: look }, look) : "", ".",
            many ? "" : effect(key), without(u)];
    }

    // What becomes of the answer without the unit, in all heads and layers (src/explain/cause).
    function without(u) {
        const c = d.cause.units.find(x => x.first === u.first && x.last === u.last), name = Data.word(d.answer.target);
        const said = c ? [["deleted", c.deleted_p], ["replaced", c.replaced_p], ["masked in every head", c.masked_p]]
            .filter(([, p]) => p !== null).map(([how, p]) => `${how} ${Num.percent(p)}`) : [];
        return said.length ? ` p(${name}) is ${Num.percent(d.answer.p)}; with it ${said.join(", ")}.` : "";
    }

    // What masking the key in this row really does, which explain measured for the traced row.
    const effect = key => typeof key.masked !== "number" ? ""
        : ` Masked in this row, the loss changes by ${signed(key.masked)}` +
        (key.flag ? `: ${key.flag}, so the gradient misleads.` : ".");

    const table = me => ({ label: "the picture",
        head: ["key", "weight a", "dL/ds", "share of the push", "a step attends"],
        rows: me.m.units.map(u => [named(u), u.a, { text: signed(u.ds), value: u.ds }, u.pushed,
            u.ds < 0 ? { text: "more ▲", class: "more" } : { text: "less ▼", class: "less" }]),
        mark: me.m.units.findIndex(u => u === unit_at(me.m, State.now.key)),
        pick: k => State.lock(me.m.units[k].first) });

    function click(me, j) {
        if (j === null)
            return;
        if (!me.p.shown[j]) {
            me.whole = true;
            me.redraw();
        } else if (j > me.m.row)
            State.set({ row: j, key: null });
        else
            State.lock(j);
    }

    // Arrow keys: left and right move the locked unit, up and down the row.
    function move(me, rows, steps) {
        if (rows)
            return State.set({ row: State.now.row + rows });
        const units = me.m.units, at = units.indexOf(unit_at(me.m, State.now.key));
        const start = units.indexOf(unit_at(me.m, State.strongest()));
        const to = units[Math.max(0, Math.min(units.length - 1, at < 0 ? start : at + steps))];
        State.set({ key: to.first });
    }

    function listen(me) {
        const at = e => {
            const box = me.svg.getBoundingClientRect(), zoom = box.width / me.p.width;
            return Mirror.hit(me.p, me.arcs, (e.clientX - box.left) / zoom, (e.clientY - box.top) / zoom);
        };
        const hover = j => {
            if (j === me.over)
                return;
            me.over = j;
            mark(me);
        };
        me.svg.addEventListener("pointermove", e => e.pointerType === "mouse" && hover(at(e)));
        me.svg.addEventListener("pointerleave", () => hover(null));
        me.svg.addEventListener("click", e => click(me, at(e)));
        me.svg.addEventListener("keydown", e => {
            const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key];
            if (!step || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey)
                return;
            e.preventDefault();
            move(me, ...step);
        });
    }

    const look = () => ["layer", "head", "row", "key", "units"].map(name => State.now[name]).join();

    function redraw(me) {
        const visible = me.box.clientWidth, zoom = Pen.zoom();
        if (!visible)
            return;
        me.visible = visible;
        me.look = look();
        draw(me, visible / zoom);
        me.svg.setAttribute("width", one(me.p.width * zoom));
        me.svg.setAttribute("height", one(me.p.height * zoom));
        me.svg.setAttribute("aria-label", label(me.m) + " Arrow keys move the locked key, Escape unlocks.");
        me.fold.hidden = !me.whole && me.p.shown.every(yes => yes);
        me.fold.textContent = me.whole ? "Fold the text" : "Whole text";
        if (me.details.open)
            fill(me.table, Dom.table(table(me)));
    }

    function make() {
        const me = { over: null, whole: false, table: el("div"), readout: el("p", { class: "readout",
            "aria-live": "polite" }), svg: svg("svg", { class: "mirror", tabindex: 0, role: "application" }) };
        me.redraw = () => redraw(me);
        me.box = el("div", { class: "picture" }, me.svg);
        me.details = el("details", { on: { toggle: me.redraw } }, el("summary", null, "Table"), me.table);
        me.fold = Dom.button("Whole text", () => {
            me.whole = !me.whole;
            me.redraw();
        }, { class: "quiet" });
        const save = Dom.button("Download SVG", () => Figure.download(Mirror.file(me.svg), label(me.m).split(":")[0]),
            { class: "quiet" });
        me.node = el("figure", { class: "first" }, me.box,
            el("div", { class: "under" }, me.readout, me.details, me.fold, save));
        listen(me);
        State.listen(() => me.look !== look() && me.redraw());      // not while a slider of a view moves
        new ResizeObserver(() => me.box.clientWidth !== me.visible && requestAnimationFrame(me.redraw)).observe(me.box);
        return me;
    }

    return { make };
})();
