// The page's engine without a page: engine_test.mjs WASM_FOLDER TRAIN EXPLAIN SAMPLE DIR. The worker's code runs in a
// worker thread (engine.mjs) and is driven through Engine. Prints TAP.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Engine, start, end } from "./engine.mjs";
import { check, tally } from "../tap.mjs";

const [wasm, train, explain, sample, dir] = process.argv.slice(2);
const text = Array.from({ length: 400 }, (_, i) => ["the cat sat on the mat. ", "a dog lay by the fire. ",
    "the bird flew to a tree.\n"][(i * i + (i >> 3)) % 3]).join("");
const size = { layers: 2, heads: 2, channels: 16, context: 24, batch: 4, steps: 40, seed: 3, "eval-every": 15,
    dropout: 0.1 };
const prompt = "the cat sat on th", n = prompt.length;
const run = (program, ...args) => execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "ignore"] });
const wait = ms => new Promise(resolve => setTimeout(resolve, ms));
const same = (a, b) => a.length === b.length && a.every((x, k) => Object.is(x, b[k]));
const near = (a, b, tolerance) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
const heard = { step: [], watch: [], error: [], state: [], counted: [] };
for (const event of Object.keys(heard))
    Engine.on(event, value => heard[event].push(value));

setTimeout(() => {
    console.log("Bail out! the engine does not answer");
    process.exit(1);
}, 240000).unref();

async function fails(name, promise, says) {
    const why = await promise.then(() => "it does not fail", error => error.message);
    check(name, says.test(why), why);
}

const finished = () => new Promise(resolve => {
    const stop = Engine.on("state", s => { if (s.finished && !s.playing) { stop(); resolve(); } });
});

async function refusals_before() {
    await fails("nothing works before the start", Engine.play({}), /has not started/);
    const started = await start(wasm);
    check("the kernels are those for WebAssembly", started.kernels === (started.fused ? "wasm" : started.kernels),
        started);
    await fails("nothing plays before a text", Engine.play({}), /no model yet/);
    await fails("nor is watched", Engine.watch({ prompt: "a" }), /no model yet/);
    await fails("an empty text", Engine.begin({ text: "", ...size }), /empty/);
    await fails("one character", Engine.begin({ text: "a", ...size }), /1 character: at least 3/);
    await fails("an unknown setting", Engine.begin({ text, ...size, colour: 3 }), /unknown setting colour/);
    await fails("a setting that is no number", Engine.begin({ text, ...size, heads: "two" }), /a number is needed/);
    await fails("heads that do not divide", Engine.begin({ text, ...size, heads: 3 }), /3 heads do not divide 16/);
    await fails("a model beyond the memory", Engine.begin({ text, ...size, channels: 16384, layers: 24 }),
        /of memory, and only .* is available/);
    await fails("a file that is no model", Engine.open(new TextEncoder().encode("hello")), /a text, not a model file/);
    const bytes = Uint8Array.from({ length: 3000 }, (_, i) => i * i * 31 % 251);
    const facts = await Engine.begin({ text: bytes, ...size, steps: 3 });
    check("invalid UTF-8 is a text", facts.characters > 2500, facts.characters);
    const large = await Engine.begin({ text: text.repeat(1100).slice(0, 10 << 20), ...size });
    check("ten megabytes are read", large.characters === 10 << 20, large.characters);
}

// Every step alone, so that frames of all of them are known.
async function begins() {
    const facts = await Engine.begin({ text, ...size });
    check("facts", facts.parameters > 5000 && facts.steps === 40 && facts.vocab.includes("\n") &&
        facts.baselines.trigram < facts.baselines.bigram && facts.characters === text.length, facts);
    check("the text is not counted yet", facts.baselines.ngram === null && facts.baselines.n === 0, facts.baselines);
    await fails("a character that the text lacks", Engine.watch({ prompt: "the \u00c9" }), /vocabulary has no .*00C9/);
    await fails("a prompt beyond the context", Engine.watch({ prompt: prompt + prompt }), /context is 24/);
    await fails("an empty prompt", Engine.watch({ prompt: "" }), /empty/);
    await fails("a target of two characters", Engine.watch({ prompt, target: "ab" }), /one character/);
    const f = await Engine.watch({ prompt, target: null });
    check("a frame has all cells", f.weights.length === 4 * n * n && f.chars.join("") === prompt && f.run === 0 &&
        near(f.loss, Math.log(facts.vocab.length), 1e-6), f.loss);
    const frames = [f];
    for (let k = 1; k <= 6; k++) {
        heard.watch.length = 0;
        await Engine.step(1);
        frames.push(heard.watch.at(-1));
    }
    check("one step at a time", frames.every((g, k) => g.step === k), frames.map(g => g.step));
    for (const k of [2, 5, 0]) {
        const g = await Engine.seek(k);
        check(`step ${k} again: the frame of then`, g.step === k && g.sought && same(g.push, frames[k].push) &&
            same(g.weights, frames[k].weights) && g.loss === frames[k].loss, g.step, g.loss, frames[k].loss);
    }
    const now = await Engine.seek(null);
    check("and the present", now.step === 6 && !now.sought && same(now.push, frames[6].push));
}

