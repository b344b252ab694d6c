"use strict";
// Widths and the zoom, measured when they change: asking a node for its width while drawing makes the browser lay out
// the page at once.
const Room = (() => {
    let zoom = 0;

    // Calls f when the node's width changes, and at first; .width() is its width in CSS pixels.
    function of(node, f) {
        let width = 0;
        new ResizeObserver(entries => {
            const now = Math.floor(entries[0].contentRect.width);
            zoom = Pen.zoom();
            if (now !== width) {
                width = now;
                f();
            }
        }).observe(node);
        return { width: () => width };
    }

    return { of, zoom: () => zoom || (zoom = Pen.zoom()) };
})();
