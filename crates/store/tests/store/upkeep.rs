//! What the store does for itself: it counts, forgets, migrates, and gathers rows.

use store::{
    AccountRow, CaseFilter, CaseRow, Change, DeadlineRow, InboxRow, LegRow, LogRow, NewEnvelope,
    Page, PersonRow, PresenceRow, Record, SeatRecord, SeatRow, Store,
};

use crate::build::{T0, intake, row, step};
use crate::ground::{Ground, empty_postgres, on_both};

fn received(seq: i64) -> Change {
    Change {
        inbox: Some(InboxRow {
            link: "p".into(),
            seq,
            msg_id: format!("m{seq}"),
            at: T0,
            result: "taken".into(),
        }),
        ..Change::default()
    }
}

#[tokio::test]
async fn a_start_does_not_walk_the_whole_inbox() {
    on_both(async |ground| {
        let store = ground.open().await;
        for outcome in store.append_all((1..=2500).map(received).collect()).await {
            outcome.unwrap();
        }
        assert_eq!(store.applied_watermark("p").await.unwrap(), 2500);
        store.close().await;
        // If the walk began at 1 it would now end there.
        ground
            .tamper("DELETE FROM inbox WHERE seq > 1 AND seq <= 2000")
            .await;
        let store = ground.open().await;
        assert_eq!(store.applied_watermark("p").await.unwrap(), 2500);
        for outcome in store
            .append_all((2501..=4200).map(received).collect())
            .await
        {
            outcome.unwrap();
        }
        assert_eq!(store.applied_watermark("p").await.unwrap(), 4200);
        store.close().await;
        ground
            .tamper("DELETE FROM inbox WHERE seq > 2000 AND seq <= 4000")
            .await;
        let store = ground.open().await;
        assert_eq!(store.applied_watermark("p").await.unwrap(), 4200);
        assert_eq!(store.applied_watermark("q").await.unwrap(), 0);
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn old_commands_are_forgotten_and_young_ones_kept() {
    on_both(async |ground| {
        let store = ground.open().await;
        let changes = (0..700).map(|n| intake(&format!("n{n:03}"), T0 + n));
        for outcome in store.append_all(changes.collect()).await {
            outcome.unwrap();
        }
        assert_eq!(store.purge_commands(T0).await.unwrap(), 0);
        assert_eq!(store.purge_commands(T0 + 600).await.unwrap(), 600);
        assert!(store.command_answer("c-n599").await.unwrap().is_none());
        assert!(store.command_answer("c-n600").await.unwrap().is_some());
        assert_eq!(store.purge_commands(T0 + 600).await.unwrap(), 0);
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_log_of_the_embedded_engine_begins_anew_while_it_is_written() {
    let ground = Ground::sqlite().await;
    let store = ground.open().await;
    let log = ground.path().with_extension("db-wal");
    let mut greatest = 0;
    let mut shrank = false;
    // Far more pages than the log may hold before it is copied back.
    for round in 0..60 {
        let changes = (0..300).map(|n| intake(&format!("r{round:02}n{n:03}"), T0 + n));
        for outcome in store.append_all(changes.collect()).await {
            outcome.unwrap();
        }
        let frames = frames(&log);
        shrank |= frames < greatest;
        greatest = greatest.max(frames);
    }
    assert!(shrank, "the log only grew, to {greatest} pages");
    store.close().await;
    assert!(!log.exists(), "closing folds the log back");
    let store = ground.open().await;
    assert_eq!(store.verify(|_| {}).await.unwrap().cases, 60 * 300);
    store.close().await;
}

/// Pages in the log, as the index beside it says (`mxFrame`, offset 16 of the WAL index).
fn frames(log: &std::path::Path) -> u32 {
    let index = std::fs::read(log.with_extension("db-shm")).unwrap();
    u32::from_ne_bytes(index[16..20].try_into().unwrap())
}

#[tokio::test]
async fn of_many_who_migrate_one_does_it() {
    for _ in 0..3 {
        let config = empty_postgres().await;
        let all: Vec<_> = (0..6)
            .map(|_| {
                let config = config.clone();
                tokio::spawn(async move { Store::migrate(&config).await })
            })
            .collect();
        let mut at_work = 0;
        for one in all {
            let names = one.await.unwrap().unwrap();
            at_work += usize::from(!names.is_empty());
        }
        assert_eq!(at_work, 1);
        Store::open(&config).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn words_are_searched_in_the_last_ninety_days() {
    const DAY: i64 = 86_400_000;
    on_both(async |ground| {
        let store = ground.open().await;
        for (id, at) in [
            ("old", T0),
            ("near", T0 + 30 * DAY),
            ("new", T0 + 100 * DAY),
        ] {
            store.append(intake(id, at)).await.unwrap();
        }
        let mut filter = CaseFilter {
            text: Some("噪声".into()),
            ..CaseFilter::default()
        };
        let page = Page {
            after: None,
            limit: 10,
        };
        let found = async |filter: &CaseFilter| -> Vec<String> {
            let rows = store.list(filter, &page).await.unwrap();
            rows.into_iter().map(|row| row.id).collect()
        };
        assert_eq!(found(&filter).await, ["new", "near"]);
        filter.order = store::Order::Opened;
        assert_eq!(found(&filter).await, ["new", "near"]);
        filter.opened_from = Some(T0);
        assert_eq!(found(&filter).await, ["new", "near", "old"]);
        filter.opened_from = None;
        filter.open_only = true;
        assert_eq!(found(&filter).await, ["new", "near", "old"]);
        filter.open_only = false;
        filter.text = None;
        assert_eq!(found(&filter).await, ["new", "near", "old"]);
        store.close().await;
    })
    .await;
}

/// A day's worth of changes to the same few cases, such as may fall into one batch.
fn busy() -> Vec<Change> {
    let mut changes = Vec::new();
    for number in 0..40_i64 {
        let id = format!("n{number:02}");
        let envelope = NewEnvelope {
            link: "p".into(),
            case_id: id.clone(),
            kind: "offer".into(),
            body: "{}".into(),
            at: T0,
        };
        changes.push(Change {
            outbox: vec![envelope],
            ..intake(&id, T0 + number)
        });
        let mut second = step(&id, 2, T0 + 1000 + number);
        let case = &mut second.cases[0];
        let person = PersonRow {
            case_id: id.clone(),
            narrative: format!("补充 {number}"),
            ..PersonRow::default()
        };
        case.person = Some(person.clone());
        let leg = |leg_id: &str, state: &str, new| LegRow {
            case_id: id.clone(),
            leg_id: leg_id.into(),
            unit: "990001-sw".into(),
            state: state.into(),
            new,
            ..LegRow::default()
        };
        let deadline = |deadline_id: &str, state: &str, new| DeadlineRow {
            case_id: id.clone(),
            deadline_id: deadline_id.into(),
            state: state.into(),
            new,
            ..DeadlineRow::default()
        };
        case.legs = vec![leg("1", "returned", false), leg("2", "dispatched", true)];
        case.deadlines = vec![
            deadline("sign", "met", false),
            deadline("extra", "running", true),
        ];
        changes.push(second);
        let mut third = step(&id, 3, T0 + 2000 + number);
        let case = &mut third.cases[0];
        case.row.closed_at = Some(T0 + 2000);
        case.person = Some(PersonRow {
            narrative: format!("再补充 {number}"),
            ..person
        });
        case.legs = vec![leg("2", "signed", false)];
        case.deadlines = vec![deadline("extra", "met", false)];
        // A receipt that says more than was sent takes nothing from what is sent after it.
        if number == 20 {
            third.records = vec![Record::OutboxAcked {
                link: "p".into(),
                up_to: 1000,
            }];
        }
        changes.push(third);
    }
    changes
}

#[derive(Debug, PartialEq)]
struct Seen {
    log: Vec<LogRow>,
    cases: Vec<(CaseRow, PersonRow, Vec<LegRow>, Vec<DeadlineRow>)>,
    outbox: Vec<i64>,
    open_of_unit: usize,
}

async fn seen(store: &Store) -> Seen {
    let mut cases = Vec::new();
    for number in 0..40 {
        let id = format!("n{number:02}");
        cases.push((
            store.case(&id).await.unwrap().unwrap(),
            store.person(&id).await.unwrap().unwrap(),
            store.legs(&id).await.unwrap(),
            store.deadlines(&id).await.unwrap(),
        ));
    }
    let mine = CaseFilter {
        scope: store::Scope::Unit("990001-sw".into()),
        ..CaseFilter::default()
    };
    let page = Page {
        after: None,
        limit: 100,
    };
    let outbox = store.outbox_after("p", 0, 100).await.unwrap();
    assert_eq!(outbox.len(), 40);
    Seen {
        log: store.feed(0, 1000).await.unwrap(),
        cases,
        outbox: outbox.into_iter().map(|row| row.seq).collect(),
        open_of_unit: store.list(&mine, &page).await.unwrap().len(),
    }
}

#[tokio::test]
async fn a_batch_leaves_the_rows_that_its_changes_leave_one_by_one() {
    on_both(async |ground| {
        let alone = Ground::sqlite().await;
        let store = alone.open().await;
        for change in busy() {
            store.append(change).await.unwrap();
        }
        let expected = seen(&store).await;
        store.close().await;
        assert_eq!(expected.cases[7].1.narrative, "再补充 7");
        assert_eq!(expected.cases[7].2.len(), 2);
        assert_eq!(expected.open_of_unit, 40);

        let store = ground.open().await;
        // One change that hits a unique key: the batch has to be taken apart and put together.
        let mut changes = busy();
        let mut taken = intake("other", T0);
        taken.cases[0].row = CaseRow {
            no: row("n03", 2, T0).no,
            ..row("other", 2, T0)
        };
        changes.insert(60, taken);
        let outcomes = store.append_all(changes).await;
        for (place, outcome) in outcomes.iter().enumerate() {
            assert_eq!(outcome.is_err(), place == 60, "{place}: {outcome:?}");
        }
        assert_eq!(seen(&store).await, expected);
        assert_eq!(store.outbox_acked("p").await.unwrap(), 0);
        store.close().await;
    })
    .await;
}

fn seat(line: &str, process: &str, account: &str, seen_at: i64) -> SeatRow {
    SeatRow {
        line: line.into(),
        process: process.into(),
        account_id: account.into(),
        opened_at: T0,
        seen_at,
        drafts: 0,
        away: false,
    }
}

#[tokio::test]
async fn seats_come_with_their_accounts_and_go_with_their_lines() {
    on_both(async |ground| {
        let store = ground.open().await;
        let account = |id: &str, name: &str| {
            Record::Account(AccountRow {
                id: id.into(),
                login: id.into(),
                name: name.into(),
                roles: "[\"operator\"]".into(),
                ..AccountRow::default()
            })
        };
        let records = vec![
            account("op-1", "乙"),
            account("op-2", "甲"),
            Record::Seat(SeatRecord::Opened(seat("l1", "p1", "op-1", T0))),
            Record::Seat(SeatRecord::Opened(seat("l2", "p2", "op-2", T0))),
            Record::Seat(SeatRecord::Opened(seat("l3", "p2", "op-2", T0 + 5))),
            // Nobody's: an account that is gone.
            Record::Seat(SeatRecord::Opened(seat("l4", "p2", "gone", T0))),
            Record::Seat(SeatRecord::Seen {
                line: "l1".into(),
                at: T0 + 60_000,
            }),
            Record::Seat(SeatRecord::Said {
                account_id: "op-2".into(),
                drafts: 3,
                away: true,
            }),
        ];
        let change = |records| Change {
            records,
            ..Change::default()
        };
        store.append(change(records)).await.unwrap();
        let seats = store.seats().await.unwrap();
        let told: Vec<_> = seats
            .iter()
            .map(|(s, a)| {
                (
                    s.line.as_str(),
                    a.id.as_str(),
                    s.seen_at - T0,
                    s.drafts,
                    s.away,
                )
            })
            .collect();
        let mut sorted = told.clone();
        sorted.sort_unstable();
        assert_eq!(
            sorted,
            [
                ("l1", "op-1", 60_000, 0, false),
                ("l2", "op-2", 0, 3, true),
                ("l3", "op-2", 5, 3, true)
            ]
        );
        store
            .append(change(vec![
                Record::Seat(SeatRecord::Left { line: "l3".into() }),
                Record::Seat(SeatRecord::Stale { before: T0 + 1 }),
            ]))
            .await
            .unwrap();
        let left = store.seats().await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].0.line, "l1");
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn who_is_on_a_case_is_one_row_each_until_they_leave_or_are_stale() {
    on_both(async |ground| {
        let store = ground.open().await;
        let on = |case: &str, account: &str, doing: &str, at: i64| {
            Record::Seat(SeatRecord::Present(PresenceRow {
                case_id: case.into(),
                account_id: account.into(),
                name: account.into(),
                unit: "desk".into(),
                doing: doing.into(),
                seen_at: at,
            }))
        };
        let change = |records| Change {
            records,
            ..Change::default()
        };
        let told = vec![
            on("c1", "a", "looking", T0),
            on("c1", "a", "looking", T0 + 10),
            on("c1", "b", "writing", T0 + 10),
            on("c2", "c", "looking", T0 + 10),
        ];
        store.append(change(told)).await.unwrap();
        let names = async |after: i64| {
            let rows = store.presence("c1", after).await.unwrap();
            rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        assert_eq!(names(T0).await, ["b", "a"], "who writes comes first");
        assert!(names(T0 + 10).await.is_empty(), "nobody said so since");
        let gone = Record::Seat(SeatRecord::Gone {
            case_id: "c1".into(),
            account_id: "b".into(),
        });
        store.append(change(vec![gone])).await.unwrap();
        assert_eq!(names(T0).await, ["a"]);
        let stale = Record::Seat(SeatRecord::Stale { before: T0 + 11 });
        store.append(change(vec![stale])).await.unwrap();
        assert!(names(0).await.is_empty());
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_lies_with_units_is_counted_while_the_case_is_open() {
    on_both(async |ground| {
        let store = ground.open().await;
        for n in 0..4_i64 {
            let mut change = intake(&format!("s{n}"), T0 + n);
            change.cases[0].legs[0].state = if n < 2 { "dispatched" } else { "signed" }.into();
            if n == 3 {
                change.cases[0].row.closed_at = Some(T0 + 9);
            }
            store.append(change).await.unwrap();
        }
        let loads = store.unit_loads().await.unwrap();
        let told: Vec<_> = loads
            .iter()
            .map(|l| (l.unit.as_str(), l.state.as_str(), l.count, l.oldest_at - T0))
            .collect();
        assert_eq!(
            told,
            [
                ("990001-cg", "dispatched", 2, 0),
                ("990001-cg", "signed", 1, 2)
            ]
        );
        // Only receptions count as taken, and only those since then.
        assert!(store.taken_since(0).await.unwrap().is_empty());
        let mut change = step("s0", 2, T0 + 50);
        change.cases[0].events = vec![store::NewEvent::new(
            "s0".into(),
            "received",
            1,
            T0 + 50,
            "op-1".into(),
            "desk".into(),
            "c".into(),
            "{}".into(),
        )];
        store.append(change).await.unwrap();
        let taken = store.taken_since(T0 + 50).await.unwrap();
        assert_eq!(taken, [("op-1".to_owned(), 1)]);
        assert!(store.taken_since(T0 + 51).await.unwrap().is_empty());
        store.close().await;
    })
    .await;
}
