//! How the platform is doing, for whoever looks after it.

use super::allow;
use crate::App;
use crate::error::AppError;
use crate::view::{SystemView, Upkeep};
use domain::right::{Action, Actor};
use store::{Change, Record, SettingRow};

const BACKUP: &str = "last_backup";
const VERIFY: &str = "last_verify";

/// What was done for a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpkeepKind {
    /// It was copied, and the copy checked.
    Backup,
    /// Its chains and folds were checked.
    Verify,
}

impl UpkeepKind {
    const fn key(self) -> &'static str {
        match self {
            Self::Backup => BACKUP,
            Self::Verify => VERIFY,
        }
    }
}

impl App {
    /// The state of the system. How many listen is known at the edge, which passes it in.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], or the store's.
    pub async fn system(
        &self,
        actor: &Actor,
        (listeners, listening_accounts): (u64, u64),
    ) -> Result<SystemView, AppError> {
        allow(actor, Action::Administer)?;
        let store = &self.inner.store;
        let vitals = store.vitals();
        let log = *store.positions().borrow();
        let engine = self.inner.engine.load_full();
        let list = engine.list();
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        Ok(SystemView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: self.inner.config.platform.id.clone(),
            store: vitals.engine.to_owned(),
            running_for: self.now().saturating_sub(self.inner.opened_at),
            log,
            audit: store.audit_last().await?,
            bytes: vitals.bytes,
            ahead_bytes: vitals.ahead_bytes,
            queue: count(vitals.queue),
            queue_most: count(vitals.queue_most),
            links: self.link_views().await?,
            last_backup: self.upkeep(UpkeepKind::Backup).await?,
            last_verify: self.upkeep(UpkeepKind::Verify).await?,
            listeners,
            listening_accounts,
            voice: self.voice_desk().is_some(),
            memory: resident(),
            list_version: list.header.version.to_string(),
            units: count(list.units.len()),
            matters: count(list.matters.len()),
        })
    }

    async fn upkeep(&self, kind: UpkeepKind) -> Result<Option<Upkeep>, AppError> {
        let kept = self.inner.store.setting(kind.key()).await?;
        // Written by another version, perhaps: then it is not known, and that is what is said.
        Ok(kept.and_then(|row| serde_json::from_str(&row.value).ok()))
    }

    /// Keeps when the store was last copied or checked, and with what result.
    ///
    /// # Errors
    /// The store's.
    pub async fn note_upkeep(
        &self,
        kind: UpkeepKind,
        clean: bool,
        events: i64,
        cases: i64,
    ) -> Result<(), AppError> {
        let at = self.now();
        let done = Upkeep {
            at,
            clean,
            events,
            cases,
        };
        let row = SettingRow {
            key: kind.key().to_owned(),
            value: crate::draft::to_json(&done)?,
            at,
        };
        let records = vec![Record::Setting(row)];
        let change = Change {
            records,
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(())
    }
}

/// Bytes this process holds in memory, as Linux tells it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1_024)
}
