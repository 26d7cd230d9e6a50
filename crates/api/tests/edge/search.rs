//! Search at the edge: what a question may look like, saved questions, exports.

use crate::fixture::{CONTACT, Hotline, NAME, NUMBER, Who, contact, text};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::right::Role;
use serde_json::{Value, json};

const LEAD: Who = Who::Role(Role::Lead);

async fn ask(desk: &Hotline, who: Who, body: &Value) -> Value {
    desk.indexed().await;
    let answer = desk.post(who, "/api/search", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_question_is_a_body_and_answers_with_hits_and_counts() {
    let desk = Hotline::open().await;
    let case = desk.take(&contact()).await;
    let body = json!({"question": {"q": "占道"}, "facets": true});
    let page = ask(&desk, LEAD, &body).await;
    assert_eq!(page["total"], 1);
    assert_eq!(page["items"][0]["no"], case["no"]);
    let parts = page["items"][0]["snippet"].as_array().unwrap();
    assert!(
        parts
            .iter()
            .any(|p| p["hit"] == true && p["text"] == "占道"),
        "{page}"
    );
    assert_eq!(page["facets"]["month"][0]["count"], 1);
    assert!(page["pos"].as_i64().unwrap() > 0);
    let lone = ask(&desk, LEAD, &json!({})).await;
    assert_eq!(lone["total"], 1);
    assert!(
        lone["facets"].is_null(),
        "counts are only counted when asked for"
    );
    // Nothing of it may stand in an address.
    let answer = desk.get(LEAD, "/api/search?q=x").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    for (body, field) in [
        (
            json!({"question": {"q": "x", "name": "y"}}),
            "question.name",
        ),
        (json!({"limit": 0}), "limit"),
        (json!({"skip": 10_000}), "skip"),
        (json!({"question": {"order": "best"}}), "order"),
    ] {
        let answer = desk.post(LEAD, "/api/search", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(
            answer.json()["errors"][0]["field"],
            field,
            "{}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn law_10_a_reader_without_the_right_finds_nothing_by_a_number_or_a_name() {
    let desk = Hotline::open().await;
    desk.dispatched(false).await;
    let clerk = Who::Role(Role::Clerk);
    for secret in [NUMBER, CONTACT, NAME, "502"] {
        let body = json!({"question": {"q": secret}});
        assert_eq!(ask(&desk, clerk, &body).await["total"], 0, "{secret}");
        assert_eq!(ask(&desk, LEAD, &body).await["total"], 1, "{secret}");
    }
    let phone = json!({"question": {"phone": NUMBER}});
    let answer = desk.post(clerk, "/api/search", &phone).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    assert_eq!(ask(&desk, LEAD, &phone).await["total"], 1);
}

#[tokio::test]
async fn an_export_comes_as_a_file_with_a_name() {
    let desk = Hotline::open().await;
    desk.take(&contact()).await;
    desk.indexed().await;
    for (format, begin) in [("csv", "\u{feff}".as_bytes()), ("xlsx", b"PK".as_slice())] {
        let body = json!({"question": {}, "format": format, "language": "en"});
        let begun = desk.post(LEAD, "/api/exports", &body).await;
        assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.text());
        let begun = begun.json();
        let id = text(&begun, "id");
        assert_eq!(desk.export_ended(LEAD, id).await, "done");
        let uri = format!("/api/exports/{id}");
        let file = desk.get(LEAD, &format!("{uri}/file")).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.body.starts_with(begin), "{format}");
        let name = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(
            name.starts_with("attachment; filename*=UTF-8''search-"),
            "{name}"
        );
        // As a browser asks: compressed on its way, and whole all the same.
        let request = desk
            .request(LEAD, Method::GET, &format!("{uri}/file"))
            .await;
        let request = request.header(header::ACCEPT_ENCODING, "gzip");
        let packed = desk.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(packed.status, StatusCode::OK);
        if format == "csv" {
            assert_eq!(packed.headers[header::CONTENT_ENCODING], "gzip");
            assert!(packed.body.starts_with(b"\x1f\x8b"));
            // The trailer of gzip is the length of what was packed.
            let (_, length) = packed.body.split_at(packed.body.len() - 4);
            let length = u32::from_le_bytes(length.try_into().unwrap());
            assert_eq!(usize::try_from(length).unwrap(), file.body.len());
        }
        let other = Who::Role(Role::Supervisor);
        assert_eq!(desk.get(other, &uri).await.status, StatusCode::NOT_FOUND);
        assert_eq!(desk.delete(LEAD, &uri).await.status, StatusCode::NO_CONTENT);
        assert_eq!(desk.get(LEAD, &uri).await.status, StatusCode::NOT_FOUND);
    }
    for (body, field) in [
        (json!({"question": {}, "format": "pdf"}), "format"),
        (
            json!({"question": {}, "format": "csv", "language": "fr"}),
            "language",
        ),
        (
            json!({"question": {}, "format": "csv", "unmasked": true}),
            "reason",
        ),
    ] {
        let answer = desk.post(LEAD, "/api/exports", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.json()["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn a_saved_question_is_shared_by_who_decides_and_holds_no_number() {
    let desk = Hotline::open().await;
    let save =
        |shared: bool, q: &str| json!({"name": "夜里", "question": {"q": q}, "shared": shared});
    let operator = Who::Role(Role::Operator);
    let answer = desk
        .post(operator, "/api/searches", &save(true, "噪音"))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = desk.post(LEAD, "/api/searches", &save(true, "噪音")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let id = text(&answer.json(), "id").to_owned();
    let seen = desk.get(operator, "/api/searches").await.json();
    assert_eq!(seen["items"][0]["name"], "夜里");
    assert_eq!(seen["items"][0]["own"], false);
    assert_eq!(seen["may_share"], false);
    let uri = format!("/api/searches/{id}");
    assert_eq!(
        desk.delete(operator, &uri).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(desk.delete(LEAD, &uri).await.status, StatusCode::NO_CONTENT);
    assert_eq!(desk.delete(LEAD, &uri).await.status, StatusCode::NOT_FOUND);
    let answer = desk.post(LEAD, "/api/searches", &save(false, NUMBER)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}
