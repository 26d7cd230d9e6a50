//! Learning: the log folded into the learnt layer of triage, and what it makes of a narrative.
//!
//! The job reads the log from its beginning, so the model is a function of the log and the list
//! (same log, same model). It never stands in a call's way: a call reads whatever model is served,
//! and a correction is served as soon as the job has read it. Words are masked before they are
//! learnt. Rolling back is a choice of what is served and changes nothing of what is learnt.

mod lesson;

use crate::App;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{
    AlikeBefore, ConfidenceView, DeskOpinion, FragmentView, LearningView, LearntModel, OpinionRow,
    PromotionRule, TriedModel,
};
use arc_swap::ArcSwap;
use domain::case::Event;
use domain::id::MatterCode;
use domain::right::{Action, Actor, Resource, mask_text, may};
use lesson::{Lesson, Lessons};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use store::{Change, Record, SettingRow};
use tokio::sync::watch;
use triage::{
    Assessment, Course, Encoder, Example, Homework, Model, Narrative, Opinion, PROMOTION, Query,
    Settled, Sketch, Standing, Twins, Zone,
};

/// The setting that holds the version everybody is served, when somebody went back to one.
const PINNED: &str = "triage_model";
/// Closed and accepted cases a narrative is compared with.
const REMEMBERED: usize = 50_000;
/// How alike a case has to be to be shown.
const ALIKE: f32 = 0.2;
/// Alike cases shown.
const SHOWN: usize = 3;
const READ: i64 = 512;
/// How long events gather before they are learnt: what is served is a copy of the whole model, and
/// is to be made once for many of them. A correction is still served within a second.
const GATHER: Duration = Duration::from_millis(200);

/// What is served, and how learning stands.
#[derive(Debug, Default)]
pub(crate) struct Learning {
    /// The newest model, with its name; nothing until the first training is done.
    newest: ArcSwap<Option<Served>>,
    promoted: ArcSwap<Vec<triage::Promoted>>,
    pinned: ArcSwap<Option<String>>,
    standing: ArcSwap<Standing>,
    memory: Mutex<Memory>,
    /// What the heads ask beside the words, if the site has one; set before learning begins.
    encoder: OnceLock<Encoder>,
}

#[derive(Debug, Clone)]
struct Served {
    version: String,
    model: Arc<Model>,
}

/// The cases of before, for saying which one a new one is like.
#[derive(Debug)]
struct Memory {
    twins: Twins,
    /// What each was, the oldest first.
    cases: VecDeque<(String, MatterCode)>,
    /// Number of the oldest.
    first: u32,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            twins: Twins::new(REMEMBERED),
            cases: VecDeque::new(),
            first: 0,
        }
    }
}

impl Memory {
    fn remember(&mut self, sketch: Sketch, case: &str, matter: &MatterCode) {
        self.twins.add(sketch);
        self.cases.push_back((case.to_owned(), matter.clone()));
        if self.cases.len() > REMEMBERED {
            self.cases.pop_front();
            self.first += 1;
        }
    }

    fn case(&self, number: u32) -> Option<&(String, MatterCode)> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.cases.get(at)
    }
}

impl Learning {
    /// The model calls are answered with.
    fn served(&self) -> Option<Served> {
        let pinned = self.pinned.load();
        if let Some(version) = pinned.as_ref() {
            let promoted = self.promoted.load();
            if let Some(chosen) = promoted.iter().find(|p| p.version == *version) {
                return Some(Served {
                    version: version.clone(),
                    model: Arc::clone(&chosen.model),
                });
            }
        }
        self.newest.load().as_ref().clone()
    }

    fn publish(&self, course: &Course) {
        let (trained_as, since) = (course.promoted().last(), course.working().seen().1);
        let name = trained_as.map(|p| p.version.as_str()).unwrap_or_default();
        self.newest.store(Arc::new(Some(Served {
            version: if since == 0 {
                name.to_owned()
            } else {
                format!("{name}+{since}")
            },
            model: Arc::new(course.working().clone()),
        })));
        self.promoted.store(Arc::new(course.promoted().to_vec()));
        self.standing.store(Arc::new(course.standing()));
    }
}

