//! What must hold of any facts: nothing is counted twice, parts make the whole, and counting again
//! gives the same digits.
#![cfg(test)]

use insight::fact::Kept;
use insight::metric::Shape;
use insight::{
    Book, CaseFacts, Exclusion, Exclusions, Inputs, LegFacts, Period, PeriodKind, Reckoner,
    Subject, Verdict, sheet,
};
use proptest::collection::vec;
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

const UNITS: [&str; 5] = ["roads", "water", "power", "market", "desk"];

fn period(from: i64, to: i64) -> Period {
    Period {
        name: "2026".to_owned(),
        kind: PeriodKind::Year,
        from,
        to,
    }
}

fn kept() -> impl Strategy<Value = Kept> {
    prop_oneof![Just(Kept::Open), Just(Kept::InTime), Just(Kept::Late)]
}

fn leg() -> impl Strategy<Value = LegFacts> {
    (
        (
            0_usize..4,
            0_i64..2_000,
            proptest::option::of(0_i64..500_000),
        ),
        (kept(), kept(), kept()),
        (0_u32..3, 0_u32..3, any::<bool>(), 0_usize..4),
    )
        .prop_map(
            |(
                (unit, at, signed),
                (sign, feedback, result),
                (redos, extensions, reached, state),
            )| {
                LegFacts {
                    unit: UNITS[unit].to_owned(),
                    role: if reached { "lead" } else { "assist" }.to_owned(),
                    state: ["signed", "done", "returned", "withdrawn"][state].to_owned(),
                    dispatched_at: at,
                    signed_at: signed.map(|after| at + after),
                    contacted_at: reached.then_some(at),
                    resulted_at: (result != Kept::Open).then_some(at + 7),
                    sign,
                    feedback,
                    result,
                    redos,
                    extensions,
                    ..LegFacts::default()
                }
            },
        )
}

fn case() -> impl Strategy<Value = CaseFacts> {
    (
        (
            0_i64..2_000,
            vec(leg(), 0..4),
            any::<(bool, bool, bool, bool)>(),
        ),
        (
            0_usize..6,
            proptest::option::of(1_u8..=5),
            0_u32..3,
            0_usize..5,
        ),
    )
        .prop_map(
            |((at, legs, (diverted, back, reached, closed)), (outcome, grade, calls, unit))| {
                let outcomes = [
                    "",
                    "answered",
                    "dispatched",
                    "nuisance",
                    "told_to_dial",
                    "merged",
                ];
                CaseFacts {
                    opened_at: at,
                    desk: "police".to_owned(),
                    class_desk: if unit % 2 == 0 { "hotline" } else { "police" }.to_owned(),
                    outcome: outcomes[outcome].to_owned(),
                    unit: UNITS[unit].to_owned(),
                    channel: "phone".to_owned(),
                    diverted,
                    came_back: back,
                    reached: reached && calls > 0,
                    follow_ups: calls,
                    satisfaction: grade.filter(|_| reached && calls > 0),
                    closed_at: closed.then_some(at + 9),
                    resulted_at: legs.iter().find_map(|leg| leg.resulted_at),
                    legs,
                    ..CaseFacts::default()
                }
            },
        )
}

fn cases() -> impl Strategy<Value = Vec<CaseFacts>> {
    vec(case(), 0..40).prop_map(|mut cases| {
        for (n, case) in cases.iter_mut().enumerate() {
            case.id = format!("case-{n}");
            for (m, leg) in case.legs.iter_mut().enumerate() {
                leg.leg = format!("leg-{m}");
            }
        }
        cases
    })
}

/// Every seventh case is left out by a record, every second of them for one unit only.
fn exclusions(cases: &[CaseFacts]) -> Exclusions {
    let some = cases.iter().enumerate().filter(|(n, _)| n % 7 == 3);
    some.map(|(n, case)| {
        let exclusion = Exclusion {
            claim: format!("claim-{n}"),
            ground: "duplicate".to_owned(),
            unit: if n % 2 == 0 {
                String::new()
            } else {
                "roads".to_owned()
            },
            metric: String::new(),
        };
        (case.id.clone(), vec![exclusion])
    })
    .collect()
}

fn subjects() -> Vec<Subject> {
    UNITS
        .iter()
        .map(|unit| Subject {
            unit: (*unit).to_owned(),
            name: (*unit).to_owned(),
            tier: 1,
        })
        .collect()
}

