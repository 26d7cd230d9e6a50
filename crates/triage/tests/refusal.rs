//! A rule set that is not sound is refused, with the row and where it stands.

use triage::{Engine, List, ListError};

const LIST: &str = r#"[list]
name = "试"
version = "t1"
valid_from = "2026-01-01"
published_by = "试"
first_response = "station"
consult_margin = 6

[limits.plain]
sign = { span = "2h" }

[district.station]
default = "station"
[district.station.units]
"东镇" = "station"

[[group]]
code = "P1"
name = "警"
direction = "to-police"

[[group]]
code = "H1"
name = "灯"
direction = "to-hotline"

[[unit]]
code = "station"
name = "派出所"
tier = 1
desk = "police"
rescue = "警"
daily = "警"
hours = "24h"

[[unit]]
code = "lamps"
name = "路灯所"
tier = 2
desk = "hotline"
rescue = "灯"
daily = "灯"
hours = "24h"

[[matter]]
code = "H1-1"
name = "路灯"
group = "H1"
lead = "lamps"
mode = "push"
limits = "plain"
basis = "试〔2026〕1号"
say = "好"
examples = ["路灯不亮", "路灯坏了", "沒有路燈"]
not = ["电灯"]
[matter.words]
any = ["路灯"]
"#;

const DANGER: &str = r#"version = "d1"
say = "稳住"
others = ["他"]
negations = ["没有"]
fillers = ["有"]
person_fillers = ["人"]
attributive = "的"
not_negations = ["有没有"]
breakers = ["现在"]
idioms = ["着火点"]
denials = ["是假的"]
denial_fillers = [","]
topics = ["演练"]
topic_fillers = ["的"]
[[frame]]
words = ["电视里"]
side = "before"
reach = 8
[[rule]]
id = "D1"
kind = "fire"
name = "火"
urgency = "critical"
words = ["着火"]
advice = "撤"
positive = ["着火了", "家里着火", "有没有着火"]
negative = ["没有着火"]
"#;

fn refused(list: &str, danger: &str) -> ListError {
    match Engine::new(list, danger) {
        Ok(_) => panic!("the rules should be refused"),
        Err(error) => error,
    }
}

/// The last table of a rule set.
fn tail<'a>(text: &'a str, table: &str) -> &'a str {
    let at = text.rfind(table);
    at.and_then(|at| text.get(at..)).unwrap_or_default()
}

fn list_with(old: &str, new: &str) -> ListError {
    assert!(LIST.contains(old), "{old}");
    refused(&LIST.replacen(old, new, 1), DANGER)
}

fn danger_with(old: &str, new: &str) -> ListError {
    assert!(DANGER.contains(old), "{old}");
    refused(LIST, &DANGER.replacen(old, new, 1))
}

#[test]
fn the_sound_rules_are_accepted() {
    Engine::new(LIST, DANGER).unwrap();
    assert_eq!(List::parse(LIST).unwrap().matters.len(), 1);
}

#[test]
fn an_example_that_fails_is_named_with_what_came_out() {
    let ListError::Example {
        line,
        row,
        example,
        got,
        ..
    } = list_with("路灯坏了", "井盖坏了")
    else {
        panic!("another refusal");
    };
    assert_eq!(
        (line, row.as_str(), example.as_str(), got.as_str()),
        (45, "H1-1", "井盖坏了", "no row")
    );
    let ListError::Example { example, got, .. } = list_with("电灯", "路灯挺亮") else {
        panic!("another refusal");
    };
    assert_eq!((example.as_str(), got.as_str()), ("路灯挺亮", "H1-1 路灯"));
    let ListError::Example {
        row, example, got, ..
    } = danger_with("家里着火", "家里没有着火")
    else {
        panic!("another refusal");
    };
    assert_eq!(
        (row.as_str(), example.as_str(), got.as_str()),
        ("D1", "家里没有着火", "no danger")
    );
    let ListError::Example { example, got, .. } = danger_with("[\"没有着火\"]", "[\"又着火\"]")
    else {
        panic!("another refusal");
    };
    assert_eq!((example.as_str(), got.as_str()), ("又着火", "D1 \"着火\""));
}

