//! Who sees whose name and number (law 10), in every answer that shows a case.

use crate::fixture::{CONTACT, Hotline, NAME, NUMBER, ROOM, SECRETS, UNIT, Who, text};
use domain::right::{Action, Grant, Role, grant, sees_person};
use serde_json::{Value, json};

/// Every answer about cases this reader is given, with what asked for it.
async fn everything(desk: &Hotline, who: Who, case: &str, no: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for uri in [
        format!("/api/cases/{case}"),
        format!("/api/cases/{no}"),
        format!("/api/cases/{case}/timeline"),
        "/api/cases".to_owned(),
        "/api/cases?scope=unit&order=due".to_owned(),
        format!("/api/cases?q={no}"),
        "/api/cases?open=true&order=opened&limit=1".to_owned(),
        "/api/summary".to_owned(),
    ] {
        let answer = desk.get(who, &uri).await;
        out.push((uri, answer.text()));
    }
    let urge = json!({"command": "urge", "note": "再次来电"});
    let answer = desk.command(who, case, &urge).await;
    out.push(("urge".to_owned(), answer.text()));
    out
}

#[track_caller]
fn hides(answers: &[(String, String)], secrets: &[&str], who: Who) {
    for (uri, text) in answers {
        for secret in secrets {
            assert!(
                !text.contains(secret),
                "{uri} shows {secret} to {who:?}: {text}"
            );
        }
    }
}

#[tokio::test]
async fn law_10_a_confidential_caller_is_masked_everywhere() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(true).await;
    let (id, no) = (text(&case, "id"), text(&case, "no"));
    for who in Who::all() {
        let Who::Role(role) = who else { continue };
        let mut answers = everything(&desk, who, id, no).await;
        if grant(role, Action::ReadCase) != Grant::No {
            let mut line = desk.live(who, "/api/live?after=0", &[]).await;
            let mut heard = String::new();
            // Hello, and what the reception and the dispatch wrote.
            for _ in 0..3 {
                heard.push_str(&line.next().await);
            }
            assert!(heard.contains("event: case"), "{who:?} {heard}");
            answers.push(("live".to_owned(), heard));
        }
        if sees_person(role) {
            let (_, whole) = &answers[0];
            for secret in SECRETS {
                assert!(
                    whole.contains(secret),
                    "{who:?} has the caller on the line: {whole}"
                );
            }
        } else {
            hides(&answers, &SECRETS, who);
        }
    }
}

/// The unit at work on an open matter sees where to go, and still neither name nor number.
#[tokio::test]
async fn law_10_a_unit_at_work_sees_the_place_and_no_number() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let clerk = Who::Role(Role::Clerk);
    let answers = everything(&desk, clerk, text(&case, "id"), text(&case, "no")).await;
    hides(&answers, &[NUMBER, CONTACT, NAME], clerk);
    let view: Value = serde_json::from_str(&answers[0].1).unwrap();
    assert!(text(&view["person"], "address").contains(ROOM), "{view}");
    assert_eq!(view["person"]["masked"], true);
}

#[tokio::test]
async fn law_10_a_search_does_not_tell_what_a_mask_hides() {
    for confidential in [true, false] {
        searched(confidential).await;
    }
}

async fn searched(confidential: bool) {
    let desk = Hotline::open().await;
    let case = desk.dispatched(confidential).await;
    for role in Role::ALL {
        if sees_person(*role) || grant(*role, Action::ListCases) == Grant::No {
            continue;
        }
        let search = |words: &str| {
            let uri = format!("/api/cases?q={words}");
            let desk = &desk;
            async move { desk.get(Who::Role(*role), &uri).await.json() }
        };
        // The case can be found at all.
        let found = search(text(&case, "no")).await;
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");
        for secret in [NUMBER, CONTACT, ROOM] {
            let found = search(secret).await;
            let line = format!("{role:?} finds the masked case by {secret}");
            assert_eq!(found["items"], json!([]), "{line}");
        }
    }
}

#[tokio::test]
async fn law_10_lifting_a_mask_needs_a_reason_and_leaves_a_row() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let uri = format!("/api/cases/{}/unmask", text(&case, "id"));
    let clerk = Who::Role(Role::Clerk);
    for reason in ["", "  ", "x"] {
        let answer = desk.post(clerk, &uri, &json!({"reason": reason})).await;
        assert_eq!(answer.problem(), "invalid", "{}", answer.text());
    }
    let answer = desk
        .post(clerk, &uri, &json!({"reason": "回拨核实地址"}))
        .await;
    let person = answer.json();
    assert_eq!(text(&person, "caller_number"), NUMBER);
    assert_eq!(text(&person, "caller_name"), NAME);
    let rows = desk
        .get(Who::Role(Role::AuditAdmin), "/api/audit")
        .await
        .json();
    let row = rows["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["action"] == "unmask")
        .unwrap_or_else(|| panic!("no row: {rows}"));
    assert_eq!(text(row, "reason"), "回拨核实地址");
    assert_eq!(row["resource"], case["id"]);
    let unmasks = rows["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["action"] == "unmask")
        .count();
    assert_eq!(unmasks, 1, "the refused tries lifted nothing");
}

#[tokio::test]
async fn a_confidential_caller_stays_unknown_to_the_units() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(true).await;
    let uri = format!("/api/cases/{}/unmask", text(&case, "id"));
    for role in Role::ALL {
        let answer = desk
            .post(Who::Role(*role), &uri, &json!({"reason": "回拨核实地址"}))
            .await;
        let may = grant(*role, Action::Unmask) == Grant::All;
        assert_eq!(
            answer.status.is_success(),
            may,
            "{role:?}: {}",
            answer.text()
        );
        assert_eq!(answer.text().contains(NUMBER), may, "{role:?}");
    }
}

/// Case data reach a unit when it is sent, not before, and stay away from others.
#[tokio::test]
async fn a_case_is_seen_by_a_unit_from_its_dispatch_on() {
    let desk = Hotline::open().await;
    let case = desk.take(&crate::fixture::contact()).await;
    let clerk = Who::Role(Role::Clerk);
    let list = desk.get(clerk, "/api/cases").await.json();
    assert_eq!(list["items"], json!([]));
    let dispatch = json!({"command": "dispatch", "lead": UNIT});
    let lead = Who::Role(Role::Lead);
    let answer = desk.command(lead, text(&case, "id"), &dispatch).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    let list = desk.get(clerk, "/api/cases").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let list = desk.get(Who::OtherClerk, "/api/cases").await.json();
    assert_eq!(list["items"], json!([]));
    let answer = desk.get(clerk, "/api/cases?scope=desk").await;
    assert_eq!(answer.problem(), "forbidden");
}
