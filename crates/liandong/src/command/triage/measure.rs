//! triage eval: the learnt layer measured on labelled cases.

use super::address;
use super::table::Table;
use crate::command::say;
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use triage::{Example, Measured, Trial, measure};

/// Which cases, and how they are divided.
#[derive(clap::Args)]
pub(super) struct Eval {
    /// A CSV file with a header.
    #[arg(required_unless_present = "address", conflicts_with = "address")]
    file: Option<PathBuf>,
    /// Labelled addresses instead, a JSON object a line: how well they are taken apart.
    #[arg(long)]
    address: Option<PathBuf>,
    #[command(flatten)]
    taught: address::Taught,
    /// Column of the words.
    #[arg(long, default_value = "narrative")]
    text: String,
    /// Column of the label.
    #[arg(long, default_value = "label")]
    label: String,
    /// Column that says in which fold a row is tested. Keep the same words sent twice in one.
    #[arg(long, conflicts_with = "folds")]
    fold: Option<String>,
    /// A second CSV file that has the column of folds, row for row.
    #[arg(long, requires = "fold")]
    fold_file: Option<PathBuf>,
    /// Folds, where there is no column: the rows in turn.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(2..=100))]
    folds: u64,
    /// Column to order by; then the last fifth is tested with what was learnt on the rest.
    #[arg(long, conflicts_with_all = ["fold", "folds"])]
    time: Option<String>,
    /// Beginnings to measure, in characters.
    #[arg(long, value_delimiter = ',', default_value = "20,40,80")]
    lengths: Vec<usize>,
}

impl Eval {
    pub(super) fn run(self, json: bool) -> Result<ExitCode> {
        if let Some(file) = &self.address {
            return address::measure(file, &self.taught, json);
        }
        let (trials, tested) = self.trials()?;
        let measured = measure(&trials, &tested, &self.lengths);
        if measured.cases == 0 {
            bail!("no row is tested");
        }
        say(json, &measured, &in_words(&measured))?;
        Ok(ExitCode::SUCCESS)
    }

    fn trials(&self) -> Result<(Vec<Trial>, Vec<usize>)> {
        let Some(file) = &self.file else {
            bail!("a file of labelled cases is needed");
        };
        let table = Table::read(file)?;
        let words = table.column(&self.text)?;
        let labels = table.column(&self.label)?;
        let folds = self.parts(&table)?;
        let trials: Vec<Trial> = words
            .into_iter()
            .zip(labels)
            .zip(folds)
            .filter(|((_, label), _)| !label.is_empty())
            .map(|((words, label), fold)| Trial {
                example: Example {
                    words: words.to_owned(),
                    group: Some(label.to_owned()),
                    ..Example::default()
                },
                fold,
            })
            .collect();
        let mut tested: Vec<usize> = trials.iter().map(|t| t.fold).collect();
        tested.sort_unstable();
        tested.dedup();
        if self.time.is_some() {
            tested.retain(|fold| *fold == 0);
        }
        Ok((trials, tested))
    }

    /// The fold of each row.
    fn parts(&self, table: &Table) -> Result<Vec<usize>> {
        if let Some(time) = &self.time {
            let times = table.column(time)?;
            let mut order: Vec<usize> = (0..times.len()).collect();
            order.sort_by_key(|i| times.get(*i).copied().unwrap_or_default());
            let old = times.len() * 4 / 5;
            let mut folds = vec![1; times.len()];
            for i in order.into_iter().skip(old) {
                if let Some(fold) = folds.get_mut(i) {
                    *fold = 0;
                }
            }
            return Ok(folds);
        }
        let Some(column) = &self.fold else {
            let folds = usize::try_from(self.folds)?;
            return Ok((0..table.rows()).map(|i| i % folds).collect());
        };
        let other = self.fold_file.as_deref().map(Table::read).transpose()?;
        let names = other.as_ref().unwrap_or(table).column(column)?;
        if names.len() != table.rows() {
            bail!(
                "the file of folds has {} rows, the cases {}",
                names.len(),
                table.rows()
            );
        }
        let mut numbers: BTreeMap<&str, usize> = names.iter().map(|name| (*name, 0)).collect();
        for (number, fold) in numbers.values_mut().enumerate() {
            *fold = number;
        }
        Ok(names
            .iter()
            .filter_map(|name| numbers.get(name).copied())
            .collect())
    }
}

fn in_words(m: &Measured) -> String {
    let mut lines = vec![
        format!("cases                         {}", m.cases),
        format!("macro-F1                      {:.4}", m.macro_f1),
        format!("accuracy                      {:.4}", m.accuracy),
        format!("accuracy at 90 % coverage     {:.4}", m.accuracy_at_90),
        format!("coverage at 95 % accuracy     {:.4}", m.coverage_at_95),
        format!("expected calibration error    {:.4}", m.ece),
        format!(
            "conformal set, 95 % promised  {:.4} held, {:.3} classes on average",
            m.set_coverage, m.set_size
        ),
        format!(
            "pre-filled                    {:.4}, right {:.4}",
            m.prefilled, m.prefilled_right
        ),
    ];
    for (length, f1) in &m.beginnings {
        lines.push(format!("macro-F1, first {length:<4} chars    {f1:.4}"));
    }
    lines.push(format!(
        "read a second                 {:.0}",
        m.read_per_second
    ));
    lines.push(format!(
        "trained a second              {:.0}",
        m.trained_per_second
    ));
    for (class, f1) in &m.classes {
        lines.push(format!("F1  {f1:.4}  {class}"));
    }
    for (right, said, n) in &m.confusion {
        lines.push(format!("{n:>5} × {right} → {said}"));
    }
    lines.join("\n")
}
