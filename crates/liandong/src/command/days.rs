//! calendar: working days that change, from a file or as they are.

use super::{explain, keeper, once, say};
use crate::Config;
use crate::{config, serve};
use anyhow::Context as _;
use app::view::CalendarFile;
use clap::Subcommand;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// The working calendar.
#[derive(clap::Args)]
pub(crate) struct Calendar {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Take a CSV of days (`day,off,note`; `off` or `work`, 休 or 班): the years it names have these
    /// days and no others from now on. Refused whole when a line is wrong.
    Import {
        /// The file.
        file: PathBuf,
    },
    /// Take a year that is shipped: statutory holidays and the weekends worked for them.
    Shipped {
        /// The year.
        year: i16,
    },
    /// The days of a year that differ from the week.
    Show {
        /// The year.
        year: i16,
    },
}

impl Calendar {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let app = serve::open(&config::read(&self.config.config)?).await?;
        match self.task {
            Task::Import { file } => {
                let text = std::fs::read_to_string(&file)
                    .with_context(|| format!("{} cannot be read", file.display()))?;
                take(&app, text, json).await?;
            }
            Task::Shipped { year } => {
                let text = app::catalogue::statutory::year(year)
                    .with_context(|| format!("{year} is not shipped: import it"))?;
                take(&app, text.to_owned(), json).await?;
            }
            Task::Show { year } => {
                let shown = app.calendar(&keeper(&app), year).await.map_err(explain)?;
                for day in shown.days {
                    let word = if day.off { "off" } else { "work" };
                    say(json, &day, &format!("{},{word},{}", day.day, day.note))?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn take(app: &app::App, text: String, json: bool) -> anyhow::Result<()> {
    let taken = app
        .import_calendar(&keeper(app), &CalendarFile { text }, &once(app))
        .await
        .map_err(explain)?;
    let years: Vec<String> = taken.years.iter().map(ToString::to_string).collect();
    let sentence = format!("{}: {} days", years.join(", "), taken.put.len());
    let value = json!({ "years": taken.years, "days": taken.put.len() });
    say(json, &value, &sentence)
}
