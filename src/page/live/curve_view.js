"use strict";
// The loss curve as a scrubber: drag back in time, and everything follows. A range input does what keys do.
const CurveView = (() => {
    const { el, fill } = Dom, now = State.now, high = 150;
    let canvas, box, room, scrub, back, words, axes = null;

    const at = () => now.sought === null ? now.step : now.sought;

    function draw() {
        const visible = room.width(), zoom = Room.zoom();
        if (!visible || !now.facts)
            return;
        const wide = visible / zoom, b = now.facts.baselines || {}, steps = Math.max(now.facts.steps, now.step, 1);
        axes = Curve.draw(Pen.canvas(canvas, wide, high, 0, zoom), wide, high, { runs: Session.runs,
            forked: now.forked, steps, at: at(), back: now.sought !== null, baselines: b,
            most: Math.log(now.facts.vocab.length + 1) * 1.05 });
        axes.zoom = zoom;
    }

    function update() {
        draw();
        scrub.max = Math.max(1, now.step);
        if (document.activeElement !== scrub || now.sought === null)
            scrub.value = at();
        scrub.setAttribute("aria-valuetext", `step ${at()} of ${now.step}`);
        scrub.disabled = !now.step;
        back.hidden = now.sought === null;
        words.textContent = now.sought === null ? "Drag back in time: arcs, heads and letters follow."
            : `Looking back at step ${now.frame ? now.frame.step : now.sought}.`;
    }

    function listen() {
        let on = false;
        const seek = e => axes && Session.seek(Math.min(now.step, axes.step(e.offsetX / axes.zoom)));
        canvas.addEventListener("pointerdown", e => {
            if (!now.step || e.button !== 0)
                return;
            on = true;
            canvas.setPointerCapture(e.pointerId);
            seek(e);
        });
        canvas.addEventListener("pointermove", e => on && seek(e));
        canvas.addEventListener("pointerup", () => { on = false; });
        canvas.addEventListener("pointercancel", () => { on = false; });
    }

    function build() {
        canvas = el("canvas", { role: "img", "aria-label": "The loss over the steps" });
        box = el("div", { class: "picture" }, canvas);
        scrub = el("input", { type: "range", id: "scrub", min: 0, max: 1, step: 1, value: 0, "aria-label":
            "Step that is shown", on: { input: () => Session.seek(Number(scrub.value)) } });
        back = Dom.button("Back to the present", () => Session.seek(null), { class: "quiet" });
        words = el("span", { class: "small" });
        fill(document.getElementById("curve"), el("h2", { id: "h-curve", class: "unseen" }, "Loss"), box,
            el("p", { class: "time" }, scrub, words, " ", back));
        listen();
        State.listen_slowly(update);
        room = Room.of(box, State.notify);
    }

    return { build };
})();
