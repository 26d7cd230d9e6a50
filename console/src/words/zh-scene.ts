// The scene: what a crew reports that needs an instruction, and what units cannot agree about.
export const scene = {
  waits: (unit: string) => `${unit} 现场报告，等待指令`,
  ground: { casualties: "人员伤亡", serious: "事态重大", reinforcement: "需要增援", several_units: "需要多个单位联动" },
  instruction: "指挥台指令",
  disputes: "争议",
  about: { custody: "人员接收", fee: "费用承担", duty: "处置职责" },
  raised: (unit: string) => `${unit} 提出`,
  against: (unit: string) => `对方：${unit}`,
  open: "待裁定",
  settled: (unit: string) => `裁定由 ${unit} 承担`,
  about_hint: { custody: "谁来接人", fee: "费用谁出", duty: "谁来处置" },
};
export const sceneEvents = {
  instructed: "下达指令",
  disputed: "提出争议",
  dispute_settled: "争议裁定",
};
export const sceneErrors: Record<string, string> = {
  "refused/no_dispute": "这项争议不存在，或已经裁定。请看过最新情况再办。",
};
