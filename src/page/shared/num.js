"use strict";
// Number formats for people: three digits, a real minus sign, a dash for a missing value.
const Num = (() => {
    const minus = text => text.replace("-", "−");

    function show(x, digits = 3) {
        if (x === null || x === undefined || !Number.isFinite(x))
            return "–";
        if (Number.isInteger(x) && Math.abs(x) < 1e6)
            return minus(String(x));
        const size = Math.abs(x);
        if (size < 1e-4 || size >= 1e6)
            return minus(x.toExponential(digits - 1).replace("e-", "e−").replace("e+", "e"));
        const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
        return minus(x.toFixed(Math.min(places, 6)));
    }

    function signed(x, digits) {
        return (x > 0 ? "+" : "") + show(x, digits);
    }

    // For axes and buttons: without trailing zeros.
    const plain = x => x && Math.abs(x) < 1e-3 ? minus(minus(x.toExponential(0)))
        : show(x).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
    const plus = x => (x > 0 ? "+" : "") + plain(x);

    function percent(x) {
        if (x === null || x === undefined)
            return "–";
        const p = 100 * x;
        return (p !== 0 && p < 0.1 ? p.toPrecision(1) : p.toFixed(1)) + "\u00a0%";
    }

    const largest = xs => xs.reduce((m, x) => Math.max(m, Math.abs(x || 0)), 0);
    const sum = xs => xs.reduce((s, x) => s + x, 0);
    const dot = (x, y) => x.reduce((s, v, d) => s + v * y[d], 0);
    const norm = x => Math.sqrt(dot(x, x));

    // The largest of 1, 2 or 5 times a power of ten that is at most x, for an axis mark.
    function round_below(x) {
        const ten = 10 ** Math.floor(Math.log10(x));
        return (x / ten >= 5 ? 5 : x / ten >= 2 ? 2 : 1) * ten;
    }

    return { show, signed, plain, plus, percent, largest, sum, dot, norm, round_below };
})();
