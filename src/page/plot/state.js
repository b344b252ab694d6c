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

    const opens = { ...now };

    function set(change) {
        Object.assign(now, change);
        save();
        notify();
    }

    // In the address: what differs from how the page opens; from and to as range=FROM,TO, hidden runs by number.
    const switches = ["log", "log_x", "gradients", "rate"];

    function save() {
        const out = Object.fromEntries(switches.map(k => [k, now[k] === opens[k] ? null : Number(now[k])]));
        Address.put({ ...out, x: now.x === opens.x ? null : now.x, smooth: now.rows,
            range: now.from === null ? null : `${now.from},${now.to}`,
            hidden: now.hidden.size ? [...now.hidden].join() : null });
    }

    // What the page cannot show counts as left out.
    function load() {
        const get = (name, form) => form.test(Address.get(name) || "") ? Address.get(name) : null;
        const range = get("range", /^-?\d+(\.\d+)?(e[+-]?\d+)?,-?\d+(\.\d+)?(e[+-]?\d+)?$/);
        Object.assign(now, opens, { hidden: new Set((get("hidden", /^\d{1,4}(,\d{1,4})*$/) || "").split(",")
            .filter(Boolean).map(Number).filter(k => k < all.runs.length)) });
        for (const name of switches)
            now[name] = get(name, /^[01]$/) === null ? opens[name] : Address.get(name) === "1";
        now.gradients = now.gradients && Data.groups.length > 0;
        now.rate = now.rate && Data.rates;
        now.x = Data.xs.includes(Address.get("x")) ? Address.get("x") : opens.x;
        now.rows = get("smooth", /^\d{1,9}$/) === null ? null : Math.max(1, Number(Address.get("smooth")));
        const [from, to] = range ? range.split(",").map(Number) : [null, null];
        if (range && from < to && (from > 0 || !now.log_x))
            Object.assign(now, { from, to });
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

    load();
    return { now, set, notify, shown, rows_of, whole, range, listen, flush };
})();
