// The operator's desk as it is worked: input methods, two contacts, likeness, places, what is sent.
import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compose, open, press, raise, type, type Stage } from "../harness";
import { cache } from "../live/cache";

// jsdom draws nothing: what the map is given and gives back is what counts here.
vi.mock("../map/view", () => ({
  default: ({ points, here, onPick, onReady }: { points: unknown[]; here: unknown; onPick?: (point: { lon: number; lat: number }) => void; onReady?: (map: { middle: () => { lon: number; lat: number } }) => void }) => (
    <button
      ref={() => onReady?.({ middle: () => ({ lon: 125.6, lat: 27.6 }) })} type="button" data-points={points.length} data-here={JSON.stringify(here)} onClick={() => onPick?.({ lon: 125.5, lat: 27.5 })}>
      make-believe map
    </button>
  ),
}));

let stage: Stage;
const box = () => screen.getByLabelText("什么事") as HTMLTextAreaElement;
const place = () => screen.getByLabelText("地点") as HTMLInputElement;
const later = (ms: number) => act(() => new Promise<void>((done) => void setTimeout(done, ms)));

async function desk() {
  open("/desk");
  await screen.findByLabelText("什么事");
}

beforeEach(() => {
  stage = raise();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("an input method", () => {
  it("sends nothing anywhere while it composes a story, and loses no syllable", async () => {
    await desk();
    box().focus();
    const syllables = ["l", "lo", "lou", "lou x", "lou xia", "lou xia zhuang", "lou xia zhuang xiu"];
    fireEvent.compositionStart(box());
    for (const each of syllables) type(box(), each);
    await later(500);
    expect(stage.asked("POST", "/api/triage")).toHaveLength(0);
    expect(stage.asked("POST", "/api/alike")).toHaveLength(0);
    fireEvent.compositionEnd(box());
    compose(box(), "", ["l", "lou xia"], "楼下");
    compose(box(), "楼下", ["zhuang", "zhuang xiu"], "装修", " ");
    compose(box(), "楼下装修", ["tai chao"], "太吵");
    expect(box().value).toBe("楼下装修太吵");
    await waitFor(() => expect(stage.asked("POST", "/api/triage").at(-1)?.body["narrative"]).toBe("楼下装修太吵"));
    // Never half a syllable of it.
    for (const call of stage.calls) expect(JSON.stringify(call.body)).not.toMatch(/lou|zhuang|chao/);
  });

  it("sends nothing while it composes a place", async () => {
    await desk();
    type(box(), "楼下装修太吵");
    await waitFor(() => expect(stage.asked("POST", "/api/triage")).toHaveLength(1));
    place().focus();
    fireEvent.compositionStart(place());
    for (const each of ["j", "jin", "jin yuan"]) type(place(), each);
    await later(600);
    expect(stage.asked("POST", "/api/triage")).toHaveLength(1);
    expect(stage.asked("POST", "/api/alike").filter((call) => call.body["place"] !== "")).toHaveLength(0);
    type(place(), "锦园");
    fireEvent.compositionEnd(place());
    await waitFor(() => expect(stage.asked("POST", "/api/triage").at(-1)?.body["place"]).toBe("锦园"));
    await waitFor(() => expect(stage.asked("POST", "/api/alike").at(-1)?.body["place"]).toBe("锦园"));
  });

  it("fires no shortcut of the desk, whichever key ends it", async () => {
    await desk();
    type(box(), "楼上邻居半夜装修,电钻吵得睡不着觉,说了也不听");
    await screen.findByText("推送工单");
    box().focus();
    fireEvent.compositionStart(box());
    for (const [key, code, mods] of [
      ["Enter", "Enter", { ctrlKey: true }], ["1", "Digit1", { altKey: true }], ["3", "Digit3", { altKey: true }], ["j", "KeyJ", { altKey: true }],
      ["0", "Digit0", { altKey: true }], ["F2", "F2", {}], ["F8", "F8", {}], ["F9", "F9", {}], ["Escape", "Escape", {}], ["k", "KeyK", { ctrlKey: true }],
    ] as const) {
      press(key, code, { ...mods, isComposing: true });
      press("Process", code, { ...mods, keyCode: 229 });
    }
    await later(50);
    expect(stage.asked("POST", "/api/contacts")).toHaveLength(0);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.queryByRole("heading", { name: "转办" })).toBeNull();
    expect(screen.queryByRole("alertdialog")).toBeNull();
    expect(screen.getAllByRole("button", { current: true })).toHaveLength(1);
  });

  it("ends with Enter in a small form and in the palette, and sends neither", async () => {
    await desk();
    type(box(), "路灯不亮");
    box().focus();
    press("1", "Digit1", { altKey: true });
    const answer = await screen.findByLabelText("答复了什么");
    compose(answer, "", ["yi", "yi gao"], "已告知");
    press("Enter", "Enter", { ctrlKey: true, isComposing: true });
    expect(stage.asked("POST", "/api/contacts")).toHaveLength(0);
    expect((answer as HTMLTextAreaElement).value).toBe("已告知");
    press("Escape", "Escape");
    press("k", "KeyK", { ctrlKey: true });
    const find = await screen.findByRole("combobox", { name: /查找动作/ });
    fireEvent.compositionStart(find);
    for (const each of ["x", "xin", "xin lai dian"]) type(find, each);
    fireEvent.keyDown(find, { key: "Enter", code: "Enter", isComposing: true });
    await later(50);
    expect(stage.calls.filter((call) => call.path === "/api/cases").length).toBeLessThanOrEqual(1);
    expect(screen.getByRole("dialog")).toBeTruthy();
    type(find, "新来电");
    fireEvent.compositionEnd(find);
    await screen.findByRole("option", { name: /新来电/ });
  });
});

describe("cases that may be the same", () => {
  it("are found by their words, say why, and are joined with one key each", async () => {
    const first = stage.platform.take({ narrative: "楼下烧烤店油烟太大,窗户都不敢开", place: "锦园 3 栋", caller_number: "10000000001" });
    const second = stage.platform.take({ narrative: "烧烤店油烟太大呛人", place: "河滨里", caller_number: "10000000002" });
    await desk();
    type(box(), "烧烤店油烟太大,睡不着");
    const why = await screen.findAllByText(/字句相近/);
    expect(why.length).toBe(2);
    const lists = screen.getByRole("group", { name: "来电人与附近" });
    expect(within(lists).getAllByText("烧烤").length).toBeGreaterThan(0);
    const ids = [...lists.querySelectorAll("a")].map((link) => link.getAttribute("href"));
    expect(new Set(ids)).toEqual(new Set([`/cases/${first.id}`, `/cases/${second.id}`]));
    box().focus();
    press("k", "KeyK", { altKey: true });
    await waitFor(() => expect(stage.asked("POST", "/api/contacts")).toHaveLength(1));
    expect(stage.asked("POST", "/api/contacts")[0]?.body["then"]).toEqual({ command: "merge_into", into: ids[1]?.replace("/cases/", "") });
  });

  it("say when there is none, and of how many", async () => {
    stage.platform.take({ narrative: "井盖没了", place: "望澜大道", caller_number: "10000000001" });
    await desk();
    type(box(), "老板拖欠工资三个月");
    await screen.findByText("比对了 1 件未结事项，没有相近的。");
  });
});

describe("the place", () => {
  it("is set on the map by key from its words, and forgets the point when the words change", async () => {
    await desk();
    type(box(), "楼上装修太吵");
    type(place(), "锦园 3 栋");
    await screen.findByText(/地名库：锦园/);
    place().focus();
    press("g", "KeyG", { altKey: true });
    await screen.findByText(/已定点 · 按地点文字/);
    type(place(), "锦园 4 栋");
    await waitFor(() => expect(screen.queryByText(/已定点/)).toBeNull());
    await screen.findByText(/地名库：锦园/);
    press("g", "KeyG", { altKey: true });
    press("s", "KeyS", { altKey: true });
    await waitFor(() => expect(stage.asked("POST", "/api/contacts")[0]?.body["point"]).toEqual({ lon: 125.503, lat: 27.5075 }));
  });

  it("is set by a click on the map, and keeps that point while the words change", async () => {
    await desk();
    type(box(), "楼上装修太吵");
    fireEvent.click(await screen.findByRole("button", { name: "make-believe map" }, { timeout: 3000 }));
    await screen.findByText(/已定点 · 在图上点选/);
    type(place(), "说不清在哪");
    expect(screen.getByText(/已定点 · 在图上点选/)).toBeTruthy();
    press("g", "KeyG", { altKey: true });
    await waitFor(() => expect(screen.queryByText(/已定点/)).toBeNull());
  });
});

describe("the large map", () => {
  it("opens by key, and Enter sets the point at its cross", async () => {
    await desk();
    type(box(), "楼上装修太吵");
    box().focus();
    press("m", "KeyM", { altKey: true });
    const dialog = await screen.findByRole("dialog", { name: "大图定点" });
    await within(dialog).findByRole("button", { name: "make-believe map" });
    (document.activeElement as HTMLElement).blur();
    fireEvent.keyDown(document.body, { key: "Enter", code: "Enter" });
    await screen.findByText(/已定点 · 在图上点选/);
    expect(screen.queryByRole("dialog")).toBeNull();
    press("s", "KeyS", { altKey: true });
    await waitFor(() => expect(stage.asked("POST", "/api/contacts")[0]?.body["point"]).toEqual({ lon: 125.6, lat: 27.6 }));
  });
});

describe("before the key is pressed", () => {
  it("a hand-over shows what will be sent and by when it is answered", async () => {
    await desk();
    type(box(), "楼上邻居半夜装修,电钻吵得睡不着觉,说了也不听");
    type(place(), "锦园 3 栋");
    type(screen.getByLabelText("主叫号码"), "10000000042");
    await screen.findByText("推送工单");
    box().focus();
    press("3", "Digit3", { altKey: true });
    const sent = await screen.findByRole("region", { name: /将送到/ });
    for (const words of ["楼上邻居半夜装修,电钻吵得睡不着觉,说了也不听", "锦园 3 栋", "10000000042"]) expect(within(sent).getByText(new RegExp(words))).toBeTruthy();
    expect(within(sent).getByText(/对端应在 .* 前答复/)).toBeTruthy();
    expect(within(sent).getByText("未填")).toBeTruthy();
    expect(stage.asked("POST", "/api/contacts")).toHaveLength(0);
  });

  it("every part of the suggestion says what it rests on", async () => {
    await desk();
    type(box(), "楼上邻居半夜装修,电钻吵得睡不着觉,他拿着刀");
    const why = await screen.findByLabelText("为什么");
    expect(within(why).getByText(/条目 \S+ · 清单 wanglan-2026\.11/)).toBeTruthy();
    expect(within(why).getByText(/险情规则/)).toBeTruthy();
    expect(why.querySelectorAll("mark").length).toBeGreaterThan(0);
    expect(screen.getByText(/规则 W-\d+ · danger-7/)).toBeTruthy();
  });

  it("another suggestion is one key away", async () => {
    await desk();
    type(box(), "楼上装修吵,楼道的路灯也坏了,自来水也停了,打架");
    const other = await screen.findByText("其他可能");
    const [first] = within(other.parentElement as HTMLElement).getAllByRole("button");
    expect(first?.textContent).toContain("Alt Z");
    box().focus();
    press("z", "KeyZ", { altKey: true });
    await screen.findByRole("heading", { name: /转办|派单/ });
  });
});

describe("two contacts", () => {
  it("show what is not saved, and what became of the one not in front", async () => {
    await desk();
    type(box(), "楼上邻居半夜装修,电钻吵得睡不着觉,说了也不听");
    type(screen.getByLabelText("主叫号码"), "10000000042");
    const tabs = screen.getByRole("list", { name: "正在处理的来电" });
    await within(tabs).findByText("未登记");
    expect(within(tabs).getByText("1000…0042")).toBeTruthy();
    await screen.findByText("推送工单");
    box().focus();
    press("Enter", "Enter", { ctrlKey: true });
    await screen.findByText(/\uff0c等待受理/);
    press("F2", "F2");
    await screen.findByLabelText("什么事");
    // The far side answers while another call is taken.
    await later(1800);
    cache.touch((each) => each.startsWith("case:"));
    await within(tabs).findByText("有新情况");
    press("F9", "F9");
    await waitFor(() => expect(within(tabs).queryByText("有新情况")).toBeNull());
  });

  it("are discarded by the same key twice, and kept by Escape", async () => {
    await desk();
    type(box(), "写到一半");
    box().focus();
    press("0", "Digit0", { altKey: true });
    await screen.findByRole("alertdialog");
    press("Escape", "Escape");
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(box().value).toBe("写到一半");
    press("0", "Digit0", { altKey: true });
    await screen.findByRole("alertdialog");
    press("0", "Digit0", { altKey: true });
    await waitFor(() => expect(box().value).toBe(""));
  });

  it("made of one draft by two windows are both kept and both shown", async () => {
    await desk();
    type(box(), "路灯坏了");
    const key = [...Array(localStorage.length).keys()].map((i) => localStorage.key(i) ?? "").find((each) => each.startsWith("liandong.draft.")) ?? "";
    const mine = JSON.parse(localStorage.getItem(key) ?? "{}");
    // Another window wrote, and this one did not hear of it.
    localStorage.setItem(key, JSON.stringify({ ...mine, narrative: "路灯坏了三天", updated: mine.updated + 1, clock: { other: 1 } }));
    type(box(), "路灯坏了,很黑");
    await screen.findByText(/这份草稿在另一窗口也改过/);
    expect(box().value).toBe("路灯坏了,很黑");
    press("b", "KeyB", { altKey: true });
    await waitFor(() => expect(box().value).toBe("路灯坏了三天"));
  });
});

describe("the wall", () => {
  it("shows its figures with their definitions, and Escape leaves it", async () => {
    stage.platform.take({ narrative: "他拿着刀", place: "锦园", caller_number: "10000000001" });
    stage.platform.take({ narrative: "问个路", place: "河滨里", caller_number: "10000000002" });
    open("/wall");
    const figures = await screen.findByRole("region", { name: "大屏" });
    await waitFor(() => expect(figures.textContent).toMatch(/待处置2/));
    expect(figures.textContent).toMatch(/险情1/);
    expect(within(figures).getByText("未结，有未排除的险情")).toBeTruthy();
    expect(screen.getByText(/望澜县 12345 正常/)).toBeTruthy();
    press("Escape", "Escape");
    await waitFor(() => expect(location.pathname).not.toBe("/wall"));
  });

  it("shows the other desk as it counts itself, and says when its word is old", async () => {
    open("/wall");
    const other = await screen.findByRole("region", { name: "望澜县 12345" });
    expect(other.textContent).toMatch(/还没有报来数字/);
    const told = { waiting: 3, waiting_oldest_at: null, open: 28, unowned: 0, danger: 1, overdue: 5, taken_today: 40 };
    stage.platform.peer.figures = { ...told, at: Date.now() };
    cache.touch((key) => key === "wall");
    await waitFor(() => expect(other.textContent).toMatch(/待处置 3.*险情 1.*超期 5.*在办 28.*今日受理 40/));
    expect(other.textContent).not.toMatch(/没有新数字/);
    // Not on the minute: the page's clock ticks once a second, and may be about to.
    stage.platform.peer.figures = { ...told, at: Date.now() - 124_000 };
    cache.touch((key) => key === "wall");
    await waitFor(() => expect(other.textContent).toMatch(/2:0\d 没有新数字/));
  });

  it("is not for a unit's people", async () => {
    stage.platform.signIn("clerk");
    open("/wall");
    await screen.findByRole("heading", { name: "没有这一页" });
  });
});

describe("a form that is open", () => {
  it("has Ctrl+Enter for itself, and no other button prints it", async () => {
    await desk();
    type(box(), "楼上邻居半夜装修,电钻吵得睡不着觉,说了也不听");
    await screen.findByText("推送工单");
    const printing = () => screen.getAllByRole("button").filter((each) => [...each.querySelectorAll("kbd")].some((key) => key.textContent === "Ctrl ⏎"));
    expect(new Set(printing().map((each) => each.textContent))).toEqual(new Set(["按第一建议办 Ctrl ⏎"]));
    press("3", "Digit3", { altKey: true });
    const form = await screen.findByRole("form", { name: "转办" });
    expect(printing().map((each) => form.contains(each))).toEqual([true]);
  });

  it("begins where the choice is, not at its first neighbour", async () => {
    await desk();
    type(box(), "我要问一下怎么办居住证");
    press("3", "Digit3", { altKey: true });
    const form = await screen.findByRole("form", { name: "转办" });
    const direct = within(form).getByRole("radio", { name: "直接转接" });
    fireEvent.click(direct);
    press("Escape", "Escape");
    await waitFor(() => expect(screen.queryByRole("form", { name: "转办" })).toBeNull());
    press("3", "Digit3", { altKey: true });
    const again = await screen.findByRole("form", { name: "转办" });
    expect(document.activeElement).toBe(within(again).getByRole("radio", { name: "直接转接", checked: true }));
  });
});
