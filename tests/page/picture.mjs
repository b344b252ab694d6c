// The picture on the first screen, against the JSON and against explain --svg; the chips; print; contrast.
import { check, chosen, data, model, n, near, page, prompt, run, t, text, url } from "./bench.mjs";
import { contrast } from "./readable.mjs";

const LEAST = 0.01;                             // share of the row to be drawn
const arcs = () => page.run(`[...document.querySelectorAll(".mirror g[data-key]")].map(g => {
    const line = g.querySelector("path:not(.foot), circle"), style = getComputedStyle(g);
    return { kind: g.getAttribute("class").split(" ")[0], key: Number(g.dataset.key), colour: style.stroke,
        share: Number(g.dataset.share), width: Number(line.getAttribute("stroke-width")), d: line.getAttribute("d") };
})`);

// What should be drawn of units of keys: [{ kind, key, share }].
function expected(units) {
    const push = t.keys.reduce((sum, k) => sum + Math.abs(k.ds), 0);
    const rows = units.map(keys => ({ key: keys[0].j, a: keys.reduce((s, k) => s + k.a, 0),
        ds: keys.reduce((s, k) => s + k.ds, 0) }));
    return [...rows.map(u => ({ kind: "w", key: u.key, share: u.a })),
        ...rows.map(u => ({ kind: u.ds < 0 ? "m" : "l", key: u.key, share: Math.abs(u.ds) / push }))]
        .filter(x => x.share >= LEAST);
}

const same = (drawn, wanted) => drawn.length === wanted.length && drawn.every((x, k) => x.kind === wanted[k].kind &&
    x.key === wanted[k].key && near(x.share, wanted[k].share, 1e-9));
const brief = xs => xs.map(x => `${x.kind}${x.key} ${x.share.toFixed(4)}`).join();

async function fresh(name = "page.html", width = 1280, height = 800) {
    await page.size(width, height, width < 400);
    await page.dark(false);
    await page.go(url(name));
}

async function drawn_arcs() {
    await fresh();
    const drawn = await arcs(), wanted = expected(t.keys.map(k => [k]));
    check("an arc for every key of 1 % or more, and no other", same(drawn, wanted), brief(drawn), brief(wanted));
    const thick = await page.run("Math.max(8, Math.min(20, Number(document.querySelector('.mirror .q')" +
        ".getAttribute('width'))))");
    check("as thick as its share, down to one pixel",
        drawn.every(x => Math.abs(x.width - Math.max(1, thick * x.share)) <= 0.02), drawn.map(x => [x.share, x.width]));
    const hex = await page.run("['weight', 'more', 'less'].map(name => Theme.colours[name])");
    const rgb = h => `rgb(${[1, 3, 5].map(k => parseInt(h.slice(k, k + 2), 16)).join(", ")})`;
    const want = { w: rgb(hex[0]), m: rgb(hex[1]), l: rgb(hex[2]) };
    check("in the colour of the sign of ds", drawn.every(x => x.colour === want[x.kind]) &&
        new Set(Object.values(want)).size === 3, drawn.map(x => x.colour), want);
    const rest = t.keys.length - wanted.filter(x => x.kind === "w").length;
    const captions = await page.run("[...document.querySelectorAll('.mirror text.s')].map(x => x.textContent)");
    check("the others are counted", captions[0].includes(`+ ${rest} other`), captions);
}

async function whole_words() {
    await page.run("document.querySelector('[data-units=words]').click()");
    await page.settle();
    const units = [];
    for (const m of prompt.matchAll(/[A-Za-z]+|[^A-Za-z]/g))
        units.push(t.keys.slice(m.index, m.index + m[0].length));
    const drawn = await arcs(), wanted = expected(units);
    check("the arc of a word has the sum of its characters", same(drawn, wanted), brief(drawn), brief(wanted));
    await page.run("new Promise(f => setTimeout(f, 300))");         // the address is written a few times a second
    await page.run("State.set({ key: 1 })");
    await page.settle();
    check("a locked key is the word around it", (await text("#unlock")).includes("Steve (0–4)") &&
        await page.run("[...document.querySelectorAll('#prompt .key')].map(x => x.textContent).join('')") === "Steve" &&
        (await text(".first .readout")).startsWith("'Steve' (0–4)"), await text("#unlock"));
    await page.press("Escape");
    check("words are kept in the address", (await page.run("location.hash")).includes("units=words"));
    await page.run("document.querySelector('[data-units=characters]').click()");
    await page.settle();
}

