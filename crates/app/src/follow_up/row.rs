//! What a command means for the list of whom to ask: written in the transaction of its events.

use crate::App;
use crate::case::Order;
use crate::draft::{Draft, Meta};
use crate::error::AppError;
use domain::case::{Case, Command, Event, Refusal, Solved};
use domain::clock::{Calendar, Limit};
use domain::followup::{Attempts, CallKind, Choice, Next, Terms, Way, next};
use domain::right::Actor;
use store::{FollowUpRecord, FollowUpResultRow, FollowUpRow, Record, StoreError};

const fn touches(event: &Event) -> bool {
    matches!(
        event,
        Event::Closed { .. }
            | Event::Reopened { .. }
            | Event::RedoOrdered { .. }
            | Event::FollowedUp { .. }
            | Event::RatingAsked(_)
            | Event::RatingChecked(_)
            | Event::Rated(_)
            | Event::Redacted { .. }
    )
}

impl App {
    /// Looks up what the rows need to know: how it stood, and whether anybody left a number.
    pub(crate) async fn look_at_asking(&self, drafts: &mut [Draft]) -> Result<(), StoreError> {
        for draft in drafts.iter_mut() {
            if !draft.events.iter().any(touches) {
                continue;
            }
            let id = draft.after.id.as_str();
            let was_closed = draft
                .before
                .as_ref()
                .is_some_and(|(_, case)| case.closed_at.is_some());
            if was_closed && draft.asked_before.is_none() {
                draft.asked_before = self.inner.store.follow_up(id).await?;
            }
            if draft.caller_key.is_empty() && draft.person.is_none() {
                draft.person = self.inner.store.person(id).await?;
            }
        }
        Ok(())
    }

    /// The rows that follow from a draft's events.
    pub(crate) fn follow_up_records(&self, meta: &Meta, draft: &Draft) -> Vec<Record> {
        if !draft.events.iter().any(touches) {
            return Vec::new();
        }
        let mut out = results(meta, draft);
        let case = &draft.after;
        let case_id = case.id.to_string();
        let Some(closed_at) = case.closed_at else {
            out.push(FollowUpRecord::Gone { case_id });
            return out.into_iter().map(Record::FollowUp).collect();
        };
        let sampling = self.inner.sampling.load();
        let calendar = self.inner.calendar.load();
        let contact = !draft.caller_key.is_empty()
            || draft.person.as_ref().is_some_and(|person| {
                crate::case::digits(&person.contact_number).len() >= 5
                    || crate::case::digits(&person.caller_number).len() >= 5
            });
        let redacted = draft
            .events
            .iter()
            .any(|e| matches!(e, Event::Redacted { .. }));
        // What was chosen when the case was closed stays, whatever the rules are by now.
        let choice = match draft.asked_before.as_ref().filter(|_| !redacted) {
            Some(row) if row.closed_at == closed_at => kept(row),
            _ => sampling.choose(case, contact),
        };
        out.push(FollowUpRecord::Stands(stands(
            meta,
            draft,
            &choice,
            &sampling.attempts,
            &calendar,
        )));
        out.into_iter().map(Record::FollowUp).collect()
    }

    /// The order with the moment of the next try, should this one reach nobody.
    pub(crate) fn with_next_try(&self, order: &Order) -> Command {
        let Order::Plain(Command::FollowUp {
            reached,
            solved,
            satisfaction,
            note,
            satisfied_desk,
            satisfied_unit,
            reasons,
            booked_at,
            then,
            ..
        }) = order
        else {
            return Command::Urge {
                note: String::new(),
            };
        };
        let sampling = self.inner.sampling.load();
        let calendar = self.inner.calendar.load();
        Command::FollowUp {
            reached: *reached,
            solved: *solved,
            satisfaction: *satisfaction,
            note: note.clone(),
            satisfied_desk: *satisfied_desk,
            satisfied_unit: *satisfied_unit,
            reasons: *reasons,
            booked_at: *booked_at,
            then: *then,
            next_at: (!reached).then(|| next_try(&sampling.attempts, &calendar, self.now())),
        }
    }

    /// Whoever did the work does not ask about it, one case is on one list only, and a second call
    /// is another person's.
    pub(crate) async fn may_ask(
        &self,
        actor: &Actor,
        order: &Order,
        case: &Case,
    ) -> Result<(), AppError> {
        let Order::Plain(command) = order else {
            return Ok(());
        };
        let calls = matches!(command, Command::FollowUp { .. });
        if !calls && !matches!(command, Command::CheckRating { .. }) {
            return Ok(());
        }
        if case.did_work(&actor.unit) {
            return Err(Refusal::OwnWork.into());
        }
        if !calls {
            return Ok(());
        }
        let account = actor.account.as_str();
        let claim = self.inner.store.follow_up_claim(case.id.as_str()).await?;
        if claim.is_some_and(|claim| claim.until > self.now() && claim.account_id != account) {
            return Err(Refusal::CalledByOther.into());
        }
        if case.asking.second() == Some(CallKind::Second) {
            let row = self.inner.store.follow_up(case.id.as_str()).await?;
            if row.is_some_and(|row| !row.not_by.is_empty() && row.not_by == account) {
                return Err(Refusal::SamePerson.into());
            }
        }
        Ok(())
    }
}

