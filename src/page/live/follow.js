"use strict";
// Until somebody chooses a head or a letter, the picture follows the head that reads the word that the prediction needs
// most, at the row where it does: measured by the engine on pause, at the end, and every few seconds of training, for a
// tenth of the time at most.
const Follow = (() => {
    const now = State.now, often = 6000;
    let due = 0, asked = "";

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

    function update() {
        const f = now.frame, name = [now.prompt, f && f.run, f && f.step, f && f.target].join("\0");
        if (now.chosen || now.key !== null || !f || f.step === 0 || now.change || name === asked)
            return;
        if (now.playing && performance.now() < due)
            return;
        asked = name;
        due = Infinity;
        ask(name);
    }

    // Follows again, after a head was chosen.
    function again() {
        asked = "";
        due = 0;
        State.set({ chosen: false, key: null });
    }

    return { again, build: () => State.listen_slowly(update) };
})();
