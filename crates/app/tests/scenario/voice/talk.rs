//! Talk time by whose matter it was.

use super::Desk12345;
use domain::desk::Desk;
use domain::right::Role;
use testkit::people::person;
use testkit::people::{lead, operator};
use testkit::{Caller, StoreKind};
use voice::call::{Cause, Ender, Heard, LegId};

async fn talk_is_counted(kind: StoreKind) {
    let desk = Desk12345::open(kind).await;
    let who = operator(Desk::Hotline);
    let floor = async || {
        desk.platform
            .app
            .call_floor(&lead(Desk::Hotline))
            .await
            .unwrap()
    };
    assert!(floor().await.talk.is_empty());
    desk.sit(&who).await;
    // A minute about this desk's own matter, four about the other's, one about nothing.
    for (n, told, minutes) in [
        (1, Some("路灯坏了，晚上看不见路"), 1),
        (2, Some("家里进了小偷，东西被偷了"), 4),
        (3, None, 1),
    ] {
        let (call, seat) = desk.taken(&format!("1000000005{n}")).await;
        if let Some(told) = told {
            let case = desk
                .platform
                .take(&who, Caller::says(told).contact())
                .await
                .unwrap();
            desk.bind(&who, call, &case.brief.id).await.unwrap();
        }
        desk.platform.clock.advance(minutes * 60_000);
        for leg in [LegId::arrived(call), seat] {
            desk.over(leg, Ender::Remote, 60).await;
        }
        desk.ask(&who, app::view::SeatAsk::WrappedUp).await.unwrap();
    }
    let told: Vec<(Option<String>, i64, i64)> = floor()
        .await
        .talk
        .into_iter()
        .map(|talk| (talk.desk, talk.calls, talk.mean_s))
        .collect();
    assert_eq!(
        told[0],
        (Some("police".to_owned()), 1, 240),
        "the most talk first: {told:?}"
    );
    assert_eq!(told.len(), 3);
    assert!(
        told[1..]
            .iter()
            .all(|(desk, calls, mean)| desk.as_deref() != Some("police")
                && (*calls, *mean) == (1, 60)),
        "{told:?}"
    );
    let shares: f64 = floor().await.talk.iter().map(|talk| talk.share).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    // What is older than thirty days is not counted.
    desk.platform.clock.advance(31 * testkit::DAY);
    assert!(floor().await.talk.is_empty());
}

#[tokio::test]
async fn r9_the_other_desk_s_matters_hold_the_line_longer_and_it_is_said_sqlite() {
    talk_is_counted(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn r9_the_other_desk_s_matters_hold_the_line_longer_and_it_is_said_postgres() {
    talk_is_counted(StoreKind::Postgres).await;
}

/// What comes in and is given up counts, too: the rates of calls are of records, not of cases (R33).
async fn calls_are_figures(kind: StoreKind) {
    let desk = Desk12345::open(kind).await;
    let figures = async || {
        let assessor = person(Role::Assessor, "desk-12345");
        let view = desk
            .platform
            .app
            .score_figures(&assessor, "2026-11", "")
            .await;
        let value = |metric: &str| {
            let figures = &view.as_ref().unwrap().figures;
            let found = figures
                .iter()
                .find(|figure| figure.metric == metric)
                .unwrap();
            found.value.clone()
        };
        [
            "connection_rate",
            "answered_30s",
            "mean_wait_seconds",
            "mean_talk_seconds",
        ]
        .map(value)
    };
    assert_eq!(
        figures().await,
        [None, None, None, None],
        "no calls, no data"
    );
    // Two are given up: one at once, which was no call, and one after a minute.
    for (n, waited) in [(1, 3_000), (2, 60_000)] {
        let call = desk.call(&format!("1000000006{n}")).await;
        desk.platform.clock.advance(waited);
        let gone = Heard::Ended {
            by: Ender::Remote,
            cause: Cause::sip(487),
        };
        desk.leg(LegId::arrived(call), gone).await;
    }
    let who = operator(Desk::Hotline);
    desk.sit(&who).await;
    // Two are answered, after twenty seconds and after forty, and last a minute and two.
    for (n, waited, talked) in [(3, 20_000, 60_000), (4, 40_000, 120_000)] {
        let call = desk.call(&format!("1000000006{n}")).await;
        let seat = desk.placed(call).leg;
        desk.platform.clock.advance(waited);
        desk.leg(seat, Heard::Answered).await;
        desk.leg(LegId::arrived(call), Heard::Answered).await;
        desk.platform.clock.advance(talked);
        for leg in [LegId::arrived(call), seat] {
            desk.over(leg, Ender::Remote, 60).await;
        }
        desk.ask(&who, app::view::SeatAsk::WrappedUp).await.unwrap();
    }
    let some = |text: &str| Some(text.to_owned());
    // 2 of 4 − 1; 1 of 4; 60 s and 180 s over 2.
    assert_eq!(
        figures().await,
        [
            some("66.666667"),
            some("25.000000"),
            some("30.000000"),
            some("90.000000")
        ]
    );
    testkit::check_platform(&desk.platform).await;
}

#[tokio::test]
async fn r33_what_comes_in_and_is_given_up_is_counted_sqlite() {
    calls_are_figures(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn r33_what_comes_in_and_is_given_up_is_counted_postgres() {
    calls_are_figures(StoreKind::Postgres).await;
}
