"use strict";
// The data of explain --json, embedded in the page, and accessors shared by all views.
const Data = (() => {
    const all = JSON.parse(document.getElementById("data").textContent);
    const first = all.trimmed ? all.trimmed.first : 0;
    const n = all.characters.length;

    const visible = c => Glyph.visible(c.text, c.show);
    const char = j => visible(all.characters[j]);
    const word = id => visible(all.vocabulary[id]);
    const label = j => `${char(j)} (${j})`;
    const head = (l, h) => all.layers[l].heads[h];

    // A cell of a triangle (s, a, da, ds, av); null if masked or trimmed.
    function cell(l, h, name, i, j) {
        return i < first || j < first || j > i ? null : head(l, h)[name][i - first][j - first];
    }

    function traced(l, h, i) {
        const t = all.trace;
        return t.layer === l && t.head === h && t.row === i;
    }

    // The traced row, with finite differences, to twelve digits.
    function trace_row() {
        const t = all.trace;
        return { i: t.row, first: 0, keys: t.keys, traced: true, mean: t.mean_da, entropy: t.entropy,
            q: t.q, g: t.g, o: t.o, k: t.k, v: t.v };
    }

    // Any other row, to six digits, from the matrices: the same fields without fd, error, ok, losses.
    function other_row(l, h, i) {
        const m = head(l, h), at = i - first, keys = [];
        const mean = Num.sum(m.a[at].map((a, c) => a * m.da[at][c]));
        const limit = 1e-12 * Math.max(all.scales.ds, 1e-300);
        for (let c = 0; c <= at; c++) {
            const ds = m.ds[at][c];
            keys.push({ j: first + c, s: m.s[at][c], a: m.a[at][c], da: m.da[at][c], rel: m.da[at][c] - mean,
                ds,
                av: m.av[at][c], look: Math.abs(ds) < limit ? "same" : ds < 0 ? "more" : "less",
                dots: m.q[at].map((q, d) => q * m.k[c][d]) });
        }
        const o = m.v[0].map((_, d) => Num.sum(keys.map((key, c) => key.a * m.v[c][d])));
        return { i, first, keys, traced: false, mean, entropy: m.entropy[i], q: m.q[at], g: m.g[at], o,
            k: m.k.slice(0, at + 1), v: m.v.slice(0, at + 1) };
    }

    // What arcs lead to: characters, or words. A word is a run of letters, digits and marks; any other character, and
    // each ideograph, stands alone.
    const letter = /^[\p{L}\p{N}\p{M}_'’]+$/u, alone = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
    const joins = j => letter.test(all.characters[j].text) && !alone.test(all.characters[j].text);

    function words() {
        const found = [];
        for (let first = 0, last; first < n; first = last + 1) {
            last = first;
            while (last + 1 < n && joins(first) && joins(last + 1))
                last++;
            found.push({ first, last });
        }
        return found;
    }

    const units = { characters: all.characters.map((c, j) => ({ first: j, last: j })), words: words() };
    const blank = all.characters.map(c => /^[ \n\t\r]$/.test(c.text));
    const text = (from, to) => all.characters.slice(from, to + 1).map(visible).join("");

    // The last row asked for is kept, since every view asks for the same.
    let kept = { name: null, row: null };
    function row(l, h, i) {
        const name = `${l}.${h}.${i}`;
        if (kept.name !== name)
            kept = { name, row: traced(l, h, i) ? trace_row() : other_row(l, h, i) };
        return kept.row;
    }

    // One number per character of the prompt, null where the row has none.
    function spread(r, f) {
        const xs = new Array(n).fill(null);
        r.keys.forEach((key, c) => { xs[key.j] = f(key, c); });
        return xs;
    }

    const shown = all.characters.map(visible);

    return { all, first, n, units, blank, shown, text, visible, char, word, label, head, cell, row, traced, spread,
        root: Math.sqrt(all.model.width) };
})();
