//! Who hears whom, which prompt and what is recorded: computed from the call's stage after every step, and ordered where it
//! differs from what was ordered before. So nobody can be left in a talk that the stage does not have.

use super::fact::Supervision;
use super::name::{LegId, Moment, PromptName};
use super::order::{Gain, Order, Recording};
use super::plan::Plan;
use super::state::{Call, Leg, LegState, Party, Stage};
use std::collections::BTreeMap;

/// A talk within a call. Who is in none hears nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    Main,
    Side,
}

/// Orders what of sound and recording has changed.
pub(crate) fn reconcile(call: &mut Call, plan: &Plan, now: Moment, orders: &mut Vec<Order>) {
    prompts(call, plan, now, orders);
    record(call, orders);
    let wanted = matrix(call);
    let gone: Vec<(LegId, LegId)> = call
        .mix
        .keys()
        .filter(|cell| !wanted.contains_key(*cell))
        .copied()
        .collect();
    for (from, to) in gone {
        call.mix.remove(&(from, to));
        // The cells of a leg that is over went with it.
        let there = |leg: LegId| call.leg(leg).is_some_and(|leg| leg.state != LegState::Over);
        if there(from) && there(to) {
            orders.push(Order::Hear {
                from,
                to,
                gain: Gain::SILENT,
            });
        }
    }
    for ((from, to), gain) in wanted {
        if call.mix.get(&(from, to)) != Some(&gain) {
            call.mix.insert((from, to), gain);
            orders.push(Order::Hear { from, to, gain });
        }
    }
}

fn room(call: &Call, leg: &Leg) -> Option<Room> {
    let early = call.stage == Stage::Calling
        && Some(leg.id) == call.principal
        && leg.state == LegState::Ringing { early: true };
    if !leg.talks() || !(leg.is_up() || early) {
        return None;
    }
    let is_caller = Some(leg.id) == call.principal;
    match &call.stage {
        Stage::Talking => (!(is_caller && call.held)).then_some(Room::Main),
        Stage::Conference(_) => Some(Room::Main),
        Stage::Consulting(_) => (!is_caller).then_some(Room::Side),
        Stage::Calling => call
            .principal()
            .is_some_and(|p| p.is_up() || early_sound(p))
            .then_some(Room::Main),
        Stage::Waiting
        | Stage::Transferring(_)
        | Stage::Promising
        | Stage::Announcing
        | Stage::Closing => None,
    }
}

fn early_sound(leg: &Leg) -> bool {
    leg.state == LegState::Ringing { early: true }
}

fn matrix(call: &Call) -> BTreeMap<(LegId, LegId), Gain> {
    let mut wanted = BTreeMap::new();
    let present: Vec<(&Leg, Room)> = call
        .legs
        .values()
        .filter_map(|leg| room(call, leg).map(|room| (leg, room)))
        .collect();
    for (from, from_room) in &present {
        for (to, to_room) in &present {
            if from.id != to.id && from_room == to_room && !from.muted {
                wanted.insert((from.id, to.id), Gain::FULL);
            }
        }
    }
    // Who supervises hears what the operator hears, and the operator.
    let Some((operator, operator_room)) = present
        .iter()
        .find(|(leg, _)| Some(leg.id) == call.operator)
    else {
        return wanted;
    };
    for leg in call.legs.values().filter(|leg| leg.is_up()) {
        let Party::Supervisor(_, mode) = &leg.party else {
            continue;
        };
        for (other, _) in present.iter().filter(|(_, room)| room == operator_room) {
            if !other.muted {
                wanted.insert((other.id, leg.id), Gain::FULL);
            }
            let heard = match mode {
                Supervision::Listen => false,
                Supervision::Whisper => other.id == operator.id,
                Supervision::Barge => true,
            };
            if heard && !leg.muted {
                wanted.insert((leg.id, other.id), Gain::FULL);
            }
        }
    }
    wanted
}

