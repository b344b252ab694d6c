"use strict";
// What all views share: layer, head, row (the query's position), the locked cell's key or null, the open view (tab),
// the story's step, and whether it shows as slides. It is kept in the address, as #tab=edit&head=3.2&row=40&key=7 or
// #step=9 (steps count from 1 there); what is left out is as the page opens. Views listen; changes reach them at most
// once per frame.
const State = (() => {
    // Where it opens, if the user asked for no other place: at the head that carries the difference of --versus, or at
    // the one that reads what decides.
    const { versus, cause, where } = Data.all;
    const carrier = versus && versus.carriers[0];
    const w = carrier ? { ...carrier, row: carrier.reading.row } : where.chosen && cause.head || where;
    const start = { layer: w.layer, head: w.head, row: w.row, key: null, tab: "story", step: 0,
        slides: false, units: "characters" };
    const now = { ...start };
    const { listen, notify, flush } = Emitter();

    const clamp = (x, lo, hi) => Math.min(Math.max(x, lo), hi);

    // A trimmed row can be shown only if it is the traced one.
    function settle() {
        now.layer = clamp(now.layer, 0, Data.all.model.layers - 1);
        now.head = clamp(now.head, 0, Data.all.model.heads - 1);
        if (!Data.traced(now.layer, now.head, now.row))
            now.row = clamp(now.row, Data.first, Data.n - 1);
        const least = Data.traced(now.layer, now.head, now.row) ? 0 : Data.first;
        if (now.key !== null)
            now.key = clamp(now.key, least, now.row);
    }

    // Another view or step is another place, to which Back returns.
    function set(change) {
        const before = { ...now };
        Object.assign(now, change);
        now.slides = now.slides && now.tab === "story";
        settle();
        save(now.tab !== before.tab || now.step !== before.step);
        notify();
    }

    function save(push) {
        const other = name => now[name] !== start[name];
        Address.put({ tab: other("tab") ? now.tab : null, step: other("step") ? now.step + 1 : null,
            head: other("layer") || other("head") ? `${now.layer}.${now.head}` : null,
            row: other("row") ? now.row : null, key: now.key, slides: now.slides ? 1 : null,
            units: other("units") ? now.units : null }, push);
    }

    // The address is a stranger's text: what is not a number of the expected form counts as left out.
    function load() {
        const number = (name, otherwise) => /^\d{1,6}$/.test(Address.get(name)) ? Number(Address.get(name)) : otherwise;
        const head = /^(\d{1,4})\.(\d{1,4})$/.exec(Address.get("head") || "");
        Object.assign(now, start, head ? { layer: Number(head[1]), head: Number(head[2]) } : {},
            { row: number("row", start.row), key: number("key", null), step: Math.max(1, number("step", 1)) - 1,
            tab: Address.get("tab") || start.tab, slides: number("slides", 0) === 1,
            units: Address.get("units") === "words" ? "words" : start.units });
        settle();
        notify();
    }

    // A click on a key locks it; a second one unlocks it.
    const lock = key => set({ key: now.key === key ? null : key });

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
    Address.listen(load);
    load();
    return { now, set, lock, move, row, name, strongest, listen, notify, flush };
})();
