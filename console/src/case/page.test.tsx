// The case page as people work it: by key, against a make-believe platform behind fetch.
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
// @ts-expect-error The mock is plain JavaScript.
import { makePlatform } from "../../mock/platform.mjs";
import { App } from "../app";
import { cache } from "../live/cache";
import { casePath, navigate } from "../route/router";
import { sizeText } from "./attachments";

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Platform = any;

let platform: Platform;
let item: Platform;
const sent: { path: string; headers: Record<string, string>; body: File }[] = [];

/** Takes what is uploaded and answers at once. */
class Line {
  upload = { onprogress: null };
  onload: (() => void) | null = null;
  status = 0;
  responseText = "";
  #path = "";
  readonly #headers: Record<string, string> = {};
  open(_method: string, path: string) {
    this.#path = path;
  }
  setRequestHeader(name: string, value: string) {
    this.#headers[name] = value;
  }
  send(body: File) {
    sent.push({ path: this.#path, headers: this.#headers, body });
    const refused = body.name.endsWith(".exe");
    this.status = refused ? 422 : 201;
    this.responseText = refused ? JSON.stringify({ type: "invalid", errors: [{ field: "file", key: "file_executable" }] }) : "{}";
    if (!refused) item.attachments.push(file({ id: `f${sent.length}`, name: decodeURIComponent(this.#headers["x-file-name"] ?? "") }));
    this.onload?.();
  }
  abort() {
    // Nothing is under way any more.
  }
}

function file(over: Record<string, unknown>) {
  return { id: "f0", name: "a.png", kind: "image/png", size: 2048, digest: "0123456789abcdef", shown: "image", at: 1_795_395_600_000, leg: null, by: "接警员甲", unit_name: "接警台", citizen: false, here: true, removed: false, withheld: false, ...over };
}

const press = (key: string, code: string, mods: KeyboardEventInit = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key, code, ...mods });

Element.prototype.scrollIntoView = () => undefined;

beforeEach(() => {
  localStorage.clear();
  cache.clear();
  sent.length = 0;
  platform = makePlatform({ desk: "police" });
  platform.signIn("op");
  item = platform.take({ narrative: "取款机吞了钱", place: "望澜大道", caller_number: "10000000070" });
  vi.stubGlobal("XMLHttpRequest", Line);
  vi.stubGlobal(
    "fetch",
    vi.fn(async (url: string, init: RequestInit = {}) => {
      const { pathname, searchParams } = new URL(url, "http://x");
      if (pathname === "/api/live") return new Promise<Response>(() => undefined);
      const body = typeof init.body === "string" ? JSON.parse(init.body) : {};
      try {
        const answer = platform.handle(init.method ?? "GET", pathname, searchParams, body, new Headers(init.headers).get("idempotency-key"));
        return new Response(answer === undefined ? null : JSON.stringify(answer), { status: answer === undefined ? 204 : 200 });
      } catch (error) {
        const problem = (error as { problem?: { status: number } }).problem;
        if (problem === undefined) throw error;
        return new Response(JSON.stringify(problem), { status: problem.status });
      }
    }),
  );
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function open() {
  history.replaceState(null, "", `/cases/${item.id}`);
  dispatchEvent(new PopStateEvent("popstate"));
  render(<App />);
  await screen.findByRole("button", { name: "告知" });
}

describe("files", () => {
  it("are added by pasting, under a name of their own, and refused in words", async () => {
    await open();
    const paste = (name: string) => fireEvent(window, Object.assign(new Event("paste", { cancelable: true }), { clipboardData: { files: [new File(["x"], name)] } }));
    paste("现场.png");
    await screen.findByRole("link", { name: "现场.png" });
    expect(sent[0]?.path).toBe(`/api/cases/${item.id}/attachments`);
    expect(sent[0]?.headers["idempotency-key"]).toMatch(/^[0-9a-f-]{36}$/);
    paste("照片.exe");
    await screen.findByText(/照片.exe.*这是程序/);
    fireEvent.click(screen.getByRole("button", { name: "收起" }));
    await waitFor(() => expect(screen.queryByText(/照片.exe/)).toBeNull());
  });

  it("say where the original is, and hide what is withheld", async () => {
    item.attachments.push(file({ id: "p1", name: "那边.png", here: false, by: "", unit_name: "望澜县 12345" }), file({ id: "r1", name: null, removed: true }), file({ id: "w1", name: null, withheld: true }));
    await open();
    await screen.findByText("原件在对端平台");
    expect(screen.queryByRole("link", { name: "那边.png" })).toBeNull();
    await screen.findByText("内容和名称已清除");
    expect(screen.getByText(/看不到附件/)).toBeTruthy();
    expect(document.querySelectorAll(".files img")).toHaveLength(0);
  });

  it("cannot be added where the reader may not", async () => {
    item.attach = null;
    await open();
    expect(screen.queryByText("附件")).toBeNull();
    fireEvent(window, Object.assign(new Event("paste", { cancelable: true }), { clipboardData: { files: [new File(["x"], "a.png")] } }));
    expect(sent).toHaveLength(0);
  });

  it("have sizes people read", () => {
    expect([0, 1023, 2048, 1_500_000, 20 * 1024 * 1024].map(sizeText)).toEqual(["0 B", "1023 B", "2 KB", "1.4 MB", "20 MB"]);
  });
});

describe("people and clocks", () => {
  it("names whoever else is on the case, writers apart", async () => {
    item.others = [
      { name: "班长乙", unit_name: "110 指挥室", doing: "writing" },
      { name: "督办员戊", unit_name: "", doing: "looking" },
    ];
    await open();
    await screen.findByText(/班长乙（110 指挥室） 正在写这件事/);
    expect(screen.getByText("督办员戊 也在看这件事")).toBeTruthy();
  });

  it("says whose a running clock is where several units have one", async () => {
    item.legs.push(...["甲站", "乙站"].map((unit_name, i) => ({ id: `a${i + 1}`, unit: `u${i + 1}`, unit_name, role: i === 0 ? "lead" : "assist", state: "dispatched", binding: false, ask: null })));
    for (const leg of item.legs) platform.clock(item, leg.id, "sign", 600_000);
    await open();
    const clocks = await screen.findByRole("list", { name: "时限" });
    expect([...clocks.querySelectorAll("button .dim")].map((each) => each.textContent?.trim())).toEqual(["甲站", "乙站"]);
  });

  it("opens the rule of a clock by key", async () => {
    platform.clock(item, null, "answer", 600_000);
    await open();
    press("8", "Digit8");
    const clock = document.activeElement as HTMLElement;
    expect(clock.getAttribute("aria-expanded")).toBe("false");
    fireEvent.click(clock);
    expect((await screen.findByText(/wanglan-2026.11 answer/)).textContent).toContain("wanglan-2026.11 answer");
  });

  it("walks the linked cases by key", async () => {
    item.links.push({ case: "other", no: "J1", relation: "related" }, { case: "hidden", no: "", relation: "related" });
    item.parts.push({ case: "part", no: "J2", closed: true });
    await open();
    press("7", "Digit7");
    expect(document.activeElement?.textContent).toBe("J2");
    fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowDown" });
    expect(document.activeElement?.textContent).toBe("J1");
    expect(screen.getByText("不在您能看的范围里")).toBeTruthy();
  });
});

describe("another case in the same place", () => {
  it("does not find the form of the case before", async () => {
    const other = platform.take({ narrative: "下水道堵了", place: "镜湖路", caller_number: "10000000071" });
    await open();
    // Both are known by now: nothing is waited for between them.
    navigate(casePath(other.id));
    await screen.findByRole("article", { name: other.no });
    navigate(casePath(item.id));
    await screen.findByRole("article", { name: item.no });
    press("5", "Digit5", { altKey: true });
    fireEvent.change(await screen.findByLabelText("告知了什么"), { target: { value: "请找银行" } });
    navigate(casePath(other.id));
    await screen.findByRole("article", { name: other.no });
    expect(screen.queryByLabelText("告知了什么")).toBeNull();
    navigate(casePath(item.id));
    await screen.findByRole("article", { name: item.no });
    press("5", "Digit5", { altKey: true });
    expect(((await screen.findByLabelText("告知了什么")) as HTMLTextAreaElement).value).toBe("请找银行");
  });
});

describe("the order sheet", () => {
  it("is printed by key, holds the case, and goes when it is printed", async () => {
    const print = vi.fn();
    vi.stubGlobal("print", print);
    await open();
    press("5", "Digit5");
    await waitFor(() => expect(print).toHaveBeenCalledTimes(1));
    const sheet = screen.getByRole("article", { name: "打印工单" });
    for (const words of [item.no, "取款机吞了钱", "10000000070", "承办人"]) expect(within(sheet).getAllByText(new RegExp(words)).length).toBeGreaterThan(0);
    fireEvent(window, new Event("afterprint"));
    await waitFor(() => expect(screen.queryByRole("article", { name: "打印工单" })).toBeNull());
  });
});

describe("a collision", () => {
  it("shows what was seen beside what is, and both sides' words", async () => {
    await open();
    press("5", "Digit5", { altKey: true });
    fireEvent.change(await screen.findByLabelText("告知了什么"), { target: { value: "请找银行" } });
    platform.command(item, { command: "classify", to: { desk: "hotline", matter: "H1-1", matter_name: "社会生活噪声", urgency: "normal" }, reason: "听错了" });
    cache.touch((key) => key.endsWith(item.id));
    const box = await screen.findByRole("alert", { name: "这件事刚刚有了变化" });
    await within(box).findByText("听错了");
    expect(within(box).getByText("请找银行")).toBeTruthy();
    expect(box.querySelector("mark")?.textContent).toBe("社会生活噪声");
  });
});
