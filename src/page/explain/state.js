"use strict";
// What is looked at, the same in every view: layer, head, row (the character that looks) and, when a cell
// is locked, key (the character looked at). Views listen; a change reaches them once a frame.
const State = (() => {
    const w = Data.all.where;
    const now = { layer: w.layer, head: w.head, row: w.row, key: null };
    const { listen, notify } = Emitter();

    const clamp = (x, lo, hi) => Math.min(Math.max(x, lo), hi);

    // A row that was trimmed away can be shown only if it is the traced one.
    function set(change) {
        Object.assign(now, change);
        now.layer = clamp(now.layer, 0, Data.all.model.layers - 1);
        now.head = clamp(now.head, 0, Data.all.model.heads - 1);
        if (!Data.traced(now.layer, now.head, now.row))
            now.row = clamp(now.row, Data.first, Data.n - 1);
        const least = Data.traced(now.layer, now.head, now.row) ? 0 : Data.first;
        if (now.key !== null)
            now.key = clamp(now.key, least, now.row);
        notify();
    }

    // Arrow keys; without a locked cell they begin at the key that is pushed most.
    function move(rows, keys) {
        if (now.key === null)
            set({ key: strongest() });
        else
            set({ row: now.row + rows, key: now.key + keys });
    }

    function strongest() {
        const keys = row().keys;
        return keys.reduce((best, key) => Math.abs(key.ds) > Math.abs(best.ds) ? key : best, keys[0]).j;
    }

    const row = () => Data.row(now.layer, now.head, now.row);
    const name = () => `layer ${now.layer}, head ${now.head}`;
    return { now, set, move, row, name, strongest, listen, notify };
})();
