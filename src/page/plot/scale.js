"use strict";
// Axes: values to pixels, and round values for labels.
const Scale = (() => {
    // Maps values low..high to pixels from..to, linearly or logarithmically.
    function make(low, high, from, to, log) {
        const f = log ? Math.log : x => x, a = f(low), b = f(high);
        const pixel = v => from + (f(v) - a) / (b - a || 1) * (to - from);
        const value = p => {
            const u = a + (p - from) / (to - from) * (b - a);
            return log ? Math.exp(u) : u;
        };
        return { low, high, log, pixel, value };
    }

    function nice(least) {
        const ten = 10 ** Math.floor(Math.log10(least));
        return [1, 2, 5, 10].find(m => m * ten >= least * 0.9999999) * ten;
    }

    const spans = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
    const nice_time = least => least < 1 ? nice(least) : spans.find(s => s >= least) || 86400 * nice(least / 86400);

    function linear(low, high, most, time) {
        const step = (time ? nice_time : nice)((high - low) / most), out = [];
        for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9 && out.length < most + 1; k++)
            out.push(k * step);
        return out;
    }

    function logarithmic(low, high, most) {
        for (const set of [[1, 2, 5], [1, 5], [1]]) {
            const out = [];
            for (let k = Math.floor(Math.log10(low)); k <= Math.log10(high); k++)
                out.push(...set.map(m => m * 10 ** k).filter(v => v >= low * 0.999999 && v <= high * 1.000001));
            if (out.length <= most && out.length > 1)
                return out;
            if (out.length < 2)
                return linear(low, high, most, false);
        }
        const powers = [], low_k = Math.ceil(Math.log10(low)), high_k = Math.floor(Math.log10(high));
        for (let k = low_k; k <= high_k; k += Math.ceil((high_k - low_k) / most))
            powers.push(10 ** k);
        return powers;
    }

    const ticks = (s, most, time) => s.log && s.high / s.low > 4 ? logarithmic(s.low, s.high, most)
        : linear(s.low, s.high, most, time);

    function seconds(x) {
        const m = Math.floor(x / 60), two = n => String(Math.floor(n)).padStart(2, "0");
        return x < 60 ? `${Num.plain(x)} s` : x < 3600 ? `${m} m ${two(x % 60)} s`
            : `${Math.floor(x / 3600)} h ${two(m % 60)} m`;
    }

    const count = x => Number.isInteger(x) ? x.toLocaleString("en") : Num.show(x, 5);
    const label = (x, kind) => kind === "seconds" ? seconds(x)
        : kind === "tokens" && x >= 1e6 ? `${Num.plain(x / 1e6)}M`
        : kind === "tokens" && x >= 1e4 ? `${Num.plain(x / 1e3)}k`
        : Math.abs(x) >= 1 || x === 0 ? count(Math.round(x * 1e6) / 1e6) : Num.plain(x);
    return { make, ticks, label, seconds, count };
})();
