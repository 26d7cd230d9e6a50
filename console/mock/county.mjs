// Invented data of a county that does not exist, for looking at the screens without a server.
export const units = [
  ["urban-management", "综合执法局", 2, "hotline", "市容、噪声、违建"],
  ["housing", "住房建设局", 2, "hotline", "物业、房屋、工地"],
  ["water-supply", "自来水公司", 1, "hotline", "供水抢修"],
  ["power-supply", "供电公司", 1, "hotline", "供电抢修"],
  ["gas", "燃气公司", 1, "hotline", "燃气抢修"],
  ["labour", "人社局", 2, "hotline", "欠薪、社保"],
  ["transport", "交通运输局", 2, "hotline", "出租、公交"],
  ["station-north", "城北派出所", 2, "police", "城北警情"],
  ["station-south", "城南派出所", 2, "police", "城南警情"],
  ["traffic-police", "交警大队", 2, "police", "交通警情"],
  ["desk-110", "110 指挥室", 2, "police", "接报"],
  ["desk-12345", "12345 受理科", 2, "hotline", "受理"],
].map(([code, name, tier, desk, duty]) => ({ code, name, tier, desk, duty, hours: "24h" }));

export const nameOf = (code) => units.find((each) => each.code === code)?.name ?? code;

const limits = { sign: { span: "30m", amber: 75 }, feedback: { span: "2h", amber: 75 }, result: { span: "2d", amber: 75 } };
const row = (code, name, group, desk, lead, urgency, mode, words, say) => ({
  code, name, group, desk, lead, lead_name: nameOf(lead), assist: [], urgency, mode, limits, basis: "望联动办〔2026〕3号", say, words,
  replies: [
    { name: `${name}已处理`, text: "您反映的“{matter}”问题，{unit}已于{date}处理完毕。", solved: "solved", scope: "matter" },
    { name: "已办结", text: "您反映的问题，{unit}已于{date}核实并处理完毕，感谢您的反映。", solved: "solved", scope: "any" },
  ],
});
export const matters = [
  row("H1-1", "社会生活噪声", "噪声扰民", "hotline", "urban-management", "normal", "push", ["唱歌", "跳舞", "吵", "噪声", "音响"], "这类噪声由综合执法局处理,我现在就转过去,两小时内会有人联系您。"),
  row("H1-2", "建筑施工噪声", "噪声扰民", "hotline", "urban-management", "normal", "push", ["装修", "施工", "工地", "电钻"], "这个问题不属于接警范围,请不要挂电话,我帮您转到 12345,由综合执法局去现场。"),
  row("H5-1", "自来水管爆裂", "供水", "hotline", "water-supply", "urgent", "direct", ["水管", "爆管", "停水"], "我把电话直接转到供水抢修,请不要挂断。"),
  row("H9-2", "拖欠工资", "劳资欠薪", "hotline", "labour", "normal", "consult", ["工资", "欠薪"], "请不要挂电话,我请人社局一起听一下。"),
  row("P1-1", "打架斗殴", "正在发生的违法犯罪", "police", "station-north", "urgent", "dispatch", ["打架", "打人", "打起来"], "民警马上到,请您站到安全的地方,不要劝架。"),
  row("P4-1", "交通事故", "交通事故", "police", "traffic-police", "urgent", "dispatch", ["撞车", "追尾", "事故"], "请打开双闪,人到路边,交警马上到。"),
];
export const dangers = [
  { kind: "weapon", name: "持械", rule: "W-03", words: ["拿着刀", "持刀", "菜刀"], advice: "请问刀在谁手里,您现在能离开吗?先离开,不要挂电话。" },
  { kind: "self_harm", name: "轻生", rule: "S-01", words: ["跳楼", "不想活", "自杀"], advice: "稳住他,和他说话,民警和 120 马上到。" },
  { kind: "gas", name: "燃气泄漏", rule: "G-02", words: ["煤气味", "燃气泄漏"], advice: "不要开关电器,开窗,人到楼下。" },
];

const points = (text, words) => {
  const at = text.indexOf(words);
  const start = [...text.slice(0, at)].length;
  return { start, end: start + [...words].length };
};

