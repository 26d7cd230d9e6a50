//! What the follow-up desk shows.

use domain::followup::{Cause, Line};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A case on the list of who asks.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FollowItem {
    /// The case's id.
    pub case: String,
    /// Its printed number.
    pub no: String,
    /// What it is about.
    pub matter_name: String,
    /// The unit that did the work; empty for none.
    pub unit_name: String,
    /// How the contact arrived.
    pub channel: String,
    /// When it was closed.
    pub closed_at: i64,
    /// `first`, `second` or `bad_rating`.
    pub kind: String,
    /// The sampling rule that chose it (law 11).
    pub rule: String,
    /// Calls in a row that reached nobody.
    pub tries: i64,
    /// From when on it may be called.
    pub from_at: Option<i64>,
    /// The caller asked for that time.
    pub booked: bool,
    /// By when it must be called.
    pub due_at: Option<i64>,
    /// Until when it is the asker's own.
    pub mine_until: Option<i64>,
    /// Why the asker may not call: `own_work`, `same_person` or `called_by_other`.
    pub barred: Option<String>,
}

/// A rate with its parts (law 9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FollowRate {
    /// Which.
    pub name: String,
    /// Of so many.
    pub of: i64,
    /// So many.
    pub count: i64,
}

/// A named reason and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FollowReason {
    /// The reason.
    pub reason: String,
    /// How many.
    pub count: i64,
}

/// The follow-up desk.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FollowDesk {
    /// What the asker has taken.
    pub mine: Vec<FollowItem>,
    /// First calls that wait for anybody.
    pub waiting: Vec<FollowItem>,
    /// Calls the citizen asked for at a time, or that are tried again later.
    pub booked: Vec<FollowItem>,
    /// Second calls, after a bad first one.
    pub second: Vec<FollowItem>,
    /// Bad ratings: each is called back.
    pub bad: Vec<FollowItem>,
    /// Doubtful ratings to be looked at.
    pub flagged: Vec<FollowItem>,
    /// Results since midnight, each with its denominator.
    pub today: Vec<FollowRate>,
    /// Of the cases closed in the last 30 days: who was asked.
    pub sample: Vec<FollowRate>,
    /// Why citizens were not asked, in the same 30 days.
    pub not_asked: Vec<FollowReason>,
    /// The sampling rules that hold.
    pub rules: String,
}

/// One call or rating of before.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FollowAttempt {
    /// When.
    pub at: i64,
    /// `call` or `rating`.
    pub way: String,
    /// `first`, `second`, `bad_rating` or `rating`.
    pub kind: String,
    /// Who called.
    pub by: String,
    /// Reached.
    pub reached: bool,
    /// Solved, as the caller says; empty where not said.
    pub solved: String,
    /// 1 to 5 for the desk; 0 where not said.
    pub desk_mark: i64,
    /// 1 to 5 for the unit; 0 where not said.
    pub unit_mark: i64,
    /// The main reason; empty for none.
    pub cause: String,
    /// Whether it counts.
    pub counted: bool,
}

/// Everything needed for one call.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FollowSheet {
    /// The case on the list.
    pub item: FollowItem,
    /// `call`, `link`, `waits`, `done`, `unreached` or `none`.
    pub state: String,
    /// Version of the case, for the command.
    pub version: i64,
    /// What was answered.
    pub reply: Option<String>,
    /// What the caller had said, as this reader may see it.
    pub narrative: String,
    /// The number to call, as this reader may see it.
    pub number: String,
    /// Whether the mask can be lifted.
    pub may_unmask: bool,
    /// What is said, in order.
    #[schema(value_type = Vec<Object>)]
    pub script: Vec<Line>,
    /// What was said before.
    pub attempts: Vec<FollowAttempt>,
    /// Whether a unit did the work, so that it is asked about.
    pub with_unit: bool,
    /// Whether the unit can be told to do it again.
    pub may_redo: bool,
    /// Whether the case can be opened again.
    pub may_reopen: bool,
    /// A doubtful rating waits to be looked at: why it is doubtful.
    pub flags: Vec<String>,
    /// Until when the link that is out may be used.
    pub link_until: Option<i64>,
    /// The reasons that lie with who did the work: then it is done again.
    #[schema(value_type = Vec<String>)]
    pub subjective: Vec<Cause>,
}

