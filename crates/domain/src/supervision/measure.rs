//! One measure of supervision: an object with number, basis, addressee, clock, answer, decision
//! and end (R82).

use super::Rung;
use crate::case::{Refusal, TEXT_MOST};
use crate::clock::{Calendar, Limit, Millis, Span};
use crate::id::{CaseId, MeasureId, UnitId};
use serde::{Deserialize, Serialize};

/// Why this rung: the rule and the version it was quoted from, or a person's own words (law 11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Id of the rule; empty where a person opened it.
    #[serde(default)]
    pub rule: String,
    /// The book of rules and its version, as `name version`; what the person relied on otherwise.
    pub source: String,
    /// The rule's words, or the person's reason.
    pub words: String,
    /// Why a rung below was left out; empty where none was.
    #[serde(default)]
    pub skipped: String,
    /// What set the rule off, as it can be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<super::Trigger>,
    /// The measure this one grew out of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<MeasureId>,
    /// How long the addressee has, from opening and again after each answer sent back.
    pub answer_within: Span,
}

/// Where a measure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureState {
    /// 待答复: the addressee's clock runs; a meeting is to be held.
    Issued,
    /// A meeting was held and its tasks run.
    Held,
    /// 已答复: waits for the supervisor's decision.
    Answered,
    /// The answer was accepted; what remains is to close it with what came of it.
    Accepted,
    /// 销号: over, with what came of it.
    Closed,
    /// 撤销: taken back, with the reason.
    Withdrawn,
}

impl MeasureState {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Held => "held",
            Self::Answered => "answered",
            Self::Accepted => "accepted",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether it is over.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn)
    }
}

/// What a meeting gave a unit to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingTask {
    /// Number within the meeting, from 1.
    pub n: u16,
    /// Whose.
    pub unit: UnitId,
    /// What.
    pub what: String,
    /// By when.
    pub due: Millis,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Millis>,
    /// What was done.
    #[serde(default)]
    pub note: String,
}

/// A task as it is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    /// Whose.
    pub unit: UnitId,
    /// What, 1 to 4,000 characters.
    pub what: String,
    /// Within which time from now.
    pub within: Span,
}

/// The meeting that was held 协调会.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// When.
    pub at: Millis,
    /// Who sat there, in words.
    pub present: String,
    /// 会议纪要
    pub minutes: String,
}

/// A measure as its steps make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Its id.
    pub id: MeasureId,
    /// How many steps made it.
    pub version: i64,
    /// Printed number.
    pub no: String,
    /// Which rung.
    pub rung: Rung,
    /// Whom it is addressed to.
    pub unit: UnitId,
    /// The cases it is about, or the cases that are its grounds.
    pub cases: Vec<CaseId>,
    /// What is asked of the unit.
    pub asks: String,
    /// Why this rung.
    pub basis: Basis,
    /// Where it stands.
    pub state: MeasureState,
    /// When it was opened.
    pub opened_at: Millis,
    /// By when the next thing is due of the addressee; none while it waits for the supervisor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Millis>,
    /// Whether that passed without an answer. Never taken back within one round.
    #[serde(default)]
    pub missed: bool,
    /// The addressee's last answer.
    #[serde(default)]
    pub answer: String,
    /// How often an answer was sent back.
    #[serde(default)]
    pub sent_back: u8,
    /// The supervisor's last decision in words.
    #[serde(default)]
    pub decision: String,
    /// The meeting, once held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// What it gave to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<MeetingTask>,
    /// What came of it in the end.
    #[serde(default)]
    pub effect: String,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Millis>,
}

/// What is asked of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step", deny_unknown_fields)]
pub enum MeasureOrder {
    /// 答复: the addressee says what it did.
    Answer {
        /// In its words.
        text: String,
    },
    /// The supervisor takes the answer, or sends it back with the clock anew.
    Decide {
        /// Taken or not.
        accepted: bool,
        /// Why; for accountability what was decided.
        reason: String,
    },
    /// 会议纪要: the meeting was held.
    Hold {
        /// Who sat there.
        present: String,
        /// What was said.
        minutes: String,
        /// Who does what.
        #[serde(default)]
        tasks: Vec<NewTask>,
    },
    /// A task of the meeting is done.
    FinishTask {
        /// Which.
        task: u16,
        /// What was done.
        note: String,
    },
    /// 销号
    Close {
        /// What came of it.
        effect: String,
    },
    /// 撤销
    Withdraw {
        /// Why.
        reason: String,
    },
}

