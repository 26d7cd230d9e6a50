//! Reading accounts, units, settings, the audit trail, lists and imports.

use crate::engine::Store;
use crate::error::StoreError;
use crate::row::{
    AccountRow, AuditLine, CalendarChangeRow, CalendarRow, ImportRefusedRow, ImportRunRow,
    SessionRow, SettingRow, UnitRow,
};
use crate::value::{Columns, FromRow, Value, statements};

statements! {
    pub(crate) OFFICE:
    ACCOUNT = "account.one",
        "SELECT id, login, name, password, roles, unit, desk, disabled, failed, locked_until, \
         created_at, must_change \
         FROM account WHERE id = $1";
    ACCOUNT_LOGIN = "account.by_login",
        "SELECT id, login, name, password, roles, unit, desk, disabled, failed, locked_until, \
         created_at, must_change \
         FROM account WHERE login = $1";
    ACCOUNTS = "account.all",
        "SELECT id, login, name, password, roles, unit, desk, disabled, failed, locked_until, \
         created_at, must_change \
         FROM account ORDER BY login";
    SESSION = "session.one",
        "SELECT session.token, session.account_id, session.created_at, session.seen_at, \
         session.expires_at, account.id, account.login, account.name, \
         account.password, account.roles, account.unit, account.desk, \
         account.disabled, account.failed, account.locked_until, account.created_at, \
         account.must_change \
         FROM session JOIN account ON account.id = session.account_id WHERE token = $1";
    SESSIONS_OF = "session.of_account",
        "SELECT token, account_id, created_at, seen_at, expires_at \
         FROM session WHERE account_id = $1 ORDER BY created_at";
    UNITS = "unit.all",
        "SELECT code, name, tier, duty, hours, disabled, reason FROM unit ORDER BY code";
    UNIT = "unit.one",
        "SELECT code, name, tier, duty, hours, disabled, reason FROM unit WHERE code = $1";
    CALENDAR = "calendar.range",
        "SELECT day, off, note FROM calendar \
         WHERE day >= $1 AND day <= $2 ORDER BY day";
    CALENDAR_CHANGES = "calendar_change.all",
        "SELECT day, at, was FROM calendar_change ORDER BY day, at";
    ACCOUNTS_AFTER = "account.after",
        "SELECT id, login, name, password, roles, unit, desk, disabled, failed, locked_until, \
         created_at, must_change \
         FROM account WHERE login > $1 AND ($2 = '' OR unit = $2) \
         AND (lower(login) LIKE $3 ESCAPE '\\' OR lower(name) LIKE $3 ESCAPE '\\' \
         OR lower(roles) LIKE $3 ESCAPE '\\') ORDER BY login LIMIT $4";
    SETTING = "setting.one",
        "SELECT key, value, at FROM setting WHERE key = $1";
    SETTINGS = "setting.all",
        "SELECT key, value, at FROM setting ORDER BY key";
    AUDIT_AFTER = "audit.after",
        "SELECT pos, at, actor, action, resource, reason, detail, digest, hash \
         FROM audit WHERE pos > $1 ORDER BY pos LIMIT $2";
    AUDIT_BEFORE = "audit.before",
        "SELECT pos, at, actor, action, resource, reason, detail, digest, hash \
         FROM audit WHERE pos < $1 ORDER BY pos DESC LIMIT $2";
    AUDIT_RESOURCE = "audit.of_resource",
        "SELECT pos, at, actor, action, resource, reason, detail, digest, hash \
         FROM audit WHERE resource = $1 AND pos > $2 ORDER BY pos LIMIT $3";
    IMPORT_RUN = "import_run.one",
        "SELECT id, source, file_digest, line, taken, refused, started_at, updated_at, \
         finished_at, lines, state, started_by, turn FROM import_run WHERE id = $1";
    IMPORT_RUNS = "import_run.last",
        "SELECT id, source, file_digest, line, taken, refused, started_at, updated_at, \
         finished_at, lines, state, started_by, turn FROM import_run ORDER BY updated_at DESC, id LIMIT $1";
    IMPORT_REFUSED = "import_refused.of_run",
        "SELECT run, line, reason, text, field, why FROM import_refused \
         WHERE run = $1 AND line > $2 ORDER BY line LIMIT $3";
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A session beside its account.
struct Login(SessionRow, AccountRow);

impl FromRow for Login {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok(Self(
            SessionRow::from_row(columns)?,
            AccountRow::from_row(columns)?,
        ))
    }
}

