"use strict";
// A box about the selected score, whose contents the engine is asked for only while the box is open.
const Asked = (() => {
    const { el, fill } = Dom, now = State.now;

    // ask(place): a promise of an answer; told(answer): nodes.
    function build(home, id, summary, ask, told) {
        const body = el("div"), box = el("details", { class: "why", id, hidden: true,
            on: { toggle: () => State.notify() } }, el("summary", null, summary), body);
        let wanted = "", got = null, asked_at = 0;

        const send = Session.latest(async (place, name) => {
            const answer = await ask(place).then(w => ({ w }), e => ({ trouble: e.message }));
            got = { ...answer, name };
            State.notify();
        });

        // Asks for the selected score unless it is known; while training at most once a second.
        function request() {
            const f = now.frame, j = now.key, i = State.row();
            box.hidden = !f || j === null || j > i || j >= f.n || Boolean(now.change);
            if (box.hidden || !box.open)
                return null;
            const place = { layer: now.layer, head: now.head, i, j }, score = JSON.stringify(place);
            const name = score + [f.run, f.step, f.target, now.softness, now.positions];
            if (name !== wanted && (!now.playing || performance.now() - asked_at > 1000)) {
                wanted = name;
                asked_at = performance.now();
                send(place, score);
            }
            return score;
        }

        function update() {
            const score = request();
            if (score === null)
                return;
            const mine = got && got.name === score ? got : null;
            fill(body, mine ? mine.w ? told(mine.w) : el("p", { class: "small" }, mine.trouble) : el("p", null, "…"));
        }

        home.append(box);
        State.listen_slowly(update);
    }

    return { build };
})();
