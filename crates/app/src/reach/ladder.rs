//! The ladder: one step after another until somebody answers for it.

use super::STEP;
use super::book::{Book, has_role};
use super::channel::ChannelKind;
use super::rule::{Step, Who};
use crate::App;
use crate::error::AppError;
use domain::right::{Role, mask_number};
use futures_util::stream::{self, StreamExt as _};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use store::{AccountRow, AttemptRow, DeliveryRow, DutyPersonRow, NoticeRow, ReachRecord};

const MINUTE: i64 = 60_000;
/// Tries of one delivery until it is dead.
pub(super) const TRIES: i64 = 6;

/// Steps taken side by side.
const AT_ONCE: usize = 64;

/// A ladder as a notice keeps it: the rules may change while it is climbed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) acknowledge: bool,
    pub(super) steps: Vec<Step>,
}

/// Somebody a step tells.
#[derive(Debug, Clone, Default)]
struct Target {
    person: String,
    account: String,
    name: String,
    mobile: String,
    email: String,
    webhook: String,
    /// A sheet that somebody prints.
    paper: bool,
    /// Looked up when it is sent, so that what was removed is not kept here.
    caller: bool,
}

impl Target {
    fn person(row: &DutyPersonRow) -> Self {
        Self {
            person: row.id.clone(),
            account: row.account_id.clone(),
            name: row.name.clone(),
            mobile: row.mobile.clone(),
            email: row.email.clone(),
            ..Self::default()
        }
    }

    fn account(row: &AccountRow) -> Self {
        Self {
            account: row.id.clone(),
            name: row.name.clone(),
            ..Self::default()
        }
    }

    fn address(&self, channel: ChannelKind) -> Option<String> {
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        match channel {
            ChannelKind::Console => some(&self.account),
            ChannelKind::Email => some(&self.email),
            ChannelKind::Sms if self.caller => Some(String::new()),
            // A citizen is called by a person.
            ChannelKind::Phone if self.caller => None,
            ChannelKind::Sms | ChannelKind::Phone => some(&self.mobile),
            ChannelKind::Webhook => some(&self.webhook),
            ChannelKind::Paper => self.paper.then(String::new),
        }
    }
}

impl App {
    /// Takes every step that has come.
    pub(super) async fn climb(&self) -> Result<u64, AppError> {
        let now = self.now();
        let due = self.inner.store.notices_due(now, STEP).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let book = &self.book(now, now.saturating_add(1)).await?;
        // Side by side, so that one commit takes many of them.
        let steps: Vec<Result<bool, AppError>> = stream::iter(due)
            .map(|notice| async move { self.climb_one(&notice, book, now).await })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let mut taken = 0;
        for step in steps {
            taken += u64::from(step?);
        }
        Ok(taken)
    }

