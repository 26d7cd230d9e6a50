//! Supervision as it is shown.

use super::CaseBrief;
use crate::error::AppError;
use domain::supervision::{MeasureOrder, NewTask};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A rung to be opened by hand.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMeasure {
    /// `urge`, `order`, `meeting`, `interview`, `bulletin` or `accountability`.
    pub rung: String,
    /// Whom it is addressed to.
    pub unit: String,
    /// The cases it is about, by id or number; for a rung about a unit the cases that are its grounds.
    #[serde(default)]
    pub cases: Vec<String>,
    /// What is asked of the unit, 2 to 1,000 characters.
    pub asks: String,
    /// The document or rule it rests on, 2 to 1,000 characters.
    pub basis: String,
    /// Why this rung, 4 to 500 characters.
    pub reason: String,
    /// Why the rung below is left out, where it is; 4 to 500 characters.
    #[serde(default)]
    pub skipped: String,
    /// How long the addressee has: `4h`, `2d`, `5wd`.
    pub answer_within: String,
}

/// A measure in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MeasureBrief {
    /// Id.
    pub id: String,
    /// Printed number.
    pub no: String,
    /// How many steps made it; a step may name the one it was decided on.
    pub version: i64,
    /// Rung.
    pub rung: String,
    /// `issued`, `held`, `answered`, `accepted`, `closed` or `withdrawn`.
    pub state: String,
    /// Addressee.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// The first case.
    pub case: Option<String>,
    /// Its number.
    pub case_no: String,
    /// Its matter.
    pub matter_name: String,
    /// How many cases.
    pub cases: i64,
    /// The rule that opened it; empty where a person did.
    pub rule: String,
    /// Opened.
    pub opened_at: i64,
    /// By when the next thing is due of the addressee.
    pub due: Option<i64>,
    /// Whether a time of it passed without an answer.
    pub overdue: bool,
    /// Ended.
    pub ended_at: Option<i64>,
    /// Whether it is addressed to the reader's unit, or gave it a task.
    pub mine: bool,
}

/// The board of supervision.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SupervisionBoard {
    /// What runs, and what ended within thirty days.
    pub items: Vec<MeasureBrief>,
    /// Whether these are all, or those of the reader's unit.
    pub every: bool,
    /// Whether the reader may open and decide.
    pub may_supervise: bool,
}

/// A case of a measure.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MeasureCase {
    /// Id.
    pub id: String,
    /// Number.
    pub no: String,
    /// Matter.
    pub matter_name: String,
    /// First words, masked.
    pub summary: String,
    /// Closed.
    pub closed: bool,
}

/// What a meeting gave a unit to do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MeasureTaskView {
    /// Number within the meeting.
    pub n: i64,
    /// Whose.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// What.
    pub what: String,
    /// By when.
    pub due: i64,
    /// Done.
    pub done_at: Option<i64>,
    /// What was done.
    pub note: String,
    /// Whether the reader's unit has to do it.
    pub mine: bool,
}

/// A step of a measure.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MeasureHistory {
    /// Kind of step.
    pub kind: String,
    /// When.
    pub at: i64,
    /// Who; empty for a rule.
    pub by: String,
    /// Of which unit.
    pub unit_name: String,
    /// What was said with it.
    pub text: String,
}

/// A measure whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MeasureView {
    /// As in a list.
    #[serde(flatten)]
    pub brief: MeasureBrief,
    /// What is asked of the unit.
    pub asks: String,
    /// Why this rung: the book of rules and its version, or the document a person relied on.
    pub source: String,
    /// Why this rung: the rule's words, or the person's reason.
    pub words: String,
    /// Why the rung below was left out.
    pub skipped: String,
    /// What set the rule off.
    #[schema(value_type = Option<Object>)]
    pub trigger: Option<serde_json::Value>,
    /// The measure it grew out of.
    pub from: Option<String>,
    /// Its number.
    pub from_no: String,
    /// How long the addressee has for each answer.
    pub answer_within: String,
    /// The addressee's last answer.
    pub answer: String,
    /// The supervisor's last decision.
    pub decision: String,
    /// How often an answer was sent back.
    pub sent_back: i64,
    /// When the meeting was held.
    pub held_at: Option<i64>,
    /// Who sat there.
    pub present: String,
    /// 会议纪要
    pub minutes: String,
    /// What the meeting gave to do.
    pub tasks: Vec<MeasureTaskView>,
    /// What came of it in the end.
    pub effect: String,
    /// The cases.
    pub cases: Vec<MeasureCase>,
    /// Its steps in order.
    pub history: Vec<MeasureHistory>,
    /// The steps the reader may take now.
    pub allowed: Vec<String>,
}

