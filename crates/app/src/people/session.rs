//! Sessions: a random token in a cookie, its hash in the store.

use crate::App;
use crate::chance::{digest_of, hex, secret};
use crate::error::AppError;
use crate::view::{AccountView, Me, PeerView, PlatformView};
use domain::id::{AccountId, UnitId};
use domain::right::{Action, Actor, Grant, Role, grant};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::{AccountRow, Change, Record, SessionRow};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Signed {
    /// As an actor.
    pub actor: Actor,
    /// The account.
    pub account: AccountView,
    /// Actions the role table grants, to any extent.
    pub may: Vec<String>,
    /// Another password has to be chosen before anything else.
    pub password_due: bool,
}

/// Sessions seen a moment ago, so that a busy console does not read its account at each request.
/// An entry lives for a few seconds: that is how long an account closed by another process of the
/// same platform may still act.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    seen: Mutex<HashMap<String, Seen>>,
}

#[derive(Debug)]
struct Seen {
    at: i64,
    expires_at: i64,
    signed: Arc<Signed>,
}

const CACHED_FOR: i64 = 5_000;
const SEEN_EVERY: i64 = 60_000;

impl Cache {
    pub(crate) fn clear(&self) {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn get(&self, token: &str, now: i64) -> Option<Arc<Signed>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = seen.get(token)?;
        (now - seen.at < CACHED_FOR && now < seen.expires_at).then(|| Arc::clone(&seen.signed))
    }

    fn put(&self, token: String, now: i64, expires_at: i64, signed: Arc<Signed>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() > 20_000 {
            seen.retain(|_, seen| now - seen.at < CACHED_FOR);
        }
        let kept = Seen {
            at: now,
            expires_at,
            signed,
        };
        seen.insert(token, kept);
    }

    fn forget(&self, token: &str) {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(token);
    }
}

impl App {
    /// Signs somebody in. A wrong name and a wrong password take the same time and say the same.
    ///
    /// # Errors
    /// [`AppError::BadCredentials`], [`AppError::Locked`], the store's.
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<(String, Me), AppError> {
        if password.len() > 1_000 || login.len() > 200 {
            return Err(AppError::BadCredentials);
        }
        let now = self.now();
        let account = self.inner.store.account_by_login(login).await?;
        let known = account
            .as_ref()
            .map_or(NOBODY, |row| row.password.as_str())
            .to_owned();
        let right = self.verify_password(known, password.to_owned()).await?;
        let Some(mut account) = account else {
            return Err(AppError::BadCredentials);
        };
        if let Some(until) = account.locked_until.filter(|until| now < *until) {
            return Err(AppError::Locked { until });
        }
        if !right || account.disabled {
            let records = self.wrong_password(&mut account, "sign_in_refused");
            self.write(records).await?;
            return Err(AppError::BadCredentials);
        }
        let token = secret(self.inner.chance.as_ref());
        let row = SessionRow {
            token: hash_of(&token),
            account_id: account.id.clone(),
            created_at: now,
            seen_at: now,
            expires_at: now + self.inner.config.session_idle,
        };
        let signed = self.signed(&account)?;
        let mut records = vec![
            Record::Session(row),
            self.audit_row(&signed.actor, "sign_in", &account.login, ""),
        ];
        if account.failed > 0 || account.locked_until.is_some() {
            records.push(Record::AccountTried {
                id: account.id,
                failed: 0,
                locked_until: None,
            });
        }
        self.inner
            .store
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        let me = self.me(&signed);
        Ok((token, me))
    }

    /// Who holds this token; `None` if nobody does any more.
    ///
    /// # Errors
    /// The store's.
    pub async fn session(&self, token: &str) -> Result<Option<Arc<Signed>>, AppError> {
        let now = self.now();
        let hash = hash_of(token);
        if let Some(signed) = self.inner.sessions.get(&hash, now) {
            return Ok(Some(signed));
        }
        let Some((row, account)) = self.inner.store.session(&hash).await? else {
            return Ok(None);
        };
        if account.disabled || now >= row.expires_at {
            return Ok(None);
        }
        let signed = Arc::new(self.signed(&account)?);
        if now - row.seen_at > SEEN_EVERY {
            let most = row.created_at + self.inner.config.session_most;
            let expires_at = most.min(now + self.inner.config.session_idle);
            let seen = Record::SessionSeen {
                token: hash.clone(),
                at: now,
                expires_at,
            };
            self.inner
                .store
                .append(Change {
                    records: vec![seen],
                    ..Change::default()
                })
                .await?;
        }
        self.inner
            .sessions
            .put(hash, now, row.expires_at, Arc::clone(&signed));
        Ok(Some(signed))
    }

