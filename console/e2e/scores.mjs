// Scores by keyboard alone: a ranking and the cases behind its figures, an exclusion two people need,
// a period frozen and counted again, and a formula that is refused with its place.
// `run.mjs` calls it; `npm run e2e -- scores` does this part alone.

/** Does the assessor's and the supervisor's work; `tools` are those of run.mjs. */
export async function scoreFlows({ enter, picture, fill, must, step }) {
  const heading = (page, name) => page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
  const rows = (page) => page.locator(".office-main .rows tbody tr");
  const form = (page) => page.locator("dialog.office-form");
  const done = (page, text) => page.locator(".done-line").filter({ hasText: text }).waitFor();
  const go = async (page, words, name) => {
    await page.keyboard.press("Control+k");
    await page.locator("input[role=combobox]").waitFor();
    await fill(page, words);
    // Not only among the options but the first of them: until then Enter would choose another.
    await page.getByRole("option").first().filter({ hasText: words }).waitFor();
    await page.keyboard.press("Enter");
    await heading(page, name);
  };
  const typed = async (page, key, text) => {
    await page.keyboard.press(key);
    await page.keyboard.press("Control+a");
    await fill(page, text);
    await page.keyboard.press("Enter");
    await page.evaluate(() => document.activeElement?.blur());
  };

  /** Goes on with Tab until the box of that label has the focus. */
  const tabTo = async (page, label) => {
    for (let i = 0; i < 12; i += 1) {
      if (await page.evaluate((name) => document.activeElement?.labels?.[0]?.textContent === name, label)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${label}`);
  };

  step("the supervisor looks at last month's ranking and opens the cases behind a figure");
  const supervisor = await enter(12345, "supervisor");
  await go(supervisor, "去考核", "考核");
  await rows(supervisor).first().waitFor();
  const office = await supervisor.evaluate(async () => (await fetch("/api/scores")).json());
  const [now, before] = office.periods;
  await typed(supervisor, "d", before);
  await supervisor.waitForURL((url) => url.searchParams.get("period") === before);
  await rows(supervisor).first().waitFor();
  must((await rows(supervisor).first().locator("td").first().innerText()).startsWith("1"), "nobody is first");
  await supervisor.keyboard.press("j");
  await supervisor.keyboard.press("k");
  await supervisor.keyboard.press("]");
  const list = supervisor.locator(".score-list li");
  await list.first().waitFor();
  await picture(supervisor, "scores-rank");
  // The list beside a figure is what it was counted from.
  const counted = await supervisor.evaluate(async (period) => {
    const sheet = await (await fetch(`/api/scores/sheet?scheme=three_rates&period=${period}`)).json();
    const line = sheet.lines.find((each) => each.rank === 1);
    const answers = [];
    for (const figure of line.figures.filter((each) => each.lacks.length === 0)) {
      const page = await (await fetch(`/api/scores/cases?metric=${figure.metric}&period=${period}&unit=${line.unit}&which=counted`)).json();
      answers.push([figure.metric, figure.denominator, page.items.length, page.next]);
    }
    return answers;
  }, before);
  must(counted.length > 3, "the first unit has no figures");
  for (const [metric, denominator, items, next] of counted) must(next !== null || denominator === items, `${metric}: ${denominator} counted, ${items} listed`);
  const no = (await list.first().locator("a").innerText()).trim();

  step("last month is frozen and published, and counted again from the log");
  await supervisor.keyboard.press("p");
  await form(supervisor).waitFor();
  await fill(supervisor, "上月考核通报，领导小组批准");
  await picture(supervisor, "scores-publish");
  await supervisor.keyboard.press("Control+Enter");
  await done(supervisor, "已发布");
  await supervisor.keyboard.press("Alt+4");
  await rows(supervisor).first().waitFor();
  await supervisor.keyboard.press("r");
  await done(supervisor, "每一位数字都相同");
  await picture(supervisor, "scores-published");

  step("the lead asks that a case be left out; the lead cannot decide on it, the supervisor does");
  const lead = await enter(12345, "lead", { theme: "dark" });
  await go(lead, "去考核", "考核");
  await lead.keyboard.press("Alt+3");
  await lead.getByText("还没有剔除、申诉或登记").waitFor();
  await picture(lead, "scores-claims-empty");
  await lead.keyboard.press("n");
  await form(lead).waitFor();
  await tabTo(lead, "事项编号");
  await fill(lead, no);
  await tabTo(lead, "证据");
  await fill(lead, "同一来电人同一地点，见前一件");
  await lead.keyboard.press("Tab");
  await fill(lead, "与前一件重复");
  await picture(lead, "scores-ask");
  await lead.keyboard.press("Control+Enter");
  await done(lead, "等另一个人决定");
  await rows(lead).first().waitFor();
  must((await lead.getByRole("button", { name: /^成立/ }).isDisabled()) === true, "the lead may decide on the lead's own claim");
  await supervisor.keyboard.press("Alt+3");
  await rows(supervisor).filter({ hasText: no }).waitFor();
  await supervisor.keyboard.press("y");
  await form(supervisor).waitFor();
  await fill(supervisor, "证据属实，同意剔除");
  await supervisor.keyboard.press("Control+Enter");
  await done(supervisor, "已决定");
  await rows(supervisor).filter({ hasText: "成立" }).waitFor();
  await picture(supervisor, "scores-claims");

  step("what was published does not move");
  await supervisor.keyboard.press("Alt+4");
  await rows(supervisor).first().waitFor();
  await supervisor.keyboard.press("r");
  await done(supervisor, "每一位数字都相同");
  await supervisor.keyboard.press("o");
  await supervisor.getByText("已发布，不再变化").waitFor();
  await rows(supervisor).first().waitFor();
  await picture(supervisor, "scores-frozen");
  await supervisor.keyboard.press("b");
  await rows(supervisor).first().waitFor();

  step("a faulty formula is refused with line and column");
  await supervisor.keyboard.press("Alt+5");
  await rows(supervisor).first().waitFor();
  await picture(supervisor, "scores-rules");
  await supervisor.keyboard.press("e");
  await form(supervisor).waitFor();
  await tabTo(supervisor, "正文（TOML）");
  await supervisor.keyboard.press("Control+a");
  await fill(supervisor, '[[metric]]\nid = "own_rate"\nversion = 1\nzh = "本地办结率"\nen = "Own closing rate"\nshape = "rate"\ndenominator = "legs > 0"\nnumerator = "closd"\n');
  await supervisor.keyboard.press("Tab");
  await fill(supervisor, "本地口径，领导小组批准");
  await supervisor.keyboard.press("Control+Enter");
  await form(supervisor).getByText("第 8 行第 14 列").waitFor();
  await picture(supervisor, "scores-refused");
  await supervisor.keyboard.press("Escape");
  await form(supervisor).waitFor({ state: "detached" });

  step("the assessor reads before and after, in English, and changes nothing");
  const assessor = await enter(12345, "assessor", { theme: "dark", language: "en" });
  await go(assessor, "Go to the scores", "Scores");
  await rows(assessor).first().waitFor();
  must((await assessor.getByRole("button", { name: /Freeze and publish/ }).count()) === 0, "the assessor may publish");
  await assessor.keyboard.press("Alt+2");
  await rows(assessor).first().waitFor();
  await typed(assessor, "c", before);
  await assessor.waitForURL((url) => url.searchParams.get("before") === before);
  await assessor.getByRole("columnheader", { name: "In percent" }).waitFor();
  await rows(assessor).filter({ hasText: "no data" }).first().waitFor();
  await picture(assessor, "scores-figures");

  step("how a figure went over twelve periods, drawn and in a table; a period leads to its figures");
  await assessor.keyboard.press("g");
  await assessor.locator(".score-trend tbody tr").nth(11).locator("td").first().waitFor();
  await assessor.waitForFunction(() => [...document.querySelectorAll(".score-trend tbody td:nth-of-type(1)")].every((each) => each.textContent !== "…"));
  await assessor.locator(".line-chart canvas").waitFor();
  await picture(assessor, "scores-trend");
  must(now !== before, "this month is last month");
}
