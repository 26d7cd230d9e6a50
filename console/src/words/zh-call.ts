// What happened in a call, as the timeline says it, in Chinese.
export const call = {
  floor: "话务",
  messages: "短信",
  go_messages: "去短信队列",
  step: {
    arrived: "来电进入排队", refused: "排队已满，拒接", offered: "派席", not_answered: "座席未应答", declined: "座席让过", duty_rung: "呼叫值班电话", overflowed: "溢出到对端", overflow_failed: "溢出未接", answered: "接听", held: "保持", retrieved: "取回",
    transfer_began: "一键转接，播放提示音", sentence_heard: "来电人听完提示音", transfer_answered: "对方已接", transfer_failed: "转接未成，回到本席", consult_began: "协商通话", consult_answered: "对方应答", consult_ended: "协商结束", joined: "三方通话", handed_over: "交给对方",
    agreed: "商定结果", supervised: "班长介入", unsupervised: "班长退出", recording_paused: "录音暂停或恢复", operator_lost: "座席掉线，来电人优先重排", call_back_made: "登记回拨", call_back_waits: "回拨排队", call_back_tried: "回拨", call_back_failed: "回拨未通", call_back_reached: "回拨接通", call_back_needless: "来电人已再次来电",
    resumed: "程序重启，通话接续", dialled: "呼出", dial_answered: "对方接听", over: "通话结束", dropped: "登记回拨", called_again: "来电人已再次来电",
  } as Record<string, string>,
  failure: { busy: "忙", no_answer: "无人接听", declined: "拒接", no_such_number: "空号", unreachable: "线路不通", taken_back: "已收回", caller_gone: "来电人已挂断" } as Record<string, string>,
  mode: { listen: "监听", whisper: "耳语", barge: "强插" } as Record<string, string>,
  agreed: { police: "110 受理", hotline: "12345 受理", both: "双方各办", undecided: "未能商定（首接受理）" } as Record<string, string>,
  seconds: (s: number) => `${s} 秒`,
  by_rule: "按首接规则",
  message: { came: "收到", late: "超过答复时限", written: "已回复", set_aside: "无需短信答复", arrived: "回复已送达", failed: "回复未送达" } as Record<string, string>,
  waited: (s: number) => `等候 ${s} 秒`,
  missing: (n: number) => `缺 ${n} 段`,
};
