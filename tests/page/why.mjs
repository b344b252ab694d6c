// The view of --why and --lesson, and the way to it from the view of a row.
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import {
    check, chosen, data, dir, explain, hostile, json, model, near, other_page, page, prompt, run, selected, text, url,
} from "./bench.mjs";
import { hostile_prompt } from "./hostile.mjs";
import { fits } from "./layout.mjs";

const sum = xs => xs.reduce((s, x) => s + x, 0);
const panel = "#panel-why";
const sentences = () => page.run(`[...document.querySelectorAll("${panel} .say:not(.small) p")].map(p => ` +
    "p.textContent)");
const lines = label => `[...document.querySelectorAll('${panel} [aria-label="${label}"] tbody tr')]`;
const rows = label => page.run(lines(label) + ".map(r => [...r.querySelectorAll('[data-value]')].map(c => " +
    "Number(c.dataset.value)))");
const names = label => page.run(lines(label) + ".map(r => r.firstChild.textContent)");
const ask = ([layer, head, row, key]) => page.run(`State.set(${JSON.stringify({ tab: "row", layer, head, row, key })})`)
    .then(page.settle);

// A command as a shell reads it, with `explain` a function that does as told.
const shell = (command, does) => execFileSync("sh", ["-c", `explain() { ${does}; }\n${command}`],
    { cwd: dir, env: { ...process.env, EXPLAIN: resolve(explain) } }).toString();

// Indices of the parts that a row or column called `name` stands for, from the JSON alone.
function parts_of(side, name) {
    const is = (kind, layer = null, head = null) => u => u.kind === kind && u.layer === layer && u.head === head;
    const [, l, h] = /(\d+)(?:\.(\d+))?$/.exec(name) || [];
    const wanted = name === "characters" ? is("token") : name === "position" ? is("position")
        : name === "biases" ? is("bias") : name.startsWith("head") ? is("head", Number(l), Number(h))
            : is("mlp", Number(l));
    return side.units.slice(0, side.parts).map((u, k) => wanted(u) ? k : -1).filter(k => k >= 0);
}

async function scores(w) {
    const label = "query parts by key parts", found = await rows(label), called = await names(label);
    const columns = (await page.run(`[...document.querySelectorAll('${panel} [aria-label="${label}"] thead th')]` +
        ".map(c => c.textContent)")).slice(1, -3);
    const queries = called.slice(0, -3), wrong = [];
    queries.forEach((name, a) => columns.forEach((key, b) => {
        const ps = parts_of(w.query_side, name), qs = parts_of(w.key_side, key);
        const want = sum(ps.map(p => sum(qs.map(q => w.cells[p][q]))));
        if (!near(found[a][b], want, 1e-12, 1e-12))
            wrong.push([name, key, found[a][b], want]);
    }));
    check("the table's cells are sums of the JSON's", wrong.length === 0 && queries.length > 3 && columns.length > 3,
        wrong[0], queries, columns);
    check("and they add up to the score", near(sum(queries.flatMap((_, a) => found[a].slice(0, columns.length))),
        w.score, 1e-9), w.score);
    const bold = await page.run(`[...document.querySelectorAll('${panel} [aria-label="${label}"] tbody b')].length`);
    const causes = new Set([w.query_side.cause, ...w.query_side.together].filter(u => u !== null));
    check("the query's causes are bold", bold === causes.size, bold, [...causes]);
    const weights = parts_of(w.query_side, queries[0]);
    const unit = w.query_side.units.find((u, k) => weights.length === 1 ? k === weights[0] : u.back === null &&
        u.kind === w.query_side.units[weights[0]].kind && u.layer === w.query_side.units[weights[0]].layer &&
        u.head === w.query_side.units[weights[0]].head);
    check("each part's removal stands beside, held and free", found[0].slice(-2).join() ===
        [unit.held.weight, unit.free.weight].join(), found[0], unit);
}

async function told(w) {
    check("words come first", (await sentences()).slice(0, 3).join("|") ===
        [w.place + ".", w.query_side.sentence, w.key_side.sentence].join("|"), await sentences());
    await page.run(`document.querySelector("${panel} details").open = true`);
    const want = ["query_side", "key_side"].flatMap(side => w[side].units.map(u => [u.sum, u.over,
        ...(w.content === null ? [] : [u.content]), u.held.score, u.held.weight, u.free.score, u.free.weight]));
    check("every part's numbers are the JSON's", JSON.stringify(await rows("every part")) === JSON.stringify(want),
        (await rows("every part"))[0], want[0]);
    if (w.content !== null)
        check("content, distance and their sum", (await rows("content against distance"))[0].join() ===
            [w.score, w.content, w.score - w.content, w.at_zero].join());
    const ways = await rows("ways to the answer"), all = ways.slice(0, -1);
    check("the ways to the answer add up to what was measured", ways.at(-1).slice(1).join() === w.writes.total.join() &&
        [0, 1, 2].every(k => near(sum(all.map(r => r[k])), ways.at(-1)[k], 1e-9, 1e-10)), ways.at(-1), w.writes.total);
    check("the direct one is the JSON's", all.some(r => r.slice(1).join() === w.writes.direct.join()));
}

async function lesson(x) {
    check("the lesson's sentences are shown", (await sentences()).slice(-4).join("|") ===
        x.matrices.map(m => m.sentence).join("|"), await sentences());
    for (const m of x.matrices)
        check(`and the terms of W_${m.name}`, JSON.stringify(await rows(`terms of ${m.name}`)) === JSON.stringify(
            m.terms.map(t => [t.share, t.likeness, t.meant, t.moved].filter(v => v !== null))),
        await rows(`terms of ${m.name}`), m.terms);
    check("with each step, predicted and measured", JSON.stringify(await rows("steps")) === JSON.stringify(
        [...x.matrices.map(m => m.step), x.together].map(s => [...s.loss, ...s.logits.flat()])));
}

