// What several stories do alike.

/** Sends the open form; the answer may come on the stream before the form is gone and the keys are the page's again. */
export async function submit(page) {
  await page.keyboard.press("Control+Enter");
  await page.locator(".command-form").waitFor({ state: "detached" });
}

/** Chooses the push, whatever way today's model would take with these words. */
export async function byPush(page) {
  await page.getByRole("radio", { name: "推送工单" }).focus();
  await page.keyboard.press("Space");
}

/** Asks the page until the answer is yes; `waitForFunction` takes the promise of any answer for a yes. */
export async function until(page, ask, given) {
  for (let left = 150; left > 0; left -= 1) {
    if (await page.evaluate(ask, given)) return;
    await page.waitForTimeout(200);
  }
  throw new Error(`30 s long it was not so: ${ask}`);
}
