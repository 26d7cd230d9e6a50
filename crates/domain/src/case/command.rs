//! What people, peers and time may ask of a case.

use super::event::{
    Attached, CallNoted, Classification, DangerSign, Entry, MessageNoted, OfferBody,
};
use super::leg::HandOverMode;
use super::outcome::{Decision, Solved, Taker};
use super::scene::{DisputeAbout, Scene};
use super::state::{GivenResult, Relation};
use crate::clock::{Limits, Millis, Span};
use crate::followup::{AfterCall, RatingFlag, Reasons};
use crate::id::{CaseId, DeadlineId, LegId, LinkId, MeasureId, UnitId};
use crate::supervision::{LadderStep, Rung, WatchFlag};
use serde::{Deserialize, Serialize};

/// A command to an existing case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "command", deny_unknown_fields)]
pub enum Command {
    /// Correct what triage made of it; the first classification stays beside it (law 8).
    Classify {
        /// What it is now taken to be.
        to: Classification,
        /// Why.
        reason: String,
    },
    /// The caller or somebody else says more 补充; the words lie beside the log.
    AddDetail {
        /// Salted digest of the words.
        digest: String,
        /// What triage found dangerous in them.
        #[serde(default)]
        danger: Vec<DangerSign>,
        /// Triage's version of the danger rules.
        #[serde(default)]
        danger_version: String,
    },
    /// A sign of danger was a false alarm; it is kept with the reason.
    DismissDanger {
        /// Which rule.
        rule: String,
        /// Why it is none.
        reason: String,
    },
    /// 当场答复
    Answer {
        /// What was answered.
        text: String,
    },
    /// 告知
    Inform {
        /// What the caller was told.
        text: String,
    },
    /// 不予受理
    NotAccept {
        /// Why.
        reason: String,
        /// By which rule.
        basis: String,
        /// Where the caller may turn.
        guidance: String,
    },
    /// 告知自行拨打
    TellToDial {
        /// The number told.
        number: String,
    },
    /// 骚扰
    MarkNuisance {
        /// What makes it one.
        reason: String,
    },
    /// The caller takes it back.
    Cancel {
        /// Why.
        reason: String,
    },
    /// Join this contact into an open case.
    MergeInto {
        /// The case that goes on.
        into: CaseId,
    },
    /// Another case was joined into this one (sent by the app together with `MergeInto`).
    TakeMerged {
        /// The case that was joined.
        from: CaseId,
    },
    /// 派单
    Dispatch {
        /// Who leads; none keeps the lead that is there and adds the others.
        lead: Option<UnitId>,
        /// Who assists.
        #[serde(default)]
        assist: Vec<UnitId>,
        /// Who is sent ahead.
        #[serde(default)]
        first_response: Vec<UnitId>,
        /// Within what time, each from now.
        #[serde(default)]
        limits: Limits,
        /// The rule that sends it there, as it can be quoted.
        #[serde(default)]
        basis: String,
        /// What to mind.
        #[serde(default)]
        note: String,
    },
    /// Take an assignment back before the unit has signed.
    Withdraw {
        /// Which.
        leg: LegId,
        /// Why.
        reason: String,
    },
    /// 签收
    Sign {
        /// Which assignment.
        leg: LegId,
    },
    /// 联系诉求人: every try is a fact (R15, R86).
    Contact {
        /// Which assignment.
        leg: LegId,
        /// Whether the caller was reached.
        reached: bool,
        /// What was said, or why not reached.
        note: String,
    },
    /// 出警/出动 (R126).
    Depart {
        /// Which assignment.
        leg: LegId,
        /// A word with it, such as when it was pressed where no line was.
        #[serde(default)]
        note: String,
    },
    /// 到达 (R126).
    Arrive {
        /// Which assignment.
        leg: LegId,
        /// A word with it, such as when it was pressed where no line was.
        #[serde(default)]
        note: String,
    },
    /// 反馈: how it stands.
    Report {
        /// Which assignment.
        leg: LegId,
        /// How it stands.
        text: String,
        /// What the crew found, where it reports from the scene (R127).
        #[serde(default)]
        scene: Option<Scene>,
    },
    /// 指令: tell a unit at work what to do next (R127).
    Instruct {
        /// Which assignment.
        leg: LegId,
        /// What to do.
        text: String,
    },
    /// 争议: units cannot agree who takes somebody in, pays or acts (R31).
    Dispute {
        /// The assignment it came up in.
        leg: LegId,
        /// About what.
        about: DisputeAbout,
        /// The unit that declines, if one does.
        #[serde(default)]
        against: Option<UnitId>,
        /// What each side says.
        text: String,
    },
    /// 裁定: decide a dispute; it binds (R31).
    SettleDispute {
        /// Which of the case.
        dispute: u8,
        /// Who takes in, pays or acts.
        unit: UnitId,
        /// By what rule.
        basis: String,
        /// Why, and how.
        reason: String,
    },
    /// 挂起
    Suspend {
        /// Which assignment.
        leg: LegId,
        /// What it waits for.
        reason: String,
        /// The ground of the clock catalogue it falls under; empty where that names none.
        #[serde(default)]
        ground: String,
    },
    /// Go on after a suspension.
    Resume {
        /// Which assignment.
        leg: LegId,
    },
    /// 延期申请
    AskExtension {
        /// Which assignment.
        leg: LegId,
        /// How much longer.
        by: Span,
        /// Why.
        reason: String,
    },
    /// 延期审批
    DecideExtension {
        /// Which assignment.
        leg: LegId,
        /// Yes or no.
        granted: bool,
        /// Why.
        reason: String,
    },
    /// 退单申请: in writing, limited in count and time.
    AskReturn {
        /// Which assignment.
        leg: LegId,
        /// Why it is not this unit's.
        reason: String,
    },
    /// 退单审核
    DecideReturn {
        /// Which assignment.
        leg: LegId,
        /// Whether it comes back.
        accepted: bool,
        /// Why.
        reason: String,
    },
    /// 审定: a binding assignment that cannot be returned (R106).
    Assign {
        /// Who must take it.
        unit: UnitId,
        /// By what rule.
        basis: String,
        /// Why.
        reason: String,
        /// Within what time, each from now.
        #[serde(default)]
        limits: Limits,
    },
    /// 办结
    GiveResult {
        /// Which assignment.
        leg: LegId,
        /// What was done, for the desks.
        text: String,
        /// What the citizen is told; a separate text.
        public_reply: String,
        /// Whether it is solved.
        solved: Solved,
    },
    /// 审核
    Review {
        /// Whether the result stands.
        passed: bool,
        /// Why not, or what was checked.
        reason: String,
    },
    /// 回访
    FollowUp {
        /// Whether the caller was reached.
        reached: bool,
        /// Whether the caller calls it solved.
        solved: Option<Solved>,
        /// 1 very dissatisfied … 5 very satisfied.
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
        reasons: Reasons,
        /// When the caller wants to be called instead 预约回访.
        #[serde(default)]
        booked_at: Option<Millis>,
        /// What is ordered at once after a bad call.
        #[serde(default)]
        then: Option<AfterCall>,
        /// When the next try is planned, by the site's rules (filled in by the app).
        #[serde(skip)]
        next_at: Option<Millis>,
    },
    /// A link to rate the answer by is given out (sent by the app, which knows its token).
    AskRating {
        /// Digest of the token.
        digest: String,
        /// Until when it may be used.
        until: Millis,
        /// Why by link.
        rule: String,
    },
    /// 评价核查: say whether a doubtful rating counts.
    CheckRating {
        /// Whether it does.
        counted: bool,
        /// Why.
        reason: String,
    },
    /// A file whose bytes are durable becomes part of the case (sent by the app).
    Attach {
        /// Which.
        file: Attached,
        /// How many files a case may have here.
        most: u16,
    },
    /// A fact of a telephone call about it (sent by the app, which has the call's record).
    NoteCall {
        /// Which.
        noted: Box<CallNoted>,
    },
    /// A fact of a short message about it (sent by the app, which has the message).
    NoteMessage {
        /// Which.
        noted: Box<MessageNoted>,
    },
    /// 群众评价, by the caller in person (sent by the app, which has seen the proof of it).
    Rate {
        /// Whether the unit got in touch.
        reached: bool,
        /// Solved or not.
        solved: Solved,
        /// The desk, 1 to 5.
        desk: u8,
        /// The unit, 1 to 5.
        unit: u8,
        /// Digest of the words with it, empty without.
        words: String,
        /// By the link that was given out for it.
        by_link: bool,
        /// What makes it doubtful.
        flags: Vec<RatingFlag>,
    },
    /// 结案
    Close {
        /// A last word.
        #[serde(default)]
        note: String,
    },
    /// 重启
    Reopen {
        /// Why.
        reason: String,
    },
    /// 催办
    Urge {
        /// What is urged.
        note: String,
    },
    /// 督办: open a rung of the ladder about this case (sent by the app with the measure).
    Supervise {
        /// The measure's id.
        measure: MeasureId,
        /// Its printed number.
        no: String,
        /// Which rung.
        rung: Rung,
        /// Whom it is addressed to.
        unit: UnitId,
        /// The rule that opens it; empty where a person does.
        rule: String,
        /// Why this rung, quoted.
        reason: String,
        /// Why the rung below is left out; empty where it is not.
        skipped: String,
        /// By when it must be answered.
        due: Millis,
    },
    /// A step of a measure about this case (sent by the app with the step).
    NoteSupervision {
        /// The measure.
        measure: MeasureId,
        /// What happened to it.
        step: LadderStep,
    },
    /// 跟踪督办: watch it until its end.
    Flag {
        /// As what.
        flag: WatchFlag,
        /// Why.
        reason: String,
    },
    /// Watch it no more.
    Unflag {
        /// As what.
        flag: WatchFlag,
        /// Why.
        reason: String,
    },
    /// A part of this case was made a case of its own (sent by the app with the child's intake).
    TakeChild {
        /// The child.
        child: CaseId,
    },
    /// This case is a part of another (sent by the app).
    TakeParent {
        /// The parent.
        parent: CaseId,
    },
    /// A child was closed (sent by the app).
    ChildClosed {
        /// The child.
        child: CaseId,
    },
    /// A child was reopened (sent by the app).
    ChildReopened {
        /// The child.
        child: CaseId,
    },
    /// Say that another case has to do with this one.
    Link {
        /// The other.
        other: CaseId,
        /// How.
        relation: Relation,
    },
    /// 转办
    HandOver {
        /// To whom.
        link: LinkId,
        /// Which way.
        mode: HandOverMode,
        /// What to mind.
        #[serde(default)]
        note: String,
    },
    /// Ask for a hand-over back that has not been answered.
    WithdrawOffer {
        /// Why.
        reason: String,
    },
    /// 受理 a hand-over from the peer.
    AcceptOffer {
        /// A word with it.
        #[serde(default)]
        note: String,
    },
    /// Refuse a hand-over from the peer, with reason.
    RefuseOffer {
        /// Why.
        reason: String,
    },
    /// Record what a consultation decided.
    Decide {
        /// What.
        decision: Decision,
        /// Why.
        #[serde(default)]
        note: String,
    },
    /// 退回 to the peer a matter that was taken from it.
    ReturnToPeer {
        /// Why, in writing.
        reason: String,
    },
    /// The two platforms do not agree: ask the arbiter 提请审定.
    AskArbitration {
        /// Why.
        reason: String,
    },
    /// 审定 between platforms: binding.
    Arbitrate {
        /// Who must take it.
        to: Taker,
        /// By what rule.
        basis: String,
        /// Why.
        reason: String,
    },
    /// Time has reached a step of a deadline (sent by the clock job).
    DeadlineReached {
        /// Which.
        deadline: DeadlineId,
    },
    /// The calendar was changed: count anew what still runs (sent by the app).
    Recount {
        /// Why.
        reason: String,
    },
    /// The peer says something about the twin (sent by the exchange).
    Peer {
        /// The link it came by.
        link: LinkId,
        /// What.
        fact: PeerFact,
    },
    /// Personal data beside the log was removed (sent by the app).
    Redact {
        /// By what rule.
        reason: String,
    },
}

