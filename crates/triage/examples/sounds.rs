//! What only sounds like danger, found among our own quiet sentences: the list `not_sounds`.
//!
//! `cargo run -p triage --example sounds` begins with an empty list. Each sentence that is no
//! danger (the list's and the scope's examples, what must not be a danger rule, the lessons and
//! the tune narratives) is read; where a rule fires that a stretch known by its sound alone lets
//! fire, that stretch is put on the list. What is printed is the list.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use domain::desk::Desk;
use triage::{Engine, Query, SHIPPED_DANGER, SHIPPED_LIST};

fn engine(not: &[String]) -> Result<Engine, Box<dyn std::error::Error>> {
    let lines = SHIPPED_DANGER.lines().map(|line| {
        if line.starts_with("not_sounds = ") {
            format!("not_sounds = {not:?}")
        } else {
            line.to_owned()
        }
    });
    let text: Vec<String> = lines.collect();
    Ok(Engine::tried(SHIPPED_LIST, &text.join("\n"))?.0)
}

fn fires(engine: &Engine, words: &str) -> bool {
    let query = Query {
        narrative: words,
        place: "",
        district: "",
        received_at: Desk::Police,
    };
    !engine.ruled(&query).danger.is_empty()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut not: Vec<String> = Vec::new();
    let mut now = engine(&not)?;
    let mut quiet: Vec<String> = Vec::new();
    let rows = now
        .list()
        .matters
        .iter()
        .filter(|m| m.desk == Desk::Hotline);
    quiet.extend(rows.flat_map(|m| m.examples.clone()));
    quiet.extend(now.list().scope.iter().flat_map(|s| s.examples.clone()));
    quiet.extend(now.dangers().rules.iter().flat_map(|r| r.negative.clone()));
    quiet.extend(triage::quiet_narratives().map(str::to_owned));
    for words in &quiet {
        while fires(&now, words) {
            let heard = now.by_sound(words);
            let mut helped = None;
            for stretch in heard {
                let mut more = not.clone();
                more.push(stretch);
                let tried = engine(&more)?;
                if !fires(&tried, words) {
                    helped = Some((more, tried));
                    break;
                }
            }
            let Some((more, tried)) = helped else { break };
            (not, now) = (more, tried);
        }
    }
    println!("not_sounds = {not:?}");
    Ok(())
}
