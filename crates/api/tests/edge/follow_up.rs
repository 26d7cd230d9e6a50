//! The follow-up desk and the rating page, as browsers ask them.

use crate::fixture::{Answer, Hotline, UNIT, Who, text};
use crate::rights::closed;
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::right::Role;
use serde_json::{Value, json};

const CALLER: Who = Who::Role(Role::FollowUp);

async fn put(desk: &Hotline, who: Who, uri: &str) -> Answer {
    let request = desk.request(who, Method::PUT, uri).await;
    let request = request.header(header::CONTENT_TYPE, "application/json");
    desk.send(request.body(Body::from("{}")).unwrap()).await
}

async fn token(desk: &Hotline, case: &str) -> String {
    let uri = format!("/api/follow-up/cases/{case}/link");
    let link = desk.post(CALLER, &uri, &json!({})).await;
    assert_eq!(link.status, StatusCode::CREATED, "{}", link.text());
    let path = text(&link.json(), "path").to_owned();
    path.rsplit('=').next().unwrap().to_owned()
}

async fn send_form(desk: &Hotline, who: Who, body: String) -> Answer {
    let request = desk.request(who, Method::POST, "/report/rate").await;
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    desk.send(request.body(Body::from(body)).unwrap()).await
}

fn plan() -> Value {
    json!({"change": "plan", "kind": "sample", "way": "call", "unit": UNIT,
        "subject": "值班电话", "planned_at": crate::fixture::NOON})
}

/// A call about the follow-up for the table of rights; each has a case of its own, so that nobody
/// else's claim is in the way.
pub(crate) async fn call(desk: &Hotline, who: Who, method: &str, path: &str) -> Answer {
    let case = closed(desk).await;
    let uri = path.replace("{no}", &case);
    match (method, path) {
        ("GET", "/report/rate") => {
            let token = token(desk, &case).await;
            desk.get(who, &format!("{path}?t={token}")).await
        }
        ("POST", "/report/rate") => {
            let token = token(desk, &case).await;
            send_form(desk, who, format!("t={token}&solved=solved&desk=5")).await
        }
        ("GET", _) => desk.get(who, &uri).await,
        ("PUT", _) => put(desk, who, &uri).await,
        ("DELETE", _) => desk.delete(who, &uri).await,
        ("POST", "/api/follow-up/rules") => {
            let held = desk.get(Who::Role(Role::Lead), path).await.json();
            let label = format!("label = \"{}\"", desk.key());
            let rest = text(&held, "text")
                .split_once("[[rule]]")
                .unwrap()
                .1
                .to_owned();
            let body = json!({"over": held["version"], "text": format!("{label}\n[[rule]]{rest}"),
                "reason": "试验用规则"});
            desk.post(who, path, &body).await
        }
        ("POST", "/api/inspections") => desk.post(who, path, &plan()).await,
        _ => desk.post(who, &uri, &json!({})).await,
    }
}

#[tokio::test]
async fn a_link_rates_once_without_signing_in_and_runs_nothing() {
    let desk = Hotline::open().await;
    let case = closed(&desk).await;
    let token = token(&desk, &case).await;
    let page = desk
        .get(Who::Nobody, &format!("/report/rate?t={token}"))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("name=\"desk\"") && !page.text().contains("name=\"unit\""));
    assert!(!page.text().contains("<script"));
    // Something left out: the form again, nothing taken.
    let half = send_form(&desk, Who::Nobody, format!("t={token}&desk=5&lang=en")).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(half.text().contains("left out"));
    let whole = format!("t={token}&solved=unsolved&desk=1&words=");
    let done = send_form(&desk, Who::Nobody, whole.clone()).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let again = send_form(&desk, Who::Nobody, whole).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let wrong = desk
        .get(
            Who::Nobody,
            "/report/rate?t=0123456789abcdef0123456789abcdef",
        )
        .await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    // A bad rating is called back.
    let lists = desk.get(CALLER, "/api/follow-up").await.json();
    assert_eq!(lists["bad"][0]["case"], json!(case));
}
