//! The laws that can be seen on one platform, over random histories of one case.
#![cfg(test)]

mod catalogue;
#[path = "../county/mod.rs"]
mod county;
mod finish;
mod history;

use domain::case::{
    Case, Event, HandOverMode, Holder, LegRole, LegState, Outcome, mirror, needs_police_case,
    replay,
};
use domain::clock::{DeadlineState, Stage};
use domain::desk::Desk;
use history::{History, Script, Turn, script};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;

/// Shows every event of a turn with the case before and after it.
fn each(
    turn: &Turn<'_>,
    mut check: impl FnMut(&Case, &Event, &Case) -> Result<(), String>,
) -> Result<(), String> {
    let mut before = turn.before;
    for (event, after) in turn.events.iter().zip(turn.after) {
        check(before, event, after).map_err(|broken| format!("{broken}: {event:?}"))?;
        before = after;
    }
    Ok(())
}

fn ensure(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}

/// Closed means one outcome, and none is replaced while it stands.
fn law_1(turn: &Turn<'_>) -> Result<(), String> {
    each(turn, |before, event, after| {
        if matches!(event, Event::Closed { .. }) {
            ensure(
                before.open_children.is_empty(),
                "closed while a part is open",
            )?;
        }
        ensure(
            after.closed_at.is_none() || after.outcome.is_some() || !is_last(turn, after),
            "closed without an outcome",
        )?;
        let back = |offer| {
            before
                .hand_over(offer)
                .is_some_and(|h| h.mode == HandOverMode::Return)
        };
        match (before.outcome, after.outcome) {
            (Some(was), Some(is)) if was != is => match event {
                Event::PeerAccepted { offer, .. } if back(offer) => {
                    ensure(is == Outcome::SentBack, "a return is sent back")
                }
                Event::PeerRefused { .. } => ensure(
                    was == Outcome::HandedOverParallel && is == Outcome::Dispatched,
                    "a refusal leaves what was dispatched",
                ),
                _ => Err(format!("{was:?} became {is:?}")),
            },
            (Some(was), None) => ensure(
                matches!(event, Event::Reopened { .. })
                    || (!owns(before) && owns(after))
                    || (matches!(event, Event::PeerRefused { .. })
                        && was == Outcome::HandedOverParallel),
                "an outcome was lost",
            ),
            _ => Ok(()),
        }
    })
}

fn is_last(turn: &Turn<'_>, case: &Case) -> bool {
    turn.after
        .last()
        .is_some_and(|last| last.version == case.version)
}

fn owns(case: &Case) -> bool {
    matches!(case.holder, Holder::Own { .. })
}

/// The holder moves by acceptance and by binding decisions, by nothing else.
fn law_2(turn: &Turn<'_>) -> Result<(), String> {
    each(turn, |before, event, after| {
        if let Holder::Own { unit } = &after.holder {
            let known = unit == &after.desk_unit || after.legs.iter().any(|leg| &leg.unit == unit);
            ensure(known, "a unit holds it that was never asked")?;
        }
        if before.holder == after.holder {
            return Ok(());
        }
        let desk = Holder::Own {
            unit: after.desk_unit.clone(),
        };
        match event {
            Event::Signed { leg } => {
                let leg = after.leg(leg).ok_or("no such assignment")?;
                ensure(
                    owns(before)
                        && leg.role == LegRole::Lead
                        && after.holder.own_unit() == Some(&leg.unit),
                    "signing moves it to the lead that signs",
                )
            }
            Event::ReturnAccepted { leg, .. } => {
                let leg = after.leg(leg).ok_or("no such assignment")?;
                ensure(
                    before.holder.own_unit() == Some(&leg.unit) && after.holder == desk,
                    "a return goes back to the desk",
                )
            }
            Event::Assigned { leg, .. } => ensure(
                owns(before) && after.holder.own_unit() == Some(&leg.unit),
                "a binding assignment moves it to its unit",
            ),
            Event::OfferAccepted { .. } => {
                ensure(after.holder == desk, "the desk accepts for its platform")
            }
            Event::PeerAccepted { offer, .. } => ensure(
                !owns(after)
                    && before
                        .hand_over(offer)
                        .is_some_and(|h| h.sent && h.mode != HandOverMode::Parallel),
                "the peer takes what was offered to it alone",
            ),
            Event::ConsultDecided { .. } => Ok(()),
            Event::Arbitrated { to, here, .. } => ensure(
                to.takes(after.desk, *here) == owns(after) && (owns(after) || !here),
                "it goes where it is bound, and is held until it is taken there",
            ),
            Event::PeerBound { .. } => ensure(
                before.awaits_bound && before.bound && !owns(after) && !after.awaits_bound,
                "the peer takes what was bound to it",
            ),
            _ => Err(format!("{:?} became {:?}", before.holder, after.holder)),
        }
    })
}

