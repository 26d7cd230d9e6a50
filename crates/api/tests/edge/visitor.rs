//! Those who come without a session: signing in, reporting, looking after a report.

use crate::fixture::{Hotline, PASSWORD, Who, text};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use domain::right::Role;
use serde_json::{Value, json};
use std::net::SocketAddr;

const LEAD: Who = Who::Role(Role::Lead);

/// A request from an address, as the server hands it on.
fn from(address: &str, uri: &str, body: &Value, key: &str) -> Request<Body> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(uri)
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()))
        .unwrap();
    let address: SocketAddr = format!("{address}:4000").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(address));
    request
}

fn report() -> Value {
    json!({"narrative": "路灯坏了三天", "place": "望江路18号门口", "number": "10000000043"})
}

#[tokio::test]
async fn signing_in_gives_a_cookie_no_script_can_read() {
    for tls in [false, true] {
        let desk = Hotline::with(|options| options.tls = tls).await;
        desk.cookie(LEAD).await;
        let body = json!({"login": Hotline::login(LEAD), "password": PASSWORD});
        let answer = desk.post(Who::Nobody, "/api/session", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let cookie = answer.header("set-cookie");
        let name = if tls {
            "__Host-liandong_wanglan-12345="
        } else {
            "liandong_wanglan-12345="
        };
        assert!(cookie.starts_with(name), "{cookie}");
        for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert_eq!(cookie.contains("; Secure"), tls, "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
        let hsts = answer.header("strict-transport-security");
        assert_eq!(!hsts.is_empty(), tls);
        let me = answer.json();
        assert_eq!(me["platform"]["number"], "12345");
        assert_eq!(me["account"]["roles"], json!(["lead"]));
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once() {
    let desk = Hotline::open().await;
    assert_eq!(desk.get(LEAD, "/api/session").await.status, StatusCode::OK);
    let request = desk.request(LEAD, Method::DELETE, "/api/session").await;
    let answer = desk.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    // The cookie itself is worth nothing now, whoever kept it.
    assert_eq!(
        desk.get(LEAD, "/api/session").await.problem(),
        "unauthenticated"
    );
    assert_eq!(
        desk.get(LEAD, "/api/cases").await.problem(),
        "unauthenticated"
    );
}

#[tokio::test]
async fn signing_in_again_ends_what_the_browser_had() {
    let desk = Hotline::open().await;
    let body = json!({"login": Hotline::login(LEAD), "password": PASSWORD});
    desk.cookie(LEAD).await;
    let answer = desk.post(LEAD, "/api/session", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(
        desk.get(LEAD, "/api/session").await.problem(),
        "unauthenticated"
    );
}

#[tokio::test]
async fn two_cookies_of_the_name_are_none() {
    let desk = Hotline::open().await;
    let good = desk.cookie(LEAD).await.unwrap();
    let planted = format!("liandong_wanglan-12345={}", "1".repeat(64));
    for cookies in [format!("{planted}; {good}"), format!("{good}; {planted}")] {
        let request = Request::builder()
            .uri("/api/session")
            .header(header::COOKIE, cookies)
            .body(Body::empty())
            .unwrap();
        assert_eq!(desk.send(request).await.problem(), "unauthenticated");
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used() {
    let desk = Hotline::open().await;
    assert_eq!(desk.get(LEAD, "/api/session").await.status, StatusCode::OK);
    desk.clock.advance(3_600_001);
    assert_eq!(
        desk.get(LEAD, "/api/session").await.problem(),
        "unauthenticated"
    );
}

/// A wrong name and a wrong password are told alike.
#[tokio::test]
async fn who_has_an_account_is_not_told() {
    let desk = Hotline::open().await;
    desk.cookie(LEAD).await;
    let wrong = json!({"login": Hotline::login(LEAD), "password": "another password"});
    let unknown = json!({"login": "nobody.here", "password": "another password"});
    let wrong = desk.post(Who::Nobody, "/api/session", &wrong).await;
    let unknown = desk.post(Who::Nobody, "/api/session", &unknown).await;
    assert_eq!(wrong.problem(), "bad_credentials");
    assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
}

#[tokio::test]
async fn a_locked_account_says_until_when() {
    let desk = Hotline::open().await;
    desk.cookie(LEAD).await;
    let wrong = json!({"login": Hotline::login(LEAD), "password": "another password"});
    for _ in 0..5 {
        let answer = desk.post(Who::Nobody, "/api/session", &wrong).await;
        assert_eq!(answer.problem(), "bad_credentials");
    }
    let right = json!({"login": Hotline::login(LEAD), "password": PASSWORD});
    let answer = desk.post(Who::Nobody, "/api/session", &right).await;
    assert_eq!(answer.problem(), "locked");
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.json()["until"].as_i64().unwrap() > crate::fixture::NOON);
}

#[tokio::test]
async fn guessing_passwords_is_slowed_by_login_and_address() {
    let desk = Hotline::with(|options| options.rates.sign_in = 3).await;
    let guess = |login: &str, address: &'static str| {
        let body = json!({"login": login, "password": "another password"});
        desk.send(from(address, "/api/session", &body, "k"))
    };
    for _ in 0..3 {
        assert_eq!(guess("a", "192.0.2.1").await.problem(), "bad_credentials");
    }
    let slowed = guess("a", "192.0.2.1").await;
    assert_eq!(slowed.problem(), "rate_limited");
    assert!(slowed.header("retry-after").parse::<u64>().unwrap() >= 1);
    // Neither another login nor another address pays for it.
    assert_eq!(guess("b", "192.0.2.1").await.problem(), "bad_credentials");
    assert_eq!(guess("a", "192.0.2.2").await.problem(), "bad_credentials");
}

#[tokio::test]
async fn an_address_said_by_the_client_itself_is_not_believed() {
    let proxy = "192.0.2.9".parse().unwrap();
    let desk = Hotline::with(|options| {
        options.rates.public_report = 2;
        options.trusted_proxies = vec![proxy];
    })
    .await;
    let send = |peer: &'static str, said: &'static str, n: u32| {
        let mut request = from(
            peer,
            "/api/public/reports",
            &report(),
            &format!("{peer}/{n}"),
        );
        request
            .headers_mut()
            .insert("x-forwarded-for", said.parse().unwrap());
        desk.send(request)
    };
    for n in 0..2 {
        assert_eq!(
            send("192.0.2.1", "198.51.100.1", n).await.status,
            StatusCode::CREATED
        );
    }
    assert_eq!(
        send("192.0.2.1", "198.51.100.2", 3).await.problem(),
        "rate_limited"
    );
    // The proxy's word counts, and only its own, last one.
    for n in 0..2 {
        let answer = send("192.0.2.9", "203.0.113.7, 198.51.100.3", n).await;
        assert_eq!(answer.status, StatusCode::CREATED);
    }
    assert_eq!(
        send("192.0.2.9", "203.0.113.8, 198.51.100.3", 4)
            .await
            .problem(),
        "rate_limited"
    );
    assert_eq!(
        send("192.0.2.9", "198.51.100.4", 5).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn a_citizen_reports_and_follows_with_the_key() {
    let desk = Hotline::open().await;
    let uri = "/api/public/reports";
    let first = desk.post_keyed(Who::Nobody, uri, &report(), "mine").await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    let again = desk.post_keyed(Who::Nobody, uri, &report(), "mine").await;
    assert_eq!(first.json(), again.json());
    let receipt = first.json();
    let (no, key) = (text(&receipt, "no"), text(&receipt, "key"));
    let status = desk
        .get(Who::Nobody, &format!("{uri}/{no}?key={key}"))
        .await;
    assert_eq!(status.status, StatusCode::OK, "{}", status.text());
    assert_eq!(status.json()["status"], "received");
    assert!(
        !status.text().contains("10000000043"),
        "a citizen's page shows no number"
    );
    let wrong_key = desk
        .get(Who::Nobody, &format!("{uri}/{no}?key=0000000000000000"))
        .await;
    let wrong_no = desk
        .get(Who::Nobody, &format!("{uri}/9{no}?key={key}"))
        .await;
    assert_eq!(wrong_key.problem(), "not_found");
    assert_eq!(wrong_key.body, wrong_no.body);
    let without = desk.get(Who::Nobody, &format!("{uri}/{no}")).await;
    assert_eq!(without.problem(), "invalid");
    // It lies before the desk like any other contact.
    let page = desk.get(LEAD, "/api/cases").await.json();
    assert_eq!(page["items"][0]["channel"], "web");
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}
