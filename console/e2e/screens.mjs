// Every screen in every size, colour and language, for whoever looks at them: 1366×768 and 1920×1080, light and dark,
// Chinese and English. Against running platforms, or against the make-believe one for the screens it knows:
//   npm run build && [BASE_URL_110=… BASE_URL_12345=…] [SCREENS=folder] npm run screens [screen…]
// Each page is asked whether it scrolls, cuts its words or has a fault; what is found is told at the end.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { start } from "../mock/serve.mjs";
import { PEOPLE } from "./places.mjs";

const out = process.env["SCREENS"] ?? new URL("../test-results/screens/", import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const only = process.argv.slice(2);
const real = process.env["BASE_URL_110"] !== undefined;
const mocks = real ? [] : [await start({ port: 0, desk: "police" }), await start({ port: 0, desk: "hotline" })];
const BASE = real ? { 110: process.env["BASE_URL_110"], 12345: process.env["BASE_URL_12345"] } : { 110: mocks[0].url, 12345: mocks[1].url };
const PASSWORD = real ? (process.env["PASSWORD"] ?? "liandong-demo") : "demo";
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-sync", "--disable-component-update", "--no-first-run"],
});

const SIZES = { 1366: { width: 1366, height: 768 }, 1920: { width: 1920, height: 1080 } };
const LOOKS = ["light", "dark"].flatMap((theme) => ["zh-CN", "en"].map((language) => ({ theme, language })));
const told = [];

async function shot(page, name, looks) {
  const file = `${name}-${looks}`;
  await page.screenshot({ path: `${out}/${file}.png` });
  const seen = await page.evaluate(() => {
    const cut = [...document.querySelectorAll("button, a, th, h1, h2, h3, label, .sign, dt")].filter((each) => each.checkVisibility() && getComputedStyle(each).overflow !== "visible" && getComputedStyle(each).textOverflow !== "ellipsis" && each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent.trim().slice(0, 24));
    const outside = [...document.querySelectorAll("button, a, input, td, th, p, h1, h2, h3")].filter((each) => each.checkVisibility() && each.closest(".rows, .maplibregl-map, [class*=list], [class*=lanes], nav") === null && each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.textContent.trim().slice(0, 24));
    const chinese = document.documentElement.lang === "en" ? [...document.querySelectorAll("button, th, h1, h2, h3, label, legend, dt")].filter((each) => each.checkVisibility() && /^[\u4e00-\u9fff]/.test(each.textContent.trim())).map((each) => each.textContent.trim().slice(0, 24)) : [];
    return { x: document.documentElement.scrollWidth - innerWidth, y: document.documentElement.scrollHeight - innerHeight, cut, outside, chinese };
  });
  if (seen.x > 0 || seen.y > 0) told.push(`${file}: scrolls by ${seen.x} × ${seen.y}`);
  for (const [what, words] of [["cut", seen.cut], ["outside", seen.outside], ["Chinese in the English", seen.chinese]]) if (words.length > 0) told.push(`${file}: ${what}: ${[...new Set(words)].slice(0, 6).join(" | ")}`);
}

async function enter(at, login, look, viewport) {
  const context = await browser.newContext({ viewport, locale: "zh-CN" });
  await context.addInitScript((kept) => localStorage.setItem("liandong.look", JSON.stringify(kept)), look);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("pageerror", (error) => told.push(`${login}: ${error.message}`));
  if (!real) mocks[at === 110 ? 0 : 1].platform.handle("DELETE", "/api/session");
  await page.goto(BASE[at]);
  await page.getByLabel(look.language === "en" ? "User name" : "用户名").fill(login);
  await page.getByLabel(look.language === "en" ? "Password" : "口令").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator("header.bar, header.field-bar").first().waitFor();
  return { context, page };
}

const wanted = (name) => only.length === 0 || only.includes(name);
for (const [size, viewport] of Object.entries(SIZES)) {
  for (const look of LOOKS) {
    const looks = `${size}-${look.theme}-${look.language === "en" ? "en" : "zh"}`;
    for (const { login, mock, at, screens } of PEOPLE) {
      const shown = screens.filter(([name, , , where]) => wanted(name) && (real || where !== "real"));
      if (shown.length === 0 || (!real && mock === undefined)) continue;
      const { context, page } = await enter(at, real ? login : mock, look, viewport);
      for (const [name, path, act] of shown) {
        await page.goto(`${BASE[at]}${path}`);
        await page.getByRole("main").locator("visible=true").first().waitFor();
        await page.waitForTimeout(900);
        if (act != null) await act(page);
        await shot(page, name, looks).catch((failure) => told.push(`${name}-${looks}: ${failure.message.split("\n")[0]}`));
      }
      await context.close();
    }
    if (wanted("signin")) {
      const context = await browser.newContext({ viewport, locale: "zh-CN" });
      await context.addInitScript((kept) => localStorage.setItem("liandong.look", JSON.stringify(kept)), look);
      const page = await context.newPage();
      await page.goto(BASE[110]);
      await page.waitForTimeout(500);
      await shot(page, "signin", looks);
      await context.close();
    }
    console.log(looks);
  }
}
if (wanted("field")) {
  for (const look of LOOKS) {
    const { context, page } = await enter(12345, real ? "urban-management" : "clerk", look, { width: 390, height: 844 });
    await page.goto(`${BASE[12345]}/field`);
    await page.waitForTimeout(900);
    await shot(page, "field", `390-${look.theme}-${look.language === "en" ? "en" : "zh"}`);
    await context.close();
  }
}
await browser.close();
for (const each of mocks) each.stop();
console.log(told.length === 0 ? "nothing scrolls, nothing is cut" : [...new Set(told)].join("\n"));
