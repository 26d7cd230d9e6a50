//! Accounts as the three administrators keep them (三员分立): the system administrator opens, closes
//! and resets; the security administrator grants roles; neither does the other's, and nobody
//! touches the own account.

use crate::App;
use crate::case::CommandKey;
use crate::chance::Chance;
use crate::error::{AppError, FieldError};
use crate::office::{allow, reason};
use crate::view::{
    AccountChange, AccountItem, AccountPage, AccountQuery, ChangedAccount, NewPerson, NewRoles,
    OwnPassword,
};
use domain::right::{Action, Actor, Grant, Role, grant};
use store::{AccountRow, Record};

/// The duties that are kept apart.
const APART: [Action; 3] = [Action::Administer, Action::GrantRoles, Action::ReadAudit];
/// Letters and digits that are not taken for each other when read out.
const READABLE: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

impl App {
    /// A page of accounts.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn accounts_page(
        &self,
        actor: &Actor,
        query: &AccountQuery,
    ) -> Result<AccountPage, AppError> {
        if allow(actor, Action::Administer).is_err() {
            allow(actor, Action::GrantRoles)?;
        }
        if [&query.q, &query.unit, &query.after]
            .iter()
            .any(|text| text.contains('\0'))
        {
            return Ok(AccountPage {
                items: Vec::new(),
                next: None,
            });
        }
        let limit = query.limit.unwrap_or(50).clamp(1, 200);
        let mut rows = self
            .inner
            .store
            .accounts_after(
                &query.after,
                query.unit.trim(),
                query.q.trim(),
                limit.saturating_add(1),
            )
            .await?;
        let more = i64::try_from(rows.len()).is_ok_and(|count| count > limit);
        if more {
            rows.pop();
        }
        let next = rows.last().filter(|_| more).map(|row| row.login.clone());
        let items = rows
            .iter()
            .map(|row| self.account_item(actor, row))
            .collect::<Result<_, _>>()?;
        Ok(AccountPage { items, next })
    }

    fn account_item(&self, actor: &Actor, row: &AccountRow) -> Result<AccountItem, AppError> {
        let now = self.now();
        Ok(AccountItem {
            account: self.account_view(row)?,
            closed: row.disabled,
            locked_until: row.locked_until.filter(|until| now < *until),
            must_change: row.must_change,
            created_at: row.created_at,
            own: row.id == actor.account.as_str(),
        })
    }

    /// Makes an account without roles and with an initial password that is shown in this answer
    /// only and has to be changed at the first signing in.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`], the store's.
    pub async fn open_account(
        &self,
        actor: &Actor,
        new: &NewPerson,
        key: &CommandKey,
    ) -> Result<ChangedAccount, AppError> {
        allow(actor, Action::Administer)?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let mut errors = super::account::wrong_login(&new.login);
        errors.extend(self.wrong_place(&new.name, &new.unit));
        let known = self.inner.store.account_by_login(&new.login).await?;
        if known.is_some() {
            let detail = "another account has this login";
            errors.push(FieldError::new("login", "taken", detail));
        }
        if !errors.is_empty() {
            return Err(AppError::Invalid(errors));
        }
        let initial = initial_password(self.inner.chance.as_ref());
        let row = AccountRow {
            id: self.new_id(),
            login: new.login.clone(),
            name: new.name.trim().to_owned(),
            password: self.hash(&initial).await?,
            roles: "[]".to_owned(),
            unit: new.unit.clone(),
            created_at: self.now(),
            must_change: true,
            ..AccountRow::default()
        };
        let detail = serde_json::json!({"unit": row.unit});
        let audit = self.audit_detailed(actor, "make_account", &row.login, "", &detail);
        let item = self.account_item(actor, &row)?;
        let records = vec![Record::Account(row), audit];
        self.answer_once(key, item, Some(initial), records).await
    }

    /// Closes, opens, unlocks, resets or moves an account.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Duties`] for the own account,
    /// for the last of its kind, and for the password of another kind of administrator;
    /// [`AppError::Invalid`], the store's.
    pub async fn change_account(
        &self,
        actor: &Actor,
        id: &str,
        change: &AccountChange,
        key: &CommandKey,
    ) -> Result<ChangedAccount, AppError> {
        allow(actor, Action::Administer)?;
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let mut row = self.others_account(actor, id).await?;
        let login = row.login.clone();
        let ended = Record::SessionsEnd {
            account_id: row.id.clone(),
        };
        let mut initial = None;
        let records = match change {
            AccountChange::Close { reason: why } => {
                let why = reason(why)?;
                self.not_the_last(&row, &[]).await?;
                row.disabled = true;
                let closed = Record::AccountDisabled {
                    id: row.id.clone(),
                    disabled: true,
                };
                let audit = self.audit_row(actor, "close_account", &login, &why);
                vec![closed, ended, audit]
            }
            AccountChange::Open { reason: why } => {
                let why = reason(why)?;
                row.disabled = false;
                let opened = Record::AccountDisabled {
                    id: row.id.clone(),
                    disabled: false,
                };
                vec![opened, self.audit_row(actor, "open_account", &login, &why)]
            }
            AccountChange::Unlock {} => {
                row.locked_until = None;
                let unlocked = Record::AccountTried {
                    id: row.id.clone(),
                    failed: 0,
                    locked_until: None,
                };
                vec![
                    unlocked,
                    self.audit_row(actor, "unlock_account", &login, ""),
                ]
            }
            AccountChange::ResetPassword { reason: why } => {
                let why = reason(why)?;
                // Who may give another administrator a password may act as that administrator.
                let roles = roles_of(&row)?;
                if holds(&roles, Action::GrantRoles) || holds(&roles, Action::ReadAudit) {
                    return Err(AppError::Duties("other_administrator"));
                }
                let made = initial_password(self.inner.chance.as_ref());
                row.must_change = true;
                row.locked_until = None;
                let password = Record::AccountPassword {
                    id: row.id.clone(),
                    password: self.hash(&made).await?,
                    must_change: true,
                };
                initial = Some(made);
                let audit = self.audit_row(actor, "reset_password", &login, &why);
                vec![password, ended, audit]
            }
            AccountChange::Place { name, unit } => {
                let errors = self.wrong_place(name, unit);
                if !errors.is_empty() {
                    return Err(AppError::Invalid(errors));
                }
                name.trim().clone_into(&mut row.name);
                row.unit.clone_from(unit);
                let placed = Record::AccountPlace {
                    id: row.id.clone(),
                    name: row.name.clone(),
                    unit: unit.clone(),
                };
                let detail = serde_json::json!({"unit": unit});
                let audit = self.audit_detailed(actor, "place_account", &login, "", &detail);
                vec![placed, audit]
            }
        };
        let item = self.account_item(actor, &row)?;
        let done = self.answer_once(key, item, initial, records).await;
        self.inner.sessions.clear();
        done
    }

    /// Gives an account the roles it is to have from now on.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Duties`] for the own account,
    /// for the last of its kind and for an administrator with any other role;
    /// [`AppError::Invalid`], the store's.
    pub async fn grant_roles(
        &self,
        actor: &Actor,
        id: &str,
        wanted: &NewRoles,
        key: &CommandKey,
    ) -> Result<ChangedAccount, AppError> {
        allow(actor, Action::GrantRoles)?;
        let why = reason(&wanted.reason)?;
        let mut roles = Vec::new();
        for (place, word) in wanted.roles.iter().enumerate() {
            let role = Role::parse(word).ok_or_else(|| {
                AppError::field(&format!("roles[{place}]"), "unknown_word", word.clone())
            })?;
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        let administers = |role: &Role| APART.iter().any(|duty| holds(&[*role], *duty));
        if roles.len() > 1 && roles.iter().any(administers) {
            return Err(AppError::Duties("exclusive_role"));
        }
        let _turn = self.inner.office.lock().await;
        if let Some(answer) = self.answered(key).await? {
            return Ok(answer);
        }
        let mut row = self.others_account(actor, id).await?;
        self.not_the_last(&row, &roles).await?;
        let before = row.roles.clone();
        let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        row.roles = crate::draft::to_json(&words)?;
        let detail = serde_json::json!({"before": before, "after": row.roles});
        let audit = self.audit_detailed(actor, "grant_roles", &row.login, &why, &detail);
        let granted = Record::AccountRoles {
            id: row.id.clone(),
            roles: row.roles.clone(),
        };
        let item = self.account_item(actor, &row)?;
        let done = self
            .answer_once(key, item, None, vec![granted, audit])
            .await;
        self.inner.sessions.clear();
        done
    }

    /// Changes one's own password; the account's other sessions end.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a wrong password so far or an unfit new one, [`AppError::Locked`]
    /// after too many wrong ones, the store's.
    pub async fn change_password(
        &self,
        actor: &Actor,
        token: &str,
        order: &OwnPassword,
    ) -> Result<(), AppError> {
        let id = actor.account.as_str();
        let found = self.inner.store.account(id).await?;
        let mut row = found.ok_or(AppError::Unauthenticated)?;
        let now = self.now();
        if let Some(until) = row.locked_until.filter(|until| now < *until) {
            return Err(AppError::Locked { until });
        }
        let wrong = |key, detail: &str| AppError::field("new_password", key, detail);
        let new = &order.new_password;
        if new.chars().count() < 10 {
            return Err(wrong("too_short", "10 characters at least"));
        }
        if new.len() > 1_000 || order.password.len() > 1_000 {
            return Err(wrong("too_long", "1,000 bytes at most"));
        }
        if *new == order.password {
            return Err(wrong("same_password", "it is the one so far"));
        }
        if new.to_lowercase().contains(&row.login.to_lowercase()) {
            return Err(wrong("holds_login", "it holds the login"));
        }
        let right = self
            .verify_password(row.password.clone(), order.password.clone())
            .await?;
        if !right {
            // A borrowed session must not be a way to guess the password.
            let records = self.wrong_password(&mut row, "change_password_refused");
            self.write(records).await?;
            return Err(AppError::field(
                "password",
                "wrong_password",
                "it is another one",
            ));
        }
        let records = vec![
            Record::AccountPassword {
                id: row.id.clone(),
                password: self.hash(new).await?,
                must_change: false,
            },
            Record::SessionsEndOthers {
                account_id: row.id.clone(),
                token: super::session::hash_of(token),
            },
            self.audit_row(actor, "change_password", &row.login, ""),
        ];
        self.write(records).await?;
        self.inner.sessions.clear();
        Ok(())
    }

    /// The answer with the password to who asks first, without it to a repeat: it is kept nowhere.
    async fn answer_once(
        &self,
        key: &CommandKey,
        item: AccountItem,
        initial: Option<String>,
        records: Vec<Record>,
    ) -> Result<ChangedAccount, AppError> {
        let kept = ChangedAccount {
            item,
            initial_password: None,
        };
        let mut answer = self.record(key, kept, records, Vec::new()).await?;
        answer.initial_password = initial;
        Ok(answer)
    }

    /// An account of somebody else; nobody administers the own.
    async fn others_account(&self, actor: &Actor, id: &str) -> Result<AccountRow, AppError> {
        if id == actor.account.as_str() {
            return Err(AppError::Duties("own_account"));
        }
        let found = self.inner.store.account(id).await?;
        found.ok_or(AppError::NotFound)
    }

    /// Refuses what would leave one of the three duties without anybody who can sign in.
    async fn not_the_last(&self, row: &AccountRow, after: &[Role]) -> Result<(), AppError> {
        let held = roles_of(row)?;
        let lost: Vec<Action> = APART
            .into_iter()
            .filter(|duty| !row.disabled && holds(&held, *duty) && !holds(after, *duty))
            .collect();
        if lost.is_empty() {
            return Ok(());
        }
        let others = self.inner.store.accounts().await?;
        for duty in lost {
            let mut another = false;
            for other in others.iter().filter(|o| o.id != row.id && !o.disabled) {
                another |= holds(&roles_of(other)?, duty);
            }
            if !another {
                return Err(AppError::Duties("last_administrator"));
            }
        }
        Ok(())
    }

    fn wrong_place(&self, name: &str, unit: &str) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let length = name.trim().chars().count();
        if length == 0 {
            errors.push(FieldError::new("name", "required", "a name for people"));
        } else if length > 40 || name.chars().any(char::is_control) {
            errors.push(FieldError::new("name", "too_long", "40 characters at most"));
        }
        let desk = self.rules().desk_unit.as_str();
        let engine = self.inner.engine.load();
        if unit != desk && engine.unit(&domain::id::UnitId::new(unit)).is_none() {
            errors.push(FieldError::new("unit", "unknown_unit", "no such unit"));
        }
        errors
    }
}

