//! Keeping a roster: people, patterns, single shifts, swaps.

use super::channel::ChannelKind;
use super::roster::name_of;
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::view::{RosterChanged, RosterOrder};
use domain::duty::Days;
use domain::id::UnitId;
use domain::right::{Action, Actor, Resource, may};
use jiff::civil::Date;
use store::{
    DutyDayRow, DutyPatternRow, DutyPersonRow, DutySwapRow, DutyWayRow, ReachRecord, Record,
};

/// A single shift is no longer than this, milliseconds: a month.
const SHIFT_MOST: i64 = 31 * 86_400_000;

pub(super) fn wrong(field: &str, key: &'static str, detail: &str) -> AppError {
    AppError::field(field, key, detail)
}

impl App {
    /// Changes a unit's roster.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn change_roster(
        &self,
        actor: &Actor,
        code: &str,
        order: &RosterOrder,
        key: &CommandKey,
    ) -> Result<RosterChanged, AppError> {
        let unit = self.roster_unit(code)?;
        let keeps = self.keeps(actor, &unit);
        let own = matches!(
            order,
            RosterOrder::AskSwap { .. } | RosterOrder::DecideSwap { .. }
        );
        let administers = matches!(order, RosterOrder::Way { .. })
            && may(actor, Action::Administer, Resource::default());
        let own_unit = own && actor.unit == unit;
        if !(keeps || administers || own_unit) {
            return Err(AppError::Forbidden);
        }
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let (id, records) = match order {
            RosterOrder::AskSwap { .. } | RosterOrder::DecideSwap { .. } => {
                self.swap(actor, &unit, order, keeps).await?
            }
            order => self.keep_shift(actor, &unit, order, keeps).await?,
        };
        let audit = self.audit_detailed(
            actor,
            "change_roster",
            code,
            "",
            &serde_json::json!({"id": id}),
        );
        let records = records.into_iter().map(Record::Reach).chain([audit]);
        let answer = RosterChanged {
            unit: code.to_owned(),
            id,
        };
        let done = self
            .record(key, answer, records.collect(), Vec::new())
            .await?;
        self.wake_reach();
        Ok(done)
    }

    async fn keep_shift(
        &self,
        actor: &Actor,
        unit: &UnitId,
        order: &RosterOrder,
        keeps: bool,
    ) -> Result<(String, Vec<ReachRecord>), AppError> {
        let now = self.now();
        match order {
            RosterOrder::Person {
                id,
                name,
                login,
                mobile,
                email,
                role,
            } => {
                let known = match id {
                    None => None,
                    Some(id) => Some(self.person_of(unit, id).await?),
                };
                let name = super::confirm::person_name(name)?;
                if !matches!(role.as_str(), "member" | "contact" | "lead") {
                    return Err(wrong("role", "unknown_word", "member, contact or lead"));
                }
                let row = DutyPersonRow {
                    id: known.map_or_else(|| self.new_id(), |row| row.id),
                    unit: unit.to_string(),
                    name,
                    account_id: self.account_of(unit, login.trim()).await?,
                    mobile: number(mobile)?,
                    email: address(email)?,
                    role: role.clone(),
                    gone: false,
                    changed_at: now,
                };
                Ok((row.id.clone(), vec![ReachRecord::Person(row)]))
            }
            RosterOrder::PersonGone { id } => {
                let row = DutyPersonRow {
                    gone: true,
                    changed_at: now,
                    ..self.person_of(unit, id).await?
                };
                Ok((id.clone(), vec![ReachRecord::Person(row)]))
            }
            RosterOrder::Pattern { .. } => {
                let row = self.pattern_row(unit, order).await?;
                Ok((row.id.clone(), vec![ReachRecord::Pattern(row)]))
            }
            RosterOrder::PatternGone { id } => {
                let rows = self.inner.store.duty_patterns().await?;
                if !rows.iter().any(|r| &r.id == id && r.unit == unit.as_str()) {
                    return Err(AppError::NotFound);
                }
                let gone = ReachRecord::PatternGone { id: id.clone() };
                Ok((id.clone(), vec![gone]))
            }
            RosterOrder::Day {
                rank,
                from,
                to,
                person,
                stands_in,
                reason,
            } => {
                span(*from, *to)?;
                let row = DutyDayRow {
                    id: self.new_id(),
                    unit: unit.to_string(),
                    rank: rank_of(*rank)?,
                    from_at: *from,
                    to_at: *to,
                    person: self.person_of(unit, person).await?.id,
                    kind: if *stands_in { "override" } else { "day" }.to_owned(),
                    reason: note(reason)?,
                    at: now,
                    actor: actor.account.to_string(),
                };
                Ok((row.id.clone(), vec![ReachRecord::Day(row)]))
            }
            RosterOrder::DayGone { id } => {
                let rows = self.inner.store.duty_days(0, i64::MAX).await?;
                if !rows.iter().any(|r| &r.id == id && r.unit == unit.as_str()) {
                    return Err(AppError::NotFound);
                }
                Ok((id.clone(), vec![ReachRecord::DayGone { id: id.clone() }]))
            }
            RosterOrder::Way { .. } | RosterOrder::NewFeed {} => {
                self.way(actor, unit, order, keeps).await
            }
            RosterOrder::AskSwap { .. } | RosterOrder::DecideSwap { .. } => {
                Err(AppError::Internal("a swap is no keeping".to_owned()))
            }
        }
    }

    async fn way(
        &self,
        actor: &Actor,
        unit: &UnitId,
        order: &RosterOrder,
        keeps: bool,
    ) -> Result<(String, Vec<ReachRecord>), AppError> {
        let ways = self.inner.store.duty_ways().await?;
        let known = ways.into_iter().find(|way| way.unit == unit.as_str());
        let mut row = known.unwrap_or_else(|| DutyWayRow {
            unit: unit.to_string(),
            sheet: "none".to_owned(),
            ..DutyWayRow::default()
        });
        row.changed_at = self.now();
        match order {
            RosterOrder::Way {
                sheet,
                email,
                webhook,
            } => {
                let email = address(email)?;
                if !matches!(sheet.as_str(), "none" | "email" | "print") {
                    return Err(wrong("sheet", "unknown_word", "none, email or print"));
                }
                if sheet == "email" && email.is_empty() {
                    return Err(wrong("email", "required", "where the sheets go"));
                }
                let webhook = webhook.trim();
                // What was shown shortened comes back shortened, and means no change.
                let same = webhook == row.webhook
                    || webhook == super::ladder::shown("webhook", &row.webhook);
                if !same {
                    if !may(actor, Action::Administer, Resource::default()) {
                        return Err(AppError::Forbidden);
                    }
                    webhook.clone_into(&mut row.webhook);
                    endpoint(webhook)?;
                }
                if keeps || row.sheet == *sheet {
                    row.sheet.clone_from(sheet);
                    row.email = email;
                }
            }
            _ => row.feed = row.feed.saturating_add(1),
        }
        Ok((unit.to_string(), vec![ReachRecord::Way(row)]))
    }

    async fn pattern_row(
        &self,
        unit: &UnitId,
        order: &RosterOrder,
    ) -> Result<DutyPatternRow, AppError> {
        let RosterOrder::Pattern {
            id,
            rank,
            from,
            to,
            days,
            people,
            step,
            starts,
            ends,
        } = order
        else {
            return Err(AppError::Internal("not a pattern".to_owned()));
        };
        if let Some(id) = id {
            let rows = self.inner.store.duty_patterns().await?;
            if !rows.iter().any(|r| &r.id == id && r.unit == unit.as_str()) {
                return Err(AppError::NotFound);
            }
        }
        if people.is_empty() || people.len() > 60 {
            return Err(wrong("people", "required", "1 to 60 people take turns"));
        }
        for person in people {
            self.person_of(unit, person).await?;
        }
        let days = Days::parse(days)
            .ok_or_else(|| wrong("days", "unknown_word", "all, working or off"))?;
        if !(1..=31).contains(step) {
            return Err(wrong("step", "out_of_range", "1 to 31 days"));
        }
        let first = day("starts", starts)?;
        if !ends.is_empty() && day("ends", ends)? < first {
            return Err(wrong("ends", "out_of_range", "not before the first day"));
        }
        Ok(DutyPatternRow {
            id: id.clone().unwrap_or_else(|| self.new_id()),
            unit: unit.to_string(),
            rank: rank_of(*rank)?,
            from_minute: minutes("from", from)?,
            to_minute: minutes("to", to)?,
            days: days.as_str().to_owned(),
            people: crate::draft::to_json(people)?,
            step: i64::from(*step),
            starts: starts.clone(),
            ends: ends.clone(),
            changed_at: self.now(),
        })
    }

    async fn swap(
        &self,
        actor: &Actor,
        unit: &UnitId,
        order: &RosterOrder,
        keeps: bool,
    ) -> Result<(String, Vec<ReachRecord>), AppError> {
        let now = self.now();
        match order {
            RosterOrder::AskSwap {
                rank,
                from,
                to,
                giver,
                taker,
                reason,
            } => {
                span(*from, *to)?;
                let rank = rank_of(*rank)?;
                let giver = self.person_of(unit, giver).await?;
                let taker = self.person_of(unit, taker).await?;
                if !keeps && giver.account_id != actor.account.as_str() {
                    return Err(AppError::Forbidden);
                }
                let book = self.book(*from, *to).await?;
                let shifts = book.roster.shifts(&book.calendar, *from, *to);
                let own = shifts.iter().any(|shift| {
                    shift.unit == *unit
                        && i64::from(shift.rank) == rank
                        && shift.person.as_str() == giver.id
                        && shift.from <= *from
                        && *to <= shift.to
                });
                if !own || giver.id == taker.id {
                    let detail = "the giver has no such shift, or gives it to nobody else";
                    return Err(wrong("giver", "not_on_duty", detail));
                }
                let row = DutySwapRow {
                    id: self.new_id(),
                    unit: unit.to_string(),
                    rank,
                    from_at: *from,
                    to_at: *to,
                    giver: giver.id,
                    taker: taker.id.clone(),
                    reason: note(reason)?,
                    state: "asked".to_owned(),
                    asked_at: now,
                    asked_by: actor.account.to_string(),
                    decided_at: None,
                    decided_by: String::new(),
                };
                let (since, until) = (self.short_time(*from), self.short_time(*to));
                let text = format!(
                    "【{}】{}请您替班：{since}至{until}，请在值班表中答复。",
                    self.inner.config.platform.name, giver.name
                );
                let mut records = self.word_to(&taker, unit, "swap_asked", &text);
                records.push(ReachRecord::Swap(row.clone()));
                Ok((row.id, records))
            }
            RosterOrder::DecideSwap { id, decision } => {
                let row = self.inner.store.duty_swap(id).await?;
                let row = row
                    .filter(|row| row.unit == unit.as_str())
                    .ok_or(AppError::NotFound)?;
                let book = self.book(now, now.saturating_add(1)).await?;
                let is = |person: &str| {
                    let person = book.people.get(person);
                    person.is_some_and(|p| p.account_id == actor.account.as_str())
                };
                let (state, may): (&'static str, bool) = match decision.as_str() {
                    "accepted" => ("accepted", is(&row.taker)),
                    "refused" => ("refused", is(&row.taker)),
                    "withdrawn" => ("withdrawn", is(&row.giver)),
                    _ => {
                        let detail = "accepted, refused or withdrawn";
                        return Err(wrong("decision", "unknown_word", detail));
                    }
                };
                if !may && !keeps {
                    return Err(AppError::Forbidden);
                }
                if row.state != "asked" {
                    return Err(wrong("decision", "decided", "it was decided before"));
                }
                let mut records = vec![ReachRecord::SwapDecided {
                    id: id.clone(),
                    state,
                    at: now,
                    by: actor.account.to_string(),
                }];
                if state == "accepted" {
                    records.push(ReachRecord::Day(DutyDayRow {
                        id: self.new_id(),
                        unit: row.unit.clone(),
                        rank: row.rank,
                        from_at: row.from_at,
                        to_at: row.to_at,
                        person: row.taker.clone(),
                        kind: "swap".to_owned(),
                        reason: row.reason.clone(),
                        at: now,
                        actor: actor.account.to_string(),
                    }));
                }
                if let Some(giver) = book.people.get(&row.giver) {
                    let said = match state {
                        "accepted" => "已同意替班",
                        "refused" => "不同意替班",
                        _ => "替班申请已撤回",
                    };
                    let text = format!(
                        "【{}】{}{said}：{}至{}。",
                        self.inner.config.platform.name,
                        name_of(&book, &row.taker),
                        self.short_time(row.from_at),
                        self.short_time(row.to_at)
                    );
                    records.extend(self.word_to(giver, unit, "swap_decided", &text));
                }
                Ok((id.clone(), records))
            }
            _ => Err(AppError::Internal("not a swap".to_owned())),
        }
    }

    /// Somebody of the unit who is still there.
    async fn person_of(&self, unit: &UnitId, id: &str) -> Result<DutyPersonRow, AppError> {
        let people = self.inner.store.duty_people().await?;
        people
            .into_iter()
            .find(|row| row.id == id && row.unit == unit.as_str() && !row.gone)
            .ok_or_else(|| wrong("person", "unknown_person", "nobody of this unit"))
    }

    async fn account_of(&self, unit: &UnitId, login: &str) -> Result<String, AppError> {
        if login.is_empty() {
            return Ok(String::new());
        }
        let account = self.inner.store.account_by_login(login).await?;
        account
            .filter(|account| account.unit == unit.as_str())
            .map(|account| account.id)
            .ok_or_else(|| wrong("login", "unknown_account", "no account of this unit"))
    }

    /// Lays a whole roster out, for a site that begins.
    ///
    /// # Errors
    /// The store's.
    pub async fn lay_roster(
        &self,
        people: Vec<DutyPersonRow>,
        patterns: Vec<DutyPatternRow>,
    ) -> Result<(), AppError> {
        let people = people.into_iter().map(ReachRecord::Person);
        let patterns = patterns.into_iter().map(ReachRecord::Pattern);
        self.reach_write(people.chain(patterns).collect()).await
    }

    /// Today by the calendar, as `2026-11-23`.
    #[must_use]
    pub fn today(&self) -> String {
        self.inner.calendar.load().day_of(self.now()).to_string()
    }

    /// Whether a channel other than the console is set up.
    pub(super) fn has_channel(&self, kind: ChannelKind) -> bool {
        self.inner.config.reach.channel(kind).is_some()
    }
}