#[test]
fn every_failing_example_is_shown_at_once() {
    let list = LIST
        .replacen("路灯坏了", "井盖坏了", 1)
        .replacen("电灯", "路灯挺亮", 1);
    assert_eq!(Engine::review(&list, DANGER).unwrap().len(), 2);
    assert!(Engine::review(LIST, DANGER).unwrap().is_empty());
}

#[test]
fn unknown_keys_and_broken_text_are_refused_with_their_line() {
    let ListError::Syntax {
        file,
        line,
        message,
    } = list_with("say = \"好\"", "sya = \"好\"")
    else {
        panic!("another refusal");
    };
    assert_eq!((file, line), ("list", 53), "{message}");
    assert!(message.contains("sya"), "{message}");
    assert!(matches!(
        list_with("[list]", "[list"),
        ListError::Syntax { line: 1, .. }
    ));
    assert!(matches!(
        list_with("tier = 2", "tier = 3"),
        ListError::Syntax { .. }
    ));
    assert!(matches!(
        list_with("hours = \"24h\"", "hours = \"ever\""),
        ListError::Syntax { .. }
    ));
    assert!(matches!(
        list_with("\"2h\"", "\"2\""),
        ListError::Syntax { .. }
    ));
    assert!(matches!(
        danger_with("advice", "advise"),
        ListError::Syntax { file: "danger", .. }
    ));
}

#[test]
fn what_is_nowhere_defined_is_refused() {
    let cases = [
        ("lead = \"lamps\"", "lead = \"lamp\"", "unit"),
        ("group = \"H1\"", "group = \"H2\"", "group"),
        ("limits = \"plain\"", "limits = \"fast\"", "limits"),
        (
            "lead = \"lamps\"",
            "lead_by_district = \"lamps\"",
            "district table",
        ),
        (
            "first_response = \"station\"",
            "first_response = \"x\"",
            "district table",
        ),
        ("\"东镇\" = \"station\"", "\"东镇\" = \"x\"", "unit"),
        (
            "say = \"好\"",
            "say = \"好\"\ndanger = [\"flood\"]",
            "danger kind",
        ),
        ("say = \"好\"", "say = \"好\"\nassist = [\"x\"]", "unit"),
        (
            "hours = \"24h\"",
            "hours = \"24h\"\nout_of_hours = \"x\"",
            "unit",
        ),
    ];
    for (old, new, kind) in cases {
        let error = list_with(old, new);
        assert!(
            matches!(&error, ListError::Unknown { what, .. } if *what == kind),
            "{new}: {error}"
        );
    }
}