export function triage(narrative, receivedAt, now) {
  const danger = dangers.flatMap((each) =>
    each.words.filter((words) => narrative.includes(words) && !narrative.includes(`没${words}`)).slice(0, 1).map((words) => ({ kind: each.kind, name: each.name, rule: each.rule, words, ...points(narrative, words), advice: each.advice })),
  );
  const scored = matters
    .map((matter) => ({ matter, hits: matter.words.filter((words) => narrative.includes(words)) }))
    .filter((each) => each.hits.length > 0)
    .sort((a, b) => b.hits.length - a.hits.length);
  const best = scored[0]?.matter ?? null;
  const desk = danger.length > 0 ? "police" : (best?.desk ?? null);
  const mode = best === null ? "dispatch" : danger.length > 0 && best.desk === "hotline" ? "parallel" : best.desk === receivedAt ? "dispatch" : best.mode === "dispatch" ? "push" : best.mode;
  return {
    desk, matter: best?.code ?? null, matter_name: best?.name ?? "", lead: danger.length > 0 && best === null ? "station-north" : (best?.lead ?? null),
    lead_name: danger.length > 0 && best === null ? "城北派出所" : (best?.lead_name ?? ""), assist: [], assist_names: [],
    urgency: danger.length > 0 ? "critical" : (best?.urgency ?? "normal"), mode, danger, unowned: best === null && danger.length === 0,
    evidence: (scored[0]?.hits ?? []).map((words) => ({ rule: best.code, version: "wanglan-2026.11", words, ...points(narrative, words) })),
    alternatives: scored.slice(1, 4).map(({ matter, hits }) => ({ matter: matter.code, name: matter.name, desk: matter.desk, lead: matter.lead, lead_name: matter.lead_name, score: hits.length })),
    say: best?.say ?? "", basis: best?.basis ?? "", limits, list_version: "wanglan-2026.11", danger_version: "danger-7", district: "",
    due: best === null ? {} : mode === "dispatch" ? { sign: now + 30 * 60_000, feedback: now + 7_200_000, result: now + 172_800_000 } : { answer: now + 600_000, feedback: now + 7_200_000 },
  };
}

/** A road, an estate and a river: enough of a map for looking at the screens. */
export const map = {
  type: "FeatureCollection",
  features: [
    { type: "Feature", properties: { kind: "district", name: "城北街道" }, geometry: { type: "Polygon", coordinates: [[[125.46, 27.48], [125.56, 27.48], [125.56, 27.56], [125.46, 27.56], [125.46, 27.48]]] } },
    { type: "Feature", properties: { kind: "river", name: "澜江" }, geometry: { type: "LineString", coordinates: [[125.46, 27.55], [125.5, 27.52], [125.56, 27.5]] } },
    { type: "Feature", properties: { kind: "road", name: "望澜大道" }, geometry: { type: "LineString", coordinates: [[125.47, 27.5], [125.55, 27.53]] } },
    { type: "Feature", properties: { kind: "estate", name: "锦园" }, geometry: { type: "Polygon", coordinates: [[[125.5, 27.505], [125.506, 27.505], [125.506, 27.51], [125.5, 27.51], [125.5, 27.505]]] } },
  ],
};
export const bounds = [125.46, 27.48, 125.56, 27.56];
const places = [["锦园", "estate", 125.503, 27.5075], ["望澜大道", "road", 125.51, 27.515], ["河滨里", "estate", 125.495, 27.522]];

/** Where a place in words lies. */
export function locate(place) {
  const hit = places.find(([name]) => place.includes(name));
  return hit === undefined ? null : { name: hit[0], how: hit[1], lon: hit[2], lat: hit[3], district: "990001001", district_name: "城北街道" };
}

const pairs = (text) => new Set([...text.replace(/[^\p{L}]/gu, "")].map((letter, i, all) => letter + (all[i + 1] ?? "")).filter((pair) => pair.length === 2));

/** How alike two narratives are, in percent, and the pairs both have. */
export function alike(a, b) {
  const [one, other] = [pairs(a), pairs(b)];
  const words = [...one].filter((pair) => other.has(pair));
  return { percent: one.size + other.size === 0 ? 0 : Math.floor((200 * words.length) / (one.size + other.size)), words: words.slice(0, 4) };
}