// Plays to the end; calls are answered meanwhile.
async function plays() {
    const done = finished();
    heard.step.length = heard.watch.length = 0;
    await Engine.play({});
    const d = await Engine.derive({ layer: 1, head: 0, i: n - 1, j: 4 });
    const between = heard.step.at(-1)?.step ?? 6;
    check("a call is answered while it trains", d.ok && between < 40, between);
    await done;
    const steps = heard.step.filter(s => s.val_loss === null), losses = steps.map(s => s.loss);
    check("every step is told once", same(steps.map(s => s.step), Array.from({ length: 34 }, (_, k) => k + 7)),
        steps.map(s => s.step));
    const b = heard.counted.at(-1), known = heard.counted.length;
    check("meanwhile the text is counted, once", known === 1 && b.n > 3 && b.ngram < b.trigram, heard.counted);
    check("the loss falls", losses.at(-1) < losses[0], losses);
    check("evaluations come when they are due", same(heard.step.filter(s => s.val_loss !== null).map(s => s.step),
        [15, 30, 40]));
    check("the last frame is that of the last step", heard.watch.at(-1).step === 40);
    check("no error", heard.error.length === 0, heard.error);
}

const flags = ["--no-counts", "--layers", "2", "--heads", "2", "--channels", "16", "--context", "24", "--batch", "4",
    "--steps", "40", "--seed", "3", "--eval-every", "15", "--dropout", "0.1", "--quiet", "--threads", "1"];

async function same_bytes() {
    const mine = Buffer.from(await Engine.save());
    writeFileSync(join(dir, "text"), text);
    run(train, join(dir, "text"), ...flags, "--out", join(dir, "native"));
    const theirs = readFileSync(join(dir, "native/model.heed"));
    const said = run("sh", "-c", '"$0" "$@" 2>&1', train, join(dir, "text"), ...flags.filter(f => f !== "--quiet"),
        "--out", join(dir, "said"));
    const best = /(\d+)-gram\s+([\d.]+)\s/.exec(said), b = heard.counted.at(-1);
    check("counting reaches what train says", best && Number(best[1]) === b.n && Math.abs(best[2] - b.ngram) < 0.006,
        best && best.slice(0, 3), b);
    check("model.heed has the bytes of the native program's", mine.equals(theirs), mine.length, theirs.length);
    writeFileSync(join(dir, "model.heed"), mine);
}

const told = (...args) => JSON.parse(run(explain, "--model", join(dir, "model.heed"), "--prompt", prompt, "--json",
    ...args));

// Leaves of two values that differ by more than rounding, as paths; what only one of them has is not compared.
function differences(a, b, path = "") {
    if (typeof a === "number" && typeof b === "number")
        return near(a, b, 1e-9) ? [] : [`${path}: ${a} ${b}`];
    if (a === null || b === null || typeof a !== "object")
        return a === b ? [] : [`${path}: ${a} ${b}`];
    return Object.keys(a).filter(key => key in b).flatMap(key => differences(a[key], b[key], `${path}/${key}`));
}

