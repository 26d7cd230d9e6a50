//! From a fact of the machine to what is written: a line of the call's steps, and what of it belongs on the case.

use ::voice::call::{
    Agreed, Announced, CallRecord, Destination, DropReason, Ender, Failure, LegRecord, Outcome,
    Supervision, What, Who,
};
use ::voice::queue::{Because, Class, PassedOver, Pick, Reach};
use domain::case::{
    CallAgreed, CallDropped, CallFailure, CallParty, CallSound, CallStep, CallSupervision,
};
use serde_json::{Value, json};

/// A word for a class, as the wire and the store have it.
pub(crate) fn class(class: Class) -> &'static str {
    match class {
        Class::Emergency => "emergency",
        Class::CalledAgain => "called_again",
        Class::CallBackDue => "call_back_due",
        Class::Normal => "normal",
    }
}

pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Answered => "answered",
        Outcome::AnsweredElsewhere => "answered_elsewhere",
        Outcome::CallBack => "call_back",
        Outcome::LostWithoutNumber => "lost_without_number",
        Outcome::RefusedFull => "refused_full",
        Outcome::NotReached => "not_reached",
        Outcome::Reached => "reached",
    }
}

pub(crate) fn ender(ender: Ender) -> &'static str {
    match ender {
        Ender::Remote => "remote",
        Ender::Local => "local",
        Ender::Network => "network",
    }
}

pub(crate) fn party(to: &Destination) -> CallParty {
    match to {
        Destination::Partner(name) => CallParty::Partner(name.clone()),
        Destination::Seat(seat) => CallParty::Seat(seat.to_string()),
        Destination::Number(_) => CallParty::Number,
    }
}

pub(crate) fn failure(failure: Failure) -> CallFailure {
    match failure {
        Failure::Busy => CallFailure::Busy,
        Failure::NoAnswer => CallFailure::NoAnswer,
        Failure::Declined => CallFailure::Declined,
        Failure::NoSuchNumber => CallFailure::NoSuchNumber,
        Failure::Unreachable => CallFailure::Unreachable,
        Failure::TakenBack => CallFailure::TakenBack,
        Failure::CallerGone => CallFailure::CallerGone,
    }
}

fn dropped(reason: DropReason) -> CallDropped {
    match reason {
        DropReason::Abandoned => CallDropped::Abandoned,
        DropReason::SoonAfterAnswer => CallDropped::SoonAfterAnswer,
        DropReason::LineDead => CallDropped::LineDead,
        DropReason::GaveUp => CallDropped::GaveUp,
    }
}

fn millis(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    crate::chance::hex(bytes)
}

/// What of a fact belongs on the case.
pub(crate) fn on_case(what: &What) -> Option<CallStep> {
    Some(match what {
        What::Answered {
            elsewhere,
            waited_ms,
            ..
        } => CallStep::Answered {
            waited: millis(*waited_ms),
            elsewhere: elsewhere.clone().unwrap_or_default(),
        },
        What::TransferBegan { to, .. } => CallStep::TransferBegan(party(to)),
        What::SentenceHeard => CallStep::SentenceHeard,
        What::TransferAnswered { to, after_ms } => CallStep::TransferAnswered {
            party: party(to),
            after: millis(*after_ms),
        },
        What::TransferFailed {
            to, failure: why, ..
        } => CallStep::TransferFailed {
            party: party(to),
            failure: failure(*why),
        },
        What::ConsultBegan { to, .. } => CallStep::ConsultBegan(party(to)),
        What::ConsultAnswered { to, after_ms } => CallStep::ConsultAnswered {
            party: party(to),
            after: millis(*after_ms),
        },
        What::ConsultEnded { to, failure: why } => CallStep::ConsultEnded {
            party: party(to),
            failure: why.map(failure),
        },
        What::Joined { to, .. } => CallStep::Joined(party(to)),
        What::HandedOver { to, .. } => CallStep::HandedOver(party(to)),
        What::Agreed { agreed, by } => CallStep::Agreed {
            agreed: match agreed {
                Agreed::Police => CallAgreed::Police,
                Agreed::Hotline => CallAgreed::Hotline,
                Agreed::Both => CallAgreed::Both,
                Agreed::Undecided => CallAgreed::Undecided,
            },
            by_rule: by.is_none(),
        },
        What::Supervised { by, mode } => CallStep::Supervised {
            by: by.to_string(),
            mode: match mode {
                Supervision::Listen => CallSupervision::Listen,
                Supervision::Whisper => CallSupervision::Whisper,
                Supervision::Barge => CallSupervision::Barge,
            },
        },
        What::RecordingPaused { paused, .. } => CallStep::RecordingPaused { paused: *paused },
        What::OperatorLost { .. } => CallStep::OperatorLost,
        What::CallBackMade { reason, due, .. } => CallStep::Dropped {
            reason: dropped(*reason),
            due: due.0,
        },
        What::CallBackFailed {
            attempt,
            failure: why,
            again,
        } => CallStep::CallBackFailed {
            attempt: *attempt,
            failure: failure(*why),
            last: again.is_none(),
        },
        What::CallBackReached { .. } => CallStep::CallBackReached,
        What::CallBackNeedless { .. } => CallStep::CalledAgain,
        What::Over(record) => CallStep::Over {
            inbound: record.inbound,
            talked: record
                .answered
                .map_or(0, |at| millis(record.ended.since(at))),
            sound: record
                .legs
                .iter()
                .flat_map(|leg| &leg.recordings)
                .map(|sealed| CallSound {
                    name: sealed.recording.clone(),
                    head: hex(&sealed.head),
                    seconds: sealed.seconds,
                })
                .collect(),
        },
        What::Arrived { .. }
        | What::Refused { .. }
        | What::Offered(_)
        | What::NotAnswered { .. }
        | What::Declined { .. }
        | What::DutyRung { .. }
        | What::Overflowed { .. }
        | What::OverflowFailed { .. }
        | What::Held { .. }
        | What::Retrieved { .. }
        | What::Unsupervised { .. }
        | What::CallBackWaits { .. }
        | What::CallBackTried { .. }
        | What::Resumed { .. }
        | What::Dialled { .. }
        | What::DialAnswered { .. }
        // A notice keeps what came of its call by itself.
        | What::AnnouncementBegan { .. }
        | What::AnnouncementRang
        | What::AnnouncementAnswered { .. }
        | What::AnnouncementHeard { .. }
        | What::AnnouncementKey { .. }
        | What::Announced { .. } => return None,
    })
}