proptest! {
    /// The list beside a figure is the figure, and nothing stands on it twice.
    #[test]
    fn law_9_no_case_is_counted_twice_and_the_list_is_the_figure(cases in cases()) {
        let book = Book::shipped().unwrap();
        let period = period(200, 1_500);
        let exclusions = exclusions(&cases);
        let mut reckoner = Reckoner::new(book.metrics(), period.clone(), exclusions.clone());
        for case in &cases {
            reckoner.add(case).unwrap();
        }
        for metric in book.metrics() {
            let mut seen = BTreeSet::new();
            let (mut counted, mut met, mut left_out) = (0, 0, 0);
            for case in &cases {
                for judged in metric.judge(case, &period, &exclusions).unwrap() {
                    let key = (case.id.clone(), judged.leg.map(|leg| leg.leg.clone()));
                    prop_assert!(seen.insert(key), "{} counts one thing twice", metric.id);
                    match judged.verdict {
                        Verdict::Counted { met: yes, .. } => {
                            counted += 1;
                            met += u64::from(yes);
                        }
                        _ => left_out += 1,
                    }
                }
            }
            let tally = reckoner.tally(&metric.id, None).unwrap();
            prop_assert_eq!(
                (tally.counted, tally.met, tally.by_definition + tally.by_claim),
                (counted, met, left_out)
            );
            prop_assert!(tally.met <= tally.counted);
        }
    }

    /// Units make the platform, and two halves of a period make the whole.
    #[test]
    fn law_9_the_parts_make_the_whole(cases in cases(), middle in 0_i64..2_000) {
        let book = Book::shipped().unwrap();
        let exclusions = exclusions(&cases);
        let count = |from, to| {
            let mut reckoner = Reckoner::new(book.metrics(), period(from, to), exclusions.clone());
            for case in &cases {
                reckoner.add(case).unwrap();
            }
            reckoner
        };
        let whole = count(0, 2_000);
        let halves = [count(0, middle), count(middle, 2_000)];
        for metric in book.metrics() {
            let all = whole.tally(&metric.id, None).unwrap();
            let of_units: Vec<_> =
                UNITS.iter().filter_map(|unit| whole.tally(&metric.id, Some(unit))).collect();
            prop_assert_eq!(of_units.iter().map(|t| t.counted).sum::<u64>(), all.counted);
            prop_assert_eq!(of_units.iter().map(|t| t.met).sum::<u64>(), all.met);
            prop_assert_eq!(of_units.iter().map(|t| t.by_claim).sum::<u64>(), all.by_claim);
            prop_assert_eq!(of_units.iter().map(|t| t.sum).sum::<Decimal>(), all.sum);
            let of_halves: Vec<_> =
                halves.iter().filter_map(|half| half.tally(&metric.id, None)).collect();
            prop_assert_eq!(of_halves.iter().map(|t| t.counted).sum::<u64>(), all.counted, "{}", metric.id);
            prop_assert_eq!(of_halves.iter().map(|t| t.met).sum::<u64>(), all.met);
        }
        // The bars of a histogram are all of what was timed.
        for (bars, mean) in [
            (["sign_30s", "sign_60s", "sign_120s", "sign_180s", "sign_longer"], "mean_sign_minutes"),
            (["depart_5m", "depart_10m", "depart_15m", "depart_30m", "depart_longer"], "mean_depart_minutes"),
            (["feedback_30m", "feedback_60m", "feedback_2h", "feedback_4h", "feedback_longer"], "mean_feedback_minutes"),
        ] {
            let counted = |id: &str| whole.tally(id, None).unwrap().counted;
            prop_assert_eq!(bars.map(counted).iter().sum::<u64>(), counted(mean), "{}", mean);
        }
        for scheme in book.schemes() {
            for line in sheet(&book, scheme, &whole, &Inputs::new(), &subjects()).unwrap().lines {
                let sum: Decimal = line
                    .parts
                    .iter()
                    .filter_map(|part| part.points.map(|p| if part.deduct { -p } else { p }))
                    .sum();
                if let Some(score) = line.score {
                    prop_assert_eq!(sum + line.adjustment, score, "{}", scheme.id);
                }
            }
        }
    }

    /// Whatever order the cases come in, the sheet has the same bytes.
    #[test]
    fn law_9_counting_again_gives_the_same_digits(cases in cases(), seed in any::<u64>()) {
        let book = Book::shipped().unwrap();
        let exclusions = exclusions(&cases);
        let print = |cases: &[CaseFacts]| -> String {
            let mut reckoner = Reckoner::new(book.metrics(), period(0, 2_000), exclusions.clone());
            for case in cases {
                reckoner.add(case).unwrap();
            }
            let sheets: Vec<_> = book
                .schemes()
                .map(|scheme| sheet(&book, scheme, &reckoner, &Inputs::new(), &subjects()).unwrap())
                .collect();
            serde_json::to_string(&sheets).unwrap()
        };
        // Any order will do; this one is thrown by the dice.
        let mut shuffled = cases.clone();
        let mut dice = seed | 1;
        shuffled.sort_by_cached_key(|_| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            dice >> 33
        });
        prop_assert_eq!(print(&cases), print(&shuffled));
    }
}