/// Danger sends police, and nothing but a dismissal takes a sign away.
fn law_5(turn: &Turn<'_>) -> Result<(), String> {
    each(turn, |before, event, after| {
        for sign in before.live_danger() {
            let stays = after.live_danger().any(|known| known.rule == sign.rule);
            let dismissed =
                matches!(event, Event::DangerDismissed { rule, .. } if rule == &sign.rule);
            ensure(stays || dismissed, "a sign of danger was lost")?;
        }
        Ok(())
    })?;
    let raised = turn
        .events
        .iter()
        .zip(turn.after)
        .find(|(event, _)| matches!(event, Event::DangerRaised { .. }));
    let (Some((raised, then)), Some(after)) = (raised, turn.after.last()) else {
        return Ok(());
    };
    if !after.is_dangerous() {
        return Ok(());
    }
    ensure(after.closed_at.is_none(), "a danger lies in a closed case")?;
    match after.desk {
        Desk::Police => ensure(
            after
                .legs
                .iter()
                .any(|leg| matches!(leg.state, LegState::Dispatched | LegState::Signed))
                || after.police_case.is_some()
                || needs_police_case(after, &county::rules(after.desk)),
            "danger came up and no police go",
        ),
        Desk::Hotline => {
            let offered = turn.events.iter().any(
                |e| matches!(e, Event::Offered { body, .. } if body.mode == HandOverMode::Parallel),
            );
            let told = mirror(then, raised, turn.at, 1, "", String::new()).is_some();
            let heard = matches!(
                raised,
                Event::DangerRaised {
                    heard_from: Some(_),
                    ..
                }
            );
            ensure(
                offered || told || heard,
                "danger came up and the police do not hear of it",
            )
        }
    }
}

/// Clocks count from dispatch, or from the order to do it again; signing starts none.
fn law_6(turn: &Turn<'_>) -> Result<(), String> {
    each(turn, |before, event, after| {
        for (n, deadline) in after.deadlines.iter().enumerate() {
            let Some(was) = before.deadlines.get(n) else {
                ensure(deadline.from == turn.at, "a clock starts in the past")?;
                let begins = match event {
                    Event::Dispatched { .. } | Event::Assigned { .. } => {
                        match deadline.leg.as_ref().map(|id| after.leg(id)) {
                            Some(Some(leg)) => leg.dispatched_at == deadline.from,
                            Some(None) => false,
                            None => deadline.stage == Stage::Close,
                        }
                    }
                    Event::RedoOrdered { .. } => deadline.stage == Stage::Result,
                    Event::Offered { .. } => deadline.stage == Stage::Answer,
                    // The desk's own clock runs from the reception, the follow-up's from the review.
                    Event::ClockStarted { .. } => {
                        let received = deadline.from == after.opened_at;
                        (deadline.stage == Stage::Dispatch && received)
                            || (deadline.stage == Stage::FollowUp && after.reviewed)
                    }
                    _ => false,
                };
                ensure(begins, "a clock was started by it")?;
                continue;
            };
            ensure(
                was.id == deadline.id
                    && was.from == deadline.from
                    && was.stage == deadline.stage
                    && was.leg == deadline.leg,
                "a deadline is another",
            )?;
            ensure(
                was.due == deadline.due
                    || matches!(
                        event,
                        Event::ExtensionGranted { .. }
                            | Event::Resumed { .. }
                            | Event::Recounted { .. }
                    ),
                "a deadline was moved",
            )?;
        }
        let mut ids: Vec<_> = after.deadlines.iter().map(|d| &d.id).collect();
        ids.sort();
        ids.dedup();
        ensure(
            ids.len() == after.deadlines.len(),
            "two deadlines of one id",
        )
    })
}

