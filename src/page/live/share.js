"use strict";
// Share by address, save the model, open one. The address holds what was chosen and a short text of one's own; the
// model's parameters are in the file only.
const Share = (() => {
    const { el, button } = Dom, now = State.now, short = 1500;

    // What the address says of what is learned.
    function put(t, text) {
        Address.put({ text: t.id, own: t.id === "own" && text.length <= short ? text : null,
            seed: Source.seed() === "1" ? null : Source.seed(), size: Source.size() === "fit" ? null : Source.size() });
    }

    function watched() {
        Address.put({ prompt: now.prompt || null, target: now.target, head: `${now.layer}.${now.head}` });
    }

    // The address is a stranger's text.
    function read() {
        const head = /^(\d{1,2})\.(\d{1,2})$/.exec(Address.get("head") || ""), number = Address.get("seed");
        return { id: Address.get("text"), own: Address.get("own"), prompt: Address.get("prompt"),
            target: Address.get("target"), size: Address.get("size"), seed: /^\d{1,6}$/.test(number) ? number : null,
            view: head ? { layer: Number(head[1]), head: Number(head[2]) } : null };
    }

    function say(text) {
        document.getElementById("status").textContent = text;
        const node = document.getElementById("said");
        node.textContent = text;
        setTimeout(() => node.textContent === text && (node.textContent = ""), 6000);
    }

    async function link() {
        watched();
        await new Promise(f => setTimeout(f, 250));         // the address is written a few times a second
        const long = Address.get("text") === "own" && Address.get("own") === null;
        const left = long ? " Your text is too long for it and is left out." : "";
        await navigator.clipboard.writeText(location.href).then(() => say("The address is copied." + left),
            () => say("The address above is what to share." + left));
    }

    async function save() {
        const bytes = await Engine.save();
        Dom.download("model.heed", "application/octet-stream", bytes);
        say(`model.heed, ${Bar.count(bytes.length)} bytes: sample and explain open it.`);
    }

    async function open(e) {
        const file = e.target.files[0];
        if (!file)
            return;
        e.target.value = "";
        await Session.open(new Uint8Array(await file.arrayBuffer()));
        say(`${file.name} is open.`);
    }

    function build() {
        const tried = f => e => f(e).catch(Session.trouble);
        document.getElementById("files").prepend(el("span", { id: "said", class: "small" }),
            button("Share", tried(link), { class: "quiet", id: "share" }),
            button("Save model", tried(save), { class: "quiet", id: "save" }),
            el("label", { class: "quiet file", id: "open" }, "Open model", el("input", { type: "file", accept: ".heed",
                class: "unseen", on: { change: tried(open) } })));
        let shown = "";
        State.listen(() => {
            const name = [now.prompt, now.target, now.layer, now.head].join("\0");
            if (now.facts && name !== shown)
                watched();
            shown = name;
        });
    }

    return { build, put, read };
})();
