"use strict";
// The steps of the guided start. Each asks first; then something really happens in the page; then it says what was
// measured, whichever way it went:
//
//     { title, mark: selectors of what to look at,
//       need: () => null, or { say, label, run } if the page is not ready for it,
//       enter, leave: prepare the page and tidy up,
//       ask: () => text, choices: [text], meanwhile: what to watch, if it takes long,
//       label, run: async () => what was measured, told: measured => { right: number of a choice or null, say: text } }
const GuideSteps = (() => {
    const now = State.now, { percent } = Num;
    const heads = () => now.facts === null ? "" : now.facts.layers * now.facts.heads;
    const lesson = { need: Acts.trained, enter: Acts.thumb };

    const steps = [
        { title: "Before it has read anything", mark: ["#next"], need: Acts.fresh("lesson"), enter: Acts.thumb,
            ask: () => "This model predicts the next character of a text. So far it has read nothing. After “…works " +
                "in the gar”, how likely does it find d?",
            choices: ["about 1 in 50", "about 1 in 2", "nearly certain"],
            label: "Look", run: async () => Acts.blank(), told: Told.untrained },

        { title: "Let it read", mark: ["#curve"], need: Acts.fresh("lesson"), enter: Acts.thumb,
            ask: () => `Now it reads, in ${now.facts === null ? "" : Bar.count(now.facts.steps)} steps. After each, ` +
                `the gradient of the loss moves every parameter a little. What will it get right first?`,
            choices: ["which letters are frequent", "how words go on", "whether it is garden or garage"],
            meanwhile: "Watch the curve, what comes next, and what the model writes.",
            label: "Train", run: Acts.read, told: Told.training },

        { ...lesson, title: "One word decides", mark: ["#centre", "#next"],
            ask: () => `After “gar” it gives d ${Acts.ready() ? percent(Acts.p("d")) : ""}. Which word does that ` +
                `hang on? Guess, then hide each word from all heads in turn.`,
            choices: ["Steve", "green", "thumb", "works"],
            label: "Hide them in turn", run: Acts.hide, told: Told.hidden },

        { ...lesson, title: "Where it looks", mark: ["#heads", "#centre"],
            ask: () => `From each character, a head shares one unit of attention among that character and those ` +
                `before it. Lines above the text: the thicker, the larger the share. How many of the ${heads()} ` +
                `heads give “thumb” more than half, from the last r?`,
            choices: ["none", "one or two", "three or more"],
            label: "Look", run: async () => Acts.look(), told: Told.looking },

        { ...lesson, title: "Where the loss pushes", mark: ["#centre"],
            ask: () => "Lines below the text: dL/ds, how the loss changes with each score. Blue: a step of training " +
                "would look there more; orange: less. Suppose a were right, for garage. Would the loss push this " +
                "head to look at “thumb”…",
            choices: ["more", "less", "neither"],
            label: "Suppose a", run: Acts.push, told: Told.pushing, leave: () => Acts.suppose("d") },

        { ...lesson, title: "A promise and the truth", mark: ["#change", "#next"],
            ask: () => "A gradient promises what a small change would do. Lower the score of one letter of “thumb” " +
                "by 3, which is not small. The loss will change…",
            choices: ["about as promised", "more than promised", "less than promised"],
            label: "Lower it by 3", run: Acts.promise, told: Told.promised, leave: () => Session.undo() },

        { ...lesson, title: "Back in time", mark: ["#curve", "#next"],
            ask: () => "The page remembers the model at many of its steps. How did it find the word that decides?",
            choices: ["little by little", "within a tenth of the training", "it is still in doubt"],
            meanwhile: "Watch d and a: the model of each remembered step, from the first to the last.",
            label: "Go back and watch", run: Acts.past, told: Told.past, leave: () => Session.seek(null) },

        { ...lesson, title: "Why attention is soft", mark: ["#heads", "#centre"],
            ask: () => "Softmax gives every letter some weight. Suppose each head took only the letter with the " +
                "highest score, all or nothing. The push on the scores would be…",
            choices: ["stronger", "about the same", "nothing at all"],
            label: "Make it hard", run: Acts.harden, told: Told.hard,
            leave: async () => { await Session.soften(1); await Acts.suppose("d"); } },

        { ...lesson, title: "Does training agree?", mark: ["#curve", "#change"],
            ask: () => "Go back half way. Push the head away from “thumb”, in the parameters themselves, and train " +
                "on from there, as a second run. Will training keep that change or undo it?",
            choices: ["keep it", "undo it"],
            meanwhile: "Watch the thick line above the text, in the second run.",
            label: "Push, and train on", run: Acts.push_away, told: Told.agreed,
            leave: () => now.forked !== null && Session.drop() },

        { title: "Copying", mark: ["#heads", "#centre"], need: Acts.fresh("copy"), enter: Acts.copies,
            ask: () => "Another text: random words, each written twice. After “qhvbdxk qhvb” comes d, as in the " +
                "first copy. Which letter must a head look at to know that?",
            choices: ["the b where it stands", "the b of the first copy", "the d behind that b"],
            meanwhile: "Watch the heads: at some step, one of them changes its pattern.",
            label: "Train and see", run: Acts.copy, told: Told.copied },

        { title: "Your turn", mark: ["#source", "#save"], need: () => null, enter: () => {},
            say: "Paste a text of your own under “Your text” and press Play. Ten thousand characters are a good " +
                "start. Save the model when you like it: the programs sample and explain open it and show the same " +
                "numbers. Everything stays in this page." },
    ];
    return { steps };
})();
