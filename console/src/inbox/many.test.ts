import { describe, expect, it } from "vitest";
import { Problem } from "../api/http";
import type { CaseBrief, CaseView } from "../api/types";
import { Keys } from "../command/send";
import { signAll, type Outcome } from "./many";

const brief = (id: string) => ({ id, my_leg: { id: "a1", role: "lead", state: "dispatched" } }) as unknown as CaseBrief;

describe("signing many", () => {
  it("asks once for each under keys of their own, and goes on past a refusal", async () => {
    const sent: [string, string, string][] = [];
    const told: [string, string][] = [];
    let n = 0;
    await signAll(
      ["c1", "c2", "c3"].map(brief),
      new Keys(() => `k${(n += 1)}`),
      async (id, leg, key) => {
        sent.push([id, leg, key]);
        if (id === "c2") throw new Problem("refused/assignment_state", 409);
        return { id } as CaseView;
      },
      (id, outcome) => told.push([id, outcome.state]),
    );
    expect(sent).toEqual([["c1", "a1", "k1"], ["c2", "a1", "k2"], ["c3", "a1", "k3"]]);
    expect(told).toEqual([["c1", "signing"], ["c1", "signed"], ["c2", "signing"], ["c2", "failed"], ["c3", "signing"], ["c3", "signed"]]);
  });

  it("repeats under the same key what may have been done, and under a new one what was refused", async () => {
    const keysSent: string[] = [];
    const last = new Map<string, Outcome>();
    let n = 0;
    const keys = new Keys(() => `k${(n += 1)}`);
    const answers = [new Problem("no_answer_in_time", 0), new Problem("refused/assignment_state", 409), null];
    for (const answer of answers) {
      await signAll(
        [brief("c1")],
        keys,
        async (_id, _leg, key) => {
          keysSent.push(key);
          if (answer !== null) throw answer;
          return { id: "c1" } as CaseView;
        },
        (id, outcome) => last.set(id, outcome),
      );
    }
    expect(keysSent).toEqual(["k1", "k1", "k2"]);
    expect(last.get("c1")?.state).toBe("signed");
  });
});
