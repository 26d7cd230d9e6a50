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
      try {
        before?.(call);
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

  it("signs the rest when one of them is refused, and says why beside that one", async () => {
    await open("/inbox");
    await screen.findAllByRole("checkbox", { name: /^选中/ });
    press("a", "KeyA", { altKey: true });
    const [first] = [...platform.cases.values()] as Platform[];
    before = (call) => {
      if (call.body["command"] === "sign" && call.path.includes(first.id)) throw Object.assign(new Error("x"), { problem: { type: "refused/assignment_state", title: "x", status: 409 } });
    };
    press("s", "KeyS", { altKey: true });
    await screen.findByText(/已签收 1 件，1 件没有签收/);
    expect((await screen.findByText(/没签收：派单的状态已经变了/)).closest("tr")?.textContent).toContain(first.no);
    const sent = asked("POST", "/commands").filter((call) => call.body["command"] === "sign");
    expect(new Set(sent.map((call) => call.key)).size).toBe(2);
  });

  it("shows the tries to reach the caller, and takes a reply from the list without losing words", async () => {
    const [item] = [...platform.cases.values()] as Platform[];
    platform.command(item, { command: "sign", leg: "a1" });
    platform.command(item, { command: "contact", leg: "a1", reached: false, note: "没人接" });
    await open("/inbox");
    await screen.findByRole("button", { name: /^签收/ });
    press("2", "Digit2", { altKey: true });
    expect(await screen.findByText(/联系 1 次，其中 1 次没接通/)).toBeTruthy();
    press("r", "KeyR");
    const box = (await screen.findByLabelText(/答复群众/)) as HTMLTextAreaElement;
    await type(box, "先写一句。");
    const chooser = screen.getByLabelText(/套用答复样式/);
    press("r", "KeyR", { altKey: true });
    expect(document.activeElement).toBe(chooser);
    fireEvent.change(chooser, { target: { value: "打架斗殴已处理" } });
    expect(box.value).toMatch(/^先写一句。\n您反映的“打架斗殴”问题，城北派出所已于\d+月\d+日处理完毕。$/);
    expect((screen.getByLabelText("已解决") as HTMLInputElement).checked).toBe(true);
    // The next one takes the place of the one before, and what was written stays.
    fireEvent.change(chooser, { target: { value: "已办结" } });
    expect(box.value).toMatch(/^先写一句。\n您反映的问题，城北派出所已于\d+月\d+日核实并处理完毕，感谢您的反映。$/);
    press("z", "KeyZ", { altKey: true });
    expect(box.value).toBe("先写一句。");
  });

  it("returns a case in writing, with its ground", async () => {
    await open("/inbox");
    await screen.findByRole("button", { name: /^申请退单/ });
    press("b", "KeyB");
    fireEvent.click(await screen.findByLabelText("不在本单位辖区"));
    await type(screen.getByLabelText("事实和依据"), "地址在城南");
    press("Enter", "Enter", { ctrlKey: true });
    await waitFor(() => expect(asked("POST", "/commands").at(-1)?.body).toMatchObject({ command: "ask_return", leg: "a1", reason: "不在本单位辖区；地址在城南" }));
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

describe("the desk lead's board", () => {
  it("shows what waits in lanes, moves through them by key and decides in place", async () => {
    platform.take({ narrative: "路口打架", place: "甲路" });
    const asking = platform.take({ narrative: "巷口打架", place: "乙路" });
    platform.command(asking, { command: "dispatch", lead: "station-north" });
    platform.command(asking, { command: "sign", leg: "a1" });
    platform.command(asking, { command: "ask_return", leg: "a1", reason: "不在辖区" });
    platform.signIn("lead");
    await open("/lead");
    const back = await screen.findByRole("region", { name: "退单申请" });
    expect(within(back).getByText("「不在辖区」")).toBeTruthy();
    // The most pressing lane's case is open at first; the next lane is one key away.
    await screen.findByRole("article", { name: asking.no });
    press("ArrowRight", "ArrowRight");
    await waitFor(() => expect(screen.getByRole("article").getAttribute("aria-label")).not.toBe(asking.no));
    press("k", "KeyK");
    await screen.findByRole("article", { name: asking.no });
    press("b", "KeyB");
    fireEvent.click(await screen.findByLabelText("同意"));
    await type(screen.getByLabelText("理由"), "确实不在");
    press("Enter", "Enter", { ctrlKey: true });
    await waitFor(() => expect(asked("POST", "/commands").at(-1)?.body).toMatchObject({ command: "decide_return", leg: "a1", accepted: true }));
    await waitFor(() => expect(screen.queryByRole("region", { name: "退单申请" })).toBeNull());
  });

  it("shows who is at a seat and what lies with the units", async () => {
    platform.signIn("lead");
    await open("/lead");
    await screen.findByText("此刻没有等您决定的事项。");
    press("9", "Digit9");
    const people = await screen.findByRole("table", { name: "谁在岗" });
    expect(within(people).getByText("接警员甲").closest("tr")?.textContent).toContain("在办17");
    expect(screen.getByRole("table", { name: "单位手上的" })).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "死信 0" }));
    await screen.findByText(/没有死信/);
  });
});