/// Signing starts none, none stops but for what is asked for or for a reason that is named, and a
/// ladder is climbed step by step, each step when its time has come and once.
fn no_clock_stops_unnamed(turn: &Turn<'_>) -> Result<(), String> {
    use DeadlineState as D;
    use Event as E;
    each(turn, |before, event, after| {
        if let E::Signed { .. } = event {
            let same = before.deadlines.len() == after.deadlines.len();
            ensure(same, "signing starts a clock")?;
        }
        for (was, is) in before.deadlines.iter().zip(&after.deadlines) {
            let named = match (was.state, is.state) {
                (was, is) if was == is => true,
                (D::Running, D::Amber) => matches!(event, E::DeadlineNeared { .. }),
                (D::Running | D::Amber, D::Missed) => matches!(event, E::DeadlineMissed { .. }),
                (D::Paused { .. }, D::Running | D::Amber | D::Missed | D::Paused { .. }) => {
                    matches!(
                        event,
                        E::Resumed { .. } | E::Recounted { .. } | E::ExtensionGranted { .. }
                    )
                }
                (D::Amber | D::Missed, D::Running | D::Amber) => {
                    matches!(event, E::ExtensionGranted { .. } | E::Recounted { .. })
                }
                (_, D::Paused { .. }) => {
                    matches!(event, E::Suspended { reason, .. } if !reason.is_empty())
                }
                (_, D::Met { .. }) => match was.stage {
                    Stage::Sign => matches!(event, E::Signed { .. }),
                    Stage::Contact => {
                        matches!(event, E::CallerContacted { .. } | E::ResultGiven { .. })
                    }
                    Stage::Arrival => matches!(event, E::Arrived { .. } | E::ResultGiven { .. }),
                    Stage::Feedback => matches!(
                        event,
                        E::CallerContacted { .. } | E::Reported { .. } | E::ResultGiven { .. }
                    ),
                    Stage::Result => matches!(event, E::ResultGiven { .. }),
                    Stage::Close => matches!(event, E::Closed { .. }),
                    Stage::FollowUp => matches!(event, E::FollowedUp { reached: true, .. }),
                    Stage::Answer => matches!(
                        event,
                        E::PeerAccepted { .. } | E::PeerRefused { .. } | E::ConsultDecided { .. }
                    ),
                    Stage::Dispatch => after.outcome.is_some() || !after.hand_overs.is_empty(),
                },
                (_, D::Void) => matches!(
                    event,
                    E::Closed { .. }
                        | E::Reopened { .. }
                        | E::RedoOrdered { .. }
                        | E::Dispatched { .. }
                        | E::Assigned { .. }
                        | E::AssignmentWithdrawn { .. }
                        | E::ReturnAccepted { .. }
                        | E::OfferWithdrawn { .. }
                        | E::Arbitrated { .. }
                        | E::PeerAccepted { .. }
                        | E::PeerBound { .. }
                        | E::ConsultDecided { .. }
                ),
                _ => false,
            };
            ensure(named, "a clock stopped, or went on, without a reason")?;
            ensure(
                was.climbed == is.climbed || matches!(event, E::Escalated(_)),
                "a ladder was climbed by something else",
            )?;
        }
        if let E::Escalated(taken) = event {
            let was = before.deadlines.iter().find(|d| d.id == taken.deadline);
            let was = was.ok_or("of no deadline")?;
            let rung = was
                .ladder
                .get(usize::from(taken.step) - 1)
                .ok_or("no such step")?;
            ensure(was.climbed + 1 == taken.step, "steps are taken in order")?;
            ensure(rung.at <= turn.at, "a step was taken too early")?;
            ensure(was.is_open(), "a step of what is over")?;
            ensure(was.rule == taken.rule, "another rule is quoted")?;
            ensure(
                was.ladder.is_sorted_by_key(|rung| rung.at),
                "a ladder out of order",
            )?;
        }
        Ok(())
    })
}