// The same geometry as explain --svg, at its width.
async function like_the_program() {
    await page.run("document.querySelector('.first .picture').style.width = '1200px'");
    await page.settle();
    await page.settle();
    const program = run(["--model", model, "--prompt", prompt, "--svg", "-"]);
    const numbers = s => s.match(/-?\d+(\.\d+)?/g).map(Number);
    const theirs = [...program.matchAll(/<g class="([wml])">.*?<(?:path d="(.*?)"|circle).*?stroke-width="(.*?)"/g)]
        .map(m => ({ kind: m[1], d: m[2] || null, width: Number(m[3]) }));
    const ours = await arcs();
    const close = (x, y) => x === null || y === null ? x === y
        : numbers(x).every((v, k) => Math.abs(v - numbers(y)[k]) < 0.11);
    check("explain --svg draws the same arcs in the same places", theirs.length > 3 && ours.length === theirs.length &&
        ours.every((x, k) => x.kind === theirs[k].kind && close(x.d, theirs[k].d) &&
            Math.abs(x.width - theirs[k].width) < 0.02), ours, theirs);
    const letter = /<text(?: class="n")? x="([\d.]+)" y="([\d.]+)" style="font-size:([\d.]+)px">/g;
    const letters = [...program.matchAll(letter)]
        .map(m => m.slice(1, 4).map(Number));
    const here = await page.run("[...document.querySelectorAll('.mirror .c text')].map(x => " +
        "[x.getAttribute('x'), x.getAttribute('y'), parseFloat(x.style.fontSize)].map(Number))");
    check("and the same letters", letters.length === prompt.length && here.length === letters.length &&
        here.every((v, k) => v.every((x, c) => Math.abs(x - letters[k][c]) < 0.11)), here[0], letters[0]);
    await page.run("document.querySelector('.first .picture').style.width = ''");
    await page.settle();
    await page.settle();
}

// What is saved is what is shown.
async function saved() {
    await page.run(`window.files = []; URL.createObjectURL = b => { files.push(b); return "#"; };
        HTMLAnchorElement.prototype.click = () => {};
        [...document.querySelectorAll(".first button")].find(b => b.textContent === "Download SVG").click();`);
    const file = await page.run(`files[0].text().then(text => {
        const x = new DOMParser().parseFromString(text, "image/svg+xml"), all = s => [...x.querySelectorAll(s)];
        const shown = document.querySelector(".mirror"), out = new XMLSerializer();
        const marks = xs => xs.map(g => out.serializeToString(g).replace(/ xmlns="[^"]*"/g, "")).join();
        return { bad: x.querySelector("parsererror, script, image, foreignObject") !== null,
            style: all("style").length,
            arcs: marks(all("g[data-key], rect, text")) ===
                marks([...shown.querySelectorAll("g[data-key], rect, text")]),
            box: x.documentElement.getAttribute("viewBox") === shown.getAttribute("viewBox") };
    })`);
    check("the saved SVG is well-formed and equals what is shown", !file.bad && file.style === 1 && file.arcs &&
        file.box, file);
    await page.go(url("page.html"));
}

const at = j => page.run(`(() => {
    const r = document.querySelectorAll(".mirror .c text")[${j}].getBoundingClientRect();
    return [r.left + r.width / 2, r.top + r.height / 2];
})()`);
const percent = p => `${p >= 0.001 ? (100 * p).toFixed(1) : (100 * p).toPrecision(1)}\u00a0%`;
const readout = () => text(".first .readout");

async function point(j) {
    const [x, y] = await at(j);
    await page.call("Input.dispatchMouseEvent", { type: "mouseMoved", x, y, button: "none" });
    await page.settle();
}

