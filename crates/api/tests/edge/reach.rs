//! The doors of the roster and of notices, as far as HTTP has to do with them.

use crate::fixture::{Answer, Hotline, UNIT, Who, text};
use app::reach::Reach;
use app::reach::channel::{Channel, ChannelKind, Outgoing, Proof, SendError, SmsReports};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::right::Role;
use serde_json::{Value, json};
use std::sync::Arc;

/// A carrier that takes everything.
#[derive(Debug)]
struct Takes(ChannelKind);

#[async_trait::async_trait]
impl Channel for Takes {
    fn kind(&self) -> ChannelKind {
        self.0
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        vec![("host", "mail.invalid:25".to_owned())]
    }

    async fn send(&self, _: &Outgoing) -> Result<Proof, SendError> {
        Ok(Proof::default())
    }
}

/// How the hotline of the tests reaches people.
pub(crate) fn settings() -> Reach {
    Reach {
        channels: vec![
            Arc::new(Takes(ChannelKind::Email)),
            Arc::new(Takes(ChannelKind::Sms)),
        ],
        public_url: Some("https://hotline.wanglan.invalid".to_owned()),
        sms_reports: Some(SmsReports {
            token: "0123456789abcdef".to_owned(),
            id: "id".to_owned(),
            state: "state".to_owned(),
            arrived: vec!["DELIVRD".to_owned()],
        }),
        ..Reach::plain().unwrap()
    }
}

/// A notice to the clerk's unit about an order that waits for a signature.
pub(crate) async fn a_notice(desk: &Hotline) -> String {
    let case = desk.dispatched(false).await;
    desk.app.reach_step().await.unwrap();
    let rows = desk.app.store().notices_of_case(text(&case, "id")).await;
    let rows = rows.unwrap();
    let found = rows.iter().find(|row| row.kind == "dispatched");
    found.expect("a notice of the order").id.clone()
}

/// Link and code of one.
pub(crate) async fn a_link(desk: &Hotline) -> (String, String) {
    let id = a_notice(desk).await;
    let lead = Who::Role(Role::Lead);
    let uri = format!("/api/notices/{id}/sheet");
    let sheet = desk.post(lead, &uri, &json!({})).await.json();
    let html = text(&sheet, "html").to_owned();
    let token = html.split("/confirm/").nth(1).unwrap()[..48].to_owned();
    let code = html.split("<b>").nth(1).unwrap()[..6].to_owned();
    (token, code)
}

/// A call about reaching people, with what it needs made before.
pub(crate) async fn call(desk: &Hotline, who: Who, method: &str, path: &str) -> Answer {
    let uri = path.replace("{unit}", UNIT);
    match (method, path) {
        ("POST", "/api/roster/{unit}") => {
            let order = json!({"change": "person", "name": "虚构甲", "role": "member"});
            desk.post(who, &uri, &order).await
        }
        ("POST", "/api/roster/{unit}/import") => {
            let file = json!({"text": "2026-11-23,08:00,20:00,1,虚构甲"});
            desk.post(who, &uri, &file).await
        }
        ("POST", "/api/duty-tests") => {
            let order = json!({"units": [UNIT], "minutes": 10});
            desk.post(who, &uri, &order).await
        }
        ("POST", "/api/notices") => desk.post(who, &uri, &json!({})).await,
        (_, notice) if notice.starts_with("/api/notices/{id}") => {
            let uri = path.replace("{id}", &a_notice(desk).await);
            match method {
                "GET" => desk.get(who, &uri).await,
                _ if uri.ends_with("/sheet") => desk.post(who, &uri, &json!({})).await,
                _ => desk.post(who, &uri, &json!({"change": "seen"})).await,
            }
        }
        ("POST", "/api/channels/{channel}/test") => {
            let uri = path.replace("{channel}", "email");
            desk.post(who, &uri, &json!({"to": "a@wanglan.invalid"}))
                .await
        }
        ("GET", "/roster/feed/{unit}/{key}") => {
            let lead = Who::Role(Role::Lead);
            let duty = desk.get(lead, &format!("/api/roster/{UNIT}")).await.json();
            let feed = text(&duty, "feed").to_owned();
            let key = feed.rsplit('/').next().unwrap();
            desk.get(who, &uri.replace("{key}", key)).await
        }
        ("POST", "/reach/v1/sms/{token}") => {
            let uri = path.replace("{token}", "0123456789abcdef");
            let report = json!({"id": "M1", "state": "DELIVRD"});
            desk.post(who, &uri, &report).await
        }
        ("GET", "/confirm/{token}") => {
            let (token, _) = a_link(desk).await;
            desk.get(who, &path.replace("{token}", &token)).await
        }
        ("POST", "/confirm/{token}") => {
            let (token, code) = a_link(desk).await;
            let uri = path.replace("{token}", &token);
            confirm(desk, who, &uri, &code, "%E8%99%9A%E6%9E%84%E7%94%B2").await
        }
        _ => desk.get(who, &uri).await,
    }
}

