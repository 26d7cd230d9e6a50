// The clock catalogue by keyboard: the Friday before the spring festival worked out, a bad catalogue refused with its
// line, a good one published and quoted by the next case, and taken back.

/** Does the catalogue's work; `tools` are those of run.mjs. */
export async function clockFlows({ enter, picture, fill, must, step, stamp }) {
  const line = (page) => page.locator(".done-line");
  const form = (page) => page.locator("dialog.office-form");
  const part = async (page, name) => page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
  const row = (page, stage) => page.locator(".rows tbody tr").filter({ hasText: stage }).first();
  const open = async (page) => {
    await page.goto(new URL("/office/clocks", page.url()).href);
    await part(page, page.url().includes("en") ? "Clocks" : "时限");
  };

  step("the desk lead works out a Friday at ten to five before the spring festival");
  const lead = await enter(12345, "lead");
  await lead.locator("header.bar").waitFor();
  await open(lead);
  await lead.getByText(/现行 seed-papers-1/).first().waitFor();
  await lead.getByLabel("事项", { exact: true }).selectOption("H1-1");
  await lead.getByLabel("单位级别").selectOption("2");
  await lead.getByLabel("派单时刻").focus();
  await fill(lead, "2026-02-13 16:50");
  await lead.keyboard.press("Enter");
  await row(lead, "首次反馈").getByText("2026-02-13 18:50").waitFor();
  await row(lead, "办结").getByText("2026-02-15 16:50").waitFor();
  await picture(lead, "office-clocks-preview");

  step("a moment that is none is said beside its box");
  await lead.getByLabel("派单时刻").focus();
  await lead.keyboard.press("Control+a");
  await fill(lead, "下周五");
  await lead.keyboard.press("Enter");
  await lead.locator(".field .wrong").first().waitFor();
  await lead.keyboard.press("Control+a");
  await fill(lead, "2026-02-13 16:50");
  await lead.keyboard.press("Enter");
  await row(lead, "办结").waitFor();
  await lead.getByLabel("派单时刻").evaluate((box) => box.blur());

  step("another catalogue as a draft: working days over the festival, day by day");
  await lead.keyboard.press("2");
  await lead.getByLabel("目录全文").waitFor();
  await picture(lead, "office-clocks-catalogue");
  await lead.getByLabel("从自带目录开始").selectOption("working-day-city");
  const text = lead.getByLabel("目录全文");
  const good = await text.inputValue();
  must(good.includes("working-day-city-2"), "the shipped text is not in the box");
  await text.evaluate((box) => box.blur());
  await lead.keyboard.press("t");
  await row(lead, "办结").getByText("2026-02-27 23:59").waitFor();
  await row(lead, "办结").click();
  await lead.locator(".clock-days").getByText(/调休上班，第 1 天/).waitFor();
  must((await lead.locator(".clock-days .holiday").count()) >= 5, "the festival is not in the reasoning");
  await picture(lead, "office-clocks-days");

  step("a bad one is refused with its line, and the one in force stays");
  await lead.keyboard.press("2");
  await text.waitFor();
  const own = good.replace("working-day-city-2", `own-${stamp}`);
  await text.focus();
  await lead.keyboard.press("Control+a");
  await fill(lead, own.replace('span = "15wd"', 'span = "14wd"'));
  await text.evaluate((box) => box.blur());
  await lead.keyboard.press("v");
  await lead.locator(".failure").getByText(/不能发布/).waitFor();
  await lead.locator(".failure").getByText(/第 \d+ 行/).first().waitFor();
  await picture(lead, "office-clocks-faults");
  await lead.keyboard.press("p");
  await form(lead).waitFor();
  await fill(lead, "领导小组会议批准");
  await lead.keyboard.press("Control+Enter");
  await form(lead).getByText(/不能发布/).waitFor();
  await lead.keyboard.press("Escape");
  await form(lead).waitFor({ state: "detached" });
  await lead.getByText(/现行 seed-papers-1/).first().waitFor();

  step("a good one is published and holds");
  await text.focus();
  await lead.keyboard.press("Control+a");
  await fill(lead, own);
  await text.evaluate((box) => box.blur());
  await lead.keyboard.press("v");
  await lead.getByText(/示例全部通过/).waitFor();
  await lead.keyboard.press("p");
  await form(lead).waitFor();
  await lead.keyboard.press("Control+a");
  await fill(lead, "领导小组会议批准");
  await lead.keyboard.press("Control+Enter");
  await line(lead).filter({ hasText: `已发布 own-${stamp}` }).waitFor();
  await lead.getByText(`现行 own-${stamp}`).first().waitFor();
  await lead.locator(".clock-versions").getByText(`own-${stamp}`).waitFor();
  await picture(lead, "office-clocks-published");

  step("back to the papers' clocks, under a name of its own");
  await lead.getByLabel("从自带目录开始").selectOption("seed-papers");
  const papers = (await text.inputValue()).replace("seed-papers-1", `seed-papers-${stamp}`);
  await text.focus();
  await lead.keyboard.press("Control+a");
  await fill(lead, papers);
  await text.evaluate((box) => box.blur());
  await lead.keyboard.press("p");
  await form(lead).waitFor();
  await fill(lead, "恢复论文时限");
  await lead.keyboard.press("Control+Enter");
  await line(lead).filter({ hasText: `已发布 seed-papers-${stamp}` }).waitFor();

  step("the administrator looks in English and in the dark, and may not publish");
  const system = await enter(12345, "sysadmin", { theme: "dark", language: "en" }, { width: 1920, height: 1080 });
  await system.locator("header.bar").waitFor();
  await system.goto(new URL("/office/clocks", system.url()).href);
  await part(system, "Clocks");
  await system.locator(".rows tbody tr").first().waitFor();
  await picture(system, "office-clocks-en");
  await system.keyboard.press("2");
  await system.getByText(/The desk lead publishes/).waitFor();
  must((await system.getByRole("button", { name: /^Publish/ }).count()) === 0, "the administrator may publish");
}
