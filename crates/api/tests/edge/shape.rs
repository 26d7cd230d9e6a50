//! What a request may look like, and what is said of one that may not.

use crate::fixture::{Hotline, NOON, Who, contact, text};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::right::Role;
use serde_json::{Value, json};

const OPERATOR: Who = Who::Role(Role::Operator);
const LEAD: Who = Who::Role(Role::Lead);

/// The bodies that are taken, with where they go.
fn bodies(case: &str) -> Vec<(String, Value)> {
    let mut full = contact();
    full["point"] = json!({"lon": 118.5, "lat": 31.5});
    full["happened_at"] = json!(NOON);
    full["dismissed"] = json!([{"rule": "none", "reason": "听错"}]);
    full["then"] = json!({"command": "inform", "text": "已告知"});
    vec![
        (
            "/api/session".to_owned(),
            json!({"login": "nobody", "password": "an invented password"}),
        ),
        (
            "/api/triage".to_owned(),
            json!({"narrative": "路灯坏了", "place": "", "district": ""}),
        ),
        ("/api/contacts".to_owned(), full),
        (
            format!("/api/cases/{case}/commands"),
            json!({"command": "urge", "note": "催"}),
        ),
        (
            format!("/api/cases/{case}/commands"),
            json!({"command": "dispatch", "lead": "urban-management", "assist": [],
                "first_response": [], "limits": {"sign": {"span": "2h", "amber": 50}},
                "basis": "清单", "note": ""}),
        ),
        (
            format!("/api/cases/{case}/unmask"),
            json!({"reason": "回拨核实地址"}),
        ),
        (
            "/api/public/reports".to_owned(),
            json!({"narrative": "路灯坏了", "place": "", "name": "", "number": "10000000043",
                "confidential": false}),
        ),
    ]
}