describe("the crew's page", () => {
  it("signs, departs and arrives with big buttons, keeps what is pressed offline and sends it in order", async () => {
    const item = platform.take({ narrative: "小区门口打架", place: "城北路 12 号", caller_number: "10000000051" });
    platform.command(item, { command: "dispatch", lead: "station-north" });
    platform.signIn("clerk");
    let away = true;
    before = (call) => {
      if (away && call.path.includes("/commands")) throw new TypeError("Failed to fetch");
    };
    await open(`/field/${item.id}`);
    fireEvent.click(await screen.findByRole("button", { name: /^签收/ }));
    await screen.findByText(/1 待发送/);
    fireEvent.click(screen.getByRole("button", { name: /^出动/ }));
    await screen.findByText(/2 待发送/);
    // Taken back before it is sent.
    fireEvent.click(screen.getByRole("button", { name: "撤销" }));
    await screen.findByText(/1 待发送/);
    fireEvent.click(screen.getByRole("button", { name: /^出动/ }));
    fireEvent.click(await screen.findByRole("button", { name: /^报告/ }));
    fireEvent.click(await screen.findByLabelText("有人受伤"));
    await type(screen.getByLabelText("几人"), "2");
    fireEvent.click(screen.getByLabelText("急救"));
    await type(screen.getByLabelText("现场情况"), "已分开");
    fireEvent.click(screen.getByRole("button", { name: /^送出报告/ }));
    await screen.findByText(/4 待发送/);
    await screen.findByText(/没有网络/, undefined, { timeout: 9000 });
    away = false;
    window.dispatchEvent(new Event("online"));
    await waitFor(() => expect(item.timeline.map((each: Platform) => each.kind).slice(3)).toEqual(["signed", "departed", "detail_added", "reported"]), { timeout: 9000 });
    const sent = asked("POST", "/commands");
    const report = sent.find((call) => call.body["command"] === "report");
    expect(report?.body["text"]).toMatch(/^需要支援：急救；伤亡：有人受伤 2 人；已分开（现场 \d\d:\d\d 填写）$/);
    // One key for each, and the same one for each try.
    const keys = new Map(sent.map((call) => [JSON.stringify(call.body), call.key]));
    for (const call of sent) expect(keys.get(JSON.stringify(call.body))).toBe(call.key);
    expect(keys.size).toBe(4);
    await screen.findByText("已连接");
  }, 20_000);

  it("keeps what was refused, with its reason, until it was read", async () => {
    const item = platform.take({ narrative: "小区门口打架", place: "城北路 12 号" });
    platform.command(item, { command: "dispatch", lead: "station-north" });
    platform.signIn("clerk");
    await open(`/field/${item.id}`);
    const sign = await screen.findByRole("button", { name: /^签收/ });
    before = (call) => {
      if (call.path.includes("/commands")) throw Object.assign(new Error("x"), { problem: { type: "refused/no_assignment", title: "x", status: 409 } });
    };
    fireEvent.click(sign);
    fireEvent.click(await screen.findByRole("button", { name: /1 件没有办成/ }, { timeout: 9000 }));
    await screen.findByText(/没有这一派单，可能已被撤回/);
    fireEvent.click(screen.getByRole("button", { name: "知道了" }));
    await screen.findByText("没有待发送的。");
  }, 20_000);
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
