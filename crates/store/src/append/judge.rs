//! The checks a change must pass under the lock, from what is known of the database and of the
//! changes before it in the same batch.

use std::collections::HashMap;

use crate::append::plan::Plan;
use crate::error::AppendError;

/// What the batch has looked up and what it has itself written so far. Absent means not looked
/// up; `None` means looked up and not there.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) versions: HashMap<String, i64>,
    pub(crate) commands: HashMap<String, Option<(String, String)>>,
    pub(crate) inbox: HashMap<(String, i64), Option<String>>,
}

impl Known {
    /// Whether the plan may be written. The command comes first: a repetition gets its first
    /// answer even when the case has moved on (law 3).
    pub(crate) fn judge(&self, plan: &Plan) -> Result<(), AppendError> {
        if let Some((id, digest, _)) = &plan.command
            && let Some(Some((first, answer))) = self.commands.get(id)
        {
            return Err(if first == digest {
                AppendError::Repeated {
                    answer: answer.clone(),
                }
            } else {
                AppendError::KeyReused
            });
        }
        if let Some((link, seq, _)) = &plan.inbox
            && let Some(Some(result)) = self.inbox.get(&(link.clone(), *seq))
        {
            return Err(AppendError::Received {
                result: result.clone(),
            });
        }
        for case in &plan.cases {
            let actual = self.versions.get(&case.case_id).copied().unwrap_or(0);
            if actual != case.expected {
                return Err(AppendError::Conflict {
                    case_id: case.case_id.clone(),
                    actual,
                });
            }
        }
        Ok(())
    }

    /// Takes note of a plan that is being written.
    pub(crate) fn learn(&mut self, lesson: Lesson) {
        self.versions.extend(lesson.versions);
        self.commands.extend(lesson.command);
        self.inbox.extend(lesson.inbox);
    }
}

/// What later changes of the batch must know of one that was written.
#[derive(Debug)]
pub(crate) struct Lesson {
    versions: Vec<(String, i64)>,
    command: Option<(String, Option<(String, String)>)>,
    inbox: Option<((String, i64), Option<String>)>,
}

impl Lesson {
    pub(crate) fn of(plan: &Plan) -> Self {
        Self {
            versions: plan
                .cases
                .iter()
                .map(|case| (case.case_id.clone(), case.after))
                .collect(),
            command: plan
                .command
                .clone()
                .map(|(id, digest, answer)| (id, Some((digest, answer)))),
            inbox: plan
                .inbox
                .clone()
                .map(|(link, seq, result)| ((link, seq), Some(result))),
        }
    }
}