    async fn climb_one(&self, notice: &NoticeRow, book: &Book, now: i64) -> Result<bool, AppError> {
        let known = self.inner.store.deliveries(&notice.id).await?;
        let records = self.step_of(notice, known, book, now)?;
        match self.reach_write(records).await {
            Ok(()) => Ok(true),
            // Somebody answered, or another process took the step.
            Err(AppError::Internal(why)) => {
                tracing::debug!(notice = notice.id, why, "a step was taken elsewhere");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Notices just made, each with its first step: one commit for both, and nobody waits for the next pass. One
    /// that is answered already tells nobody.
    pub(super) fn begun(
        &self,
        made: Vec<NoticeRow>,
        ended: &[ReachRecord],
        book: &Book,
        now: i64,
    ) -> Result<Vec<ReachRecord>, AppError> {
        let answered: HashSet<&String> = ended
            .iter()
            .filter_map(|record| match record {
                ReachRecord::NoticeClosed { id, .. } => Some(id),
                _ => None,
            })
            .collect();
        let mut records = Vec::new();
        for notice in made {
            let due = notice.next_at.is_some_and(|at| at <= now);
            let step = if due && !answered.contains(&notice.id) {
                self.step_of(&notice, Vec::new(), book, now)?
            } else {
                Vec::new()
            };
            records.push(ReachRecord::Notice(notice));
            records.extend(step);
        }
        Ok(records)
    }

    /// What the step that has come writes down, for a notice of which these deliveries are known.
    fn step_of(
        &self,
        notice: &NoticeRow,
        known: Vec<DeliveryRow>,
        book: &Book,
        now: i64,
    ) -> Result<Vec<ReachRecord>, AppError> {
        let kept: Kept = serde_json::from_str(&notice.ladder)
            .map_err(|error| AppError::Internal(format!("ladder of {}: {error}", notice.id)))?;
        let mut told: HashSet<(String, String)> = known
            .into_iter()
            .map(|d| {
                let console = d.channel == "console";
                (d.channel, if console { d.account_id } else { d.address })
            })
            .collect();
        let mut records = Vec::new();
        let mut at = notice.step;
        let mut next_at = None;
        while let Some(step) = usize::try_from(at).ok().and_then(|n| kept.steps.get(n)) {
            let targets = self.told_by(notice, step, book, now);
            let reached = self.tell(notice, at, step, &targets, &mut told, &mut records);
            at += 1;
            // A step that tells nobody costs no time; neither does one that asks for none.
            if reached && step.wait > 0 && kept.acknowledge {
                next_at = Some(now + i64::from(step.wait) * MINUTE);
                break;
            }
        }
        let over = usize::try_from(at).is_ok_and(|n| n >= kept.steps.len());
        let state = match (over, next_at) {
            (true, None) if !kept.acknowledge => "done",
            (true, None) => "exhausted",
            _ => "running",
        };
        records.insert(
            0,
            ReachRecord::NoticeMoved {
                id: notice.id.clone(),
                from: notice.step,
                step: at,
                next_at,
                state,
            },
        );
        if state == "done" {
            records.push(ReachRecord::NoticeClosed {
                id: notice.id.clone(),
                state,
                at: now,
                by: String::new(),
                how: "told",
            });
        }
        Ok(records)
    }

    fn told_by(&self, notice: &NoticeRow, step: &Step, book: &Book, now: i64) -> Vec<Target> {
        let desk = self.rules().desk_unit.as_str();
        let unit = notice.unit.as_str();
        let on_duty = |unit: &str| -> Vec<Target> {
            book.on_duty(unit, now)
                .iter()
                .filter(|(shift, _)| step.rank.is_none_or(|rank| rank == shift.rank))
                .map(|(_, person)| Target::person(person))
                .collect()
        };
        let people = |unit: &str, role: &str| -> Vec<Target> {
            let found = book.of_role(unit, role);
            found.into_iter().map(Target::person).collect()
        };
        let of_desk = |role: Role| -> Vec<Target> {
            let found = book.accounts.iter();
            let found = found.filter(|a| a.unit == desk && has_role(a, role));
            found.map(Target::account).collect()
        };
        let way = book.ways.get(unit);
        match step.who {
            Who::Unit => {
                let works = |a: &&AccountRow| {
                    a.unit == unit && (has_role(a, Role::Clerk) || has_role(a, Role::Crew))
                };
                let found = book.accounts.iter().filter(works);
                found.map(Target::account).collect()
            }
            Who::Duty => on_duty(unit),
            Who::Contact => people(unit, "contact"),
            Who::UnitLead => people(unit, "lead"),
            Who::DeskDuty => on_duty(desk),
            Who::DeskLead => {
                let mut found = of_desk(Role::Lead);
                found.extend(people(desk, "lead"));
                found
            }
            Who::Supervisor => of_desk(Role::Supervisor),
            Who::Assessor => of_desk(Role::Assessor),
            Who::Commander => of_desk(Role::Commander),
            Who::Webhook => way
                .filter(|way| !way.webhook.is_empty())
                .map(|way| Target {
                    name: self.unit_name(unit),
                    webhook: way.webhook.clone(),
                    ..Target::default()
                })
                .into_iter()
                .collect(),
            Who::Sheet => way
                .filter(|way| way.sheet != "none")
                .map(|way| Target {
                    name: self.unit_name(unit),
                    email: if way.sheet == "email" {
                        way.email.clone()
                    } else {
                        String::new()
                    },
                    paper: true,
                    ..Target::default()
                })
                .into_iter()
                .collect(),
            Who::Caller => vec![Target {
                name: "诉求人".to_owned(),
                caller: true,
                ..Target::default()
            }],
        }
    }

    /// Makes the deliveries of a step; says whether it tells anybody who was not told before.
    fn tell(
        &self,
        notice: &NoticeRow,
        n: i64,
        step: &Step,
        targets: &[Target],
        told: &mut HashSet<(String, String)>,
        records: &mut Vec<ReachRecord>,
    ) -> bool {
        let mut reached = false;
        // Who is always there or need not be is no gap in a roster.
        let named = !matches!(
            step.who,
            Who::Unit | Who::Webhook | Who::Sheet | Who::Caller
        );
        let no_calls = self.no_calls();
        for target in targets {
            let mut by_any = false;
            if step.channels.contains(&ChannelKind::Console)
                && let Some(account) = target.address(ChannelKind::Console)
            {
                by_any = true;
                if told.insert(("console".to_owned(), account)) {
                    reached = true;
                    self.listed(notice, n, target, records);
                }
            }
            if step.channels.contains(&ChannelKind::Phone)
                && let Some(number) = target.address(ChannelKind::Phone)
                && let Some((outcome, detail)) = &no_calls
            {
                // It tells nobody, and so costs no time; that it could not be done is a fact all the same.
                by_any = true;
                if told.insert(("phone".to_owned(), number)) {
                    self.passed(notice, n, target, outcome, detail, records);
                }
            }
            let mut carried = step.channels.iter().copied().filter(|channel| {
                target.address(*channel).is_some()
                    && match channel {
                        ChannelKind::Console => false,
                        ChannelKind::Paper => true,
                        ChannelKind::Phone => no_calls.is_none(),
                        other => self.inner.config.reach.channel(*other).is_some(),
                    }
            });
            if let Some(first) = carried.next() {
                by_any = true;
                let address = target.address(first).unwrap_or_default();
                let known = (first.as_str().to_owned(), address);
                if target.caller || told.insert(known) {
                    reached = true;
                    let rest: Vec<(ChannelKind, String)> = carried
                        .map(|channel| (channel, target.address(channel).unwrap_or_default()))
                        .collect();
                    let row = self.delivery(notice, n, target, first, &rest);
                    records.push(ReachRecord::Delivery(row));
                }
            }
            if !by_any && named {
                self.nobody(notice, n, target, "no_address", records);
            }
        }
        if targets.is_empty() && named {
            let target = Target::default();
            self.nobody(notice, n, &target, missing(step.who), records);
        }
        reached
    }

    fn delivery(
        &self,
        notice: &NoticeRow,
        step: i64,
        target: &Target,
        channel: ChannelKind,
        rest: &[(ChannelKind, String)],
    ) -> DeliveryRow {
        let now = self.now();
        let paper = channel == ChannelKind::Paper;
        DeliveryRow {
            id: self.new_id(),
            notice_id: notice.id.clone(),
            step,
            person: target.person.clone(),
            account_id: target.account.clone(),
            name: target.name.clone(),
            channel: channel.as_str().to_owned(),
            address: target.address(channel).unwrap_or_default(),
            rest: serde_json::to_string(rest).unwrap_or_default(),
            state: "waiting".to_owned(),
            most: TRIES,
            // Paper waits for whoever prints it, and for nobody else.
            next_at: (!paper).then_some(now),
            made_at: now,
            outcome: if paper { "to_print" } else { "" }.to_owned(),
            ..DeliveryRow::default()
        }
    }

    /// What stands at the console has arrived there; whether it was seen is another fact.
    fn listed(
        &self,
        notice: &NoticeRow,
        step: i64,
        target: &Target,
        records: &mut Vec<ReachRecord>,
    ) {
        let now = self.now();
        let mut row = self.delivery(notice, step, target, ChannelKind::Console, &[]);
        row.state = "sent".to_owned();
        row.outcome = "listed".to_owned();
        row.next_at = None;
        row.done_at = Some(now);
        row.tries = 1;
        records.push(ReachRecord::Attempt(AttemptRow {
            delivery_id: row.id.clone(),
            n: 1,
            at: now,
            channel: "console".to_owned(),
            shown: target.name.clone(),
            done_at: Some(now),
            outcome: "listed".to_owned(),
            detail: String::new(),
        }));
        records.push(ReachRecord::Delivery(row));
    }

    /// A telephone that this site cannot ring: the next channel is taken, and why stands here (R15).
    fn passed(
        &self,
        notice: &NoticeRow,
        step: i64,
        target: &Target,
        outcome: &str,
        detail: &str,
        records: &mut Vec<ReachRecord>,
    ) {
        let now = self.now();
        let mut row = self.delivery(notice, step, target, ChannelKind::Phone, &[]);
        row.state = "passed".to_owned();
        row.outcome = outcome.to_owned();
        row.next_at = None;
        row.done_at = Some(now);
        row.tries = 1;
        records.push(ReachRecord::Attempt(AttemptRow {
            delivery_id: row.id.clone(),
            n: 1,
            at: now,
            channel: row.channel.clone(),
            shown: shown("phone", &row.address),
            done_at: Some(now),
            outcome: outcome.to_owned(),
            detail: detail.to_owned(),
        }));
        records.push(ReachRecord::Delivery(row));
    }

    /// Nobody there is a fact, too (R15).
    fn nobody(
        &self,
        notice: &NoticeRow,
        step: i64,
        target: &Target,
        outcome: &str,
        records: &mut Vec<ReachRecord>,
    ) {
        let now = self.now();
        let row = DeliveryRow {
            id: self.new_id(),
            notice_id: notice.id.clone(),
            step,
            person: target.person.clone(),
            name: target.name.clone(),
            channel: "none".to_owned(),
            rest: "[]".to_owned(),
            state: "nobody".to_owned(),
            made_at: now,
            done_at: Some(now),
            outcome: outcome.to_owned(),
            ..DeliveryRow::default()
        };
        records.push(ReachRecord::Attempt(AttemptRow {
            delivery_id: row.id.clone(),
            n: 1,
            at: now,
            channel: "none".to_owned(),
            shown: target.name.clone(),
            done_at: Some(now),
            outcome: outcome.to_owned(),
            detail: String::new(),
        }));
        records.push(ReachRecord::Delivery(row));
    }
}

const fn missing(who: Who) -> &'static str {
    match who {
        Who::Duty | Who::DeskDuty => "nobody_on_duty",
        Who::Contact => "no_contact",
        Who::Supervisor | Who::Assessor | Who::Commander => "no_account",
        _ => "no_lead",
    }
}

/// An address as it may be shown: enough to know which, not enough to use it.
pub(super) fn shown(channel: &str, address: &str) -> String {
    match channel {
        "email" => match address.split_once('@') {
            Some((name, host)) => {
                let first: String = name.chars().take(1).collect();
                format!("{first}***@{host}")
            }
            None => String::new(),
        },
        "sms" | "phone" => mask_number(address),
        // Of an address for machines the server is enough: the rest may be a secret.
        "webhook" => address.split('/').take(3).collect::<Vec<_>>().join("/"),
        _ => String::new(),
    }
}
