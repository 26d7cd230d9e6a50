//! The folded state of a case.

use super::event::{Classification, DangerSign, PlaceLevel, Rated};
use super::holder::Holder;
use super::leg::{Ask, HandOver, HandOverMode, HandOverState, Leg, LegRole, LegState};
use super::outcome::{Outcome, Solved};
use super::scene::{Awaiting, Disputed, Instruction};
use crate::clock::{Deadline, Millis};
use crate::desk::{Channel, Desk};
use crate::followup::Asking;
use crate::id::{CaseId, LegId, LinkId, MeasureId, UnitId};
use crate::supervision::{MeasureState, Rung, WatchFlag};
use serde::{Deserialize, Serialize};

/// How two cases have to do with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// 关联
    Related,
    /// 并入
    Merged,
    /// 回流: the earlier case this one is the return of, or the later one (R38).
    Backflow,
    /// The police part made for the danger in the other, or the other way round.
    Danger,
}

/// A sign of danger on the case and what became of it. Kept either way (law 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Danger {
    /// The sign.
    #[serde(flatten)]
    pub sign: DangerSign,
    /// Why it was called false, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<String>,
}

/// The same case on the other platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// The link to it.
    pub link: LinkId,
    /// Its id there, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Its printed number there, once known.
    #[serde(default)]
    pub no: String,
    /// Whether it is closed there.
    #[serde(default)]
    pub closed: bool,
    /// Each side has a part of its own: a parallel hand-over (law 2).
    #[serde(default)]
    pub parallel: bool,
}

/// A result as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenResult {
    /// The unit that gave it, by its name where it was given.
    pub unit: String,
    /// When.
    pub at: Millis,
    /// What the citizen is told.
    pub public_reply: String,
    /// Solved or not.
    pub solved: Solved,
}

/// What a case is doing, in one word for lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 待处理: the desk that received it has not decided yet.
    Taken,
    /// 待受理: a peer offers it and has not been answered.
    Incoming,
    /// 转办中: offered or bound to the peer, not answered.
    Offered,
    /// 待签收
    Dispatched,
    /// 办理中
    Handling,
    /// 挂起
    Suspended,
    /// 待审核/待结案: every unit has given its result.
    Resulted,
    /// 对端办理中: the peer answers for it.
    Elsewhere,
    /// 已结案
    Closed,
}

impl Status {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Incoming => "incoming",
            Self::Offered => "offered",
            Self::Dispatched => "dispatched",
            Self::Handling => "handling",
            Self::Suspended => "suspended",
            Self::Resulted => "resulted",
            Self::Elsewhere => "elsewhere",
            Self::Closed => "closed",
        }
    }
}

/// What waits for the desk lead, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A danger nobody has dispatched for or dismissed.
    Danger,
    /// A crew reported from the scene what needs an instruction (R127).
    Scene,
    /// The platforms do not agree and the arbiter sits here.
    Arbitration,
    /// A hand-over from the peer waits for an answer.
    Incoming,
    /// Our offer was not answered in time.
    TimedOut,
    /// Our offer was refused and nothing was decided since.
    Refused,
    /// No row of the list matches (R108).
    Unowned,
    /// Units cannot agree who takes in, pays or acts (R31).
    Dispute,
    /// A unit wants to be rid of it.
    Return,
    /// A unit wants more time.
    Extension,
    /// A result waits for review.
    Review,
    /// Received and not decided.
    Undecided,
}

impl Task {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Scene => "scene",
            Self::Arbitration => "arbitration",
            Self::Incoming => "incoming",
            Self::TimedOut => "timed_out",
            Self::Refused => "refused",
            Self::Unowned => "unowned",
            Self::Dispute => "dispute",
            Self::Return => "return",
            Self::Extension => "extension",
            Self::Review => "review",
            Self::Undecided => "undecided",
        }
    }
}

