//! The responsibility list over HTTP: a draft, its faults, what it would change, versions.

use crate::fixture::{Answer, Hotline, Who, text};
use axum::http::StatusCode;
use domain::right::Role;
use serde_json::{Value, json};

const LEAD: Who = Who::Role(Role::Lead);
const EDITOR: Who = Who::Role(Role::Knowledge);
const NOISE: &str = "楼旁边工地半夜还在施工，打桩声音太大";

async fn draft(desk: &Hotline, order: Value) -> Answer {
    desk.post(EDITOR, "/api/list/draft", &order).await
}

/// The draft's revision, of a draft begun where there is none.
pub(crate) async fn a_draft(desk: &Hotline) -> i64 {
    draft(desk, json!({"change": "begin", "from": null})).await;
    let seen = desk.get(EDITOR, "/api/list/draft").await.json();
    seen["head"]["revision"].as_i64().unwrap()
}

/// No draft.
pub(crate) async fn no_draft(desk: &Hotline) {
    let revision = a_draft(desk).await;
    let gone = draft(desk, json!({"change": "discard", "revision": revision})).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text());
}

/// A run, ended, so that another may begin.
pub(crate) async fn a_run(desk: &Hotline) -> String {
    no_draft(desk).await;
    a_draft(desk).await;
    stop_run(desk).await;
    let run = desk
        .post(EDITOR, "/api/list/runs", &json!({"days": 30}))
        .await;
    assert_eq!(run.status, StatusCode::OK, "{}", run.text());
    stop_run(desk).await;
    text(&run.json(), "id").to_owned()
}

async fn stop_run(desk: &Hotline) {
    let office = desk.get(EDITOR, "/api/list").await.json();
    if office["run"]["state"] == "running" {
        let uri = format!("/api/list/runs/{}/cancel", text(&office["run"], "id"));
        desk.post(EDITOR, &uri, &json!({})).await;
    }
}

/// A version that holds from a moment on; from now without.
pub(crate) async fn a_version(desk: &Hotline, valid_at: Option<i64>) -> i64 {
    let revision = a_draft(desk).await;
    let order = json!({
        "change": "publish", "revision": revision, "valid_at": valid_at, "reason": "领导小组批准",
    });
    let done = desk.post(LEAD, "/api/list/versions", &order).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    done.json()["number"].as_i64().unwrap()
}

#[tokio::test]
async fn law_11_a_suggestion_quotes_the_version_that_was_published() {
    let desk = Hotline::open().await;
    let said = async || {
        let words = json!({"narrative": NOISE});
        let said = desk.post(LEAD, "/api/triage", &words).await.json();
        text(&said, "list_version").to_owned()
    };
    let before = said().await;
    let number = a_version(&desk, None).await;
    let after = said().await;
    assert_ne!(before, after);
    let office = desk.get(EDITOR, "/api/list").await.json();
    assert_eq!(office["running_label"], json!(after));
    assert_eq!(office["may_publish"], json!(false));
    let uri = format!("/api/list/versions/{number}");
    let whole = desk.get(Who::Role(Role::Clerk), &uri).await.json();
    assert_eq!(whole["version"]["label"], json!(after));
    assert_eq!(whole["to_hotline"].as_array().unwrap().len(), 19);
    assert_eq!(whole["to_police"].as_array().unwrap().len(), 8);
    for wrong in ["0", "99", "x", "-1"] {
        let uri = format!("/api/list/versions/{wrong}");
        assert_eq!(desk.get(LEAD, &uri).await.status, StatusCode::NOT_FOUND);
    }
    let back = json!({"change": "restore", "number": 1, "reason": "新版归类有误"});
    let done = desk.post(LEAD, "/api/list/versions", &back).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert_eq!(said().await, before, "in one step");
    let trail = desk
        .get(
            Who::Role(Role::AuditAdmin),
            "/api/audit?action=restore_list",
        )
        .await
        .json();
    assert_eq!(trail["items"][0]["reason"], json!("新版归类有误"));
}

#[tokio::test]
async fn two_people_with_one_draft_overwrite_nothing() {
    let desk = Hotline::open().await;
    let revision = a_draft(&desk).await;
    let seen = desk.get(EDITOR, "/api/list/draft").await.json();
    let list = text(&seen, "text");
    let save = |text: String| json!({"change": "save", "revision": revision, "text": text});
    let first = draft(
        &desk,
        save(list.replacen("夜间施工噪音", "夜里施工的噪音", 1)),
    )
    .await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    let late = draft(&desk, save(list.to_owned())).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert_eq!(late.problem(), "conflict");
    assert_eq!(late.json()["actual"], json!(2));
    let kept = desk.get(LEAD, "/api/list/draft").await.json();
    assert!(text(&kept, "text").contains("夜里施工的噪音"));
    let large = draft(&desk, save("字".repeat(800_000))).await;
    assert_eq!(large.status, StatusCode::UNPROCESSABLE_ENTITY);
    let larger = draft(&desk, save("字".repeat(2_000_000))).await;
    assert_eq!(larger.status, StatusCode::PAYLOAD_TOO_LARGE);
    let nul = draft(&desk, save("a\0b".to_owned())).await;
    assert_eq!(nul.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_faulty_draft_is_kept_tried_and_not_published() {
    let desk = Hotline::open().await;
    a_draft(&desk).await;
    let seen = desk.get(EDITOR, "/api/list/draft").await.json();
    let bad = text(&seen, "text").replacen("mode = \"push\"", "mode = \"throw\"", 1);
    let saved = draft(&desk, json!({"change": "save", "revision": 1, "text": bad}))
        .await
        .json();
    assert_eq!(saved["faults"][0]["key"], json!("syntax"));
    assert!(saved["faults"][0]["line"].as_i64().unwrap() > 1);
    let tried = desk
        .post(EDITOR, "/api/list/try", &json!({"narrative": NOISE}))
        .await
        .json();
    assert_eq!(tried["running"]["matter"], json!("H1-1"));
    assert_eq!(
        (&tried["draft"], &tried["fault"]["key"]),
        (&json!(null), &json!("syntax"))
    );
    let order =
        json!({"change": "publish", "revision": 2, "valid_at": null, "reason": "领导小组批准"});
    let done = desk.post(LEAD, "/api/list/versions", &order).await;
    assert_eq!(done.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(done.json()["errors"][0]["key"], json!("list_faulty"));
    let run = desk
        .post(EDITOR, "/api/list/runs", &json!({"days": null}))
        .await;
    assert_eq!(run.status, StatusCode::UNPROCESSABLE_ENTITY);
}
