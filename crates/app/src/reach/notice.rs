//! Notices as people see them: one's own, a unit's, those that failed; and what is done about them.

use super::confirm::person_name;
use super::ladder::{TRIES, shown};
use super::send::asks;
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{
    AttemptView, DeliveryView, NoticeDetail, NoticeOrder, NoticePage, NoticeQuery, NoticeView,
    NoticesSeen,
};
use domain::right::{Action, Actor, Resource, may};
use store::{AttemptRow, DeliveryRow, NoticeRow, ReachRecord, Record, ToldRow};

/// Notices that are marked as seen at once.
const SEEN_MOST: i64 = 200;

fn everywhere(actor: &Actor, action: Action) -> bool {
    may(actor, action, Resource::default())
}

impl App {
    /// A page of notices: the reader's own, those about the reader's unit, or what is to be mended.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] for a box that is none, the store's.
    pub async fn notices(
        &self,
        actor: &Actor,
        query: &NoticeQuery,
    ) -> Result<NoticePage, AppError> {
        let limit = query.limit.unwrap_or(50).clamp(1, 200);
        let asked = limit.saturating_add(1);
        let (store, after) = (&self.inner.store, query.after.as_str());
        let account = actor.account.as_str();
        let mut next = Vec::new();
        let mut told = |rows: Vec<ToldRow>| -> Vec<NoticeView> {
            next = rows.iter().map(|row| row.delivery.id.clone()).collect();
            rows.into_iter().map(|row| self.told_view(row)).collect()
        };
        let mut items = match query.which.as_str() {
            "" | "mine" => told(store.notices_of_account(account, after, asked).await?),
            "failed" | "print" => {
                allow(actor, Action::MendNotice)?;
                let state = if query.which == "print" {
                    "waiting"
                } else {
                    "dead"
                };
                let mut rows = store.deliveries_in_state(state, after, asked).await?;
                rows.retain(|row| query.which == "failed" || row.delivery.channel == "paper");
                told(rows)
            }
            which @ ("unit" | "unanswered" | "held") => {
                let rows = match which {
                    "unit" => {
                        let unit = actor.unit.as_str();
                        store.notices_of_unit(unit, after, asked).await?
                    }
                    which => {
                        allow(actor, Action::MendNotice)?;
                        let state = if which == "held" { "held" } else { "exhausted" };
                        store.notices_in_state(state, after, asked).await?
                    }
                };
                next = rows.iter().map(|row| row.id.clone()).collect();
                rows.into_iter().map(|row| self.notice_view(row)).collect()
            }
            _ => {
                let detail = "mine, unit, failed, unanswered, held or print";
                return Err(AppError::field("box", "unknown_word", detail));
            }
        };
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > most;
        items.truncate(most);
        Ok(NoticePage {
            next: next.get(most.saturating_sub(1)).filter(|_| more).cloned(),
            items,
            unseen: store.notices_unseen(account).await?,
        })
    }

    fn told_view(&self, row: ToldRow) -> NoticeView {
        let mut view = self.notice_view(row.notice);
        view.seen_at = row.delivery.seen_at;
        view.delivery = Some(delivery_view(row.delivery, Vec::new()));
        view
    }

    fn notice_view(&self, row: NoticeRow) -> NoticeView {
        NoticeView {
            asks: asks(&row),
            unit_name: self.unit_name(&row.unit),
            id: row.id,
            kind: row.kind,
            text: row.text,
            case_id: Some(row.case_id).filter(|id| !id.is_empty()),
            case_no: row.case_no,
            unit: row.unit,
            urgent: row.urgent,
            state: row.state,
            at: row.created_at,
            next_at: row.next_at,
            closed_at: row.closed_at,
            closed_by: row.closed_by,
            closed_how: row.closed_how,
            rule: row.rule,
            seen_at: None,
            delivery: None,
        }
    }

    /// A notice with everybody who was told and every try.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for a notice the reader has nothing to do with; the store's.
    pub async fn notice(&self, actor: &Actor, id: &str) -> Result<NoticeDetail, AppError> {
        let (notice, deliveries) = self.readable_notice(actor, id).await?;
        let mut attempts = self.inner.store.attempts(id).await?;
        let mine = deliveries
            .iter()
            .filter(|row| row.channel == "console" && row.account_id == actor.account.as_str())
            .find_map(|row| row.seen_at);
        let answers = asks(&notice)
            && notice.closed_at.is_none()
            && self.answers_for(actor, &notice, &deliveries);
        let open = notice.closed_at.is_none();
        let (on_behalf, sheet) = (
            open && asks(&notice) && everywhere(actor, Action::Dispatch),
            super::sheet::has_sheet(&notice) && everywhere(actor, Action::Dispatch),
        );
        let mut view = self.notice_view(notice);
        view.seen_at = mine;
        Ok(NoticeDetail {
            notice: view,
            deliveries: deliveries
                .into_iter()
                .map(|row| {
                    let (own, rest) = attempts.drain(..).partition(|a| a.delivery_id == row.id);
                    attempts = rest;
                    delivery_view(row, own)
                })
                .collect(),
            answers,
            on_behalf,
            mends: everywhere(actor, Action::MendNotice),
            sheet,
        })
    }

