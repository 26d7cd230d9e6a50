//! The log cannot be rewritten without it showing (law 10).

use std::ops::ControlFlow;

use store::{AuditRow, Record, Store, VerifyError};

use crate::build::{T0, intake};
use crate::ground::{Ground, on_both};

async fn fill(store: &Store) {
    for number in 0..5 {
        let mut change = intake(&format!("n{number}"), T0);
        change.records.push(Record::Audit(AuditRow {
            at: T0,
            actor: "op-1".into(),
            action: "unmask".into(),
            resource: format!("case:n{number}"),
            ..AuditRow::default()
        }));
        store.append(change).await.unwrap();
    }
}

/// Tampers, expects the first bad position, and puts it right again.
async fn found(ground: &Ground, store: &Store, wrong: &str, right: &str, chain: &str, pos: i64) {
    ground.tamper(wrong).await;
    match store.verify(|_| {}).await {
        Err(VerifyError::Bad(bad)) => assert_eq!((bad.chain, bad.pos), (chain, pos), "{bad}"),
        other => panic!("{wrong}: {other:?}"),
    }
    ground.tamper(right).await;
    store.verify(|_| {}).await.unwrap();
}

#[tokio::test]
async fn each_kind_of_rewriting_is_found_where_it_happened() {
    on_both(async |ground| {
        let store = ground.open().await;
        fill(&store).await;
        let whole = store.verify(|_| {}).await.unwrap();
        assert_eq!((whole.events, whole.cases, whole.audits), (10, 5, 5));

        found(
            &ground,
            &store,
            "UPDATE log SET body = replace(body, '望澜', '望兰') WHERE pos = 4",
            "UPDATE log SET body = replace(body, '望兰', '望澜') WHERE pos = 4",
            "log",
            4,
        )
        .await;
        found(
            &ground,
            &store,
            "UPDATE log SET at = at + 1 WHERE pos = 7",
            "UPDATE log SET at = at - 1 WHERE pos = 7",
            "log",
            7,
        )
        .await;
        found(
            &ground,
            &store,
            "UPDATE log SET pos = 100 WHERE pos = 6",
            "UPDATE log SET pos = 6 WHERE pos = 100",
            "log",
            6,
        )
        .await;
        found(
            &ground,
            &store,
            "UPDATE audit SET actor = 'op-2' WHERE pos = 3",
            "UPDATE audit SET actor = 'op-1' WHERE pos = 3",
            "audit",
            3,
        )
        .await;
        // The last event cut off, the head left behind.
        ground.tamper("DELETE FROM log WHERE pos = 10").await;
        match store.verify(|_| {}).await {
            Err(VerifyError::Bad(bad)) => assert_eq!(bad.pos, 10),
            other => panic!("{other:?}"),
        }
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_scan_sees_every_event_and_can_stop() {
    on_both(async |ground| {
        let store = ground.open().await;
        fill(&store).await;
        let mut seen = Vec::new();
        store
            .scan(3, |event| {
                seen.push(event.pos);
                if event.pos == 8 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })
            .await
            .unwrap();
        assert_eq!(seen, [3, 4, 5, 6, 7, 8]);
        let mut cases = Vec::new();
        store
            .scan_cases(|case| {
                cases.push((case.id.clone(), case.state.is_empty()));
                ControlFlow::Continue(())
            })
            .await
            .unwrap();
        assert_eq!(cases.len(), 5);
        assert!(
            cases.iter().all(|(_, empty)| !empty),
            "with the state to fold against"
        );
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_backup_taken_under_load_is_whole() {
    let ground = Ground::sqlite().await;
    let store = ground.open().await;
    fill(&store).await;
    let writing = {
        let store = store.clone();
        tokio::spawn(async move {
            let mut last = 0;
            for number in 0..300 {
                last = store
                    .append(intake(&format!("w{number}"), T0))
                    .await
                    .unwrap()
                    .last;
            }
            last
        })
    };
    let copy = ground.dir.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    let last = writing.await.unwrap();
    let verified = Store::check_file(&copy).await.unwrap();
    assert!(verified.events >= 10 && verified.events <= last);
    assert_eq!(store.verify(|_| {}).await.unwrap().events, 610);
    store.close().await;

    // A copy with a damaged row is refused.
    let connection = rusqlite::Connection::open(&copy).unwrap();
    connection
        .execute_batch("UPDATE log SET unit = 'x' WHERE pos = 2")
        .unwrap();
    drop(connection);
    assert!(matches!(Store::check_file(&copy).await, Err(VerifyError::Bad(bad)) if bad.pos == 2));
    // And something that is no database at all.
    let noise = ground.dir.path().join("noise.db");
    std::fs::write(&noise, vec![7; 8192]).unwrap();
    assert!(matches!(
        Store::check_file(&noise).await,
        Err(VerifyError::Store(_))
    ));
}

#[tokio::test]
async fn a_server_has_its_own_backup() {
    let ground = Ground::postgres().await;
    let store = ground.open().await;
    let copy = ground.dir.path().join("copy.db");
    assert!(store.backup(&copy).await.is_err());
    assert!(!copy.exists());
    store.close().await;
}
