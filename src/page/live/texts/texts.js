"use strict";
// The texts to choose from. Each is made by rule, the same one every time. Shapes and steps were found by trying
// (README.md has what was measured).
const Texts = [
    { id: "lesson", name: "Garden or garage",
        say: "Each sentence has a green thumb or a green car, and ends accordingly. Watch for the moment when a head " +
            "finds that word.",
        text: () => Lesson.text(), prompt: Lesson.asked[0], target: "d",
        settings: { layers: 2, heads: 4, channels: 64, context: 64, batch: 12, steps: 500 } },
    { id: "names", name: "First names",
        say: "Some 300 first names in random order. Watch the model write: first noise, then letters that go " +
            "together, then names.",
        text: () => Names.text(), prompt: "Mari", target: null,
        settings: { layers: 2, heads: 4, channels: 64, context: 32, batch: 16, steps: 600 } },
    { id: "copy", name: "Copying",
        say: "Random words, each twice. The second copy can be predicted only by looking where the letter stood " +
            "before, and reading on from there.",
        text: () => Copies.text(), prompt: "qhvbdxk qhvb", target: "d",
        settings: { layers: 2, heads: 2, channels: 32, context: 64, batch: 8, steps: 800 } },
];
