//! The fictional county 望澜县 as the tests see it: two desks, their rules, one plain contact.

use domain::case::{Classification, DangerSign, Intake, LinkRule, Rules, Triaged};
use domain::clock::{Limit, Limits, Millis, Span};
use domain::desk::{Channel, Desk, Urgency};
use domain::id::{CaseId, LinkId, UnitId};

/// A Monday morning, 09:00 in the county.
pub(crate) const MORNING: Millis = 1_795_395_600_000;

/// The name a desk's platform has for the link to the other.
pub(crate) fn link_of(desk: Desk) -> LinkId {
    LinkId::new(format!("to-{}", desk.other()))
}

/// The rules of the platform that runs `desk`; the arbiter sits with the hotline.
pub(crate) fn rules(desk: Desk) -> Rules {
    Rules {
        desk,
        desk_unit: UnitId::new(format!("{desk}-desk")),
        links: vec![LinkRule {
            link: link_of(desk),
            peer_desk: desk.other(),
            arbiter: desk == Desk::Hotline,
        }],
        answer: Limit::of(Span::Minutes(30)),
        limits: Limits {
            sign: Some(Limit::of(Span::Minutes(30))),
            feedback: Some(Limit::of(Span::Hours(2))),
            result: Some(Limit::of(Span::Days(2))),
            close: Some(Limit::of(Span::WorkingDays(5))),
        },
        returns: 2,
        return_within: Span::Hours(4),
        crossings_back: 1,
        extensions: 1,
        danger_unit: UnitId::from("patrol"),
    }
}

/// A sign of danger by that rule.
pub(crate) fn sign(rule: &str) -> DangerSign {
    DangerSign {
        kind: "fire".to_owned(),
        rule: rule.to_owned(),
        words: "着火".to_owned(),
    }
}

/// What a matter of water supply is taken to be.
pub(crate) fn water(desk: Desk) -> Classification {
    Classification {
        desk: Some(desk),
        matter: Some("W01".into()),
        matter_name: "供水".to_owned(),
        urgency: Urgency::Normal,
    }
}

/// A telephone contact with these signs of danger.
pub(crate) fn intake(id: &str, danger: Vec<DangerSign>) -> Intake {
    Intake {
        id: CaseId::from(id),
        no: format!("no-{id}"),
        channel: Channel::Phone,
        confidential: false,
        person: "digest".to_owned(),
        district: "990001".to_owned(),
        happened_at: None,
        triage: Triaged {
            classification: water(Desk::Hotline),
            danger,
            because: Vec::new(),
            list_version: "list-1".to_owned(),
            danger_version: "danger-1".to_owned(),
            located: None,
        },
        source: String::new(),
        backflow_of: None,
        danger_of: None,
    }
}
