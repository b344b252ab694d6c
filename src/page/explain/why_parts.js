"use strict";
// The score of explain --why as sources of the query by sources of the key: cells are sums of the JSON's cells.
const WhyParts = (() => {
    const w = Data.all.why;
    const same = (a, b) => a.kind === b.kind && a.layer === b.layer && a.head === b.head;

    // A side's sources. A source that reaches through the convolution has parts of several positions; it stands for
    // them, except in layer 0, where all sources are characters and each is shown.
    function half(name, place) {
        const side = w[name], all = side.units.map((unit, u) => ({ ...unit, u, name: called(unit, place) }));
        const whole = unit => w.layer === 0 ? unit.u < side.parts
            : unit.u >= side.parts || !all.some(x => x.u >= side.parts && same(x, unit));
        const covers = unit => all.slice(0, side.parts).filter(part => part.u === unit.u ||
            unit.u >= side.parts && same(part, unit)).map(part => part.u);
        const causes = new Set([side.cause, ...side.together]);
        return { ...side, all, shown: all.filter(whole).map(unit => ({ ...unit, covers: covers(unit),
            cause: causes.has(unit.u) })) };
    }

    function called(unit, place) {
        const at = unit.back > 0 ? ` at ${Data.label(place - unit.back)}` : "";
        return { token: unit.back === null ? "characters" : Data.label(place - unit.back), position: "position" + at,
            head: `head ${unit.layer}.${unit.head}${at}`, mlp: `MLP ${unit.layer}${at}`,
            bias: "biases" + at }[unit.kind];
    }

    const sides = w ? [half("query_side", w.query), half("key_side", w.key)] : [];
    const cell = (query, key) => Num.sum(query.covers.map(a => Num.sum(key.covers.map(b => w.cells[a][b]))));

    // The most sources of a side that matter, causes first, then by what they add above the row's other keys.
    function most(side, n) {
        const sorted = [...side.shown].sort((a, b) => b.cause - a.cause || Math.abs(b.over) - Math.abs(a.over));
        return { shown: sorted.slice(0, n), rest: sorted.slice(n) };
    }

    return { sides, cell, most };
})();
