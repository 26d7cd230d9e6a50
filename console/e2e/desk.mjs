// The operator's desk, the map and the hall's wall, by keyboard alone. `run.mjs` calls it and lends its hands.

/** Types through an input method, as Chromium itself does it: syllables first, then the words. */
async function compose(page, syllables, words) {
  const cdp = await page.context().newCDPSession(page);
  for (const each of syllables) {
    await cdp.send("Input.imeSetComposition", { text: each, selectionStart: each.length, selectionEnd: each.length });
    await page.waitForTimeout(30);
  }
  // The Enter that ends a composition is the input method's.
  await cdp.send("Input.dispatchKeyEvent", { type: "keyDown", key: "Process", code: "Enter", windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 });
  await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 });
  await cdp.send("Input.insertText", { text: words });
  await cdp.detach();
}

export async function desk({ base, enter, picture, fill, must, step, stamp, sentence }) {
  step("an input method: nothing fires, nothing is sent, no syllable is lost");
  const police = await enter(110, "operator2");
  const box = police.locator("#contact-narrative");
  await box.waitFor();
  const asked = [];
  police.on("request", (request) => {
    if (request.method() === "POST" && /\/api\/(triage|alike|contacts)$/.test(request.url())) asked.push({ path: new URL(request.url()).pathname, body: request.postData() ?? "" });
  });
  await box.focus();
  await compose(police, ["l", "lou", "lou xia", "lou xia shao kao"], "楼下烧烤");
  await compose(police, ["d", "dian", "dian you yan"], "店油烟");
  await compose(police, ["t", "tai da"], "太大");
  must((await box.inputValue()) === "楼下烧烤店油烟太大", `syllables were lost: ${await box.inputValue()}`);
  await police.locator(".headline-mode").waitFor();
  for (const { path, body } of asked) must(!/lou|dian|tai da/.test(body), `${path} was asked about half a syllable: ${body}`);
  must(asked.every(({ path }) => path !== "/api/contacts"), "the Enter of the input method sent the contact");
  const open = await police.context().newCDPSession(police);
  await open.send("Input.imeSetComposition", { text: "shui", selectionStart: 4, selectionEnd: 4 });
  const before = asked.length;
  await police.waitForTimeout(700);
  must(asked.length === before, `asked during a composition: ${JSON.stringify(asked.slice(before))}`);
  await open.send("Input.insertText", { text: `,睡不着 ${stamp}d` });
  await open.detach();

  step("the place: the gazetteer knows it, one key sets the point, the large map moves it");
  await police.keyboard.press("Tab");
  await fill(police, "望江路88号");
  await police.getByText(/地名库：望江路/).waitFor();
  await police.keyboard.press("Alt+g");
  await police.getByText(/已定点 · 按地点文字/).waitFor();
  await police.locator(".desk-map .map.drawn").waitFor();
  await police.keyboard.press("Alt+m");
  await police.locator(".map-dialog .map.drawn").waitFor();
  await picture(police, "map-large");
  // Two steps nearer, one to the right: a hundred metres or so.
  for (const key of ["Equal", "Equal", "ArrowRight"]) {
    await police.keyboard.press(key);
    await police.waitForTimeout(500);
  }
  await police.keyboard.press("Enter");
  await police.getByText(/已定点 · 在图上点选/).waitFor();
  await picture(police, "desk-point");

  step("what is handed over is shown before it is sent");
  await police.keyboard.press("Alt+3");
  await police.getByRole("region", { name: /将送到/ }).getByText(`${stamp}d`).waitFor();
  await picture(police, "desk-crossing");
  await police.keyboard.press("Escape");
  await police.keyboard.press("Alt+s");
  await sentence(police).waitFor();
  const first = await police.locator(".case-line .figures").first().innerText();

  step("a second call about the same thing finds it by words and place, and joins it with one key");
  await police.keyboard.press("F2");
  await box.waitFor();
  await fill(police, `烧烤店油烟太大了呛得睡不着 ${stamp}e`);
  await police.keyboard.press("Tab");
  await fill(police, "望江路90号");
  const likeness = police.locator(".likeness").first();
  await likeness.getByText(/字句相近/).waitFor();
  await likeness.getByText(/相距 \d+ 米/).waitFor();
  await police.locator("#contact-narrative").focus();
  await picture(police, "desk-alike");
  await police.keyboard.press("Alt+j");
  await police.getByText(/已于 .* 结案/).waitFor();
  must((await police.locator(".case").getByText(first).count()) > 0, `the second call was not joined to ${first}`);
  await picture(police, "desk-joined");

  step("two windows of one seat never write over each other unseen");
  await police.keyboard.press("F2");
  await box.waitFor();
  await fill(police, `路灯坏了 ${stamp}f`);
  const other = await police.context().newPage();
  await other.goto(police.url());
  await other.locator("#contact-narrative").waitFor();
  must((await other.locator("#contact-narrative").inputValue()).includes(`${stamp}f`), "the other window does not show the draft");
  await other.locator("#contact-narrative").focus();
  await other.keyboard.press("End");
  await fill(other, ",很黑");
  await police.waitForFunction((words) => document.querySelector("#contact-narrative")?.value.endsWith(words), ",很黑");
  // A window that slept through the other's words.
  await police.evaluate((words) => {
    const key = Object.keys(localStorage).find((each) => each.startsWith("liandong.draft.") && localStorage.getItem(each)?.includes(words));
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}");
    localStorage.setItem(key, JSON.stringify({ ...kept, narrative: `${kept.narrative},在河滨里`, updated: kept.updated + 1, clock: { ...kept.clock, asleep: 1 } }));
  }, `${stamp}f`);
  await police.bringToFront();
  await box.focus();
  await police.keyboard.press("End");
  await fill(police, ",三天了");
  await police.getByText(/这份草稿在另一窗口也改过/).waitFor();
  must((await box.inputValue()).endsWith(",三天了"), "the words of this window are gone");
  await picture(police, "desk-copies");
  await other.close();
  await police.keyboard.press("Alt+b");
  await police.waitForFunction((words) => document.querySelector("#contact-narrative")?.value.endsWith(words), ",在河滨里");
  // Put away by the same key twice, both of them.
  for (let i = 0; i < 2; i += 1) {
    await police.keyboard.press("Alt+0");
    await police.getByRole("alertdialog").waitFor();
    await police.keyboard.press("Alt+0");
    await police.getByRole("alertdialog").waitFor({ state: "detached" });
  }

  step("the wall, live");
  const hall = await enter(110, "lead");
  await hall.goto(`${base[110]}/wall`);
  await hall.locator(".wall-map .map.drawn").waitFor();
  const taken = hall.locator("[data-figure=taken] .wall-value");
  const was = Number(await taken.innerText());
  await police.keyboard.press("F2");
  await box.waitFor();
  await fill(police, `小区门口井盖没了 ${stamp}g`);
  await police.locator(".headline-mode").waitFor();
  await police.keyboard.press("Alt+s");
  await sentence(police).waitFor();
  await hall.waitForFunction((old) => Number(document.querySelector("[data-figure=taken] .wall-value")?.textContent) > old, was);
  const small = await hall.evaluate(() => [...document.querySelectorAll(".wall-value, .wall-under b, .wall-peer b, .wall-clock")].map((each) => parseFloat(getComputedStyle(each).fontSize)).filter((size) => size < 40));
  must(small.length === 0, `figures of the wall below 40 px: ${small}`);
  await hall.locator(".wall-peer li").first().waitFor();
  await picture(hall, "wall-1366");
  await hall.setViewportSize({ width: 1920, height: 1080 });
  await hall.waitForTimeout(500);
  await picture(hall, "wall");
  await hall.keyboard.press("Escape");
  await hall.locator(".frame").waitFor();

  step("the desk at a large screen, dark, and in English");
  const dark = await enter(12345, "operator2", { theme: "dark" });
  await dark.setViewportSize({ width: 1920, height: 1080 });
  await dark.locator("#contact-narrative").waitFor();
  await fill(dark, "楼上邻居半夜装修,电钻声吵得全家睡不着");
  await dark.keyboard.press("Tab");
  await fill(dark, "锦澜花园12栋");
  await dark.getByText(/地名库：锦澜花园/).waitFor();
  await dark.locator(".desk-map .map.drawn").waitFor();
  await picture(dark, "desk-dark");
  await dark.evaluate(() => localStorage.setItem("liandong.look", JSON.stringify({ theme: "light", size: 100, language: "en" })));
  await dark.reload();
  await dark.getByLabel("What happened").waitFor();
  await dark.locator(".desk-map .map.drawn").waitFor();
  await picture(dark, "desk-english");
}