#[test]
fn a_code_used_twice_is_refused() {
    let row = tail(LIST, "[[matter]]");
    let error = refused(&format!("{LIST}\n{row}"), DANGER);
    assert!(
        matches!(
            &error,
            ListError::Duplicate {
                line: 59,
                what: "row",
                ..
            }
        ),
        "{error}"
    );
    let rule = tail(DANGER, "[[rule]]");
    let error = refused(LIST, &format!("{DANGER}\n{rule}"));
    assert!(
        matches!(
            &error,
            ListError::Duplicate {
                what: "danger rule",
                ..
            }
        ),
        "{error}"
    );
    let error = list_with("code = \"lamps\"", "code = \"station\"");
    assert!(
        matches!(&error, ListError::Duplicate { what: "unit", .. }),
        "{error}"
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let cases = [
        ("any = [\"路灯\"]", "any = []", "never fire"),
        ("any = [\"路灯\"]", "any = [\"\u{200b}\"]", "0 characters"),
        ("any = [\"路灯\"]", "all = [[\"路灯\"]]", "belongs into any"),
        ("any = [\"路灯\"]", "all = [[\"路灯\"], []]", "never be met"),
        (
            "any = [\"路灯\"]",
            "any = [\"路灯\"]\npriority = 10",
            "priority",
        ),
        ("any = [\"路灯\"]", "pattern = \"灯*\"", "empty text"),
        ("not = [\"电灯\"]", "not = []", "three examples"),
        ("\"路灯不亮\", ", "", "three examples"),
        ("mode = \"push\"", "mode = \"answer\"", "mode"),
        ("lead = \"lamps\"", "lead = \"station\"", "other desk"),
        ("lead = \"lamps\"\n", "", "neither lead"),
        ("basis = \"试〔2026〕1号\"", "basis = \" \"", "basis"),
        (
            "say = \"好\"",
            "say = \"好\"\nassist = [\"lamps\"]",
            "assist itself",
        ),
        ("code = \"lamps\"", "code = \"Lamps\"", "lower-case"),
    ];
    for (old, new, words) in cases {
        let error = list_with(old, new);
        assert!(
            matches!(&error, ListError::Invalid { problem, .. } if problem.contains(words)),
            "{new}: {error}"
        );
    }
    let cases = [
        ("words = [\"着火\"]", "words = []", "never fire"),
        (
            "urgency = \"critical\"",
            "urgency = \"normal\"",
            "urgent or critical",
        ),
        ("negative = [\"没有着火\"]", "negative = []", "one against"),
        ("advice = \"撤\"", "advice = \"\"", "advice"),
        ("advice = \"撤\"", "advice = \"撤\"\nwithin = 99", "reach"),
    ];
    for (old, new, words) in cases {
        let error = danger_with(old, new);
        assert!(
            matches!(&error, ListError::Invalid { problem, .. } if problem.contains(words)),
            "{new}: {error}"
        );
    }
}

#[test]
fn a_bad_pattern_is_refused() {
    let error = list_with("any = [\"路灯\"]", "any = [\"路灯\"]\npattern = \"(\"");
    assert!(
        matches!(&error, ListError::Pattern { row, line: 45, .. } if row == "H1-1"),
        "{error}"
    );
    let error = list_with(
        "any = [\"路灯\"]",
        "any = [\"路灯\"]\npattern = '\\w{900}{900}'",
    );
    assert!(matches!(&error, ListError::Pattern { .. }), "{error}");
}

#[test]
fn too_many_rows_are_refused() {
    let row = tail(LIST, "[[matter]]");
    let mut list = LIST.to_owned();
    for i in 2..=5_001 {
        list.push_str(&row.replacen("H1-1", &format!("H1-{i}"), 1));
    }
    let error = refused(&list, DANGER);
    assert!(
        matches!(
            &error,
            ListError::TooMany {
                what: "rows",
                found: 5_001,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_reply_that_stands_on_nothing_is_refused() {
    let with = |reply: &str| format!("{LIST}\n[[reply]]\n{reply}");
    let text = "text = \"您反映的{matter}，{unit}已于{date}处理完毕。\"\n";
    for (reply, problem) in [
        (format!("name = \"\"\n{text}"), "a name has"),
        ("name = \"短\"\ntext = \"好\"".to_owned(), "a text has"),
        (
            "name = \"错\"\ntext = \"您反映的{matters}已经处理完毕了\"".to_owned(),
            "{matters} stands for nothing",
        ),
        (
            format!("name = \"双\"\n{text}matter = \"H1-1\"\ngroup = \"H1\""),
            "not both",
        ),
        (format!("name = \"无\"\n{text}matter = \"H9-9\""), "H9-9"),
        (format!("name = \"无\"\n{text}group = \"H9\""), "H9"),
    ] {
        let error = refused(&with(&reply), DANGER).to_string();
        assert!(error.contains(problem), "{error}");
    }
    let list = List::parse(&with(&format!("name = \"好\"\n{text}matter = \"H1-1\""))).unwrap();
    assert_eq!(list.replies[0].matter.as_ref().unwrap().as_str(), "H1-1");
    assert_eq!(list.replies[0].solved, None);
}
