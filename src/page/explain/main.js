"use strict";
// The page's first screen (headline, picture, selection) and the tabs below it.
const Main = (() => {
    const { el, fill } = Dom, d = Data.all;
    const views = [Story, Heads, Row, Paths, Edit, Snapshots, ...(d.counts ? [Counts] : []),
        ...(d.versus ? [Contrast] : []), ...(d.why || d.lesson ? [Why] : []), ...(d.roles ? [Roles] : [])];
    const number = id => views.findIndex(view => view.id === id);
    let open = -1;

    function heading() {
        const a = d.answer;
        document.title = "Gradients through attention: " + d.characters.slice(-24).map(c => c.show).join("");
        fill(document.getElementById("sentence"), (d.versus || d.cause).sentence);
        counted();
        const notes = [...d.notes, d.trimmed ? d.trimmed.text : null].filter(Boolean);
        fill(document.getElementById("notes"), notes.map(text => el("p", { class: "note" }, text)));
        const m = d.model;
        fill(document.getElementById("foot"),
            el("p", null, `${d.program}. Model ${m.path}: ${m.layers} layers of ` +
            `${m.heads} heads, ${m.channels} channels, ${m.vocab} characters, ${m.parameters} parameters` +
            (m.step === null ? "." : `, after ${m.step} steps.`)),
            el("p", null, "Answer: ", Data.word(a.target),
                ` with p = ${Num.show(a.p, 4)}, loss ${Num.show(a.loss, 4)} nats. ` +
            `Computed in double precision. Keys: 1 to ${Math.min(9, views.length)} open the views, arrows move the ` +
            "locked cell, Esc unlocks it; in Story left and right turn the steps, and F shows them as slides."));
    }

    // What counting knew of the answer, if the model asks it; with --versus the first sentence says it.
    function counted() {
        const node = document.getElementById("counted");
        node.hidden = !d.counts || Boolean(d.versus);
        if (!node.hidden)
            fill(node, d.counts.sentence + " ", Dom.button("View Counts", () => show(number("counts"), true),
                { class: "quiet", id: "counts-open" }));
    }

    function show(k, focus) {
        State.set({ tab: views[(k + views.length) % views.length].id });
        turn();
        if (focus)
            views[open].tab.focus();
    }

    // Shows the view that the state names, the first if the name is unknown.
    function turn() {
        const wanted = Math.max(0, views.findIndex(view => view.id === State.now.tab));
        if (wanted === open)
            return;
        open = wanted;
        views.forEach((view, v) => {
            view.tab.setAttribute("aria-selected", v === open);
            view.tab.tabIndex = v === open ? 0 : -1;
            view.panel.hidden = v !== open;
        });
        const view = views[open];
        if (!view.built) {
            view.build(view.panel);
            view.panel.querySelectorAll("p.say").forEach(Glossary.mark);
        }
        view.built = true;
        if (view.update)
            view.update();
    }

    function tabs() {
        views.forEach((view, v) => {
            view.tab = el("button", { type: "button", role: "tab", id: "tab-" + view.id,
                "aria-controls": "panel-" + view.id,
                on: { click: () => show(v) } },
                    el("span", { class: "number", "aria-hidden": "true" }, v + 1), " ", view.name);
            view.panel = el("section", { role: "tabpanel", id: "panel-" + view.id,
                "aria-labelledby": "tab-" + view.id, hidden: true });
        });
        fill(document.getElementById("tabs"), views.map(view => view.tab));
        fill(document.getElementById("panels"), views.map(view => view.panel));
        document.getElementById("tabs").addEventListener("keydown", e => {
            const to = { ArrowLeft: open - 1, ArrowRight: open + 1, Home: 0, End: views.length - 1 }[e.key];
            if (to === undefined)
                return;
            e.preventDefault();
            show(to, true);
        });
    }

    function keys(e) {
        if (e.ctrlKey || e.metaKey || e.altKey)
            return;
        if (e.key === "Escape")
            State.set({ key: null });
        else if (/^[1-9]$/.test(e.key) && Number(e.key) <= views.length && !(e.target instanceof HTMLSelectElement))
            show(Number(e.key) - 1, true);
    }

    heading();
    document.getElementById("first").append(Picture.make().node);
    Chips.build(document.getElementById("where"));
    tabs();
    document.addEventListener("keydown", keys);
    State.listen(turn);
    State.listen(() => views[open].update && views[open].update());
    turn();
    State.notify();
    return { show, number };
})();
