//! How far in front the right text stands: for whoever has texts and questions that each mean one of them.
//!
//! `cargo run --release -p search --example ranks -- TEXTS QUESTIONS`, one a line, in TEXTS a number and a tab
//! before it, in QUESTIONS the number of the text it means. Both in normal spelling (no capitals, no full width).
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use search::{Entry, FullText as _, Index, Mark, Pieces, Question};
use std::error::Error;

/// How many are looked at for each question.
const PAGE: usize = 10;

fn rows(path: Option<String>) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path.ok_or("name a file of texts and one of questions")?)?;
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(rows
        .map(|(id, words)| (id.to_owned(), words.to_owned()))
        .collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args().skip(1);
    let (texts, questions) = (rows(paths.next())?, rows(paths.next())?);
    let folder = tempfile::tempdir()?;
    let index = Index::open(folder.path())?;
    let entries = texts.into_iter().map(|(id, words)| Entry {
        id,
        open: words.clone(),
        full: words,
        ..Entry::default()
    });
    index.put(entries.collect(), Mark::default(), false)?;
    let (mut reciprocal, mut first, mut among, mut loose) = (0.0, 0_u32, 0_u32, 0_u32);
    for (meant, words) in &questions {
        let found = index.find(&Question {
            words: Pieces::new([words.as_str()]),
            unmasked: true,
            limit: PAGE,
            ..Question::default()
        })?;
        loose += u32::from(found.loose);
        let place = (1_u32..).zip(&found.ids).find(|(_, id)| *id == meant);
        if let Some((place, _)) = place {
            reciprocal += 1.0 / f64::from(place);
            first += u32::from(place == 1);
            among += 1;
        }
    }
    let all = f64::from(u32::try_from(questions.len())?);
    println!(
        "{all} questions, {loose} of them loosely: MRR@{PAGE} {:.4}, first {:.4}, among {PAGE} {:.4}",
        reciprocal / all,
        f64::from(first) / all,
        f64::from(among) / all
    );
    Ok(())
}
