//! The back office: links in detail, accounts, calendars, the audit trail, the state of the system.

use super::{AccountView, LinkView};
use exchange::KeyState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A key of a link: its public part only.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KeyView {
    /// Name.
    pub key_id: String,
    /// Public half, base64.
    pub public: String,
    /// `active`, `retained` or `revoked`.
    #[schema(value_type = String)]
    pub state: KeyState,
}

/// A link whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LinkDetail {
    /// How it is.
    pub link: LinkView,
    /// The peer platform's id.
    pub peer_platform: String,
    /// The last number given out.
    pub issued: u64,
    /// All of the peer's up to this number are here.
    pub received: u64,
    /// How both sides sign.
    pub algorithm: String,
    /// This platform's key; none while no link runs in this process.
    pub own_key: Option<KeyView>,
    /// The peer's keys.
    pub peer_keys: Vec<KeyView>,
}

/// An envelope the peer refused for good.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DeadLetterView {
    /// Its number on the link.
    pub seq: i64,
    /// Its kind.
    pub kind: String,
    /// When it was made.
    pub at: i64,
    /// Why the peer refused it, in its words.
    pub reason: String,
    /// The number of the case it is about; none for what is about no case.
    pub no: Option<String>,
}

/// A page of dead letters.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DeadLetterPage {
    /// The letters, the oldest first.
    pub items: Vec<DeadLetterView>,
    /// `after` of the next page; null at the end.
    pub next: Option<i64>,
}

/// How many dead letters were sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Resent {
    /// So many.
    pub resent: u64,
}

/// What became of a sign of life that was asked for now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SignOfLife {
    /// Whether the peer answered with a good receipt.
    pub answered: bool,
    /// When it was known.
    pub at: i64,
    /// Round trip, milliseconds, if it answered.
    pub rtt_ms: Option<u64>,
    /// Why there was no answer.
    pub error: Option<String>,
}

/// An account as an administrator sees it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AccountItem {
    /// Who.
    pub account: AccountView,
    /// May not sign in.
    pub closed: bool,
    /// Locked after wrong passwords, until then.
    pub locked_until: Option<i64>,
    /// The owner has to choose another password first.
    pub must_change: bool,
    /// When it was made.
    pub created_at: i64,
    /// It is the reader's own.
    pub own: bool,
}

/// Which accounts.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// Words in login, name or role.
    #[param(example = "operator")]
    pub q: String,
    /// Of this unit.
    pub unit: String,
    /// Behind this login: the `next` of the page before.
    pub after: String,
    /// Accounts at most, 1 to 200; 50 without.
    pub limit: Option<i64>,
}

/// A page of accounts.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AccountPage {
    /// By login.
    pub items: Vec<AccountItem>,
    /// `after` of the next page; null at the end.
    pub next: Option<String>,
}

/// A person who is to get an account. Roles are given by the security administrator.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// Login name.
    pub login: String,
    /// Name for people.
    pub name: String,
    /// Unit code.
    pub unit: String,
}

/// What a system administrator does to an account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(
    deny_unknown_fields,
    tag = "change",
    rename_all = "snake_case",
    rename_all_fields = "snake_case"
)]
pub enum AccountChange {
    /// No more signing in; its sessions end.
    Close {
        /// Why.
        reason: String,
    },
    /// May sign in again.
    Open {
        /// Why.
        reason: String,
    },
    /// Takes the lock after wrong passwords away.
    Unlock {},
    /// Gives a new initial password; its sessions end.
    ResetPassword {
        /// Why.
        reason: String,
    },
    /// Another name or unit.
    Place {
        /// Name for people.
        name: String,
        /// Unit code.
        unit: String,
    },
}

/// The roles an account is to have from now on.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRoles {
    /// Roles; none takes all away.
    pub roles: Vec<String>,
    /// Why.
    pub reason: String,
}

/// An account after a change.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChangedAccount {
    /// The account.
    pub item: AccountItem,
    /// The initial password, where one was made: shown this once, and not to a repeat.
    pub initial_password: Option<String>,
}

/// Another password for one's own account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPassword {
    /// The password so far.
    pub password: String,
    /// The one from now on; 10 characters at least.
    pub new_password: String,
}

