// Calls, in Chinese.
import { call } from "./zh-call";

export const zhVoice = {
  ...call,
  bar: "座席",
  state: {
    offline: "未签入", ready: "就绪", break: "暂停接听", ringing: "振铃", talking: "通话中", wrap_up: "话后整理", supervising: "监听中",
  } as Record<string, string>,
  reason: { rest: "小休", meal: "用餐", meeting: "会议培训", paperwork: "案件处理", not_answering: "未应答" } as Record<string, string>,
  doing: {
    waiting: "排队", ringing: "振铃", calling: "呼出中", talking: "通话中", held: "保持中", transferring: "转接中", consulting: "协商中", conference: "三方通话", announcing: "电话通知中", ending: "结束中",
  } as Record<string, string>,
  class: { emergency: "紧急", called_again: "十分钟内再次来电", call_back_due: "到期回拨", normal: "普通" } as Record<string, string>,
  dialled: (number: string) => `拨 ${number}`,
  no_phone: "话机未连接，来电不会在这里振铃。",
  wrap_left: (s: number) => `${s} 秒后自动就绪`,
  draft_ready: "已为来电建好草稿，接听即可记录。",
  last_name: (name: string) => `上次留名 ${name}`,
  phone: {
    title: "本机电话", ready_here: "就绪，用本机接听", open: "用本机接听", close: "断开本机电话", take: "在本页接管电话", retry: "重试", devices: "设备与试音", hard: "话机已连接",
    state: {
      off: "本机电话未打开。", asking: "请在浏览器弹出的提示中选“允许”使用麦克风。", connecting: "正在接通本机电话…", up: "本机电话已接通", lost: "本机电话连接中断，正在自动重连；通话会保留约 20 秒。",
      no_microphone: "没有找到话筒：请插好耳机或话筒，再按“重试”。", denied: "浏览器不允许使用麦克风：请点地址栏左侧的图标，把“麦克风”改为“允许”，再按“重试”。", busy: "话筒正被其他程序占用：请关闭占用话筒的程序（如会议软件），再按“重试”。",
      insecure: "本页不是安全连接，浏览器不提供话筒：请用 https 地址打开本页，或改用话机。", elsewhere: "您的电话已在另一个页面打开。要在这里接听，请按“在本页接管电话”。", refused: "平台没有接受本机电话：请改用话机，并告知系统管理员。",
    } as Record<string, string>,
    microphone: "话筒", speaker: "听筒", ring: "铃声从", system: "系统默认", unnamed: (n: number) => `设备 ${n}`, level: "话筒音量", level_hint: "说一句话，音量条应随之跳动。", level_off: "接通本机电话后才能看到话筒音量。",
    test: "试听筒", test_ring: "试铃声", test_hint: "应从所选的听筒听到两声。", fixed: "这个浏览器不能另选听筒，请在系统设置里选。", close_panel: "关闭",
  },
  bring: {
    title: "找人协商或转接", dial_title: "呼出", open: "找人…", dial: "呼出", number: "号码", number_hint: "座机、手机或内线号码，只用数字", consult: "协商", transfer: "直接转", partners: "对端与联动单位", colleagues: "同事", none: "没有其他签入的座席。", free: "空闲", busy: "忙", down: "线路不通", close: "关闭",
  },
  withheld: "号码未显示",
  waiting: (n: number) => `${n} 个来电在排队`,
  then: (state: string) => `通话结束后：${state}`,
  earlier: (n: number) => (n === 0 ? "首次来电" : `以往 ${n} 件`),
  act: {
    ready: "就绪", rest: "小休", meal: "用餐", meeting: "会议培训", paperwork: "案件处理", offline: "签出", answer: "接听", decline: "让给下一席", hang_up: "挂断", hold: "保持", retrieve: "取回", mute: "静音", unmute: "取消静音",
    keypad: "拨号键", pause: "暂停录音", resume: "恢复录音", join: "三方通话", hand_over: "交给对方", drop: "放弃协商", wrapped_up: "整理完毕", keep: "延长整理", call_back: "回拨",
  },
  transfer: (name: string) => `一键转 ${name}`,
  consult: (name: string) => `协商 ${name}`,
  take_back: "收回转接",
  transferring: "来电人正在听转接提示音；对方不接会自动回到您这里。",
  decide: "商定由谁受理",
  down: "线路不通",
  backs: "待回拨",
  backs_empty: "没有待回拨的来电。",
  back_reason: { abandoned: "接听前挂断", soon_after_answer: "接通即断", line_dead: "线路中断", gave_up: "等待过久" } as Record<string, string>,
  back_tries: (n: number) => (n === 0 ? "尚未回拨" : `已回拨 ${n} 次`),
  bound: (no: string) => `已归入 ${no}`,
  bind: "归入当前事项",
  refused: {
    not_your_call: "这不是您的通话。", not_ringing: "这个来电已不在您这里振铃。", seat_busy: "您正在通话，或话机未连接；请先接通本机电话。", colleague_busy: "对方座席现在不接电话。", no_such_destination: "没有这个转接对象。",
    trunk_down: "通往对方的线路不通，请稍后再试或改用工单推送。", not_now: "现在不能这样做：通话状态已变。", no_caller: "来电人的线路不通。", bound_elsewhere: "这个通话已归入另一事项。",
  } as Record<string, string>,
  records: "通话与录音",
  records_none: "这个事项没有通话记录。",
  record: {
    in: "来电", out: "去电", waited: (s: number) => `等待 ${s} 秒`, talked: (s: number) => `通话 ${s} 秒`, held: (s: number) => `保持 ${s} 秒`, sound: "播放录音", take: "导出录音", kept_until: (at: string) => `录音保留至 ${at}；事项未结的一直保留`, kept_always: "录音长期保留", removed: (at: string) => `录音保留期满，已于 ${at} 删除`, sealed: (who: string, at: string) => `${who} 于 ${at} 封存录音，期满不删：`, seal: "封存录音", lift: "解除封存", seal_why: "封存事由（记入审计）", lift_why: "解除事由（记入审计）", leave: "不了", why: "导出事由（记入审计）", steps: "经过与派席依据", gaps: (n: number) => `其中 ${n} 秒有缺失或暂停`,
  },
  outcome: {
    "": "进行中", answered: "已接听", answered_elsewhere: "由值班电话或对端接听", call_back: "转为回拨", lost_without_number: "未接且无号码", refused_full: "排队已满，已告知稍后再拨", not_reached: "未接通", reached: "已接通",
  } as Record<string, string>,
  because: { last_operator: "上次由该席接听同一未结事项", only_one: "只有该席可接", best_skill: "技能最符合", longest_idle: "空闲最久", together: "同时振铃，先接者得" } as Record<string, string>,
  passed: {
    picked: "选中", lacks_required: "缺必需技能", lacks_preferred: "缺优先技能，等待未满 10 秒", backup_only: "支援组，等待未满 20 秒", let_it_pass: "刚让过此来电", less_skill: "技能较少", idle_shorter: "空闲较短", not_last_operator: "非上次接听席",
  } as Record<string, string>,
  board: {
    title: "话务台", pick: "派席依据", pick_waited: (s: number, n: number) => `当时已等 ${s} 秒，排队 ${n} 个`, pick_idle: (s: number) => `空闲 ${s} 秒`, pick_others: (n: number) => `另有 ${n} 席空闲`, no_pick: "这是呼出的电话，没有派席。", not_picked: "还在排队，没有席位可派。", in_call: (name: string) => `正在介入 ${name} 的通话`, by: "接听", ringing_at: "振铃于", no_phone: "无话机", calls: "通话与排队", seats: "座席", calls_empty: "现在没有来电。", seats_empty: "还没有座席签入。", off: "未配置语音线路。", leave: "退出监听",
    staffing: "排班", offered: (n: number) => `近一小时来电 ${n}`, in_time: (share: string) => `15 秒内接听 ${share}`, expected: (share: string, seats: number) => `在岗 ${seats} 席，按 Erlang C 应为 ${share}`, needed: (n: number) => `要达 95%，需 ${n} 席`, none: "近一小时没有来电，无从比较。",
    talk: "通话时长（近 30 天）", talk_none: "近 30 天没有接听的来电。", talk_about: (desk: string | null): string => desk === "police" ? "110 事项" : desk === "hotline" ? "12345 事项" : "未立案或无主事项", talk_calls: (n: number) => `${n} 通`, talk_mean: (time: string) => `平均 ${time}`, talk_share: (share: string) => `占 ${share}`,
  },
};
