//! Those who come without a session: signing in, reporting, looking after a report.

use crate::fixture::{Hotline, PASSWORD, PICTURE, Who, text};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use domain::right::Role;
use serde_json::{Value, json};
use std::net::SocketAddr;

const LEAD: Who = Who::Role(Role::Lead);
const SYSTEM: Who = Who::Role(Role::SystemAdmin);

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

/// By telephone number as by key; whatever is wrong is answered alike, and the number stands in no
/// address.
#[tokio::test]
async fn a_citizen_follows_by_number_and_telephone() {
    let desk = Hotline::open().await;
    let (no, key) = desk.report().await;
    let uri = format!("/api/public/reports/{no}/status");
    for proof in [
        json!({"number": "100 0000 0043"}),
        json!({"key": key}),
        json!({"key": "wrong", "number": "10000000043"}),
    ] {
        let answer = desk.post(Who::Nobody, &uri, &proof).await;
        assert_eq!(answer.status, StatusCode::OK, "{proof} {}", answer.text());
        assert_eq!(answer.json()["may_rate"], false);
    }
    let other = format!("/api/public/reports/9{no}/status");
    let wrong = desk
        .post(Who::Nobody, &uri, &json!({"number": "10000000044"}))
        .await;
    let unknown = desk
        .post(Who::Nobody, &other, &json!({"number": "10000000043"}))
        .await;
    let nothing = desk.post(Who::Nobody, &uri, &json!({})).await;
    assert_eq!(wrong.problem(), "not_found");
    assert_eq!((&wrong.body, wrong.status), (&unknown.body, unknown.status));
    assert_eq!(wrong.body, nothing.body);
}

#[tokio::test]
async fn trying_telephone_numbers_is_slowed_by_report_whatever_the_address() {
    let desk = Hotline::with(|options| options.rates.public_number = 3).await;
    let (no, key) = desk.report().await;
    let uri = format!("/api/public/reports/{no}/status");
    let ask = |address: &'static str, proof: &Value| desk.send(from(address, &uri, proof, "k"));
    let guess = json!({"number": "10000000044"});
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        assert_eq!(ask(address, &guess).await.problem(), "not_found");
    }
    assert_eq!(ask("192.0.2.4", &guess).await.problem(), "rate_limited");
    // Who has the key is not held up by those who guess.
    let known = ask("192.0.2.4", &json!({"key": key})).await;
    assert_eq!(known.status, StatusCode::OK);
}

/// Rated once an answer, by the citizen alone: no command of the desk or of a unit does it.
#[tokio::test]
async fn the_citizen_rates_the_answer_once() {
    let desk = Hotline::open().await;
    let (no, key) = desk.answered_report().await;
    let uri = format!("/api/public/reports/{no}/rating");
    let rating = |unit: u8| {
        json!({"proof": {"key": key}, "reached": false, "solved": "partly", "desk_mark": 5,
            "unit_mark": unit, "words": "只修了一盏"})
    };
    let first = desk.post_keyed(Who::Nobody, &uri, &rating(2), "mine").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_eq!(first.json()["rating"]["unit"], 2);
    assert_eq!(first.json()["may_rate"], false);
    let again = desk.post_keyed(Who::Nobody, &uri, &rating(2), "mine").await;
    assert_eq!(again.json(), first.json());
    let second = desk.post(Who::Nobody, &uri, &rating(5)).await;
    assert_eq!(second.problem(), "refused/rated_already");
    let seen = desk.get(LEAD, &format!("/api/cases/{no}")).await.json();
    assert_eq!(seen["rating"]["unit"], 2);
    let said = text(&seen["person"], "narrative");
    assert!(said.contains("只修了一盏"), "{said}");
    let log = desk
        .get(LEAD, &format!("/api/cases/{no}/timeline"))
        .await
        .text();
    assert!(log.contains("\"rated\"") && !log.contains("只修了一盏"));
    for who in [LEAD, Who::Role(Role::Clerk)] {
        let command = json!({"command": "rate", "reached": true, "solved": "solved", "desk": 5,
            "unit": 5, "words": ""});
        let answer = desk.command(who, &no, &command).await;
        assert_eq!(answer.problem(), "invalid", "{}", answer.text());
    }
}

