// The screens as people work them: by key, against a make-believe platform behind fetch.
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
// @ts-expect-error The mock is plain JavaScript.
import { makePlatform } from "../mock/platform.mjs";
import { App } from "./app";
import { cache } from "./live/cache";

// jsdom draws nothing: what the map is given and gives back is what counts here.
vi.mock("./map/view", () => ({
  default: ({ points, here, onPick }: { points: unknown[]; here: unknown; onPick?: (point: { lon: number; lat: number }) => void }) => (
    <button type="button" data-points={points.length} data-here={JSON.stringify(here)} onClick={() => onPick?.({ lon: 125.5, lat: 27.5 })}>
      make-believe map
    </button>
  ),
}));

interface Call {
  method: string;
  path: string;
  body: Record<string, unknown>;
  key: string | null;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Platform = any;

let platform: Platform;
let calls: Call[];
/** What happens to a call before it reaches the platform. */
let before: ((call: Call) => void) | null;

function serve(made: Platform) {
  platform = made;
  calls = [];
  before = null;
  vi.stubGlobal(
    "fetch",
    vi.fn(async (url: string, init: RequestInit = {}) => {
      const { pathname, searchParams } = new URL(url, "http://x");
      if (pathname === "/api/live") return new Promise<Response>(() => undefined);
      const text = typeof init.body === "string" ? init.body : "";
      const call: Call = { method: init.method ?? "GET", path: pathname, body: text === "" ? {} : JSON.parse(text), key: new Headers(init.headers).get("idempotency-key") };
      calls.push(call);
      if (init.signal?.aborted === true) throw new DOMException("aborted", "AbortError");
      before?.(call);
      try {
        const answer = platform.handle(call.method, pathname, searchParams, call.body, call.key);
        return new Response(answer === undefined ? null : JSON.stringify(answer), { status: answer === undefined ? 204 : 200 });
      } catch (error) {
        const problem = (error as { problem?: { status: number } }).problem;
        if (problem === undefined) throw error;
        return new Response(JSON.stringify(problem), { status: problem.status });
      }
    }),
  );
}

const asked = (method: string, part: string) => calls.filter((call) => call.method === method && call.path.includes(part));
const press = (key: string, code: string, mods: KeyboardEventInit = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key, code, ...mods });

async function open(path: string) {
  history.replaceState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
  render(<App />);
}

async function desk() {
  await open("/desk");
  return (await screen.findByLabelText("什么事")) as HTMLTextAreaElement;
}

async function type(box: HTMLElement, text: string) {
  fireEvent.change(box, { target: { value: text } });
}

// jsdom lays nothing out.
Element.prototype.scrollIntoView = () => undefined;

