// The follow-up desk by keyboard alone: the next call, the script, four results, a second call by another, a link the
// citizen rates by, figures with their denominators, an inspection, the rules.
// Called by run.mjs with its hands: enter, picture, step, must, stamp, BASE, browser.

/** Sends a command as the signed-in person's console would; what other stories show by key. */
async function send(page, id, command) {
  const answer = await page.evaluate(
    async ([id, body]) => {
      const answer = await fetch(`/api/cases/${id}/commands`, { method: "POST", headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }, body: JSON.stringify(body) });
      return [answer.status, await answer.json()];
    },
    [id, command],
  );
  if (answer[0] !== 200) throw new Error(`${command.command} was answered ${answer[0]} ${JSON.stringify(answer[1])}`);
  return answer[1];
}

/** A case of the hotline that a unit has worked on, and its desk has closed. */
async function closed(lead, unit, words) {
  const taken = await lead.evaluate(
    async (body) => (await (await fetch("/api/contacts", { method: "POST", headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }, body: JSON.stringify(body) })).json()),
    { channel: "phone", narrative: words, place: "听涛路 8 号", district: "城东街道", caller_number: "10000000042", contact_number: "10000000042", caller_name: "虚构甲", confidential: false },
  );
  const view = await send(lead, taken.id, { command: "dispatch", lead: "urban-management" });
  const leg = view.legs.find((each) => each.role === "lead").id;
  await send(unit, taken.id, { command: "sign", leg });
  await send(unit, taken.id, { command: "give_result", leg, text: "已处理", public_reply: "已责令停止夜间施工。", solved: "partly" });
  await send(lead, taken.id, { command: "review", passed: true, reason: "属实" });
  return send(lead, taken.id, { command: "close", note: "" });
}

const choose = async (page, label, value) => page.getByLabel(label, { exact: true }).selectOption(value);

