//! press: documents from the command line.

use super::{explain, say};
use crate::Config;
use crate::{config, serve};
use anyhow::Context as _;
use app::{App, Paper, SheetForm};
use clap::{Subcommand, ValueEnum};
use domain::id::{AccountId, UnitId};
use domain::right::{Actor, Role};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Documents as PDF. What may be on one is what the account may see; each case on paper is an audit
/// row.
#[derive(clap::Args)]
pub(crate) struct Press {
    #[command(flatten)]
    config: Config,
    /// The login with whose rights it is printed.
    #[arg(long = "as", value_name = "LOGIN")]
    login: String,
    /// Where it is written; beside you under the document's own name without.
    #[arg(long, short)]
    out: Option<PathBuf>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// A case, by its printed number or its id.
    Case {
        /// The number.
        no: String,
        /// Which paper.
        #[arg(long, default_value = "order")]
        form: Form,
    },
    /// A bulletin, by its id.
    Bulletin {
        /// The id.
        id: String,
        /// pdf or xlsx.
        #[arg(long, default_value = "pdf")]
        format: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// The order sheet.
    Order,
    /// The supervision order.
    Supervision,
}

impl Press {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let app = serve::open(&config::read(&self.config.config)?).await?;
        let actor = actor(&app, &self.login).await?;
        let paper = match self.task {
            Task::Case { no, form } => {
                let form = match form {
                    Form::Order => SheetForm::Order,
                    Form::Supervision => SheetForm::Supervision,
                };
                app.case_paper(&actor, &no, form).await
            }
            Task::Bulletin { id, format } => app.bulletin_paper(&actor, &id, &format).await,
        };
        let Paper { name, bytes, .. } = paper.map_err(explain)?;
        let path = self
            .out
            .unwrap_or_else(|| PathBuf::from(name.replace(['/', '\0'], "-")));
        std::fs::write(&path, &bytes)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        let value = json!({ "file": path.display().to_string(), "bytes": bytes.len() });
        say(
            json,
            &value,
            &format!("{}: {} bytes", path.display(), bytes.len()),
        )?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Whoever has that login, with the rights the account has.
async fn actor(app: &App, login: &str) -> anyhow::Result<Actor> {
    let account = app
        .store()
        .account_by_login(login)
        .await?
        .filter(|account| !account.disabled)
        .with_context(|| format!("there is no account {login}, or it is closed"))?;
    let roles: Vec<String> = serde_json::from_str(&account.roles)?;
    Ok(Actor {
        account: AccountId::new(account.id),
        name: account.name,
        roles: roles.iter().filter_map(|role| Role::parse(role)).collect(),
        unit: UnitId::new(account.unit),
    })
}
