//! The knowledge base over HTTP.

use crate::fixture::{Answer, Hotline, Who, text};
use axum::http::StatusCode;
use domain::right::Role;
use serde_json::{Value, json};

const EDITOR: Who = Who::Role(Role::Knowledge);
const LEAD: Who = Who::Role(Role::Lead);
const TAKER: Who = Who::Role(Role::Operator);

fn words() -> Value {
    json!({"title": "停水多久恢复", "body": "抢修停水一般在八小时内恢复。", "keywords": ["没水"],
        "sources": "供水服务承诺第三条"})
}

async fn draft(desk: &Hotline) -> String {
    let answer = desk.post(EDITOR, "/api/knowledge", &words()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    text(&answer.json(), "article").to_owned()
}

async fn order(desk: &Hotline, who: Who, article: &str, order: Value) -> Answer {
    desk.post(who, &format!("/api/knowledge/{article}"), &order)
        .await
}

async fn approved(desk: &Hotline) -> String {
    let article = draft(desk).await;
    let approve = json!({"change": "approve", "revision": 1, "version": 1});
    let done = order(desk, LEAD, &article, approve).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    article
}

async fn published(desk: &Hotline) -> String {
    let article = approved(desk).await;
    let publish = json!({"change": "publish", "revision": 1, "version": 2});
    let done = order(desk, EDITOR, &article, publish).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    article
}

/// A call for the table of rights, with what it needs made before.
pub(crate) async fn call(desk: &Hotline, who: Who, method: &str, path: &str) -> Answer {
    match (method, path) {
        ("POST", "/api/knowledge") => desk.post(who, path, &words()).await,
        ("POST", "/api/knowledge/answers") => desk.post(who, path, &json!({"q": "停水"})).await,
        ("GET", "/api/knowledge") => desk.get(who, path).await,
        ("GET", _) => {
            let article = draft(desk).await;
            desk.get(who, &path.replace("{article}", &article)).await
        }
        (_, uses) if uses.ends_with("uses") => {
            let uri = path.replace("{article}", &published(desk).await);
            desk.post(who, &uri, &json!({"revision": 1, "kind": "used"}))
                .await
        }
        _ => {
            let article = draft(desk).await;
            let drop = json!({"change": "drop", "revision": 1, "version": 1});
            order(desk, who, &article, drop).await
        }
    }
}

/// What an example of the document needs: an article that stands where it begins.
pub(crate) async fn ground(desk: &Hotline, path: &str, example: &Value) -> String {
    let article = match example["change"].as_str() {
        Some("publish") => approved(desk).await,
        Some("write" | "approve" | "return" | "drop") => draft(desk).await,
        _ => published(desk).await,
    };
    path.replace("{article}", &article)
}

async fn answers(desk: &Hotline, words: &str, beside: bool) -> Vec<String> {
    let ask = json!({"q": words, "beside": beside});
    let found = desk.post(TAKER, "/api/knowledge/answers", &ask).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.text());
    let items = found.json()["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|one| text(one, "title").to_owned())
        .collect()
}

#[tokio::test]
async fn r92_an_answer_is_written_by_one_approved_by_another_and_found_by_everybody() {
    let desk = Hotline::open().await;
    let article = draft(&desk).await;
    assert!(answers(&desk, "停水", false).await.is_empty(), "a draft");
    // Who may approve may not approve what is his own.
    let own = desk.post(LEAD, "/api/knowledge", &words()).await.json();
    let own = text(&own, "article").to_owned();
    let approve = json!({"change": "approve", "revision": 1, "version": 1});
    let refused = order(&desk, LEAD, &own, approve.clone()).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.problem(), "duties/own_knowledge");
    let publish = json!({"change": "publish", "revision": 1, "version": 1});
    let early = order(&desk, EDITOR, &article, publish).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(early.json()["errors"][0]["key"], "knowledge_state");
    assert_eq!(
        order(&desk, LEAD, &article, approve.clone()).await.status,
        StatusCode::OK
    );
    let again = order(&desk, LEAD, &article, approve).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "somebody was faster");
    let publish = json!({"change": "publish", "revision": 1, "version": 2});
    assert_eq!(
        order(&desk, EDITOR, &article, publish).await.status,
        StatusCode::OK
    );
    for words in ["停水", "我家从早上就没水了", "tsdj"] {
        assert_eq!(
            answers(&desk, words, false).await,
            ["停水多久恢复"],
            "{words}"
        );
    }
    assert_eq!(answers(&desk, "我家从早上就没水了", true).await.len(), 1);
    assert!(
        answers(&desk, "路灯坏了八小时没人修", true)
            .await
            .is_empty()
    );
    assert!(answers(&desk, "", true).await.is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_an_answer_reaches_those_who_keep_it() {
    let desk = Hotline::open().await;
    let article = published(&desk).await;
    let uses = format!("/api/knowledge/{article}/uses");
    let used = desk
        .post(TAKER, &uses, &json!({"revision": 1, "kind": "used"}))
        .await;
    assert_eq!(used.json(), json!({"used": 1, "wrong": 0}));
    // Asked without words: what is given most.
    assert_eq!(answers(&desk, "", false).await, ["停水多久恢复"]);
    let short = desk
        .post(
            TAKER,
            &uses,
            &json!({"revision": 1, "kind": "wrong", "note": "错"}),
        )
        .await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(short.json()["errors"][0]["field"], "note");
    let wrong = json!({"revision": 1, "kind": "wrong", "note": "电话号码已经换了"});
    let told = desk.post(TAKER, &uses, &wrong).await;
    assert_eq!(told.json(), json!({"used": 1, "wrong": 1}));
    let nobody_saw = json!({"revision": 2, "kind": "used"});
    assert_eq!(
        desk.post(TAKER, &uses, &nobody_saw).await.status,
        StatusCode::NOT_FOUND
    );
    let listed = desk.get(EDITOR, "/api/knowledge?state=wrong").await.json();
    assert_eq!(listed["items"][0]["wrong"], 1);
    let whole = desk.get(EDITOR, &format!("/api/knowledge/{article}")).await;
    let whole = whole.json();
    assert_eq!(whole["wrong"][0]["note"], "电话号码已经换了");
    assert_eq!(whole["revisions"][0]["used"], 1);
    assert_eq!(whole["history"][0]["action"], "knowledge_wrong");
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_article_is_told_at_once() {
    let desk = Hotline::open().await;
    let bad = json!({"title": "水", "body": "", "keywords": ["x"], "unit": "nobody",
        "sources": "", "from": "2026-12-31", "until": "2026-12-01"});
    let answer = desk.post(EDITOR, "/api/knowledge", &bad).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let body = answer.json();
    let fields: Vec<&str> = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| text(error, "field"))
        .collect();
    for field in ["title", "body", "keywords", "unit", "sources", "until"] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
}