export async function followUpFlows({ enter, picture, step, must, stamp, BASE, browser }) {
  step("a unit's work is done and the case closed: the rule has it called, since the unit itself says partly");
  const lead = await enter(12345, "lead");
  const unit = await enter(12345, "urban-management");
  const view = await closed(lead, unit, `工地半夜还在施工,打桩声音太大 ${stamp}f`);
  const caller = await enter(12345, "followup");
  await caller.waitForURL((url) => url.pathname === "/followup");
  await caller.locator("tr[data-row]", { hasText: view.no }).waitFor();
  await picture(caller, "followup");

  step("N takes calls until this one is in hand; the script stands beside the form");
  for (let i = 0; i < 400; i += 1) {
    await caller.locator("tr[data-row]", { hasText: view.no }).waitFor();
    if ((await caller.locator("aside h2", { hasText: view.no }).count()) > 0) break;
    await caller.keyboard.press(i === 0 ? "k" : "j");
  }
  await caller.locator("aside h2", { hasText: view.no }).waitFor();
  await caller.keyboard.press("t");
  await caller.getByLabel("接通了吗").waitFor();
  await caller.getByText("问题解决了吗？没有解决的是哪一点？").waitFor();
  await choose(caller, "接通了吗", "yes");
  await choose(caller, "问题解决了吗", "unsolved");
  await choose(caller, "没解决的原因", "half_done");
  await choose(caller, "对热线满意吗", "5");
  await choose(caller, "对承办单位满意吗", "1");
  await choose(caller, "对单位不满意的原因", "poor_work");
  must((await caller.getByLabel("随即", { exact: true }).inputValue()) === "redo", "a subjective cause did not offer redo");
  await choose(caller, "随即", "none");
  await caller.getByLabel("群众原话").focus();
  await caller.keyboard.insertText("晚上十点以后还在打桩");
  await picture(caller, "followup-call");
  await caller.keyboard.press("Control+Enter");
  await caller.getByText(`${view.no} 的回访已记录。`).waitFor();

  step("the second call is another person's: whoever made the first is told so");
  const second = caller.locator("tr[data-row]", { hasText: view.no });
  await second.getByText("二次回访").waitFor();
  await second.click();
  await caller.getByText("首次回访是您打的，须换人").waitFor();
  must(await caller.getByRole("button", { name: /取这一件/ }).isDisabled(), "the same person may take the second call");
  await caller.locator(".followup-history").getByText("办得不好").waitFor();
  await picture(caller, "followup-second");
  const boss = lead;
  await boss.goto(`${BASE[12345]}/followup`);
  await boss.locator("tr[data-row]", { hasText: view.no }).click();
  await boss.locator("aside h2", { hasText: view.no }).waitFor();
  await boss.keyboard.press("t");
  await boss.getByLabel("接通了吗").waitFor();
  await choose(boss, "接通了吗", "yes");
  await choose(boss, "问题解决了吗", "unsolved");
  await choose(boss, "没解决的原因", "half_done");
  await choose(boss, "对热线满意吗", "4");
  await choose(boss, "对承办单位满意吗", "2");
  await choose(boss, "对单位不满意的原因", "poor_work");
  await boss.getByLabel("群众原话").focus();
  await boss.keyboard.insertText("请再去看看");
  await boss.keyboard.press("Control+Enter");
  await boss.getByText(`${view.no} 的回访已记录。`).waitFor();
  const after = await boss.evaluate(async (id) => (await (await fetch(`/api/cases/${id}`)).json()).status, view.id);
  must(after === "handling", `redo straight from the call left it ${after}`);

  step("a link is printed; the citizen rates desk and unit apart, without signing in and without scripts, once");
  const other = await closed(boss, unit, `路边占道经营堵住盲道 ${stamp}g`);
  await boss.reload();
  await boss.locator("tr[data-row]", { hasText: other.no }).click();
  await boss.locator("aside h2", { hasText: other.no }).waitFor();
  await boss.keyboard.press("p");
  const address = await boss.locator(".followup-link code").innerText();
  const citizen = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", javaScriptEnabled: false })).newPage();
  await citizen.goto(address);
  await citizen.getByLabel("联系过", { exact: true }).check();
  await citizen.getByLabel("没有解决").check();
  await citizen.locator("input[name=desk][value='5']").check();
  await citizen.locator("input[name=unit][value='2']").check();
  await citizen.getByRole("button", { name: "提交评价" }).click();
  await citizen.getByText("您的评价已经收到").waitFor();
  await citizen.goto(address);
  await citizen.getByText("已经用过、过期或有误").waitFor();
  await citizen.context().close();
  await boss.reload();
  await boss.locator("tr[data-row]", { hasText: other.no }).getByText("差评必访").waitFor();

  step("figures name their denominators; the sample's parts are the whole");
  await boss.keyboard.press("Alt+2");
  await boss.getByText("已问到 / 应回访").waitFor();
  await picture(boss, "followup-results");

  step("a covert test call is planned and its finding kept; the lead does not read of it");
  await caller.keyboard.press("Alt+3");
  await caller.getByText(/还没有检查|待查/).first().waitFor();
  await caller.keyboard.press("n");
  await caller.getByLabel("查什么").waitFor();
  await caller.getByLabel("查什么").fill(`夜间值班电话 ${stamp}`);
  await caller.getByLabel("时间", { exact: true }).fill("2026-12-01T21:30");
  // A key within the moment that the page needs to see the form whole does nothing, as the grey button says.
  await caller.locator("button:enabled", { hasText: "保存" }).waitFor();
  await caller.keyboard.press("Control+Enter");
  await caller.locator("tr[data-row]", { hasText: stamp }).click();
  await caller.keyboard.press("e");
  await caller.getByLabel("发现").fill("三次拨打，一次无人接听");
  await caller.keyboard.press("Control+Enter");
  await caller.locator("tr[data-row]", { hasText: stamp }).getByText("已查").waitFor();
  await picture(caller, "followup-inspections");
  const may = (await boss.request.get(`${BASE[12345]}/api/inspections`)).status();
  must(may === 403, `the lead reads covert inspections: ${may}`);

  step("the rules are data: a faulty version is refused with its place");
  await boss.keyboard.press("Alt+3");
  const text = boss.getByLabel("规则文本（TOML）");
  await text.waitFor();
  await text.fill((await text.inputValue()).replace("share = 200", "share = 2000"));
  await boss.getByLabel("理由").fill("加大回访比例");
  await boss.getByRole("button", { name: "保存为新版本" }).click();
  await boss.getByText(/rule\[7\]\.share/).first().waitFor();
  await picture(boss, "followup-rules");
  const english = await enter(12345, "followup", { theme: "dark", language: "en" }, { width: 1920, height: 1080 });
  await english.getByRole("heading", { name: "Follow-up" }).waitFor();
  await picture(english, "followup-en");
}
