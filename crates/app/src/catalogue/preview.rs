//! Which clocks would run, and why: every stage by the catalogue, day by day over holidays.

use super::{moment, read};
use crate::App;
use crate::error::{AppError, FieldError};
use crate::office::allow;
use crate::view::{ClockAsk, ClockDay, ClockLine, ClockPreview, ClockStep};
use domain::case::LegRole;
use domain::clock::{
    Asked, Calendar, Choice, Clockwork, Duty, Hours, Limit, Limits, Measure, Millis, Pace, Span,
    Stage, Tier,
};
use domain::desk::{Channel, Desk, Urgency};
use domain::id::{MatterCode, UnitId};
use domain::right::{Action, Actor};
use jiff::civil::{Date, Weekday};
use std::collections::BTreeMap;
use triage::Engine;

/// Days of a reasoning at most.
const DAYS_MOST: usize = 120;

/// Everything a preview asks.
struct Ground<'a> {
    clocks: &'a Clockwork,
    calendar: &'a Calendar,
    /// What the calendar says of days.
    notes: &'a BTreeMap<Date, String>,
    desk: Desk,
    site: Limits,
    now: Millis,
}

impl App {
    /// Which clocks would run for a matter, an urgency, a channel and a unit from a moment on.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`] for what is unknown, the store's.
    pub async fn preview_clocks(
        &self,
        actor: &Actor,
        ask: &ClockAsk,
    ) -> Result<ClockPreview, AppError> {
        allow(actor, Action::ReadDirectory)?;
        let mut clocks = self.clockwork();
        if let Some(text) = &ask.text {
            let catalogue = read(text).map_err(|faults| {
                let said = faults.first().map(ToString::to_string).unwrap_or_default();
                AppError::field("text", "clocks_faulty", said)
            })?;
            clocks = std::sync::Arc::new(Clockwork {
                catalogue,
                ..Clockwork::clone(&clocks)
            });
        }
        let rows = self
            .inner
            .store
            .calendar("0000-00-00", "9999-99-99")
            .await?;
        let notes = rows
            .into_iter()
            .filter_map(|row| Some((row.day.parse().ok()?, row.note)))
            .collect();
        let calendar = self.inner.calendar.load_full();
        let engine = self.inner.engine.load_full();
        let ground = Ground {
            clocks: &clocks,
            calendar: &calendar,
            notes: &notes,
            desk: self.inner.config.platform.desk,
            site: self.rules().limits,
            now: self.now(),
        };
        ground.preview(ask, &engine)
    }
}

/// What would be sent, as far as clocks ask about it.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    /// The desk whose units would have it.
    pub(crate) desk: Desk,
    pub(crate) matter: Option<&'a MatterCode>,
    pub(crate) urgency: Urgency,
    pub(crate) lead: Option<&'a UnitId>,
    /// The limits of the list's row.
    pub(crate) list: Limits,
}

impl Sent<'_> {
    /// When the clock of a stage would end if it were dispatched at `now`, by what a dispatch goes
    /// by: the catalogue, and the site's limits where that is silent. None where no clock would run.
    pub(crate) fn due(
        &self,
        stage: Stage,
        now: Millis,
        (clocks, calendar, site): (&Clockwork, &Calendar, Limits),
    ) -> Option<Millis> {
        let row = self.matter.and_then(|code| clocks.matter(code));
        // Closing is the whole case's, and no unit's.
        let lead = self.lead.filter(|_| stage != Stage::Close);
        let duty = lead.map(|unit| clocks.duty(unit)).unwrap_or_default();
        let asked = Asked {
            desk: self.desk,
            matter: self.matter.map_or("", MatterCode::as_str),
            group: row.map_or("", |row| row.group.as_str()),
            urgency: self.urgency,
            channel: Channel::Phone,
            role: lead.map(|_| LegRole::Lead),
            duty,
            list: self.list,
            redo: false,
        };
        let limit = match clocks.choose(stage, &asked) {
            Choice::Off(_) => return None,
            Choice::Silent => site.of(stage)?,
            Choice::Clock { limit, .. } => limit,
        };
        Some(calendar.due_in(now, limit.span, duty.hours))
    }
}

