import { describe, expect, it } from "vitest";
import type { CaseView, Leg, TimelineItem } from "../api/types";
import { zh } from "../words/zh";
import { alarmText, BLANK, isEmpty, pressedAct, reportActs, reportText } from "./compose";
import { nextOf, stepsOf } from "./progress";
import type { Act } from "./queue";

const on = { case: "c1", no: "J1", leg: "a1" };
const at = Date.parse("2026-11-25T14:02:00+08:00");
const waiting = (what: Act["what"], over: Partial<Act> = {}) => ({ ...on, what, pressed: at - 60_000, state: "waiting", ...over }) as Act;

describe("what is sent from the field", () => {
  it("says when it was pressed, in words, and never as the server's time", () => {
    const depart = pressedAct(zh, on, "depart", at, []);
    expect(JSON.parse(depart.body ?? "")).toEqual({ command: "depart", leg: "a1", note: "现场 14:02 按下" });
    expect(JSON.parse(pressedAct(zh, on, "sign", at, []).body ?? "")).toEqual({ command: "sign", leg: "a1" });
    expect(depart.body).not.toContain("happened_at");
  });

  it("says with the next word when signing was pressed, if that is still on the device", () => {
    const note = (acts: Act[]) => JSON.parse(pressedAct(zh, on, "arrive", at, acts).body ?? "").note as string;
    expect(note([waiting("sign")])).toBe("签收 14:01 按下；现场 14:02 按下");
    expect(note([waiting("sign", { case: "another" })])).toBe("现场 14:02 按下");
    expect(note([waiting("sign", { state: "refused" })])).toBe("现场 14:02 按下");
  });

  it("puts casualties and help into words, help first", () => {
    const report = { casualty: "hurt" as const, count: "2", helps: ["ambulance" as const, "police" as const], text: " 桥头追尾 ", serious: false };
    expect(reportText(zh, report, 1, at)).toBe("需要支援：急救、警力；伤亡：有人受伤 2 人；桥头追尾；附现场照片 1 张（现场 14:02 填写）");
    expect(reportText(zh, { ...BLANK, casualty: "none" }, 0, at)).toBe("伤亡：没有（现场 14:02 填写）");
    expect(isEmpty(BLANK)).toBe(true);
    expect(isEmpty({ ...BLANK, helps: ["other"] })).toBe(false);
  });

  it("tells the danger rules of what is grave, before the report and once (law 5)", () => {
    const grave = { ...BLANK, casualty: "hurt" as const, text: "有人受伤" };
    const acts = reportActs(zh, on, grave, [new File(["x"], "现场 1.jpg", { type: "image/jpeg" })], at);
    expect(acts.map((each) => each.what)).toEqual(["alarm", "report", "photo"]);
    expect(JSON.parse(acts[0]?.body ?? "")).toMatchObject({ command: "add_detail", text: "现场人员报告：伤亡：有人受伤；有人受伤" });
    expect(acts[2]).toMatchObject({ body: null, name: "现场 1.jpg" });
    expect(alarmText(zh, { ...BLANK, helps: ["repair"], casualty: "none" })).toBeNull();
    expect(JSON.parse(acts[1]?.body ?? "").scene).toEqual({ harm: "hurt", people: 0, help: [], serious: false });
    expect(reportActs(zh, on, { ...BLANK, text: "正在清理" }, [], at).map((each) => each.what)).toEqual(["report"]);
  });
});

describe("the scene as fields (R127)", () => {
  const sceneOf = (over: Partial<typeof BLANK>) => JSON.parse(reportActs(zh, on, { ...BLANK, ...over }, [], at)[0]?.body ?? "").scene as unknown;

  it("goes with what was ticked, and not with words alone", () => {
    expect(sceneOf({ text: "正在清理" })).toBeUndefined();
    expect(sceneOf({ serious: true })).toEqual({ harm: "unknown", people: 0, help: [], serious: true });
    expect(sceneOf({ helps: ["repair"], casualty: "none" })).toEqual({ harm: "none", people: 0, help: ["repair"], serious: false });
  });

  it("never says more people than the form holds", () => {
    const acts = reportActs(zh, on, { ...BLANK, casualty: "hurt", count: "2" }, [], at);
    expect(JSON.parse(acts[1]?.body ?? "").scene.people).toBe(2);
  });

  it("is said in words, too", () => {
    expect(reportText(zh, { ...BLANK, serious: true }, 0, at)).toBe("事态重大（现场 14:02 填写）");
  });
});

describe("how far a crew is", () => {
  const leg = (state: Leg["state"], signed: number | null = null) => ({ id: "a1", unit: "u", state, signed_at: signed }) as Leg;
  const view = { id: "c1" } as CaseView;
  const item = (kind: string, side = "own", of = "a1") => ({ kind, side, at: 5, body: { leg: of } }) as unknown as TimelineItem;
  const open = (steps: ReturnType<typeof stepsOf>) => steps.filter((step) => step.open).map((step) => step.what);

  it("opens one button after the other", () => {
    expect(open(stepsOf(view, leg("dispatched"), [], []))).toEqual(["sign"]);
    expect(open(stepsOf(view, leg("signed", 1), [], []))).toEqual(["depart", "arrive", "report"]);
    expect(open(stepsOf(view, leg("signed", 1), [item("departed")], []))).toEqual(["arrive", "report"]);
    expect(open(stepsOf(view, leg("signed", 1), [item("departed"), item("arrived")], []))).toEqual(["report"]);
    expect(nextOf(stepsOf(view, leg("signed", 1), [], []))).toBe("depart");
    expect(nextOf(stepsOf(view, leg("signed", 1), [item("arrived")], []))).toBe("report");
  });

  it("goes on from what is pressed and not sent, so that no connection stops the crew", () => {
    const steps = stepsOf(view, leg("dispatched"), [], [waiting("sign"), waiting("depart")]);
    expect(open(steps)).toEqual(["arrive", "report"]);
    expect(steps[0]).toMatchObject({ waiting: true, at: at - 60_000 });
    // What was refused did not happen.
    expect(open(stepsOf(view, leg("dispatched"), [], [waiting("sign", { state: "refused" })]))).toEqual(["sign"]);
  });

  it("takes no other unit's steps for its own, and offers nothing once it is over", () => {
    expect(open(stepsOf(view, leg("signed", 1), [item("departed", "own", "a2"), item("arrived", "peer")], []))).toEqual(["depart", "arrive", "report"]);
    for (const state of ["done", "returned", "withdrawn"] as const) expect(open(stepsOf(view, leg(state, 1), [], []))).toEqual([]);
    expect(open(stepsOf(view, leg("suspended", 1), [], []))).toEqual(["report"]);
  });
});