pub(super) fn rank_of(rank: u8) -> Result<i64, AppError> {
    if (1..=9).contains(&rank) {
        Ok(i64::from(rank))
    } else {
        Err(wrong("rank", "out_of_range", "1 to 9"))
    }
}

fn span(from: i64, to: i64) -> Result<(), AppError> {
    if from > 0 && from < to && to - from <= SHIFT_MOST {
        Ok(())
    } else {
        Err(wrong(
            "to",
            "out_of_range",
            "after it begins, within 31 days",
        ))
    }
}

pub(super) fn day(field: &str, text: &str) -> Result<Date, AppError> {
    let date: Option<Date> = text.parse().ok().filter(|_| text.len() == 10);
    date.filter(|date| (2000..=2100).contains(&date.year()))
        .ok_or_else(|| wrong(field, "unreadable_day", "a day like 2026-10-01"))
}

pub(super) fn minutes(field: &str, text: &str) -> Result<i64, AppError> {
    let read = || {
        let (hours, minutes) = text.split_once(':')?;
        let whole = hours.len() == 2 && minutes.len() == 2;
        let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
        (whole && (0..24).contains(&hours) && (0..60).contains(&minutes))
            .then_some(hours * 60 + minutes)
    };
    read().ok_or_else(|| wrong(field, "unreadable_time", "a time like 08:30"))
}

pub(super) fn number(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' '));
    if text.is_empty() || (plain && (5..=15).contains(&digits)) {
        Ok(text.chars().filter(|c| !matches!(c, ' ' | '-')).collect())
    } else {
        Err(wrong("mobile", "unreadable_number", "5 to 15 digits"))
    }
}

pub(super) fn address(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() || (text.len() <= 200 && text.parse::<lettre::Address>().is_ok()) {
        Ok(text.to_owned())
    } else {
        let detail = "an address like name@example.invalid";
        Err(wrong("email", "unreadable_address", detail))
    }
}

fn endpoint(text: &str) -> Result<(), AppError> {
    let url: Option<reqwest::Url> = text.parse().ok();
    let good = url
        .is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.username().is_empty());
    if text.is_empty() || (good && text.len() <= 500) {
        Ok(())
    } else {
        let detail = "an address that begins with https://";
        Err(wrong("webhook", "unreadable_address", detail))
    }
}

fn note(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.chars().count() <= 200 && !text.contains('\0') {
        Ok(text.to_owned())
    } else {
        Err(wrong("reason", "note_length", "at most 200 characters"))
    }
}
