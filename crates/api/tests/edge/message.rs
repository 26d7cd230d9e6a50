//! Short messages, as far as HTTP has to do with them.

use crate::fixture::{Answer, Hotline, NUMBER, Who, text};
use app::message::{CameIn, MessageCoding, MessageConfig, MessageDoor, Taken};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::right::Role;
use serde_json::{Value, json};

const TOKEN: &str = "0123456789abcdef";

/// How the hotline of the tests takes messages.
pub(crate) fn settings() -> MessageConfig {
    MessageConfig {
        numbers: vec!["12345".to_owned()],
        door: Some(MessageDoor {
            token: TOKEN.to_owned(),
            secret: None,
            id: "id".to_owned(),
            from: "mobile".to_owned(),
            to: Some("port".to_owned()),
            text: "content".to_owned(),
            coding: MessageCoding::Text,
            piece: None,
        }),
        ..MessageConfig::default()
    }
}

/// A message that waits; its name and its case.
pub(crate) async fn a_message(desk: &Hotline) -> (String, String) {
    let came = CameIn {
        way: "http".to_owned(),
        id: desk.key(),
        from: NUMBER.to_owned(),
        to: "12345".to_owned(),
        text: format!("望江路18号路灯坏了 {}", desk.key()),
        piece: None,
    };
    let Taken::Case(case) = desk.app.message_came(came).await.unwrap() else {
        panic!("a whole message waits for nothing");
    };
    let rows = desk.app.store().messages_of_case(&case).await.unwrap();
    let waits = rows.iter().find(|row| row.state == "waiting").unwrap();
    (waits.id.clone(), case)
}

/// A call about messages, with what it needs made before.
pub(crate) async fn call(desk: &Hotline, who: Who, method: &str, uri: &str) -> Answer {
    match method {
        "POST" if uri.starts_with("/message/") => {
            let uri = uri.replace("{token}", TOKEN);
            desk.post(who, &uri, &posted(&desk.key(), "12345")).await
        }
        "POST" if uri.ends_with("/aside") => {
            let (message, _) = a_message(desk).await;
            let uri = uri.replace("{message}", &message);
            desk.post(who, &uri, &json!({"reason": "已电话答复"})).await
        }
        "POST" => desk.post(who, uri, &json!({"text": "已派单"})).await,
        _ => desk.get(who, uri).await,
    }
}

fn posted(id: &str, port: &str) -> Value {
    json!({"id": id, "mobile": "8610000000055", "port": port, "content": "路灯坏了"})
}

#[tokio::test]
async fn a_gateway_hands_a_message_over_as_json_or_as_a_form_and_once() {
    let desk = Hotline::open().await;
    let uri = format!("/message/v1/{TOKEN}");
    let first = desk.post(Who::Nobody, &uri, &posted("A1", "12345")).await;
    assert_eq!(first.status, StatusCode::NO_CONTENT, "{}", first.text());
    // The gateway did not hear it, and says it again as a form.
    let request = desk.request(Who::Nobody, Method::POST, &uri).await;
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let form = "id=A1&mobile=8610000000055&port=12345&content=%E8%B7%AF%E7%81%AF%E5%9D%8F%E4%BA%86";
    let again = desk.send(request.body(Body::from(form)).unwrap()).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT, "{}", again.text());
    let operator = Who::Role(Role::Operator);
    let queue = desk.get(operator, "/api/messages").await.json();
    let waiting = queue["waiting"].as_array().unwrap();
    assert_eq!(waiting.len(), 1, "{queue}");
    assert_eq!(text(&waiting[0], "number"), "10000000055");
    assert_eq!(
        waiting[0]["due"].as_i64().unwrap() - waiting[0]["at"].as_i64().unwrap(),
        180_000
    );
    assert_eq!(queue["sends"], true);
}

#[tokio::test]
async fn a_door_that_is_knocked_at_wrongly_says_how() {
    let desk = Hotline::open().await;
    let wrong = desk
        .post(Who::Nobody, "/message/v1/guessed", &posted("A1", "12345"))
        .await;
    assert_eq!(wrong.problem(), "not_found");
    let uri = format!("/message/v1/{TOKEN}");
    let astray = desk.post(Who::Nobody, &uri, &posted("A2", "12110")).await;
    assert_eq!(
        (astray.status, astray.json()["errors"][0]["key"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("unknown_number"))
    );
    let empty = desk.post(Who::Nobody, &uri, &json!({"id": "A3"})).await;
    assert_eq!(
        empty.json()["errors"][0]["field"],
        "mobile",
        "{}",
        empty.text()
    );
    let nobody = json!({"id": "A4", "mobile": "x", "port": "12345", "content": "?"});
    let nobody = desk.post(Who::Nobody, &uri, &nobody).await;
    assert_eq!(nobody.json()["errors"][0]["key"], "not_a_number");
}

#[tokio::test]
async fn an_answer_is_written_once_and_what_waited_waits_no_more() {
    let desk = Hotline::open().await;
    let operator = Who::Role(Role::Operator);
    let (_, case) = a_message(&desk).await;
    let uri = format!("/api/cases/{case}/messages");
    let bad = desk.post(operator, &uri, &json!({"text": "  "})).await;
    assert_eq!(bad.json()["errors"][0]["key"], "text_length");
    let written = desk
        .post(operator, &uri, &json!({"text": "已派单，今天修复。"}))
        .await
        .json();
    let both = written.as_array().unwrap();
    assert_eq!(both.len(), 2, "{written}");
    assert_eq!(text(&both[0], "state"), "answered");
    // The sender works beside: it may have been there before the answer was read back.
    let state = text(&both[1], "state");
    assert!(state == "waiting" || state == "sent", "{state}");
    let queue = desk.get(operator, "/api/messages").await.json();
    assert_eq!(queue["waiting"], json!([]));
}

#[tokio::test]
async fn law_10_a_unit_reads_no_number_in_a_message() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let id = text(&case, "id");
    let operator = Who::Role(Role::Operator);
    let uri = format!("/api/cases/{id}/messages");
    let written = json!({"text": format!("请回电{NUMBER}")});
    let written = desk.post(operator, &uri, &written).await;
    assert!(written.text().contains(NUMBER), "{}", written.text());
    let seen = desk.get(Who::Role(Role::Clerk), &uri).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(!seen.text().contains(NUMBER), "{}", seen.text());
}
