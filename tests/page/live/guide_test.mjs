// Tests the guided start in a headless Chromium, by keys alone: guide_test.mjs CHROMIUM PAGE EXPLAIN DIR. Few steps of
// Tests the guided start in a headless Chromium, by keys: guide_test.mjs CHROMIUM PAGE EXPLAIN DIR. Few steps of
// the model that the page saves. With HEED_NIGHTLY, as many steps as a reader would see, and the lesson must be
// found. Prints TAP.
import { browser, check, explained, near, page, saved, state, tally, text, until } from "./bench.mjs";
import { chromium, file } from "./bench.mjs";
import { contrast } from "../readable.mjs";
import { pathToFileURL } from "node:url";

const whole = Boolean(process.env.HEED_NIGHTLY), patience = whole ? 300 : 100;
const thumb = "Steve has a green thumb so he works in the gar", car = thumb.replace("thumb", "car");
const place = [18, 19, 20, 21, 22];
let model, native;

setTimeout(() => {
    console.log(`Bail out! the browser (${chromium}) does not answer`);
    process.exit(1);
}, whole ? 1500000 : 280000).unref();

// ---- hands ----

async function enter() {
    const key = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" };
    await page.call("Input.dispatchKeyEvent", { type: "keyDown", ...key });
    await page.call("Input.dispatchKeyEvent", { type: "keyUp", ...key });
    await page.settle();
}

const card = (what, of = ".card") => page.run(`(() => {
    const node = document.querySelector("#guide ${of}");
    return node && (${what});
})()`);
const focused = () => page.run("document.activeElement.className || document.activeElement.tagName");
const at = async () => Number(await card("node.dataset.step"));
const value = k => page.run(`Guide.kept[${k - 1}].value`);
const percent = p => page.run(`Num.percent(${p})`);

// Guesses and acts by keys; what the card then says.
async function act(k, guess = 1) {
    if (await at() !== k || !await until("document.querySelector('#guide .ask')", 10))
        return `step ${await at()} is open, not ${k}`;
    await page.press(String(guess), "Digit" + guess);
    const before = await focused();
    await enter();
    await until("document.querySelector('#guide .notice, #guide .trouble')", patience);
    return before.includes("go") ? text("#guide .outcome") : `the focus is on ${before}`;
}

// What the page lacks for a step is had by one key, from the card's heading.
async function mend() {
    await page.run("document.querySelector('#guide .go').focus()");
    await enter();
    await until("document.querySelector('#guide .ask')", patience);
}

const share = (f, layer, head) => place.reduce((sum, j) => sum + f.layers[layer].heads[head].a.at(-1)[j], 0);

// A row of explain's trace, which has all digits: a and ds of a key.
function traced(prompt, target, { layer, head }) {
    const { trace } = explained(model, prompt, "--target", target, "--at", `${layer}.${head}.${prompt.length - 1}`);
    return j => trace.keys.find(k => k.j === j);
}

// ---- the steps ----

async function opens() {
    await page.size(1280);
    await page.go(pathToFileURL(file).href);
    await until("State.now.frame !== null");
    if (!whole)
        await page.run("Texts.forEach(t => { t.settings.steps = 60; })");
    check("the page invites", (await text("#guide")).startsWith("Guided start"), await text("#guide"));
    await page.run("Source.open({ id: 'lesson' })");
    await until("State.now.frame !== null && State.now.facts.steps === Texts[0].settings.steps");
    await page.run("document.querySelector('.open-guide').focus()");
    await enter();
    check("a key opens the first step", await at() === 1 && await focused() === "H2", await at(), await focused());
    check("the address keeps it", await until("location.hash.includes('guide=1')", 5));
}

async function untrained() {
    const said = await act(1), { p, of } = await value(1);
    native = explained(await saved(), thumb, "--target", "d");
    check("the untrained p is explain's", near(p, native.answer.p, 1e-9) && of === native.vocabulary.length, p, of);
    check("as guessed, and said", said.startsWith("As you guessed: about 1 in 50") &&
        said.includes(`It gives d ${await percent(p)}`), said);
    check("then Next has the focus", await focused() === "next-step", await focused());
    await enter();
}

async function training() {
    await page.run(`(() => {
        window.longest = 0;
        new PerformanceObserver(list => list.getEntries().forEach(e => {
            window.longest = Math.max(window.longest, e.duration);
        })).observe({ entryTypes: ["longtask"] });
    })()`);
    const said = await act(2), { end } = await value(2), { step, done } = await state("step, done");
    const last = await page.run("Session.runs[0].at(-1)");
    check("the training is run to its end", done && step === last.step, step, last);
    check("its last loss is said", end === last.loss && said.includes(await page.run(`Num.show(${end}, 3)`)), said);
    console.log(`# longest task on the main thread while training: ${Math.round(await page.run("longest"))} ms`);
    await enter();
    model = await saved();
    native = explained(model, thumb, "--target", "d");
}