/// What a citizen is writing is read for danger by the rules of the desk (law 5).
#[tokio::test]
async fn law_5_danger_in_a_form_is_told_while_it_is_written() {
    let desk = Hotline::open().await;
    let uri = "/api/public/danger";
    let calm = json!({"narrative": "路灯坏了三天"});
    let calm = desk.post(Who::Nobody, uri, &calm).await.json();
    assert_eq!(calm, json!({"signs": []}));
    let knife = json!({"narrative": "他拿着刀站在门口，说要砍人"});
    let knife = desk.post(Who::Nobody, uri, &knife).await.json();
    assert!(!text(&knife["signs"][0], "words").is_empty(), "{knife}");
}

#[tokio::test]
async fn a_citizen_adds_a_picture_and_nothing_else() {
    let desk = Hotline::open().await;
    let (no, key) = desk.report().await;
    let uri = format!("/api/public/reports/{no}/attachments");
    let taken = desk.send_file(Who::Nobody, &uri, PICTURE, &key).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.text());
    let letter = desk
        .send_file(Who::Nobody, &uri, b"%PDF-1.7 and the rest", &key)
        .await;
    assert_eq!(letter.json()["errors"][0]["key"], "file_no_picture");
    let stranger = desk.send_file(Who::Nobody, &uri, PICTURE, "0000").await;
    assert_eq!(stranger.problem(), "not_found");
    let seen = desk.get(LEAD, &format!("/api/cases/{no}")).await.json();
    assert_eq!(seen["attachments"].as_array().unwrap().len(), 1);
    assert_eq!(seen["attachments"][0]["citizen"], true);
}

/// R103, R133: everybody may read when a unit serves and what it promises, as the site set it and not as it was listed.
#[tokio::test]
async fn r103_r133_promises_are_public_and_those_in_force() {
    let desk = Hotline::open().await;
    let page = async |uri: &'static str| desk.get(Who::Nobody, uri).await;
    let before = page("/report/promises").await;
    assert_eq!(before.status, StatusCode::OK);
    assert!(before.header("content-type").starts_with("text/html"));
    let row = |text: &str, name: &str| {
        let rows = text.split("<tr>");
        rows.filter(|row| row.contains(name))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let water = row(&before.text(), "望澜县自来水公司");
    assert!(
        water[0].contains("全天") && water[0].contains("60 分钟内"),
        "{water:?}"
    );
    let order = json!({"hours": "07:00-21:00", "disabled": false, "reason": "夏季作息"});
    let changed = desk.post(SYSTEM, "/api/units/water-supply", &order).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let english = page("/report/promises?lang=en").await;
    let water = row(&english.text(), "望澜县自来水公司");
    assert!(
        water[0].contains("daily")
            && water[0].contains("07:00-21:00")
            && water[0].contains("60 min"),
        "{water:?}"
    );
    // Who takes no new work promises nothing.
    let order = json!({"hours": "24h", "disabled": true, "reason": "机构合并停止受理"});
    let closed = desk.post(SYSTEM, "/api/units/water-supply", &order).await;
    assert_eq!(closed.status, StatusCode::OK, "{}", closed.text());
    assert!(row(&page("/report/promises").await.text(), "望澜县自来水公司").is_empty());
}

/// Without scripts: an address with the key, or a form with the telephone number.
#[tokio::test]
async fn a_status_page_needs_no_script() {
    let desk = Hotline::open().await;
    let (no, key) = desk.answered_report().await;
    let by_key = desk
        .get(Who::Nobody, &format!("/report/status?no={no}&key={key}"))
        .await;
    assert_eq!(by_key.status, StatusCode::OK);
    assert!(by_key.header("content-type").starts_with("text/html"));
    assert!(by_key.text().contains("路灯已修好"), "{}", by_key.text());
    let ask = |body: String| {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/report/status")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        desk.send(request)
    };
    let by_number = ask(format!("no={no}&number=10000000043&key=&lang=en")).await;
    assert!(
        by_number.text().contains("路灯已修好"),
        "{}",
        by_number.text()
    );
    assert!(by_number.text().contains("lang=\"en\""));
    let wrong = ask(format!("no={no}&number=10000000044")).await;
    let unknown = ask(format!("no=9{no}&number=10000000043")).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    assert_eq!(
        wrong.text().replace(&no, "N"),
        unknown.text().replace(&format!("9{no}"), "N")
    );
}
