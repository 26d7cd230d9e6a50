import { expect, it } from "vitest";
import { enOffice } from "../words/en-office";
import { zhOffice } from "../words/zh-office";

const sources = import.meta.glob<string>("../../../crates/app/src/**/*.rs", { query: "?raw", import: "default", eager: true });

it("has a word in both languages for every deed of the audit", () => {
  const deeds = new Set<string>();
  for (const source of Object.values(sources)) {
    for (const [, deed = ""] of source.matchAll(/audit_(?:row|detailed|of)\(\s*[^,"]+,\s*"(\w+)"/g)) deeds.add(deed);
    for (const [, chosen = ""] of source.matchAll(/let action = ([^;]*);/g)) for (const [, deed = ""] of chosen.matchAll(/"([a-z_]+)"/g)) deeds.add(deed);
  }
  expect(deeds.size).toBeGreaterThan(50);
  for (const words of [zhOffice, enOffice]) expect([...deeds].filter((deed) => !(deed in words.audit.deeds))).toEqual([]);
});
