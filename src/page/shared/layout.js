"use strict";
// The picture's layout: src/cli/explain/picture.c in JavaScript, with the same lengths (picture.def is Size).
const Layout = (() => {
    const clamp = (x, low, high) => Math.max(low, Math.min(high, x));

    // For each character the piece it belongs to: [first, end). It ends after a blank, or after PIECE characters.
    function pieces(blank) {
        const all = [];
        for (let first = 0, end = 0; first < blank.length; first = end) {
            while (end < blank.length && end - first < Size.PIECE && !blank[end])
                end++;
            if (end < blank.length && end - first < Size.PIECE)
                end++;
            for (let j = first; j < end; j++)
                all.push([first, end]);
        }
        return all;
    }

    // Which characters are shown in `fit` columns, as booleans; one column is kept for a fold at the end.
    function choose(t, fit) {
        const piece = pieces(t.blank), shown = new Array(t.n);
        let left = fit - 1;
        const take = j => {
            const [first, end] = piece[j], need = end - first + 1;
            if (shown[j] === undefined)
                shown.fill(need <= left, first, end);
            else
                return;
            left -= need <= left ? need : 0;
        };
        const order = t.share.map((x, j) => j).filter(j => t.share[j] >= Size.SHARE_PC / 100)
            .sort((i, j) => t.share[j] - t.share[i]);
        take(t.row);
        order.forEach(take);
        for (let j = t.row; j >= 0; j--)
            take(j);
        for (let j = t.row; j < t.n; j++)
            take(j);
        return shown;
    }

    // Numbers the columns. A fold is one column, however many characters it hides.
    function number_columns(shown) {
        let columns = 0;
        const column = shown.map((yes, j) => {
            if (yes || j === 0 || shown[j - 1])
                columns++;
            return columns - 1;
        });
        return { columns, column };
    }

    // t: { n, row, share: the larger of a key's two shares, 0 behind the row, blank: is it white space, bare: without
    // the answer's bars }. With `whole` nothing is folded, and the picture is as wide as that takes.
    function make(t, room, whole) {
        const wide = room >= Size.NARROW, edge = wide ? Size.EDGE : Size.EDGE_NARROW;
        const beside = edge + (wide && !t.bare ? Size.SIDE : edge), least = wide ? Size.CELL_LEAST : Size.CELL_NARROW;
        const width = whole ? Math.max(room, beside + t.n * least) : room, text = width - beside;
        const fit = Math.floor(text / least);
        const shown = t.n > fit ? choose(t, fit) : new Array(t.n).fill(true);
        const { columns, column } = number_columns(shown);
        const cell = Math.min(Size.CELL_MOST, text / columns), letter = cell * Size.LETTER_PC / 100;
        const foot = Size.FOOT + letter * Size.FOOT_PC / 100;
        const reach = clamp(Math.min(text, room) * Size.REACH_PC / 100, Size.REACH_LEAST, Size.REACH_MOST);
        const top = t.bare ? Size.TOP / 2 : Size.TOP;
        const p = { wide, top, edge, width, columns, column, shown, cell, letter, foot, reach,
            left: edge + (text - cell * columns) / 2, line: top + reach + foot,
            thick: clamp(cell, Size.THICK_LEAST, Size.THICK_MOST) };
        p.x = j => p.left + cell * (column[j] + 0.5);
        p.rise = distance => reach * Size.LOW_PC / 100 * (1 - distance / (cell * columns)) +
            reach * distance / (cell * columns);
        p.width_of = share => Math.max(Size.THIN, p.thick * share);
        const bottom = p.line + foot + reach + (t.bare ? Size.BOTTOM / 2 : Size.BOTTOM);
        return Object.assign(p, t.bare ? { bottom, height: bottom } : bars(p, bottom));
    }

    // The answer's bars: in their own column, or under the text if the picture is narrow.
    function bars(p, bottom) {
        const high = (Size.BARS - 1) * Size.BAR_PITCH;
        const y = p.wide ? p.line - high / 2 : bottom + Size.BAR_PITCH + 8;
        return { bars_x: p.wide ? p.width - Size.SIDE + 44 : 44, bars_y: y, bottom,
            bar: p.wide ? Size.BAR : p.width - 44 - 76, height: p.wide ? bottom : y + high + Size.BAR_HIGH };
    }

    return { make };
})();