#[test]
fn r42_the_same_score_shares_a_rank_unless_a_declared_metric_parts_it() {
    let book = Book::shipped().unwrap();
    let scheme = book.scheme("county_regular").unwrap();
    let mut reckoner = Reckoner::new(book.metrics(), period(0, 2_000), Exclusions::new());
    // Four units: one half a point ahead by what was recorded, the next two alike, the last late.
    for (n, unit) in ["roads", "water", "power", "market"]
        .into_iter()
        .enumerate()
    {
        let leg = LegFacts {
            leg: "leg".to_owned(),
            unit: unit.to_owned(),
            role: "lead".to_owned(),
            state: "done".to_owned(),
            sign: Kept::InTime,
            feedback: Kept::InTime,
            result: if unit == "market" {
                Kept::Late
            } else {
                Kept::InTime
            },
            ..LegFacts::default()
        };
        let case = CaseFacts {
            id: format!("case-{n}"),
            unit: unit.to_owned(),
            legs: vec![leg],
            ..CaseFacts::default()
        };
        reckoner.add(&case).unwrap();
    }
    let defect = |unit: &str| (("defects".to_owned(), unit.to_owned()), Decimal::ONE);
    let inputs = Inputs::from([defect("water"), defect("power")]);
    let sheet = sheet(&book, scheme, &reckoner, &inputs, &subjects()).unwrap();
    let ranks: Vec<(&str, Option<u32>, bool, Option<String>)> = sheet
        .lines
        .iter()
        .map(|line| {
            let score = line.score.map(|score| score.to_string());
            (line.subject.unit.as_str(), line.rank, line.tied, score)
        })
        .collect();
    let score = |text: &str| Some(text.to_owned());
    assert_eq!(
        ranks,
        [
            ("roads", Some(1), false, score("3.000")),
            ("power", Some(2), true, score("2.500")),
            ("water", Some(2), true, score("2.500")),
            ("market", Some(4), false, score("1.000")),
            ("desk", None, false, None),
        ]
    );
    // The scheme summons three, but of four only those in the worse half.
    let bottom: Vec<&str> = sheet
        .lines
        .iter()
        .filter(|line| line.bottom)
        .map(|line| line.subject.unit.as_str())
        .collect();
    assert_eq!(bottom, ["market"]);
}

#[test]
fn r67_r44_matters_unit_actions_and_saved_turns_are_counted_apart() {
    let book = Book::shipped().unwrap();
    let ids: Vec<String> = [
        "matters",
        "unit_actions",
        "actions_per_matter",
        "saved_turns",
        "diversion_rate",
        "coverage",
        "connection_rate",
        "knowledge_adoption",
    ]
    .iter()
    .map(|id| (*id).to_owned())
    .collect();
    let mut reckoner = Reckoner::new(book.counted(&ids), period(0, 2_000), Exclusions::new());
    for n in 0..85 {
        // 85 matters, 121 unit-actions.
        let legs = if n < 36 { 2 } else { 1 };
        let case = CaseFacts {
            id: format!("case-{n}"),
            desk: "police".to_owned(),
            class_desk: "hotline".to_owned(),
            channel: "phone".to_owned(),
            diverted: n < 80,
            police_sent: n < 30,
            unit: UNITS[n % 4].to_owned(),
            legs: (0..legs)
                .map(|m| LegFacts {
                    leg: format!("leg-{m}"),
                    unit: UNITS[(n + m) % 4].to_owned(),
                    ..LegFacts::default()
                })
                .collect(),
            ..CaseFacts::default()
        };
        reckoner.add(&case).unwrap();
    }
    let figures = insight::figures(&book, &ids, &reckoner, &Inputs::new(), None, 5).unwrap();
    let value = |id: &str| {
        let figure = figures.iter().find(|figure| figure.metric == id).unwrap();
        figure.value.map(|value| value.to_string())
    };
    assert_eq!(value("matters").as_deref(), Some("85"));
    assert_eq!(value("unit_actions").as_deref(), Some("121"));
    assert_eq!(value("actions_per_matter").as_deref(), Some("1.423529"));
    assert_eq!(value("saved_turns").as_deref(), Some("50.000000"));
    assert_eq!(value("diversion_rate").as_deref(), Some("94.117647"));
    assert_eq!(
        value("coverage").as_deref(),
        Some("80.000000"),
        "4 of 5 units (R110)"
    );
    assert_eq!(value("connection_rate"), None, "no data is not zero");
    let lacking = figures
        .iter()
        .find(|figure| figure.metric == "knowledge_adoption")
        .unwrap();
    assert_eq!(lacking.lacks, ["knowledge_adopted", "knowledge_shown"]);
    assert_eq!(
        book.metric("actions_per_matter").unwrap().shape,
        Shape::Made
    );
}

