// The view of a model that mixes counts in, against explain's JSON; and what its other views say of the counts.
import { join } from "node:path";
import { check, data, dir, drawn, hostile, near, page, prompt, run, selected, spot, text, url } from "./bench.mjs";
import { fits } from "./layout.mjs";
import { contrast } from "./readable.mjs";
import { hostile_prompt } from "./hostile.mjs";

const panel = "#panel-counts", model = join(dir, "counts"), other = "Steve has a green car so he";
const ways = ["whole", "counting", "without_counts", "without_model"];
const sum = xs => xs.reduce((s, x) => s + x, 0);
const figure = k => `${panel} figure:nth-of-type(${k})`;
const rows = where => page.run(`[...document.querySelectorAll(${JSON.stringify(where + " tbody tr")})].map(r => ` +
    "[...r.querySelectorAll('[data-value]')].map(c => Number(c.dataset.value)))");
const names = where => page.run(`[...document.querySelectorAll(${JSON.stringify(where + " tbody th")})].map(c => ` +
    "c.textContent)");
const same = (x, y) => JSON.stringify(x) === JSON.stringify(y);
const explained = (...words) => JSON.parse(run(["--model", model, "--prompt", prompt, "--json", ...words]));

async function opens(d) {
    check("without counts there is no such view", data.counts === undefined && await page.run("document" +
        ".getElementById('tab-counts') === null && document.getElementById('counted').hidden"));
    run(["--model", model, "--prompt", prompt, "--html", join(dir, "counts.html")]);
    await page.go(url("counts.html"));
    check("the first screen has the sentence on counts", (await text("#counted")).startsWith(d.counts.sentence),
        await text("#counted"));
    await page.run("document.getElementById('counts-open').focus()");
    await page.press(" ", "Space");
    check("which leads to the view, by the keyboard", await selected() === "counts");
    check("there it comes first", await text(`${panel} .say`) === d.counts.sentence, await text(`${panel} .say`));
    await page.run(`document.querySelectorAll("${panel} details").forEach(d => { d.open = true; })`);
    await page.settle();
    await page.settle();
    for (const k of [1, 2, 3])
        check(`picture ${k} is drawn`, await drawn(`${figure(k)} canvas`) > 3);
}

// Numbers of a character: the four ways, and its logit's halves.
async function next_character(d) {
    const x = d.counts, order = d.answer.order, shown = await rows(figure(1));
    const wanted = order.slice(0, 6).map(id => [...ways.map(way => x.p[way][id]), x.by_counts[id], x.by_model[id],
        x.by_counts[id] + x.by_model[id]]);
    check("the likeliest characters have the JSON's numbers", same(shown.slice(0, 6), wanted), shown[0], wanted[0]);
    const best = ways.map(way => Math.max(...x.p[way]));
    check("what each way alone would answer is among them", ways.every((way, k) => shown.some(r => r[k] === best[k])),
        shown, best);
    check("a table's probabilities are its own, not the model's", new Set(shown[0].slice(0, 4)).size === 4, shown[0]);
}

async function decides(d, rival) {
    const x = d.counts, a = d.answer.target, K = x.contexts.length, shown = await rows(figure(2));
    const odds = Math.log(d.answer.p_all[a] / d.answer.p_all[rival]);
    const parts = [...Array(K).keys()].map(k => x.gains[k] * (x.counted[k][a] - x.counted[k][rival]));
    check("each length of context adds its gain times the logarithms' difference", shown.length === K + 3 &&
        parts.every((v, k) => near(shown[k].at(-1), v, 1e-12, 1e-15) && shown[k][0] === x.gains[k] &&
        near(Math.log(shown[k][1]), x.counted[k][a], 1e-9)), shown, parts);
    check("with the network they add up to the log-odds", near(sum(parts) + shown[K + 1].at(-1), odds, 1e-7) &&
        near(shown[K + 2].at(-1), odds, 1e-7) && near(shown[K].at(-1), sum(parts), 1e-9), shown, odds);
}

async function chooses(d) {
    const [first, second] = d.answer.order.filter(id => id !== d.answer.target);
    const name = id => d.vocabulary[id].show;
    check("the rival comes first", (await text(`${figure(2)} h3`)).endsWith("against " + name(first)),
        await text(`${figure(2)} h3`));
    await decides(d, first);
    await page.run(`document.querySelector("${figure(1)} canvas").focus()`);
    await page.press("ArrowDown");
    check("an arrow chooses the next", (await text(`${figure(2)} h3`)).endsWith("against " + name(second)),
        await text(`${figure(2)} h3`));
    await decides(d, second);
    const zoom = await page.run("Pen.zoom()");
    await page.click(...(await spot(`${figure(1)} canvas`, 60, (26 + 11) * zoom)).slice(0, 2));
    check("a click on the answer shows its logit", (await text(`${figure(2)} h3`)).startsWith("The logit of") &&
        near((await rows(figure(2))).at(-1).at(-1), d.counts.by_counts[d.answer.target] +
        d.counts.by_model[d.answer.target], 1e-12), await text(`${figure(2)} h3`));
}

