// Contacts from another system's file: columns chosen, begun, stopped, gone on with, against a make-believe platform.
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { open, press, raise, type Stage } from "../harness";

const run = (state: string, done: number, more: object = {}) => ({ id: "r1", name: "旧系统.csv", state, lines: 2000, done, taken: done, refused: 0, started_at: 0, started_by: "班长乙", updated_at: done, ...more });
const look = { columns: ["时间", "标题", "内容", "地址"], rows: [["2026/11/2 8:30", "路灯", "不亮", "桥头"]], mapping: { narrative: ["内容"], place: "地址", happened_at: "时间", time_format: "%Y/%m/%d %H:%M" } };
type Refuse = (key: string, status: number, more: object) => never;

let stage: Stage;
let runs: object[];
let begun: (refuse: Refuse) => object;

async function choose(name = "旧系统.csv", words: BlobPart = "时间,标题,内容,地址\n2026/11/2 8:30,路灯,不亮,桥头\n"): Promise<HTMLElement> {
  press("n", "KeyN");
  const form = await screen.findByRole("dialog", { name: "导入文件" });
  fireEvent.change(within(form).getByLabelText("文件"), { target: { files: [new File([words], name)] } });
  return form;
}

describe("the import of contacts", () => {
  beforeEach(() => {
    stage = raise("police", "lead");
    runs = [];
    begun = () => (runs = [run("running", 0)])[0]!;
    stage.platform.imports = (method: string, rest: string, _body: object, refuse: Refuse) => {
      if (rest === "/look") return look;
      if (rest === "/r1/stop") return (runs = [run("stopped", 512)])[0];
      if (rest === "/r1/refused") return { lines: [{ line: 2, field: "happened_at", key: "unreadable_time", reason: "time" }, { line: 7, field: "", key: "columns", reason: "3 columns" }], next: null };
      return method === "POST" ? begun(refuse) : runs;
    };
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  it("shows what the file holds, and sends it as its columns were chosen", async () => {
    open("/office/imports");
    await screen.findByText("还没有导入过文件。");
    const form = await choose();
    await within(form).findByText("2026/11/2 8:30", { selector: "td" });
    expect((within(form).getByLabelText("地点") as HTMLSelectElement).value).toBe("地址");
    fireEvent.click(within(form).getByLabelText("标题"));
    fireEvent.change(within(form).getByLabelText("地点"), { target: { value: "" } });
    press("Enter", "Enter", { ctrlKey: true });
    await screen.findByText(/开始导入“旧系统.csv”/);
    const sent = stage.calls.find((call) => call.method === "POST" && call.path === "/api/imports")!;
    // In the order of the file, whichever was chosen first.
    expect(sent.body).toMatchObject({ name: "旧系统.csv", format: "csv", mapping: { narrative: ["标题", "内容"], place: null, happened_at: "时间", time_format: "%Y/%m/%d %H:%M" } });
    expect(sent.body["text"]).toContain("不亮");
    expect(sent.key).not.toBeNull();
    await screen.findByRole("progressbar");
  });

  it("is stopped by key and says how it goes on", async () => {
    runs = [run("running", 100)];
    open("/office/imports");
    await screen.findByText("100 / 2,000 行");
    press("s", "KeyS");
    await screen.findByText(/已停止。已经收下的不变/);
    await screen.findByText("把同一个文件再选一次，就从断处接着导。");
    begun = () => (runs = [run("running", 512)])[0]!;
    await choose();
    await screen.findByText("文件的前几行");
    press("Enter", "Enter", { ctrlKey: true });
    await screen.findByText(/从第 513 行接着导/);
  });

  it("names each line that was refused, and why", async () => {
    runs = [run("done", 2000, { taken: 1998, refused: 2 })];
    open("/office/imports");
    await screen.findByText("发生时间：时间不是选定的写法");
    await screen.findByText("列数与第一行不一样");
  });

  it("says what is wrong with a file before it is sent, and with a mapping beside its column", async () => {
    open("/office/imports");
    await screen.findByText("还没有导入过文件。");
    const form = await choose("登记.xlsx");
    await within(form).findByText(/Excel 表请另存为/);
    expect((within(form).getByRole("button", { name: /开始导入/ }) as HTMLButtonElement).disabled).toBe(true);
    fireEvent.change(within(form).getByLabelText("文件"), { target: { files: [new File(["内容\n路灯"], "登记.csv")] } });
    await within(form).findByText("文件的前几行");
    await waitFor(() => expect(within(form).queryByText(/Excel 表请另存为/)).toBeNull());
    begun = (refuse) => refuse("invalid", 422, { errors: [{ field: "mapping.place", key: "no_column" }] });
    press("Enter", "Enter", { ctrlKey: true });
    await within(form).findByText("文件里没有这一列。");
    expect((within(form).getByLabelText("地点") as HTMLSelectElement).getAttribute("aria-invalid")).toBe("true");
    begun = (refuse) => refuse("invalid", 422, { errors: [{ field: "file", key: "import_goes_on" }] });
    press("Enter", "Enter", { ctrlKey: true });
    await within(form).findByText(/另一个文件正在导入/);
    expect(runs).toEqual([]);
  });
});
