// The citizen's own pages, phone first, by keyboard alone, in both languages, and without scripts.
import { png } from "./case.mjs";

export async function publicFlows({ BASE, browser, out, stamp, faults, axeSource, enter, step, must, find, fill }) {
  const phone = async (options = {}, path = "/report.html") => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => faults.push(`public: ${error.message}`));
    await page.goto(`${BASE[12345]}${path}`);
    return page;
  };
  const picture = async (page, name) => {
    await page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) faults.push(`${name}: scrolls sideways by ${wide}`);
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
    for (const each of violations) faults.push(`${name}: axe ${each.id}: ${each.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
  };

  step("a citizen reports; danger is told while it is written");
  const page = await phone();
  await page.getByLabel(/发生了什么事/).focus();
  await page.keyboard.insertText("他拿着刀站在门口");
  await page.getByText("听起来有危险，请立即拨打 110").waitFor();
  await picture(page, "public-danger");
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(`路灯坏了三天，晚上很黑 p${stamp}`);
  await page.locator("#danger").getByText("听起来有危险").waitFor({ state: "detached" });
  await page.keyboard.press("Tab");
  await page.keyboard.insertText("望江路18号门口");
  await page.keyboard.press("Tab");
  await page.keyboard.insertText("10000000043");
  await page.locator("#photos").setInputFiles([
    { name: "路灯.png", mimeType: "image/png", buffer: png(300, 200, [60, 60, 90]) },
    { name: "假照片.jpg", mimeType: "image/jpeg", buffer: Buffer.from("<html><script>alert(1)</script>") },
  ]);
  await picture(page, "public-report");
  await page.locator("#number").focus();
  await page.keyboard.press("Enter");
  await page.getByText("照片 路灯.png 已收到。").waitFor();
  await page.getByText(/假照片.jpg 不是照片/).waitFor();
  const no = await page.locator("#no").innerText();
  const key = await page.locator("#key").innerText();
  await picture(page, "public-receipt");

  step("the desk has it, with the picture; a unit answers");
  const lead = await enter(12345, "lead");
  await find(lead, `p${stamp}`);
  await lead.getByText("群众上传").waitFor();
  await lead.evaluate(async (number) => {
    const send = async (command) => {
      const answer = await fetch(`/api/cases/${number}/commands`, { method: "POST", headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }, body: JSON.stringify(command) });
      if (!answer.ok) throw new Error(await answer.text());
    };
    const units = await (await fetch("/api/units")).json();
    const unit = units.find((each) => each.code === "urban-management").code;
    await send({ command: "dispatch", lead: unit });
  }, no);
  const clerk = await enter(12345, "urban-management");
  await clerk.evaluate(async (number) => {
    for (const command of [
      { command: "sign", leg: "a1" },
      { command: "give_result", leg: "a1", text: "更换灯泡", public_reply: "路灯已修好，谢谢您的反映。", solved: "solved" },
    ]) {
      const answer = await fetch(`/api/cases/${number}/commands`, { method: "POST", headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }, body: JSON.stringify(command) });
      if (!answer.ok) throw new Error(await answer.text());
    }
  }, no);
  await lead.getByRole("button", { name: "审核", exact: true }).waitFor();
  await lead.keyboard.press("q");
  await lead.getByRole("heading", { name: "审核", exact: true }).waitFor();
  await lead.keyboard.press("Space");
  await lead.keyboard.press("Tab");
  await fill(lead, "照片一致");
  await lead.keyboard.press("Control+Enter");
  await lead.locator(".timeline").getByText("审核通过").waitFor();

  step("the citizen follows by telephone number and rates the answer, once");
  await page.locator("#follow-key").fill("");
  await page.locator("#follow-number").focus();
  await page.keyboard.insertText("100 0000 0043");
  await page.keyboard.press("Enter");
  await page.getByText("路灯已修好").waitFor();
  await page.locator("#rate").waitFor();
  await page.locator("#rate input").first().focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  for (let i = 0; i < 4; i += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  for (let i = 0; i < 3; i += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.insertText("修得很快");
  await picture(page, "public-rate");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("您的评价已经记录").waitFor();
  must(!(await page.locator("#rate").isVisible()), "the answer can be rated twice");
  await lead.locator(".timeline").getByText("群众评价").waitFor();
  await lead.getByText("修得很快").first().waitFor();

  step("without scripts, and in English, light and dark");
  const bare = await phone({ javaScriptEnabled: false });
  await bare.locator("#follow-no").fill(no);
  await bare.locator("#follow-number").fill("10000000043");
  await bare.locator("#follow button").click();
  await bare.getByText("路灯已修好").waitFor();
  await bare.screenshot({ path: `${out}/public-status.png`, fullPage: true });
  const wrong = await phone({}, `/report/status?no=${no}&key=0`);
  await wrong.getByText("没有找到").waitFor();
  await picture(wrong, "public-status-missing");
  const found = await phone({ colorScheme: "dark" }, `/report/status?no=${no}&key=${key}&lang=en`);
  await found.getByText("How it stands", { exact: true }).waitFor();
  await picture(found, "public-status-en");
  const english = await phone({ locale: "en-GB", colorScheme: "dark" }, "/report.en.html");
  await english.getByLabel(/What happened/).focus();
  await fill(english, "他拿着刀站在门口");
  await english.getByText("This sounds dangerous").waitFor();
  await picture(english, "public-report-en");

  step("what the units promise is there for everybody");
  const promises = await phone({ javaScriptEnabled: false }, "/report.html");
  await promises.getByRole("link", { name: "各单位的受理时间和服务承诺" }).click();
  await promises.getByRole("row", { name: /望澜县自来水公司 全天 60 分钟内/ }).waitFor();
  await promises.screenshot({ path: `${out}/public-promises.png`, fullPage: true });
  const promised = await phone({ locale: "en-GB", colorScheme: "dark" }, "/report/promises?lang=en");
  await promised.getByRole("row", { name: /望澜县水利局 working days 08:30-17:30/ }).waitFor();
  await picture(promised, "public-promises-en");
}
