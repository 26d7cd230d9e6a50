//! The draft of the next version: begun, saved over the revision it was made from, tried on a
//! sentence. What is wrong with it does not keep it from being saved, only from being published.

use super::fault::{fault, label_taken};
use crate::App;
use crate::case::{CommandKey, mode_word};
use crate::error::AppError;
use crate::office::allow;
use crate::view::{
    ListDraftChanged, ListDraftHead, ListDraftOrder, ListDraftView, ListFault, ListSaid, ListTry,
    ListTryOrder, ListWord,
};
use domain::right::{Action, Actor};
use std::sync::{Arc, PoisonError};
use store::{ListDraftRow, Record};
use triage::{Engine, Query, Suggestion};

/// Bytes of a list at most.
const TEXT_MOST: usize = 2 * 1024 * 1024;
/// Characters of a sentence at most.
const SENTENCE_MOST: usize = 2_000;
/// How a draft is found in the audit trail.
const RESOURCE: &str = "list/draft";

/// A revision of the draft, compiled and tried.
pub(crate) struct Checked {
    revision: i64,
    pub(super) faults: Vec<ListFault>,
    pub(super) engine: Option<Arc<Engine>>,
}

/// The draft without its text.
pub(super) fn head(row: &ListDraftRow) -> ListDraftHead {
    ListDraftHead {
        revision: row.revision,
        based_on: row.based_on,
        label: row.label.clone(),
        changed_at: row.changed_at,
        changed_by: row.changed_by.clone(),
    }
}

impl App {
    /// The draft whole, with everything that keeps it from being published.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`] without one, the store's.
    pub async fn list_draft(&self, actor: &Actor) -> Result<ListDraftView, AppError> {
        self.works_on_list(actor)?;
        let row = self.draft_row().await?;
        let faults = self.faults(&row).await?;
        Ok(ListDraftView {
            head: head(&row),
            faults,
            text: row.text,
        })
    }

    /// Begins, saves or throws away the draft.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`] without a draft, [`AppError::Conflict`] with
    /// its revision where somebody else was faster, [`AppError::Invalid`], the store's.
    pub async fn change_list_draft(
        &self,
        actor: &Actor,
        order: &ListDraftOrder,
        key: &CommandKey,
    ) -> Result<ListDraftChanged, AppError> {
        allow(actor, Action::EditList)?;
        let _turn = self.inner.office.lock().await;
        let head = match self.answered::<Option<ListDraftHead>>(key).await? {
            Some(head) => head,
            None => match order {
                ListDraftOrder::Begin { from } => self.begin_draft(actor, *from, key).await?,
                ListDraftOrder::Save { revision, text } => {
                    self.save_draft(actor, *revision, text, key).await?
                }
                ListDraftOrder::Discard { revision } => {
                    self.discard_draft(actor, *revision, key).await?
                }
            },
        };
        let faults = match (&head, self.inner.store.list_draft().await?) {
            (Some(_), Some(row)) => self.faults(&row).await?,
            _ => Vec::new(),
        };
        Ok(ListDraftChanged { head, faults })
    }

    async fn begin_draft(
        &self,
        actor: &Actor,
        from: Option<i64>,
        key: &CommandKey,
    ) -> Result<Option<ListDraftHead>, AppError> {
        if let Some(known) = self.inner.store.list_draft().await? {
            return Err(AppError::Conflict {
                actual: known.revision,
            });
        }
        let versions = self.list_views().await?;
        let running = versions.iter().find(|version| version.state == "running");
        let from = from.or(running.map(|version| version.number));
        let from = from.unwrap_or(super::FILE);
        let text = self.list_text(from).await?.ok_or(AppError::NotFound)?;
        let taken: Vec<&str> = versions
            .iter()
            .map(|version| version.label.as_str())
            .collect();
        let label = next_label(label_of(&text).unwrap_or_default(), &taken);
        let row = ListDraftRow {
            revision: 1,
            based_on: from,
            text: relabelled(&text, &label),
            label,
            changed_at: self.now(),
            changed_by: actor.name.clone(),
        };
        let detail = serde_json::json!({"from": from});
        let audit = self.audit_detailed(actor, "begin_list", RESOURCE, "", &detail);
        let answer = Some(head(&row));
        let records = vec![Record::ListDraftBegun(row), audit];
        self.over_draft(key, 0, answer, records).await
    }

