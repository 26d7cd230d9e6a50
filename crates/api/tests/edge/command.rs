//! Every command, every role: who may send what (law 10).

use crate::fixture::{Hotline, LINK, OTHER_UNIT, UNIT, Who, text};
use api::case::CaseCommand;
use axum::http::StatusCode;
use domain::right::{Action, Grant, Role, grant};
use serde_json::{Value, json};

/// The right each command asks for. A command that is missing fails the test below.
const RIGHTS: &[(&str, Action)] = &[
    ("classify", Action::Classify),
    ("add_detail", Action::Remark),
    ("dismiss_danger", Action::Classify),
    ("answer", Action::Conclude),
    ("inform", Action::Conclude),
    ("not_accept", Action::Conclude),
    ("tell_to_dial", Action::Conclude),
    ("mark_nuisance", Action::Conclude),
    ("cancel", Action::Conclude),
    ("merge_into", Action::Conclude),
    ("dispatch", Action::Dispatch),
    ("withdraw", Action::Dispatch),
    ("sign", Action::WorkLeg),
    ("contact", Action::WorkLeg),
    ("depart", Action::WorkLeg),
    ("arrive", Action::WorkLeg),
    ("report", Action::WorkLeg),
    ("instruct", Action::Dispatch),
    ("dispute", Action::WorkLeg),
    ("settle_dispute", Action::Bind),
    ("suspend", Action::WorkLeg),
    ("resume", Action::WorkLeg),
    ("ask_extension", Action::WorkLeg),
    ("decide_extension", Action::Decide),
    ("ask_return", Action::WorkLeg),
    ("decide_return", Action::Decide),
    ("assign", Action::Bind),
    ("give_result", Action::WorkLeg),
    ("review", Action::Decide),
    ("follow_up", Action::FollowUp),
    ("check_rating", Action::FollowUp),
    ("close", Action::Close),
    ("reopen", Action::Close),
    ("urge", Action::Remark),
    ("flag", Action::Flag),
    ("unflag", Action::Flag),
    ("split", Action::Decide),
    ("link", Action::Remark),
    ("hand_over", Action::Cross),
    ("withdraw_offer", Action::Cross),
    ("accept_offer", Action::Cross),
    ("refuse_offer", Action::Cross),
    ("decide", Action::Cross),
    ("return_to_peer", Action::Cross),
    ("ask_arbitration", Action::Cross),
    ("arbitrate", Action::Bind),
];

#[test]
fn law_10_every_command_has_its_line_in_the_table() {
    let names: Vec<&str> = RIGHTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, CaseCommand::NAMES);
}

/// The example of a command, with names that exist here.
fn example(name: &str, other: &str) -> Value {
    let (_, mut example) = CaseCommand::examples()
        .into_iter()
        .find(|(known, _)| *known == name)
        .unwrap();
    for (field, value) in [
        ("into", json!(other)),
        ("other", json!(other)),
        ("lead", json!(UNIT)),
        ("assist", json!([OTHER_UNIT])),
        ("unit", json!(UNIT)),
        ("link", json!(LINK)),
    ] {
        if example.get(field).is_some() {
            example[field] = value;
        }
    }
    example
}

#[tokio::test]
async fn law_10_a_command_is_taken_from_whom_the_table_names_and_from_nobody_else() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let case = text(&case, "id").to_owned();
    let other = desk.dispatched(false).await;
    let other = text(&other, "id").to_owned();
    let version = |view: &Value| view["version"].as_i64().unwrap();
    for (name, action) in RIGHTS {
        for who in Who::all() {
            let lead = Who::Role(Role::Lead);
            let before = desk.get(lead, &format!("/api/cases/{case}")).await.json();
            let mut command = example(name, &other);
            // A version that never was: whoever is let in is told so, and nothing changes.
            command["version"] = json!(version(&before) + 1_000);
            let answer = desk.command(who, &case, &command).await;
            let wanted = match who {
                Who::Nobody | Who::Forged => (StatusCode::UNAUTHORIZED, "unauthenticated"),
                Who::OtherClerk => (StatusCode::NOT_FOUND, "not_found"),
                Who::Role(role) if grant(role, Action::ReadCase) == Grant::No => {
                    (StatusCode::NOT_FOUND, "not_found")
                }
                Who::Role(role) if grant(role, *action) == Grant::No => {
                    (StatusCode::FORBIDDEN, "forbidden")
                }
                Who::Role(_) => (StatusCode::CONFLICT, "conflict"),
            };
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                wanted,
                "{name} by {who:?}: {}",
                answer.text()
            );
            if wanted.1 == "conflict" {
                assert_eq!(answer.json()["actual"], before["version"]);
            }
            let after = desk.get(lead, &format!("/api/cases/{case}")).await.json();
            assert_eq!(
                version(&after),
                version(&before),
                "{name} by {who:?} changed the case"
            );
        }
    }
}

/// A unit's commands reach its own assignment and no other, even within one case.
#[tokio::test]
async fn a_unit_works_on_its_own_assignment_only() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let case = text(&case, "id").to_owned();
    let more = json!({"command": "dispatch", "lead": null, "assist": [OTHER_UNIT]});
    let view = desk.command(Who::Role(Role::Lead), &case, &more).await;
    assert_eq!(view.status, StatusCode::OK, "{}", view.text());
    let legs = view.json()["legs"].clone();
    let leg_of = |unit: &str| {
        let leg = legs
            .as_array()
            .unwrap()
            .iter()
            .find(|leg| leg["unit"] == unit)
            .unwrap();
        text(leg, "id").to_owned()
    };
    for (who, own, foreign) in [
        (Who::Role(Role::Clerk), UNIT, OTHER_UNIT),
        (Who::OtherClerk, OTHER_UNIT, UNIT),
    ] {
        let sign = |unit: &str| json!({"command": "sign", "leg": leg_of(unit)});
        let answer = desk.command(who, &case, &sign(foreign)).await;
        assert_eq!(answer.problem(), "forbidden", "{who:?}");
        let answer = desk.command(who, &case, &sign(own)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
}

/// Every example is understood by the application: what is refused is refused by the rules of the
/// trade or because the case is not in the state for it, never for its shape.
#[tokio::test]
async fn every_command_of_the_document_is_understood() {
    let desk = Hotline::open().await;
    let other = desk.dispatched(false).await;
    for (name, action) in RIGHTS {
        let case = desk.dispatched(false).await;
        let who = if *action == Action::WorkLeg {
            Role::Clerk
        } else {
            Role::Lead
        };
        let command = example(name, text(&other, "id"));
        let answer = desk
            .command(Who::Role(who), text(&case, "id"), &command)
            .await;
        let understood =
            answer.status == StatusCode::OK || answer.problem().starts_with("refused/");
        assert!(understood, "{name}: {} {}", answer.status, answer.text());
    }
}
