//! How often each word of the danger rules fires on lessons in danger and on quiet ones: for whoever
//! makes the rules more precise. Reads the lessons alone, never the measured narratives.
//!
//! `cargo run --release -p triage --example alarms -- [RULE [WORD] | --all | --since OLD.toml]`
//! prints a table of words; with a rule the quiet lessons it fires on; with `--all` those of every
//! rule; with `--since` what the rules as they are now say otherwise than those of another file.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use domain::desk::Desk;
use std::collections::BTreeMap;
use triage::{Engine, Query, SHIPPED_LIST, Suggestion};

/// Dangerous and quiet lessons.
type Counts = BTreeMap<(String, String), [usize; 2]>;

fn ruled(engine: &Engine, narrative: &str) -> Suggestion {
    engine.ruled(&Query {
        narrative,
        place: "",
        district: "",
        received_at: Desk::Police,
    })
}

/// Kind of danger, or `-`, and words of every lesson.
fn lessons(data: &std::path::Path) -> Result<Vec<(String, String)>, std::io::Error> {
    let files = std::fs::read_dir(data)?.collect::<Result<Vec<_>, _>>()?;
    let mut paths: Vec<_> = files.into_iter().map(|f| f.path()).collect();
    paths.retain(|p| {
        let name = p.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("lessons") && name.ends_with(".tsv")
    });
    paths.sort();
    let mut out = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path)?;
        let lines = text.lines().filter(|l| !l.starts_with('#'));
        out.extend(lines.filter_map(|line| {
            let mut parts = line.splitn(4, '\t').skip(2);
            Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
        }));
    }
    Ok(out)
}

fn print_table(counts: &Counts) {
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|(_, [_, quiet])| std::cmp::Reverse(*quiet));
    println!("quiet danger rule word");
    for ((rule, word), [danger, quiet]) in rows {
        println!("{quiet:5} {danger:6} {rule} {word}");
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    // Read here and not compiled in, so that an edit is tried in seconds.
    let now = std::fs::read_to_string(data.join("danger.toml"))?;
    let (engine, failures) = Engine::tried(SHIPPED_LIST, &now)?;
    failures.iter().for_each(|f| println!("fails: {f}"));
    let (first, second) = (arguments.first(), arguments.get(1));
    let since = first.is_some_and(|a| a == "--since");
    let before = match second.filter(|_| since) {
        Some(old) => {
            let old = std::fs::read_to_string(old)?;
            Some(Engine::tried(SHIPPED_LIST, &old)?.0)
        }
        None => None,
    };
    let mut counts = Counts::new();
    let (mut of, mut fired) = ([0_usize; 2], [0_usize; 2]);
    for (kind, words) in lessons(&data)? {
        let quiet = usize::from(kind == "-");
        let danger = ruled(&engine, &words).danger;
        if let Some(of) = of.get_mut(quiet) {
            *of += 1;
        }
        if let Some(fired) = fired.get_mut(quiet) {
            *fired += usize::from(!danger.is_empty());
        }
        for found in &danger {
            let key = (found.rule.clone(), found.words.clone());
            if let Some(count) = counts.entry(key).or_default().get_mut(quiet) {
                *count += 1;
            }
            let asked = first.is_some_and(|rule| *rule == found.rule || rule == "--all")
                && second.is_none_or(|word| *word == found.words);
            if quiet == 1 && asked {
                println!("{} {} | {words}", found.rule, found.words);
            }
        }
        if let Some(before) = &before {
            let was = ruled(before, &words).danger;
            let mark = match (was.first(), danger.first()) {
                (Some(was), None) => format!("- {} {}", was.rule, was.words),
                (None, Some(is)) => format!("+ {} {}", is.rule, is.words),
                _ => continue,
            };
            println!("{kind} {mark} | {words}");
        }
    }
    if first.is_none() {
        print_table(&counts);
    }
    println!(
        "fired on {} of {} in danger and {} of {} quiet",
        fired.first().unwrap_or(&0),
        of.first().unwrap_or(&0),
        fired.last().unwrap_or(&0),
        of.last().unwrap_or(&0)
    );
    Ok(())
}
