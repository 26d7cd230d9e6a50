import { describe, expect, it } from "vitest";
import type { CaseView, Me } from "../api/types";
import { owned } from "../keys/keymap";
import { en } from "../words/en";
import { zh } from "../words/zh";
import { commandKeys, forms, missing, readAllowed, returned } from "./forms";

describe("commands", () => {
  it("have keys that neither browser nor input method owns", () => {
    for (const [command, key] of Object.entries(commandKeys)) expect(owned(key), `${command} ${key}`).toBe(false);
  });

  it("all have a name, a form and a key", () => {
    for (const [command, form] of Object.entries(forms)) {
      expect(zh.command[form.title], command).toBeTruthy();
      expect(en.command[form.title], command).toBeTruthy();
      if (command !== "consult") expect(commandKeys[command], command).toBeTruthy();
    }
  });

  it("build what the contract asks for", () => {
    expect(forms["dispatch"]?.build({ lead: "a", assist: "b\nc\n", note: " " })).toEqual({ command: "dispatch", lead: "a", assist: ["b", "c"], first_response: [] });
    expect(forms["consult"]?.build({ link: "wl" })).toEqual({ command: "hand_over", link: "wl", mode: "consult" });
    expect(forms["split"]?.build({ parts: "a\n\n b " })).toEqual({ command: "split", parts: [{ narrative: "a" }, { narrative: "b" }] });
    expect(forms["review"]?.build({ passed: "no", reason: "x" })).toEqual({ command: "review", passed: false, reason: "x" });
  });

  it("say nothing for a caller who was not reached", () => {
    const values = { solved: "solved", satisfied_desk: "5", satisfied_unit: "2", note: "x" };
    expect(forms["follow_up"]?.build({ reached: "no", ...values })).toEqual({ command: "follow_up", reached: false, note: "x" });
    expect(forms["follow_up"]?.build({ reached: "yes", ...values })).toEqual({ command: "follow_up", reached: true, solved: "solved", satisfied_desk: 5, satisfied_unit: 2, note: "x" });
  });

  it("return a case in writing: ground, whose it should be, facts", () => {
    const values = { ground: "不属本单位职责", to: "street-east", reason: "现场是街道管的路。" };
    expect(forms["ask_return"]?.build(values)).toEqual({ command: "ask_return", reason: "不属本单位职责；现场是街道管的路" });
    expect(returned(values, "建议改派：城东街道")).toEqual({ command: "ask_return", reason: "不属本单位职责；建议改派：城东街道；现场是街道管的路" });
  });

  it("name what they lack", () => {
    const form = forms["give_result"];
    expect(form === undefined ? [] : missing(form, { text: "x", solved: "" })).toEqual(["public_reply", "solved"]);
  });

  it("are read with their assignment", () => {
    expect(readAllowed(["sign:a1", "close"])).toEqual([{ command: "sign", leg: "a1" }, { command: "close", leg: null }]);
  });

  it("say where a peer stands and that a third platform gets a part", () => {
    const link = (id: string, peer_desk: string, standing: string) => ({ id, peer_name: id, peer_desk, standing, arbiter: false });
    const me = { platform: { desk: "hotline" }, links: [link("city", "hotline", "above"), link("own110", "police", "beside")] } as unknown as Me;
    const choices = (command: string, field: string, view?: unknown) => forms[command]?.fields.find((each) => each.name === field)?.choices?.(zh, { me, view: view as CaseView }).map(([, label]) => label);
    expect(choices("hand_over", "link")).toEqual(["city · 上级", "own110"]);
    const view = { twin: { link: "city" } };
    expect(choices("hand_over", "link", view)).toEqual(["city · 上级", "own110 · 作为子单转去"]);
    expect(choices("arbitrate", "to", view)).toEqual(["由 city 承办", "由本台承办"]);
    expect(choices("arbitrate", "to", { twin: { link: "own110" } })).toEqual([zh.desk.police_long, zh.desk.hotline_long]);
  });

  it("offer only dangers that still stand", () => {
    const view = { dangers: [{ rule: "a", words: "x", dismissed: null }, { rule: "b", words: "y", dismissed: "no" }] } as unknown as CaseView;
    expect(forms["dismiss_danger"]?.fields[0]?.choices?.(zh, { me: {} as Me, view }).map(([rule]) => rule)).toEqual(["a"]);
  });
});
