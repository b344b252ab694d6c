// The story: its derivation against sums done here, the address, slides, and the definitions of words.
import { check, data, n, near, page, t, text, url } from "./bench.mjs";

const title = () => text("#panel-story h2");
const hash = () => page.run("location.hash");
const cells = () => page.run(`[...document.querySelectorAll("#panel-story .under tbody tr")].map(
    r => [...r.querySelectorAll("td")].map(c => Number(c.dataset.value)))`);
const strongest = t.keys.reduce((best, k) => Math.abs(k.ds) > Math.abs(best.ds) ? k : best);
const at = t.keys.indexOf(strongest);
const sum = xs => xs.reduce((s, x) => s + x, 0);

async function open(state) {
    await page.go("about:blank");
    await page.go(url("page.html") + state);
    await page.settle();
}

async function step_of(words) {
    const titles = await page.run("[...document.querySelectorAll('.steps button')].map(b => b.textContent)");
    await open(`#step=${titles.indexOf(words) + 1}`);
    await page.run("document.querySelector('#panel-story details').open = true");
    await page.settle();
}

// Softmax with the score raised, its derivative, and the chain rule, done again from the JSON.
export async function derivation() {
    await step_of("One score up, the others pay");
    const e = t.keys.map((k, c) => Math.exp(k.s + (c === at ? 0.1 : 0))), z = sum(e);
    const slope = t.keys.map((k, c) => k.a * ((c === at ? 1 : 0) - strongest.a));
    let shown = await cells();
    check("a score raised by 0.1: weights before, after, and their predicted changes", shown.length === t.keys.length &&
        shown.every(([before, after, , said], c) => before === t.keys[c].a && near(after, e[c] / z, 1e-9, 1e-15) &&
        near(said, 0.1 * slope[c], 1e-12, 1e-18)), shown[at]);
    check("the changes sum to 0", Math.abs(sum(shown.map(r => r[2]))) < 1e-10);
    check("the text has the weight before and after",
        (await text("#panel-story .say")).includes(`${strongest.a.toFixed(4)} to ${(e[at] / z).toFixed(4)}`),
        await text("#panel-story .say"));
    await step_of("Add up what it does");
    shown = await cells();
    check("each part of the sum is dL/da times da/ds",
        shown.every(r => near(r[2], r[0] * r[1], 1e-12, 1e-20)) && shown[at][0] === strongest.da);
    const lines = await page.run(`[...document.querySelectorAll("#panel-story .say tbody tr")].map(
        r => Number(r.lastChild.dataset.value))`);
    check("three keys and the rest, written out, sum to dL/ds",
        near(sum(lines.slice(0, -1)), strongest.ds, 1e-9, 1e-14) && near(lines.at(-1), strongest.ds, 1e-9, 1e-14) &&
        lines.length === 5, lines, strongest.ds);
    await step_of("Times the weight");
    check("the finite difference is the measured one",
        (await text("#panel-story .say")).includes(strongest.fd.toPrecision(6).replace(/-/g, "−")),
        await text("#panel-story .say"));
}

// What the page shows is in the address; a reload and Back keep it; nonsense there does no harm.
export async function address() {
    await open("#step=3&head=0.1&row=7&key=2&unknown=x");
    check("the address chooses step, head, row and key", await page.run("(s => [s.tab, s.step, s.layer, s.head, " +
        "s.row, s.key].join())(State.now)") === "story,2,0,1,7,2",
        await page.run("JSON.stringify(State.now)"));
    const third = await title();
    await page.run("document.getElementById('story-next').click()");
    await page.settle();
    check("a step is in the address, beside what it had", /step=4/.test(await hash()) &&
        /unknown=x/.test(await hash()), await hash());
    await page.run("document.getElementById('theme').click()");
    await page.run("State.set({ key: 5 })");
    await page.run("new Promise(f => setTimeout(f, 250))");
    await page.reload();
    check("a reload keeps step, key and theme", await page.run("[State.now.step, State.now.key, " +
        "document.documentElement.dataset.theme].join()") === "3,5,dark", await hash());
    await page.run("document.getElementById('theme').click()");
    await open("#step=3");
    await page.run("document.getElementById('story-next').click()");
    await page.settle();
    await page.run("history.back()");
    await page.run("new Promise(f => setTimeout(f, 300))");
    check("Back returns to the step before", await title() === third, await title());
    await open("#step=999&head=77.88&row=-4&key=1e9&tab=none&theme=pink&slides=yes");
    check("nonsense in the address opens the page", (await title()).length > 0 && page.errors.length === 0,
        page.errors);
}

