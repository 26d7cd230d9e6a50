import { describe, expect, it } from "vitest";
import checker from "../../../../crates/triage/src/list/check.rs?raw";
import city from "../../../../crates/triage/data/hotline-city.toml?raw";
import head from "../../../../crates/triage/data/list.toml?raw";
import police from "../../../../crates/triage/data/police.toml?raw";
import replies from "../../../../crates/triage/data/replies.toml?raw";
import { zhList } from "../../words/zh-list";
import { blockAt, clashes, cut, join, merged, put } from "./blocks";

const LIST = `# head
[list]
name = "权责清单"
version = "a.1"

[limits.police]
sign = { span = "1m" }

[district.station]
default = "one"
[district.station.units]
"城东" = "two"

[[matter]]
code = "H1-1"
name = "施工噪声"
[matter.words]
any = ["打桩"]

[[matter]]
code = "H1-2"
name = "社会生活噪声"
`;

describe("a list in blocks", () => {
  it("is cut at its heads and joined to the same letters", () => {
    const blocks = cut(LIST);
    expect(blocks.map((each) => each.id)).toEqual([" ", "list 权责清单", "limits police", "district station", "matter H1-1", "matter H1-2"]);
    expect(join(blocks)).toBe(LIST);
    expect(join(cut(""))).toBe("");
    for (const text of [head, police, city, replies]) {
      expect(join(cut(text))).toBe(text);
      expect(new Set(cut(text).map((each) => each.id)).size).toBe(cut(text).length);
    }
  });

  it("finds the block of a line, and replaces one alone", () => {
    const blocks = cut(LIST);
    expect(blockAt(blocks, 17)?.id).toBe("matter H1-1");
    expect(blockAt(blocks, 999)?.id).toBe("matter H1-2");
    const next = put(blocks, "matter H1-1", '[[matter]]\ncode = "H1-1"\nname = "改"');
    expect(cut(next).map((each) => each.id)).toEqual(blocks.map((each) => each.id));
    expect(next).toContain('name = "改"\n[[matter]]');
  });
});

describe("two people on one draft", () => {
  const mine = LIST.replace("施工噪声", "我的").replace("a.1", "a.2");
  const theirs = LIST.replace("社会生活噪声", "他的").replace("a.1", "a.3");

  it("see only what both changed, and lose nothing", () => {
    const found = clashes(LIST, mine, theirs);
    expect(found.map((each) => [each.id, each.take])).toEqual([
      ["list 权责清单", null],
      ["matter H1-1", "mine"],
      ["matter H1-2", "theirs"],
    ]);
    const text = merged(mine, theirs, new Map([["list 权责清单", "theirs"], ["matter H1-1", "mine"]]));
    expect(text).toBe(LIST.replace("施工噪声", "我的").replace("社会生活噪声", "他的").replace("a.1", "a.3"));
    expect(clashes(null, mine, theirs).every((each) => each.take === null)).toBe(true);
  });

  it("keep a row that only one of them has, and drop one that was removed", () => {
    const added = `${LIST}\n[[matter]]\ncode = "H1-3"\nname = "新"\n`;
    expect(merged(added, LIST, new Map([["matter H1-3", "mine"]]))).toContain('code = "H1-3"');
    const removed = join(cut(LIST).filter((each) => each.id !== "matter H1-2"));
    expect(merged(removed, LIST, new Map([["matter H1-2", "mine"]]))).toBe(removed);
  });
});

describe("what the checker says", () => {
  it("is there in Chinese, sentence by sentence", () => {
    const said = [...checker.matchAll(/invalid\(\s*[^,]+,\s*[^,]+,\s*"((?:[^"\\]|\\.)*)",?\s*\)/gs)].map(([, text]) => text);
    expect(said.length).toBeGreaterThan(12);
    for (const text of said) expect(zhList.problems[text ?? ""], text).toBeTruthy();
  });
});
