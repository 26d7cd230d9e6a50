//! From the log to notices: what happened, by which rule somebody is told, and whose it is.

use super::EVENTS;
use super::book::Book;
use super::channel::ChannelKind;
use super::rule::{About, Facts, Rule, Step};
use crate::App;
use crate::error::AppError;
use domain::case::{Case, Event, Ground, Leg, LegRole};
use domain::clock::{Deadline, Stage, Way};
use domain::desk::{Channel, Urgency};
use domain::id::{LegId, UnitId};
use domain::text;
use std::collections::HashMap;
use store::{AppendError, LogRow, NoticeRow, ReachRecord, StoreError};
use triage::Hours;

const DAY: i64 = 86_400_000;
/// Kinds of the events that answer a notice or take away what it is about; see [`answered`].
const ENDS: [&str; 5] = [
    "signed",
    "assignment_withdrawn",
    "return_accepted",
    "dispatched",
    "assigned",
];
/// Days ahead in which a unit's next opening is looked for.
const OPENS_WITHIN: i64 = 60;

/// How long the mark may stay behind events that tell nobody anything, milliseconds: each move of it is a commit.
const BEHIND: u64 = 1_000;

/// Something that somebody may have to be told of.
struct Subject {
    leg: String,
    unit: UnitId,
    facts: Facts,
    /// The ways a clock's ladder names; none where the notice rules alone say how.
    ways: Option<Vec<Way>>,
}

/// What a notice is made of.
struct Making<'a> {
    subject: &'a Subject,
    rule: &'a Rule,
    steps: &'a [Step],
    pos: i64,
    case: &'a Case,
}

impl App {
    /// Makes notices of everything that happened behind the mark. A log that was there before anybody was told
    /// of anything is left alone: the mark begins at its end.
    pub(super) async fn follow_log(&self) -> Result<u64, AppError> {
        let mut positions = self.inner.store.positions();
        let head = *positions.borrow_and_update();
        let Some(mut mark) = self.inner.store.reach_mark().await? else {
            return match self
                .reach_write(vec![ReachRecord::MarkBegun { pos: head }])
                .await
            {
                Ok(()) => Ok(0),
                // Another process was faster.
                Err(AppError::Internal(_)) => Ok(0),
                Err(error) => Err(error),
            };
        };
        let mut heard = self.looked(mark);
        let mut made = 0;
        while heard.pos < head {
            let passed = self.inner.store.feed_marks(heard.pos, EVENTS).await?;
            let Some(last) = passed.last().map(|event| event.pos) else {
                break;
            };
            // Most of what happens is nobody's news, and neither it nor its case is read.
            let records = if passed.iter().any(|event| self.is_news(&event.kind)) {
                let mut rows = self.inner.store.feed(heard.pos, EVENTS).await?;
                rows.retain(|row| row.pos <= last && self.is_news(&row.kind));
                self.notices_of(&rows).await?
            } else {
                Vec::new()
            };
            let count = records.len();
            if count > 0 {
                if !self.notices_made(records, mark, last).await? {
                    // The mark stands elsewhere: another process of this platform has made them.
                    mark = self.inner.store.reach_mark().await?.unwrap_or(last);
                    heard = self.looked(mark);
                    continue;
                }
                mark = last;
                heard.moved_at = self.now();
            }
            (heard.mark, heard.pos) = (mark, last);
            self.keep_looked(heard);
            made += u64::try_from(count).unwrap_or(0);
        }
        // What tells nobody anything moves the mark, too, but not each event by itself.
        let now = self.now();
        // Either way: the clock may have been set back.
        if heard.pos > mark && now.abs_diff(heard.moved_at) >= BEHIND {
            // Where it stands elsewhere another process looked further.
            self.notices_made(Vec::new(), mark, heard.pos).await?;
            heard.moved_at = now;
            self.keep_looked(heard);
        }
        Ok(made)
    }

