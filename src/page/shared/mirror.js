"use strict";
// The mirror: a text on one line in large letters, above it arcs from one character to those that it attends to, as
// thick as their weights, below it arcs of the push, as thick as |ds|, blue where a gradient step attends more, orange
// where less. SVG elements from a scene: { n, row: the character that attends, units: [{ first, last, a, ds, pushed:
// |ds| as a share of the row's push }], shown: signs of the characters, blank: which are white space, words(unit): its
// tooltip, if any, bare: without bars }. layout.js has the lengths; explain --svg draws the same
// (src/cli/explain/svg.c).
const Mirror = (() => {
    const { svg } = Dom;
    const one = x => x.toFixed(1);

    function lay_out(m, room, whole) {
        const share = new Array(m.n).fill(0);
        for (const u of m.units)
            share.fill(Math.max(u.a, u.pushed), u.first, u.last + 1);
        return Layout.make({ n: m.n, row: m.row, share, blank: m.blank, bare: m.bare }, room, whole);
    }

    // The middle of what is shown of a unit; of its fold, if nothing is.
    function middle(p, u) {
        const shown = p.shown.map((yes, j) => j).filter(j => j >= u.first && j <= u.last && p.shown[j]);
        return shown.length ? (p.x(shown[0]) + p.x(shown[shown.length - 1])) / 2 : p.x(u.first);
    }

    function line(p, side, from, to, thick) {
        const far = to - from, y = p.line + side * p.foot, width = thick.toFixed(2);
        return far < p.cell * 0.75
            ? svg("circle", { cx: one(to), cy: one(y + side * (Size.LOOP + thick / 2)), r: Size.LOOP,
                "stroke-width": width })
            : svg("path", { d: `M${one(from)} ${one(y)}A${one(far / 2)} ${one(p.rise(far))} 0 0 ${side < 0 ? 1 : 0} ` +
                `${one(to)} ${one(y)}`, "stroke-width": width });
    }

    // An arc from the row's character to a unit, above the text (side -1) or below (+1); a loop if it is too near.
    function arc(p, m, u, side, kind, share) {
        const from = u.first === u.last ? p.x(u.first) : middle(p, u), to = p.x(m.row), thick = p.width_of(share);
        const y = p.line + side * p.foot, x0 = p.x(u.first) - p.cell / 2, x1 = p.x(u.last) + p.cell / 2;
        const foot = x1 - x0 > p.cell * 1.5
            ? svg("path", { class: "foot", d: `M${one(x0)} ${one(y)}H${one(x1)}` }) : null;
        const node = svg("g", { class: kind, "data-key": u.first, "data-share": share },
            m.words ? svg("title", null, m.words(u)) : null, line(p, side, from, to, thick), foot);
        const near = to - from < p.cell * 0.75;
        return { node, u, from, to, y, high: near ? 2 * Size.LOOP + thick : p.rise(to - from), side };
    }

    // The arcs of one side, and how many units are left out, with their share.
    function arcs(p, m, side) {
        const share = u => side < 0 ? u.a : u.pushed, kind = u => side < 0 ? "w" : u.ds < 0 ? "m" : "l";
        const drawn = m.units.filter(u => share(u) >= Size.SHARE_PC / 100);
        const others = m.units.length - drawn.length, left = Num.sum(m.units.map(share)) - Num.sum(drawn.map(share));
        return { arcs: drawn.map(u => arc(p, m, u, side, kind(u), share(u))),
            rest: others ? `; + ${others} other${others > 1 ? "s" : ""}, ${Math.abs(100 * left).toFixed(0)} %` : "" };
    }

    const text = (x, y, kind, ...words) => svg("text", { x: one(x), y: one(y), class: kind }, ...words);

    // What is wider than a letter is smaller.
    const one_column = shown => Math.min(1, Size.WIDE_PC / 100 / Glyph.columns(shown));

    // The characters that an arc reaches, and the row.
    function reached(m) {
        const all = new Set([m.row]);
        for (const u of m.units)
            for (let j = u.first; j <= u.last && Math.max(u.a, u.pushed) >= Size.SHARE_PC / 100; j++)
                all.add(j);
        return all;
    }

    function letter(p, m, j, black) {
        const folded = !p.shown[j], what = folded ? "⋯" : m.shown[j], size = p.letter * one_column(what);
        const node = text(p.x(j), p.line + size * 0.35, folded || !black.has(j) ? "n" : null, what);
        node.style.setProperty("font-size", one(size) + "px");
        return node;
    }

    // The text, grey where no arc reaches it. A fold is one sign.
    function letters(p, m) {
        const black = reached(m), all = [];
        for (let j = 0; j < m.n; j++)
            if (p.shown[j] || j === 0 || p.shown[j - 1])
                all.push(letter(p, m, j, black));
        return svg("g", { class: "c" }, all);
    }

    function box(p, first, last, kind) {
        const x = p.x(first) - p.cell / 2;
        return svg("rect", { class: kind, x: one(x), y: one(p.line - p.letter * Size.BOX_PC / 100), rx: 4,
            width: one(p.x(last) + p.cell / 2 - x), height: one(p.letter * Size.BOX_PC / 50) });
    }

    // Likely next characters, [{ shown, p, target: is it the one whose loss is meant }].
    function bars(p, items) {
        return [text(p.bars_x, p.bars_y - Size.BAR_PITCH, "s", "next character")].concat(...items.map((item, k) => {
            const y = p.bars_y + Size.BAR_PITCH * k, long = p.bar * item.p;
            const name = text(p.bars_x - 10, y + 6, "a", item.shown);
            name.style.setProperty("font-size", one(20 * Math.min(1, 1.5 * one_column(item.shown))) + "px");
            return [name, svg("rect", { class: item.target ? "vm" : "b", x: one(p.bars_x),
                y: one(y - Size.BAR_HIGH / 2), width: one(Math.max(Size.THIN, long)), height: Size.BAR_HIGH }),
            text(p.bars_x + long + 8, y + 5, "s", `${(100 * item.p).toFixed(1)} %`)];
        }));
    }

    // The key of the character or arc at a point of the picture; null if neither is there. A character after the row
    // has no arc but can be the next row.
    function hit(p, drawn, x, y) {
        const column = Math.floor((x - p.left) / p.cell);
        if (Math.abs(y - p.line) <= p.foot + 2)
            return column < 0 || column >= p.columns ? null : p.column.indexOf(column);
        let best = null, least = 14;
        for (const a of drawn) {
            const rx = Math.max(Size.LOOP, (a.to - a.from) / 2), cx = (a.from + a.to) / 2, dy = a.side * (y - a.y);
            const off = Math.abs(Math.hypot((x - cx) / rx, dy / a.high) - 1) * Math.min(rx, a.high);
            if (dy >= 0 && off < least)
                [best, least] = [a.u.first, off];
        }
        return best;
    }

    // The picture as a file, in the colours of the page.
    function file(shown) {
        const c = Theme.colours, copy = shown.cloneNode(true);
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

    return { lay_out, arcs, letters, reached, box, bars, text, hit, file };
})();
