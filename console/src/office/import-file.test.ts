import { describe, expect, it } from "vitest";
import { beginning, decode, formatOf, readFile } from "./import-file";

const GBK = Uint8Array.from([0xc4, 0xda, 0xc8, 0xdd]);

describe("another system's file", () => {
  it("is read in UTF-8 and in the letters of older systems, or not at all", () => {
    expect(decode(new TextEncoder().encode("内容").buffer as ArrayBuffer)).toBe("内容");
    expect(decode(GBK.buffer)).toBe("内容");
    expect(decode(Uint8Array.from([0xc4, 0xda, 0xff]).buffer)).toBeNull();
  });

  it("is known by its name", () => {
    expect([formatOf("登记.CSV"), formatOf("a.jsonl"), formatOf("a.txt"), formatOf("a.xlsx"), formatOf("a")]).toEqual(["csv", "jsonl", "csv", null, null]);
  });

  it("is refused with the reason before anything is sent", async () => {
    expect(await readFile(new File(["x"], "登记.xlsx"))).toBe("kind");
    expect(await readFile(new File([Uint8Array.from([0xc4, 0xda, 0xff])], "登记.csv"))).toBe("not_text");
    expect(await readFile(new File([GBK], "登记.csv"))).toEqual({ name: "登记.csv", format: "csv", text: "内容" });
  });

  it("is shown by a beginning of whole lines", () => {
    const line = `${"路".repeat(99)}\n`;
    const shown = beginning(line.repeat(1_000));
    expect(shown.endsWith("\n")).toBe(true);
    expect(shown.length % line.length).toBe(0);
    expect(shown.length).toBeGreaterThan(15_000);
    expect(beginning("短\n")).toBe("短\n");
  });
});