    /// Writes notices and moves the mark in one change; `false`, and nothing is written, where it stands elsewhere.
    async fn notices_made(
        &self,
        records: Vec<ReachRecord>,
        from: i64,
        to: i64,
    ) -> Result<bool, AppError> {
        let records = records
            .into_iter()
            .chain([ReachRecord::MarkMoved { from, to }]);
        let change = store::Change {
            records: records.map(store::Record::Reach).collect(),
            ..store::Change::default()
        };
        match self.inner.store.append(change).await {
            Ok(_) => Ok(true),
            Err(AppendError::Store(StoreError::Broken(_))) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether somebody may have to be told of an event of this kind, or need not be told any more.
    fn is_news(&self, kind: &str) -> bool {
        ENDS.contains(&kind) || self.inner.config.reach.rules.listens_to(kind)
    }

    async fn notices_of(&self, rows: &[LogRow]) -> Result<Vec<ReachRecord>, AppError> {
        let mut ids: Vec<String> = rows.iter().map(|row| row.case_id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut cases = HashMap::new();
        for row in self.inner.store.cases(&ids).await? {
            let case: Case = text::read_case(&row.state)
                .map_err(|error| AppError::Internal(format!("case {}: {error}", row.no)))?;
            cases.insert(row.id, case);
        }
        let now = self.now();
        let book = self.book(now, now.saturating_add(1)).await?;
        let mut made: Vec<NoticeRow> = Vec::new();
        let mut ended = Vec::new();
        for row in rows {
            let Some(case) = cases.get(&row.case_id) else {
                continue;
            };
            // The past of another system is nobody's news.
            if case.channel == Channel::Import {
                continue;
            }
            let event: Event = match text::read_event(&row.body) {
                Ok(event) => event,
                Err(error) => {
                    tracing::error!(pos = row.pos, %error, "an event tells nobody anything");
                    continue;
                }
            };
            self.end_by(row, &event, &book, &made, &mut ended).await?;
            for subject in self.notice_subjects(case, &event) {
                self.make(case, row.pos, &subject, &book, &mut made);
            }
        }
        let mut records = self.begun(made, &ended, &book, now)?;
        records.extend(ended);
        Ok(records)
    }

    /// Ends the notices that an event answers.
    async fn end_by(
        &self,
        row: &LogRow,
        event: &Event,
        book: &Book,
        made: &[NoticeRow],
        ended: &mut Vec<ReachRecord>,
    ) -> Result<(), AppError> {
        let Some((legs, state, how)) = answered(event).filter(|(legs, ..)| !legs.is_empty()) else {
            return Ok(());
        };
        let by = book
            .account_name(&row.actor)
            .map_or_else(|| self.unit_name(&row.unit), str::to_owned);
        let known = self.inner.store.notices_of_case(&row.case_id).await?;
        for notice in known.iter().chain(made) {
            let meant = notice.case_id == row.case_id
                && notice.closed_at.is_none()
                && legs.iter().any(|leg| leg.as_str() == notice.leg);
            if meant {
                let (by, how) = match Self::answered_without_account(&row.actor, notice) {
                    Some(how) => (notice.closed_by.clone(), how),
                    None => (by.clone(), how),
                };
                ended.push(ReachRecord::NoticeClosed {
                    id: notice.id.clone(),
                    state,
                    at: self.now(),
                    by,
                    how,
                });
                ended.push(ReachRecord::DeliveriesDropped {
                    notice: notice.id.clone(),
                    at: self.now(),
                });
            }
        }
        Ok(())
    }

    fn notice_subjects(&self, case: &Case, event: &Event) -> Vec<Subject> {
        let of_leg = |id: &LegId| case.leg(id);
        let one = |leg: Option<&Leg>, deadline: Option<&Deadline>| {
            vec![self.subject(case, event.kind(), leg, deadline)]
        };
        match event {
            Event::Dispatched {
                legs, deadlines, ..
            } => legs
                .iter()
                .map(|leg| {
                    let due = sign_of(deadlines, &leg.id);
                    self.subject(case, event.kind(), Some(leg), due)
                })
                .collect(),
            Event::Assigned { leg, deadlines, .. } => one(Some(leg), sign_of(deadlines, &leg.id)),
            Event::Urged { .. } => case
                .legs
                .iter()
                .filter(|leg| leg.state.is_open())
                .map(|leg| self.subject(case, event.kind(), Some(leg), None))
                .collect(),
            Event::DeadlineNeared { deadline } | Event::DeadlineMissed { deadline } => {
                let found = case.deadlines.iter().find(|d| &d.id == deadline);
                let leg = found.and_then(|d| d.leg.as_ref()).and_then(of_leg);
                one(leg, found)
            }
            Event::Escalated(step) => {
                let found = case.deadlines.iter().find(|d| d.id == step.deadline);
                let leg = found.and_then(|d| d.leg.as_ref()).and_then(of_leg);
                let mut subject = self.subject(case, event.kind(), leg, found);
                subject.facts.tells = Some(step.to);
                subject.facts.then = step.then;
                subject.ways = Some(step.by.clone());
                vec![subject]
            }
            Event::Reported {
                leg,
                scene: Some(scene),
                ..
            } => {
                let mut subject = self.subject(case, event.kind(), of_leg(leg), None);
                let words: Vec<&str> = scene.grounds().into_iter().map(ground_name).collect();
                subject.facts.grounds = words.join("、");
                vec![subject]
            }
            Event::Instructed(told) => one(of_leg(&told.leg), None),
            Event::DisputeSettled(settled) => case
                .disputes
                .iter()
                .filter(|known| known.dispute.dispute == settled.dispute)
                .flat_map(|known| one(of_leg(&known.dispute.leg), None))
                .collect(),
            // A printed link is in the caller's hand already; without an address there is none to send.
            Event::RatingAsked(asked)
                if asked.rule == "print" || self.inner.config.reach.public_url.is_none() =>
            {
                Vec::new()
            }
            Event::ReturnAccepted { leg, .. }
            | Event::ReturnDenied { leg, .. }
            | Event::ExtensionGranted { leg, .. }
            | Event::ExtensionDenied { leg, .. }
            | Event::RedoOrdered { leg, .. }
            | Event::ReturnAsked { leg, .. }
            | Event::ExtensionAsked { leg, .. }
            | Event::ResultGiven { leg, .. } => one(of_leg(leg), None),
            _ => one(None, None),
        }
    }

    fn subject(
        &self,
        case: &Case,
        kind: &str,
        leg: Option<&Leg>,
        deadline: Option<&Deadline>,
    ) -> Subject {
        let unit = leg.map_or_else(|| case.desk_unit.clone(), |leg| leg.unit.clone());
        let matter = &case.classification.matter_name;
        let facts = Facts {
            kind: kind.to_owned(),
            no: case.no.clone(),
            matter: if matter.is_empty() {
                "未定事项".to_owned()
            } else {
                matter.clone()
            },
            unit: self.unit_name(unit.as_str()),
            role: leg.map_or("", |leg| role_name(leg.role)).to_owned(),
            stage: deadline.map_or("", |d| d.stage.as_str()).to_owned(),
            due: deadline.map_or_else(|| "-".to_owned(), |d| self.short_time(d.due)),
            urgency: case.classification.urgency,
            danger: case.is_dangerous(),
            own_ladder: deadline.is_some_and(|d| !d.ladder.is_empty()),
            ..Facts::default()
        };
        Subject {
            leg: leg.map(|leg| leg.id.to_string()).unwrap_or_default(),
            unit,
            facts,
            ways: None,
        }
    }

    /// A moment in words: month, day, hour, minute.
    pub(super) fn short_time(&self, at: i64) -> String {
        let stamp = self.inner.calendar.load().stamp(at);
        stamp.get(5..).unwrap_or(&stamp).to_owned()
    }

    fn make(
        &self,
        case: &Case,
        pos: i64,
        subject: &Subject,
        book: &Book,
        made: &mut Vec<NoticeRow>,
    ) {
        let rules = &self.inner.config.reach.rules;
        for (rule, steps) in rules.of(&subject.facts) {
            let making = Making {
                subject,
                rule,
                steps,
                pos,
                case,
            };
            match rule.about {
                About::Caller => {
                    // Without a gateway there is no way to a caller, and nothing to keep.
                    if self.inner.config.reach.channel(ChannelKind::Sms).is_some() {
                        made.push(self.row(&making, &UnitId::new("")));
                    }
                }
                About::Desk => made.push(self.row(&making, &case.desk_unit)),
                About::Unit => {
                    let mut notice = self.row(&making, &subject.unit);
                    // A stand-in is told what is told to it, whatever the hour.
                    if subject.facts.kind != "standing_in" {
                        self.out_of_hours(&making, &mut notice, book, made);
                    }
                    made.push(notice);
                }
            }
        }
    }

    fn row(&self, making: &Making<'_>, unit: &UnitId) -> NoticeRow {
        let Making {
            subject,
            rule,
            steps,
            pos,
            case,
        } = making;
        let now = self.now();
        NoticeRow {
            id: self.new_id(),
            pos: *pos,
            case_id: case.id.to_string(),
            case_no: case.no.clone(),
            leg: subject.leg.clone(),
            unit: unit.to_string(),
            kind: subject.facts.kind.clone(),
            rule: self.inner.config.reach.rules.quote(rule),
            text: rule.words(&subject.facts, &self.inner.config.platform.name),
            urgent: subject.facts.danger || subject.facts.urgency >= Urgency::Urgent,
            state: "running".to_owned(),
            ladder: serde_json::to_string(&super::ladder::Kept {
                acknowledge: rule.acknowledge,
                steps: by_ways(steps, subject.ways.as_deref()),
            })
            .unwrap_or_default(),
            next_at: Some(now),
            created_at: now,
            ..NoticeRow::default()
        }
    }

    /// R16: outside its hours, with nobody on duty, the order stands all the same (law 6). What is not urgent
    /// waits for the opening; else whoever stands in is told. The desk sees either.
    fn out_of_hours(
        &self,
        making: &Making<'_>,
        notice: &mut NoticeRow,
        book: &Book,
        made: &mut Vec<NoticeRow>,
    ) {
        let now = self.now();
        let unit = &making.subject.unit;
        let Some(opens) = self.opens_at(unit, now) else {
            return;
        };
        if opens <= now || !book.on_duty(unit.as_str(), now).is_empty() {
            return;
        }
        let tell = |kind: &str, unit: &UnitId, change: &dyn Fn(&mut Facts)| {
            let mut facts = making.subject.facts.clone();
            facts.kind = kind.to_owned();
            change(&mut facts);
            Subject {
                leg: making.subject.leg.clone(),
                unit: unit.clone(),
                facts,
                ways: None,
            }
        };
        let (case, pos) = (making.case, making.pos);
        if making.rule.hold && !notice.urgent {
            notice.state = "held".to_owned();
            notice.next_at = Some(opens);
            let due = self.short_time(opens);
            let told = tell("held", unit, &|facts| facts.due.clone_from(&due));
            self.make(case, pos, &told, book, made);
            return;
        }
        // Only the order itself calls somebody else; what follows from it finds them there.
        if !matches!(notice.kind.as_str(), "dispatched" | "assigned") {
            return;
        }
        let engine = self.inner.engine.load();
        let instead = engine.unit(unit).and_then(|unit| unit.out_of_hours.clone());
        let words = match &instead {
            Some(other) => format!("已改告{}", self.unit_name(other.as_str())),
            None => "无替代单位，请设法联系".to_owned(),
        };
        let told = tell("out_of_hours", unit, &|facts| {
            facts.instead.clone_from(&words);
        });
        self.make(case, pos, &told, book, made);
        if let Some(other) = instead {
            let names = (
                self.unit_name(unit.as_str()),
                self.unit_name(other.as_str()),
            );
            let told = tell("standing_in", &other, &|facts| {
                facts.instead.clone_from(&names.0);
                facts.unit.clone_from(&names.1);
            });
            self.make(case, pos, &told, book, made);
        }
    }

    /// The hours a unit serves, as the site set them or the list has them; none for who is not in the list.
    pub(super) fn hours(&self, unit: &UnitId) -> Option<Hours> {
        let engine = self.inner.engine.load();
        let listed = engine.unit(unit)?.hours;
        let sites = self.inner.sites.load();
        let set = sites
            .get(unit.as_str())
            .and_then(|row| row.hours.parse().ok());
        Some(set.unwrap_or(listed))
    }

    /// When a unit serves next: now if it does, none if it is not in the list.
    pub(super) fn opens_at(&self, unit: &UnitId, now: i64) -> Option<i64> {
        let windows = self.service_windows(unit, now, now + OPENS_WITHIN * DAY);
        windows.first().map(|window| window.from.max(now))
    }

    /// When a unit serves between two moments.
    pub(super) fn service_windows(
        &self,
        unit: &UnitId,
        from: i64,
        to: i64,
    ) -> Vec<domain::duty::Window> {
        let Some(hours) = self.hours(unit) else {
            return Vec::new();
        };
        let (opens, closes, working_days) = match hours {
            Hours::Always => return vec![domain::duty::Window { from, to }],
            Hours::Between {
                from,
                to,
                working_days,
            } => (i64::from(from), i64::from(to), working_days),
        };
        let calendar = self.inner.calendar.load();
        let mut windows = Vec::new();
        let mut day = calendar.day_of(from);
        let last = calendar.day_of(to);
        while day <= last {
            let midnight = domain::duty::midnight(&calendar, day);
            let window = domain::duty::Window {
                from: midnight + opens * 60_000,
                to: midnight + closes * 60_000,
            };
            if !(working_days && calendar.is_off(day)) && window.to > from && window.from < to {
                windows.push(window);
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        windows
    }
}

/// Whose notices an event answers or ends, and as what: an order that was signed needs nobody called any more.
fn answered(event: &Event) -> Option<(Vec<&LegId>, &'static str, &'static str)> {
    match event {
        Event::Signed { leg } => Some((vec![leg], "acknowledged", "signed")),
        Event::AssignmentWithdrawn { leg, .. } | Event::ReturnAccepted { leg, .. } => {
            Some((vec![leg], "void", "ended"))
        }
        Event::Dispatched { ended, .. } | Event::Assigned { ended, .. } => {
            Some((ended.iter().collect(), "void", "ended"))
        }
        _ => None,
    }
}

fn sign_of<'a>(deadlines: &'a [Deadline], leg: &LegId) -> Option<&'a Deadline> {
    deadlines
        .iter()
        .find(|d| d.stage == Stage::Sign && d.leg.as_ref() == Some(leg))
}

/// The steps with those channels alone that the ways name; one that has none of them tells nobody.
fn by_ways(steps: &[Step], ways: Option<&[Way]>) -> Vec<Step> {
    let Some(ways) = ways else {
        return steps.to_vec();
    };
    let named = |channel: ChannelKind| {
        ways.iter().any(|way| match way {
            Way::Console => channel == ChannelKind::Console,
            Way::Sms => channel == ChannelKind::Sms,
            // Whom no call reaches, a short message does.
            Way::Phone => matches!(channel, ChannelKind::Phone | ChannelKind::Sms),
            Way::Mail => channel == ChannelKind::Email,
            Way::Paper => channel == ChannelKind::Paper,
        })
    };
    steps
        .iter()
        .map(|step| Step {
            channels: step
                .channels
                .iter()
                .copied()
                .filter(|c| named(*c))
                .collect(),
            ..step.clone()
        })
        .filter(|step| !step.channels.is_empty())
        .collect()
}

const fn ground_name(ground: Ground) -> &'static str {
    match ground {
        Ground::Casualties => "人员伤亡",
        Ground::Serious => "事态重大",
        Ground::Reinforcement => "需要增援",
        Ground::SeveralUnits => "需要多个单位联动",
    }
}

const fn role_name(role: LegRole) -> &'static str {
    match role {
        LegRole::Lead => "牵头",
        LegRole::Assist => "协办",
        LegRole::FirstResponse => "先期处置",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_event_that_is_passed_over_answers_a_notice() {
        let mut ends = 0;
        for event in crate::golden::events() {
            let passed_over = !ENDS.contains(&event.kind());
            assert!(
                !passed_over || answered(&event).is_none(),
                "{}",
                event.kind()
            );
            ends += usize::from(answered(&event).is_some());
        }
        assert_eq!(ends, ENDS.len(), "each of them answers");
    }
}
