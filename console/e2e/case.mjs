// The case page by keyboard alone: files, clocks, links, people, a collision, the order sheet.
import { submit } from "./hands.mjs";
import { deflateSync } from "node:zlib";

/** A picture of one colour that gets darker: real enough for a browser to show. */
export function png(width, height, [r, g, b]) {
  const crcTable = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const crc = (bytes) => (bytes.reduce((c, byte) => crcTable[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const shade = 1 - (0.6 * (x + y)) / (width + height);
      rows.set([r * shade, g * shade, b * shade], y * (width * 3 + 1) + 1 + x * 3);
    }
  }
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** Half a second of a tone. */
function wav() {
  const samples = 4000;
  const out = Buffer.alloc(44 + samples);
  out.write("RIFF", 0);
  out.writeUInt32LE(36 + samples, 4);
  out.write("WAVEfmt ", 8);
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(8000, 24);
  out.writeUInt32LE(8000, 28);
  out.writeUInt16LE(1, 32);
  out.writeUInt16LE(8, 34);
  out.write("data", 36);
  out.writeUInt32LE(samples, 40);
  for (let i = 0; i < samples; i += 1) out[44 + i] = 128 + 60 * Math.sin(i / 3);
  return out;
}

async function choose(page, files) {
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("o");
  await (await chooser).setFiles(files);
}

export async function caseFlows({ BASE, out, stamp, enter, picture, step, must, find, fill }) {
  step("a case at 110 that crossed, and one beside it");
  const police = await enter(110, "operator");
  // Whoever listens gets the choosers; asked for together with the key, the browser may still open its own.
  police.on("filechooser", () => undefined);
  await police.locator("#contact-narrative").waitFor();
  if ((await police.locator("#contact-narrative").inputValue()) !== "") await police.keyboard.press("F2");
  const take = async (words, then) => {
    await police.locator("#contact-narrative").focus();
    await fill(police, words);
    await police.keyboard.press("Tab");
    await fill(police, `镜湖路 ${stamp} 号`);
    await police.keyboard.press("Tab");
    await fill(police, "10000000088");
    await police.locator(".headline-mode").waitFor();
    await police.waitForTimeout(400);
    await police.keyboard.press(then);
    await police.locator(".case-sentence").first().waitFor();
    return police.locator(".case-line .figures").first().innerText();
  };
  const first = await take(`工地半夜还在打桩，灰尘也大 f${stamp}`, "Control+Enter");
  await police.keyboard.press("F2");
  const second = await take(`工地门口的路被压坏了 g${stamp}`, "Alt+s");

  step("files are chosen with a key, shown, played, refused with the reason");
  await find(police, `f${stamp}`);
  await police.locator(".files-add").waitFor();
  await choose(police, [
    { name: "现场一.png", mimeType: "image/png", buffer: png(640, 420, [70, 130, 180]) },
    { name: "现场二.png", mimeType: "image/png", buffer: png(420, 640, [190, 120, 60]) },
    { name: "电话录音.wav", mimeType: "audio/wav", buffer: wav() },
    { name: "说明.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n% 虚构\n") },
    { name: "照片.jpg", mimeType: "image/jpeg", buffer: Buffer.from("MZ this is a program") },
  ]);
  await police.getByText("这是程序，或名称像程序，不能上传。").waitFor();
  await police.locator(".files-pictures img").nth(1).waitFor();
  await police.locator(".files-others audio").waitFor();
  await police.getByRole("link", { name: "说明.pdf" }).waitFor();
  await police.locator(".timeline").getByText("添加附件").first().waitFor();
  await police.locator(".files-pictures img").first().evaluate((img) => img.decode());
  await picture(police, "case-files");
  await police.locator(".files-pictures button").first().focus();
  await police.keyboard.press("Enter");
  await police.locator("dialog.picture img").waitFor();
  await police.keyboard.press("ArrowRight");
  await police.locator('dialog.picture img[alt="现场二.png"]').waitFor();
  await picture(police, "case-picture");
  await police.keyboard.press("Escape");
  await police.locator("dialog.picture").waitFor({ state: "detached" });

  step("the peer hears of the files, and is told where they are");
  const hotline = await enter(12345, "lead", { theme: "dark" });
  await find(hotline, `f${stamp}`);
  await hotline.getByText("原件在对端平台").first().waitFor();
  await hotline.getByText("现场一.png").first().waitFor();
  await picture(hotline, "case-files-there");

  step("a clock says its rule by key");
  await police.keyboard.press("8");
  await police.keyboard.press("Enter");
  await police.locator(".clock-rule").waitFor();
  must((await police.locator(".clock-rule").innerText()).length > 10, "the clock says no rule");

  step("cases are joined, and walked by key");
  await police.keyboard.press("1");
  await police.getByLabel(/关联哪一件/).waitFor();
  await fill(police, second);
  await submit(police);
  await police.locator(".case-links a").waitFor();
  await police.keyboard.press("7");
  await police.keyboard.press("Enter");
  await police.locator(".case-line .figures").first().filter({ hasText: second }).waitFor();

  step("two people on one case are told of each other, and a collision loses nobody's words");
  const boss = await enter(110, "lead");
  await find(boss, `g${stamp}`);
  await boss.getByText(/也在看这件事/).waitFor();
  await police.keyboard.press("Alt+5");
  await police.getByLabel("告知了什么").waitFor();
  await fill(police, "请向路政反映，已记录在案");
  await boss.getByText(/正在写这件事/).waitFor();
  await picture(boss, "case-two-people");
  await boss.keyboard.press("h");
  await boss.getByRole("heading", { name: "催办", exact: true }).waitFor();
  await fill(boss, "这件事先不要办，等路政现场看过");
  await submit(boss);
  await police.locator(".moved-sides").waitFor();
  const sides = await police.locator(".moved-sides").innerText();
  must(sides.includes("请向路政反映") && sides.includes("这件事先不要办"), "a side's words are missing");
  must((await police.getByLabel("告知了什么").inputValue()) === "请向路政反映，已记录在案", "the typed words are gone");
  await picture(police, "case-collision");
  await police.keyboard.press("Escape");

  step("the order sheet on paper");
  await find(police, `f${stamp}`);
  // A headless browser has no printer: the sheet stays for as long as the dialog would.
  await police.evaluate(() => {
    window.print = () => document.documentElement.setAttribute("data-printed", "yes");
  });
  await police.keyboard.press("5");
  await police.locator("html[data-printed]").waitFor({ state: "attached" });
  await police.emulateMedia({ media: "print" });
  const sheet = await police.locator(".order-sheet").innerText();
  for (const words of [first, "工地半夜还在打桩", "10000000088", "现场一.png", "承办人", "群众确认"]) must(sheet.includes(words), `the sheet lacks ${words}`);
  must(!(await police.locator("#root").isVisible()), "the screen is on the paper");
  const colours = await police.locator(".order-sheet td").evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).color));
  must(colours.every((each) => each === "rgb(0, 0, 0)"), "not black on white");
  await police.setViewportSize({ width: 794, height: 1123 });
  await police.screenshot({ path: `${out}/order-sheet.png` });
  // Printing for real ends with the browser's own word that it is done, and the sheet goes.
  const pdf = await police.pdf({ preferCSSPageSize: true });
  must(/\/MediaBox\s*\[0 0 59[45][.\d]* 84[12]/.test(pdf.toString("latin1")), "the sheet is not A4");
  must((pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length === 1, "the sheet of a short case takes more than one page");
  await police.setViewportSize({ width: 1366, height: 768 });
  await police.emulateMedia({ media: null });
  await police.locator(".order-sheet").waitFor({ state: "detached" });

  step("the sheet of a reader with masks has masks");
  const viewer = await enter(110, "supervisor");
  await viewer.goto(`${BASE[110]}/cases/${encodeURIComponent(first)}`);
  await viewer.locator(".mask-line").waitFor();
  await viewer.evaluate(() => {
    window.print = () => document.documentElement.setAttribute("data-printed", "yes");
  });
  await viewer.keyboard.press("5");
  await viewer.locator("html[data-printed]").waitFor({ state: "attached" });
  await viewer.emulateMedia({ media: "print" });
  const masked = await viewer.locator(".order-sheet").innerText();
  must(!masked.includes("10000000088") && masked.includes("遮盖"), "the sheet shows what the reader may not see");
}
