"use strict";
// The prompt is typed in place: an input lies over the picture's letters, its own letters transparent and as wide as
// the columns, so that caret and selection stand where the letters are. Up and Down raise and lower the score of the
// letter before the caret.
const Typing = (() => {
    const { el } = Dom, now = State.now, step = 0.25;
    let input, open, measure, placed = "";

    // An input holds no line breaks: they stand in it as their sign, and Enter types one.
    const shown = text => text.replace(/\n/g, "⏎"), meant = text => text.replace(/⏎/g, "\n");

    function typed() {
        Session.type(meant(input.value), now.target);
    }

    function line_break() {
        if (input.value.length < input.maxLength) {
            input.setRangeText("⏎", input.selectionStart, input.selectionEnd, "end");
            typed();
        }
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
        } else if (e.key === "Enter") {
            e.preventDefault();
            line_break();
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
        open = Dom.button("Edit the text", () => input.focus(), { class: "quiet", hidden: true });
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
        const p = me.p, z = me.zoom, name = [p.letter, p.cell, p.left, p.line, p.columns, z].join();
        if (input.value !== shown(now.prompt))
            input.value = shown(now.prompt);
        if (now.facts && input.maxLength !== now.facts.context)
            input.maxLength = now.facts.context;
        if (name === placed)
            return;
        placed = name;
        const size = p.letter * z, cell = p.cell * z;
        measure.font = `${size}px ${Pen.mono}`;
        const space = cell - measure.measureText("0").width;
        const style = { "font-size": size, "letter-spacing": space, "padding-left": space / 2, left: p.left * z,
            top: (p.line - p.foot) * z, height: 2 * p.foot * z, width: Math.max(cell * (p.columns + 1), 60) };
        for (const [property, pixels] of Object.entries(style))
            input.style.setProperty(property, pixels.toFixed(2) + "px");
        const folded = !p.shown.every(yes => yes);
        input.classList.toggle("folded", folded);
        open.hidden = !folded;
    }

    // The caret behind letter j, and nothing selected.
    function caret(j) {
        const at = [...input.value].slice(0, j + 1).join("").length;
        if (document.activeElement === input)
            input.setSelectionRange(at, at);
    }

    // A text that is folded is edited by this.
    const button = () => open;

    return { make, place, caret, button, focus: () => input.focus() };
})();