/// What a leg is to hear of prompts, and whether again and again.
fn prompt(call: &Call, plan: &Plan, now: Moment, leg: &Leg) -> Option<(&'static str, bool)> {
    let is_caller = Some(leg.id) == call.principal;
    let is_operator = Some(leg.id) == call.operator;
    let sound = leg.is_up() || (is_caller && leg.state == LegState::Arrived);
    if !sound || !leg.talks() {
        return None;
    }
    match &call.stage {
        Stage::Waiting if is_caller => {
            (leg.is_up() || now.since(call.queued) >= plan.wait_prompt_ms).then_some(("wait", true))
        }
        Stage::Talking if is_caller && call.held => Some(("hold", true)),
        Stage::Talking if is_caller => {
            // Somebody has taken it and is not yet there: the last hundredths before the sound.
            let alone = !call
                .legs
                .values()
                .any(|other| other.id != leg.id && other.talks() && other.is_up());
            alone.then_some(("ringback", true))
        }
        Stage::Consulting(_) if is_caller => Some(("hold", true)),
        Stage::Consulting(crossing) => {
            (is_operator && !call.up(Some(crossing.leg))).then_some(("ringback", true))
        }
        Stage::Transferring(crossing) if is_caller => Some(if crossing.told {
            ("ringback", true)
        } else {
            ("transfer", false)
        }),
        Stage::Transferring(_) if is_operator => Some(("ringback", true)),
        Stage::Calling if is_operator => {
            let heard = call
                .principal()
                .is_some_and(|p| p.is_up() || early_sound(p));
            (!heard).then_some(("ringback", true))
        }
        Stage::Promising if is_caller => Some(("call_back", false)),
        _ => None,
    }
}

fn prompts(call: &mut Call, plan: &Plan, now: Moment, orders: &mut Vec<Order>) {
    let wanted: Vec<(u16, Option<(PromptName, bool)>)> = call
        .legs
        .iter()
        .filter(|(_, leg)| leg.is_alive() || leg.prompt.is_some())
        .map(|(no, leg)| {
            let wanted = prompt(call, plan, now, leg);
            (
                *no,
                wanted.map(|(name, repeat)| (PromptName::from(name), repeat)),
            )
        })
        .collect();
    for (no, wanted) in wanted {
        let Some(leg) = call.legs.get_mut(&no) else {
            continue;
        };
        if leg.prompt == wanted {
            continue;
        }
        leg.prompt.clone_from(&wanted);
        match wanted {
            Some((prompt, repeat)) => orders.push(Order::Play {
                leg: leg.id,
                prompt,
                repeat,
            }),
            None if leg.state != LegState::Over => orders.push(Order::StopPrompt(leg.id)),
            None => {}
        }
    }
}

fn record(call: &mut Call, orders: &mut Vec<Order>) {
    if call.announcing.is_some() {
        // Only the machine speaks, and nobody has told the other end of a recording.
        return;
    }
    let paused = call.paused;
    // What is said to a machine's prompt before anybody answered is not recorded: nobody has told the caller yet.
    let begun = call.answered.is_some();
    for leg in call.legs.values_mut() {
        let spoken = match &leg.party {
            Party::Supervisor(_, mode) => *mode == Supervision::Barge,
            _ => begun,
        };
        let wanted = (leg.is_up() && (spoken || leg.recording.is_some())).then_some(if paused {
            Recording::Paused
        } else {
            Recording::On
        });
        let Some(wanted) = wanted else {
            continue;
        };
        // A recording begins with sound: while it is paused there is nothing to begin with.
        if leg.recording == Some(wanted) || (leg.recording.is_none() && wanted == Recording::Paused)
        {
            continue;
        }
        if leg.recording.is_none() {
            leg.unsealed = leg.unsealed.saturating_add(1);
        }
        leg.recording = Some(wanted);
        orders.push(Order::Record {
            leg: leg.id,
            state: wanted,
        });
    }
}
