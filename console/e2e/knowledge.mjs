// The knowledge base by keyboard alone: written by one, approved by another, published, put into an answer while the
// caller speaks, reported wrong, and the report seen by its editor.

/** Does the knowledge base's work. */
export async function knowledgeFlows({ enter, picture, fill, must, step, BASE, stamp }) {
  const form = (page) => page.locator("dialog.office-form");
  const line = (page) => page.locator(".done-line");
  const doing = (page, name) => page.getByRole("button", { name });
  const open = async (page) => {
    await page.goto(`${BASE[12345]}/office/knowledge`);
    await page.getByRole("heading", { name: "知识库", level: 1 }).waitFor();
    await page.locator(".rows tbody tr").first().waitFor();
  };
  const title = `望澜水库什么时候放水${stamp}`;
  const answer = `望澜水库每年四月和十月放水，放水前三天在县政府网站公告（${stamp}）。`;

  step("the editor writes an article; a title alone is not enough");
  const editor = await enter(12345, "editor");
  await open(editor);
  await picture(editor, "knowledge-office");
  await editor.keyboard.press("n");
  await form(editor).waitFor();
  await fill(editor, title);
  must(await form(editor).getByRole("button", { name: /保存草稿/ }).isDisabled(), "an article without an answer can be saved");
  await form(editor).getByLabel("答复", { exact: true }).focus();
  await fill(editor, answer);
  await form(editor).getByLabel("关键词", { exact: true }).focus();
  await fill(editor, `水库放水${stamp}、开闸${stamp}`);
  await form(editor).getByLabel("依据", { exact: true }).focus();
  await fill(editor, "望澜水库调度规程第五条");
  await form(editor).getByLabel("最后一天", { exact: true }).focus();
  await fill(editor, "明年");
  await editor.keyboard.press("Control+Enter");
  await form(editor).getByText("日期写成 2026-12-01 这样。").waitFor();
  await picture(editor, "knowledge-form-wrong");
  await form(editor).getByLabel("最后一天", { exact: true }).fill("2035-12-31");
  await editor.keyboard.press("Control+Enter");
  await line(editor).filter({ hasText: "草稿已保存" }).waitFor();
  await editor.locator(".knowledge-article").getByText(answer).waitFor();
  must(await doing(editor, /^审核通过/).isDisabled(), "the editor may approve what is his own");
  must(await doing(editor, /^发布/).isDisabled(), "a draft can be published");

  step("the desk finds no draft");
  const operator = await enter(12345, "operator");
  await operator.locator("textarea").first().waitFor();
  const found = async (page, words) =>
    page.evaluate(async (q) => (await (await fetch("/api/knowledge/answers", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ q }) })).json()).items.map((each) => each.title), words);
  must(!(await found(operator, `开闸${stamp}`)).includes(title), "a draft is shown at the desk");

  step("the lead approves, the editor publishes");
  const lead = await enter(12345, "lead");
  await open(lead);
  await lead.locator(".rows tbody tr").filter({ hasText: title }).click();
  await lead.locator(".knowledge-article").getByText(answer).waitFor();
  await lead.keyboard.press("y");
  await line(lead).filter({ hasText: "已审核" }).waitFor();
  await open(editor);
  await editor.locator(".rows tbody tr").filter({ hasText: title }).click();
  await editor.locator(".knowledge-article").getByText(answer).waitFor();
  await editor.keyboard.press("p");
  await line(editor).filter({ hasText: "各席位现在就能查到" }).waitFor();
  await picture(editor, "knowledge-published");

  step("while the caller speaks the answer stands beside, and one key puts it into the reply");
  await operator.keyboard.press("F2");
  await operator.locator("textarea").first().focus();
  await fill(operator, `您好，我想问一下水库放水${stamp}是哪几天，我家田在下游`);
  const beside = operator.locator(".knowledge-beside");
  await beside.getByText(title).waitFor();
  await picture(operator, "knowledge-beside");
  await operator.keyboard.press("Alt+a");
  const reply = operator.locator(".command-form textarea").first();
  await reply.waitFor();
  must((await reply.inputValue()).includes(answer), "the answer is not in the reply");
  await operator.keyboard.press("Alt+a");
  must((await reply.inputValue()).split(answer).length === 2, "the same answer stands twice");
  await picture(operator, "knowledge-reply");
  await operator.keyboard.press("Control+Enter");
  await operator.locator(".command-form").waitFor({ state: "detached" });

  step("it is looked up by first letters, and somebody says that it is wrong");
  await operator.keyboard.press("F2");
  await operator.locator("textarea").first().focus();
  await operator.keyboard.press("Alt+Shift+z");
  const finder = operator.locator("dialog.knowledge-find");
  await finder.waitFor();
  await fill(operator, "wlsk");
  await finder.getByText(title).first().waitFor();
  await picture(operator, "knowledge-find");
  await finder.getByRole("searchbox").fill(`开闸${stamp}`);
  await finder.locator("li").filter({ hasText: title }).waitFor();
  await finder.getByText("已答复 1 次").waitFor();
  await operator.keyboard.press("Alt+Shift+w");
  await operator.getByText("这条知识有错").first().waitFor();
  await fill(operator, "今年改在五月放水");
  await operator.keyboard.press("Control+Enter");
  await operator.getByText("已报告，知识库编辑会看到").waitFor();
  await picture(operator, "knowledge-wrong");
  await operator.keyboard.press("Escape");
  await operator.keyboard.press("Escape");

  step("its editor sees the report and withdraws it; the desk finds it no more");
  await open(editor);
  await editor.locator(".rows tbody tr").filter({ hasText: title }).click();
  await editor.locator(".knowledge-article").getByText("今年改在五月放水").first().waitFor();
  await picture(editor, "knowledge-reported");
  await editor.keyboard.press("w");
  await form(editor).waitFor();
  await fill(editor, "放水时间已经调整");
  await editor.keyboard.press("Control+Enter");
  await line(editor).filter({ hasText: "已停用" }).waitFor();
  must(!(await found(operator, `开闸${stamp}`)).includes(title), "what was withdrawn is shown at the desk");

  step("dark, wide and English");
  const wide = await enter(12345, "editor", { theme: "dark" }, { width: 1920, height: 1080 });
  await open(wide);
  await picture(wide, "knowledge-office-dark-wide");
  const taker = await enter(12345, "operator2", { theme: "dark", language: "en" }, { width: 1920, height: 1080 });
  await taker.locator("textarea").first().focus();
  await fill(taker, "我家从早上就没水了，小区停水什么时候恢复");
  await taker.locator(".knowledge-beside").getByText("停水多久恢复").waitFor();
  await picture(taker, "knowledge-beside-en-dark-wide");
}