    async fn readable_notice(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<(NoticeRow, Vec<DeliveryRow>), AppError> {
        let notice = self.inner.store.notice(id).await?;
        let notice = notice.ok_or(AppError::NotFound)?;
        let deliveries = self.inner.store.deliveries(id).await?;
        let told = deliveries
            .iter()
            .any(|row| !row.account_id.is_empty() && row.account_id == actor.account.as_str());
        let unit = !notice.unit.is_empty() && notice.unit == actor.unit.as_str();
        if told
            || unit
            || everywhere(actor, Action::MendNotice)
            || everywhere(actor, Action::Dispatch)
        {
            Ok((notice, deliveries))
        } else {
            Err(AppError::NotFound)
        }
    }

    fn answers_for(&self, actor: &Actor, notice: &NoticeRow, deliveries: &[DeliveryRow]) -> bool {
        let told = deliveries
            .iter()
            .any(|row| row.channel == "console" && row.account_id == actor.account.as_str());
        let leg = Resource {
            involved: &[],
            leg: Some(&actor.unit),
        };
        let works = notice.unit == actor.unit.as_str() && may(actor, Action::WorkLeg, leg);
        told || works
    }

    /// Does something about a notice.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn change_notice(
        &self,
        actor: &Actor,
        id: &str,
        order: &NoticeOrder,
        key: &CommandKey,
    ) -> Result<NoticeDetail, AppError> {
        let (notice, deliveries) = self.readable_notice(actor, id).await?;
        if self.answered::<()>(key).await?.is_some() {
            return self.notice(actor, id).await;
        }
        let now = self.now();
        let mut records = Vec::new();
        let mut close = |by: String, how: &'static str| {
            records.push(ReachRecord::NoticeClosed {
                id: notice.id.clone(),
                state: "acknowledged",
                at: now,
                by,
                how,
            });
            records.push(ReachRecord::DeliveriesDropped {
                notice: notice.id.clone(),
                at: now,
            });
        };
        let mut audit = None;
        match order {
            NoticeOrder::Seen {} => records.extend(seen(actor, &deliveries, now)),
            NoticeOrder::Acknowledge {} => {
                if !asks(&notice) {
                    let detail = "it asks for no answer";
                    return Err(AppError::field("change", "not_asked", detail));
                }
                if !self.answers_for(actor, &notice, &deliveries) {
                    return Err(AppError::Forbidden);
                }
                close(actor.name.clone(), "console");
                records.extend(seen(actor, &deliveries, now));
            }
            NoticeOrder::AcknowledgeFor { name } => {
                allow(actor, Action::Dispatch)?;
                if !asks(&notice) {
                    let detail = "it asks for no answer";
                    return Err(AppError::field("change", "not_asked", detail));
                }
                let name = person_name(name)?;
                close(format!("{name}（{}代记）", actor.name), "behalf");
                audit = Some(self.audit_row(actor, "acknowledge_notice", id, &name));
            }
            NoticeOrder::Resend { delivery } => {
                allow(actor, Action::MendNotice)?;
                let known = deliveries
                    .iter()
                    .any(|row| &row.id == delivery && row.state == "dead");
                if !known {
                    let detail = "there is no dead delivery of that id";
                    return Err(AppError::field("delivery", "not_dead", detail));
                }
                records.push(ReachRecord::DeliveryAgain {
                    id: delivery.clone(),
                    at: now,
                    more: TRIES,
                });
                audit = Some(self.audit_row(actor, "resend_notice", id, ""));
            }
            NoticeOrder::Release {} => {
                allow(actor, Action::MendNotice)?;
                if notice.state != "held" {
                    return Err(AppError::field("change", "not_held", "it is not held"));
                }
                records.push(ReachRecord::NoticeMoved {
                    id: notice.id.clone(),
                    from: notice.step,
                    step: notice.step,
                    next_at: Some(now),
                    state: "running",
                });
                audit = Some(self.audit_row(actor, "release_notice", id, ""));
            }
        }
        let records = records.into_iter().map(Record::Reach).chain(audit);
        self.record(key, (), records.collect(), Vec::new()).await?;
        self.wake_reach();
        self.notice(actor, id).await
    }

    /// Marks the reader's own notices as seen, the latest 200 of them.
    ///
    /// # Errors
    /// The store's.
    pub async fn see_notices(
        &self,
        actor: &Actor,
        key: &CommandKey,
    ) -> Result<NoticesSeen, AppError> {
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let account = actor.account.as_str();
        let store = &self.inner.store;
        let rows = store.notices_of_account(account, "", SEEN_MOST).await?;
        let now = self.now();
        let deliveries: Vec<DeliveryRow> = rows.into_iter().map(|row| row.delivery).collect();
        let records: Vec<ReachRecord> = seen(actor, &deliveries, now).collect();
        let count = u64::try_from(records.len()).unwrap_or(0);
        let records = records.into_iter().map(Record::Reach).collect();
        self.record(key, NoticesSeen { seen: count }, records, Vec::new())
            .await
    }
}

fn seen<'a>(
    actor: &'a Actor,
    deliveries: &'a [DeliveryRow],
    at: i64,
) -> impl Iterator<Item = ReachRecord> + 'a {
    deliveries
        .iter()
        .filter(|row| row.channel == "console" && row.account_id == actor.account.as_str())
        .filter(|row| row.seen_at.is_none())
        .map(move |row| ReachRecord::DeliverySeen {
            id: row.id.clone(),
            at,
        })
}

fn delivery_view(row: DeliveryRow, attempts: Vec<AttemptRow>) -> DeliveryView {
    DeliveryView {
        shown: shown(&row.channel, &row.address),
        proof: serde_json::from_str(&row.proof).unwrap_or(serde_json::Value::Null),
        id: row.id,
        step: row.step,
        name: row.name,
        channel: row.channel,
        state: row.state,
        outcome: row.outcome,
        tries: row.tries,
        next_at: row.next_at,
        seen_at: row.seen_at,
        attempts: attempts
            .into_iter()
            .map(|attempt| AttemptView {
                n: attempt.n,
                at: attempt.at,
                done_at: attempt.done_at,
                outcome: attempt.outcome,
                detail: attempt.detail,
            })
            .collect(),
    }
}