async function same_reasons() {
    for (const [layer, head, i, j] of [[1, 1, n - 1, 4], [1, 0, 5, 5], [0, 1, n - 1, 2], [0, 0, 0, 0]]) {
        const w = await Engine.why({ layer, head, i, j }), there = told("--why", [layer, head, i, j].join(".")).why;
        for (const side of [w.query_side, w.key_side, there.query_side, there.key_side])
            side.reads = side.reads && side.reads.survives !== false ? side.reads : null;
        const wrong = differences({ ...w, error: 0 }, { ...there, error: 0 });
        check(`${layer}.${head}.${i}.${j} in parts is explain's --why`, wrong.length === 0 && w.cells.length > 0 &&
            w.query_side.units.length === there.query_side.units.length, ...wrong.slice(0, 4));
        const sum = w.cells.flat().reduce((a, b) => a + b);
        check("and sums to the score", near(sum, w.score, 1e-12) && Math.abs(w.error) < 1e-12, sum, w.score);
    }
    for (const [layer, head, i, j] of [[1, 1, n - 1, 4], [0, 1, n - 1, 2], [0, 0, 3, 0]]) {
        const w = await Engine.writes({ layer, head, i, j }), total = w.heads.length + w.mlps.length;
        const there = told("--why", [layer, head, i, j].join(".")).why.writes;
        const wrong = differences({ ...w, error: 0 }, { ...there, error: 0 });
        check(`what ${layer}.${head}.${i}.${j} writes is explain's`, wrong.length === 0 && total === 6 &&
            w.total.length === 2 && w.total[0] !== 0, ...wrong.slice(0, 4), w.total);
        const sum = k => [w.direct, w.norm, ...w.heads, ...w.mlps].reduce((s, way) => s + way[k], 0);
        check("and its ways sum to what was measured", [0, 1].every(k => near(sum(k), w.total[k], 1e-9, 1e-12)),
            sum(0), w.total);
    }
    await fails("a score that does not exist", Engine.why({ layer: 0, head: 0, i: 2, j: 5 }), /does not exist/);
    await Engine.softness({ factor: 2 });
    await fails("nor in parts while the scores are softened", Engine.why({ layer: 0, head: 0, i: 2, j: 1 }),
        /only as the model itself computes it/);
    await fails("nor what it writes", Engine.writes({ layer: 0, head: 0, i: 2, j: 1 }), /only as the model itself/);
    await Engine.softness({ factor: 1 });
}

// All rows of all heads have six digits in the JSON, the traced one twelve.
async function same_numbers() {
    const f = await Engine.watch({ prompt, target: null }), data = told(), t = data.trace;
    const at = (l, h, i, j) => ((l * 2 + h) * n + i) * n + j;
    const worst = (mine, key) => Math.max(...t.keys.map(k =>
        Math.abs(mine[at(t.layer, t.head, t.row, k.j)] - k[key]) / (Math.abs(k[key]) + 1e-9)));
    for (const [mine, key] of [["weights", "a"], ["scores", "s"], ["push", "ds"]])
        check(`${mine} are explain's ${key}`, worst(f[mine], key) < 1e-9, worst(f[mine], key));
    check("so are loss and probabilities", near(f.loss, data.answer.loss, 1e-9) &&
        f.next.every((x, k) => near(x.p, data.answer.p_all[data.answer.order[k]], 1e-9)));
    const d = await Engine.derive({ layer: t.layer, head: t.head, i: t.row, j: 4 }), key = t.keys[4];
    check("a derivation is explain's", near(d.ds, key.ds, 1e-9) && near(d.da, key.da, 1e-9) && d.ok &&
        near(d.fd, d.ds, 1e-8) && near(d.a * (d.da - d.mean_da), d.ds, 1e-12) && d.weights.length === n, d, key);
    const by = 0.7, e = await Engine.edit({ kind: "score", layer: t.layer, head: t.head, i: t.row, j: 4, by });
    const nudge = told("--nudge", `${t.layer}.${t.head}.${t.row}.4=${by}`).nudges[0];
    check("an edit is explain's --nudge", near(e.actual, nudge.actual, 1e-9) && near(e.first, nudge.first, 1e-9) &&
        near(e.frame.loss, f.loss + e.actual, 1e-12) && e.frame.edited, e.actual, nudge);
    const undone = await Engine.edit(null);
    check("undone, it is as before", same(undone.frame.push, f.push) && !undone.frame.edited);
    const masked = [...prompt].map((c, j) => j >= 4 && j < 7);
    const m = await Engine.edit({ kind: "mask", masked });
    check("a mask hides its word from all later rows", m.frame.weights.every((a, k) =>
        !(masked[k % n] && k % n < Math.floor(k / n) % n) || a === 0) && m.actual !== 0);
    const a = await Engine.edit({ kind: "ablate", heads: [{ layer: 1, head: 1 }] });
    const off = await Engine.edit({ kind: "ablate", heads: [false, false, false, true] });
    check("a head switched off, named either way", a.actual === off.actual && a.actual !== 0, a.actual, off.actual);
    await fails("an edit of a key that is later", Engine.edit({ kind: "score", layer: 0, head: 0, i: 2, j: 5, by: 1 }),
        /character 5 comes after 2|there is no such score/i);
    await fails("an edit that does not exist", Engine.edit({ kind: "paint" }), /no edit of the kind paint/);
    await fails("a score that does not exist", Engine.derive({ layer: 9, head: 0, i: 1, j: 0 }), /no score/);
    await Engine.edit(null);
}