/// A fact of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum MeasureStep {
    /// It was opened.
    Opened,
    /// Its time passed without an answer.
    Missed,
    /// 答复
    Answered {
        /// In the unit's words.
        text: String,
    },
    /// The answer was taken.
    Accepted {
        /// Why, or what was decided.
        reason: String,
    },
    /// The answer was sent back.
    SentBack {
        /// Why.
        reason: String,
        /// The new time.
        due: Millis,
    },
    /// The meeting was held.
    Held {
        /// Who sat there.
        present: String,
        /// 会议纪要
        minutes: String,
        /// Who does what.
        tasks: Vec<MeetingTask>,
    },
    /// A task is done.
    TaskFinished {
        /// Which.
        task: u16,
        /// What was done.
        note: String,
    },
    /// 销号
    Closed {
        /// What came of it.
        effect: String,
    },
    /// 撤销
    Withdrawn {
        /// Why.
        reason: String,
    },
}

impl MeasureStep {
    /// Its kind, as the history names it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Missed => "missed",
            Self::Answered { .. } => "answered",
            Self::Accepted { .. } => "accepted",
            Self::SentBack { .. } => "sent_back",
            Self::Held { .. } => "held",
            Self::TaskFinished { .. } => "task_finished",
            Self::Closed { .. } => "closed",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// Tasks one meeting gives at the most.
const TASKS_MOST: usize = 40;

impl Measure {
    /// What an order brings about, at the most two steps.
    ///
    /// # Errors
    /// Why it may not happen to this measure now; nothing has happened then.
    pub fn decide(
        &self,
        order: &MeasureOrder,
        now: Millis,
        calendar: &Calendar,
    ) -> Result<Vec<MeasureStep>, Refusal> {
        let wrong = || Refusal::MeasureState(self.state.as_str());
        let step = match (order, self.state) {
            (_, MeasureState::Closed | MeasureState::Withdrawn) => return Err(wrong()),
            (MeasureOrder::Answer { text }, MeasureState::Issued) if self.rung != Rung::Meeting => {
                MeasureStep::Answered {
                    text: said("text", text)?,
                }
            }
            (MeasureOrder::Decide { accepted, reason }, MeasureState::Answered) => {
                let reason = said("reason", reason)?;
                if *accepted {
                    MeasureStep::Accepted { reason }
                } else {
                    let (due, _) = calendar.due(now, Limit::of(self.basis.answer_within));
                    MeasureStep::SentBack { reason, due }
                }
            }
            (
                MeasureOrder::Hold {
                    present,
                    minutes,
                    tasks,
                },
                MeasureState::Issued,
            ) if self.rung == Rung::Meeting => held(present, minutes, tasks, now, calendar)?,
            (MeasureOrder::FinishTask { task, note }, MeasureState::Held) => {
                let open = self
                    .tasks
                    .iter()
                    .any(|known| known.n == *task && known.done_at.is_none());
                if !open {
                    return Err(Refusal::NoTask(*task));
                }
                MeasureStep::TaskFinished {
                    task: *task,
                    note: said("note", note)?,
                }
            }
            (MeasureOrder::Close { effect }, MeasureState::Accepted) => MeasureStep::Closed {
                effect: said("effect", effect)?,
            },
            (MeasureOrder::Withdraw { reason }, _) => MeasureStep::Withdrawn {
                reason: said("reason", reason)?,
            },
            _ => return Err(wrong()),
        };
        Ok(vec![step])
    }

    /// The step time takes on it at `now`, if any.
    #[must_use]
    pub fn step_at(&self, now: Millis) -> Option<MeasureStep> {
        self.next_at()
            .is_some_and(|at| at <= now)
            .then_some(MeasureStep::Missed)
    }

    /// The next moment at which time alone changes it.
    #[must_use]
    pub fn next_at(&self) -> Option<Millis> {
        let waits = matches!(self.state, MeasureState::Issued | MeasureState::Held);
        self.due.filter(|_| waits && !self.missed)
    }

    /// The units it is about: the addressee and those a meeting gave something to do.
    #[must_use]
    pub fn units(&self) -> Vec<UnitId> {
        let mut units = vec![self.unit.clone()];
        units.extend(self.tasks.iter().map(|task| task.unit.clone()));
        units.sort();
        units.dedup();
        units
    }

    /// The unit whose silence a missed time is: whose task is late, or the addressee.
    #[must_use]
    pub fn silent_unit(&self) -> &UnitId {
        self.tasks
            .iter()
            .filter(|task| task.done_at.is_none())
            .min_by_key(|task| task.due)
            .map_or(&self.unit, |task| &task.unit)
    }

