//! One transaction, many changes; each is answered for itself.

use store::{AccountRow, AppendError, AuditRow, Change, InboxRow, NewEnvelope, Record, StoreError};

use crate::build::{T0, event, intake, row, step};
use crate::ground::on_both;

#[tokio::test]
async fn a_change_is_written_whole() {
    on_both(async |ground| {
        let store = ground.open().await;
        let done = store.append(intake("a", T0)).await.unwrap();
        assert_eq!(
            (done.first, done.last, done.versions.clone()),
            (1, 2, vec![2])
        );
        assert_eq!(*store.positions().borrow(), 2);

        let case = store.case("a").await.unwrap().unwrap();
        assert_eq!(case, row("a", 2, T0));
        assert_eq!(store.case_by_no("Wa").await.unwrap().unwrap().id, "a");
        let person = store.person("a").await.unwrap().unwrap();
        assert_eq!(person.caller_number, "10000000042");
        assert_eq!(store.legs("a").await.unwrap().len(), 1);
        let deadlines = store.deadlines("a").await.unwrap();
        assert_eq!(deadlines[0].kind, "sign");
        let events = store.events("a", 0, 10).await.unwrap();
        assert_eq!(
            events
                .iter()
                .map(|event| event.case_seq)
                .collect::<Vec<_>>(),
            [1, 2]
        );
        assert_eq!(
            store.command_answer("c-a").await.unwrap().unwrap().1,
            r#"{"case":"a"}"#
        );

        store.append(step("a", 2, T0 + 5)).await.unwrap();
        let case = store.case("a").await.unwrap().unwrap();
        assert_eq!((case.version, case.updated_at), (3, T0 + 5));
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn how_a_case_stands_is_written_alone_where_nothing_else_changed() {
    on_both(async |ground| {
        let store = ground.open().await;
        store.append(intake("a", T0)).await.unwrap();
        let before = store.case("a").await.unwrap().unwrap();
        let mut moved = step("a", 2, T0 + 5);
        moved.cases[0].row = store::CaseRow {
            version: 3,
            status: "handling".into(),
            accountable_side: "peer".into(),
            accountable_unit: "p".into(),
            danger: true,
            unowned: true,
            task: "unowned".into(),
            updated_at: T0 + 5,
            closed_at: Some(T0 + 5),
            next_due_at: Some(T0 + 9),
            next_due_kind: "sign".into(),
            held_since: T0 + 4,
            state: r#"{"stage":"handling"}"#.into(),
            ..before.clone()
        };
        let row = moved.cases[0].row.clone();
        assert!(row.stands_only(&before));
        moved.cases[0].stands_only = true;
        store.append(moved).await.unwrap();
        assert_eq!(store.case("a").await.unwrap().unwrap(), row, "all of it");

        // Each column that the short statement leaves alone forbids it.
        let changed: [fn(&mut store::CaseRow); 9] = [
            |row| row.place = "别处".into(),
            |row| row.matter = "other".into(),
            |row| row.outcome = "answered".into(),
            |row| row.caller_key = "k".into(),
            |row| row.twin_case = "t".into(),
            |row| row.urgency = 3,
            |row| row.lon = Some(1.0),
            |row| row.archived = true,
            |row| row.twin_no = "T1".into(),
        ];
        for change in changed {
            let mut other = row.clone();
            change(&mut other);
            assert!(!other.stands_only(&before));
        }
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_refused_change_does_not_spoil_its_neighbours() {
    on_both(async |ground| {
        let store = ground.open().await;
        store.append(intake("a", T0)).await.unwrap();
        let mut same_number = intake("b", T0);
        same_number.cases[0].row.no = "Wa".into();
        let mut other_request = intake("z", T0);
        other_request.command = intake("a", T0).command;
        other_request.command.as_mut().unwrap().digest = "other".into();
        let mut wrong_leg = step("a", 3, T0 + 2);
        wrong_leg.cases[0].legs = intake("a", T0).cases.remove(0).legs;
        wrong_leg.cases[0].legs[0].leg_id = "none".into();
        wrong_leg.cases[0].legs[0].new = false;
        let outcomes = store
            .append_all(vec![
                intake("c", T0),
                intake("a", T0),
                other_request,
                step("a", 1, T0 + 1),
                same_number,
                step("a", 2, T0 + 1),
                step("a", 2, T0 + 1),
                wrong_leg,
                intake("c", T0),
                intake("d", T0),
            ])
            .await;
        assert_eq!(outcomes.len(), 10);
        assert_eq!(outcomes[0].as_ref().unwrap().first, 3);
        assert!(
            matches!(&outcomes[1], Err(AppendError::Repeated { answer }) if answer.contains("a"))
        );
        assert!(matches!(outcomes[2], Err(AppendError::KeyReused)));
        assert!(matches!(
            outcomes[3],
            Err(AppendError::Conflict { actual: 2, .. })
        ));
        assert!(
            matches!(&outcomes[4], Err(AppendError::Duplicate { what }) if what.contains("no")),
            "{:?}",
            outcomes[4]
        );
        let after = outcomes[5].as_ref().unwrap();
        assert_eq!(
            (after.first, after.versions[0]),
            (5, 3),
            "no gap where one was refused"
        );
        assert!(matches!(
            outcomes[6],
            Err(AppendError::Conflict { actual: 3, .. })
        ));
        assert!(matches!(
            outcomes[7],
            Err(AppendError::Store(StoreError::Broken(_)))
        ));
        assert!(
            matches!(outcomes[8], Err(AppendError::Repeated { .. })),
            "within one batch"
        );
        assert_eq!(outcomes[9].as_ref().unwrap().last, 7);

        assert!(store.case("b").await.unwrap().is_none());
        assert!(store.person("b").await.unwrap().is_none());
        let positions: Vec<_> = store
            .feed(0, 100)
            .await
            .unwrap()
            .iter()
            .map(|event| event.pos)
            .collect();
        assert_eq!(positions, (1..=7).collect::<Vec<_>>());
        store.verify(|_| {}).await.unwrap();
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_envelope_is_received_once_and_sent_in_order() {
    on_both(async |ground| {
        let store = ground.open().await;
        let envelope = |link: &str| NewEnvelope {
            link: link.into(),
            case_id: "a".into(),
            kind: "Offered".into(),
            body: "{}".into(),
            at: T0,
        };
        let inbox = |seq: i64| InboxRow {
            link: "p".into(),
            seq,
            msg_id: format!("m{seq}"),
            at: T0,
            result: format!("r{seq}"),
        };
        let mut change = intake("a", T0);
        change.outbox = vec![envelope("p"), envelope("q"), envelope("p")];
        change.inbox = Some(inbox(1));
        let done = store.append(change).await.unwrap();
        assert_eq!(
            done.outbox,
            [("p".into(), 1), ("q".into(), 1), ("p".into(), 2)]
        );

        let again = Change {
            inbox: Some(inbox(1)),
            ..step("a", 2, T0)
        };
        let next = Change {
            inbox: Some(inbox(2)),
            outbox: vec![envelope("p")],
            ..step("a", 2, T0)
        };
        let ahead = Change {
            inbox: Some(inbox(4)),
            ..Change::default()
        };
        let outcomes = store.append_all(vec![again, next, ahead]).await;
        assert!(matches!(&outcomes[0], Err(AppendError::Received { result }) if result == "r1"));
        assert_eq!(outcomes[1].as_ref().unwrap().outbox, [("p".into(), 3)]);
        assert!(outcomes[2].is_ok());
        assert_eq!(store.applied_watermark("p").await.unwrap(), 2);
        store
            .append(Change {
                inbox: Some(inbox(3)),
                ..Change::default()
            })
            .await
            .unwrap();
        assert_eq!(store.applied_watermark("p").await.unwrap(), 4);
        assert_eq!(store.applied_watermark("q").await.unwrap(), 0);
        assert_eq!(store.inbox_result("p", 2).await.unwrap().unwrap(), "r2");

        let records = vec![
            Record::OutboxAcked {
                link: "p".into(),
                up_to: 2,
            },
            Record::OutboxDead {
                link: "p".into(),
                seq: 3,
                reason: "schema".into(),
            },
        ];
        store
            .append(Change {
                records,
                ..Change::default()
            })
            .await
            .unwrap();
        let states: Vec<_> = store
            .outbox_after("p", 0, 10)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.state)
            .collect();
        assert_eq!(states, ["issued", "issued", "dead"]);
        assert_eq!(store.outbox_acked("p").await.unwrap(), 2);
        assert_eq!(store.outbox_waiting("p").await.unwrap(), (1, Some(T0)));
        assert_eq!(store.outbox_dead("p").await.unwrap()[0].reason, "schema");
        assert_eq!(store.outbox_waiting("q").await.unwrap(), (1, Some(T0)));
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn concurrent_callers_get_gap_free_positions() {
    on_both(async |ground| {
        let store = ground.open().await;
        let tasks: Vec<_> = (0..200)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move { store.append(intake(&format!("n{number}"), T0)).await })
            })
            .collect();
        let mut firsts = Vec::new();
        for task in tasks {
            firsts.push(task.await.unwrap().unwrap().first);
        }
        firsts.sort_unstable();
        assert_eq!(
            firsts,
            (0..200).map(|number| number * 2 + 1).collect::<Vec<_>>()
        );
        assert_eq!(store.verify(|_| {}).await.unwrap().events, 400);
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_change_that_contradicts_itself_is_a_defect() {
    on_both(async |ground| {
        let store = ground.open().await;
        let mut wrong_version = intake("a", T0);
        wrong_version.cases[0].row.version = 7;
        let mut other_case = intake("a", T0);
        other_case.cases[0].events.push(event("b", "Received", T0));
        let mut twice = intake("a", T0);
        twice.cases.push(intake("a", T0).cases.remove(0));
        for outcome in store
            .append_all(vec![wrong_version, other_case, twice])
            .await
        {
            assert!(matches!(
                outcome,
                Err(AppendError::Store(StoreError::Broken(_)))
            ));
        }
        assert!(store.feed(0, 1).await.unwrap().is_empty());
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn records_are_put_and_logins_are_unique() {
    on_both(async |ground| {
        let store = ground.open().await;
        let account = |id: &str, login: &str| {
            Record::Account(AccountRow {
                id: id.into(),
                login: login.into(),
                name: "试验乙".into(),
                roles: "[]".into(),
                ..AccountRow::default()
            })
        };
        let audit = Record::Audit(AuditRow {
            at: T0,
            actor: "u1".into(),
            action: "read".into(),
            resource: "case:a".into(),
            reason: "回访".into(),
            detail: "{}".into(),
        });
        let put = |records| Change {
            records,
            ..Change::default()
        };
        let outcomes = store
            .append_all(vec![
                put(vec![account("u1", "one"), audit.clone()]),
                put(vec![account("u2", "one"), audit.clone()]),
                put(vec![account("u1", "uno"), audit]),
            ])
            .await;
        assert!(outcomes[0].is_ok());
        assert!(
            matches!(outcomes[1], Err(AppendError::Duplicate { .. })),
            "{:?}",
            outcomes[1]
        );
        assert!(outcomes[2].is_ok());
        assert_eq!(
            store.account_by_login("uno").await.unwrap().unwrap().id,
            "u1"
        );
        assert_eq!(store.accounts().await.unwrap().len(), 1);
        let lines = store.audit_after(0, 10).await.unwrap();
        assert_eq!(
            lines.iter().map(|line| line.pos).collect::<Vec<_>>(),
            [1, 2]
        );
        assert_eq!(store.verify(|_| {}).await.unwrap().audits, 2);
        store.close().await;
    })
    .await;
}
