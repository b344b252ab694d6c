"use strict";
// Puts the page together, starts the engine, and begins on a text.
const Main = (() => {
    const { el, fill } = Dom, now = State.now;
    const data = JSON.parse(document.getElementById("data").textContent || "{}");

    function centre() {
        const home = document.getElementById("centre");
        fill(home, el("h2", { id: "h-prompt", class: "unseen" }, "Watched prompt"));
        Picture.build(home);
        home.append(el("p", { id: "prompt-help", class: "unseen" }, "Type to change the text. Left and right select " +
            "a letter; up and down raise and lower its score in the head that is shown. Escape undoes."));
        Derive.build(home);
        WhyScore.build(home);
        Writes.build(home);
        Change.build(home);
        Fork.build(home, Picture.extras());
    }

    // What runs here, and what its numbers are worth.
    function badge(e) {
        const text = e.fused
            ? "Fused multiply-add: the model's bytes are those of the native program for the same text, flags and seed."
            : "No fused multiply-add in this browser: it is emulated exactly, which is slower. The model's bytes are " +
                "those of the native program.";
        fill(document.getElementById("foot"), el("p", { class: "badge", "data-fused": e.fused ? "yes" : "no" },
            el("b", null, e.fused ? "fused" : "not fused"), ` ${text} The gradients are worked out in double ` +
            "precision. Keys: space plays and pauses, a full stop makes one step; in the prompt, up and down move a " +
            `letter's score, and Escape undoes. Nothing leaves this page.${data.program ? ` ${data.program}.` : ""}`));
    }

    // Space plays and pauses, a full stop makes one step, where no field or button takes them.
    function keys(e) {
        const busy = e.target.closest && e.target.closest("input, textarea, select, button, summary, a");
        if (busy || e.ctrlKey || e.metaKey || e.altKey || !now.facts)
            return;
        if (e.key === " ") {
            e.preventDefault();
            Bar.toggle();
        } else if (e.key === ".")
            Session.once();
    }

    const own = data.text ? [{ id: "given", name: "The text of this page", text: data.text, prompt: data.prompt || "" }]
        : [];

    function start() {
        const asked = Share.read();
        return Engine.start().then(e => {
            badge(e);
            return Source.open({ ...asked, prompt: asked.prompt || data.prompt });
        }).then(() => data.model && Session.open(Uint8Array.from(atob(data.model), c => c.charCodeAt(0)))).then(() => {
            if (asked.view && now.facts)
                State.choose({ layer: Math.min(asked.view.layer, now.facts.layers - 1),
                    head: Math.min(asked.view.head, now.facts.heads - 1) });
        });
    }

    Bar.build();
    Sentence.build();
    centre();
    for (const view of [Follow, Next, Writing, Heads, CurveView, Share])
        view.build();
    Change.build_all(document.getElementById("heads"));
    Source.build([...own, ...(typeof Texts === "undefined" ? [] : Texts)]);
    if (typeof Guide !== "undefined")
        Guide.mount(document.getElementById("guide"));
    document.addEventListener("keydown", keys);
    State.notify();
    start().catch(Session.trouble);
    return { start };
})();
