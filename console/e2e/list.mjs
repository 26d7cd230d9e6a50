// The responsibility list by keyboard alone, on two platforms: draft, faults, a sentence, past cases, two people,
// publish, the desk quotes the new version, back to the old one.

/** Does the list's work; called by the office's story. */
export async function listFlows({ enter, picture, fill, must, step, BASE }) {
  const line = (page) => page.locator(".done-line");
  const form = (page) => page.locator("dialog.office-form");
  const text = (page) => page.locator("#list-text");
  const label = async (page) => (await page.locator(".list-running").innerText()).match(/[\w.-]*\d{4}\.\d+\.\d+/)?.[0] ?? "";

  step("the editor drafts the next version of the list at 12345");
  const editor = await enter(12345, "editor");
  await editor.getByRole("heading", { name: "权责清单", level: 1 }).waitFor();
  await editor.locator(".rows tbody tr").first().waitFor();
  const before = await label(editor);
  must(before !== "", "no version is named");
  await picture(editor, "office-list-versions");
  must((await editor.getByRole("button", { name: /退回到这一版/ }).isDisabled()) === true, "the editor may go back");
  await editor.keyboard.press("n");
  await text(editor).waitFor();
  await editor.locator(".list-two").getByText("检查通过").waitFor();

  step("a row is found and changed; what is wrong is named with its line");
  await editor.keyboard.press("/");
  await fill(editor, 'code = "H1-1"');
  await editor.waitForFunction(() => document.querySelector("#list-text")?.value.includes('code = "H1-1"') === true);
  const change = async (page, was, now) => {
    await text(page).focus();
    const at = (await text(page).inputValue()).indexOf(was);
    must(at >= 0, `the row has no ${was}`);
    await text(page).evaluate((box, [from, to]) => box.setSelectionRange(from, to), [at, at + was.length]);
    await page.keyboard.insertText(now);
  };
  await change(editor, '"夜间施工噪音",', '"邻居半夜唱歌太吵",');
  await editor.keyboard.press("Control+Enter");
  await editor.locator(".list-faults").getByText(/邻居半夜唱歌太吵.*应归到这里/).waitFor();
  await picture(editor, "office-list-faults");
  await change(editor, '"邻居半夜唱歌太吵",\n]\nnot', '"夜间施工噪音",\n]\nnot');
  await change(editor, 'lead = "urban-management"\nassist = ["ecology"]', 'lead = "ecology"\nassist = ["urban-management"]');
  await editor.keyboard.press("Control+Enter");
  await line(editor).filter({ hasText: "例句全部归对" }).waitFor();
  await picture(editor, "office-list-draft");

  step("the same row as a form: a word is added and taken away, its text stays letter by letter, its examples are tried");
  const written = await text(editor).inputValue();
  await text(editor).evaluate((box) => box.blur());
  await editor.keyboard.press("f");
  await editor.locator(".row-form").waitFor();
  await editor.locator(".row-tries li").nth(2).waitFor();
  must((await editor.locator(".row-tries li.over").count()) === 0, "an example does not come out as its row");
  await picture(editor, "office-list-form");
  const words = editor.getByLabel("触发词（有一个就算）");
  await words.focus();
  await fill(editor, "半夜敲击");
  await editor.keyboard.press("Enter");
  await editor.locator(".row-form .chip").filter({ hasText: "半夜敲击" }).waitFor();
  await editor.locator(".row-tries").getByText("有改动没有保存").waitFor();
  await editor.keyboard.press("Backspace");
  await editor.locator(".row-form .chip").filter({ hasText: "半夜敲击" }).waitFor({ state: "detached" });
  const naming = editor.locator(".row-form").getByLabel("事项", { exact: true });
  const named = await naming.inputValue();
  await naming.fill("");
  await editor.locator(".row-form").getByText("不能为空").waitFor();
  await naming.fill(named);
  await words.evaluate((box) => box.blur());
  await naming.evaluate((box) => box.blur());
  await editor.keyboard.press("f");
  must((await text(editor).inputValue()) === written, "the form changed what it was not asked to");

  step("a sentence by both lists, side by side");
  await editor.keyboard.press("Escape");
  await text(editor).evaluate((box) => box.blur());
  await editor.keyboard.press("t");
  await form(editor).waitFor();
  await fill(editor, "楼旁边工地半夜打桩声音太大");
  await editor.keyboard.press("Control+Enter");
  await editor.locator(".list-said section.differs").getByText("生态环境局").waitFor();
  await picture(editor, "office-list-try");
  await editor.keyboard.press("Escape");
  await form(editor).waitFor({ state: "detached" });

  step("the draft is tried over past cases");
  await editor.keyboard.press("b");
  await editor.keyboard.press("r");
  await editor.getByText("回看完成").waitFor({ timeout: 60_000 });
  await editor.getByText(/件会换地方/).first().waitFor();
  await picture(editor, "office-list-run");

  step("two people on one draft: both texts are shown, nothing is lost");
  const lead = await enter(12345, "lead", { theme: "dark" });
  await lead.goto(`${BASE[12345]}/office/list`);
  await text(lead).waitFor();
  for (const page of [lead, editor]) {
    if (page === editor) {
      await page.keyboard.press("d");
      await text(page).waitFor();
    }
    await page.locator("#list-text").evaluate((box) => box.blur());
    await page.keyboard.press("/");
    await fill(page, 'code = "H12-2"');
    await page.waitForFunction(() => document.querySelector("#list-text")?.value.includes('code = "H12-2"') === true);
  }
  await change(lead, 'name = "路灯照明"', 'name = "路灯照明维护"');
  await change(editor, 'name = "路灯照明"', 'name = "路灯与照明"');
  await lead.keyboard.press("Control+Enter");
  await line(lead).filter({ hasText: "已保存" }).waitFor();
  await editor.locator(".list-clashes pre").getByText("路灯照明维护").waitFor({ timeout: 20_000 });
  must((await editor.locator(".list-clashes").innerText()).includes("路灯与照明"), "one's own words are gone");
  await picture(editor, "office-list-merge");
  await editor.keyboard.press("o");
  await editor.keyboard.press("Control+Enter");
  await text(editor).waitFor();
  must((await text(editor).inputValue()).includes("路灯照明维护"), "what was chosen is not there");

  step("the lead publishes it, and the desk's suggestion quotes the new version");
  const taker = await enter(12345, "operator");
  const quoted = async () => {
    await taker.keyboard.press("F2");
    await taker.locator("#contact-narrative").waitFor();
    await fill(taker, "楼旁边工地半夜打桩声音太大,睡不着");
    await taker.locator(".headline-mode").waitFor();
  };
  await quoted();
  await taker.getByText(before).first().waitFor();
  await text(lead).evaluate((box) => box.blur());
  await lead.keyboard.press("p");
  await form(lead).waitFor();
  await lead.keyboard.press("Tab");
  await fill(lead, "领导小组会议批准");
  await picture(lead, "office-list-publish");
  await lead.keyboard.press("Control+Enter");
  await line(lead).filter({ hasText: "即刻施行" }).waitFor();
  await lead.waitForFunction((was) => !document.querySelector(".list-running")?.textContent.includes(was), before);
  const after = await label(lead);
  await quoted();
  await taker.getByText(after).first().waitFor();
  await taker.getByText("生态环境局").first().waitFor();
  await picture(taker, "office-list-desk");

  step("the two public lists are printed with version and date");
  await lead.evaluate(() => (globalThis.print = () => (globalThis.printed = document.querySelector(".public-list")?.textContent ?? "")));
  for (const [key, title] of [["p", "由110转12345办理的事项清单"], ["q", "由12345转110办理的事项清单"]]) {
    await lead.keyboard.press(key);
    await lead.waitForFunction((wanted) => globalThis.printed?.includes(wanted), title);
    must((await lead.evaluate(() => globalThis.printed)).includes(after), "the paper names no version");
    if (key === "p") {
      await lead.emulateMedia({ media: "print" });
      await lead.screenshot({ path: `${process.env["SCREENS"] ?? new URL("../../docs/screens", import.meta.url).pathname}/office-list-paper.png` });
      await lead.emulateMedia({ media: "screen" });
    }
    await lead.evaluate(() => dispatchEvent(new Event("afterprint")));
    await lead.locator(".public-list").waitFor({ state: "detached" });
  }

  step("a version to come waits for its moment and can be withdrawn; the other platform keeps its own list");
  await lead.keyboard.press("n");
  await text(lead).waitFor();
  await text(lead).evaluate((box) => box.blur());
  await lead.keyboard.press("p");
  await form(lead).waitFor();
  await lead.keyboard.press("ArrowDown");
  const when = lead.locator("input[type=datetime-local]");
  await when.waitFor();
  await when.fill(`${new Date().getFullYear() + 1}-01-02T08:00`);
  await when.press("Tab");
  await lead.getByLabel("理由").focus();
  await lead.getByLabel("理由").fill("新年起施行");
  await lead.keyboard.press("Control+Enter");
  await line(lead).filter({ hasText: "到时自动切换" }).waitFor();
  await lead.locator(".rows").getByText("待施行").waitFor();
  await lead.keyboard.press("w");
  await form(lead).waitFor();
  await fill(lead, "推迟施行");
  await lead.keyboard.press("Control+Enter");
  await lead.locator(".rows").getByText("已撤回").waitFor();
  const police = await enter(110, "lead");
  await police.goto(`${BASE[110]}/office/list`);
  await police.locator(".list-running").waitFor();
  must((await label(police)) === before, "the other platform changed its list");

  step("back to the first version in one step, with the reason");
  for (let i = 0; i < 4; i += 1) await lead.keyboard.press("j");
  await lead.keyboard.press("r");
  await form(lead).waitFor();
  await fill(lead, "新版归类有误");
  await picture(lead, "office-list-back");
  await lead.keyboard.press("Control+Enter");
  await line(lead).filter({ hasText: before }).waitFor();
  await lead.waitForFunction((was) => document.querySelector(".list-running")?.textContent.includes(was), before);
  await quoted();
  await taker.getByText(before).first().waitFor();
  await picture(lead, "office-list-after");

  step("the list in English, on a large screen");
  const wide = await enter(12345, "editor", { theme: "light", language: "en" }, { width: 1920, height: 1080 });
  await wide.getByRole("heading", { name: "List", level: 1 }).waitFor();
  await wide.locator(".rows tbody tr").first().waitFor();
  await picture(wide, "office-en-list-versions");
  await wide.keyboard.press("b");
  await wide.getByText("Done", { exact: false }).first().waitFor();
  await picture(wide, "office-en-list-run");
  await wide.keyboard.press("d");
  await wide.getByText("There is no draft").waitFor();
  await picture(wide, "office-en-list-draft");
}
