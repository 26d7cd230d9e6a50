//! Shapes of the roster and of notices.

use crate::reach::channel::ChannelKind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A time from a moment to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpanView {
    /// From.
    pub from: i64,
    /// To, not included.
    pub to: i64,
}

/// Somebody on duty for a while.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ShiftView {
    /// 1 is told first.
    pub rank: u8,
    /// From.
    pub from: i64,
    /// To, not included.
    pub to: i64,
    /// Who, by id.
    pub person: String,
    /// Name.
    pub name: String,
    /// Stands in for somebody.
    pub stands_in: bool,
}

/// A unit's week.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UnitRoster {
    /// Code.
    pub unit: String,
    /// Name.
    pub name: String,
    /// Whether it serves now, by its hours.
    pub serves_now: bool,
    /// Whether the reader may change it.
    pub keeps: bool,
    /// Who is on now, the first to be told first.
    pub on_now: Vec<ShiftView>,
    /// The week's shifts.
    pub shifts: Vec<ShiftView>,
    /// When it serves and nobody is on, in the next 14 days.
    pub gaps: Vec<SpanView>,
    /// Whether it has named nobody to be reached: neither a contact nor a lead (R124).
    pub unnamed: bool,
}

/// A swap that was asked for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SwapView {
    /// Id.
    pub id: String,
    /// Unit.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// Rank of the shift.
    pub rank: u8,
    /// From.
    pub from: i64,
    /// To.
    pub to: i64,
    /// Whose shift it is.
    pub giver: String,
    /// Who is asked.
    pub taker: String,
    /// Why.
    pub reason: String,
    /// `asked`, `accepted`, `refused` or `withdrawn`.
    pub state: String,
    /// Whether the reader may decide on it.
    pub decides: bool,
}

/// The roster of a week.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RosterView {
    /// The seven days, the first moment of each.
    pub days: Vec<i64>,
    /// Units, the desk first.
    pub units: Vec<UnitRoster>,
    /// Swaps of shifts that are not over.
    pub swaps: Vec<SwapView>,
    /// Whether the reader may call the roster on trial.
    pub tests: bool,
}

/// Which week.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct RosterQuery {
    /// First day as `2026-11-23`; this week's Monday without.
    pub from: String,
}

/// Somebody a unit names.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DutyPersonView {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Login of the account at the console; empty without.
    pub login: String,
    /// Mobile number, masked for who may not change it.
    pub mobile: String,
    /// E-mail address, likewise.
    pub email: String,
    /// `member`, `contact` or `lead`.
    pub role: String,
}

/// A shift that comes again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PatternView {
    /// Id.
    pub id: String,
    /// 1 is told first.
    pub rank: u8,
    /// `08:00`.
    pub from: String,
    /// `20:00`; not after `from` means on the next day.
    pub to: String,
    /// `all`, `working` or `off`.
    pub days: String,
    /// Who takes turns, by id.
    pub people: Vec<String>,
    /// Days until the next one's turn.
    pub step: u16,
    /// First day.
    pub starts: String,
    /// Last day; empty while it goes on.
    pub ends: String,
}

/// A single shift as it was written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DutyDayView {
    /// Id.
    pub id: String,
    /// 1 is told first.
    pub rank: u8,
    /// From.
    pub from: i64,
    /// To.
    pub to: i64,
    /// Who, by id.
    pub person: String,
    /// `day`, `override`, `swap` or `import`.
    pub kind: String,
    /// Why.
    pub reason: String,
}

/// A unit's roster as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UnitDuty {
    /// Code.
    pub unit: String,
    /// Name.
    pub name: String,
    /// Whether the reader may change it.
    pub keeps: bool,
    /// The people it names.
    pub people: Vec<DutyPersonView>,
    /// Shifts that come again.
    pub patterns: Vec<PatternView>,
    /// Single ones that are not over.
    pub days: Vec<DutyDayView>,
    /// Order sheets: `none`, `email` or `print`.
    pub sheet: String,
    /// Address for order sheets.
    pub sheet_email: String,
    /// Address for machines; its server alone for who may not set it.
    pub webhook: String,
    /// Address of its calendar; empty for who may not change the roster.
    pub feed: String,
}

