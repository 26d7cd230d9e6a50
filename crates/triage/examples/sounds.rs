//! What only sounds like danger, found among our own quiet sentences: the list `not_sounds`.
//!
//! `cargo run -p triage --example sounds` begins with an empty list. Each sentence that is no
//! danger (the list's and the scope's examples, what must not be a danger rule, the lessons and
//! the tune narratives) is read; where a rule fires that a stretch known by its sound alone lets
//! fire, that stretch is put on the list, unless a quarter as many narratives in danger would fall
//! silent by it or it is a word of danger misheard. What is printed is the list.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use domain::desk::Desk;
use triage::{Engine, Query, SHIPPED_DANGER, SHIPPED_LIST};

/// What is no word of the language but what an ear or a hasty hand makes of a word of danger: where a
/// quiet sentence has one, it is quiet for another reason, and the next may not be.
const MISHEARD: &[&str] = &[
    "锁在厕索",
    "打的我",
    "打的流",
    "帅下来",
    "条楼",
    "弄思我",
    "爬上塔掉",
    "拿叨砍",
    "留血",
    "霉气",
    "踏陷",
    "塌线",
    "快来认",
    "快来就",
    "大除血",
    "扫起来",
    "抢手鸡",
    "杀了它",
    "拿着柴刀",
    "没有一丝",
    "在答他",
    "奏丢",
    "着活",
    "跳搂",
    "留血不止",
    "除血",
];

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
    let in_danger: Vec<&str> = triage::narratives_in_danger()
        .filter(|words| fires(&now, words))
        .collect();
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
            let mut heard = now.by_sound(words);
            heard.retain(|stretch| !MISHEARD.contains(&stretch.as_str()));
            let mut helped = None;
            for stretch in heard {
                let mut more = not.clone();
                more.push(stretch.clone());
                let tried = engine(&more)?;
                if fires(&tried, words) {
                    continue;
                }
                let silent = |words: &str| {
                    words.contains(&stretch) && fires(&now, words) && !fires(&tried, words)
                };
                let won = quiet.iter().filter(|words| silent(words)).count();
                let lost = in_danger.iter().filter(|words| silent(words)).count();
                if won > 4 * lost {
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
