// Drives the pages of plot --html in a headless Chromium: plot_test.mjs CHROMIUM PLOT DIR, where DIR holds the logs and
// pages that page/test_plot.sh made. Reports in TAP.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { open_browser } from "./browser.mjs";
import { check, tally } from "./tap.mjs";

const [, , chromium, plot, dir] = process.argv;
setTimeout(() => {
    console.log("Bail out! the browser does not answer");
    process.exit(1);                            // closing its pipe ends the browser, too
}, 240000).unref();

const browser = await open_browser(chromium), page = await browser.open_page();
const url = name => pathToFileURL(join(dir, name)).href;
const json = (...words) => JSON.parse(execFileSync(plot, [...words, "--json"], { cwd: dir }).toString());
const text = selector => page.run(`document.querySelector(${JSON.stringify(selector)}).textContent`);
const picture = () => page.run("document.getElementById('canvas').toDataURL()");
const set = async (selector, property, value, event) => {
    await page.run(`(() => { const n = document.querySelector(${JSON.stringify(selector)});
        n[${JSON.stringify(property)}] = ${JSON.stringify(value)};
        n.dispatchEvent(new Event(${JSON.stringify(event)}, { bubbles: true })); })()`);
    await page.settle();
};
const near = (x, y, part) => Math.abs(x - y) <= part * Math.abs(y);
const cells = () => page.run(`[...document.querySelectorAll("#readout tbody tr")]
    .map(r => [...r.children].map(c => c.textContent))`);
const range = () => page.run("State.range()");
const no_error = where => check(`no error ${where}`, page.errors.length === 0, page.errors);

async function mouse(type, x, y, buttons = 0) {
    await page.call("Input.dispatchMouseEvent", { type, x, y, button: type === "mouseMoved" ? "none" : "left", buttons,
        clickCount: 1 });
    await page.settle();
}

async function start() {
    const said = json("one", "--corpus", "text").runs[0];
    await page.size(1100);
    await page.go(url("one.html"));
    check("the page loads nothing but itself", page.requests.length === 1, page.requests);
    check("and is not allowed to", readFileSync(join(dir, "one.html"), "utf8").includes("default-src 'none'"));
    check("the verdict is at the top", (await text("#runs")) === `one: ${said.sentence}.`, await text("#runs"));
    check("the title names the run", (await page.run("document.title")) === "one: training curves");
    const off = await page.run(`(() => {
        const run = Data.all.runs[0], t = run.train, y = Panels.average(run, "train", t);
        const h = (run.average_rows - 1) / 2;
        return [0, 17, 150, 280, 299].map(k => { const some = t.slice(Math.max(0, k - h), k + h + 1);
            return Math.abs(some.reduce((a, b) => a + b) / some.length - y[k]); }); })()`);
    check("the average is that of the rows around each row", said.average_rows === 7 && Math.max(...off) < 1e-9, off);
    const lag = await page.run(`(() => {
        const y = Array.from({ length: 300 }, (_, k) => k % 3 ? 7 - 0.03 * k : null);
        return Math.max(...Data.average(y, 21, 1).map((m, k) => k < 40 || k > 260 ? 0 : Math.abs(m - y[k]))); })()`);
    check("rows without a value do not count, and nothing lags", lag < 0.02, lag);
    const colours = await page.run(`(() => { const c = document.getElementById("canvas");
        const image = c.getContext("2d").getImageData(0, 0, c.width, c.height);
        return new Set(new Uint32Array(image.data.buffer)).size; })()`);
    check("a picture is drawn", colours > 50, colours);
    const [range_low, range_high] = await page.run("Panels.loss_range(900)");
    check("no loss is cut off, averaged or not", await page.run(`Data.all.runs[0].train.every(x =>
        x >= ${range_low} && x <= ${range_high})`), [range_low, range_high]);
    no_error("at the start");
}

// The curve of the SVG, mapped back by two ticks of each axis, against the page's.
async function svg_agrees() {
    const svg = execFileSync(plot, ["one", "--svg", "-", "--no-gradients"], { cwd: dir }).toString();
    const ticks = pattern => [...svg.matchAll(pattern)].map(m => [Number(m[1]), Number(m[2].replace(/,/g, ""))])
        .slice(0, 2).flat();
    const value = ([p, v, q, w], at) => v + (at - p) / (q - p) * (w - v);
    const ys = ticks(/class="g" d="M64 ([\d.]+)h[\d.]+"\/><text[^>]*>([\d.,]+)/g);
    const xs = ticks(/class="a" d="M([\d.]+) [\d.]+v5"\/><text[^>]*>([\d.,]+)/g);
    const curves = [...svg.matchAll(/<path class="c0"[^>]* d="(M[^"h]+)"/g)].map(m => m[1]);
    const points = curves.at(-1).split(/[ML]/).filter(Boolean).map(p => p.trim().split(/[ ,]/).map(Number));
    const drawn = points.map(([x, y]) => [Math.round(value(xs, x)), value(ys, y)]);
    const ours = await page.run("Panels.average(Data.all.runs[0], 'train', Data.all.runs[0].train)");
    const worst = Math.max(...drawn.map(([step, y]) => Math.abs(y - ours[step - 1])));
    check("the SVG draws the page's average, within a pixel", drawn.length > 100 && worst < 0.02, drawn.length, worst);
}