/// Some hours later, within the hours in which citizens are called.
fn next_try(attempts: &Attempts, calendar: &Calendar, now: i64) -> i64 {
    let (at, _) = calendar.due(now, Limit::of(attempts.gap));
    let minute = calendar.minute_of_day(at);
    let morning = |day: i64| calendar.start_of_day(day) + i64::from(attempts.from_minute) * 60_000;
    if minute < i64::from(attempts.from_minute) {
        morning(at)
    } else if minute >= i64::from(attempts.to_minute) {
        morning(at.saturating_add(86_400_000))
    } else {
        at
    }
}

fn kept(row: &FollowUpRow) -> Choice {
    Choice {
        way: match row.way.as_str() {
            "call" => Way::Call,
            "link" => Way::Link,
            _ => Way::None,
        },
        rule: row.rule.clone(),
        not: None,
    }
}

fn stands(
    meta: &Meta,
    draft: &Draft,
    choice: &Choice,
    attempts: &Attempts,
    calendar: &Calendar,
) -> FollowUpRow {
    let case = &draft.after;
    let closed_at = case.closed_at.unwrap_or(meta.now);
    let before = draft.asked_before.as_ref();
    let reason = choice.not.map_or_else(
        || {
            before
                .filter(|_| choice.way == Way::None)
                .map_or_else(String::new, |row| row.reason.clone())
        },
        |not| not.as_str().to_owned(),
    );
    let mut row = FollowUpRow {
        case_id: case.id.to_string(),
        no: case.no.clone(),
        matter: case
            .classification
            .matter
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        matter_name: case.classification.matter_name.clone(),
        channel: case.channel.as_str().to_owned(),
        unit: worker(case),
        closed_at,
        way: choice.way.as_str().to_owned(),
        rule: choice.rule.clone(),
        reason,
        state: "none".to_owned(),
        tries: i64::from(case.asking.tries),
        booked: case.asking.booked,
        asked: case.asking.was_asked(),
        flagged: case.asking.flagged,
        not_by: before.map(|row| row.not_by.clone()).unwrap_or_default(),
        updated_at: meta.now,
        ..FollowUpRow::default()
    };
    if draft.events.iter().any(Event::is_bad_call) {
        row.not_by.clone_from(&meta.actor);
    }
    // Nobody asks, unless the caller came and rated it badly.
    if choice.way == Way::None && case.asking.second().is_none() {
        return row;
    }
    let terms = Terms {
        way: choice.way,
        closed_at,
        attempts,
        calendar,
    };
    let state = match next(&case.asking, terms) {
        Next::Call {
            kind,
            from,
            due,
            link_from,
        } => {
            kind.as_str().clone_into(&mut row.kind);
            (row.from_at, row.due_at, row.link_at) = (Some(from), Some(due), link_from);
            "call"
        }
        Next::Link { from } => {
            row.link_at = Some(from);
            "link"
        }
        Next::Waits => "waits",
        Next::Done => "done",
        Next::Unreached => "unreached",
    };
    state.clone_into(&mut row.state);
    row
}

/// The unit that did the work: the lead, or whoever's result is told.
fn worker(case: &Case) -> String {
    case.lead().map_or_else(
        || {
            case.told_result()
                .map(|result| result.unit.clone())
                .unwrap_or_default()
        },
        |leg| leg.unit.to_string(),
    )
}

/// A row for each call and rating among the events.
fn results(meta: &Meta, draft: &Draft) -> Vec<FollowUpRecord> {
    let first = draft.before.as_ref().map_or(0, |(row, _)| row.version) + 1;
    let due = draft
        .before
        .as_ref()
        .and_then(|(_, case)| case.asking.second())
        .unwrap_or(CallKind::First);
    let case_id = || draft.after.id.to_string();
    let word = |solved: Solved| match solved {
        Solved::Solved => "solved",
        Solved::Partly => "partly",
        Solved::Unsolved => "unsolved",
        Solved::NotHandled => "not_handled",
    };
    let mut out = Vec::new();
    for (seq, event) in (first..).zip(&draft.events) {
        match event {
            Event::FollowedUp {
                reached,
                solved,
                satisfaction,
                satisfied_desk,
                satisfied_unit,
                cause,
                ..
            } => {
                let old = satisfied_desk.is_none() && satisfied_unit.is_none();
                let unit_mark = satisfied_unit.or(satisfaction.filter(|_| old));
                out.push(FollowUpRecord::Called { case_id: case_id() });
                out.push(FollowUpRecord::Result(FollowUpResultRow {
                    case_id: case_id(),
                    seq,
                    at: meta.now,
                    way: "call".to_owned(),
                    kind: due.as_str().to_owned(),
                    account_id: meta.actor.clone(),
                    unit: worker(&draft.after),
                    reached: *reached,
                    solved: solved.map_or("", word).to_owned(),
                    desk_mark: i64::from(satisfied_desk.unwrap_or(0)),
                    unit_mark: i64::from(unit_mark.unwrap_or(0)),
                    cause: cause.map_or("", |cause| cause.as_str()).to_owned(),
                    counted: true,
                }));
            }
            Event::Rated(rated) => out.push(FollowUpRecord::Result(FollowUpResultRow {
                case_id: case_id(),
                seq,
                at: meta.now,
                way: "rating".to_owned(),
                kind: "rating".to_owned(),
                account_id: String::new(),
                unit: worker(&draft.after),
                reached: rated.reached,
                solved: word(rated.solved).to_owned(),
                desk_mark: i64::from(rated.desk),
                unit_mark: i64::from(rated.unit),
                cause: String::new(),
                counted: rated.flags.is_empty(),
            })),
            Event::RatingChecked(checked) => out.push(FollowUpRecord::Counted {
                case_id: case_id(),
                counted: checked.counted,
            }),
            _ => {}
        }
    }
    out
}
