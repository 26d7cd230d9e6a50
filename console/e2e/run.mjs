// The desk's work by keyboard alone, on two linked platforms, with axe on every screen.
//   BASE_URL_110=… BASE_URL_12345=… npm run e2e
// Accounts are the demonstration's (operator, lead and the units by their code); PASSWORD overrides.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { crossingFlows } from "./crossing.mjs";
import { desk } from "./desk.mjs";
import { unitFlows } from "./unit.mjs";
import { caseFlows } from "./case.mjs";
import { followUpFlows } from "./followup.mjs";
import { callFlows } from "./calls.mjs";
import { clockFlows } from "./clocks.mjs";
import { importFlows } from "./imports.mjs";
import { knowledgeFlows } from "./knowledge.mjs";
import { messageFlows } from "./message.mjs";
import { listFlows } from "./list.mjs";
import { modelFlows } from "./models.mjs";
import { officeFlows } from "./office.mjs";
import { pressFlows } from "./press.mjs";
import { publicFlows } from "./public.mjs";
import { reachFlows } from "./reach.mjs";
import { roughFlows } from "./rough.mjs";
import { searchFlows } from "./search.mjs";
import { tourFlows } from "./tour.mjs";
import { supervisionFlows } from "./supervision.mjs";
import { scoreFlows } from "./scores.mjs";
import { aroundFlows, spineFlows } from "./spine.mjs";

const BASE = { 110: process.env["BASE_URL_110"] ?? "http://127.0.0.1:8110", 12345: process.env["BASE_URL_12345"] ?? "http://127.0.0.1:8345" };
const PASSWORD = process.env["PASSWORD"] ?? "liandong-demo";
const out = process.env["SCREENS"] ?? new URL("../../docs/screens/", import.meta.url).pathname;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
mkdirSync(out, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-sync", "--disable-component-update", "--no-first-run", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
});
const faults = [];
const stamp = `${Date.now() % 100_000}`;

async function enter(base, login, look = { theme: "light" }, viewport = { width: 1366, height: 768 }, password = PASSWORD, before = async () => undefined) {
  const context = await browser.newContext({ viewport, locale: "zh-CN" });
  await before(context);
  await context.addInitScript((kept) => localStorage.getItem("liandong.look") ?? localStorage.setItem("liandong.look", JSON.stringify(kept)), look);
  const page = await context.newPage();
  // A guard, not a measure: machines are shared.
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => faults.push(`${login}@${base}: ${error.message}`));
  page.on("console", (message) => {
    // A draft that somebody else has just published is gone.
    if (/status of 404/.test(message.text()) && message.location().url.endsWith("/api/list/draft")) return;
    // A case whose follow-up was just done has no sheet any more; the list that comes next says so.
    if (/status of 404/.test(message.text()) && /\/api\/follow-up\/cases\/[0-9a-f-]+$/.test(message.location().url)) return;
    if (message.type() === "error" && !/status of (401|409|422)/.test(message.text())) faults.push(`${login}@${base}: ${message.text()} ${message.location().url}`);
  });
  await page.goto(BASE[base]);
  await page.getByLabel(look.language === "en" ? "User name" : "用户名").waitFor();
  await page.keyboard.insertText(login);
  await page.keyboard.press("Tab");
  await page.keyboard.insertText(password);
  await page.keyboard.press("Enter");
  // Who was given a password sees nothing of the platform before choosing another.
  await page.locator("header.bar, header.field-bar, main.signin input[autocomplete=new-password]").first().waitFor();
  return page;
}

