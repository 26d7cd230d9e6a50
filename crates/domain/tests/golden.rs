//! Golden files: every kind of event as version 1 wrote it, `golden/v1/<kind>.json`.
//!
//! The log is never rewritten, so these files never change. A kind that is new gets its file with
//! `WRITE_GOLDEN=1 cargo test -p domain --test golden`, which writes what is missing and nothing
//! else; a kind whose fields change gets a version 2 beside it and an upcast.
#![cfg(test)]

use domain::case::{
    Ask, Attached, CallAgreed, CallDropped, CallFailure, CallNoted, CallParty, CallSound, CallStep,
    CallSupervision, Classification, DangerSign, Decision, Dispute, DisputeAbout, Entry,
    Escalation, Event, GivenResult, HandOverMode, Instructed, Leg, LegRole, LegState, MessageNoted,
    MessageStep, OfferBody, Rated, RatingAsked, RatingChecked, Relation, Settlement, Solved,
    Supervised, Triaged, Watched,
};
use domain::clock::{
    Anchor, Deadline, DeadlineState, Limit, Limits, Millis, Span, Stage, StepDue, Then, Told, Way,
};
use domain::desk::{Channel, Desk, Urgency};
use domain::followup::Reasons;
use domain::supervision::WatchFlag;
use serde_json::Value;
use std::path::PathBuf;

const AT: Millis = 1_795_395_600_000;

fn word(text: &str) -> String {
    text.to_owned()
}

fn classification() -> Classification {
    Classification {
        desk: Some(Desk::Hotline),
        matter: Some("W01".into()),
        matter_name: word("供水"),
        urgency: Urgency::Urgent,
    }
}

fn sign() -> DangerSign {
    DangerSign {
        kind: word("gas"),
        rule: word("G1"),
        words: word("煤气味"),
    }
}

fn deadline(state: DeadlineState) -> Deadline {
    Deadline {
        id: "d1".into(),
        leg: Some("a1".into()),
        stage: Stage::Sign,
        rule: word("list-1 W01 · sign 30m"),
        from: AT,
        amber: AT + 1_350_000,
        red: None,
        due: AT + 1_800_000,
        hours: None,
        ladder: Vec::new(),
        climbed: 0,
        recounted_at: None,
        due_first: None,
        state,
    }
}

/// A deadline with everything a catalogue can give it.
fn laddered() -> Deadline {
    Deadline {
        red: Some(AT + 1_620_000),
        hours: Some("06:00-22:00".parse().unwrap()),
        ladder: vec![StepDue {
            at: AT + 1_800_000,
            of: Anchor::Due,
            after: Some(Span::Minutes(30)),
            tell: Told::UnitLead,
            by: vec![Way::Console, Way::Phone],
            then: Then::Urge,
        }],
        climbed: 1,
        recounted_at: Some(AT + 4),
        due_first: Some(AT + 1_700_000),
        ..deadline(DeadlineState::Amber)
    }
}

fn leg(role: LegRole, state: LegState) -> Leg {
    Leg {
        id: "a1".into(),
        unit: "water".into(),
        role,
        state,
        dispatched_at: AT,
        signed_at: Some(AT + 1),
        contacted_at: Some(AT + 2),
        ask: Some(Ask::Extension {
            by: Span::WorkingDays(3),
            reason: word("等配件"),
            at: AT + 3,
        }),
        extensions: 1,
        binding: true,
        limits: Limits {
            sign: Some(Limit::of(Span::Minutes(30))),
            feedback: Some(Limit::of(Span::Hours(2))),
            result: Some(Limit::of(Span::Days(2))),
            close: Some(Limit::of(Span::WorkingDays(5))),
        },
        solved: Some(Solved::Partly),
    }
}

