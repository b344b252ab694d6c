"use strict";
// What all views share. Views listen; changes reach them at most once a frame. Only session.js talks to the engine.
const State = (() => {
    const now = {
        prompt: "", target: null,           // what is watched; the character whose loss is meant, null: the likeliest
        layer: 0, head: 0,                  // the head whose arcs are drawn
        chosen: false, needed: null,        // did somebody choose the head; the word that is needed (follow.js)
        row: null, key: null,               // the character that attends, null: the last one; the selected key
        facts: null, frame: null,           // of the engine: the model; the watched prompt now
        before: null,                       // the frame of an earlier step, for ghosts
        run: 0, forked: null,               // the run that is shown; the fork: { at, change, … }
        frames: [null, null],               // the last frame of each run
        step: 0, sought: null,              // steps trained; the step looked back at, null: the present
        opened: false,                      // a model file, which has no text to train on yet
        playing: false, done: false, speed: 0,                // steps a second, 0: as fast as it goes
        change: null, effect: null,         // a change of the forward pass, and what the engine measured of it
        softness: 1, positions: true,
        trouble: null,                      // a sentence to be shown
    };
    const { listen, notify, flush } = Emitter();

    function set(change) {
        Object.assign(now, change);
        notify();
    }

    const choose = change => set({ ...change, chosen: true });

    const row = () => now.row === null || !now.frame || now.row >= now.frame.n
        ? (now.frame ? now.frame.n - 1 : 0) : now.row;

    // For views of words: while training they need no more than eight changes a second.
    function listen_slowly(f) {
        let last = 0, timer = 0;
        const run = () => {
            timer = 0;
            last = performance.now();
            f();
        };
        listen(() => {
            const left = now.playing ? last + 125 - performance.now() : 0;
            if (left <= 0)
                run();
            else
                timer = timer || setTimeout(run, left);
        });
    }

    return { now, set, choose, row, listen, listen_slowly, notify, flush };
})();
