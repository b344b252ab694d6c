// Shared by the tests of the page that learns: the page in a browser, and what hands do in it. For the arguments see
// views_test.mjs.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { open_browser } from "../browser.mjs";

export { check, tally } from "../tap.mjs";

export const [, , chromium, file, explain, dir] = process.argv;
export const browser = await open_browser(chromium);
export const page = await browser.open_page();

export const near = (x, y, relative, absolute = 0) => Math.abs(x - y) <= relative * Math.abs(y) + absolute;
export const text = selector => page.run(`document.querySelector(${JSON.stringify(selector)}).textContent`);
export const state = names => page.run(`(({ ${names} }) => ({ ${names} }))(State.now)`);

// A text of one's own: few sentences, learned in a blink by the smallest model.
export const prompt = "Tom has a green car so he";
export const own = "Ann has a green thumb so she sows.\nTom has a green car so he drives.\n".repeat(12);
export const address = (more = {}) => pathToFileURL(file).href + "#" + new URLSearchParams({ text: "own", own, prompt,
    size: "tiny", ...more });

// Waits until an expression in the page is true, and the page has drawn; false if it does not become so.
export async function until(expression, seconds = 60) {
    for (let k = 0; k < seconds * 20; k++) {
        if (await page.run(`Boolean(${expression})`)) {
            await page.settle();
            return true;
        }
        await new Promise(f => setTimeout(f, 50));
    }
    return false;
}

// The page, with a frame on it.
export async function fresh(more = {}, width = 1280, height = 900) {
    await page.size(width, height, width < 400);
    await page.go("about:blank");
    await page.go(address(more));
    return until("State.now.frame !== null");
}

// Trains so many steps in all, and rests.
export async function train(steps) {
    await page.run("document.getElementById('play').click()");
    await until(`State.now.step >= ${steps}`);
    await page.run("State.now.playing && document.getElementById('play').click()");
    await until("!State.now.playing && State.now.frame.step === State.now.step");
    await page.settle();
}

// A key that moves a caret or a slider, which needs its code.
export async function move(key) {
    const at = { key, code: key, windowsVirtualKeyCode: { ArrowLeft: 37, ArrowRight: 39, End: 35, Home: 36 }[key] };
    await page.call("Input.dispatchKeyEvent", { type: "rawKeyDown", ...at });
    await page.call("Input.dispatchKeyEvent", { type: "keyUp", ...at });
    await page.settle();
}

// What the picture's letters spell.
export const letters = () =>
    page.run("[...document.querySelectorAll('.mirror .c text')].map(x => x.textContent).join('')");

// The button that begins with these words.
export const press = words => page.run(`[...document.querySelectorAll("button")].find(b =>
    b.textContent.startsWith(${JSON.stringify(words)})).click()`);

// The middle of a letter of the picture.
export const letter = j => page.run(`(() => {
    const r = document.querySelectorAll(".mirror .c text")[${j}].getBoundingClientRect();
    return [r.left + r.width / 2, r.top + r.height / 2];
})()`);

// Presses at a point, moves by dx and dy in ten steps, and lets go.
export async function drag(x, y, dx, dy) {
    const mouse = (type, part, buttons) => page.call("Input.dispatchMouseEvent",
        { type, x: x + dx * part, y: y + dy * part, button: "left", buttons, clickCount: 1 });
    await mouse("mousePressed", 0, 1);
    for (let k = 1; k <= 10; k++)
        await mouse("mouseMoved", k / 10, 1);
    await page.settle();
    await mouse("mouseReleased", 1, 0);
    await page.settle();
}

// The page's model in a file, and explain's JSON of it.
export async function saved() {
    const bytes = await page.run("Engine.save().then(x => Array.from(x))"), path = join(dir, "model.heed");
    writeFileSync(path, Uint8Array.from(bytes));
    return path;
}

export const explained = (model, asked, ...words) => JSON.parse(execFileSync(explain, ["--model", model, "--prompt",
    asked, "--json", "--threads", "1", ...words], { maxBuffer: 1 << 28 }).toString());