/// A case as its events make it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// How many events made it.
    pub version: i64,
    /// Printed number.
    pub no: String,
    /// The desk of this platform.
    pub desk: Desk,
    /// First receiver on this platform (R64).
    pub first_receiver: UnitId,
    /// The desk unit: where offers are accepted and returns come back to.
    pub desk_unit: UnitId,
    /// Who answers for it.
    pub holder: Holder,
    /// Since when.
    pub held_since: Millis,
    /// How often the holder changed between the platforms: what both sides order by.
    pub epoch: u32,
    /// How it arrived.
    pub channel: Channel,
    /// SFBM.
    pub confidential: bool,
    /// District code.
    pub district: String,
    /// How surely its place is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub located: Option<PlaceLevel>,
    /// When it was received.
    pub opened_at: Millis,
    /// When something last happened.
    pub updated_at: Millis,
    /// What triage first made of it; never overwritten (law 8).
    pub first: Option<Classification>,
    /// What it is taken to be now.
    pub classification: Classification,
    /// Signs of danger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub danger: Vec<Danger>,
    /// The case made for the danger in this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub police_case: Option<CaseId>,
    /// How the contact ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Assignments to units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legs: Vec<Leg>,
    /// Hand-overs to and from the peer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hand_overs: Vec<HandOver>,
    /// What the last offer received said, while it can still be answered or quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<Twin>,
    /// Whether this platform received the matter before the other did.
    pub first_here: bool,
    /// Clocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deadlines: Vec<Deadline>,
    /// Returns accepted from units so far.
    #[serde(default)]
    pub returns: u8,
    /// Returns between the platforms so far.
    #[serde(default)]
    pub crossings_back: u8,
    /// Whether arbitration between the platforms was asked and not decided.
    #[serde(default)]
    pub arbitration: bool,
    /// Whether a binding decision settled which platform has it.
    #[serde(default)]
    pub bound: bool,
    /// Whether this side's arbiter bound it to the peer, which has not confirmed yet. What this
    /// side held when it was decided it holds until then (law 2).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub awaits_bound: bool,
    /// This side's last result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<GivenResult>,
    /// The peer's last result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer_result: Option<GivenResult>,
    /// Whether the result passed review.
    #[serde(default)]
    pub reviewed: bool,
    /// Follow-up calls made.
    #[serde(default)]
    pub follow_ups: u8,
    /// 催办 count.
    #[serde(default)]
    pub urged: u8,
    /// How many files were added here.
    #[serde(default, skip_serializing_if = "none_yet")]
    pub attachments: u16,
    /// What the caller last said of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rated>,
    /// Whether a doubtful rating counts, once somebody has looked at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating_checked: Option<bool>,
    /// What was asked of the caller about the answer as it stands.
    #[serde(default, skip_serializing_if = "Asking::is_new")]
    pub asking: Asking,
    /// Links to other cases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<(CaseId, Relation)>,
    /// The case this is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<CaseId>,
    /// Parts that are still open: they block closing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_children: Vec<CaseId>,
    /// Parts that are closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed_children: Vec<CaseId>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Millis>,
    /// The rungs of supervision it has been through, in the order they were opened (R82).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supervision: Vec<Standing>,
    /// Why it is watched until its end (R119).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<WatchFlag>,
    /// A report from the scene that waits for the desk's instruction (R127).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaiting: Option<Awaiting>,
    /// The last instruction of each assignment that got one (R127).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instructions: Vec<Instruction>,
    /// What units could not agree about (R31).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<Disputed>,
}

/// A measure of supervision as the case remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The measure.
    pub measure: MeasureId,
    /// Its printed number.
    pub no: String,
    /// Which rung.
    pub rung: Rung,
    /// Whom it is addressed to.
    pub unit: UnitId,
    /// When it was opened.
    pub at: Millis,
    /// By when it was to be answered first.
    pub due: Millis,
    /// Why, quoted.
    pub reason: String,
    /// Whether a time of it passed without an answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub missed: bool,
    /// Where it stands.
    pub state: MeasureState,
}

