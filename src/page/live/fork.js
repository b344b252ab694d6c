"use strict";
// Train on from here: a fork of the run that starts with a change, beside the first. Does training keep what was
// changed, or undo it? The verdict compares the watched key's weight in both runs, now and at the fork.
const Fork = (() => {
    const { el, fill, button } = Dom, now = State.now;
    let go, freeze, both, verdict, place = null;

    // What the fork changes: what is shown as changed now; without a change, nothing.
    function change() {
        const c = now.change;
        if (c && c.kind === "score")
            return c;
        if (c && c.kind === "mask")
            return { kind: "mask", word: c.word };
        if (now.softness !== 1)
            return { kind: "softness", factor: now.softness };
        return now.positions ? { kind: "none" } : { kind: "positions", on: false };
    }

    function start(c) {
        const key = Change.target(), w = c.kind === "score" ? { first: key, last: key } : Change.words(key);
        place = { layer: now.layer, head: now.head, row: State.row(), ...w, before: now.frame };
        Session.fork(c).catch(Session.trouble);
    }

    const names = { softness: "a sharper softmax", positions: "no positions", none: "no change" };
    const named = c => c.kind === "freeze" ? `head ${c.layer}.${c.head} frozen` : names[c.kind] || Change.named(c);

    // The weight of the watched key or word in a frame.
    function weight(f) {
        const p = place;
        return Frames.weight(f, p.layer, p.head, Math.min(p.row, f.n - 1), p.first, p.last);
    }

    function compared() {
        const [first, second] = now.frames;
        if (!place || !first || !second || second.step <= now.forked.at || first.n !== second.n)
            return [];
        const chars = second.chars.slice(place.first, place.last + 1), t = second.target;
        return [` After ${second.step - now.forked.at} steps head ${place.layer}.${place.head} gives '`,
            el("bdi", null, Frames.shown(chars)), "' ", el("b", null, Num.percent(weight(second))),
            first.step === second.step ? ", without it " : `, the first run at step ${Bar.count(first.step)} `,
            el("b", null, Num.percent(weight(first))), `; p(${Glyph.visible(t)}) is `,
            `${Num.percent(Frames.odds(second, t))}, without it ${Num.percent(Frames.odds(first, t))}. `,
            judged(first, second)];
    }

    // Only a changed score has something to keep: of the distance between both weights at the fork, what is left.
    function judged(first, second) {
        const f = now.forked;
        if (f.change.kind !== "score" || !f.start || f.start.n !== f.from.n)
            return "";
        const gap = weight(f.start) - weight(f.from), left = (weight(second) - weight(first)) / gap;
        const said = `At the fork it was ${Num.percent(weight(f.start))} instead of ${Num.percent(weight(f.from))}. `;
        return Math.abs(gap) < 0.005 ? said : said + (left > 0.5 ? "So far training keeps the change."
            : left > 0.1 ? "Training is undoing the change." : "Training has undone the change.");
    }

    function started() {
        const f = now.forked, by = f.change.kind === "score" && typeof f.reached === "number"
            ? ` (its W_q and W_k were moved until it had changed by ${Num.signed(f.reached, 2)})` : "";
        return [`Fork at step ${Bar.count(f.at)} with ${named(f.change)}${by}.`];
    }

    function runs() {
        const radio = (run, text, sign) => el("label", null, el("input", { type: "radio", name: "run",
            checked: now.run === run, on: { change: () => Session.show(run).catch(Session.trouble) } }), " ",
        el("span", { class: sign }, text));
        return [radio(0, "first run", "run0"), radio(1, "fork", "run1"),
            button("Drop the fork", () => Session.drop().catch(Session.trouble), { class: "quiet" })];
    }

    let shown = "";
    function update() {
        const ready = now.frame !== null && now.frame.n > 0, kind = ready ? change() : { kind: "none" };
        go.disabled = freeze.disabled = !ready || now.playing;
        go.hidden = freeze.hidden = now.forked !== null;
        go.textContent = kind.kind === "none" ? "Fork here, unchanged" : `Train on from here with ${named(kind)}`;
        freeze.textContent = `… with head ${now.layer}.${now.head} frozen`;
        const state = now.forked ? `${now.run}` : "";
        if (state !== shown)
            fill(both, now.forked ? runs() : []);
        shown = state;
        fill(verdict, now.forked ? [started(), compared()].flat() : []);
    }

    function build(home, extras) {
        go = button("", () => start(change()), { class: "fork",
            title: "a copy of the model trains on with this change, beside the first run" });
        freeze = button("", () => start({ kind: "freeze", layer: now.layer, head: now.head }),
            { title: "a copy trains on, in which this head learns nothing more" });
        both = el("span", { class: "both", role: "radiogroup", "aria-label": "Run that is shown" });
        verdict = el("p", { class: "verdict" });
        home.append(el("div", { class: "what-if" }, go, freeze, both, extras), verdict);
        State.listen_slowly(update);
    }

    return { build, button: () => go };
})();
