import { describe, expect, it } from "vitest";
import { enOffice } from "../words/en-office";
import { zhOffice } from "../words/zh-office";
import { SECTIONS, sectionsFor } from "./sections";

function shape(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return [`${path}[${value.length}]`];
  if (typeof value !== "object" || value === null) return [`${path}:${typeof value}${typeof value === "function" ? value.length : ""}`];
  return Object.entries(value).flatMap(([key, each]) => shape(each, `${path}.${key}`));
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

/** What only the back office is refused with. */
const DUTIES = ["own_account", "other_administrator", "last_administrator", "exclusive_role"];

describe("the office's two languages", () => {
  it("have the same keys, of the same kind", () => {
    expect(shape(enOffice).sort()).toEqual(shape(zhOffice).sort());
  });

  it("keep Chinese out of the English", () => {
    expect(texts(enOffice).filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([]);
  });

  it("put every refusal in a sentence", () => {
    for (const words of [zhOffice, enOffice]) for (const key of DUTIES) expect(words.error[`duties/${key}`], key).toMatch(/[。.]$/);
  });
});

describe("the office's parts", () => {
  it("are seen by who has the right, and by nobody else", () => {
    expect(sectionsFor([])).toEqual([]);
    expect(sectionsFor(["read_desk", "read_directory"])).toEqual([]);
    expect(sectionsFor(["mend_link"])).toEqual(["links"]);
    expect(sectionsFor(["grant_roles", "redact", "rotate_keys"])).toEqual(["accounts", "redact", "keys"]);
    expect(sectionsFor(["read_audit"])).toEqual(["audit"]);
    expect(sectionsFor(["administer", "mend_link"])).toEqual(["links", "accounts", "calendar", "units", "system", "clocks", "channels", "models", "places"]);
    expect(new Set(SECTIONS).size).toBe(SECTIONS.length);
  });
});
