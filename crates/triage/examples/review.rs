//! Tries a rule set on its own examples and prints every one that fails.
//!
//! `cargo run -p triage --example review -- danger.toml list.toml [more list files...]`
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut paths = std::env::args().skip(1);
    let danger = std::fs::read_to_string(paths.next().ok_or("name the danger rules")?)?;
    let mut list = String::new();
    for path in paths {
        list.push_str(&std::fs::read_to_string(path)?);
    }
    let failures = triage::Engine::review(&list, &danger)?;
    for failure in &failures {
        println!("{failure}");
    }
    println!("{} examples fail", failures.len());
    Ok(if failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
