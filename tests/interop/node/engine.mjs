// N3.js reads and holds the data, Comunica answers, rdf-canonize hashes. Told what to do by lines on standard input: a
// command and its arguments, separated by tabs; each is answered by one line, "ok" or "error" and a message.
// Commands: load FILE, ask QUERY-FILE RESULT-FILE, construct QUERY-FILE RESULT-FILE, dump FILE, hash.
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { QueryEngine } from '@comunica/query-sparql-rdfjs';
import { JsonLdParser } from 'jsonld-streaming-parser';
import { Parser, Store, Writer } from 'n3';
import { canonize } from 'rdf-canonize';

const formats = { ttl: 'text/turtle', nt: 'application/n-triples', trig: 'application/trig' };
const engine = new QueryEngine();
let store = new Store();

const commands = {
  async load(file) {
    store = new Store();
    const ending = file.replace(/\.gz$/, '').split('.').pop();
    if (ending === 'jsonld') {
      const parser = new JsonLdParser();
      createReadStream(file).pipe(parser);
      parser.on('data', quad => store.addQuad(quad));
      await finished(parser);
      return;
    }
    let input = createReadStream(file);
    if (file.endsWith('.gz')) input = input.pipe(createGunzip());
    const chunks = [];
    for await (const chunk of input) chunks.push(chunk);
    store.addQuads(new Parser({ format: formats[ending] }).parse(Buffer.concat(chunks).toString('utf8')));
  },
  ask: (query, result) => answer(query, result, 'application/sparql-results+json'),
  construct: (query, result) => answer(query, result, 'application/n-triples'),
  async dump(file) {
    writeFileSync(file, new Writer({ format: 'N-Quads' }).quadsToString(store.getQuads()));
  },
  async hash() {
    const text = await canonize(store.getQuads(), { algorithm: 'RDFC-1.0', maxWorkFactor: 2 });
    return createHash('sha256').update(text).digest('hex');
  },
};

async function answer(query, result, type) {
  const found = await engine.query(readFileSync(query, 'utf8'), { sources: [store] });
  const { data } = await engine.resultToString(found, type);
  const out = createWriteStream(result);
  for await (const chunk of data) out.write(chunk);
  out.end();
  await finished(out);
}

const require = createRequire(import.meta.url);
const read = name => JSON.parse(readFileSync(require.resolve(name + '/package.json'))).version;
console.log(`ok ${read('@comunica/query-sparql-rdfjs')}, N3.js ${read('n3')}, rdf-canonize ${read('rdf-canonize')}`);
for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...words] = line.split('\t');
  try {
    console.log(`ok ${(await commands[name](...words)) ?? ''}`);
  } catch (error) {
    console.log(`error ${String(error.message).replaceAll('\n', ' ')}`);
  }
}
process.exit(0);
