import { expect, it } from "vitest";
import rules from "../../../crates/app/data/notices.toml?raw";
import { enReach } from "../words/en-reach";
import { zhReach } from "../words/zh-reach";

it("has a word in both languages for all that the shipped rules tell people of", () => {
  const kinds = [...rules.matchAll(/^on = \[(.*)\]$/gm)].flatMap(([, list = ""]) => [...list.matchAll(/"(\w+)"/g)].map(([, kind = ""]) => kind));
  expect(kinds.length).toBeGreaterThan(25);
  for (const words of [zhReach, enReach]) expect(kinds.filter((kind) => !(kind in words.notices.kinds))).toEqual([]);
});
