//! One spelling for every narrative, and the way back to the caller's own words.

use domain::desk::Desk;
use proptest::prelude::*;
use std::sync::LazyLock;
use triage::{Engine, Narrative, Query, Suggestion};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| match Engine::shipped() {
    Ok(engine) => engine,
    Err(error) => panic!("{error}"),
});

fn check(original: &str, normal: &str) {
    assert_eq!(Narrative::new(original).text(), normal, "{original:?}");
}

#[test]
fn spelling() {
    check("煤氣洩漏", "煤气泄漏");
    check("ＡＢＣ１２３，你好！", "abc123,你好!");
    check("跳 \u{200b}楼\u{202e}\u{feff}", "跳楼");
    check("KTV 太 吵", "ktv太吵");
    check("wifi  5G\tok", "wifi 5g ok");
    check("\u{0}\u{7}", "");
    check("①㎡", "1m2");
    check("e\u{301}", "é");
    check("🔥着火🔥", "🔥着火🔥");
    check("", "");
}

#[test]
fn openings_are_stripped_again_and_again_but_not_to_nothing() {
    let body = |s: &str| {
        let n = Narrative::new(s);
        n.chars()[n.body()..].iter().collect::<String>()
    };
    assert_eq!(body("喂，你好，請問一下路灯不亮"), "一下路灯不亮");
    assert_eq!(body("您好！我想问一下，路灯不亮"), "路灯不亮");
    assert_eq!(body("路灯不亮"), "路灯不亮");
    assert_eq!(body("喂"), "喂");
}

fn ask(narrative: &str) -> Suggestion {
    ENGINE.suggest(&Query {
        narrative,
        place: narrative,
        district: narrative,
        received_at: Desk::Hotline,
    })
}

/// Words of the rules, in between any characters at all.
fn mixed() -> impl Strategy<Value = String> {
    let words = ENGINE
        .list()
        .matters
        .iter()
        .flat_map(|m| m.examples.clone());
    let dangers = ENGINE
        .dangers()
        .rules
        .iter()
        .flat_map(|r| r.positive.clone());
    let words: Vec<String> = words.chain(dangers).collect();
    let noise = prop_oneof![
        3 => prop::sample::select(words),
        2 => any::<String>(),
        1 => "[\u{200b}-\u{200f} \u{301}\u{3000}Ａ-Ｚ🔥㎡ﷺ]{0,6}",
    ];
    prop::collection::vec(noise, 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn every_normal_character_comes_from_the_original(text in mixed()) {
        let narrative = Narrative::new(&text);
        let chars = text.chars().count();
        prop_assert_eq!(narrative.text().chars().count(), narrative.chars().len());
        prop_assert!(narrative.body() <= narrative.chars().len());
        let mut last = 0;
        for i in 0..narrative.chars().len() {
            let origin = narrative.original(i..i + 1);
            prop_assert!(origin.start < origin.end && origin.end <= chars);
            prop_assert!(origin.start >= last);
            last = origin.start;
        }
    }

    #[test]
    fn the_normal_spelling_is_its_own_normal_spelling(text in mixed()) {
        let once = Narrative::new(&text).text().to_owned();
        let twice = Narrative::new(&once).text().to_owned();
        prop_assert_eq!(once, twice);
    }

    /// Law 11: what is quoted stands in the original where it says.
    #[test]
    fn evidence_is_the_callers_own_words(text in mixed()) {
        let got = ask(&text);
        let quoted = got.evidence.iter().map(|e| (&e.words, e.start, e.end));
        for (words, start, end) in quoted.chain(got.danger.iter().map(|d| (&d.words, d.start, d.end))) {
            prop_assert!(start < end && end <= text.chars().count());
            let cut: String = text.chars().skip(start).take(end - start).collect();
            prop_assert_eq!(words, &cut);
            let (whole, part) = (Narrative::new(&text), Narrative::new(&cut));
            prop_assert!(whole.text().contains(part.text().trim()));
        }
        prop_assert_eq!(got, ask(&text));
    }
}

/// Time is linear: a megabyte of nothing but rule words is read like any other text.
#[test]
fn a_megabyte_is_read() {
    let texts = [
        "我家着火了没有人受伤以为",
        "没有",
        "吵",
        "演习",
        "小孩不见了书包",
        "a ",
        "\u{301}",
    ];
    for text in texts {
        let long = text.repeat(1_000_000 / text.len());
        let started = std::time::Instant::now();
        let got = ask(&long);
        assert_eq!(got.list_version, ENGINE.list().header.version);
        let spent = started.elapsed();
        assert!(spent.as_secs() < 20, "{text}: {spent:?}");
    }
}
