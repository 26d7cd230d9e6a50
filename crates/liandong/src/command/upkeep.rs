//! verify, backup, restore, migrate, check-config.

use super::say;
use crate::Config;
use crate::config::{self, StoreSection};
use crate::serve;
use anyhow::Context as _;
use app::UpkeepKind;
use app::chance::SystemChance;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use store::Store;
use voice::engine::NoRecorder;

/// Checks the whole record.
pub(crate) async fn verify(at: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let file = config::read(at)?;
    let app = serve::open(&file).await?;
    // No fault of the record, which may be looked at where no key is: another server of the platform may have them.
    match serve::keys(&file, &app).await {
        Ok(_) => {
            for away in app.keys_away().await? {
                tracing::warn!(key = away, "a private key cannot be read on this server");
            }
        }
        Err(error) => {
            let why = format!("{error:#}");
            tracing::warn!(why, "the keys of links are not looked at");
        }
    }
    let report = app::verify(&app, |_| {}).await?;
    let sentence = match &report.first_bad {
        None => format!("clean: {} events, {} cases", report.events, report.cases),
        Some(bad) => format!(
            "NOT clean: {} at position {}: {}",
            bad.what, bad.pos, bad.why
        ),
    };
    say(json, &report, &sentence)?;
    let (events, cases) = (report.events, report.cases);
    let noted = app.note_upkeep(UpkeepKind::Verify, report.clean, events, cases);
    // A store that is broken may not take the note; what was found is said all the same.
    if let Err(error) = noted.await {
        tracing::warn!(%error, "the result is not kept for the screen");
    }
    Ok(if report.clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(3)
    })
}

/// Brings the tables up to this program.
pub(crate) async fn migrate(at: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let file = config::read(at)?;
    let applied = Store::migrate(&file.store()?).await?;
    let sentence = if applied.is_empty() {
        "nothing to do".to_owned()
    } else {
        format!("applied: {}", applied.join(", "))
    };
    say(json, &json!({ "applied": applied }), &sentence)?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the configuration, the lists and the keys it names. Keys made in the back office are in the store,
/// which this does not open: `verify` and `link keys` look at those.
pub(crate) fn check_config(at: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let checked = (|| -> anyhow::Result<String> {
        let file = config::read(at)?;
        file.store()?;
        let engine = file
            .engine()
            .context("the responsibility list is refused")?;
        file.encoder().context("the encoder is refused")?;
        for link in file.links() {
            link.wire
                .terms()
                .with_context(|| format!("the keys of link {}", link.wire.link))?;
        }
        if let Some(exchange) = &file.exchange {
            exchange::key::read_key_file(&exchange.key_file, exchange.key_id.as_deref())?;
            let folder = exchange.key_folder.as_deref();
            let folder = exchange::key::KeyFolder::of(&exchange.key_file, folder)?;
            folder.check().context("the folder of keys")?;
        }
        if let Some(voice) = &file.voice {
            voice
                .engine(Arc::new(NoRecorder), Arc::new(SystemChance))
                .context("voice")?;
            if let Some(fault) = voice
                .plan(file.platform.desk)
                .context("voice")?
                .faults()
                .first()
            {
                anyhow::bail!("voice: {fault}");
            }
        }
        Ok(format!(
            "{}: {} units, {} rows of the list, {} links",
            file.platform.name,
            engine.list().units.len(),
            engine.list().matters.len(),
            file.links().count()
        ))
    })();
    match checked {
        Ok(sentence) => {
            say(
                json,
                &json!({ "ok": true, "says": sentence }),
                &format!("good: {sentence}"),
            )?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            let why = format!("{error:#}");
            say(
                json,
                &json!({ "ok": false, "why": why }),
                &format!("wrong: {why}"),
            )?;
            Ok(ExitCode::from(3))
        }
    }
}

/// Copies the store while the desk works.
#[derive(clap::Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    config: Config,
    /// The file to write; must not exist.
    #[arg(long)]
    to: PathBuf,
}

impl Backup {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        anyhow::ensure!(!self.to.exists(), "{} exists already", self.to.display());
        let file = config::read(&self.config.config)?;
        let app = serve::open(&file).await?;
        app.store().backup(&self.to).await?;
        let checked = Store::check_file(&self.to).await?;
        app.note_upkeep(UpkeepKind::Backup, true, checked.events, checked.cases)
            .await
            .context("the copy is whole, but that it was made is not kept for the screen")?;
        let sentence = format!(
            "{}: {} events, {} cases, checked",
            self.to.display(),
            checked.events,
            checked.cases
        );
        let value = json!({ "file": self.to, "events": checked.events, "cases": checked.cases });
        say(json, &value, &sentence)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Puts a copy in the place of the store.
#[derive(clap::Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    config: Config,
    /// The copy.
    #[arg(long)]
    from: PathBuf,
    /// Put it there although a store is there; that one is kept under another name.
    #[arg(long)]
    replace: bool,
}

impl Restore {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let file = config::read(&self.config.config)?;
        let StoreSection::Sqlite { path, .. } = &file.store else {
            anyhow::bail!("a PostgreSQL database is restored with pg_restore");
        };
        let checked = Store::check_file(&self.from)
            .await
            .context("the copy is not whole; nothing was done")?;
        let mut kept = None;
        if path.exists() {
            anyhow::ensure!(
                self.replace,
                "{} is there: --replace keeps it aside",
                path.display()
            );
            let aside = path.with_extension("replaced");
            anyhow::ensure!(!aside.exists(), "{} is in the way", aside.display());
            // Pages of the old store that were not yet moved into its file belong to it.
            for tail in ["-wal", "-shm"] {
                let old = with_tail(path, tail);
                if old.exists() {
                    std::fs::rename(&old, with_tail(&aside, tail))?;
                }
            }
            std::fs::rename(path, &aside)?;
            kept = Some(aside);
        }
        let half = with_tail(path, ".half");
        std::fs::copy(&self.from, &half)?;
        std::fs::File::open(&half)?.sync_all()?;
        std::fs::rename(&half, path)?;
        let sentence = format!(
            "{}: {} events, {} cases{}",
            path.display(),
            checked.events,
            checked.cases,
            kept.as_ref()
                .map(|k| format!("; the old one is {}", k.display()))
                .unwrap_or_default()
        );
        let value = json!({ "events": checked.events, "cases": checked.cases, "kept": kept });
        say(json, &value, &sentence)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn with_tail(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}