    async fn save_draft(
        &self,
        actor: &Actor,
        revision: i64,
        text: &str,
        key: &CommandKey,
    ) -> Result<Option<ListDraftHead>, AppError> {
        if text.len() > TEXT_MOST || text.contains('\0') || text.trim().is_empty() {
            let detail = "1 byte to 2 MiB of text without NUL";
            return Err(AppError::field("text", "list_length", detail));
        }
        let was = self.draft_at(revision).await?;
        let row = ListDraftRow {
            revision: revision.saturating_add(1),
            based_on: was.based_on,
            label: label_of(text).unwrap_or_default().to_owned(),
            text: text.to_owned(),
            changed_at: self.now(),
            changed_by: actor.name.clone(),
        };
        let detail = serde_json::json!({"revision": row.revision, "label": row.label});
        let audit = self.audit_detailed(actor, "edit_list", RESOURCE, "", &detail);
        let answer = Some(head(&row));
        let saved = Record::ListDraftSaved {
            over: revision,
            row,
        };
        self.over_draft(key, revision, answer, vec![saved, audit])
            .await
    }

    async fn discard_draft(
        &self,
        actor: &Actor,
        revision: i64,
        key: &CommandKey,
    ) -> Result<Option<ListDraftHead>, AppError> {
        let was = self.draft_at(revision).await?;
        let detail = serde_json::json!({"revision": was.revision, "label": was.label});
        let audit = self.audit_detailed(actor, "discard_list", RESOURCE, "", &detail);
        let records = vec![Record::ListDraftGone { revision }, audit];
        self.over_draft(key, revision, None, records).await
    }

    async fn draft_row(&self) -> Result<ListDraftRow, AppError> {
        let row = self.inner.store.list_draft().await?;
        row.ok_or(AppError::NotFound)
    }

    /// The draft at the revision that was seen.
    pub(super) async fn draft_at(&self, revision: i64) -> Result<ListDraftRow, AppError> {
        let row = self.draft_row().await?;
        if row.revision == revision {
            Ok(row)
        } else {
            Err(AppError::Conflict {
                actual: row.revision,
            })
        }
    }

    /// Writes a change of the draft. That another process was faster is what its revision shows.
    pub(super) async fn over_draft<T>(
        &self,
        key: &CommandKey,
        revision: i64,
        answer: T,
        records: Vec<Record>,
    ) -> Result<T, AppError>
    where
        T: serde::Serialize + serde::de::DeserializeOwned,
    {
        let error = match self.record(key, answer, records, Vec::new()).await {
            Err(error) => error,
            done => return done,
        };
        let now = self.inner.store.list_draft().await?;
        let actual = now.map_or(0, |row| row.revision);
        if actual == revision {
            Err(error)
        } else {
            Err(AppError::Conflict { actual })
        }
    }

    /// Everything that keeps a draft from being published.
    pub(super) async fn faults(&self, row: &ListDraftRow) -> Result<Vec<ListFault>, AppError> {
        let mut faults = self.checked(row).await?.faults.clone();
        let versions = self.list_views().await?;
        if versions.iter().any(|version| version.label == row.label) {
            let line = row.text.lines().position(is_label).map_or(0, |at| at + 1);
            faults.insert(0, label_taken(line, &row.label));
        }
        Ok(faults)
    }

    /// A draft compiled and tried, once a revision.
    pub(super) async fn checked(&self, row: &ListDraftRow) -> Result<Arc<Checked>, AppError> {
        let kept = || {
            let kept = self.inner.lists.draft.lock();
            kept.unwrap_or_else(PoisonError::into_inner)
        };
        // A revision number comes back when a draft was thrown away: its text tells them apart.
        let same = |checked: &Arc<Checked>| {
            let engine = checked.engine.as_ref();
            checked.revision == row.revision && engine.is_some_and(|e| e.list_text() == row.text)
        };
        if let Some(checked) = kept().as_ref().filter(|checked| same(checked)) {
            return Ok(Arc::clone(checked));
        }
        let (list, danger) = (
            row.text.clone(),
            self.inner.lists.file.danger_text().to_owned(),
        );
        let work = tokio::task::spawn_blocking(move || Engine::tried(&list, &danger));
        let tried = work
            .await
            .map_err(|error| AppError::Internal(format!("a draft was not compiled: {error}")))?;
        let checked = Arc::new(match tried {
            Ok((engine, failures)) => Checked {
                revision: row.revision,
                faults: failures.iter().map(fault).collect(),
                engine: Some(Arc::new(engine)),
            },
            Err(error) => Checked {
                revision: row.revision,
                faults: vec![fault(&error)],
                engine: None,
            },
        });
        *kept() = Some(Arc::clone(&checked));
        Ok(checked)
    }

