//! Reading the duty roster, notices, and what came of them.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{
    AttemptRow, DeliveryRow, DutyDayRow, DutyPatternRow, DutyPersonRow, DutySwapRow, DutyTestRow,
    DutyWayRow, NoticeRow,
};
use crate::value::{Columns, FromRow, Value, statements};

statements! {
    pub(crate) REACHES:
    MARK = "reach_mark.one", "SELECT pos FROM reach_mark WHERE id = 1";
    PEOPLE = "duty_person.all",
        "SELECT id, unit, name, account_id, mobile, email, role, gone, changed_at \
         FROM duty_person ORDER BY unit, name, id";
    PATTERNS = "duty_pattern.all",
        "SELECT id, unit, rank, from_minute, to_minute, days, people, step, starts, ends, \
         changed_at FROM duty_pattern ORDER BY unit, rank, from_minute, id";
    DAYS = "duty_day.between",
        "SELECT id, unit, rank, from_at, to_at, person, kind, reason, at, actor \
         FROM duty_day WHERE to_at > $1 AND from_at < $2 ORDER BY at, id";
    SWAPS = "duty_swap.after",
        "SELECT id, unit, rank, from_at, to_at, giver, taker, reason, state, asked_at, asked_by, \
         decided_at, decided_by FROM duty_swap WHERE to_at > $1 ORDER BY from_at, id LIMIT 500";
    SWAP = "duty_swap.one",
        "SELECT id, unit, rank, from_at, to_at, giver, taker, reason, state, asked_at, asked_by, \
         decided_at, decided_by FROM duty_swap WHERE id = $1";
    WAYS = "duty_way.all",
        "SELECT unit, sheet, email, webhook, feed, changed_at FROM duty_way ORDER BY unit";
    TESTS = "duty_test.last",
        "SELECT id, at, until, actor, units FROM duty_test ORDER BY at DESC, id DESC LIMIT $1";
    TESTED = "duty_test.of_units",
        "SELECT n.unit, count(*), count(CASE WHEN n.closed_at <= t.until THEN 1 END) \
         FROM duty_test t JOIN notice n ON n.test = t.id \
         WHERE t.until >= $1 AND t.until < $2 GROUP BY n.unit ORDER BY n.unit";
    NOTICE = "notice.one",
        "SELECT id, pos, case_id, case_no, leg, unit, kind, rule, text, urgent, state, ladder, step, \
         next_at, created_at, closed_at, closed_by, closed_how, test, tries \
         FROM notice WHERE id = $1";
    NOTICES_DUE = "notice.due",
        "SELECT id, pos, case_id, case_no, leg, unit, kind, rule, text, urgent, state, ladder, step, \
         next_at, created_at, closed_at, closed_by, closed_how, test, tries \
         FROM notice WHERE next_at IS NOT NULL AND next_at <= $1 ORDER BY next_at LIMIT $2";
    NOTICES_UNIT = "notice.of_unit",
        "SELECT id, pos, case_id, case_no, leg, unit, kind, rule, text, urgent, state, ladder, step, \
         next_at, created_at, closed_at, closed_by, closed_how, test, tries \
         FROM notice WHERE unit = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    NOTICES_STATE = "notice.of_state",
        "SELECT id, pos, case_id, case_no, leg, unit, kind, rule, text, urgent, state, ladder, step, \
         next_at, created_at, closed_at, closed_by, closed_how, test, tries \
         FROM notice WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    NOTICES_CASE = "notice.of_case",
        "SELECT id, pos, case_id, case_no, leg, unit, kind, rule, text, urgent, state, ladder, step, \
         next_at, created_at, closed_at, closed_by, closed_how, test, tries \
         FROM notice WHERE case_id = $1 ORDER BY id LIMIT 500";
    NOTICES_TEST = "notice.of_test",
        "SELECT id, pos, case_id, case_no, leg, unit, kind, rule, text, urgent, state, ladder, step, \
         next_at, created_at, closed_at, closed_by, closed_how, test, tries \
         FROM notice WHERE test = $1 ORDER BY unit, id";
    NOTICES_ACCOUNT = "notice.of_account",
        "SELECT notice.id, pos, case_id, case_no, leg, unit, kind, rule, text, urgent, notice.state, \
         ladder, notice.step, notice.next_at, created_at, closed_at, closed_by, closed_how, test, \
         notice.tries, d.id, d.notice_id, d.step, d.person, d.account_id, d.name, d.channel, \
         d.address, d.rest, d.state, d.tries, d.most, d.next_at, d.made_at, d.done_at, d.seen_at, \
         d.gateway, d.outcome, d.proof FROM notice_delivery d \
         JOIN notice ON notice.id = d.notice_id \
         WHERE d.account_id = $1 AND d.channel = 'console' AND d.id < $2 \
         ORDER BY d.id DESC LIMIT $3";
    NOTICES_DELIVERY = "notice.of_delivery_state",
        "SELECT notice.id, pos, case_id, case_no, leg, unit, kind, rule, text, urgent, notice.state, \
         ladder, notice.step, notice.next_at, created_at, closed_at, closed_by, closed_how, test, \
         notice.tries, d.id, d.notice_id, d.step, d.person, d.account_id, d.name, d.channel, \
         d.address, d.rest, d.state, d.tries, d.most, d.next_at, d.made_at, d.done_at, d.seen_at, \
         d.gateway, d.outcome, d.proof FROM notice_delivery d \
         JOIN notice ON notice.id = d.notice_id \
         WHERE d.state = $1 AND d.id < $2 ORDER BY d.id DESC LIMIT $3";
    UNSEEN = "notice_delivery.unseen",
        "SELECT count(*) FROM notice_delivery WHERE account_id = $1 AND channel = 'console' \
         AND seen_at IS NULL";
    DELIVERY = "notice_delivery.one",
        "SELECT id, notice_id, step, person, account_id, name, channel, address, rest, state, tries, \
         most, next_at, made_at, done_at, seen_at, gateway, outcome, proof \
         FROM notice_delivery WHERE id = $1";
    DELIVERIES = "notice_delivery.of_notice",
        "SELECT id, notice_id, step, person, account_id, name, channel, address, rest, state, tries, \
         most, next_at, made_at, done_at, seen_at, gateway, outcome, proof \
         FROM notice_delivery WHERE notice_id = $1 ORDER BY id";
    DELIVERIES_DUE = "notice_delivery.due",
        "SELECT id, notice_id, step, person, account_id, name, channel, address, rest, state, tries, \
         most, next_at, made_at, done_at, seen_at, gateway, outcome, proof \
         FROM notice_delivery WHERE next_at IS NOT NULL AND next_at <= $1 \
         ORDER BY next_at, id LIMIT $2";
    DELIVERY_GATEWAY = "notice_delivery.of_gateway",
        "SELECT id, notice_id, step, person, account_id, name, channel, address, rest, state, tries, \
         most, next_at, made_at, done_at, seen_at, gateway, outcome, proof \
         FROM notice_delivery WHERE gateway = $1 AND gateway <> '' AND channel = $2 ORDER BY id";
    DELIVERIES_CALLED = "notice_delivery.called_up",
        "SELECT id, notice_id, step, person, account_id, name, channel, address, rest, state, tries, \
         most, next_at, made_at, done_at, seen_at, gateway, outcome, proof \
         FROM notice_delivery WHERE channel = 'phone' AND state = 'sent' ORDER BY id LIMIT $1";
    ATTEMPTS = "notice_attempt.of_notice",
        "SELECT delivery_id, n, at, a.channel, shown, a.done_at, a.outcome, detail \
         FROM notice_attempt a JOIN notice_delivery d ON d.id = a.delivery_id \
         WHERE d.notice_id = $1 ORDER BY at, delivery_id, n";
    HEALTH = "notice_attempt.health",
        "SELECT channel, outcome, count(*), max(at) FROM notice_attempt WHERE at >= $1 \
         GROUP BY channel, outcome ORDER BY channel, outcome";
}

