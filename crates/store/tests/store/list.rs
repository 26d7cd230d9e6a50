//! Pages by key, scopes, filters, figures.

use store::{CaseFilter, Change, Order, Page, Scope, Store};

use crate::build::{T0, intake, step};
use crate::ground::on_both;

/// All pages of three, joined.
async fn ids(store: &Store, filter: &CaseFilter) -> Vec<String> {
    let mut all = Vec::new();
    let mut page = Page {
        after: None,
        limit: 3,
    };
    loop {
        let rows = store.list(filter, &page).await.unwrap();
        let Some(last) = rows.last() else { return all };
        page.after = Some(filter.order.key(last));
        assert!(
            rows.iter().all(|row| row.state.is_empty()),
            "lists carry no state"
        );
        all.extend(rows.into_iter().map(|row| row.id));
    }
}

/// Twenty cases; every third has a leg of the water company twice, every fifth belongs to it,
/// every fourth is closed; updates come in pairs at the same time.
async fn fill(store: &Store) {
    let mut changes: Vec<Change> = Vec::new();
    for number in 0..20_i64 {
        let id = format!("n{number:02}");
        let mut change = intake(&id, T0 + number / 2 * 10);
        let case = &mut change.cases[0];
        case.row.next_due_at = (number % 2 == 0).then_some(T0 + 1000 - number);
        if number % 3 == 0 {
            case.legs[0].unit = "water".into();
            let mut second = case.legs[0].clone();
            second.leg_id = "2".into();
            case.legs.push(second);
        }
        if number % 5 == 0 {
            case.row.accountable_unit = "water".into();
        }
        if number % 4 == 0 {
            case.row.closed_at = Some(T0 + 500);
            case.row.outcome = "resolved".into();
            case.row.status = "closed".into();
        }
        if number == 7 {
            case.row.summary = "水管 100%_爆裂".into();
            case.row.task = "unowned".into();
            case.row.danger = true;
        }
        changes.push(change);
    }
    for outcome in store.append_all(changes).await {
        outcome.unwrap();
    }
}

fn expected(keep: impl Fn(i64) -> bool) -> Vec<String> {
    // Newest first, then the greater id.
    (0..20)
        .rev()
        .filter(|number| keep(*number))
        .map(|number| format!("n{number:02}"))
        .collect()
}

