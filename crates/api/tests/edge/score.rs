//! Scores over HTTP: who asks and who decides, what a faulty rule is answered with, a publication.

use crate::fixture::{Hotline, Who, contact, text};
use axum::http::StatusCode;
use domain::right::Role;
use serde_json::{Value, json};

const LEAD: Who = Who::Role(Role::Lead);
const SUPERVISOR: Who = Who::Role(Role::Supervisor);
const ASSESSOR: Who = Who::Role(Role::Assessor);

/// A case of the clerk's unit.
async fn a_case(desk: &Hotline) -> String {
    let mut order = contact();
    order["then"] = json!({"command": "dispatch", "lead": crate::fixture::UNIT});
    let taken = desk
        .post(Who::Role(Role::Operator), "/api/contacts", &order)
        .await;
    assert!(taken.status.is_success(), "{}", taken.text());
    text(&taken.json(), "id").to_owned()
}

/// What is asked of a score; the case may be anybody's.
pub(crate) fn claim_on(case: &str, who: Who) -> Value {
    let appeals = matches!(who, Who::Role(Role::Clerk | Role::Crew) | Who::OtherClerk);
    if appeals {
        json!({"kind": "appeal", "case": case, "reason": "停水系上游所致", "evidence": "抢修记录已附"})
    } else {
        json!({"kind": "exclusion", "case": case, "ground": "duplicate", "reason": "与前一件重复", "evidence": "同一来电人"})
    }
}

/// A claim that waits, asked by the clerk of the unit.
pub(crate) async fn a_claim(desk: &Hotline) -> String {
    let case = a_case(desk).await;
    let clerk = Who::Role(Role::Clerk);
    let asked = desk
        .post(clerk, "/api/scores/claims", &claim_on(&case, clerk))
        .await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
    text(&asked.json(), "id").to_owned()
}

pub(crate) const OCTOBER: &str =
    r#"{"scheme": "three_rates", "period": "2026-10", "reason": "十月考核通报"}"#;

/// A publication of a month that is over.
pub(crate) async fn a_publication(desk: &Hotline) -> String {
    let order: Value = serde_json::from_str(OCTOBER).unwrap();
    let done = desk
        .post(SUPERVISOR, "/api/scores/publications", &order)
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    text(&done.json(), "id").to_owned()
}

pub(crate) fn a_rule(formula: &str, only_try: bool) -> Value {
    let text = format!(
        "[[metric]]\nid = \"own_rate\"\nversion = 1\nzh = \"自定\"\nen = \"Own\"\nshape = \"rate\"\n\
         denominator = \"true\"\nnumerator = \"{formula}\"\n"
    );
    json!({"name": "own", "text": text, "reason": "本地口径", "only_try": only_try})
}

#[tokio::test]
async fn law_10_nobody_decides_on_what_they_asked_themselves() {
    let desk = Hotline::open().await;
    let case = a_case(&desk).await;
    let asked = desk
        .post(LEAD, "/api/scores/claims", &claim_on(&case, LEAD))
        .await
        .json();
    let uri = format!("/api/scores/claims/{}/decision", text(&asked, "id"));
    let yes = json!({"uphold": true, "reason": "证据属实"});
    let own = desk.post(LEAD, &uri, &yes).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    assert_eq!(own.problem(), "duties/own_claim");
    let other = desk.post(SUPERVISOR, &uri, &yes).await;
    assert_eq!(other.status, StatusCode::OK, "{}", other.text());
    assert_eq!(other.json()["state"], json!("upheld"));
    let again = desk
        .post(
            SUPERVISOR,
            &uri,
            &json!({"uphold": false, "reason": "改了主意"}),
        )
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let trail = desk
        .get(
            Who::Role(Role::AuditAdmin),
            "/api/audit?action=decide_score",
        )
        .await
        .json();
    assert_eq!(trail["items"][0]["reason"], json!("证据属实"));
}

#[tokio::test]
async fn a_faulty_rule_is_answered_with_line_column_and_reason() {
    let desk = Hotline::open().await;
    let bad = desk
        .post(SUPERVISOR, "/api/scores/rules", &a_rule("closd", false))
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = bad.json();
    assert_eq!(problem["errors"][0]["field"], json!("text:8:14"));
    assert_eq!(problem["errors"][0]["key"], json!("unknown_name"));
    assert!(text(&problem["errors"][0], "detail").contains("closed"));
    let tried = desk
        .post(SUPERVISOR, "/api/scores/rules", &a_rule("closed", true))
        .await
        .json();
    assert_eq!(tried, json!({"taken": false, "rules": ["own_rate v1"]}));
    let known = async || {
        let office = desk.get(ASSESSOR, "/api/scores").await.json();
        office["metrics"]
            .as_array()
            .unwrap()
            .iter()
            .any(|m| m["id"] == "own_rate")
    };
    assert!(!known().await);
    let taken = desk
        .post(SUPERVISOR, "/api/scores/rules", &a_rule("closed", false))
        .await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text());
    assert!(known().await);
}

#[tokio::test]
async fn a_publication_is_of_a_period_that_is_over_and_recounts_to_itself() {
    let desk = Hotline::open().await;
    let now = json!({"scheme": "three_rates", "period": "2026-11", "reason": "本月通报"});
    let early = desk
        .post(SUPERVISOR, "/api/scores/publications", &now)
        .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(early.json()["errors"][0]["key"], json!("not_over"));
    let id = a_publication(&desk).await;
    let uri = format!("/api/scores/publications/{id}");
    let whole = desk.get(ASSESSOR, &uri).await.json();
    assert_eq!(whole["sheet"]["period"], json!("2026-10"));
    let again = desk
        .post(ASSESSOR, &format!("{uri}/recount"), &json!({}))
        .await
        .json();
    assert_eq!(
        (&again["same"], &again["digest"]),
        (&json!(true), &whole["head"]["digest"])
    );
    for uri in [
        "/api/scores/publications/none",
        "/api/scores/sheet?scheme=none&period=2026-11",
    ] {
        assert_eq!(desk.get(ASSESSOR, uri).await.status, StatusCode::NOT_FOUND);
    }
    let odd = desk
        .get(
            ASSESSOR,
            "/api/scores/sheet?scheme=three_rates&period=november",
        )
        .await;
    assert_eq!(odd.json()["errors"][0]["key"], json!("bad_period"));
}

#[tokio::test]
async fn a_clerk_opens_the_cases_of_the_own_unit_only() {
    let desk = Hotline::open().await;
    a_case(&desk).await;
    let uri = |unit: &str| format!("/api/scores/cases?metric=matters&period=2026-11&unit={unit}");
    let clerk = Who::Role(Role::Clerk);
    let own = desk.get(clerk, &uri(crate::fixture::UNIT)).await.json();
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
    assert_eq!(own["figure"]["denominator"], json!(1));
    for unit in ["", crate::fixture::OTHER_UNIT] {
        assert_eq!(
            desk.get(clerk, &uri(unit)).await.status,
            StatusCode::FORBIDDEN
        );
    }
    let body = desk.get(ASSESSOR, &uri("")).await.text();
    for secret in crate::fixture::SECRETS {
        assert!(!body.contains(secret), "a figure's cases show no caller");
    }
}
