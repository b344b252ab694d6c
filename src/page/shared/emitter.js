"use strict";
// An event emitter without payload. Listeners run in the next animation frame, once, however often notify() was
// called; flush() runs them at once.
const Emitter = () => {
    const listeners = [];
    let pending = false;

    function run() {
        pending = false;
        listeners.forEach(f => f());
    }

    function notify() {
        if (!pending)
            requestAnimationFrame(run);
        pending = true;
    }

    return { listen: f => listeners.push(f), notify, flush: run };
};
