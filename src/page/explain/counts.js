"use strict";
// The view of a model that mixes counts into its logits: what counting knew, and what attention and MLPs added. All was
// measured by explain (src/explain/output/halves.h); the page multiplies gains by logarithms, and subtracts.
const Counts = (() => {
    const { el, fill } = Dom, d = Data.all, x = d.counts, signed = Num.signed, show = Num.show;
    const me = { id: "counts", name: "Counts" };
    const target = d.answer.target, p = CountsPicture;
    let chosen = x ? p.ids.find(id => id !== target) : null;       // the character that the answer is compared with

    const nats = v => v === null ? "–" : `${show(v)}`;
    const said = id => Data.word(id);

    // --- The next character, four times ---

    function four() {
        return Figure.make({ title: "The next character: the whole, and each half without the other",
            caption: "Bold: the likeliest in its column. Without the counts: their gains are 0, and the model is run " +
                "again. Without the network: its own logits are 0, and the gains it chose stay. Counting alone: no " +
                `model, only what followed the last ${x.contexts.at(-1)} characters at most. Click a character to ` +
                "see below what decides between it and the answer.",
            least: 310, height: p.four_height, draw: (pen, w) => p.four(pen, w, chosen),
            hit: (px, py, w) => p.four_hit(px, py, w), pick: cell => choose(cell.id),
            move: rows => choose(p.ids[Math.max(0, Math.min(p.ids.length - 1, p.ids.indexOf(chosen) + rows))]),
            read: cell => cell && cell.id !== undefined ? odds(cell.id) : odds(chosen),
            table: () => ({ label: "the next character, four times", head: ["character", ...p.ways.map(w => w.name),
                "logit by counts", "by the network", "sum"], mark: p.ids.indexOf(chosen),
            pick: k => choose(p.ids[k]), rows: p.ids.map(id => [said(id),
                ...p.ways.map(w => ({ text: Num.percent(x.p[w.key][id]), value: x.p[w.key][id] })), x.by_counts[id],
                x.by_model[id], x.by_counts[id] + x.by_model[id]]) }) });
    }

    const odds = id => `${said(id)}: ` + p.ways.map(w => `${w.name} ${Num.percent(x.p[w.key][id])}`).join(", ");

    function choose(id) {
        chosen = id;
        State.notify();
    }

    // --- What decides between the answer and the character chosen ---

    function title() {
        return chosen === target ? `The logit of ${said(target)}`
            : `What speaks for ${said(target)} and against ${said(chosen)}`;
    }

    function parts() {
        return Figure.make({ title, caption: () => "Strong: it favours the answer; faint: the other character. Each " +
            "length of context adds its gain times the logarithm of what counting says after at most so many " +
            "characters; the network adds its own logit. A logit is the sum" +
            (d.model.soft_cap > 0 ? ", before it is soft-capped" : "") + ".",
        least: 260, height: () => p.parts_height, draw: (pen, w) => p.parts(pen, w, chosen),
        hit: (px, py) => p.parts_hit(py),
        read: cell => cell && cell.part !== undefined ? reckoned(p.terms(chosen)[cell.part])
            : "Point at a line to read how it comes about.",
        table: () => ({ label: "parts of the logit", head: ["part", "gain", `p(${said(target)})`,
            ...(chosen === target ? [] : [`p(${said(chosen)})`]), "adds"],
        rows: p.terms(chosen).map(t => [t.name, t.gain, t.answer, ...(chosen === target ? [] : [t.rival]),
            t.value]) }) });
    }

    const percent = v => Num.percent(v).replace("\u00a0", " ");
    const logs = t => t.rival === null ? `log ${percent(t.answer)}` : `(log ${percent(t.answer)} − log ` +
        `${percent(t.rival)})`;
    const reckoned = t => t.gain === null ? `${t.name}: ${signed(t.value)}`
        : `${t.name}: ${signed(t.gain)} × ${logs(t)} = ${signed(t.value)}`;

    // --- Each character of the prompt ---

    const at = hover => hover && hover.key !== undefined ? hover.key : State.now.key;

    function read_surprise(hover) {
        const j = at(hover);
        if (j === null)
            return "Point at a character to read its numbers, click to lock it.";
        if (j === 0)
            return `${Data.label(0)}: the first has none before it that could predict it.`;
        return `${Data.label(j)}: ${p.ways.map(w => `${w.name} ${nats(x.loss[w.key][j])}`).join(", ")} nats; the ` +
            `model gains ${signed(p.gained[j])} over counting`;
    }

    function go(by) {
        const key = State.now.key === null ? Data.n - 1 : Math.max(0, Math.min(Data.n - 1, State.now.key + by));
        State.set({ row: Math.max(key, State.now.row), key });
    }

    function surprise() {
        return Figure.make({ title: "Each character of the prompt: how surprised each of them was",
            caption: `−log p of each character after those before it, in nats. Mean: ${p.ways.map(w =>
                `${w.name} ${show(x.mean[w.key], 4)}`).join(", ")}. The third picture is the first less the second: ` +
                "strong, attention and MLPs helped; faint, they hurt. The first three have one scale, the last two " +
                "another. On a prompt from the training text counting has seen the answer.",
            least: Chart.width_for(), height: () => p.surprise_height,
            draw: (pen, w, h, hover) => p.surprise(pen, w, at(hover)), read: read_surprise,
            hit(px, py, w) {
                const j = Chart.columns(w).at(px);
                return j >= 0 ? { key: j } : null;
            },
            pick: cell => State.set(cell.key > State.now.row ? { row: cell.key, key: cell.key } : cell),
            move: (rows, keys) => go(keys),
            table: () => ({ label: "surprise", head: ["character", ...p.ways.map(w => w.name), "gained"],
                rows: d.characters.map((c, j) => [Data.label(j), ...p.ways.map(w => x.loss[w.key][j]),
                    p.gained[j]]) }) });
    }

    function how() {
        const most = x.contexts.map(String), last = most.pop();
        const letters = el("span", { class: "letters" }, "z: the logit of character c; h: the vector of the last " +
            "character after the last norm; ", Dom.math("w_c"), ": a row of the output matrix");
        return [el("p", null, "Two voices are added up. Counting looks up in the training text what followed the " +
            `last ${most.join(", ")} and ${last} characters, fewer where it lacks them: a probability `,
        Dom.math("p_k"), " for each length. The network (attention and MLPs) gives each character a logit of " +
            "its own, and decides with a gain ", Dom.math("g_k"), " how far each length is to be trusted here."),
        el("div", { class: "formula" }, Dom.math("z_c = w_c · h + ∑_k g_k log p_k(c)"), letters)];
    }

    me.build = panel => fill(panel, el("h2", null, "What counting knew, what attention added"),
        el("p", { class: "say" }, x.sentence), Glossary.mark(el("div", { class: "say small" }, how())),
        four().node, parts().node, Data.n > 1 ? surprise().node : []);

    return me;
})();