/// A notice with the delivery it was found by.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldRow {
    /// The notice.
    pub notice: NoticeRow,
    /// The delivery.
    pub delivery: DeliveryRow,
}

impl FromRow for ToldRow {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok(Self {
            notice: NoticeRow::from_row(columns)?,
            delivery: DeliveryRow::from_row(columns)?,
        })
    }
}

/// How a unit answered test calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestedUnit {
    /// Unit.
    pub unit: String,
    /// How often it was called.
    pub calls: i64,
    /// How often it answered in time.
    pub in_time: i64,
}

impl FromRow for TestedUnit {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok(Self {
            unit: columns.take()?,
            calls: columns.take()?,
            in_time: columns.take()?,
        })
    }
}

/// How often a channel came to the same end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelCount {
    /// Channel.
    pub channel: String,
    /// What came of it.
    pub outcome: String,
    /// How often.
    pub count: i64,
    /// When it was last begun.
    pub last_at: i64,
}

impl FromRow for ChannelCount {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok(Self {
            channel: columns.take()?,
            outcome: columns.take()?,
            count: columns.take()?,
            last_at: columns.take()?,
        })
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Sorts behind every id.
const LAST: &str = "~";

fn before(id: &str) -> Value {
    text(if id.is_empty() { LAST } else { id })
}

impl Store {
    /// How far along the log notices have been made; none before the first time.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn reach_mark(&self) -> Result<Option<i64>, StoreError> {
        let found: Option<(i64,)> = self.one(&MARK, Vec::new()).await?;
        Ok(found.map(|(pos,)| pos))
    }

