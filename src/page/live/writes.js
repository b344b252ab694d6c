"use strict";
// What the selected head, reading the selected character, writes into the answer: in words, then as a table of the ways
// by which it gets there. The engine takes it away and runs the model again (src/explain/why/writes.h).
const Writes = (() => {
    const { el } = Dom, named = 3, quoted = c => `'${Glyph.visible(c)}'`;

    // The largest ways, and the sum of the others.
    function largest(w) {
        const all = WhyParts.ways(w, w.layer).map(([name, v]) => [name, WhyParts.difference(v)]);
        const some = all.slice(0, named).filter(x => x[1] !== 0), rest = Num.sum(all.slice(some.length).map(x => x[1]));
        return [...some.map(([name, x]) => `${name} ${Num.signed(x)}`),
            ...(Math.abs(rest) >= 5e-4 ? [`the rest ${Num.signed(rest)}`] : [])].join(", ");
    }

    function sentence(w) {
        const [target, rival] = w.chars.map(quoted), total = WhyParts.difference(w.total);
        const [before, after] = w.p.map(Num.percent);
        return `What it writes for ${quoted(Session.watched()[w.key] || "")} moves the logit of ${target}` +
            (rival ? ` against ${rival}` : "") + ` by ${Num.signed(total)}` +
            (Math.abs(total) >= 5e-4 ? `: ${largest(w)}` : "") + `. Without it p(${target}) ` +
            (before === after ? `stays at ${before}.` : `is ${after}, not ${before}.`);
    }

    const told = w => [el("p", { class: "said" }, sentence(w)),
        Dom.table(WhyParts.ways_table(w, w.layer, w.chars.map(c => Glyph.visible(c)))),
        el("p", { class: "small" }, "Really removed: its weight times the value, as the head writes it into the " +
            "stream, the weights staying as they are. The ways add up to the change of the logit (error " +
            `${Num.show(w.error, 1)}). Head 1.0: layer 1's head 0.`)];

    const build = home => Asked.build(home, "writes", "What it writes into the answer",
        place => Engine.writes(place), told);

    return { build };
})();