/// A rung in the ladder of one case.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LadderView {
    /// The measure.
    pub measure: String,
    /// Its number.
    pub no: String,
    /// Rung.
    pub rung: String,
    /// Addressee.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// Where it stands.
    pub state: String,
    /// Opened.
    pub at: i64,
    /// First due.
    pub due: i64,
    /// Whether a time of it passed without an answer.
    pub missed: bool,
    /// Why, quoted.
    pub reason: String,
}

/// A rule of the book.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SupervisionRule {
    /// Id.
    pub id: String,
    /// Its words.
    pub words: String,
    /// What it rests on.
    pub basis: String,
    /// The rung it opens.
    pub open: String,
    /// How long it waits.
    pub after: String,
    /// How long the addressee has.
    pub answer_within: String,
    /// Why a rung is left out.
    pub skips: String,
}

/// The book of rules in force.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SupervisionRules {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// From how many hand-outs on a case is on the daily list.
    pub handed_out: i64,
    /// The rungs from the bottom.
    pub rungs: Vec<String>,
    /// The rules.
    pub rules: Vec<SupervisionRule>,
}

/// A line of the daily list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DailyLine {
    /// The case as it is now.
    pub case: CaseBrief,
    /// How often it had been handed out.
    pub times: i64,
    /// On how many lists before nobody ticked it.
    pub carried: i64,
    /// What was found.
    pub sentence: String,
    /// Ticked.
    pub ticked_at: Option<i64>,
    /// By whom.
    pub ticked_by: String,
}

/// A day's list of cases handed out many times and still open (R81).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DailyList {
    /// The day as `20261128`.
    pub day: String,
    /// Whether it is today's: only that can be ticked.
    pub today: bool,
    /// From how many hand-outs on.
    pub handed_out: i64,
    /// What was not ticked last time stands first.
    pub lines: Vec<DailyLine>,
}

/// A sentence about what was found.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TickOrder {
    /// 2 to 500 characters.
    pub sentence: String,
}

/// A ticked line.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TickDone {
    /// Case.
    pub case: String,
    /// Day.
    pub day: String,
    /// When.
    pub ticked_at: i64,
}

/// A watch flag.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WatchFlagView {
    /// `special`, `serious`, `complicated` or `difficult`.
    pub flag: String,
    /// Why.
    pub reason: String,
    /// Since.
    pub at: i64,
    /// By whom.
    pub by: String,
}

/// A watched case.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WatchLine {
    /// The case.
    pub case: CaseBrief,
    /// Its flags.
    pub flags: Vec<WatchFlagView>,
}

/// The watch list (R119).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WatchList {
    /// The cases.
    pub items: Vec<WatchLine>,
}

/// A fact that speaks for a finding.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ProofView {
    /// The case it is in.
    pub case: String,
    /// Its number.
    pub no: String,
    /// The unit it was given to; empty where it is about none.
    pub unit_name: String,
    /// When that was written.
    pub at: Option<i64>,
    /// What was written there, masked.
    pub words: String,
}

/// What a detector found.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FindingView {
    /// Id.
    pub id: String,
    /// `passing_the_buck`, `routine_extension`, `copy_paste`, `no_contact` or `backflow`.
    pub detector: String,
    /// The unit.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// The case, where it is about one.
    pub case: Option<String>,
    /// Its number.
    pub case_no: String,
    /// `open`, `confirmed` or `dismissed`.
    pub state: String,
    /// Found first.
    pub found_at: i64,
    /// Decided.
    pub decided_at: Option<i64>,
    /// By whom.
    pub decided_by: String,
    /// Why.
    pub reason: String,
    /// How many facts.
    pub count: i64,
    /// Out of how many.
    pub of: i64,
    /// The same of the unit's peers.
    pub peers_count: Option<i64>,
    /// Out of how many of theirs.
    pub peers_of: Option<i64>,
    /// The facts.
    pub proofs: Vec<ProofView>,
}

