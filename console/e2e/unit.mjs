// The desk lead's board, the unit's desk and the crew's phone, by keyboard (and, on the phone, by thumb).
// Called by run.mjs with its hands: enter, picture, step, must, fill, find.
import { connect, createServer } from "node:net";
import { png } from "./case.mjs";
import { submit, until } from "./hands.mjs";

/** A line to the platform that can be cut: for the page, its worker and everything else of the browser. */
async function tunnel(to) {
  const { hostname, port } = new URL(to);
  const open = new Set();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const each of [near, far]) {
      open.add(each);
      each.on("close", () => open.delete(each)).on("error", () => (near.destroy(), far.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  const listen = (at) => new Promise((done) => server.listen(at, "127.0.0.1", done));
  await listen(0);
  const at = server.address().port;
  return {
    url: `http://127.0.0.1:${at}`,
    cut: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const each of open) each.destroy();
      await closed;
    },
    mend: () => listen(at),
  };
}

const PHONE = { width: 390, height: 844 };

/** Takes a contact at 12345 and gives its number. */
async function take(page, words, place) {
  await page.locator(".tabs, #contact-narrative").first().waitFor();
  await page.keyboard.press("F2");
  await page.locator("#contact-narrative").waitFor();
  await page.keyboard.insertText(words);
  await page.keyboard.press("Tab");
  await page.keyboard.insertText(place);
  await page.locator(".headline-mode").waitFor();
  await page.keyboard.press("Alt+s");
  await page.locator(".case-sentence").first().waitFor();
  return page.locator(".case-line .figures").first().innerText();
}

/** Sends a command as the signed-in person's console would; for what another story has shown by key. */
async function send(page, no, command) {
  const status = await page.evaluate(
    async ([id, body]) => (await fetch(`/api/cases/${id}/commands`, { method: "POST", headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }, body: JSON.stringify(body) })).status,
    [no, command],
  );
  if (status !== 200) throw new Error(`${command.command} of ${no} was answered ${status}`);
}

/** Goes down the board by key to a case in a lane, which stands beside it then. */
async function goDown(lead, lane, no) {
  for (let i = 0; i < 60; i += 1) {
    if ((await lane.locator("li[aria-current=true]", { hasText: no }).count()) > 0) break;
    await lead.keyboard.press("j");
  }
  await lead.locator(".case-line", { hasText: no }).waitFor();
}

