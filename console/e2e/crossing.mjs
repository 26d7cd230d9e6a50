// A call answered on the spot, and a matter neither desk wants: refused, brought to the arbiter, bound; by keyboard.
import { byPush, submit } from "./hands.mjs";

export async function crossingFlows({ enter, picture, step, must, fill, find, stamp, sentence }) {
  step("a call is taken and answered on the spot");
  const police = await enter(110, "operator");
  await police.locator("#contact-narrative").waitFor();
  const take = async (words, place) => {
    await police.keyboard.press("F2");
    await police.locator("#contact-narrative").waitFor();
    await fill(police, words);
    await police.keyboard.press("Tab");
    await fill(police, place);
    await police.locator(".headline-mode").waitFor();
  };
  await take(`想问一下护照在哪里补办 ${stamp}v`, `文昌路 ${stamp} 号`);
  await police.keyboard.press("Alt+1");
  await police.getByRole("heading", { name: "当场答复", exact: true }).waitFor();
  await fill(police, "请带身份证到出入境大厅办理");
  await police.keyboard.press("Control+Enter");
  await sentence(police).filter({ hasText: "结案" }).waitFor();
  await picture(police, "desk-answered");

  step("12345 refuses a hand-over with its reason; 110 hears it and stays answerable");
  await take(`小区门口两家店为停车吵了好几天 ${stamp}w`, `银杏街 ${stamp} 号`);
  await police.keyboard.press("Alt+3");
  await police.getByRole("heading", { name: "转办", exact: true }).waitFor();
  await byPush(police);
  await police.keyboard.press("Control+Enter");
  await sentence(police).filter({ hasText: "等待受理" }).waitFor();
  const hotline = await enter(12345, "lead");
  await hotline.locator(".lane.incoming").filter({ hasText: `${stamp}w` }).waitFor();
  await find(hotline, `${stamp}w`);
  await hotline.keyboard.press("x");
  await hotline.getByRole("heading", { name: "不受理", exact: true }).waitFor();
  await fill(hotline, "属治安纠纷，请公安先到场");
  await submit(hotline);
  await police.locator(".timeline").getByText("属治安纠纷，请公安先到场").waitFor();
  must((await sentence(police).innerText()).includes("望澜110接警台"), "nobody at 110 answers for a case that was refused");

  step("110 asks for a ruling; the arbiter binds the hotline, and both sides show it");
  const lead = await enter(110, "lead", { theme: "dark" });
  await find(lead, `${stamp}w`);
  await lead.keyboard.press("3");
  await lead.getByRole("heading", { name: "提请审定", exact: true }).waitFor();
  await fill(lead, "停车纠纷未动手，应由城管和物业调处");
  await submit(lead);
  await hotline.goto(new URL("/lead", hotline.url()).href);
  await hotline.locator(".lane.arbitration").filter({ hasText: `${stamp}w` }).waitFor();
  await find(hotline, `${stamp}w`);
  await hotline.keyboard.press("4");
  await hotline.getByRole("heading", { name: "审定", exact: true }).waitFor();
  await hotline.keyboard.press("ArrowDown");
  await hotline.keyboard.press("Tab");
  await fill(hotline, "联动办审定规则第三条");
  await hotline.keyboard.press("Tab");
  await fill(hotline, "未发生冲突，归 12345 调处");
  await picture(hotline, "case-arbitrate");
  await submit(hotline);
  await lead.locator(".timeline").getByText("未发生冲突，归 12345 调处").waitFor();
  await sentence(hotline).filter({ hasText: "望澜12345话务台" }).waitFor();
  await sentence(lead).filter({ hasText: "望澜12345" }).waitFor();
  await picture(lead, "case-arbitrated");
  for (const page of [police, hotline, lead]) await page.context().close();
}
