// What the page shows against the native explain of the model that the page saves.
import { check, drag, explained, fresh, letter, near, page, prompt, saved, state, text, train, until } from
    "./bench.mjs";

const target = " ";
let model, data;

async function begin() {
    check("a text of the address opens", await fresh({ target }), await text("#sentence"));
    check("untrained, every character is equally likely", /each of \d+ characters is about as likely as any other/
        .test(await text("#sentence")), await text("#sentence"));
    await train(40);
    model = await saved();
    data = explained(model, prompt, "--target", target);
}

const frame = () => page.run(`(f => ({ ...f, weights: [...f.weights], push: [...f.push], scores: [...f.scores] }))(
    State.now.frame)`);

// The traced row has twelve digits in the JSON; the other rows have six.
async function same_as_explain() {
    const f = await frame(), t = data.trace, H = data.model.heads, at = (i, j) =>
        ((t.layer * H + t.head) * f.n + i) * f.n + j;
    const worst = (name, field) => Math.max(...t.keys.map(key =>
        Math.abs(f[name][at(t.row, key.j)] - key[field]) / (Math.abs(key[field]) + 1e-9)));
    check("weights are explain's", worst("weights", "a") < 1e-9, worst("weights", "a"));
    check("scores are explain's", worst("scores", "s") < 1e-9, worst("scores", "s"));
    check("push is explain's dL/ds", worst("push", "ds") < 1e-8, worst("push", "ds"));
    check("the loss is explain's", near(f.loss, data.answer.loss, 1e-9), f.loss, data.answer.loss);
    const likely = f.next.slice(0, 5).map(x => x.p);
    const theirs = data.answer.order.slice(0, 5).map(k => data.answer.p_all[k]);
    check("so are the probabilities", likely.every((p, k) => near(p, theirs[k], 1e-9)), likely, theirs);
}

const percent = p => `${(100 * p).toFixed(1)}\u00a0%`;

async function as_shown() {
    const t = data.trace, units = [...t.keys].filter(key => key.a >= 0.01);
    await page.run(`State.choose({ layer: ${t.layer}, head: ${t.head}, row: ${t.row}, key: null })`);
    await page.settle();
    const arcs = await page.run(`[...document.querySelectorAll(".mirror g.w")].map(g =>
        [Number(g.dataset.key), Number(g.dataset.share)])`);
    check("an arc for each key of 1 % or more, with its weight", arcs.length === units.length &&
        arcs.every(([key, share], k) => key === units[k].j && near(share, units[k].a, 1e-9)), arcs, units);
    const bar = await page.run("document.querySelector('.option.meant .p').textContent");
    check("the target's bar has its probability", bar === percent(data.answer.p), bar, data.answer.p);
}

// The word that the answer needs, and its reader, are measured like explain's.
async function follows() {
    const asked = "Tom has a green car so ", cause = explained(model, asked, "--target", "h").cause;
    await page.run(`Session.type(${JSON.stringify(asked)}, "h")`);
    const need = await page.run("Engine.needs()"), words = cause.units.filter(u => u.kind === "word");
    const unit = need && words.find(u => u.first === need.first);
    check("a word is needed, and costs what explain says", need !== null && near(need.deleted, unit.deleted_p, 1e-9) &&
        near(need.replaced, unit.replaced_p, 1e-9), need, words.map(u => [u.text, u.deleted_p, u.replaced_p]));
    check("the picture shows who reads it", need !== null && await until(`State.now.layer === ${need.layer} &&
        State.now.head === ${need.head} && State.row() === ${need.row}`, 10), need, await state("layer, head, row"));
    check("which the sentence says", (await text("#sentence")).includes("It needs "), await text("#sentence"));
    await page.run(`Session.type(${JSON.stringify(prompt)}, ${JSON.stringify(target)})`);
    await until(`State.now.frame.n === ${prompt.length} && State.now.frame.target === ${JSON.stringify(target)}`);
}

async function derivation() {
    const t = data.trace, key = t.keys.reduce((best, k) => Math.abs(k.ds) > Math.abs(best.ds) ? k : best);
    await page.click(...await letter(key.j));
    check("a click selects a letter", (await state("key")).key === key.j, await state("key"), key.j);
    await until("document.getElementById('derive').textContent.includes('finite difference')");
    const said = await text("#derive");
    const numbers = await page.run(`Engine.derive({ layer: ${t.layer}, head: ${t.head}, i: ${t.row}, j: ${key.j} })`);
    check("its derivation is explain's", near(numbers.ds, key.ds, 1e-9) && near(numbers.da, key.da, 1e-9) &&
        near(numbers.fd, key.fd, 1e-6), numbers, key);
    check("and passes its finite difference", said.includes("✓") && numbers.ok, said);
}

