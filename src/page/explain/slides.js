"use strict";
// Slide mode: the story's stage fills the screen. Right, Page Down and the space bar turn to the next step, left and
// Page Up to the one before, as the keys of a presenter's remote control do; Escape ends it.
const Slides = (() => {
    const on = () => State.now.slides;

    function enter() {
        State.set({ tab: "story", slides: true });
        const root = document.documentElement;
        if (root.requestFullscreen)
            root.requestFullscreen().catch(() => {});       // without it the stage fills the window
    }

    function leave() {
        State.set({ slides: false });
        if (document.fullscreenElement)
            document.exitFullscreen();
    }

    const toggle = () => on() ? leave() : enter();
    const ahead = { ArrowRight: 1, ArrowLeft: -1 }, ahead_on_slides = { ...ahead, PageDown: 1, PageUp: -1, " ": 1,
        Home: -Infinity, End: Infinity };
    const takes_keys = "input, select, textarea, canvas, [role=tab], .scroll";
    const free = node => !(node instanceof Element && node.closest(takes_keys));
    const plain = e => !e.ctrlKey && !e.metaKey && !e.altKey;

    // On slides no picture or table needs the keys.
    function on_slides(e) {
        if (!on() || !plain(e))
            return;
        const by = ahead_on_slides[e.key];
        if (e.key === " " && e.target instanceof HTMLButtonElement)
            return;
        if (by)
            Story.turn(by);
        else if (e.key === "Escape")
            leave();
        else
            return;
        e.preventDefault();
        e.stopPropagation();
    }

    function elsewhere(e) {
        if (State.now.tab !== "story" || !plain(e) || e.defaultPrevented || !free(e.target))
            return;
        if (ahead[e.key])
            Story.turn(ahead[e.key]);
        else if (e.key === "f")
            toggle();
    }

    document.addEventListener("keydown", on_slides, true);
    document.addEventListener("keydown", elsewhere);
    document.addEventListener("fullscreenchange", () => !document.fullscreenElement && on() && leave());
    State.listen(() => document.documentElement.classList.toggle("slides", on()));
    return { toggle };
})();