fn offer() -> Box<OfferBody> {
    Box::new(OfferBody {
        offer: "h1101".into(),
        mode: HandOverMode::Push,
        case: "p1".into(),
        no: word("J202611230001"),
        desk: Desk::Police,
        first: true,
        classification: classification(),
        danger: vec![sign()],
        channel: Channel::Phone,
        received_at: AT,
        confidential: true,
        district: word("990001"),
        epoch: 2,
        answer_due: AT + 1_800_000,
        note: word("请接"),
        history: Vec::new(),
    })
}

/// One event of every kind, with every field that can be left out filled in.
fn samples() -> Vec<Event> {
    let why = || word("理由");
    let a1 = || "a1".into();
    let h1 = || "h1101".into();
    vec![
        Event::Received {
            no: word("R202611230001"),
            channel: Channel::Messenger,
            desk: Desk::Hotline,
            first_receiver: "hotline-desk".into(),
            desk_unit: "hotline-desk".into(),
            confidential: true,
            person: word("digest"),
            district: word("990001"),
            happened_at: Some(AT - 60_000),
            source: word("旧系统 17"),
            backflow_of: Some("c0".into()),
            danger_of: Some("c9".into()),
            held_by: Some("to-police".into()),
        },
        Event::Triaged(Triaged {
            classification: classification(),
            danger: vec![sign()],
            because: vec![sign()],
            list_version: word("list-1"),
            danger_version: word("danger-1"),
            located: None,
        }),
        Event::Classified {
            to: classification(),
            reason: why(),
        },
        Event::DetailAdded {
            digest: word("digest"),
        },
        Event::DangerRaised {
            signs: vec![sign()],
            version: word("danger-1"),
            heard_from: Some("to-police".into()),
        },
        Event::DangerDismissed {
            rule: word("G1"),
            reason: why(),
        },
        Event::PoliceOrdered { case: "c2".into() },
        Event::Answered { text: why() },
        Event::Informed { text: why() },
        Event::NotAccepted {
            reason: why(),
            basis: word("办法第九条"),
            guidance: word("可向法院起诉"),
        },
        Event::ToldToDial {
            number: word("12345"),
        },
        Event::NuisanceMarked { reason: why() },
        Event::Cancelled { reason: why() },
        Event::MergedInto { into: "c2".into() },
        Event::Merged { from: "c3".into() },
        Event::Dispatched {
            legs: vec![leg(LegRole::Lead, LegState::Dispatched)],
            ended: vec!["a0".into()],
            deadlines: vec![
                deadline(DeadlineState::Running),
                deadline(DeadlineState::Met {
                    at: AT,
                    late: false,
                }),
            ],
            basis: word("list-1 W01"),
            note: why(),
        },
        Event::AssignmentWithdrawn {
            leg: a1(),
            reason: why(),
        },
        Event::Signed { leg: a1() },
        Event::CallerContacted {
            leg: a1(),
            reached: true,
            note: why(),
        },
        Event::Departed {
            leg: a1(),
            note: String::new(),
        },
        Event::Arrived {
            leg: a1(),
            note: String::new(),
        },
        Event::Reported {
            leg: a1(),
            text: why(),
            scene: None,
        },
        Event::Suspended {
            leg: a1(),
            reason: why(),
            ground: String::new(),
        },
        Event::Resumed { leg: a1() },
        Event::ExtensionAsked {
            leg: a1(),
            by: Span::Days(2),
            reason: why(),
        },
        Event::ExtensionGranted {
            leg: a1(),
            deadlines: vec![
                deadline(DeadlineState::Paused {
                    left: 60_000,
                    missed: true,
                }),
                deadline(DeadlineState::Void),
            ],
            reason: why(),
        },
        Event::ExtensionDenied {
            leg: a1(),
            reason: why(),
        },
        Event::ReturnAsked {
            leg: a1(),
            reason: why(),
        },
        Event::ReturnAccepted {
            leg: a1(),
            reason: why(),
        },
        Event::ReturnDenied {
            leg: a1(),
            reason: why(),
        },
        Event::Assigned {
            leg: leg(LegRole::Assist, LegState::Suspended),
            ended: vec!["a0".into()],
            deadlines: vec![
                deadline(DeadlineState::Amber),
                deadline(DeadlineState::Missed),
            ],
            basis: word("审定办法"),
            reason: why(),
        },
        Event::ResultGiven {
            leg: a1(),
            text: word("已修复"),
            public_reply: word("已修复，请查看"),
            solved: Solved::Solved,
        },
        Event::ReviewPassed { reason: why() },
        Event::RedoOrdered {
            leg: a1(),
            reason: why(),
            deadlines: vec![deadline(DeadlineState::Running)],
        },
        Event::FollowedUp {
            reached: true,
            solved: Some(Solved::Unsolved),
            satisfaction: Some(2),
            note: why(),
            satisfied_desk: None,
            satisfied_unit: None,
            cause: None,
            reasons: Reasons::default(),
            next_at: None,
            booked: false,
        },
        Event::RatingAsked(RatingAsked {
            digest: word("digest"),
            until: AT + 604_800_000,
            rule: word("2026.1"),
        }),
        Event::RatingChecked(RatingChecked {
            counted: true,
            reason: why(),
        }),
        Event::Attached(Attached {
            attachment: "f1".into(),
            leg: Some(a1()),
            media: word("image/jpeg"),
            size: 204_800,
            digest: word("digest"),
            name: word("salted digest"),
        }),
        Event::Rated(Rated {
            result_at: AT,
            reached: true,
            solved: Solved::Partly,
            desk: 5,
            unit: 2,
            words: word("salted digest"),
            by_link: false,
            flags: Vec::new(),
        }),
        Event::Closed { note: why() },
        Event::Reopened { reason: why() },
        Event::Urged { note: why() },
        Event::ChildMade { child: "k1".into() },
        Event::ParentSet {
            parent: "c8".into(),
        },
        Event::ChildClosed { child: "k1".into() },
        Event::ChildReopened { child: "k1".into() },
        Event::Linked {
            other: "c4".into(),
            relation: Relation::Backflow,
        },
        Event::Offered {
            body: offer(),
            link: "to-hotline".into(),
            deadline: deadline(DeadlineState::Running),
        },
        Event::WithdrawalAsked {
            offer: h1(),
            reason: why(),
        },
        Event::OfferWithdrawn {
            offer: h1(),
            reason: why(),
        },
        Event::OfferReceived {
            body: offer(),
            link: "to-police".into(),
        },
        Event::OfferAccepted {
            offer: h1(),
            epoch: 3,
            rule: word("law 5"),
            note: why(),
        },
        Event::OfferRefused {
            offer: h1(),
            reason: why(),
        },
        Event::PeerAccepted {
            offer: h1(),
            epoch: 3,
            no: word("R202611230001"),
            case: "q1".into(),
        },
        Event::PeerRefused {
            offer: h1(),
            reason: why(),
            no: word("R202611230001"),
            case: "q1".into(),
        },
        Event::ConsultDecided {
            offer: h1(),
            decision: Decision::Undecided,
            epoch: 3,
            here: false,
            no: word("R202611230001"),
            case: Some("q1".into()),
            note: why(),
        },
        Event::ArbitrationAsked {
            here: true,
            reason: why(),
        },
        Event::Arbitrated {
            to: domain::case::Taker::Police,
            epoch: 4,
            here: true,
            basis: word("审定办法"),
            reason: why(),
        },
        Event::PeerBound {
            epoch: 4,
            no: word("J202611230001"),
            case: "p1".into(),
        },
        Event::PeerNoted {
            entry: Entry {
                kind: word("result_given"),
                at: AT,
                unit: word("某单位"),
                seq: 9,
                body: word("{}"),
            },
            result: Some(GivenResult {
                unit: word("某单位"),
                at: AT,
                public_reply: word("已修复"),
                solved: Solved::NotHandled,
            }),
            closed: Some(true),
        },
        Event::DeadlineNeared {
            deadline: "d1".into(),
        },
        Event::DeadlineMissed {
            deadline: "d1".into(),
        },
        Event::Redacted { reason: why() },
        Event::Supervised(Supervised {
            measure: "m1".into(),
            no: word("DB-2026-00012"),
            rung: domain::supervision::Rung::Order,
            unit: "water".into(),
            rule: word("D1"),
            reason: word("望澜县督办规则 2026-1 D1：办结逾期的，次日发督办单"),
            due: AT + 172_800_000,
        }),
        Event::SupervisionAnswered {
            measure: "m1".into(),
            no: word("DB-2026-00012"),
            text: word("已办理"),
        },
        Event::SupervisionMissed {
            measure: "m1".into(),
            no: word("DB-2026-00012"),
        },
        Event::SupervisionDecided {
            measure: "m1".into(),
            no: word("DB-2026-00012"),
            accepted: true,
            reason: why(),
        },
        Event::SupervisionEnded {
            measure: "m1".into(),
            no: word("DB-2026-00012"),
            withdrawn: true,
            note: why(),
        },
        Event::Flagged(Watched {
            flag: WatchFlag::Serious,
            reason: why(),
        }),
        Event::Unflagged(Watched {
            flag: WatchFlag::Difficult,
            reason: why(),
        }),
        Event::ClockStarted {
            deadline: laddered(),
        },
        Event::Escalated(Escalation {
            deadline: "d1".into(),
            step: 2,
            to: Told::Supervisor,
            unit: Some("water".into()),
            by: vec![Way::Console, Way::Sms],
            then: Then::Order,
            rule: word("catalogue-1 result-2d · result 2d"),
        }),
        Event::Recounted {
            deadlines: vec![laddered()],
            reason: why(),
        },
        Event::CallNoted(CallNoted {
            call: word("0192a000-0000-7000-8000-000000000001"),
            at: 1_000,
            step: CallStep::TransferFailed {
                party: CallParty::Partner(word("police")),
                failure: CallFailure::Busy,
            },
        }),
        Event::Instructed(Instructed {
            leg: a1(),
            text: word("封路，等消防到场"),
        }),
        Event::Disputed(Dispute {
            dispute: 1,
            leg: a1(),
            about: DisputeAbout::Custody,
            against: Some("civil".into()),
            text: word("救助站不接收，要求先付费用"),
        }),
        Event::DisputeSettled(Settlement {
            dispute: 1,
            unit: "civil".into(),
            basis: word("联动工作办法第九条"),
            reason: why(),
        }),
        Event::MessageNoted(MessageNoted {
            message: word("0192a000-0000-7000-8000-000000000001"),
            at: 1_000,
            step: MessageStep::Written {
                parts: 2,
                waited: Some(90_000),
            },
        }),
    ]
}

