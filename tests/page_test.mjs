// Drives the page of explain --html in a headless Chromium: page_test.mjs CHROMIUM EXPLAIN MODEL HOSTILE DIR.
// MODEL is explained for a plain prompt; HOSTILE, trained on a text full of markup, for a prompt of that;
// pages lie in DIR. Reports by TAP.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { open_browser } from "./page_browser.mjs";
import { hostile_prompt, shown_prompt } from "./page_hostile.mjs";

const [, , chromium, explain, model, hostile, dir] = process.argv;
const prompt = "Steve has a green thumb so he";
let count = 0, failed = 0;

function check(name, good, ...said) {
    console.log(`${good ? "ok" : "not ok"} ${++count} - ${name}`);
    if (!good) {
        failed++;
        console.log("# " + said.map(s => typeof s === "string" ? s : JSON.stringify(s)).join(" ").replace(/\n/g, "\n# "));
    }
}

const near = (x, y, relative, absolute = 0) => Math.abs(x - y) <= relative * Math.abs(y) + absolute;
const run = (words, input = "") => execFileSync(explain, [...words, "--threads", "1"], { input, maxBuffer: 1 << 28 }).toString();
const json = (...words) => JSON.parse(run(["--model", model, "--prompt", prompt, "--json", ...words]));
const url = name => pathToFileURL(join(dir, name)).href;
const opening = '<script id="data" type="application/json">';

// The page with other data: what the program wrote around it stays as it is.
function other_page(name, data) {
    const html = readFileSync(join(dir, "page.html"), "utf8"), from = html.indexOf(opening) + opening.length;
    const text = JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, c => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
    writeFileSync(join(dir, name), html.slice(0, from) + text + html.slice(html.indexOf("</script>", from)));
    return url(name);
}

run(["--model", model, "--prompt", prompt, "--html", join(dir, "page.html")]);
const data = json(), t = data.trace, n = data.characters.length;
const browser = await open_browser(chromium);
const page = await browser.open_page();
const text = selector => page.run(`document.querySelector(${JSON.stringify(selector)}).textContent`);
const value = selector => page.run(`Number(document.querySelector(${JSON.stringify(selector)}).dataset.value)`);
const selected = () => page.run("document.querySelector('[role=tab][aria-selected=true]').id.slice(4)");
const chosen = () => page.run("[...document.querySelectorAll('#where select')].map(s => s.value)");
const tabs = ["story", "heads", "row", "paths", "nudge", "replay"];

// The middle of a place in a picture, brought into view.
const spot = (selector, x, y) => page.run(`(() => {
    const c = document.querySelector(${JSON.stringify(selector)});
    c.scrollIntoView({ block: "center" });
    const r = c.getBoundingClientRect();
    return [r.left + ${x}, r.top + ${y}, c.width];
})()`);

async function begins() {
    await page.size(1024);
    await page.go(url("page.html"));
    check("the page loads nothing but itself", page.requests.length === 1, page.requests);
    const whole = statSync(join(dir, "page.html")).size, inside = run(["--model", model, "--prompt", prompt, "--json"]).length;
    check("without its data the page is below 110 kB", whole - inside < 110000, whole - inside);
    check("the prompt stands above", (await text("#prompt")).startsWith(prompt.replace(/ /g, "␣")), await text("#prompt"));
    check("so does the sentence", await text("#sentence") === data.sentence);
}

async function tabs_work() {
    for (const [k, tab] of tabs.entries()) {
        await page.press(String(k + 1), `Digit${k + 1}`);
        const open = await page.run("[...document.querySelectorAll('[role=tabpanel]')].filter(p => !p.hidden).map(p => p.id).join()");
        check(`key ${k + 1} opens ${tab}, and nothing else`, await selected() === tab && open === "panel-" + tab, open);
    }
    await page.press("ArrowRight");
    check("the arrow after the last tab opens the first", await selected() === "story");
    await page.press("End");
    check("End opens the last", await selected() === "replay");
    check("one tab can be reached by Tab", await page.run("document.querySelectorAll('[role=tab][tabindex=\"0\"]').length") === 1);
}

// Has a picture been drawn: more than one colour in it.
const drawn = selector => page.run(`(() => {
    const c = document.querySelector(${JSON.stringify(selector)});
    const p = new Uint32Array(c.getContext("2d").getImageData(0, 0, c.width, c.height).data.buffer);
    return new Set(p).size;
})()`);

