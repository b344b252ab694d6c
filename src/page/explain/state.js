"use strict";
// The selection, shared by all views: layer, head, row (the query's position) and, if a cell is locked, key.
// Views listen; changes reach them at most once per frame.
const State = (() => {
    const w = Data.all.where;
    const now = { layer: w.layer, head: w.head, row: w.row, key: null };
    const { listen, notify } = Emitter();

    const clamp = (x, lo, hi) => Math.min(Math.max(x, lo), hi);

    // A trimmed row can be shown only if it is the traced one.
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

    // Arrow keys; without a locked cell they start at the key with the largest gradient.
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
