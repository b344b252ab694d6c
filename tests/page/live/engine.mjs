// The page's engine in node: engine.js in this thread, and wasi.js, halves.js and worker.js in a worker thread that
// looks like a page's worker.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

const src = join(dirname(fileURLToPath(import.meta.url)), "../../../src");
const source = ["wasm/wasi.js", "page/live/halves.js", "page/live/worker.js"]
    .map(name => readFileSync(join(src, name), "utf8")).join("\n");
const shim = `const { parentPort } = require("node:worker_threads"), self = { onmessage: null,
    postMessage: (message, transfer) => parentPort.postMessage(message, transfer) };
parentPort.on("message", data => self.onmessage({ data }));\n`;

export const Engine = createRequire(import.meta.url)(join(src, "page/live/engine.js"));

let thread = null;

function make() {
    thread = new Worker(shim + source, { eval: true });
    const worker = { postMessage: (message, transfer) => thread.postMessage(message, transfer) };
    thread.on("message", data => worker.onmessage({ data }));
    thread.on("error", error => worker.onerror(error));
    return worker;
}

// Starts it with the modules in a folder.
export function start(folder) {
    const bytes = {};
    for (const name of ["train-relaxed", "train-plain", "explain-relaxed", "explain-plain"])
        bytes[name] = new Uint8Array(readFileSync(join(folder, `${name}.wasm`)));
    return Engine.start({ bytes, make });
}

export const end = () => thread.terminate();