async function pointer() {
    await page.run("scrollTo(0, 0)");
    await point(3);
    const a = Number((await readout()).match(/weight ([\d.]+)/)[1]);
    check("the pointer reads a key", (await readout()).includes("(3)") && Math.abs(a - 100 * t.keys[3].a) <= 0.06,
        await readout(), t.keys[3].a);
    const whole = data.cause.units.find(u => u.first === 3 && u.last === 3), read = await readout();
    check("and what the answer is without it", read.includes(`deleted ${percent(whole.deleted_p)}`) &&
        read.includes(`masked in every head ${percent(whole.masked_p)}`), read, whole);
    await page.click(...await at(3));
    check("a click locks it", (await chosen())[3] === "3", await chosen());
    await point(5);
    check("the pointer still reads other keys", (await readout()).includes("(5)"), await readout());
    await page.click(...await at(3));
    check("a second click unlocks it", (await chosen())[3] === "", await chosen());
    await page.click(...await at(7));
    await page.press("Escape");
    check("so does Escape", (await chosen())[3] === "", await chosen());
    await page.run("document.querySelector('.mirror').focus()");
    await page.press("ArrowLeft");
    const first = Number((await chosen())[3]);
    await page.press("ArrowLeft");
    check("arrow keys move it", Number((await chosen())[3]) === first - 1, first, await chosen());
    await page.press("Escape");
}

async function chips() {
    await page.run("document.querySelector('[data-chip=\"1.0\"]').click()");
    await page.settle();
    check("a chip chooses the head", (await chosen()).slice(0, 2).join() === "1,0" &&
        (await text(".mirror text")).startsWith("Layer 1, head 0"), await text(".mirror text"));
    const effect = data.layers.flatMap((layer, l) => layer.heads.map((head, h) => [Math.abs(head.ablation), l, h]))
        .sort((x, y) => y[0] - x[0]);
    await page.run("document.getElementById('needed').click()");
    await page.settle();
    check("another the head without which the loss changes most", (await chosen()).join() ===
        [...effect[0].slice(1), n - 1, ""].join(), await chosen(), effect);
    const dark = await page.run("[...document.querySelectorAll('[role=radio]')].map(c => [Number(c.style" +
        ".getPropertyValue('--strong')), ...c.dataset.chip.split('.').map(Number)]).sort((x, y) => y[0] - x[0])");
    check("the darkest chips are those heads", dark.map(x => x.slice(1).join(".")).join() ===
        effect.map(x => x.slice(1).join(".")).join(), dark, effect);
    await page.run("document.querySelector('[data-chip=\"1.0\"]').click()");
    await page.run("document.querySelector('[data-chip=\"1.0\"]').focus()");
    await page.settle();
    await page.press("ArrowUp");
    await page.press("ArrowRight");
    check("arrow keys move in the grid", (await chosen()).slice(0, 2).join() === "0,1" &&
        await page.run("document.activeElement.dataset.chip") === "0.1", await chosen());
    await page.run("document.getElementById('row-8').click()");
    await page.settle();
    const drawn = await arcs(), row = data.layers[0].heads[1].a[8];
    check("a character of the text becomes the row", drawn.filter(x => x.kind === "w").map(x => x.key).join() ===
        row.map((a, j) => j).filter(j => row[j] >= LEAST).join(), brief(drawn), row);
    await page.run("document.getElementById('home').click()");
    await page.settle();
}

// At every width the picture is on the first screen, and nothing scrolls sideways.
async function first_screen() {
    for (const [width, height] of [[360, 740], [768, 1024], [1280, 800], [2560, 1440]])
        for (const dark of [false, true]) {
            await page.size(width, height, width < 400);
            await page.dark(dark);
            await page.go(url("page.html"));
            const r = await page.run(`(() => {
                const b = document.querySelector(".mirror").getBoundingClientRect();
                const ends = [...document.querySelectorAll(".mirror text")].map(x => x.getBoundingClientRect());
                return { bottom: b.bottom, wide: document.documentElement.scrollWidth,
                    left: Math.min(...ends.map(e => e.left)), right: Math.max(...ends.map(e => e.right)),
                    letter: Math.min(...[...document.querySelectorAll(".mirror .c text")]
                        .map(x => parseFloat(x.style.fontSize))) * Pen.zoom() };
            })()`);
            check(`the picture is on the first screen at ${width} pixels, ${dark ? "dark" : "light"}`,
                r.bottom <= height && r.wide <= width && r.left >= 0 && r.right <= width && r.letter >= 13 &&
                page.errors.length === 0, r, page.errors);
        }
}