/// Serde asks with a reference.
const fn none_yet(count: &u16) -> bool {
    *count == 0
}

impl Case {
    /// The result the caller is told: this side's once it passed review or the case is closed, or
    /// the peer's.
    #[must_use]
    pub fn told_result(&self) -> Option<&GivenResult> {
        self.result
            .as_ref()
            .filter(|_| self.reviewed || self.closed_at.is_some())
            .or(self.peer_result.as_ref())
    }

    /// What the caller says of the answer, as far as it counts: a doubtful rating does not until
    /// somebody has looked at it.
    #[must_use]
    pub fn counted_rating(&self) -> Option<&Rated> {
        self.rating
            .as_ref()
            .filter(|rated| rated.flags.is_empty() || self.rating_checked == Some(true))
    }

    /// Whether that unit did some of the work: its people do not ask the caller about it.
    #[must_use]
    pub fn did_work(&self, unit: &UnitId) -> bool {
        self.legs.iter().any(|leg| {
            &leg.unit == unit && !matches!(leg.state, LegState::Withdrawn | LegState::Returned)
        })
    }

    /// The assignment of that id.
    #[must_use]
    pub fn leg(&self, id: &LegId) -> Option<&Leg> {
        self.legs.iter().find(|leg| &leg.id == id)
    }

    /// The lead assignment that still stands, if any.
    #[must_use]
    pub fn lead(&self) -> Option<&Leg> {
        self.legs.iter().rev().find(|leg| {
            leg.role == LegRole::Lead && (leg.state.is_open() || leg.state == LegState::Done)
        })
    }

    /// The hand-over of that id.
    #[must_use]
    pub fn hand_over(&self, id: &LegId) -> Option<&HandOver> {
        self.hand_overs.iter().find(|h| &h.id == id)
    }

    /// The offer of ours whose answer may still come.
    #[must_use]
    pub fn sent_in_the_air(&self) -> Option<&HandOver> {
        self.hand_overs
            .iter()
            .find(|h| h.sent && h.state.in_the_air())
    }

    /// The peer's offer that waits for our answer.
    #[must_use]
    pub fn incoming(&self) -> Option<&HandOver> {
        self.hand_overs
            .iter()
            .find(|h| !h.sent && h.state == HandOverState::Offered)
    }

    /// The oldest dispute that nobody decided (R31).
    #[must_use]
    pub fn open_dispute(&self) -> Option<&Disputed> {
        self.disputes.iter().find(|known| known.settled.is_none())
    }

    /// Signs of danger nobody dismissed.
    pub fn live_danger(&self) -> impl Iterator<Item = &DangerSign> {
        self.danger
            .iter()
            .filter(|d| d.dismissed.is_none())
            .map(|d| &d.sign)
    }

    /// Whether nobody dismissed some sign of danger.
    #[must_use]
    pub fn is_dangerous(&self) -> bool {
        self.live_danger().next().is_some()
    }

    /// Whether no row of the list matches and nobody has decided (R108).
    #[must_use]
    pub fn is_unowned(&self) -> bool {
        self.classification.matter.is_none() && self.outcome.is_none() && self.closed_at.is_none()
    }

