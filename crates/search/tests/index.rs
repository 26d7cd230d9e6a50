//! The index as its users meet it: put, find, forget, open again.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use proptest::prelude::*;
use search::{
    Entry, Facets, Found, FullText as _, Index, Mark, Pieces, Question, SearchError, Sorting,
};
use std::path::Path;

const DAY: i64 = 86_400_000;

fn entry(n: i64, words: &str) -> Entry {
    Entry {
        id: format!("case-{n}"),
        units: vec!["u1".to_owned()],
        open: words.to_owned(),
        full: format!("{words}。王小明 10000000042 望江路18号"),
        place_open: "望江路".to_owned(),
        place: "望江路18号".to_owned(),
        numbers: format!("110-20261122-10004{n}"),
        phones: format!("1000000{:04}", 40 + n),
        names_open: "望江路".to_owned(),
        names: "王小明 望江路18号".to_owned(),
        state: if n % 2 == 0 { "taken" } else { "closed" }.to_owned(),
        desk: "police".to_owned(),
        matter: if n == 1 {
            String::new()
        } else {
            "3.2".to_owned()
        },
        unit: "desk".to_owned(),
        channel: "phone".to_owned(),
        urgency: u64::try_from(n % 3).unwrap(),
        danger: n == 2,
        opened_at: n * DAY,
        month: 320,
    }
}

fn mark(pos: i64) -> Mark {
    Mark {
        pos,
        hash: format!("{pos:x}"),
        filled_to: None,
    }
}

fn ask(words: &str) -> Question {
    Question {
        words: Pieces::new(words.split_whitespace()),
        limit: 10,
        facets: true,
        ..Question::default()
    }
}

fn unmasked(question: Question) -> Question {
    Question {
        unmasked: true,
        ..question
    }
}

struct Ground {
    index: Index,
    _dir: tempfile::TempDir,
}

fn ground(entries: Vec<Entry>) -> Ground {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::open(dir.path()).unwrap();
    index.put(entries, mark(9), false).unwrap();
    Ground { index, _dir: dir }
}

fn three() -> Ground {
    ground(vec![
        entry(0, "小区楼下烧烤店油烟太大"),
        entry(1, "河边有人倾倒垃圾"),
        entry(2, "烧烤店半夜噪音很大"),
    ])
}

#[track_caller]
fn found(ground: &Ground, question: &Question) -> Vec<String> {
    let mut ids = ground.index.find(question).unwrap().ids;
    if question.sorting == Sorting::Relevance {
        ids.sort();
    }
    ids
}

#[test]
fn fragments_are_found_and_all_words_must_be_there() {
    let ground = three();
    for (words, ids) in [
        ("烧烤", vec!["case-0", "case-2"]),
        ("烧烤 噪音", vec!["case-2"]),
        ("倒垃", vec!["case-1"]),
        ("油", vec!["case-0"]),
        ("", vec!["case-0", "case-1", "case-2"]),
        ("?!", vec!["case-0", "case-1", "case-2"]),
        ("没有这个", vec![]),
    ] {
        assert_eq!(found(&ground, &ask(words)), ids, "{words}");
    }
}

#[test]
fn numbers_are_found_by_any_four_digits_in_a_row() {
    let ground = three();
    assert_eq!(found(&ground, &ask("100042")), ["case-2"]);
    let number = |n: &str| Question {
        number: n.to_owned(),
        ..ask("")
    };
    assert_eq!(found(&ground, &number("0041")), ["case-1"]);
    assert_eq!(found(&ground, &number("110-20261122-100040")), ["case-0"]);
    assert!(found(&ground, &number("9999")).is_empty());
}

#[test]
fn law_10_what_is_masked_is_not_found_without_the_right() {
    let ground = three();
    let phone = Question {
        phone: "0041".to_owned(),
        ..ask("")
    };
    let place = Question {
        place: Pieces::new(["18号"]),
        ..ask("")
    };
    for question in [
        ask("王小明"),
        ask("18号"),
        ask("wxm"),
        ask("10000000041"),
        phone,
        place,
    ] {
        assert!(found(&ground, &question).is_empty(), "{question:?}");
        let seen = found(&ground, &unmasked(question.clone()));
        assert!(!seen.is_empty(), "{question:?}");
    }
    let street = Question {
        place: Pieces::new(["望江"]),
        ..ask("")
    };
    assert_eq!(found(&ground, &street).len(), 3);
    assert_eq!(found(&ground, &ask("wjl")).len(), 3);
}