/// What a peer says of the twin 对端单.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fact")]
pub enum PeerFact {
    /// It hands the matter over, or back.
    Offered(Box<OfferBody>),
    /// It accepted our offer.
    Accepted {
        /// Which offer.
        offer: LegId,
        /// The holder count after it.
        epoch: u32,
        /// Its number for the case.
        no: String,
        /// Its id for the case.
        case: CaseId,
    },
    /// It refused our offer.
    Refused {
        /// Which offer.
        offer: LegId,
        /// Why.
        reason: String,
        /// Its number for the case.
        no: String,
        /// Its id for the case.
        case: CaseId,
    },
    /// It wants its offer back.
    Withdrawn {
        /// Which offer.
        offer: LegId,
        /// Why.
        reason: String,
    },
    /// It confirms that our withdrawal came in time.
    WithdrawalConfirmed {
        /// Which offer.
        offer: LegId,
    },
    /// What a consultation decided, recorded on its side.
    Decided {
        /// Which offer.
        offer: LegId,
        /// What.
        decision: Decision,
        /// The holder count after it.
        epoch: u32,
        /// Its number for the case.
        no: String,
        /// Its id for the case.
        case: CaseId,
    },
    /// It asks for arbitration.
    ArbitrationAsked {
        /// Why.
        reason: String,
    },
    /// The arbiter on its side decided.
    Arbitrated {
        /// Who must take it.
        to: Taker,
        /// The holder count after it.
        epoch: u32,
        /// Why.
        reason: String,
    },
    /// Bound by our arbiter, it took the matter: now this side may let go of it (law 2).
    Bound {
        /// The holder count of the decision.
        epoch: u32,
        /// Its number for the case.
        no: String,
        /// Its id for the case.
        case: CaseId,
    },
    /// Something happened on its side that the shared timeline shows.
    Noted {
        /// What, as its event reads.
        entry: Entry,
        /// Its result, if that is what happened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<GivenResult>,
        /// Whether the twin is closed now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        closed: Option<bool>,
        /// Signs of danger it found: the matter is dangerous on both sides.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        danger: Vec<DangerSign>,
    },
}
