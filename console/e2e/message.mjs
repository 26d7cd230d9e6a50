// A citizen writes, the operator answers within the limit, the carrier reports: by keyboard alone.

/** `tools` are those of run.mjs; the county's gateway has a door of its own. */
export async function messageFlows({ enter, picture, fill, must, step, stamp, BASE }) {
  // The county's telephones that end in 9 are switched off.
  const number = `100${stamp.padStart(7, "0")}1`;
  const write = async (id, content) => {
    const answer = await fetch(`${BASE[12345]}/message/v1/wanglan0demonstration`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ id: `${stamp}-${id}`, mobile: `86${number}`, content }) });
    must(answer.status === 204, `the door answered ${answer.status}`);
  };
  step("nobody has written: the queue teaches what will stand here");
  const operator = await enter(12345, "operator");
  await operator.goto(`${BASE[12345]}/messages`);
  await operator.getByRole("heading", { name: "短信", exact: true, level: 1 }).waitFor();
  await picture(operator, "messages-empty");

  step("a citizen writes: it is on the desk with its clock, one key away");
  await operator.goto(`${BASE[12345]}/desk`);
  await operator.locator("#contact-narrative").waitFor();
  await write("a", "望江路18号门口路灯坏了三天，晚上很黑，麻烦派人看看");
  await operator.locator(".message-strip b").first().waitFor();
  await picture(operator, "desk-message");
  await operator.keyboard.press("Alt+Shift+q");
  await operator.locator(".message-queue button").filter({ hasText: number }).first().waitFor();
  await operator.locator(".message-text").filter({ hasText: "路灯坏了三天" }).first().waitFor();
  await picture(operator, "messages");

  step("the answer is written, its length is shown, the carrier says that it arrived");
  await operator.keyboard.press("Alt+Shift+m");
  await fill(operator, "您好，望江路18号门口的路灯已经派单给路灯维护人员，预计今天天黑以前修好。修好以后会再给您发短信，请您留意。如果还有别的路灯不亮，请直接回复这条短信。");
  await operator.locator(".message-foot").getByText("2 条").waitFor();
  await operator.keyboard.press("Control+Enter");
  await operator.locator(".message-list li.out").getByText("已送达").waitFor();
  await picture(operator, "messages-answered");
  await operator.keyboard.press("Escape");

  step("what the citizen writes back joins the same case, and needs no answer");
  await write("b", "好的，谢谢");
  await operator.locator(".message-list li.in").filter({ hasText: "谢谢" }).waitFor();
  await operator.keyboard.press("Alt+Shift+n");
  await operator.getByLabel("为什么无需短信答复").waitFor();
  await fill(operator, "群众致谢，无需答复");
  await operator.keyboard.press("Enter");
  await operator.locator(".message-list").getByText("无需答复 · 群众致谢").waitFor();

  step("all of it stands on the case, in the dark and in English");
  await operator.locator(".inbox-case").getByRole("button", { name: /打开事项/ }).focus();
  await operator.keyboard.press("Enter");
  await operator.waitForURL((url) => url.pathname.startsWith("/cases/"));
  await operator.locator(".message-list li.out").first().waitFor();
  const path = new URL(operator.url()).pathname;
  await picture(operator, "case-messages");
  const wide = await enter(12345, "lead", { theme: "dark", language: "en" });
  await wide.setViewportSize({ width: 1920, height: 1080 });
  await wide.goto(`${BASE[12345]}${path}`);
  await wide.locator(".message-list li.out").getByText("Arrived").first().waitFor();
  await picture(wide, "case-messages-dark");
}
