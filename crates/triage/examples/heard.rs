//! Which lines of a file are danger by what is heard beside the rules: for whoever looks for false
//! alarms in texts of their own.
//!
//! `cargo run --release -p triage --example heard -- FILE [--count]`, one narrative a line.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use domain::desk::Desk;
use triage::{Engine, Query};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let text = std::fs::read_to_string(arguments.next().ok_or("name a file of narratives")?)?;
    let count = arguments.next().is_some_and(|a| a == "--count");
    let engine = Engine::shipped()?;
    let (mut all, mut ruled, mut heard, mut asked) = (0_u32, 0_u32, 0_u32, 0_u32);
    for narrative in text.lines().filter(|l| !l.is_empty()) {
        let said = engine.suggest(&Query {
            narrative,
            place: "",
            district: "",
            received_at: Desk::Hotline,
        });
        all += 1;
        asked += u32::from(said.ask.is_some());
        match said.danger.first() {
            Some(danger) if danger.rule == "D-HEARD" => {
                heard += 1;
                if !count {
                    println!("{} {:?} | {narrative}", danger.kind, danger.words);
                }
            }
            Some(_) => ruled += 1,
            None => {}
        }
    }
    println!("{all} narratives: {ruled} danger by rule, {heard} heard, {asked} to be asked about");
    Ok(())
}
