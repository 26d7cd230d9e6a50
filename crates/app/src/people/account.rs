//! Accounts: made on the command line or by an administrator, with argon2id passwords.

use crate::App;
use crate::error::{AppError, FieldError};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use domain::right::Role;
use store::{AccountRow, Change, Record};

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Login name.
    pub login: String,
    /// Name for people.
    pub name: String,
    /// Password; 10 characters at least.
    pub password: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// Unit code.
    pub unit: String,
}

impl App {
    /// Makes an account.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every refused field, the store's.
    pub async fn make_account(&self, new: &NewAccount) -> Result<String, AppError> {
        self.check_account(new).await?;
        let hash = self.hash(&new.password).await?;
        let (account, audit) = self.account_records(new, hash)?;
        let id = account.id.clone();
        let change = Change {
            records: vec![Record::Account(account), audit],
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(id)
    }

    /// Makes accounts that all have the first one's password, all or none. They have one hash: it costs a core for long, and
    /// whoever reads the table sees that the password is one.
    ///
    /// # Errors
    /// As [`App::make_account`].
    pub async fn make_accounts_alike(&self, people: &[NewAccount]) -> Result<(), AppError> {
        let Some(first) = people.first() else {
            return Ok(());
        };
        let hash = self.hash(&first.password).await?;
        let mut records = Vec::new();
        for new in people {
            self.check_account(new).await?;
            if new.password != first.password {
                let detail = "another one than the first account has";
                return Err(AppError::field("password", "unlike", detail));
            }
            let (account, audit) = self.account_records(new, hash.clone())?;
            records.extend([Record::Account(account), audit]);
        }
        let change = Change {
            records,
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(())
    }

    async fn check_account(&self, new: &NewAccount) -> Result<(), AppError> {
        let mut errors = wrong_login(&new.login);
        if new.name.trim().is_empty() {
            errors.push(FieldError::new("name", "required", "a name for people"));
        }
        if new.password.chars().count() < 10 {
            errors.push(FieldError::new(
                "password",
                "too_short",
                "10 characters at least",
            ));
        }
        if new.roles.is_empty() {
            errors.push(FieldError::new("roles", "required", "one role at least"));
        }
        if self
            .inner
            .store
            .account_by_login(&new.login)
            .await?
            .is_some()
        {
            errors.push(FieldError::new(
                "login",
                "taken",
                "another account has this login",
            ));
        }
        if !errors.is_empty() {
            return Err(AppError::Invalid(errors));
        }
        Ok(())
    }

    fn account_records(
        &self,
        new: &NewAccount,
        password: String,
    ) -> Result<(AccountRow, Record), AppError> {
        let words: Vec<&str> = new.roles.iter().map(|role| role.as_str()).collect();
        let row = AccountRow {
            id: self.new_id(),
            login: new.login.clone(),
            name: new.name.trim().to_owned(),
            password,
            roles: crate::draft::to_json(&words)?,
            unit: new.unit.clone(),
            desk: String::new(),
            disabled: false,
            failed: 0,
            locked_until: None,
            created_at: self.now(),
            must_change: false,
        };
        let audit = self.audit_row(
            &self.machine(),
            "make_account",
            &new.login,
            &words.join(","),
        );
        Ok((row, audit))
    }

    /// Sets a password anew and ends every session of the account.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Invalid`], the store's.
    pub async fn set_password(&self, login: &str, password: &str) -> Result<(), AppError> {
        if password.chars().count() < 10 {
            return Err(AppError::field(
                "password",
                "too_short",
                "10 characters at least",
            ));
        }
        let row = self
            .inner
            .store
            .account_by_login(login)
            .await?
            .ok_or(AppError::NotFound)?;
        let set = Record::AccountPassword {
            id: row.id.clone(),
            password: self.hash(password).await?,
            must_change: false,
        };
        let ended = Record::SessionsEnd { account_id: row.id };
        let audit = self.audit_row(&self.machine(), "set_password", login, "");
        let records = vec![set, ended, audit];
        self.inner
            .store
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        self.inner.sessions.clear();
        Ok(())
    }

    /// Closes or opens an account; closing ends its sessions.
    ///
    /// # Errors
    /// [`AppError::NotFound`], the store's.
    pub async fn close_account(&self, login: &str, closed: bool) -> Result<(), AppError> {
        let row = self
            .inner
            .store
            .account_by_login(login)
            .await?
            .ok_or(AppError::NotFound)?;
        let action = if closed {
            "close_account"
        } else {
            "open_account"
        };
        let records = vec![
            Record::AccountDisabled {
                id: row.id.clone(),
                disabled: closed,
            },
            Record::SessionsEnd { account_id: row.id },
            self.audit_row(&self.machine(), action, login, ""),
        ];
        self.inner
            .store
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        self.inner.sessions.clear();
        Ok(())
    }

    /// All accounts, without their passwords.
    ///
    /// # Errors
    /// The store's.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, AppError> {
        let mut rows = self.inner.store.accounts().await?;
        for row in &mut rows {
            row.password.clear();
        }
        Ok(rows)
    }

    pub(super) async fn hash(&self, password: &str) -> Result<String, AppError> {
        let password = password.to_owned();
        let mut salt = [0_u8; 16];
        self.inner.chance.fill(&mut salt);
        self.off_the_path(move || {
            Argon2::default()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|error| AppError::Internal(error.to_string()))
        })
        .await?
    }

    /// Whether the password is the one of this hash.
    pub(crate) async fn verify_password(
        &self,
        hash: String,
        password: String,
    ) -> Result<bool, AppError> {
        self.off_the_path(move || {
            let parsed =
                PasswordHash::new(&hash).map_err(|error| AppError::Internal(error.to_string()))?;
            Ok(Argon2::default()
                .verify_password(password.as_bytes(), &parsed)
                .is_ok())
        })
        .await?
    }

    /// Runs what costs a core for long on its own small pool, so that a flood of logins does not
    /// stop the desk.
    async fn off_the_path<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let _turn = self
            .inner
            .hashing
            .acquire()
            .await
            .map_err(|error| AppError::Internal(error.to_string()))?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| AppError::Internal(error.to_string()))
    }
}

/// What is wrong with a login name.
pub(super) fn wrong_login(login: &str) -> Vec<FieldError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if login.is_empty() || login.len() > 40 || !login.chars().all(plain) {
        let detail = "1 to 40 of a–z, 0–9, dot, dash, underscore";
        return vec![FieldError::new("login", "unreadable", detail)];
    }
    Vec::new()
}
