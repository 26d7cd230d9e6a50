//! triage train: a model from labelled cases.

use super::table::Table;
use crate::command::say;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;
use triage::{Example, Model};

/// Which cases, and where the model goes.
#[derive(clap::Args)]
pub(super) struct Train {
    /// A CSV file with a header, oldest case first. Give it masked: see `export`.
    file: PathBuf,
    /// Where the model is written.
    #[arg(long, short)]
    out: PathBuf,
    /// Column of the words.
    #[arg(long, default_value = "narrative")]
    text: String,
    /// Column of the kind of matter.
    #[arg(long, default_value = "label")]
    label: String,
    /// Column of the row of the list.
    #[arg(long)]
    row: Option<String>,
    /// Column of the desk.
    #[arg(long)]
    desk: Option<String>,
    /// Column of the urgency.
    #[arg(long)]
    urgency: Option<String>,
}

#[derive(Serialize)]
struct Trained {
    examples: usize,
    model: String,
    bytes: usize,
}

impl Train {
    pub(super) fn run(self, json: bool) -> Result<ExitCode> {
        let table = Table::read(&self.file)?;
        let words = table.column(&self.text)?;
        let groups = table.optional(Some(&self.label))?;
        let rows = table.optional(self.row.as_deref())?;
        let desks = table.optional(self.desk.as_deref())?;
        let urgencies = table.optional(self.urgency.as_deref())?;
        let examples: Vec<Example> = words
            .into_iter()
            .zip(groups)
            .zip(rows)
            .zip(desks)
            .zip(urgencies)
            .map(|((((words, group), row), desk), urgency)| Example {
                words: words.to_owned(),
                desk,
                group,
                row,
                urgency,
                ..Example::default()
            })
            .collect();
        let model = Model::train(&examples);
        let bytes = model.to_bytes();
        std::fs::write(&self.out, &bytes)
            .with_context(|| format!("{} cannot be written", self.out.display()))?;
        let trained = Trained {
            examples: examples.len(),
            model: model.version(),
            bytes: bytes.len(),
        };
        let sentence = format!(
            "{} examples → model {}, {} bytes",
            trained.examples, trained.model, trained.bytes
        );
        say(json, &trained, &sentence)?;
        Ok(ExitCode::SUCCESS)
    }
}
