"use strict";
// What each step of the guided start says of its measurement, whichever way it went: { right, say }, the number of the
// right guess, or null if none is, and the sentences. Nothing here looks at the page.
const Told = (() => {
    const { percent, show, signed } = Num, count = x => Bar.count(x);
    const head = h => `head ${h.layer}.${h.head}`;
    const even = x => Math.abs(x) < 1e-9 ? "0" : signed(x);

    // { p, of }: p of d before the first step, with that many different characters.
    function untrained({ p, of }) {
        const blank = p < 2 / of && p > 0.5 / of;
        return { right: p < 0.2 ? 0 : p < 0.8 ? 1 : 2,
            say: `It gives d ${percent(p)}. The text has ${of} different characters; guessing evenly gives each ` +
                `1/${of} = ${percent(1 / of)}. ${blank ? "So it has no idea." : "So it leans, by chance."} The loss ` +
                `is −log p: ${show(-Math.log(p), 3)} for d. All that training does is lower it.` };
    }

    // { at: [{ what, level, step or null }], end }: when the loss passed what counting reaches, and the last loss.
    function training({ at, end }) {
        const passed = x => x.step === null
            ? `It never did better than counting ${x.what} (${show(x.level, 3)}).`
            : `From step ${count(x.step)} on it did better than counting ${x.what} (${show(x.level, 3)}).`;
        const first = at.findIndex(x => x.step !== null);
        return { right: first < 0 ? null : Math.min(first, 1),
            say: at.map(passed).join(" ") + ` In the end its loss is ${show(end, 3)}. Counting short runs of ` +
                `letters cannot tell garden from garage, since “gar” goes on either way.` };
    }

    // [{ text, before, after }]: p of d with each word hidden.
    function hidden(words) {
        const drops = words.map(w => w.before - w.after), most = drops.indexOf(Math.max(...drops));
        const decides = drops[most] > 0.05;
        return { right: decides ? most : null,
            say: words.map(w => `Without “${w.text}” d has ${percent(w.after)}.`).join(" ") + (decides
                ? ` “${words[most].text}” makes the difference. Nobody told the model; the loss did.`
                : " None of these words alone makes the difference.") };
    }

    // { n, all, best, other, from }: heads that give “thumb” more than half; who gives it most from the last letter,
    // and from anywhere.
    function looking({ n, all, best, other, from }) {
        return { right: n < 1 ? 0 : n < 3 ? 1 : 2,
            say: `${n} of ${all}. From the last r, ${head(best)} gives it most: ${percent(best.a)}. ` + (n > 0
                ? "That head is now shown. Look at the others, too, and type car for thumb."
                : `But ${head(other)} gives it ${percent(other.a)} from “${from}”: the word may reach the end in ` +
                    `two hops.`) };
    }

    // { best, ds, all, loss }: the push on “thumb” in that head, and on its whole row, if a were right.
    function pushing({ best, ds, all, loss }) {
        const none = Math.abs(ds) < 1e-6, way = none ? "no push" : ds < 0 ? "look more" : "look less";
        return { right: none ? 2 : ds < 0 ? 0 : 1,
            say: `The loss of a is ${show(loss, 3)}. In ${head(best)} the pushes on “thumb” sum to ${signed(ds)}: ` +
                `${way}. Those of the whole row sum to ${even(all)}: the weights sum to 1, so what one letter ` +
                `gains, others pay. Click a letter for its numbers.` };
    }

    // { best, letter, first, actual, p_before, p_after }: a score lowered by 3; promised, and really run.
    function promised({ best, letter, first, actual, p_before, p_after }) {
        const same = Math.abs(actual - first) <= 0.25 * Math.abs(first), more = Math.abs(actual) > Math.abs(first);
        return { right: same ? 0 : more ? 1 : 2,
            say: `For “${letter}” in ${head(best)} the gradient promised ${signed(first)}; the model, really run, ` +
                `says ${signed(actual)}. d goes from ${percent(p_before)} to ${percent(p_after)}. ` + (same ? ""
                : "A gradient is the slope where one stands; further on, the ground bends. ") +
                "Drag letters up and down yourself: for short ways the promise holds." };
    }

    // From the last time that it doubted to the first from which on it is sure; null if it is not sure at the end.
    function found(rows) {
        const doubt = rows.map(r => r.p < 0.9).lastIndexOf(true);
        if (doubt === rows.length - 1)
            return null;
        const before = rows.slice(0, doubt + 1).map(r => r.p < 0.6).lastIndexOf(true);
        return { from: before < 0 ? 0 : rows[before].step, to: rows[doubt + 1].step };
    }

    // { rows: [{ step, p }], steps }: p of d at the snapshots, and the steps of the training.
    function past({ rows, steps }) {
        const f = found(rows);
        if (f === null)
            return { right: 2, say: `At the end d has ${percent(rows[rows.length - 1].p)}. Another seed may find ` +
                `it.` };
        const early = rows.filter(r => r.step > 0.05 * steps && r.step <= f.from).map(r => r.p);
        const wavered = early.length ? `Up to step ${count(f.from)} it wavered: d had ` +
            `${percent(Math.min(...early))} to ${percent(Math.max(...early))}. ` : "";
        return { right: f.to - f.from < 0.1 * steps ? 1 : 0,
            say: `${wavered}From step ${count(f.to)} on d has more than 90 %. That took ${count(f.to - f.from)} of ` +
                `${count(steps)} steps. Drag along the curve and watch a head settle on the word.` };
    }

    // { before, after }: the sum of |dL/ds| with softmax and with a hard maximum.
    function hard({ before, after }) {
        return { right: after === 0 ? 2 : after > 1.5 * before ? 0 : 1,
            say: `With a as the right answer, the pushes from the last letter summed to ${show(before, 3)} in all ` +
                `heads. Hard, they sum to ${show(after, 3)}. ` + (after === 0
                ? "A hard choice has no slope: moving a score a little changes nothing, so queries and keys would " +
                    "learn nothing. Soft attention lets every letter pull." : "") };
    }

    // { best, letter, step, steps, before, moved, after, p }: a weight before and after the push, and some steps later.
    function agreed({ best, letter, step, steps, before, moved, after, p }) {
        const gap = moved - before, left = Math.abs(gap) < 0.02 ? null : (after - before) / gap;
        const verdict = left === null ? "The push hardly moved this weight, so there was nothing to undo."
            : left > 0.5 ? "Training kept most of the change: it did without that weight."
                : "Training undid most of the change: the loss wanted that weight back.";
        return { right: left === null ? null : left > 0.5 ? 0 : 1,
            say: `The weight of “${letter}” in ${head(best)} was ${percent(before)} at step ${count(step)}. The ` +
                `push made it ${percent(moved)}; ${count(steps)} steps later it is ${percent(after)}. ${verdict} ` +
                `The second run gives d ${percent(p)}. Each line of the curve is a run.` };
    }

    // { spots: [the b itself, the first b, the d behind it], most, p, start, end }: the largest weight that a head
    // gives to each, which of them is largest, and when the loss fell.
    function copied({ spots: [, first, behind], most, p, start, end }) {
        const fell = start !== null && end !== null ? ` The loss fell from 2.9 to 2 between steps ${count(start)} ` +
            `and ${count(end)}: go back along the curve and see the head form.` : "";
        return { right: most,
            say: `It gives d ${percent(p)}. Of all heads, ${head(behind)} gives the d behind the first b most, ` +
                `${percent(behind.a)}; ${head(first)} gives that b most, ${percent(first.a)}.` + (most === 2
                ? " A head that finds where the present letter stood before, and reads on from there, is called an " +
                    "induction head. Large language models have them, too." : "") + fell };
    }

    return { untrained, training, hidden, looking, pushing, promised, past, hard, agreed, copied };
})();
