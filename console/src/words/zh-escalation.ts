// Who is told when a limit nears or passes, in Chinese: on the case and on the clock catalogue's page.
export const escalation = {
  step: (n: number) => `第 ${n} 级`,
  due_first: "原定",
  next: (at: string, who: string) => `${at} 告知${who}`,
  tell: { clerk: "承办人", unit_lead: "单位负责人", desk_lead: "班长", supervisor: "督办员", assessor: "考核员", commander: "指挥长" } as Record<string, string>,
  by: { console: "屏幕", sms: "短信", phone: "电话", mail: "邮件", paper: "书面" } as Record<string, string>,
  then: { remind: "提醒", urge: "催办", order: "开督办单", meeting: "开协调会", interview: "约谈", bulletin: "通报", accountability: "问责" } as Record<string, string>,
};

export type EscalationWords = typeof escalation;