#[test]
fn who_may_read_all_finds_what_is_half_under_the_mask_and_each_case_once() {
    let ground = three();
    // 望江路 is open, 18号 is not.
    let street = Question {
        place: Pieces::new(["望江路18号"]),
        ..ask("")
    };
    for question in [street, ask("望江路18号"), ask("wjl18h")] {
        assert!(found(&ground, &question).is_empty(), "{question:?}");
        let answer = ground.index.find(&unmasked(question)).unwrap();
        assert_eq!((answer.facets.total, answer.loose), (3, false));
    }
    // Nothing has all of it; the name counts for who may read it.
    let alike = ask("望江路 王小明 阳台 没有的词");
    let answer = ground.index.find(&unmasked(alike)).unwrap();
    assert_eq!((answer.facets.total, answer.loose), (3, true));
}

#[test]
fn conditions_narrow_and_counts_follow() {
    let ground = three();
    let all = ground.index.find(&ask("")).unwrap().facets;
    let sums = |map: &[(&str, u64)]| map.iter().map(|(w, n)| ((*w).to_owned(), *n)).collect();
    assert_eq!(
        all,
        Facets {
            total: 3,
            state: sums(&[("closed", 1), ("taken", 2)]),
            desk: sums(&[("police", 3)]),
            matter: sums(&[("3.2", 2)]),
            unit: sums(&[("desk", 3)]),
            month: [(320, 3)].into(),
        }
    );
    let one = |question: Question| found(&ground, &question);
    let words = |word: &str| vec![word.to_owned()];
    assert_eq!(
        one(Question {
            states: words("closed"),
            ..ask("")
        }),
        ["case-1"]
    );
    assert_eq!(
        one(Question {
            matters: words(""),
            ..ask("")
        }),
        ["case-1"]
    );
    assert_eq!(
        one(Question {
            danger: Some(true),
            ..ask("")
        }),
        ["case-2"]
    );
    assert_eq!(
        one(Question {
            urgency_least: Some(1),
            ..ask("")
        }),
        ["case-1", "case-2"]
    );
    assert_eq!(
        one(Question {
            from: Some(DAY),
            to: Some(2 * DAY),
            ..ask("")
        }),
        ["case-1"]
    );
    assert!(
        one(Question {
            of_unit: Some("u2".to_owned()),
            ..ask("")
        })
        .is_empty()
    );
    assert_eq!(
        one(Question {
            of_unit: Some("u1".to_owned()),
            ..ask("")
        })
        .len(),
        3
    );
    assert!(
        one(Question {
            channels: words("web"),
            ..ask("")
        })
        .is_empty()
    );
    let newest = Question {
        sorting: Sorting::Newest,
        ..ask("")
    };
    assert_eq!(one(newest.clone()), ["case-2", "case-1", "case-0"]);
    assert_eq!(
        one(Question {
            skip: 1,
            limit: 1,
            ..newest
        }),
        ["case-1"]
    );
    assert_eq!(
        one(Question {
            sorting: Sorting::Oldest,
            ..ask("")
        }),
        ["case-0", "case-1", "case-2"]
    );
}

#[test]
fn where_nothing_has_every_word_what_is_alike_is_found_and_said_so() {
    let ground = three();
    let answer = ground.index.find(&ask("烧烤店半夜放歌")).unwrap();
    assert!(answer.loose);
    assert_eq!(answer.ids.first().map(String::as_str), Some("case-2"));
    let Found { loose, ids, .. } = ground.index.find(&ask("烧烤店半夜")).unwrap();
    assert!(!loose && ids == ["case-2"]);
}

