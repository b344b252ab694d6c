// What the guided start says, and the texts of the page that learns, without a page: told_test.mjs. Each step must say
// what was measured whichever way it went. Prints TAP.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { check, tally } from "../tap.mjs";

const src = join(dirname(fileURLToPath(import.meta.url)), "../../../src/page");
const scripts = ["shared/num.js", "live/guide/told.js", ...["rng", "names", "lesson", "copies", "texts"]
    .map(name => `live/texts/${name}.js`)].map(name => readFileSync(join(src, name), "utf8")).join("\n");
const context = createContext({ Bar: { count: String } });
const { Told, Texts, Lesson, Copies } = runInContext(scripts + "\n;({ Told, Texts, Lesson, Copies })", context);

// says STEP CASES: of each case [what, measured, right guess, words that must be there, words that must not]
function says(step, cases) {
    for (const [what, measured, right, yes, no] of cases) {
        const told = Told[step](measured), say = told.say.replace(/(\.0+)?\s%/g, " %");
        check(`${step}: ${what}`, told.right === right && yes.test(say) && !(no && no.test(say)) &&
            !/undefined|NaN|null|–/.test(say), say, told.right, right);
    }
}

const best = { layer: 0, head: 1, a: 0.93, ds: 0.2 }, other = { layer: 1, head: 0, a: 0.7 };
says("untrained", [
    ["even", { p: 0.02, of: 50 }, 0, /2 %.*1\/50 = 2 %.*no idea.*3\.91 for d/, /leans/],
    ["leaning", { p: 0.3, of: 50 }, 1, /leans, by chance/, /no idea/],
    ["sure", { p: 0.9, of: 50 }, 2, /90 %/]]);
const levels = (...steps) => ({ at: ["letters", "pairs", "triples"].map((what, k) => ({ what, level: 3 - k,
    step: steps[k] })), end: 0.2 });
says("training", [
    ["all passed", levels(5, 20, 40), 0, /From step 5 on .*letters.*From step 40 on .*triples/, /never/],
    ["the first never", levels(null, 20, 40), 1, /never did better than counting letters/],
    ["none passed", levels(null, null, null), null, /never.*never.*never/]]);
const words = drop => ["Steve", "thumb"].map((text, k) => ({ text, before: 0.99, after: 0.99 - k * drop }));
says("hidden", [
    ["one decides", words(0.9), 1, /Without “thumb” d has 9 %.*“thumb” makes the difference/, /None/],
    ["none does", words(0.01), null, /None of these words/, /makes the difference\. Nobody/]]);
says("looking", [
    ["none", { n: 0, all: 8, best, other, from: "e" }, 0, /^0 of 8.*But head 1\.0 gives it 70 % from “e”/, /now shown/],
    ["two", { n: 2, all: 8, best, other, from: "e" }, 1, /head 0\.1 gives it most: 93 %.*now shown/, /two hops/],
    ["many", { n: 5, all: 8, best, other, from: "e" }, 2, /^5 of 8/]]);
says("pushing", [
    ["less", { best, ds: 0.2, all: 1e-17, loss: 6 }, 1, /\+0\.200: look less.*sum to 0:/],
    ["more", { best, ds: -0.2, all: -1e-17, loss: 6 }, 0, /−0\.200: look more.*sum to 0:/],
    ["none", { best, ds: 0, all: 0, loss: 6 }, 2, /no push/]]);
const effect = actual => ({ best, letter: "b", first: 0.1, actual, p_before: 0.99, p_after: 0.5 });
says("promised", [
    ["kept", effect(0.11), 0, /promised \+0\.100;.*says \+0\.110/, /the ground bends/],
    ["more", effect(0.9), 1, /the ground bends/],
    ["less", effect(0.01), 2, /the ground bends/],
    ["the other way", effect(-0.9), 1, /says −0\.900/]]);
const rows = (...p) => ({ rows: p.map((x, k) => ({ step: 10 * k, p: x })), steps: 10 * (p.length - 1) });
says("past", [
    ["slowly", rows(0.02, 0.4, 0.5, 0.7, 0.8, 0.95), 0,
        /Up to step 20 it wavered: d had 40 % to 50 %.*From step 50 on/],
    ["suddenly", rows(...Array(20).fill(0.4), 0.95, 0.99), 1, /That took 10 of 210 steps/],
    ["once sure, then not", rows(0.02, 0.99, 0.3), 2, /At the end d has 30 %/, /From step/]]);
says("hard", [
    ["nothing", { before: 3, after: 0 }, 2, /summed to 3 .*they sum to 0\..*no slope/],
    ["the same", { before: 3, after: 2.9 }, 1, /sum to 2\.90/, /no slope/],
    ["more", { before: 3, after: 9 }, 0, /sum to 9/, /no slope/]]);
const fork = (moved, after) => ({ best, letter: "b", step: 200, steps: 150, before: 0.9, moved, after, p: 0.98 });
says("agreed", [
    ["undone", fork(0.1, 0.85), 1, /was 90 % at step 200\. .*made it 10 %; 150 steps later it is 85 %.*undid most/],
    ["kept", fork(0.1, 0.2), 0, /kept most of the change/, /undid/],
    ["nothing to undo", fork(0.895, 0.9), null, /hardly moved/]]);
const spots = [best, other, { layer: 1, head: 1, a: 0.95 }];
says("copied", [
    ["an induction head", { spots, most: 2, p: 0.99, start: 170, end: 220 }, 2,
        /head 1\.1 gives the d .*95 %.*induction head.*between steps 170 and 220/],
    ["the letter itself", { spots, most: 0, p: 0.3, start: 170, end: null }, 0, /30 %/, /induction|between/]]);

// ---- the texts ----

const text = Object.fromEntries(Texts.map(t => [t.id, t.text()]));
for (const t of Texts) {
    check(`${t.id}: the same text every time, of a few pages`, text[t.id] === t.text() && text[t.id].length > 20000 &&
        text[t.id].length < 100000, text[t.id].length);
    const asked = [...t.prompt + (t.target || "")];
    check(`${t.id}: knows the characters of its prompt`, asked.every(c => text[t.id].includes(c)), asked);
}
check("no seed's lesson has the sentences that are asked", Array.from({ length: 40 }, (_, k) => Lesson.text(k + 1))
    .every(lesson => Lesson.asked.every(a => !lesson.includes(a))));
const sentences = text.lesson.trim().split("\n"), ends = what => sentences.filter(s => s.endsWith(what)).length;
check("a thumb is in the garden, a car in the garage", sentences.every(s => !/gar(den|age)\.$/.test(s) ||
    /thumb/.test(s) === /garden\.$/.test(s)) && ends("garden.") > 100 && ends("garage.") > 100);
check("and both are as frequent", Math.abs(ends("garden.") / ends("garage.") - 1) < 0.25, ends("garden."),
    ends("garage."));
check("no sentence has both clues", !sentences.some(s => /thumb/.test(s) && /car\b/.test(s)));
const lines = text.copy.trim().split("\n").map(line => line.split(" "));
check("copies are copies", lines.every(([a, b, ...more]) => a === b && more.length === 0));
check("without a letter twice in a word", lines.every(([a]) => new Set(a).size === a.length));
check("in several lengths, so that no distance will do", new Set(lines.map(([a]) => a.length)).size >= 5);
check("another seed makes another text", Copies.text(2) !== text.copy && Lesson.text(2) !== text.lesson);

console.log(`1..${tally.count}`);
process.exit(tally.failed ? 1 : 0);
