//! How much of a file of narratives the shipped rules route, and how long one takes.
//!
//! `cargo run --release -p triage --example routed -- FILE [--unowned]`, one narrative a line.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use domain::desk::Desk;
use std::collections::BTreeMap;
use std::time::Instant;
use triage::{Engine, Query};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let text = std::fs::read_to_string(arguments.next().ok_or("name a file of narratives")?)?;
    let show = arguments.next().is_some_and(|a| a == "--unowned");
    let loading = Instant::now();
    let engine = Engine::shipped()?;
    println!("rules read and tried in {:?}", loading.elapsed());
    let (mut all, mut unowned, mut danger, mut answered) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut rows: BTreeMap<String, u32> = BTreeMap::new();
    let start = Instant::now();
    for narrative in text.lines().filter(|l| !l.is_empty()) {
        let suggestion = engine.suggest(&Query {
            narrative,
            place: "",
            district: "",
            received_at: Desk::Hotline,
        });
        all += 1;
        unowned += u32::from(suggestion.unowned);
        danger += u32::from(!suggestion.danger.is_empty());
        answered += u32::from(suggestion.mode == triage::Mode::Answer);
        if suggestion.unowned && show {
            println!("{narrative}");
        }
        let row = suggestion
            .matter
            .map_or_else(String::new, |m| m.into_string());
        *rows.entry(row).or_default() += 1;
    }
    let spent = start.elapsed();
    println!("{all} narratives, {unowned} unowned, {danger} with danger, {answered} answered");
    println!(
        "{:?} each",
        spent.checked_div(all.max(1)).unwrap_or_default()
    );
    for (row, count) in rows {
        println!("{row:6} {count}");
    }
    Ok(())
}
