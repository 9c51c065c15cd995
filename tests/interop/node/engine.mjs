// One engine for JavaScript: n3, quadstore or oxigraph, named as the only argument. Told what to do by lines on standard
// input: a command and its arguments, separated by tabs; each is answered by one line, "ok" or "error" and a message.
// Commands: load FILE, ask QUERY-FILE RESULT-FILE, construct QUERY-FILE RESULT-FILE, dump FILE, and of n3 hash.
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { QueryEngine } from '@comunica/query-sparql-rdfjs';
import { JsonLdParser } from 'jsonld-streaming-parser';
import { MemoryLevel } from 'memory-level';
import { DataFactory, Parser, Store, Writer } from 'n3';
import * as oxigraph from 'oxigraph';
import { Quadstore } from 'quadstore';
import { Engine } from 'quadstore-comunica';
import { canonize } from 'rdf-canonize';

const formats = { ttl: 'text/turtle', nt: 'application/n-triples', trig: 'application/trig', jsonld: 'application/ld+json' };
const types = { ask: 'application/sparql-results+json', construct: 'application/n-triples' };
const require = createRequire(import.meta.url);
const read = name => JSON.parse(readFileSync(require.resolve(name + '/package.json'))).version;

function readFile(file) {
  const data = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(data) : data).toString('utf8');
  return [text, file.replace(/\.gz$/, '').split('.').pop()];
}

// The quads of a file, for the engines that have no reader of their own.
async function parse(file) {
  const [text, ending] = readFile(file);
  if (ending !== 'jsonld') return new Parser({ format: formats[ending] }).parse(text);
  const quads = [];
  const parser = new JsonLdParser();
  parser.on('data', quad => quads.push(quad));
  parser.end(text);
  await finished(parser);
  return quads;
}

async function writeStream(file, data) {
  const out = createWriteStream(file);
  for await (const chunk of data) out.write(chunk);
  out.end();
  await finished(out);
}

const writer = new QueryEngine();
const print = quads => new Writer({ format: 'N-Quads' }).quadsToString(quads);

const engines = {
  n3() {
    let store = new Store();
    return {
      version: () => `${read('@comunica/query-sparql-rdfjs')}, N3.js ${read('n3')}, rdf-canonize ${read('rdf-canonize')}`,
      async load(file) {
        store = new Store(await parse(file));
      },
      async answer(query, result, type) {
        const { data } = await writer.resultToString(await writer.query(query, { sources: [store] }), type);
        await writeStream(result, data);
      },
      dump: async file => writeFileSync(file, print(store.getQuads())),
      async hash() {
        const text = await canonize(store.getQuads(), { algorithm: 'RDFC-1.0', maxWorkFactor: 2 });
        return createHash('sha256').update(text).digest('hex');
      },
    };
  },
  quadstore() {
    let store;
    let engine;
    return {
      version: () => `${read('quadstore')}, quadstore-comunica ${read('quadstore-comunica')}`,
      async load(file) {
        if (store) await store.close();
        store = new Quadstore({ backend: new MemoryLevel(), dataFactory: DataFactory });
        await store.open();
        await store.multiPut(await parse(file));
        engine = new Engine(store);
      },
      // The engine gives terms; Comunica writes them.
      async answer(query, result, type) {
        const found = await engine.query(query);
        const { data } = await writer.resultToString(found, type);
        await writeStream(result, data);
      },
      dump: async file => writeFileSync(file, print((await store.get({})).items)),
    };
  },
  oxigraph() {
    let store = new oxigraph.Store();
    return {
      version: () => read('oxigraph'),
      async load(file) {
        const [text, ending] = readFile(file);
        store = new oxigraph.Store();
        store.load(text, { format: formats[ending] });
      },
      answer: async (query, result, type) => writeFileSync(result, store.query(query, { results_format: type })),
      dump: async file => writeFileSync(file, store.dump({ format: 'application/n-quads' })),
    };
  },
};

const engine = engines[process.argv[2]]();
console.log(`ok ${engine.version()}`);
for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...words] = line.split('\t');
  try {
    const done = name in types
      ? await engine.answer(readFileSync(words[0], 'utf8'), words[1], types[name])
      : await engine[name](...words);
    console.log(`ok ${done ?? ''}`);
  } catch (error) {
    console.log(`error ${String(error.message ?? error).replaceAll('\n', ' ')}`);
  }
}
process.exit(0);
