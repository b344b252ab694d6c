"use strict";
// The engine as the page sees it: a live session (src/live) in one worker. Every method returns a promise, which is
// rejected with a sentence for the reader; nothing here takes time on the main thread. Numbers of a frame are in double
// precision, at [(layer * heads + head) * n + query] * n + key; push is dL/ds, the gradient of the loss in a score.
const Engine = (() => {
    const listeners = { step: [], watch: [], sample: [], error: [], state: [], counted: [] };
    const waiting = new Map();
    let worker = null, next = 1;

    // ---- the worker, and the modules in the page ----

    const inert = id => document.getElementById(id) ? document.getElementById(id).textContent.trim() : "";

    async function unpack(base64) {
        const packed = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
        const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
        return new Uint8Array(await new Response(stream).arrayBuffer());
    }

    async function modules() {
        const found = {};
        for (const name of ["train-relaxed", "train-plain", "explain-relaxed", "explain-plain"]) {
            if (!inert(name))
                throw new Error("this page was built without WebAssembly: it can show, but not train");
            found[name] = await unpack(inert(name));
        }
        return found;
    }

    function pageWorker() {
        const url = URL.createObjectURL(new Blob([inert("worker")], { type: "text/javascript" }));
        return new Worker(url);
    }

    // A page that is busy gets no queue of frames: the worker waits until one has been seen.
    function tell(event, values) {
        try {
            for (const value of values)
                listeners[event].forEach(f => f(value));
        } finally {
            if (event === "watch")
                worker.postMessage({ seen: true });
        }
    }

    function receive({ id, value, error, event }) {
        if (event) {
            tell(event, event === "step" ? value : [value]);            // the steps of a slice come together
            return;
        }
        const { resolve, reject } = waiting.get(id);
        waiting.delete(id);
        if (error === undefined)
            resolve(value);
        else
            reject(new Error(error));
    }

    // The worker is gone: everything that still waits will get no answer.
    function lost(why) {
        const error = new Error(`the engine stopped: ${why}`);
        waiting.forEach(({ reject }) => reject(error));
        waiting.clear();
        listeners.error.forEach(f => f(error.message));
    }

    function call(method, args, transfer = []) {
        if (!worker)
            return Promise.reject(new Error("the engine has not started"));
        return new Promise((resolve, reject) => {
            waiting.set(next, { resolve, reject });
            worker.postMessage({ id: next++, method, args }, transfer);
        });
    }

    // {kernels: "wasm", fused: are multiply-adds in one rounding by relaxed SIMD?}. Outside a page, the bytes of the
    // four modules and a worker that runs wasi.js and worker.js are given.
    async function start({ bytes = null, make = pageWorker } = {}) {
        bytes = bytes || await modules();
        worker = make();
        worker.onmessage = message => receive(message.data);
        worker.onerror = event => lost(event.message || "an error without a message");
        return call("start", bytes);
    }

    // "step" {run, step, steps, loss, val_loss or null, speed in characters a second, done}; "watch" a frame, at most
    // 30 a second while training; "sample" {text, done}; "error" a sentence; "state" {playing, run, forked, sought};
    // "counted" the baselines, once, with the best n-gram.
    function on(event, f) {
        listeners[event].push(f);
        return () => listeners[event].splice(listeners[event].indexOf(f), 1);
    }

    const plain = name => args => call(name, args === undefined ? null : args);
    return {
        start, on,
        // ---- a run ----
        // {text, layers, heads, channels, context, batch, steps, seed, and any setting of `train` by its flag's name};
        // facts: {characters, vocab, parameters, layers, heads, channels, context, batch, steps, step, bytes,
        // baselines: {uniform, unigram, bigram, trigram, ngram, n}, notes: [sentence, ...]}; a baseline is null where
        // the text is too short for a validation part; ngram is null and n 0 until "counted"
        begin: plain("begin"),
        play: plain("play"),                    // {speed}: steps a second at most; 0 or none: as fast as it goes
        pause: plain("pause"),
        step: n => call("step", n === undefined ? 1 : n),
        open: bytes => call("open", bytes),     // facts, for watching and sampling, and with a text for training on
        extend: plain("extend"),                // n: facts; n more steps for every run, also after the last one
        corpus: (text, steps = 2000) => call("corpus", { text, steps }),            // facts
        save: plain("save"),                    // bytes of model.heed of the selected run, with its optimizer's moments
        // ---- looking ----
        watch: plain("watch"),                  // {prompt, target}: frame; target a character, or null: the likeliest
        derive: plain("derive"),                // {layer, head, i, j}, of the model without an edit
        why: plain("why"),                      // {layer, head, i, j}: the score in parts, as the key "why" of explain
                                                // --json has it (without sentences and what the head writes)
        writes: plain("writes"),                // the same: what the head writes for it, as "why.writes" there, with
                                                // chars: the characters of its tokens
        needs: plain("needs"),                  // {first, last, deleted, replaced, layer, head, row, change}: the word
                                                // that the target needs most, its p without it, its reader; or null
        edit: plain("edit"),                    // null: undo; then {frame} alone
        softness: plain("softness"),            // {factor}: frame; factor Infinity: hard attention
        positions: on => call("positions", Boolean(on)),        // frame; off: no rotation, no learned positions (a
                                                // convolution over the last characters, if the model has one, stays)
        seek: plain("seek"),                    // step or null: frame
        sample: plain("sample"),                // {prompt, n, temperature, seed}: text; events while it grows
        // ---- a second run ----
        fork: plain("fork"),                    // {change: {kind, ...}}: {run, step, reached}
        select: plain("select"),                // 0 or 1: frame
        drop: plain("drop"),                    // 0 or 1: the other one becomes run 0
        snapshots: plain("snapshots"),          // steps of the selected run that can be sought
        memory: plain("memory"),                // {train, watch}: bytes of the two modules; they never shrink
    };
})();
if (typeof module !== "undefined")
    module.exports = Engine;
