//! Which clocks start with a decision, by which rule, and what time and the calendar do to them.

use super::Context;
use crate::case::event::{Escalation, Event};
use crate::case::leg::{LegRole, LegState};
use crate::case::refusal::Refusal;
use crate::case::state::Case;
use crate::clock::{
    Asked, Choice, Deadline, DeadlineState, DeadlineStep, Duty, Limit, Measure, Millis, Pace, Span,
    Stage,
};
use crate::id::{DeadlineId, LegId, UnitId};

/// A clock that may start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start<'a> {
    pub(super) case: &'a Case,
    /// How many deadlines the case has before it.
    pub(super) at: usize,
    pub(super) stage: Stage,
    pub(super) leg: Option<&'a LegId>,
    pub(super) unit: Option<(&'a UnitId, LegRole)>,
    /// The limit somebody named, which counts before every rule.
    pub(super) given: Option<Limit>,
    /// What is quoted with a limit that is given, or that the list's row sets.
    pub(super) basis: &'a str,
    pub(super) redo: bool,
}

impl<'a> Start<'a> {
    /// A clock of the whole case.
    pub(super) const fn whole(case: &'a Case, at: usize, stage: Stage) -> Self {
        Self {
            case,
            at,
            stage,
            leg: None,
            unit: None,
            given: None,
            basis: "",
            redo: false,
        }
    }
}

impl Context<'_> {
    /// How often a unit may have its time extended.
    pub(super) fn extensions(&self) -> u8 {
        let rule = self.clocks.and_then(|clocks| clocks.catalogue.extension);
        rule.map_or(self.rules.extensions, |rule| rule.most)
    }

    /// The longest extension there may be.
    pub(super) fn longest_extension(&self) -> Option<Span> {
        self.clocks
            .and_then(|clocks| clocks.catalogue.extension)?
            .longest
    }

    /// The ground of a suspension: one the catalogue names, where it names any.
    pub(super) fn ground(&self, ground: &str) -> Result<String, Refusal> {
        let named = self
            .clocks
            .map_or(&[][..], |clocks| clocks.catalogue.pauses.as_slice());
        if !named.is_empty() && !named.iter().any(|pause| pause.code == ground) {
            return Err(Refusal::PauseGround);
        }
        Ok(ground.to_owned())
    }

    /// The clock that a stage starts now: by the limit that was given, else by the catalogue, else
    /// by the site's own limits. None where none of them has one.
    pub(super) fn start(&self, start: Start<'_>) -> Option<Deadline> {
        let asked = self.asked(&start);
        let choice = self
            .clocks
            .map_or(Choice::Silent, |clocks| clocks.choose(start.stage, &asked));
        let site = match start.stage {
            Stage::Answer => Some(self.rules.answer),
            stage => self.rules.limits.of(stage),
        };
        let (pace, code) = match (start.given, choice) {
            (
                given,
                Choice::Clock {
                    rule,
                    limit,
                    ladder,
                },
            ) => {
                let pace = Pace {
                    red: rule.red,
                    ladder,
                    ..Pace::plain(given.unwrap_or(limit))
                };
                let own = given.is_none() && rule.span != Measure::List;
                (pace, own.then_some(rule.code.as_str()))
            }
            (Some(limit), _) => (Pace::plain(limit), None),
            (None, Choice::Off(_)) => return None,
            (None, Choice::Silent) => (Pace::plain(site?), None),
        };
        let hours = asked.duty.hours;
        Some(self.begin(start, Pace { hours, ..pace }, code))
    }

    /// A clock that starts now and runs so; `code` is the catalogue's rule, if it was that.
    pub(super) fn begin(&self, start: Start<'_>, pace: Pace<'_>, code: Option<&str>) -> Deadline {
        let (stage, span) = (start.stage.as_str(), pace.limit.span);
        let rule = match (code, self.clocks) {
            (Some(code), Some(clocks)) => {
                let version = &clocks.catalogue.version;
                format!("{version} {code} · {stage} {span}")
            }
            _ if start.basis.is_empty() => format!("{stage} {span}"),
            _ => format!("{} · {stage} {span}", start.basis),
        };
        Deadline {
            id: DeadlineId::new(format!("d{}", start.at + 1)),
            leg: start.leg.cloned(),
            rule,
            ..self.calendar.previewed(start.stage, self.now, pace)
        }
    }

    fn asked<'b>(&'b self, start: &Start<'b>) -> Asked<'b> {
        let case = start.case;
        let code = case.classification.matter.as_ref();
        let row = self.clocks.and_then(|clocks| clocks.matter(code?));
        let duty = match (self.clocks, start.unit) {
            (Some(clocks), Some((unit, _))) => clocks.duty(unit),
            _ => Duty::default(),
        };
        Asked {
            desk: case.desk,
            matter: code.map_or("", |code| code.as_str()),
            group: row.map_or("", |row| row.group.as_str()),
            urgency: case.classification.urgency,
            channel: case.channel,
            role: start.unit.map(|(_, role)| role),
            duty,
            list: row.map(|row| row.limits).unwrap_or_default(),
            redo: start.redo,
        }
    }

    /// Whether the catalogue has a rule of its own for what is done again.
    pub(super) fn rules_redo(&self, start: Start<'_>) -> bool {
        let asked = self.asked(&start);
        self.clocks.is_some_and(|clocks| {
            let mut rules = clocks.catalogue.clocks.iter();
            rules.any(|rule| {
                rule.stage == start.stage && rule.when.redo == Some(true) && rule.when.fits(&asked)
            })
        })
    }

    /// A clock that only a rule of the catalogue starts, as an event of its own.
    pub(super) fn start_by_rule(&self, case: &Case, stage: Stage) -> Option<Event> {
        self.clocks?;
        let deadline = self.start(Start::whole(case, case.deadlines.len(), stage))?;
        Some(Event::ClockStarted { deadline })
    }
}

