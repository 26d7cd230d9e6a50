// What goes wrong in a shift: rubbish, a slow line, a server that dies in mid-form and comes back, a session that ends.
// The platform is this story's own, so that nobody else's work is ended with it. LIANDONG names the program.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAM = process.env["LIANDONG"] ?? "";
const PASSWORD = "rough-rough-rough";

/** A platform that can be killed and started again on its own disk. */
class Own {
  constructor(port) {
    this.folder = mkdtempSync(join(tmpdir(), "liandong-rough-"));
    this.url = `http://127.0.0.1:${port}`;
    this.config = join(this.folder, "liandong.toml");
    writeFileSync(
      this.config,
      `[platform]\nid = "rough"\nname = "望澜县 110"\ndesk = "police"\nunit = "desk-110"\nnode = 9\n\n[store]\nkind = "sqlite"\npath = ${JSON.stringify(join(this.folder, "store.sqlite3"))}\n\n[listen]\naddress = "127.0.0.1:${port}"\n`,
    );
    this.run("migrate", "--config", this.config);
    execFileSync(PROGRAM, ["user", "--config", this.config, "add", "operator", "--name", "接警员甲", "--role", "operator"], { input: `${PASSWORD}\n`, stdio: ["pipe", "ignore", "inherit"] });
  }
  run(...words) {
    return execFileSync(PROGRAM, words, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  }
  async start() {
    this.process = spawn(PROGRAM, ["serve", "--config", this.config], { stdio: "ignore" });
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    for (;;) {
      if (this.process.exitCode !== null) throw new Error("the story's own platform does not start");
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  async kill() {
    this.process.kill("SIGKILL");
    await this.ended;
  }
  async end() {
    if (this.process?.exitCode === null && this.process.signalCode === null) await this.kill();
    rmSync(this.folder, { recursive: true });
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function roughFlows(ground) {
  ground.must(PROGRAM !== "", "LIANDONG says where the program is");
  const own = new Own(await freePort());
  try {
    await own.start();
    await roughDay(ground, own);
  } finally {
    await own.end();
    forgiven(ground.faults, own.url);
  }
}

async function roughDay({ base, stamp, enter, picture, step, must, fill, faults }, own) {
  base.rough = own.url;
  const page = await enter("rough", "operator", { theme: "light" }, { width: 1366, height: 768 }, PASSWORD);
  const box = page.locator("#contact-narrative");
  const cases = async () => (await page.evaluate(async () => (await (await fetch("/api/cases?scope=desk&limit=50")).json()).items)).length;
  await box.waitFor();

  step("rubbish is refused with a sentence beside it, and nothing of it is lost");
  const long = `他说了很多 ${stamp} ${"一二三四五六七八九十".repeat(405)}`;
  await fill(page, long);
  await page.locator("#contact-caller_number").fill("一〇〇零");
  await page.keyboard.press("Alt+s");
  await page.locator(".wrong, .failure").first().waitFor();
  must((await box.inputValue()) === long, "the long words are not whole any more");
  must((await page.locator("#contact-caller_number").inputValue()) === "一〇〇零", "the wrong number is gone");
  must((await cases()) === 0, "a refused contact became a case");
  await page.getByText("号码里只能有数字").waitFor();
  await picture(page, "rough-refused");
  await page.locator("#contact-caller_number").fill("");
  const odd = `路灯坏了‮${stamp}​😀𠮷\u2028井盖也松了`;
  await box.fill(odd);
  must((await box.inputValue()) === odd, "odd letters are not kept");

  step("on a line as slow as a bad telephone every key is still there at once");
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  await wire.send("Network.emulateNetworkConditions", { offline: false, latency: 2_000, downloadThroughput: 6_000, uploadThroughput: 6_000 });
  const slow = `河滨里的路灯坏了一排 ${stamp}`;
  await box.fill("");
  await page.keyboard.type(slow, { delay: 20 });
  must((await box.inputValue()) === slow, "letters were lost on a slow line");
  await wire.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });

  step("the server is killed in mid-form: the words stay, the desk says what to do");
  await own.kill();
  await page.keyboard.press("End");
  await page.keyboard.type(",三天了", { delay: 20 });
  await page.getByText(/研判暂时用不了，登记和派单不受影响/).waitFor();
  await page.keyboard.press("Alt+s");
  await page.getByRole("button", { name: /现在重试/ }).waitFor();
  must((await box.inputValue()) === `${slow},三天了`, "words are gone with the server");
  await picture(page, "rough-away");
  // A closed lid: the page itself cannot be had from a dead server, the words are in the browser all the same.
  const kept = await page.evaluate((words) => Object.values(localStorage).some((each) => each.includes(words)), `${slow},三天了`);
  must(kept, "the draft is in this window's memory only");

  step("it comes back: the same contact is taken by itself, once");
  await own.start();
  await page.locator(".case-sentence").first().waitFor();
  must((await cases()) === 1, "the contact is not one case");

  step("the session ends in mid-form: signed in again, the words are where they were");
  await page.keyboard.press("F2");
  await box.waitFor();
  const second = `井盖松动 ${stamp},有人绊倒`;
  await fill(page, second);
  await page.waitForFunction((words) => Object.values(localStorage).some((each) => each.includes(words)), second);
  await page.context().clearCookies();
  await page.keyboard.press("Alt+s");
  await page.getByText("登录已过期。没写完的内容都在本机，登录后回到原处。").waitFor();
  await picture(page, "rough-expired");
  await page.getByLabel("用户名").fill("operator");
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.keyboard.press("Enter");
  // What was sent when the session had ended goes on by itself, under its own key.
  await page.locator(".tab").filter({ hasText: /110-/ }).or(page.locator(".case-sentence")).first().waitFor();
  await page.waitForFunction(async () => (await (await fetch("/api/cases?scope=desk&limit=50")).json()).items.length === 2);

  step("nothing of all that is in the record twice, and the chain holds");
  // A page that is left open goes on asking.
  await page.context().close();
  await own.kill();
  own.run("verify", "--config", own.config);
}

/** What the browser itself says of a server that is not there is no fault of a page. */
function forgiven(faults, url) {
  for (let at = faults.length - 1; at >= 0; at -= 1) if (faults[at].includes(url) && /net::ERR_/.test(faults[at])) faults.splice(at, 1);
}
