// Bundles the sources into the folder given as the first argument (default: ./built), one file for each kind of page.
import { build } from "esbuild";
import { rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(process.argv[2] ?? path.join(here, "built"));

await rm(target, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: ["src/suggest.js", "src/editor.js", "src/pictures.js", "src/page.js"],
  outdir: target,
  bundle: true,
  format: "esm",
  splitting: true,
  chunkNames: "part-[hash]",
  minify: true,
  legalComments: "linked",
  target: ["es2022"],
  loader: { ".svg": "dataurl", ".woff": "dataurl", ".woff2": "dataurl" },
  conditions: ["style", "import", "module"],
  logLevel: "warning",
});
