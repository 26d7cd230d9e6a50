// The bell in the frame, in Chinese: loaded with the desk, so it is short.
export const bell = {
  notices: "通知",
  roster: "值班",
  unseen: (n: number) => `${n} 条未看`,
  none: "没有未看的通知",
  go_notices: "去通知",
  go_roster: "去值班表",
};
