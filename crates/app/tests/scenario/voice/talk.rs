//! Talk time by whose matter it was.

use super::Desk12345;
use domain::desk::Desk;
use testkit::people::{lead, operator};
use testkit::{Caller, StoreKind};
use voice::call::{Ender, LegId};

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