    /// Everybody the units name, by unit and name; also those who are gone.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn duty_people(&self) -> Result<Vec<DutyPersonRow>, StoreError> {
        self.rows(&PEOPLE, Vec::new()).await
    }

    /// Every shift that comes again.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn duty_patterns(&self) -> Result<Vec<DutyPatternRow>, StoreError> {
        self.rows(&PATTERNS, Vec::new()).await
    }

    /// Single shifts that touch a time, as they were written.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn duty_days(&self, from: i64, to: i64) -> Result<Vec<DutyDayRow>, StoreError> {
        self.rows(&DAYS, vec![Value::I64(from), Value::I64(to)])
            .await
    }

    /// Swaps of shifts that end after a moment.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn duty_swaps(&self, after: i64) -> Result<Vec<DutySwapRow>, StoreError> {
        self.rows(&SWAPS, vec![Value::I64(after)]).await
    }

    /// A swap.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn duty_swap(&self, id: &str) -> Result<Option<DutySwapRow>, StoreError> {
        self.one(&SWAP, vec![text(id)]).await
    }

    /// How units are reached besides their people.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn duty_ways(&self) -> Result<Vec<DutyWayRow>, StoreError> {
        self.rows(&WAYS, Vec::new()).await
    }

    /// The last test calls, the latest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn duty_tests(&self, limit: i64) -> Result<Vec<DutyTestRow>, StoreError> {
        self.rows(&TESTS, vec![Value::I64(limit)]).await
    }

    /// How each unit answered the test calls whose time ran out from `from` to before `to`.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn duty_tested(&self, from: i64, to: i64) -> Result<Vec<TestedUnit>, StoreError> {
        self.rows(&TESTED, vec![Value::I64(from), Value::I64(to)])
            .await
    }

    /// A notice.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn notice(&self, id: &str) -> Result<Option<NoticeRow>, StoreError> {
        self.one(&NOTICE, vec![text(id)]).await
    }

    /// Notices whose next step has come.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn notices_due(&self, now: i64, limit: i64) -> Result<Vec<NoticeRow>, StoreError> {
        self.rows(&NOTICES_DUE, vec![Value::I64(now), Value::I64(limit)])
            .await
    }

    /// Notices about a unit before one of them (from the latest if empty), the latest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn notices_of_unit(
        &self,
        unit: &str,
        behind: &str,
        limit: i64,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let values = vec![text(unit), before(behind), Value::I64(limit)];
        self.rows(&NOTICES_UNIT, values).await
    }

    /// Notices in a state, likewise.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn notices_in_state(
        &self,
        state: &str,
        behind: &str,
        limit: i64,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let values = vec![text(state), before(behind), Value::I64(limit)];
        self.rows(&NOTICES_STATE, values).await
    }

    /// Notices of a case, the oldest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn notices_of_case(&self, case_id: &str) -> Result<Vec<NoticeRow>, StoreError> {
        self.rows(&NOTICES_CASE, vec![text(case_id)]).await
    }

    /// Notices of a test call.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn notices_of_test(&self, test: &str) -> Result<Vec<NoticeRow>, StoreError> {
        self.rows(&NOTICES_TEST, vec![text(test)]).await
    }

    /// What an account was told at the console, before a delivery (from the latest if empty).
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn notices_of_account(
        &self,
        account: &str,
        behind: &str,
        limit: i64,
    ) -> Result<Vec<ToldRow>, StoreError> {
        let values = vec![text(account), before(behind), Value::I64(limit)];
        self.rows(&NOTICES_ACCOUNT, values).await
    }

    /// Deliveries in a state with their notices, likewise.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn deliveries_in_state(
        &self,
        state: &str,
        behind: &str,
        limit: i64,
    ) -> Result<Vec<ToldRow>, StoreError> {
        let values = vec![text(state), before(behind), Value::I64(limit)];
        self.rows(&NOTICES_DELIVERY, values).await
    }

    /// How many notices an account has not seen.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn notices_unseen(&self, account: &str) -> Result<i64, StoreError> {
        let found: Option<(i64,)> = self.one(&UNSEEN, vec![text(account)]).await?;
        Ok(found.map_or(0, |(count,)| count))
    }

    /// A delivery.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn delivery(&self, id: &str) -> Result<Option<DeliveryRow>, StoreError> {
        self.one(&DELIVERY, vec![text(id)]).await
    }

    /// Deliveries of a notice.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn deliveries(&self, notice: &str) -> Result<Vec<DeliveryRow>, StoreError> {
        self.rows(&DELIVERIES, vec![text(notice)]).await
    }

    /// Deliveries whose time has come.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn deliveries_due(
        &self,
        now: i64,
        limit: i64,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        self.rows(&DELIVERIES_DUE, vec![Value::I64(now), Value::I64(limit)])
            .await
    }

    /// The delivery a gateway knows by its own number.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn delivery_by_gateway(
        &self,
        gateway: &str,
        channel: &str,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        self.one(&DELIVERY_GATEWAY, vec![text(gateway), text(channel)])
            .await
    }

    /// Deliveries by telephone that wait for what comes of their call, the oldest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn deliveries_called(&self, limit: i64) -> Result<Vec<DeliveryRow>, StoreError> {
        self.rows(&DELIVERIES_CALLED, vec![Value::I64(limit)]).await
    }

    /// Every try of a notice, in order.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn attempts(&self, notice: &str) -> Result<Vec<AttemptRow>, StoreError> {
        self.rows(&ATTEMPTS, vec![text(notice)]).await
    }

    /// What came of each channel since a moment.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn channel_counts(&self, since: i64) -> Result<Vec<ChannelCount>, StoreError> {
        self.rows(&HEALTH, vec![Value::I64(since)]).await
    }
}