    /// Counts a wrong password, and locks the account after too many in a row.
    pub(super) fn wrong_password(&self, account: &mut AccountRow, action: &str) -> Vec<Record> {
        account.failed += 1;
        if account.failed >= self.inner.config.lock_after {
            account.failed = 0;
            account.locked_until = Some(self.now() + self.inner.config.lock_for);
        }
        vec![
            Record::AccountTried {
                id: account.id.clone(),
                failed: account.failed,
                locked_until: account.locked_until,
            },
            self.audit_row(&self.machine(), action, &account.login, ""),
        ]
    }

    pub(super) async fn write(&self, records: Vec<Record>) -> Result<(), AppError> {
        let change = Change {
            records,
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(())
    }

    /// An account as everybody may see it.
    pub(super) fn account_view(&self, account: &AccountRow) -> Result<AccountView, AppError> {
        let roles: Vec<String> = serde_json::from_str(&account.roles)
            .map_err(|error| AppError::Internal(format!("roles of {}: {error}", account.login)))?;
        Ok(AccountView {
            id: account.id.clone(),
            login: account.login.clone(),
            name: account.name.clone(),
            roles,
            unit: account.unit.clone(),
            unit_name: self.unit_name(&account.unit),
        })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The store's.
    pub async fn sign_out(&self, token: &str) -> Result<(), AppError> {
        let hash = hash_of(token);
        self.inner.sessions.forget(&hash);
        let records = vec![Record::SessionEnd {
            token: hash.clone(),
        }];
        self.inner
            .store
            .append(Change {
                records,
                ..Change::default()
            })
            .await?;
        // A request in between may have put it back.
        self.inner.sessions.forget(&hash);
        Ok(())
    }

    fn signed(&self, account: &AccountRow) -> Result<Signed, AppError> {
        let view = self.account_view(account)?;
        let roles: Vec<Role> = view
            .roles
            .iter()
            .filter_map(|word| Role::parse(word))
            .collect();
        let may = Action::ALL
            .iter()
            .filter(|action| roles.iter().any(|role| grant(*role, **action) != Grant::No))
            .map(|action| action.as_str().to_owned())
            .collect();
        Ok(Signed {
            actor: Actor {
                account: AccountId::new(account.id.clone()),
                name: account.name.clone(),
                roles,
                unit: UnitId::new(account.unit.clone()),
            },
            account: view,
            may,
            password_due: account.must_change,
        })
    }

    /// Which platform this is.
    #[must_use]
    pub fn platform_view(&self) -> PlatformView {
        let platform = &self.inner.config.platform;
        PlatformView {
            id: platform.id.clone(),
            name: platform.name.clone(),
            desk: platform.desk,
            number: platform.desk.number().to_owned(),
            demo: platform.demo,
        }
    }

    /// What a console needs to know about who and where it is.
    #[must_use]
    pub fn me(&self, signed: &Signed) -> Me {
        let config = &self.inner.config;
        Me {
            account: signed.account.clone(),
            platform: self.platform_view(),
            links: config
                .peers
                .iter()
                .filter_map(|peer| {
                    let rule = config
                        .rules
                        .links
                        .iter()
                        .find(|l| l.link.as_str() == peer.link)?;
                    Some(PeerView {
                        id: peer.link.clone(),
                        peer_name: peer.name.clone(),
                        peer_desk: rule.peer_desk,
                        arbiter: rule.arbiter,
                        tier: peer.tier,
                        standing: config.platform.tier.sees(peer.tier),
                    })
                })
                .collect(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            may: signed.may.clone(),
            password_due: signed.password_due,
        }
    }
}

pub(super) fn hash_of(token: &str) -> String {
    hex(&digest_of(&["session", token]))
}

/// A hash of no password: so that an unknown name costs the same time as a known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bGlhbmRvbmctbm9ib2R5$\
                      X0mNPlVuXvHnnZbqPpl3x0Vw0x1QmXAFQx5Vv4r1rmA";
