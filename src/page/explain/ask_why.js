"use strict";
// In the view of a row: opens the view Why for the score that was taken apart, and for any other gives the command that
// takes it apart. ask() is also what other views do about numbers that this page lacks.
const AskWhy = (() => {
    const { el } = Dom, d = Data.all, w = d.why;

    // A word of a POSIX shell's command line.
    const quote = text => /^[\w.,:=@%+/-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;

    // Whether a text can be pasted into a terminal: no control or invisible characters, none that reorder others.
    const plain = text => /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(text) && !text.startsWith("-");
    const text_of = characters => characters.every(c => c.byte === null || c.byte === undefined)
        ? characters.map(c => c.text).join("") : "";

    // more: what the command does besides, as words.
    function command(more) {
        const target = d.vocabulary[d.answer.target];
        const prompt = text_of(d.characters), given = plain(prompt);
        const asked = d.answer.target_why !== "the most probable" && plain(text_of([target]));
        return { given, text: ["explain", ...(plain(d.model.path) ? ["--model", quote(d.model.path)] : []),
            "--prompt", given ? quote(prompt) : "-", ...(asked ? ["--target", quote(target.text)] : []),
            ...more].join(" ") };
    }

    const opens = s => w && s.layer === w.layer && s.head === w.head && s.row === w.query &&
        (s.key === null || s.key === w.key);

    function copy(text, node) {
        const done = () => { button.textContent = "Copied"; }, select = () => getSelection().selectAllChildren(node);
        const button = Dom.button("Copy", () => navigator.clipboard.writeText(text).then(done, select),
            { class: "quiet" });
        return button;
    }

    // A question, and the command that answers it.
    function ask(question, more) {
        const c = command(more), pre = el("pre", { class: "command whole", tabindex: 0 }, c.text);
        return [el("p", { class: "small" }, `${question}${c.given ? "" : ", with the text on standard input"}:`), pre,
            copy(c.text, pre)];
    }

    // Nodes for the selection s.
    function build(s) {
        if (opens(s))
            return [Dom.button("Why this score", () => Main.show(Main.number("why"), true), { id: "why-open" }),
                ` taken apart: ${Data.label(w.query)} and ${Data.label(w.key)}`];
        const key = s.key === null ? "" : `.${s.key}`;
        const what = s.key === null ? "that of its largest weight" : `${Data.label(s.row)} and ${Data.label(s.key)}`;
        return ask(`Why this score (${what})? This makes a page that takes it apart`,
            ["--why", `${s.layer}.${s.head}.${s.row}${key}`, "--html", "why.html"]);
    }

    return { build, ask };
})();
