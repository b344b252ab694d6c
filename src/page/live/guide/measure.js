"use strict";
// What the guided start measures in the page, so that it can say what happened and not what should have.
const Measure = (() => {
    const now = State.now;
    let waiting = [];

    // Resolves once f() holds; checked whenever the state changes. Never, if stop() comes first.
    const until = f => new Promise(done => {
        waiting.push({ f, done });
        State.notify();
    });

    function check() {
        const ready = waiting.filter(w => w.f());
        waiting = waiting.filter(w => !ready.includes(w));
        ready.forEach(w => w.done());
    }

    const stop = () => { waiting = []; };
    const pause = ms => new Promise(done => setTimeout(done, ms));
    const last = f => f.n - 1;

    // A word of the watched prompt as { first, last }; null if it is not there.
    function word(text) {
        const first = Session.watched().join("").indexOf(text);
        return first < 0 ? null : { first, last: first + text.length - 1 };
    }

    // The weight that the last character gives to the characters first to last in one head, and the push on them.
    function share(f, layer, head, { first, last: to }, row = last(f)) {
        let a = 0, ds = 0;
        for (let j = first; j <= Math.min(to, row); j++) {
            a += f.weights[Frames.at(f, layer, head, row, j)];
            ds += f.push[Frames.at(f, layer, head, row, j)];
        }
        return { layer, head, a, ds };
    }

    // The same of all heads, the largest weight first.
    function shares(f, place) {
        const all = [];
        for (let layer = 0; layer < f.layers; layer++)
            for (let head = 0; head < f.heads; head++)
                all.push(share(f, layer, head, place));
        return all.sort((x, y) => y.a - x.a);
    }

    // Who gives them most from anywhere behind: { layer, head, row, a }.
    function reader(f, place) {
        let best = null;
        for (let row = place.last + 1; row < f.n; row++)
            for (const { layer, head } of shares(f, place)) {
                const { a } = share(f, layer, head, place, row);
                if (best === null || a > best.a)
                    best = { layer, head, row, a };
            }
        return best;
    }

    // Of the characters first to last, the one with the most weight from the last character.
    function heaviest(f, layer, head, { first, last: to }) {
        let best = first;
        for (let j = first; j <= to; j++)
            if (f.weights[Frames.at(f, layer, head, last(f), j)] > f.weights[Frames.at(f, layer, head, last(f), best)])
                best = j;
        return best;
    }

    // The sum of |dL/ds| of the last character's rows, all heads.
    const pushes = f => Num.sum(shares(f, { first: 0, last: -1 }).map(h => Frames.push(f, h.layer, h.head, last(f))));

    // Runs forward with a change; what the engine measured.
    async function changed(change) {
        await Session.edit(change);
        await until(() => now.effect !== null && JSON.stringify(now.change) === JSON.stringify(change));
        return now.effect;
    }

    // p of the target with each of the words masked in turn, shown as long as one can read it.
    async function masked(words) {
        const found = [];
        for (const text of words) {
            const w = word(text), n = Session.watched().length;
            const e = await changed({ kind: "mask", word: text,
                masked: Array.from({ length: n }, (_, j) => w.first <= j && j <= w.last) });
            found.push({ text, before: e.p_before, after: e.p_after });
            await pause(500);
        }
        await Session.undo();
        return found;
    }

    // p of a character at the snapshots of the run, from the first to the present.
    async function history(char) {
        const found = [];
        for (const step of await Engine.snapshots()) {
            await Session.seek(step);
            found.push({ step: now.frame.step, p: Frames.odds(now.frame, char) });
            await pause(60);
        }
        await Session.seek(null);
        found.push({ step: now.frame.step, p: Frames.odds(now.frame, char) });
        return found;
    }

    // The loss of a run as means of `wide` steps; the first step at which they are below a level, or null.
    function below(rows, level, wide = 5) {
        for (let k = wide; k <= rows.length; k++)
            if (Num.sum(rows.slice(k - wide, k).map(r => r.loss)) / wide < level)
                return rows[k - 1].step;
        return null;
    }

    State.listen(check);
    return { until, stop, pause, word, share, shares, reader, heaviest, pushes, changed, masked, history, below, last };
})();
