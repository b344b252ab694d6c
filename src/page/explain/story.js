"use strict";
// The first view: forward, loss and backward, one step at a time. All steps have one height, so that the buttons stay
// where they are.
const Story = (() => {
    const { el, fill } = Dom;
    const steps = [...StorySteps.forward, ...StoryBack.start, ...StoryPush.steps, ...StoryBack.end];
    const me = { id: "story", name: "Story" };
    let list, stage, head, formula, text, figure, position, slides, reserved = "";

    const place = () => Math.min(State.now.step, steps.length - 1);
    const step = () => steps[place()];
    const of = (x, w) => typeof x === "function" ? x(w) : x;
    const go = k => State.set({ step: Math.max(0, Math.min(steps.length - 1, k)) });
    const turn = by => go(place() + by);

    const least = () => step().least || (step().over ? Chart.width_for() : 240);

    // The tallest step's height; on slides whatever the screen leaves.
    function height(w) {
        if (!State.now.slides)
            return Math.max(...steps.map(s => of(s.height, w)));
        const rest = stage.getBoundingClientRect().top + scrollY + stage.offsetHeight - figure.canvas.offsetHeight;
        return Math.max(of(step().height, w) * (step().rigid ? 1 : 0.7), (innerHeight - rest) / Pen.zoom() - 1);
    }

    function read(hover) {
        const row = State.row(), key = row.keys.find(k => hover && k.j === hover.key);
        if (!step().over)
            return "";
        return key ? `${Data.label(key.j)}: ${step().read(row, key)}`
            : State.now.slides ? "" : "Point at a character for its number; click it to make it the example.";
    }

    function picture() {
        return Figure.make({
            title: () => step().title, plain: true, caption: "", least, height, read,
            draw: (pen, w, h, hover) => step().draw(pen, w, h, State.row(),
                hover ? hover.key : State.now.key === null ? StorySteps.example(State.row()).j : State.now.key),
            table: () => step().table(State.row()),
            hit(x, y, w) {
                const j = Chart.columns(w).at(x);
                return step().over && State.row().keys.some(key => key.j === j) ? { key: j } : null;
            },
            pick: cell => State.set({ key: cell.key }),
        });
    }

    // Text in which ⟦a_j⟧ is a formula.
    const rich = words => words.split(/[⟦⟧]/).map((part, k) => k % 2 ? Dom.math(part) : part);
    const formula_of = s => [Dom.math(s.formula), el("span", { class: "letters" }, rich(s.letters))];
    const text_of = s => s.say(State.row()).map(part => part instanceof Node ? part : el("p", null, rich(part)));

    const head_of = s => [el("span", { class: "phase " + s.phase.toLowerCase() }, s.phase), " ", s.title];

    // Gives title, formula and text the height of the tallest of all steps; on slides the picture takes what is left.
    function reserve() {
        const name = [text.clientWidth, Pen.zoom(), State.name(), State.now.row, State.now.slides].join();
        if (name === reserved || !text.clientWidth)
            return;
        reserved = name;
        for (const [node, parts] of [[head, head_of], [formula, formula_of], [text, text_of]]) {
            const ghost = el(node.localName, { class: node.className + " ghost", "aria-hidden": true });
            ghost.style.width = node.clientWidth + "px";
            node.after(ghost);
            const tall = steps.map(s => fill(ghost, parts(s)).offsetHeight);
            ghost.remove();
            node.style.minHeight = node === text && State.now.slides ? "0" : Math.max(...tall) + "px";
        }
    }

    function bar() {
        position = el("span", { class: "position" });
        slides = Dom.button("Slides", Slides.toggle, { id: "story-slides", title: "key F" });
        return el("div", { class: "turn" }, Dom.button("← Back", () => turn(-1), { id: "story-back" }), position,
            Dom.button("Next →", () => turn(1), { id: "story-next" }), slides);
    }

    me.build = panel => {
        list = el("ol", { class: "steps", "aria-label": "Steps" });
        head = el("h2", { tabindex: -1 });
        formula = el("div", { class: "formula" });
        text = el("div", { class: "say", "aria-live": "polite" });
        figure = picture();
        fill(list, steps.map((s, k) => el("li", { class: s.phase.toLowerCase() },
            Dom.button(s.title, () => go(k)))));
        stage = el("div", { class: "stage" }, head, formula, figure.node, text, figure.under, bar());
        fill(panel, el("div", { class: "story" }, list, stage));
        new ResizeObserver(reserve).observe(text);
        addEventListener("resize", () => State.now.slides && State.notify());
    };

    me.update = () => {
        const s = step(), at = place();
        reserve();
        fill(head, head_of(s));
        fill(formula, formula_of(s));
        Glossary.mark(fill(text, text_of(s)));
        position.textContent = `${at + 1} of ${steps.length}`;
        slides.textContent = State.now.slides ? "End slides" : "Slides";
        [...list.children].forEach((li, k) => li.firstChild.setAttribute("aria-current",
            k === at ? "step" : "false"));
        document.getElementById("story-back").disabled = at === 0;
        document.getElementById("story-next").disabled = at === steps.length - 1;
        if (State.now.slides)
            figure.draw();                      // once more: its height depends on the text's
    };

    me.turn = turn;
    return me;
})();