/// Time has reached a step of a deadline: its sign, and whoever its ladder names by now.
pub(super) fn reached(
    case: &Case,
    deadline: &DeadlineId,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let found = case.deadlines.iter().find(|d| &d.id == deadline);
    let found = found.ok_or_else(|| Refusal::NoStep(deadline.clone()))?;
    let mut events: Vec<Event> = found
        .step_at(ctx.now)
        .map(|step| match step {
            DeadlineStep::Missed => Event::DeadlineMissed {
                deadline: deadline.clone(),
            },
            _ => Event::DeadlineNeared {
                deadline: deadline.clone(),
            },
        })
        .into_iter()
        .collect();
    let unit = found
        .leg
        .as_ref()
        .and_then(|leg| case.leg(leg))
        .map(|leg| leg.unit.clone());
    let told = found.rungs_at(ctx.now).map(|(step, rung)| {
        Event::Escalated(Escalation {
            deadline: deadline.clone(),
            step,
            to: rung.tell,
            unit: unit.clone(),
            by: rung.by.clone(),
            then: rung.then,
            rule: found.rule.clone(),
        })
    });
    events.extend(told);
    if events.is_empty() {
        return Err(Refusal::NoStep(deadline.clone()));
    }
    Ok(events)
}

/// The calendar has changed: deadlines that still run are counted anew, and keep when they were
/// due at first. Nothing happens to a case whose deadlines stay where they are.
pub(super) fn recount(case: &Case, reason: String, ctx: &Context<'_>) -> Vec<Event> {
    let deadlines: Vec<Deadline> = case
        .deadlines
        .iter()
        .filter(|d| matches!(d.state, DeadlineState::Running | DeadlineState::Amber))
        .filter_map(|d| {
            let counted_at = d.recounted_at.unwrap_or(d.from);
            let due = match d.hours {
                None => ctx.calendar.recounted_since(d.from, d.due, counted_at)?,
                Some(hours) => {
                    let before = ctx.calendar.as_of(counted_at);
                    let time = before.service_between(d.from, d.due, hours);
                    let due = ctx.calendar.after_service(d.from, time, hours);
                    (due != d.due).then_some(due)?
                }
            };
            let along = |at: Millis| scaled(d.from, at, d.due, due);
            let mut moved = ctx.calendar.moved(d, along(d.amber), d.red.map(along), due);
            moved.recounted_at = Some(ctx.now);
            moved.due_first = d.due_first.or(Some(d.due));
            Some(moved)
        })
        .collect();
    if deadlines.is_empty() {
        return Vec::new();
    }
    vec![Event::Recounted { deadlines, reason }]
}

/// What runs in service hours goes on with the service time that was left, not with the time on
/// the wall.
pub(super) fn resumed_in_service(case: &Case, leg: &LegId, ctx: &Context<'_>) -> Option<Event> {
    let deadlines: Vec<Deadline> = case
        .deadlines
        .iter()
        .filter(|d| d.leg.as_ref() == Some(leg))
        .filter_map(|d| {
            let hours = d.hours?;
            let DeadlineState::Paused { left, missed } = d.state else {
                return None;
            };
            let stopped = d.due.saturating_sub(left);
            let on = |at: Millis| {
                let time = ctx.calendar.service_between(stopped, at, hours);
                if at <= stopped {
                    at.saturating_add(ctx.now.saturating_sub(stopped))
                } else {
                    ctx.calendar.after_service(ctx.now, time, hours)
                }
            };
            let mut moved = ctx.calendar.moved(d, on(d.amber), d.red.map(on), on(d.due));
            moved.state = if missed {
                DeadlineState::Missed
            } else if moved.amber <= ctx.now {
                DeadlineState::Amber
            } else {
                DeadlineState::Running
            };
            Some(moved)
        })
        .collect();
    (!deadlines.is_empty()).then(|| Event::Recounted {
        deadlines,
        reason: "service_hours".to_owned(),
    })
}

/// The events of a suspended unit that goes on.
pub(super) fn resume(case: &Case, leg: &LegId, ctx: &Context<'_>) -> Vec<Event> {
    let mut events = vec![Event::Resumed { leg: leg.clone() }];
    events.extend(resumed_in_service(case, leg, ctx));
    events
}

/// Whether a unit waits.
pub(super) fn suspended<'a>(case: &'a Case, unit: &UnitId) -> Option<&'a LegId> {
    case.legs
        .iter()
        .find(|leg| &leg.unit == unit && leg.state == LegState::Suspended)
        .map(|leg| &leg.id)
}

/// The moment that lies as far between `from` and `now` as `at` lay between `from` and `was`.
fn scaled(from: Millis, at: Millis, was: Millis, now: Millis) -> Millis {
    let (part, old, new) = (
        i128::from(at.saturating_sub(from)),
        i128::from(was.saturating_sub(from)).max(1),
        i128::from(now.saturating_sub(from)),
    );
    let moved = part.saturating_mul(new) / old;
    from.saturating_add(i64::try_from(moved).unwrap_or(i64::MAX))
}
