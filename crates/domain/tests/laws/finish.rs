//! Law 1, the other half: whatever has happened, people can bring the case to its end.

use crate::county::link_of;
use crate::history::History;
use domain::case::{
    Ask, Case, Command, Decision, Entry, HandOverMode, Holder, LegState, PeerFact, Solved, Status,
};
use domain::clock::Limits;

/// What a desk would do next to bring the case to its end.
fn next(case: &Case, arbiter: bool) -> Command {
    let why = || "理由".to_owned();
    let peer = |fact| Command::Peer {
        link: link_of(case.desk),
        fact,
    };
    if case.arbitration {
        return if arbiter {
            Command::Arbitrate {
                to: case.desk.into(),
                basis: why(),
                reason: why(),
            }
        } else {
            peer(PeerFact::Arbitrated {
                to: case.desk.into(),
                epoch: case.epoch + 1,
                reason: why(),
            })
        };
    }
    if case.awaits_bound {
        return peer(PeerFact::Bound {
            epoch: case.epoch,
            no: "no-p1".to_owned(),
            case: "p1".into(),
        });
    }
    if let Some(sent) = case.sent_in_the_air() {
        return peer(PeerFact::Refused {
            offer: sent.id.clone(),
            reason: why(),
            no: "no-p1".to_owned(),
            case: "p1".into(),
        });
    }
    if let Some(offer) = case.incoming() {
        return if offer.mode == HandOverMode::Consult {
            Command::Decide {
                decision: Decision::Both,
                note: why(),
            }
        } else {
            Command::AcceptOffer { note: why() }
        };
    }
    if let Some(child) = case.open_children.first() {
        return Command::ChildClosed {
            child: child.clone(),
        };
    }
    if let Some(leg) = case.legs.iter().find(|leg| leg.state.is_open()) {
        let id = leg.id.clone();
        return match (&leg.ask, leg.state) {
            (Some(Ask::Return { .. }), _) => Command::DecideReturn {
                leg: id,
                accepted: false,
                reason: why(),
            },
            (Some(Ask::Extension { .. }), _) => Command::DecideExtension {
                leg: id,
                granted: false,
                reason: why(),
            },
            (None, LegState::Dispatched) => Command::Sign { leg: id },
            (None, LegState::Suspended) => Command::Resume { leg: id },
            (None, _) => Command::GiveResult {
                leg: id,
                text: why(),
                public_reply: why(),
                solved: Solved::Solved,
            },
        };
    }
    let close = Command::Close { note: why() };
    if matches!(case.holder, Holder::Peer { .. }) {
        let answered =
            case.peer_result.is_some() || case.twin.as_ref().is_some_and(|twin| twin.closed);
        return if answered {
            close
        } else {
            peer(PeerFact::Noted {
                entry: Entry {
                    kind: "closed".to_owned(),
                    at: case.updated_at,
                    unit: "某单位".to_owned(),
                    seq: 1,
                    body: "{}".to_owned(),
                },
                result: None,
                closed: Some(true),
                danger: Vec::new(),
            })
        };
    }
    let resulted = case.status() == Status::Resulted && !case.reviewed;
    match case.outcome {
        None if !case.is_dangerous() => Command::Inform { text: why() },
        Some(_) if resulted && case.result.is_some() => Command::Review {
            passed: true,
            reason: why(),
        },
        Some(_) if !resulted => close,
        _ => Command::Dispatch {
            lead: Some("parks".into()),
            assist: Vec::new(),
            first_response: Vec::new(),
            limits: Limits::default(),
            basis: why(),
            note: why(),
        },
    }
}

/// Brings the case to its end. An error says where it is stuck.
pub(crate) fn finish(history: &mut History) -> Result<(), String> {
    let arbiter = history.rules.links.iter().any(|link| link.arbiter);
    for _ in 0..60 {
        let case = history.case();
        if case.closed_at.is_some() {
            return match case.outcome {
                Some(_) => Ok(()),
                None => Err("closed without an outcome".to_owned()),
            };
        }
        let command = next(case, arbiter);
        if !history.give(&command, &mut |_| Ok(()))? {
            return Err(format!(
                "stuck: {command:?} is refused in {:#?}",
                history.case()
            ));
        }
    }
    Err(format!("never ends: {:#?}", history.case()))
}