/// What came of an announcement, as the outcome of the notice's try.
pub(crate) fn announced(announced: Announced) -> &'static str {
    match announced {
        Announced::Acknowledged => "acknowledged",
        Announced::Heard => "heard",
        Announced::HungUp => "hung_up",
        Announced::Failed(Failure::Busy) => "busy",
        Announced::Failed(Failure::NoAnswer) => "no_answer",
        Announced::Failed(Failure::Declined) => "declined",
        Announced::Failed(Failure::NoSuchNumber) => "no_such_number",
        Announced::Failed(Failure::Unreachable) => "line_unreachable",
        Announced::Failed(Failure::TakenBack | Failure::CallerGone) => "answered_before",
    }
}

/// Whose deed it is, where it is a person's.
pub(crate) fn seat_of(what: &What) -> Option<&str> {
    match what {
        What::Answered { seat, .. } => seat.as_ref().map(|seat| seat.as_str()),
        What::Agreed { by, .. } => by.as_ref().map(|seat| seat.as_str()),
        What::TransferBegan { seat, .. }
        | What::ConsultBegan { seat, .. }
        | What::Joined { seat, .. }
        | What::HandedOver { seat, .. }
        | What::Supervised { by: seat, .. }
        | What::RecordingPaused { by: seat, .. } => Some(seat.as_str()),
        _ => None,
    }
}