/// How often a detector was right. The rate of false alarms is dismissed ÷ (confirmed + dismissed).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DetectorRate {
    /// Detector.
    pub detector: String,
    /// Nobody looked yet.
    pub open: i64,
    /// It was so.
    pub confirmed: i64,
    /// A false alarm.
    pub dismissed: i64,
}

/// What detectors found.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Findings {
    /// The findings.
    pub items: Vec<FindingView>,
    /// Each detector's rate.
    pub rates: Vec<DetectorRate>,
    /// When they last looked; 0 for never.
    pub looked_at: i64,
    /// At how many cases, of the last ninety days.
    pub cases: i64,
    /// Cases that came back (R38).
    pub came_back: i64,
    /// Out of so many handed over and taken there.
    pub handed_over: i64,
}

/// A person's word on a finding.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingOrder {
    /// It is so, or a false alarm.
    pub confirmed: bool,
    /// Why, 4 to 500 characters.
    pub reason: String,
}

/// A task a meeting gives.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskOrder {
    /// Whose.
    pub unit: String,
    /// What, 1 to 4,000 characters.
    pub what: String,
    /// Within which time: `4h`, `2d`, `5wd`.
    pub within: String,
}

/// A step of a measure, by its name, with the fields that belong to it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureStepOrder {
    /// `answer` (text), `decide` (accepted, text), `hold` (present, text, tasks), `finish_task`
    /// (task, text), `close` (text) or `withdraw` (text).
    pub step: String,
    /// What is said with it: the answer, the reason, the minutes, what was done, what came of it.
    #[serde(default)]
    pub text: String,
    /// The answer is taken, or sent back.
    #[serde(default)]
    pub accepted: bool,
    /// Who sat in the meeting.
    #[serde(default)]
    pub present: String,
    /// Who does what.
    #[serde(default)]
    pub tasks: Vec<TaskOrder>,
    /// Which task.
    #[serde(default)]
    pub task: u16,
    /// The version it was decided on; another one is a conflict.
    #[serde(default)]
    pub version: Option<i64>,
}

impl MeasureStepOrder {
    /// As the rules know it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a step or a span nobody knows.
    pub fn order(&self) -> Result<MeasureOrder, AppError> {
        let texts = [&self.text, &self.present];
        let mut all = texts.into_iter().chain(self.tasks.iter().map(|t| &t.what));
        if all.any(|text| text.contains('\0')) {
            let detail = "holds a NUL character";
            return Err(AppError::field("text", "control_character", detail));
        }
        let text = || self.text.clone();
        Ok(match self.step.as_str() {
            "answer" => MeasureOrder::Answer { text: text() },
            "decide" => MeasureOrder::Decide {
                accepted: self.accepted,
                reason: text(),
            },
            "hold" => MeasureOrder::Hold {
                present: self.present.clone(),
                minutes: text(),
                tasks: self
                    .tasks
                    .iter()
                    .map(TaskOrder::task)
                    .collect::<Result<_, _>>()?,
            },
            "finish_task" => MeasureOrder::FinishTask {
                task: self.task,
                note: text(),
            },
            "close" => MeasureOrder::Close { effect: text() },
            "withdraw" => MeasureOrder::Withdraw { reason: text() },
            other => {
                let detail = format!("no step {other}");
                return Err(AppError::field("step", "unknown", detail));
            }
        })
    }
}

impl TaskOrder {
    fn task(&self) -> Result<NewTask, AppError> {
        let within = self.within.parse();
        Ok(NewTask {
            unit: self.unit.trim().into(),
            what: self.what.clone(),
            within: within.map_err(|error: domain::clock::LimitError| {
                AppError::field("tasks.within", "unreadable", error.to_string())
            })?,
        })
    }
}