async function story() {
    await page.press("1", "Digit1");
    const titles = new Set(), steps = await page.run("document.querySelectorAll('.steps li').length");
    let pictures = 0, tables = 0;
    await page.run("document.querySelector('#panel-story details').open = true");
    for (let k = 0; k < steps; k++) {
        titles.add(await text("#panel-story h2"));
        pictures += await drawn("#panel-story canvas") > 2;
        tables += await page.run("document.querySelectorAll('#panel-story details tbody tr').length > 0");
        await page.run("document.getElementById('story-next').click()");
        await page.settle();
    }
    check(`the story has ${steps} steps, each with its title`, steps >= 10 && titles.size === steps, [...titles]);
    check("each with a picture", pictures === steps, pictures);
    check("and a table behind it", tables === steps, tables);
    check("it ends at the last", await page.run("document.getElementById('story-next').disabled"));
    check("with the loss as the step left it", (await text("#panel-story .say")).includes(data.step.loss_after.toFixed(4).slice(0, 5)), await text("#panel-story .say"));
}

async function heads() {
    await page.press("2", "Digit2");
    await page.run("document.querySelector('[data-head=\"1.1\"]').click()");
    await page.settle();
    check("a small picture chooses the head", (await chosen()).slice(0, 2).join() === "1,1", await chosen());
    const width = (await spot("#panel-heads figure canvas", 0, 0))[2], size = Math.min(460, (width - 34 * 3 - 6) / 3), step = size / n;
    const [x, y] = await spot("#panel-heads figure canvas", 26 + 3.5 * step, 30 + 8.5 * step);
    await page.click(x, y);
    check("a click locks the cell", (await chosen()).join() === "1,1,8,3", await chosen());
    const a = data.layers[1].heads[1].a[8][3];
    check("and reads out its weight", (await text("#panel-heads .readout")).includes(`a = ${a.toPrecision(3).slice(0, 5)}`), await text("#panel-heads .readout"), a);
    await page.press("ArrowRight");
    await page.press("ArrowUp");
    check("arrows move it", (await chosen()).join() === "1,1,7,4", await chosen());
    for (let k = 0; k < 12; k++)
        await page.press("ArrowRight");
    check("not beyond what may be seen", (await chosen()).join() === "1,1,7,7", await chosen());
    await page.press("Escape");
    check("Escape unlocks", (await chosen())[3] === "", await chosen());
    check("every head is drawn", await page.run("document.querySelectorAll('button.head canvas').length") === data.model.layers * data.model.heads);
    await page.call("Emulation.setTouchEmulationEnabled", { enabled: true });
    const [tx, ty] = await spot("#panel-heads figure canvas", 26 + 2.5 * step, 30 + 9.5 * step);
    await page.call("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: tx, y: ty }] });
    await page.call("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await page.settle();
    await page.call("Emulation.setTouchEmulationEnabled", { enabled: false });
    check("a finger locks, too", (await chosen()).slice(2).join() === "9,2", await chosen());
}

async function row() {
    await page.press("3", "Digit3");
    await page.run("document.getElementById('home').click()");
    await page.settle();
    const shown = await page.run("[...document.querySelectorAll('#panel-row td.ds')].map(c => Number(c.dataset.value))");
    check("the row's table has every dL/ds", shown.join() === t.keys.map(k => k.ds).join(), shown);
    const states = await page.run("[...document.querySelectorAll('#panel-row td.pass, #panel-row td.fail, #panel-row th.pass, #panel-row th.fail')].map(c => c.textContent).join()");
    check("and every thing that must hold", states === data.invariants.map(v => v.ok ? "PASS" : "FAIL").join(), states);
    await page.run("document.querySelectorAll('#panel-row table.picks tbody tr')[4].click()");
    await page.settle();
    check("a line of the table locks its key", (await chosen())[3] === "4", await chosen());
    await page.run("{ const s = document.querySelectorAll('#where select')[2]; s.value = '5'; s.dispatchEvent(new Event('change')); }");
    await page.settle();
    const other = await page.run("[...document.querySelectorAll('#panel-row td.ds')].map(c => Number(c.dataset.value))");
    check("another row can be chosen", other.join() === data.layers[t.layer].heads[t.head].ds[5].join(), other);
}

async function paths() {
    await page.press("4", "Digit4");
    await page.run("document.querySelector('#panel-paths figure details').open = true");
    await page.settle();
    const sums = await page.run(`[...document.querySelectorAll("#panel-paths figure:first-of-type details tbody tr")].map(
        r => [...r.querySelectorAll("td[data-value]")].map(c => Number(c.dataset.value)))`);
    check("the parts of each path add up", sums.length === n * data.model.layers && sums.every(r => near(r[6], r[0], 1e-9, 1e-12)), sums[0]);
}

async function nudge() {
    await page.run("document.getElementById('home').click()");
    await page.press("5", "Digit5");
    const key = t.keys.reduce((best, k) => Math.abs(k.ds) > Math.abs(best.ds) ? k : best).j;
    const asked = by => json("--nudge", `${t.layer}.${t.head}.${t.row}.${key}=${by}`).nudges[0];
    const out = id => value("#nudge-result .out-" + id);
    await page.run("document.getElementById('nudge-slider').focus()");
    for (let k = 0; k < 20; k++)
        await page.press("ArrowRight");
    let real = asked("+1");
    check("twenty steps of the slider are +1", await page.run("document.getElementById('nudge-slider').value") === "1");
    check("first order as the program has it", near(await out("first"), real.first, 1e-9, 1e-12), await out("first"), real.first);
    check("the loss as the program has it", near(await out("true"), real.actual, 1e-9, 1e-11), await out("true"), real.actual);
    const k0 = t.keys.findIndex(k => k.j === key), e = t.keys.map((k, c) => Math.exp(k.s + (c === k0 ? 1 : 0))), z = e.reduce((p, q) => p + q);
    const gv = t.v.map(v => v.reduce((s, x, d) => s + x * t.g[d], 0)), mix = gv.reduce((s, x, c) => s + (e[c] / z - t.keys[c].a) * x, 0);
    check("softmax and mix done anew", near(await out("mix"), mix, 1e-8, 1e-11), await out("mix"), mix);
    await page.run("document.getElementById('nudge-reset').click()");
    await page.settle();
    check("all put back is no change", await out("mix") === 0 && await out("first") === 0, await out("mix"));
    await page.run("document.querySelector('[data-by=\"0.1\"]').click()");
    await page.settle();
    real = asked("+0.1");
    check("between the known points within a hundredth", near(await out("true"), real.actual, 0.01), await out("true"), real.actual);
    check("the parabola is nearer than the line to softmax done anew",
        Math.abs(await out("second") - await out("mix")) < Math.abs(await out("first") - await out("mix")));
    await page.press("ArrowLeft");
    await page.run("{ const s = document.querySelectorAll('.many input')[2]; s.value = 1; s.dispatchEvent(new Event('input')); }");
    await page.settle();
    check("of two moved at once there is no true value", (await text("#nudge-result .out-true")) === "–", await text("#nudge-result .out-true"));
}

async function replay() {
    await page.press("6", "Digit6");
    if (!data.replay)
        check("without snapshots it says how to make them", (await text("#panel-replay")).includes("--watch"));
    const flat = (name, f) => data.layers.map(l => l.heads.map(h => h[name][t.row].map(x => f * x)));
    const frames = [0, 10, 40].map(step => ({ step, loss: 3 - step / 20, p: Math.exp(step / 20 - 3), a: flat("a", 1), ds: flat("ds", 1 - step / 50) }));
    await page.go(other_page("replay.html", { ...data, replay: { steps: frames.map(f => f.step), frames } }));
    await page.press("6", "Digit6");
    check("the last snapshot first", (await text("#panel-replay .slide label")).startsWith("Step 40:"), await text("#panel-replay .slide label"));
    await page.run("document.getElementById('replay-slider').focus()");
    await page.press("ArrowLeft");
    check("the slider goes back", (await text("#panel-replay .slide label")).startsWith("Step 10: loss 2.50"), await text("#panel-replay .slide label"));
    check("snapshots are drawn", await drawn("#panel-replay canvas") > 10);
    await page.run("document.getElementById('replay-play').click()");
    await page.run("new Promise(f => setTimeout(f, 700))");
    check("play ends at the last", (await text("#panel-replay .slide label")).startsWith("Step 40:"));
    check("no error in replay", page.errors.length === 0, page.errors);
}

// Every view at every width, in both themes: nothing sticks out, nothing complains.
async function widths() {
    const wide = [];
    await page.go(url("page.html"));
    for (const dark of [false, true]) {
        await page.dark(dark);
        for (const width of [320, 375, 768, 1024, 1920, 2560]) {
            await page.size(width, 900, width < 400);
            for (let k = 1; k <= 6; k++) {
                await page.press(String(k), `Digit${k}`);
                if (await page.run("document.documentElement.scrollWidth > innerWidth"))
                    wide.push(`${tabs[k - 1]} at ${width}`);
            }
        }
        check(`colours follow the system: ${dark ? "dark" : "light"}`, await page.run("document.documentElement.dataset.theme") === (dark ? "dark" : "light"));
    }
    check("nothing sticks out from 320 to 2560 pixels", wide.length === 0, wide);
    await page.run("document.getElementById('theme').click()");
    check("the button changes the colours", await page.run("document.documentElement.dataset.theme") === "light");
    await page.size(1024);
}

// Each "Download SVG", read as XML.
async function pictures() {
    await page.run(`window.files = []; URL.createObjectURL = b => { files.push(b); return "#"; }; HTMLAnchorElement.prototype.click = () => {};`);
    for (let k = 1; k <= 6; k++) {
        await page.press(String(k), `Digit${k}`);
        await page.run("document.querySelectorAll('[role=tabpanel]:not([hidden]) figure .quiet').forEach(b => b.click())");
    }
    const bad = await page.run(`Promise.all(files.map(async b => {
        const x = new DOMParser().parseFromString(await b.text(), "image/svg+xml");
        return x.querySelector("parsererror, script, image, foreignObject") || x.querySelectorAll("text, path, rect").length < 3 ? x.documentElement.outerHTML.slice(0, 300) : null;
    })).then(xs => xs.filter(Boolean))`);
    check("pictures can be saved as SVG that is XML", await page.run("files.length") >= 8 && bad.length === 0, bad);
}

async function trimmed() {
    const first = 6, cut = m => m.slice(first).map(r => r.slice(first));
    const layers = data.layers.map(l => ({ heads: l.heads.map(h => ({ ...h, ...Object.fromEntries(["s", "a", "da", "ds", "av"].map(k => [k, cut(h[k])])),
        ...Object.fromEntries(["q", "k", "v", "g"].map(k => [k, h[k].slice(first)])) })) }));
    await page.go(other_page("trimmed.html", { ...data, layers, trimmed: { first, of: n, text: "only the last <i>characters</i>" } }));
    for (let k = 1; k <= 6; k++)
        await page.press(String(k), `Digit${k}`);
    await page.run("{ const s = document.querySelectorAll('#where select')[2]; s.value = '9'; s.dispatchEvent(new Event('change')); }");
    for (let k = 1; k <= 5; k++)
        await page.press(String(k), `Digit${k}`);
    check("a trimmed page says so", (await text("#notes")).includes("only the last <i>characters</i>"));
    check("and works", page.errors.length === 0, page.errors);
}

async function hostile_text() {
    run(["--model", hostile, "--prompt", "-", "--html", join(dir, "hostile.html")], hostile_prompt);
    await page.go(url("hostile.html"));
    check("a hostile prompt is shown as it is", (await text("#prompt")).startsWith(shown_prompt), await text("#prompt"), shown_prompt);
    for (let k = 1; k <= 6; k++) {
        await page.press(String(k), `Digit${k}`);
        await page.run("document.querySelectorAll('[role=tabpanel]:not([hidden]) details').forEach(d => { d.open = true; })");
        await page.settle();
    }
    check("nothing of it is run", await page.run("window.broken === undefined"));
    check("nothing of it is markup", await page.run("document.querySelectorAll('main b b, main img, main script, header script, #prompt b').length") === 0);
    await pictures();
    check("nothing complains", page.errors.length === 0, page.errors);
}

// Last, for its refusals are errors: what would have been injected could not run.
async function policy() {
    await page.go(url("page.html"));
    await page.run("{ const s = document.createElement('script'); s.textContent = 'window.injected = 1'; document.body.append(s); }");
    check("the policy lets no other script run", await page.run("window.injected === undefined"));
    await page.run("new Promise(f => { const i = new Image(); i.onerror = i.onload = f; i.src = 'file:///x.png'; })");
    check("nor anything be loaded", page.errors.filter(e => /Content Security Policy/.test(e)).length >= 2, page.errors);
}

try {
    await begins();
    for (const part of [tabs_work, story, heads, row, paths, nudge, pictures]) {
        await part();
        check(`no error in ${part.name}`, page.errors.length === 0, page.errors);
    }
    for (const part of [replay, widths, trimmed, hostile_text, policy])
        await part();
} catch (e) {
    check("the page can be driven", false, e.stack);
}
await browser.close();
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