export async function unitFlows({ enter, picture, step, must, fill, find, stamp, faults, BASE }) {
  step("three orders go to one unit");
  const taker = await enter(12345, "operator");
  const lead = await enter(12345, "lead");
  const numbers = [];
  for (const n of [1, 2, 3]) {
    const no = await take(taker, `工地半夜还在施工,打桩声音太大 ${stamp}u${n}`, `听涛路 ${stamp}${n} 号`);
    await send(lead, no, { command: "dispatch", lead: "urban-management", assist: n === 1 ? ["ecology"] : [] });
    numbers.push(no);
  }
  const [first, second, third] = numbers;

  step("the unit signs two at once; the third was taken back meanwhile and says why");
  const unit = await enter(12345, "urban-management");
  await unit.locator(".section.to_sign.some").waitFor();
  await unit.keyboard.press("Alt+1");
  const row = (no) => unit.locator("tr[data-row]", { hasText: no });
  for (const no of numbers) await row(no).waitFor();
  const rows = await unit.locator("tr[data-row]").count();
  for (let i = 0; i < rows; i += 1) {
    if (i > 0) await unit.keyboard.press("j");
    const no = await unit.locator("tr[aria-current=true]").innerText().catch(() => "");
    if (numbers.some((each) => no.includes(each))) await unit.keyboard.press("x");
  }
  await unit.getByRole("button", { name: /^签收选中的 3 件/ }).waitFor();
  await picture(unit, "unit-marked");
  // Between marking and signing the desk takes one back: the list still shows it under the hand.
  await unit.route("**/api/cases/*/commands", async (route) => {
    if (route.request().url().includes(await idOf(lead, third))) await send(lead, third, { command: "withdraw", leg: "a1", reason: "派错单位" }).catch(() => undefined);
    await route.continue();
  });
  await unit.keyboard.press("Alt+s");
  await unit.getByText(/已签收 2 件，1 件没有签收/).waitFor();
  await unit.unroute("**/api/cases/*/commands");
  await unit.locator("tr[data-row]", { hasText: third }).getByText(/^没签收：/).waitFor();
  await picture(unit, "unit-signed-partly");

  step("it keeps a contact log, asks for more time in time, and begins its reply from the list");
  await find(unit, first);
  await unit.getByRole("button", { name: "联系群众" }).waitFor();
  for (const [reached, note] of [["ArrowDown", "没人接"], ["Space", "约好明天上门"]]) {
    await unit.keyboard.press("c");
    await unit.getByRole("heading", { name: "联系群众", exact: true }).waitFor();
    await unit.keyboard.press(reached === "Space" ? "Space" : "ArrowDown");
    await unit.keyboard.press("Tab");
    await fill(unit, note);
    await submit(unit);
    await unit.locator(".timeline").getByText(note).waitFor();
  }
  await unit.goto(`${BASE[12345]}/inbox`);
  await unit.locator(".sections").waitFor();
  await unit.keyboard.press("Alt+2");
  await unit.locator("tr[data-row]", { hasText: first }).click();
  await unit.getByText(/联系 2 次，其中 1 次没接通/).waitFor();
  await unit.getByText(/前申请延期/).waitFor();
  await unit.locator(".unit-strip").getByText("生态环境局").waitFor();
  await unit.locator(".contact-log summary").click();
  await picture(unit, "unit-contact-log");
  await unit.keyboard.press("r");
  await unit.getByLabel(/怎么办的/).waitFor();
  await fill(unit, "责令停止夜间施工并复查");
  await unit.keyboard.press("Alt+r");
  await unit.keyboard.press("ArrowDown");
  const reply = unit.getByLabel(/答复群众/);
  await unit.waitForFunction(() => document.querySelector('[data-field="public_reply"]')?.value.includes("已于"));
  must((await reply.inputValue()).includes("城市管理"), `the reply names no unit: ${await reply.inputValue()}`);
  await picture(unit, "unit-reply");
  await submit(unit);
  await unit.locator(".timeline").getByText("办结").waitFor();

  step("it wants to be rid of the second, in writing; the lead decides on the board by key");
  await find(unit, second);
  await unit.getByRole("button", { name: "申请退单" }).waitFor();
  await unit.keyboard.press("b");
  await unit.getByRole("heading", { name: "申请退单", exact: true }).waitFor();
  await unit.keyboard.press("Space");
  await unit.keyboard.press("Tab");
  await unit.keyboard.press("Tab");
  await fill(unit, "现场是街道自管道路");
  await picture(unit, "unit-return");
  await submit(unit);
  await unit.locator(".timeline").getByText("申请退单").waitFor();
  await lead.goto(`${BASE[12345]}/lead`);
  const lane = lead.locator(".lane.return");
  await lane.getByText("现场是街道自管道路").waitFor();
  await picture(lead, "board");
  await goDown(lead, lane, second);
  await lead.keyboard.press("b");
  await lead.getByRole("heading", { name: "答复退单", exact: true }).waitFor();
  await lead.keyboard.press("ArrowDown");
  await lead.keyboard.press("Tab");
  await fill(lead, "道路已移交,请继续办理");
  await submit(lead);
  await lane.locator("li", { hasText: second }).waitFor({ state: "detached" });

  step("the unit says who else should bear it; the lead settles that by key (R31)");
  await unit.getByRole("button", { name: /提出争议/ }).waitFor();
  await unit.keyboard.press("Shift+F8");
  await unit.getByRole("heading", { name: "提出争议", exact: true }).waitFor();
  await unit.getByRole("radio", { name: /费用承担/ }).press("Space");
  await unit.getByLabel("对方单位").focus();
  await unit.keyboard.insertText("ecology");
  await unit.getByLabel("争议内容").focus();
  await fill(unit, "监测费用由谁出没有约定");
  await picture(unit, "unit-dispute");
  await submit(unit);
  await unit.getByRole("region", { name: "争议" }).getByText("待裁定").waitFor();
  await picture(unit, "unit-disputed");
  const disputes = lead.locator(".lane.dispute");
  await disputes.getByText("监测费用由谁出没有约定").waitFor();
  await picture(lead, "board-dispute");
  await goDown(lead, disputes, second);
  await lead.keyboard.press("Alt+F8");
  await lead.getByRole("heading", { name: "裁定争议", exact: true }).waitFor();
  await lead.getByRole("radio", { name: /费用承担/ }).press("Space");
  await lead.getByLabel("由谁承担").focus();
  await lead.keyboard.insertText("urban-management");
  await lead.locator(".command-form").getByLabel("依据").focus();
  await lead.keyboard.insertText("责任清单");
  await lead.locator(".command-form").getByLabel("理由").focus();
  await fill(lead, "主办单位承担监测费用");
  await picture(lead, "board-settle");
  await submit(lead);
  await disputes.locator("li", { hasText: second }).waitFor({ state: "detached" });
  await unit.getByRole("region", { name: "争议" }).getByText(/裁定由 .* 承担/).waitFor();

  step("who is here, and what lies with the units");
  await lead.keyboard.press("9");
  const seats = lead.getByRole("table", { name: "谁在岗" });
  await seats.getByRole("rowheader", { name: "陆晓岚" }).waitFor();
  await lead.getByRole("table", { name: "单位手上的" }).waitFor();
  await picture(lead, "board-seats");

  step("the crew's phone: four buttons, a tunnel without a signal, and out again");
  const no = await take(taker, `路灯坏了三天,晚上看不见路 ${stamp}f`, `银杏街 ${stamp} 号`);
  await send(lead, no, { command: "dispatch", lead: "urban-management" });
  const line = await tunnel(BASE[12345]);
  BASE.tunnel = line.url;
  const crew = await enter("tunnel", "urban-management", { theme: "light" }, PHONE);
  await crew.waitForURL(/\/field$/);
  await crew.locator(".field-list li", { hasText: `${stamp}f` }).waitFor();
  await picture(crew, "field-list");
  await crew.locator(".field-list li", { hasText: `${stamp}f` }).locator("a").click();
  const button = (name) => crew.locator(".field-buttons").getByRole("button", { name: new RegExp(`^[✓ ]*${name}`) });
  await button("签收").waitFor();
  await picture(crew, "field-case");
  await button("签收").click();
  await crew.getByText("签收 · 几秒后发送").waitFor();
  await lead.goto(`${BASE[12345]}/cases/${await idOf(lead, no)}`);
  await lead.locator(".timeline").getByText("签收", { exact: true }).waitFor();
  // The worker has the page by now, and the page has what its owner saw.
  await until(crew, async () => (await (await caches.open("liandong.field.shell")).keys()).some((each) => each.url.endsWith("/field")));
  await line.cut();
  await button("出动").click();
  await button("到达").click();
  await button("报告").click();
  await crew.getByLabel("有人受伤").check();
  await crew.getByLabel("几人").fill("1");
  await crew.getByLabel("急救").check();
  await crew.getByLabel("现场情况").fill("有人拿着刀要砍人");
  await crew.locator("input[type=file]").setInputFiles({ name: "现场.png", mimeType: "image/png", buffer: png(320, 240, [60, 90, 60]) });
  await crew.getByText("1 张照片").waitFor();
  await picture(crew, "field-report");
  await crew.getByRole("button", { name: /^送出报告/ }).click();
  await crew.getByText(/没有网络 · 5 待发送/).waitFor();
  await picture(crew, "field-offline");
  await crew.locator(".field-state").click();
  await crew.locator(".field-outbox li").nth(4).waitFor();
  await picture(crew, "field-outbox");
  // Switched off and on in the tunnel: the page opens from the phone, with the place to go to and what was pressed.
  await crew.reload();
  await crew.getByText(/没有网络 · 5 待发送/).waitFor();
  await crew.getByText(`银杏街 ${stamp} 号`).first().waitFor();
  await picture(crew, "field-reopened-offline");
  await crew.goto(`${line.url}/field`);
  await crew.locator(".field-list li", { hasText: `${stamp}f` }).waitFor();
  // A dead phone loses nothing: the acts lie in its database.
  await line.mend();
  await crew.reload();
  await crew.getByText("已连接").waitFor();
  for (const words of ["出动", "到达现场", "反馈进展", "发现危险"]) await lead.locator(".timeline").getByText(words, { exact: true }).first().waitFor();
  await lead.locator(".timeline").getByText(/现场 \d\d:\d\d 按下/).first().waitFor();
  await crew.getByRole("status").filter({ hasText: "待发送" }).waitFor({ state: "detached" });
  await lead.locator(".files-pictures img").first().waitFor();
  await picture(crew, "field-sent");
  await picture(lead, "field-at-the-desk");

  step("what the crew found waits for an instruction; the crew reads it (R127)");
  await lead.getByText(/现场报告，等待指令/).waitFor();
  await lead.keyboard.press("Shift+F2");
  await lead.getByRole("heading", { name: "下达指令", exact: true }).waitFor();
  await fill(lead, "疏散围观群众,等急救到场");
  await picture(lead, "case-instruct");
  await submit(lead);
  await lead.getByText(/现场报告，等待指令/).waitFor({ state: "detached" });
  await crew.locator(".field-list li", { hasText: `${stamp}f` }).locator("a").click();
  await crew.getByText(/指挥台指令 .*疏散围观群众/).waitFor();
  await picture(crew, "field-instructed");

  step("signed out, the phone shows the next one nothing, with or without a line");
  await crew.getByRole("button", { name: "退出" }).click();
  await crew.getByLabel("用户名").waitFor();
  must((await crew.evaluate(async () => (await caches.keys()).join())) === "liandong.field.shell", "what the crew saw is still on the phone");
  await line.cut();
  await crew.goto(`${line.url}/field`);
  await crew.locator("main.signin").waitFor();
  must((await crew.getByText(`银杏街 ${stamp} 号`).count()) === 0, "the next one reads where the crew went");
  // What a browser says of a line that was cut on purpose is no fault.
  faults.splice(0, faults.length, ...faults.filter((each) => !/@tunnel: .*(net::ERR_|Failed to fetch|FetchEvent)/.test(each)));
  for (const page of [taker, lead, unit, crew]) await page.context().close();
  await line.cut();
}

async function idOf(page, no) {
  return page.evaluate(async (name) => (await (await fetch(`/api/cases/${name}`)).json()).id, no);
}
