"use strict";
// The first view: forward, loss and backward, one captioned step at a time.
const Story = (() => {
    const { el, fill } = Dom;
    const steps = [...StorySteps.forward, ...StoryBack.steps];
    const me = { id: "story", name: "Story" };
    let list, head, text, figure, position;

    const place = () => Math.min(State.now.step, steps.length - 1);
    const step = () => steps[place()];
    const of = (x, w) => typeof x === "function" ? x(w) : x;

    const go = k => State.set({ step: Math.max(0, Math.min(steps.length - 1, k)) });
    const turn = by => go(place() + by);

    const least = () => step().least || (step().over ? Chart.width_for() : 240);

    function picture() {
        return Figure.make({
            title: () => step().title, plain: true, caption: "", least,
            height: w => of(step().height, w),
            draw: (pen, w, h) => step().draw(pen, w, h, State.row()),
            table: () => step().table(State.row()),
            hit(x, y, w) {
                const j = Chart.columns(w).at(x);
                return step().over && j >= 0 && j <= State.now.row ? { key: j } : null;
            },
            pick: cell => State.set({ key: cell.key }),
        });
    }

    me.build = panel => {
        list = el("ol", { class: "steps", "aria-label": "Steps" });
        head = el("h2", { tabindex: -1 });
        text = el("div", { class: "say", "aria-live": "polite" });
        position = el("span", { class: "position" });
        figure = picture();
        fill(list, steps.map((s, k) => el("li", { class: s.phase.toLowerCase() },
            Dom.button(s.title, () => go(k)))));
        fill(panel, el("div", { class: "story" }, list, el("div", null, head, text, figure.node,
            el("p", { class: "turn" }, Dom.button("← Back", () => turn(-1), { id: "story-back" }), position,
                Dom.button("Next →", () => turn(1), { id: "story-next" })))));
    };

    me.update = () => {
        const s = step(), at = place();
        fill(head, el("span", { class: "phase " + s.phase.toLowerCase() }, s.phase), " ", s.title);
        fill(text, el("p", { class: "formula" }, Dom.math(s.formula)),
            s.say(State.row()).map(line => el("p", null, line)));
        position.textContent = ` ${at + 1} of ${steps.length} `;
        [...list.children].forEach((li, k) => li.firstChild.setAttribute("aria-current",
            k === at ? "step" : "false"));
        document.getElementById("story-back").disabled = at === 0;
        document.getElementById("story-next").disabled = at === steps.length - 1;
    };

    return me;
})();
