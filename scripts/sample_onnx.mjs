#!/usr/bin/env node
/* Continues a text with an exported model in ONNX Runtime, always with the most probable character, as
 * `sample --temp 0` does within the context:
 *
 *     convert run --to onnx run.onnx
 *     npm install onnxruntime-node
 *     node sample_onnx.mjs run.onnx 'The ' 100
 *
 * HEED_NODE_MODULES names another folder node_modules. The file needs no other: its metadata have the vocabulary, which
 * ONNX Runtime gives to programs in Python, C, C++, C# and Java; in JavaScript they are read from the file. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [path, prompt, count] = process.argv.slice(2);
if (!(Number(count) >= 0)) {
    console.error('usage: sample_onnx.mjs MODEL.onnx PROMPT N');
    process.exit(2);
}
const modules = process.env.HEED_NODE_MODULES;
const ort = createRequire(modules ? join(modules, 'x.js') : import.meta.url)(
    modules ? join(modules, 'onnxruntime-node') : 'onnxruntime-node');

/* ---- metadata ---- */

/* The fields [number, value] of a protocol buffer with varints and byte strings alone, as ONNX files are outermost. */
function* fields(bytes) {
    let at = 0;
    const varint = () => {
        let x = 0n, shift = 0n, c;
        do {
            c = bytes[at++];
            x |= BigInt(c & 127) << shift;
            shift += 7n;
        } while (c > 127);
        return Number(x);
    };
    while (at < bytes.length) {
        const key = varint(), x = varint();
        yield [key >> 3, (key & 7) === 2 ? bytes.subarray(at, at += x) : x];
    }
}

const METADATA = 14, KEY = 1, VALUE = 2;
const file = readFileSync(path), notes = {};
for (const [field, entry] of fields(file)) {
    if (field === METADATA) {
        const parts = Object.fromEntries(fields(entry));
        notes[parts[KEY].toString()] = parts[VALUE].toString();
    }
}
const vocab = JSON.parse(notes['tokenizer.json']).model.vocab;
const context = Number(/^context (\d+)$/m.exec(notes.heed)[1]);

/* ---- characters and tokens ---- */

const byteToken = b => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`;
const words = Object.keys(vocab).sort((a, b) => vocab[a] - vocab[b]);

/* A character is a token, or spelled as the bytes of its UTF-8. */
function encode(text) {
    return [...text].flatMap(c => c in vocab ? vocab[c] : [...Buffer.from(c)].map(b => {
        if (!(byteToken(b) in vocab))
            throw new Error(`the model does not know the character '${c}'`);
        return vocab[byteToken(b)];
    }));
}

function decode(ids) {
    const bytes = ids.map(i => /^<0x(..)>$/.exec(words[i])).map((byte, k) =>
        byte ? Buffer.from(byte[1], 'hex') : Buffer.from(words[ids[k]]));
    return Buffer.concat(bytes);
}

/* ---- the text ---- */

const session = await ort.InferenceSession.create(path, { intraOpNumThreads: 1 });

async function next(ids) {
    const read = ids.slice(-context);
    const tokens = new ort.Tensor('int64', BigInt64Array.from(read, BigInt), [1, read.length]);
    const { logits } = await session.run({ tokens });
    const last = logits.data.subarray(-words.length);
    return last.indexOf(Math.max(...last));
}

const ids = encode(prompt);
for (let i = 0; i < Number(count); i++)
    ids.push(await next(ids));
process.stdout.write(decode(ids));
