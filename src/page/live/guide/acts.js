"use strict";
// What the guided start does in the page, by the functions that the reader's hands use.
const Acts = (() => {
    const now = State.now, thumb = Lesson.asked[0], p = char => Frames.odds(now.frame, char);
    const on = id => Session.source() !== null && Session.source().id === id && !now.opened;
    const ready = () => now.facts !== null && now.frame !== null;

    // ---- getting the page ready ----

    // Chooses a text as the reader would; resolves when its model, still untrained, is shown.
    async function pick(id) {
        const choose = document.getElementById("choose");
        choose.value = id;
        choose.dispatchEvent(new Event("change"));
        await Measure.until(() => on(id) && now.step === 0 && ready());
    }

    async function train() {
        await Session.play();
        await Measure.until(() => now.done);
        await Session.pause();
    }

    async function lesson() {
        if (now.forked !== null)
            await Session.drop();
        if (!on("lesson"))
            await pick("lesson");
        if (!now.done)
            await train();
    }

    // What a step needs: null, or what to do about it.
    const fresh = id => () => on(id) && now.step === 0 && ready() ? null
        : { say: `This step starts with “${Texts.find(t => t.id === id).name}” and a model that has read nothing.`,
            label: "Start with that", run: () => pick(id) };

    const trained = () => on("lesson") && now.done && now.forked === null && ready() ? null
        : { say: "This step looks at the trained model of “Garden or garage”. To train it takes about half a minute.",
            label: "Train it", run: lesson };

    async function watch(prompt, target) {
        if (now.prompt !== prompt || now.target !== target || now.change !== null)
            await Session.type(prompt, target);
        if (now.sought !== null)
            await Session.seek(null);
        State.set({ row: null, key: null });
    }

    // Shows the head that gives “thumb” the most weight from the last letter.
    function find() {
        const place = Measure.word("thumb"), all = Measure.shares(now.frame, place);
        State.choose({ layer: all[0].layer, head: all[0].head, row: null });
        return { place, all, best: all[0] };
    }

    async function suppose(char) {
        if (!on("lesson") || !ready())
            return;
        await Session.mean(char);
        await Measure.until(() => now.frame.target === char);
    }

    // Lowers the score of the letter of “thumb” with the most weight by 3.
    async function lower() {
        const { place, best } = find(), j = Measure.heaviest(now.frame, best.layer, best.head, place);
        const letter = Glyph.visible(now.frame.chars[j]);
        State.set({ key: j });
        const effect = await Measure.changed({ kind: "score", layer: best.layer, head: best.head,
            i: Measure.last(now.frame), j, by: -3 });
        return { best, j, letter, effect };
    }

    // ---- the steps ----

    function training() {
        const rows = Session.runs[0], { unigram, bigram, trigram } = now.facts.baselines;
        const at = [["single letters", unigram], ["pairs of letters", bigram], ["three letters in a row", trigram]]
            .filter(([, level]) => typeof level === "number")
            .map(([what, level]) => ({ what, level, step: Measure.below(rows, level) }));
        return { at, end: rows[rows.length - 1].loss };
    }

    async function read() {
        await train();
        return training();
    }

    function look() {
        const { place, all, best } = find(), other = Measure.reader(now.frame, place);
        return { n: all.filter(h => h.a > 0.5).length, all: all.length, best, other,
            from: Glyph.visible(now.frame.chars[other.row]) };
    }

    async function push() {
        await suppose("a");
        const { best } = find(), f = now.frame;
        const row = Measure.share(f, best.layer, best.head, { first: 0, last: Measure.last(f) });
        return { best, ds: best.ds, all: row.ds, loss: f.loss };
    }

    async function promise() {
        const { best, letter, effect } = await lower(), { first, actual, p_before, p_after } = effect;
        return { best, letter, first, actual, p_before, p_after };
    }

    async function past() {
        return { rows: await Measure.history("d"), steps: now.facts.steps };
    }

    async function harden() {
        await suppose("a");
        const before = Measure.pushes(now.frame);
        await Session.soften(Infinity);
        return { before, after: Measure.pushes(now.frame) };
    }

    // Half way through training, pushes the head away from the word, in the parameters, and trains on for a while.
    async function push_away() {
        await Session.seek(Math.round(now.facts.steps / 2));
        const step = now.frame.step, was = now.frame, { best, j, letter } = await lower();
        const weight = f => Measure.share(f, best.layer, best.head, { first: j, last: j }).a, go = Fork.button();
        await Measure.until(() => !go.disabled && !go.hidden);
        go.click();
        await Measure.until(() => now.forked !== null && now.frames[1] !== null);
        const moved = weight(now.frames[1]);
        await Measure.until(() => now.done || now.frames[1].step >= step + 150);
        await Session.pause();
        await Measure.until(() => now.frame !== null && now.frame.run === 1);
        return { best, letter, step, steps: now.frame.step - step, before: weight(was), moved,
            after: weight(now.frame), p: p("d") };
    }

    async function copy() {
        await train();
        const spots = [11, 3, 4].map(j => Measure.shares(now.frame, { first: j, last: j })[0]);
        const most = spots.reduce((best, s, k) => s.a > spots[best].a ? k : best, 0), rows = Session.runs[0];
        State.choose({ layer: spots[most].layer, head: spots[most].head, row: null });
        return { spots, most, p: p("d"), start: Measure.below(rows, 2.9), end: Measure.below(rows, 2) };
    }

    return { fresh, trained, suppose, ready, p,
        thumb: () => watch(thumb, "d"), copies: () => watch("qhvbdxk qhvb", "d"),
        blank: () => ({ p: p("d"), of: now.facts.vocab.length }),
        hide: () => Measure.masked(["Steve", "green", "thumb", "works"]),
        read, look, push, promise, past, harden, push_away, copy };
})();