/// The next case to call about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FollowNext {
    /// Nothing waits where it is absent.
    pub sheet: Option<FollowSheet>,
}

/// A link to be printed or read out; it is told once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RatingLinkView {
    /// The path of the page with the token, to be put behind the site's address.
    pub path: String,
    /// Until when it may be used.
    pub until: i64,
}

/// What a rating page shows.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RatingPage {
    /// The number of the case.
    pub no: String,
    /// What it was about.
    pub matter_name: String,
    /// What was answered, where it was answered in writing.
    pub reply: Option<String>,
    /// Whether a unit had a part in it and is rated apart.
    pub with_unit: bool,
}

/// What a citizen fills in on the rating page.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRating {
    /// The token.
    #[serde(default)]
    pub t: String,
    /// `yes` if the unit got in touch.
    #[serde(default)]
    pub reached: String,
    /// `solved`, `partly` or `unsolved`.
    #[serde(default)]
    pub solved: String,
    /// The desk, 1 to 5.
    #[serde(default)]
    pub desk: String,
    /// The unit, 1 to 5.
    #[serde(default)]
    pub unit: String,
    /// A word with it.
    #[serde(default)]
    pub words: String,
    /// `zh` or `en`.
    #[serde(default)]
    pub lang: String,
}

/// A version of the sampling rules.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FollowRulesVersion {
    /// Running number; 0 for what the program brings along.
    pub version: i64,
    /// What it calls itself.
    pub label: String,
    /// When it was made.
    pub made_at: i64,
    /// By whom.
    pub made_by: String,
    /// Why.
    pub reason: String,
}

/// The sampling rules.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FollowRules {
    /// The running number of what holds.
    pub version: i64,
    /// The text of what holds.
    pub text: String,
    /// Every version that was made.
    pub versions: Vec<FollowRulesVersion>,
    /// Whether the asker may make the next.
    pub may_change: bool,
}

/// The next version of the sampling rules.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFollowRules {
    /// The version it was made from.
    pub over: i64,
    /// The text.
    pub text: String,
    /// Why.
    pub reason: String,
}

/// An inspection or test call (R118).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct InspectionView {
    /// Its id.
    pub id: String,
    /// `census`, `sample`, `open` or `covert`.
    pub kind: String,
    /// `call`, `visit` or `record`.
    pub way: String,
    /// The unit's code.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// What is looked at.
    pub subject: String,
    /// For when.
    pub planned_at: i64,
    /// `planned`, `done` or `dropped`.
    pub state: String,
    /// `passed`, `faults` or `failed`; empty until done.
    pub result: String,
    /// What was found.
    pub finding: String,
    /// A case it made or looked at.
    pub case_no: String,
    /// By whom it was planned.
    pub made_by: String,
    /// When it was done.
    pub done_at: Option<i64>,
    /// By whom.
    pub done_by: String,
}

/// Inspections.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Inspections {
    /// The latest first.
    pub items: Vec<InspectionView>,
    /// Whether the asker may plan and end them.
    pub may_inspect: bool,
}

/// An inspection to be planned, or what came of one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "change", deny_unknown_fields)]
pub enum InspectionOrder {
    /// Plan one.
    Plan {
        /// `census` 普查, `sample` 抽查, `open` 明查 or `covert` 暗访.
        kind: String,
        /// `call` 拨测, `visit` 走访 or `record` 查档.
        way: String,
        /// The unit.
        unit: String,
        /// What is looked at, 2 to 500 characters.
        subject: String,
        /// For when.
        planned_at: i64,
    },
    /// Say what came of it.
    End {
        /// Which.
        id: String,
        /// `passed`, `faults` or `failed`.
        result: String,
        /// What was found, 2 to 2,000 characters.
        finding: String,
        /// A case it made or looked at.
        #[serde(default)]
        case_no: String,
    },
    /// It will not be done.
    Drop {
        /// Which.
        id: String,
        /// Why.
        reason: String,
    },
}
