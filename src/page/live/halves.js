"use strict";
// The two modules of a live session with JavaScript's types: Train in float (src/live/export_train.c), Watch in double
// (export_watch.c). Both see the same files in memory. A call that fails throws the engine's sentence.
const Halves = (() => {
    const encoder = new TextEncoder(), decoder = new TextDecoder();
    const bytesOf = text => typeof text === "string" ? encoder.encode(text) : text;
    // JSON writes no infinity, and a page may say it in words
    const number = x => x === "Infinity" ? Infinity : Number(x);

    class Half {
        constructor({ exports, files, text, fused }) {
            Object.assign(this, { x: exports, files, text, fused });
        }
        fail() { throw new Error(this.text(this.x.heed_error()) || "out of memory"); }
        need(answer) { return answer || this.fail(); }
        floats(p, n) { return new Float32Array(this.x.memory.buffer, p, n); }
        doubles(p, n) { return new Float64Array(this.x.memory.buffer, p, n); }
        ints(p, n) { return new Int32Array(this.x.memory.buffer, p, n); }
        // calls f with the address and length of each text's bytes
        with(texts, f) {
            const held = texts.map(text => {
                const bytes = bytesOf(text), p = this.x.heed_alloc(bytes.length + 1);
                if (!p)
                    throw new Error(`out of memory for ${bytes.length} bytes`);
                const memory = new Uint8Array(this.x.memory.buffer, p, bytes.length + 1);
                memory.set(bytes);
                memory[bytes.length] = 0;
                return [p, bytes.length];
            });
            try {
                return f(...held.flat());
            } finally {
                held.forEach(([p]) => this.x.heed_free(p));
            }
        }
    }

    class Train extends Half {
        // settings by the names of `train`'s flags; what is null or no number is left to its default
        given(settings) {
            this.x.heed_given_none();
            for (const [flag, value] of Object.entries(settings)) {
                const x = typeof value === "boolean" ? Number(value) : value;
                if (typeof x === "number" && !Number.isNaN(x))
                    this.with([flag.replace(/-/g, "_")], key => this.need(this.x.heed_given(key, x)));
                else if (x !== null && x !== undefined)
                    throw new Error(`${flag}: a number is needed, not ${JSON.stringify(value).slice(0, 40)}`);
            }
        }
        begin(text, settings) {
            this.files.write("/text", bytesOf(text));
            this.given(settings);
            this.need(this.x.heed_begin());
        }
        open(bytes) {
            this.files.write("/model.heed", bytes);
            this.need(this.x.heed_open());
        }
        go_on(model, text, steps) {
            this.files.write("/model.heed", model);
            this.files.write("/text", bytesOf(text));
            this.need(this.x.heed_continue(steps));
        }
        facts(run) {
            const said = this.text(this.x.heed_facts(run));
            return JSON.parse(this.need(said));
        }
        // the facts with the best n-gram baseline
        count() {
            this.x.heed_count_text();
            return this.facts(0);
        }
        extend(run, steps) { this.need(this.x.heed_extend(run, steps)); }
        advance(run) {
            this.need(this.x.heed_advance(run));
            const [stepped, step, loss, val_loss, done, steps, evaluating] = this.doubles(this.x.heed_stepped(), 7);
            return { run, stepped: stepped > 0, step, steps, loss, val_loss: Number.isNaN(val_loss) ? null : val_loss,
                done: done > 0, evaluating: evaluating > 0 };
        }
        save(run, moments) {
            this.need(this.x.heed_save(run, moments));
            return this.files.read("/model.heed");
        }
        // the present parameters, or those of the snapshot at or before `step`, which is the second result
        numbers(run, step = null) {
            const p = step === null ? this.x.heed_numbers(run) : this.x.heed_past(run, step);
            const at = this.doubles(this.x.heed_stepped(), 6)[1];
            return [this.floats(this.need(p), this.x.heed_count(run)), at];
        }
        // changes the present parameters
        put(run, numbers) {
            this.floats(this.need(this.x.heed_numbers(run)), numbers.length).set(numbers);
            this.need(this.x.heed_take(run));
        }
        snapshots(run) { return JSON.parse(this.text(this.x.heed_snapshots(run))); }
        fork(from, step) { this.need(this.x.heed_fork(from, step === null ? -1 : step)); }
        change(run, { kind, word = "", layer = 0, head = 0, factor = 1 }) {
            const x = this.x;
            if (kind === "mask")
                this.with([word], (p, n) => this.need(x.heed_mask(run, p, n)));
            else if (kind === "freeze")
                this.need(x.heed_freeze(run, layer, head));
            else if (kind === "softness")
                this.need(x.heed_soften(run, number(factor)));
            else if (kind === "positions")
                this.need(x.heed_positions(run, false));
            else if (kind !== "none" && kind !== "score")
                throw new Error(`there is no change of the kind ${kind}`);
        }
        sample(n) {
            const p = this.need(this.x.heed_sample(n)), length = this.doubles(this.x.heed_stepped(), 6)[0];
            return new Uint8Array(this.x.memory.buffer, p, length).slice();
        }
    }

    const KINDS = ["token", "position", "head", "mlp", "bias"];
    const EDITS = { score: 0, weight: 1, ablate: 2, mask: 3 };

    class Watch extends Half {
        open(run, model) {
            this.files.write("/watch.heed", model);
            const ok = this.x.heed_watch_open(run);
            this.files.remove("/watch.heed");
            this.need(ok);
        }
        close(run) { this.x.heed_watch_close(run); }
        prompt(run, prompt, target) {
            this.with([prompt, target === null || target === undefined ? "" : target],
                (p, n, q, m) => this.need(this.x.heed_watch_prompt(run, p, n, q, m)));
        }
        take(run, numbers) {
            this.floats(this.need(this.x.heed_watch_numbers(run)), numbers.length).set(numbers);
            this.x.heed_watch_take(run);
        }
        give(run, count) {
            const p = this.need(this.x.heed_watch_numbers(run));
            this.x.heed_watch_give(run);
            return this.floats(p, count).slice();
        }
        said(n) { return [...this.doubles(this.x.heed_watch_said(), n)]; }
        array(run, which) { return this.x.heed_watch_array(run, which); }
        frame(run) {
            this.need(this.x.heed_watch_frame(run));
            const [layers, heads, n, vocab, target, loss, p, edited] = this.said(8);
            const cells = which => this.doubles(this.array(run, which), layers * heads * n * n).slice();
            return { layers, heads, n, target, loss, p, edited: edited > 0, weights: cells(0), scores: cells(1),
                push: cells(2), next: this.doubles(this.array(run, 3), vocab),
                order: this.ints(this.array(run, 4), vocab), ids: [...this.ints(this.array(run, 5), n)] };
        }
        view(run, { factor, positions, word }) {
            this.with([word || ""], (p, n) => this.need(this.x.heed_watch_view(run, factor, !positions, p, n)));
        }
        edit(run, edit, facts) {
            const { kind, layer = 0, head = 0, i = 0, j = 0, by = 0 } = edit;
            if (!(kind in EDITS))
                throw new Error(`there is no edit of the kind ${kind}`);
            const marks = this.marks(edit, facts);
            this.with(marks ? [marks] : [], (p = 0) =>
                this.need(this.x.heed_watch_edit(run, EDITS[kind], layer, head, i, j, by, p)));
            const [first, second, actual, p_before, p_after] = this.said(5);
            return { first, second, actual, p_before, p_after };
        }
        // a byte for each masked character, or for each ablated head; heads are such marks, or [{layer, head}, ...]
        marks({ kind, masked, heads }, { n, layers, heads: H }) {
            if (kind === "mask" && masked)
                return Uint8Array.from({ length: n }, (_, j) => Number(Boolean(masked[j])));
            if (kind !== "ablate" || !heads)
                return null;
            const marked = Uint8Array.from({ length: layers * H }, (_, k) => Number(heads[k] === true));
            for (const h of heads)
                if (h && typeof h === "object")
                    marked[h.layer * H + h.head] = 1;
            return marked;
        }
        undo(run) { this.x.heed_watch_undo(run); }
        derive(run, { layer, head, i, j }) {
            this.need(this.x.heed_watch_derive(run, layer, head, i, j));
            const [s, a, da, mean_da, ds, fd, error, ok, n, p] = this.said(10);
            const row = k => [...this.doubles(this.array(run, 6) + 8 * k * n, n)];
            return { layer, head, i, j, s, a, da, mean_da, ds, fd, error, ok: ok > 0, p, g_v: row(0), weights: row(1),
                scores: row(2) };
        }
        // a score in parts, named as in cli/explain/json/json.h
        why(run, { layer, head, i, j }) {
            this.need(this.x.heed_watch_why(run, layer, head, i, j));
            const [score, weight, content, at_zero, error, n] = this.said(6);
            const all = [...this.doubles(this.array(run, 7), n)], take = k => all.splice(0, k);
            const known = x => Number.isNaN(x) ? null : x;
            const unit = ([kind, l, h, back, sum, over, mean, ...without]) => ({ kind: KINDS[kind],
                layer: kind === 2 || kind === 3 ? l : null, head: kind === 2 ? h : null, back: back < 0 ? null : back,
                sum, over, content: known(mean), held: removal(without.slice(0, 3)), free: removal(without.slice(3)) });
            const removal = ([s, a, effect]) => ({ score: s, weight: a, effect: known(effect) });
            const side = () => {
                const [parts, units, cause, several, a, b, c, together, survives, first, last, after, w] = take(13);
                return { parts, units: Array.from({ length: units }, () => unit(take(13))),
                    cause: cause < 0 ? null : cause, together: [a, b, c].slice(0, several),
                    together_free: several > 0 ? { weight: together } : null,
                    reads: survives > 0 ? { first, last, after, weight: w } : null };
            };
            const [query_side, key_side] = [side(), side()];
            const cells = query_side.units.slice(0, query_side.parts).map(() => take(key_side.parts));
            return { layer, head, query: i, key: j, score, weight, content: known(content), at_zero: known(at_zero),
                error, query_side, key_side, cells };
        }
        // what the head writes for a key, named as the key "why.writes" of explain
        writes(run, { layer, head, i, j }, { layers, heads }) {
            this.need(this.x.heed_watch_writes(run, layer, head, i, j));
            const [target, rival, before, after, size, error] = this.said(6);
            const n = rival < 0 ? 1 : 2;
            const ways = [...this.doubles(this.array(run, 8), 2 * (3 + layers * (heads + 1)))];
            const take = k => Array.from({ length: k }, () => ways.splice(0, 2).slice(0, n));
            const [total, direct, norm] = take(3);
            return { layer, head, key: j, tokens: [target, rival].slice(0, n), p: [before, after], size, total, direct,
                norm, heads: take(layers * heads), mlps: take(layers), error };
        }
        // null: no word
        needs(run) {
            this.need(this.x.heed_watch_needs(run));
            const [any, first, last, deleted, replaced, layer, head, row, change] = this.said(9);
            return any > 0 ? { first, last, deleted, replaced, layer, head, row, change } : null;
        }
        pull(run, { layer, head, i, j, by }) {
            const reached = this.x.heed_watch_pull(run, layer, head, i, j, by);
            return Number.isNaN(reached) ? this.fail() : reached;
        }
    }

    return { Train, Watch, number, decoder };
})();
