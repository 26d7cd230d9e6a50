// The roster and the notices by keyboard alone. `run.mjs` calls it; `npm run e2e -- reach` does this part alone.
// What leaves the house by mail, SMS or webhook is tried on real sockets in crates/app/tests/scenario/reach.

/** Keeps the roster, is told, answers; `tools` are those of run.mjs. */
export async function reachFlows({ enter, picture, fill, must, step, stamp, BASE }) {
  const heading = (page, name) => page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
  const form = (page) => page.locator("dialog.office-form");
  const line = (page) => page.locator(".done-line");
  const go = async (page, words) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "查找动作" }).waitFor();
    await fill(page, words);
    await page.getByRole("option").filter({ hasText: words }).first().waitFor();
    await page.keyboard.press("Enter");
  };
  step("the desk lead looks at the week: who is on now, where nobody will be");
  const lead = await enter(12345, "lead");
  await go(lead, "去值班表");
  await heading(lead, "值班表");
  await lead.locator(".week .rows tbody tr").first().waitFor();
  must((await lead.locator(".week .rows tbody tr").count()) > 20, "not every unit has a roster");
  await lead.locator(".office-side .duty-list li").first().waitFor();
  await picture(lead, "roster");
  const week = await lead.locator(".office-head .figures").innerText();
  await lead.keyboard.press("]");
  await lead.waitForFunction((before) => document.querySelector(".office-head .figures").textContent !== before, week);
  await lead.keyboard.press("[");

  step("names somebody, puts them on duty for a while, and they are on now");
  await lead.keyboard.press("n");
  await form(lead).waitFor();
  const name = `替班${stamp}`;
  await fill(lead, name);
  await picture(lead, "roster-person");
  await lead.keyboard.press("Control+Enter");
  await lead.locator(".office-side").getByText(name).first().waitFor();
  await lead.keyboard.press("d");
  await form(lead).waitFor();
  await form(lead).getByLabel("人员").selectOption({ label: name });
  await lead.keyboard.press("Control+Enter");
  await lead.locator(".week .rows tr[aria-current]").getByText(name).first().waitFor();
  await picture(lead, "roster-stand-in");

  step("calls the roster on trial; who has answered stands in a list");
  await lead.keyboard.press("t");
  await form(lead).waitFor();
  await lead.keyboard.press("Control+Enter");
  await line(lead).filter({ hasText: "抽查已发出" }).waitFor();
  await lead.getByRole("list", { name: "最近抽查" }).locator("li").first().waitFor();
  await picture(lead, "roster-test");

  step("a unit is given an order: its bell counts, the clerk answers for it");
  // Whatever the hour is: one that is closed now would be told when it opens.
  const code = await lead.evaluate(async () => (await (await fetch("/api/roster")).json()).units.find((each) => each.serves_now && !each.unit.startsWith("desk-")).unit);
  const clerk = await enter(12345, code, { theme: "dark" });
  await clerk.locator("a.bell").waitFor();
  const operator = await enter(12345, "operator");
  await operator.locator("#contact-narrative").waitFor();
  const taken = await operator.evaluate(async ([words, unit]) => {
    const send = (path, body) =>
      fetch(path, { method: "POST", headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }, body: JSON.stringify(body) }).then((answer) => answer.json());
    return send("/api/contacts", { channel: "phone", narrative: words, place: "望江路18号", caller_number: "10000000042", contact_number: "10000000042", caller_name: "虚构甲", then: { command: "dispatch", lead: unit } });
  }, [`楼旁边工地半夜施工，打桩吵得睡不着 ${stamp}`, code]);
  must(typeof taken.no === "string", `no order: ${JSON.stringify(taken)}`);
  await clerk.waitForFunction(() => document.querySelector("a.bell.soon") !== null, null, { timeout: 40_000 });
  await go(clerk, "去通知");
  await heading(clerk, "通知");
  await clerk.locator(".rows tbody tr").filter({ hasText: taken.no }).first().waitFor();
  await clerk.locator(".rows tbody tr").filter({ hasText: taken.no }).first().click();
  await clerk.locator(".told li").first().waitFor();
  await picture(clerk, "notices");

  step("the clerk answers for it, and nobody else is told");
  await clerk.keyboard.press("a");
  await line(clerk).filter({ hasText: "已应答" }).waitFor();
  await picture(clerk, "notices-answered");
  await clerk.keyboard.press("s");

  step("what failed, what nobody answered, what waits for opening hours");
  for (const [box, words] of [["failed", "发送失败"], ["unanswered", "无人应答"], ["held", "留待发送"], ["print", "待打印"]]) {
    await lead.goto(`${BASE[12345]}/notices?box=${box}`);
    await heading(lead, "通知");
    await lead.getByRole("link", { name: words, exact: true }).waitFor();
  }
  await picture(lead, "notices-print");

  step("the administrator sees which channels are set up");
  const system = await enter(12345, "sysadmin");
  await system.goto(`${BASE[12345]}/office/channels`);
  await heading(system, "通知渠道");
  await system.getByRole("heading", { name: "纸面", level: 2 }).waitFor();
  await system.getByRole("heading", { name: "短信", level: 2 }).waitFor();
  must((await system.getByRole("heading", { name: "邮件", level: 2 }).count()) === 0, "a channel that is not set up is offered");
  await picture(system, "office-channels");

  step("the roster and the notices in English, on a large screen");
  const wide = await enter(110, "lead", { theme: "light", language: "en" });
  await wide.setViewportSize({ width: 1920, height: 1080 });
  await wide.goto(`${BASE[110]}/roster`);
  await heading(wide, "Duty roster");
  await wide.locator(".week .rows tbody tr").first().waitFor();
  await picture(wide, "roster-en");
  await wide.goto(`${BASE[110]}/notices`);
  await heading(wide, "Notices");
  await picture(wide, "notices-en");
}
