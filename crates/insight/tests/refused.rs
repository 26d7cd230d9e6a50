//! Rules that are refused: with file, line, column and reason, and nothing of them is taken.
#![cfg(test)]

use insight::{Book, RuleText};

fn text(text: &str) -> RuleText {
    RuleText {
        name: "site".to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn a_bad_rule_is_refused_with_its_place_and_the_old_one_stays() {
    let book = Book::shipped().unwrap();
    let metric = |formula: &str| {
        format!(
            "[[metric]]\nid = \"closing_rate\"\nversion = 2\nzh = \"办结率\"\nen = \"Closing\"\n\
             shape = \"rate\"\ndenominator = \"legs > 0\"\nnumerator = \"{formula}\"\n"
        )
    };
    let good = book.with(&[text(&metric("resulted"))]).unwrap();
    assert_eq!(good.metric("closing_rate").unwrap().version, 2);
    for (rule, line, column, key) in [
        (metric("resultd"), 8, 14, "unknown_name"),
        (metric("closed and resulted or"), 8, 36, "expected"),
        (metric("legs"), 8, 14, "mismatch"),
        (metric("closed and signed"), 8, 25, "unknown_name"),
        (metric("closed").replace("version = 2", "version = 1"), 1, 1, "version"),
        (metric("closed").replace("denominator = \"legs > 0\"\n", ""), 1, 1, "undeclared"),
        (metric("closed").replace("closing_rate", "Closing Rate"), 1, 1, "id"),
        ("[[metric]]\nid = 3\n".to_owned(), 2, 6, "toml"),
        ("[scheme]\nid = \"x\"\nversion = 1\nzh = \"一\"\nen = \"x\"\nperiods = [\"month\"]\nplaces = 1\nrate_places = 2\n".to_owned(), 7, 10, "places"),
        ("[scheme]\nid = \"x\"\nversion = 1\nzh = \"一\"\nen = \"x\"\nperiods = [\"month\"]\nplaces = 3\nrate_places = 2\nshow = [\"none\"]\n".to_owned(), 9, 9, "unknown_name"),
    ] {
        let fault = book.with(&[text(&rule)]).unwrap_err();
        assert_eq!((fault.line, fault.column, fault.key), (line, column, key), "{fault}\n{rule}");
        assert_eq!(fault.file, "site");
        assert!(!fault.why.is_empty());
    }
    assert_eq!(
        book.metric("closing_rate").unwrap().version,
        1,
        "the old one is in force"
    );
    assert_eq!(book, Book::shipped().unwrap());
}