#[tokio::test]
async fn pages_join_without_gap_or_repetition() {
    on_both(async |ground| {
        let store = ground.open().await;
        fill(&store).await;
        let all = CaseFilter::default();
        assert_eq!(ids(&store, &all).await, expected(|_| true));
        let open = CaseFilter {
            open_only: true,
            ..all.clone()
        };
        assert_eq!(ids(&store, &open).await, expected(|n| n % 4 != 0));
        let opened = CaseFilter {
            order: Order::Opened,
            ..all.clone()
        };
        assert_eq!(ids(&store, &opened).await, expected(|_| true));
        let opened_open = CaseFilter {
            order: Order::Opened,
            ..open.clone()
        };
        assert_eq!(ids(&store, &opened_open).await, expected(|n| n % 4 != 0));
        for (filter, keep) in [(&all, 1), (&open, 4)] {
            let oldest = CaseFilter {
                order: Order::Oldest,
                ..filter.clone()
            };
            let mut wanted = expected(|n| keep == 1 || n % keep != 0);
            wanted.reverse();
            assert_eq!(ids(&store, &oldest).await, wanted, "the oldest first");
        }
        let due = CaseFilter {
            order: Order::Due,
            open_only: true,
            ..all.clone()
        };
        assert_eq!(
            ids(&store, &due).await,
            expected(|n| n % 2 == 0 && n % 4 != 0)
        );
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_unit_sees_what_it_holds_and_what_it_has_a_leg_in() {
    on_both(async |ground| {
        let store = ground.open().await;
        fill(&store).await;
        let water = Scope::Unit("water".into());
        let mine = CaseFilter {
            scope: water.clone(),
            ..CaseFilter::default()
        };
        assert_eq!(
            ids(&store, &mine).await,
            expected(|n| n % 3 == 0 || n % 5 == 0)
        );
        let open = CaseFilter {
            open_only: true,
            ..mine.clone()
        };
        let is_open = |n: i64| (n % 3 == 0 || n % 5 == 0) && n % 4 != 0;
        assert_eq!(ids(&store, &open).await, expected(is_open));
        let opened = CaseFilter {
            order: Order::Opened,
            ..open.clone()
        };
        assert_eq!(ids(&store, &opened).await, expected(is_open));
        let opened = CaseFilter {
            order: Order::Opened,
            ..mine.clone()
        };
        assert_eq!(
            ids(&store, &opened).await,
            expected(|n| n % 3 == 0 || n % 5 == 0)
        );
        let due = CaseFilter {
            order: Order::Due,
            ..mine.clone()
        };
        assert_eq!(
            ids(&store, &due).await,
            expected(|n| is_open(n) && n % 2 == 0)
        );

        // A later event of the case moves it up in the list of a unit that only has a leg.
        let mut change = step("n03", 2, T0 + 900);
        change.cases[0].row.opened_at = T0 + 10;
        store.append(change).await.unwrap();
        assert_eq!(ids(&store, &open).await[0], "n03");
        // And closing takes it out of the open ones.
        let mut change = step("n03", 3, T0 + 901);
        change.cases[0].row.closed_at = Some(T0 + 901);
        store.append(change).await.unwrap();
        assert_eq!(ids(&store, &open).await, expected(|n| is_open(n) && n != 3));
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn filters_are_literal_and_join() {
    on_both(async |ground| {
        let store = ground.open().await;
        fill(&store).await;
        let by_text = |words: &str| CaseFilter {
            text: Some(words.into()),
            ..CaseFilter::default()
        };
        assert_eq!(ids(&store, &by_text("100%_爆")).await, ["n07"]);
        assert!(
            ids(&store, &by_text("100__爆")).await.is_empty(),
            "signs are taken literally"
        );
        assert_eq!(ids(&store, &by_text("wN07")).await, ["n07"]);
        let everything = CaseFilter {
            scope: Scope::All,
            status: vec!["open".into(), "waiting".into()],
            task: Some("unowned".into()),
            any_task: true,
            open_only: true,
            desk: Some("110".into()),
            matter: Some("noise".into()),
            unit: Some("990001-110".into()),
            urgency_min: Some(2),
            danger: Some(true),
            caller_key: Some("kn07".into()),
            place_key: Some("镜湖路".into()),
            opened_from: Some(T0 + 30),
            opened_to: Some(T0 + 31),
            overdue_at: None,
            due_before: None,
            text: Some("水管".into()),
            place_hidden: false,
            order: Order::Updated,
        };
        assert_eq!(ids(&store, &everything).await, ["n07"]);
        for order in [Order::Opened, Order::Oldest, Order::Updated, Order::Due] {
            for scope in [Scope::All, Scope::Unit("990001-cg".into())] {
                let filter = CaseFilter {
                    scope,
                    order,
                    overdue_at: Some(T0 + 5000),
                    due_before: Some(T0 + 5000),
                    ..everything.clone()
                };
                assert!(ids(&store, &filter).await.is_empty(), "n07 has no limit");
            }
        }
        let overdue = CaseFilter {
            overdue_at: Some(T0 + 990),
            ..CaseFilter::default()
        };
        assert_eq!(
            ids(&store, &overdue).await,
            expected(|n| n % 2 == 0 && n > 10 && n % 4 != 0),
            "a closed case is not overdue, in the list as in the count"
        );
        let waiting = CaseFilter {
            any_task: true,
            ..CaseFilter::default()
        };
        assert_eq!(ids(&store, &waiting).await, ["n07"]);

        let counts = store.counts().await.unwrap();
        assert_eq!((counts.open, counts.danger, counts.unowned), (15, 1, 0));
        assert_eq!(counts.by_task, [("unowned".to_owned(), 1)]);
        assert_eq!(counts.by_status, [("open".to_owned(), 15)]);
        assert_eq!(store.overdue_count(T0 + 990).await.unwrap(), 2);
        let outcomes = store.outcome_counts(T0, T0 + 1000).await.unwrap();
        assert_eq!(outcomes, [(String::new(), 15), ("resolved".to_owned(), 5)]);
        let days = store.day_outcomes(T0, T0 + 1000, 28_800_000).await.unwrap();
        assert_eq!(days[1], (T0 / 86_400_000, "resolved".to_owned(), 5));
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_due_comes_in_order_and_repeats_are_found() {
    on_both(async |ground| {
        let store = ground.open().await;
        fill(&store).await;
        let due = store.due(T0 + 3_600_000, 100).await.unwrap();
        assert_eq!(
            due.len(),
            2,
            "the warning half-way to the two hours for signing"
        );
        assert!(due.iter().all(|row| row.kind == "sign" && !row.new));
        assert_eq!(store.due(T0 + 3_600_090, 7).await.unwrap().len(), 7);

        let same = store.recent_by_caller("kn07", T0, 10).await.unwrap();
        assert_eq!(same.len(), 1);
        assert!(store.recent_by_caller("", 0, 10).await.unwrap().is_empty());
        let near = store
            .recent_by_place("镜湖路", "noise", T0 + 80, 10)
            .await
            .unwrap();
        assert_eq!(near.len(), 4);
        assert_eq!(
            store.max_no_with_prefix("Wn1").await.unwrap().unwrap(),
            "Wn19"
        );
        assert!(store.max_no_with_prefix("X").await.unwrap().is_none());
        let wanted = ["n05", "none", "n01"].map(String::from);
        let found: Vec<_> = store
            .cases(&wanted)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.id)
            .collect();
        assert_eq!(found, ["n05", "n01"]);
        store.close().await;
    })
    .await;
}

/// Where open cases are, without those that must not be on a map.
#[tokio::test]
async fn open_cases_are_found_by_where_they_are() {
    on_both(async |ground| {
        let store = ground.open().await;
        let mut changes: Vec<Change> = Vec::new();
        // The last has no point.
        let lats = [27.5, 27.501, 27.502, 27.6, 27.502].map(Some);
        for (number, lat) in (0_i64..).zip(lats.into_iter().chain([None])) {
            let mut change = intake(&format!("p{number}"), T0 + number);
            let case = &mut change.cases[0];
            case.row.lon = lat.map(|_| 125.5);
            case.row.lat = lat;
            case.row.danger = number == 0;
            if number == 1 {
                case.row.closed_at = Some(T0 + 100);
            }
            if let Some(person) = case.person.as_mut() {
                person.confidential = number == 4;
            }
            changes.push(change);
        }
        for outcome in store.append_all(changes).await {
            outcome.unwrap();
        }
        let box_of = [125.49, 125.51, 27.49, 27.51];
        let found = store.open_within(box_of, 10).await.unwrap();
        let ids: Vec<&str> = found.iter().map(|row| &*row.id).collect();
        assert_eq!(ids, ["p4", "p2", "p0"]);
        assert_eq!(store.open_within(box_of, 1).await.unwrap().len(), 1);
        let points = store.open_points(false, 10).await.unwrap();
        let ids: Vec<&str> = points.iter().map(|row| &*row.id).collect();
        assert_eq!(ids, ["p3", "p2", "p0"], "neither closed nor confidential");
        let danger = store.open_points(true, 10).await.unwrap();
        assert_eq!(danger.len(), 1);
        assert!(danger[0].danger && danger[0].id == "p0");
        store.close().await;
    })
    .await;
}

/// The day's figures: what was taken here, offered to the peer, taken by the peer.
#[tokio::test]
async fn what_arrived_today_is_counted_by_what_became_of_it() {
    on_both(async |ground| {
        let store = ground.open().await;
        let mut changes: Vec<Change> = Vec::new();
        // channel, twin's link, twin's number, outcome, status
        let kinds = [
            ("phone", "", "", "", "taken"),
            ("phone", "l", "", "", "offered"),
            ("phone", "l", "G1", "handed_over_push", "elsewhere"),
            // Offered in parallel: decided at once, not yet taken there.
            ("web", "l", "", "handed_over_parallel", "dispatched"),
            // Refused over there and answered here.
            ("phone", "l", "", "answered", "closed"),
            ("peer", "l", "J1", "", "incoming"),
        ];
        for (number, (channel, link, no, outcome, status)) in (0_i64..).zip(kinds) {
            let mut change = intake(&format!("t{number}"), T0 + number);
            let row = &mut change.cases[0].row;
            row.channel = channel.into();
            row.twin_link = link.into();
            row.twin_no = no.into();
            row.outcome = outcome.into();
            row.status = status.into();
            row.closed_at = (status == "closed").then_some(T0 + 100);
            changes.push(change);
        }
        for outcome in store.append_all(changes).await {
            outcome.unwrap();
        }
        let today = store.arrived(T0, T0 + 1000).await.unwrap();
        let figures = (
            today.taken,
            today.handed_over,
            today.accepted,
            today.from_peer,
        );
        assert_eq!(figures, (5, 4, 1, 1));
        assert_eq!(store.arrived(T0 + 5, T0 + 1000).await.unwrap().taken, 0);
        assert_eq!(store.waiting_since().await.unwrap(), Some(T0));
        store.close().await;
    })
    .await;
}