    /// What it is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.closed_at.is_some() {
            return Status::Closed;
        }
        if self.incoming().is_some() {
            return Status::Incoming;
        }
        let parallel = self
            .sent_in_the_air()
            .is_some_and(|h| h.mode == HandOverMode::Parallel);
        if self.sent_in_the_air().is_some() && (self.legs.is_empty() || !parallel) {
            return Status::Offered;
        }
        if matches!(self.holder, Holder::Peer { .. }) {
            return Status::Elsewhere;
        }
        let open: Vec<&Leg> = self.legs.iter().filter(|leg| leg.state.is_open()).collect();
        if open.is_empty() && self.awaits_bound {
            return Status::Offered;
        }
        if open.is_empty() {
            // What an assisting unit did is no result of the matter.
            let result = |leg: &Leg| leg.state == LegState::Done && leg.role != LegRole::Assist;
            return if self.legs.iter().any(result) {
                Status::Resulted
            } else {
                Status::Taken
            };
        }
        if open.iter().all(|leg| leg.state == LegState::Suspended) {
            return Status::Suspended;
        }
        let lead = open
            .iter()
            .find(|leg| leg.role == LegRole::Lead)
            .or(open.first());
        match lead.map(|leg| leg.state) {
            Some(LegState::Dispatched) => Status::Dispatched,
            _ => Status::Handling,
        }
    }

    /// Since when that waits for the desk lead, as far as the case remembers it; where it does
    /// not, since when whoever answers for the case has held it.
    #[must_use]
    pub fn waits_since(&self, task: Task) -> Millis {
        let asked = |extension: bool| {
            self.legs
                .iter()
                .filter_map(|leg| match &leg.ask {
                    Some(Ask::Extension { at, .. }) if extension => Some(*at),
                    Some(Ask::Return { at, .. }) if !extension => Some(*at),
                    _ => None,
                })
                .min()
        };
        let since = match task {
            Task::Incoming => self.incoming().map(|h| h.offered_at),
            Task::TimedOut => self.sent_in_the_air().map(|h| {
                let due = self
                    .deadlines
                    .iter()
                    .find(|d| d.leg.as_ref() == Some(&h.id));
                due.map_or(h.offered_at, |d| d.due)
            }),
            Task::Refused | Task::Arbitration => self
                .hand_overs
                .last()
                .map(|h| h.answered_at.unwrap_or(h.offered_at)),
            Task::Scene => self.awaiting.as_ref().map(|waits| waits.at),
            Task::Dispute => self.open_dispute().map(|dispute| dispute.at),
            Task::Return => asked(false),
            Task::Extension => asked(true),
            Task::Review => self.result.as_ref().map(|result| result.at),
            Task::Danger | Task::Unowned | Task::Undecided => None,
        };
        since.unwrap_or(self.held_since)
    }

    /// What waits for the desk lead.
    #[must_use]
    pub fn task(&self, arbiter_here: bool) -> Option<Task> {
        if self.closed_at.is_some() {
            return None;
        }
        let sent_for = self
            .legs
            .iter()
            .any(|leg| !matches!(leg.state, LegState::Withdrawn | LegState::Returned))
            || self.police_case.is_some()
            || self
                .hand_overs
                .iter()
                .any(|h| h.mode == HandOverMode::Parallel);
        let held_here = matches!(self.holder, Holder::Own { .. });
        if self.is_dangerous() && !sent_for && held_here {
            return Some(Task::Danger);
        }
        if self.awaiting.is_some() {
            return Some(Task::Scene);
        }
        if self.arbitration && arbiter_here {
            return Some(Task::Arbitration);
        }
        if self.incoming().is_some() {
            return Some(Task::Incoming);
        }
        if let Some(offer) = self.sent_in_the_air() {
            return (offer.state == HandOverState::TimedOut).then_some(Task::TimedOut);
        }
        if self.open_dispute().is_some() {
            return Some(Task::Dispute);
        }
        if self
            .legs
            .iter()
            .any(|leg| matches!(leg.ask, Some(Ask::Return { .. })))
        {
            return Some(Task::Return);
        }
        if self
            .legs
            .iter()
            .any(|leg| matches!(leg.ask, Some(Ask::Extension { .. })))
        {
            return Some(Task::Extension);
        }
        match self.status() {
            Status::Taken => {
                let refused = self
                    .hand_overs
                    .last()
                    .is_some_and(|h| h.sent && h.state == HandOverState::Refused);
                Some(if refused {
                    Task::Refused
                } else if self.is_unowned() {
                    Task::Unowned
                } else {
                    Task::Undecided
                })
            }
            Status::Resulted if !self.reviewed => Some(Task::Review),
            _ => None,
        }
    }
}