    /// The measure after one more step. Total: a step that makes no sense changes only the count.
    #[must_use]
    pub fn after(mut self, step: &MeasureStep, at: Millis) -> Self {
        self.version += 1;
        match step {
            MeasureStep::Opened => {}
            MeasureStep::Missed => self.missed = true,
            MeasureStep::Answered { text } => {
                self.answer.clone_from(text);
                self.state = MeasureState::Answered;
                self.due = None;
            }
            MeasureStep::Accepted { reason } => {
                self.decision.clone_from(reason);
                self.state = MeasureState::Accepted;
            }
            MeasureStep::SentBack { reason, due } => {
                self.decision.clone_from(reason);
                self.sent_back = self.sent_back.saturating_add(1);
                self.due = Some(*due);
                self.missed = false;
                self.state = if self.rung == Rung::Meeting {
                    // What the meeting gave to do is to be done again.
                    for task in &mut self.tasks {
                        task.done_at = None;
                        task.due = *due;
                    }
                    MeasureState::Held
                } else {
                    MeasureState::Issued
                };
            }
            MeasureStep::Held {
                present,
                minutes,
                tasks,
            } => {
                self.held = Some(Held {
                    at,
                    present: present.clone(),
                    minutes: minutes.clone(),
                });
                self.tasks.clone_from(tasks);
                self.missed = false;
                self.state = MeasureState::Held;
                self.wait_for_tasks();
            }
            MeasureStep::TaskFinished { task, note } => {
                for known in self.tasks.iter_mut().filter(|known| known.n == *task) {
                    known.done_at = Some(at);
                    known.note.clone_from(note);
                }
                self.wait_for_tasks();
            }
            MeasureStep::Closed { effect } => {
                self.effect.clone_from(effect);
                self.state = MeasureState::Closed;
                self.ended_at = Some(at);
                self.due = None;
            }
            MeasureStep::Withdrawn { reason } => {
                self.effect.clone_from(reason);
                self.state = MeasureState::Withdrawn;
                self.ended_at = Some(at);
                self.due = None;
            }
        }
        self
    }

    /// A meeting is answered when everything it gave to do is done.
    fn wait_for_tasks(&mut self) {
        self.due = self
            .tasks
            .iter()
            .filter(|task| task.done_at.is_none())
            .map(|task| task.due)
            .min();
        if self.due.is_none() {
            self.state = MeasureState::Answered;
        }
    }

    /// The step as each case it is about hears of it; none for a rung about a unit.
    #[must_use]
    pub fn told(&self, step: &MeasureStep) -> Option<LadderStep> {
        if !self.rung.about_cases() {
            return None;
        }
        Some(match step {
            MeasureStep::Opened => return None,
            MeasureStep::Missed => LadderStep::Missed,
            MeasureStep::Answered { text }
            | MeasureStep::Held { minutes: text, .. }
            | MeasureStep::TaskFinished { note: text, .. } => {
                LadderStep::Answered { text: text.clone() }
            }
            MeasureStep::Accepted { reason } => LadderStep::Decided {
                accepted: true,
                reason: reason.clone(),
            },
            MeasureStep::SentBack { reason, .. } => LadderStep::Decided {
                accepted: false,
                reason: reason.clone(),
            },
            MeasureStep::Closed { effect } => LadderStep::Ended {
                withdrawn: false,
                note: effect.clone(),
            },
            MeasureStep::Withdrawn { reason } => LadderStep::Ended {
                withdrawn: true,
                note: reason.clone(),
            },
        })
    }
}

/// A step of a measure as a case hears of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum LadderStep {
    /// The addressee answered, or the meeting was held or went on.
    Answered {
        /// In its words.
        text: String,
    },
    /// Its time passed without an answer.
    Missed,
    /// The answer was taken or sent back.
    Decided {
        /// Taken or not.
        accepted: bool,
        /// Why.
        reason: String,
    },
    /// It is over.
    Ended {
        /// Taken back instead of closed.
        withdrawn: bool,
        /// What came of it, or why.
        note: String,
    },
}

fn said(field: &'static str, value: &str) -> Result<String, Refusal> {
    let value = value.trim();
    let length = value.chars().count();
    if length == 0 || length > TEXT_MOST {
        return Err(Refusal::Text {
            field,
            most: TEXT_MOST,
        });
    }
    Ok(value.to_owned())
}

fn held(
    present: &str,
    minutes: &str,
    tasks: &[NewTask],
    now: Millis,
    calendar: &Calendar,
) -> Result<MeasureStep, Refusal> {
    if tasks.len() > TASKS_MOST {
        return Err(Refusal::Range { field: "tasks" });
    }
    let mut given = Vec::with_capacity(tasks.len());
    for (n, task) in (1_u16..).zip(tasks) {
        let (due, _) = calendar.due(now, Limit::of(task.within));
        given.push(MeetingTask {
            n,
            unit: task.unit.clone(),
            what: said("tasks.what", &task.what)?,
            due,
            done_at: None,
            note: String::new(),
        });
    }
    Ok(MeasureStep::Held {
        present: said("present", present)?,
        minutes: said("minutes", minutes)?,
        tasks: given,
    })
}