/// A day that differs from the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayView {
    /// `2026-10-01`.
    pub day: String,
    /// Off, or a working day.
    pub off: bool,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// The days of a year that differ from the week.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CalendarView {
    /// The year.
    pub year: i16,
    /// In order.
    pub days: Vec<DayView>,
    /// Years that have such days at all.
    pub years: Vec<i16>,
    /// When the calendar was last changed: limits counted before keep their date.
    pub changed_at: Option<i64>,
}

/// Days to set and to take away, all or none.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarOrder {
    /// Days that differ from the week from now on.
    #[serde(default)]
    pub put: Vec<DayView>,
    /// Days that follow the week again.
    #[serde(default)]
    pub remove: Vec<String>,
}

/// A file of days.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarFile {
    /// CSV: `day,off,note`.
    pub text: String,
}

/// What became of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarChanged {
    /// Days set.
    pub put: Vec<DayView>,
    /// Days that were there before and are gone or other, as they were: the way back.
    pub before: Vec<DayView>,
    /// Years concerned.
    pub years: Vec<i16>,
}

/// A line of the audit trail.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
    /// Position.
    pub pos: i64,
    /// When.
    pub at: i64,
    /// Who, as an account's id; empty for the machine itself.
    pub actor: String,
    /// That account's name, if there is one.
    pub actor_name: String,
    /// Its login.
    pub actor_login: String,
    /// Did what.
    pub action: String,
    /// To what.
    pub resource: String,
    /// The printed number, where that is a case.
    pub resource_no: Option<String>,
    /// Why.
    pub reason: String,
    /// What exactly, without personal data.
    pub detail: String,
}

/// Which lines of the audit trail.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// A person: login, part of a name, or an account's id.
    pub actor: String,
    /// What was done.
    #[param(example = "unmask")]
    pub action: String,
    /// To what: a case's number or id, a login, a link.
    pub resource: String,
    /// At or after, milliseconds UTC.
    pub from: Option<i64>,
    /// Before.
    pub to: Option<i64>,
    /// Behind this line: the `next` of the page before.
    pub after: Option<i64>,
    /// Lines at most, 1 to 200; 100 without.
    pub limit: Option<i64>,
}

/// A page of the audit trail.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// The newest first.
    pub items: Vec<AuditView>,
    /// `after` of the next page; null at the end.
    pub next: Option<i64>,
}

/// A check or a copy that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Upkeep {
    /// When.
    pub at: i64,
    /// Whether nothing was found wrong.
    pub clean: bool,
    /// Events in it.
    pub events: i64,
    /// Cases in it.
    pub cases: i64,
}

/// How the platform is doing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SystemView {
    /// Version of the program.
    pub version: String,
    /// The platform's id.
    pub platform: String,
    /// `sqlite` or `postgres`.
    pub store: String,
    /// Milliseconds since this process opened the store.
    pub running_for: i64,
    /// Last position of the log.
    pub log: i64,
    /// Last position of the audit trail.
    pub audit: i64,
    /// Bytes of the store's file; null where a server keeps it.
    pub bytes: Option<u64>,
    /// Bytes written ahead and not yet moved into the file.
    pub ahead_bytes: Option<u64>,
    /// Changes that wait for the appender.
    pub queue: u64,
    /// How many may wait.
    pub queue_most: u64,
    /// The links.
    pub links: Vec<LinkView>,
    /// Last copy that was made and checked.
    pub last_backup: Option<Upkeep>,
    /// Last check of the chains and folds.
    pub last_verify: Option<Upkeep>,
    /// Open live streams.
    pub listeners: u64,
    /// Accounts that hold one.
    pub listening_accounts: u64,
    /// There is a desk of calls; where no trunk is configured there is none.
    pub voice: bool,
    /// Bytes of memory this process holds; null where the system does not say.
    pub memory: Option<u64>,
    /// Version of the responsibility list.
    pub list_version: String,
    /// Units it names.
    pub units: u64,
    /// Rows it has.
    pub matters: u64,
}

/// Another service time for a unit, or whether it takes new work.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitOrder {
    /// `24h`, `08:30-17:30` or `08:30-17:30 working days`.
    pub hours: String,
    /// Takes no new work.
    pub disabled: bool,
    /// Why.
    pub reason: String,
}

/// Why personal data is removed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedactOrder {
    /// The reason, kept in the case and in the audit trail.
    pub reason: String,
}