fn roles_of(row: &AccountRow) -> Result<Vec<Role>, AppError> {
    let words: Vec<String> = serde_json::from_str(&row.roles)
        .map_err(|error| AppError::Internal(format!("roles of {}: {error}", row.login)))?;
    Ok(words.iter().filter_map(|word| Role::parse(word)).collect())
}

fn holds(roles: &[Role], duty: Action) -> bool {
    roles.iter().any(|role| grant(*role, duty) != Grant::No)
}

/// Twelve letters and digits in three groups, easy to read out: 59 bits.
fn initial_password(chance: &dyn Chance) -> String {
    let fair = 256 - 256 % READABLE.len();
    let mut letters = Vec::new();
    while letters.len() < 12 {
        let mut bytes = [0_u8; 16];
        chance.fill(&mut bytes);
        for byte in bytes {
            let place = usize::from(byte);
            // What is left over beyond whole turns would make some letters likelier.
            if place < fair
                && letters.len() < 12
                && let Some(letter) = READABLE.get(place % READABLE.len())
            {
                letters.push(char::from(*letter));
            }
        }
    }
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|part| part.iter().collect())
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::SeededChance;

    #[test]
    fn initial_passwords_can_be_read_out_and_differ() {
        let chance = SeededChance::new(3);
        let made: Vec<String> = (0..50).map(|_| initial_password(&chance)).collect();
        for one in &made {
            assert_eq!(one.len(), 14);
            assert!(!one.contains(['0', 'o', '1', 'l', 'i']), "{one}");
        }
        let distinct: std::collections::BTreeSet<&String> = made.iter().collect();
        assert_eq!(distinct.len(), made.len());
    }
}
