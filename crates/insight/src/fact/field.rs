//! The names by which formulas speak of facts. What no part of the program reports yet is named
//! here, too, without a source: a metric that needs it has no data, rather than zero (law 9).

use super::{CaseFacts, Kept, LegFacts};
use crate::formula::{Kind, Value};
use crate::number::rounded;
use domain::clock::Millis;
use rust_decimal::Decimal;

/// A name formulas may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Whether anything reports it.
    pub there: bool,
    /// What it means.
    pub zh: &'static str,
    /// What it means.
    pub en: &'static str,
}

macro_rules! fields {
    ($list:ident, $fill:ident, $facts:ty;
     $($name:ident: $kind:ident, $zh:literal, $en:literal, |$f:ident| $value:expr;)*) => {
        /// The names, in the order of their slots.
        pub const $list: &[Field] = &[$(Field {
            name: stringify!($name),
            kind: Kind::$kind,
            there: !matches!(stringify!($value).as_bytes(), b"ABSENT"),
            zh: $zh,
            en: $en,
        }),*];

        /// The values, in the order of the names.
        pub fn $fill<'a>(facts: &'a $facts, row: &mut Vec<Value<'a>>) {
            $({ let $f = facts; row.push($value); })*
        }
    };
}

/// What nothing reports.
const ABSENT: Value<'static> = Value::Missing;

fn word(text: &str) -> Value<'_> {
    if text.is_empty() {
        Value::Missing
    } else {
        Value::Word(text)
    }
}

fn number(count: impl Into<Decimal>) -> Value<'static> {
    Value::Number(count.into())
}

fn grade(grade: Option<u8>) -> Value<'static> {
    grade.map_or(Value::Missing, number)
}

fn minutes(from: Millis, to: Option<Millis>) -> Value<'static> {
    let Some(to) = to else { return Value::Missing };
    // Four places, so that sums are exact whatever their order.
    let minutes = Decimal::from(to.saturating_sub(from)) / Decimal::from(60_000);
    Value::Number(rounded(minutes, 4))
}

fn flag(yes: bool) -> Value<'static> {
    Value::Flag(yes)
}

fields! {
    CASE_FIELDS, fill, CaseFacts;
    desk: Word, "本台", "desk of this platform", |f| word(&f.desk);
    first_desk: Word, "初始归属台", "desk triage first gave it to", |f| word(&f.first_desk);
    class_desk: Word, "现归属台", "desk it belongs to now", |f| word(&f.class_desk);
    matter: Word, "事项类别", "row of the list", |f| word(&f.matter);
    first_matter: Word, "初始事项类别", "row triage first took it for", |f| word(&f.first_matter);
    urgency: Word, "轻重缓急", "urgency", |f| word(&f.urgency);
    channel: Word, "渠道", "channel", |f| word(&f.channel);
    district: Word, "区划", "district", |f| word(&f.district);
    outcome: Word, "来电结局", "outcome of the contact", |f| word(&f.outcome);
    unit: Word, "计入单位", "unit it is counted for", |f| word(&f.unit);
    first_receiver: Word, "首接单位", "first receiver", |f| word(&f.first_receiver);
    caller_solved: Word, "群众认为是否解决", "solved, as the caller says", |f| word(&f.caller_solved);
    decided: Flag, "已处置", "decided on", |f| flag(f.decided_at.is_some());
    resulted: Flag, "已办结", "a result was given", |f| flag(f.resulted_at.is_some());
    closed: Flag, "已结案", "closed", |f| flag(f.closed_at.is_some());
    close_met: Flag, "按时结案", "closed in time", |f| flag(f.close == Kept::InTime);
    close_late: Flag, "超期结案", "closed late or overdue", |f| flag(f.close == Kept::Late);
    reviewed: Flag, "审核通过", "passed review", |f| flag(f.reviewed);
    told: Flag, "有可告知结果", "there is a result to tell", |f| flag(f.told);
    dangerous: Flag, "涉险", "danger was found", |f| flag(f.dangerous);
    confidential: Flag, "保密", "confidential", |f| flag(f.confidential);
    diverted: Flag, "已分流", "handed over and taken", |f| flag(f.diverted);
    from_peer: Flag, "对端转来", "came from the peer", |f| flag(f.from_peer);
    backflow: Flag, "本件系回流", "the return of an earlier case", |f| flag(f.backflow);
    came_back: Flag, "分流后回流", "came back after it went", |f| flag(f.came_back);
    police_sent: Flag, "已派警", "police were sent", |f| flag(f.police_sent);
    reached: Flag, "回访接通", "a follow-up reached the caller", |f| flag(f.reached);
    rated: Flag, "群众已评价", "rated by the caller", |f| flag(f.unit_rating.is_some());
    contacted: Flag, "已联系诉求人", "a unit reached the caller", |f| flag(f.legs.iter().any(|leg| leg.contacted_at.is_some()));
    legs: Number, "联动次数", "assignments", |f| number(f.legs.len());
    returns: Number, "退单次数", "accepted returns", |f| number(f.legs.iter().filter(|leg| leg.state == "returned").count());
    returns_asked: Number, "退单申请次数", "returns asked for", |f| number(f.legs.iter().map(|leg| leg.returns_asked).sum::<u32>());
    redos: Number, "重办次数", "redos", |f| number(f.legs.iter().map(|leg| leg.redos).sum::<u32>());
    extensions: Number, "延期次数", "extensions granted", |f| number(f.legs.iter().map(|leg| leg.extensions).sum::<u32>());
    crossings_back: Number, "平台间退回次数", "returns between platforms", |f| number(f.crossings_back);
    refusals: Number, "对端拒收次数", "refusals by the peer", |f| number(f.refusals);
    arbitrations: Number, "审定次数", "binding decisions", |f| number(f.arbitrations);
    reopened: Number, "重启次数", "times reopened", |f| number(f.reopened);
    urges: Number, "催办次数", "urges", |f| number(f.urges);
    follow_ups: Number, "回访次数", "follow-up calls", |f| number(f.follow_ups);
    satisfaction: Number, "回访满意度（1–5）", "satisfaction at follow-up, 1 to 5", |f| grade(f.satisfaction);
    asked_desk: Number, "回访：对本台满意度（1–5）", "satisfied with the desk at follow-up, 1 to 5", |f| grade(f.asked_desk);
    asked_unit: Number, "回访：对单位满意度（1–5）", "satisfied with the unit at follow-up, 1 to 5", |f| grade(f.asked_unit);
    desk_rating: Number, "群众对本台评价（1–5）", "the caller's rating of the desk", |f| grade(f.desk_rating);
    unit_rating: Number, "群众对单位评价（1–5）", "the caller's rating of the unit", |f| grade(f.unit_rating);
    files: Number, "附件数", "files", |f| number(f.files);
    decide_minutes: Number, "受理至处置分钟", "minutes to the decision", |f| minutes(f.opened_at, f.decided_at);
    close_minutes: Number, "受理至结案分钟", "minutes to the close", |f| minutes(f.opened_at, f.closed_at);
    call_answered: Flag, "电话接通", "the call was answered", |_f| ABSENT;
    call_wait_seconds: Number, "来电等待秒", "seconds the caller waited", |_f| ABSENT;
    call_talk_seconds: Number, "通话秒", "seconds of talk", |_f| ABSENT;
    supervised: Flag, "已督办", "under supervision", |f| flag(f.supervised);
    knowledge_shown: Flag, "推送过知识", "knowledge was shown", |_f| ABSENT;
    knowledge_adopted: Flag, "采纳知识", "knowledge was adopted", |_f| ABSENT;
}