async function surprise(d) {
    const { loss, mean } = d.counts, shown = await rows(figure(3));
    const wanted = d.characters.map((c, j) => j === 0 ? [] : [...ways.map(way => loss[way][j]), loss.counting[j] -
        loss.whole[j]]);
    check("each character has its loss in four ways", same(shown, wanted), shown[1], wanted[1]);
    const caption = await text(`${figure(3)} figcaption`);
    const told = await page.run(`${JSON.stringify(ways.map(way => mean[way]))}.map(v => Num.show(v, 4))`);
    check("the means are in the caption", told.every(v => caption.includes(v)), caption, told);
    await page.run(`document.querySelector("${figure(3)} canvas").focus()`);
    await page.press("Escape");
    await page.press("ArrowLeft");
    await page.press("ArrowLeft");
    const j = d.characters.length - 2, read = await text(`${figure(3)} .readout`);
    const said = await page.run(`Num.show(${loss.whole[j]})`);
    check("arrows read a character", read.includes(`(${j})`) && read.includes(`the model ${said},`), read, said);
    await page.press("Escape");
}

// Sums that other views show have the counts in them.
async function elsewhere(d) {
    await page.run("State.set({ tab: 'paths' })");
    await page.run("document.querySelectorAll('#panel-paths details').forEach(d => { d.open = true; })");
    await page.settle();
    await page.settle();
    const end = await text("#paths-end"), share = x => `${(100 * x / d.paths.end.total).toFixed(1)}\u00a0%`;
    check("paths begin with the output matrix and the gains", end.includes(share(d.paths.end.output)) &&
        end.includes(share(d.paths.end.counts)), end, d.paths.end);
    const parts = "#panel-paths [aria-label=logit]", found = await names(parts);
    check("the logit's parts have the counts, and add up", found.includes("counts") &&
        near(sum((await rows(parts)).flat()), d.logit.value, 1e-9, 1e-10), found, d.logit.value);
    const steps = await page.run("[...document.querySelectorAll('.steps button')].map(b => b.textContent)");
    await page.run(`State.set({ tab: "story", step: ${steps.indexOf("The answer")} })`);
    await page.settle();
    check("the story's answer adds them", (await text("#panel-story .formula")).includes("gk log pk"),
        await text("#panel-story .formula"));
    await page.run(`State.set({ step: ${steps.indexOf("The loss: one number to reduce")} })`);
    await page.settle();
    const alone = await page.run(`Num.show(${-Math.log(d.counts.p.counting[d.answer.target])})`);
    check("its loss has counting's beside it", (await text("#panel-story .say")).includes(`counting alone ${alone}`),
        await text("#panel-story .say"), alone);
}

async function versus() {
    const v = explained("--versus", other).versus;
    run(["--model", model, "--prompt", prompt, "--versus", other, "--html", join(dir, "counts_versus.html")]);
    await page.go(url("counts_versus.html") + "#tab=contrast");
    await page.run("document.querySelectorAll('#panel-contrast details').forEach(d => { d.open = true; })");
    await page.settle();
    await page.settle();
    const table = "#panel-contrast [aria-label=\"heads patched\"]", last = (await rows(table)).at(-1);
    check("of two texts, counts stand beside the heads", (await names(table)).at(-1) === "counts" && same(last,
        [v.counts.into_a, v.counts.into_b]) && Math.abs(last[0]) > 0.01, last, v.counts);
    await fits("contrast");
}

async function readable() {
    for (const theme of ["light", "dark"]) {
        await page.run(`Theme.use("${theme}")`);
        await page.settle();
        const { poor, nameless } = await page.run(contrast);
        check(`${theme}: text is readable, controls have names`, poor.length === 0 && nameless.length === 0, poor,
            nameless);
    }
}

// One character has none before it; markup in a text stays text.
async function hard() {
    run(["--model", model, "--prompt", "S", "--html", join(dir, "counts_one.html")]);
    await page.go(url("counts_one.html") + "#tab=counts");
    check("a prompt of one character has no surprise to show", await page.run("document.querySelectorAll('" +
        `${panel} figure').length`) === 2 && page.errors.length === 0, page.errors);
    run(["--model", hostile, "--prompt", "-", "--html", join(dir, "hostile_counts.html")], hostile_prompt);
    await page.go(url("hostile_counts.html") + "#tab=counts");
    await page.run(`document.querySelectorAll("${panel} details").forEach(d => { d.open = true; })`);
    await page.settle();
    check("a text full of markup does nothing in it", await page.run("window.broken === undefined && document" +
        `.querySelectorAll('${panel} img, ${panel} script').length === 0`) && page.errors.length === 0, page.errors);
}

export async function counts() {
    const d = explained();
    await page.size(1280);
    await page.go(url("page.html"));
    await opens(d);
    await next_character(d);
    await chooses(d);
    await surprise(d);
    check("no error in the counts", page.errors.length === 0, page.errors);
    await readable();
    await fits("counts");
    await elsewhere(d);
    await versus();
    await hard();
    await page.go(url("page.html"));
}
