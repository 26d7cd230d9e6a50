//! Schemes against what was published by them, and against their own words.
#![cfg(test)]

use insight::{Book, Scheme};
use rust_decimal::Decimal;

fn dec(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn scored(book: &Book, scheme: &Scheme, values: &[(&str, &str)]) -> insight::scheme::Scored {
    for (name, _) in values {
        assert!(book.metric(name).is_some(), "{name}");
    }
    let row: Vec<Option<Decimal>> = book
        .metrics()
        .map(|metric| {
            let given = values.iter().find(|(name, _)| *name == metric.id);
            given.map(|(_, text)| dec(text))
        })
        .collect();
    scheme.score(&row).unwrap()
}

fn score(scheme: &str, values: &[(&str, &str)]) -> Option<Decimal> {
    let book = Book::shipped().unwrap();
    scored(&book, book.scheme(scheme).unwrap(), values).score
}

#[test]
fn everything_shipped_reads() {
    let book = Book::shipped().unwrap_or_else(|fault| panic!("{fault}"));
    assert!(book.metrics().count() >= 40);
    assert_eq!(book.schemes().count(), 11);
    for metric in book.metrics() {
        assert!(
            !metric.zh.is_empty() && !metric.en.is_empty(),
            "{}",
            metric.id
        );
    }
}

/// The definitions that are standard practice, each there with its denominator.
#[test]
fn law_9_every_definition_of_the_trade_is_shipped() {
    let book = Book::shipped().unwrap();
    for name in [
        "接通率",
        "及时签收率",
        "派单准确率",
        "退单率",
        "按时办结率",
        "联系率（响应率）",
        "解决率",
        "满意率",
        "重办率",
        "重复诉求率",
        "延期率",
        "督办率",
        "回访成功率",
        "分流率",
        "回流率",
        "直接办结（在线解答）率",
        "知识采纳率",
        "问题有人管",
        "解决有渠道",
        "结果有反馈",
        "推诿有惩戒",
    ] {
        let metric = book.metrics().find(|metric| metric.zh == name);
        let metric = metric.unwrap_or_else(|| panic!("{name}"));
        // Calls are counted from their records: the formula divides what was counted there.
        assert!(
            metric.made.is_some() || metric.denominator.is_some() && metric.numerator.is_some(),
            "{name}"
        );
    }
    let without: Vec<&str> = book
        .metrics()
        .filter(|metric| !metric.lacks.is_empty())
        .map(|metric| metric.id.as_str())
        .collect();
    assert_eq!(without, ["knowledge_adoption"]);
}

/// Six rows of a public notice of 2023: closing, satisfied, feedback in time, valid follow-up, score.
/// Who they are of is left out.
#[test]
fn the_six_published_rows_come_out_to_a_tenth() {
    for (closing, satisfied, feedback, follow_up, published) in [
        ("98.06", "99.00", "100.00", "100.00", "99.3"),
        ("98.44", "98.37", "100.00", "100.00", "99.2"),
        ("97.95", "98.44", "100.00", "99.96", "99.1"),
        ("96.21", "94.01", "100.00", "100.00", "97.4"),
        ("100.00", "100.00", "100.00", "100.00", "100.0"),
        ("99.25", "97.02", "100.00", "100.00", "99.0"),
    ] {
        let score = score(
            "weighted_columns",
            &[
                ("closing_rate", closing),
                ("satisfied", satisfied),
                ("feedback_on_time", feedback),
                ("valid_follow_up", follow_up),
            ],
        );
        let tenth = insight::number::rounded(score.unwrap(), 1);
        assert_eq!(tenth, dec(published), "{closing} {satisfied}");
    }
}

#[test]
fn r35_a_point_below_a_hundred_costs_0_05() {
    for (rate, score_of) in [
        ("100", "0"),
        ("99", "-0.05"),
        ("93", "-0.35"),
        ("99.4", "-0.03"),
        ("0", "-5"),
        ("101", "0"),
    ] {
        assert_eq!(
            score("buildup", &[("buildup", rate)]),
            Some(dec(score_of)),
            "{rate}"
        );
    }
    assert_eq!(score("buildup", &[]), None, "no data is no full mark");
}

#[test]
fn r42_r71_three_points_are_one_and_two_and_half_a_point_counts() {
    let all = [
        ("sign_on_time", "100"),
        ("feedback_on_time", "100"),
        ("result_on_time", "100"),
        ("closing_rate", "100"),
        ("satisfied", "100"),
    ];
    let book = Book::shipped().unwrap();
    for scheme in ["county_regular", "county_year"] {
        let whole = scored(&book, book.scheme(scheme).unwrap(), &all);
        assert_eq!(whole.score, Some(dec("3")));
        let points: Vec<Option<Decimal>> = whole.parts.iter().map(|part| part.points).collect();
        assert_eq!(
            points,
            [Some(dec("1")), Some(dec("2")), Some(dec("0"))],
            "{scheme}"
        );
        let less: Vec<(&str, &str)> = all.iter().copied().chain([("defects", "1")]).collect();
        assert_eq!(score(scheme, &less), Some(dec("2.5")), "{scheme}");
    }
    let periods = |id: &str| book.scheme(id).unwrap().periods.clone();
    assert_ne!(
        periods("county_regular"),
        periods("county_year"),
        "two periods, two schemes"
    );
}

#[test]
fn base_and_bonus_less_deduction() {
    assert_eq!(
        score(
            "base_bonus",
            &[("result_on_time", "100"), ("redo_rate", "0")]
        ),
        Some(dec("100"))
    );
    let rows = [
        ("result_on_time", "90"),
        ("redo_rate", "5"),
        ("bonus_points", "2.25"),
        ("defects", "1"),
        ("hotline_defects", "9"),
        ("test_call_failures", "1"),
    ];
    // 100 + 2.25 - 0.5 - 2 (no more than the part has) - 1 - 0.5 - 1
    assert_eq!(score("base_bonus", &rows), Some(dec("97.25")));
}

#[test]
fn law_9_a_part_without_data_is_left_out_and_said_so() {
    let book = Book::shipped().unwrap();
    let scheme = book.scheme("hundred_points").unwrap();
    let values = [("closing_rate", "90"), ("satisfied", "80")];
    let scored = scored(&book, scheme, &values);
    let parts: Vec<(Option<Decimal>, bool)> = scored
        .parts
        .iter()
        .map(|part| (part.points, part.no_data))
        .collect();
    assert_eq!(
        parts,
        [
            (None, true),
            (Some(dec("36")), false),
            (Some(dec("32")), false),
            (None, true)
        ]
    );
    // 68 of 80 points that could be counted.
    assert_eq!(scored.score, Some(dec("85")));
    assert_eq!(scored.adjustment, dec("17"));
    assert_eq!(score("hundred_points", &[]), None);
}

#[test]
fn the_red_and_black_list_make_themselves() {
    let book = Book::shipped().unwrap();
    let scheme = book.scheme("red_black").unwrap();
    let lists = |values: &[(&str, &str)]| {
        let row: Vec<Option<Decimal>> = book
            .metrics()
            .map(|metric| {
                values
                    .iter()
                    .find(|(name, _)| *name == metric.id)
                    .map(|(_, v)| dec(v))
            })
            .collect();
        let score = scheme.score(&row).unwrap().score;
        scheme.lists(&row, score).unwrap()
    };
    let good = [
        ("matters", "40"),
        ("satisfied", "92"),
        ("sign_on_time", "99"),
        ("return_rate", "1"),
        ("redo_rate", "0"),
        ("result_on_time", "97"),
    ];
    let bad = [
        ("matters", "40"),
        ("satisfied", "60"),
        ("sign_on_time", "70"),
        ("return_rate", "20"),
        ("redo_rate", "12"),
        ("result_on_time", "55"),
    ];
    let few = [("matters", "2"), ("result_on_time", "0")];
    assert_eq!(lists(&good), (true, false));
    assert_eq!(lists(&bad), (false, true));
    assert_eq!(lists(&few), (false, false));
}
