// The learnt layer's models by keyboard alone: held, let go again, and a sentence asked as the desk asks it.
// `run.mjs` calls it; `npm run e2e -- models` does this part alone.

/** Does the models' work; `tools` are those of run.mjs. */
export async function modelFlows({ enter, picture, fill, must, step, BASE }) {
  const line = (page) => page.locator(".done-line");
  const open = async (page) => {
    await page.goto(`${BASE[110]}/office/models`);
    await page.locator(".rows tbody tr").first().waitFor();
  };

  step("the system administrator sees which model answers, holds it, and lets the newest answer again");
  const system = await enter(110, "sysadmin");
  await open(system);
  await system.getByText("现用", { exact: true }).first().waitFor();
  await system.getByText(/宏平均 F1 比现用模型低不到/).waitFor();
  await picture(system, "office-models");
  await system.keyboard.press("p");
  await system.getByRole("heading", { name: /^启用模型 / }).waitFor();
  must(await system.locator("dialog button.primary").isDisabled(), "a model is chosen without a reason");
  await fill(system, "改派增多，先固定这一版");
  await picture(system, "office-models-confirm");
  await system.keyboard.press("Control+Enter");
  await line(system).filter({ hasText: /已启用模型/ }).waitFor();
  await system.getByText("有人指定用它，新模型不会自动接替").waitFor();
  await system.keyboard.press("n");
  await system.getByRole("heading", { name: "恢复使用最新模型" }).waitFor();
  await fill(system, "已经查明原因");
  await system.keyboard.press("Control+Enter");
  await line(system).filter({ hasText: /已恢复最新模型/ }).waitFor();
  await system.getByText("有人指定用它，新模型不会自动接替").waitFor({ state: "detached" });

  step("a sentence is tried by the desk's own call and says what it rests on");
  await system.keyboard.press("t");
  await system.getByLabel("来电人怎么说").waitFor();
  const asked = system.waitForRequest((request) => request.url().endsWith("/api/triage") && request.method() === "POST");
  await fill(system, "工地半夜还在打桩，吵得一家人睡不着");
  await asked;
  await system.locator(".tester .sureness").waitFor();
  await system.locator(".tester .why").getByText(/条目 .* 清单/).waitFor();
  await picture(system, "office-models-tester");
  await fill(system, "，他拿着刀");
  await system.locator(".tester .state-line.over").waitFor();
  await picture(system, "office-models-danger");

  step("the lead looks and tries, and chooses no model");
  const lead = await enter(110, "lead", { theme: "dark", language: "en" });
  await open(lead);
  await lead.getByText(/a system administrator chooses the model/).waitFor();
  must(await lead.getByRole("button", { name: /^Use the chosen model/ }).isDisabled(), "the lead may choose a model");
  await picture(lead, "office-models-english");
  await lead.keyboard.press("t");
  await lead.getByLabel("What a caller says").waitFor();
  await fill(lead, "路灯坏了三天,晚上看不见路");
  await lead.locator(".tester .sureness").waitFor();
  await picture(lead, "office-models-tester-english");
  for (const page of [system, lead]) await page.context().close();
}