impl Store {
    /// An account.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn account(&self, id: &str) -> Result<Option<AccountRow>, StoreError> {
        self.look_up_one(&ACCOUNT, vec![text(id)]).await
    }

    /// An account by its login name.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn account_by_login(&self, login: &str) -> Result<Option<AccountRow>, StoreError> {
        self.look_up_one(&ACCOUNT_LOGIN, vec![text(login)]).await
    }

    /// All accounts by login name.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        self.rows(&ACCOUNTS, Vec::new()).await
    }

    /// A page of accounts by login name: after a login, of a unit (any if empty), with a text in login,
    /// name or roles (any if empty).
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn accounts_after(
        &self,
        after: &str,
        unit: &str,
        words: &str,
        limit: i64,
    ) -> Result<Vec<AccountRow>, StoreError> {
        let values = vec![
            text(after),
            text(unit),
            Value::Text(super::list::pattern(words)),
            Value::I64(limit),
        ];
        self.rows(&ACCOUNTS_AFTER, values).await
    }

    /// A session and its account, by the hash of the token. Whether it has expired is for the
    /// caller to see: the store knows no time.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn session(
        &self,
        token: &str,
    ) -> Result<Option<(SessionRow, AccountRow)>, StoreError> {
        let found = self
            .look_up_one::<Login>(&SESSION, vec![text(token)])
            .await?;
        Ok(found.map(|Login(session, account)| (session, account)))
    }

    /// Sessions of an account.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn sessions(&self, account_id: &str) -> Result<Vec<SessionRow>, StoreError> {
        self.rows(&SESSIONS_OF, vec![text(account_id)]).await
    }

    /// All units by code.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn units(&self) -> Result<Vec<UnitRow>, StoreError> {
        self.rows(&UNITS, Vec::new()).await
    }

    /// A unit.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn unit(&self, code: &str) -> Result<Option<UnitRow>, StoreError> {
        self.look_up_one(&UNIT, vec![text(code)]).await
    }

    /// Days that differ from the week's rule, from one day to another, both included.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn calendar(&self, from: &str, to: &str) -> Result<Vec<CalendarRow>, StoreError> {
        self.rows(&CALENDAR, vec![text(from), text(to)]).await
    }

    /// Every change of the calendar so far, by day and time.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn calendar_changes(&self) -> Result<Vec<CalendarChangeRow>, StoreError> {
        self.rows(&CALENDAR_CHANGES, Vec::new()).await
    }

    /// A setting.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn setting(&self, key: &str) -> Result<Option<SettingRow>, StoreError> {
        self.look_up_one(&SETTING, vec![text(key)]).await
    }

    /// All settings.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        self.rows(&SETTINGS, Vec::new()).await
    }

    /// The audit trail after a position (law 10).
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn audit_after(&self, after: i64, limit: i64) -> Result<Vec<AuditLine>, StoreError> {
        self.rows(&AUDIT_AFTER, vec![Value::I64(after), Value::I64(limit)])
            .await
    }

    /// The audit trail before a position, newest first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn audit_before(
        &self,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AuditLine>, StoreError> {
        self.rows(&AUDIT_BEFORE, vec![Value::I64(before), Value::I64(limit)])
            .await
    }

    /// Who did what to a resource, after a position.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn audit_of(
        &self,
        resource: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<AuditLine>, StoreError> {
        self.rows(
            &AUDIT_RESOURCE,
            vec![text(resource), Value::I64(after), Value::I64(limit)],
        )
        .await
    }

    /// How far an import has come.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn import_run(&self, id: &str) -> Result<Option<ImportRunRow>, StoreError> {
        self.one(&IMPORT_RUN, vec![text(id)]).await
    }

    /// The imports that moved last, the last first.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn import_runs(&self, limit: i64) -> Result<Vec<ImportRunRow>, StoreError> {
        self.rows(&IMPORT_RUNS, vec![Value::I64(limit)]).await
    }

    /// Lines an import refused, after a line.
    ///
    /// # Errors
    /// A failure of the store.
    pub async fn import_refused(
        &self,
        run: &str,
        after_line: i64,
        limit: i64,
    ) -> Result<Vec<ImportRefusedRow>, StoreError> {
        self.rows(
            &IMPORT_REFUSED,
            vec![text(run), Value::I64(after_line), Value::I64(limit)],
        )
        .await
    }
}
