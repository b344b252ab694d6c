"use strict";
// The text to learn: one of those that ship, a pasted one, a file; and the model's size and seed. Any change starts
// over. A long text is shown by its beginning only, since a large text area is slow.
const Source = (() => {
    const { el, fill } = Dom, now = State.now, editable = 20000, shown = 1500;
    const sizes = { fit: ["that fits", {}], tiny: ["tiny: 2 × 2 × 32", { layers: 2, heads: 2, channels: 32,
        context: 32 }], mid: ["2 × 4 × 64", { layers: 2, heads: 4, channels: 64, context: 64 }],
    small: ["small: 4 × 4 × 128", { layers: 4, heads: 4, channels: 128, context: 64 }] };
    const own = { id: "own", name: "My own text", text: "", prompt: "", target: null, settings: {} };
    let choose, area, size, seed, facts, say, all = [], timer = 0;

    const text_of = t => typeof t.text === "function" ? t.text() : t.text;

    function settings(t) {
        return { steps: 600, batch: 16, layers: 2, heads: 4, channels: 64, context: 64, ...t.settings,
            ...sizes[size.value][1], seed: Math.max(1, Math.round(Number(seed.value)) || 1) };
    }

    function show(t, text) {
        const whole = text.length <= editable;
        area.value = whole ? text : text.slice(0, shown) + "\n…";
        area.readOnly = !whole;
        say.textContent = t.say || (text ? "" : "Paste a text, or open a file; it stays in this page.");
    }

    // Starts over on a text; its prompt stays what the reader typed, if `keep`.
    async function begin(t, keep = false) {
        const text = text_of(t);
        choose.value = t.id;
        show(t, text);
        if (!text)
            return;
        if (!keep)
            State.set({ prompt: t.prompt || end(text), target: t.target === undefined ? null : t.target, layer: 0,
                head: 0, ...t.view });
        await Session.begin({ ...t, text, settings: settings(t) });
        Share.put(t, text);
    }

    // What to watch in a text of one's own: the end of its first lines.
    const end = text => text.slice(0, 400).trim().split("\n")[0].slice(0, 40);

    const start = (t, keep) => begin(t, keep).catch(Session.trouble);
    const current = () => all.find(t => t.id === choose.value);

    function mine(text) {
        own.text = text;
        own.prompt = "";
        return start(own);
    }

    function pasted(e) {
        const text = e.clipboardData && e.clipboardData.getData("text");
        if (!text || (text.length < editable && !area.readOnly && area.value))
            return;
        e.preventDefault();
        mine(text);
    }

    function typed() {
        choose.value = "own";
        clearTimeout(timer);
        timer = setTimeout(() => mine(area.value), 800);
    }

    async function file(e) {
        const f = e.target.files[0];
        if (f)
            mine(await f.text());
        e.target.value = "";
    }

    function update() {
        const f = now.facts;
        if (!f)
            return;
        const notes = (f.notes || []).map(note => note + ". ").join("");
        const text = now.opened ? "An opened model, which Play trains on with this text: "
            : `${Bar.count(f.characters)} characters, ${f.vocab.length} different; `;
        facts.textContent = `${notes}${text}${f.layers} layers × ${f.heads} heads, ${f.channels} channels, ` +
            `${Bar.count(f.parameters)} parameters`;
    }

    function build(texts) {
        all = [...texts, own];
        choose = el("select", { id: "choose", "aria-label": "Text", on: { change: () => start(current()) } },
            all.map(t => el("option", { value: t.id }, t.name)));
        area = el("textarea", { id: "text", rows: 5, spellcheck: "false", "aria-label": "The text to learn",
            on: { paste: pasted, input: typed } });
        size = el("select", { id: "size", on: { change: () => start(current(), true) } },
            Object.entries(sizes).map(([id, [name]]) => el("option", { value: id }, name)));
        seed = el("input", { id: "seed", type: "number", min: 1, max: 999999, value: 1,
            on: { change: () => start(current(), true) } });
        say = el("p", { class: "small" });
        facts = el("p", { class: "small" });
        fill(document.getElementById("source"), el("h2", { id: "h-source" }, "Your text"), choose, say, area,
            el("p", { class: "pick" }, el("label", { class: "file" }, "Open a text file", el("input", { type: "file",
                accept: ".txt,.md,text/*", class: "unseen", on: { change: file } }))),
            el("p", { class: "pick" }, el("label", null, "Size ", size), el("label", null, "Seed ", seed)), facts);
        State.listen(update);
    }

    // What the address or the command asks for.
    function open(o) {
        if (o.size && Object.hasOwn(sizes, o.size))
            size.value = o.size;
        if (o.seed)
            seed.value = o.seed;
        own.text = o.own || "";
        const t = all.find(x => x.id === o.id) || (o.own ? own : all[0]);
        return begin(o.prompt || o.target ? { ...t, prompt: o.prompt || t.prompt, target: o.target || null } : t);
    }

    return { build, open, mine, size: () => size.value, seed: () => seed.value };
})();