/// A fact as a line of the call's steps: its kind, and its fields without any number.
pub(crate) fn line(what: &What) -> (&'static str, Value) {
    match what {
        What::Arrived {
            trunk,
            called,
            class: of,
            again,
            ..
        } => (
            "arrived",
            json!({"trunk": trunk.as_str(), "called": called, "class": class(*of),
                   "again": again.map(|call| call.to_string())}),
        ),
        What::Refused { cause } => ("refused", json!({"cause": cause.sip})),
        What::Offered(found) => ("offered", pick(found)),
        What::NotAnswered { seat } => ("not_answered", json!({"seat": seat.as_str()})),
        What::Declined { seat } => ("declined", json!({"seat": seat.as_str()})),
        What::DutyRung { who } => ("duty_rung", json!({"who": who})),
        What::Overflowed { partner } => ("overflowed", json!({"partner": partner})),
        What::OverflowFailed { to, failure: why } => (
            "overflow_failed",
            json!({"to": to, "failure": failure(*why)}),
        ),
        What::Held { seat } => ("held", json!({"seat": seat.as_str()})),
        What::Retrieved { seat } => ("retrieved", json!({"seat": seat.as_str()})),
        What::Unsupervised { by } => ("unsupervised", json!({"by": by.as_str()})),
        What::CallBackWaits {
            of, class: waits, ..
        } => (
            "call_back_waits",
            json!({"of": of.to_string(), "class": class(*waits)}),
        ),
        What::CallBackTried { by, attempt } => (
            "call_back_tried",
            json!({"by": by.to_string(), "attempt": attempt}),
        ),
        What::Dialled {
            seat,
            to,
            call_back,
        } => (
            "dialled",
            json!({"seat": seat.as_str(), "party": party(to),
                   "call_back": call_back.map(|call| call.to_string())}),
        ),
        What::DialAnswered { after_ms } => ("dial_answered", json!({"after": after_ms})),
        What::Resumed { lost } => ("resumed", json!({"lost": lost})),
        What::AnnouncementBegan { .. } => ("announcement_began", json!({})),
        What::AnnouncementRang => ("announcement_rang", json!({})),
        What::AnnouncementAnswered { after_ms } => {
            ("announcement_answered", json!({"after": after_ms}))
        }
        What::AnnouncementHeard { time } => ("announcement_heard", json!({"time": time})),
        What::AnnouncementKey { key } => ("announcement_key", json!({"key": key})),
        What::Announced { announced: came } => ("announced", json!({"outcome": announced(*came)})),
        What::Over(record) => (
            "over",
            json!({"outcome": outcome(record.outcome), "of": on_case(what)}),
        ),
        other => {
            // Everything else is on the case in the same words.
            let body = on_case(other).and_then(|step| serde_json::to_value(step).ok());
            let body = body.unwrap_or_default();
            let seat = seat_of(other).unwrap_or_default();
            (kind(other), json!({"seat": seat, "of": body}))
        }
    }
}

fn kind(what: &What) -> &'static str {
    match what {
        What::Answered { .. } => "answered",
        What::TransferBegan { .. } => "transfer_began",
        What::SentenceHeard => "sentence_heard",
        What::TransferAnswered { .. } => "transfer_answered",
        What::TransferFailed { .. } => "transfer_failed",
        What::ConsultBegan { .. } => "consult_began",
        What::ConsultAnswered { .. } => "consult_answered",
        What::ConsultEnded { .. } => "consult_ended",
        What::Joined { .. } => "joined",
        What::HandedOver { .. } => "handed_over",
        What::Agreed { .. } => "agreed",
        What::Supervised { .. } => "supervised",
        What::RecordingPaused { .. } => "recording_paused",
        What::OperatorLost { .. } => "operator_lost",
        What::CallBackMade { .. } => "call_back_made",
        What::CallBackFailed { .. } => "call_back_failed",
        What::CallBackReached { .. } => "call_back_reached",
        What::CallBackNeedless { .. } => "call_back_needless",
        _ => "other",
    }
}

/// A pick, with every candidate and why it was not the one. Two dozen candidates in each call's steps are each a list: seat,
/// skill, idle, why unless it is the same as of the one before, and the skills it is about; [`unfolded`] gives them their names.
fn pick(found: &Pick) -> Value {
    let mut before = "";
    let candidates: Vec<Value> = found
        .candidates
        .iter()
        .map(|candidate| {
            let why = passed_over(candidate.passed_over.as_ref());
            let (seat, skill, idle) = (candidate.seat.as_str(), candidate.skill, candidate.idle_ms);
            match candidate.passed_over {
                Some(PassedOver::LacksRequired(skills) | PassedOver::LacksPreferred(skills)) => {
                    before = why;
                    json!([seat, skill, idle, why, skills.0.to_string()])
                }
                _ if why == std::mem::replace(&mut before, why) => json!([seat, skill, idle]),
                _ => json!([seat, skill, idle, why]),
            }
        })
        .collect();
    json!({
        "class": class(found.class),
        "waited": found.waited_ms,
        "waiting": found.waiting,
        "ahead": found.ahead,
        "reach": match found.reach {
            Reach::Preferred => "preferred",
            Reach::Required => "required",
            Reach::Backup => "backup",
        },
        "because": because(found.because),
        "seats": found.seats.iter().map(|seat| seat.as_str()).collect::<Vec<_>>(),
        "candidates": candidates,
        "others": found.others,
    })
}

/// The candidates of a pick by the names of their fields, as readers take them; those of older steps have them already.
pub(crate) fn unfolded(body: &mut Value) {
    let candidates = body.get_mut("candidates").and_then(Value::as_array_mut);
    let mut before = Value::from("");
    for candidate in candidates.into_iter().flatten() {
        let Some(fields) = candidate.as_array() else {
            continue;
        };
        let field = |n: usize| fields.get(n).cloned();
        before = field(3).unwrap_or(before);
        *candidate = json!({
            "seat": field(0), "skill": field(1), "idle": field(2), "why": before,
            "skills": field(4).unwrap_or_else(|| "0".into()),
        });
    }
}