async function keys() {
    await page.run("document.getElementById('canvas').focus()");
    await page.press("Home");
    const first = (await cells())[0];
    check("Home reads out the first row", first[0] === "one" && first[1] === "1", first);
    await page.press("ArrowRight");
    await page.press("ArrowRight");
    check("right arrow: the next row", (await cells())[0][1] === "3", await cells());
    await page.press("ArrowLeft");
    check("left arrow: the previous row", (await cells())[0][1] === "2", await cells());
    const row = readFileSync(join(dir, "one/log.csv"), "utf8").split("\n")[2].split(",");
    check("with its training loss", near(Number((await cells())[0][2]), Number(row[5]), 1e-3), await cells(), row[5]);
    await page.press("End");
    check("End: the last row", (await cells())[0][1] === "300", await cells());
    const [from, to] = await range();
    await page.press("+");
    const [a, b] = await range();
    check("+ zooms in twofold, around the row", near(b - a, (to - from) / 2, 0.01) && b === to, [a, b]);
    await page.press("PageUp");
    check("Page Up pans", (await range())[0] < a, await range());
    await page.press("0");
    check("0 shows all", JSON.stringify(await range()) === JSON.stringify([from, to]), await range());
    no_error("with keys");
}

async function pointer() {
    const r = await page.run(`(() => { const r = document.getElementById("canvas").getBoundingClientRect();
        return [r.left, r.top, r.width]; })()`);
    const x = r[0] + r[2] * 0.5, y = r[1] + 150, [from, to] = await range();
    await mouse("mouseMoved", x, y);
    const step = Number((await cells())[0][1]);
    check("the read-out follows the pointer", Math.abs(step - 150) < 8, step);
    await mouse("mousePressed", x, y, 1);
    await mouse("mouseMoved", x + 100, y, 1);
    await mouse("mouseMoved", x + 200, y, 1);
    await mouse("mouseReleased", x + 200, y);
    const [a, b] = await range();
    check("dragging zooms", a > 130 && b < 260 && b - a > 30, [a, b]);
    const before = await picture();
    await page.run("document.getElementById('canvas').dispatchEvent(new Event('dblclick'))");
    await page.settle();
    check("a double click shows all",
        JSON.stringify(await range()) === JSON.stringify([from, to]) && await picture() !== before);
    const press = name => page.run(`[...document.querySelectorAll("#controls button")]
        .find(b => b.textContent === "${name}").click()`);
    await press("+");
    await page.settle();
    check("the buttons zoom, too", (await range())[1] - (await range())[0] < (to - from) * 0.6);
    await press("All");
    await page.settle();
    no_error("with the pointer");
}

async function controls() {
    await page.press("Escape");
    await set("#rows", "value", 0, "input");
    const slider = await text("#controls output");
    check("the slider at its left disables smoothing", slider === "none", slider);
    check("then the smoothed loss is the loss", (await cells())[0][2] === (await cells())[0][3], await cells());
    await set("#rows", "value", 100, "input");
    const widest = await text("#controls output");
    check("at its right the window is a fifth of the rows", widest === "mean over 61 rows", widest);
    for (const [name, selector] of [["logarithmic loss", "#show_log"], ["logarithmic x", "#show_log_x"],
        ["gradients", "#show_gradients"], ["the rate", "#show_rate"]]) {
        const before = await picture(), on = await page.run(`document.querySelector("${selector}").checked`);
        await set(selector, "checked", !on, "change");
        check(`${name} changes the picture`, await picture() !== before);
        await set(selector, "checked", on, "change");
        check(`and back, ${name}`, await picture() === before);
    }
    for (const [x, last] of [["tokens", 300 * 768], ["seconds", 15], ["step", 300]]) {
        await set("#controls select", "value", x, "change");
        check(`along ${x}`, (await range())[1] === last, await range());
    }
    await page.run("document.querySelector('details').open = true");
    await page.settle();
    check("the table of evaluations", (await page.run("document.querySelectorAll('details tbody tr').length")) === 15);
    no_error("with the controls");
}

