// What is wrong with a link, by the server's key: for the bar and the back office.
export const alarms: Record<string, string> = {
  gap: "对端缺号，已从缺的那一号起重送",
  skew: "两边时钟相差太大，请核对服务器时间",
  forked: "同一编号有两份不同的报文：有一方从旧备份恢复过，要人工判断",
  quarantined: "有报文连续三次处理失败，已隔离",
  stalled: "对端暂时停止受理",
  refused: "对端拒收整批",
  bad_receipt: "对端的回执不对，或不是对端签的",
  peer_ahead: "对端收到的比本台发出的还多：本台从旧备份恢复过",
  outbox_hole: "发件箱缺号",
  too_large: "有报文太大，放不进一批",
  peer_log_rewritten: "对端日志与先前通报的不一致，可能被改写",
  reconciliation: "夜间对账不一致",
};