// The command of a cell that this page does not have makes a page that does.
async function asked(place) {
    await page.go(url("page.html"));
    check("without --why there is no such view", await page.run("document.getElementById('tab-why') === null"));
    await ask(place);
    const command = await text("#panel-row .command");
    check("a row names the command for a cell", command.includes(`--why ${place.join(".")} --html why.html`), command);
    shell(command, "\"$EXPLAIN\" \"$@\" --lesson 1.1 --threads 1");
    await page.go(url("why.html"));
    await ask(place);
    await page.run("document.getElementById('why-open').focus()");
    await page.press(" ", "Space");
    check("there the cell opens its table, by the keyboard", await selected() === "why");
    await page.run("document.getElementById('why-there').click()");
    check("which leads back to the cell", (await chosen()).join() === place.join(), await chosen());
    await ask([place[0], place[1], place[2], place[3] - 1]);
    check("another cell has a command again", (await text("#panel-row .command")).includes(`.${place[3] - 1} --html`));
    await page.press("7", "Digit7");
}

// Texts that a shell, or a terminal, would not take as they are.
async function quoted() {
    const as = s => [...s].map((c, i) => ({ i, id: 0, code: c.codePointAt(0), byte: null, text: c, show: c, name: c }));
    const nasty = "it's $(touch bad) `x` \"so he\" \\ !";
    const n = data.characters.length, characters = as(nasty.slice(0, n).padEnd(n, "'"));
    await page.go(other_page("quoted.html", { ...data, characters }));
    await ask([1, 1, 5, 2]);
    const words = shell(await text("#panel-row .command"), "printf '%s\\n' \"$@\"").split("\n");
    check("a shell reads the text from the command as it is", words[words.indexOf("--prompt") + 1] ===
        characters.map(c => c.text).join(""), words);
    for (const c of ["\n", "\u001b", "\u202e", "\u2028"]) {
        await page.go(other_page("quoted.html", { ...data, characters: [...as(c), ...characters.slice(1)] }));
        await ask([1, 1, 5, 2]);
        const command = await text("#panel-row .command");
        check(`a text with U+${c.charCodeAt(0).toString(16)} is not in a command`, command.includes("--prompt - ") &&
            !command.includes(c), command);
    }
}

// More sources than the table has room for: the rest of each side is added up, so that the table still sums.
async function many(w) {
    const n = 12, score = (a, b) => (a + 1) * (b - 4) / 16, all = [...Array(n).keys()];
    const removed = { score: 1, weight: 0.5, effect: -1 };
    const units = of => all.map(k => ({ kind: "head", layer: 0, head: k, back: 0, sum: sum(all.map(x => of(k, x))),
        over: k, content: null, held: removed, free: removed }));
    const side = { sentence: "", parts: n, cause: 0, together: [], together_free: null, reads: null };
    const cells = all.map(a => all.map(b => score(a, b))), total = sum(cells.flat());
    await page.go(other_page("many.html", { ...data, why: { ...w, score: total, cells, content: null, positions: "",
        query_side: { ...side, units: units(score) }, key_side: { ...side, units: units((b, a) => score(a, b)) } } }));
    await page.press("7", "Digit7");
    const found = await rows("query parts by key parts"), called = await names("query parts by key parts");
    check("of many parts the cause and the largest are shown, the rest added up", called.slice(0, 9).join() ===
        ["head 0.0", ...all.slice(5).reverse().map(k => `head 0.${k}`), "4 others"].join(), called);
    check("and the table still sums", found.slice(0, 9).every(r => near(sum(r.slice(0, 9)), r[9], 1e-12, 1e-12)) &&
        near(sum(found.slice(0, 9).map(r => r[9])), total, 1e-12) &&
        found[9].slice(0, 9).every((x, b) => near(x, sum(found.slice(0, 9).map(r => r[b])), 1e-12, 1e-12)), found);
    check("no error with many", page.errors.length === 0, page.errors);
}

async function hostile_view() {
    const words = ["--model", hostile, "--prompt", "-", "--why", "1.0.20.7", "--lesson", "1.0"];
    run([...words, "--html", join(dir, "hostile_why.html")], hostile_prompt);
    const w = JSON.parse(run([...words, "--json"], hostile_prompt)).why;
    await page.go(url("hostile_why.html") + "#tab=why");
    check("a text full of markup does nothing in it", await page.run("window.broken === undefined") &&
        page.errors.length === 0 && (await sentences())[0] === w.place + ".", page.errors, await sentences());
}

export async function why() {
    const last = prompt.length - 1, place = [1, 1, last, 5];
    const { why: w, lesson: x } = json("--why", place.join("."), "--lesson", "1.1");
    await page.size(1024);
    await asked(place);
    await scores(w);
    await told(w);
    await lesson(x);
    check("no error in it", page.errors.length === 0, page.errors);
    await fits("why");
    run(["--model", model, "--prompt", prompt, "--why", `0.1.${last}.5`, "--html", join(dir, "first.html")]);
    await page.go(url("first.html"));
    await page.press("7", "Digit7");
    const total = (await rows("query parts by key parts")).at(-3);
    check("in layer 0 characters are the parts", near(total.at(-3), sum(total.slice(0, -3)), 1e-9) &&
        (await names("query parts by key parts"))[0].includes("("), total);
    await many(w);
    await hostile_view();
    await quoted();
    await page.go(url("page.html"));
}
