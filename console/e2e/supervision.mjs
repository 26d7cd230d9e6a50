// Supervision by keyboard alone: the supervisor opens a rung from a case, the unit answers, the supervisor decides and
// closes; the daily list is ticked, a finding judged, a case watched; the assessor reads all and can do nothing.

export async function supervisionFlows({ enter, picture, fill, must, step, find, stamp, BASE }) {
  const form = (page) => page.locator("dialog.office-form");
  const line = (page) => page.locator(".done-line");
  const part = (page, name) => page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();

  step("the county's past has every rung, and each says why");
  const chief = await enter(12345, "supervisor");
  await chief.goto(`${BASE[12345]}/supervision`);
  await part(chief, "督办台");
  await chief.locator(".rows tbody tr").first().waitFor();
  const rungs = await chief.evaluate(async () => (await (await fetch("/api/supervision")).json()).items.map((each) => each.rung));
  for (const rung of ["urge", "order", "meeting", "interview", "bulletin", "accountability"]) must(rungs.includes(rung), `the past has no ${rung}: ${[...new Set(rungs)].join(" ")}`);
  await chief.locator(".measure-history li").first().waitFor();
  must((await chief.locator(".measure q").first().innerText()).length > 8, "a measure quotes no rule");
  await picture(chief, "supervision-board");

  step("a case that is at work is supervised by key, skipping a rung only in writing");
  const lead = await enter(12345, "lead");
  const at = await lead.evaluate(
    async ([narrative, unit]) => {
      const body = { channel: "phone", narrative, place: "望江路18号", caller_number: "10000000043", contact_number: "10000000043", caller_name: "虚构乙", then: { command: "dispatch", lead: unit } };
      const answer = await fetch("/api/contacts", { method: "POST", headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      return { no: (await answer.json()).no, unit };
    },
    [`楼下烧烤店的油烟天天飘进屋里，反映过没人管 ${stamp}`, "urban-management"],
  );
  await find(chief, at.no);
  await chief.keyboard.press("0");
  await form(chief).waitFor();
  must((await form(chief).locator("select").nth(2).inputValue()) === at.unit, "the unit at work is not filled in");
  await form(chief).locator("select").first().selectOption("order");
  await form(chief).locator("input").first().focus();
  await fill(chief, `请在两日内办结 ${stamp}`);
  await chief.keyboard.press("Tab");
  await fill(chief, "联动工作办法第十三条");
  await chief.keyboard.press("Tab");
  await fill(chief, "诉求人多次来电催问");
  await chief.keyboard.press("Control+Enter");
  await form(chief).getByText("上一梯级还没有用过").waitFor();
  await picture(chief, "supervision-skipped");
  await chief.keyboard.press("Tab");
  await fill(chief, "涉及多户居民，直接督办");
  await chief.keyboard.press("Control+Enter");
  await form(chief).waitFor({ state: "detached" });
  await chief.locator(".case-ladder li").first().waitFor();
  await chief.locator(".timeline li").filter({ hasText: "督办" }).first().waitFor();
  const no = await chief.locator(".case-ladder li .figures").first().innerText();
  must(/^DB-\d{4}-\d{5}$/.test(no), `no number of an order: ${no}`);
  await picture(chief, "supervision-case");

  step("the case is put on the watch list");
  await chief.keyboard.press("F4");
  await chief.locator(".command-form").waitFor();
  await chief.locator(".command-form input[type=radio]").first().check();
  await chief.locator(".command-form input:not([type=radio])").last().focus();
  await fill(chief, "跟踪到办结");
  await chief.keyboard.press("Control+Enter");
  await chief.locator(".sign").filter({ hasText: "跟踪" }).first().waitFor();
  await chief.goto(`${BASE[12345]}/supervision/watch`);
  await part(chief, "跟踪名单");
  await chief.locator(".rows tbody tr").filter({ hasText: at.no }).waitFor();
  await picture(chief, "supervision-watch");

  step("the unit sees what is addressed to it and answers");
  const unit = await enter(12345, at.unit, { theme: "dark" });
  await unit.goto(`${BASE[12345]}/supervision`);
  await part(unit, "发给本单位的督办");
  const own = unit.locator(".rows tbody tr").filter({ hasText: no });
  await own.click();
  await unit.locator(".office-side h2").filter({ hasText: no }).waitFor();
  must((await unit.getByRole("button", { name: /撤销|审定|发起督办/ }).count()) === 0, "a unit may decide on its own measure");
  await unit.keyboard.press("a");
  await form(unit).waitFor();
  await fill(unit, "已派员到场，明日办结并回复诉求人");
  await picture(unit, "supervision-answer");
  await unit.keyboard.press("Control+Enter");
  await line(unit).filter({ hasText: no }).waitFor();

  step("the supervisor accepts and closes it");
  await chief.keyboard.press("Alt+1");
  await part(chief, "督办台");
  await chief.locator(".rows tbody tr").filter({ hasText: no }).click();
  await chief.locator(".office-side h2").filter({ hasText: no }).waitFor();
  for (const [key, words] of [["y", "情况属实，予以通过"], ["x", "问题已解决，予以销号"]]) {
    await chief.keyboard.press(key);
    await form(chief).waitFor();
    await fill(chief, words);
    await chief.keyboard.press("Control+Enter");
    await form(chief).waitFor({ state: "detached" });
    await chief.locator(".measure-history").getByText(words).waitFor();
  }
  await picture(chief, "supervision-closed");

  step("the daily list is ticked with a sentence");
  await chief.keyboard.press("Alt+2");
  await part(chief, "每日核查");
  await chief.locator(".rows tbody tr, .empty").first().waitFor();
  if ((await chief.locator(".rows tbody tr").count()) > 0) {
    await chief.locator(".rows tbody tr").first().click();
    await chief.keyboard.press("t");
    await form(chief).waitFor();
    await fill(chief, `已电话核实 ${stamp}`);
    await chief.keyboard.press("Control+Enter");
    await chief.locator(".rows").getByText(`已电话核实 ${stamp}`).waitFor();
  }
  await picture(chief, "supervision-daily");

  step("a finding is judged with a reason, its evidence beside it");
  await chief.keyboard.press("Alt+4");
  await part(chief, "疑点");
  await chief.locator(".rows tbody tr").first().waitFor();
  await chief.locator(".office-side .measure-cases li").first().waitFor();
  await picture(chief, "supervision-findings");
  const before = await chief.locator(".rows tbody tr").count();
  await chief.keyboard.press("x");
  await form(chief).waitFor();
  await fill(chief, "与台账核对，不属实");
  await chief.keyboard.press("Control+Enter");
  await chief.waitForFunction((count) => document.querySelectorAll(".rows tbody tr").length === count - 1, before);

  step("the rules can be read, and the assessor reads all and can do nothing");
  const assessor = await enter(12345, "assessor", { theme: "light", language: "en" }, { width: 1920, height: 1080 });
  await assessor.goto(`${BASE[12345]}/supervision`);
  await part(assessor, "Board");
  await assessor.locator(".measure-history li").first().waitFor();
  must((await assessor.locator(".doings button").count()) <= 3, "the assessor may do more than print, keep the paper and look");
  await picture(assessor, "supervision-en");
  await assessor.keyboard.press("Alt+5");
  await part(assessor, "Rules");
  await assessor.locator(".rows tbody tr").first().waitFor();
  await picture(assessor, "supervision-en-rules");
}
