"use strict";
// The view of explain --why and --lesson: why one score is what it is, and what a step would teach its head. Sentences
// and numbers are explain's (src/explain/why); the page adds up cells and subtracts, nothing else.
const Why = (() => {
    const { el, fill } = Dom, d = Data.all, w = d.why, signed = Num.signed;
    const me = { id: "why", name: w ? "Why" : "Lesson" };
    const shown = 8;                                    // sources on each side of the table

    const { percent } = WhyParts, sides = w ? WhyParts.sides(w, Data.label) : [];

    // Every part of both sides, also those of one position that a source stands for.
    function parts() {
        return { label: "every part", head: ["of the", "part", "adds to the score", "above the other keys",
            ...(w.content === null ? [] : ["content"]), "score without it, held", "weight, held", "score, free",
            "weight, free"],
        rows: sides.flatMap((side, k) => side.all.map(x => [k ? "key" : "query", x.name, x.sum, x.over,
            ...(w.content === null ? [] : [x.content]), x.held.score, percent(x.held.weight), x.free.score,
            percent(x.free.weight)])) };
    }

    const distance = () => ({ label: "content against distance", head: ["score", "content", "distance",
        "at distance 0"], rows: [[w.score, w.content, w.score - w.content, w.at_zero]] });

    // Leads to the cell in the picture and the other views, if this page has its row.
    function there() {
        if (Data.cell(w.layer, w.head, "s", w.query, w.key) === null && !Data.traced(w.layer, w.head, w.query))
            return null;
        return Dom.button("Show it in the picture", () => State.set({ layer: w.layer, head: w.head, row: w.query,
            key: w.key }), { id: "why-there" });
    }

    const say = (...texts) => el("div", { class: "say" }, texts.filter(Boolean).map(text => el("p", null, text)));
    const small = text => el("p", { class: "say small" }, text);

    function why() {
        return [el("h2", null, "Why this score"), say(w.place + ".", w.query_side.sentence, w.key_side.sentence),
            there(),
            el("h3", null, "Parts of the query by parts of the key"), Dom.table(WhyParts.table(w, sides, shown)),
            small("Each cell is the dot product of two parts, divided by √D; grey raises the score, orange lowers " +
                `it. They sum to the score (error ${Num.show(w.error, 1)}). Without it: the weight with that part ` +
                "removed for real, the norms held at their factors, then free to rescale what is left, as they " +
                "would. Bold: the causes that the sentences name, by the free number."),
            el("details", null, el("summary", null, "Every part"), Dom.table(parts())),
            w.positions ? [el("h3", null, "Content against distance"), say(w.positions)] : [],
            w.content === null ? [] : Dom.table(distance()),
            el("h3", null, "What the head then writes, and through what"), say(w.writes.sentence),
            Dom.table(WhyParts.ways_table(w.writes, w.layer, w.writes.tokens.map(Data.word))),
            d.counts ? small("Each way acts on a logit through the output matrix and through the gains of the counts.")
                : []]
            .flat();
    }

    me.build = panel => fill(panel, w ? why() : [], d.lesson ? Lesson.build() : []);

    return me;
})();
