//! What happened to a case: past-tense facts, none with a caller's personal data (it lies beside the log, named by digest).

mod call;
mod carried;
mod kind;
mod message;

pub use self::{call::*, carried::*, message::*};
use super::outcome::{Decision, Solved, Taker};
use super::scene::{Dispute, Scene, Settlement};
use super::{GivenResult, Leg, Relation};
use crate::clock::{Deadline, Millis, Span};
use crate::desk::{Channel, Desk};
use crate::followup::{Cause, Reasons};
use crate::id::{CaseId, DeadlineId, LegId, LinkId, MeasureId, UnitId};
use serde::{Deserialize, Serialize};

/// A fact of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Event {
    /// A contact arrived and somebody answers for it from now on.
    Received {
        /// Printed number.
        no: String,
        /// How it arrived.
        channel: Channel,
        /// The desk of this platform.
        desk: Desk,
        /// First receiver 首接: never changed (R64, law 8).
        first_receiver: UnitId,
        /// The desk unit that answers until somebody accepts; also where returns come back to.
        desk_unit: UnitId,
        /// SFBM.
        confidential: bool,
        /// Salted digest of the personal data.
        person: String,
        /// District code.
        district: String,
        /// When it happened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        happened_at: Option<Millis>,
        /// Where it was imported from.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        source: String,
        /// The earlier case it is the return of (R38).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        backflow_of: Option<CaseId>,
        /// The case whose danger it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        danger_of: Option<CaseId>,
        /// The link whose peer answers for it until this side accepts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held_by: Option<LinkId>,
    },
    /// Triage spoke.
    Triaged(Triaged),
    /// A person corrected the classification.
    Classified {
        /// To what.
        to: Classification,
        /// Why.
        reason: String,
    },
    /// More was said 补充.
    DetailAdded {
        /// Salted digest of the words.
        digest: String,
    },
    /// Signs of danger were found.
    DangerRaised {
        /// Which.
        signs: Vec<DangerSign>,
        /// By which version of the rules.
        version: String,
        /// The link whose peer found them, where it was not this side.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heard_from: Option<LinkId>,
    },
    /// A sign was called false.
    DangerDismissed {
        /// Which rule.
        rule: String,
        /// Why.
        reason: String,
    },
    /// Police were ordered for the danger as a case of their own (law 5).
    PoliceOrdered {
        /// That case.
        case: CaseId,
    },
    /// 当场答复
    Answered {
        /// What was answered.
        text: String,
    },
    /// 告知
    Informed {
        /// What.
        text: String,
    },
    /// 不予受理
    NotAccepted {
        /// Why.
        reason: String,
        /// By which rule.
        basis: String,
        /// Where to turn.
        guidance: String,
    },
    /// 告知自行拨打
    ToldToDial {
        /// The number.
        number: String,
    },
    /// 骚扰
    NuisanceMarked {
        /// What makes it one.
        reason: String,
    },
    /// 撤销
    Cancelled {
        /// Why.
        reason: String,
    },
    /// Joined into an open case.
    MergedInto {
        /// Which.
        into: CaseId,
    },
    /// Another was joined into this one.
    Merged {
        /// Which.
        from: CaseId,
    },
    /// 派单
    Dispatched {
        /// The new assignments.
        legs: Vec<Leg>,
        /// Assignments that end by it (a lead that had not signed and is replaced).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ended: Vec<LegId>,
        /// The clocks that start with it.
        deadlines: Vec<Deadline>,
        /// By which rule.
        basis: String,
        /// What to mind.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// An assignment was taken back.
    AssignmentWithdrawn {
        /// Which.
        leg: LegId,
        /// Why.
        reason: String,
    },
    /// 签收
    Signed {
        /// Which.
        leg: LegId,
    },
    /// 联系诉求人
    CallerContacted {
        /// Which.
        leg: LegId,
        /// Reached or not.
        reached: bool,
        /// What was said.
        note: String,
    },
    /// 出动
    Departed {
        /// Which.
        leg: LegId,
        /// What was said with it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// 到达
    Arrived {
        /// Which.
        leg: LegId,
        /// What was said with it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// 反馈
    Reported {
        /// Which.
        leg: LegId,
        /// How it stands.
        text: String,
        /// What the crew found, where it reports from the scene (R127).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scene: Option<Scene>,
    },
    /// 指令: the desk tells a unit at work what to do next (R127).
    Instructed(Instructed),
    /// 争议: units cannot agree who takes somebody in, pays or acts (R31).
    Disputed(Dispute),
    /// 裁定
    DisputeSettled(Settlement),
    /// 挂起
    Suspended {
        /// Which.
        leg: LegId,
        /// What it waits for.
        reason: String,
        /// The ground of the clock catalogue it falls under.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        ground: String,
    },
    /// Goes on.
    Resumed {
        /// Which.
        leg: LegId,
    },
    /// 延期申请
    ExtensionAsked {
        /// Which.
        leg: LegId,
        /// How much.
        by: Span,
        /// Why.
        reason: String,
    },
    /// 同意延期
    ExtensionGranted {
        /// Which.
        leg: LegId,
        /// The deadlines as they are now, moved.
        deadlines: Vec<Deadline>,
        /// Why.
        reason: String,
    },
    /// 不同意延期
    ExtensionDenied {
        /// Which.
        leg: LegId,
        /// Why.
        reason: String,
    },
    /// 退单申请
    ReturnAsked {
        /// Which.
        leg: LegId,
        /// Why.
        reason: String,
    },
    /// 同意退单
    ReturnAccepted {
        /// Which.
        leg: LegId,
        /// Why.
        reason: String,
    },
    /// 不同意退单
    ReturnDenied {
        /// Which.
        leg: LegId,
        /// Why.
        reason: String,
    },
    /// 审定: bound to a unit.
    Assigned {
        /// The assignment.
        leg: Leg,
        /// The assignments it ends.
        ended: Vec<LegId>,
        /// The clocks that start with it.
        deadlines: Vec<Deadline>,
        /// By what rule.
        basis: String,
        /// Why.
        reason: String,
    },
    /// 办结
    ResultGiven {
        /// Which.
        leg: LegId,
        /// For the desks.
        text: String,
        /// For the citizen.
        public_reply: String,
        /// Solved or not.
        solved: Solved,
    },
    /// 审核通过
    ReviewPassed {
        /// What was checked.
        reason: String,
    },
    /// 重办: the lead does it again, its clock anew.
    RedoOrdered {
        /// Which.
        leg: LegId,
        /// Why.
        reason: String,
        /// The clocks that start with it.
        deadlines: Vec<Deadline>,
    },
    /// 回访
    FollowedUp {
        /// Reached or not.
        reached: bool,
        /// As the caller sees it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        solved: Option<Solved>,
        /// 1 to 5.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        satisfaction: Option<u8>,
        /// What the caller said.
        note: String,
        /// Satisfied with the desk, 1 very dissatisfied … 5 very satisfied.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        satisfied_desk: Option<u8>,
        /// Satisfied with the unit, likewise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        satisfied_unit: Option<u8>,
        /// The reason that weighs most, where something was not good.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<Cause>,
        /// The reason of each result.
        #[serde(default, skip_serializing_if = "Reasons::is_empty")]
        reasons: Reasons,
        /// When the next call is planned, where nobody was reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<Millis>,
        /// The caller asked for that time 预约回访.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        booked: bool,
    },
    /// 邀请评价: a link to rate the answer by was given out.
    RatingAsked(RatingAsked),
    /// 评价核查: a doubtful rating was looked at.
    RatingChecked(RatingChecked),
    /// 附件: a file was added.
    Attached(Attached),
    /// 群众评价: the caller rated the answer.
    Rated(Rated),
    /// 结案
    Closed {
        /// A last word.
        note: String,
    },
    /// 重启
    Reopened {
        /// Why.
        reason: String,
    },
    /// 催办
    Urged {
        /// What.
        note: String,
    },
    /// A part became a case of its own.
    ChildMade {
        /// Which.
        child: CaseId,
    },
    /// This case is a part of another.
    ParentSet {
        /// Of which.
        parent: CaseId,
    },
    /// A part was closed.
    ChildClosed {
        /// Which.
        child: CaseId,
    },
    /// A part was reopened.
    ChildReopened {
        /// Which.
        child: CaseId,
    },
    /// Another case has to do with this one.
    Linked {
        /// Which.
        other: CaseId,
        /// How.
        relation: Relation,
    },
    /// 转办: offered to the peer.
    Offered {
        /// What crosses.
        body: Box<OfferBody>,
        /// The link.
        link: LinkId,
        /// The clock on its answer.
        deadline: Deadline,
    },
    /// The sender asked for its offer back.
    WithdrawalAsked {
        /// Which.
        offer: LegId,
        /// Why.
        reason: String,
    },
    /// An offer ended unanswered: confirmed on both sides.
    OfferWithdrawn {
        /// Which.
        offer: LegId,
        /// Why.
        reason: String,
    },
    /// A peer hands a matter over, or back.
    OfferReceived {
        /// What crossed.
        body: Box<OfferBody>,
        /// The link.
        link: LinkId,
    },
    /// 受理: this side took it.
    OfferAccepted {
        /// Which.
        offer: LegId,
        /// The holder count after it.
        epoch: u32,
        /// The rule that took it, where no person did.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        rule: String,
        /// A word with it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// This side refused it.
    OfferRefused {
        /// Which.
        offer: LegId,
        /// Why.
        reason: String,
    },
    /// The peer took it.
    PeerAccepted {
        /// Which.
        offer: LegId,
        /// The holder count after it.
        epoch: u32,
        /// Its number.
        no: String,
        /// Its id.
        case: CaseId,
    },
    /// The peer refused it.
    PeerRefused {
        /// Which.
        offer: LegId,
        /// Why.
        reason: String,
        /// Its number.
        no: String,
        /// Its id.
        case: CaseId,
    },
    /// 协商 decided.
    ConsultDecided {
        /// Which offer.
        offer: LegId,
        /// What.
        decision: Decision,
        /// The holder count after it.
        epoch: u32,
        /// Whether this side recorded it.
        here: bool,
        /// The peer's number, where the peer recorded it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        no: String,
        /// The peer's id, where the peer recorded it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<CaseId>,
        /// Why.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// 提请审定
    ArbitrationAsked {
        /// Whether this side asked.
        here: bool,
        /// Why.
        reason: String,
    },
    /// 审定 between platforms.
    Arbitrated {
        /// Who must take it.
        to: Taker,
        /// The holder count after it.
        epoch: u32,
        /// Whether this side decided.
        here: bool,
        /// By what rule.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        basis: String,
        /// Why.
        reason: String,
    },
    /// The peer took what this side's arbiter bound to it; until then this side held it (law 2).
    PeerBound {
        /// The holder count of the decision.
        epoch: u32,
        /// Its number.
        no: String,
        /// Its id.
        case: CaseId,
    },
    /// Something happened to the twin.
    PeerNoted {
        /// What.
        entry: Entry,
        /// The peer's result, if that is what happened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<GivenResult>,
        /// Whether the twin is closed now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        closed: Option<bool>,
    },
    /// 预警
    DeadlineNeared {
        /// Which.
        deadline: DeadlineId,
    },
    /// 逾期
    DeadlineMissed {
        /// Which.
        deadline: DeadlineId,
    },
    /// 计时开始: a clock that the catalogue starts apart from a dispatch: the desk's own from the
    /// reception, the follow-up's from the review.
    ClockStarted {
        /// Which.
        deadline: Deadline,
    },
    /// 逐级督促: a step of a deadline's ladder was taken.
    Escalated(Escalation),
    /// 重新计时: deadlines that still ran were counted anew.
    Recounted {
        /// The deadlines as they are now; each keeps when it was due at first.
        deadlines: Vec<Deadline>,
        /// Why.
        reason: String,
    },
    /// Personal data beside the log is gone.
    Redacted {
        /// By what rule.
        reason: String,
    },
    /// 督办: a rung of the ladder was opened about this case (R82).
    Supervised(Supervised),
    /// The addressee answered, or a meeting about it was held.
    SupervisionAnswered {
        /// The measure.
        measure: MeasureId,
        /// Its printed number.
        no: String,
        /// In its words.
        text: String,
    },
    /// It was not answered in time.
    SupervisionMissed {
        /// The measure.
        measure: MeasureId,
        /// Its printed number.
        no: String,
    },
    /// The answer was taken or sent back.
    SupervisionDecided {
        /// The measure.
        measure: MeasureId,
        /// Its printed number.
        no: String,
        /// Taken or not.
        accepted: bool,
        /// Why.
        reason: String,
    },
    /// 销号 or 撤销: it is over.
    SupervisionEnded {
        /// The measure.
        measure: MeasureId,
        /// Its printed number.
        no: String,
        /// Taken back instead of closed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        withdrawn: bool,
        /// What came of it, or why it was taken back.
        note: String,
    },
    /// 跟踪督办: the case is watched until its end (R119).
    Flagged(Watched),
    /// It is watched no more.
    Unflagged(Watched),
    /// 通话: a fact of a telephone call about it.
    CallNoted(CallNoted),
    /// 短信: a fact of a short message about it.
    MessageNoted(MessageNoted),
}
