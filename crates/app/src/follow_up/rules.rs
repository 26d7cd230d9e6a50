//! The sampling rules: the program's own until the site makes its first version.

use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::{allow, reason};
use crate::view::{FollowRules, FollowRulesVersion, NewFollowRules};
use domain::followup::Sampling;
use domain::right::{Action, Actor, Resource, may};
use std::sync::Arc;
use store::{AppendError, FollowUpRecord, FollowUpRulesRow, Record, Store};

const SHIPPED: &str = include_str!("../../data/follow-up.toml");
/// Longest text of the rules, bytes.
const TEXT_MOST: usize = 100_000;

/// Reads and checks rules.
fn parse(text: &str) -> Result<Sampling, AppError> {
    let bad = |detail: String| AppError::field("text", "unreadable", detail);
    if text.len() > TEXT_MOST || text.contains('\0') {
        return Err(bad("at most 100,000 bytes".to_owned()));
    }
    let sampling: Sampling = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
    sampling.check().map_err(|fault| bad(fault.to_string()))?;
    Ok(sampling)
}

/// The rules that hold; a version that can no longer be read is said and leaves the program's own.
pub(crate) async fn read_sampling(store: &Store, now: i64) -> Result<Sampling, AppError> {
    let Some(row) = store.follow_up_rules(now).await? else {
        return parse(SHIPPED);
    };
    parse(&row.text).or_else(|error| {
        tracing::error!(%error, version = row.version, "follow-up rules cannot be read");
        parse(SHIPPED)
    })
}

impl App {
    pub(crate) async fn reload_sampling(&self) -> Result<(), AppError> {
        let sampling = read_sampling(&self.inner.store, self.now()).await?;
        self.inner.sampling.store(Arc::new(sampling));
        Ok(())
    }

    /// The sampling rules and their versions.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn follow_up_rules(&self, actor: &Actor) -> Result<FollowRules, AppError> {
        allow(actor, Action::ReadDesk)?;
        let held = self.inner.store.follow_up_rules(self.now()).await?;
        let versions = self.inner.store.follow_up_rules_all().await?;
        let (version, text) =
            held.map_or_else(|| (0, SHIPPED.to_owned()), |row| (row.version, row.text));
        Ok(FollowRules {
            version,
            text,
            versions: versions.into_iter().map(version_view).collect(),
            may_change: may(actor, Action::PlanFollowUp, Resource::default()),
        })
    }

    /// Makes the next version; it holds at once for cases closed from now on.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] with the place of the first fault (the old
    /// rules stay in force), [`AppError::Conflict`] where somebody else was faster, the store's.
    pub async fn change_follow_up_rules(
        &self,
        actor: &Actor,
        new: &NewFollowRules,
        key: &CommandKey,
    ) -> Result<FollowRulesVersion, AppError> {
        allow(actor, Action::PlanFollowUp)?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let why = reason(&new.reason)?;
        let sampling = parse(&new.text)?;
        let versions = self.inner.store.follow_up_rules_all().await?;
        let last = versions.last().map_or(0, |row| row.version);
        if last != new.over {
            return Err(AppError::Conflict { actual: last });
        }
        if versions.iter().any(|row| row.label == sampling.label) {
            let detail = "this label was used: cases quote it";
            return Err(AppError::field("text", "label_used", detail));
        }
        let now = self.now();
        let row = FollowUpRulesRow {
            version: last + 1,
            label: sampling.label.clone(),
            text: new.text.clone(),
            valid_at: now,
            made_at: now,
            made_by: actor.name.clone(),
            reason: why.clone(),
        };
        let audit = self.audit_row(actor, "change_follow_up_rules", &sampling.label, &why);
        let view = version_view(row.clone());
        let records = vec![Record::FollowUp(FollowUpRecord::Rules(row)), audit];
        let done = self.record(key, view, records, Vec::new()).await?;
        self.inner.sampling.store(Arc::new(sampling));
        Ok(done)
    }
}

fn version_view(row: FollowUpRulesRow) -> FollowRulesVersion {
    FollowRulesVersion {
        version: row.version,
        label: row.label,
        made_at: row.made_at,
        made_by: row.made_by,
        reason: row.reason,
    }
}

/// That a key was taken meanwhile by somebody else.
pub(super) const fn taken(error: &AppendError) -> bool {
    matches!(error, AppendError::Duplicate { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_are_sound_and_a_bad_one_is_refused_with_its_place() {
        let sampling = parse(SHIPPED).unwrap();
        assert!(sampling.rules.len() > 5);
        assert_ne!(sampling.script("P1"), sampling.script("H1"));
        let bad = SHIPPED.replace("share = 200", "share = 2000");
        let AppError::Invalid(fields) = parse(&bad).unwrap_err() else {
            panic!()
        };
        assert!(fields[0].detail.contains("rule[7].share"), "{fields:?}");
        assert!(parse("label = 1").is_err());
    }
}
