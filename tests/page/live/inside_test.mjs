// What `heed live` puts into the page: inside_test.mjs CHROMIUM PAGE EXPLAIN DIR. PAGE has the model of DIR/run, the
// text DIR/text and a prompt inside; DIR/text.html the text alone. Prints TAP.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { browser, check, dir, explained, file, near, page, saved, state, tally, text, until } from "./bench.mjs";

const learned = readFileSync(join(dir, "text"), "utf8"), prompt = "The cat 3 sat </s";

setTimeout(() => {
    console.log("Bail out! the browser does not answer");
    process.exit(1);
}, 240000).unref();

async function both() {
    await page.size(1280);
    await page.go(pathToFileURL(file).href);
    check("the model opens", await until("State.now.opened && State.now.frame !== null && State.now.frame.step === 30"),
        await text("#sentence"));
    check("with its prompt", (await state("prompt")).prompt === prompt, await state("prompt"));
    const there = explained(join(dir, "run"), prompt), f = (await state("frame")).frame;
    check("and expects what explain says", near(f.next[0].p, Math.max(...there.answer.p_all), 1e-9) &&
        f.target === there.vocabulary[there.answer.target].text, f.next[0], there.answer.p);
    await page.run("Session.play()");
    check("Play trains it on with the text", await until("State.now.step > 40 && !State.now.opened"),
        await state("step"));
    await page.run("Session.pause()");
    await until("!State.now.playing && State.now.frame.step === State.now.step");
    const now = (await state("frame")).frame, native = explained(await saved(), prompt);
    check("and what it saves, explain opens", near(now.next[0].p, Math.max(...native.answer.p_all), 1e-9), now.next[0]);
}

async function alone() {
    await page.go(pathToFileURL(join(dir, "text.html")).href);
    await until("State.now.frame !== null");
    check("a text alone is chosen", await page.run("Session.source().text") === learned, await text("#source"));
    check("and shown", (await page.run("document.getElementById('text').value")).startsWith("The cat 0 sat </script>"));
    check("as text", await page.run("typeof broken") === "undefined");
}

try {
    for (const part of [both, alone]) {
        await part();
        check(`no error in ${part.name}`, page.errors.length === 0, page.errors.slice(0, 3));
    }
} catch (e) {
    check("the test runs to its end", false, e.stack);
}
await browser.close();
console.log(`1..${tally.count}`);
process.exit(tally.failed ? 1 : 0);
