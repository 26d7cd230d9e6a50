//! triage: a sentence in, everything that is made of it out; heads measured, trained, explained.

mod address;
mod ask;
mod measure;
mod speed;
mod table;
mod train;

use std::path::Path;
use std::process::ExitCode;

/// Asks triage about a sentence, or measures and trains its learnt layer.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Triage {
    #[command(subcommand)]
    task: Option<Task>,
    /// What the caller says.
    #[arg(required = true)]
    narrative: Option<String>,
    #[command(flatten)]
    heard: ask::Heard,
}

#[derive(clap::Subcommand)]
enum Task {
    /// Measure the learnt layer on labelled cases (CSV), fold by fold.
    Eval(measure::Eval),
    /// Train a model on labelled cases (CSV) and write it to a file.
    Train(train::Train),
    /// How fast it is here: a call through all layers, the heads alone, a reload, a training.
    #[command(hide = true)]
    Speed(speed::Speed),
    /// Take an address apart.
    Address(address::Address),
    /// Say how the heads come to what they say: every share, and what each word weighs.
    Explain(ask::Sentence),
}

impl Triage {
    pub(crate) fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        match (self.task, self.narrative) {
            (Some(Task::Eval(eval)), _) => eval.run(json),
            (Some(Task::Train(train)), _) => train.run(json),
            (Some(Task::Speed(speed)), _) => speed.run(json),
            (Some(Task::Address(address)), _) => address.run(json),
            (Some(Task::Explain(sentence)), _) => sentence.explain(json),
            (None, Some(narrative)) => ask::Sentence {
                narrative,
                heard: self.heard,
            }
            .run(json),
            (None, None) => {
                anyhow::bail!("a sentence is needed, or eval, train, explain or address")
            }
        }
    }
}

/// The model of a file, or what the shipped list's own examples teach.
fn model(path: Option<&Path>, engine: &triage::Engine) -> anyhow::Result<triage::Model> {
    use anyhow::Context as _;
    match path {
        None => Ok(triage::Model::train(&engine.lessons())),
        Some(path) => {
            let bytes = std::fs::read(path)
                .with_context(|| format!("the model {} cannot be read", path.display()))?;
            Ok(triage::Model::from_bytes(&bytes)?)
        }
    }
}
