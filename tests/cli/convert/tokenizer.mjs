/* Encodes and decodes a text with the library tokenizers: node tokenizer.mjs MODULES tokenizer.json TEXT-FILE writes
 * a line of token ids, then the text they decode to. MODULES is the node_modules folder with @anush008/tokenizers. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [modules, tokenizer, file] = process.argv.slice(2);
const { Tokenizer } = createRequire(join(resolve(modules), 'x.js'))('@anush008/tokenizers');
const loaded = Tokenizer.fromFile(tokenizer);
const ids = Array.from((await loaded.encode(readFileSync(file, 'utf8'))).getIds());
process.stdout.write(ids.join(' ') + '\n' + await loaded.decode(ids, false));
