"use strict";
// The lesson of scripts/demo in a small form. A word in the first half of a sentence decides how it ends, so counts of
// the last few characters cannot tell, and attention can:
//
//     Rosa has a green thumb, so she works in the garden.        Tom has a green car, so he works in the garage.
//
// Both senses share names, frames, links and stems. What the page asks, the two sentences in `asked`, never occurs.
const Lesson = (() => {
    const persons = [...Names.girls.slice(0, 28).map(name => [name, "she", "her"]),
        ...Names.boys.slice(0, 28).map(name => [name, "he", "him"])];
    const asked = ["Steve has a green thumb so he works in the gar", "Steve has a green car so he works in the gar"];

    // @ the person, { he, } him; a stem with its ends, one a sense.
    const frames = ["@ has a green ", "@ owns a green ", "@ is proud of a green ", "@ is known for a green "];
    const clues = ["thumb", "car"], links = [" so ", ", so ", " and so "];
    const stems = [["{ works in the gar", "den", "age"], ["you will find } in the gar", "den", "age"],
        ["{ smells of ", "roses", "petrol"], ["we bring } old ", "pots", "tyres"]];

    function sentence(rng) {
        const sense = rng.below(2), [name, he, him] = rng.choose(persons);
        const [stem, ...ends] = rng.choose(stems);
        return rng.choose(frames).replace("@", name) + clues[sense] + rng.choose(links) +
            stem.replace("{", he).replace("}", him) + ends[sense] + ".";
    }

    function text(seed = 1, length = 60000) {
        const rng = Rng(seed), lines = [];
        for (let size = 0; size < length;) {
            const line = sentence(rng);
            if (asked.some(start => line.startsWith(start)))
                continue;
            lines.push(line);
            size += line.length + 1;
        }
        return lines.join("\n") + "\n";
    }
    return { text, asked };
})();
