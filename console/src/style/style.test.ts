import { expect, it } from "vitest";

const sheets = import.meta.glob<string>("./*.css", { query: "?raw", import: "default", eager: true });

// A stylesheet may end in the middle of a rule: every rule after a lost brace is then silently another one's.
it("closes what it opens, and nests nothing but what stands under a condition", () => {
  expect(Object.keys(sheets).length).toBeGreaterThan(0);
  for (const [file, sheet] of Object.entries(sheets)) {
    const text = sheet.replace(/\/\*[^]*?\*\//g, "");
    expect(text.length, file).toBeGreaterThan(100);
    const open: string[] = [];
    for (const [, head = "", brace] of text.matchAll(/([^{};]*)([{};])/g)) {
      if (brace === "{") {
        const rule = head.trim();
        expect(open.filter((each) => !each.startsWith("@")), `${file}: ${rule}`).toEqual([]);
        open.push(rule);
      } else if (brace === "}") {
        expect(open.pop(), `${file}: a brace too many after ${head}`).toBeDefined();
      }
    }
    expect(open, file).toEqual([]);
  }
});
