"use strict";
// What is shown: axes, range, runs, smoothing, and the x of the read-out. Listeners are notified once per frame.
const State = (() => {
    const all = Data.all;
    const now = {
        x: Data.xs.includes(all.x) ? all.x : Data.xs[0], log: all.log, log_x: all.log_x,
        rows: null,                             // to average over; null: plot's default for each run
        from: null, to: null,                   // the range of x; null: all
        at: null,                               // the x of the read-out; null: the end
        hidden: new Set(),
        gradients: all.gradients && Data.groups.length > 0, rate: all.rate && Data.rates,
        group: Data.several ? Data.groups[0] || "" : "",    // "": all groups, one curve each
    };
    const { listen, notify, flush } = Emitter();

    function set(change) {
        Object.assign(now, change);
        notify();
    }

    const shown = () => all.runs.filter(run => !now.hidden.has(run.k));
    const rows_of = run => now.rows === null ? run.average_rows : Data.odd(now.rows);

    // The range of x over the visible runs; only positive x for a logarithm.
    function whole() {
        let low = Infinity, high = -Infinity;
        for (const run of shown())
            for (const x of run[now.x])
                if (x !== null && (!now.log_x || x > 0)) {
                    low = Math.min(low, x);
                    high = Math.max(high, x);
                }
        return low < high ? [low, high] : low === high ? [low - 0.5, high + 0.5] : [now.log_x ? 1 : 0, 10];
    }

    function range() {
        const [low, high] = whole();
        return [now.from === null ? low : now.from, now.to === null ? high : now.to];
    }

    return { now, set, notify, shown, rows_of, whole, range, listen, flush };
})();
