//! How people without an account answer: by link and code, or by a key in a call. An order is signed for, and the
//! record says how and by whom.

use super::send::asks;
use crate::App;
use crate::case::CommandKey;
use crate::chance::{digest_of, hex};
use crate::error::AppError;
use domain::case::LegState;
use domain::id::{AccountId, LegId, UnitId};
use domain::right::{Actor, Role};
use store::{NoticeRow, ReachRecord};

/// Codes that may be tried at one link.
const CODES_MOST: i64 = 10;
/// Length of a link's secret part: an id without dashes, and what proves it.
const TOKEN: usize = 48;
/// How an account that is none begins: who answered by a link.
const BY_LINK: &str = "link:";
/// Likewise: who answered a call by a key (R15).
const BY_PHONE: &str = "phone:";

/// What stands behind a link.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The words of the notice.
    pub text: String,
    /// Number of the case; empty without.
    pub no: String,
    /// Name of the unit.
    pub unit_name: String,
    /// Whether answering signs for an order.
    pub signs: bool,
    /// When it was answered or ended.
    pub closed_at: Option<i64>,
    /// By whom.
    pub closed_by: String,
    /// Whether no more codes may be tried.
    pub locked: bool,
}

/// What came of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmed {
    /// It was right: answered, and signed for if it was an order that waited for it.
    Done {
        /// Whether the order was signed for by it.
        signed: bool,
    },
    /// It was wrong.
    WrongCode,
    /// Too many were tried; a new notice has to be made.
    Locked,
}

impl App {
    fn confirm_token(&self, notice: &str) -> String {
        let digest = digest_of(&[&self.inner.site_key, "confirm", notice]);
        let id: String = notice.chars().filter(|c| *c != '-').collect();
        format!("{id}{}", hex(digest.get(..8).unwrap_or_default()))
    }

    /// The six figures that go with a link.
    pub(super) fn confirm_code(&self, notice: &str) -> String {
        let digest = digest_of(&[&self.inner.site_key, "code", notice]);
        let number = digest
            .iter()
            .take(4)
            .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
        format!("{:06}", number % 1_000_000)
    }

    /// The link, where the site is reached from outside.
    pub(super) fn confirm_link(&self, notice: &NoticeRow) -> Option<String> {
        let base = self.inner.config.reach.public_url.as_ref()?;
        Some(format!("{base}/confirm/{}", self.confirm_token(&notice.id)))
    }

    /// Link, if the site is reached from outside, and code of a notice.
    pub(super) fn confirm_pair(&self, notice: &NoticeRow) -> (Option<String>, String) {
        (self.confirm_link(notice), self.confirm_code(&notice.id))
    }

    async fn of_token(&self, token: &str) -> Result<NoticeRow, AppError> {
        let plain = token.len() == TOKEN && token.bytes().all(|b| b.is_ascii_hexdigit());
        let id = token
            .get(..32)
            .filter(|_| plain)
            .ok_or(AppError::NotFound)?;
        let id = uuid::Uuid::try_parse(id)
            .map_err(|_| AppError::NotFound)?
            .to_string();
        let good = self.confirm_token(&id);
        let same: bool = subtle::ConstantTimeEq::ct_eq(good.as_bytes(), token.as_bytes()).into();
        if !same {
            return Err(AppError::NotFound);
        }
        let notice = self.inner.store.notice(&id).await?;
        notice.filter(asks).ok_or(AppError::NotFound)
    }

    /// What stands behind a link. No caller's data is among it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a link that was never given out, the store's.
    pub async fn confirm_shown(&self, token: &str) -> Result<Shown, AppError> {
        let notice = self.of_token(token).await?;
        let signs = self.waits_for(&notice).await?.is_some();
        Ok(Shown {
            unit_name: self.unit_name(&notice.unit),
            signs,
            locked: notice.tries >= CODES_MOST,
            text: notice.text,
            no: notice.case_no,
            closed_at: notice.closed_at,
            closed_by: notice.closed_by,
        })
    }

    /// The assignment that waits for a signature, if the notice is about one.
    async fn waits_for(&self, notice: &NoticeRow) -> Result<Option<LegId>, AppError> {
        if notice.leg.is_empty() || notice.case_id.is_empty() {
            return Ok(None);
        }
        let draft = self.load(&notice.case_id).await?;
        let leg = draft.after.leg(&LegId::new(notice.leg.clone()));
        Ok(leg
            .filter(|leg| leg.state == LegState::Dispatched && leg.unit.as_str() == notice.unit)
            .map(|leg| leg.id.clone()))
    }

