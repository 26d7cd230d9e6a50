//! import and export.

use super::say;
use crate::Config;
use crate::{config, serve};
use anyhow::Context as _;
use app::Mapping;
use serde_json::json;
use std::io::{BufWriter, IsTerminal as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Takes contacts from a CSV file or JSON lines.
#[derive(clap::Args)]
pub(crate) struct Import {
    #[command(flatten)]
    config: Config,
    /// The file: `.csv` with a header, or `.jsonl`.
    file: PathBuf,
    /// Which column is which field (TOML).
    #[arg(long)]
    mapping: PathBuf,
}

impl Import {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let csv = match self.file.extension().and_then(|e| e.to_str()) {
            Some("csv") => true,
            Some("jsonl" | "ndjson") => false,
            _ => anyhow::bail!("{}: .csv or .jsonl", self.file.display()),
        };
        let text = std::fs::read_to_string(&self.mapping)
            .with_context(|| format!("{} cannot be read", self.mapping.display()))?;
        let mapping: Mapping = toml::from_str(&text)
            .with_context(|| format!("{} is wrong", self.mapping.display()))?;
        let bytes = std::fs::read(&self.file)
            .with_context(|| format!("{} cannot be read", self.file.display()))?;
        let app = serve::open(&config::read(&self.config.config)?).await?;
        let name = self
            .file
            .file_name()
            .map(|n| n.to_string_lossy().into_owned());
        let shown = std::io::stderr().is_terminal();
        let report = app::import(
            &app,
            &bytes,
            &name.unwrap_or_default(),
            csv,
            &mapping,
            |so_far| {
                if shown {
                    progress(so_far);
                }
            },
        )
        .await
        .map_err(super::explain)?;
        let mut sentence = format!(
            "{} lines: {} taken, {} refused{}",
            report.lines,
            report.taken,
            report.refused,
            if report.skipped > 0 {
                format!("; {} had been dealt with before", report.skipped)
            } else {
                String::new()
            }
        );
        let refused = app.store().import_refused(&report.run, 0, 1_000).await?;
        for row in &refused {
            sentence.push_str(&format!("\n  line {}: {}", row.line, row.reason));
        }
        let lines: Vec<_> = refused
            .iter()
            .map(|r| json!({ "line": r.line, "reason": r.reason }))
            .collect();
        let value = json!({ "report": report, "refused": lines });
        say(json, &value, &sentence)?;
        Ok(if report.refused == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(3)
        })
    }
}

#[expect(
    clippy::print_stderr,
    reason = "progress of a long command, for a person at a terminal"
)]
fn progress(so_far: &app::ImportReport) {
    eprintln!(
        "{} taken, {} refused of {}",
        so_far.taken, so_far.refused, so_far.lines
    );
}

/// Writes all cases.
#[derive(clap::Args)]
pub(crate) struct Export {
    #[command(flatten)]
    config: Config,
    /// The file to write: `.csv` or `.jsonl`; must not exist.
    to: PathBuf,
}

impl Export {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let csv = match self.to.extension().and_then(|e| e.to_str()) {
            Some("csv") => true,
            Some("jsonl" | "ndjson") => false,
            _ => anyhow::bail!("{}: .csv or .jsonl", self.to.display()),
        };
        let app = serve::open(&config::read(&self.config.config)?).await?;
        let out = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&self.to)
            .with_context(|| format!("{} cannot be made", self.to.display()))?;
        let count = app::export(&app, csv, BufWriter::new(out)).await?;
        let value = json!({ "file": self.to, "cases": count });
        say(
            json,
            &value,
            &format!("{}: {count} cases, masked", self.to.display()),
        )?;
        Ok(ExitCode::SUCCESS)
    }
}