/// Why a free seat was not the one.
pub(crate) fn passed_over(passed: Option<&PassedOver>) -> &'static str {
    match passed {
        None => "picked",
        Some(PassedOver::LacksRequired(_)) => "lacks_required",
        Some(PassedOver::LacksPreferred(_)) => "lacks_preferred",
        Some(PassedOver::BackupOnly) => "backup_only",
        Some(PassedOver::LetItPass) => "let_it_pass",
        Some(PassedOver::LessSkill) => "less_skill",
        Some(PassedOver::IdleShorter) => "idle_shorter",
        Some(PassedOver::NotLastOperator) => "not_last_operator",
    }
}

/// What decided among the seats.
pub(crate) fn because(because: Because) -> &'static str {
    match because {
        Because::LastOperator => "last_operator",
        Because::OnlyOne => "only_one",
        Because::BestSkill => "best_skill",
        Because::LongestIdle => "longest_idle",
        Because::Together => "together",
    }
}

/// The legs of a record as JSON, without numbers.
pub(crate) fn legs(record: &CallRecord) -> Value {
    record.legs.iter().map(leg).collect()
}

pub(crate) fn who(who: &Who) -> &'static str {
    match who {
        Who::Caller => "caller",
        Who::Seat(_) => "seat",
        Who::Supervisor(_) => "supervisor",
        Who::Far(_) => "far",
        Who::Duty(_) => "duty",
    }
}

fn leg(leg: &LegRecord) -> Value {
    let name = match &leg.who {
        Who::Seat(seat) | Who::Supervisor(seat) => seat.to_string(),
        Who::Far(Destination::Partner(name)) | Who::Duty(name) => name.clone(),
        Who::Far(Destination::Seat(seat)) => seat.to_string(),
        Who::Caller | Who::Far(Destination::Number(_)) => String::new(),
    };
    json!({
        "leg": leg.leg.no,
        "who": who(&leg.who),
        "name": name,
        "began": leg.began.0,
        "answered": leg.answered.map(|at| at.0),
        "ended": leg.ended.map(|at| at.0),
        "ended_by": leg.ended_by.map(ender),
        "cause": leg.cause.as_ref().map(|cause| cause.sip),
        "lost": leg.quality.map(|quality| quality.lost),
        "received": leg.quality.map(|quality| quality.received),
        "jitter_us": leg.quality.map(|quality| quality.jitter_us),
        "mos_x100": leg.quality.and_then(|quality| quality.mos_x100),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::voice::call::{CallId, SeatName};
    use ::voice::queue::{Candidate, Skills};

    #[test]
    fn candidates_are_read_as_they_were_seen() {
        let lacks = |bits| Some(PassedOver::LacksRequired(Skills(bits)));
        let seen = [
            None,
            Some(PassedOver::IdleShorter),
            Some(PassedOver::IdleShorter),
            lacks(1 << 60),
            lacks(1 << 60),
            Some(PassedOver::IdleShorter),
        ];
        let candidates = (0_u64..).zip(seen).map(|(n, passed_over)| Candidate {
            seat: SeatName::new(format!("seat-{n}").as_str()),
            skill: 2,
            idle_ms: n * 1_000,
            passed_over,
        });
        let mut body = pick(&Pick {
            call: CallId(1),
            class: Class::Normal,
            waited_ms: 0,
            waiting: 1,
            ahead: 0,
            reach: Reach::Preferred,
            seats: vec![SeatName::new("seat-0")],
            because: Because::LongestIdle,
            candidates: candidates.collect(),
            others: 0,
        });
        assert_eq!(body["candidates"][2], json!(["seat-2", 2, 2_000]));
        unfolded(&mut body);
        let read = |why: &str, skills: &str, n: u64| json!({"seat": format!("seat-{n}"), "skill": 2, "idle": n * 1_000, "why": why, "skills": skills});
        let whole = json!([
            read("picked", "0", 0),
            read("idle_shorter", "0", 1),
            read("idle_shorter", "0", 2),
            read("lacks_required", "1152921504606846976", 3),
            read("lacks_required", "1152921504606846976", 4),
            read("idle_shorter", "0", 5),
        ]);
        assert_eq!(body["candidates"], whole);
        // A step of before.
        unfolded(&mut body);
        assert_eq!(body["candidates"], whole);
    }
}
