// Words of how sure a suggestion is.

export const confidence = {
  title: "把握",
  zone: { prefill: "有把握", offer: "请核对", ask: "没有把握" },
  of_hundred: (percent: number) => `同类来电 100 件中约 ${percent} 件是它`,
  ask: "请再问一两句，或从下面选。",
  only_learnt: "清单没有对应条目，以下按以往办理推测。",
  differs: (name: string) => `以往办理更像「${name}」`,
  desk_of: "归属",
  desk_of_hundred: (percent: number) => `同类来电 100 件中约 ${percent} 件归此台`,
  desk_unsure: "拿不准，请与来电人核对",
  doubt: (name: string) => `${name}，请追问有无危险`,
  doubt_of_hundred: (percent: number) => `同类来电 100 件中约 ${percent} 件有危险`,
  words: "依据词语",
  before: "以往相似",
  went: (matter: string, lead: string) => `${matter} → ${lead}`,
  alike: (percent: number) => `${percent}% 相似`,
};
