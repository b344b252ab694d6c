"use strict";
// The selected key in one line: its weight, its push with the numbers it comes from, and the finite difference that the
// engine measured to check it.
const Derive = (() => {
    const { el, fill, math } = Dom, now = State.now, show = Num.show, signed = Num.signed;
    let line, wanted = "", got = null, last = 0;

    const hint = "Type into the text. Click a letter to see why it is pushed. Drag it up or down: the model " +
        "looks there more or less, and runs again.";

    const name = j => {
        const chars = Session.watched();
        return j < chars.length ? `'${Glyph.visible(chars[j])}'` : "";
    };

    const ask = Session.latest(async (place, time) => {
        const d = await Engine.derive(place);
        got = { ...d, place, time };
        State.notify();
    });

    // What is derived now; while training at most twice a second.
    function request() {
        const f = now.frame, j = now.key, i = State.row();
        if (j === null || !f || j > i || j >= f.n)
            return null;
        const place = { layer: now.layer, head: now.head, i, j };
        const time = [f.run, f.step, now.softness, now.positions, JSON.stringify(now.change), f.target].join();
        const name = JSON.stringify(place) + time, due = performance.now() - last > 500 || !now.playing;
        if (name !== wanted && due && !now.change) {
            wanted = name;
            last = performance.now();
            ask(place, time);
        }
        return place;
    }

    function checked(d) {
        if (d.fd === null || d.fd === undefined)
            return "";
        return [" Measured by a finite difference: ", el("b", null, signed(d.fd)), d.ok === false
            ? el("span", { class: "fail" }, ` ✗ (off by ${show(d.error, 2)})`) : el("span", { class: "pass" }, " ✓")];
    }

    const within = x => x < 0 ? `(${show(x)})` : show(x);

    function formula(d) {
        const look = d.ds === 0 ? null : d.ds < 0 ? "more" : "less";
        return [math("dL/ds = a (da − Σ a da)"), ` = ${show(d.a)} × (${show(d.da)} − ${within(d.mean_da)}) = `,
            el("b", { class: look }, signed(d.ds)), look ? [": training looks there ",
                el("span", { class: look }, look), "."] : ".", checked(d)].flat();
    }

    function update() {
        const place = request();
        line.classList.toggle("hint", !place);
        if (!place) {
            fill(line, hint);
            return;
        }
        const units = Frames.row(now.frame, place.layer, place.head, place.i).units, u = units[place.j];
        const mine = got && !now.change && JSON.stringify(got.place) === JSON.stringify(place);
        fill(line, el("b", null, el("bdi", null, name(place.j))), ` (${place.j}) from `, el("bdi", null, name(place.i)),
            `: weight ${Num.percent(u.a)}, score ${signed(u.s)}. `,
            mine ? formula(got) : ["dL/ds = ", signed(u.ds), "."]);
    }

    function build(home) {
        line = el("p", { class: "derive", id: "derive" });
        home.append(line);
        State.listen_slowly(update);
    }

    return { build };
})();
