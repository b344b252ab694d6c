"use strict";
// Until somebody chooses a head or a letter, the picture follows the head that reads the word that the prediction needs
// most, at the row where it does: measured by the engine on pause, at the end, and every few seconds of training, for a
// tenth of the time at most.
const Follow = (() => {
    const now = State.now, often = 6000;
    let due = 0, asked = "", planned = "", timer = 0;

    const ask = Session.latest(async name => {
        const start = performance.now(), found = await Engine.needs().catch(() => null), f = now.frame;
        due = performance.now() + Math.max(often, 10 * (performance.now() - start));
        if (now.chosen || now.key !== null || !f || now.change || name.split("\0")[0] !== now.prompt)
            return;
        if (found)
            State.set({ layer: found.layer, head: found.head, row: found.row === f.n - 1 ? null : found.row,
                needed: found });
        else
            State.set({ needed: null });
    });

    const name_of = f => [now.prompt, f && f.run, f && f.step, f && f.target].join("\0");
    const idle = f => now.chosen || now.key !== null || !f || f.step === 0 || now.change;

    function go(name) {
        planned = "";
        if (idle(now.frame) || name !== name_of(now.frame))
            return;
        asked = name;
        due = Infinity;
        ask(name);
    }

    // At rest it waits a moment, since what is typed or dragged next would wait for the answer.
    function update() {
        const name = name_of(now.frame);
        if (idle(now.frame) || name === asked || name === planned || (now.playing && performance.now() < due))
            return;
        planned = name;
        clearTimeout(timer);
        timer = setTimeout(() => go(name), now.playing ? 0 : 600);
    }

    // Follows again, after a head was chosen.
    function again() {
        asked = planned = "";
        due = 0;
        State.set({ chosen: false, key: null });
    }

    return { again, build: () => State.listen_slowly(update) };
})();
