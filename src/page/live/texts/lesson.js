"use strict";
// The lesson of scripts/demo in a small form. A word in the first half of a sentence decides how it ends, so counts of
// the last few characters cannot tell, and attention can:
//
//     Rosa has a green thumb, so she works in the garden.        Tom has a green car, so he works in the garage.
//
// Both senses share names, frames, links and stems. What the page asks about, the two sentences in `asked`, never
// occurs.
const Lesson = (() => {
    const persons = [...Names.girls.slice(0, 28).map(name => [name, "she", "her"]),
        ...Names.boys.slice(0, 28).map(name => [name, "he", "him"])];
    const asked = ["Steve has a green thumb so he works in the gar", "Steve has a green car so he works in the gar"];

    // @ the person, { he, and } him; a stem with its ends, one a sense.
    const puzzles = [
        { frames: ["@ has a green", "@ owns a green", "@ is proud of a green", "@ is known for a green"],
            clues: ["thumb", "car"], links: [" so ", ", so ", " and so ", ". That is why "],
            stems: [["{ works in the gar", "den", "age"], ["you will find } in the gar", "den", "age"],
                ["{ smells of ", "roses", "petrol"], ["we bring } old ", "pots", "tyres"]] },
        { frames: ["@ went to the bank", "@ waited at the bank", "@ came back from the bank"],
            clues: ["by the river", "by the market"], links: [". ", ", and ", " again. ", ". Later "],
            stems: [["it was full of ", "reeds", "coins"], ["{ liked to talk of the ", "trout", "money"],
                ["{ came upon some ", "frogs", "bills"]] },
    ];

    function sentence(rng) {
        const puzzle = rng.choose(puzzles), sense = rng.below(2);
        const [name, he, him] = rng.choose(persons), stem = rng.choose(puzzle.stems), link = rng.choose(puzzle.links);
        let rest = stem[0];
        if (/[.] $/.test(link))
            rest = rest[0] === "{" ? "{" + rest.slice(1) : rest[0].toUpperCase() + rest.slice(1);
        rest = rest.replace("{", /[.] $/.test(link) ? he[0].toUpperCase() + he.slice(1) : he).replace("}", him);
        return rng.choose(puzzle.frames).replace("@", name) + " " + puzzle.clues[sense] + link + rest +
            stem[1 + sense] + ".";
    }

    function text(seed = 1, length = 60000) {
        const rng = Rng(seed), lines = [];
        for (let size = 0; size < length;) {
            const line = sentence(rng);
            if (asked.some(a => line.startsWith(a)))
                continue;
            lines.push(line);
            size += line.length + 1;
        }
        return lines.join("\n") + "\n";
    }
    return { text, asked };
})();