// The selected score in parts: words, and a table that sums; asked for only when it is opened.
async function reasons() {
    const t = data.trace, { key } = await state("key"), place = [t.layer, t.head, t.row, key].join(".");
    const w = explained(model, prompt, "--target", target, "--why", place).why, table = "#why table";
    check("closed, nothing is taken apart", await page.run(`document.querySelector("${table}") === null`));
    await page.run("document.querySelector('#why summary').focus()");
    await page.press(" ", "Space");
    check("a score opens its table, by the keyboard", await until(`document.querySelector("${table}")`, 20));
    const rows = await page.run(`[...document.querySelectorAll("${table} tbody tr")].map(r =>
        [...r.querySelectorAll("[data-value]")].map(c => Number(c.dataset.value)))`);
    const cells = rows.slice(0, -3), total = xs => xs.reduce((a, b) => a + b, 0);
    check("its cells sum to explain's score", cells.length > 1 && near(total(cells.flatMap(r => r.slice(0, rows.at(-3)
        .length - 3))), w.score, 1e-9) && near(rows.at(-3).at(-3), w.score, 1e-9), rows, w.score);
    check("and each row to what stands there", cells.every(r => near(total(r.slice(0, rows.at(-3).length - 3)),
        r[rows.at(-3).length - 3], 1e-9, 1e-12)), cells);
    const said = await page.run("[...document.querySelectorAll('#why .said')].map(p => p.textContent)");
    const cause = w.query_side.units[w.query_side.cause], free = x => percent(x.free.weight);
    check("words say who asks, with explain's weight without it", w.query_side.together.length > 0 || (cause
        ? said[0].includes(" asks ") && said[0].includes(free(cause)) : said[0].startsWith("No part of the query")),
    said, cause);
    check("and how much is distance", said.at(-1).includes(`the distance of ${t.row - key}`), said);
    await page.run("document.getElementById('why').open = false");
}

// What the head writes for it: explain's numbers, in a table that sums, and the same words for what removal does.
async function written() {
    const t = data.trace, { key } = await state("key"), place = [t.layer, t.head, t.row, key].join(".");
    const w = explained(model, prompt, "--target", target, "--why", place).why.writes, table = "#writes table";
    await page.run("document.querySelector('#writes summary').focus()");
    await page.press(" ", "Space");
    check("what it writes opens, by the keyboard", await until(`document.querySelector("${table}")`, 20));
    const rows = await page.run(`[...document.querySelectorAll("${table} tbody tr")].map(r =>
        [...r.querySelectorAll("[data-value]")].map(c => Number(c.dataset.value)))`);
    const total = xs => xs.reduce((a, b) => a + b, 0), [before, after] = w.p.map(percent);
    check("its ways sum to explain's total", rows.length > 3 && [0, 1].every(k => near(rows.at(-1)[k + 1], w.total[k],
        1e-8, 1e-10) && near(total(rows.slice(0, -1).map(r => r[k + 1])), w.total[k], 1e-8, 1e-10)), rows, w.total);
    const said = await text("#writes .said");
    check("words say what removal does", said.includes(before === after ? `stays at ${before}`
        : `is ${after}, not ${before}`) && said.startsWith("What it writes for "), said, w.p);
    await page.run("document.getElementById('writes').open = false");
}

// A letter dragged up by 24 pixels: its score rises by 2, and forward really runs.
async function dragged() {
    const t = data.trace, j = t.keys.reduce((best, k) => k.j < t.row && k.a > best.a ? k : best, t.keys[0]).j;
    await page.run("State.set({ key: null })");
    await drag(...await letter(j), 0, -24 * await page.run("Picture.me.zoom"));
    await until("State.now.effect !== null && State.now.effect.actual !== undefined");
    const { change, effect } = await state("change, effect");
    check("a drag raises the score", change && change.j === j && change.i === t.row && change.by === 2, change, j);
    const there = explained(model, prompt, "--target", target, "--nudge",
        `${t.layer}.${t.head}.${t.row}.${j}=2`).nudges[0];
    check("promise and truth are those of explain --nudge", near(effect.first, there.first, 1e-8, 1e-12) &&
        near(effect.actual, there.actual, 1e-8, 1e-12), effect, there);
    const said = await text(".effect");
    check("both are told", /the loss changes by .*; the gradient promised /.test(said), said);
    const bars = await page.run("[...document.querySelectorAll('.gauge rect')].map(r => " +
        "[r.getAttribute('class'), Number(r.getAttribute('width'))])");
    check("and drawn to scale", bars.length === 2 && near(bars[0][1] / bars[1][1],
        Math.abs(there.first / there.actual), 0.02, 0.02), bars, there);
    await page.run("document.getElementById('prompt').focus()");
    await page.press("Escape");
    await until("State.now.change === null && State.now.frame.edited === false");
    check("Escape undoes it", near((await frame()).loss, data.answer.loss, 1e-9), (await frame()).loss);
}

export const numbers = [begin, same_as_explain, follows, as_shown, derivation, reasons, written, dragged];