async function views() {
    const f = await Engine.seek(null);
    const hard = await Engine.softness({ factor: Infinity });
    check("hard attention is one-hot, and nothing pushes", hard.push.every(x => x === 0) &&
        hard.weights.every(a => a === 0 || a === 1));
    const flat = await Engine.softness({ factor: 0 });
    check("factor 0 is uniform", near(flat.weights[(n - 1) * n], 1 / n, 1e-12));
    await fails("a factor below 0", Engine.softness({ factor: -1 }), /from 0 to 1000000/);
    await fails("one that overflows", Engine.softness({ factor: 1e300 }), /from 0 to 1000000/);
    const back = await Engine.softness({ factor: 1 });
    check("and back", same(back.push, f.push));
    const off = await Engine.positions(false);
    check("without positions the weights differ", !same(off.weights, f.weights));
    check("and back", same((await Engine.positions(true)).push, f.push));
}

async function trains_on(change) {
    const r = await Engine.fork({ change });
    await Engine.step(4);
    const a = await Engine.select(0), b = await Engine.select(1);
    await Engine.select(0);
    await Engine.drop(1);
    return { r, a, b };
}

async function forks() {
    await fails("a finished run does not go on", Engine.step(1).then(() => Engine.seek(null))
        .then(f => { if (f.step === 40) throw new Error("40"); }), /^40$/);
    const facts = await Engine.extend(400);
    check("unless it is extended", facts.steps === 440, facts.steps);
    const none = await trains_on({ kind: "none" });
    check("a fork without a change stays the same", none.r.run === 1 && none.r.step === 40 && none.a.step === 44 &&
        none.b.step === 44 && same(none.a.push, none.b.push) && none.a.loss === none.b.loss, none.r, none.a.step);
    for (const change of [{ kind: "mask", word: "cat" }, { kind: "freeze", layer: 1, head: 0 },
        { kind: "softness", factor: 2 }, { kind: "positions" },
        { kind: "score", layer: 1, head: 1, i: n - 1, j: 4, by: 0.5 }]) {
        const { r, a, b } = await trains_on(change);
        check(`a fork with the change ${change.kind} differs`, a.step === b.step && !same(a.push, b.push), a.step);
        if (change.kind === "score")
            check("its score has moved as far as asked", near(r.reached, 0.5, 1e-4), r.reached);
        if (change.kind === "mask")
            check("its word has no weight", b.weights.every((x, k) => !(k % n >= 4 && k % n < 7 &&
                k % n < Math.floor(k / n) % n) || x === 0));
    }
    await Engine.seek(20);
    const past = await Engine.fork({ change: { kind: "none" } });
    check("a fork of an earlier step begins there", past.step <= 20 && past.step > 15, past);
    await fails("two runs at most", Engine.fork({ change: { kind: "none" } }), /two runs already/);
    await Engine.drop(0);
    check("the fork remains, as run 0", (await Engine.seek(null)).step === past.step);
    await fails("a head that does not exist", Engine.fork({ change: { kind: "freeze", layer: 7, head: 0 } }),
        /no head 7.0/);
    await fails("leaves one run", Engine.drop(1), /only one run/);
}

// Both runs train in turn, and events say whose they are.
async function two_at_once() {
    await Engine.fork({ change: { kind: "freeze", layer: 0, head: 1 } });
    heard.step.length = heard.watch.length = 0;
    await Engine.play({ speed: 200 });
    for (let k = 0; k < 200 && new Set(heard.watch.map(f => f.run)).size < 2; k++)
        await wait(20);
    await Engine.pause();
    const counts = [0, 1].map(r => heard.step.filter(s => s.run === r).length);
    check("two runs train in turn", Math.abs(counts[0] - counts[1]) <= 2 && counts[0] > 0, counts);
    check("and are watched in turn", new Set(heard.watch.map(f => f.run)).size === 2);
    await Engine.drop(1);
}

