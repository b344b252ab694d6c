"use strict";
// What if: changes of the forward pass, and what came of them. The gradient's promise stands beside the truth.
const Change = (() => {
    const { el, fill, button } = Dom, now = State.now, signed = Num.signed;
    let who, mask, off, up, down, undo, softness, soft, positions, result;

    // Softmax temperatures of the slider, from none to a hard maximum.
    const temperatures = [1, 0.7, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05, 0];

    function words(key) {
        const chars = Session.watched(), [first, last] = Frames.word(chars, Math.min(key, chars.length - 1));
        const within = chars.slice(first, last + 1);
        return { first, last, text: Frames.shown(within), raw: within.join("") };
    }

    // The key that buttons act on: the selected one, else that with the most weight in the row.
    function target() {
        if (now.key !== null && now.key <= State.row())
            return now.key;
        const units = Frames.row(now.frame, now.layer, now.head, State.row()).units;
        return units.reduce((best, u) => u.a > best.a ? u : best, units[0]).first;
    }

    function mask_word() {
        const w = words(target()), n = Session.watched().length;
        Session.edit({ kind: "mask", word: w.raw,
            masked: Array.from({ length: n }, (_, j) => w.first <= j && j <= w.last) });
    }

    // Shows the head and the row that attend most to the word of the key.
    function look() {
        const w = words(target()), { layer, head, row } = Frames.looker(now.frame, w.first, w.last);
        State.choose({ layer, head, row: row === now.frame.n - 1 ? null : row, key: target() });
    }

    const ablate = () => Session.edit({ kind: "ablate", heads: [{ layer: now.layer, head: now.head }] });

    function heat() {
        const t = temperatures[Number(softness.value)];
        Session.soften(t === 0 ? Infinity : 1 / t);
    }

    function named(change) {
        if (change.kind === "score")
            return `the score of '${Glyph.visible(Session.watched()[change.j])}' ${signed(change.by, 2)}`;
        if (change.kind === "mask")
            return `'${Frames.shown([...change.word])}' masked`;
        return change.kind === "ablate" ? `head ${change.heads[0].layer}.${change.heads[0].head} switched off` : "";
    }

    // Two bars from a middle line: what the gradient promised, hollow, and what happened.
    function bars(promise, truth) {
        const top = Math.max(Math.abs(promise || 0), Math.abs(truth), 1e-12), { svg } = Dom;
        const bar = (x, y, kind) => {
            const long = 46 * Math.abs(x) / top;
            return svg("rect", { class: kind + (x < 0 ? " good" : " bad"), y, x: x < 0 ? 50 - long : 50, height: 7,
                width: Math.max(long, 0.5) });
        };
        return svg("svg", { viewBox: "0 0 100 20", class: "gauge", "aria-hidden": "true" },
            promise === null ? null : bar(promise, 2, "promise"), bar(truth, 11, "truth"),
            svg("path", { d: "M50 0V20" }));
    }

    function told(e) {
        const first = e.first === undefined ? null : e.first, f = now.frame, c = now.change;
        const p = e.p_before === undefined ? "" : [` p(${Glyph.visible(f.target)}) ${Num.percent(e.p_before)} → `,
            el("b", null, Num.percent(e.p_after)), "."];
        const said = first !== null && c.kind === "score"
            ? ["; the gradient promised ", el("b", null, signed(first))] : "";
        return ["With ", named(c), " the loss changes by ", el("b", null, signed(e.actual)), said, ".", p].flat();
    }

    function effect() {
        const e = now.effect, c = now.change;
        if (!c)
            return [];
        if (!e)
            return ["Running forward …"];
        return [bars(c.kind === "score" && e.first !== undefined ? e.first : null, e.actual),
            el("span", null, told(e))];
    }

    function update() {
        const ready = now.frame !== null && now.frame.n > 0;
        for (const node of [who, mask, off, up, down, softness, positions])
            node.disabled = !ready;
        undo.hidden = !now.change;
        if (!ready)
            return;
        const key = target(), letter = Glyph.visible(Session.watched()[key] || " ");
        who.textContent = `Who looks at '${words(key).text}'?`;
        mask.textContent = `Mask '${words(key).text}'`;
        up.textContent = `'${letter}' ▲`;
        down.textContent = `'${letter}' ▼`;
        up.setAttribute("aria-label", `Look more at '${letter}'`);
        down.setAttribute("aria-label", `Look less at '${letter}'`);
        off.textContent = `Switch off ${now.layer}.${now.head}`;
        fill(soft, now.softness === Infinity ? "hard" : Num.plain(1 / now.softness));
        softness.value = String(temperatures.findIndex(t => (t === 0 ? Infinity : 1 / t) === now.softness));
        positions.checked = now.positions;
        fill(result, effect());
    }

    function build(home) {
        who = button("", look, { id: "who", title: "the head and the character that attend most to it, " +
            "where the loss depends on it" });
        mask = button("", mask_word, { title: "no later character may attend to it" });
        off = button("", ablate, { title: "the output of this head is 0" });
        up = button("", () => Drag.nudge(target(), 0.5));
        down = button("", () => Drag.nudge(target(), -0.5));
        undo = button("Undo", () => Session.undo(), { class: "quiet" });
        softness = el("input", { type: "range", min: 0, max: temperatures.length - 1, step: 1, value: 0,
            on: { input: heat } });
        soft = el("output", { class: "soft" });
        positions = el("input", { type: "checkbox", checked: true,
            on: { change: () => Session.place(positions.checked) } });
        result = el("p", { class: "effect", "aria-live": "polite" });
        home.append(el("div", { class: "what-if", id: "change", role: "group", "aria-label": "What if" },
            who,
            el("span", { class: "lead" }, "What if"), up, down, mask, off, undo), result);
        State.listen_slowly(update);
    }

    // What concerns all heads stands below them.
    function build_all(home) {
        home.append(el("div", { class: "what-if all", role: "group", "aria-label": "What if, in all heads" },
            el("label", null, el("span", null, "softmax temperature"), softness, soft),
            el("label", null, positions, " ", el("span", null, "positions"))));
    }

    return { build, build_all, words, target, named };
})();
