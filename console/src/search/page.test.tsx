// The search as it is worked: by key, with an input method, against a make-believe platform behind fetch.
import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compose, open, press, raise, type, type Stage } from "../harness";
import { keepPersonal, NOTHING } from "./question";

type Happening = { pos: number; case_id: string; kind: string; version: number };
const listeners = vi.hoisted(() => new Set<(event: Happening) => void>());
const heard = vi.hoisted(() => ({ pos: 0 }));
// jsdom has no stream; what happened is told by hand.
vi.mock("../live/line", async (original) => ({
  ...(await original<typeof import("../live/line")>()),
  onHappening: (listener: (event: Happening) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  seenPosition: () => heard.pos,
}));

let stage: Stage;

describe("the search page", () => {
  beforeEach(() => {
    stage = raise("police", "lead");
    keepPersonal(NOTHING);
    heard.pos = 0;
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  async function page(address = "/search") {
    open(address);
    return screen.findByRole<HTMLInputElement>("searchbox", { name: "检索词" });
  }
  const happened = (item: { id: string; version: number }) => act(() => listeners.forEach((tell) => tell({ pos: stage.platform.position(), case_id: item.id, kind: "", version: item.version })));
  const asked = () => stage.asked("POST", "/api/search").map((call) => call.body as { question: Record<string, unknown> });

  it("finds while one types, marks the hits, and writes nothing of it into the address", async () => {
    stage.platform.take({ narrative: "楼下烧烤店油烟太大", place: "望江路 18 号", caller_number: "10000000042" });
    stage.platform.take({ narrative: "路灯坏了三天", place: "河滨里", caller_number: "10000000043" });
    const box = await page();
    await screen.findByText("共 2 件");
    type(box, "烧烤");
    await screen.findByText("共 1 件");
    expect((await screen.findByText("烧烤")).tagName).toBe("MARK");
    type(await screen.findByLabelText("来电号码"), "10000000042");
    await waitFor(() => expect(asked().at(-1)?.question).toEqual({ q: "烧烤", phone: "10000000042" }));
    expect(location.pathname + location.search).toBe("/search");
    expect(stage.calls.every((call) => !decodeURIComponent(call.path).includes("10000000042"))).toBe(true);
  });

  it("asks nothing by half a syllable", async () => {
    stage.platform.take({ narrative: "噪音太大", place: "河滨里" });
    const box = await page();
    await screen.findByText("共 1 件");
    compose(box, "", ["z", "zao", "zao y"], "噪音");
    await waitFor(() => expect(asked().at(-1)?.question).toEqual({ q: "噪音" }));
    expect(asked().some((each) => String(each.question["q"] ?? "").startsWith("z"))).toBe(false);
  });

  it("narrows by a condition that stands in the address, and takes it from there", async () => {
    const item = stage.platform.take({ narrative: "咨询身份证", place: "" });
    stage.platform.command(item, { command: "answer", text: "带户口簿" });
    stage.platform.take({ narrative: "路灯坏了", place: "河滨里" });
    await page();
    fireEvent.click(await screen.findByRole("checkbox", { name: /已结案/ }));
    await waitFor(() => expect(location.search).toBe("?state=closed"));
    await screen.findByText("共 1 件");
    (document.activeElement as HTMLElement).blur();
    press("c", "KeyC");
    await waitFor(() => expect(location.search).toBe(""));
    cleanup();
    await page("/search?state=closed");
    await screen.findByText("共 1 件");
    expect(screen.getByRole<HTMLInputElement>("checkbox", { name: /已结案/ }).checked).toBe(true);
  });

  it("goes from the words to a case by keys alone", async () => {
    const item = stage.platform.take({ narrative: "井盖没了", place: "河滨里" });
    const box = await page();
    await screen.findByText("共 1 件");
    fireEvent.keyDown(box, { key: "ArrowDown", code: "ArrowDown" });
    await waitFor(() => expect(document.activeElement?.textContent).toBe(item.no));
    press("/", "Slash");
    press("l", "KeyL");
    await waitFor(() => expect(document.activeElement?.getAttribute("href")).toBe(`/cases/${item.id}`));
  });

  it("says that something changed, and leaves it where it is", async () => {
    const first = stage.platform.take({ narrative: "井盖没了", place: "河滨里" });
    await page();
    await screen.findByText("共 1 件");
    stage.platform.command(first, { command: "answer", text: "已换井盖" });
    happened(first);
    await screen.findByText("有变化", {}, { timeout: 4000 });
    happened(stage.platform.take({ narrative: "井盖又没了", place: "河滨里" }));
    const fresh = await screen.findByRole("button", { name: /新增 1 件符合条件/ }, { timeout: 5000 });
    expect(screen.getByText("共 1 件")).toBeTruthy();
    expect(fresh.textContent).toContain("N");
    (document.activeElement as HTMLElement).blur();
    press("n", "KeyN");
    await screen.findByText("共 2 件");
  }, 15_000);

  it("shows what was asked for as soon as the index has it, in place of what is only like it", async () => {
    stage.platform.take({ narrative: "井盖没了", place: "河滨里" });
    const box = await page();
    type(box, "蓝尾巴");
    await screen.findByText("没有找到。");
    const item = stage.platform.take({ narrative: "一只蓝尾巴的鸟", place: "河滨里" });
    await screen.findByText("共 1 件", {}, { timeout: 4000 });
    expect(screen.getByRole("link", { name: item.no })).toBeTruthy();
    expect(screen.queryByRole("button", { name: /新增/ })).toBeNull();
  }, 15_000);

  it("asks again for what this window had heard of before the page was opened and the index did not hold yet", async () => {
    stage.platform.take({ narrative: "井盖没了", place: "河滨里" });
    const { handle } = stage.platform;
    const stale: unknown = structuredClone(handle("POST", "/api/search", null, { question: {}, skip: 0, limit: 100, facets: true }, null));
    let left = 2;
    stage.platform.handle = (method: string, path: string, ...rest: unknown[]) => (path === "/api/search" && left-- > 0 ? stale : handle(method, path, ...rest));
    stage.platform.take({ narrative: "井盖又没了", place: "河滨里" });
    heard.pos = stage.platform.position();
    await page();
    await screen.findByText("共 1 件");
    await screen.findByRole("button", { name: /新增 1 件符合条件/ }, { timeout: 6000 });
    expect(asked().length).toBe(3);
  }, 15_000);

  it("teaches when nothing is found, and says when there is no index", async () => {
    const box = await page();
    type(box, "没有这样的事");
    await screen.findByText("没有找到。");
    screen.getByText(/连续 4 位以上/);
    const handle = stage.platform.handle;
    stage.platform.handle = (method: string, path: string, ...rest: unknown[]) => {
      if (path === "/api/search") throw Object.assign(new Error("no index"), { problem: { type: "no_index", status: 503 } });
      return handle(method, path, ...rest);
    };
    type(box, "别的");
    await screen.findByText(/检索暂时用不了/);
    screen.getByRole("link", { name: "到查找" });
  });

  it("saves a question, opens it by its number, removes it and takes that back", async () => {
    stage.platform.take({ narrative: "噪音太大", place: "河滨里" });
    const box = await page();
    type(box, "噪音");
    await screen.findByText("噪音");
    box.blur();
    press("s", "KeyS");
    const dialog = await screen.findByRole("dialog", { name: "存下这个检索" });
    type(within(dialog).getByLabelText("名称"), "夜里的噪音");
    fireEvent.keyDown(within(dialog).getByLabelText("名称"), { key: "Enter", code: "Enter" });
    await screen.findByRole("button", { name: /夜里的噪音/, pressed: true });
    type(box, "");
    box.blur();
    press("1", "Digit1");
    await waitFor(() => expect(box.value).toBe("噪音"));
    fireEvent.click(screen.getByRole("button", { name: "删除“夜里的噪音”" }));
    fireEvent.click(await screen.findByRole("button", { name: "撤销" }));
    await screen.findByRole("button", { name: /^夜里的噪音/ });
  });

  it("does not save somebody's number", async () => {
    const box = await page();
    type(box, "10000000042");
    await waitFor(() => expect(asked().at(-1)?.question).toEqual({ q: "10000000042" }));
    box.blur();
    press("s", "KeyS");
    const dialog = await screen.findByRole("dialog", { name: "存下这个检索" });
    type(within(dialog).getByLabelText("名称"), "某人");
    fireEvent.click(within(dialog).getByRole("button", { name: /^存下/ }));
    await within(dialog).findByText(/请先去掉号码/);
  });

  it("exports what is on the screen, with progress, and without masks only for a reason", async () => {
    stage.platform.take({ narrative: "噪音太大", place: "河滨里" });
    const box = await page();
    await screen.findByText("共 1 件");
    box.blur();
    press("e", "KeyE");
    const dialog = await screen.findByRole("dialog", { name: "导出检索结果" });
    within(dialog).getByText("将导出 1 件");
    fireEvent.click(within(dialog).getByRole("checkbox", { name: /不遮盖/ }));
    press("Enter", "Enter", { ctrlKey: true });
    await within(dialog).findByText(/至少 4 个字/);
    type(within(dialog).getByLabelText(/为什么需要/), "上级督查调阅");
    press("Enter", "Enter", { ctrlKey: true });
    await within(dialog).findByText(/正在导出/);
    const link = await within(dialog).findByRole("link", { name: "保存文件" }, { timeout: 4000 });
    expect(link.getAttribute("href")).toBe("/api/exports/e1/file");
    expect(stage.asked("POST", "/api/exports")[0]?.body).toMatchObject({ format: "xlsx", unmasked: true, reason: "上级督查调阅" });
  });

  it("keeps only the rows in view, however many there are", async () => {
    for (let n = 0; n < 260; n += 1) stage.platform.take({ narrative: `噪音 ${n}`, place: "河滨里" });
    await page();
    await screen.findByText("共 260 件");
    const list = screen.getByRole("list", { name: "检索结果" });
    expect(within(list).getAllByRole("listitem").length).toBeLessThan(60);
    expect(within(list).getAllByRole("listitem")[0]?.getAttribute("aria-setsize")).toBe("260");
    (document.activeElement as HTMLElement).blur();
    press("End", "End");
    await waitFor(() => expect(document.activeElement?.closest("li")?.getAttribute("aria-posinset")).toBe("260"));
  });
});
