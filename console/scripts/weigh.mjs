// Fails the build when the JavaScript that the desk loads at first outgrows what an old seat loads at once. Chunks that
// are fetched when they are needed (a sheet to print) are named and not counted.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KIB = 350;
const dist = new URL("../dist/", import.meta.url);
const size = (name) => gzipSync(readFileSync(new URL(`assets/${name}`, dist))).length;

/** What a chunk imports at once: `import … from "./x.js"` and `import "./x.js"`, not `import("./x.js")`. */
function imports(name) {
  const text = readFileSync(new URL(`assets/${name}`, dist), "utf8");
  const named = [...text.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.js)["']/g), ...text.matchAll(/Worker\(new URL\(["'`]\/assets\/([\w.-]+\.js)/g)];
  return named.map((match) => match[1]);
}

const page = readFileSync(new URL("index.html", dist), "utf8");
const first = new Set();
const open = [...page.matchAll(/assets\/([\w.-]+\.js)/g)].map((match) => match[1]);
while (open.length > 0) {
  const name = open.pop();
  if (first.has(name)) continue;
  first.add(name);
  open.push(...imports(name));
}
if (first.size === 0) throw new Error("index.html loads no script; has the build changed?");
let total = 0;
for (const name of readdirSync(new URL("assets/", dist)).filter((each) => each.endsWith(".js"))) {
  const kib = (size(name) / 1024).toFixed(1);
  if (first.has(name)) total += size(name);
  console.log(`${name}  ${kib} KiB gzip${first.has(name) ? "" : "  (fetched when needed)"}`);
}
console.log(`JavaScript loaded at first: ${(total / 1024).toFixed(1)} KiB gzip (limit ${LIMIT_KIB})`);
if (total > LIMIT_KIB * 1024) process.exit(1);
