"use strict";
// The engine's side of the state: begins, plays, seeks, changes, forks. All that the views ask for goes through here.
const Session = (() => {
    const now = State.now;
    const runs = [[], []];                          // of each run: [{ step, loss, val_loss }]
    const last = [0, 0], ended = [false, false];    // of each run: steps trained, are they all
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    let source = null, pace = 0, drawn = 0, eager = false;

    // Runs one request at a time, and of those that come meanwhile only the latest.
    function latest(f) {
        let busy = false, waiting = null;
        return async function ask(...args) {
            if (busy) {
                waiting = args;
                return;
            }
            busy = true;
            await f(...args).catch(trouble);
            busy = false;
            const next = waiting;
            waiting = null;
            if (next)
                ask(...next);
        };
    }

    function trouble(e) {
        State.set({ trouble: String(e && e.message || e) });
    }

    const quietly = promise => promise.catch(trouble);

    function step(e) {
        runs[e.run].push({ step: e.step, loss: e.loss, val_loss: e.val_loss });
        pace = e.speed;
        last[e.run] = e.step;
        ended[e.run] = Boolean(e.done);
        const done = ended[0] && (!now.forked || ended[1]);
        State.set({ step: last[0], done, playing: now.playing && !done });
    }

    // A frame of another prompt is late: the reader has typed on. With reduced motion, one a second is drawn while
    // training.
    function watch(f) {
        now.frames[f.run] = f;
        if (f.run !== now.run || !f.chars || f.chars.join("") !== watched().join(""))
            return;
        if (still.matches && now.playing && performance.now() - drawn < 1000)
            return;
        drawn = performance.now();
        const old = now.frame, same = old && old.step === f.step;
        State.set({ frame: f, before: same ? now.before : old });
    }

    const watched = () => [...now.prompt].slice(0, now.facts ? now.facts.context : undefined);

    const look = latest(async () => {
        if (!now.prompt || !now.facts)
            return;
        const target = now.target === null ? null : now.target;
        watch(await Engine.watch({ prompt: watched().join(""), target }));
        if (now.trouble)
            State.set({ trouble: null });
    });

    function forget(step) {
        runs.forEach(rows => { rows.length = 0; });
        last.fill(step);
        ended.fill(false);
    }

    // Starts from nothing on a text: { id, name, text, settings }.
    async function begin(from) {
        source = from;                              // { id, text, settings, … }
        await Engine.pause().catch(() => {});
        forget(0);
        Object.assign(now, { step: 0, sought: null, playing: false, done: false, forked: null, run: 0, change: null,
            effect: null, softness: 1, positions: true, frame: null, before: null, frames: [null, null], row: null,
            key: null, facts: null, trouble: null, opened: false, chosen: false, needed: null });
        const facts = await Engine.begin({ ...from.settings, text: from.text });
        const layer = Math.min(now.layer, facts.layers - 1), head = Math.min(now.head, facts.heads - 1);
        State.set({ facts, layer, head });
        await look();
        if (eager)
            await play();
    }

    // Playing shows the present, without a change of the forward pass.
    async function play() {
        eager = now.facts === null;                 // then as soon as the text is read
        if (eager)
            return;
        if (now.done)
            await extend();
        await undo();
        if (now.sought !== null)
            await seek(null);
        if (now.opened)
            await learn();
        State.set({ playing: true, trouble: null });
        await quietly(Engine.play({ speed: now.speed }));
    }

    // As many steps again, for a run that has made all of its own.
    async function extend() {
        const facts = await Engine.extend(source.settings.steps || now.facts.steps);
        ended.fill(false);
        State.set({ facts, done: false });
    }

    async function learn() {
        const facts = await Engine.corpus(source.text);
        State.set({ facts, opened: false });
        await look();
    }

    async function pause() {
        State.set({ playing: false });
        await quietly(Engine.pause());
        await look();
    }

    async function once() {
        if (now.playing)
            await pause();
        await undo();
        await quietly(Engine.step(1));
    }

    function speed(steps) {
        State.set({ speed: steps });
        if (now.playing)
            quietly(Engine.play({ speed: steps }));
    }

    const sought = latest(async step => {
        const f = await Engine.seek(step);
        if (f)
            watch(f);
    });

    function seek(step) {
        if (now.playing && step !== null)
            pause();
        const back = step === null || step >= now.step ? null : step;
        State.set({ sought: back, change: null, effect: null });
        return sought(back);
    }

    const edited = latest(async change => {
        const r = await Engine.edit(change);
        if (JSON.stringify(now.change) !== JSON.stringify(change))
            return;                                 // the hand has moved on
        State.set({ effect: change ? r : null });
        if (r && r.frame)
            watch(r.frame);
    });

    // Changes the forward pass; null undoes it.
    async function edit(change) {
        if (now.playing)
            await pause();
        State.set({ change, effect: change ? now.effect : null });
        return edited(change);
    }

    const undo = async () => now.change && edit(null);

    const soften = latest(async factor => watch(await Engine.softness({ factor })));
    const place = latest(async on => watch(await Engine.positions(on)));

    // A copy of the run learns on from here under a change, beside the first.
    async function fork(change) {
        await undo();
        if (now.done && now.sought === null)        // from an earlier step a copy has steps left
            await extend();
        const at = now.sought === null ? now.step : now.sought, from = now.frame;
        const r = await Engine.fork({ change });
        runs[1] = runs[0].filter(row => row.step <= at).slice(-1);
        last[1] = at;
        ended[1] = false;
        State.set({ forked: { at, change, reached: r.reached, from }, run: 1, sought: null, done: false });
        await quietly(Engine.select(1));
        await look();
        now.forked.start = now.frames[1];
        await play();
    }

    async function show(run) {
        State.set({ run, before: null });
        await quietly(Engine.select(run));
        await look();
    }

    async function drop() {
        await pause();
        await quietly(Engine.drop(1));
        runs[1].length = 0;
        now.frames[1] = null;
        State.set({ forked: null, run: 0, before: null, done: ended[0] });
        await look();
    }

    // What another model can read of the prompt, and of the target.
    function readable(vocab) {
        const known = new Set(vocab), prompt = [...now.prompt].filter(c => known.has(c)).join("");
        return { prompt: prompt || vocab.find(c => /\p{L}/u.test(c)) || vocab[0],
            target: known.has(now.target) ? now.target : null };
    }

    // Loads a model file, to watch; playing trains it on with the chosen text.
    async function open(bytes) {
        await pause();
        const facts = await Engine.open(bytes);
        forget(facts.step || 0);
        State.set({ facts, ...readable(facts.vocab), step: last[0], forked: null, run: 0, sought: null, change: null,
            effect: null, chosen: false, needed: null, frame: null, before: null, row: null, key: null,
            layer: 0, head: 0, done: false, opened: true });
        await look();
    }

    function type(prompt, target = null) {
        State.set({ prompt, target, row: null, key: null, needed: null, before: null, change: null, effect: null });
        return look();
    }

    function mean(target) {
        State.set({ target });
        return look();
    }

    Engine.on("step", step);
    Engine.on("watch", watch);
    Engine.on("error", trouble);
    Engine.on("counted", baselines => now.facts && State.set({ facts: { ...now.facts, baselines } }));
    return { runs, begin, play, pause, once, speed, seek, edit, undo, fork, show, drop, open, type, mean, look, latest,
        trouble, watched,
        soften: factor => { State.set({ softness: factor }); return soften(factor); },
        place: on => { State.set({ positions: on }); return place(on); },
        source: () => source, pace: () => pace };
})();
