//! A command that is repeated gives its first answer (law 3).

use crate::fixture::{Hotline, UNIT, Who, contact, text};
use axum::http::StatusCode;
use domain::right::Role;
use serde_json::json;

const OPERATOR: Who = Who::Role(Role::Operator);
const LEAD: Who = Who::Role(Role::Lead);

#[tokio::test]
async fn law_3_a_repeated_contact_is_one_case() {
    let desk = Hotline::open().await;
    let first = desk
        .post_keyed(OPERATOR, "/api/contacts", &contact(), "one")
        .await;
    let again = desk
        .post_keyed(OPERATOR, "/api/contacts", &contact(), "one")
        .await;
    assert_eq!(
        (first.status, again.status),
        (StatusCode::CREATED, StatusCode::CREATED)
    );
    assert_eq!(first.json()["id"], again.json()["id"]);
    assert_eq!(
        first.header("location"),
        format!("/api/cases/{}", text(&first.json(), "id"))
    );
    let page = desk.get(LEAD, "/api/cases").await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn law_3_a_repeated_command_happens_once() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let uri = format!("/api/cases/{}/commands", text(&case, "id"));
    let urge = json!({"command": "urge", "note": "再次来电"});
    let first = desk.post_keyed(OPERATOR, &uri, &urge, "urge-1").await;
    let again = desk.post_keyed(OPERATOR, &uri, &urge, "urge-1").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_eq!(again.status, StatusCode::OK, "{}", again.text());
    assert_eq!(first.json()["urged"], 1);
    assert_eq!(again.json()["urged"], 1);
    assert_eq!(first.json()["version"], again.json()["version"]);
}

/// With the version it was decided on: the repeat must not be told that the case has moved on by
/// its own first sending.
#[tokio::test]
async fn law_3_a_repeat_with_its_version_is_no_conflict() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let uri = format!("/api/cases/{}/commands", text(&case, "id"));
    let urge = json!({"command": "urge", "note": "再次来电", "version": case["version"]});
    for _ in 0..2 {
        let answer = desk.post_keyed(OPERATOR, &uri, &urge, "urge-2").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
    let answer = desk.post_keyed(OPERATOR, &uri, &urge, "urge-3").await;
    assert_eq!(answer.problem(), "conflict");
}

#[tokio::test]
async fn a_key_used_for_something_else_is_refused() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let other = desk.dispatched(false).await;
    let uri = format!("/api/cases/{}/commands", text(&case, "id"));
    let urge = json!({"command": "urge", "note": "再次来电"});
    let first = desk.post_keyed(OPERATOR, &uri, &urge, "key").await;
    assert_eq!(first.status, StatusCode::OK);
    // Another body, another case, another person, another kind of request.
    let louder = json!({"command": "urge", "note": "第三次来电"});
    let elsewhere = format!("/api/cases/{}/commands", text(&other, "id"));
    for (who, uri, body) in [
        (OPERATOR, uri.as_str(), &louder),
        (OPERATOR, elsewhere.as_str(), &urge),
        (LEAD, uri.as_str(), &urge),
        (OPERATOR, "/api/contacts", &contact()),
    ] {
        let answer = desk.post_keyed(who, uri, body, "key").await;
        assert_eq!(
            answer.problem(),
            "key_reused",
            "{who:?} {uri}: {}",
            answer.text()
        );
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let seen = desk
        .get(LEAD, &format!("/api/cases/{}", text(&case, "id")))
        .await
        .json();
    assert_eq!(seen["urged"], 1);
}

/// Somebody whose rights do not reach the case learns nothing by knowing the key.
#[tokio::test]
async fn a_key_opens_nothing() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let uri = format!("/api/cases/{}/commands", text(&case, "id"));
    let urge = json!({"command": "urge", "note": "再次来电"});
    desk.post_keyed(OPERATOR, &uri, &urge, "known").await;
    let answer = desk.post_keyed(Who::OtherClerk, &uri, &urge, "known").await;
    assert_eq!(answer.problem(), "not_found", "{}", answer.text());
}

#[tokio::test]
async fn what_is_refused_saves_nothing() {
    let desk = Hotline::open().await;
    let mut refused = contact();
    refused["then"] = json!({"command": "inform", "text": ""});
    let answer = desk
        .post_keyed(OPERATOR, "/api/contacts", &refused, "later")
        .await;
    assert_eq!(answer.problem(), "refused/text_length", "{}", answer.text());
    let page = desk.get(LEAD, "/api/cases").await.json();
    assert_eq!(page["items"], json!([]));
    // The key was not spent on it.
    refused["then"] = json!({"command": "dispatch", "lead": UNIT});
    let answer = desk
        .post_keyed(OPERATOR, "/api/contacts", &refused, "later")
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

#[tokio::test]
async fn many_repeats_at_once_are_one_case() {
    let desk = Hotline::open().await;
    desk.cookie(OPERATOR).await;
    let contact = contact();
    let sends = (0..8).map(|_| desk.post_keyed(OPERATOR, "/api/contacts", &contact, "storm"));
    let answers = futures_util::future::join_all(sends).await;
    let first = answers[0].json()["id"].clone();
    for answer in &answers {
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        assert_eq!(answer.json()["id"], first);
    }
    let page = desk.get(LEAD, "/api/cases").await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}
