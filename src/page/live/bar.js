"use strict";
// The bar: play, pause, one step, speed; where training stands.
const Bar = (() => {
    const { el, fill, button } = Dom, now = State.now;
    const speeds = [[1, "1 step a second"], [3, "3 steps a second"], [10, "10 steps a second"],
        [0, "as fast as it can"]];
    let play, once, over, slow, said, meter;

    function toggle() {
        return now.playing ? Session.pause() : Session.play();
    }

    const again = () => Session.begin(Session.source()).catch(Session.trouble);

    function pace() {
        const [steps, text] = speeds[Number(slow.value)];
        slow.setAttribute("aria-valuetext", text);
        said.textContent = text;
        if (steps !== now.speed)
            Session.speed(steps);
    }

    function build() {
        play = button("", toggle, { id: "play", class: "play" });
        once = button("One step", Session.once, { id: "step-once" });
        over = button("Start over", again, { id: "again", class: "quiet", hidden: true });
        slow = el("input", { type: "range", id: "speed", min: 0, max: speeds.length - 1, step: 1,
            value: speeds.length - 1, on: { input: pace } });
        said = el("span", { class: "small said" });
        meter = el("p", { class: "meter", "aria-label": "Progress" });
        fill(document.getElementById("bar"), el("h1", null, "heed ", el("i", null, "live")), play, once,
            el("label", { class: "speed" }, el("span", null, "Speed"), slow, said), meter, over);
        pace();
        State.listen_slowly(update);
    }

    const count = x => Math.round(x).toLocaleString("en").replace(/,/g, "\u202f");

    // What stands beside the buttons: the step, its loss, and the speed.
    function told() {
        if (!now.facts)
            return ["…"];
        const at = now.sought === null ? now.step : now.sought, rows = Session.runs[now.run];
        const row = rows.findLast ? rows.findLast(r => r.step <= at) : rows[rows.length - 1];
        return ["step ", el("b", null, count(at)), ` of ${count(now.facts.steps)}`,
            row ? [" · loss ", el("b", null, row.loss.toFixed(2))] : "",
            now.playing && Session.pace() ? ` · ${count(Session.pace())} characters a second` : ""].flat();
    }

    function label() {
        if (now.playing)
            return ["❚❚", "Pause"];
        return ["▶", now.done ? "Train on" : now.step || now.sought !== null ? "Go on" : "Play"];
    }

    function update() {
        const [sign, word] = label();
        if (play.dataset.word !== word)
            fill(play, el("span", { "aria-hidden": "true" }, sign), " ", word);
        play.dataset.word = word;
        once.disabled = !now.facts;
        over.hidden = !now.step || now.playing || now.opened;
        play.classList.toggle("first", now.facts !== null && !now.playing && now.step === 0);
        fill(meter, told());
    }

    return { build, toggle, count };
})();
