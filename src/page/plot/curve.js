"use strict";
// Curves as paths: the first, lowest, highest and last point of each pixel column, so that spikes survive.
const Curve = (() => {
    const r = x => Math.round(x * 10) / 10;

    // Calls f(k) for the indices of xs within the range of sx, and one more on each side.
    function within(xs, sx, f) {
        const from = Math.max(0, Data.index(xs, sx.low) - 1), to = Math.min(xs.length, Data.index(xs, sx.high) + 1);
        for (let k = from; k < to; k++)
            f(k);
    }

    // Points [x, y] in pixels, thinned; without those that a logarithmic axis cannot show.
    function points(xs, ys, sx, sy) {
        const out = [];
        let column = null, first, least, most, last;
        const put = () => {
            const some = [first, least, most, last].sort((a, b) => a.k - b.k);
            some.forEach((p, i) => (i === 0 || p.k !== some[i - 1].k) && out.push([p.x, p.y]));
        };
        within(xs, sx, k => {
            if (xs[k] === null || ys[k] === null || ys[k] === undefined)
                return;
            if ((sy.log && ys[k] <= 0) || (sx.log && xs[k] <= 0))
                return;
            const p = { k, x: sx.pixel(xs[k]), y: sy.pixel(ys[k]) };
            if (Math.floor(p.x) !== column) {
                if (column !== null)
                    put();
                column = Math.floor(p.x);
                first = least = most = p;
            }
            last = p;
            least = p.y < least.y ? p : least;
            most = p.y > most.y ? p : most;
        });
        if (column !== null)
            put();
        return out;
    }

    // Clips points to the box { x, y, w, h }: interpolated at its left and right, clamped at its top and bottom.
    function clip(some, box) {
        const right = box.x + box.w, out = [];
        const inside = y => Math.min(box.y + box.h, Math.max(box.y, y));
        some.forEach(([x, y], k) => {
            const [u, v] = some[k - 1] || [x, y];
            for (const edge of [box.x, right])
                if ((u < edge) !== (x < edge) && x !== u)
                    out.push([edge, inside(v + (edge - u) / (x - u) * (y - v))]);
            if (x >= box.x && x <= right)
                out.push([x, inside(y)]);
        });
        return out;
    }

    const path = some => some.map(([x, y], k) => `${k ? "L" : "M"}${r(x)} ${r(y)}`).join("");

    // Calls hold(y) for the values of ys whose x is in the range of sx.
    function extent(xs, ys, sx, hold) {
        within(xs, sx, k => xs[k] >= sx.low && xs[k] <= sx.high && ys[k] !== null && hold(ys[k]));
    }

    return { points, clip, path, extent };
})();
