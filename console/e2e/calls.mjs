// Calls: a page signs on as a phone, callers ring over the county's lines, sound goes both ways, and what was said is on the case.
// The caller is the program's own laboratory: LIANDONG names the program, LINE_110 where the desk takes calls.
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";

const LINE = process.env["LINE_110"] ?? "";
const PROGRAM = process.env["LIANDONG"] ?? "";
const SIZES = [{ width: 1366, height: 768 }, { width: 1920, height: 1080 }];

const later = (ms) => new Promise((resolve) => void setTimeout(resolve, ms));

/** A port nobody has on the laboratory's address. */
function freePort(address) {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind(0, address, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** Somebody calls the desk and talks until told to stop. */
async function caller(from, address) {
  const listen = `${address}:${await freePort(address)}`;
  const lab = spawn(PROGRAM, ["--json", "call-lab", "--platform", LINE, "--listen", listen, "--call", "110", "--from", from, "--seconds", "600", "--meter", "--ports", "22000"], { stdio: ["ignore", "pipe", "inherit"] });
  const told = [];
  const waiting = new Set();
  let rest = "";
  lab.stdout.on("data", (bytes) => {
    const lines = (rest + bytes).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) told.push(JSON.parse(line));
    for (const look of [...waiting]) look();
  });
  const ended = new Promise((resolve) => void lab.once("exit", (code) => resolve(code)));
  const wait = (what, so, ms = 15_000) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => done(() => reject(new Error(`the caller did not see: ${what}; told ${JSON.stringify(told.slice(-6))}`))), ms);
      const look = () => {
        const found = told.find(so);
        if (found !== undefined) done(() => resolve(found));
      };
      const done = (then) => {
        clearTimeout(timer);
        waiting.delete(look);
        then();
      };
      waiting.add(look);
      look();
    });
  /** The loudest and the quietest half second of so many. */
  const hears = async (halves) => {
    const from = told.length;
    await later(500 * halves + 300);
    const heard = told.slice(from).filter((each) => each.event === "loudness").map((each) => each.loudness);
    if (heard.length === 0) throw new Error("the caller is not on the line");
    return { most: Math.max(...heard), least: Math.min(...heard) };
  };
  /** Waits until somebody is heard who is louder than so much. */
  const hearsSomebody = (level, what) => {
    const from = told.length;
    return wait(what, (each, at) => at >= from && each.event === "loudness" && each.loudness > level);
  };
  return { wait, hears, hearsSomebody, ended, stop: () => lab.kill("SIGINT") };
}