async function writes() {
    const events = [], stop = Engine.on("sample", s => events.push(s));
    const said = await Engine.sample({ prompt: "the ", n: 500, temperature: 1, seed: 7 });
    stop();
    check("a sample grows", said.length === 500 && events.length >= 2 && events.at(-1).done &&
        said.startsWith(events[0].text), said);
    writeFileSync(join(dir, "model.heed"), await Engine.save());
    const theirs = run(sample, "--model", join(dir, "model.heed"), "--prompt", "the ", "--count", "500", "--temp", "1",
        "--seed", "7").replace(/\n$/, "");
    check("it is what the program sample writes", "the " + said === theirs, said, theirs);
    await fails("a prompt that it cannot read", Engine.sample({ prompt: "\u00c9", n: 3 }), /vocabulary has no/);
    const going = Engine.sample({ prompt: "the ", n: 100000 });
    await wait(30);
    await Engine.begin({ text, ...size });
    check("a new run ends a sample", (await going).length < 100000);
}

async function saved() {
    await Engine.begin({ text, ...size });
    await Engine.step(10);
    const before = await Engine.watch({ prompt, target: null }), bytes = await Engine.save();
    const facts = await Engine.open(bytes);
    check("a saved model opens", facts.step === 10 && facts.characters === 0 && facts.baselines.uniform === null);
    const f = await Engine.watch({ prompt, target: null });
    check("with the same frame", same(f.push, before.push) && f.step === 10);
    check("and writes", (await Engine.sample({ prompt: "the ", n: 10, seed: 1 })).length === 10);
    check("and is saved as it was", same(await Engine.save(), bytes));
    await fails("but it has no text to train on", Engine.play({}), /no text/);
    await fails("another text may lack letters", Engine.corpus("\u00c9t\u00e9 ".repeat(99), 10), /vocabulary has no/);
    const more = await Engine.corpus(text, 30);
    check("with a text it trains on", more.step === 10 && more.steps === 40 && more.characters === text.length, more);
    await Engine.step(30);
    writeFileSync(join(dir, "again.heed"), await Engine.save());
    check("to the bytes of a run that never stopped", readFileSync(join(dir, "again.heed"))
        .equals(readFileSync(join(dir, "native/model.heed"))));
}

// While the page's thread is busy, frames do not queue.
async function busy() {
    await Engine.begin({ text, ...size, steps: 100000 });
    await Engine.watch({ prompt, target: null });
    await Engine.play({});
    for (let k = 0; k < 200 && heard.watch.length < 2; k++)
        await wait(20);
    const before = heard.watch.length;
    for (const end = performance.now() + 1000; performance.now() < end;);
    await new Promise(resolve => setImmediate(resolve));
    const queued = heard.watch.length - before;
    check("a busy page finds one frame, not a queue of them", queued <= 2, queued);
    for (let k = 0; k < 200 && heard.watch.length < before + queued + 2; k++)
        await wait(20);
    check("and gets the next ones", heard.watch.length > before + queued, heard.watch.length);
    await Engine.pause();
}

async function steady() {
    await Engine.begin({ text, ...size, steps: 2000 });
    await Engine.watch({ prompt, target: null });
    await Engine.step(300);
    const before = await Engine.memory();
    for (let k = 0; k < 50; k++) {
        await Engine.edit({ kind: "score", layer: 0, head: 0, i: 5, j: k % 6, by: 1 });
        await Engine.derive({ layer: 1, head: 1, i: n - 1, j: k % n });
        await Engine.seek(k);
    }
    await Engine.edit(null);
    await Engine.step(1000);
    const after = await Engine.memory();
    check("a thousand steps and edits take no more memory of the half that watches", after.watch === before.watch,
        before, after);
    check("the other half's snapshots are few", after.train - before.train < 96 << 20, before, after);
    check("nothing has failed", heard.error.length === 0, heard.error);
}

try {
    for (const part of [refusals_before, begins, plays, same_bytes, same_numbers, same_reasons, views, forks,
        two_at_once, writes, saved, busy, steady])
        await part();
} catch (error) {
    check("the test runs to its end", false, error.stack);
}
await end();
console.log(`1..${tally.count}`);
process.exit(tally.failed ? 1 : 0);
