// Fails the build when the desk's JavaScript outgrows what an old seat loads at once.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KIB = 350;
const folder = new URL("../dist/assets/", import.meta.url);
let total = 0;
for (const name of readdirSync(folder)) {
  if (!name.endsWith(".js")) continue;
  const size = gzipSync(readFileSync(new URL(name, folder))).length;
  total += size;
  console.log(`${name}  ${(size / 1024).toFixed(1)} KiB gzip`);
}
console.log(`JavaScript in all: ${(total / 1024).toFixed(1)} KiB gzip (limit ${LIMIT_KIB})`);
if (total > LIMIT_KIB * 1024) process.exit(1);
