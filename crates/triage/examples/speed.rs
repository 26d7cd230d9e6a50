//! How long each layer takes: for whoever makes one of them faster.
//!
//! `cargo run --release -p triage --example speed -- [call|place|heads|train|reload|learn] ...` (all
//! without a word). A text is asked several times and its fastest counts, so that other work on the
//! machine does not: the hundredths are over texts. What takes seconds is the thread's own time, by
//! the kernel's count.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use domain::desk::Desk;
use std::hint::black_box;
use std::time::{Duration, Instant};
use triage::{
    Addresses, Course, Engine, Example, Model, Names, Narrative, Part, Query, Sketch, Twins,
};

/// Times each text is asked.
const TIMES: usize = 7;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is = |what: &str| wanted.is_empty() || wanted.iter().any(|w| w == what);
    let engine = Engine::shipped()?;
    let sentences = engine.examples();
    let letters: Vec<String> = (0..500).map(|i| letter(&sentences, i, 400)).collect();
    let calls: Vec<String> = (0..500).map(|i| letter(&sentences, i, 40)).collect();
    if is("place") {
        addresses();
    }
    if is("call") || is("heads") {
        let model = Model::train(&engine.lessons());
        if is("call") {
            call("call", &engine, &model, &calls);
            call("letter", &engine, &model, &letters);
            // Where a danger rule fires the ear is not asked: these are the longest way through.
            let quiet: Vec<String> = letters
                .iter()
                .filter(|words| engine.ruled(&query(words)).danger.is_empty())
                .cloned()
                .collect();
            call("letter without danger", &engine, &model, &quiet);
        }
        if is("heads") {
            let heads = each(&letters, |words| {
                black_box(model.shares(words));
            });
            let sum: Duration = heads.iter().sum();
            let rate = real(heads.len()) / sum.as_secs_f64();
            println!("heads alone: {rate:.0} letters/s");
        }
    }
    if is("train") {
        let many = wanted.iter().find_map(|w| w.parse().ok()).unwrap_or(20_000);
        let cases: Vec<Example> = (0..many)
            .filter_map(|i| {
                let own = sentences.get(i % sentences.len().max(1))?.clone();
                let other = sentences.get(i * 7 % sentences.len().max(1))?;
                let words = format!("{}，第{i}次，{}", own.words, other.words);
                Some(Example { words, ..own })
            })
            .collect();
        let took = own_time(|| {
            black_box(Model::train(&cases));
        });
        let million = took.as_secs_f64() * 1e6 / real(cases.len());
        println!(
            "{} cases trained: {took:.2?}, {million:.0} s for a million",
            cases.len()
        );
    }
    if is("reload") {
        let letters: Vec<char> = sentences.iter().flat_map(|e| e.words.chars()).collect();
        let mut drawn = 7_u32;
        let spoken = |_: usize, _: usize| -> String {
            let mut next = || {
                drawn = drawn.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                usize::try_from(drawn >> 8).unwrap_or(0)
            };
            let long = next() % 4 + 3;
            (0..long)
                .filter_map(|_| letters.get(next() % letters.len().max(1)))
                .filter(|c| c.is_alphanumeric())
                .collect()
        };
        reload("numbered", |row, n| format!("虚构{row}词{n}"));
        reload("of any characters", spoken);
    }
    if is("learn") {
        let mut course = Course::new(engine.lessons());
        let correction = sentences.first().cloned().unwrap_or_default();
        let begun = Instant::now();
        course.learn("one", correction);
        black_box(course.working().clone());
        println!("a correction until it is served: {:.2?}", begun.elapsed());
    }
    Ok(())
}

const fn query(narrative: &str) -> Query<'_> {
    Query {
        narrative,
        place: "",
        district: "",
        received_at: Desk::Hotline,
    }
}

fn call(name: &str, engine: &Engine, model: &Model, texts: &[String]) {
    let mut twins = Twins::new(50_000);
    for words in texts {
        if let Some(sketch) = Sketch::of(Narrative::new(words).chars()) {
            twins.add(sketch);
        }
    }
    let like = |words: &str| {
        if let Some(sketch) = Sketch::of(Narrative::new(words).chars()) {
            black_box(twins.like(&sketch, 0.2));
        }
    };
    say(
        name,
        "one spelling",
        each(texts, |w| drop(black_box(Narrative::new(w)))),
    );
    say(
        name,
        "rules",
        each(texts, |w| drop(black_box(engine.ruled(&query(w))))),
    );
    say(
        name,
        "rules and ear",
        each(texts, |w| drop(black_box(engine.suggest(&query(w))))),
    );
    say(
        name,
        "heads",
        each(texts, |w| {
            drop(black_box(model.read(&Narrative::new(w), w)));
        }),
    );
    say(name, "twins", each(texts, like));
    let all = |words: &str| {
        black_box(engine.assess(&query(words), Some(model)));
        like(words);
    };
    say(name, "all layers", each(texts, all));
}