/// A change of a unit's roster.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum RosterOrder {
    /// Names somebody, or changes who was named.
    Person {
        /// Whom to change; a new one without.
        #[serde(default)]
        id: Option<String>,
        /// Name.
        name: String,
        /// Login of an account of this unit.
        #[serde(default)]
        login: String,
        /// Mobile number.
        #[serde(default)]
        mobile: String,
        /// E-mail address.
        #[serde(default)]
        email: String,
        /// `member`, `contact` or `lead`.
        role: String,
    },
    /// Somebody left.
    PersonGone {
        /// Who.
        id: String,
    },
    /// Sets a shift that comes again.
    Pattern {
        /// Which to change; a new one without.
        #[serde(default)]
        id: Option<String>,
        /// 1 is told first.
        rank: u8,
        /// `08:00`.
        from: String,
        /// `20:00`.
        to: String,
        /// `all`, `working` or `off`.
        days: String,
        /// Who takes turns.
        people: Vec<String>,
        /// Days until the next one's turn.
        step: u16,
        /// First day.
        starts: String,
        /// Last day.
        #[serde(default)]
        ends: String,
    },
    /// Removes one.
    PatternGone {
        /// Which.
        id: String,
    },
    /// A single shift, or somebody standing in.
    Day {
        /// 1 is told first.
        rank: u8,
        /// From.
        from: i64,
        /// To.
        to: i64,
        /// Who.
        person: String,
        /// Takes the place of whoever else would be on.
        #[serde(default)]
        stands_in: bool,
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// Removes one.
    DayGone {
        /// Which.
        id: String,
    },
    /// Asks somebody to take a shift.
    AskSwap {
        /// Rank of the shift.
        rank: u8,
        /// From.
        from: i64,
        /// To.
        to: i64,
        /// Whose shift it is.
        giver: String,
        /// Who is asked.
        taker: String,
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// Decides on a swap.
    DecideSwap {
        /// Which.
        id: String,
        /// `accepted`, `refused` or `withdrawn`.
        decision: String,
    },
    /// Says how the unit is reached besides its people.
    Way {
        /// `none`, `email` or `print`.
        sheet: String,
        /// Address for order sheets.
        #[serde(default)]
        email: String,
        /// Address for machines; only the system administrator sets another.
        #[serde(default)]
        webhook: String,
    },
    /// Makes the calendar's address anew; the old one is worthless then.
    NewFeed {},
}

/// What came of a change of a roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RosterChanged {
    /// The unit.
    pub unit: String,
    /// What was made or changed, by its id.
    pub id: String,
}

/// A file of shifts: `day,from,to,rank,name,mobile,email`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RosterFile {
    /// The text.
    pub text: String,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RosterImported {
    /// Shifts taken.
    pub shifts: u32,
    /// People named for the first time.
    pub people: u32,
}

/// Calls the roster on trial.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyTestOrder {
    /// Units; all without.
    #[serde(default)]
    pub units: Vec<String>,
    /// Minutes within which an answer is in time, 1 to 120.
    pub minutes: u32,
}

/// What one person did when the roster was called on trial.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DutyTestLine {
    /// Unit.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// Who; empty where nobody was on duty.
    pub name: String,
    /// By which channels.
    pub channels: Vec<String>,
    /// When it was answered.
    pub answered_at: Option<i64>,
    /// By whom and how, in words.
    pub answered_by: String,
    /// `in_time`, `late`, `waiting`, `silent` or `nobody`.
    pub result: String,
}

/// A test call with its results.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DutyTestView {
    /// Id.
    pub id: String,
    /// When.
    pub at: i64,
    /// Until when an answer was in time.
    pub until: i64,
    /// By whom.
    pub by: String,
    /// One line a person.
    pub lines: Vec<DutyTestLine>,
}

/// Which notices.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct NoticeQuery {
    /// `mine`, `unit`, `failed`, `unanswered`, `held` or `print`; `mine` without.
    #[serde(rename = "box")]
    #[param(rename = "box", example = "mine")]
    pub which: String,
    /// Behind this one: the `next` of the page before.
    pub after: String,
    /// Notices at most, 1 to 200; 50 without.
    pub limit: Option<i64>,
}