#[test]
fn r72_before_and_after_are_exact() {
    let figure = |value: i64| insight::Figure {
        metric: "received".to_owned(),
        version: 1,
        denominator: u64::try_from(value).unwrap(),
        numerator: 0,
        by_definition: 0,
        by_claim: 0,
        value: Some(Decimal::from(value)),
        lacks: Vec::new(),
    };
    let change = |before, after| {
        let changes = insight::compare(&[figure(before)], &[figure(after)]).unwrap();
        let percent = changes[0].percent.unwrap();
        (
            changes[0].difference.unwrap(),
            insight::number::rounded(percent, 1).to_string(),
        )
    };
    assert_eq!(
        change(9_000, 7_000),
        (Decimal::from(-2_000), "-22.2".to_owned())
    );
    assert_eq!(change(850, 700), (Decimal::from(-150), "-17.6".to_owned()));
    let none = insight::compare(&[figure(0)], &[figure(7)]).unwrap();
    assert_eq!(none[0].percent, None, "nothing is not a base");
}

/// A weekly bulletin's steps begin where they say: the lower bound is in, the upper is not. Minutes are kept with
/// four places, which is six milliseconds.
#[test]
fn r22_a_bar_holds_its_lower_bound() {
    let book = Book::shipped().unwrap();
    let ids = [
        "sign_30s",
        "sign_60s",
        "sign_120s",
        "sign_180s",
        "sign_longer",
    ];
    for (ms, bar) in [
        (0, 0),
        (29_990, 0),
        (30_000, 1),
        (60_000, 2),
        (119_990, 2),
        (120_000, 3),
        (180_000, 4),
        (86_400_000, 4),
    ] {
        let asked: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let mut reckoner = Reckoner::new(book.counted(&asked), period(0, 2_000), Exclusions::new());
        let leg = LegFacts {
            leg: "leg-1".to_owned(),
            unit: UNITS[0].to_owned(),
            dispatched_at: 1_000,
            signed_at: Some(1_000 + ms),
            ..LegFacts::default()
        };
        let case = CaseFacts {
            id: "case".to_owned(),
            legs: vec![leg],
            ..CaseFacts::default()
        };
        reckoner.add(&case).unwrap();
        let counted = ids.map(|id| reckoner.tally(id, None).unwrap().counted);
        let mut wanted = [0; 5];
        wanted[bar] = 1;
        assert_eq!(counted, wanted, "{ms} ms");
    }
}

/// Calls are counted from their records: the rates divide what was counted there, and a site without
/// lines says nothing.
#[test]
fn r33_the_rates_of_calls_name_both_numbers() {
    let book = Book::shipped().unwrap();
    let ids: Vec<String> = [
        "connection_rate",
        "answered_30s",
        "mean_wait_seconds",
        "mean_talk_seconds",
    ]
    .map(str::to_owned)
    .to_vec();
    let reckoner = Reckoner::new(book.counted(&ids), period(0, 2_000), Exclusions::new());
    let input = |id: &str, number: i64| ((id.to_owned(), String::new()), Decimal::from(number));
    let inputs: Inputs = [
        input("calls_offered", 1_000),
        input("calls_short", 20),
        input("calls_answered", 950),
        input("calls_answered_30s", 900),
        input("calls_wait_seconds", 12_730),
        input("calls_talk_seconds", 142_500),
    ]
    .into_iter()
    .collect();
    let values = |inputs: &Inputs| -> Vec<Option<String>> {
        insight::figures(&book, &ids, &reckoner, inputs, None, 5)
            .unwrap()
            .into_iter()
            .map(|figure| figure.value.map(|value| value.to_string()))
            .collect()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        values(&inputs),
        [
            some("96.938776"),
            some("90.000000"),
            some("13.400000"),
            some("150.000000")
        ]
    );
    assert_eq!(values(&Inputs::new()), [None, None, None, None]);
}
