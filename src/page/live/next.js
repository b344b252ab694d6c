"use strict";
// What comes next: the likeliest characters as bars, with ghosts of the last step. A click on one makes it the
// character whose loss is meant. With a changed score, a ghost marks what the gradient promised for it.
const Next = (() => {
    const { el, fill } = Dom, now = State.now, many = 8;
    const rows = new Map();                         // of each character its elements
    let list, said;

    function make(char) {
        const [bar, ghost, p] = ["bar", "ghost", "p"].map(name => el("span", { class: name }));
        const node = el("button", { type: "button", class: "option", "data-char": char,
            on: { click: () => Session.mean(now.target === char ? null : char) } },
        el("span", { class: "char" }, Glyph.visible(char)), el("span", { class: "track" }, bar, ghost), p);
        list.append(node);
        return { node, bar, ghost, p };
    }

    // The likeliest, and the one that is meant.
    function chosen(f) {
        const top = f.next.slice(0, many);
        if (!top.some(x => x.char === f.target))
            top[top.length - 1] = { char: f.target, p: Frames.odds(f, f.target) };
        return top;
    }

    // The probability before: promised by the gradient for the one that is meant, else of the last step.
    function before(f, x) {
        const e = now.effect;
        if (now.change && e && x.char === f.target && now.change.kind === "score" && e.first !== undefined)
            return Math.min(1, e.p_before * Math.exp(-e.first));
        return now.before ? Frames.odds(now.before, x.char) : x.p;
    }

    function put(f, x, rank) {
        if (!rows.has(x.char))
            rows.set(x.char, make(x.char));
        const r = rows.get(x.char);
        r.node.hidden = false;
        r.node.style.setProperty("--rank", rank);
        r.node.setAttribute("aria-pressed", now.target === x.char);
        r.bar.style.setProperty("--p", x.p.toFixed(4));
        r.ghost.style.setProperty("--p", before(f, x).toFixed(4));
        r.p.textContent = Num.percent(x.p);
    }

    // At rest the order of the elements, which Tab follows, is that of the ranks.
    function sort(top) {
        const nodes = top.map(x => rows.get(x.char).node), shown = [...list.children].filter(node => !node.hidden);
        if (!list.contains(document.activeElement) && nodes.some((node, k) => node !== shown[k]))
            list.append(...nodes);
    }

    function update() {
        const f = now.frame;
        if (!f)
            return;
        const top = chosen(f), shown = new Set(top.map(x => x.char));
        top.forEach((x, k) => put(f, x, k));
        rows.forEach((r, char) => {
            r.node.hidden = !shown.has(char);
            r.node.classList.toggle("meant", char === f.target);
        });
        if (!now.playing)
            sort(top);
        fill(said, "Loss of ", el("b", null, Glyph.visible(f.target)), ` is ${Num.show(f.loss)} nats` +
            (now.target === null ? ", the likeliest; choose another." : "."));
    }

    function build() {
        list = el("div", { class: "options" });
        list.style.setProperty("--many", many);
        said = el("p", { class: "small" });
        fill(document.getElementById("next"), el("h2", { id: "h-next" }, "What comes next"), list, said);
        State.listen(update);
    }

    return { build };
})();
