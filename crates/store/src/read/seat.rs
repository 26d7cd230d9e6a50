//! Who is at a seat, who took how much, and what lies with each unit.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{AccountRow, PresenceRow, SeatRow};
use crate::value::{Columns, FromRow, Value, statements};

statements! {
    pub(crate) SEATS:
    SEATS_ALL = "seat.all",
        "SELECT seat.line, seat.process, seat.account_id, seat.opened_at, seat.seen_at, \
         seat.drafts, seat.away, account.id, account.login, account.name, account.password, \
         account.roles, account.unit, account.desk, account.disabled, account.failed, \
         account.locked_until, account.created_at, account.must_change \
         FROM seat JOIN account ON account.id = seat.account_id \
         ORDER BY account.name, account.id, seat.opened_at";
    PRESENCE_OF_CASE = "presence.of_case",
        "SELECT case_id, account_id, name, unit, doing, seen_at FROM presence \
         WHERE case_id = $1 AND seen_at > $2 ORDER BY doing DESC, name, account_id";
    TAKEN_SINCE = "log.received_since",
        "SELECT actor, count(*) FROM log WHERE kind = 'received' AND at >= $1 \
         GROUP BY actor ORDER BY actor";
    UNIT_LOADS = "leg.loads",
        "SELECT unit, state, count(*), min(dispatched_at) FROM leg \
         WHERE case_open = 1 AND state IN ('dispatched', 'signed', 'suspended') \
         GROUP BY unit, state ORDER BY unit, state";
}

/// A seat beside its account.
struct Sitting(SeatRow, AccountRow);

impl FromRow for Sitting {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok(Self(
            SeatRow::from_row(columns)?,
            AccountRow::from_row(columns)?,
        ))
    }
}

/// Assignments of one unit that stand alike, in open cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// The unit.
    pub unit: String,
    /// `dispatched`, `signed` or `suspended`.
    pub state: String,
    /// How many.
    pub count: i64,
    /// When the oldest of them was dispatched.
    pub oldest_at: i64,
}

impl FromRow for Load {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok(Self {
            unit: columns.take()?,
            state: columns.take()?,
            count: columns.take()?,
            oldest_at: columns.take()?,
        })
    }
}

impl Store {
    /// Every seat with its account, by the person's name. Whether a line still lives is for the
    /// caller to see: the store knows no time.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn seats(&self) -> Result<Vec<(SeatRow, AccountRow)>, StoreError> {
        let found = self.rows::<Sitting>(&SEATS_ALL, Vec::new()).await?;
        Ok(found
            .into_iter()
            .map(|Sitting(seat, account)| (seat, account))
            .collect())
    }

    /// Who has said since a moment that they are on a case, those who write first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn presence(&self, case: &str, after: i64) -> Result<Vec<PresenceRow>, StoreError> {
        let values = vec![Value::Text(case.to_owned()), Value::I64(after)];
        self.rows(&PRESENCE_OF_CASE, values).await
    }

    /// Contacts received since a moment, by the account that took them.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn taken_since(&self, from: i64) -> Result<Vec<(String, i64)>, StoreError> {
        self.rows(&TAKEN_SINCE, vec![Value::I64(from)]).await
    }

    /// What lies with each unit and is not done.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn unit_loads(&self) -> Result<Vec<Load>, StoreError> {
        self.rows(&UNIT_LOADS, Vec::new()).await
    }
}
