//! What the rules alone make of the tune narratives: for whoever writes rules. Never the held ones.
//!
//! `cargo run -p triage --example tune -- [missed|false]`
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use domain::desk::Desk;
use triage::{Engine, Query};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let show = std::env::args().nth(1).unwrap_or_default();
    let engine = Engine::shipped()?;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/eval");
    let (mut right, mut missed, mut alarms) = (0_u32, 0_u32, 0_u32);
    for name in ["kinds-1", "kinds-2", "danger", "pairs-1", "pairs-2"] {
        let text = std::fs::read_to_string(format!("{folder}/tune-{name}.csv"))?;
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let (Some(id), Some(words), Some(danger)) =
                (fields.first(), fields.get(5), fields.get(10))
            else {
                continue;
            };
            let said = engine.ruled(&Query {
                narrative: words,
                place: "",
                district: "",
                received_at: Desk::Police,
            });
            let fired = said.danger.first();
            match (*danger == "yes", fired) {
                (true, Some(_)) => right += 1,
                (true, None) => {
                    missed += 1;
                    if show == "missed" {
                        println!("{id} {words}");
                    }
                }
                (false, Some(fired)) => {
                    alarms += 1;
                    if show == "false" {
                        println!("{id} {} {:?} | {words}", fired.rule, fired.words);
                    }
                }
                (false, None) => {}
            }
        }
    }
    println!("found {right}, missed {missed}, false alarms {alarms}");
    Ok(())
}
