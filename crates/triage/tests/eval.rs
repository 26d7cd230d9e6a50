//! The narratives in `eval/`: whole, labelled by the list that is shipped, and as agreed upon as
//! their README says.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which Clippy does not take for tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use triage::{Direction, Engine};

const COLUMNS: &str = "id,set,pair,split,channel,text,desk,matter,also,urgency,danger,danger_kind,style,why,first,second,settled";

struct Row {
    file: String,
    fields: BTreeMap<&'static str, String>,
}

impl Row {
    fn get(&self, column: &str) -> &str {
        &self.fields[column]
    }

    /// The settled labels in the spelling of `first` and `second`.
    fn settled(&self) -> String {
        let danger = match self.get("danger") {
            "yes" => self.get("danger_kind"),
            no => no,
        };
        let labels = [
            self.get("desk"),
            self.get("matter"),
            self.get("urgency"),
            danger,
        ];
        labels.join("/")
    }
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/eval"))
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "csv") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!text.contains('"'), "{file}: a quotation mark");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(COLUMNS), "{file}");
        for line in lines {
            let values: Vec<_> = line.split(',').map(str::to_owned).collect();
            let columns: Vec<_> = COLUMNS.split(',').collect();
            assert_eq!(values.len(), columns.len(), "{file}: {line}");
            rows.push(Row {
                file: file.clone(),
                fields: columns.into_iter().zip(values).collect(),
            });
        }
    }
    rows
}

fn kinds() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/danger.toml");
    let rules: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let kind = |rule: &toml::Value| rule["kind"].as_str().unwrap().to_owned();
    rules["rule"].as_array().unwrap().iter().map(kind).collect()
}

/// Agreement of two labellings beyond what chance would give.
fn kappa(pairs: &[(String, String)]) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap());
    let share = |n: usize| number(n) / number(pairs.len());
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (first, second) in pairs {
        counts.entry(first).or_default().0 += 1;
        counts.entry(second).or_default().1 += 1;
    }
    let seen = share(pairs.iter().filter(|(a, b)| a == b).count());
    let chance: f64 = counts.values().map(|&(a, b)| share(a) * share(b)).sum();
    (seen - chance) / (1.0 - chance)
}

#[test]
fn there_are_1600_and_400_of_them_are_held_and_400_for_development() {
    let rows = rows();
    assert_eq!(rows.len(), 1600);
    let ids: BTreeSet<_> = rows.iter().map(|r| r.get("id")).collect();
    let texts: BTreeSet<_> = rows.iter().map(|r| r.get("text")).collect();
    assert_eq!((ids.len(), texts.len()), (1600, 1600));
    let count = |column: &str, value: &str| rows.iter().filter(|r| r.get(column) == value).count();
    let splits = ["tune", "held", "dev"].map(|split| count("split", split));
    assert_eq!(splits, [800, 400, 400]);
    let sets = ["kinds", "danger", "pairs"].map(|set| count("set", set));
    assert_eq!(sets, [800, 266, 534]);
    for row in &rows {
        let place = format!("{}-{}", row.get("split"), row.get("set"));
        assert!(row.file.starts_with(&place), "{}", row.get("id"));
        let length = row.get("text").chars().count();
        assert!((8..=300).contains(&length), "{}: {length}", row.get("id"));
        assert!(!row.get("why").is_empty(), "{}", row.get("id"));
    }
}

#[test]
fn both_of_a_pair_lie_in_one_split_and_differ() {
    let rows = rows();
    let mut pairs: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows.iter().filter(|r| r.get("set") == "pairs") {
        assert!(row.get("id").starts_with(row.get("pair")));
        pairs.entry(row.get("pair")).or_default().push(row);
    }
    assert_eq!(pairs.len(), 267);
    let mut apart = 0;
    for (pair, two) in pairs {
        assert_eq!(two.len(), 2, "{pair}");
        assert_eq!(two[0].get("split"), two[1].get("split"), "{pair}");
        apart += usize::from(two[0].settled() != two[1].settled());
    }
    assert!(apart >= 257, "only {apart} pairs part");
}

