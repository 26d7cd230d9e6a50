//! A contact becomes a case.

use super::{Context, assignment, crossing};
use crate::case::command::Command;
use crate::case::event::{Event, OfferBody};
use crate::case::evolve::{begin, evolve};
use crate::case::intake::Intake;
use crate::case::refusal::Refusal;
use crate::clock::Stage;
use crate::desk::Desk;
use crate::id::LinkId;

/// What happens when a contact arrives: it is received, triaged, its danger raised, and then
/// whatever was decided about it in the same breath. A danger sends police before anybody asks
/// (law 5). An order from a peer begins with the offer it came by.
///
/// # Errors
/// The refusal of what was decided in the same breath; then nothing happened at all.
pub fn receive(
    intake: &Intake,
    offer: Option<(&LinkId, &OfferBody)>,
    then: Option<&Command>,
    ctx: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let mut events = vec![
        Event::Received {
            no: intake.no.clone(),
            channel: intake.channel,
            desk: ctx.rules.desk,
            first_receiver: ctx.rules.desk_unit.clone(),
            desk_unit: ctx.rules.desk_unit.clone(),
            confidential: intake.confidential,
            person: intake.person.clone(),
            district: intake.district.clone(),
            happened_at: intake.happened_at,
            source: intake.source.clone(),
            backflow_of: intake.backflow_of.clone(),
            danger_of: intake.danger_of.clone(),
            held_by: offer.map(|(link, _)| link.clone()),
        },
        Event::Triaged(intake.triage.clone()),
    ];
    if !intake.triage.danger.is_empty() {
        events.push(Event::DangerRaised {
            signs: intake.triage.danger.clone(),
            version: intake.triage.danger_version.clone(),
            heard_from: None,
        });
    }
    if let Some((link, body)) = offer {
        let mut unheard = body.danger.clone();
        unheard.retain(|sign| !intake.triage.danger.iter().any(|own| own.rule == sign.rule));
        if !unheard.is_empty() {
            events.push(Event::DangerRaised {
                signs: unheard,
                version: String::new(),
                heard_from: Some(link.clone()),
            });
        }
    }
    let mut case = begin(intake.id.clone(), first(&events)?, ctx.now)
        .ok_or(Refusal::PeerMismatch("a case begins with its reception"))?;
    for event in events.iter().skip(1) {
        case = evolve(case, event, ctx.now);
    }
    if let Some((link, body)) = offer {
        let crossed = Event::OfferReceived {
            body: Box::new(body.clone()),
            link: link.clone(),
        };
        case = evolve(case, &crossed, ctx.now);
        events.push(crossed);
        if case.desk == Desk::Police && case.is_dangerous() {
            let taken = crossing::accept_by_rule(&case, crossing::DANGER_IS_POLICE);
            if let Some(taken) = taken {
                case = evolve(case, &taken, ctx.now);
                events.push(taken);
            }
        }
    }
    if offer.is_none()
        && let Some(started) = ctx.start_by_rule(&case, Stage::Dispatch)
    {
        case = evolve(case, &started, ctx.now);
        events.push(started);
    }
    if let Some(command) = then {
        for event in super::decide(&case, command, ctx)? {
            case = evolve(case, &event, ctx.now);
            events.push(event);
        }
    }
    if case.is_dangerous() && case.closed_at.is_none() {
        let sent = super::on_the_way(&case);
        match case.desk {
            Desk::Police
                if !sent && super::held_here(&case).is_ok() && case.sent_in_the_air().is_none() =>
            {
                events.extend(assignment::send_for_danger(&case, ctx));
            }
            Desk::Hotline if case.twin.is_none() => {
                if let Some(police) = ctx.rules.links.iter().find(|l| l.peer_desk == Desk::Police) {
                    events.push(crossing::offer_for_danger(&case, &police.link, ctx));
                }
            }
            _ => {}
        }
    }
    Ok(events)
}

fn first(events: &[Event]) -> Result<&Event, Refusal> {
    events
        .first()
        .ok_or(Refusal::PeerMismatch("a case begins with its reception"))
}
