// The learnt layer's models in the back office, in Chinese.
interface Rule {
  first: number;
  slack: number;
  tried_on: number;
  kept: number;
  recent: number;
  before: number;
  fall: number;
}

export const zhModels = {
  views: "研判模型视图",
  view: { models: "模型", tester: "试一句话" },
  none: "统计研判还没有模型：程序启动后几秒内由清单例句学出第一个。规则照常提示。",
  running: (version: string) => `现用模型 ${version}；危险词和清单先于它，它从不改判`,
  version: "模型",
  state: "状态",
  is_served: "现用",
  is_newest: "最新",
  is_kept: "保留",
  lessons: "训练样例",
  from_list: "清单例句",
  asked: "试答",
  agreement: "一致率",
  calibration: "校准误差",
  coverage: "可预填",
  precision: "预填正确",
  set: "供选含正确 · 条数",
  set_of: (share: string, size: string) => `${share} · ${size}`,
  of_what: "每件事先让当时最新的模型连同清单试答，和接警台看到的一样，再学结果，所以数字没有事后修饰。一致率：首选条目与最终办理相同的占试答的比例；校准误差：自称的把握与实际的平均差距，越小越好；可预填：把握足够、占试答的比例；预填正确：其中对的比例。",
  use: "启用选中的模型",
  back: "退回上一个",
  newest: "恢复最新",
  confirm: "确认",
  may_not: "您可以看、可以试；启用和退回由系统管理员操作。",
  title: {
    use: (version: string) => `启用模型 ${version}`,
    back: (version: string) => `退回到模型 ${version}`,
    newest: () => "恢复使用最新模型",
  },
  hint: {
    use: "立即对所有座席生效，并一直用它，直到有人恢复最新；学习照常进行。",
    back: "立即对所有座席生效，并一直用它，直到有人恢复最新；学习照常进行。",
    newest: "立即对所有座席生效；以后新模型按规则自动接替。",
  },
  done: {
    use: (version: string) => `已启用模型 ${version}。`,
    back: (version: string) => `已退回到模型 ${version}。`,
    newest: (version: string) => `已恢复最新模型 ${version}。`,
  },
  how: "学得怎么样",
  answers: "现用",
  pinned: "已固定",
  pinned_hint: "有人指定用它，新模型不会自动接替",
  all_lessons: "学过的事项",
  recent: (n: number) => `最近 ${n} 件一致`,
  earlier: (n: number) => `再往前 ${n} 件一致`,
  drift: "漂移",
  drift_yes: "有：请看最近的改派和退单",
  drift_no: "没有",
  too_few: "事项还不够多，暂不判断",
  drifting: (now: string, was: string) => `最近明显变差：一致率 ${now}，此前 ${was}。请核对清单是否变化，必要时退回上一个模型。`,
  shadow: "影子模型",
  shadow_training: (at: number) => `正在用全部样例重新训练；学到第 ${at} 件时，不比现用的差就接替。`,
  shadow_next: (at: number) => `没有在训练；学到第 ${at} 件时开始下一次。`,
  shadow_taken: (n: number, tried: string, before: string) => `上一次（${n} 件）已接替：最近事项上 ${tried}，原模型 ${before}。`,
  shadow_refused: (n: number, tried: string, before: string) => `上一次（${n} 件）没有接替：最近事项上 ${tried}，不如原模型 ${before}。`,
  refused: (n: number) => `累计 ${n} 次因变差没有接替`,
  rule: "接替规则",
  rules: (r: Rule) => [
    `学满 ${r.first} 件第一次重新训练，以后每多四分之一训练一次。`,
    `新模型在最近事项（五分之一，最多 ${r.tried_on} 件）上试答，训练时没有看过它们。`,
    `宏平均 F1 比现用模型低不到 ${r.slack} 就接替，否则弃用。`,
    `保留最近 ${r.kept} 个接替过的模型，可以随时退回。`,
    `最近 ${r.recent} 件的一致率比再往前 ${r.before} 件低 ${Math.round(r.fall * 100)} 个百分点以上，算漂移。`,
  ],
  words: "来电人怎么说",
  words_hint: "与接警台同一个研判，边写边出；这里写的不保存、不学习",
  place: "地点",
  away: "研判暂时没有应答，请稍后再试。",
  says: "研判结果",
  empty: "写一句来电人会说的话，这里显示研判结果和它的全部依据。",
  others: "其他可能",
  by: (list: string, danger: string, model: string) => `清单 ${list} · 危险词 ${danger}${model === "" ? "" : ` · 模型 ${model}`}`,
};

export type ModelsWords = typeof zhModels;
