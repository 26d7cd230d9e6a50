// Fails the build when what the desk loads at first outgrows what an old seat loads at once. Chunks that
// are asked for only when somebody goes there (the crew's page, a map) are listed and not counted.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KIB = 350;
const dist = new URL("../dist/", import.meta.url);
const folder = new URL("assets/", dist);
const text = (name) => readFileSync(new URL(name, folder), "utf8");
const all = readdirSync(folder).filter((name) => name.endsWith(".js"));

/** What a script imports before it runs; what it asks for later is not among it. */
function needs(name) {
  const found = [...text(name).matchAll(/(?:^|[;}\s])(?:import|export)\b[^"'()]*?["']\.\/([\w.-]+\.js)["']/g)].map((match) => match[1]);
  return found.filter((each) => all.includes(each));
}

const first = new Set([...readFileSync(new URL("index.html", dist), "utf8").matchAll(/assets\/([\w.-]+\.js)/g)].map((match) => match[1]));
// The stream's worker is started by the desk at once.
for (const name of all) if (name.startsWith("worker-")) first.add(name);
if (first.size === 0) throw new Error("index.html names no script");
for (const name of first) for (const each of needs(name)) first.add(each);

let total = 0;
for (const name of all.sort()) {
  const size = gzipSync(readFileSync(new URL(name, folder))).length;
  if (first.has(name)) total += size;
  console.log(`${name}  ${(size / 1024).toFixed(1)} KiB gzip${first.has(name) ? "" : "  (when asked for)"}`);
}
console.log(`JavaScript the desk loads at first: ${(total / 1024).toFixed(1)} KiB gzip (limit ${LIMIT_KIB})`);
if (total > LIMIT_KIB * 1024) process.exit(1);
