"use strict";
// What a gradient step on the prompt teaches one head (explain --lesson): each matrix's gradient as outer products.
const Lesson = (() => {
    const { el } = Dom, x = Data.all.lesson;
    const characters = ids => el("bdi", { class: "mono" }, ids.map(Data.word).join(" "));
    const place = j => j === null ? "–" : Data.label(j);

    // The largest outer products of a matrix: what its gradient says, and what a step then did.
    function terms(m) {
        return { label: `terms of ${m.name}`, head: ["at", "share", "its input is like", "cosine", "more", "less",
            "meant for", "dL/ds", "measured"],
        rows: m.terms.map(t => [Data.label(t.at), { text: Num.percent(t.share), value: t.share },
            t.input === null ? "–" : Data.word(t.input), t.likeness, characters(t.more), characters(t.less),
            place(t.partner), t.meant, t.moved]) };
    }

    // Each step's change of the loss and of the answer's logits, beside what the gradient predicts.
    function steps() {
        const names = x.tokens.map(Data.word);
        const line = (name, s) => [name, ...s.loss, ...s.logits.flat()];
        return { label: "steps", head: ["a step on", "loss: predicted", "measured", ...names.flatMap(name =>
            [`logit of ${name}: predicted`, "measured"])],
        rows: [...x.matrices.map(m => line(`W_${m.name}`, m.step)), line("all four", x.together)] };
    }

    const build = () => [el("h2", null, `What a gradient step teaches head ${x.layer}.${x.head}`),
        x.matrices.flatMap(m => [el("div", { class: "say" }, el("p", null, m.sentence)), Dom.table(terms(m))]),
        el("p", { class: "say small" }, "Each matrix's gradient is a sum of outer products, one for each position; " +
            "these are the largest, with their share of it. What is more and less asked for, answered or written is " +
            "read as characters. Measured: what a step on that matrix alone did to the score meant, or to the logit " +
            "of the first character that gets more, less that of the first that gets less."),
        el("h3", null, "Predicted and measured"), Dom.table(steps())].flat();

    return { build };
})();
