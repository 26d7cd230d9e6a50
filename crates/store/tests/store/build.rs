//! Changes for tests: an invented county, invented people.

use store::{CaseChange, CaseRow, Change, CommandKey, DeadlineRow, LegRow, NewEvent, PersonRow};

pub(crate) const T0: i64 = 1_767_225_600_000;

pub(crate) fn event(case: &str, kind: &'static str, at: i64) -> NewEvent {
    NewEvent::new(
        case.into(),
        kind,
        1,
        at,
        "op-1".into(),
        "990001-desk".into(),
        "cmd".into(),
        r#"{"person":"sha256:00","place":"望澜县"}"#.into(),
    )
}

pub(crate) fn row(id: &str, version: i64, at: i64) -> CaseRow {
    CaseRow {
        id: id.into(),
        no: format!("W{id}"),
        version,
        status: "open".into(),
        first_receiver: "110".into(),
        accountable_side: "own".into(),
        accountable_unit: "990001-110".into(),
        desk: "110".into(),
        matter: "noise".into(),
        matter_first: "noise".into(),
        urgency: 2,
        channel: "phone".into(),
        district: "990001".into(),
        place: "望澜县镜湖路".into(),
        summary: "夜间施工噪声".into(),
        caller_key: format!("k{id}"),
        place_key: "镜湖路".into(),
        opened_at: at,
        updated_at: at,
        state: r#"{"stage":"open"}"#.into(),
        ..CaseRow::default()
    }
}

/// What a call becomes: two events, the case, the caller, a leg, two deadlines, a command.
pub(crate) fn intake(id: &str, at: i64) -> Change {
    let deadline = |kind: &str, due: i64| DeadlineRow {
        case_id: id.into(),
        deadline_id: kind.into(),
        kind: kind.into(),
        unit: "990001-cg".into(),
        rule: "rule/1".into(),
        due_at: at + due,
        warn_at: Some(at + due / 2),
        next_at: Some(at + due / 2),
        state: "running".into(),
        new: true,
    };
    Change {
        command: Some(CommandKey {
            id: format!("c-{id}"),
            digest: "d".into(),
            answer: format!(r#"{{"case":"{id}"}}"#),
        }),
        cases: vec![CaseChange {
            id: id.into(),
            expected_version: 0,
            events: vec![event(id, "Received", at), event(id, "Dispatched", at)],
            row: row(id, 2, at),
            stands_only: false,
            person: Some(PersonRow {
                case_id: id.into(),
                caller_name: "试验甲".into(),
                caller_number: "10000000042".into(),
                narrative: "楼下工地夜间施工，声音很大。".repeat(8),
                salt: "00".into(),
                ..PersonRow::default()
            }),
            legs: vec![LegRow {
                case_id: id.into(),
                leg_id: "1".into(),
                unit: "990001-cg".into(),
                role: "lead".into(),
                state: "dispatched".into(),
                dispatched_at: at,
                new: true,
                ..LegRow::default()
            }],
            deadlines: vec![deadline("sign", 7_200_000), deadline("finish", 432_000_000)],
        }],
        ..Change::default()
    }
}

/// The next event of a case.
pub(crate) fn step(id: &str, expected: i64, at: i64) -> Change {
    let mut row = row(id, expected + 1, T0);
    row.updated_at = at;
    Change {
        cases: vec![CaseChange {
            id: id.into(),
            expected_version: expected,
            events: vec![event(id, "Noted", at)],
            row,
            ..CaseChange::default()
        }],
        ..Change::default()
    }
}
