/* llama.cpp's greedy continuation: node llama.mjs MODULES MODEL.gguf PROMPT N CONTEXT writes PROMPT and N more
 * characters. MODULES is the node_modules folder with node-llama-cpp. */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [modules, model, prompt, count, context] = process.argv.slice(2);
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(join(modules, 'node-llama-cpp/dist/index.js')));
const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
const loaded = await llama.loadModel({ modelPath: model, gpuLayers: 0 });
const sequence = (await loaded.createContext({ contextSize: Number(context), threads: 1 })).getSequence();
const tokens = loaded.tokenize(prompt, false);
const answer = [];
for await (const token of sequence.evaluate(tokens, { temperature: 0 })) {
    answer.push(token);
    if (answer.length >= Number(count))
        break;
}
process.stdout.write(loaded.detokenize([...tokens, ...answer], true), () => process.exit(0));
