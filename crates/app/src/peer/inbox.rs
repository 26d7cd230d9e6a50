//! What the peer says, applied to the twin: each envelope once, in one change with its receipt.

use super::{PeerPorts, away};
use crate::App;
use crate::case::{CommandKey, NewCase};
use crate::chance::twin_id;
use crate::draft::{Draft, Message, Meta};
use crate::error::AppError;
use crate::view::NewContact;
use async_trait::async_trait;
use domain::case::{Command, Entry, PeerFact};
use domain::datum::Degrees;
use domain::desk::Channel;
use exchange::{Applied, ChainHead, Envelope, Figures, Inbox, LinkId, PortError};
use std::collections::{HashMap, HashSet};
use std::sync::PoisonError;
use store::{AppendError, CaseRow, Change, InboxRow, StoreError};

/// How often envelopes are decided anew because somebody at the desk was faster.
const TRIES: usize = 16;
/// How often the peer's log head is kept, milliseconds.
const HEAD_EVERY: i64 = 60_000;

#[async_trait]
impl Inbox for PeerPorts {
    async fn watermark(&self, link: &LinkId) -> Result<u64, PortError> {
        let up_to = self
            .app
            .store()
            .applied_watermark(link.as_str())
            .await
            .map_err(away)?;
        u64::try_from(up_to).map_err(away)
    }

    async fn apply(
        &self,
        link: &LinkId,
        envelopes: &[Envelope],
    ) -> Result<Vec<Applied>, PortError> {
        let mut results: Vec<Option<Applied>> = vec![None; envelopes.len()];
        let mut stuck = 0;
        while stuck < TRIES {
            let round = self.app.next_round(link, envelopes, &results);
            if round.is_empty() {
                break;
            }
            if self.app.apply_round(link, &round, &mut results).await? {
                stuck = 0;
            } else {
                stuck += 1;
            }
        }
        Ok(results.into_iter().map_while(|result| result).collect())
    }

    async fn quarantine(
        &self,
        link: &LinkId,
        envelope: &Envelope,
        reason: &str,
    ) -> Result<(), PortError> {
        tracing::error!(
            link = link.as_str(),
            seq = envelope.seq,
            reason,
            "envelope quarantined"
        );
        let inbox = receipt(&self.app, link, envelope, &refused(reason))?;
        let change = Change {
            inbox: Some(inbox),
            ..Change::default()
        };
        match self.app.store().append(change).await {
            Ok(_) | Err(AppendError::Received { .. }) => Ok(()),
            Err(error) => Err(away(error)),
        }
    }

    async fn keys_current(&self) -> Result<(), PortError> {
        self.app.follow_keys().await.map_err(away)
    }

    async fn peer_figures(&self, link: &LinkId, figures: Figures) -> Result<(), PortError> {
        let told = self.app.hear_figures(link.as_str(), &figures).await;
        told.map_err(away)
    }

    async fn peer_head(&self, link: &LinkId, head: ChainHead) -> Result<(), PortError> {
        let now = self.app.now();
        let (alarm, keep) = {
            let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
            let heard = heads.entry(link.as_str().to_owned()).or_default();
            let rewritten = heard.hear(&head);
            let keep = rewritten || now - heard.kept_at >= HEAD_EVERY;
            if keep {
                heard.kept_at = now;
            }
            (rewritten, keep.then(|| heard.highest.clone()).flatten())
        };
        let Some(highest) = keep else { return Ok(()) };
        let store = self.app.store();
        let mut state = store
            .link_state(link.as_str())
            .await
            .map_err(away)?
            .unwrap_or_default();
        link.as_str().clone_into(&mut state.link);
        state.peer_head = serde_json::to_string(&highest).map_err(away)?;
        if alarm {
            tracing::error!(
                link = link.as_str(),
                "another hash at a known position: was the peer's log rewritten?"
            );
            "peer_log_rewritten".clone_into(&mut state.alarm);
            state.alarm_at = Some(now);
        }
        let records = vec![store::Record::LinkState(state)];
        store
            .append(Change {
                records,
                ..Change::default()
            })
            .await
            .map_err(away)?;
        Ok(())
    }
}

