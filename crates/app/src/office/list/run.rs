//! A draft tried over past cases: what the list in force says of each case's words, and what the
//! draft would say. It runs beside the desk's work, says how far it is, and can be stopped from
//! any process. Nothing of a case changes, and no words of a caller are kept or shown.

use super::draft::lead_name;
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::view::{CasePlace, ListDifference, ListRunOrder, ListRunView, MovedCase, RowsTogether};
use domain::right::{Action, Actor};
use std::collections::HashMap;
use std::sync::Arc;
use store::{Change, ListRunRow, NarrativeRow, Record};
use triage::{Engine, Suggestion};

/// Cases read at once.
const PAGE: i64 = 200;
/// Cases shown of those that would go elsewhere, and of those without a row.
const MOVED_MOST: usize = 500;
const ROWLESS_MOST: usize = 100;
/// Pairs of rows shown.
const TOGETHER_MOST: usize = 50;
/// A run that has said nothing for so long has lost its process, milliseconds.
const SILENT: i64 = 60_000;
const DAY: i64 = 86_400_000;

impl App {
    /// Begins a run of the draft over past cases.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`] without a draft, [`AppError::Invalid`] for a
    /// draft that cannot be read or while another run goes on, the store's.
    pub async fn begin_list_run(
        &self,
        actor: &Actor,
        order: &ListRunOrder,
        key: &CommandKey,
    ) -> Result<ListRunView, AppError> {
        crate::office::allow(actor, Action::EditList)?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        if order.days.is_some_and(|days| !(1..=3_660).contains(&days)) {
            return Err(AppError::field("days", "out_of_range", "1 to 3660 days"));
        }
        if let Some(last) = self.inner.store.list_run_last().await?
            && self.run_state(&last) == "running"
        {
            let detail = "another run goes on; stop it or wait for it";
            return Err(AppError::field("days", "list_run_goes_on", detail));
        }
        let draft = self.inner.store.list_draft().await?;
        let draft = draft.ok_or(AppError::NotFound)?;
        let Some(engine) = self.checked(&draft).await?.engine.clone() else {
            let detail = "the draft cannot be read";
            return Err(AppError::field("days", "list_faulty", detail));
        };
        let now = self.now();
        let since = order
            .days
            .map_or(0, |days| now.saturating_sub(days.saturating_mul(DAY)));
        let row = ListRunRow {
            id: self.new_id(),
            revision: draft.revision,
            since,
            state: "running".to_owned(),
            total: self.inner.store.opened_since(since).await?,
            started_at: now,
            started_by: actor.name.clone(),
            touched_at: now,
            ..ListRunRow::default()
        };
        let detail = serde_json::json!({"revision": row.revision, "cases": row.total});
        let audit = self.audit_detailed(actor, "try_list", "list/draft", "", &detail);
        let view = self.run_view(row.clone())?;
        let id = row.id.clone();
        let records = vec![Record::ListRun(row), audit];
        let view = self.record(key, view, records, Vec::new()).await?;
        if view.id == id {
            let app = self.clone();
            let running = self.inner.engine.load_full();
            tokio::spawn(async move { app.go_through(id, since, running, engine).await });
        }
        Ok(view)
    }

    /// How far a run is, and what came out.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], or the store's.
    pub async fn list_run(&self, actor: &Actor, id: &str) -> Result<ListRunView, AppError> {
        self.works_on_list(actor)?;
        let row = self.inner.store.list_run(id).await?;
        self.run_view(row.ok_or(AppError::NotFound)?)
    }

    /// Stops a run; one that has ended stays as it is.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], or the store's.
    pub async fn cancel_list_run(
        &self,
        actor: &Actor,
        id: &str,
        key: &CommandKey,
    ) -> Result<ListRunView, AppError> {
        crate::office::allow(actor, Action::EditList)?;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let row = self.inner.store.list_run(id).await?;
        let mut view = self.run_view(row.ok_or(AppError::NotFound)?)?;
        if view.state == "running" {
            "cancelled".clone_into(&mut view.state);
        }
        let ended = Record::ListRunEnded {
            id: id.to_owned(),
            state: "cancelled",
            at: self.now(),
            result: String::new(),
        };
        self.record(key, view, vec![ended], Vec::new()).await
    }

    fn run_state(&self, row: &ListRunRow) -> String {
        let lost = row.state == "running" && self.now() - row.touched_at > SILENT;
        if lost { "broken_off" } else { &row.state }.to_owned()
    }

    pub(super) fn run_view(&self, row: ListRunRow) -> Result<ListRunView, AppError> {
        let result = match row.result.as_str() {
            "" => None,
            text => Some(serde_json::from_str(text).map_err(|error| {
                AppError::Internal(format!("the result of a run cannot be read: {error}"))
            })?),
        };
        Ok(ListRunView {
            state: self.run_state(&row),
            id: row.id,
            revision: row.revision,
            done: row.done,
            total: row.total,
            started_at: row.started_at,
            started_by: row.started_by,
            result,
        })
    }

