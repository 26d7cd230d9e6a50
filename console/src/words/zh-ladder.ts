// The ladder of supervision as the case and its timeline name it, in Chinese.
export const ladder = {
  nav: "督办",
  go: "去督办",
  title: "督办梯级",
  none: "还没有督办过",
  rung: { urge: "催办", order: "督办单", meeting: "协调会", interview: "约谈", bulletin: "通报", accountability: "问责" } as Record<string, string>,
  state: { issued: "待答复", held: "任务办理中", answered: "待审定", accepted: "待销号", closed: "已销号", withdrawn: "已撤销" } as Record<string, string>,
  flag: { special: "特殊", serious: "重大", complicated: "复杂", difficult: "疑难", at_risk: "离场后风险" } as Record<string, string>,
  missed: "逾期未答复",
  watched: (flags: string) => `跟踪：${flags}`,
  to: (unit: string) => `致 ${unit}`,
  accepted: "答复通过",
  sent_back: "答复退回",
  withdrawn: "撤销",
};
export const ladderEvents = {
  supervised: "督办",
  supervision_answered: "督办答复",
  supervision_missed: "督办逾期未答复",
  supervision_decided: "督办审定",
  supervision_ended: "督办结束",
  flagged: "列入跟踪",
  unflagged: "取消跟踪",
};
export const ladderErrors: Record<string, string> = {
  "refused/not_involved": "这个单位与此事无关，不能向它督办。请先派单，或换成承办单位。",
  "refused/supervised_already": "同一梯级的督办还没有结束。请先审定或撤销它，再发新的。",
  "refused/rung_skipped": "上一梯级还没有用过。要越级督办，请写明理由。",
  "refused/measure_state": "这一步现在不能做，督办的状态已经变了。请看过最新情况再办。",
  "refused/no_task": "没有这项任务，或已经完成。",
  "refused/flag_state": "这个标记已经有了，或本来就没有。",
};
