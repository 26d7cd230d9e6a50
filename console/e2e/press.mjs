// Bulletins and registers by keyboard alone: two people make a bulletin, a checklist item is struck off with evidence,
// minutes and an order sheet are PDF.

/** Asks for a document as the page does, and says what came. */
async function paper(page, path) {
  return page.evaluate(async (address) => {
    const answer = await fetch(address);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, begins: String.fromCharCode(...bytes.slice(0, 5)), type: answer.headers.get("content-type") };
  }, path);
}

export async function pressFlows({ enter, picture, fill, must, step, BASE, stamp }) {
  const line = (page) => page.locator(".done-line");
  const form = (page) => page.locator("dialog.office-form");
  const row = (page) => page.locator(".rows tr[aria-current]");

  step("the lead begins a bulletin, edits its words and sees them on paper");
  const lead = await enter(12345, "lead");
  await lead.locator("header.bar").waitFor();
  await lead.goto(`${BASE[12345]}/bulletins`);
  await lead.getByRole("heading", { name: "通报", level: 1 }).waitFor();
  await row(lead).waitFor();
  await lead.locator(".press-paper h2").waitFor();
  await picture(lead, "bulletins");
  await lead.keyboard.press("n");
  await form(lead).waitFor();
  await picture(lead, "bulletin-begin");
  await lead.keyboard.press("Control+Enter");
  await line(lead).getByText("已起草").waitFor();
  await lead.locator(".press-paper h3").first().waitFor();
  must(await lead.getByRole("button", { name: /审批通过/ }).isDisabled(), "one approves what one wrote");
  await lead.keyboard.press("e");
  const words = lead.getByLabel("第 2 部分的文字");
  await words.waitFor();
  await words.focus();
  await lead.keyboard.press("Control+a");
  await fill(lead, `本周运行平稳，第${stamp}号提示照常。`);
  await lead.locator(".press-paper").getByText(`第${stamp}号提示照常`).waitFor();
  await picture(lead, "bulletin-edit");
  await lead.keyboard.press("Control+Enter");
  await line(lead).getByText("已保存").waitFor();
  const address = new URL(lead.url()).pathname;

  step("somebody else approves it, the lead publishes it, the sending is noted");
  const other = await enter(12345, "supervisor", { theme: "dark" });
  await other.locator("header.bar").waitFor();
  await other.goto(`${BASE[12345]}${address}`);
  await other.locator(".press-paper").getByText(`第${stamp}号提示照常`).waitFor();
  await other.keyboard.press("a");
  await line(other).getByText("已审批").waitFor();
  await picture(other, "bulletin-approved");
  await lead.reload();
  await lead.locator(".press-paper").getByText(`第${stamp}号提示照常`).waitFor();
  await lead.keyboard.press("p");
  await form(lead).waitFor();
  await lead.keyboard.press("Control+Enter");
  await line(lead).getByText("已发布").waitFor({ timeout: 60_000 });
  await lead.keyboard.press("m");
  await form(lead).waitFor();
  await fill(lead, "综合执法局");
  await lead.keyboard.press("Control+Enter");
  await line(lead).getByText("已登记发送").waitFor();
  await picture(lead, "bulletin-published");
  const pdf = await paper(lead, `/api${address}/document?format=pdf`);
  must(pdf.status === 200 && pdf.begins === "%PDF-", `the bulletin is ${JSON.stringify(pdf)}`);

  step("registers: a checklist item is struck off with evidence only");
  await lead.goto(`${BASE[12345]}/registers`);
  await lead.getByRole("heading", { name: "联席会议", level: 1 }).waitFor();
  await row(lead).waitFor();
  await lead.locator(".press-tasks li").first().waitFor();
  await picture(lead, "registers");
  await lead.keyboard.press("]");
  await lead.getByRole("heading", { name: "联络员", level: 1 }).waitFor();
  await lead.goto(`${BASE[12345]}/registers/checklist`);
  await lead.getByRole("heading", { name: "挂账销号", level: 1 }).waitFor();
  await row(lead).waitFor();
  await lead.keyboard.press("n");
  await form(lead).waitFor();
  await fill(lead, `井盖缺失 ${stamp}`);
  await lead.keyboard.press("Control+Enter");
  await form(lead).getByText("必须填写").first().waitFor();
  await picture(lead, "register-refused");
  await lead.getByLabel(/^单位/).first().selectOption({ index: 2 });
  for (const [label, text] of [["问题来源", "群众来电"], ["问题（", "人行道井盖缺失。"], ["责任人", "叶知"]]) {
    await form(lead).getByLabel(label).first().focus();
    await fill(lead, text);
  }
  await form(lead).getByLabel("销号时限").fill("2030-01-31");
  await picture(lead, "register-form");
  await lead.keyboard.press("Control+Enter");
  await line(lead).getByText("已保存").waitFor();
  await row(lead).getByText(`井盖缺失 ${stamp}`).waitFor();
  await lead.locator(".office-side h2").getByText(`井盖缺失 ${stamp}`).waitFor();
  await lead.keyboard.press("c");
  await form(lead).waitFor();
  must(await form(lead).getByRole("button", { name: /^销号/ }).isDisabled(), "struck off without evidence");
  await fill(lead, "现场复核井盖已补装");
  await lead.keyboard.press("Control+Enter");
  await line(lead).getByText("已销号").waitFor();
  await picture(lead, "register-closed");

  step("a unit reads what is about it; the registers in English, on a large screen");
  const wide = await enter(12345, "assessor", { theme: "light", language: "en" });
  await wide.setViewportSize({ width: 1920, height: 1080 });
  await wide.locator("header.bar").waitFor();
  await wide.goto(`${BASE[12345]}/registers/inspection`);
  await wide.getByRole("heading", { name: "Supervision visits", level: 1 }).waitFor();
  await picture(wide, "registers-en");
  must(await wide.getByRole("button", { name: /New entry/ }).isDisabled(), "the assessor writes");
  await wide.goto(`${BASE[12345]}/bulletins`);
  await wide.locator(".press-paper h2").waitFor();
  await picture(wide, "bulletins-en");

  step("a case on paper");
  const no = await lead.evaluate(async () => (await (await fetch("/api/cases?limit=1")).json()).items[0].no);
  const sheet = await paper(lead, `/api/cases/${encodeURIComponent(no)}/sheet`);
  must(sheet.status === 200 && sheet.begins === "%PDF-", `the sheet is ${JSON.stringify(sheet)}`);
  await lead.goto(`${BASE[12345]}/cases/${encodeURIComponent(no)}`);
  await lead.getByRole("article", { name: no, exact: true }).waitFor();
  const shown = lead.waitForEvent("popup");
  await lead.keyboard.press("Shift+F9");
  must((await shown) !== null, "no paper is shown");
  must((await lead.locator(".case .failure").count()) === 0, "the paper was refused");
}
