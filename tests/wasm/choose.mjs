// Which module Wasi.choose takes: choose.mjs RELAXED PLAIN prints whether this engine fuses, and the kernels in use.
import fs from "node:fs";
import Wasi from "../../src/wasm/wasi.js";

const [relaxed, plain] = process.argv.slice(2).map(name => fs.readFileSync(name));
const heed = await Wasi.choose(relaxed, plain);
console.log(heed.fused ? "fused" : "plain", heed.text(heed.exports.heed_kernels()));