fields! {
    LEG_FIELDS, fill_leg, LegFacts;
    leg_unit: Word, "承办单位", "unit of the assignment", |f| word(&f.unit);
    role: Word, "角色", "role of the unit", |f| word(&f.role);
    leg_state: Word, "派单状态", "where the assignment stands", |f| word(&f.state);
    signed: Flag, "已签收", "signed", |f| flag(f.signed_at.is_some());
    sign_met: Flag, "按时签收", "signed in time", |f| flag(f.sign == Kept::InTime);
    sign_late: Flag, "超时签收", "signed late or overdue", |f| flag(f.sign == Kept::Late);
    feedback_met: Flag, "按时反馈", "fed back in time", |f| flag(f.feedback == Kept::InTime);
    feedback_late: Flag, "超时反馈", "fed back late or overdue", |f| flag(f.feedback == Kept::Late);
    result_met: Flag, "按时办结", "result in time", |f| flag(f.result == Kept::InTime);
    result_late: Flag, "超时办结", "result late or overdue", |f| flag(f.result == Kept::Late);
    returned: Flag, "已退单", "returned", |f| flag(f.state == "returned");
    withdrawn: Flag, "已撤回", "withdrawn by the desk", |f| flag(f.state == "withdrawn");
    bound: Flag, "审定指派", "by a binding decision", |f| flag(f.bound);
    leg_contacted: Flag, "单位已联系诉求人", "this unit reached the caller", |f| flag(f.contacted_at.is_some());
    reported: Flag, "已反馈", "fed back", |f| flag(f.reported_at.is_some());
    leg_resulted: Flag, "单位已办结", "this unit gave a result", |f| flag(f.resulted_at.is_some());
    departed: Flag, "已出动", "set out", |f| flag(f.departed_at.is_some());
    arrived: Flag, "已到达", "arrived", |f| flag(f.arrived_at.is_some());
    leg_solved: Word, "单位认为是否解决", "solved, as the unit says", |f| word(&f.solved);
    contact_tries: Number, "联系次数", "tries to reach the caller", |f| number(f.contact_tries);
    leg_returns_asked: Number, "本单位退单申请", "returns this unit asked for", |f| number(f.returns_asked);
    leg_returns_denied: Number, "退单未获同意", "returns denied", |f| number(f.returns_denied);
    leg_extensions_asked: Number, "延期申请", "extensions asked for", |f| number(f.extensions_asked);
    leg_extensions: Number, "获准延期", "extensions granted to this unit", |f| number(f.extensions);
    leg_redos: Number, "本单位重办", "redos of this unit", |f| number(f.redos);
    suspensions: Number, "挂起次数", "suspensions", |f| number(f.suspensions);
    sign_minutes: Number, "派单至签收分钟", "minutes to signing", |f| minutes(f.dispatched_at, f.signed_at);
    depart_minutes: Number, "派单至出动分钟", "minutes to setting out", |f| minutes(f.dispatched_at, f.departed_at);
    feedback_minutes: Number, "派单至首次反馈分钟", "minutes to the first feedback", |f| minutes(f.dispatched_at, f.reported_at);
    arrive_minutes: Number, "派单至到达分钟", "minutes to arrival", |f| minutes(f.dispatched_at, f.arrived_at);
    result_minutes: Number, "派单至办结分钟", "minutes to the result", |f| minutes(f.dispatched_at, f.resulted_at);
}

/// The names a formula over cases, or over assignments and their cases, may use.
#[must_use]
pub fn vocabulary(legs: bool) -> Vec<Field> {
    let more = if legs { LEG_FIELDS } else { &[] };
    CASE_FIELDS.iter().chain(more).copied().collect()
}
