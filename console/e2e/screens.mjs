// Every screen as a picture, against the make-believe platform: npm run build && npm run screens
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { start } from "../mock/serve.mjs";

const out = process.env["SCREENS"] ?? new URL("../test-results/screens/", import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const only = process.argv[2];
const police = await start({ port: 0, desk: "police" });
const hotline = await start({ port: 0, desk: "hotline" });
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-sync", "--disable-component-update", "--no-first-run"],
});

async function enter(base, login, look = {}, size = { width: 1366, height: 768 }) {
  base.platform.handle("DELETE", "/api/session");
  const context = await browser.newContext({ viewport: size, locale: "zh-CN" });
  await context.addInitScript((kept) => localStorage.setItem("liandong.look", JSON.stringify(kept)), look);
  const page = await context.newPage();
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && !/401/.test(message.text()) && console.log(`  [${message.type()}] ${message.text()}`));
  page.on("pageerror", (error) => console.log(`  [page] ${error.message}`));
  await page.goto(base.url);
  await page.getByLabel(look.language === "en" ? "User name" : "用户名").fill(login);
  await page.getByLabel(look.language === "en" ? "Password" : "口令").fill("demo");
  await page.keyboard.press("Enter");
  await page.getByRole("main").locator("visible=true").first().waitFor();
  await page.waitForTimeout(700);
  return { context, page };
}
const shot = async (page, name) => {
  const scroll = await page.evaluate(() => ({ x: document.documentElement.scrollWidth - innerWidth, y: document.documentElement.scrollHeight - innerHeight }));
  await page.screenshot({ path: `${out}/${name}.png` });
  console.log(name, scroll.x > 0 || scroll.y > 0 ? `SCROLLS ${JSON.stringify(scroll)}` : "");
};

const jobs = {
  async signin() {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
    const page = await context.newPage();
    police.platform.handle("DELETE", "/api/session");
    await page.goto(police.url);
    await page.waitForTimeout(500);
    await shot(page, "signin");
    await context.close();
  },
  async desk() {
    for (const [name, look, size] of [["light", { theme: "light" }, { width: 1366, height: 768 }], ["dark", { theme: "dark" }, { width: 1366, height: 768 }], ["wide", { theme: "light" }, { width: 1920, height: 1080 }], ["en", { theme: "dark", language: "en" }, { width: 1920, height: 1080 }], ["150", { theme: "light", size: 150 }, { width: 1366, height: 768 }]]) {
      const { context, page } = await enter(police, "op", look, size);
      await shot(page, `desk-empty-${name}`);
      await page.locator("#contact-narrative").fill("楼上邻居半夜装修,电钻吵得睡不着,上去说了他还骂人");
      await page.locator("#contact-place").fill("望澜大道 8 号锦园小区 3 栋");
      await page.locator("#contact-caller_number").fill("10000000042");
      await page.waitForTimeout(1200);
      await shot(page, `desk-suggestion-${name}`);
      await page.keyboard.press("Alt+3");
      await page.waitForTimeout(300);
      await shot(page, `desk-handover-${name}`);
      await page.keyboard.press("Escape");
      await page.locator("#contact-narrative").fill("楼上邻居半夜装修,我去敲门他拿着刀出来了");
      await page.waitForTimeout(900);
      await shot(page, `desk-danger-${name}`);
      await page.locator("#contact-narrative").fill("楼上邻居半夜装修,电钻吵得睡不着,上去说了他还骂人");
      await page.waitForTimeout(900);
      await page.keyboard.press("Control+Enter");
      await page.waitForTimeout(4300);
      await shot(page, `desk-after-${name}`);
      await context.close();
    }
  },
  async inbox() {
    for (const [name, look, size] of [["light", { theme: "light" }, { width: 1366, height: 768 }], ["dark", { theme: "dark" }, { width: 1920, height: 1080 }]]) {
      const { context, page } = await enter(hotline, "clerk", look, size);
      await shot(page, `inbox-${name}`);
      await page.keyboard.press("Alt+2");
      await page.waitForTimeout(500);
      await page.keyboard.press("r");
      await page.waitForTimeout(400);
      await shot(page, `inbox-result-${name}`);
      await context.close();
    }
  },
  async case() {
    for (const [name, look, size] of [["light", { theme: "light" }, { width: 1366, height: 768 }], ["dark", { theme: "dark" }, { width: 1920, height: 1080 }]]) {
      const { context, page } = await enter(hotline, "lead", look, size);
      await page.goto(`${hotline.url}/lead`);
      await page.waitForTimeout(900);
      await shot(page, `lead-${name}`);
      const running = [...hotline.platform.cases.values()].find((each) => each.status === "handling");
      await page.goto(`${hotline.url}/cases/${running.no}`);
      await page.waitForTimeout(800);
      await shot(page, `case-${name}`);
      await page.keyboard.press("Control+k");
      await page.waitForTimeout(200);
      await page.keyboard.type("噪声");
      await page.waitForTimeout(400);
      await shot(page, `palette-${name}`);
      await page.keyboard.press("Escape");
      await page.locator("body").click({ position: { x: 700, y: 400 } });
      await page.keyboard.press("?");
      await page.waitForTimeout(200);
      await shot(page, `help-${name}`);
      await page.keyboard.press("Escape");
      await page.goto(`${hotline.url}/cases`);
      await page.waitForTimeout(600);
      await shot(page, `find-${name}`);
      await page.goto(`${hotline.url}/nowhere`);
      await page.waitForTimeout(400);
      await shot(page, `missing-${name}`);
      await context.close();
    }
  },
};
for (const [name, job] of Object.entries(jobs)) if (only === undefined || only === name) await job();
await browser.close();
police.stop();
hotline.stop();
