//! triage: a sentence in, everything that is made of it out; heads measured, trained, explained.

mod ask;
mod measure;
mod table;
mod train;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Asks triage about a sentence, or measures and trains its learnt layer.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Triage {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    sentence: Option<ask::Sentence>,
}

#[derive(clap::Subcommand)]
enum Task {
    /// Measure the learnt layer on labelled cases (CSV), fold by fold.
    Eval(measure::Eval),
    /// Train a model on labelled cases (CSV) and write it to a file.
    Train(train::Train),
    /// Say how the heads come to what they say: every share, and what each word weighs.
    Explain(ask::Sentence),
}

impl Triage {
    pub(crate) fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        match (self.task, self.sentence) {
            (Some(Task::Eval(eval)), _) => eval.run(json),
            (Some(Task::Train(train)), _) => train.run(json),
            (Some(Task::Explain(sentence)), _) => sentence.explain(json),
            (None, Some(sentence)) => sentence.run(json),
            (None, None) => anyhow::bail!("a sentence is needed, or eval, train or explain"),
        }
    }
}

/// The model of a file, or what the shipped list's own examples teach.
fn model(path: Option<&Path>, engine: &triage::Engine) -> anyhow::Result<triage::Model> {
    use anyhow::Context as _;
    match path {
        None => Ok(triage::Model::train(&engine.examples())),
        Some(path) => {
            let bytes = std::fs::read(path)
                .with_context(|| format!("the model {} cannot be read", path.display()))?;
            Ok(triage::Model::from_bytes(&bytes)?)
        }
    }
}

/// Which model to ask.
#[derive(clap::Args)]
struct Which {
    /// A model that `triage train` wrote; what the list's own examples teach when left out.
    #[arg(long)]
    model: Option<PathBuf>,
}
