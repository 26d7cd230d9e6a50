//! The checks a change must pass under the lock, from what is known of the database and of the
//! changes before it in the same batch.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::append::plan::Plan;
use crate::error::AppendError;

/// What the batch has looked up and what it has itself written so far. Absent means not looked
/// up; `None` means looked up and not there. Keys are those of the plans, so that the writer
/// copies none.
#[derive(Debug, Default)]
pub(crate) struct Known<'p> {
    pub(crate) versions: HashMap<&'p str, i64>,
    pub(crate) commands: HashMap<&'p str, Option<Kept<'p>>>,
    pub(crate) inbox: HashMap<(&'p str, i64), Option<Cow<'p, str>>>,
}

/// Digest and answer of a command that was carried out.
#[derive(Debug)]
pub(crate) struct Kept<'p> {
    pub(crate) digest: Cow<'p, str>,
    pub(crate) answer: Cow<'p, str>,
}

impl<'p> Known<'p> {
    /// Whether the plan may be written. The command comes first: a repetition gets its first
    /// answer even when the case has moved on (law 3).
    pub(crate) fn judge(&self, plan: &Plan) -> Result<(), AppendError> {
        if let Some((id, digest, _)) = &plan.command
            && let Some(Some(kept)) = self.commands.get(id.as_str())
        {
            return Err(if kept.digest == *digest {
                AppendError::Repeated {
                    answer: kept.answer.clone().into_owned(),
                }
            } else {
                AppendError::KeyReused
            });
        }
        if let Some((link, seq, _)) = &plan.inbox
            && let Some(Some(result)) = self.inbox.get(&(link.as_str(), *seq))
        {
            return Err(AppendError::Received {
                result: result.clone().into_owned(),
            });
        }
        for case in &plan.cases {
            let known = self.versions.get(case.case_id.as_str());
            let actual = known.copied().unwrap_or(0);
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
    pub(crate) fn learn(&mut self, plan: &'p Plan) {
        for case in &plan.cases {
            self.versions.insert(&case.case_id, case.after);
        }
        if let Some((id, digest, answer)) = &plan.command {
            let kept = Kept {
                digest: Cow::Borrowed(digest),
                answer: Cow::Borrowed(answer),
            };
            self.commands.insert(id, Some(kept));
        }
        if let Some((link, seq, result)) = &plan.inbox {
            let result = Some(Cow::Borrowed(result.as_str()));
            self.inbox.insert((link, *seq), result);
        }
    }
}