/// The same with a text, the shipped list and the statutory calendar, where there is no platform.
///
/// # Errors
/// [`AppError::Invalid`] for what is unknown, or a text that is refused.
pub fn preview_without_site(
    text: &str,
    engine: &Engine,
    desk: Desk,
    now: Millis,
    ask: &ClockAsk,
) -> Result<ClockPreview, AppError> {
    let catalogue = read(text).map_err(|faults| {
        let fields = faults
            .iter()
            .map(|f| FieldError::new(format!("line {}", f.line), f.key, f.problem.clone()));
        AppError::Invalid(fields.collect())
    })?;
    let clocks = super::clockwork(catalogue, engine, &crate::office::Sites::new());
    let mut notes = BTreeMap::new();
    for (_, text) in super::statutory::YEARS {
        let days = crate::office::read_days(text)?;
        notes.extend(days.into_iter().map(|(day, _, note)| (day, note)));
    }
    let ground = Ground {
        clocks: &clocks,
        calendar: &super::statutory::calendar(),
        notes: &notes,
        desk,
        site: Limits::default(),
        now,
    };
    ground.preview(ask, engine)
}

impl Ground<'_> {
    fn preview(&self, ask: &ClockAsk, engine: &Engine) -> Result<ClockPreview, AppError> {
        let matter = MatterCode::new(ask.matter.trim());
        let row = engine.matter(&matter);
        if row.is_none() && !ask.matter.trim().is_empty() {
            return Err(AppError::field(
                "matter",
                "unknown_matter",
                ask.matter.clone(),
            ));
        }
        let from = match ask.at.trim() {
            "" => self.now,
            text => moment(self.calendar, text).ok_or_else(|| {
                let detail = "a moment like 2026-02-13 16:50";
                AppError::field("at", "unreadable_moment", detail)
            })?,
        };
        let (unit, duty) = self.unit(ask, engine)?;
        let listed = self.clocks.matter(&matter).cloned().unwrap_or_default();
        let asked = Asked {
            desk: self.desk,
            matter: matter.as_str(),
            group: &listed.group,
            urgency: ask.urgency,
            channel: ask.channel,
            role: Some(ask.role),
            duty,
            list: listed.limits,
            redo: false,
        };
        let basis = row.map(|row| {
            let version = &engine.list().header.version;
            format!("{} · {version} {}", row.basis, row.code)
        });
        let basis = basis.unwrap_or_default();
        let lines = Stage::ALL
            .into_iter()
            .filter_map(|stage| self.line(stage, &asked, &basis, from))
            .collect();
        Ok(ClockPreview {
            from,
            from_stamp: self.calendar.stamp(from),
            label: self.clocks.catalogue.version.clone(),
            unit,
            hours: duty.hours.to_string(),
            clocks: lines,
        })
    }

    fn unit(&self, ask: &ClockAsk, engine: &Engine) -> Result<(String, Duty), AppError> {
        let code = ask.unit.trim();
        if !code.is_empty() {
            let id = UnitId::new(code);
            let unit = engine
                .unit(&id)
                .ok_or_else(|| AppError::field("unit", "unknown_unit", code.to_owned()))?;
            return Ok((unit.name.clone(), self.clocks.duty(&id)));
        }
        let tier = match ask.tier {
            None => None,
            Some(1) => Some(Tier::One),
            Some(2) => Some(Tier::Two),
            Some(_) => return Err(AppError::field("tier", "out_of_range", "1 or 2")),
        };
        let duty = Duty {
            tier,
            ..Duty::default()
        };
        Ok((String::new(), duty))
    }

    fn line(
        &self,
        stage: Stage,
        asked: &Asked<'_>,
        basis: &str,
        from: Millis,
    ) -> Option<ClockLine> {
        let (pace, rule) = match self.clocks.choose(stage, asked) {
            Choice::Off(_) => return None,
            Choice::Silent => {
                let limit = self.site.of(stage)?;
                (Pace::plain(limit), quoted(basis, stage, limit))
            }
            Choice::Clock {
                rule,
                limit,
                ladder,
            } => {
                let rule_text = if rule.span == Measure::List {
                    quoted(basis, stage, limit)
                } else {
                    let own = format!("{} {}", self.clocks.catalogue.version, rule.code);
                    quoted(&own, stage, limit)
                };
                let pace = Pace {
                    red: rule.red,
                    ladder,
                    ..Pace::plain(limit)
                };
                (pace, rule_text)
            }
        };
        let hours = asked.duty.hours;
        let deadline = self.calendar.previewed(stage, from, Pace { hours, ..pace });
        let stamp = |at| self.calendar.stamp(at);
        Some(ClockLine {
            stage: stage.as_str().to_owned(),
            rule,
            span: pace.limit.span.to_string(),
            amber: deadline.amber,
            amber_stamp: stamp(deadline.amber),
            red: deadline.red,
            due: deadline.due,
            due_stamp: stamp(deadline.due),
            ladder: deadline
                .ladder
                .iter()
                .map(|rung| ClockStep {
                    at: rung.at,
                    tell: rung.tell.as_str().to_owned(),
                    by: rung.by.iter().map(|way| way.as_str().to_owned()).collect(),
                    then: rung.then.as_str().to_owned(),
                })
                .collect(),
            days: self.days(from, deadline.due, pace.limit, hours),
        })
    }

    /// Every day between the two ends, and why it counts or does not.
    fn days(&self, from: Millis, due: Millis, limit: Limit, hours: Hours) -> Vec<ClockDay> {
        let service = limit.span.in_service() && hours != Hours::Always;
        let counts = matches!(limit.span, Span::WorkingDays(_) | Span::NextDays(_));
        if !service && !counts {
            return Vec::new();
        }
        let (first, last) = (self.calendar.day_of(from), self.calendar.day_of(due));
        let mut days = Vec::new();
        let mut count = 0_u32;
        let mut day = first;
        while day <= last && days.len() < DAYS_MOST {
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            let off = self.calendar.is_off(day);
            let minutes = service.then(|| self.served(day, from, due, hours));
            let counted = match minutes {
                Some(minutes) => minutes > 0,
                None => day > first && (!off || matches!(limit.span, Span::NextDays(_))),
            };
            count += u32::from(counted);
            let kind = match (counted, weekend, off) {
                _ if day == first && !counted => "first",
                (true, true, false) => "worked",
                (true, ..) => "counted",
                (false, true, true) if !self.notes.contains_key(&day) => "weekend",
                (false, _, true) => "holiday",
                (false, _, false) => "closed",
            };
            days.push(ClockDay {
                day: day.to_string(),
                weekday: day.weekday().to_monday_one_offset(),
                kind: kind.to_owned(),
                note: self.notes.get(&day).cloned().unwrap_or_default(),
                count,
                minutes,
            });
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        days
    }

    /// Minutes in service on a day between the two ends.
    fn served(&self, day: Date, from: Millis, due: Millis, hours: Hours) -> i64 {
        self.calendar
            .window(hours, day)
            .map_or(0, |(opens, closes)| {
                (closes.min(due) - opens.max(from)).max(0) / 60_000
            })
    }
}

/// A rule as a deadline quotes it.
fn quoted(basis: &str, stage: Stage, limit: Limit) -> String {
    let words = format!("{} {}", stage.as_str(), limit.span);
    if basis.is_empty() {
        words
    } else {
        format!("{basis} · {words}")
    }
}
