// The back office by keyboard alone: each administrator's own part, and that they cannot do another's.
// `run.mjs` calls it; `npm run e2e -- office` does this part alone.

/** Does the office's work; `tools` are those of run.mjs. */
export async function officeFlows({ enter, picture, fill, must, step, stamp, BASE, PASSWORD }) {
  const line = (page) => page.locator(".done-line");
  const part = async (page, name) => page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();
  const form = (page) => page.locator("dialog.office-form");

  step("the system administrator starts in the back office and asks the link for a sign of life");
  const system = await enter(110, "sysadmin");
  await part(system, "对接");
  await system.locator(".office-side .pairs").waitFor();
  await system.keyboard.press("t");
  await line(system).filter({ hasText: "对端应答了" }).waitFor();
  await picture(system, "office-links");

  step("makes an account; its initial password is shown once");
  await system.keyboard.press("Alt+2");
  await part(system, "账号");
  await system.locator(".rows tbody tr").first().waitFor();
  await system.keyboard.press("n");
  await form(system).waitFor();
  const login = `new.${stamp}`;
  await fill(system, login);
  await system.keyboard.press("Tab");
  await fill(system, "试用员");
  await picture(system, "office-account-new");
  await system.keyboard.press("Control+Enter");
  await system.locator("output.initial").waitFor();
  const initial = (await system.locator("output.initial").innerText()).trim();
  must(/^[a-z2-9]{4}(-[a-z2-9]{4}){2}$/.test(initial), `no initial password: ${initial}`);
  await picture(system, "office-account-initial");
  await system.keyboard.press("Escape");
  await form(system).waitFor({ state: "detached" });
  await picture(system, "office-accounts");

  step("the security administrator grants the role, and takes it back and gives it again");
  const security = await enter(110, "secadmin", { theme: "dark" });
  await part(security, "账号");
  await security.locator(".rows tbody tr").first().waitFor();
  await security.keyboard.press("/");
  await fill(security, login);
  await security.locator(".rows tbody tr").filter({ hasText: login }).waitFor();
  await security.waitForFunction(() => document.querySelectorAll(".rows tbody tr").length === 1);
  await security.keyboard.press("Tab");
  must((await security.getByRole("button", { name: /停用/ }).count()) === 0, "the security administrator may close accounts");
  await security.keyboard.press("g");
  await form(security).waitFor();
  await security.keyboard.press("Space");
  for (let i = 0; i < 12; i += 1) await security.keyboard.press("Tab");
  await fill(security, "到接警台上岗");
  await picture(security, "office-roles");
  await security.keyboard.press("Control+Enter");
  await security.locator(".rows").getByText("接警员").waitFor();
  await security.keyboard.press("u");
  await security.locator(".rows").getByText("还没有岗位").waitFor();
  await security.keyboard.press("g");
  await form(security).waitFor();
  await security.keyboard.press("Space");
  for (let i = 0; i < 12; i += 1) await security.keyboard.press("Tab");
  await fill(security, "到接警台上岗");
  await security.keyboard.press("Control+Enter");
  await security.locator(".rows").getByText("接警员").waitFor();

  step("the new one has to choose another password, and then works");
  const fresh = await enter(110, login, { theme: "light" }, undefined, initial);
  await fresh.getByRole("heading", { name: "您的口令是别人给的" }).waitFor();
  await picture(fresh, "office-password-due");
  await fill(fresh, initial);
  await fresh.keyboard.press("Tab");
  await fill(fresh, `${PASSWORD}-own`);
  await fresh.keyboard.press("Tab");
  await fill(fresh, `${PASSWORD}-own`);
  await fresh.keyboard.press("Enter");
  await fresh.locator("#contact-narrative").waitFor();

  step("a year of holidays: refused whole with its line, taken, taken back");
  await system.keyboard.press("Alt+3");
  await part(system, "工作日历");
  await system.keyboard.press("]");
  await system.getByText("还没有节假日安排").waitFor();
  await picture(system, "office-calendar-empty");
  const importing = async (text) => {
    await system.keyboard.press("i");
    await form(system).waitFor();
    await system.keyboard.press("Tab");
    await system.keyboard.press("Control+a");
    await fill(system, text);
    await system.keyboard.press("Control+Enter");
  };
  await importing("2027-02-06,off,春节\n2027-02-xx,off,春节");
  await form(system).getByText("第 2 行").waitFor();
  await picture(system, "office-calendar-refused");
  await system.keyboard.press("Escape");
  await importing("2027-02-06,off,春节\n2027-02-14,班,调休上班\n");
  await system.locator(".rows tbody tr").nth(1).waitFor();
  await picture(system, "office-calendar");
  await system.keyboard.press("j");
  await system.keyboard.press("Delete");
  await system.waitForFunction(() => document.querySelectorAll(".rows tbody tr").length === 1);
  await system.keyboard.press("u");
  await system.locator(".rows tbody tr").nth(1).waitFor();

  step("a unit rests and works again");
  await system.keyboard.press("Alt+4");
  await part(system, "单位");
  await system.locator(".rows tbody tr").first().waitFor();
  const name = await system.locator(".rows tr[aria-current] b").innerText();
  await system.keyboard.press("e");
  await form(system).waitFor();
  await system.locator(".office-form").getByLabel("停止受理新的派单").focus();
  await system.keyboard.press("Space");
  await system.keyboard.press("Tab");
  await fill(system, "搬迁期间停止受理");
  await picture(system, "office-unit");
  await system.keyboard.press("Control+Enter");
  await system.locator(".rows tr").filter({ hasText: name }).getByText("停止受理").waitFor();
  await picture(system, "office-units");
  await system.keyboard.press("u");
  await system.locator(".rows tr").filter({ hasText: name }).getByText("停止受理").waitFor({ state: "detached" });

  step("the state of the system");
  await system.keyboard.press("Alt+5");
  await part(system, "系统");
  await system.locator(".office-cards section").first().waitFor();
  await picture(system, "office-system");
  must((await system.getByRole("link", { name: /审计/ }).count()) === 0, "the system administrator reads the trail");

  step("the audit administrator reads who did it");
  const auditor = await enter(110, "auditor", { theme: "dark" });
  await part(auditor, "审计");
  await auditor.locator(".rows tbody tr").first().waitFor();
  await picture(auditor, "office-audit");
  await auditor.locator(".audit-filter input").first().focus();
  await fill(auditor, "secadmin");
  await auditor.locator(".rows tbody tr").filter({ hasText: "授予岗位" }).first().waitFor();
  await auditor.waitForFunction(() => [...document.querySelectorAll(".rows tbody tr")].every((row) => row.children[1]?.textContent === "顾钧"));
  await auditor.keyboard.press("Escape");

  step("personal data of a closed case is removed by its number, given twice");
  const operator = await enter(110, "operator");
  await operator.locator("#contact-narrative").waitFor();
  await fill(operator, `请问路灯报修打哪个电话 ${stamp}`);
  await operator.keyboard.press("Alt+1");
  await operator.getByLabel("答复了什么").waitFor();
  await fill(operator, "已告知报修电话");
  await operator.keyboard.press("Control+Enter");
  await operator.locator(".case-line .figures").first().waitFor();
  const no = await operator.locator(".case-line .figures").first().innerText();
  await security.keyboard.press("Alt+2");
  await part(security, "清除个人信息");
  await fill(security, no);
  await security.keyboard.press("Tab");
  await fill(security, no);
  await security.keyboard.press("Tab");
  await fill(security, "来电人依法申请删除");
  await security.keyboard.press("Tab");
  await security.keyboard.press("Space");
  await picture(security, "office-redact");
  await security.keyboard.press("Control+Enter");
  await line(security).filter({ hasText: no }).waitFor();
  await operator.goto(`${BASE[110]}/cases/${no}`);
  await operator.locator(".timeline").getByText("个人信息已清除").waitFor();
  must(!(await operator.locator(".person").innerText()).includes("路灯报修"), "the words are still there");

  step("the key of 110 is turned over: made, refused while 12345 does not know it, entered there, in use, the old one withdrawn");
  const reasoned = async (page, key, reason, sure = false) => {
    await page.keyboard.press(key);
    await form(page).waitFor();
    await fill(page, reason);
    if (sure) {
      await page.keyboard.press("Tab");
      await page.keyboard.press("Space");
    }
    await page.keyboard.press("Control+Enter");
    await form(page).waitFor({ state: "detached" });
  };
  const marked = (page) => page.locator(".rows tr[aria-current]");
  await security.keyboard.press("Alt+3");
  await part(security, "对接密钥");
  await security.locator(".rows tbody tr").nth(1).waitFor();
  await picture(security, "office-keys");
  await reasoned(security, "n", "例行轮换");
  await line(security).filter({ hasText: "已生成" }).waitFor();
  await security.locator(".key-steps li.now").filter({ hasText: "对端登记" }).waitFor();
  const handed = await security.locator("#key-text").inputValue();
  must(handed.includes("BEGIN PUBLIC KEY") && !handed.includes("PRIVATE"), `what is handed on is no public key: ${handed}`);
  const madeKey = (await marked(security).locator("td").nth(1).innerText()).trim();
  const aloud = (await marked(security).locator("td").nth(4).innerText()).trim();
  await reasoned(security, "s", "对端还没有登记");
  await line(security).filter({ hasText: "没有启用，什么都没变" }).waitFor();
  await picture(security, "office-keys-refused");

  const there = await enter(12345, "secadmin");
  await part(there, "账号");
  await there.keyboard.press("Alt+3");
  await part(there, "对接密钥");
  await there.locator(".rows tbody tr").nth(1).waitFor();
  const oldKey = (await there.locator(".rows tbody tr").filter({ hasText: "对端" }).first().locator("td").nth(1).innerText()).trim();
  await there.keyboard.press("e");
  await form(there).waitFor();
  await fill(there, handed.slice(0, 60));
  await there.keyboard.press("Control+Enter");
  await form(there).locator(".wrong").waitFor();
  must((await form(there).locator("textarea").inputValue()) === handed.slice(0, 60), "the text was lost when it was refused");
  await there.keyboard.press("Control+a");
  await fill(there, handed);
  await there.keyboard.press("Control+Enter");
  await form(there).locator("output.initial").waitFor();
  must((await form(there).locator("output.initial").innerText()).trim() === aloud, "the two sides read different fingerprints");
  await picture(there, "office-keys-enter");
  await there.keyboard.press("Space");
  await there.keyboard.press("Tab");
  await fill(there, "对端轮换密钥");
  await there.keyboard.press("Control+Enter");
  await line(there).filter({ hasText: "已登记" }).waitFor();

  await reasoned(security, "t", "对端已登记");
  await line(security).filter({ hasText: "对端认可" }).waitFor();
  await reasoned(security, "s", "对端已登记");
  await line(security).filter({ hasText: "已启用" }).waitFor();
  await marked(security).filter({ hasText: madeKey }).getByText("启用中").waitFor();
  await there.locator(".rows tbody tr").filter({ hasText: madeKey }).getByText("对端最近用它签名").waitFor();
  await there.keyboard.press("k");
  await marked(there).filter({ hasText: oldKey }).waitFor();
  await reasoned(there, "r", "对端已换用新密钥");
  await marked(there).getByText("留用").waitFor();
  await reasoned(there, "x", "确认无误", true);
  await marked(there).getByText("已吊销").waitFor();
  await picture(there, "office-keys-revoked");
  await security.keyboard.press("j");
  await marked(security).filter({ hasText: oldKey }).waitFor();
  await reasoned(security, "w", "对端已吊销", true);
  await marked(security).getByText("已作废").waitFor();
  await system.keyboard.press("Alt+1");
  await part(system, "对接");
  await system.locator(".office-side .pairs").waitFor();
  await system.keyboard.press("t");
  await line(system).filter({ hasText: "对端应答了" }).waitFor();

  step("the office in English, on a large screen");
  const wide = await enter(12345, "sysadmin", { theme: "light", language: "en" });
  await wide.setViewportSize({ width: 1920, height: 1080 });
  for (const [key, heading] of [["Alt+1", "Links"], ["Alt+2", "Accounts"], ["Alt+3", "Calendar"], ["Alt+4", "Units"], ["Alt+5", "System"]]) {
    await wide.keyboard.press(key);
    await part(wide, heading);
    await wide.waitForTimeout(300);
    await picture(wide, `office-en-${heading.toLowerCase()}`);
  }
}
