//! The commands people may send, with every field they have. The rules of the trade read them
//! again; here the edge says what can be said at all.

pub use super::choice::{
    DecisionWord, DeskWord, FlagWord, ModeWord, RelationWord, SolvedWord, TakerWord, UrgencyWord,
};
use super::scene::{DisputeWord, SceneWords};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// What a matter is taken to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassificationWords {
    /// The desk, if anybody knows.
    pub desk: Option<DeskWord>,
    /// The row of the responsibility list; none is an unowned matter (R108).
    pub matter: Option<String>,
    /// The row's name.
    #[serde(default)]
    pub matter_name: String,
    /// How urgent.
    pub urgency: UrgencyWord,
}

/// A limit: how long from dispatch, and when it turns amber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitWords {
    /// `30m`, `2h`, `2d` or `5wd` (working days).
    pub span: String,
    /// Percent of the span, 1 to 99; 75 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amber: Option<u8>,
}

/// The limits of an assignment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsWords {
    /// 签收
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign: Option<LimitWords>,
    /// 首次反馈
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<LimitWords>,
    /// 办结
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<LimitWords>,
    /// 结案
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close: Option<LimitWords>,
}

/// The reason of each result of a call, where it was not good; each from the list of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonWords {
    /// `no_answer`, `busy`, `switched_off`, `wrong_number`, `declined`, `later`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<String>,
    /// `not_started`, `half_done`, `came_back`, `untrue_reply`, `no_authority`, `conditions`, `policy`, `out_of_reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solved: Option<String>,
    /// `attitude`, `slow`, `wrong_unit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<String>,
    /// `attitude`, `slow`, `no_contact`, `poor_work`, `passed_on`, `untrue_reply`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// One part of a case that is split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartWords {
    /// What this part is about.
    pub narrative: String,
}

