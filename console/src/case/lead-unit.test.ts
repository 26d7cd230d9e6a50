import { expect, it } from "vitest";
import type { Holder, Leg, LegState } from "../api/types";
import { leadUnit } from "./lead-unit";

const leg = (unit: string, state: LegState, role: Leg["role"] = "lead"): Leg => ({ unit, state, role }) as Leg;
const desk = { side: "own", unit: "desk" } as Holder;

it("is the lead at work, wherever it stands in the order of dispatch", () => {
  expect(leadUnit({ legs: [leg("a", "signed"), leg("b", "withdrawn"), leg("c", "signed", "assist")], holder: desk })).toBe("a");
  expect(leadUnit({ legs: [leg("a", "returned"), leg("b", "suspended")], holder: desk })).toBe("b");
});

it("is the last lead when none is at work, and else who answers here", () => {
  expect(leadUnit({ legs: [leg("a", "returned"), leg("b", "done")], holder: desk })).toBe("b");
  expect(leadUnit({ legs: [], holder: desk })).toBe("desk");
  expect(leadUnit({ legs: [], holder: { side: "peer" } as Holder })).toBe("");
});