/// Every place in a body where a field could be added or a value replaced.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            out.push(at.to_owned());
            for (name, inner) in fields {
                places(inner, &format!("{at}/{name}"), out);
            }
        }
        Value::Array(items) => {
            for (n, inner) in items.iter().enumerate() {
                places(inner, &format!("{at}/{n}"), out);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn a_field_nobody_knows_is_refused_wherever_it_stands() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    for (uri, body) in bodies(text(&case, "id")) {
        let mut found = Vec::new();
        places(&body, "", &mut found);
        for place in found {
            // What an attacker would like to write, and a slip of the pen.
            for field in ["status", "holder", "source", "received_at", "narative"] {
                let mut wrong = body.clone();
                let Some(object) = wrong.pointer_mut(&place).and_then(Value::as_object_mut) else {
                    panic!("{place}");
                };
                object.insert(field.to_owned(), json!(1));
                let answer = desk.post(OPERATOR, &uri, &wrong).await;
                let line = format!("{uri} {place}/{field}: {}", answer.text());
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{line}");
                assert_eq!(answer.problem(), "invalid", "{line}");
                let named = answer.json()["errors"][0]["field"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                assert!(named.ends_with(field), "{line}");
            }
        }
    }
}

#[tokio::test]
async fn a_value_of_another_kind_is_refused_by_name() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    for (uri, body) in bodies(text(&case, "id")) {
        for (name, value) in body.as_object().unwrap() {
            let wrong_kinds = match value {
                Value::String(_) => vec![json!(7), json!({}), json!(["x"]), json!(true)],
                Value::Bool(_) => vec![json!("true"), json!(1), json!({})],
                Value::Number(_) => vec![json!("7"), json!({}), json!(1.5), json!(1e300)],
                Value::Array(_) => vec![json!("x"), json!({"a": 1}), json!([[]])],
                _ => vec![json!("x"), json!(7), json!([1])],
            };
            for wrong in wrong_kinds {
                let mut body = body.clone();
                body[name] = wrong.clone();
                let answer = desk.post(OPERATOR, &uri, &body).await;
                let line = format!("{uri} {name}={wrong}: {}", answer.text());
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{line}");
                assert_eq!(answer.problem(), "invalid", "{line}");
            }
        }
    }
    // None of it was saved.
    let page = desk.get(LEAD, "/api/cases").await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_json_is_told_so() {
    let desk = Hotline::open().await;
    for text in [
        "",
        "{",
        "nonsense",
        "[]",
        "null",
        "7",
        "{\"login\":\"a\"",
        "{} {}",
        "\u{0}",
    ] {
        let answer = desk
            .post_text(OPERATOR, "/api/contacts", text.to_owned())
            .await;
        assert_eq!(answer.problem(), "invalid", "{text:?}");
    }
    let deep = "[".repeat(20_000);
    let body = format!("{{\"channel\":\"phone\",\"narrative\":\"x\",\"then\":{deep}");
    let answer = desk.post_text(OPERATOR, "/api/contacts", body).await;
    assert_eq!(answer.problem(), "invalid");
    let answer = desk
        .post_text(OPERATOR, "/api/contacts", vec![b'{', 0xff, 0xfe])
        .await;
    assert_eq!(answer.problem(), "invalid");
}

#[tokio::test]
async fn more_than_is_taken_at_once_is_too_large() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    for (uri, mut body) in bodies(text(&case, "id")) {
        let name = body.as_object().unwrap().keys().next().unwrap().clone();
        body[name] = json!("长".repeat(30_000));
        let answer = desk.post(OPERATOR, &uri, &body).await;
        assert_eq!(
            answer.status,
            StatusCode::PAYLOAD_TOO_LARGE,
            "{uri}: {}",
            answer.text()
        );
        assert_eq!(answer.problem(), "too_large");
    }
    // A batch of a peer may be larger than that, but not without end.
    let batch = |size: usize| {
        Request::builder()
            .method(Method::POST)
            .uri("/exchange/v1/batches")
            .header(header::CONTENT_TYPE, exchange::carrier::MEDIA_TYPE)
            .body(Body::from(vec![b' '; size]))
            .unwrap()
    };
    let answer = desk.send(batch(1024 * 1024)).await;
    assert_ne!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let answer = desk.send(batch(4 * 1024 * 1024 + 1)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    answer.problem();
}

#[tokio::test]
async fn a_narrative_of_the_greatest_length_is_taken_whole() {
    let desk = Hotline::open().await;
    let mut longest = contact();
    longest["narrative"] = json!("路".repeat(4_000));
    let case = desk.take(&longest).await;
    assert_eq!(case["person"]["narrative"], longest["narrative"]);
    longest["narrative"] = json!("路".repeat(4_001));
    let answer = desk.post(OPERATOR, "/api/contacts", &longest).await;
    assert_eq!(answer.problem(), "invalid");
    assert_eq!(answer.json()["errors"][0]["field"], "narrative");
}

#[tokio::test]
async fn a_command_needs_a_key_and_a_media_type() {
    let desk = Hotline::open().await;
    let plain = |key: Option<&str>, kind: Option<&str>, cookie: String| {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/api/contacts")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookie);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        request.body(Body::from(contact().to_string())).unwrap()
    };
    let cookie = desk.cookie(OPERATOR).await.unwrap();
    let json = Some("application/json");
    for key in [None, Some(""), Some("a b"), Some(&*"x".repeat(101))] {
        let answer = desk.send(plain(key, json, cookie.clone())).await;
        assert_eq!(answer.problem(), "invalid", "{key:?}");
        assert_eq!(answer.json()["errors"][0]["field"], "Idempotency-Key");
    }
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let answer = desk.send(plain(Some("k"), kind, cookie.clone())).await;
        assert_eq!(
            answer.status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{kind:?}"
        );
        assert_eq!(answer.problem(), "unsupported_media_type");
    }
    for kind in ["application/json; charset=utf-8", "Application/JSON"] {
        let answer = desk
            .send(plain(
                Some(kind.split(';').next().unwrap()),
                Some(kind),
                cookie.clone(),
            ))
            .await;
        assert_eq!(
            answer.status,
            StatusCode::CREATED,
            "{kind}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn another_site_can_change_nothing() {
    let desk = Hotline::open().await;
    let cookie = desk.cookie(OPERATOR).await.unwrap();
    let send = |headers: &'static [(&'static str, &'static str)], method: Method| {
        let mut request = Request::builder()
            .method(method.clone())
            .uri(if method == Method::DELETE {
                "/api/session"
            } else {
                "/api/contacts"
            })
            .header(header::HOST, "desk.invalid")
            .header(header::COOKIE, &cookie)
            .header("idempotency-key", "cross")
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        desk.send(request.body(Body::from(contact().to_string())).unwrap())
    };
    let strangers: [&'static [(&str, &str)]; 5] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.invalid")],
        &[("origin", "null")],
    ];
    for headers in strangers {
        for method in [Method::POST, Method::DELETE] {
            let answer = send(headers, method.clone()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {headers:?}");
            assert_eq!(answer.problem(), "cross_site");
        }
    }
    let page = desk.get(LEAD, "/api/cases").await.json();
    assert_eq!(page["items"], json!([]));
    let answer = send(&[("origin", "http://desk.invalid")], Method::POST).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}

#[tokio::test]
async fn a_query_name_nobody_knows_is_refused() {
    let desk = Hotline::open().await;
    let case = desk.dispatched(false).await;
    let case = text(&case, "id");
    for (_, path) in crate::rights::operations()
        .into_iter()
        .filter(|(method, _)| method == "GET")
    {
        let uri = path.replace("{id}", case).replace("{no}", "x");
        let answer = desk.get(LEAD, &format!("{uri}?unknown=1")).await;
        assert_eq!(answer.problem(), "invalid", "{uri}: {}", answer.text());
        assert_eq!(answer.json()["errors"][0]["field"], "unknown", "{uri}");
    }
    for (query, field) in [
        ("limit=x", "limit"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("danger=maybe", "danger"),
        ("due_before=1.5", "due_before"),
        ("scope=all", "scope"),
        ("status=open", "status"),
        ("order=status%3Bdrop", "order"),
        ("after=zzz", "after"),
        ("open=true&open=false", "open"),
        ("Open=true", "Open"),
    ] {
        let answer = desk.get(LEAD, &format!("/api/cases?{query}")).await;
        assert_eq!(answer.problem(), "invalid", "{query}: {}", answer.text());
        assert_eq!(
            answer.json()["errors"][0]["field"],
            field,
            "{query}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_list_pages_by_key_without_gap_or_double() {
    let desk = Hotline::open().await;
    let mut made = Vec::new();
    for _ in 0..7 {
        desk.clock.advance(1_000);
        made.push(desk.take(&contact()).await["id"].clone());
    }
    made.reverse();
    for order in ["opened", "updated"] {
        let mut seen = Vec::new();
        let mut next = String::new();
        loop {
            let uri = format!("/api/cases?order={order}&limit=3{next}");
            let page = desk.get(LEAD, &uri).await.json();
            seen.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|c| c["id"].clone()),
            );
            match page["next"].as_str() {
                Some(after) => next = format!("&after={after}"),
                None => break,
            }
        }
        assert_eq!(seen, made, "{order}");
    }
}

#[tokio::test]
async fn every_refusal_is_a_problem() {
    let desk = Hotline::open().await;
    for (method, uri, status, key) in [
        (Method::GET, "/api", 404, "not_found"),
        (Method::GET, "/api/", 404, "not_found"),
        (Method::GET, "/api/nothing", 404, "not_found"),
        (Method::POST, "/api/nothing", 404, "not_found"),
        (Method::GET, "/api/cases/%FF", 404, "not_found"),
        (Method::GET, "/api/cases/%00", 404, "not_found"),
        (Method::GET, "/api/cases/..%2F..%2Fetc", 404, "not_found"),
        (
            Method::GET,
            "/api/cases/01890000-0000-7000-8000-00000000ffff",
            404,
            "not_found",
        ),
        (Method::PUT, "/api/session", 405, "method_not_allowed"),
        (Method::DELETE, "/api/cases", 405, "method_not_allowed"),
        (Method::GET, "/api/contacts", 405, "method_not_allowed"),
        (Method::PATCH, "/", 405, "method_not_allowed"),
        (
            Method::GET,
            "/exchange/v1/batches",
            405,
            "method_not_allowed",
        ),
        (Method::GET, "/exchange/v2", 404, "not_found"),
    ] {
        let request = desk
            .request(LEAD, method.clone(), uri)
            .await
            .header(header::CONTENT_TYPE, "application/json");
        let answer = desk.send(request.body(Body::empty()).unwrap()).await;
        let line = format!("{method} {uri}: {}", answer.text());
        assert_eq!(answer.status.as_u16(), status, "{line}");
        assert_eq!(answer.problem(), key, "{line}");
        if status == 405 && uri.starts_with("/api") {
            assert!(!answer.header("allow").is_empty(), "{line}");
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let desk = Hotline::open().await;
    for uri in [
        "/",
        "/api/session",
        "/api/nothing",
        "/healthz",
        "/api/openapi.json",
        "/desk",
    ] {
        let answer = desk.get(LEAD, uri).await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{uri}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{uri}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{uri}");
        if uri.starts_with("/api") {
            assert_eq!(answer.header("cache-control"), "no-store", "{uri}");
        }
        assert_eq!(answer.header("strict-transport-security"), "", "{uri}");
    }
}

#[tokio::test]
async fn answers_are_compressed_and_live_streams_are_not() {
    let desk = Hotline::open().await;
    for (uri, packed) in [("/api/matters", true), ("/api/openapi.json", true)] {
        let request = desk
            .request(LEAD, Method::GET, uri)
            .await
            .header("accept-encoding", "gzip");
        let answer = desk.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("content-encoding") == "gzip", packed, "{uri}");
    }
    let line = desk
        .live(LEAD, "/api/live", &[("accept-encoding", "gzip")])
        .await;
    assert!(!line.headers.contains_key("content-encoding"));
}
