// Fails the build when the JavaScript the desk loads at first outgrows what an old seat can take. Chunks
// that come only when they are asked for (the back office) are named and not counted.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KIB = 350;
const folder = new URL("../dist/assets/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".js"));
const text = new Map(names.map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));
const page = readFileSync(new URL("../dist/index.html", import.meta.url), "utf8");

/** Files one file cannot do without: static imports, and the worker it starts. */
function needs(code) {
  const found = names.filter((name) => new RegExp(`(from|import)\\s*["'][^"']*${name.replaceAll(".", "\\.")}["']`).test(code));
  return [...found, ...names.filter((name) => name.startsWith("worker-") && code.includes(name))];
}

const first = new Set(names.filter((name) => page.includes(`/assets/${name}`)));
if (first.size === 0) throw new Error("the page names no script");
for (const name of first) for (const each of needs(text.get(name))) first.add(each);
let total = 0;
for (const name of names) {
  const size = gzipSync(text.get(name)).length;
  if (first.has(name)) total += size;
  console.log(`${name}  ${(size / 1024).toFixed(1)} KiB gzip${first.has(name) ? "" : "  (later)"}`);
}
console.log(`JavaScript the desk loads first: ${(total / 1024).toFixed(1)} KiB gzip (limit ${LIMIT_KIB})`);
if (total > LIMIT_KIB * 1024) process.exit(1);
