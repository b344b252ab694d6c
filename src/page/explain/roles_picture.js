"use strict";
// The picture of the view Roles: one line a head, grouped by role; its attention there beside chance, and the cost of
// its ablation.
const RolesPicture = (() => {
    const r = Data.all.roles;
    const heads = r ? r.heads : [], high = 20, top = 24, title = 30;
    const headings = { itself: "the character itself", previous: "the previous character",
        same: "the same character before", induction: "induction: what followed it",
        word: "the word's first character", start: "the window's start", replay: "induction, when replaying",
        clue: "the sentence's clue" };

    const role_of = h => h.label === null ? null : r.roles.findIndex(x => x.name === h.label);
    const is = (h, [layer, head]) => h.layer === layer && h.head === head;

    // The heads that are redundant with h, the strongest first, with their pairs.
    const partners = h => r.pairs.filter(p => p.redundant && (is(h, p.a) || is(h, p.b)))
        .map(p => ({ pair: p, other: heads.find(x => is(x, is(h, p.a) ? p.b : p.a)) }));

    // Groups in the order of the roles, the costliest head first; those without a role last.
    const groups = !r ? [] : [...r.roles.map((_, k) => k), null].map(role => ({ role, heads: heads.filter(h =>
        role_of(h) === role).sort((a, b) => b.cost - a.cost) })).filter(g => g.heads.length);

    // Where each heading and line stands.
    const lines = [], names = [];
    let y = top;
    for (const g of groups) {
        names.push({ y: y + 20, text: (g.role === null ? "none of these" : headings[r.roles[g.role].name] ||
            r.roles[g.role].name) + `: ${g.heads.length} head${g.heads.length > 1 ? "s" : ""}` });
        y += title;
        for (const h of g.heads)
            lines.push({ h, role: g.role, y: y += high });
    }

    const height = () => y + 14;
    const most = Num.largest(lines.map(x => x.role === null ? 0 : x.h.share[x.role]));
    const cost = Num.largest(heads.map(h => h.cost));
    const twin = lines.map(x => partners(x.h)[0]);

    // The two columns of bars: where each begins, and how long its longest bar is.
    function columns(w) {
        const long = Math.min(340, (w - 34 - 54 - 116) / 2);
        return { share: 34, cost: 34 + long + 54, long };
    }

    const selected = x => x.h.layer === State.now.layer && x.h.head === State.now.head;

    function line(pen, c, x, other) {
        const t = Theme.colours, small = { size: 12, fill: t.muted }, mid = x.y - 10;
        pen.text(`${x.h.layer}.${x.h.head}`, 28, x.y - 4, { size: 13, align: "right", bold: selected(x) });
        if (x.role !== null) {
            const long = c.long * x.h.share[x.role] / most, chance = c.share + c.long * r.roles[x.role].chance / most;
            pen.rect(c.share, mid - 5, long, 11, t.weight);
            pen.path(`M${chance} ${mid - 8}v17`, { stroke: t.less, width: 2 });
            pen.text(Num.percent(x.h.share[x.role]), c.share + long + 4, x.y - 4, small);
        }
        const long = cost > 0 ? c.long * Math.abs(x.h.cost) / cost : 0;
        pen.rect(c.cost, mid - 5, long, 11, x.h.cost < 0 ? t.less : t.weight);
        pen.text(Num.signed(x.h.cost, 2) + (other ? ` ↔ ${other.other.layer}.${other.other.head}` : ""),
            c.cost + long + 4, x.y - 4, small);
    }

    function draw(pen, w) {
        const c = columns(w), t = Theme.colours;
        pen.text("attention", c.share, 16, { size: 13, fill: t.muted });
        pen.text("ablated, nats", c.cost, 16, { size: 13, fill: t.muted });
        for (const x of names)
            pen.text(x.text, 0, x.y, { size: 14, italic: true });
        lines.forEach((x, k) => {
            if (selected(x))
                pen.rect(0, x.y - high + 1, c.cost + c.long + 116, high - 1, Theme.blend("mark", 0.3));
            line(pen, c, x, twin[k]);
        });
    }

    function hit(x, at) {
        const found = lines.find(l => at > l.y - high && at <= l.y);
        return found ? found.h : null;
    }

    const place = () => lines.findIndex(selected);
    const current = () => lines[place()].h;

    // Up and down go from line to line.
    function move(rows) {
        const to = lines[Math.max(0, Math.min(lines.length - 1, place() + rows))].h;
        State.set({ layer: to.layer, head: to.head, key: null });
    }

    return { height, draw, hit, move, role_of, partners, current };
})();
