//! triage address: an address in, its parts out; and how well that goes on labelled addresses.

use crate::command::say;
use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use triage::{Addresses, Lesson, Names, Part, Piece, Scored, score};

/// An address, and what the site has taught about its own.
#[derive(clap::Args)]
pub(super) struct Address {
    /// The address as it was said or written.
    text: String,
    #[command(flatten)]
    taught: Taught,
}

/// What a site teaches: its own labelled addresses and the names it knows.
#[derive(clap::Args, Default)]
pub(super) struct Taught {
    /// Labelled addresses to learn from, a JSON object a line: {"text": …, "spans": [[from, to,
    /// part], …]}. What comes with the program when left out.
    #[arg(long)]
    lessons: Option<PathBuf>,
    /// Names known here, a CSV file with the columns name and part; with or without lessons.
    #[arg(long)]
    names: Option<PathBuf>,
}

#[derive(Serialize)]
struct Parsed {
    pieces: Vec<Piece>,
    crossing: Option<(String, String)>,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    spans: Vec<(usize, usize, String)>,
}

#[derive(Deserialize)]
struct Name {
    name: String,
    part: String,
}

impl Taught {
    fn addresses(&self) -> Result<Addresses> {
        let mut names = Names::new();
        if let Some(path) = &self.names {
            let reader = csv::Reader::from_path(path);
            let mut reader =
                reader.with_context(|| format!("{} cannot be read", path.display()))?;
            for (line, name) in reader.deserialize::<Name>().enumerate() {
                let name = name.with_context(|| format!("{} is no CSV", path.display()))?;
                let Some(part) = Part::parse(&name.part) else {
                    bail!(
                        "{} line {}: {:?} is no part",
                        path.display(),
                        line + 2,
                        name.part
                    );
                };
                names.add(part, &name.name);
            }
        }
        match &self.lessons {
            Some(lessons) => Ok(Addresses::taught(&read(lessons)?, names)),
            None => Ok(Addresses::knowing(names)),
        }
    }
}

/// Labelled addresses; what lies between two labelled stretches counts as nothing.
fn read(path: &Path) -> Result<Vec<Lesson>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let mut out = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let at = || format!("{} line {}", path.display(), number + 1);
        let line: Line = serde_json::from_str(line).with_context(at)?;
        out.push(lesson(&line).with_context(at)?);
    }
    if out.is_empty() {
        bail!("{} has no address", path.display());
    }
    Ok(out)
}

fn lesson(line: &Line) -> Result<Lesson> {
    let chars: Vec<char> = line.text.chars().collect();
    let words = |from: usize, to: usize| chars.get(from..to).map(|c| c.iter().collect::<String>());
    let mut parts = Vec::new();
    let mut at = 0;
    let mut spans: Vec<&(usize, usize, String)> = line.spans.iter().collect();
    spans.sort();
    for (from, to, name) in spans {
        let Some(part) = Part::parse(name) else {
            bail!("{name:?} is no part");
        };
        if *from < at || to <= from {
            bail!("the stretch {from} to {to} is empty or lies over another");
        }
        if *from > at {
            parts.push((Part::Other, words(at, *from).unwrap_or_default()));
        }
        let Some(said) = words(*from, *to) else {
            bail!("the stretch {from} to {to} is not in the text");
        };
        parts.push((part, said));
        at = *to;
    }
    if at < chars.len() {
        parts.push((Part::Other, words(at, chars.len()).unwrap_or_default()));
    }
    Ok(Lesson { parts })
}

impl Address {
    pub(super) fn run(self, json: bool) -> Result<ExitCode> {
        let addresses = self.taught.addresses()?;
        let pieces = addresses.parse(&self.text);
        let lines: Vec<String> = pieces
            .iter()
            .map(|piece| format!("{}  {}", piece.part.name(), piece.words))
            .collect();
        let crossing = Addresses::crossing(&pieces);
        let crossing = crossing.map(|(one, other)| (one.to_owned(), other.to_owned()));
        let parsed = Parsed { crossing, pieces };
        say(json, &parsed, &lines.join("\n"))?;
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Serialize)]
struct Figures {
    addresses: usize,
    whole: usize,
    scores: Vec<Scored>,
    parsed_per_second: f64,
}

/// Measures on a file of labelled addresses.
pub(super) fn measure(file: &Path, taught: &Taught, json: bool) -> Result<ExitCode> {
    let lessons = read(file)?;
    let begun = Instant::now();
    let addresses = taught.addresses()?;
    // The shipped ones learn at the first call.
    let _ = addresses.parse("");
    let learnt = begun.elapsed();
    let begun = Instant::now();
    let (scores, whole) = score(&addresses, &lessons);
    let rate = rate(lessons.len(), begun.elapsed());
    let mut lines = vec![
        format!("addresses                     {}", lessons.len()),
        format!("learnt in                     {} ms", learnt.as_millis()),
        format!("read a second                 {rate:.0}"),
        format!("all parts right               {whole}"),
        "F1      precision recall  there  part".to_owned(),
    ];
    for s in &scores {
        lines.push(format!(
            "{:.4}  {:.4}    {:.4}  {:>5}  {}",
            s.f1,
            s.precision,
            s.recall,
            s.there,
            s.part.map_or("all", Part::as_str)
        ));
    }
    let figures = Figures {
        addresses: lessons.len(),
        whole,
        scores,
        parsed_per_second: rate,
    };
    say(json, &figures, &lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

#[expect(
    clippy::as_conversions,
    reason = "a rate for people; rounding is meant"
)]
fn rate(count: usize, took: std::time::Duration) -> f64 {
    count as f64 / took.as_secs_f64().max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_labelled_line_becomes_a_lesson_that_tiles_it() {
        let read = line(
            r#"{"text": "望澜县、听海花园3栋", "spans": [[0,3,"district"],[4,8,"poi"],[8,10,"houseno"]]}"#,
        );
        let lesson = lesson(&read).unwrap();
        let parts: Vec<&str> = lesson.parts.iter().map(|p| p.1.as_str()).collect();
        assert_eq!(parts, ["望澜县", "、", "听海花园", "3栋"]);
        assert_eq!(lesson.parts[1].0, Part::Other);
        assert_eq!(lesson.parts[3].0, Part::Building);
    }

    #[test]
    fn what_no_lesson_can_be_made_of_is_refused() {
        for wrong in [
            r#"{"text": "望澜县", "spans": [[0,3,"dream"]]}"#,
            r#"{"text": "望澜县", "spans": [[0,4,"county"]]}"#,
            r#"{"text": "望澜县", "spans": [[0,2,"county"],[1,3,"town"]]}"#,
            r#"{"text": "望澜县", "spans": [[2,2,"county"]]}"#,
        ] {
            assert!(lesson(&line(wrong)).is_err(), "{wrong}");
        }
    }
}
