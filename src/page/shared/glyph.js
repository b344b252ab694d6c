"use strict";
// How a character is drawn, and how wide.
const Glyph = (() => {
    const leftward = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
    const signs = { " ": "␣", "\n": "⏎", "\t": "⇥" };

    // A character's sign, as the programs print it (src/base/human.h): "␣", "⏎", "⇥", "^A" for a control character.
    const sign = text => signs[text] ||
        (/^[\u0001-\u001f]$/.test(text) ? "^" + String.fromCharCode(text.charCodeAt(0) + 64) : text);

    // A character as drawn: a combining mark on a circle, a box for an invisible one; a mark after a
    // right-to-left one keeps it from reordering its neighbours.
    function visible(text, shown = sign(text)) {
        if (/^\p{M}/u.test(text))
            return "◌" + text;
        if (/^[\p{Z}\p{C}]*$/u.test(shown))
            return "▯";
        return leftward.test(shown) ? shown + "\u200e" : shown;
    }

    // Columns of a monospaced font: 2 for an ideograph or an emoji, 1 for another character; at least 1.
    const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u;
    const columns = shown => Math.max(1, [...shown].reduce((sum, c) => sum + (wide.test(c) ||
        /[\u3000-\u303e\uff01-\uff60]/.test(c) ? 2 : /\p{M}|\u200e/u.test(c) ? 0 : 1), 0));

    return { sign, visible, columns };
})();