enum Prepared {
    /// To be appended: what it is answered with if that succeeds.
    Change(Box<Change>, Applied),
    /// Answered from the inbox.
    Known(Applied),
}

impl App {
    /// Of each case the first envelope that is not applied yet. Never two of one case at once: were
    /// the first refused because somebody at the desk was faster, the second would be written on a
    /// state that never was.
    fn next_round<'a>(
        &self,
        link: &LinkId,
        envelopes: &'a [Envelope],
        results: &[Option<Applied>],
    ) -> Vec<(usize, &'a Envelope)> {
        let mut cases = HashSet::new();
        let mut first = true;
        envelopes
            .iter()
            .zip(results)
            .enumerate()
            .filter(|(_, (_, result))| result.is_none())
            // A comparison counts what stands before it: looked at beside it, that would be missing.
            .filter(|(_, (envelope, _))| {
                std::mem::take(&mut first) || envelope.kind != super::reconcile::KIND
            })
            .filter(|(_, (envelope, _))| cases.insert(self.target(link, envelope)))
            .map(|(n, (envelope, _))| (n, envelope))
            .collect()
    }

    /// Applies envelopes of different cases in one go; says whether any of them came through. One
    /// that cannot be handled stops only itself: the others are written first.
    async fn apply_round(
        &self,
        link: &LinkId,
        round: &[(usize, &Envelope)],
        results: &mut [Option<Applied>],
    ) -> Result<bool, PortError> {
        let rows = self.targets(link, round).await.map_err(away)?;
        let received = self.received_of(link, round).await.map_err(away)?;
        let mut changes = Vec::new();
        let mut answers = Vec::new();
        let mut failed = None;
        for (n, envelope) in round {
            match self.prepare(link, envelope, &rows, &received).await {
                Ok(Prepared::Change(change, applied)) => {
                    changes.push(*change);
                    answers.push((*n, applied));
                }
                Ok(Prepared::Known(applied)) => set(results, *n, applied),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        let links: HashSet<String> = changes
            .iter()
            .flat_map(|c| c.outbox.iter().map(|e| e.link.clone()))
            .collect();
        let appended = self.store().append_all(changes).await;
        for link in links {
            self.wake(&link);
        }
        let mut progress = false;
        for ((n, applied), written) in answers.into_iter().zip(appended) {
            match written {
                Ok(_) => set(results, n, applied),
                Err(AppendError::Received { result }) => set(results, n, known(&result)),
                // Somebody at the desk was faster: decided anew in the next round.
                Err(AppendError::Conflict { .. }) => continue,
                // The number of a case that began was given out before.
                Err(AppendError::Duplicate { .. }) => {
                    self.skip_number(self.now()).await.map_err(away)?;
                    continue;
                }
                Err(error) => return Err(away(error)),
            }
            progress = true;
        }
        match failed {
            Some(error) => Err(error),
            None => Ok(progress
                || round
                    .iter()
                    .any(|(n, _)| matches!(results.get(*n), Some(Some(_))))),
        }
    }

    /// The cases the envelopes are about, by id.
    async fn targets(
        &self,
        link: &LinkId,
        round: &[(usize, &Envelope)],
    ) -> Result<HashMap<String, CaseRow>, StoreError> {
        let ids: Vec<String> = round.iter().map(|(_, e)| self.target(link, e)).collect();
        let rows = self.store().cases(&ids).await?;
        Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
    }

    /// Those of the envelopes whose numbers are in the inbox already, with the ids they came under.
    async fn received_of(
        &self,
        link: &LinkId,
        round: &[(usize, &Envelope)],
    ) -> Result<HashMap<u64, String>, StoreError> {
        let numbers = || round.iter().map(|(_, envelope)| envelope.seq);
        let (Some(first), Some(last)) = (numbers().min(), numbers().max()) else {
            return Ok(HashMap::new());
        };
        let number = |seq: u64| i64::try_from(seq).unwrap_or(i64::MAX);
        let (after, up_to) = (number(first.saturating_sub(1)), number(last));
        let most = up_to.saturating_sub(after);
        let rows = self
            .store()
            .inbox_ids(link.as_str(), after, up_to, most)
            .await?;
        Ok(rows
            .into_iter()
            .filter_map(|(seq, id)| Some((u64::try_from(seq).ok()?, id)))
            .collect())
    }

    fn target(&self, link: &LinkId, envelope: &Envelope) -> String {
        envelope
            .peer_case
            .clone()
            .unwrap_or_else(|| twin_id(&self.config().platform.id, link.as_str(), &envelope.case))
    }

    async fn prepare(
        &self,
        link: &LinkId,
        envelope: &Envelope,
        rows: &HashMap<String, CaseRow>,
        received: &HashMap<u64, String>,
    ) -> Result<Prepared, PortError> {
        let seq = i64::try_from(envelope.seq).map_err(away)?;
        if let Some(id) = received.get(&envelope.seq) {
            if *id != envelope.id {
                // The sender was set back to an older state.
                return Err(PortError::Forked { seq: envelope.seq });
            }
            let result = self.store().inbox_result(link.as_str(), seq).await;
            let result = result.map_err(away)?.unwrap_or_default();
            return Ok(Prepared::Known(known(&result)));
        }
        if envelope.kind == super::reconcile::KIND {
            let difference = self.compare_summary(link, &envelope.body).await?;
            let (result, answer) = match difference {
                None => ("done".to_owned(), Applied::Done),
                Some(reason) => (refused(&reason), Applied::Refused { reason }),
            };
            let inbox = Some(receipt(self, link, envelope, &result)?);
            return Ok(Prepared::Change(
                Box::new(Change {
                    inbox,
                    ..Change::default()
                }),
                answer,
            ));
        }
        let decided = self.decide_envelope(link, envelope, rows).await;
        let (drafts, meta, answer) = match decided {
            Ok((drafts, meta)) => (drafts, meta, Applied::Done),
            Err(error @ (AppError::Unavailable(_) | AppError::Full)) => return Err(away(error)),
            Err(AppError::Internal(reason)) => {
                return Err(PortError::Poison {
                    seq: envelope.seq,
                    reason,
                });
            }
            Err(AppError::Refused(refusal)) if refusal.is_crossing() => {
                tracing::info!(link = link.as_str(), seq, %refusal, "two words crossed");
                let inbox = Some(receipt(self, link, envelope, "done")?);
                let change = Change {
                    inbox,
                    ..Change::default()
                };
                return Ok(Prepared::Change(Box::new(change), Applied::Done));
            }
            Err(error) => {
                let reason = format!("{}: {error}", error.key());
                tracing::warn!(link = link.as_str(), seq, reason, "envelope refused");
                let inbox = Some(receipt(self, link, envelope, &refused(&reason))?);
                let change = Change {
                    inbox,
                    ..Change::default()
                };
                return Ok(Prepared::Change(
                    Box::new(change),
                    Applied::Refused { reason },
                ));
            }
        };
        let inbox = receipt(self, link, envelope, "done")?;
        let (change, _) = self
            .change(&meta, drafts, None, Some(inbox))
            .map_err(|error| PortError::Poison {
                seq: envelope.seq,
                reason: error.to_string(),
            })?;
        Ok(Prepared::Change(Box::new(change), answer))
    }

    async fn decide_envelope(
        &self,
        link: &LinkId,
        envelope: &Envelope,
        rows: &HashMap<String, CaseRow>,
    ) -> Result<(Vec<Draft>, Meta), AppError> {
        let unreadable =
            |error: serde_json::Error| AppError::field("body", "unreadable", error.to_string());
        let body: serde_json::Value = serde_json::from_str(&envelope.body).map_err(unreadable)?;
        // A store that takes none would hold up the whole link for it.
        if crate::case::holds_nul(&body) {
            let detail = "holds a NUL character";
            return Err(AppError::field("body", "control_character", detail));
        }
        let message: Message = serde_json::from_value(body).map_err(unreadable)?;
        let key = CommandKey {
            id: envelope.id.clone(),
            digest: String::new(),
        };
        let meta = self.meta(&self.machine(), &key);
        let own = domain::id::LinkId::from(link.as_str());
        let id = self.target(link, envelope);
        let known = rows.get(&id).cloned().map(Draft::of_row).transpose()?;
        let mut drafts = match (known, message.fact) {
            (Some(mut draft), fact) => {
                if draft
                    .after
                    .twin
                    .as_ref()
                    .is_some_and(|t| t.case.as_ref().is_some_and(|c| c.as_str() != envelope.case))
                {
                    return Err(AppError::NotFound);
                }
                if let Some(words) = &message.words {
                    self.heard(&meta, &mut draft, envelope.at, words).await?;
                }
                let entries = entries_of(&fact);
                draft.files =
                    self.heard_files(&meta, &draft, link.as_str(), &entries, &message.files);
                self.apply(&meta, &mut draft, &Command::Peer { link: own, fact })?;
                vec![draft]
            }
            (None, PeerFact::Offered(body)) if body.case.as_str() == envelope.case => {
                let person = message
                    .person
                    .ok_or_else(|| AppError::field("person", "required", "an offer brings it"))?;
                let contact = NewContact {
                    channel: Channel::Peer,
                    narrative: person.narrative,
                    place: person.address,
                    district: body.district.clone(),
                    point: person
                        .lon
                        .zip(person.lat)
                        .map(|(lon, lat)| crate::place::shown(Degrees::new(lon, lat))),
                    caller_number: person.caller_number,
                    contact_number: person.contact_number,
                    caller_name: person.caller_name,
                    confidential: body.confidential,
                    happened_at: None,
                    dismissed: Vec::new(),
                    then: None,
                    source: body.no.clone(),
                };
                let new = NewCase {
                    id,
                    contact: &contact,
                    heard: None,
                    offer: Some((&own, &body)),
                    then: None,
                    backflow_of: None,
                    danger_of: None,
                };
                let mut draft = self.begin_case(&meta, &new, None)?;
                draft.files =
                    self.heard_files(&meta, &draft, link.as_str(), &body.history, &message.files);
                vec![draft]
            }
            (None, _) => return Err(AppError::NotFound),
        };
        self.follow(&meta, &mut drafts).await?;
        Ok((drafts, meta))
    }

    /// Words the peer heard, kept with what was said.
    async fn heard(
        &self,
        meta: &Meta,
        draft: &mut Draft,
        at: i64,
        words: &str,
    ) -> Result<(), AppError> {
        self.ensure_person(draft).await?;
        let calendar = self.inner.calendar.load();
        let stamp = calendar.stamp(at.min(meta.now));
        if let Some(person) = draft.person.as_mut() {
            let peer = draft
                .after
                .twin
                .as_ref()
                .map(|t| self.config().peer_name(t.link.as_str()));
            let peer = peer.unwrap_or_default();
            person
                .narrative
                .push_str(&format!("\n【{peer}补充 {stamp}】{words}"));
            draft.person_changed = true;
        }
        Ok(())
    }
}

/// What a fact tells of the twin's past.
fn entries_of(fact: &PeerFact) -> Vec<Entry> {
    match fact {
        PeerFact::Noted { entry, .. } => vec![entry.clone()],
        PeerFact::Offered(body) => body.history.clone(),
        _ => Vec::new(),
    }
}

fn receipt(
    app: &App,
    link: &LinkId,
    envelope: &Envelope,
    result: &str,
) -> Result<InboxRow, PortError> {
    Ok(InboxRow {
        link: link.as_str().to_owned(),
        seq: i64::try_from(envelope.seq).map_err(away)?,
        msg_id: envelope.id.clone(),
        at: app.now(),
        result: result.to_owned(),
    })
}

fn set(results: &mut [Option<Applied>], n: usize, applied: Applied) {
    if let Some(slot) = results.get_mut(n) {
        *slot = Some(applied);
    }
}

fn refused(reason: &str) -> String {
    format!("refused: {reason}")
}

fn known(result: &str) -> Applied {
    result
        .strip_prefix("refused: ")
        .map_or(Applied::Already, |reason| Applied::Refused {
            reason: reason.to_owned(),
        })
}
