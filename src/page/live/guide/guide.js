"use strict";
// The guided start: a card that asks, lets something happen in the page, and says what was measured. It never blocks:
// any step can be skipped, left and taken up again, and the address keeps its number (#guide=3).
const Guide = (() => {
    const { el, fill, button } = Dom, steps = GuideSteps.steps;
    // Of each step, while the page is open: the guess, what was asked when it ran, what was measured, and in words.
    const blank = () => ({ guess: null, asked: null, value: null, measured: null }), kept = steps.map(blank);
    let home, card = null, at = null, busy = false, mending = null, trouble = "", drawn = "";

    // ---- moving ----

    async function go(to) {
        if (at !== null && steps[at].leave)
            await Promise.race([quietly(steps[at].leave), Measure.pause(2000)]);
        Measure.stop();
        busy = false;
        mending = null;
        trouble = "";
        at = to;
        Address.put({ guide: at === null ? null : at + 1 });
        mark();
        draw();
        if (at !== null) {
            focus("h2");
            await enter();
        }
    }

    async function enter() {
        if (!steps[at].need())
            await quietly(steps[at].enter);
    }

    // Another step may have come meanwhile; then what this one finds is dropped.
    async function quietly(f) {
        const from = at;
        const value = await Promise.resolve(f()).catch(e => {
            trouble = String(e && e.message || e);
        });
        return from === at ? value : undefined;
    }

    function guess(k) {
        kept[at].guess = k;
        draw();
        focus(".go");
    }

    // Runs the step's act, or what mends a need.
    async function run(f, need = null) {
        const keep = need === null;
        if (keep)
            kept[at].asked = steps[at].ask();
        busy = true;
        mending = need;
        trouble = "";
        draw();
        show();
        const from = at, value = await quietly(f);
        if (from !== at)
            return;
        busy = false;
        mending = null;
        if (keep && value !== undefined)
            Object.assign(kept[at], { value, measured: steps[at].told(value) });
        else
            await enter();
        draw();
        focus(keep ? ".next-step" : "h2");
        home.scrollTop = keep ? home.scrollHeight : 0;          // the card is a window of its own on a small screen
    }

    // ---- drawing ----

    function focus(what) {
        const node = card && card.querySelector(what);
        if (node)
            node.focus({ preventScroll: true });
    }

    // Highlights the parts of the page that the step is about.
    function mark() {
        document.querySelectorAll(".guided").forEach(node => node.classList.remove("guided"));
        if (at !== null)
            steps[at].mark.forEach(s => document.querySelectorAll(s).forEach(node => node.classList.add("guided")));
    }

    // On a small screen, brings the first of them into view.
    function show() {
        const node = document.querySelector(steps[at].mark[0]);
        if (node && matchMedia("(max-width: 700px)").matches)
            node.scrollIntoView({ block: "start" });
    }

    function choices(step, k) {
        const right = k.measured && k.measured.right, closed = k.measured !== null || busy;
        return el("div", { class: "choices", role: "group", "aria-label": "Your guess" }, step.choices.map((text, n) =>
            button(text, () => guess(n), { "aria-pressed": k.guess === n, class: right === n ? "right" : null,
                disabled: closed, "data-guess": n })));
    }

    // What was guessed beside what was measured; neither praise nor blame.
    function verdict(step, k) {
        const { right } = k.measured, text = step.choices;
        if (k.guess === null || right === null)
            return null;
        return el("p", { class: "guessed" }, k.guess === right ? "As you guessed: " : "You guessed “" + text[k.guess] +
            "”; measured: ", el("b", null, text[right]), ".");
    }

    function outcome(step, k) {
        if (trouble)
            return el("p", { class: "trouble" }, trouble);
        if (busy)
            return el("p", { class: "small" }, step.meanwhile || "Watch …");
        return k.measured ? [verdict(step, k), el("p", { class: "notice" }, k.measured.say)] : null;
    }

    function question(step, k) {
        const need = mending || (k.measured === null && !busy ? step.need() : null);
        if (need)
            return [el("p", null, need.say), button(need.label, () => run(need.run, need), { class: "go",
                disabled: busy })];
        if (step.say)
            return [el("p", { class: "notice" }, step.say)];
        const act = button(step.label, () => run(step.run), { class: "go", disabled: busy });
        return [el("p", { class: "ask" }, k.asked || step.ask()), choices(step, k), k.measured
            ? button("Once more", again, { class: "quiet" }) : act];
    }

    async function again() {
        kept[at] = blank();
        await go(at);
    }

    function ways(last) {
        return el("p", { class: "ways" }, button("Back", () => go(at - 1), { disabled: at === 0, class: "back-step" }),
            last ? null : button(kept[at].measured ? "Next" : "Skip", () => go(at + 1), { class: "next-step" }),
            button(last ? "Finish" : "Leave", () => go(null), { class: "quiet leave" }));
    }

    function opened() {
        const step = steps[at], k = kept[at];
        return el("div", { class: "card", "data-step": at + 1, "data-busy": busy },
            el("h2", { tabindex: -1 }, el("span", { class: "small" }, `${at + 1} of ${steps.length} `), step.title),
            el("div", { class: "question" }, question(step, k)),
            el("div", { class: "outcome", "aria-live": "polite" }, outcome(step, k)), ways(at === steps.length - 1));
    }

    function closed() {
        const from = kept.findIndex(k => k.measured === null), begun = kept.some(k => k.measured !== null);
        return el("p", { class: "invite" }, button(begun ? "Go on with the guided start" : "Guided start",
            () => go(from), { class: "open-guide" }), " Guess, look, and see what was measured: ten questions, " +
                "about ten minutes.");
    }

    function draw() {
        const had = card && card.contains(document.activeElement) ? document.activeElement.className : null;
        card = at === null ? closed() : opened();
        home.classList.toggle("open", at !== null);
        fill(home, card);
        drawn = lacking();
        if (had)
            focus(had === "" ? "h2" : "." + had.split(" ")[0]);
    }

    // What a card depends on besides its own buttons: what the page lacks for it.
    function lacking() {
        const need = at === null ? null : steps[at].need();
        return need ? need.say : "";
    }

    // 1 to 9 choose, Enter does what the button in focus says; Escape leaves.
    function keys(e) {
        if (at === null || e.ctrlKey || e.metaKey || e.altKey)
            return;
        const node = card.querySelector(`[data-guess="${Number(e.key) - 1}"]`);
        if (node && !node.disabled)
            node.click();
        else if (e.key === "Escape")
            go(null);
        else
            return;
        e.preventDefault();
        e.stopPropagation();
    }

    // The page may become ready for a step by other hands, or cease to be.
    async function update() {
        if (at === null || busy || kept[at].measured !== null || lacking() === drawn)
            return;
        drawn = lacking();
        await enter();
        draw();
    }

    function mount(box) {
        home = box;
        home.addEventListener("keydown", keys);
        const asked = Number(Address.get("guide"));
        draw();
        if (Number.isInteger(asked) && asked >= 1 && asked <= steps.length)
            go(asked - 1);
        State.listen(update);
    }

    return { mount, go, kept };
})();
