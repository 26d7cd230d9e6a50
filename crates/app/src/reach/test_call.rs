//! Test calls of the roster 值班抽查: whoever is on is told, and who answered in what time stands in a list.

use super::channel::ChannelKind;
use super::ladder::Kept;
use super::rule::Facts;
use crate::App;
use crate::case::CommandKey;
use crate::error::AppError;
use crate::office::allow;
use crate::view::{DutyTestLine, DutyTestOrder, DutyTestView};
use domain::id::UnitId;
use domain::right::{Action, Actor};
use rust_decimal::Decimal;
use store::{AttemptRow, DeliveryRow, DutyPersonRow, DutyTestRow, NoticeRow, ReachRecord, Record};

const MINUTE: i64 = 60_000;
/// Test calls that are shown.
const SHOWN: i64 = 10;

impl App {
    /// Calls the roster on trial.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn test_roster(
        &self,
        actor: &Actor,
        order: &DutyTestOrder,
        key: &CommandKey,
    ) -> Result<DutyTestView, AppError> {
        allow(actor, Action::MendNotice)?;
        if !(1..=120).contains(&order.minutes) {
            let detail = "1 to 120 minutes";
            return Err(AppError::field("minutes", "out_of_range", detail));
        }
        let mut units = self.roster_units();
        if !order.units.is_empty() {
            for code in &order.units {
                self.roster_unit(code)
                    .map_err(|_| AppError::field("units", "unknown_unit", code.clone()))?;
            }
            units.retain(|unit| order.units.iter().any(|code| code == unit.as_str()));
        }
        if let Some(id) = self.answered::<String>(key).await? {
            return self.duty_test(&id).await;
        }
        let now = self.now();
        let test = DutyTestRow {
            id: self.new_id(),
            at: now,
            until: now + i64::from(order.minutes) * MINUTE,
            actor: actor.account.to_string(),
            units: crate::draft::to_json(&units)?,
        };
        let book = self.book(now, now.saturating_add(1)).await?;
        let mut records = vec![Record::Reach(ReachRecord::Test(test.clone()))];
        for unit in &units {
            let mut ranks: Vec<u8> = book
                .on_duty(unit.as_str(), now)
                .iter()
                .map(|(shift, _)| shift.rank)
                .collect();
            ranks.dedup();
            if ranks.is_empty() {
                ranks.push(1);
            }
            for rank in ranks {
                records.extend(
                    self.test_notice(&test, unit, rank)
                        .map(ReachRecord::Notice)
                        .map(Record::Reach),
                );
            }
        }
        records.push(self.audit_row(actor, "test_roster", &test.id, ""));
        let id = self.record(key, test.id, records, Vec::new()).await?;
        self.wake_reach();
        self.duty_test(&id).await
    }

    fn test_notice(&self, test: &DutyTestRow, unit: &UnitId, rank: u8) -> Option<NoticeRow> {
        let facts = Facts {
            kind: "duty_test".to_owned(),
            unit: self.unit_name(unit.as_str()),
            due: self.short_time(test.until),
            ..Facts::default()
        };
        let rules = &self.inner.config.reach.rules;
        let (rule, steps) = rules.of(&facts).next()?;
        let mut steps = steps.to_vec();
        for step in &mut steps {
            step.rank = Some(rank);
        }
        let kept = Kept {
            acknowledge: rule.acknowledge,
            steps,
        };
        Some(NoticeRow {
            id: self.new_id(),
            unit: unit.to_string(),
            kind: facts.kind.clone(),
            rule: rules.quote(rule),
            text: rule.words(&facts, &self.inner.config.platform.name),
            state: "running".to_owned(),
            ladder: serde_json::to_string(&kept).unwrap_or_default(),
            next_at: Some(test.at),
            created_at: test.at,
            test: test.id.clone(),
            ..NoticeRow::default()
        })
    }

    /// Tells a unit that a bulletin is out, by number and title; none where the site's rules say nothing
    /// of bulletins. Who was told by which way, and whether it arrived, stands on the notice.
    pub(crate) fn bulletin_notice(
        &self,
        unit: &UnitId,
        number: &str,
        title: &str,
    ) -> Option<NoticeRow> {
        let facts = Facts {
            kind: "bulletin".to_owned(),
            no: number.to_owned(),
            matter: title.to_owned(),
            unit: self.unit_name(unit.as_str()),
            ..Facts::default()
        };
        let rules = &self.inner.config.reach.rules;
        let (rule, steps) = rules.of(&facts).next()?;
        let kept = Kept {
            acknowledge: rule.acknowledge,
            steps: steps.to_vec(),
        };
        let now = self.now();
        Some(NoticeRow {
            id: self.new_id(),
            unit: unit.to_string(),
            kind: facts.kind.clone(),
            rule: rules.quote(rule),
            text: rule.words(&facts, &self.inner.config.platform.name),
            state: "running".to_owned(),
            ladder: serde_json::to_string(&kept).unwrap_or_default(),
            next_at: Some(now),
            created_at: now,
            ..NoticeRow::default()
        })
    }

    /// The last test calls with their results, the latest first.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], the store's.
    pub async fn duty_tests(&self, actor: &Actor) -> Result<Vec<DutyTestView>, AppError> {
        allow(actor, Action::MendNotice)?;
        let mut views = Vec::new();
        for test in self.inner.store.duty_tests(SHOWN).await? {
            views.push(self.test_view(test).await?);
        }
        Ok(views)
    }

    /// How the units kept their duty: test calls and failed ones that ended between two moments, by
    /// metric and unit (R69). A test that still runs says nothing yet.
    pub(crate) async fn duty_figures(
        &self,
        from: i64,
        to: i64,
    ) -> Result<Vec<(String, String, Decimal)>, AppError> {
        let units = self.inner.store.duty_tested(from, to.min(self.now()));
        let figures = units.await?.into_iter().flat_map(|tested| {
            let failed = tested.calls - tested.in_time;
            [
                ("test_calls", tested.unit.clone(), tested.calls),
                ("test_call_failures", tested.unit, failed),
            ]
        });
        Ok(figures
            .map(|(figure, unit, count)| (figure.to_owned(), unit, Decimal::from(count)))
            .collect())
    }

    async fn duty_test(&self, id: &str) -> Result<DutyTestView, AppError> {
        let tests = self.inner.store.duty_tests(i64::MAX).await?;
        let test = tests.into_iter().find(|test| test.id == id);
        self.test_view(test.ok_or(AppError::NotFound)?).await
    }

    async fn test_view(&self, test: DutyTestRow) -> Result<DutyTestView, AppError> {
        let now = self.now();
        let mut lines = Vec::new();
        for notice in self.inner.store.notices_of_test(&test.id).await? {
            let deliveries = self.inner.store.deliveries(&notice.id).await?;
            let told = deliveries
                .iter()
                .find(|row| !matches!(row.state.as_str(), "nobody" | "passed"));
            let answered = notice.closed_at;
            let result = match answered {
                Some(at) if at <= test.until => "in_time",
                Some(_) => "late",
                None if told.is_none() && !deliveries.is_empty() => "nobody",
                None if now <= test.until => "waiting",
                None => "silent",
            };
            lines.push(DutyTestLine {
                unit_name: self.unit_name(&notice.unit),
                unit: notice.unit,
                name: told.map(|row| row.name.clone()).unwrap_or_default(),
                channels: deliveries
                    .iter()
                    .filter(|row| row.state != "passed")
                    .map(|row| row.channel.clone())
                    .collect(),
                answered_at: answered,
                answered_by: notice.closed_by,
                result: result.to_owned(),
            });
        }
        let by = self.inner.store.account(&test.actor).await?;
        Ok(DutyTestView {
            id: test.id,
            at: test.at,
            until: test.until,
            by: by.map(|account| account.name).unwrap_or_default(),
            lines,
        })
    }

    /// A word to one person that follows from no rule: at the console, and by the first channel that works.
    pub(super) fn word_to(
        &self,
        person: &DutyPersonRow,
        unit: &UnitId,
        kind: &str,
        text: &str,
    ) -> Vec<ReachRecord> {
        let now = self.now();
        let notice = NoticeRow {
            id: self.new_id(),
            unit: unit.to_string(),
            kind: kind.to_owned(),
            rule: "roster".to_owned(),
            text: text.to_owned(),
            state: "done".to_owned(),
            ladder: r#"{"acknowledge":false,"steps":[]}"#.to_owned(),
            created_at: now,
            closed_at: Some(now),
            closed_how: "told".to_owned(),
            ..NoticeRow::default()
        };
        let base = DeliveryRow {
            id: self.new_id(),
            notice_id: notice.id.clone(),
            person: person.id.clone(),
            account_id: person.account_id.clone(),
            name: person.name.clone(),
            rest: "[]".to_owned(),
            made_at: now,
            most: super::ladder::TRIES,
            ..DeliveryRow::default()
        };
        let mut records = vec![ReachRecord::Notice(notice)];
        if !person.account_id.is_empty() {
            records.push(ReachRecord::Attempt(AttemptRow {
                delivery_id: base.id.clone(),
                n: 1,
                at: now,
                channel: "console".to_owned(),
                shown: person.name.clone(),
                done_at: Some(now),
                outcome: "listed".to_owned(),
                detail: String::new(),
            }));
            records.push(ReachRecord::Delivery(DeliveryRow {
                channel: "console".to_owned(),
                state: "sent".to_owned(),
                outcome: "listed".to_owned(),
                tries: 1,
                done_at: Some(now),
                ..base.clone()
            }));
        }
        let ways = [
            (ChannelKind::Sms, &person.mobile),
            (ChannelKind::Email, &person.email),
        ];
        let found = ways
            .into_iter()
            .find(|(kind, address)| !address.is_empty() && self.has_channel(*kind));
        if let Some((kind, address)) = found {
            records.push(ReachRecord::Delivery(DeliveryRow {
                id: self.new_id(),
                channel: kind.as_str().to_owned(),
                address: address.clone(),
                state: "waiting".to_owned(),
                next_at: Some(now),
                ..base
            }));
        }
        records
    }
}