async fn confirm(desk: &Hotline, who: Who, uri: &str, code: &str, name: &str) -> Answer {
    let request = desk.request(who, Method::POST, uri).await;
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let form = format!("code={code}&name={name}");
    desk.send(request.body(Body::from(form)).unwrap()).await
}

#[tokio::test]
async fn a_link_shows_no_callers_data_and_a_wrong_code_signs_nothing() {
    let desk = Hotline::open().await;
    let (token, code) = a_link(&desk).await;
    let uri = format!("/confirm/{token}");
    let page = desk.get(Who::Nobody, &uri).await;
    assert_eq!(page.status, StatusCode::OK);
    for secret in crate::fixture::SECRETS {
        assert!(!page.text().contains(secret), "{secret}");
    }
    assert!(page.text().contains("签收此工单"));
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let answer = confirm(&desk, Who::Nobody, &uri, wrong, "Fang").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("验证码不对"));
    let answer = confirm(&desk, Who::Nobody, &uri, &code, "Fang").await;
    assert!(answer.text().contains("已签收"), "{}", answer.text());
    let again = desk.get(Who::Nobody, &uri).await;
    assert!(again.text().contains("已经有人答复") && again.text().contains("Fang"));
}

#[tokio::test]
async fn links_are_slowed_down_whatever_the_address() {
    let desk = Hotline::with(|options| options.rates.confirm = 3).await;
    let uri = format!("/confirm/{}", "a".repeat(48));
    for _ in 0..3 {
        assert_eq!(
            desk.get(Who::Nobody, &uri).await.status,
            StatusCode::NOT_FOUND
        );
    }
    let slow = desk.get(Who::Nobody, &uri).await;
    assert_eq!(slow.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_bell_counts_what_was_not_seen_and_an_answer_needs_the_right_one() {
    let desk = Hotline::open().await;
    let clerk = Who::Role(Role::Clerk);
    desk.cookie(clerk).await;
    let id = a_notice(&desk).await;
    let page = desk.get(clerk, "/api/notices").await.json();
    assert_eq!(page["unseen"], 1);
    assert_eq!(page["items"][0]["id"], id.as_str());
    let answer = json!({"change": "acknowledge"});
    let uri = format!("/api/notices/{id}");
    let other = desk.post(Who::OtherClerk, &uri, &answer).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let operator = desk.post(Who::Role(Role::Operator), &uri, &answer).await;
    assert_eq!(
        operator.status,
        StatusCode::FORBIDDEN,
        "on behalf is another word"
    );
    let done = desk.post(clerk, &uri, &answer).await.json();
    assert_eq!(done["notice"]["closed_how"], "console");
    let page = desk.get(clerk, "/api/notices").await.json();
    assert_eq!(page["unseen"], 0);
    let unknown = desk.get(clerk, "/api/notices?box=all").await;
    assert_eq!(unknown.problem(), "invalid");
}

#[tokio::test]
async fn a_report_without_the_secret_or_without_sense_is_refused() {
    let desk = Hotline::open().await;
    let report = json!({"id": "M1", "state": "DELIVRD"});
    let wrong = desk
        .post(Who::Nobody, "/reach/v1/sms/0000000000000000", &report)
        .await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    let empty: Value = json!({});
    let senseless = desk
        .post(Who::Nobody, "/reach/v1/sms/0123456789abcdef", &empty)
        .await;
    assert_eq!(senseless.problem(), "invalid");
}
