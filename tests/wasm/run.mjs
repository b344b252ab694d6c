// Runs a module as a program: run.mjs MODULE [ARGUMENT ...]. Files and folders that the arguments name are in its
// memory, and what it writes below the folder after --out is copied to the disk.
import fs from "node:fs";
import path from "node:path";
import Wasi from "../../src/wasm/wasi.js";

const [module, ...args] = process.argv.slice(2), files = new Wasi.Files();
const out = args.includes("--out") ? args[args.indexOf("--out") + 1] : null;

function take(name) {
    const is = fs.statSync(name, { throwIfNoEntry: false });
    if (is && is.isFile())
        files.write(name, fs.readFileSync(name));
    else if (is && is.isDirectory())
        fs.readdirSync(name).forEach(each => take(path.join(name, each)));
}

args.forEach(take);
const streams = { 1: process.stdout, 2: process.stderr };
const code = Wasi.run(new WebAssembly.Module(fs.readFileSync(module)), [path.basename(module), ...args], files,
                      (text, fd) => streams[fd].write(text));
for (const name of out ? files.names(out) : []) {
    fs.mkdirSync(path.dirname(name), { recursive: true });
    fs.writeFileSync(name, files.read(name));
}
process.exitCode = code;