    async fn go_through(&self, id: String, since: i64, running: Arc<Engine>, draft: Arc<Engine>) {
        let (state, result) = match self.compare(&id, since, running, draft).await {
            // Stopped: whoever stopped it has said so.
            Ok(None) => return,
            Ok(Some(result)) => match crate::draft::to_json(&result) {
                Ok(result) => ("done", result),
                Err(error) => {
                    tracing::error!(%error, "the result of a run cannot be written");
                    ("failed", String::new())
                }
            },
            Err(error) => {
                tracing::warn!(%error, "a draft was not tried over all cases");
                ("failed", String::new())
            }
        };
        let ended = Record::ListRunEnded {
            id,
            state,
            at: self.now(),
            result,
        };
        if let Err(error) = self.note_run(ended).await {
            tracing::warn!(%error, "how a run ended is not kept");
        }
    }

    async fn note_run(&self, record: Record) -> Result<(), AppError> {
        let change = Change {
            records: vec![record],
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(())
    }

    /// Goes through all cases; none when it was stopped.
    async fn compare(
        &self,
        id: &str,
        since: i64,
        running: Arc<Engine>,
        draft: Arc<Engine>,
    ) -> Result<Option<ListDifference>, AppError> {
        let mut tally = Tally::new(&running, &draft);
        let (mut from, mut after) = (since, String::new());
        loop {
            let rows = self.inner.store.narratives(from, &after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            (from, after) = (last.opened_at, last.id.clone());
            let (app, old, new) = (self.clone(), Arc::clone(&running), Arc::clone(&draft));
            let work = tokio::task::spawn_blocking(move || {
                for row in &rows {
                    tally.take(&app, &old, &new, row);
                }
                tally
            });
            tally = work
                .await
                .map_err(|error| AppError::Internal(format!("a run broke: {error}")))?;
            self.note_run(Record::ListRunMoved {
                id: id.to_owned(),
                done: tally.out.cases.saturating_add(tally.out.wordless),
                at: self.now(),
            })
            .await?;
            let row = self.inner.store.list_run(id).await?;
            if row.is_none_or(|row| row.state != "running") {
                return Ok(None);
            }
        }
        Ok(Some(tally.finish()))
    }
}

/// What has been counted so far.
struct Tally {
    out: ListDifference,
    together: HashMap<(String, String), (i64, String)>,
}

impl Tally {
    fn new(running: &Engine, draft: &Engine) -> Self {
        let label = |engine: &Engine| engine.list().header.version.clone();
        let out = ListDifference {
            labels: (label(running), label(draft)),
            ..ListDifference::default()
        };
        Self {
            out,
            together: HashMap::new(),
        }
    }

    fn take(&mut self, app: &App, running: &Engine, draft: &Engine, row: &NarrativeRow) {
        if row.narrative.trim().is_empty() {
            self.out.wordless += 1;
            return;
        }
        let district = app.district_name(&row.district, &row.place, &row.narrative);
        let ask = |engine: &Engine| app.ask(engine, &row.narrative, &row.place, &district);
        let (old, new) = (ask(running), ask(draft));
        self.out.cases += 1;
        self.count(running, draft, (&old, &new), &row.no);
    }

    fn count(
        &mut self,
        running: &Engine,
        draft: &Engine,
        (old, new): (&Suggestion, &Suggestion),
        no: &str,
    ) {
        let out = &mut self.out;
        let (desk, matter, lead) = (
            old.desk != new.desk,
            old.matter != new.matter,
            old.lead != new.lead,
        );
        out.desk += i64::from(desk);
        out.matter += i64::from(matter);
        out.lead += i64::from(lead);
        if desk || matter || lead {
            out.changed += 1;
            // The oldest come first, so the newest stay.
            if out.moved.len() == MOVED_MOST {
                out.moved.remove(0);
            }
            out.moved.push(MovedCase {
                no: no.to_owned(),
                from: place(running, old),
                to: place(draft, new),
            });
        }
        if new.matter.is_none() {
            out.no_row += 1;
            out.no_row_new += i64::from(old.matter.is_some());
            if out.rowless.len() == ROWLESS_MOST {
                out.rowless.remove(0);
            }
            out.rowless.push(no.to_owned());
        }
        if let Some(first) = &new.matter {
            let first = format!("{first} {}", new.matter_name);
            for other in &new.alternatives {
                let pair = (first.clone(), format!("{} {}", other.matter, other.name));
                let seen = self.together.entry(pair).or_default();
                seen.0 += 1;
                no.clone_into(&mut seen.1);
            }
        }
    }

    fn finish(self) -> ListDifference {
        let mut out = self.out;
        let mut together: Vec<RowsTogether> = self
            .together
            .into_iter()
            .map(|((first, second), (cases, no))| RowsTogether {
                first,
                second,
                cases,
                no,
            })
            .collect();
        together.sort_by(|a, b| {
            let order = b.cases.cmp(&a.cases);
            order.then_with(|| (&a.first, &a.second).cmp(&(&b.first, &b.second)))
        });
        together.truncate(TOGETHER_MOST);
        out.together = together;
        out.moved.reverse();
        out.rowless.reverse();
        out
    }
}

fn place(engine: &Engine, said: &Suggestion) -> CasePlace {
    CasePlace {
        desk: said.desk,
        matter: said
            .matter
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        matter_name: said.matter_name.clone(),
        lead_name: lead_name(engine, said),
    }
}
