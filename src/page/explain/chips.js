"use strict";
// The selection as one bar: the text, whose characters are rows to choose; the heads as a grid of layers by heads; the
// locked key; characters or words.
const Chips = (() => {
    const { el, fill } = Dom, d = Data.all;
    // How much each head matters: to the difference of two texts, or to the loss.
    const effect = d.versus ? d.versus.heads.map(head => head.into_a)
        : d.layers.flatMap(layer => layer.heads.map(head => head.ablation)), most = Num.largest(effect);
    const told = x => d.versus ? `its output from the other text moves the answer by ${Num.percent(x)}`
        : `without it the loss changes by ${Num.signed(x, 2)}`;
    let rows, heads, key, kinds, home, needed;

    // The text, one element per character. Arrow keys move the row.
    function text() {
        rows = d.characters.map((c, j) => el("bdi", { role: "option", id: "row-" + j, title: `${c.name}, position ${j}`,
            on: { click: () => State.set({ row: j, key: null }) } }, Data.char(j)));
        const list = el("span", { role: "listbox", tabindex: 0, "aria-label": "query: the character that attends",
            on: { keydown: e => walk(e) } }, rows);
        fill(document.getElementById("prompt"), list, el("span", { class: "arrow", "aria-hidden": "true" }, " → "),
            el("bdi", { class: "target", title: d.vocabulary[d.answer.target].name }, Data.word(d.answer.target)),
            el("span", { class: "odds" }, ` ${Num.percent(d.answer.p)}, ${d.answer.target_why}`));
        return list;
    }

    function walk(e) {
        const to = { ArrowLeft: State.now.row - 1, ArrowRight: State.now.row + 1, Home: 0, End: Data.n - 1 }[e.key];
        if (to === undefined || e.ctrlKey || e.metaKey || e.altKey)
            return;
        e.preventDefault();
        State.set({ row: to, key: null });
    }

    // A chip per head, shaded the more it matters. One of them is in the tab order; arrow keys move in
    // the grid.
    function grid() {
        const { layers, heads: n } = d.model, all = [];
        for (let l = 0; l < layers; l++)
            for (let h = 0; h < n; h++) {
                const node = Dom.button(`${l}.${h}`, () => State.set({ layer: l, head: h }), { role: "radio",
                    class: "chip head-chip", "data-chip": `${l}.${h}`, "aria-label": `layer ${l}, head ${h}` });
                all.push({ l, h, node });
            }
        const box = el("div", { role: "radiogroup", "aria-label": "Layer and head", class: "grid",
            on: { keydown: e => step(e, box) } }, all.map(c => c.node));
        box.style.setProperty("--heads", n);
        heads = all;
        return el("div", { class: "chips-right" },
            el("span", { class: "small" }, d.versus ? "layer.head; shaded: it carries the difference"
                : "layer.head; shaded: the loss changes without it"), box);
    }

    function step(e, box) {
        const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
        if (!by || e.ctrlKey || e.metaKey || e.altKey)
            return;
        e.preventDefault();
        State.set({ layer: State.now.layer + by[0], head: State.now.head + by[1] });
        box.querySelector(`[data-chip="${State.now.layer}.${State.now.head}"]`).focus();
    }

    function shade() {
        const push = heads.map(c => Data.head(c.l, c.h).push[State.now.row]);
        heads.forEach((c, k) => {
            const on = c.l === State.now.layer && c.h === State.now.head;
            c.node.setAttribute("aria-checked", on);
            c.node.tabIndex = on ? 0 : -1;
            c.node.style.setProperty("--strong", most > 0 ? Math.abs(effect[k] / most).toFixed(3) : 0);
            c.node.title = `layer ${c.l}, head ${c.h}: ${told(effect[k])}; ` +
                `push on this row ${Num.show(push[k], 2)}`;
        });
    }

    // The head that matters most, on the answer's row or on that which reads what differs.
    function strongest() {
        const k = effect.findIndex(x => Math.abs(x) === most);
        const layer = Math.floor(k / d.model.heads), head = k % d.model.heads;
        const carrier = d.versus && d.versus.carriers.find(c => c.layer === layer && c.head === head);
        return { layer, head, row: carrier ? carrier.reading.row : Data.n - 1, key: null };
    }

    function build(box) {
        const list = text();
        const kind = name => Dom.button(name, () => State.set({ units: name }), { class: "chip", "data-units": name });
        kinds = ["characters", "words"].map(kind);
        key = Dom.button("", () => State.set({ key: null }), { class: "chip", id: "unlock" });
        home = Dom.button("Largest push", () => State.set({ layer: d.where.layer, head: d.where.head, row: d.where.row,
            key: null }), { class: "chip", id: "home" });
        needed = Dom.button("Head that matters most", () => State.set(strongest()), { class: "chip", id: "needed" });
        fill(box, el("div", { class: "chips-left" }, document.getElementById("prompt"), el("p", { class: "chips" },
            el("span", { class: "small" }, "arcs of"), kinds, key, home, needed)), grid());
        State.listen(() => update(list));
    }

    function update(list) {
        const s = State.now;
        const locked = s.key === null ? null : Data.units[s.units].find(u => u.first <= s.key && s.key <= u.last);
        const name = locked && (locked.first === locked.last ? Data.label(locked.first)
            : `${Data.text(locked.first, locked.last)} (${locked.first}–${locked.last})`);
        rows.forEach((node, j) => {
            const within = locked && locked.first <= j && j <= locked.last;
            node.className = (j === s.row ? "row " : "") + (within ? "key" : "");
            node.setAttribute("aria-selected", j === s.row);
        });
        list.setAttribute("aria-activedescendant", "row-" + s.row);
        kinds.forEach(node => node.setAttribute("aria-pressed", node.dataset.units === s.units));
        key.disabled = s.key === null;
        fill(key, locked ? ["key ", el("bdi", null, name), " ✕"] : "no key locked");
        key.setAttribute("aria-label", locked ? `unlock key ${name}` : "no key locked");
        home.disabled = s.layer === d.where.layer && s.head === d.where.head && s.row === d.where.row;
        needed.disabled = most === 0 || ["layer", "head", "row"].every(name => strongest()[name] === s[name]);
        shade();
    }

    return { build };
})();
