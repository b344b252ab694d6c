"use strict";
// Random words, each twice: "kzvqm kzvqm". The first copy cannot be predicted. The second can, letter by letter, by
// whoever finds where the present letter stood before and reads the letter behind it: an induction head (Olsson et al.
// 2022, "In-context Learning and Induction Heads"). Words differ in length, so that no fixed distance will do, and a
// letter comes once a word, so that there is only one place to look.
const Copies = (() => {
    const letters = "abcdefghijklmnopqrstuvwxyz".split("");

    function text(seed = 1, length = 60000, least = 4, most = 10) {
        const rng = Rng(seed), lines = [];
        for (let size = 0; size < length;) {
            const word = rng.shuffled(letters).slice(0, least + rng.below(most - least + 1)).join("");
            lines.push(word + " " + word);
            size += 2 * word.length + 2;
        }
        return lines.join("\n") + "\n";
    }
    return { text };
})();