    /// Answers by link and code. The name is what the record says.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Invalid`] for a name that is none, the refusal, the store's.
    pub async fn confirm(
        &self,
        token: &str,
        code: &str,
        name: &str,
    ) -> Result<Confirmed, AppError> {
        let name = person_name(name)?;
        let notice = self.of_token(token).await?;
        if notice.tries >= CODES_MOST {
            return Ok(Confirmed::Locked);
        }
        // Counted before it is compared, so that a program that is killed forgives no try.
        let tried = ReachRecord::NoticeTried {
            id: notice.id.clone(),
        };
        self.reach_write(vec![tried]).await?;
        let good = self.confirm_code(&notice.id);
        let given = code.trim();
        let same: bool = subtle::ConstantTimeEq::ct_eq(good.as_bytes(), given.as_bytes()).into();
        if !same {
            return Ok(Confirmed::WrongCode);
        }
        let now = self.now();
        // Before the order is signed for: what follows the log ends the notice too, and may be first.
        let mut records = vec![ReachRecord::NoticeClaimed {
            id: notice.id.clone(),
            by: name.clone(),
        }];
        for row in self.inner.store.deliveries(&notice.id).await? {
            let sheet = row.person.is_empty() && matches!(row.channel.as_str(), "paper" | "email");
            if sheet && matches!(row.state.as_str(), "waiting" | "sent" | "sending") {
                records.push(ReachRecord::DeliveryReported {
                    id: row.id,
                    state: "delivered",
                    at: now,
                    outcome: "confirmed".to_owned(),
                    proof: serde_json::json!({"confirmed_by": name, "at": now}).to_string(),
                });
            }
        }
        self.reach_write(records).await?;
        let signed = match self.waits_for(&notice).await? {
            Some(leg) if notice.closed_at.is_none() => {
                self.sign_without_account(BY_LINK, &notice, &leg).await?
            }
            _ => false,
        };
        let close = vec![
            ReachRecord::NoticeClosed {
                id: notice.id.clone(),
                state: "acknowledged",
                at: now,
                by: name,
                how: "link",
            },
            ReachRecord::DeliveriesDropped {
                notice: notice.id,
                at: now,
            },
        ];
        self.reach_write(close).await?;
        Ok(Confirmed::Done { signed })
    }

    /// Signs for the order with the ordinary command; its actor is the link, or the call.
    async fn sign_without_account(
        &self,
        prefix: &str,
        notice: &NoticeRow,
        leg: &LegId,
    ) -> Result<bool, AppError> {
        let actor = Actor {
            account: AccountId::new(format!("{prefix}{}", notice.id)),
            name: String::new(),
            roles: vec![Role::Clerk],
            unit: UnitId::new(notice.unit.clone()),
        };
        let id = match prefix {
            BY_PHONE => format!("confirm-call/{}", notice.id),
            _ => format!("confirm/{}", notice.id),
        };
        let key = CommandKey {
            digest: id.clone(),
            id,
        };
        let order = serde_json::json!({"command": "sign", "leg": leg.as_str()});
        match self
            .act_briefly(&actor, &notice.case_id, order, None, &key)
            .await
        {
            Ok(_) => Ok(true),
            // Somebody signed at the console meanwhile.
            Err(AppError::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Key 1 in a call answers for the notice as its link does; `told` says what came of the call, and is written with the end.
    pub(super) async fn confirm_by_call(
        &self,
        notice: &NoticeRow,
        name: &str,
        told: Vec<ReachRecord>,
    ) -> Result<(), AppError> {
        // Before the order is signed for: what follows the log ends the notice too, and may be first.
        let claimed = ReachRecord::NoticeClaimed {
            id: notice.id.clone(),
            by: name.to_owned(),
        };
        self.reach_write(vec![claimed]).await?;
        if notice.closed_at.is_none()
            && let Some(leg) = self.waits_for(notice).await?
        {
            match self.sign_without_account(BY_PHONE, notice, &leg).await {
                Ok(_) => {}
                // Heard again at the next pass.
                Err(error @ (AppError::Unavailable(_) | AppError::Full)) => return Err(error),
                // The answer stands, and one order holds up nobody else's.
                Err(error) => tracing::error!(%error, notice = notice.id,
                    "an order answered by telephone cannot be signed for; its clock runs on"),
            }
        }
        let now = self.now();
        let mut close = told;
        close.extend([
            ReachRecord::NoticeClosed {
                id: notice.id.clone(),
                state: "acknowledged",
                at: now,
                by: name.to_owned(),
                how: "phone",
            },
            ReachRecord::DeliveriesDropped {
                notice: notice.id.clone(),
                at: now,
            },
        ]);
        self.reach_write(close).await
    }

    /// How somebody without an account answered a notice, if the account is none and the notice is that one.
    pub(super) fn answered_without_account(
        account: &str,
        notice: &NoticeRow,
    ) -> Option<&'static str> {
        let of = |prefix| account.strip_prefix(prefix) == Some(notice.id.as_str());
        if of(BY_LINK) {
            Some("link")
        } else if of(BY_PHONE) {
            Some("phone")
        } else {
            None
        }
    }

    /// The name of whoever acted by a link or in a call, for a timeline.
    pub(crate) async fn without_account(&self, account: &str) -> Result<Option<String>, AppError> {
        let (notice, how) = if let Some(notice) = account.strip_prefix(BY_LINK) {
            (notice, "经链接确认")
        } else if let Some(notice) = account.strip_prefix(BY_PHONE) {
            (notice, "经电话按键确认")
        } else {
            return Ok(None);
        };
        let notice = self.inner.store.notice(notice).await?;
        Ok(notice.map(|notice| format!("{}（{how}）", notice.closed_by)))
    }
}

/// A name somebody gives: something to read, and not a page of it.
pub(super) fn person_name(name: &str) -> Result<String, AppError> {
    let name = name.trim();
    let length = name.chars().count();
    if (2..=40).contains(&length) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(AppError::field("name", "name_length", "2 to 40 characters"))
    }
}
