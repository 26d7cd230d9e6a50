import { describe, expect, it } from "vitest";
import { cut, join } from "./blocks";
import { addWord, dropField, removeWord, scan, setNumber, setText, setYesNo, Unreadable } from "./fields";

const ROW = `# 投诉类
[[matter]]
code = "H9-1" # 编号不改
name = "商品与服务消费纠纷"
beside = true
examples = [
  "商家卖假货不给退",
  # 下一句来自去年
  "网购不退款", # 常见
]
[matter.words]
any = ["退款", "退货"]
all = [["餐馆", "饭店"], ["虫"]]
priority = 4
`;

const words = (text: string, path: string) => {
  const found = scan(text).fields.get(path);
  return found?.kind === "words" ? found.items.map((each) => each.value) : null;
};
const comments = (text: string) => [...text.matchAll(/#.*/g)].map(([each]) => each);

const SHIPPED = Object.values(import.meta.glob<string>("../../../../crates/triage/data/*.toml", { query: "?raw", import: "default", eager: true }));

describe("a row's fields", () => {
  it("are read with the words of its tables", () => {
    const { fields } = scan(ROW);
    expect([...fields.keys()]).toEqual(["code", "name", "beside", "examples", "words.any", "words.all", "words.priority"]);
    expect(words(ROW, "examples")).toEqual(["商家卖假货不给退", "网购不退款"]);
    expect(fields.get("words.all")?.kind).toBe("other");
    expect(fields.get("words.priority")).toMatchObject({ kind: "number", value: 4 });
  });

  it("are set where they stand, and nothing else moves", () => {
    expect(setText(ROW, "name", '说"退"不退')).toBe(ROW.replace('"商品与服务消费纠纷"', '"说\\"退\\"不退"'));
    expect(setNumber(ROW, "words.priority", 6)).toBe(ROW.replace("priority = 4", "priority = 6"));
    expect(setYesNo(ROW, "beside", false)).toBe(ROW.replace("beside = true", "beside = false"));
  });

  it("that were not there go behind the others of their table", () => {
    expect(setText(ROW, "say", "已转交")).toBe(ROW.replace("]\n[matter.words]", ']\nsay = "已转交"\n[matter.words]'));
    expect(addWord(ROW, "words.none", "工资")).toBe(ROW.replace("priority = 4\n", 'priority = 4\nnone = ["工资"]\n'));
    const bare = '[[matter]]\ncode = "X"\n';
    expect(addWord(bare, "words.any", "词")).toBe('[[matter]]\ncode = "X"\n[matter.words]\nany = ["词"]\n');
    expect(setText(ROW, "say", "")).toBe(ROW);
    expect(dropField(setText(ROW, "say", "已转交"), "say")).toBe(ROW);
    expect(dropField(ROW, "urgency")).toBe(ROW);
  });

  it("take a word and give it back, on one line and on many", () => {
    expect(addWord(ROW, "words.any", "假货")).toBe(ROW.replace('"退货"]', '"退货", "假货"]'));
    expect(addWord(ROW, "words.any", "退款")).toBe(ROW);
    expect(removeWord(ROW, "words.any", "退款")).toBe(ROW.replace('"退款", ', ""));
    expect(removeWord(ROW, "words.any", "退货")).toBe(ROW.replace(', "退货"', ""));
    const more = addWord(ROW, "examples", "手机坏了不理");
    expect(more).toBe(ROW.replace("# 常见\n", '# 常见\n  "手机坏了不理",\n'));
    expect(removeWord(more, "examples", "手机坏了不理")).toBe(ROW);
  });

  it("keep a comment but the one behind a word that goes", () => {
    const without = removeWord(ROW, "examples", "网购不退款");
    expect(comments(without)).toEqual(comments(ROW).filter((each) => each !== "# 常见"));
    expect(words(without, "examples")).toEqual(["商家卖假货不给退"]);
    const last = 'x = [\n  "甲",\n  "乙" # 无逗号\n]\n';
    const added = addWord(`[[matter]]\n${last}`, "x", "丙");
    expect(added).toBe('[[matter]]\nx = [\n  "甲",\n  "乙", # 无逗号\n  "丙",\n]\n');
  });

  it("of the shipped list are all read, and a word added and taken away leaves every letter", () => {
    let rows = 0;
    for (const text of SHIPPED) {
      const blocks = cut(text);
      expect(join(blocks)).toBe(text);
      for (const block of blocks.filter((each) => each.kind === "matter" || each.kind === "scope")) {
        rows += 1;
        const { fields } = scan(block.text);
        for (const [path, field] of fields) {
          if (field.kind === "text") expect(setText(block.text, path, field.value)).toBe(block.text);
          if (field.kind !== "words") continue;
          const more = addWord(block.text, path, "一个新词");
          expect(words(more, path)).toEqual([...field.items.map((each) => each.value), "一个新词"]);
          expect(comments(more)).toEqual(comments(block.text));
          expect(removeWord(more, path, "一个新词")).toBe(block.text);
          for (const item of field.items) expect(words(removeWord(block.text, path, item.value), path)).toEqual(field.items.filter((each) => each !== item).map((each) => each.value));
        }
      }
    }
    expect(rows).toBeGreaterThan(100);
  }, 30_000);

  it("that cannot be read are left to the text", () => {
    for (const text of ['[[matter]]\nname = "unfinished', "[[matter]]\nname", "[[matter]]\nx = [1 2]", '[[matter]]\na = "1"\na = "2"']) expect(() => scan(text)).toThrow(Unreadable);
  });
});
