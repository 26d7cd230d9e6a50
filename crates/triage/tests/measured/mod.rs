//! Figures on narratives nothing was taught by, with floors under them. Prints no text and no row,
//! and nobody should make it.

use domain::desk::Desk;
use domain::id::MatterCode;
use std::collections::BTreeMap;
use triage::{Engine, Model, Query};

type Row = BTreeMap<String, String>;

/// What has to be reached, in the order it is printed.
pub(crate) struct Floors {
    /// Danger by the rules alone: recall.
    pub(crate) ruled: f64,
    /// Danger raised: recall.
    pub(crate) raised: f64,
    /// The same, of what is only shown.
    pub(crate) shown: f64,
    /// Precision of what is raised.
    pub(crate) precision: f64,
    /// Danger raised or asked about: recall.
    pub(crate) asked: f64,
    /// Precision of that.
    pub(crate) asked_precision: f64,
    /// Desk right.
    pub(crate) desk: f64,
    /// The same of the surest nine tenths.
    pub(crate) surest: f64,
    /// Matter right.
    pub(crate) matter: f64,
    /// Matter among those offered.
    pub(crate) offered: f64,
    /// Urgency right.
    pub(crate) urgency: f64,
}

fn rows(split: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for set in ["danger", "kinds", "pairs"] {
        let path = format!("{}/eval/{split}-{set}.csv", env!("CARGO_MANIFEST_DIR"));
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

/// Asks the call that the desk, the office and the command line ask, of the 400 of a split.
pub(crate) fn measure(split: &str, floors: &Floors) {
    let rows = rows(split);
    assert_eq!(rows.len(), 400);
    let engine = Engine::shipped().unwrap();
    let model = Model::train(&engine.lessons());
    let [mut by_rule, mut recall, mut named, mut shown, mut asked] =
        std::array::from_fn(|_| Share::default());
    let [mut precision, mut asked_precision, mut rule_precision] =
        std::array::from_fn(|_| Share::default());
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
        let ruled = !engine.ruled(&query).danger.is_empty();
        if ruled {
            rule_precision.count(get("danger") == "yes");
        }
        if get("danger") == "yes" {
            by_rule.count(ruled);
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
    println!(
        "danger: rules alone recall {:.3}, precision {:.3}",
        by_rule.is(),
        rule_precision.is()
    );
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
        ("danger, by rules alone", by_rule.is(), floors.ruled),
        ("danger raised", recall.is(), floors.raised),
        ("danger raised, of what is shown", shown.is(), floors.shown),
        (
            "precision of what is raised",
            precision.is(),
            floors.precision,
        ),
        ("danger raised or asked about", asked.is(), floors.asked),
        (
            "precision of that",
            asked_precision.is(),
            floors.asked_precision,
        ),
        ("desk", all, floors.desk),
        ("desk, surest nine tenths", most, floors.surest),
        ("matter", matter.is(), floors.matter),
        ("matter among the offered", offered.is(), floors.offered),
        ("urgency", urgency.is(), floors.urgency),
    ];
    for (what, is, floor) in floors {
        assert!(
            is >= floor,
            "{what}: {is:.3} where {floor} was reached before"
        );
    }
}
