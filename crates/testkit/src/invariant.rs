//! What must hold whatever happened: checked over both logs after the link has come to rest.

use crate::LINK;
use crate::link::Pair;
use crate::net::Net;
use crate::people::clerk;
use crate::platform::Platform;
use app::AppError;
use domain::case::{Case, Event, HandOverState, Holder, LegState, begin, evolve};
use domain::clock::DeadlineState;
use domain::desk::Desk;
use domain::id::CaseId;
use exchange::{LinkId, Outbox};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use store::LogRow;

/// A case with its whole log.
struct Told {
    case: Case,
    fired: BTreeMap<String, (u32, u32)>,
    granted: BTreeMap<String, u32>,
}

async fn log(platform: &Platform) -> Vec<LogRow> {
    let mut rows = Vec::new();
    let store = platform.app.store();
    store
        .scan(1, |row| {
            rows.push(row.clone());
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    rows
}

/// What must hold on one platform alone.
pub async fn check_platform(platform: &Platform) {
    let desk = platform.desk;
    // The chain holds and every row is the fold of its events (laws 3 and 10).
    let report = app::verify(&platform.app, |_| {}).await.unwrap();
    assert!(report.clean, "{desk}: {:?}", report.first_bad);
    let rows = log(platform).await;
    for (row, pos) in rows.iter().zip(1..) {
        assert_eq!(row.pos, pos, "{desk}: a gap in the log");
    }
    let cases = replay(platform, &rows).await;
    acknowledged_once(platform, &rows).await;
    for told in cases.values() {
        deadlines_fired_once(platform, told).await;
    }
}

/// Every command that was answered with success is there, once (law 3).
async fn acknowledged_once(platform: &Platform, rows: &[LogRow]) {
    let mut causes: HashMap<&str, Vec<&LogRow>> = HashMap::new();
    for row in rows {
        causes.entry(&row.cause).or_default().push(row);
    }
    let mut taken = HashSet::new();
    for ack in platform.acknowledged() {
        if !taken.insert(ack.key.id.clone()) {
            continue;
        }
        let kept = platform.app.store().command_answer(&ack.key.id).await;
        let (digest, answer) = kept.unwrap().expect("an acknowledged command is kept");
        assert_eq!(digest, ack.key.digest);
        assert!(answer.contains(&ack.case), "{answer} is about {}", ack.case);
        let events = causes.get(ack.key.id.as_str()).cloned().unwrap_or_default();
        together(&events, &ack.key.id);
        assert!(
            events.iter().any(|row| row.case_id == ack.case),
            "{} was acknowledged and is not in the log",
            ack.key.id
        );
    }
}

/// What one command or envelope caused stands together: it was carried out in one go, once.
fn together(events: &[&LogRow], cause: &str) {
    for pair in events.windows(2) {
        assert_eq!(
            pair[0].pos + 1,
            pair[1].pos,
            "{cause} was carried out twice"
        );
    }
}

/// Replays the log step by step; no step may change what it has no right to change.
async fn replay(platform: &Platform, rows: &[LogRow]) -> HashMap<String, Told> {
    let desk = platform.desk;
    let mut cases: HashMap<String, Told> = HashMap::new();
    let mut raised: Vec<(&str, &str)> = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        // At the end of each command or envelope: whoever heard of danger in it has acted.
        if n > 0 && rows[n - 1].cause != row.cause {
            for (case, cause) in raised.drain(..) {
                answered(&cases[case].case, cause);
            }
        }
        if row.kind == "danger_raised" {
            raised.push((&row.case_id, &row.cause));
        }
        let event: Event = serde_json::from_str(&row.body).unwrap();
        assert_eq!(event.kind(), row.kind);
        let Some(told) = cases.get_mut(&row.case_id) else {
            assert_eq!(row.case_seq, 1);
            let case = begin(CaseId::new(row.case_id.clone()), &event, row.at)
                .expect("a case begins with its reception");
            let told = Told {
                case,
                fired: BTreeMap::new(),
                granted: BTreeMap::new(),
            };
            cases.insert(row.case_id.clone(), told);
            continue;
        };
        let before = told.case.clone();
        assert_eq!(row.case_seq, before.version + 1, "{desk}: a gap in a case");
        let after = evolve(before.clone(), &event, row.at);
        allowed(&before, &event, &after, row);
        fired(told, &before, &event, row.at);
        told.case = after;
    }
    for (id, told) in &cases {
        let row = platform.app.store().case(id).await.unwrap().unwrap();
        assert_eq!(row.status, told.case.status().as_str(), "{}", row.no);
        let side = match told.case.holder {
            Holder::Own { .. } => "own",
            Holder::Peer { .. } => "peer",
        };
        assert_eq!(row.accountable_side, side, "{}", row.no);
    }
    cases
}

/// Law 5: somebody is on the way before danger is acknowledged; the hotline has told the police.
fn answered(case: &Case, cause: &str) {
    if !case.is_dangerous() || case.closed_at.is_some() {
        return;
    }
    let on_the_way = case
        .legs
        .iter()
        .any(|leg| matches!(leg.state, LegState::Dispatched | LegState::Signed));
    let acted = match case.desk {
        Desk::Police => on_the_way || case.police_case.is_some(),
        Desk::Hotline => case.twin.is_some(),
    };
    assert!(acted, "{cause}: danger in {} sent nobody", case.no);
}

fn allowed(before: &Case, event: &Event, after: &Case, row: &LogRow) {
    let what = format!("{} at {}", row.kind, row.pos);
    // Law 8: first impressions are kept.
    if before.first.is_some() {
        assert_eq!(before.first, after.first, "{what}");
    }
    assert_eq!(before.first_receiver, after.first_receiver, "{what}");
    assert!(after.epoch >= before.epoch, "{what}: the holder count fell");
    // Law 2: it moves by acceptance and by binding decisions only.
    if before.holder != after.holder {
        assert!(
            matches!(
                event,
                Event::Signed { .. }
                    | Event::Assigned { .. }
                    | Event::ReturnAccepted { .. }
                    | Event::OfferAccepted { .. }
                    | Event::PeerAccepted { .. }
                    | Event::ConsultDecided { .. }
                    | Event::Arbitrated { .. }
                    | Event::PeerBound { .. }
            ),
            "{what} moved the case from {:?} to {:?}",
            before.holder,
            after.holder
        );
    }
    if before.closed_at.is_some() && after.closed_at.is_none() {
        assert!(
            matches!(
                event,
                Event::Reopened { .. }
                    | Event::OfferReceived { .. }
                    | Event::ArbitrationAsked { .. }
                    | Event::Arbitrated { .. }
            ),
            "{what} opened a closed case"
        );
    }
    for leg in &after.legs {
        let Some(was) = before.leg(&leg.id) else {
            assert_eq!(leg.state, LegState::Dispatched, "{what}");
            continue;
        };
        let step = (was.state, leg.state);
        assert!(
            was.state == leg.state
                || matches!(
                    step,
                    (
                        LegState::Dispatched,
                        LegState::Signed | LegState::Withdrawn | LegState::Returned
                    ) | (
                        LegState::Signed,
                        LegState::Suspended
                            | LegState::Done
                            | LegState::Returned
                            | LegState::Withdrawn
                    ) | (
                        LegState::Suspended,
                        LegState::Signed
                            | LegState::Done
                            | LegState::Returned
                            | LegState::Withdrawn
                    ) | (LegState::Done, LegState::Signed)
                ),
            "{what}: an assignment went {step:?}"
        );
    }
    for offer in &after.hand_overs {
        let Some(was) = before.hand_over(&offer.id) else {
            assert_eq!(offer.state, HandOverState::Offered, "{what}");
            continue;
        };
        assert!(
            was.state == offer.state || was.state.in_the_air(),
            "{what}: a settled hand-over went {:?} to {:?}",
            was.state,
            offer.state
        );
    }
}

fn fired(told: &mut Told, before: &Case, event: &Event, at: i64) {
    let find = |id: &domain::id::DeadlineId| {
        before
            .deadlines
            .iter()
            .find(|d| &d.id == id)
            .expect("a clock that is there")
    };
    match event {
        Event::DeadlineNeared { deadline } => {
            let clock = find(deadline);
            assert_eq!(clock.state, DeadlineState::Running);
            assert!(clock.amber <= at, "amber came early");
            told.fired.entry(deadline.to_string()).or_default().0 += 1;
        }
        Event::DeadlineMissed { deadline } => {
            let clock = find(deadline);
            let running = matches!(clock.state, DeadlineState::Running | DeadlineState::Amber);
            assert!(running, "missed twice");
            assert!(clock.due <= at, "missed before it was due");
            told.fired.entry(deadline.to_string()).or_default().1 += 1;
        }
        Event::ExtensionGranted { deadlines, .. } => {
            for deadline in deadlines {
                *told.granted.entry(deadline.id.to_string()).or_default() += 1;
            }
        }
        _ => {}
    }
}

/// I6: every step of a clock once, and again only after it was moved; the rows agree.
async fn deadlines_fired_once(platform: &Platform, told: &Told) {
    for (id, (neared, missed)) in &told.fired {
        let most = 1 + told.granted.get(id).copied().unwrap_or(0);
        assert!(*neared <= most && *missed <= most, "{id} fired too often");
    }
    let id = told.case.id.as_str();
    let rows = platform.app.store().deadlines(id).await.unwrap();
    assert_eq!(rows.len(), told.case.deadlines.len());
    for clock in &told.case.deadlines {
        let row = rows
            .iter()
            .find(|row| row.deadline_id == clock.id.as_str())
            .expect("a clock has a row");
        assert_eq!(row.due_at, clock.due);
        assert_eq!(row.next_at, clock.next().map(|(at, _)| at));
    }
}

/// What must hold between the two after [`Pair::settle`], besides what holds on each.
pub async fn check_pair(pair: &Pair) {
    check_platform(&pair.police).await;
    check_platform(&pair.hotline).await;
    check_link(&pair.police, &pair.hotline, LINK).await;
}

/// What must hold of each platform of a net and of every link, after [`Net::settle`].
pub async fn check_net(net: &Net) {
    for platform in net.platforms() {
        check_platform(platform).await;
    }
    for (name, here, there) in net.links() {
        check_link(here, there, name).await;
    }
}

async fn check_link(here: &Platform, there: &Platform, name: &str) {
    delivered_once(here, there, name).await;
    delivered_once(there, here, name).await;
    one_holder(here, there, name).await;
    one_holder(there, here, name).await;
}

/// I2: each envelope of `from` is in the inbox of `to`, applied once, and marked delivered.
async fn delivered_once(from: &Platform, to: &Platform, link_name: &str) {
    let link = LinkId::new(link_name);
    let issued = from.ports.issued(&link).await.unwrap();
    assert_eq!(from.ports.acknowledged(&link).await.unwrap(), issued);
    let applied = to.app.store().applied_watermark(link_name).await.unwrap();
    assert_eq!(u64::try_from(applied).unwrap(), issued);
    let rows = log(to).await;
    let mut causes: HashMap<&str, Vec<&LogRow>> = HashMap::new();
    for row in &rows {
        causes.entry(&row.cause).or_default().push(row);
    }
    let dead = from.app.store().outbox_dead(link_name).await.unwrap();
    let mut after = 0;
    loop {
        let part = from.ports.waiting(&link, after, 256).await.unwrap();
        let Some(last) = part.last() else { break };
        after = last.seq;
        for envelope in &part {
            let seq = i64::try_from(envelope.seq).unwrap();
            let result = to.app.store().inbox_result(link_name, seq).await.unwrap();
            let result = result.expect("an envelope that was acknowledged is in the inbox");
            let by_id = to
                .app
                .store()
                .inbox_result_by_msg(link_name, &envelope.id)
                .await;
            assert_eq!(by_id.unwrap().as_ref(), Some(&result));
            let events = causes
                .get(envelope.id.as_str())
                .cloned()
                .unwrap_or_default();
            together(&events, &envelope.id);
            let refused = result != "done";
            assert_eq!(refused, dead.iter().any(|row| row.seq == seq), "{result}");
            assert!(!refused || events.is_empty(), "refused, and took effect");
        }
    }
}

/// The cases of a platform by the id of their twins.
async fn twins_of(platform: &Platform) -> HashMap<String, String> {
    let mut twins = HashMap::new();
    let store = platform.app.store();
    store
        .scan_cases(|row| {
            if !row.twin_case.is_empty() {
                twins.insert(row.twin_case.clone(), row.id.clone());
            }
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    twins
}

/// I4, law 2: of a case and its twin exactly one is held here, and both agree where; only a
/// matter that was parted has a holder on each side.
async fn one_holder(here: &Platform, there: &Platform, link: &str) {
    let mut rows = Vec::new();
    let store = here.app.store();
    store
        .scan_cases(|row| {
            rows.push(row.clone());
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    let others = twins_of(there).await;
    for row in rows {
        let own: Case = serde_json::from_str(&row.state).unwrap();
        if own
            .twin
            .as_ref()
            .is_some_and(|twin| twin.link.as_str() != link)
        {
            continue;
        }
        // The receiver of an offer always knows its twin; the sender may not have heard yet.
        let told = own.twin.as_ref().and_then(|t| t.case.as_ref());
        let Some(twin) = told
            .map(|id| id.as_str())
            .or(others.get(&row.id).map(String::as_str))
        else {
            let held = matches!(own.holder, Holder::Own { .. });
            assert!(held, "{} is held by a peer that has no such case", own.no);
            continue;
        };
        let other = there.app.store().case(twin).await.unwrap();
        let other: Case = serde_json::from_str(&other.expect("a twin exists").state).unwrap();
        let back = other.twin.as_ref().and_then(|t| t.case.as_ref());
        assert!(
            back.is_none_or(|id| *id == own.id),
            "{} has another twin",
            own.no
        );
        let held = [&own, &other]
            .iter()
            .filter(|case| matches!(case.holder, Holder::Own { .. }))
            .count();
        let parted = own.twin.as_ref().is_some_and(|t| t.parallel);
        let most = if parted { 2 } else { 1 };
        assert!(
            (1..=most).contains(&held),
            "{} and {} are held by {held} platforms: {:?} {:?}",
            own.no,
            other.no,
            own.holder,
            other.holder
        );
        assert!(
            own.sent_in_the_air().is_none() || other.incoming().is_some(),
            "{}: an offer is in the air that nobody waits for",
            own.no
        );
        if !parted {
            assert_eq!(
                own.epoch, other.epoch,
                "{}: the holder counts differ",
                own.no
            );
        }
    }
}

/// I7, law 10: a unit's clerk knows of exactly the cases the unit has to do with, whichever way
/// they ask; looked at for the first cases of a platform.
pub async fn check_sight(platform: &Platform, units: &[&str]) {
    let mut rows = Vec::new();
    let store = platform.app.store();
    store
        .scan_cases(|row| {
            rows.push(row.clone());
            if rows.len() < 40 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })
        .await
        .unwrap();
    for row in rows {
        let case: Case = serde_json::from_str(&row.state).unwrap();
        for unit in units {
            let clerk = clerk(unit);
            let legs = case.legs.iter().any(|leg| leg.unit.as_str() == *unit);
            let holds = case.holder.own_unit().is_some_and(|u| u.as_str() == *unit);
            let involved = legs || holds;
            let seen = platform.app.case(&clerk, &row.id).await;
            let line = platform.app.timeline(&clerk, &row.no, 0).await;
            match (involved, seen, line) {
                (true, Ok(view), Ok(_)) => assert!(view.person.masked),
                (false, Err(AppError::NotFound), Err(AppError::NotFound)) => {}
                (_, seen, _) => panic!("{unit} and {}: {:?}", row.no, seen.err()),
            }
        }
    }
}
