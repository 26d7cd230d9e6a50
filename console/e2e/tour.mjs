// Every screen in both languages, for axe and for whatever scrolls; what is done on them is in the other stories.
import { PEOPLE } from "./places.mjs";

const TOURS = [
  { look: { language: "en", theme: "dark" }, size: { width: 1366, height: 768 }, named: "en" },
  { look: { language: "zh-CN", theme: "light" }, size: { width: 1920, height: 1080 }, named: "zh" },
];

/** Until nothing more was asked of the server for a moment; its stream never ends. */
async function settled(page) {
  for (let seen = -1; ; ) {
    const now = await page.evaluate(() => performance.getEntriesByType("resource").length);
    if (now === seen) return;
    seen = now;
    await page.waitForTimeout(400);
  }
}

export async function tourFlows({ enter, picture, step, BASE }) {
  for (const { look, size, named } of TOURS) {
    step(`every screen: ${named}, ${look.theme}, ${size.width} × ${size.height}`);
    const see = async (page, name, url, act) => {
      await page.goto(url);
      await page.getByRole("main").locator("visible=true").first().waitFor();
      await settled(page);
      if (act != null) await act(page);
      await picture(page, `tour-${name}-${named}`);
    };
    for (const { login, at, screens } of PEOPLE) {
      const page = await enter(at, login, look, size);
      for (const [name, path, act] of screens) await see(page, name, `${BASE[at]}${path}`, act);
      await page.context().clearCookies();
      if (login === "operator") await see(page, "signin", `${BASE[at]}/signin`);
      await page.context().close();
    }
    const phone = await enter(12345, "urban-management", look, { width: 390, height: 844 });
    await see(phone, "field", `${BASE[12345]}/field`);
    await phone.context().close();
  }
}
