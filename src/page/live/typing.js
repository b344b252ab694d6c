"use strict";
// The prompt is typed in place: an input lies over the picture's letters, its own letters transparent and as wide as
// the columns, so that caret and selection stand where the letters are. Up and Down raise and lower the score of the
// letter before the caret.
const Typing = (() => {
    const { el } = Dom, now = State.now, step = 0.25;
    let input, measure;

    function typed() {
        Session.type(input.value, now.target);
    }

    // The letter that the caret stands behind.
    const before = () => Math.max(0, [...input.value.slice(0, input.selectionStart)].length - 1);

    function keys(e) {
        if (e.ctrlKey || e.metaKey || e.altKey)
            return;
        const by = { ArrowUp: step, ArrowDown: -step }[e.key];
        if (by && now.frame) {
            e.preventDefault();
            Drag.nudge(now.key === null ? Math.min(before(), State.row()) : now.key, by);
        } else if (e.key === "Escape") {
            State.set({ key: null });
            Session.undo();
        }
    }

    // Left, Right, Home and End move the selected key with the caret.
    function moved(e) {
        if (/^(Arrow(Left|Right)|Home|End)$/.test(e.key) && now.frame)
            State.set({ key: Math.min(before(), State.row()) });
    }

    function make(me) {
        measure = document.createElement("canvas").getContext("2d");
        input = el("input", { id: "prompt", class: "typed", type: "text", spellcheck: "false", autocomplete: "off",
            autocapitalize: "off", "aria-label": "Watched prompt", "aria-describedby": "prompt-help", dir: "ltr",
            on: { input: typed, keydown: keys, keyup: moved, mousedown: keep_folded, focus: () => unfold(me, true),
                blur: () => unfold(me, false) } });
        return input;
    }

    // A click into a folded text selects; it does not edit.
    const keep_folded = e => input.classList.contains("folded") && e.preventDefault();

    // On a narrow screen the text is folded, until it is edited.
    function unfold(me, whole) {
        me.whole = whole;
        Picture.redraw();
        if (whole)
            me.box.scrollLeft = me.box.scrollWidth;
    }

    // Lays the input over the letters of a picture.
    function place(me) {
        const p = me.p, z = me.zoom, size = p.letter * z, cell = p.cell * z, folded = !p.shown.every(yes => yes);
        if (input.value !== now.prompt)
            input.value = now.prompt;
        measure.font = `${size}px ${Pen.mono}`;
        const space = cell - measure.measureText("0").width, style = input.style;
        style.setProperty("font-size", size + "px");
        style.setProperty("letter-spacing", space + "px");
        style.setProperty("padding-left", space / 2 + "px");
        style.setProperty("left", p.left * z + "px");
        style.setProperty("top", (p.line - p.foot) * z + "px");
        style.setProperty("height", 2 * p.foot * z + "px");
        style.setProperty("width", Math.max(cell * (p.columns + 1), 60) + "px");
        input.classList.toggle("folded", folded);
        if (now.facts)
            input.maxLength = now.facts.context;
    }

    return { make, place, focus: () => input.focus() };
})();
