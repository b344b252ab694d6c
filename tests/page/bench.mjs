// Shared by the tests of the page: explain's JSON, its page in a browser, TAP output. For the arguments see
// explain_test.mjs.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { open_browser } from "./browser.mjs";

export { check, tally } from "./tap.mjs";

export const [, , chromium, explain, model, hostile, dir] = process.argv;
export const prompt = "Steve has a green thumb so he";
export const near = (x, y, relative, absolute = 0) => Math.abs(x - y) <= relative * Math.abs(y) + absolute;
export const run = (words, input = "") => execFileSync(explain, [...words, "--threads", "1"],
    { input, maxBuffer: 1 << 28 }).toString();
export const json = (...words) => JSON.parse(run(["--model", model, "--prompt", prompt, "--json", ...words]));
export const url = name => pathToFileURL(join(dir, name)).href;
const opening = '<script id="data" type="application/json">';

// The program's page with its data replaced.
export function other_page(name, data) {
    const html = readFileSync(join(dir, "page.html"), "utf8"), from = html.indexOf(opening) + opening.length;
    const text = JSON.stringify(data).replace(/[<>&\u2028\u2029]/g,
        c => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
    writeFileSync(join(dir, name), html.slice(0, from) + text + html.slice(html.indexOf("</script>", from)));
    return url(name);
}

run(["--model", model, "--prompt", prompt, "--html", join(dir, "page.html")]);
export const data = json(), t = data.trace, n = data.characters.length;
export const browser = await open_browser(chromium);
export const page = await browser.open_page();
export const text = selector => page.run(`document.querySelector(${JSON.stringify(selector)}).textContent`);
export const value = selector =>
    page.run(`Number(document.querySelector(${JSON.stringify(selector)}).dataset.value)`);
export const selected = () => page.run("document.querySelector('[role=tab][aria-selected=true]').id.slice(4)");
export const chosen = () => page.run("['layer', 'head', 'row', 'key'].map(name => State.now[name] === null ? '' " +
    ": String(State.now[name]))");
export const tabs = ["story", "heads", "row", "paths", "edit", "snapshots"];

// The coordinates of a point in a picture, scrolled into view.
export const spot = (selector, x, y) => page.run(`(() => {
    const c = document.querySelector(${JSON.stringify(selector)});
    c.scrollIntoView({ block: "center" });
    const r = c.getBoundingClientRect();
    return [r.left + ${x}, r.top + ${y}, c.width];
})()`);

// The number of colours in a picture; more than one if something was drawn.
export const drawn = selector => page.run(`(() => {
    const c = document.querySelector(${JSON.stringify(selector)});
    const p = new Uint32Array(c.getContext("2d").getImageData(0, 0, c.width, c.height).data.buffer);
    return new Set(p).size;
})()`);