beforeEach(() => {
  localStorage.clear();
  cache.clear();
  serve(makePlatform({ desk: "police" }));
  platform.signIn("op");
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("the desk", () => {
  it("hands over with one key, and shows the case with the peer's number in place", async () => {
    const box = await desk();
    await type(box, "楼上邻居半夜装修,电钻吵得睡不着觉,说了也不听");
    await screen.findByText("推送工单到 望澜县 12345\uff0c对方受理前本台仍负责");
    box.focus();
    press("Enter", "Enter", { ctrlKey: true });
    await screen.findByText(/已转 望澜县 12345\uff0c等待受理/);
    const [sent] = asked("POST", "/api/contacts");
    expect(sent?.body["then"]).toEqual({ command: "hand_over", link: "wl-12345", mode: "push" });
    expect(sent?.key).toMatch(/^[0-9a-f-]{36}$/);
    expect(asked("POST", "/api/contacts")).toHaveLength(1);
  });

  it("asks triage nothing and fires nothing while an input method composes", async () => {
    const box = await desk();
    fireEvent.compositionStart(box);
    await type(box, "shi na li zhe ge zhuang xiu tai chao le");
    await act(() => new Promise((done) => setTimeout(done, 300)));
    expect(asked("POST", "/api/triage")).toHaveLength(0);
    fireEvent.keyDown(box, { key: "Enter", code: "Enter", ctrlKey: true, isComposing: true });
    fireEvent.keyDown(box, { key: "Process", code: "Digit3", altKey: true, keyCode: 229 });
    expect(asked("POST", "/api/contacts")).toHaveLength(0);
    expect(screen.queryByRole("heading", { name: "转办" })).toBeNull();
    await type(box, "这个装修太吵了");
    fireEvent.compositionEnd(box);
    await waitFor(() => expect(asked("POST", "/api/triage").at(-1)?.body["narrative"]).toBe("这个装修太吵了"));
  });

  it("shows danger from the second character on, loud, and lets it be put aside only with a reason", async () => {
    const box = await desk();
    await type(box, "菜刀");
    const alert = await screen.findByText(/「菜刀」/);
    expect(alert.closest("[role=alert]")).not.toBeNull();
    box.focus();
    press("F8", "F8");
    const reason = await screen.findByLabelText(/为什么不是危险/);
    expect(within(reason.closest("form") as HTMLElement).getByRole("button", { name: /排除/ })).toHaveProperty("disabled", true);
    await type(reason, "说的是买菜刀");
    fireEvent.submit(reason.closest("form") as HTMLElement);
    await waitFor(() => expect(screen.queryByText(/「菜刀」/)).toBeNull());
    await type(box, "菜刀坏了想问哪里修,不是打架");
    box.focus();
    press("1", "Digit1", { altKey: true });
    await type(await screen.findByLabelText("答复了什么"), "告诉他五金店");
    press("Enter", "Enter", { ctrlKey: true });
    await waitFor(() => expect(asked("POST", "/api/contacts")[0]?.body["dismissed"]).toEqual([{ rule: "W-03", reason: "说的是买菜刀" }]));
  });

  it("keeps the draft and the words of the small form when the server refuses", async () => {
    const box = await desk();
    await type(box, "他拿着刀在楼道里");
    await screen.findByText(/「拿着刀」/);
    box.focus();
    press("1", "Digit1", { altKey: true });
    await type(await screen.findByLabelText("答复了什么"), "已安抚");
    press("Enter", "Enter", { ctrlKey: true });
    await screen.findByText(/还有没排除的危险/);
    expect(box.value).toBe("他拿着刀在楼道里");
    expect((screen.getByLabelText("答复了什么") as HTMLTextAreaElement).value).toBe("已安抚");
    press("Escape", "Escape");
    await waitFor(() => expect(screen.queryByLabelText("答复了什么")).toBeNull());
    box.focus();
    press("1", "Digit1", { altKey: true });
    expect(((await screen.findByLabelText("答复了什么")) as HTMLTextAreaElement).value).toBe("已安抚");
  });

  it("comes back after a reload with every word", async () => {
    const box = await desk();
    await type(box, "路灯坏了一排");
    await type(screen.getByLabelText("地点"), "河滨里");
    cleanup();
    expect((await desk()).value).toBe("路灯坏了一排");
    expect((screen.getByLabelText("地点") as HTMLInputElement).value).toBe("河滨里");
  });

  it("goes on under the same key when the server does not answer", async () => {
    const box = await desk();
    await type(box, "楼上邻居半夜装修,电钻吵得睡不着觉,说了也不听");
    await screen.findByText("推送工单");
    let down = true;
    before = (call) => {
      if (down && call.path === "/api/contacts") throw new TypeError("network");
    };
    box.focus();
    press("Enter", "Enter", { ctrlKey: true });
    const again = await screen.findByRole("button", { name: "现在重试" });
    down = false;
    fireEvent.click(again);
    await screen.findByText(/\uff0c等待受理/);
    const sent = asked("POST", "/api/contacts");
    expect(sent).toHaveLength(2);
    expect(sent[0]?.key).toBe(sent[1]?.key);
    expect(platform.cases.size).toBe(1);
  });

  it("does not do what is no longer on the screen", async () => {
    const box = await desk();
    await type(box, "楼上邻居半夜装修,电钻吵得睡不着觉,说了也不听");
    await screen.findByText("推送工单");
    await type(box, "路口两车追尾撞车了,堵住了整条路");
    box.focus();
    press("Enter", "Enter", { ctrlKey: true });
    await screen.findByText(/请看一眼再按一次/);
    expect(asked("POST", "/api/contacts")).toHaveLength(0);
  });

  it("joins the caller's open case with one key", async () => {
    const old = platform.take({ narrative: "楼上装修吵", place: "锦园", caller_number: "10000000042" });
    const box = await desk();
    await type(box, "还是那个装修");
    await type(screen.getByLabelText("主叫号码"), "10000000042");
    await screen.findByRole("button", { name: /并入/ });
    box.focus();
    press("j", "KeyJ", { altKey: true });
    await waitFor(() => expect(asked("POST", "/api/contacts")[0]?.body["then"]).toEqual({ command: "merge_into", into: old.id }));
  });

  it("holds two contacts at once", async () => {
    const box = await desk();
    await type(box, "第一件");
    press("F2", "F2");
    await waitFor(() => expect((screen.getByLabelText("什么事") as HTMLTextAreaElement).value).toBe(""));
    await type(screen.getByLabelText("什么事"), "第二件");
    press("F9", "F9");
    await waitFor(() => expect((screen.getByLabelText("什么事") as HTMLTextAreaElement).value).toBe("第一件"));
  });

  it("works on when triage is away", async () => {
    const box = await desk();
    before = (call) => {
      if (call.path === "/api/triage") throw new TypeError("network");
    };
    await type(box, "楼上装修");
    await screen.findByText(/研判暂时用不了/);
    press("2", "Digit2", { altKey: true });
    const lead = await screen.findByLabelText("牵头单位");
    await type(lead, "城北派出所");
    press("Enter", "Enter", { ctrlKey: true });
    await waitFor(() => expect((asked("POST", "/api/contacts")[0]?.body["then"] as { lead: string }).lead).toBe("station-north"));
  });
});

describe("an expired session", () => {
  it("asks to sign in and returns to the same draft", async () => {
    const box = await desk();
    await type(box, "写到一半");
    platform.handle("DELETE", "/api/session");
    await type(box, "写到一半的话");
    await screen.findByText(/登录已过期/);
    await type(screen.getByLabelText("用户名"), "op");
    await type(screen.getByLabelText("口令"), "demo");
    fireEvent.click(screen.getByRole("button", { name: "登录" }));
    expect(((await screen.findByLabelText("什么事")) as HTMLTextAreaElement).value).toBe("写到一半的话");
    expect(location.pathname).toBe("/desk");
  });

  it("says what is wrong with the password", async () => {
    platform.handle("DELETE", "/api/session");
    await open("/desk");
    await type(await screen.findByLabelText("用户名"), "op");
    await type(screen.getByLabelText("口令"), "wrong");
    fireEvent.click(screen.getByRole("button", { name: "登录" }));
    expect((await screen.findByRole("alert")).textContent).toContain("用户名或口令不对");
  });
});

describe("a unit's inbox", () => {
  beforeEach(() => {
    for (const narrative of ["小区门口打架", "巷口打架"]) {
      const item = platform.take({ narrative, place: "城北路", caller_number: "10000000051", confidential: true });
      platform.command(item, { command: "dispatch", lead: "station-north" });
    }
    platform.signIn("clerk");
  });

  it("signs with S, reports and gives the result by key", async () => {
    await open("/inbox");
    await screen.findByRole("button", { name: /^签收/ });
    press("s", "KeyS");
    await waitFor(() => expect(asked("POST", "/commands")[0]?.body).toMatchObject({ command: "sign", leg: "a1" }));
    press("2", "Digit2", { altKey: true });
    await screen.findByRole("button", { name: /^办结/ });
    press("r", "KeyR");
    await type(await screen.findByLabelText(/怎么办的/), "到场劝开");
    press("Enter", "Enter", { ctrlKey: true });
    expect((await screen.findAllByText("这一项要填。")).length).toBeGreaterThan(0);
    await type(screen.getByLabelText(/答复群众/), "已到场处置");
    fireEvent.click(screen.getByLabelText("已解决"));
    press("Enter", "Enter", { ctrlKey: true });
    await waitFor(() => expect(asked("POST", "/commands").at(-1)?.body).toMatchObject({ command: "give_result", leg: "a1", text: "到场劝开", public_reply: "已到场处置", solved: "solved" }));
  });

  it("signs many at once", async () => {
    await open("/inbox");
    for (const box of await screen.findAllByRole("checkbox", { name: /^选中/ })) fireEvent.click(box);
    press("s", "KeyS", { altKey: true });
    await screen.findByText("已签收 2 件。");
    expect([...platform.cases.values()].every((each: Platform) => each.legs[0].state === "signed")).toBe(true);
  });

  it("shows the caller only for a reason", async () => {
    await open("/inbox");
    expect((await screen.findAllByText(/100\*+51/)).length).toBeGreaterThan(0);
    fireEvent.click(screen.getByRole("button", { name: /查看\uff0c因为/ }));
    await type(await screen.findByLabelText("为什么要看"), "联系报警人确认位置");
    press("Enter", "Enter", { ctrlKey: true });
    await screen.findByText("10000000051");
    expect(asked("POST", "/unmask")[0]?.body).toEqual({ reason: "联系报警人确认位置" });
  });
});

describe("a case", () => {
  it("shows a conflict beside the words that were typed", async () => {
    const item = platform.take({ narrative: "取款机吞了钱", place: "望澜大道", caller_number: "10000000070" });
    await open(`/cases/${item.id}`);
    await screen.findByRole("button", { name: "告知" });
    press("5", "Digit5", { altKey: true });
    await type(await screen.findByLabelText("告知了什么"), "请找银行");
    platform.command(item, { command: "classify", to: { desk: "hotline", matter: "H1-1", matter_name: "社会生活噪声", urgency: "normal" }, reason: "改" });
    press("Enter", "Enter", { ctrlKey: true });
    await screen.findByText("这件事刚刚有了变化");
    expect((screen.getByLabelText("告知了什么") as HTMLTextAreaElement).value).toBe("请找银行");
    await waitFor(() => expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("自"));
    press("Enter", "Enter", { ctrlKey: true });
    await screen.findByText(/已于 .* 结案/);
  });

  it("sends police for danger that comes in halfway", async () => {
    const item = platform.take({ narrative: "邻居唱歌太吵", place: "河滨里", caller_number: "10000000071" });
    await open(`/cases/${item.id}`);
    const box = await screen.findByLabelText(/补充情况/);
    press("n", "KeyN");
    expect(document.activeElement).toBe(box);
    fireEvent.focus(box);
    await type(box, "他拿着刀");
    expect((await screen.findByText(/先离开/)).closest("[role=alert]")).not.toBeNull();
    press("Enter", "Enter", { ctrlKey: true });
    await screen.findByText("同时派警");
    expect((box as HTMLTextAreaElement).value).toBe("");
  });

  it("that does not exist says so", async () => {
    await open("/cases/nothing");
    await screen.findByRole("heading", { name: "没有这一页" });
  });
});

describe("finding and helping", () => {
  it("finds an action, and a case by its number", async () => {
    const item = platform.take({ narrative: "井盖没了", place: "河滨里" });
    await desk();
    press("k", "KeyK", { ctrlKey: true });
    const box = await screen.findByRole("combobox", { name: /查找动作/ });
    await type(box, "新来电");
    await screen.findByRole("option", { name: /新来电/ });
    await type(box, item.no.slice(-4));
    await screen.findByRole("option", { name: new RegExp(item.no) });
    fireEvent.keyDown(box, { key: "Enter", code: "Enter", isComposing: true });
    expect(location.pathname).toBe("/desk");
    fireEvent.keyDown(box, { key: "Enter", code: "Enter" });
    await waitFor(() => expect(location.pathname).toBe(`/cases/${item.id}`));
  });

  it("lists the keys of the page", async () => {
    const box = await desk();
    box.blur();
    press("?", "Slash", { shiftKey: true });
    const help = await screen.findByRole("dialog", { name: "按键" });
    expect(within(help).getByText("按第一建议办")).toBeTruthy();
    press("Escape", "Escape");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("says where one is when the address is wrong", async () => {
    await open("/nowhere");
    await screen.findByRole("heading", { name: "没有这一页" });
  });
});
