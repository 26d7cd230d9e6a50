// Searching by keyboard alone: words, conditions, a case and back, what changes under one's eyes, saved
// questions, exports; and what somebody does not find who may not read it.
// Called by run.mjs with its hands: enter, picture, step, must, fill, stamp.
import { readFileSync } from "node:fs";
import { until } from "./hands.mjs";

const SMALL = { width: 1366, height: 768 };
const LARGE = { width: 1920, height: 1080 };

/** Takes a contact and sends what is decided, as the signed-in person's console would; other stories show it by key. */
async function take(page, contact) {
  const answer = await page.evaluate(async (body) => {
    const response = await fetch("/api/contacts", { method: "POST", headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }, body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  }, contact);
  if (answer.status !== 201) throw new Error(`a contact was answered ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export async function searchFlows({ enter, picture, step, must, fill, stamp, BASE }) {
  step("from anywhere to the search by one key, and to a case and back by keys");
  const lead = await enter(12345, "lead");
  const word = `蓝尾巴${stamp}`;
  const contact = { channel: "phone", narrative: `工地半夜打桩吵得睡不着，门口有一只${word}的鸟`, place: `听涛路 ${stamp} 号 3 栋`, district: "", caller_number: `100${stamp.padStart(8, "0")}`, contact_number: "", caller_name: "试验丁" };
  const first = await take(lead, { ...contact, then: { command: "dispatch", lead: "urban-management" } });
  const second = await take(lead, { ...contact, narrative: `路灯坏了三天，旁边有${word}`, place: `河滨里 ${stamp} 号` });
  // The index follows the log a moment behind; what is tried here is the page.
  await until(
    lead,
    async ([q, ...all]) => {
      const answer = await fetch("/api/search", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ question: { q }, skip: 0, limit: 50, facets: true }) });
      if (!answer.ok) return false;
      const found = (await answer.json()).items.map((each) => each.no);
      return all.every((no) => found.includes(no));
    },
    [word, first.no, second.no],
  );
  await lead.locator("body").press("/");
  await lead.waitForURL(/\/search$/);
  const words = lead.getByRole("searchbox", { name: "检索词" });
  await words.waitFor();
  await fill(lead, word);
  await lead.locator(".hits mark", { hasText: word }).first().waitFor();
  const row = (no) => lead.locator(".hits li", { hasText: no });
  await row(first.no).waitFor();
  await row(second.no).waitFor();
  must(new URL(lead.url()).search === "", `words stand in the address: ${lead.url()}`);
  await picture(lead, "search");
  await lead.keyboard.press("ArrowDown");
  const chosen = await lead.evaluate(() => document.activeElement.textContent);
  await lead.keyboard.press("Enter");
  await lead.locator(".case-line", { hasText: chosen }).waitFor();
  await lead.goBack();
  await words.waitFor();
  must((await words.inputValue()) === word, "the words are gone after the way back");

  step("conditions by key stand in the address; numbers and names in none");
  await row(first.no).waitFor();
  await lead.locator("body").press("Escape");
  await lead.evaluate(() => document.activeElement.blur());
  await lead.keyboard.press("f");
  await lead.waitForFunction(() => document.activeElement.closest(".facets") !== null);
  for (let i = 0; i < 12; i += 1) {
    if ((await lead.evaluate(() => document.activeElement.closest("label")?.textContent ?? "")).includes("待签收")) break;
    await lead.keyboard.press("Tab");
  }
  await lead.keyboard.press("Space");
  await lead.waitForURL(/state=dispatched/);
  await row(second.no).waitFor({ state: "detached" });
  await row(first.no).waitFor();
  await picture(lead, "search-narrowed");

  step("a saved question, and the whole desk's");
  await lead.keyboard.press("s");
  await lead.getByRole("dialog", { name: "存下这个检索" }).waitFor();
  await fill(lead, `待签收 ${stamp}`);
  await lead.keyboard.press("Tab");
  await lead.keyboard.press("Space");
  await picture(lead, "search-save");
  await lead.keyboard.press("Shift+Tab");
  await lead.keyboard.press("Enter");
  await lead.getByRole("button", { name: `待签收 ${stamp}`, pressed: true }).waitFor();
  await lead.keyboard.press("c");
  await lead.waitForURL(/\/search$/);
  await lead.evaluate(() => document.activeElement.blur());
  const key = await lead.locator(".saved-one", { hasText: `待签收 ${stamp}` }).locator("kbd").innerText();
  await lead.keyboard.press(key);
  await lead.waitForURL(/state=dispatched/);

  step("what changes is shown changed, where it stands");
  await lead.goto(`${BASE[12345]}/search`);
  await words.waitFor();
  await fill(lead, word);
  await row(first.no).waitFor();
  const unit = await enter(12345, "urban-management", { theme: "dark" });
  const signed = await unit.evaluate(async (id) => (await fetch(`/api/cases/${id}/commands`, { method: "POST", headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }, body: JSON.stringify({ command: "sign", leg: "a1" }) })).status, first.id);
  must(signed === 200, `signing was answered ${signed}`);
  await row(first.no).getByText("有变化").waitFor();
  await take(lead, { ...contact, narrative: `又来了一只${word}` });
  await lead.getByRole("button", { name: /新增 1 件符合条件/ }).waitFor();
  await picture(lead, "search-changed");

  step("an export says what leaves, and the file says who took it");
  await lead.evaluate(() => document.activeElement.blur());
  await lead.keyboard.press("e");
  const dialog = lead.getByRole("dialog", { name: "导出检索结果" });
  await dialog.waitFor();
  await lead.keyboard.press("ArrowDown");
  await picture(lead, "search-export");
  await lead.keyboard.press("Control+Enter");
  await dialog.getByRole("link", { name: "保存文件" }).waitFor();
  await picture(lead, "search-exported");
  const [file] = await Promise.all([lead.waitForEvent("download"), dialog.getByRole("link", { name: "保存文件" }).press("Enter")]);
  const text = readFileSync(await file.path(), "utf8");
  must(text.startsWith("\uFEFF") && text.includes("导出人") && text.includes(first.no), `the file is not what was asked: ${text.slice(0, 200)}`);
  must(!text.includes(contact.caller_number) && !text.includes("试验丁"), "the export is not masked");
  await lead.keyboard.press("Escape");

  step("a unit finds its own, and nothing by what is masked for it");
  await unit.locator("body").press("/");
  const theirs = unit.getByRole("searchbox", { name: "检索词" });
  await theirs.waitFor();
  await fill(unit, word);
  await unit.locator(".hits li", { hasText: first.no }).waitFor();
  must((await unit.locator(".hits li", { hasText: second.no }).count()) === 0, "a unit sees another's case");
  must((await unit.getByLabel("来电号码").count()) === 0, "a unit is offered the callers' numbers");
  await picture(unit, "search-unit-dark");
  await theirs.fill(contact.caller_number);
  await unit.getByText("没有找到。").waitFor();
  await picture(unit, "search-empty");

  step("in English, dark, on a large screen; and down to the last of many rows");
  const large = await enter(12345, "operator", { theme: "dark" }, LARGE);
  await large.evaluate(() => localStorage.setItem("liandong.look", JSON.stringify({ theme: "dark", language: "en" })));
  await large.goto(`${BASE[12345]}/search?order=newest`);
  await large.getByRole("searchbox", { name: "Search for" }).waitFor();
  await large.locator(".hits li").first().waitFor();
  await picture(large, "search-en");
  const total = Number((await large.locator(".found-head [role=status]").innerText()).replace(/\D/g, ""));
  await large.evaluate(() => document.activeElement.blur());
  await large.keyboard.press("End");
  await large.waitForFunction((last) => document.activeElement.closest("li")?.getAttribute("aria-posinset") === String(last), Math.min(total, 10_000));
  must((await large.locator(".hits li").count()) < 60, "rows out of view exist");
  await large.setViewportSize(SMALL);
  await picture(large, "search-en-1366");

  step("the palette searches everything");
  await lead.keyboard.press("Control+k");
  await lead.getByRole("combobox", { name: "查找动作" }).waitFor();
  await fill(lead, word);
  await lead.getByRole("option", { name: first.no }).waitFor();
  await lead.getByRole("option", { name: /在检索页里找全部/ }).waitFor();
  await picture(lead, "palette-search");
  await lead.keyboard.press("ArrowUp");
  for (let i = 0; i < 24; i += 1) {
    if ((await lead.locator("[role=option][aria-selected=true]").innerText()).includes("在检索页里找全部")) break;
    await lead.keyboard.press("ArrowDown");
  }
  await lead.keyboard.press("Enter");
  await lead.waitForURL(/\/search$/);
  await lead.locator(".hits mark", { hasText: word }).first().waitFor();
}