/// First impressions are kept.
fn law_8(turn: &Turn<'_>) -> Result<(), String> {
    each(turn, |before, _, after| {
        ensure(
            before.first.is_none() || before.first == after.first,
            "the first classification changed",
        )?;
        ensure(
            before.first_receiver == after.first_receiver
                && before.first_here == after.first_here
                && before.opened_at == after.opened_at,
            "the first receiver changed",
        )?;
        let kept = before
            .legs
            .iter()
            .zip(&after.legs)
            .filter(|(was, is)| {
                (&was.id, &was.unit, was.role, was.dispatched_at)
                    == (&is.id, &is.unit, is.role, is.dispatched_at)
            })
            .count();
        ensure(kept == before.legs.len(), "an assignment was lost")?;
        let kept = before
            .hand_overs
            .iter()
            .zip(&after.hand_overs)
            .filter(|(was, is)| (&was.id, was.mode, was.sent) == (&is.id, is.mode, is.sent))
            .count();
        ensure(kept == before.hand_overs.len(), "a hand-over was lost")?;
        ensure(
            before.danger.len() <= after.danger.len() && before.returns <= after.returns,
            "a sign or a return was lost",
        )
    })
}

/// Whatever it is, it has a word for lists, and it reads back what it writes.
fn is_readable(turn: &Turn<'_>) -> Result<(), String> {
    for case in turn.after {
        let _ = (case.status(), case.task(true), case.task(false));
        let text = serde_json::to_string(case).map_err(|e| e.to_string())?;
        let read: Case = serde_json::from_str(&text).map_err(|e| e.to_string())?;
        ensure(&read == case, "the state does not read back")?;
    }
    for event in turn.events {
        let text = serde_json::to_string(event).map_err(|e| e.to_string())?;
        let read: Event = serde_json::from_str(&text).map_err(|e| e.to_string())?;
        ensure(&read == event, "an event does not read back")?;
    }
    Ok(())
}

fn keeps(
    script: &Script,
    law: impl Fn(&Turn<'_>) -> Result<(), String>,
) -> Result<History, TestCaseError> {
    let mut history = History::begin(script);
    history.live(script, law).map_err(TestCaseError::fail)?;
    Ok(history)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn law_1_every_contact_ends_in_one_outcome(script in script()) {
        let mut history = keeps(&script, law_1)?;
        finish::finish(&mut history).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn law_2_the_holder_moves_by_acceptance_only(script in script()) {
        keeps(&script, law_2)?;
    }

    #[test]
    fn law_5_danger_sends_police(script in script()) {
        keeps(&script, law_5)?;
    }

    #[test]
    fn law_6_clocks_start_at_dispatch(script in script()) {
        keeps(&script, law_6)?;
    }

    #[test]
    fn r_79_no_clock_starts_at_signing_and_none_stops_unnamed(script in script()) {
        keeps(&script, no_clock_stops_unnamed)?;
    }

    #[test]
    fn law_8_first_impressions_are_kept(script in script()) {
        keeps(&script, law_8)?;
    }

    #[test]
    fn every_state_and_event_reads_back(script in script()) {
        keeps(&script, is_readable)?;
    }

    #[test]
    fn every_prefix_of_the_log_folds_to_the_state_it_had(script in script()) {
        let history = keeps(&script, |_| Ok(()))?;
        for (n, state) in history.states.iter().enumerate() {
            let prefix = history.log.iter().take(n + 1).map(|(event, at)| (event, *at));
            let folded = replay(&"c1".into(), prefix);
            prop_assert_eq!(folded.as_ref(), Some(state));
        }
    }
}

#[test]
fn random_histories_reach_every_kind_of_event() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..2_500 {
        let script = script().new_tree(&mut runner).unwrap().current();
        let history = keeps(&script, |_| Ok(())).unwrap();
        seen.extend(history.log.iter().map(|(event, _)| event.kind()));
    }
    let all: BTreeSet<&str> = Event::KINDS.iter().copied().collect();
    println!("{} of {} kinds", seen.len(), all.len());
    let never: Vec<_> = all.difference(&seen).collect();
    assert!(never.is_empty(), "no history has {never:?}");
}