/// Does what takes long without keeping others from the thread, where there are others.
fn aside<T>(long: bool, work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    let several =
        Handle::try_current().is_ok_and(|h| h.runtime_flavor() == RuntimeFlavor::MultiThread);
    if long && several {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

impl App {
    /// What the heads are to ask beside the words. Has an effect before the jobs are started, and once.
    pub fn use_encoder(&self, encoder: Encoder) {
        // A second one would find models that were learnt with the first.
        let _ = self.inner.learning.encoder.set(encoder);
    }

    /// Reads the log into the model for as long as the program runs.
    pub(crate) async fn run_learning(&self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            () = self.learn() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    async fn learn(&self) {
        let engine = self.inner.engine.load_full();
        let encoder = self.inner.learning.encoder.get().cloned();
        let taught = tokio::task::spawn_blocking(move || Course::beside(engine.lessons(), encoder));
        let Ok(mut course) = taught.await else {
            tracing::error!("the learnt layer could not begin; the rules go on alone");
            return;
        };
        self.inner.learning.publish(&course);
        let mut lessons = Lessons::default();
        let mut homework: Option<tokio::task::JoinHandle<triage::Handed>> = None;
        let mut positions = self.inner.store.positions();
        let mut after = 0;
        loop {
            let head = *positions.borrow_and_update();
            let mut learnt = false;
            while after < head {
                match self
                    .learn_some(&mut course, &mut lessons, &mut homework, after)
                    .await
                {
                    Ok((next, taught)) if next > after => {
                        after = next;
                        learnt |= taught;
                    }
                    Ok(_) => break,
                    Err(error) => {
                        tracing::warn!(%error, "learning waits for the store");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
            }
            if learnt {
                self.inner.learning.publish(&course);
            }
            if let Err(error) = self.read_pinned().await {
                tracing::warn!(%error, "which model is served is read later");
            }
            if positions.changed().await.is_err() {
                return;
            }
            tokio::time::sleep(GATHER).await;
        }
    }

    /// Learns from the next events; gives the position it came to, and whether they taught anything.
    async fn learn_some(
        &self,
        course: &mut Course,
        lessons: &mut Lessons,
        homework: &mut Option<tokio::task::JoinHandle<triage::Handed>>,
        after: i64,
    ) -> Result<(i64, bool), AppError> {
        let rows = self.inner.store.feed(after, READ).await?;
        let Some(last) = rows.last().map(|row| row.pos) else {
            return Ok((after, false));
        };
        // All that can fail comes first: what is learnt is learnt once.
        let mut heard = Vec::new();
        let heard_of = |row: &&store::LogRow| lesson::HEARD.contains(&row.kind.as_str());
        for row in rows.iter().filter(heard_of) {
            // One that cannot be read will not be readable in a second either: the rest goes on.
            match serde_json::from_str::<Event>(&row.body) {
                Ok(event) => heard.push((row.case_id.as_str(), event)),
                Err(error) => tracing::error!(pos = row.pos, %error, "an event teaches nothing"),
            }
        }
        let mut ids: Vec<&str> = heard
            .iter()
            .filter(|(_, event)| teaches(event))
            .map(|(id, _)| *id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let mut words = std::collections::HashMap::new();
        for id in ids {
            if let Some(person) = self.inner.store.person(id).await? {
                words.insert(id, mask_text(&person.narrative));
            }
        }
        let mut learnt = false;
        for (case, event) in &heard {
            match lessons.hear(case, event) {
                None => continue,
                Some(Lesson::Isnt) => course.forget(case),
                Some(Lesson::Is(to)) => {
                    let Some(words) = words.get(case).filter(|w| !w.is_empty()) else {
                        continue;
                    };
                    self.teach(course, case, words, &to);
                }
            }
            learnt = true;
            if let Some(work) = course.homework() {
                *homework = Some(tokio::task::spawn_blocking(move || Homework::done(work)));
            }
            if course.is_due()
                && let Some(work) = homework.take()
            {
                let handed = work
                    .await
                    .map_err(|error| AppError::Internal(format!("training: {error}")))?;
                course.hand_in(handed);
                tracing::info!(standing = ?course.standing(), "a model was trained anew");
            }
        }
        Ok((last, learnt))
    }

    fn teach(
        &self,
        course: &mut Course,
        case: &str,
        words: &str,
        to: &domain::case::Classification,
    ) {
        let Some(matter) = &to.matter else { return };
        let engine = self.inner.engine.load();
        let Some(row) = engine.matter(matter) else {
            return;
        };
        // The rules' own word: how far they are to be trusted is counted by it.
        let said = engine.ruled(&Query {
            narrative: words,
            place: "",
            district: "",
            received_at: self.inner.config.platform.desk,
        });
        let example = Example {
            words: words.to_owned(),
            desk: Some(to.desk.unwrap_or(row.desk).as_str().to_owned()),
            group: Some(row.group.clone()),
            row: Some(matter.to_string()),
            urgency: Some(to.urgency.as_str().to_owned()),
            ..Example::default()
        }
        .ruled_by(&said);
        let encodes = course.working().encodes();
        aside(encodes, || course.learn(case, example));
        if let Some(sketch) = Sketch::of(Narrative::new(words).chars()) {
            let memory = &self.inner.learning.memory;
            let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
            memory.remember(sketch, case, matter);
        }
    }

    async fn read_pinned(&self) -> Result<(), AppError> {
        let row = self.inner.store.setting(PINNED).await?;
        let version = row.map(|row| row.value).filter(|v| !v.is_empty());
        self.inner.learning.pinned.store(Arc::new(version));
        Ok(())
    }

    /// Everything that is made of a contact, with the name of the model that was asked; empty while
    /// the learnt layer is not there yet, and the rules answer alone.
    pub(crate) fn assess(&self, query: &Query<'_>) -> (Assessment, String) {
        let engine = self.inner.engine.load();
        match self.inner.learning.served() {
            Some(served) => {
                let ask = || engine.assess(query, Some(&served.model));
                (aside(served.model.encodes(), ask), served.version)
            }
            None => (engine.assess(query, None), String::new()),
        }
    }

    /// How sure the screen may look, what else to offer, and what speaks for it.
    pub(crate) fn confidence(
        &self,
        actor: &Actor,
        narrative: &str,
        (opinion, settled): (&Opinion, &Settled),
        model: String,
        district: &str,
    ) -> ConfidenceView {
        let desk = settled.desk.map(|(desk, share)| DeskOpinion {
            desk,
            percent: percent(share),
            sure: settled.sure,
        });
        if model.is_empty() {
            return ConfidenceView {
                desk,
                ..ConfidenceView::default()
            };
        }
        let engine = self.inner.engine.load();
        let rows = opinion.rows.iter().filter_map(|ranked| {
            let row = engine.matter(&MatterCode::from(ranked.class.as_str()))?;
            let lead = row.lead_in(district);
            Some(OpinionRow {
                matter: row.code.to_string(),
                name: row.name.clone(),
                desk: row.desk,
                lead: lead.to_string(),
                lead_name: self.unit_name(lead.as_str()),
                percent: percent(ranked.share),
            })
        });
        ConfidenceView {
            zone: match opinion.zone {
                Zone::Prefill => "prefill",
                Zone::Offer => "offer",
                Zone::Ask => "ask",
            }
            .to_owned(),
            desk,
            rows: rows.collect(),
            agree: opinion.agree,
            fragments: opinion
                .heads
                .fragments
                .iter()
                .map(|f| FragmentView {
                    words: f.words.clone(),
                    start: f.start,
                    end: f.end,
                    percent: percent(f64::from(f.share)),
                })
                .collect(),
            before: if may(actor, Action::Intake, Resource::default()) {
                self.alike_before(narrative)
            } else {
                Vec::new()
            },
            model,
        }
    }

    /// The decided cases most like it, and where each went.
    fn alike_before(&self, narrative: &str) -> Vec<AlikeBefore> {
        let Some(sketch) = Sketch::of(Narrative::new(&mask_text(narrative)).chars()) else {
            return Vec::new();
        };
        let engine = self.inner.engine.load();
        let memory = &self.inner.learning.memory;
        let memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out: Vec<AlikeBefore> = Vec::new();
        for (number, likeness) in memory.twins.like(&sketch, ALIKE) {
            let Some((case, matter)) = memory.case(number) else {
                continue;
            };
            // A case corrected twice is remembered twice; the youngest counts.
            if out.iter().any(|known| known.id == *case) {
                continue;
            }
            let row = engine.matter(matter);
            out.push(AlikeBefore {
                id: case.clone(),
                matter_name: row.map(|r| r.name.clone()).unwrap_or_default(),
                lead_name: row
                    .map(|r| self.unit_name(r.lead.as_str()))
                    .unwrap_or_default(),
                percent: percent(f64::from(likeness)),
            });
            if out.len() == SHOWN {
                break;
            }
        }
        out
    }

    /// How the learnt layer stands, and which models it could go back to.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub fn learning(&self, actor: &Actor) -> Result<LearningView, AppError> {
        allow(actor, Action::ReadDirectory)?;
        let learning = &self.inner.learning;
        let standing = learning.standing.load();
        let served = learning.served();
        Ok(LearningView {
            served: served.map(|s| s.version).unwrap_or_default(),
            pinned: learning.pinned.load().as_ref().clone(),
            lessons: count(standing.lessons),
            recent: standing.recent,
            earlier: standing.earlier,
            drifting: standing.drifting,
            refused: count(standing.refused),
            next: count(standing.next),
            shadow: standing.shadow.map(count),
            last: standing.last.map(|last| TriedModel {
                lessons: count(last.lessons),
                tried: last.tried,
                before: last.before,
                taken: last.taken,
            }),
            rule: PromotionRule {
                first: count(PROMOTION.first),
                slack: PROMOTION.slack,
                tried_on: count(PROMOTION.tried_on),
                kept: count(PROMOTION.kept),
                recent: count(PROMOTION.recent),
                before: count(PROMOTION.before),
                fall: PROMOTION.fall,
            },
            models: learning
                .promoted
                .load()
                .iter()
                .rev()
                .map(|p| LearntModel {
                    version: p.version.clone(),
                    lessons: count(p.lessons),
                    tried: p.tried,
                    before: p.before,
                    asked: count(p.tally.asked),
                    agreement: p.tally.agreement(),
                    calibration_error: p.tally.calibration_error(),
                    coverage: p.tally.coverage(),
                    precision: p.tally.precision(),
                    set_coverage: p.tally.set_coverage(),
                    set_size: p.tally.set_size(),
                })
                .collect(),
        })
    }

    /// Serves an earlier model until somebody says otherwise, or the newest again. What is learnt
    /// goes on being learnt.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::Invalid`] for a version that is not kept, or no reason.
    pub async fn choose_model(
        &self,
        actor: &Actor,
        version: Option<&str>,
        reason: &str,
    ) -> Result<LearningView, AppError> {
        allow(actor, Action::Administer)?;
        if reason.trim().is_empty() || reason.chars().count() > 500 {
            return Err(AppError::field(
                "reason",
                "required",
                "why, up to 500 characters",
            ));
        }
        let learning = &self.inner.learning;
        let kept = |version: &&str| {
            learning
                .promoted
                .load()
                .iter()
                .any(|p| p.version == **version)
        };
        if version.is_some_and(|v| !kept(&v)) {
            return Err(AppError::field(
                "version",
                "unknown",
                "a version that is kept",
            ));
        }
        let value = version.unwrap_or_default().to_owned();
        let row = SettingRow {
            key: PINNED.to_owned(),
            value: value.clone(),
            at: self.now(),
        };
        let resource = if value.is_empty() { "newest" } else { &value };
        let audit = self.audit_row(actor, "choose_model", resource, reason);
        let change = Change {
            records: vec![Record::Setting(row), audit],
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        self.read_pinned().await?;
        self.learning(actor)
    }
}

/// Whether an event can teach anything, so that its words are needed.
const fn teaches(event: &Event) -> bool {
    matches!(
        event,
        Event::Classified { .. }
            | Event::Assigned { .. }
            | Event::Signed { .. }
            | Event::OfferAccepted { .. }
            | Event::PeerAccepted { .. }
            | Event::Closed { .. }
    )
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Hundredths, rounded down: 99.9 % is not certain.
pub(crate) fn percent(share: f64) -> i64 {
    let mut whole = 0;
    while whole < 100 && f64::from(whole + 1) <= share * 100.0 {
        whole += 1;
    }
    i64::from(whole)
}
