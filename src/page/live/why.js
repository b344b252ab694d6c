"use strict";
// Why the selected key has its score: in words, then as a table of query parts by key parts. The engine takes it apart
// (src/explain/why); the page adds up cells, nothing else.
const WhyScore = (() => {
    const { el } = Dom, shown = 6;
    const char = i => `'${Glyph.visible(Session.watched()[i] || "")}'`;
    const label = i => `${char(i)} (${i})`;
    const stretch = (first, last) => `"${Frames.shown(Session.watched().slice(first, last + 1))}"`;

    // What a part is, and where it was written.
    function part(u, i, rows) {
        const at = u.back > 0 ? ` at ${label(i - u.back)}` : "";
        if (u.kind === "token")
            return u.back === 0 ? "the character itself" : u.back === null
                ? `the characters ${stretch(i - rows + 1, i)}` : `${label(i - u.back)}, which the convolution mixes in`;
        return { position: "its position", head: `layer ${u.layer}'s head ${u.head}`, mlp: `layer ${u.layer}'s MLP`,
            bias: "the biases" }[u.kind] + at;
    }

    const reading = r => r ? ` (which read ${stretch(r.first, r.last)}` +
        `${r.after > 0 ? " or what the convolution carries from it" : ""})` : "";

    const most = side => side.shown.reduce((best, u) =>
        Math.abs(u.free.effect) > Math.abs(best.free.effect) ? u : best);

    // Through what the query asks, or the key answers; the removals were really made.
    function half(w, side, key) {
        const i = key ? w.key : w.query, does = `${char(i)} ${key ? "answers" : "asks"}`;
        const rows = 1 + Math.max(...side.units.map(u => u.back || 0)), named = u => part(side.units[u], i, rows);
        if (w.query === 0)
            return key ? "" : "It is the only key, so its weight is 1 whatever the score.";
        if (side.together.length > 0)
            return `${does} through ${side.together.map(u => named(u) + (u === side.cause ? reading(side.reads) : ""))
                .join(" and ")} together: without them the weight falls to ${Num.percent(side.together_free.weight)}.`;
        if (side.cause === null)
            return `No part of the ${key ? "key" : "query"} alone is a cause: without ${part(most(side), i, rows)}, ` +
                `which does most, the weight is ${Num.percent(most(side).free.weight)}.`;
        const u = side.units[side.cause], against = u.free.effect > 0;
        const alone = against || u.free.weight <= w.weight / 2;
        return `${does} ${against ? "in spite of" : alone ? "through" : "most through"} ${named(side.cause)}` +
            `${reading(side.reads)}: without that the weight ${against ? "rises" : "falls"} ${alone ? "" : "only "}` +
            `to ${Num.percent(u.free.weight)}.`;
    }

    const distance = w => w.content === null || w.query === 0 ? "" : `Of the score, ${Num.signed(w.content)} is ` +
        `content, its mean over all distances, and ${Num.signed(w.score - w.content)} the distance of ` +
        `${w.query - w.key}.`;

    function told(w) {
        const sides = WhyParts.sides(w, label);
        const words = [half(w, sides[0], false), half(w, sides[1], true), distance(w)].filter(Boolean);
        return [words.map(text => el("p", { class: "said" }, text)),
            Dom.table(WhyParts.table(w, sides, shown)),
            el("p", { class: "small" }, `The cells sum to the score, ${Num.signed(w.score, 4)} (error ` +
                `${Num.show(w.error, 1)}). Without it: the weight with that part really removed, the norms held at ` +
                "their factors, then free. Bold: the causes.")].flat();
    }

    const build = home => Asked.build(home, "why", "Why this score", place => Engine.why(place), told);

    return { build };
})();