macro_rules! commands {
    ($(
        $(#[$doc:meta])*
        $variant:ident = $name:literal {
            $( $(#[$fdoc:meta])* $field:ident : $ty:ty ),* $(,)?
        } eg $example:tt
    )*) => {
        /// A command to a case.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case", tag = "command", deny_unknown_fields)]
        pub enum CaseCommand {
            $( $(#[$doc])* $variant { $( $(#[$fdoc])* $field: $ty ),* }, )*
        }

        impl CaseCommand {
            /// Every command's name.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// An example of each command, as it is sent.
            #[must_use]
            pub fn examples() -> Vec<(&'static str, Value)> {
                vec![$( ($name, {
                    let mut example = json!($example);
                    if let Value::Object(fields) = &mut example {
                        fields.insert("command".to_owned(), Value::from($name));
                    }
                    example
                }) ),*]
            }
        }
    };
}

commands! {
    /// Correct what triage made of it; the first classification stays (law 8).
    Classify = "classify" {
        /// What it is now taken to be.
        to: ClassificationWords,
        /// Why.
        reason: String,
    } eg {"to": {"desk": "hotline", "matter": "noise.building", "matter_name": "建筑施工噪声", "urgency": "normal"}, "reason": "来电人补充说明是施工噪声"}
    /// 补充: the caller or somebody else says more.
    AddDetail = "add_detail" {
        /// The words.
        text: String,
    } eg {"text": "又来电，称声音更大了"}
    /// A sign of danger was a false alarm; it is kept with the reason.
    DismissDanger = "dismiss_danger" {
        /// Which rule.
        rule: String,
        /// Why it is none.
        reason: String,
    } eg {"rule": "weapon.knife", "reason": "指厨房切菜声"}
    /// 当场答复
    Answer = "answer" {
        /// What was answered.
        text: String,
    } eg {"text": "已答复施工许可时间"}
    /// 告知
    Inform = "inform" {
        /// What the caller was told.
        text: String,
    } eg {"text": "已告知可向物业反映"}
    /// 不予受理
    NotAccept = "not_accept" {
        /// Why.
        reason: String,
        /// By which rule.
        basis: String,
        /// Where the caller may turn.
        guidance: String,
    } eg {"reason": "已进入诉讼程序", "basis": "受理范围规定第三条", "guidance": "可向受理法院咨询"}
    /// 告知自行拨打
    TellToDial = "tell_to_dial" {
        /// The number told.
        number: String,
    } eg {"number": "12345"}
    /// 骚扰
    MarkNuisance = "mark_nuisance" {
        /// What makes it one.
        reason: String,
    } eg {"reason": "反复来电不说话"}
    /// The caller takes it back.
    Cancel = "cancel" {
        /// Why.
        reason: String,
    } eg {"reason": "来电人称已自行解决"}
    /// Join this contact into an open case.
    MergeInto = "merge_into" {
        /// The case that goes on.
        into: String,
    } eg {"into": "01890000-0000-7000-8000-000000000001"}
    /// 派单
    Dispatch = "dispatch" {
        /// Who leads; none keeps the lead that is there and adds the others.
        #[serde(default)]
        lead: Option<String>,
        /// Who assists.
        #[serde(default)]
        assist: Vec<String>,
        /// Who is sent ahead.
        #[serde(default)]
        first_response: Vec<String>,
        /// Within what time, each from now; left out, the list's row says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limits: Option<LimitsWords>,
        /// The rule that sends it there; left out, the list's row is quoted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<String>,
        /// What to mind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    } eg {"lead": "urban-management", "assist": ["ecology"], "first_response": [], "limits": {"sign": {"span": "2h", "amber": 75}}, "note": "夜间施工"}
    /// Take an assignment back before the unit has signed.
    Withdraw = "withdraw" {
        /// Which assignment.
        leg: String,
        /// Why.
        reason: String,
    } eg {"leg": "a1", "reason": "派错单位"}
    /// 签收
    Sign = "sign" {
        /// Which assignment.
        leg: String,
    } eg {"leg": "a1"}
    /// 联系诉求人: every try is a fact (R15, R86).
    Contact = "contact" {
        /// Which assignment.
        leg: String,
        /// Whether the caller was reached.
        reached: bool,
        /// What was said, or why not reached.
        note: String,
    } eg {"leg": "a1", "reached": true, "note": "已与来电人约定上门时间"}
    /// 出警/出动 (R126)
    Depart = "depart" {
        /// Which assignment.
        leg: String,
        /// A word with it, such as when it was pressed where no line was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    } eg {"leg": "a1", "note": "14:02 按下，断网后送达"}
    /// 到达 (R126)
    Arrive = "arrive" {
        /// Which assignment.
        leg: String,
        /// A word with it, such as when it was pressed where no line was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    } eg {"leg": "a1", "note": "14:02 按下，断网后送达"}
    /// 反馈: how it stands.
    Report = "report" {
        /// Which assignment.
        leg: String,
        /// How it stands.
        text: String,
        /// What the crew found, where it reports from the scene; some of it asks the desk for an
        /// instruction (R127).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scene: Option<SceneWords>,
    } eg {"leg": "a1", "text": "已到现场，正在核实"}
    /// 指令: tell a unit at work what to do next (R127).
    Instruct = "instruct" {
        /// Which assignment.
        leg: String,
        /// What to do.
        text: String,
    } eg {"leg": "a1", "text": "封闭路口，等消防到场"}
    /// 争议: units cannot agree who takes somebody in, pays or acts (R31).
    Dispute = "dispute" {
        /// The assignment it came up in.
        leg: String,
        /// About what.
        about: DisputeWord,
        /// The unit that declines, if one does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        against: Option<String>,
        /// What each side says.
        text: String,
    } eg {"leg": "a1", "about": "custody", "text": "救助站称非本地户籍，不予接收"}
    /// 裁定: decide a dispute; it binds (R31).
    SettleDispute = "settle_dispute" {
        /// Which of the case.
        dispute: u8,
        /// Who takes in, pays or acts.
        unit: String,
        /// By what rule.
        basis: String,
        /// Why, and how.
        reason: String,
    } eg {"dispute": 1, "unit": "civil", "basis": "联动工作办法第九条", "reason": "先行接收，费用由县财政列支"}
    /// 挂起
    Suspend = "suspend" {
        /// Which assignment.
        leg: String,
        /// What it waits for.
        reason: String,
        /// The ground of the clock catalogue it falls under, where that names any.
        ground: Option<String>,
    } eg {"leg": "a1", "reason": "等待检测结果"}
    /// Go on after a suspension.
    Resume = "resume" {
        /// Which assignment.
        leg: String,
    } eg {"leg": "a1"}
    /// 延期申请
    AskExtension = "ask_extension" {
        /// Which assignment.
        leg: String,
        /// How much longer, as `2d` or `4h`.
        by: String,
        /// Why.
        reason: String,
    } eg {"leg": "a1", "by": "2d", "reason": "需要会同检测"}
    /// 延期审批
    DecideExtension = "decide_extension" {
        /// Which assignment.
        leg: String,
        /// Yes or no.
        granted: bool,
        /// Why.
        reason: String,
    } eg {"leg": "a1", "granted": true, "reason": "理由成立"}
    /// 退单申请
    AskReturn = "ask_return" {
        /// Which assignment.
        leg: String,
        /// Why it is not this unit's.
        reason: String,
    } eg {"leg": "a1", "reason": "不属于本单位职责"}
    /// 退单审核
    DecideReturn = "decide_return" {
        /// Which assignment.
        leg: String,
        /// Whether it comes back.
        accepted: bool,
        /// Why.
        reason: String,
    } eg {"leg": "a1", "accepted": false, "reason": "清单已列明"}
    /// 审定: a binding assignment that cannot be returned (R106).
    Assign = "assign" {
        /// Who must take it.
        unit: String,
        /// By what rule.
        basis: String,
        /// Why.
        reason: String,
        /// Within what time, each from now; left out, the list's row says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limits: Option<LimitsWords>,
    } eg {"unit": "urban-management", "basis": "权责清单第12项", "reason": "两次退单后审定"}
    /// 办结
    GiveResult = "give_result" {
        /// Which assignment.
        leg: String,
        /// What was done, for the desks.
        text: String,
        /// What the citizen is told; a separate text.
        public_reply: String,
        /// Whether it is solved.
        solved: SolvedWord,
    } eg {"leg": "a1", "text": "责令停止夜间施工", "public_reply": "已责令停止夜间施工，谢谢您的反映", "solved": "solved"}
    /// 审核
    Review = "review" {
        /// Whether the result stands.
        passed: bool,
        /// Why not, or what was checked.
        reason: String,
    } eg {"passed": true, "reason": "与现场记录一致"}
    /// 回访
    FollowUp = "follow_up" {
        /// Whether the caller was reached.
        reached: bool,
        /// Whether the caller calls it solved.
        #[serde(default)]
        solved: Option<SolvedWord>,
        /// 1 very dissatisfied … 5 very satisfied.
        #[serde(default)]
        satisfaction: Option<u8>,
        /// What the caller said.
        note: String,
        /// Satisfied with the desk, 1 to 5.
        #[serde(default)]
        satisfied_desk: Option<u8>,
        /// Satisfied with the unit, 1 to 5.
        #[serde(default)]
        satisfied_unit: Option<u8>,
        /// The reason of each result that was not good.
        #[serde(default)]
        reasons: ReasonWords,
        /// When the caller wants to be called instead 预约回访.
        #[serde(default)]
        booked_at: Option<i64>,
        /// What is ordered at once after a bad call: `redo` or `reopen`.
        #[serde(default)]
        then: Option<String>,
    } eg {"reached": true, "solved": "unsolved", "satisfied_desk": 5, "satisfied_unit": 2, "reasons": {"solved": "half_done", "unit": "poor_work"}, "then": "redo", "note": "只修了一半"}
    /// 评价核查
    CheckRating = "check_rating" {
        /// Whether it counts.
        counted: bool,
        /// Why.
        reason: String,
    } eg {"counted": true, "reason": "与本人核实"}
    /// 结案
    Close = "close" {
        /// A last word.
        #[serde(default)]
        note: String,
    } eg {"note": "回访满意"}
    /// 重启
    Reopen = "reopen" {
        /// Why.
        reason: String,
    } eg {"reason": "来电人称问题再次出现"}
    /// 催办
    Urge = "urge" {
        /// What is urged.
        note: String,
    } eg {"note": "来电人第二次催问"}
    /// 跟踪督办: watch it until its end.
    Flag = "flag" {
        /// As what.
        flag: FlagWord,
        /// Why.
        reason: String,
    } eg {"flag": "serious", "reason": "涉及多户居民用水"}
    /// Watch it no more.
    Unflag = "unflag" {
        /// As what.
        flag: FlagWord,
        /// Why.
        reason: String,
    } eg {"flag": "serious", "reason": "已恢复供水，不再跟踪"}
    /// Make parts of it cases of their own.
    Split = "split" {
        /// The parts.
        parts: Vec<PartWords>,
    } eg {"parts": [{"narrative": "施工噪声"}, {"narrative": "占道堆放"}]}
    /// Say that another case has to do with this one.
    Link = "link" {
        /// The other.
        other: String,
        /// How.
        relation: RelationWord,
    } eg {"other": "01890000-0000-7000-8000-000000000001", "relation": "related"}
    /// 转办
    HandOver = "hand_over" {
        /// By which link.
        link: String,
        /// Which way.
        mode: ModeWord,
        /// What to mind.
        #[serde(default)]
        note: String,
    } eg {"link": "wanglan", "mode": "push", "note": "非警务事项"}
    /// Ask for a hand-over back that has not been answered.
    WithdrawOffer = "withdraw_offer" {
        /// Why.
        reason: String,
    } eg {"reason": "来电人称已有危险，转为出警"}
    /// 受理 a hand-over from the peer.
    AcceptOffer = "accept_offer" {
        /// A word with it.
        #[serde(default)]
        note: String,
    } eg {"note": "受理"}
    /// Refuse a hand-over from the peer, with reason.
    RefuseOffer = "refuse_offer" {
        /// Why.
        reason: String,
    } eg {"reason": "涉及人身安全，应由公安先行处置"}
    /// Record what a consultation decided.
    Decide = "decide" {
        /// What.
        decision: DecisionWord,
        /// Why.
        #[serde(default)]
        note: String,
    } eg {"decision": "both", "note": "各自处理"}
    /// 退回 to the peer a matter that was taken from it.
    ReturnToPeer = "return_to_peer" {
        /// Why, in writing.
        reason: String,
    } eg {"reason": "核实后不属于本平台职责"}
    /// 提请审定
    AskArbitration = "ask_arbitration" {
        /// Why.
        reason: String,
    } eg {"reason": "双方意见不一致"}
    /// 审定 between platforms: binding.
    Arbitrate = "arbitrate" {
        /// Who must take it.
        to: TakerWord,
        /// By what rule.
        basis: String,
        /// Why.
        reason: String,
    } eg {"to": "hotline", "basis": "分流办法第八条", "reason": "非紧急非警务"}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_reads_back_as_it_was_written() {
        for (name, example) in CaseCommand::examples() {
            let command: CaseCommand = serde_json::from_value(example.clone())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let written = serde_json::to_value(&command).unwrap();
            assert_eq!(written["command"], name);
            let again: CaseCommand = serde_json::from_value(written).unwrap();
            assert_eq!(again, command, "{name}");
        }
    }

    /// The rules know each word by the same name and the same fields: what the edge lets through
    /// is not lost behind it. Words the application itself turns into others are left out.
    #[test]
    fn the_rules_read_what_the_edge_lets_through() {
        for (name, example) in CaseCommand::examples() {
            if matches!(name, "add_detail" | "split") {
                continue;
            }
            serde_json::from_value::<domain::case::Command>(example)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
