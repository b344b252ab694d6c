// Tests the page that learns in a headless Chromium: views_test.mjs CHROMIUM PAGE EXPLAIN DIR. PAGE is the built
// live.html; models go to DIR, for EXPLAIN. Prints TAP.
import { browser, check, page, tally } from "./bench.mjs";
import { numbers } from "./numbers.mjs";
import { hands } from "./hands.mjs";
import { looks } from "./looks.mjs";

setTimeout(() => {
    console.log("Bail out! the browser does not answer");
    process.exit(1);                            // closes the pipe, which ends the browser
}, 540000).unref();

try {
    for (const part of [...numbers, ...hands, ...looks]) {
        await part();
        check(`no error in ${part.name}`, page.errors.length === 0, page.errors.slice(0, 3));
    }
} catch (e) {
    check("the test runs to its end", false, e.stack);
}
await browser.close();
console.log(`1..${tally.count}`);
process.exit(tally.failed ? 1 : 0);
