//! score: facts folded anew, publications counted again, a sheet on the terminal.

use super::{explain, say};
use crate::Config;
use crate::{config, serve};
use clap::Subcommand;
use domain::id::AccountId;
use domain::right::{Actor, Role};
use serde_json::json;
use std::io::IsTerminal as _;
use std::process::ExitCode;

/// Scores of the member units.
#[derive(clap::Args)]
pub(crate) struct Score {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Throw the facts away and fold them anew from the log.
    Rebuild(Config),
    /// Count publications again from the log; exit code 3 if a digit differs.
    Recompute {
        #[command(flatten)]
        config: Config,
        /// The publication; all of them without.
        publication: Option<String>,
    },
    /// The units of a period by a scheme, as they stand now.
    Show {
        #[command(flatten)]
        config: Config,
        /// The scheme, by its id.
        scheme: String,
        /// The period: 2026-11, 2026-W48, 2026-Q4, 2026, 2026-09-01..2026-11-30.
        period: String,
    },
}

impl Score {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let (Task::Rebuild(at)
        | Task::Recompute { config: at, .. }
        | Task::Show { config: at, .. }) = &self.task;
        let app = serve::open(&config::read(&at.config)?).await?;
        match self.task {
            Task::Rebuild(_) => {
                let shown = std::io::stderr().is_terminal();
                let pos = app
                    .fold_facts_anew(|filling| {
                        if shown {
                            progress(filling);
                        }
                    })
                    .await?;
                let cases = app.store().case_fact_count().await?;
                let sentence = format!("{cases} cases, up to position {pos}");
                say(json, &json!({ "cases": cases, "position": pos }), &sentence)?;
            }
            Task::Recompute { publication, .. } => {
                let ids = match publication {
                    Some(id) => vec![id],
                    None => app
                        .publications()
                        .await?
                        .into_iter()
                        .map(|each| each.id)
                        .collect(),
                };
                let mut all = true;
                for id in ids {
                    let view = app.recount(&id).await.map_err(explain)?;
                    all &= view.same;
                    let sentence = match &view.differs {
                        None => format!(
                            "{id}: the same digits, {} cases, {}",
                            view.cases, view.digest
                        ),
                        Some(what) => format!("{id}: NOT the same, first at {what}"),
                    };
                    say(json, &view, &sentence)?;
                }
                return Ok(if all {
                    ExitCode::SUCCESS
                } else {
                    ExitCode::from(3)
                });
            }
            Task::Show { scheme, period, .. } => {
                // Whoever sits at the machine reads as an assessor does, and changes nothing.
                let reader = Actor {
                    account: AccountId::new(""),
                    name: app.config().platform.name.clone(),
                    roles: vec![Role::Assessor],
                    unit: app.config().rules.desk_unit.clone(),
                };
                let sheet = app
                    .score_sheet(&reader, &scheme, &period)
                    .await
                    .map_err(explain)?;
                for line in &sheet.lines {
                    let rank = line
                        .rank
                        .map_or_else(|| "-".to_owned(), |rank| rank.to_string());
                    let score = line.score.as_deref().unwrap_or("-");
                    let sentence = format!("{rank}\t{score}\t{}\t{}", line.unit, line.name);
                    say(json, line, &sentence)?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[expect(
    clippy::print_stderr,
    reason = "progress of a long command, for a person at a terminal"
)]
fn progress(filling: app::FactFilling) {
    eprintln!("position {} of {}", filling.pos, filling.of);
}
