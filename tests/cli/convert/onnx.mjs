/* ONNX Runtime's logits beside explain's: node onnx.mjs MODULES MODEL.onnx REPORT.json ... prints the largest absolute
 * difference. The reports are of explain --json; their prompts are one batch, padded at the end, which must not change
 * what comes before. MODULES is the node_modules folder with onnxruntime-node. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, model, ...names] = process.argv.slice(2);
const ort = createRequire(join(modules, 'x.js'))(join(modules, 'onnxruntime-node'));
const reports = names.map(name => JSON.parse(readFileSync(name)));
const length = Math.max(...reports.map(r => r.characters.length));
const ids = reports.flatMap(r => Array.from({ length }, (_, t) => BigInt(r.characters[t]?.id ?? t % 3)));

const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
const tokens = new ort.Tensor('int64', BigInt64Array.from(ids), [reports.length, length]);
const { logits } = await session.run({ tokens });

/* log(p_all) is the logits minus a constant, which the target's logit gives (explain reports it before the cap). */
function difference(report, i) {
    const cap = report.model.soft_cap, { pos, p_all, target } = report.answer, value = report.logit.value;
    const shift = (cap ? cap * Math.tanh(value / cap) : value) - Math.log(p_all[target]);
    const row = logits.data.subarray((i * length + pos) * p_all.length);
    return Math.max(...p_all.map((p, v) => Math.abs(Math.log(p) + shift - row[v])));
}
if (logits.dims.join() !== [reports.length, length, reports[0].answer.p_all.length].join())
    console.log('shape', logits.dims);
console.log(Math.max(...reports.map(difference)).toExponential(1));