    /// What the list in force and the draft say of one sentence.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], or the store's.
    pub async fn try_list(&self, actor: &Actor, order: &ListTryOrder) -> Result<ListTry, AppError> {
        self.works_on_list(actor)?;
        for (field, text) in [("narrative", &order.narrative), ("place", &order.place)] {
            if text.chars().count() > SENTENCE_MOST {
                return Err(AppError::field(
                    field,
                    "too_long",
                    "2,000 characters at most",
                ));
            }
        }
        let running = self.inner.engine.load_full();
        let checked = match self.inner.store.list_draft().await? {
            Some(row) => Some(self.checked(&row).await?),
            None => None,
        };
        let draft = checked.as_ref().and_then(|checked| checked.engine.clone());
        let ask = |engine: &Engine| {
            let district = self.district_name("", &order.place, &order.narrative);
            said(
                engine,
                &self.ask(engine, &order.narrative, &order.place, &district),
            )
        };
        Ok(ListTry {
            running: ask(&running),
            fault: match (&draft, &checked) {
                (None, Some(checked)) => checked.faults.first().cloned(),
                _ => None,
            },
            draft: draft.map(|engine| ask(&engine)),
        })
    }

    /// What a list says of words that reached this desk.
    pub(super) fn ask(
        &self,
        engine: &Engine,
        narrative: &str,
        place: &str,
        district: &str,
    ) -> Suggestion {
        engine.suggest(&Query {
            narrative,
            place,
            district,
            received_at: self.inner.config.platform.desk,
        })
    }
}

/// The name of a unit by the list that names it.
pub(super) fn lead_name(engine: &Engine, said: &Suggestion) -> String {
    let lead = said.lead.as_ref();
    lead.map(|code| {
        let unit = engine.unit(code);
        unit.map_or_else(|| code.to_string(), |unit| unit.name.clone())
    })
    .unwrap_or_default()
}

fn said(engine: &Engine, said: &Suggestion) -> ListSaid {
    ListSaid {
        label: said.list_version.clone(),
        desk: said.desk,
        matter: said.matter.as_ref().map(ToString::to_string),
        matter_name: said.matter_name.clone(),
        lead_name: lead_name(engine, said),
        urgency: said.urgency,
        mode: mode_word(said.mode).to_owned(),
        unowned: said.unowned,
        danger: said
            .danger
            .iter()
            .map(|danger| danger.name.clone())
            .collect(),
        evidence: said
            .evidence
            .iter()
            .map(|word| ListWord {
                rule: word.rule.clone(),
                words: word.words.clone(),
            })
            .collect(),
        others: said
            .alternatives
            .iter()
            .map(|other| format!("{} {}", other.matter, other.name))
            .collect(),
    }
}

/// Whether a line of the list names its version.
fn is_label(line: &str) -> bool {
    let rest = line.trim_start().strip_prefix("version");
    rest.is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// The version a text names, read without understanding the rest: a draft need not be whole.
fn label_of(text: &str) -> Option<&str> {
    let line = text.lines().find(|line| is_label(line))?;
    let (_, value) = line.split_once('=')?;
    value.trim().strip_prefix('"')?.split('"').next()
}

/// The text with another version in its head.
fn relabelled(text: &str, label: &str) -> String {
    let mut done = false;
    let lines = text.split_inclusive('\n').map(|line| {
        if done || !is_label(line) {
            return line.to_owned();
        }
        done = true;
        let end = if line.ends_with('\n') { "\n" } else { "" };
        format!("version = \"{label}\"{end}")
    });
    lines.collect()
}

/// The version after one: the number at its end counted on until it is free.
fn next_label(label: &str, taken: &[&str]) -> String {
    let stem = label.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = label.strip_prefix(stem).and_then(|end| end.parse().ok());
    let (stem, number): (String, u64) = match number {
        Some(number) => (stem.to_owned(), number),
        None => (format!("{label}."), 1),
    };
    (1..=10_000)
        .map(|step| format!("{stem}{}", number.saturating_add(step)))
        .find(|next| !taken.contains(&next.as_str()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_called_like_the_version_after() {
        assert_eq!(next_label("wanglan-2026.11.1", &[]), "wanglan-2026.11.2");
        assert_eq!(next_label("a.9", &["a.10", "a.11"]), "a.12");
        assert_eq!(next_label("首版", &[]), "首版.2");
        let text = "[list]\nname = \"甲\"\nversion = \"a.1\"\n[[matter]]\nversion = \"x\"";
        assert_eq!(label_of(text), Some("a.1"));
        let next = relabelled(text, "a.2");
        assert_eq!(label_of(&next), Some("a.2"));
        assert!(next.ends_with("version = \"x\""), "the head alone");
        assert_eq!(label_of("nothing of the kind"), None);
    }
}