/// Addresses and clauses of narratives, taken apart by what knows some hundred names.
fn addresses() {
    let begun = own_time(|| {
        black_box(Addresses::shipped());
    });
    println!("addresses learnt: {begun:.2?}");
    let (first, second) = (
        ["望", "听", "临", "文", "滨", "金"],
        ["江", "涛", "港", "昌", "海", "沙"],
    );
    let pairs: Vec<String> = first
        .iter()
        .flat_map(|a| second.iter().map(move |b| format!("{a}{b}")))
        .collect();
    let mut names = Names::new();
    for pair in &pairs {
        names.add(Part::Road, &format!("{pair}路"));
        names.add(Part::Estate, &format!("{pair}花园"));
        names.add(Part::Town, &format!("{pair}镇"));
    }
    let knowing = Addresses::knowing(names);
    let at = |n: usize| pairs.get(n % pairs.len().max(1)).map_or("", String::as_str);
    let places: Vec<String> = (0..500)
        .map(|n| match n % 3 {
            0 => format!("{}镇{}路{}号", at(n), at(n * 7 + 1), n % 240 + 1),
            1 => format!(
                "{}镇{}花园{}栋{}单元{}室",
                at(n),
                at(n * 5),
                n % 30 + 1,
                n % 4 + 1,
                n
            ),
            _ => format!("{}镇{}路与{}路路口", at(n), at(n * 3 + 1), at(n * 11 + 2)),
        })
        .collect();
    let clauses: Vec<String> = (0..500)
        .map(|n| {
            let told = "路口那里有个人躺在地上旁边一辆电动车倒着看样子是刚撞的血流了不少我不敢动他你们快点派人来吧我在这里等着";
            format!("{}路{}", at(n), told)
        })
        .collect();
    say(
        "place",
        "address",
        each(&places, |w| drop(black_box(knowing.parse(w)))),
    );
    say(
        "place",
        "clause",
        each(&clauses, |w| drop(black_box(knowing.parse(w)))),
    );
}

/// The fastest of several times for each text, in the texts' order.
fn each(texts: &[String], mut f: impl FnMut(&str)) -> Vec<Duration> {
    let mut best = vec![Duration::MAX; texts.len()];
    for _ in 0..TIMES {
        for (words, best) in texts.iter().zip(&mut best) {
            let begun = Instant::now();
            f(words);
            *best = begun.elapsed().min(*best);
        }
    }
    best
}

fn say(name: &str, layer: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| {
        let i = (times.len() * share / 1_000).min(times.len().saturating_sub(1));
        times.get(i).copied().unwrap_or_default()
    };
    println!(
        "{name}: {layer}: p50 {:.1?}, p99 {:.1?}, most {:.1?}",
        at(500),
        at(990),
        at(1_000)
    );
}

/// What the thread itself took, whoever else had the core meanwhile; where the kernel does not
/// count it, what the clock says.
fn own_time(f: impl FnOnce()) -> Duration {
    let counted = || {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanos = text.split_whitespace().next()?.parse().ok()?;
        Some(Duration::from_nanos(nanos))
    };
    let (begun, before) = (Instant::now(), counted());
    f();
    let own = before
        .zip(counted())
        .map(|(before, after)| after.saturating_sub(before));
    own.unwrap_or_else(|| begun.elapsed())
}

#[expect(
    clippy::as_conversions,
    reason = "a rate for people; rounding is meant"
)]
const fn real(n: usize) -> f64 {
    n as f64
}

/// A text of some characters out of the list's sentences, each text its own.
fn letter(sentences: &[Example], number: usize, least: usize) -> String {
    let mut words = String::new();
    let mut at = number * 13;
    while words.chars().count() < least {
        let Some(sentence) = sentences.get(at % sentences.len().max(1)) else {
            break;
        };
        words.push_str(&sentence.words);
        words.push('，');
        at += number % 17 + 1;
    }
    words
}

/// The shipped list with so many invented rows behind it that it has 2,000 and 100,000 words.
fn reload(name: &str, mut word: impl FnMut(usize, usize) -> String) {
    let mut list = triage::SHIPPED_LIST.to_owned();
    let (mut rows, mut words) = (120, 0);
    for row in 0..1_880 {
        let own: Vec<String> = (0..52).map(|n| format!("\"{}\"", word(row, n))).collect();
        list.push_str(&format!(
            "\n[[matter]]\ncode = \"H1-{}\"\nname = \"虚构事项{row}\"\ngroup = \"H1\"\n\
             lead = \"urban-management\"\nmode = \"push\"\nlimits = \"ordinary\"\n\
             basis = \"虚构\"\nsay = \"虚构\"\nexamples = [{}]\nnot = [\"别的事\"]\n\
             [matter.words]\npriority = 9\nany = [{}]\n",
            1_000 + row,
            own.get(..3).unwrap_or_default().join(", "),
            own.join(", ")
        ));
        rows += 1;
        words += own.len();
    }
    let mut proved = true;
    let took = (0..3).map(|_| {
        own_time(|| proved &= black_box(Engine::new(&list, triage::SHIPPED_DANGER).is_ok()))
    });
    let took = took.min().unwrap_or_default();
    let read = own_time(|| drop(black_box(triage::List::parse(&list))));
    println!(
        "{rows} rows, {words} words {name}: {took:.2?}, of it reading {read:.2?}; proved {proved}"
    );
}