#[test]
fn what_is_put_again_is_replaced_and_nothing_of_it_is_left_when_purged() {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::open(dir.path()).unwrap();
    let before = vec![entry(0, "小区楼下烧烤店"), entry(1, "河边")];
    index.put(before, mark(1), false).unwrap();
    let old = files(dir.path());
    assert!(!old.is_empty());
    let emptied = Entry {
        id: "case-0".into(),
        ..Entry::default()
    };
    index.put(vec![emptied], mark(2), true).unwrap();
    assert!(index.find(&unmasked(ask("烧烤"))).unwrap().ids.is_empty());
    assert_eq!(index.find(&ask("")).unwrap().facets.total, 2);
    assert_eq!(index.find(&ask("河边")).unwrap().ids, ["case-1"]);
    let left = files(dir.path());
    assert!(old.is_disjoint(&left), "{:?}", old.intersection(&left));
}

/// The files that hold terms and documents.
fn files(dir: &Path) -> std::collections::BTreeSet<String> {
    std::fs::read_dir(dir.join("files"))
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.') && !name.ends_with(".json"))
        .collect()
}

#[test]
fn counts_of_everything_follow_what_is_put() {
    let ground = three();
    let all = || ground.index.find(&ask("")).unwrap().facets;
    assert_eq!(all(), all());
    let mut changed = entry(0, "小区楼下烧烤店油烟太大");
    changed.state = "closed".to_owned();
    ground
        .index
        .put(vec![changed, entry(3, "路灯坏了")], mark(10), false)
        .unwrap();
    let now = all();
    assert_eq!(
        (now.total, now.state["closed"], now.state["taken"]),
        (4, 3, 1)
    );
    // The same as counted without anything kept.
    let counted = ground.index.find(&Question {
        from: Some(i64::MIN),
        ..ask("")
    });
    assert_eq!(now, counted.unwrap().facets);
    let half = ground.index.find(&ask("10000000099")).unwrap();
    assert!(
        half.ids.is_empty() && !half.loose,
        "half a number is like no number"
    );
}

#[test]
fn it_is_kept_by_one_process_and_remembers_how_far_it_reaches() {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::open(dir.path()).unwrap();
    assert_eq!(index.mark(), None);
    index.put(vec![entry(0, "河边")], mark(5), false).unwrap();
    assert!(matches!(Index::open(dir.path()), Err(SearchError::InUse)));
    drop(index);
    let index = Index::open(dir.path()).unwrap();
    assert_eq!(index.mark(), Some(mark(5)));
    assert_eq!(index.find(&ask("河边")).unwrap().ids, ["case-0"]);
    assert!(!index.wanted_anew());
    search::ask_rebuild(dir.path()).unwrap();
    assert!(index.wanted_anew() && !index.wanted_anew());
    index.clear().unwrap();
    assert_eq!(index.mark(), None);
    assert!(index.find(&ask("")).unwrap().ids.is_empty());
}

#[test]
fn rubbish_in_its_place_is_begun_anew() {
    let dir = tempfile::tempdir().unwrap();
    drop(Index::open(dir.path()).unwrap());
    std::fs::write(dir.path().join("files/meta.json"), b"{ not json").unwrap();
    let index = Index::open(dir.path()).unwrap();
    assert_eq!(index.mark(), None);
    index.put(vec![entry(0, "河边")], mark(1), false).unwrap();
    assert_eq!(index.find(&ask("河边")).unwrap().ids.len(), 1);
}

#[test]
fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("index");
    let _index = Index::open(&root).unwrap();
    for path in [root.clone(), root.join("files")] {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Any question about any text is answered, and a fragment of two letters or more finds it.
    #[test]
    fn any_text_is_found_by_its_fragments(
        text in "[\\PC\\p{Cf}\\p{M}]{2,30}",
        from in 0_usize..30,
        length in 2_usize..8,
    ) {
        let ground = ground(vec![entry(0, &text)]);
        let part: String = text.chars().skip(from).take(length).collect();
        let answer = ground.index.find(&ask(&part)).unwrap();
        let asked = Pieces::new(part.split_whitespace());
        // One letter of the alphabet alone stands beside others in the text.
        let telling = part.split(|c: char| !c.is_alphanumeric()).all(|p| p.chars().count() != 1);
        if telling || asked.is_empty() {
            prop_assert_eq!(answer.ids.len(), 1, "{:?} in {:?}", part, text);
        }
    }
}
