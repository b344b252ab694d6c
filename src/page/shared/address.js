"use strict";
// What the page shows, kept after '#' in the address as name=value pairs joined by '&': a reload, Back, and a copied
// address show the same. Values are strings; a name without a value here has its default. Names that the page does not
// know stay in the address.
const Address = (() => {
    const listeners = [], pause = 200;
    let wanted = read(), timer = 0, last = 0;

    function read() {
        return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    }

    function write(push) {
        clearTimeout(timer);
        timer = 0;
        last = performance.now();
        const hash = String(new URLSearchParams(wanted));
        if (hash === String(new URLSearchParams(read())))
            return;
        const url = hash ? "#" + hash : location.href.replace(/#.*/, "") + "#";
        history[push ? "pushState" : "replaceState"](null, "", url);
    }

    // Browsers refuse more than some hundred changes in ten seconds, so a drag writes a few times a second. A push
    // makes a new entry for Back, at once; what was still to be written belongs to the entry before.
    function put(change, push = false) {
        if (push && timer)
            write(false);
        for (const [name, value] of Object.entries(change))
            if (value === null)
                delete wanted[name];
            else
                wanted[name] = String(value);
        if (push || performance.now() - last > pause)
            write(push);
        else
            timer = timer || setTimeout(() => write(false), pause);
    }

    function changed() {
        clearTimeout(timer);
        timer = 0;
        wanted = read();
        listeners.forEach(f => f());
    }

    addEventListener("popstate", changed);
    addEventListener("pagehide", () => timer && write(false));
    const get = name => wanted[name] === undefined ? null : wanted[name];
    return { get, put, listen: f => listeners.push(f) };
})();