/// Every step of a short message, with every field.
#[test]
fn every_step_of_a_message_reads_and_writes_what_version_1_wrote() {
    let steps = [
        MessageStep::Came {
            parts: 3,
            missing: 1,
        },
        MessageStep::Late,
        MessageStep::Written {
            parts: 1,
            waited: None,
        },
        MessageStep::SetAside {
            reason: word("已电话答复"),
            waited: 5_000,
        },
        MessageStep::Arrived,
        MessageStep::Failed {
            why: word("refused"),
        },
    ];
    let noted: Vec<MessageNoted> = steps
        .into_iter()
        .map(|step| MessageNoted {
            message: word("0192a000-0000-7000-8000-000000000001"),
            at: 1_000,
            step,
        })
        .collect();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/message_steps.json");
    if !path.exists() && std::env::var_os("WRITE_GOLDEN").is_some() {
        std::fs::write(&path, serde_json::to_string_pretty(&noted).unwrap() + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let read: Vec<MessageNoted> = serde_json::from_str(&text).unwrap();
    assert_eq!(read, noted);
    let golden: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_value(&noted).unwrap(), golden);
}

/// Every step of a call, with every field: each reads back as what it was written from.
fn call_steps() -> Vec<CallStep> {
    let partner = || CallParty::Partner(word("police"));
    vec![
        CallStep::Answered {
            waited: 4_000,
            elsewhere: word("duty"),
        },
        CallStep::TransferBegan(CallParty::Number),
        CallStep::SentenceHeard,
        CallStep::TransferAnswered {
            party: partner(),
            after: 2_000,
        },
        CallStep::TransferFailed {
            party: CallParty::Seat(word("a")),
            failure: CallFailure::NoAnswer,
        },
        CallStep::ConsultBegan(partner()),
        CallStep::ConsultAnswered {
            party: partner(),
            after: 2_000,
        },
        CallStep::ConsultEnded {
            party: CallParty::Number,
            failure: Some(CallFailure::Declined),
        },
        CallStep::Joined(partner()),
        CallStep::HandedOver(partner()),
        CallStep::Agreed {
            agreed: CallAgreed::Undecided,
            by_rule: true,
        },
        CallStep::Supervised {
            by: word("lead"),
            mode: CallSupervision::Whisper,
        },
        CallStep::RecordingPaused { paused: true },
        CallStep::OperatorLost,
        CallStep::Dropped {
            reason: CallDropped::LineDead,
            due: 31_000,
        },
        CallStep::CallBackFailed {
            attempt: 3,
            failure: CallFailure::Busy,
            last: true,
        },
        CallStep::CallBackReached,
        CallStep::CalledAgain,
        CallStep::Over {
            inbound: true,
            talked: 60_000,
            sound: vec![CallSound {
                name: word("0192a000-0000-7000-8000-000000000001-0"),
                head: word("00ff"),
                seconds: 60,
            }],
        },
    ]
}

#[test]
fn every_step_of_a_call_reads_and_writes_what_version_1_wrote() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/call_steps.json");
    let steps: Vec<CallNoted> = call_steps()
        .into_iter()
        .map(|step| CallNoted {
            call: word("0192a000-0000-7000-8000-000000000001"),
            at: 1_000,
            step,
        })
        .collect();
    if !path.exists() && std::env::var_os("WRITE_GOLDEN").is_some() {
        std::fs::write(&path, serde_json::to_string_pretty(&steps).unwrap() + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let read: Vec<CallNoted> = serde_json::from_str(&text).unwrap();
    assert_eq!(read, steps);
    let golden: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_value(&steps).unwrap(), golden);
    let shared = steps.iter().filter(|noted| noted.step.is_shared()).count();
    assert_eq!(
        shared,
        steps.len() - 2,
        "who listened and when a secret was said stay here"
    );
}

fn file(kind: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/v1/{kind}.json"))
}

#[test]
fn every_kind_reads_and_writes_what_version_1_wrote() {
    assert_eq!(Event::VERSION, 1, "a new version needs its own files");
    let samples = samples();
    for kind in Event::KINDS {
        let sample = samples
            .iter()
            .find(|event| event.kind() == *kind)
            .unwrap_or_else(|| panic!("no sample of {kind}"));
        let path = file(kind);
        if !path.exists() && std::env::var_os("WRITE_GOLDEN").is_some() {
            let text = serde_json::to_string_pretty(sample).unwrap();
            std::fs::write(&path, text + "\n").unwrap();
        }
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|e| panic!("{kind} has no golden file: {e}"));
        let golden: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(golden["kind"], *kind, "{kind} is named by its tag");
        let read: Event = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{kind}: {e}"));
        assert_eq!(&read, sample, "{kind} reads as something else");
        assert_eq!(
            serde_json::to_value(sample).unwrap(),
            golden,
            "{kind} is written otherwise"
        );
    }
}

#[test]
fn every_golden_file_is_of_a_kind_there_is() {
    let folder = file("received");
    for entry in std::fs::read_dir(folder.parent().unwrap()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let kind = name.strip_suffix(".json").unwrap();
        assert!(Event::KINDS.contains(&kind), "{kind} can no longer be read");
    }
}
