// Tests the page of explain --html in a headless Chromium: explain_test.mjs CHROMIUM EXPLAIN MODEL HOSTILE DIR.
// MODEL is explained for a plain prompt, HOSTILE, trained on a text full of markup, for such a prompt, DIR/counts for
// its counts. Pages are written to DIR. Prints TAP.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { browser, check, data, dir, model, page, prompt, run, tally, text, url } from "./bench.mjs";
import * as views from "./views.mjs";
import * as told from "./story.mjs";
import { layout } from "./layout.mjs";
import * as hard from "./hard.mjs";
import { picture } from "./picture.mjs";
import { contrast } from "./contrast.mjs";
import { why } from "./why.mjs";
import { counts } from "./counts.mjs";
import { roles } from "./roles.mjs";

setTimeout(() => {
    console.log("Bail out! the browser does not answer");
    process.exit(1);                            // closes the pipe, which ends the browser
}, 540000).unref();

async function header() {
    await page.size(1024);
    await page.go(url("page.html"));
    check("the page loads only itself", page.requests.length === 1, page.requests);
    const whole = statSync(join(dir, "page.html")).size,
        inside = run(["--model", model, "--prompt", prompt, "--json"]).length;
    check("the page without its data is below 200 kB", whole - inside < 200000, whole - inside);
    check("the header shows the prompt", (await text("#prompt")).startsWith(prompt.replace(/ /g, "␣")),
        await text("#prompt"));
    check("and the sentence", await text("#sentence") === data.cause.sentence);
}

// An earlier page may be replaced, another file may not.
function keeps_other_files() {
    const other = join(dir, "other.txt");
    let refused = false;
    writeFileSync(other, "a corpus");
    try {
        run(["--model", model, "--prompt", prompt, "--html", other]);
    } catch {
        refused = true;
    }
    check("a file that is not a page is kept", refused && readFileSync(other, "utf8") === "a corpus");
    run(["--model", model, "--prompt", prompt, "--html", join(dir, "page.html")]);
    check("a page is replaced", readFileSync(join(dir, "page.html"), "utf8").includes("heed-explain-1"));
}

try {
    keeps_other_files();
    await header();
    await picture();
    await counts();
    await contrast();
    await why();
    await roles();
    for (const part of [views.tabs_work, views.story, told.derivation, told.address, told.steady, told.slides,
        told.words, views.heads, views.row, views.paths, views.edit, views.measured,
        hard.pictures]) {
        await part();
        check(`no error in ${part.name}`, page.errors.length === 0, page.errors);
    }
    for (const part of [hard.snapshots, layout, hard.trimmed, hard.hostile_text, hard.policy])
        await part();
} catch (e) {
    check("the test runs to its end", false, e.stack);
}
await browser.close();
console.log(`1..${tally.count}`);
process.exit(tally.failed ? 1 : 0);
