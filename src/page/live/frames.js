"use strict";
// Accessors of a frame, as Engine's "watch" sends it: matrices of all heads, one after the other, row by row.
const Frames = (() => {
    const at = (f, layer, head, i, j) => ((layer * f.heads + head) * f.n + i) * f.n + j;

    // A head's row as units for Mirror: { row, push: the sum of |ds|, units: [{ first, last, a, s, ds, pushed }] }.
    function row(f, layer, head, i) {
        const units = [];
        for (let j = 0; j <= i; j++) {
            const k = at(f, layer, head, i, j);
            units.push({ first: j, last: j, a: f.weights[k], s: f.scores[k], ds: f.push[k], pushed: 0 });
        }
        const push = Num.sum(units.map(u => Math.abs(u.ds)));
        for (const u of units)
            u.pushed = push > 0 ? Math.abs(u.ds) / push : 0;
        return { row: i, push, units };
    }

    // The sum of |ds| of a head's row.
    function push(f, layer, head, i) {
        let sum = 0;
        for (let j = 0, k = at(f, layer, head, i, 0); j <= i; j++)
            sum += Math.abs(f.push[k + j]);
        return sum;
    }

    // The head with the largest push on row i, as { layer, head, push }.
    function strongest(f, i) {
        let best = { layer: 0, head: 0, push: -1 };
        for (let layer = 0; layer < f.layers; layer++)
            for (let head = 0; head < f.heads; head++) {
                const here = push(f, layer, head, i);
                if (here > best.push)
                    best = { layer, head, push: here };
            }
        return best;
    }

    // A row's weight on the keys first to last.
    function weight(f, layer, head, i, first, last) {
        let a = 0;
        for (let j = first, k = at(f, layer, head, i, 0); j <= Math.min(last, i); j++)
            a += f.weights[k + j];
        return a;
    }

    // Who looks at the keys first to last, from behind them, where it matters: the row with the largest product of its
    // weight on them and its push; of its weight alone, as long as nothing is pushed. { layer, head, row }.
    function looker(f, first, last) {
        let best = { layer: 0, head: 0, row: f.n - 1 }, most = -1, most_pushed = -1;
        for (let layer = 0; layer < f.layers; layer++)
            for (let head = 0; head < f.heads; head++)
                for (let row = Math.min(last + 1, f.n - 1); row < f.n; row++) {
                    const a = weight(f, layer, head, row, first, last), pushed = a * push(f, layer, head, row);
                    if (pushed > most_pushed || (pushed === most_pushed && a > most))
                        [best, most, most_pushed] = [{ layer, head, row }, a, pushed];
                }
        return best;
    }

    const letter = /^[\p{L}\p{N}\p{M}_'’]$/u;

    // The word around character j: [first, last]; a character that is no letter stands alone.
    function word(chars, j) {
        let first = j, last = j;
        if (letter.test(chars[j])) {
            while (first > 0 && letter.test(chars[first - 1]))
                first--;
            while (last + 1 < chars.length && letter.test(chars[last + 1]))
                last++;
        }
        return [first, last];
    }

    // The probability of a next character; a frame has those of the likeliest and of the target.
    function odds(f, char) {
        const found = f.next.find(x => x.char === char);
        return found ? found.p : char === f.target ? Math.exp(-f.loss) : 0;
    }

    const shown = text => [...text].map(c => Glyph.visible(c)).join("");
    return { at, row, push, strongest, weight, looker, word, odds, shown };
})();