async function hiding() {
    const said = await act(3, 3), words = await value(3);
    for (const w of words) {
        const [there] = explained(model, thumb, "--target", "d", "--mask", w.text).nudges;
        check(`“${w.text}” hidden is explain --mask`, near(w.after, Math.exp(-(there.before + there.actual)), 1e-9) &&
            near(w.before, native.answer.p, 1e-9), w, there);
        check("and said", said.includes(`Without “${w.text}” d has ${await percent(w.after)}`), said);
    }
    check("afterwards nothing is hidden", (await state("change")).change === null);
    if (whole)
        check("thumb decides", said.includes("As you guessed: thumb"), said);
    await enter();
}

async function looking() {
    const said = await act(4), m = await value(4), all = native.layers.flatMap((l, k) => l.heads.map((_, h) =>
        share(native, k, h)));
    check("heads that look there are counted as in explain", m.n === all.filter(a => a > 0.5).length &&
        said.includes(`${m.n} of ${all.length}.`), m.n, all);
    const key = traced(thumb, "d", m.best), a = place.reduce((sum, j) => sum + key(j).a, 0);
    check("with the weight of the first", near(m.best.a, a, 1e-9) && near(a, Math.max(...all), 1e-5), m.best, a, all);
    check("and of the one that reads it from anywhere", m.other.a >= m.best.a && m.other.row > place.at(-1), m);
    const now = await state("layer, head");
    check("and that head is shown", now.layer === m.best.layer && now.head === m.best.head, now, m.best);
    await enter();
}

async function pushing() {
    const said = await act(5), m = await value(5), key = traced(thumb, "a", m.best);
    const ds = place.reduce((sum, j) => sum + key(j).ds, 0), { loss } = explained(model, thumb, "--target", "a").answer;
    check("the push on the word is explain's", near(m.ds, ds, 1e-8, 1e-12) && near(m.loss, loss, 1e-9), m, ds, loss);
    check("its sign is said", Math.abs(ds) < 1e-6 || said.includes(ds < 0 ? "look more" : "look less"), said);
    await enter();
    check("the next step means d again", await until("State.now.frame.target === 'd'", 10));
}

async function promising() {
    const said = await act(6), m = await value(6), key = (await state("key")).key;
    const [there] = explained(model, thumb, "--target", "d", "--nudge",
        `${m.best.layer}.${m.best.head}.45.${key}=-3`).nudges;
    check("promise and truth are those of explain --nudge", near(m.first, there.first, 1e-8, 1e-12) &&
        near(m.actual, there.actual, 1e-8, 1e-12), m, there);
    check("both are said", said.includes(await page.run(`Num.signed(${m.first})`)) &&
        said.includes(await page.run(`Num.signed(${m.actual})`)), said);
    await enter();
    check("the change is undone", await until("State.now.change === null", 10));
}

async function past() {
    await act(7);
    const { rows } = await value(7), steps = rows.map(r => r.step);
    check("the past is walked through in order", steps[0] === 0 && steps.length > 5 &&
        steps.every((s, k) => k === 0 || s >= steps[k - 1]), steps);
    check("up to the present", near(rows.at(-1).p, native.answer.p, 1e-9) && (await state("sought")).sought === null,
        rows);
    await enter();
}

async function hard() {
    await act(8);
    const m = await value(8);
    check("a hard maximum has no push", m.before > 0 && m.after === 0, m);
    await enter();
    check("the next step is soft again", await until("State.now.softness === 1 && State.now.frame.target === 'd'", 10));
}

async function agreeing() {
    const said = await act(9), m = await value(9), { forked } = await state("forked");
    check("a second run was trained from half way", forked !== null && m.steps > 0 &&
        Math.abs(m.step - (await state("step")).step / 2) < 20, m, said);
    check("its score was pushed down", m.moved < m.before, m);
    const left = (m.after - m.before) / (m.moved - m.before);
    check("what is said fits the weights", Math.abs(m.moved - m.before) < 0.02 ? /hardly moved/.test(said)
        : left > 0.5 ? /kept most/.test(said) : /undid most/.test(said), m, said);
    await enter();
    check("the fork is dropped", await until("State.now.forked === null && State.now.run === 0", 10));
    await until("State.now.frame !== null && State.now.frame.run === 0");
    check("and the first run is as it was", near((await page.run("Frames.odds(State.now.frame, 'd')")), native.answer.p,
        1e-9));
}