// A long prompt is folded; every arc still leads to a character that is shown.
async function folded() {
    run(["--model", model, "--prompt", "The bank of the river was green and the man had a bank of money",
        "--html", url("long.html").replace("file://", "")]);
    await fresh("long.html", 360, 740);
    const state = () => page.run("({ folds: [...document.querySelectorAll('.mirror .c text')].filter(x => " +
        "x.textContent === '⋯').length, columns: document.querySelectorAll('.mirror .c text').length, " +
        "scrolls: document.querySelector('.first .picture').scrollWidth > 360 })");
    let s = await state();
    check("a prompt that does not fit is folded", s.folds > 0 && s.columns <= 38 && !s.scrolls, s);
    const feet = await page.run("[...document.querySelectorAll('.mirror g.w path:not(.foot)')].map(x => " +
        "x.getAttribute('d').match(/^M([\\d.]+)/)[1])");
    const shown = await page.run("[...document.querySelectorAll('.mirror .c text')]" +
        ".filter(x => x.textContent !== '⋯').map(x => x.getAttribute('x'))");
    check("arcs lead to shown characters", feet.length > 0 && feet.every(x => shown.includes(x)), feet, shown);
    await page.run("[...document.querySelectorAll('.first button')].find(b => b.textContent === 'Whole text').click()");
    s = await state();
    check("the whole text can be shown", s.folds === 0 && s.columns === 63, s);
}

async function one_character() {
    run(["--model", model, "--prompt", "S", "--html", url("one.html").replace("file://", "")]);
    await fresh("one.html");
    await page.run("document.querySelector('[data-units=words]').click()");
    await page.settle();
    check("one character is enough", (await arcs()).map(x => x.kind).join() === "w" && page.errors.length === 0,
        await arcs(), page.errors);
}

// From dark, paper is light, and nothing is cut off.
async function printed() {
    await fresh();
    await page.dark(true);
    await page.settle();
    await page.run("dispatchEvent(new Event('beforeprint'))");
    const p = await page.run("[document.documentElement.dataset.theme, getComputedStyle(document.querySelector" +
        "('.mirror g.w')).stroke]");
    await page.call("Emulation.setEmulatedMedia", { media: "print" });
    await page.size(700, 900);
    const wide = [];
    for (let k = 1; k <= 6; k++) {
        await page.press(String(k), `Digit${k}`);
        const cut = await page.run("[...document.querySelectorAll('.mirror, main canvas')].filter(c => " +
            "c.offsetParent !== null || c.getBoundingClientRect().width > 0).filter(c => " +
            "c.getBoundingClientRect().right > innerWidth + 1).length");
        if (cut)
            wide.push(k);
    }
    check("printed from dark it is light", p[0] === "light" && p[1] === "rgb(61, 58, 92)", p);
    check("and uncut", wide.length === 0, wide);
    await page.call("Emulation.setEmulatedMedia", { media: "" });
    await page.run("dispatchEvent(new Event('afterprint'))");
    await page.settle();
    check("and dark again after", await page.run("document.documentElement.dataset.theme") === "dark");
}

async function readable() {
    for (const dark of [false, true]) {
        await fresh();
        await page.dark(dark);
        await page.settle();
        const bad = [];
        for (let k = 1; k <= 6; k++) {
            await page.press(String(k), `Digit${k}`);
            const r = await page.run(contrast);
            bad.push(...r.poor, ...r.nameless);
        }
        check(`text has contrast and controls have names, ${dark ? "dark" : "light"}`, bad.length === 0, bad);
    }
    const rings = await page.run(`[".mirror", "#prompt [role=listbox]", "[role=radio][tabindex='0']", "#theme"]
        .filter(s => {
        const e = document.querySelector(s);
        e.focus({ focusVisible: true });
        return getComputedStyle(e).outlineStyle === "none";
    })`);
    check("focus is visible", rings.length === 0, rings);
}

export async function picture() {
    for (const part of [drawn_arcs, whole_words, like_the_program, saved, pointer, chips, first_screen, folded,
        one_character, printed, readable]) {
        await part();
        check(`no error in ${part.name}`, page.errors.length === 0, page.errors);
    }
    await page.dark(false);
    await page.size(1024);
    await page.go(url("page.html"));
}
