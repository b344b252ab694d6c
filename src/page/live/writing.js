"use strict";
// The model writes: it continues the prompt, again and again while it trains.
const Writing = (() => {
    const { el, fill } = Dom, now = State.now, often = 2500, length = 90;
    let text, temperature, last = 0, seed = 1, wanted = "";

    const write = Session.latest(async () => {
        const prompt = Session.watched().join(""), start = performance.now();
        const out = await Engine.sample({ prompt, n: length, temperature: Number(temperature.value), seed: seed++ });
        last = Math.max(last, start);
        fill(text, el("span", { class: "asked" }, prompt), el("b", null, out));
    });

    // A new text when the model or the prompt has changed, at most every so often.
    function update() {
        const f = now.frame;
        if (!f || !f.n || f.step === 0)
            return;
        const name = [f.run, f.step, now.prompt, temperature.value].join(), pause = performance.now() - last;
        if (name === wanted || pause < often)
            return;
        wanted = name;
        last = performance.now();
        write();
    }

    function build() {
        text = el("p", { class: "text", dir: "auto" }, el("span", { class: "asked" }, "Nothing yet: train it first."));
        temperature = el("input", { type: "range", min: 0.1, max: 1.5, step: 0.1, value: 0.8, on: { input: () => {
            wanted = "";
            State.notify();
        } } });
        fill(document.getElementById("writing"), el("h2", { id: "h-writing" }, "It writes"), text,
            el("label", { class: "small" }, "cautious ", temperature, " bold"));
        State.listen_slowly(update);
        setInterval(() => now.frame && update(), often);
    }

    return { build };
})();