async function copying() {
    check("the next text is asked for", (await text("#guide")).includes("starts with “Copying”"), await text("#guide"));
    await mend();
    const said = await act(10, 3), m = await value(10), twice = "qhvbdxk qhvb";
    model = await saved();
    const there = explained(model, twice, "--target", "d");
    check("p of the copy is explain's", near(m.p, there.answer.p, 1e-9), m.p, there.answer.p);
    const most = j => Math.max(...there.layers.flatMap(l => l.heads.map(h => h.a.at(-1)[j])));
    check("and so are the largest weights", [11, 3, 4].every((j, k) => near(m.spots[k].a, most(j), 1e-5) &&
        near(m.spots[k].a, traced(twice, "d", m.spots[k])(j).a, 1e-9)), m.spots, [11, 3, 4].map((j, k) => [most(j),
        traced(twice, "d", m.spots[k])(j).a]));
    if (whole)
        check("an induction head has formed", said.startsWith("As you guessed: the d") && m.p > 0.9, said);
    await enter();
}

async function leaving() {
    check("the last step is for texts of one's own", await at() === 11 && (await text("#guide")).includes("Your text"));
    await page.press("Escape");
    check("Escape leaves", (await text("#guide")).startsWith("Go on with the guided start"), await text("#guide"));
    check("and the address forgets it", await until("!location.hash.includes('guide')", 5));
    check("nothing stays highlighted", await page.run("document.querySelectorAll('.guided').length") === 0);
}

// The page stays free: a text typed meanwhile, a step skipped, a reload.
async function free() {
    await page.reload();
    await until("State.now.frame !== null");
    await page.run("Guide.go(3)");
    check("a step whose model is not there asks for it", await until(
        "/looks at the trained model/.test(document.querySelector('#guide').textContent)", 10), await text("#guide"));
    await page.run("Session.type('kzpw', null)");
    check("the page can be used meanwhile", await until("State.now.frame.chars.join('') === 'kzpw'", 10));
    await page.run("document.querySelector('.next-step').focus()");
    await enter();
    check("a step can be skipped", await at() === 5, await at());
    await until("location.hash.includes('guide=5')", 5);
    await page.reload();
    await until("State.now.frame !== null");
    check("a reload opens the same step", await at() === 5, await at());
}

// A phone: the card is a window at the bottom, and nothing sticks out.
async function phone() {
    await page.size(360, 740, true);
    await page.settle();
    const s = await page.run(`(() => {
        const r = document.querySelector("#guide").getBoundingClientRect();
        return { over: document.documentElement.scrollWidth - innerWidth, bottom: Math.round(r.bottom - innerHeight),
            part: r.height / innerHeight };
    })()`);
    check("on a phone the card is at the bottom, below half the screen", s.over <= 0 && Math.abs(s.bottom) <= 1 &&
        s.part < 0.5, s);
}

async function readable() {
    await page.size(1280);
    for (const dark of [false, true]) {
        await page.dark(dark);
        await page.settle();
        await page.settle();
        const r = await page.run(contrast);
        check(`the card has contrast and names, ${dark ? "dark" : "light"}`,
            r.poor.length + r.nameless.length === 0, r);
    }
    await page.dark(false);
}

// As many steps as a reader sees: both sentences come right, and how long that takes.
async function lesson() {
    const seconds = await page.run(`(async () => {
        await Source.open({ id: "lesson" });
        const start = performance.now();
        await Session.play();
        await Measure.until(() => State.now.done);
        await Session.pause();
        return (performance.now() - start) / 1000;
    })()`);
    const path = await saved(), p = [[thumb, "d"], [car, "a"]].map(([prompt, end]) =>
        explained(path, prompt, "--target", end).answer.p);
    check("garden and garage are both right", p.every(x => x > 0.9), p);
    check("within two minutes", seconds < 120, seconds);
    console.log(`# the lesson is learned in ${Math.round(seconds)} s, d ${p[0]}, a ${p[1]}`);
}

try {
    for (const part of [opens, untrained, training, hiding, looking, pushing, promising, past, hard, agreeing, copying,
        leaving, free, phone, readable, ...(whole ? [lesson] : [])]) {
        await part();
        check(`no error in ${part.name}`, page.errors.length === 0, page.errors.slice(0, 3));
    }
} catch (e) {
    check("the test runs to its end", false, e.stack);
}
await browser.close();
console.log(`1..${tally.count}`);
process.exit(tally.failed ? 1 : 0);