#[test]
fn every_label_is_one_of_the_shipped_list() {
    let engine = Engine::shipped().unwrap();
    let list = engine.list();
    let group = |direction: Direction| -> BTreeSet<_> {
        let groups = list.groups.iter().filter(|g| g.direction == direction);
        groups.map(|g| g.code.as_str()).collect()
    };
    let (police, hotline) = (group(Direction::ToPolice), group(Direction::ToHotline));
    let matters: BTreeMap<_, _> = list
        .matters
        .iter()
        .map(|m| (m.code.as_str(), m.group.as_str()))
        .collect();
    let scope: BTreeSet<_> = list.scope.iter().map(|s| s.code.as_str()).collect();
    let kinds = kinds();
    let mut used = BTreeSet::new();
    let rows = rows();
    for row in &rows {
        let (id, matter, desk) = (row.get("id"), row.get("matter"), row.get("desk"));
        let known =
            |code: &str| code == "none" || matters.contains_key(code) || scope.contains(code);
        assert!(known(matter), "{id}: {matter}");
        let also = row.get("also");
        assert!(
            also.is_empty() || also.split('/').all(known),
            "{id}: {also}"
        );
        assert!(
            ["normal", "urgent", "critical"].contains(&row.get("urgency")),
            "{id}"
        );
        used.insert(matter);
        if row.get("danger") == "yes" {
            assert!(kinds.contains(row.get("danger_kind")), "{id}");
            assert_eq!(desk, "police", "{id}: danger goes to the police first");
            assert_ne!(row.get("urgency"), "normal", "{id}");
            continue;
        }
        assert_eq!(
            (row.get("danger"), row.get("danger_kind")),
            ("no", ""),
            "{id}"
        );
        match matters.get(matter) {
            Some(of) if police.contains(of) => assert_eq!(desk, "police", "{id}"),
            Some(of) if hotline.contains(of) => assert_eq!(desk, "hotline", "{id}"),
            Some(of) => panic!("{id}: group {of}"),
            None if matter == "none" => {}
            None => assert_eq!(desk, "either", "{id}"),
        }
    }
    let all = matters.keys().chain(&scope);
    let missed: Vec<_> = all.filter(|code| !used.contains(*code)).collect();
    assert!(missed.is_empty(), "no narrative for {missed:?}");
}

/// Where the two labellings differ somebody said why; where they agree nothing was changed.
#[test]
fn what_was_settled_has_its_reason() {
    for row in rows() {
        let (id, first, second) = (row.get("id"), row.get("first"), row.get("second"));
        for labels in [first, second] {
            assert_eq!(labels.split('/').count(), 4, "{id}: {labels}");
        }
        if first == second {
            assert_eq!(row.settled(), first, "{id}");
        }
        assert_eq!(row.get("settled").is_empty(), first == second, "{id}");
    }
}

#[test]
fn the_agreement_is_what_the_readme_says() {
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let rows = rows();
    let line = |name: &str, part: usize, only_whether: bool| {
        let label = |labels: &str| {
            let label = labels.split('/').nth(part).unwrap();
            let label = if only_whether && label != "no" {
                "yes"
            } else {
                label
            };
            label.to_owned()
        };
        let of = |splits: &[&str]| -> Vec<(String, String)> {
            let rows = rows.iter().filter(|r| splits.contains(&r.get("split")));
            rows.map(|r| (label(r.get("first")), label(r.get("second"))))
                .collect()
        };
        let differ = |pairs: &[(String, String)]| pairs.iter().filter(|(a, b)| a != b).count();
        let (all, held, dev) = (of(&["tune", "held"]), of(&["held"]), of(&["dev"]));
        let (of_all, of_held, of_dev) = (differ(&all), kappa(&held), differ(&dev));
        // In the table of the development set the matter goes without its number of classes.
        let short = name.split(" (").next().unwrap();
        [
            format!("| {name} | {:.3} | {of_held:.3} | {of_all} |", kappa(&all)),
            format!("| {short} | {:.3} | {of_dev} |", kappa(&dev)),
        ]
    };
    for line in [
        line("desk", 0, false),
        line("matter (118 rows and `none`)", 1, false),
        line("urgency", 2, false),
        line("danger, yes or no", 3, true),
        line("danger's kind", 3, false),
    ]
    .into_iter()
    .flatten()
    {
        assert!(readme.contains(&line), "the README lacks {line}");
    }
}