async function picture(page, name) {
  await page.waitForTimeout(250);
  await page.screenshot({ path: `${out}/${name}.png`, timeout: 60_000 });
  const { x, y } = await page.evaluate(() => ({ x: document.documentElement.scrollWidth - innerWidth, y: document.documentElement.scrollHeight - innerHeight }));
  if (x > 0 || y > 0) faults.push(`${name}: the page scrolls by ${x} × ${y} for ${await page.evaluate(() => [...document.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > innerWidth || each.getBoundingClientRect().bottom > innerHeight).map((each) => `${each.tagName}.${each.className}`).slice(0, 4).join(", "))}`);
  // A letter printed on two things does one of them.
  const twice = await page.evaluate(() => {
    const named = new Map();
    for (const key of document.querySelectorAll("kbd")) {
      const on = key.closest("dialog, [role=dialog]") === null ? (key.closest("button, a, label")?.textContent ?? "") : "";
      if (/^[A-Z0-9]$/.test(key.textContent) && on !== "" && key.checkVisibility()) named.set(key.textContent, (named.get(key.textContent) ?? new Set()).add(on));
    }
    return [...named].filter(([, on]) => on.size > 1).map(([key, on]) => `${key} on ${[...on].join(" and ")}`);
  });
  for (const each of twice) faults.push(`${name}: the key ${each}`);
  // Through the debugger, as the page's CSP rightly refuses an injected script element.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  for (const each of violations) faults.push(`${name}: axe ${each.id}: ${each.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
}

const step = (words) => console.log(`· ${words}`);
function must(holds, words) {
  if (!holds) throw new Error(words);
}
const sentence = (page) => page.locator(".case-sentence").first();

/** Opens a case by its number with the palette. */
async function find(page, text) {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "查找动作" }).waitFor();
  await page.keyboard.insertText(text);
  await page.getByRole("option").filter({ hasText: text }).first().waitFor();
  const before = page.url();
  await page.keyboard.press("Enter");
  // A list shows a case beside it, too: only behind this address it is the one asked for.
  await page.waitForURL((url) => url.pathname.startsWith("/cases/") && url.href !== before);
  // The case that was open before is still there for a moment, and would hear the next key.
  const no = await page.evaluate(async () => (await (await fetch(`/api${location.pathname}`)).json()).no);
  await page.getByRole("article", { name: no, exact: true }).waitFor();
}

async function fill(page, words) {
  await page.keyboard.insertText(words);
}

// `npm run e2e -- office` or ONLY=office,case runs those stories alone.
const ground = { BASE, base: BASE, PASSWORD, browser, out, stamp, faults, axeSource, enter, picture, step, must, find, fill, sentence };
const stories = {
  spine: spineFlows,
  desk,
  crossing: crossingFlows,
  unit: unitFlows,
  around: aroundFlows,
  case: caseFlows,
  public: publicFlows,
  office: officeFlows,
  search: searchFlows,
  list: listFlows,
  models: modelFlows,
  followup: followUpFlows,
  supervision: supervisionFlows,
  scores: scoreFlows,
  reach: reachFlows,
  press: pressFlows,
  knowledge: knowledgeFlows,
  message: messageFlows,
  calls: callFlows,
  imports: importFlows,
  rough: roughFlows,
  tour: tourFlows,
  // Last, as it publishes other clocks for every case after it.
  clocks: clockFlows,
};
const only = (process.argv[2] ?? process.env["ONLY"] ?? "").split(",").filter((name) => name !== "");
for (const name of only) if (!(name in stories)) throw new Error(`no story is called ${name}; there are ${Object.keys(stories).join(", ")}`);
for (const [name, story] of Object.entries(stories)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const began = Date.now();
  const before = faults.length;
  console.log(`${name}:`);
  try {
    await story(ground);
  } catch (error) {
    // One story's fault hides no other's.
    faults.push(`${name}: ${String(error.stack ?? error)}`);
    let at = 0;
    for (const context of browser.contexts()) for (const page of context.pages()) await page.screenshot({ path: `${out}/failed-${name}-${(at += 1)}.png` }).catch(() => undefined);
  }
  // What a story left open would go on listening, and be told of every other story's cases.
  for (const context of browser.contexts()) await context.close();
  console.log(`${name}: ${faults.length === before ? "holds" : `${faults.length - before} faults`}, ${((Date.now() - began) / 1000).toFixed(0)} s`);
}
await browser.close();
// Kept beside the pictures, for whoever reads only the end of a long log.
const all = [...new Set(faults)].join("\n");
if (process.env["SCREENS"] !== undefined) writeFileSync(`${out}/faults.txt`, `${all}\n`);
if (faults.length > 0) {
  console.error(`\n${faults.length} faults:\n${all}`);
  process.exit(1);
}
console.log("all by keyboard, axe clean");
