// Drives the page of explain --html in a headless Chromium: explain_test.mjs CHROMIUM EXPLAIN MODEL HOSTILE DIR.
// MODEL is explained for a plain prompt; HOSTILE, trained on a text full of markup, for a prompt of that;
// pages lie in DIR. Reports by TAP.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { browser, check, data, dir, model, page, prompt, run, tally, text, url } from "./bench.mjs";
import * as views from "./views.mjs";
import * as hard from "./hard.mjs";

setTimeout(() => {
    console.log("Bail out! the browser does not answer");
    process.exit(1);                            // its end of the pipe closes, and so it ends, too
}, 240000).unref();

async function begins() {
    await page.size(1024);
    await page.go(url("page.html"));
    check("the page loads nothing but itself", page.requests.length === 1, page.requests);
    const whole = statSync(join(dir, "page.html")).size,
        inside = run(["--model", model, "--prompt", prompt, "--json"]).length;
    check("without its data the page is below 110 kB", whole - inside < 110000, whole - inside);
    check("the prompt stands above", (await text("#prompt")).startsWith(prompt.replace(/ /g, "␣")),
        await text("#prompt"));
    check("so does the sentence", await text("#sentence") === data.sentence);
}

// The page of an earlier run may be replaced, a text may not.
function keeps_other_files() {
    const other = join(dir, "other.txt");
    let refused = false;
    writeFileSync(other, "a corpus");
    try {
        run(["--model", model, "--prompt", prompt, "--html", other]);
    } catch {
        refused = true;
    }
    check("a file that is no page stays as it is", refused && readFileSync(other, "utf8") === "a corpus");
    run(["--model", model, "--prompt", prompt, "--html", join(dir, "page.html")]);
    check("a page is replaced", readFileSync(join(dir, "page.html"), "utf8").includes("heed-explain-1"));
}

try {
    keeps_other_files();
    await begins();
    for (const part of [views.tabs_work, views.story, views.heads, views.row, views.paths, views.nudge,
        hard.pictures]) {
        await part();
        check(`no error in ${part.name}`, page.errors.length === 0, page.errors);
    }
    for (const part of [hard.replay, hard.widths, hard.trimmed, hard.hostile_text, hard.policy])
        await part();
} catch (e) {
    check("the page can be driven", false, e.stack);
}
await browser.close();
console.log(`1..${tally.count}`);
process.exit(tally.failed ? 1 : 0);
