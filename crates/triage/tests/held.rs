//! The 400 held narratives, which nothing was tuned by: figures alone, and floors under them, so
//! that the engine cannot get worse unseen. Prints no text and no row, and nobody should make it.
#![expect(
    clippy::unwrap_used,
    clippy::as_conversions,
    reason = "helpers of a test, which Clippy does not take for tests"
)]

use domain::desk::Desk;
use domain::id::MatterCode;
use std::collections::BTreeMap;
use triage::{Engine, Model, Query};

type Row = BTreeMap<String, String>;

fn held() -> Vec<Row> {
    let mut rows = Vec::new();
    for name in ["held-danger", "held-kinds", "held-pairs"] {
        let path = format!("{}/eval/{name}.csv", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
        for line in lines {
            let named = columns.iter().zip(line.split(','));
            rows.push(
                named
                    .map(|(c, v)| ((*c).to_owned(), v.to_owned()))
                    .collect(),
            );
        }
    }
    rows
}

#[derive(Default)]
struct Share {
    right: usize,
    of: usize,
}

impl Share {
    fn count(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }

    fn is(&self) -> f64 {
        self.right as f64 / self.of.max(1) as f64
    }
}

#[test]
fn law_5_danger_desk_and_matter_on_what_nothing_was_tuned_by() {
    let rows = held();
    assert_eq!(rows.len(), 400);
    let engine = Engine::shipped().unwrap();
    let model = Model::train(&engine.lessons());
    let [mut by_rule, mut recall, mut named, mut shown, mut asked] =
        std::array::from_fn(|_| Share::default());
    let [mut precision, mut asked_precision] = std::array::from_fn(|_| Share::default());
    let [mut matter, mut also, mut offered, mut urgency] =
        std::array::from_fn(|_| Share::default());
    let mut desks: Vec<(f64, bool)> = Vec::new();
    for row in &rows {
        let get = |column: &str| row[column].as_str();
        let query = Query {
            narrative: get("text"),
            place: "",
            district: "",
            received_at: Desk::Hotline,
        };
        let assessed = engine.assess(&query, Some(&model));
        let (said, opinion, settled) = (assessed.said, assessed.opinion, assessed.settled);
        let (raised, doubted) = (!said.danger.is_empty(), said.ask.is_some());
        if get("danger") == "yes" {
            by_rule.count(!engine.ruled(&query).danger.is_empty());
            recall.count(raised);
            asked.count(raised || doubted);
            if get("style").split(' ').any(|tag| tag == "shown") {
                shown.count(raised);
            } else {
                named.count(raised);
            }
        }
        if raised {
            precision.count(get("danger") == "yes");
        }
        if raised || doubted {
            asked_precision.count(get("danger") == "yes");
        }
        if get("desk") != "either" {
            let share = settled.desk.map_or(0.0, |(_, share)| share);
            let desk = said.desk.unwrap_or(Desk::Hotline);
            desks.push((share, desk.as_str() == get("desk")));
        }
        let scope = engine.scope(&MatterCode::from(get("matter"))).is_some();
        if get("matter") != "none" && !scope {
            let first = settled.row.map(|r| r.class).unwrap_or_default();
            let allowed = |code: &str| {
                code == get("matter") || get("also").split('/').any(|other| other == code)
            };
            matter.count(first == get("matter"));
            also.count(allowed(&first));
            offered.count(opinion.rows.iter().any(|r| r.class == get("matter")));
        }
        urgency.count(said.urgency.as_str() == get("urgency"));
    }
    desks.sort_by(|a, b| b.0.total_cmp(&a.0));
    let desk_right = |n: usize| {
        let right = desks.iter().take(n).filter(|(_, right)| *right).count();
        right as f64 / n as f64
    };
    let (all, most) = (desk_right(desks.len()), desk_right(desks.len() * 9 / 10));
    println!("danger: rules alone recall {:.3}", by_rule.is());
    println!(
        "danger raised: recall {:.3} (named {:.3}, shown {:.3}), precision {:.3}",
        recall.is(),
        named.is(),
        shown.is(),
        precision.is()
    );
    println!(
        "raised or asked: recall {:.3}, precision {:.3}",
        asked.is(),
        asked_precision.is()
    );
    println!("desk: all {all:.3}, surest 90 % {most:.3}");
    println!(
        "matter: first {:.3}, also allowed {:.3}, among the offered {:.3}",
        matter.is(),
        also.is(),
        offered.is()
    );
    println!("urgency {:.3}", urgency.is());
    let floors = [
        ("danger, by rules alone", by_rule.is(), 0.475),
        ("danger raised", recall.is(), 0.92),
        ("danger raised, of what is shown", shown.is(), 0.88),
        ("precision of what is raised", precision.is(), 0.7),
        ("danger raised or asked about", asked.is(), 0.965),
        ("precision of that", asked_precision.is(), 0.615),
        ("desk", all, 0.825),
        ("desk, surest nine tenths", most, 0.86),
        ("matter", matter.is(), 0.485),
        ("matter among the offered", offered.is(), 0.74),
        ("urgency", urgency.is(), 0.715),
    ];
    for (what, is, floor) in floors {
        assert!(
            is >= floor,
            "{what}: {is:.3} where {floor} was reached before"
        );
    }
}
