//! link: keys, dead letters, reconciliation.

use super::{explain, keeper, once, say};
use crate::Config;
use crate::{config, serve};
use app::chance::{Chance as _, SystemChance};
use clap::Subcommand;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Links.
#[derive(clap::Args)]
pub(crate) struct Link {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Make a key pair: the private key into a file, the public key to give to the peer.
    NewKey {
        /// The file to write, readable by its owner alone; must not exist.
        #[arg(long)]
        out: PathBuf,
    },
    /// How much waits on each link, and what the peer refused.
    Show {
        #[command(flatten)]
        config: Config,
    },
    /// The keys of each link, of both sides, as they hold now: the configuration's, and over them what was
    /// decided in the back office.
    Keys {
        #[command(flatten)]
        config: Config,
    },
    /// Send a dead letter again, or all of them.
    Resend {
        #[command(flatten)]
        config: Config,
        /// The link.
        link: String,
        /// Its number.
        #[arg(required_unless_present = "all")]
        seq: Option<i64>,
        /// All that the peer refused.
        #[arg(long, conflicts_with = "seq")]
        all: bool,
    },
}

impl Link {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        match self.task {
            Task::NewKey { out } => {
                let mut random = [0_u8; 32];
                SystemChance.fill(&mut random);
                let key = exchange::generate_key(&random)?;
                exchange::key::write_key_file(&out, &key.private_pem)?;
                let value =
                    json!({ "key_id": key.key_id, "public": key.public, "state": "active" });
                let sentence = format!(
                    "give the peer: {{ key_id = {:?}, public = {:?}, state = \"active\" }}",
                    key.key_id, key.public
                );
                say(json, &value, &sentence)?;
            }
            Task::Show { config } => {
                let file = config::read(&config.config)?;
                let app = serve::open(&file).await?;
                for link in file.links() {
                    let name = link.wire.link.as_str();
                    let (waiting, oldest) = app.store().outbox_waiting(name).await?;
                    let dead = app.store().outbox_dead(name).await?;
                    let (issued, applied) = app::traffic(&app, name).await?;
                    let letters: Vec<_> = dead
                        .iter()
                        .map(|d| json!({ "seq": d.seq, "kind": d.kind, "reason": d.reason }))
                        .collect();
                    let mut sentence = format!(
                        "{name}: {issued} sent, {waiting} waiting, {applied} received, {} dead",
                        dead.len()
                    );
                    for letter in &dead {
                        let line = format!("\n  {} {}: {}", letter.seq, letter.kind, letter.reason);
                        sentence.push_str(&line);
                    }
                    let value = json!({
                        "link": name, "issued": issued, "waiting": waiting, "oldest": oldest,
                        "applied": applied, "dead": letters,
                    });
                    say(json, &value, &sentence)?;
                }
            }
            Task::Keys { config } => {
                let file = config::read(&config.config)?;
                let app = serve::open(&file).await?;
                serve::keys(&file, &app).await?;
                for link in app.key_views().await? {
                    let mut sentence = format!("{}: {}", link.link, link.algorithm);
                    for key in &link.own {
                        let away = if key.away {
                            ", not readable on this server"
                        } else {
                            ""
                        };
                        sentence.push_str(&format!(
                            "\n  own  {} {} {}{away}",
                            key.key_id,
                            key.state.as_str(),
                            key.fingerprint
                        ));
                    }
                    for key in &link.peer {
                        let state = serde_json::to_value(key.state)?;
                        let state = state.as_str().unwrap_or_default();
                        sentence.push_str(&format!(
                            "\n  peer {} {state} {}",
                            key.key_id, key.fingerprint
                        ));
                    }
                    say(json, &link, &sentence)?;
                }
            }
            Task::Resend {
                config,
                link,
                seq,
                all: _,
            } => {
                let app = serve::open(&config::read(&config.config)?).await?;
                let done = app
                    .resend(&keeper(&app), &link, seq, &once(&app))
                    .await
                    .map_err(explain)?;
                let value = json!({ "link": link, "resent": done.resent });
                let sentence = format!("{link}: {} sent again, each as a new one", done.resent);
                say(json, &value, &sentence)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