// Next stays where it is, whatever the step.
export async function steady() {
    for (const [width, height] of [[1280, 900], [360, 740]]) {
        await page.size(width, height, width < 400);
        await open("");
        await page.run("document.querySelector('.stage').scrollIntoView()");
        const places = new Set();
        for (let k = 0; k < await page.run("document.querySelectorAll('.steps li').length"); k++) {
            await page.settle();
            places.add(await page.run(`[document.getElementById("story-next").getBoundingClientRect().top, scrollY,
                document.querySelector(".stage canvas").getBoundingClientRect().top].map(Math.round).join()`));
            await page.press("ArrowRight");
        }
        check(`at ${width} pixels no step moves the buttons or the picture`, places.size === 1, [...places]);
    }
    check("the right arrow turned to the last step", await page.run("document.getElementById('story-next').disabled"));
    await page.press("ArrowLeft");
    check("the left arrow turns back", !await page.run("document.getElementById('story-next').disabled"));
    await page.size(1024);
}

export async function slides() {
    await page.size(1280, 720);
    await open("");
    await page.press("f", "KeyF");
    await page.settle();
    const on = () => page.run("document.documentElement.classList.contains('slides')");
    check("F starts the slides", await on() && await page.run("!document.querySelector('nav').offsetHeight"));
    const size = await page.run("parseFloat(getComputedStyle(document.documentElement).fontSize)");
    check("their text is larger than the page's", size > 17, size);
    const tall = [], steps = await page.run("document.querySelectorAll('.steps li').length");
    for (let k = 0; k < steps; k++) {
        if (await page.run("document.documentElement.scrollHeight > innerHeight"))
            tall.push(await title());
        await page.press("PageDown");
        await page.settle();
    }
    check("each fits on the screen", tall.length === 0, tall);
    check("Page Down turned to the last", await page.run(`State.now.step`) === steps - 1);
    await page.press("PageUp");
    check("Page Up turns back", await page.run("State.now.step") === steps - 2);
    await page.press("Home");
    await page.run("document.querySelector('.stage canvas').focus()");
    await page.press("ArrowRight");
    check("arrows turn even with the picture focused", await page.run("State.now.step") === 1);
    check("slides are in the address", /slides=1/.test(await hash()), await hash());
    await page.press("Escape");
    await page.settle();
    check("Escape ends them", !await on() && await page.run("document.querySelector('nav').offsetHeight > 0"));
    await page.size(1024);
}

// Definitions on hover and on focus.
export async function words() {
    await open("");
    const shown = () => page.run("document.getElementById('tip').hidden ? '' : " +
        "document.getElementById('tip').textContent");
    const named = await page.run("(() => { const t = document.querySelector('.say .term'); t.focus(); " +
        "return t.textContent; })()");
    await page.settle();
    check("a focused word is defined", (await shown()).length > named.length + 20, named, await shown());
    await page.press("Escape");
    check("Escape hides the definition", await shown() === "");
    const [x, y] = await page.run("(() => { const t = document.querySelectorAll('.say .term')[1]; " +
        "t.scrollIntoView({ block: 'center' }); const r = t.getBoundingClientRect(); " +
        "return [r.left + r.width / 2, r.top + r.height / 2]; })()");
    await page.settle();
    await page.call("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
    await page.settle();
    check("and one pointed at", (await shown()).length > 20, await shown());
    await page.call("Input.dispatchMouseEvent", { type: "mouseMoved", x: 1, y: 1 });
    const list = await page.run("document.querySelectorAll('#glossary dt').length");
    check("all words are listed once",
        list > 20 && list === await page.run("new Set(Glossary.terms.map(t => t[0])).size"));
    check("the longest term counts: gradient step, not gradient", await page.run(`(() => {
        const p = document.createElement("p");
        p.textContent = "a gradient step";
        return Glossary.mark(p).querySelector(".term").textContent;
    })()`) === "gradient step");
    check("terms of art are among them", await page.run("['nats', 'entropy', 'finite difference', 'logit', " +
        "'softmax', 'push'].every(w => Glossary.terms.some(t => t[0] === w))"), n, data.program);
}
