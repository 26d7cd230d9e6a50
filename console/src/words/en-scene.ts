// The scene: what a crew reports that needs an instruction, and what units cannot agree about.
import type { scene as zh, sceneEvents as zhEvents } from "./zh-scene";

export const scene: typeof zh = {
  waits: (unit) => `${unit} reported from the scene and waits for an instruction`,
  ground: { casualties: "casualties", serious: "serious", reinforcement: "needs reinforcement", several_units: "needs several units" },
  instruction: "Instruction of the desk",
  disputes: "Disputes",
  about: { custody: "custody", fee: "fee", duty: "duty" },
  raised: (unit) => `raised by ${unit}`,
  against: (unit) => `against ${unit}`,
  open: "to be decided",
  settled: (unit) => `decided: ${unit} bears it`,
  about_hint: { custody: "who takes somebody in", fee: "who pays", duty: "who acts" },
};
export const sceneEvents: typeof zhEvents = {
  instructed: "Instructed",
  disputed: "Disputed",
  dispute_settled: "Dispute decided",
};
export const sceneErrors: Record<string, string> = {
  "refused/no_dispute": "There is no such dispute, or it is decided. Look at the latest state first.",
};
