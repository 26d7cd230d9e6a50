// The desk in the browser, by the browser's own tracing: first paint, a keystroke to its effect while the live
// stream brings about 100 events a second, and a list of 10,000 rows scrolled from its head to its end.
//   BASE_URL_110=… npm run trace            (a demonstration without callers of its own: --calls 0 --still)
// Prints the rows of the table in docs/performance.md.
import { chromium } from "playwright-core";

const BASE = process.env["BASE_URL_110"] ?? "http://127.0.0.1:8110";
const PASSWORD = process.env["PASSWORD"] ?? "liandong-demo";
const RATE = Number(process.env["RATE"] ?? 100);
const KEYS = 150;
const ROWS = 10_000;

// A seat without a graphics card: the processor draws the page as Chromium does there, and the map by a made-up card.
const SEAT = ["--disable-gpu-compositing", "--disable-gpu-rasterization"];

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", ...SEAT, "--disable-background-networking", "--disable-sync", "--disable-component-update", "--no-first-run"],
});
const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "zh-CN" });
await context.addInitScript(() => {
  globalThis.longTasks = [];
  new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map((each) => each.duration))).observe({ type: "longtask" });
});
/** Tasks above 50 ms since the last question. */
const longTasks = () => page.evaluate(() => globalThis.longTasks.splice(0).length);

async function traced(page, run) {
  const cdp = await context.newCDPSession(page);
  const events = [];
  cdp.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await cdp.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["devtools.timeline", "loading", "blink.user_timing", "rail"] } });
  await run();
  const done = new Promise((resolve) => cdp.once("Tracing.tracingComplete", resolve));
  await cdp.send("Tracing.end");
  await done;
  await cdp.detach();
  return events;
}
const sorted = (values) => [...values].sort((a, b) => a - b);
const part = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const row = (what, measured, goal, note) => console.log(`| ${what} | ${measured} | ${goal} | ${note} |`);

// Signed in once; the session is the context's.
const page = await context.newPage();
await page.goto(BASE);
await page.getByLabel("用户名").fill("operator");
await page.getByLabel("口令").fill(PASSWORD);
await page.keyboard.press("Enter");
await page.locator("#contact-narrative").waitFor();

/** First contentful paint, and the moment the narrative takes a key, of one opening of the desk. */
async function paint(cold) {
  const fresh = await context.newPage();
  const cdp = await context.newCDPSession(fresh);
  await cdp.send("Network.enable");
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: cold });
  let ready = NaN;
  const events = await traced(fresh, async () => {
    await fresh.goto(`${BASE}/desk`, { waitUntil: "commit" });
    await fresh.locator("#contact-narrative:focus").waitFor();
    ready = await fresh.evaluate(() => performance.now());
    await fresh.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    // The trace hears of a paint a moment after the page does; a first visit may take a second.
    await fresh.waitForTimeout(1000);
  });
  await fresh.close();
  const painted = events.find((each) => each.name === "firstContentfulPaint");
  const began = events.filter((each) => each.name === "navigationStart" && each.ts <= (painted?.ts ?? 0)).at(-1);
  if (painted === undefined || began === undefined) throw new Error("the trace has no paint");
  return { first: (painted.ts - began.ts) / 1000, ready };
}
await paint(false);
for (const cold of [true, false]) {
  const found = [];
  for (let i = 0; i < 7; i += 1) found.push(await paint(cold));
  row(`First paint of the desk, ${cold ? "nothing kept" : "kept files"}`, `${ms(part(found.map((each) => each.first), 0.5))}, slowest of 7 ${ms(Math.max(...found.map((each) => each.first)))}`, "1 s", `the narrative has the focus after ${ms(part(found.map((each) => each.ready), 0.5))}`);
}

