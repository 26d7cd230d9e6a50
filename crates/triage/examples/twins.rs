//! How well near-duplicates are found: for whoever has texts in groups that say the same.
//!
//! `cargo run --release -p triage --example twins -- FILE`, one text a line, its group and a tab before it. A pair
//! counts as found where one text is offered when the other is asked about.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use std::collections::BTreeSet;
use triage::{Narrative, Sketch, Twins};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a file of texts")?;
    let text = std::fs::read_to_string(path)?;
    let rows: Vec<(&str, &str)> = text.lines().filter_map(|l| l.split_once('\t')).collect();
    let mut wanted = BTreeSet::new();
    for (i, (group, _)) in rows.iter().enumerate() {
        for (j, (other, _)) in rows.iter().enumerate().skip(i + 1) {
            if group == other {
                wanted.insert((i, j));
            }
        }
    }
    let mut twins = Twins::new(rows.len().max(1));
    let (mut kept, mut found) = (Vec::new(), Vec::new());
    let begun = std::time::Instant::now();
    for (i, (_, words)) in rows.iter().enumerate() {
        let Some(sketch) = Sketch::of(Narrative::new(words).chars()) else {
            continue;
        };
        for (number, likeness) in twins.like(&sketch, 0.2) {
            let earlier = usize::try_from(number).ok().and_then(|n| kept.get(n));
            found.extend(earlier.map(|&j: &usize| ((j, i), likeness)));
        }
        twins.add(sketch);
        kept.push(i);
    }
    println!(
        "{} texts, {} pairs wanted, {:?} for all",
        rows.len(),
        wanted.len(),
        begun.elapsed()
    );
    for hundredths in [30_u8, 35, 40, 42, 44, 46, 48, 50, 55, 60] {
        let least = f32::from(hundredths) / 100.0;
        let said = found.iter().filter(|(_, likeness)| *likeness >= least);
        let said: Vec<_> = said.map(|(pair, _)| pair).collect();
        let right = said.iter().filter(|pair| wanted.contains(pair)).count();
        println!(
            "likeness {least:.2}: {} offered, {right} right of {}",
            said.len(),
            wanted.len()
        );
    }
    Ok(())
}
