//! The subcommands that look after a store: each prints what it did, or JSON.

mod accounts;
mod bulk;
mod fill;
mod links;
mod triage;
mod upkeep;

pub(crate) use accounts::User;
pub(crate) use bulk::{Export, Import};
pub(crate) use fill::Fill;
pub(crate) use links::Link;
pub(crate) use triage::Triage;
pub(crate) use upkeep::{Backup, Restore, check_config, migrate, verify};

use serde::Serialize;

/// Prints a result: as JSON, or as the sentence. A reader that has gone away (`| head`) is no
/// fault of the command.
pub(crate) fn say(json: bool, value: &impl Serialize, sentence: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    let line = if json {
        serde_json::to_string(value)?
    } else {
        sentence.to_owned()
    };
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Refused fields, each by name.
pub(crate) fn explain(error: app::AppError) -> anyhow::Error {
    match error {
        app::AppError::Invalid(fields) => {
            let said: Vec<String> = fields
                .iter()
                .map(|f| format!("{}: {}", f.field, f.detail))
                .collect();
            anyhow::anyhow!("{}", said.join("; "))
        }
        other => other.into(),
    }
}
