// What several stories do alike.

/** Sends the open form; the answer may come on the stream before the form is gone and the keys are the page's again. */
export async function submit(page) {
  await page.keyboard.press("Control+Enter");
  await page.locator(".command-form").waitFor({ state: "detached" });
}
