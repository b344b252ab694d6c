"use strict";
// Letters can be dragged: up raises the score of that key in the head and row shown, down lowers it, and the engine
// runs forward with it. A click selects a letter; one behind the row makes it the row.
const Drag = (() => {
    const now = State.now, nat = 12, most = 8;          // the picture's pixels to a nat
    let start = null;

    const rise = by => by * nat;
    const round = by => Math.round(Math.max(-most, Math.min(most, by)) * 20) / 20;

    function raise(j, by) {
        const to = round(by), i = State.row();
        if (to === 0)
            return Session.edit(null);
        return Session.edit({ kind: "score", layer: now.layer, head: now.head, i, j, by: to });
    }

    // By this much more than it is raised.
    function nudge(j, by) {
        const c = now.change, same = c && c.kind === "score" && c.j === j && c.i === State.row() &&
            c.layer === now.layer && c.head === now.head;
        State.set({ key: j });
        raise(j, (same ? c.by : 0) + by);
    }

    function choose(me, j) {
        if (j === null)
            return;
        if (!me.p.shown[j])
            Typing.focus();
        else if (j > me.m.row)
            State.choose({ row: j === me.m.n - 1 ? null : j, key: null });
        else
            State.set({ key: j });
    }

    function down(me, at, e) {
        const j = me.p && e.button === 0 ? at(e) : null;
        if (j === null)
            return;
        const c = now.change;
        start = { j, x: e.clientX, y: e.clientY, id: e.pointerId, on: false,
            by: c && c.kind === "score" && c.j === j ? c.by : 0 };
    }

    function move(me, e) {
        if (!start || e.pointerId !== start.id || start.j > me.m.row || !now.frame)
            return;
        const dx = e.clientX - start.x, dy = e.clientY - start.y;
        if (!start.on && (Math.abs(dy) < 6 || Math.abs(dy) < Math.abs(dx)))
            return;
        if (!start.on)
            me.stage.setPointerCapture(e.pointerId);
        start.on = true;
        e.preventDefault();
        State.set({ key: start.j });
        Typing.caret(start.j);
        raise(start.j, start.by - dy / me.zoom / nat);
    }

    function up(me, at, e) {
        const s = start;
        start = null;
        if (s && !s.on)
            choose(me, s.j);
        me.stage.classList.remove("drags");
    }

    function listen(me, at) {
        me.stage.addEventListener("pointerdown", e => down(me, at, e));
        me.stage.addEventListener("pointermove", e => {
            move(me, e);
            me.stage.classList.toggle("drags", start !== null && start.on);
        });
        me.stage.addEventListener("pointerup", e => up(me, at, e));
        me.stage.addEventListener("pointercancel", () => { start = null; });
    }

    return { listen, nudge, raise, rise };
})();
