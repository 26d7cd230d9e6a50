// The spine by keyboard alone: 110 takes the call and hands it over, 12345 accepts and dispatches, the unit works, the
// answer comes back; danger halfway; then what surrounds the work.
import { byPush, submit } from "./hands.mjs";

/** One matter from the caller's first word to the answer coming back; `tools` are those of run.mjs. */
export async function spineFlows({ enter, picture, step, must, find, fill, stamp, sentence }) {
  step("110 takes the call and hands it over with one key");
  const police = await enter(110, "operator");
  await police.locator("#contact-narrative").waitFor();
  await picture(police, "desk-empty");
  await fill(police, `楼上邻居半夜装修,电钻声吵得全家睡不着,已经连着三天了 ${stamp}`);
  await police.keyboard.press("Tab");
  await fill(police, `望江路 ${stamp} 号锦园小区 3 栋`);
  await police.keyboard.press("Tab");
  await fill(police, "10000000042");
  must((await police.getByLabel("主叫号码").inputValue()) === "10000000042", "Tab did not lead from the place to the number");
  await police.locator(".headline-mode").waitFor();
  await police.waitForTimeout(500);
  await picture(police, "desk-suggestion");
  const consequence = await police.locator(".consequence li").first().innerText();
  must(consequence.includes("12345"), `the first suggestion is no hand-over: ${consequence}`);
  await police.keyboard.press("Alt+3");
  await police.getByRole("heading", { name: "转办", exact: true }).waitFor();
  await picture(police, "desk-hand-over");
  await byPush(police);
  await police.keyboard.press("Control+Enter");
  await sentence(police).waitFor();
  const policeNo = await police.locator(".case-line .figures").first().innerText();
  step(`110 saved ${policeNo}: ${await sentence(police).innerText()}`);
  await picture(police, "desk-after");

  step("12345 sees it come in, accepts, dispatches");
  const hotline = await enter(12345, "lead", { theme: "dark" });
  await hotline.locator(".lane.incoming").filter({ hasText: stamp }).waitFor();
  await picture(hotline, "lead-lanes");
  await find(hotline, stamp);
  await hotline.getByRole("button", { name: "受理", exact: true }).waitFor();
  await picture(hotline, "case-incoming");
  const hotlineNo = await hotline.locator(".case-line .figures").first().innerText();
  await hotline.keyboard.press("a");
  await hotline.getByRole("heading", { name: "受理", exact: true }).waitFor();
  await submit(hotline);
  await hotline.getByRole("button", { name: "派单", exact: true }).waitFor();
  await police.getByText("对端受理").waitFor();
  step("110 saw the acceptance live");
  await hotline.keyboard.press("Alt+2");
  await hotline.getByLabel("牵头单位").waitFor();
  const unitName = await hotline.getByLabel("牵头单位").inputValue();
  must(unitName !== "", "the list's lead unit was not filled in");
  await picture(hotline, "case-dispatch");
  // The list names assisting units too; this story has the lead alone.
  while ((await hotline.locator(".command-form .chip").count()) > 0) {
    await hotline.getByLabel("协办单位").focus();
    await hotline.keyboard.press("Backspace");
  }
  await submit(hotline);
  await hotline.locator(".legs li").filter({ hasText: unitName }).waitFor();

  step(`${unitName} signs, calls, reports, gives its result`);
  const code = await hotline.evaluate(async (name) => (await (await fetch("/api/units")).json()).find((unit) => unit.name === name).code, unitName);
  const clerk = await enter(12345, code);
  await clerk.locator(".section.to_sign.some").waitFor();
  await picture(clerk, "inbox");
  await find(clerk, hotlineNo);
  await clerk.getByRole("button", { name: "签收", exact: true }).waitFor();
  await clerk.keyboard.press("s");
  await clerk.getByRole("button", { name: "联系群众" }).waitFor();
  await clerk.keyboard.press("c");
  await clerk.getByRole("heading", { name: "联系群众", exact: true }).waitFor();
  await clerk.keyboard.press("Space");
  await clerk.keyboard.press("Tab");
  await fill(clerk, "已联系,约好上门");
  await submit(clerk);
  await clerk.locator(".timeline").getByText("联系群众").waitFor();
  await clerk.keyboard.press("p");
  await clerk.getByLabel("进展如何").waitFor();
  await fill(clerk, "已到现场,要求停止夜间施工");
  await submit(clerk);
  await clerk.locator(".timeline").getByText("反馈进展").waitFor();
  await picture(clerk, "inbox-case");
  await clerk.keyboard.press("r");
  await clerk.getByLabel(/怎么办的/).waitFor();
  await fill(clerk, "责令停止夜间施工并复查");
  await clerk.keyboard.press("Tab");
  await fill(clerk, "已责令停止夜间施工,感谢您的反映。");
  await clerk.keyboard.press("Tab");
  await clerk.keyboard.press("Space");
  await picture(clerk, "inbox-result");
  await submit(clerk);
  await clerk.locator(".timeline").getByText("办结").waitFor();

  step("the result is seen at 110 without touching anything");
  await police.getByText("已责令停止夜间施工").first().waitFor();
  await picture(police, "desk-result");

  step("12345 reviews, follows up and closes");
  await hotline.getByRole("button", { name: "审核", exact: true }).waitFor();
  await hotline.keyboard.press("q");
  await hotline.getByRole("heading", { name: "审核", exact: true }).waitFor();
  await hotline.keyboard.press("Space");
  await hotline.keyboard.press("Tab");
  await fill(hotline, "现场照片一致");
  await submit(hotline);
  await hotline.locator(".timeline").getByText("审核通过").waitFor();
  await hotline.keyboard.press("f");
  await hotline.getByRole("heading", { name: "回访", exact: true }).waitFor();
  await hotline.keyboard.press("Space");
  await hotline.keyboard.press("Tab");
  await hotline.keyboard.press("Space");
  await hotline.keyboard.press("Tab");
  await hotline.keyboard.press("ArrowLeft");
  await hotline.keyboard.press("Tab");
  await hotline.keyboard.press("ArrowLeft");
  await hotline.keyboard.press("Tab");
  await fill(hotline, "群众表示满意");
  await picture(hotline, "case-follow-up");
  await submit(hotline);
  await hotline.locator(".timeline").getByText("回访").waitFor();
  await hotline.keyboard.press("t");
  await hotline.getByRole("heading", { name: "结案", exact: true }).waitFor();
  await submit(hotline);
  await hotline.getByText(/已于 .* 结案/).waitFor();
  await picture(hotline, "case-closed");

  step("danger halfway: a caller rings 12345 again, and now he holds a knife");
  const taker = await enter(12345, "operator");
  await taker.locator("#contact-narrative").waitFor();
  await fill(taker, `楼下邻居晚上打麻将吵架,声音很大影响休息 ${stamp}x`);
  await taker.keyboard.press("Tab");
  await fill(taker, `河滨里 ${stamp} 号`);
  await taker.locator(".headline-mode").waitFor();
  await taker.keyboard.press("Alt+s");
  await sentence(taker).waitFor();
  const second = await taker.locator(".case-line .figures").first().innerText();
  await taker.keyboard.press("n");
  await fill(taker, "他拿着刀");
  await taker.locator(".danger-line").waitFor();
  await picture(taker, "danger-typed");
  await taker.keyboard.press("Control+Enter");
  await taker.locator(".case .danger-strip").waitFor();
  await taker.locator(".timeline").getByText("发现危险").waitFor();
  await picture(taker, "danger-case");
  step(`${second} is dangerous; police are told`);
  await police.locator(".desk-list tr.danger").first().waitFor();
  await picture(police, "danger-at-110");

  step("danger while the call is taken");
  await police.keyboard.press("F2");
  await fill(police, "邻居吵架,他拿着刀");
  await police.locator(".danger-strip [role=alert]").waitFor();
  await picture(police, "desk-danger");
  await police.keyboard.press("F8");
  await police.getByLabel(/为什么不是危险/).waitFor();
  await fill(police, "说的是玩具刀");
  await police.keyboard.press("Enter");
  await police.locator(".danger-strip.dismissed").waitFor();

  step("a reload loses nothing");
  await police.reload();
  await police.locator("#contact-narrative").waitFor();
  must((await police.locator("#contact-narrative").inputValue()).includes("他拿着刀"), "the draft is gone after a reload");
}

/** The palette, a page that is none, the list of keys, the desk lead's board in the dark. */
export async function aroundFlows({ BASE, enter, picture, step, fill }) {
  step("what surrounds the work");
  const police = await enter(110, "operator");
  await police.locator("#contact-narrative").waitFor();
  await police.keyboard.press("Control+k");
  await police.getByRole("combobox", { name: "查找动作" }).waitFor();
  await fill(police, "噪声");
  await police.waitForTimeout(400);
  await picture(police, "palette");
  await police.keyboard.press("Escape");
  await police.goto(`${BASE[110]}/nowhere`);
  await police.getByRole("heading", { name: "没有这一页", exact: true }).waitFor();
  await picture(police, "not-found");
  await police.keyboard.press("?");
  await police.getByRole("dialog").waitFor();
  await picture(police, "keys");
  const boss = await enter(110, "lead", { theme: "dark" });
  await boss.locator(".lanes, .lanes-side .empty").first().waitFor();
  await picture(boss, "lead");
}
