//! link: keys, dead letters, reconciliation.

use super::say;
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
    /// Send a dead letter again.
    Resend {
        #[command(flatten)]
        config: Config,
        /// The link.
        link: String,
        /// Its number.
        seq: i64,
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
            Task::Resend { config, link, seq } => {
                let app = serve::open(&config::read(&config.config)?).await?;
                app.resend_here(&link, seq).await?;
                let value = json!({ "link": link, "seq": seq });
                say(json, &value, &format!("{link} {seq} is sent anew"))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
