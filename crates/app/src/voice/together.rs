//! What a turn writes, in one commit: facts of calls with and without a case, and calls that are bound to a case. Each is a change
//! of its own, made ready on the version of its case that was read; where that has moved on, it is made again by itself.

use super::VoiceDesk;
use super::step::seat_of;
use super::turn::Binding;
use super::write::{Running, Written, change_of, is_passing, key_of, noted_in, runs};
use crate::App;
use crate::draft::Draft;
use crate::error::AppError;
use ::voice::call::{CallId, Fact};
use store::{Appended, Change, VoiceRecord};
use tokio::sync::oneshot;

/// Facts of one call, as they will be written.
pub(super) struct Ready {
    call: CallId,
    before: Running,
    after: Running,
    facts: Vec<Fact>,
    kept: Vec<VoiceRecord>,
    /// All of it, and which links it tells; none where it takes several changes, as several people acted on one case.
    change: Option<(Change, Vec<String>)>,
}

/// A binding, as it will be written.
pub(super) struct ReadyBinding {
    call: CallId,
    case: String,
    no: String,
    before: Running,
    answer: oneshot::Sender<Result<(), AppError>>,
    change: Result<Option<(Change, Vec<String>)>, AppError>,
}

/// A call that was to be bound, what is known of it now, who waits for it, and what came of it.
pub(super) type Bound = (
    CallId,
    Running,
    oneshot::Sender<Result<(), AppError>>,
    Result<(), AppError>,
);

impl App {
    /// Makes facts of a call ready, with the last of them what is kept of it.
    pub(super) async fn voice_ready(
        &self,
        desk: &VoiceDesk,
        call: CallId,
        running: Running,
        facts: Vec<Fact>,
        kept: Vec<VoiceRecord>,
    ) -> Ready {
        let mut after = running.clone();
        let mut records = Vec::new();
        let mut noted = Vec::new();
        for fact in &facts {
            self.voice_records(desk, call, fact, &mut after, &mut records);
            let seat = seat_of(&fact.what).map(str::to_owned);
            noted.extend(noted_in(call, fact).map(|noted| (seat, noted)));
        }
        records.extend(kept.iter().cloned());
        let change = match after.case.clone() {
            None => {
                after.noted.extend(noted);
                Some((change_of(records), Vec::new()))
            }
            Some(_) if noted.is_empty() => Some((change_of(records), Vec::new())),
            // Each person's deed is a change of its own.
            Some(_) if runs(&facts).count() > 1 => None,
            Some(case) => {
                let seat = noted.first().and_then(|(seat, _)| seat.clone());
                let noted: Vec<_> = noted.into_iter().map(|(_, noted)| noted).collect();
                let key = key_of(call, after.n);
                // What keeps it from being written is said where it is tried again.
                self.load(&case).await.ok().and_then(|draft| {
                    self.voice_change_of(seat.as_deref(), draft, &noted, &records, &key)
                        .ok()
                })
            }
        };
        Ready {
            call,
            before: running,
            after,
            facts,
            kept,
            change,
        }
    }

    /// Makes a binding ready.
    pub(super) async fn voice_bind_ready(
        &self,
        binding: Binding,
        running: Running,
    ) -> ReadyBinding {
        let Binding {
            call,
            case,
            read,
            answer,
        } = binding;
        let mut no = String::new();
        let change = match running.bindable(&case) {
            Err(error) => Err(error),
            Ok(false) => Ok(None),
            Ok(true) => {
                let draft = match read {
                    Some(draft) => Ok(*draft),
                    None => self.load(&case).await,
                };
                draft.map(|draft| {
                    no.clone_from(&draft.after.no);
                    self.voice_bind_change(call, &running, draft)
                })
            }
        };
        ReadyBinding {
            call,
            case,
            no,
            before: running,
            answer,
            change,
        }
    }

    /// The change that binds a call; none where it takes several, as several people acted in it, or cannot be made of the case
    /// as it was read.
    fn voice_bind_change(
        &self,
        call: CallId,
        running: &Running,
        draft: Draft,
    ) -> Option<(Change, Vec<String>)> {
        let records = [VoiceRecord::Bound {
            id: call.to_string(),
            case_id: draft.after.id.to_string(),
        }];
        let Some((seat, _)) = running.noted.first() else {
            return Some((change_of(records.to_vec()), Vec::new()));
        };
        if running.noted.iter().any(|(by, _)| by != seat) {
            return None;
        }
        let noted: Vec<_> = running.noted.iter().map(|(_, n)| n.clone()).collect();
        let key = key_of(call, running.n);
        self.voice_change_of(seat.as_deref(), draft, &noted, &records, &key)
            .ok()
    }

