// Fails the build when what the desk loads at first outgrows what an old seat loads at once: the page's
// own script, everything it imports statically, and the worker of the live stream. Chunks that come
// later (the map, the wall, the crew's page, the back office) are listed and do not count.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KIB = 350;
const dist = new URL("../dist/", import.meta.url);
const assets = new URL("assets/", dist);
const text = (name) => readFileSync(new URL(name, assets), "utf8");

const first = new Set();
function load(name) {
  if (first.has(name) || !existsSync(new URL(name, assets))) return;
  first.add(name);
  const source = text(name);
  for (const [, next] of source.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)) load(next);
  // A shared worker is started with the page; any other worker belongs to a chunk that comes later.
  for (const [, next] of source.matchAll(/new SharedWorker\([^)]*?assets\/([^"'`)]+\.js)/g)) load(next);
}
const page = readFileSync(new URL("index.html", dist), "utf8");
for (const [, name] of page.matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)) load(name);
if (first.size === 0) throw new Error("index.html names no script");

let total = 0;
for (const name of readdirSync(assets).filter((each) => /\.m?js$/.test(each)).sort()) {
  const size = gzipSync(readFileSync(new URL(name, assets))).length;
  if (first.has(name)) total += size;
  console.log(`${first.has(name) ? "desk " : "later"}  ${name}  ${(size / 1024).toFixed(1)} KiB gzip`);
}
console.log(`JavaScript the desk loads at first: ${(total / 1024).toFixed(1)} KiB gzip (limit ${LIMIT_KIB})`);
if (total > LIMIT_KIB * 1024) process.exit(1);
