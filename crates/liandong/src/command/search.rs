//! search: the full-text index.

use super::say;
use crate::Config;
use crate::{config, serve};
use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;
use std::io::IsTerminal as _;
use std::process::ExitCode;

/// The full-text index. It holds no truth: it can be deleted at any time.
#[derive(clap::Args)]
pub(crate) struct Search {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Make the index anew from the store. A platform that runs is asked to do it itself.
    Rebuild(Config),
}

impl Search {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let Task::Rebuild(at) = self.task;
        let file = config::read(&at.config)?;
        let path = file
            .index()
            .context("this platform has no index: search.off, or no search.directory")?;
        let app = serve::open(&file).await?;
        let shown = std::io::stderr().is_terminal();
        let made = app
            .index_anew(|filling| {
                if shown {
                    progress(filling);
                }
            })
            .await;
        let (value, sentence) = match made {
            Ok(pos) => {
                let cases = app.store().case_count().await?;
                (
                    json!({ "rebuilt": true, "cases": cases, "position": pos }),
                    format!("{}: {cases} cases, up to position {pos}", path.display()),
                )
            }
            Err(app::AppError::NoIndex) => {
                app::ask_rebuild(&path)?;
                (
                    json!({ "rebuilt": false, "asked": true }),
                    "the platform that runs has been asked to make it anew; it answers from what \
                     it has so far meanwhile"
                        .to_owned(),
                )
            }
            Err(error) => return Err(error.into()),
        };
        say(json, &value, &sentence)?;
        Ok(ExitCode::SUCCESS)
    }
}

#[expect(
    clippy::print_stderr,
    reason = "progress of a long command, for a person at a terminal"
)]
fn progress(filling: app::Filling) {
    eprintln!("{} of {} cases", filling.done, filling.of);
}
