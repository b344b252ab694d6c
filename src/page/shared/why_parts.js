"use strict";
// A score taken apart (the key "why" of explain --json, or an answer of the live page's engine) as sources of the query
// by sources of the key: cells are sums of its cells. label(i) names the character at position i.
const WhyParts = (() => {
    const same = (a, b) => a.kind === b.kind && a.layer === b.layer && a.head === b.head;

    // A side's sources. A source that reaches through the convolution has parts of several positions; it stands for
    // them, except in layer 0, where all sources are characters and each is shown.
    function half(w, side, place, label) {
        const all = side.units.map((unit, u) => ({ ...unit, u, name: called(unit, place, label) }));
        const whole = unit => w.layer === 0 ? unit.u < side.parts
            : unit.u >= side.parts || !all.some(x => x.u >= side.parts && same(x, unit));
        const covers = unit => all.slice(0, side.parts).filter(part => part.u === unit.u ||
            unit.u >= side.parts && same(part, unit)).map(part => part.u);
        const causes = new Set([side.cause, ...side.together]);
        return { ...side, all, shown: all.filter(whole).map(unit => ({ ...unit, covers: covers(unit),
            cause: causes.has(unit.u) })) };
    }

    function called(unit, place, label) {
        const at = unit.back > 0 ? ` at ${label(place - unit.back)}` : "";
        return { token: unit.back === null ? "characters" : label(place - unit.back), position: "position" + at,
            head: `head ${unit.layer}.${unit.head}${at}`, mlp: `MLP ${unit.layer}${at}`,
            bias: "biases" + at }[unit.kind];
    }

    // The most sources of a side that matter, causes first, then by what they add above the row's other keys.
    function most(side, n) {
        const sorted = [...side.shown].sort((a, b) => b.cause - a.cause || Math.abs(b.over) - Math.abs(a.over));
        return { shown: sorted.slice(0, n), rest: sorted.slice(n) };
    }

    // Both sides: the query's, the key's.
    const sides = (w, label) => [half(w, w.query_side, w.query, label), half(w, w.key_side, w.key, label)];

    const cell = (w, query, key) => Num.sum(query.covers.map(a => Num.sum(key.covers.map(b => w.cells[a][b]))));

    const percent = x => ({ text: Num.percent(x), value: x });
    const heat = (x, top) => ({ text: Num.signed(x), value: x, class: x < 0 ? "heat against" : "heat",
        style: { "--strong": top > 0 ? Math.min(1, Math.abs(x) / top) : 0 } });
    const name = xs => xs.length === 1 ? xs[0].name : `${xs.length} others`;
    const named = xs => xs.length === 1 && xs[0].cause ? Dom.el("b", null, name(xs)) : name(xs);
    const total = xs => Num.sum(xs.map(x => x.sum));

    // An argument of Dom.table. Rows are sources of the query, columns sources of the key, n of each; what is not shown
    // is added up as "others".
    function table(w, both, n) {
        const groups = both.map(side => most(side, n)).map(x => [...x.shown.map(y => [y]), ...x.rest.length ? [x.rest]
            : []]);
        const [rows, columns] = groups, sum = (as, bs) => Num.sum(as.map(a => Num.sum(bs.map(b => cell(w, a, b)))));
        const cells = rows.map(as => columns.map(bs => sum(as, bs))), top = Num.largest(cells.flat());
        const without = (xs, kind) => xs.length === 1 ? percent(xs[0][kind].weight) : "";
        return { label: "query parts by key parts",
            head: ["query ↓, key →", ...columns.map(name), "sum", "without it, held", "free"],
            rows: [...rows.map((as, a) => [named(as), ...cells[a].map(x => heat(x, top)), total(as),
                without(as, "held"), without(as, "free")]),
            ["sum", ...columns.map(total), w.score, percent(w.weight), percent(w.weight)],
            ...["held", "free"].map(kind => [`without it, ${kind}`, ...columns.map(bs => without(bs, kind)),
                "", "", ""])] };
    }

    // What a head writes (the key "writes") as ways to the answer, [name, numbers], the largest first.
    const difference = v => v.length === 2 ? v[0] - v[1] : v[0];

    function ways(x, layer) {
        const H = x.heads.length / x.mlps.length;
        return [["directly", x.direct], ["through the last norm", x.norm],
            ...x.heads.map((v, k) => [`through head ${Math.floor(k / H)}.${k % H}`, v])
                .filter((_, k) => k >= (layer + 1) * H),
            ...x.mlps.map((v, l) => [`through layer ${l}'s MLP`, v]).slice(layer)]
            .sort((a, b) => Math.abs(difference(b[1])) - Math.abs(difference(a[1])));
    }

    // The same as a table; names: of the target and of its rival, if there is one.
    function ways_table(x, layer, names) {
        const found = ways(x, layer), top = Num.largest(found.map(f => difference(f[1]))), two = names.length === 2;
        const line = (name, v, strong) => [name, heat(difference(v), strong), ...(two ? v : [])];
        return { label: "ways to the answer", head: ["way", two ? `logit of ${names[0]} less ${names[1]}`
            : `logit of ${names[0]}`, ...(two ? names : [])],
        rows: [...found.map(([name, v]) => line(name, v, top)), line("sum", x.total, 0)] };
    }

    return { sides, table, heat, percent, difference, ways, ways_table };
})();
