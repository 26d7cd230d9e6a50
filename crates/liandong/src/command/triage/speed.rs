//! triage speed: for the bench, on invented narratives made of the list's own sentences.

use crate::command::say;
use crate::demo::county;
use anyhow::Result;
use app::chance::SeededChance;
use domain::desk::Desk;
use serde::Serialize;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use triage::{Addresses, Course, Engine, Example, Model, Narrative, Query, Sketch, Twins};

/// How much is measured.
#[derive(clap::Args)]
pub(super) struct Speed {
    /// Calls through all layers.
    #[arg(long, default_value_t = 20_000)]
    calls: usize,
    /// Cases trained on.
    #[arg(long, default_value_t = 20_000)]
    cases: usize,
}

/// Times in microseconds, rates a second.
#[derive(Serialize)]
struct Figures {
    calls: usize,
    characters: usize,
    p50_us: u128,
    p99_us: u128,
    most_us: u128,
    place_p50_us: u128,
    place_p99_us: u128,
    heads_per_second: f64,
    trained: usize,
    training_ms: u128,
    correction_us: u128,
    reload_rows: usize,
    reload_words: usize,
    reload_ms: u128,
}

impl Speed {
    pub(super) fn run(self, json: bool) -> Result<ExitCode> {
        let engine = Engine::shipped()?;
        let sentences = engine.examples();
        let long: Vec<String> = (0..500).map(|i| letter(&sentences, i)).collect();
        let model = Model::train(&engine.lessons());
        let mut twins = Twins::new(50_000);
        for words in &long {
            if let Some(sketch) = Sketch::of(Narrative::new(words).chars()) {
                twins.add(sketch);
            }
        }
        // Taught beside the work in a program that serves.
        Addresses::shipped();
        let map = county::map()?;
        let speech = county::Speech::new(&SeededChance::new(1), &map);
        let places: Vec<String> = (0..499).map(|n| speech.contact(n).place).collect();
        let mut times: Vec<Duration> = Vec::with_capacity(self.calls);
        let mut finding: Vec<Duration> = Vec::with_capacity(self.calls);
        let said = long.iter().cycle().zip(places.iter().cycle());
        for (words, place) in said.take(self.calls.max(1)) {
            let begun = now();
            std::hint::black_box(map.locate(place));
            finding.push(begun.elapsed());
            let query = Query {
                narrative: words,
                place,
                district: "",
                received_at: Desk::Hotline,
            };
            std::hint::black_box(engine.assess(&query, Some(&model)));
            if let Some(sketch) = Sketch::of(Narrative::new(words).chars()) {
                std::hint::black_box(twins.like(&sketch, 0.2));
            }
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        finding.sort_unstable();
        let heads = heads(&model, &long, self.calls.max(1));
        let cases: Vec<Example> = (0..self.cases)
            .filter_map(|i| {
                let own = sentences.get(i % sentences.len().max(1))?.clone();
                let other = sentences.get(i * 7 % sentences.len().max(1))?;
                let words = format!("{}，第{i}次，{}", own.words, other.words);
                Some(Example { words, ..own })
            })
            .collect();
        let begun = now();
        std::hint::black_box(Model::train(&cases));
        let training = begun.elapsed();
        let mut course = Course::new(engine.lessons());
        let correction = cases.first().cloned().unwrap_or_default();
        let begun = now();
        course.learn("one", correction);
        std::hint::black_box(course.working().clone());
        let corrected = begun.elapsed();
        let (list, rows, words) = large_list();
        let begun = now();
        Engine::new(&list, &danger())?;
        let reload = begun.elapsed();
        let at = |times: &[Duration], share: usize| {
            let i = (times.len() * share / 1_000).min(times.len().saturating_sub(1));
            times.get(i).copied().unwrap_or_default().as_micros()
        };
        let figures = Figures {
            calls: times.len(),
            characters: long.iter().map(|w| w.chars().count()).sum::<usize>() / long.len().max(1),
            p50_us: at(&times, 500),
            p99_us: at(&times, 990),
            most_us: at(&times, 1_000),
            place_p50_us: at(&finding, 500),
            place_p99_us: at(&finding, 990),
            heads_per_second: heads,
            trained: cases.len(),
            training_ms: training.as_millis(),
            correction_us: corrected.as_micros(),
            reload_rows: rows,
            reload_words: words,
            reload_ms: reload.as_millis(),
        };
        let sentence = format!(
            "one call of {} characters: p50 {} µs, p99 {} µs, most {} µs, of it the place p50 {} µs, \
             p99 {} µs; heads {:.0}/s; training on \
             {} cases {} ms; one correction {} µs; {} rows and {} words loaded in {} ms",
            figures.characters,
            figures.p50_us,
            figures.p99_us,
            figures.most_us,
            figures.place_p50_us,
            figures.place_p99_us,
            figures.heads_per_second,
            figures.trained,
            figures.training_ms,
            figures.correction_us,
            figures.reload_rows,
            figures.reload_words,
            figures.reload_ms
        );
        say(json, &figures, &sentence)?;
        Ok(ExitCode::SUCCESS)
    }
}

#[expect(
    clippy::as_conversions,
    reason = "a rate for people; rounding is meant"
)]
fn heads(model: &Model, long: &[String], calls: usize) -> f64 {
    let begun = now();
    for words in long.iter().cycle().take(calls) {
        std::hint::black_box(model.shares(words));
    }
    calls as f64 / begun.elapsed().as_secs_f64().max(1e-9)
}

/// A letter of some 400 characters out of the list's sentences, each letter its own.
fn letter(sentences: &[Example], number: usize) -> String {
    let mut words = String::new();
    let mut at = number * 13;
    while words.chars().count() < 400 {
        let Some(sentence) = sentences.get(at % sentences.len().max(1)) else {
            break;
        };
        words.push_str(&sentence.words);
        words.push('，');
        at += number % 17 + 1;
    }
    words
}

fn danger() -> String {
    triage::SHIPPED_DANGER.to_owned()
}

/// The shipped list with so many invented rows behind it that it has 2,000 and 100,000 words.
fn large_list() -> (String, usize, usize) {
    let mut list = triage::SHIPPED_LIST.to_owned();
    let (mut rows, mut words) = (0, 0);
    for row in 0..1_880 {
        let own: Vec<String> = (0..52).map(|n| format!("\"虚构{row}词{n}\"")).collect();
        list.push_str(&format!(
            "\n[[matter]]\ncode = \"H1-{}\"\nname = \"虚构事项{row}\"\ngroup = \"H1\"\n\
             lead = \"urban-management\"\nmode = \"push\"\nlimits = \"ordinary\"\n\
             basis = \"虚构\"\nsay = \"虚构\"\nexamples = [\"虚构{row}词0\", \"虚构{row}词1\", \
             \"虚构{row}词2\"]\nnot = [\"别的事\"]\n[matter.words]\nany = [{}]\n",
            1_000 + row,
            own.join(", ")
        ));
        rows += 1;
        words += own.len();
    }
    (list, rows + 120, words)
}

fn now() -> Instant {
    Instant::now()
}
