//! places: the site's own names of places, from a file, as they are, and where words lead.

use super::{explain, keeper, once, say};
use crate::Config;
use crate::{config, serve};
use anyhow::Context as _;
use app::view::PlacesFile;
use clap::Subcommand;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// The site's own names of places, beside those of its map.
#[derive(clap::Args)]
pub(crate) struct Places {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Take a CSV of names with a header: `name,kind,lon,lat` and perhaps
    /// `aliases,district,houses,datum`; `kind` is road, estate or landmark. Names it does not have
    /// stay. Refused whole when a line is wrong.
    Import {
        /// The file.
        file: PathBuf,
    },
    /// The names, and new ones that callers use.
    Show {
        /// Only those with these words in them.
        #[arg(default_value = "")]
        words: String,
    },
    /// Where a place in words lies, and how surely.
    Find {
        /// The words.
        words: String,
    },
}

impl Places {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let app = serve::open(&config::read(&self.config.config)?).await?;
        match self.task {
            Task::Import { file } => {
                let text = std::fs::read_to_string(&file)
                    .with_context(|| format!("{} cannot be read", file.display()))?;
                let name = file
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                let file = PlacesFile { text, name };
                let taken = app
                    .import_places(&keeper(&app), &file, &once(&app))
                    .await
                    .map_err(explain)?;
                let value = json!({ "names": taken.put.len(), "replaced": taken.before.len() });
                let sentence = format!(
                    "{} names, {} of them known before",
                    taken.put.len(),
                    taken.before.len()
                );
                say(json, &value, &sentence)?;
            }
            Task::Show { words } => {
                let shown = app
                    .place_names(&keeper(&app), &words)
                    .await
                    .map_err(explain)?;
                for name in shown.names {
                    let (kind, point) = (name.kind.as_str(), name.point);
                    let aliases = name.aliases.join("、");
                    let sentence = format!(
                        "{}\t{kind}\t{},{}\t{aliases}",
                        name.name, point.lon, point.lat
                    );
                    say(json, &name, &sentence)?;
                }
                for new in shown.proposed {
                    let sentence =
                        format!("? {}\t{}\t{} cases", new.name, new.kind.as_str(), new.seen);
                    say(json, &json!({ "proposed": new }), &sentence)?;
                }
            }
            Task::Find { words } => {
                // The desk has it taught by the time somebody calls.
                triage::Addresses::shipped();
                let Some(found) = app.find_place(&keeper(&app), &words).map_err(explain)? else {
                    say(json, &json!(null), "no name of a place is in these words")?;
                    return Ok(ExitCode::from(3));
                };
                let how = serde_json::to_value(found.how)?;
                let how = how.as_str().unwrap_or_default();
                let sentence = format!(
                    "{} ({how}) {},{} {}",
                    found.name, found.lon, found.lat, found.district_name
                );
                say(json, &found, &sentence)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