// The address keeps what is shown; what it cannot show does no harm.
async function address() {
    await page.go("about:blank");
    await page.go(url("several.html"));
    await set("#show_log", "checked", true, "change");
    await set("#rows", "value", 50, "input");
    await page.run("document.querySelectorAll('#runs input')[1].click()");
    await page.run("State.set({ from: 40, to: 150.5 })");
    await page.run("new Promise(f => setTimeout(f, 300))");
    const now = () => page.run("[State.now.log, State.now.rows, [...State.now.hidden].join('+'), State.now.from, " +
        "State.now.to, document.getElementById('show_log').checked, " +
        "document.querySelectorAll('#runs input')[1].checked, " +
        "document.querySelector('#controls output').textContent].join()");
    const before = await now();
    await page.reload();
    check("a reload keeps axes, smoothing, range and hidden runs", before.startsWith("true,") && await now() === before,
        before, await now());
    await page.go("about:blank");
    await page.go(url("several.html") + "#x=none&log=7&range=9,1&hidden=99&smooth=-3");
    check("nonsense in the address shows everything", (await now()).startsWith("false,,,,"), await now());
    no_error("with an address");
}

async function looks() {
    const light = await picture();
    await page.run("document.getElementById('theme').click()");
    await page.settle();
    const theme = () => page.run("document.documentElement.dataset.theme");
    check("the button switches to dark", (await theme()) === "dark" && await picture() !== light);
    await page.run("dispatchEvent(new Event('beforeprint'))");
    const printed = await page.run(`(() => { const s = document.querySelector("#print svg");
        return [document.documentElement.dataset.theme, s ? s.querySelectorAll("text").length : 0,
            s ? s.getAttribute("xmlns") || s.namespaceURI : ""]; })()`);
    check("printed, it is light, and text is text",
        printed[0] === "light" && printed[1] > 15 && printed[2].includes("svg"), printed);
    await page.run("dispatchEvent(new Event('afterprint'))");
    await page.settle();
    const left = await page.run("document.querySelectorAll('#print svg').length");
    check("and dark again", (await theme()) === "dark" && left === 0);
    await page.dark(true);
    await page.go("about:blank");
    await page.go(url("several.html"));
    check("dark from the start if the system is", (await theme()) === "dark");
    await page.dark(false);
    for (const name of ["one.html", "several.html"])
        for (const width of [320, 390, 768, 1100, 1920]) {
            await page.size(width, 900, width < 600);
            await page.go(url(name));
            const wide = await page.run("document.documentElement.scrollWidth");
            check(`${name} in ${width} pixels does not scroll sideways`, wide <= width, wide);
        }
    await page.size(1100);
}

async function several() {
    await page.go(url("several.html"));
    const verdicts = await page.run("document.querySelectorAll('#runs label').length");
    check("three runs, three verdicts", verdicts === 3 && (await cells()).length === 3);
    check("names stay text", (await page.run("document.querySelectorAll('img').length")) === 0 &&
        (await text("#runs")).includes("<img src=x onerror=alert(1)>.csv"));
    const before = await picture();
    await page.run("document.querySelectorAll('#runs input')[1].click()");
    await page.settle();
    check("a run is switched off", (await cells()).length === 2 && await picture() !== before, await cells());
    await page.run("[0, 2].forEach(k => document.querySelectorAll('#runs input')[k].click())");
    await page.settle();
    check("all are, and the page says so", (await text("#readout")).includes("No run is shown"));
    await page.run("document.querySelectorAll('#runs input').forEach(n => n.checked || n.click())");
    await page.settle();
    check("and on again", await picture() === before);
    no_error("with several runs");
}

async function long() {
    const said = json("long.csv").runs[0];
    await page.go(url("long.html"));
    const every = await page.run("Data.all.runs[0].every"), rows = await page.run("Data.all.runs[0].train.length");
    check("a long log in groups of rows", every === 10 && rows === 10000, [every, rows]);
    const losses = readFileSync(join(dir, "long.csv"), "utf8").trim().split("\n").slice(1)
        .map(line => Number(line.split(",")[5]));
    const around = (from, to) => losses.slice(from, to).reduce((a, b) => a + b) / (to - from);
    const drawn = await page.run(`(y => [y[5000], y.at(-1)])(Panels.average(Data.all.runs[0], "train",
        Data.all.runs[0].train))`);
    check("whose average is that of all rows", said.average_rows === 2001 &&
        near(drawn[0], around(49000, 51001), 1e-3) && near(drawn[1], around(98999, 100000), 1e-3),
        drawn, around(49000, 51001), around(98999, 100000));
    const bounds = await page.run(`(() => { const r = Data.all.runs[0];
        return r.train.every((y, k) => r.train_least[k] < y && y < r.train_greatest[k]); })()`);
    check("each mean lies between the minimum and maximum of its rows", bounds);
    check("the verdict is that of all rows", (await text("#runs")).includes(said.sentence));
    no_error("with a long log");
}

try {
    for (const part of [start, svg_agrees, keys, pointer, controls, address, looks, several, long])
        await part();
} catch (e) {
    check("the page can be driven", false, e.stack);
}
await browser.close();
console.log(`1..${tally.count}`);
process.exit(tally.failed ? 1 : 0);
