//! user: accounts on the command line, before there is anybody to sign in.

use super::{explain, say};
use crate::Config;
use crate::{config, serve};
use app::NewAccount;
use clap::Subcommand;
use domain::right::Role;
use serde_json::json;
use std::io::Read as _;
use std::process::ExitCode;

/// Accounts.
#[derive(clap::Args)]
pub(crate) struct User {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Make an account; the password is read from standard input.
    Add {
        /// Login name.
        login: String,
        /// Name for people.
        #[arg(long)]
        name: String,
        /// Role; may be given several times.
        #[arg(long, required = true, value_parser = role)]
        role: Vec<Role>,
        /// Unit code; the desk's own unit without.
        #[arg(long)]
        unit: Option<String>,
    },
    /// Set a password anew; it is read from standard input. Ends the account's sessions.
    Password {
        /// Login name.
        login: String,
    },
    /// Close an account and end its sessions.
    Close {
        /// Login name.
        login: String,
    },
    /// Open a closed account.
    Open {
        /// Login name.
        login: String,
    },
    /// All accounts.
    List,
}

fn role(word: &str) -> Result<Role, String> {
    Role::parse(word).ok_or_else(|| {
        let all: Vec<&str> = Role::ALL.iter().map(|r| r.as_str()).collect();
        format!("one of {}", all.join(", "))
    })
}

fn password() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

impl User {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let file = config::read(&self.config.config)?;
        let app = serve::open(&file).await?;
        match self.task {
            Task::Add {
                login,
                name,
                role,
                unit,
            } => {
                let unit = unit.unwrap_or_else(|| file.platform.unit.clone());
                let new = NewAccount {
                    login,
                    name,
                    password: password()?,
                    roles: role,
                    unit,
                };
                let id = app.make_account(&new).await.map_err(explain)?;
                say(
                    json,
                    &json!({ "id": id, "login": new.login }),
                    &format!("made {}", new.login),
                )?;
            }
            Task::Password { login } => {
                app.set_password(&login, &password()?)
                    .await
                    .map_err(explain)?;
                say(
                    json,
                    &json!({ "login": login }),
                    &format!("new password for {login}"),
                )?;
            }
            Task::Close { login } => {
                app.close_account(&login, true).await.map_err(explain)?;
                say(json, &json!({ "login": login }), &format!("closed {login}"))?;
            }
            Task::Open { login } => {
                app.close_account(&login, false).await.map_err(explain)?;
                say(json, &json!({ "login": login }), &format!("opened {login}"))?;
            }
            Task::List => {
                for row in app.accounts().await? {
                    let value = json!({
                        "login": row.login, "name": row.name, "roles": row.roles,
                        "unit": row.unit, "closed": row.disabled,
                    });
                    let closed = if row.disabled { " (closed)" } else { "" };
                    let line = format!(
                        "{:20} {:16} {:24} {}{closed}",
                        row.login, row.name, row.unit, row.roles
                    );
                    say(json, &value, &line)?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