/** A second operator, beside the browser. */
async function second() {
  const signed = await fetch(`${BASE}/api/session`, { method: "POST", headers: { "content-type": "application/json", origin: BASE }, body: JSON.stringify({ login: "operator2", password: PASSWORD }) });
  if (!signed.ok) throw new Error(`operator2: ${signed.status}`);
  return (signed.headers.get("set-cookie") ?? "").split(";")[0];
}
async function contact(cookie, n, key) {
  const body = { channel: "phone", narrative: `路灯不亮第${n}处,晚上很黑`, place: `望江路${(n % 200) + 1}号`, confidential: false, caller_number: `100${String(n).padStart(8, "0")}` };
  const answer = await fetch(`${BASE}/api/contacts`, { method: "POST", headers: { "content-type": "application/json", cookie, origin: BASE, "idempotency-key": key, prefer: "return=minimal" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`contact: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** Contacts until told to stop, so many that about RATE events a second reach every screen. */
async function storm() {
  const cookie = await second();
  const live = new AbortController();
  let events = 0;
  const line = fetch(`${BASE}/api/live`, { headers: { cookie }, signal: live.signal }).then(async (response) => {
    for await (const chunk of response.body) events += (Buffer.from(chunk).toString().match(/^event: case$/gm) ?? []).length;
  }).catch(() => undefined);
  let on = true;
  let n = 0;
  let share = 2;
  const began = Date.now();
  const run = (async () => {
    while (on) {
      await contact(cookie, (n += 1), `trace-${began}-${n}`);
      // How many events one contact makes is seen, not assumed.
      if (n > 20 && events > 0) share = events / n;
      const due = began + (n * share * 1000) / RATE;
      if (due > Date.now()) await new Promise((resolve) => void setTimeout(resolve, due - Date.now()));
    }
  })();
  return {
    mark: () => ({ at: Date.now(), events }),
    stop: async () => {
      on = false;
      await run;
      live.abort();
      await line;
    },
  };
}

/** Types, and reads from the trace how long each press took until what it changed was painted. */
async function keystrokes() {
  await page.bringToFront();
  await page.locator("#contact-narrative").fill("楼上邻居半夜装修");
  await page.waitForTimeout(500);
  const words = "abcdefghijklmnopqrstuvwxyz";
  await longTasks();
  const events = await traced(page, async () => {
    for (let i = 0; i < KEYS; i += 1) {
      await page.keyboard.press(words[i % words.length]);
      await page.waitForTimeout(70);
    }
    await page.waitForTimeout(300);
  });
  // keydown, keypress, input… of one press share an interaction; its longest counts.
  const pressed = new Map();
  for (const each of events) {
    const data = each.args?.data;
    if (each.name !== "EventTiming" || data === undefined || !(data.interactionId > 0) || !/^key/.test(data.type)) continue;
    pressed.set(data.interactionId, Math.max(pressed.get(data.interactionId) ?? 0, data.duration));
  }
  const all = [...pressed.values()];
  if (all.length < KEYS / 2) throw new Error(`the trace has ${all.length} presses of ${KEYS}`);
  return { all, long: await longTasks() };
}

/** From the last key of a sentence to the suggestion about it. */
async function suggestion() {
  const took = [];
  for (let i = 0; i < 12; i += 1) {
    await page.locator("#contact-narrative").fill("");
    await page.waitForTimeout(250);
    const text = i % 2 === 0 ? "楼上邻居半夜装修电钻声音吵得全家老小都睡不着觉" : "烧烤店油烟飘进窗户里呛得全家人都没有办法开窗通风";
    await page.keyboard.insertText(text.slice(0, -1));
    await page.waitForTimeout(30);
    took.push(
      await page.evaluate(
        (last) =>
          new Promise((resolve) => {
            const box = document.querySelector("#contact-narrative");
            const began = performance.now();
            const panel = document.querySelector(".triage");
            const look = new MutationObserver(() => {
              if (panel.querySelector(".headline-mode") === null) return;
              look.disconnect();
              requestAnimationFrame(() => resolve(performance.now() - began));
            });
            look.observe(panel, { childList: true, subtree: true, characterData: true });
            const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
            set.call(box, box.value + last);
            box.dispatchEvent(new Event("input", { bubbles: true }));
          }),
        text.slice(-1),
      ),
    );
  }
  return took;
}

const quiet = await keystrokes();
row("Keystroke to its effect, quiet hall", `p50 ${ms(part(quiet.all, 0.5))}, p95 ${ms(part(quiet.all, 0.95))}, slowest of ${quiet.all.length} ${ms(Math.max(...quiet.all))}`, "50 ms", `${quiet.long} tasks above 50 ms`);
const still = await suggestion();
row("Last key to the suggestion, quiet hall", `p50 ${ms(part(still, 0.5))}, slowest of ${still.length} ${ms(Math.max(...still))}`, "150 ms", "90 ms of it is waiting for the next key");
const load = await storm();
await page.waitForTimeout(3000);
const from = load.mark();
const busy = await keystrokes();
const stirred = await suggestion();
const to = load.mark();
await load.stop();
const rate = Math.round(((to.events - from.events) * 1000) / (to.at - from.at));
row(`Keystroke to its effect, ${rate} events/s`, `p50 ${ms(part(busy.all, 0.5))}, p95 ${ms(part(busy.all, 0.95))}, slowest of ${busy.all.length} ${ms(Math.max(...busy.all))}`, "50 ms", `${busy.long} tasks above 50 ms`);
row(`Last key to the suggestion, ${rate} events/s`, `p50 ${ms(part(stirred, 0.5))}, slowest of ${stirred.length} ${ms(Math.max(...stirred))}`, "150 ms", "90 ms of it is waiting for the next key");

/** So many cases that a list can have ROWS of them. */
async function grow() {
  const cookie = await second();
  const began = Date.now();
  let n = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (n < ROWS) await contact(cookie, (n += 1), `grow-${began}-${n}`);
    }),
  );
}

/** Turns the wheel from the list's head to its end, and reads how long each picture stood. */
async function scroll() {
  await page.goto(`${BASE}/search`);
  const list = page.locator(".hits");
  // The index follows the log; the list is scrolled when it has them all.
  for (let left = 120; ; left -= 1) {
    const height = await list.evaluate((box) => box.scrollHeight / (box.querySelector("[data-at]")?.getBoundingClientRect().height ?? Infinity)).catch(() => 0);
    if (height >= ROWS * 0.95) break;
    if (left === 0) throw new Error(`the list has ${Math.round(height)} rows of ${ROWS}`);
    await page.waitForTimeout(1000);
    if (left % 5 === 0) await page.reload();
  }
  await list.hover();
  await longTasks();
  await page.evaluate(() => {
    globalThis.gaps = [];
    let last = performance.now();
    const look = (now) => {
      globalThis.gaps.push(now - last);
      last = now;
      globalThis.looking = requestAnimationFrame(look);
    };
    globalThis.looking = requestAnimationFrame(look);
  });
  const step = (await list.evaluate((box) => box.scrollHeight)) / 400;
  for (let i = 0; i < 400; i += 1) {
    await page.mouse.wheel(0, step);
    await page.waitForTimeout(16);
  }
  const gaps = await page.evaluate(() => {
    cancelAnimationFrame(globalThis.looking);
    return globalThis.gaps;
  });
  const end = await list.evaluate((box) => (box.scrollTop + box.clientHeight) / box.scrollHeight);
  if (end < 0.99) throw new Error(`the wheel went ${Math.round(end * 100)} % of the way`);
  return { gaps, long: await longTasks() };
}
await grow();
const rolled = await scroll();
row(`A list of ${ROWS.toLocaleString("en")} rows, head to end by the wheel`, `a picture each ${ms(part(rolled.gaps, 0.5))}, p95 ${ms(part(rolled.gaps, 0.95))}, slowest of ${rolled.gaps.length} ${ms(Math.max(...rolled.gaps))}`, "no hitch", `${rolled.long} tasks above 50 ms`);
await browser.close();
