// A register of another system, imported in the back office by the lead.

const HEAD = "编号,来电时间,来电人,来电号码,诉求内容,地址";

/** GB18030 of the few letters that are asked for, as an older system writes them. */
const gbk = (parts) => Buffer.from(parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part)] : part)));
const 内容 = [0xc4, 0xda, 0xc8, 0xdd];
const 路灯 = [0xc2, 0xb7, 0xb5, 0xc6];

export async function importFlows({ stamp, enter, picture, step, must }) {
  const lead = await enter(12345, "lead");
  const choose = async (name, bytes) => {
    await lead.keyboard.press("n");
    await lead.getByRole("dialog", { name: "导入文件" }).waitFor();
    await lead.getByLabel("文件", { exact: true }).setInputFiles({ name, mimeType: "text/csv", buffer: bytes });
  };
  const close = async () => {
    await lead.keyboard.press("Escape");
    await lead.getByRole("dialog").waitFor({ state: "detached" });
  };
  const begin = async () => {
    await lead.locator(".import-sample td").first().waitFor();
    await lead.keyboard.press("Control+Enter");
    await lead.getByRole("dialog").waitFor({ state: "detached" });
  };
  const row = (name) => lead.getByRole("row").filter({ hasText: name });

  step("the lead opens the import; what is no table is refused before it is sent");
  await lead.goto(new URL("/office/imports", lead.url()).href);
  await lead.getByText(/每一行成为一件来件/).waitFor();
  await picture(lead, "office-imports-empty");
  await choose("登记.xlsx", Buffer.from("PK"));
  await lead.getByText(/Excel 表请另存为/).waitFor();
  await close();
  await choose("登记.csv", Buffer.from([0xc4, 0xda, 0xff]));
  await lead.getByText(/读不出来/).waitFor();
  await close();

  step("its columns are known by their names, and the first lines are shown");
  const lines = [HEAD];
  for (let at = 1; at <= 40; at += 1) lines.push(`J${stamp}${at},2026/11/${(at % 28) + 1} 8:${String(at % 60).padStart(2, "0")},虚构人,10000000${String(at).padStart(3, "0")},河滨里第 ${at} 盏路灯不亮,河滨里 ${at} 号`);
  lines.push(`J${stamp}x,昨天,虚构人,10000000099,井盖松动,桥头`, `J${stamp}y,2026/11/3 9:00,虚构人,一二三,井盖松动,桥头`, "少了,几列");
  const register = Buffer.from(lines.join("\n"));
  await choose(`登记-${stamp}.csv`, register);
  await lead.locator(".import-sample td").first().waitFor();
  for (const [label, column] of [["地点", "地址"], ["来电号码", "来电号码"], ["姓名", "来电人"], ["发生时间", "来电时间"], ["时间写法", "2026/11/2 8:30"]]) {
    const shown = await lead.getByRole("combobox", { name: label, exact: true }).evaluate((select) => select.selectedOptions[0]?.textContent);
    must(shown === column, `${label} is ${shown}, not ${column}`);
  }
  must(await lead.getByRole("checkbox", { name: "诉求内容", exact: true }).isChecked(), "the words' column is not chosen");
  await picture(lead, "office-imports-columns");
  await begin();

  step("every line is taken, or stands there with its reason");
  await row(`登记-${stamp}.csv`).getByText("已导完").waitFor();
  await lead.getByText("发生时间：时间不是选定的写法").waitFor();
  await lead.getByText("来电号码：号码里有不是数字的字").waitFor();
  await lead.getByText("列数与第一行不一样").waitFor();
  await picture(lead, "office-imports");
  const found = await lead.evaluate(async () => (await (await fetch("/api/cases?scope=desk&limit=50")).json()).items.filter((each) => each.channel === "import").length);
  must(found >= 40, `${found} of the 40 wait at the desk`);

  step("the same file again takes nothing twice; an older system's letters are read");
  await choose(`登记-${stamp}.csv`, register);
  await begin();
  await lead.getByText("这份文件早已全部导入，没有再收一遍。").waitFor();
  await choose(`旧-${stamp}.csv`, gbk([内容, "\n", 路灯, ` ${stamp}`]));
  await lead.locator(".import-sample td").filter({ hasText: "路灯" }).waitFor();
  await begin();
  await row(`旧-${stamp}.csv`).getByText("已导完").waitFor();

  step("in English, dark, on a large screen");
  const large = await enter(12345, "lead", { theme: "dark", language: "en" }, { width: 1920, height: 1080 });
  await large.goto(new URL("/office/imports", large.url()).href);
  await large.getByText("1 of 1 lines").first().waitFor();
  await picture(large, "office-en-imports");
}