/// A notice in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NoticeView {
    /// Id.
    pub id: String,
    /// What happened.
    pub kind: String,
    /// The words as they were sent.
    pub text: String,
    /// The case, if it is of one.
    pub case_id: Option<String>,
    /// Its number.
    pub case_no: String,
    /// The unit it is about.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// It does not wait for opening hours.
    pub urgent: bool,
    /// `running`, `held`, `acknowledged`, `done`, `exhausted` or `void`.
    pub state: String,
    /// When it was made.
    pub at: i64,
    /// When the next step comes, or a held one is sent.
    pub next_at: Option<i64>,
    /// When somebody answered for it, or it ended.
    pub closed_at: Option<i64>,
    /// Who.
    pub closed_by: String,
    /// `console`, `link`, `phone`, `behalf`, `signed`, `ended` or `told`.
    pub closed_how: String,
    /// Rule and version.
    pub rule: String,
    /// Whether somebody has to answer for it.
    pub asks: bool,
    /// When the reader saw it; of the reader's own notices.
    pub seen_at: Option<i64>,
    /// The delivery it was found by, if it was by one.
    pub delivery: Option<DeliveryView>,
}

/// A page of notices.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NoticePage {
    /// The latest first.
    pub items: Vec<NoticeView>,
    /// `after` of the next page; null at the end.
    pub next: Option<String>,
    /// How many of the reader's own were not seen.
    pub unseen: i64,
}

/// One person, one channel.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DeliveryView {
    /// Id.
    pub id: String,
    /// The step of the ladder, from 0.
    pub step: i64,
    /// Who.
    pub name: String,
    /// `console`, `email`, `sms`, `webhook`, `phone`, `paper` or `none`.
    pub channel: String,
    /// Address, masked.
    pub shown: String,
    /// `waiting`, `sending`, `sent`, `delivered`, `dead`, `passed` (the next channel at once), `nobody` or `void`.
    pub state: String,
    /// What came of it.
    pub outcome: String,
    /// Tries begun.
    pub tries: i64,
    /// When it is tried next.
    pub next_at: Option<i64>,
    /// When it was seen at the console.
    pub seen_at: Option<i64>,
    /// Proof as the other side gave it.
    #[schema(value_type = Object)]
    pub proof: serde_json::Value,
    /// Every try.
    pub attempts: Vec<AttemptView>,
}

/// One try (R15).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AttemptView {
    /// Which, from 1.
    pub n: i64,
    /// When it began.
    pub at: i64,
    /// When it ended; none where nobody saw the end.
    pub done_at: Option<i64>,
    /// What came of it.
    pub outcome: String,
    /// What the other side said.
    pub detail: String,
}

/// A notice whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NoticeDetail {
    /// The notice.
    pub notice: NoticeView,
    /// Who was told, in order.
    pub deliveries: Vec<DeliveryView>,
    /// Whether the reader may answer for it.
    pub answers: bool,
    /// Whether the reader may note that somebody answered by telephone.
    pub on_behalf: bool,
    /// Whether the reader may send again and release.
    pub mends: bool,
    /// Whether there is an order sheet of it.
    pub sheet: bool,
}

/// What somebody does about a notice.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum NoticeOrder {
    /// Seen.
    Seen {},
    /// I answer for it.
    Acknowledge {},
    /// Somebody answers for it, as heard on the telephone.
    AcknowledgeFor {
        /// Who.
        name: String,
    },
    /// A dead delivery is tried again.
    Resend {
        /// Which.
        delivery: String,
    },
    /// A held notice is sent now.
    Release {},
}

/// How many notices were seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticesSeen {
    /// So many.
    pub seen: u64,
}

/// A setting as it may be shown.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChannelSetting {
    /// Name.
    pub name: String,
    /// Value, no secret.
    pub value: String,
}

/// What came of a channel in the last 24 hours.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChannelOutcome {
    /// What.
    pub outcome: String,
    /// How often.
    pub count: i64,
    /// When last.
    pub last_at: i64,
}

/// A channel of this site.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChannelView {
    /// Which.
    pub channel: ChannelKind,
    /// How it is set up.
    pub settings: Vec<ChannelSetting>,
    /// What came of it in the last 24 hours.
    pub outcomes: Vec<ChannelOutcome>,
    /// Whether a test message can be sent.
    pub tests: bool,
}

/// The channels and the rules.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChannelsView {
    /// Channels that are set up; others are absent.
    pub channels: Vec<ChannelView>,
    /// Version of the notice rules.
    pub rules: String,
    /// How people outside reach this platform; empty without.
    pub public_url: String,
    /// Notices of which nothing could be delivered.
    pub dead: i64,
}

/// A test message.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelTest {
    /// Number or address.
    pub to: String,
}

/// What came of a test message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelTested {
    /// Whether it was taken.
    pub taken: bool,
    /// Stable key of what happened.
    pub outcome: String,
    /// What the other side said.
    pub detail: String,
}
