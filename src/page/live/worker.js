"use strict";
// The live session in a worker: answers Engine's calls, and between them trains in slices so short that a call waits
// for one training step at most. wasi.js and halves.js come before it.
const Live = (() => {
    const SLICE = 16, FRAME = 33;                   // ms between looking for calls; ms between frames
    const COUNT = 20;                               // steps of the first run after which the text is counted, once
    const clock = () => performance.now();
    let train, watch, facts = null, opened = null;
    let playing = false, pace = 0, ahead = [];      // ahead: {left, resolve} of step(n)
    let runs = [], selected = 0, turn = 0;          // of each run: {done, loaded, changed, mean, trained, since}
    let prompt = null, view = { factor: 1, positions: true }, sought = null;
    let sampling = 0, sampled = 0, turning = false, frame_at = 0, frame_cost = 0, frame_turn = 0, due = 0;
    let counted = false;                            // does facts.baselines have the best n-gram
    let unseen = 0;                                 // frames that the page has not looked at yet

    const tell = (event, value, transfer = []) => self.postMessage({ event, value }, transfer);
    const state = () => tell("state", { playing, run: selected, forked: runs.length > 1, sought,
        finished: runs.length > 0 && runs.every(r => r.done) });

    // ---- frames ----

    // The characters of the prompt, one a token: of a character that is spelled in several, the rest are empty.
    function characters(text, n) {
        const known = new Set(facts.vocab), chars = [];
        for (const c of text) {
            chars.push(c);
            for (let k = known.has(c) ? 1 : new TextEncoder().encode(c).length; k > 1; k--)
                chars.push("");
        }
        return chars.slice(0, n);
    }

    // Gives the run's parameters to the half that watches, unless it has them.
    function load(run) {
        const r = runs[run], past = run === selected ? sought : null, key = `${r.step}/${past}`;
        if (opened || r.loaded === key)
            return;
        const [numbers, step] = train.numbers(run, past);
        watch.take(run, numbers);
        r.loaded = key;
        r.shown = past === null ? r.step : step;
    }

    function frame(run) {
        if (!prompt)
            throw new Error("no prompt is watched yet");
        const began = clock();
        load(run);
        const f = watch.frame(run), top = [...f.order.subarray(0, 24)];
        const answer = { ...f, run, step: runs[run].shown, sought: run === selected && sought !== null,
            chars: characters(prompt.prompt, f.n), target: facts.vocab[f.target],
            next: top.map(id => ({ char: facts.vocab[id], p: f.next[id] })) };
        delete answer.order;
        frame_cost = clock() - began;
        frame_at = clock();
        return answer;
    }

    const arrays = f => [f.weights.buffer, f.scores.buffer, f.push.buffer];

    function show(f) {
        unseen++;
        tell("watch", f, arrays(f));
    }

    // While training: at most 30 a second, and never more than a quarter of the time. The runs in turn; while an
    // earlier step is shown, not the selected one.
    function frame_if_due() {
        if (!prompt || unseen > 0 || clock() - frame_at < Math.max(FRAME, 3 * frame_cost))
            return;
        frame_turn = (frame_turn + 1) % runs.length;
        if ((frame_turn === selected && sought !== null) || runs[frame_turn].seen_at === runs[frame_turn].step)
            return;
        runs[frame_turn].seen_at = runs[frame_turn].step;
        show(frame(frame_turn));
    }

    // How a run is looked at: as it trains, and as the page wants it.
    function viewed(run) {
        const c = runs[run].changed, factor = view.factor !== 1 ? view.factor : c.kind === "softness" ? c.factor : 1;
        watch.view(run, { factor: Halves.number(factor), positions: view.positions && c.kind !== "positions",
            word: c.kind === "mask" ? c.word : "" });
    }

    // Lets the half that watches see a run; the model is the run's own, without moments.
    function attend(run, model) {
        watch.open(run, model);
        runs[run].loaded = opened ? "" : null;
        viewed(run);
        if (prompt)
            watch.prompt(run, prompt.prompt, prompt.target);
    }

    // ---- training ----

    function speed(run, trained) {
        const r = runs[run], now = clock();
        r.trained += trained ? facts.batch * facts.context : 0;
        if (now - r.since > 1000 || r.mean === 0) {
            r.mean = now > r.since ? r.trained / (now - r.since) * 1000 : 0;
            if (now - r.since > 1000)
                [r.trained, r.since] = [0, now];
        }
        return r.mean;
    }

    const evaluating = () => runs.findIndex(r => r.evaluating);

    // Advances the run whose turn it is; the step to tell, or null. After the last of the steps that were asked for,
    // the evaluations that are due are still made.
    function advance() {
        turn = (turn + 1) % runs.length;
        if (ahead.length > 0 && ahead[0].left <= 0)
            turn = evaluating();
        else if (runs[turn].done)
            turn = runs.findIndex(r => !r.done);
        const s = train.advance(turn), r = runs[turn];
        r.done = s.done;
        r.step = s.step;
        r.evaluating = s.evaluating;
        s.speed = speed(turn, s.stepped);
        if (s.stepped && ahead.length > 0)
            ahead[0].left--;
        return s.stepped || s.val_loss !== null ? s : null;
    }

    const left = () => runs.some(r => !r.done);
    const wanted = () => (playing || ahead.length > 0) && left();

    function slice() {
        const end = clock() + SLICE, steps = [];
        do {
            const s = advance();
            if (s)
                steps.push(s);
            if (s && s.stepped && pace > 0)
                due = Math.max(due, clock() - 100) + 1000 / pace / runs.length;
            while (ahead.length > 0 && ((ahead[0].left <= 0 && evaluating() < 0) || !left()))
                ahead.shift().resolve(null);
        } while (wanted() && clock() < end && !(playing && clock() < due));
        tell("step", steps);
        count();
        if (left())
            frame_if_due();
        else
            finish();
    }

    // Takes up to a second, so it waits until the first steps are seen.
    function count() {
        if (counted || (runs[0].step < COUNT && left()))
            return;
        counted = true;
        facts = train.count();
        tell("counted", facts.baselines);
    }

    function finish() {
        playing = false;
        ahead.splice(0).forEach(a => a.resolve(null));
        if (prompt && sought === null)
            show(frame(selected));
        state();
    }

    function halt(error) {
        playing = false;
        ahead.splice(0).forEach(a => a.resolve(null));
        tell("error", error.message);
        state();
    }

    // Resolves after the calls that wait. Timers would wait 4 ms; node has setImmediate, where ports starve each other.
    const later = typeof setImmediate === "function" ? null : new MessageChannel(), resting = [];
    if (later)
        later.port1.onmessage = () => resting.shift()();
    const breathe = () => new Promise(resolve => {
        if (!later) {
            setImmediate(resolve);
            return;
        }
        resting.push(resolve);
        later.port2.postMessage(null);
    });

    async function go() {
        if (turning)
            return;
        turning = true;
        while (wanted()) {
            const wait = playing && ahead.length === 0 ? due - clock() : 0;
            await (wait > 4 ? new Promise(resolve => setTimeout(resolve, Math.min(wait, 50))) : breathe());
            if (sampling || wait > 50 || !wanted())
                continue;
            try {
                slice();
            } catch (error) {
                halt(error);
            }
        }
        turning = false;
    }

    // ---- calls ----

    function stop() {
        playing = false;
        sampling = 0;
        train.x.heed_sample_end();
        ahead.splice(0).forEach(a => a.resolve(null));
    }

    const fresh = step => ({ done: step >= facts.steps, step, shown: step, loaded: null, changed: { kind: "none" },
        mean: 0, trained: 0, since: clock() });

    function none() {
        stop();
        [0, 1].forEach(run => watch.close(run));
        [runs, selected, sought, prompt, facts, opened] = [[], 0, null, null, null, null];
    }

    function begun(model) {
        facts = train.facts(0);
        counted = false;
        runs = [fresh(facts.step)];
        attend(0, model || train.save(0, false));
        state();
        return facts;
    }

    const trains = () => {
        if (runs.length === 0)
            throw new Error("there is no model yet");
        if (opened)
            throw new Error("the opened model has no text to train on: choose one");
    };

    // Frames of all runs for what was asked; the answer is the selected one's.
    function shown(also = {}) {
        return prompt && runs.length > 0 ? { ...also, frame: frame(selected) } : { ...also, frame: null };
    }

    const calls = {
        async start(bytes) {
            const files = new Wasi.Files();
            const half = (name, Kind) => Wasi.choose(bytes[name + "-relaxed"], bytes[name + "-plain"], files)
                .then(loaded => new Kind(loaded));
            [train, watch] = [await half("train", Halves.Train), await half("explain", Halves.Watch)];
            return { kernels: train.text(train.x.heed_kernels()), fused: train.fused };
        },
        begin({ text, ...settings }) {
            none();
            train.begin(text, settings);
            return begun(null);
        },
        open(bytes) {
            none();
            train.open(bytes);
            opened = bytes;
            return begun(bytes);
        },
        corpus({ text, steps }) {
            if (!opened)
                throw new Error("no model is open to train on");
            stop();
            train.go_on(opened, text, steps);
            opened = null;
            return begun(null);
        },
        play(options) {
            trains();
            pace = options && options.speed > 0 ? options.speed : 0;
            due = 0;
            playing = left();
            sought = null;
            runs.forEach(r => { [r.trained, r.since, r.mean] = [0, clock(), 0]; });
            state();
            go();
        },
        pause() {
            playing = false;
            state();
        },
        step(n) {
            trains();
            sought = null;
            const all = Math.max(1, Math.floor(n)) * runs.length;
            const done = left() ? new Promise(resolve => ahead.push({ left: all, resolve })) : Promise.resolve();
            go();
            return done.then(() => {
                if (prompt && !playing && sought === null)
                    show(frame(selected));
            });
        },
        extend(n) {
            trains();
            const more = Math.max(1, Math.min(1e9, Math.floor(n)));
            runs.forEach((r, run) => {
                train.extend(run, more);
                r.done = false;
            });
            facts = train.facts(0);
            state();
            return facts;
        },
        save() {
            return opened ? opened.slice() : (trains(), train.save(selected, true));
        },
        watch({ prompt: text, target = null }) {
            if (runs.length === 0)
                throw new Error("there is no model yet to watch");
            runs.forEach((r, run) => watch.prompt(run, text, target));
            prompt = { prompt: text, target };
            return frame(selected);
        },
        derive(at) {
            load(selected);
            return watch.derive(selected, at);
        },
        why(at) {
            load(selected);
            return watch.why(selected, at);
        },
        writes(at) {
            load(selected);
            const w = watch.writes(selected, at, facts);
            return { ...w, chars: w.tokens.map(id => facts.vocab[id]) };
        },
        needs() {
            if (!prompt)
                throw new Error("no prompt is watched yet");
            load(selected);
            return watch.needs(selected);
        },
        edit(edit) {
            if (!edit) {
                watch.undo(selected);
                return shown();
            }
            if (!prompt)
                throw new Error("no prompt is watched yet");
            load(selected);
            const n = characters(prompt.prompt).length;
            return shown(watch.edit(selected, edit, { ...facts, n }));
        },
        softness({ factor }) {
            return look({ ...view, factor });
        },
        positions(on) {
            return look({ ...view, positions: on });
        },
        seek(step) {
            trains();
            sought = step === null ? null : Math.max(0, Math.floor(step));
            state();
            return shown().frame;
        },
        async sample({ prompt: text = "", n = 200, temperature = 1, seed = 1 }) {
            if (runs.length === 0)
                throw new Error("there is no model yet");
            const mine = ++sampled, utf8 = new TextDecoder();
            let all = "", more = Math.min(Math.max(0, Math.floor(n)), 1e5);
            train.with([text], (p, size) =>
                train.need(train.x.heed_sample_begin(selected, p, size, temperature, seed)));
            for (sampling = mine; more > 0 && sampling === mine;) {
                for (const until = clock() + SLICE; more > 0 && clock() < until; more--)
                    all += utf8.decode(train.sample(1), { stream: true });
                tell("sample", { text: all, done: false });
                await breathe();
            }
            if (sampling === mine) {
                train.x.heed_sample_end();
                sampling = 0;
            }
            tell("sample", { text: all, done: true });
            return all;
        },
        fork({ change }) {
            trains();
            stop();
            const step = sought === null ? runs[selected].step : sought;
            train.fork(selected, sought);
            const forked = train.facts(1).step, from = runs[selected].changed;
            runs.push({ ...fresh(forked), changed: from });
            try {
                return { run: 1, step: forked, asked: step, reached: changed(1, change) };
            } catch (error) {
                calls.drop(1);
                throw error;
            }
        },
        select(run) {
            if (!runs[run])
                throw new Error(`there is no run ${run}`);
            selected = run;
            sought = null;
            state();
            return shown().frame;
        },
        drop(run) {
            stop();
            if (runs.length < 2)
                throw new Error("there is only one run");
            train.x.heed_drop(run);
            runs.splice(run, 1);
            [selected, sought, turn] = [0, null, 0];
            watch.close(1);
            if (run === 0)
                attend(0, train.save(0, false));
            state();
            return shown().frame;
        },
        memory() {
            return { train: train.x.memory.buffer.byteLength, watch: watch.x.memory.buffer.byteLength };
        },
        snapshots() {
            trains();
            return train.snapshots(selected);
        },
    };

    // Puts a change to work in a run that was just forked; how far a score came, else null.
    function changed(run, asked) {
        const change = { factor: view.factor, ...asked };       // softness trains on as it is looked at
        let reached = null;
        train.change(run, change);
        if (change.kind !== "none" && change.kind !== "score" && change.kind !== "freeze")
            runs[run].changed = change;
        attend(run, train.save(run, false));
        if (change.kind === "score") {
            const [numbers] = train.numbers(run);
            watch.take(run, numbers);
            reached = watch.pull(run, change);
            train.put(run, watch.give(run, numbers.length));
        }
        runs[run].loaded = null;
        state();
        return reached;
    }

    // A view of all runs; the old one stays if the engine refuses it.
    function look(next) {
        const before = view;
        view = next;
        try {
            runs.forEach((r, run) => viewed(run));
        } catch (error) {
            view = before;
            throw error;
        }
        return shown().frame;
    }

    async function receive({ id, method, args, seen }) {
        if (seen) {
            unseen--;
            return;
        }
        try {
            if (!train && method !== "start")
                throw new Error("the engine has not started");
            if (!Object.hasOwn(calls, method))
                throw new Error(`the engine has no call ${method}`);
            const value = await calls[method](args), f = value && value.weights && value.run !== undefined ? value
                : value && value.frame;
            self.postMessage({ id, value }, f ? arrays(f) : []);
        } catch (error) {
            self.postMessage({ id, error: error.message });
        }
    }

    self.onmessage = message => receive(message.data);
})();
