//! The duty roster: turns, nights, stand-ins, gaps (R16, R68, R122).

use domain::clock::Calendar;
use domain::duty::{Days, Pattern, Roster, Shift, Single, Window, gaps, midnight};
use domain::id::{DutyPersonId, UnitId};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn unit() -> UnitId {
    UnitId::from("urban-management")
}

fn person(name: &str) -> DutyPersonId {
    DutyPersonId::from(name)
}

fn pattern(from: u16, to: u16, days: Days, people: &[&str]) -> Pattern {
    Pattern {
        unit: unit(),
        rank: 1,
        from,
        to,
        days,
        people: people.iter().map(|name| person(name)).collect(),
        step: 1,
        starts: date(2026, 11, 23),
        ends: None,
    }
}

fn start(day: Date) -> i64 {
    midnight(&Calendar::plain(), day)
}

fn on(roster: &Roster, at: i64) -> Vec<String> {
    let shifts = roster.on_at(&Calendar::plain(), &unit(), at);
    shifts.iter().map(|s| s.person.to_string()).collect()
}

#[test]
fn people_take_turns_and_a_night_ends_on_the_next_day() {
    let roster = Roster {
        patterns: vec![
            pattern(8 * 60, 20 * 60, Days::All, &["a", "b"]),
            pattern(20 * 60, 8 * 60, Days::All, &["c", "d", "e"]),
        ],
        singles: Vec::new(),
    };
    let monday = start(date(2026, 11, 23));
    assert_eq!(on(&roster, monday + 9 * HOUR), ["a"]);
    assert_eq!(on(&roster, monday + DAY + 9 * HOUR), ["b"]);
    assert_eq!(on(&roster, monday + 23 * HOUR), ["c"]);
    assert_eq!(on(&roster, monday + DAY + 3 * HOUR), ["c"], "past midnight");
    assert_eq!(on(&roster, monday + DAY + 21 * HOUR), ["d"]);
    assert_eq!(on(&roster, monday + 3 * DAY + 21 * HOUR), ["c"]);
    assert!(on(&roster, monday + 3 * HOUR).is_empty(), "before it began");
}

#[test]
fn r122_a_day_of_sixteen_hours_leaves_eight_uncovered() {
    let roster = Roster {
        patterns: vec![pattern(6 * 60, 22 * 60, Days::All, &["a"])],
        singles: Vec::new(),
    };
    let monday = start(date(2026, 11, 23));
    let calendar = Calendar::plain();
    let shifts = roster.shifts(&calendar, monday, monday + 2 * DAY);
    let whole = [Window {
        from: monday,
        to: monday + 2 * DAY,
    }];
    let found = gaps(&whole, shifts.iter());
    let hours: Vec<(i64, i64)> = found
        .iter()
        .map(|g| ((g.from - monday) / HOUR, (g.to - monday) / HOUR))
        .collect();
    assert_eq!(hours, [(0, 6), (22, 30), (46, 48)]);
}

#[test]
fn working_days_and_days_off_have_their_own_people() {
    let roster = Roster {
        patterns: vec![
            pattern(0, 0, Days::Working, &["a"]),
            pattern(0, 0, Days::Off, &["b"]),
        ],
        singles: Vec::new(),
    };
    let saturday = start(date(2026, 11, 28));
    assert_eq!(on(&roster, saturday - HOUR), ["a"]);
    assert_eq!(on(&roster, saturday + HOUR), ["b"]);
}

#[test]
fn r68_a_swap_moves_its_hours_and_no_others_and_the_later_word_wins() {
    let monday = start(date(2026, 11, 23));
    let single = |who: &str, from: i64, to: i64| Single {
        unit: unit(),
        rank: 1,
        from: monday + from * HOUR,
        to: monday + to * HOUR,
        person: person(who),
        stands_in: true,
    };
    let roster = Roster {
        patterns: vec![pattern(8 * 60, 20 * 60, Days::All, &["a"])],
        singles: vec![single("b", 10, 14), single("c", 12, 13)],
    };
    let at = |hour: i64| on(&roster, monday + hour * HOUR);
    assert_eq!(
        [at(9), at(11), at(12), at(13), at(15)].concat(),
        ["a", "b", "c", "b", "a"]
    );
    let shifts = roster.shifts(&Calendar::plain(), monday, monday + DAY);
    let length: i64 = shifts.iter().map(|s| s.to - s.from).sum();
    assert_eq!(length, 12 * HOUR, "nothing was lost and nothing doubled");
}

#[test]
fn a_stand_in_where_nobody_is_on_fills_the_gap() {
    let monday = start(date(2026, 11, 23));
    let roster = Roster {
        patterns: Vec::new(),
        singles: vec![Single {
            unit: unit(),
            rank: 2,
            from: monday,
            to: monday + HOUR,
            person: person("b"),
            stands_in: true,
        }],
    };
    assert_eq!(on(&roster, monday), ["b"]);
    assert!(on(&roster, monday + HOUR).is_empty());
}

fn shifts() -> impl Strategy<Value = Vec<Shift>> {
    let one = (0_i64..100, 1_i64..30).prop_map(|(from, length)| Shift {
        unit: UnitId::from("u"),
        rank: 1,
        from,
        to: from + length,
        person: DutyPersonId::from("p"),
        stands_in: false,
    });
    proptest::collection::vec(one, 0..8)
}

proptest! {
    /// A moment that somebody has to be on is either somebody's or in a gap, never both.
    #[test]
    fn a_moment_is_covered_or_in_a_gap(shifts in shifts(), from in 0_i64..60, length in 1_i64..60) {
        let windows = [Window { from, to: from + length }];
        let found = gaps(&windows, shifts.iter());
        for at in 0..130 {
            let wanted = (from..from + length).contains(&at);
            let covered = shifts.iter().any(|s| s.from <= at && at < s.to);
            let gap = found.iter().any(|g| g.from <= at && at < g.to);
            prop_assert_eq!(gap, wanted && !covered, "at {}", at);
        }
    }

    /// However many stand in, nobody's rank is held by two at once.
    #[test]
    fn a_rank_is_held_by_one(stand_ins in proptest::collection::vec((0_i64..48, 1_i64..20), 0..8)) {
        let monday = start(date(2026, 11, 23));
        let singles = stand_ins.iter().enumerate().map(|(n, (from, length))| Single {
            unit: unit(),
            rank: 1,
            from: monday + from * HOUR,
            to: monday + (from + length) * HOUR,
            person: person(&n.to_string()),
            stands_in: true,
        });
        let roster = Roster {
            patterns: vec![pattern(8 * 60, 20 * 60, Days::All, &["a", "b"])],
            singles: singles.collect(),
        };
        for hour in 0..72 {
            prop_assert!(on(&roster, monday + hour * HOUR).len() <= 1);
        }
    }
}