    /// Writes all that is ready, and what belongs to no fact, in one commit, each for itself. On failure a call's facts are left,
    /// and what is known of it is as it was.
    pub(super) async fn voice_together(
        &self,
        desk: &VoiceDesk,
        ready: Vec<Ready>,
        binds: Vec<ReadyBinding>,
        others: Vec<VoiceRecord>,
    ) -> (Vec<Written>, Vec<Bound>, Result<(), AppError>) {
        let (mut ready, mut binds) = (ready, binds);
        let mut changes = Vec::with_capacity(ready.len() + binds.len() + 1);
        let mut links = Vec::new();
        let mut take = |change: Option<(Change, Vec<String>)>| {
            let taken = change.is_some();
            if let Some((change, told)) = change {
                changes.push(change);
                links.push(told);
            }
            taken
        };
        let in_one: Vec<bool> = ready.iter_mut().map(|r| take(r.change.take())).collect();
        let bound_in_one: Vec<bool> = binds
            .iter_mut()
            .map(|b| take(b.change.as_mut().map_or(None, Option::take)))
            .collect();
        let with_others = !others.is_empty();
        if with_others {
            changes.push(change_of(others));
        }
        let mut outcomes = self.inner.store.append_all(changes).await;
        let others = if with_others {
            outcomes.pop().map_or(Ok(()), |done| done.map(drop))
        } else {
            Ok(())
        };
        let mut outcomes = outcomes.into_iter().zip(links).map(|(done, links)| {
            let done = done.map_err(AppError::from);
            if let Ok(Appended { .. }) = &done {
                links.iter().for_each(|link| self.wake(link));
            }
            done.map(drop)
        });
        // The answers of both in their order, before anything is written by itself.
        let mut answers = |in_one: Vec<bool>| -> Vec<Option<Result<(), AppError>>> {
            let answer = |one| if one { outcomes.next() } else { None };
            in_one.into_iter().map(answer).collect()
        };
        let (done, bound) = (answers(in_one), answers(bound_in_one));
        let mut written = Vec::with_capacity(ready.len());
        for (ready, done) in ready.into_iter().zip(done) {
            written.push(self.voice_settled(desk, ready, done).await);
        }
        let mut all_bound = Vec::with_capacity(binds.len());
        for (binding, done) in binds.into_iter().zip(bound) {
            all_bound.push(self.voice_bound(desk, binding, done).await);
        }
        (written, all_bound, others.map_err(AppError::from))
    }

    /// What came of a call's facts; those that were not in the one commit, or whose case has moved on, are written now.
    async fn voice_settled(
        &self,
        desk: &VoiceDesk,
        ready: Ready,
        done: Option<Result<(), AppError>>,
    ) -> Written {
        let Ready {
            call,
            before: mut running,
            after,
            facts,
            kept,
            ..
        } = ready;
        match done {
            Some(Ok(())) => (call, after, facts, Ok(())),
            Some(Err(error)) if running.case.is_none() || is_passing(&error) => {
                let left = facts.clone();
                (call, running, facts, Err((error, left)))
            }
            _ => {
                let done = self
                    .voice_facts(desk, call, &mut running, &facts, kept)
                    .await;
                (call, running, facts, done)
            }
        }
    }

    /// The same of a binding.
    async fn voice_bound(
        &self,
        desk: &VoiceDesk,
        binding: ReadyBinding,
        done: Option<Result<(), AppError>>,
    ) -> Bound {
        let ReadyBinding {
            call,
            case,
            no,
            before: mut running,
            answer,
            change,
        } = binding;
        let done = match (change, done) {
            (Err(error), _) => Err(error),
            (Ok(_), Some(Ok(()))) => {
                running.noted.clear();
                self.voice_known_bound(desk, call, &mut running, &case, no);
                Ok(())
            }
            (Ok(_), Some(Err(error))) if is_passing(&error) => Err(error),
            (Ok(_), _) => {
                self.voice_bind_written(desk, call, &mut running, &case)
                    .await
            }
        };
        (call, running, answer, done)
    }
}
