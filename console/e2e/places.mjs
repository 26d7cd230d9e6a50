// Every screen there is: who sees it, where, and what is done there first. `mock`: the make-believe platform knows it, too.

const type = (narrative, place, number) => async (page) => {
  await page.locator("#contact-narrative").fill(narrative);
  await page.locator("#contact-place").fill(place);
  await page.locator("#contact-caller_number").fill(number);
  await page.waitForTimeout(1200);
};
const press = (...keys) => async (page) => {
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(350);
  }
};
const firstCase = async (page) => {
  const id = await page.evaluate(async () => {
    const found = await (await fetch("/api/cases?scope=desk&limit=50")).json();
    return (found.items.find((each) => each.status === "handling") ?? found.items[0])?.id;
  });
  await page.goto(`${new URL(page.url()).origin}/cases/${id}`);
  await page.waitForTimeout(1200);
};
const noise = "楼上邻居半夜装修,电钻吵得睡不着,上去说了他还骂人";

export const PEOPLE = [
  {
    login: "operator", mock: "op", at: 110,
    screens: [
      ["desk", "/desk"],
      ["desk-suggestion", "/desk", type(noise, "望江路 8 号锦园小区 3 栋", "10000000042")],
      ["desk-hand-over", "/desk", async (page) => (await type(noise, "望江路 8 号锦园小区 3 栋", "10000000042")(page), await press("Alt+3")(page))],
      ["desk-danger", "/desk", type("楼上邻居半夜装修,我去敲门他拿着刀出来了", "望江路 8 号", "10000000042")],
      ["palette", "/desk", press("Control+k")],
      ["help", "/search", press("?")],
      ["missing", "/nowhere"],
    ],
  },
  {
    login: "lead", mock: "lead", at: 12345,
    screens: [
      ["lead", "/lead"],
      ["lead-seats", "/lead", press("9")],
      ["case", "/lead", firstCase],
      ["cases", "/cases"],
      ["search", "/search?q=%E5%99%AA%E5%A3%B0"],
      ["wall", "/wall"],
      ["office-list", "/office/list", null, "real"],
      ["office-list-draft", "/office/list", press("d"), "real"],
      ["office-list-runs", "/office/list", press("b"), "real"],
      ["messages", "/messages", null, "real"],
      ["roster", "/roster", null, "real"],
      ["notices", "/notices", null, "real"],
      ["floor", "/lead", press("Alt+Shift+c"), "real"],
      ["bulletins", "/bulletins", null, "real"],
      ["registers", "/registers/inspection", null, "real"],
      ["office-knowledge", "/office/knowledge", null, "real"],
      ["office-clocks", "/office/clocks", null, "real"],
      ["office-imports", "/office/imports", null, "real"],
      ["scores", "/scores", null, "real"],
    ],
  },
  { login: "urban-management", mock: "clerk", at: 12345, screens: [["inbox", "/inbox"], ["inbox-running", "/inbox", press("Alt+2")]] },
  {
    login: "supervisor", at: 12345,
    screens: [
      ["supervision", "/supervision"], ["supervision-daily", "/supervision/daily"], ["supervision-watch", "/supervision/watch"], ["supervision-findings", "/supervision/findings"], ["supervision-rules", "/supervision/rules"],
      ["scores-supervisor", "/scores"],
    ],
  },
  { login: "followup", at: 12345, screens: [["followup", "/followup"]] },
  {
    login: "sysadmin", at: 110,
    screens: [
      ["office-links", "/office/links"], ["office-accounts", "/office/accounts"], ["office-calendar", "/office/calendar"], ["office-units", "/office/units"], ["office-system", "/office/system"], ["office-channels", "/office/channels"], ["office-places", "/office/places"], ["office-models", "/office/models"],
      ["office-models-tester", "/office/models", async (page) => (await press("t")(page), await page.keyboard.insertText("工地半夜还在打桩，吵得一家人睡不着，他拿着刀"), await page.waitForTimeout(900))],
    ],
  },
  { login: "secadmin", at: 110, screens: [["office-roles", "/office/accounts"], ["office-redact", "/office/redact"], ["office-keys", "/office/keys"]] },
  { login: "auditor", at: 110, screens: [["office-audit", "/office/audit"]] },
];
