// Hard cases: snapshots, trimmed data, hostile text, and the page's own policy.
import { join } from "node:path";
import {
    check, data, dir, drawn, hostile, n, other_page, page, run, t, tabs, text, url,
} from "./bench.mjs";
import { hostile_prompt, shown_prompt } from "./hostile.mjs";

export async function snapshots() {
    await page.press("6", "Digit6");
    if (!data.replay)
        check("without snapshots the view says how to record them",
            (await text("#panel-snapshots")).includes("--watch"));
    const flat = (name, f) => data.layers.map(l => l.heads.map(h => h[name][t.row].map(x => f * x)));
    const frames = [0, 10, 40].map(step =>
        ({ step, loss: 3 - step / 20, p: Math.exp(step / 20 - 3), a: flat("a", 1),
        ds: flat("ds", 1 - step / 50) }));
    await page.go(other_page("replay.html", { ...data, replay: { steps: frames.map(f => f.step), frames } }));
    await page.press("6", "Digit6");
    check("the last snapshot is shown first", (await text("#panel-snapshots .slide label")).startsWith("Step 40:"),
        await text("#panel-snapshots .slide label"));
    await page.run("document.getElementById('snapshots-slider').focus()");
    await page.press("ArrowLeft");
    check("the slider moves back", (await text("#panel-snapshots .slide label"))
        .startsWith("Step 10: loss 2.50"), await text("#panel-snapshots .slide label"));
    check("snapshots are drawn", await drawn("#panel-snapshots canvas") > 10);
    await page.run("document.getElementById('snapshots-play').click()");
    await page.run("new Promise(f => setTimeout(f, 700))");
    check("play stops at the last", (await text("#panel-snapshots .slide label")).startsWith("Step 40:"));
    check("no error in snapshots", page.errors.length === 0, page.errors);
}

// Each "Download SVG", parsed as XML.
export async function pictures() {
    await page.run(`window.files = []; URL.createObjectURL = b => { files.push(b); return "#"; }; ` +
        `HTMLAnchorElement.prototype.click = () => {};`);
    for (let k = 1; k <= 6; k++) {
        await page.press(String(k), `Digit${k}`);
        await page.run("document.querySelectorAll('[role=tabpanel]:not([hidden]) figure .quiet').forEach(b => " +
            "b.click())");
    }
    const bad = await page.run(`Promise.all(files.map(async b => {
        const x = new DOMParser().parseFromString(await b.text(), "image/svg+xml");
        return x.querySelector("parsererror, script, image, foreignObject") ||
            x.querySelectorAll("text, path, rect").length < 3 ? x.documentElement.outerHTML.slice(0, 300)
            : null;
    })).then(xs => xs.filter(Boolean))`);
    check("pictures are saved as well-formed SVG",
        await page.run("files.length") >= 8 && bad.length === 0, bad);
}

// The page of a large model lacks rows of the matrices and the numbers that were not measured, which are null.
export async function trimmed() {
    const first = 6, cut = m => m.slice(first).map(r => r.slice(first));
    const only = (h, names, f) => Object.fromEntries(names.map(k => [k, f(h[k])]));
    const layers = data.layers.map(l => ({ heads: l.heads.map(h => ({ ...h,
        ...only(h, ["s", "a", "da", "ds", "av"], cut),
        ...only(h, ["q", "k", "v", "g"], m => m.slice(first)) })) }));
    const none = { losses: t.deltas.map(() => null), fd: null, error: null };
    const keys = t.keys.map((k, c) => c % 2 ? { ...k, ...none } : k);
    const effects = { ...data.effects, deleted: data.effects.deleted.map(() => null), sum: null };
    await page.go(other_page("trimmed.html",
        { ...data, layers, trace: { ...t, keys }, effects,
            trimmed: { first, of: n, text: "only the last <i>characters</i>" } }));
    for (let k = 1; k <= 6; k++)
        await page.press(String(k), `Digit${k}`);
    await page.press("3", "Digit3");
    const unmeasured = await page.run("[...document.querySelectorAll('#panel-row table.picks td')]" +
        ".filter(c => c.textContent === 'not run').length");
    check("a key without a finite difference reads \"not run\"",
        unmeasured > 0 && unmeasured === keys.filter(k => k.fd === null).length, unmeasured);
    await page.run("document.getElementById('row-9').click()");
    for (let k = 1; k <= 5; k++)
        await page.press(String(k), `Digit${k}`);
    check("a trimmed page says so", (await text("#notes")).includes("only the last <i>characters</i>"));
    check("and works", page.errors.length === 0, page.errors);
}

export async function hostile_text() {
    run(["--model", hostile, "--prompt", "-", "--html", join(dir, "hostile.html")], hostile_prompt);
    await page.go(url("hostile.html"));
    check("a hostile prompt is shown verbatim", (await text("#prompt")).startsWith(shown_prompt),
        await text("#prompt"), shown_prompt);
    for (let k = 1; k <= 6; k++) {
        await page.press(String(k), `Digit${k}`);
        await page.run("document.querySelectorAll('[role=tabpanel]:not([hidden]) details').forEach(d => { " +
            "d.open = true; })");
        await page.settle();
    }
    check("none of it is executed", await page.run("window.broken === undefined"));
    check("none of it becomes markup",
        await page.run("document.querySelectorAll('main b b, main img, main script, header script, #prompt " +
        "b').length") === 0);
    await pictures();
    check("no errors", page.errors.length === 0, page.errors);
}

// Last, since refusals count as errors: injected scripts cannot run.
export async function policy() {
    await page.go(url("page.html"));
    await page.run("{ const s = document.createElement('script'); s.textContent = 'window.injected = 1'; " +
        "document.body.append(s); }");
    check("the policy blocks other scripts", await page.run("window.injected === undefined"));
    await page.run("new Promise(f => { const i = new Image(); i.onerror = i.onload = f; i.src = " +
        "'file:///x.png'; })");
    check("and every load", page.errors.filter(e => /Content Security Policy/.test(e)).length >= 2,
        page.errors);
}
