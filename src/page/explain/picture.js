"use strict";
// The picture: the prompt on one line in large letters. Above it arcs from the row's character to its keys, as thick as
// their weights; below it arcs of the push, as thick as |ds|, blue where a gradient step attends more, orange where
// less. Beside it the likely next characters. Keys, or whole words with the sums of their keys. Drawn as SVG, which is
// also what is saved; explain --svg draws the same (src/cli/explain/svg.c).
const Picture = (() => {
    const { el, svg, fill } = Dom, d = Data.all, show = Num.show, signed = Num.signed;
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
        return { row, units, push };
    }

    function lay_out(m, room, whole) {
        const share = new Array(Data.n).fill(0);
        for (const u of m.units)
            share.fill(Math.max(u.a, u.pushed), u.first, u.last + 1);
        return Layout.make({ n: Data.n, row: m.row.i, share, blank: Data.blank }, room, whole);
    }

    // The middle of what is shown of a unit; of its fold, if nothing is.
    function middle(p, u) {
        const shown = p.shown.map((yes, j) => j).filter(j => j >= u.first && j <= u.last && p.shown[j]);
        return shown.length ? (p.x(shown[0]) + p.x(shown[shown.length - 1])) / 2 : p.x(u.first);
    }

    const named = u => (u.first === u.last ? `'${Data.char(u.first)}' (${u.first})`
        : `'${Data.text(u.first, u.last)}' (${u.first}–${u.last})`);

    // An arc from the row's character to a unit, above the text (side -1) or below (+1); a loop if it is too near.
    function arc(p, m, u, side, kind, share) {
        const from = middle(p, u), to = p.x(m.row.i), y = p.line + side * p.foot, thick = p.width_of(share);
        const far = to - from, near = far < p.cell * 0.75, width = thick.toFixed(2);
        const line = near ? svg("circle", { cx: one(to), cy: one(y + side * (Size.LOOP + thick / 2)), r: Size.LOOP,
            "stroke-width": width })
            : svg("path", { d: `M${one(from)} ${one(y)}A${one(far / 2)} ${one(p.rise(far))} 0 0 ${side < 0 ? 1 : 0} ` +
                `${one(to)} ${one(y)}`, "stroke-width": width });
        const x0 = p.x(u.first) - p.cell / 2, x1 = p.x(u.last) + p.cell / 2;
        const foot = x1 - x0 > p.cell * 1.5
            ? svg("path", { class: "foot", d: `M${one(x0)} ${one(y)}H${one(x1)}` }) : null;
        const words = `${named(u)}: attention ${Num.percent(u.a)}, dL/ds ${signed(u.ds)}`;
        const node = svg("g", { class: kind, "data-key": u.first, "data-share": share }, svg("title", null, words),
            line, foot);
        return { node, u, from, to, y, high: near ? 2 * Size.LOOP + thick : p.rise(far), side };
    }

    // The arcs of one side, and how many units are left out, with their share.
    function side_of(p, m, side) {
        const share = u => side < 0 ? u.a : u.pushed, kind = u => side < 0 ? "w" : u.ds < 0 ? "m" : "l";
        const drawn = m.units.filter(u => share(u) >= Size.SHARE_PC / 100);
        const others = m.units.length - drawn.length, left = Num.sum(m.units.map(share)) - Num.sum(drawn.map(share));
        return { arcs: drawn.map(u => arc(p, m, u, side, kind(u), share(u))),
            rest: others ? `; + ${others} other${others > 1 ? "s" : ""}, ${Math.abs(100 * left).toFixed(0)} %` : "" };
    }

    const text = (x, y, kind, ...words) => svg("text", { x: one(x), y: one(y), class: kind }, ...words);

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

    // What is wider than a letter is smaller.
    const one_column = shown => Math.min(1, Size.WIDE_PC / 100 / Data.columns(shown));

    // The prompt, grey where no arc reaches it. A fold is one sign.
    function letters(p, m) {
        const reached = new Set(m.units.filter(u => Math.max(u.a, u.pushed) >= Size.SHARE_PC / 100)
            .flatMap(u => u.keys.map(key => key.j)).concat(m.row.i));
        const all = [];
        for (let j = 0; j < Data.n; j++) {
            const folded = !p.shown[j];
            if (folded && j > 0 && !p.shown[j - 1])
                continue;
            const what = folded ? "⋯" : Data.char(j), size = p.letter * one_column(what);
            const node = text(p.x(j), p.line + size * 0.35, folded || !reached.has(j) ? "n" : null, what);
            node.style.setProperty("font-size", one(size) + "px");
            all.push(node);
        }
        return svg("g", { class: "c" }, all);
    }

    function box(p, first, last, kind) {
        const x = p.x(first) - p.cell / 2;
        return svg("rect", { class: kind, x: one(x), y: one(p.line - p.letter * Size.BOX_PC / 100), rx: 4,
            width: one(p.x(last) + p.cell / 2 - x), height: one(p.letter * Size.BOX_PC / 50) });
    }

    // The likely next characters; the target always is among them.
    function bars(p) {
        const a = d.answer, ids = a.order.slice(0, Size.BARS);
        if (!ids.includes(a.target))
            ids[ids.length - 1] = a.target;
        return [text(p.bars_x, p.bars_y - Size.BAR_PITCH, "s", "next character")].concat(...ids.map((id, k) => {
            const y = p.bars_y + Size.BAR_PITCH * k, long = p.bar * a.p_all[id];
            const name = text(p.bars_x - 10, y + 6, "a", Data.word(id));
            name.style.setProperty("font-size", one(20 * Math.min(1, 1.5 * one_column(Data.word(id)))) + "px");
            return [name, svg("rect", { class: id === a.target ? "vm" : "b", x: one(p.bars_x),
                y: one(y - Size.BAR_HIGH / 2), width: one(Math.max(Size.THIN, long)), height: Size.BAR_HIGH }),
            text(p.bars_x + long + 8, y + 5, "s", `${(100 * a.p_all[id]).toFixed(1)} %`)];
        }));
    }

    // Draws into the <svg> element me.svg, `room` units wide.
    function draw(me, room) {
        const m = measure(State.row()), p = lay_out(m, room, me.whole);
        const above = side_of(p, m, -1), below = side_of(p, m, 1), locked = unit_at(m, State.now.key);
        Object.assign(me, { m, p, arcs: [...above.arcs, ...below.arcs] });
        me.svg.setAttribute("viewBox", `0 0 ${one(p.width)} ${one(p.height)}`);
        fill(me.svg, svg("title", null, label(m)), captions(p, m, above.rest, below.rest),
            me.arcs.map(x => x.node), box(p, m.row.i, m.row.i, "q"), locked ? box(p, locked.first, locked.last, "k")
                : null, letters(p, m), bars(p));
        mark(me);
    }

    const unit_at = (m, j) => j === null ? null : m.units.find(u => u.first <= j && j <= u.last) || null;

    // What the picture shows, in words.
    function label(m) {
        const most = m.units.slice().sort((u, v) => v.a - u.a).slice(0, 3);
        return `Layer ${State.now.layer}, head ${State.now.head}: '${Data.char(m.row.i)}' (${m.row.i}) attends to ` +
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

    // The key of the character or arc at a point of the picture; null if there is none. A character after the row has
    // no key: it is a row to choose.
    function hit(me, x, y) {
        const p = me.p, column = Math.floor((x - p.left) / p.cell);
        if (Math.abs(y - p.line) <= p.foot + 2)
            return column < 0 || column >= p.columns ? null : p.column.indexOf(column);
        let best = null, least = 14;
        for (const a of me.arcs) {
            const rx = Math.max(Size.LOOP, (a.to - a.from) / 2), cx = (a.from + a.to) / 2, dy = a.side * (y - a.y);
            const off = Math.abs(Math.hypot((x - cx) / rx, dy / a.high) - 1) * Math.min(rx, a.high);
            if (dy >= 0 && off < least)
                [best, least] = [a.u.first, off];
        }
        return best;
    }

    function click(me, j) {
        if (j === null)
            return;
        if (!me.p.shown[j]) {
            me.whole = true;
            me.redraw();
        } else if (j > me.m.row.i)
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
            return hit(me, (e.clientX - box.left) / zoom, (e.clientY - box.top) / zoom);
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

    // The picture as a file, in the colours of the page.
    function file(me) {
        const c = Theme.colours, copy = me.svg.cloneNode(true);
        for (const name of ["tabindex", "role", "aria-label", "class"])
            copy.removeAttribute(name);
        copy.querySelectorAll(".on").forEach(node => node.classList.remove("on"));
        const style = `svg{background:${c.paper}}path,circle{fill:none}.c,.c text{text-anchor:middle}` +
            `text{font:15px ${Pen.serif};fill:${c.ink}}.c text{font-family:${Pen.mono}}` +
            `.q{fill:${c.mark};opacity:.45}.k{fill:none;stroke:${c.ink};stroke-width:1.5}.n,text.s{fill:${c.muted}}` +
            `text.s{font-size:14px}text.a{text-anchor:end}.b{fill:${c.weight};opacity:.35}` +
            `.w{stroke:${c.weight}}.m{stroke:${c.more}}.l{stroke:${c.less}}.w,.m,.l{opacity:.85}.foot{stroke-width:3}` +
            `.vm,tspan.m{fill:${c.more}}tspan.l{fill:${c.less}}tspan.m,tspan.l{stroke:none;opacity:1}`;
        copy.insertBefore(svg("style", null, style), copy.firstChild);
        return new XMLSerializer().serializeToString(copy) + "\n";
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
        const save = Dom.button("Download SVG", () => Figure.download(file(me), label(me.m).split(":")[0]),
            { class: "quiet" });
        me.node = el("figure", { class: "first" }, me.box,
            el("div", { class: "under" }, me.readout, me.details, me.fold, save));
        listen(me);
        State.listen(() => me.look !== look() && me.redraw());      // not while a slider of a view moves
        new ResizeObserver(() => me.box.clientWidth !== me.visible && requestAnimationFrame(me.redraw)).observe(me.box);
        return me;
    }

    return { make, file };
})();