/** What a page's connection carries: read from the browser's own figures, not from the console. */
async function listening(context) {
  await context.addInitScript(() => {
    const Plain = globalThis.RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Plain {
      constructor(...given) {
        super(...given);
        globalThis.lastConnection = this;
      }
    };
    // The fake microphone's beep is no speech: what cleans speech would take it away.
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (wanted) => ask({ audio: { ...(wanted.audio === true ? {} : wanted.audio), echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  });
}

async function figures(page) {
  return page.evaluate(async () => {
    const sum = { packets: 0, energy: 0, sent: 0, lost: 0, codec: "" };
    const reports = [...((await globalThis.lastConnection?.getStats()) ?? new Map()).values()];
    for (const each of reports) {
      if (each.type === "inbound-rtp") Object.assign(sum, { packets: each.packetsReceived, energy: each.totalAudioEnergy ?? 0, lost: each.packetsLost });
      if (each.type === "outbound-rtp") sum.sent = each.bytesSent;
      if (each.type === "codec") sum.codec = each.mimeType;
    }
    return sum;
  });
}

/** What came and went within so many milliseconds. */
async function flow(page, ms) {
  const before = await figures(page);
  await later(ms);
  const after = await figures(page);
  return { packets: after.packets - before.packets, energy: after.energy - before.energy, sent: after.sent - before.sent, codec: after.codec };
}

/** Waits until the page hears somebody. */
async function hears(page, must, who) {
  for (let tries = 0; tries < 20; tries += 1) {
    const { packets, energy } = await flow(page, 500);
    if (packets > 15 && energy > 0.0005) return;
  }
  must(false, `${who} hears nobody: ${JSON.stringify(await figures(page))}`);
}

export async function callFlows({ enter, picture, step, must, find, fill, stamp, sentence, out }) {
  must(LINE !== "" && PROGRAM !== "", "LIANDONG and LINE_110 say where the program and the county's lines are");
  const number = `100${stamp.padStart(8, "4")}`;
  const sit = (login, look) => enter(110, login, look, SIZES[0], undefined, listening);
  const state = (page, words) => page.locator(".seat-bar-state").getByText(words, { exact: true }).waitFor();
  const doing = (page, words) => page.locator(".seat-bar-state, .seat-bar-call").getByText(words).first().waitFor();
  /** The screen in both sizes, light and dark. */
  const pictures = async (page, name) => {
    for (const size of SIZES) {
      await page.setViewportSize(size);
      for (const theme of ["light", "dark"]) {
        await page.evaluate((chosen) => void (document.documentElement.dataset["theme"] = chosen), theme);
        await picture(page, `${name}-${size.width}-${theme}`);
      }
    }
    await page.evaluate(() => void (document.documentElement.dataset["theme"] = "light"));
    await page.setViewportSize(SIZES[0]);
  };

  /** Takes the call that rings. A slow machine lets its twelve seconds pass: who is ready again is rung again. */
  const answer = async (page) => {
    for (let tries = 0; tries < 6; tries += 1) {
      if ((await page.locator(".seat-bar-state").getByText("暂停接听").count()) > 0) {
        await page.keyboard.press("Alt+v");
        await page.locator(".seat-bar.ringing").waitFor();
      }
      await page.keyboard.press("Alt+v");
      const talks = await page.locator(".seat-bar-state").getByText("通话中").waitFor({ timeout: 5_000 }).then(() => true, () => false);
      if (talks) return;
    }
    must(false, "the call was not taken");
  };

  step("a caller the desk knows from before");
  const operator = await sit("operator");
  await operator.locator("#contact-narrative").waitFor();
  await operator.evaluate(
    async ([from, words]) => {
      const body = { channel: "phone", narrative: words, place: "望江路18号", caller_number: from, contact_number: from, caller_name: "陆先生", confidential: false };
      const answer = await fetch("/api/contacts", { method: "POST", headers: { "content-type": "application/json", "idempotency-key": `calls-${from}` }, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`the contact: ${answer.status} ${await answer.text()}`);
    },
    [number, `楼下烧烤店占道 ${stamp}k`],
  );

  step("signed on with one key, this page as the phone");
  await state(operator, "未签入");
  await pictures(operator, "calls-off");
  const pressed = Date.now();
  await operator.keyboard.press("Alt+v");
  await state(operator, "就绪");
  console.log(`  signed on after ${Date.now() - pressed} ms`);
  await operator.getByText("本机电话已接通").waitFor();

  step("devices are chosen and tried: the level moves, the tone is heard");
  await operator.keyboard.press("Alt+Shift+h");
  const panel = operator.getByRole("dialog", { name: "本机电话" });
  await panel.waitFor();
  await operator.waitForFunction(() => document.querySelector(".phone-panel meter").value > 0.05, undefined, { timeout: 30_000 });
  await operator.keyboard.press("Alt+t");
  await pictures(operator, "calls-devices");
  await operator.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });

  step("a call rings: number, masked name, history and a draft before the answer");
  const first = await caller(number, "127.7.2.1");
  await operator.locator(".seat-bar.ringing").getByText(number).waitFor();
  await operator.locator(".seat-bar.ringing").getByText(/上次留名 陆/).waitFor();
  must(!(await operator.locator(".seat-bar").innerText()).includes("陆先生"), "the name is not masked before the answer");
  await operator.locator(".seat-bar.ringing").getByText(/以往 1 件/).waitFor();
  must((await operator.locator("#contact-caller_number").inputValue()) === number, "the draft has not the caller's number");
  await picture(operator, "calls-ringing-1366-light");
  await answer(operator);
  await first.wait("the answer", (each) => each.event === "up");

  step("sound goes both ways, in A-law alone");
  await hears(operator, must, "the operator");
  must((await flow(operator, 500)).codec === "audio/PCMA", "it is not A-law");
  await first.hearsSomebody(300, "a voice");
  await operator.locator("#contact-narrative").focus();
  await fill(operator, `楼下烧烤店又把桌子摆到路上了 ${stamp}c`);
  await operator.locator(".headline-mode").waitFor();
  await pictures(operator, "calls-talking");

  step("on hold the operator hears nobody, and the caller is not left in silence");
  await operator.keyboard.press("Alt+p");
  await doing(operator, "保持中");
  await later(600);
  const held = await flow(operator, 2000);
  must(held.energy < 0.0005, `on hold the operator hears ${held.energy}`);
  await first.hearsSomebody(100, "music or a voice on hold");
  await picture(operator, "calls-held");
  await operator.keyboard.press("Alt+p");
  await doing(operator, "通话中");
  await hears(operator, must, "back from hold the operator");

  step("muted the caller hears nobody");
  await operator.keyboard.press("Alt+o");
  await operator.locator(".seat-bar-call").getByText("静音").waitFor();
  await later(1200);
  const muted = await first.hears(6);
  must(muted.most < 100, `muted the caller hears ${muted.most}`);
  await operator.keyboard.press("Alt+o");
  await operator.locator(".seat-bar-call").getByText("静音").waitFor({ state: "detached" });
  await first.hearsSomebody(300, "a voice after unmuting");

  step("keys go into the call");
  await operator.keyboard.press("Alt+Shift+k");
  await picture(operator, "calls-keypad");
  await operator.getByRole("group", { name: "拨号键" }).getByRole("button", { name: "5" }).click();
  await first.wait("the key 5", (each) => each.event === "keys" && each.keys === "5");
  await operator.keyboard.press("Escape");
  await operator.getByRole("group", { name: "拨号键" }).waitFor({ state: "detached" });

  step("whom to bring in");
  const colleague = await sit("operator2");
  await state(colleague, "未签入");
  await colleague.keyboard.press("Alt+v");
  await state(colleague, "就绪");
  await operator.keyboard.press("Alt+Shift+t");
  const bring = operator.getByRole("dialog", { name: "找人协商或转接" });
  await bring.getByRole("button", { name: "协商 韩墨" }).waitFor();
  await pictures(operator, "calls-bring");
  await operator.keyboard.press("Escape");
  await bring.waitFor({ state: "detached" });

  step("the page is loaded again amid the call, and the call goes on in it");
  const before = Date.now();
  await operator.reload();
  await doing(operator, "通话中");
  await operator.waitForFunction(() => globalThis.lastConnection?.connectionState === "connected");
  for (let at = await figures(operator); at.packets === 0; at = await figures(operator)) await later(20);
  console.log(`  sound again ${Date.now() - before} ms after the reload was asked for`);
  await hears(operator, must, "after the reload the operator");
  await first.hearsSomebody(300, "a voice after the reload");
  must((await operator.locator("#contact-narrative").inputValue()).includes(`${stamp}c`), "what was written is gone");

  step("the contact is sent and the call belongs to its case");
  await operator.locator("#contact-narrative").focus();
  await operator.keyboard.press("Alt+s");
  await sentence(operator).waitFor();
  const no = await operator.locator(".case-line .figures").first().innerText();
  await operator.locator(".seat-bar-call").getByText(`已归入 ${no}`).waitFor();

  step("a lead sees the floor and why it rang there, listens, whispers and barges in");
  const lead = await sit("lead");
  await lead.locator(".board-strip").getByText("话务").waitFor();
  await lead.keyboard.press("Alt+Shift+c");
  await lead.locator(".floor-calls").getByText(number).waitFor();
  await lead.locator(".floor-why").getByText("只有该席可接").waitFor();
  await lead.keyboard.press("Alt+Shift+l");
  await state(lead, "监听中");
  await hears(lead, must, "the lead");
  await pictures(lead, "calls-floor");
  await lead.keyboard.press("Alt+Shift+g");
  await lead.getByText(/正在介入/).waitFor();
  await lead.keyboard.press("Alt+Shift+v");
  await lead.getByText(/正在介入/).waitFor({ state: "detached" });

  step("a colleague is asked; of three the caller hears everybody; the colleague takes the caller over");
  await operator.bringToFront();
  await operator.keyboard.press("Alt+Shift+t");
  await bring.getByRole("button", { name: "协商 韩墨" }).waitFor();
  await bring.getByRole("button", { name: "协商 韩墨" }).click();
  await colleague.locator(".seat-bar.ringing").waitFor();
  await colleague.bringToFront();
  await answer(colleague);
  await picture(colleague, "calls-consulted");
  await operator.bringToFront();
  await operator.getByRole("button", { name: /交给对方/ }).waitFor();
  await picture(operator, "calls-consulting");
  await hears(colleague, must, "the colleague");
  await operator.keyboard.press("Alt+w");
  await doing(operator, "三方通话");
  await hears(colleague, must, "the colleague of three");
  await first.hearsSomebody(300, "a voice of three");
  await picture(operator, "calls-three");
  await operator.keyboard.press("Alt+i");
  await state(operator, "话后整理");
  await pictures(operator, "calls-wrap-up");
  await colleague.bringToFront();
  await doing(colleague, "通话中");
  await hears(colleague, must, "the colleague after the hand-over");
  await colleague.keyboard.press("Alt+Shift+v");
  await state(colleague, "话后整理");
  must((await first.ended) === 0, "the caller's own count says that nothing was heard");
  await operator.bringToFront();
  await operator.keyboard.press("Alt+v");
  await state(operator, "就绪");

  step("the record is on the case, with the sound for those who may hear it");
  await lead.bringToFront();
  await find(lead, no);
  const records = lead.locator(".call-records");
  await records.getByText("来电").first().waitFor();
  await records.getByRole("button", { name: "播放录音" }).click();
  await lead.waitForFunction(() => {
    const sound = document.querySelector(".call-record audio");
    return sound !== null && sound.duration > 5 && sound.currentTime > 0.3;
  });
  await records.getByText(/录音保留至/).first().waitFor();
  await records.getByRole("button", { name: "封存录音" }).first().click();
  await lead.keyboard.type("法院调取证据");
  await lead.keyboard.press("Enter");
  await records.getByText("法院调取证据").first().waitFor();
  await records.getByText("经过与派席依据").first().click();
  await records.getByText("只有该席可接").first().waitFor();
  await records.scrollIntoViewIfNeeded();
  await pictures(lead, "calls-record");

  step("talk is counted by whose matter it was");
  await lead.goto(new URL(lead.url()).origin);
  await lead.locator(".board-strip").getByText("话务").waitFor();
  await lead.keyboard.press("Alt+Shift+c");
  await lead.locator(".floor li").getByText(/平均 \d+:\d\d/).first().waitFor();
  await pictures(lead, "calls-talk");

  step("whose call goes elsewhere keeps no empty draft, and who writes is not interrupted");
  await operator.bringToFront();
  await operator.keyboard.press("F2");
  await operator.locator("#contact-narrative").waitFor();
  await operator.locator("#contact-narrative").focus();
  await fill(operator, `正在写的另一件事 ${stamp}w`);
  await colleague.keyboard.press("Alt+v");
  await state(colleague, "就绪");
  await colleague.keyboard.press("Alt+p");
  await colleague.getByRole("button", { name: /小休/ }).click();
  await state(colleague, "暂停接听");
  await operator.bringToFront();
  await operator.setViewportSize(SIZES[1]);
  await operator.evaluate(() => void (document.documentElement.dataset["theme"] = "dark"));
  const second = await caller(`100${stamp.padStart(8, "5")}`, "127.7.2.2");
  await operator.locator(".seat-bar.ringing").waitFor();
  must((await operator.locator("#contact-narrative").inputValue()).includes(`${stamp}w`), "the ring took the page from under the hands");
  const tabs = await operator.locator(".tab").count();
  await operator.screenshot({ path: `${out}/calls-ringing-1920-dark.png` });
  second.stop();
  await operator.setViewportSize(SIZES[0]);
  await operator.locator(".seat-bar.ringing").waitFor({ state: "detached" });
  must((await operator.locator(".tab").count()) === tabs - 1, "the untouched draft of a call that went stays");
  await operator.getByText("待回拨").waitFor();
  await picture(operator, "calls-call-backs");

  step("a second page takes the phone over, and the first says so");
  const other = await sit("operator");
  await other.locator(".seat-bar").waitFor();
  await other.locator("#contact-narrative").waitFor();
  await other.keyboard.press("Alt+Shift+h");
  await other.getByRole("dialog", { name: "本机电话" }).getByRole("button", { name: /用本机接听/ }).click();
  await other.getByRole("dialog", { name: "本机电话" }).getByText("本机电话已接通").waitFor();
  await operator.getByText(/已在另一个页面打开/).first().waitFor({ timeout: 30_000 });
  await picture(operator, "calls-elsewhere");
  await other.close();

  step("a browser that gives no microphone says what to do");
  // At the other desk, where nobody sits: a ringing seat's key would answer instead.
  const refused = await enter(12345, "lead", { theme: "light" }, SIZES[0], undefined, (context) =>
    context.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    }),
  );
  await refused.goto(`${new URL(refused.url()).origin}/desk`);
  await refused.locator(".seat-bar").waitFor();
  await refused.keyboard.press("Alt+v");
  await refused.getByText(/把“麦克风”改为“允许”/).waitFor();
  await picture(refused, "calls-denied");
}
