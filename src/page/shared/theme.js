"use strict";
// Light and dark themes, and the colours of pictures. The style sheet defines the colours and lists their names in
// --names; blue and orange are distinguishable with any colour blindness.
const Theme = (() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const colours = {};

    function read() {
        const style = getComputedStyle(document.documentElement);
        for (const name of style.getPropertyValue("--names").trim().split(" "))
            colours[name] = style.getPropertyValue("--" + name).trim();
        State.notify();
    }

    function use(theme) {
        document.documentElement.dataset.theme = theme;
        const button = document.getElementById("theme");
        button.textContent = theme === "dark" ? "Light" : "Dark";
        button.setAttribute("aria-label", theme === "dark" ? "Use light colours" : "Use dark colours");
        read();
    }

    const current = () => document.documentElement.dataset.theme;
    const of_system = () => system.matches ? "dark" : "light";

    // The theme in the address, else the system's.
    function choose() {
        const wanted = Address.get("theme");
        use(wanted === "dark" || wanted === "light" ? wanted : of_system());
    }

    function other() {
        use(current() === "dark" ? "light" : "dark");
        Address.put({ theme: current() === of_system() ? null : current() });
    }

    system.addEventListener("change", choose);
    Address.listen(() => Address.get("theme") !== current() && choose());
    document.getElementById("theme").addEventListener("click", other);

    // Paper is light. State runs its listeners at once, since no frame comes before the page is printed.
    let screen = null;
    addEventListener("beforeprint", () => {
        screen = current();
        use("light");
        State.flush();
    });
    addEventListener("afterprint", () => use(screen || of_system()));

    const parts = hex => [1, 3, 5].map(k => parseInt(hex.slice(k, k + 2), 16));

    // Interpolates from the paper (0) to a colour (1).
    function blend(name, t) {
        const from = parts(colours.paper), to = parts(colours[name]);
        const mixed = from.map((x, c) => Math.round(x + (to[c] - x) * Math.min(1, Math.max(0, t))));
        return "#" + mixed.map(x => x.toString(16).padStart(2, "0")).join("");
    }

    // For t from -1 to 1: negative is blue (a gradient step looks there more), positive orange (less).
    const diverge = t => blend(t < 0 ? "more" : "less", Math.abs(t));

    choose();
    return { colours, blend, diverge, use };
})();
