// How it looks, and what it lets in: sizes, contrast, names of controls, hostile text, the policy.
import { readFileSync, statSync } from "node:fs";
import { hostile_prompt } from "../hostile.mjs";
import { contrast } from "../readable.mjs";
import { check, file, fresh, letters, page, press, state, text, train, until } from "./bench.mjs";

async function fits() {
    check("the page is below 1 MB", statSync(file).size < 1e6, statSync(file).size);
    for (const [width, height] of [[360, 760], [768, 1024], [1440, 900], [2560, 1440]]) {
        await fresh({}, width, height);
        const s = await page.run(`({ over: document.documentElement.scrollWidth - innerWidth,
            play: document.getElementById("play").getBoundingClientRect().bottom,
            picture: document.querySelector(".mirror .c").getBoundingClientRect().bottom,
            cut: [...document.querySelectorAll("button, select, textarea, .option, canvas")].filter(e =>
                e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1).length })`);
        check(`at ${width} pixels nothing is cut, and the picture is on the first screen`, s.over <= 0 && s.cut === 0 &&
            s.play < height && s.picture < height, s);
    }
}

// On a phone a long prompt is folded, and unfolds to be edited.
async function folds() {
    const long = "Ann has a green thumb so she sows. Tom has a green car so he";
    await fresh({ prompt: long, size: "mid" }, 360, 760);
    check("on a phone a long prompt is folded", (await letters()).includes("⋯"), await letters());
    await press("Edit the text");
    await page.settle();
    check("and unfolds to be edited", await letters() === long.replace(/ /g, "␣") &&
        await page.run("document.activeElement.id") === "prompt", await letters());
}

async function readable() {
    for (const dark of [false, true]) {
        await page.dark(dark);
        await fresh();
        await train(2);
        await page.run("State.set({ key: 12 })");
        await page.settle();
        await page.run("Drag.nudge(12, 1)");
        await until("State.now.effect !== null");
        await page.settle();
        const r = await page.run(contrast);
        check(`text has contrast and controls have names, ${dark ? "dark" : "light"}`,
            r.poor.length + r.nameless.length === 0, r);
    }
    await page.dark(false);
    const rings = await page.run(`["#play", "#prompt", ".thumb[tabindex='0']", ".option:not([hidden])",
        "#scrub"].filter(s => {
        const e = document.querySelector(s);
        e.focus({ focusVisible: true });
        return getComputedStyle(e).outlineStyle === "none";
    })`);
    check("focus is visible", rings.length === 0, rings);
}

// Screen readers are told on pause, not at every step.
async function quiet() {
    await fresh();
    await page.run(`window.told = 0; new MutationObserver(() => told++).observe(document.getElementById("status"),
        { childList: true, characterData: true, subtree: true })`);
    await train(30);
    const told = await page.run("told");
    check("screen readers are told seldom", told > 0 && told <= 4 &&
        (await text("#status")).startsWith("After "), told, await text("#status"));
}

async function hostile() {
    const own = (hostile_prompt + "\n").repeat(14);
    const r = await fresh({ own, prompt: hostile_prompt.slice(0, 30), size: "__proto__", seed: "-1", head: "99.99",
        theme: "<b>", target: "<" });
    check("a hostile text and address open", r, await text("#sentence"));
    await train(3);
    const s = await page.run(`({ broken: window.broken,
        tags: document.querySelectorAll("main script, main img, header img").length })`);
    check("and do nothing", s.broken === undefined && s.tags === 0, s);
    const { layer, head } = await state("layer, head"), facts = await page.run("State.now.facts.heads");
    check("a head that the model lacks is none", layer < 99 && head < facts, layer, head);
}

async function policy() {
    const html = readFileSync(file, "utf8"), csp = html.match(/Content-Security-Policy" content="(.*?)"/)[1];
    check("the policy allows nothing remote", csp.startsWith("default-src 'none'") &&
        !/https?:|\*|unsafe-inline|'unsafe-eval'|data:/.test(csp), csp.replace(/'sha256-[^']*'/g, "#"));
    const remote = page.requests.filter(url => !/^(file|blob|about):/.test(url));
    check("and nothing is asked for", remote.length === 0, remote);
}

export const looks = [fits, folds, readable, quiet, hostile, policy];
