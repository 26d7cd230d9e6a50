//! The subcommands that look after a store: each prints what it did, or JSON.

mod accounts;
mod bulk;
mod call_lab;
mod clocks;
mod days;
mod fill;
mod links;
mod names;
mod press;
mod score;
mod search;
mod triage;
mod upkeep;

pub(crate) use accounts::User;
pub(crate) use bulk::{Export, Import};
pub(crate) use call_lab::CallLab;
pub(crate) use clocks::Clocks;
pub(crate) use days::Calendar;
pub(crate) use fill::Fill;
pub(crate) use links::Link;
pub(crate) use names::Places;
pub(crate) use press::Press;
pub(crate) use score::Score;
pub(crate) use search::Search;
pub(crate) use triage::Triage;
pub(crate) use upkeep::{Backup, Restore, check_config, migrate, verify};

use app::{App, CommandKey};
use domain::id::AccountId;
use domain::right::{Actor, Role};
use serde::Serialize;

/// Whoever sits at the machine itself: a system administrator without an account.
pub(crate) fn keeper(app: &App) -> Actor {
    Actor {
        account: AccountId::new(""),
        name: app.config().platform.name.clone(),
        roles: vec![Role::SystemAdmin],
        unit: app.config().rules.desk_unit.clone(),
    }
}

/// A key for a command that is typed once.
pub(crate) fn once(app: &App) -> CommandKey {
    let id = app.new_id();
    CommandKey {
        digest: id.clone(),
        id,
    }
}

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
