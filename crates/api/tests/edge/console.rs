//! The console in the binary, and what machines ask beside it.

use crate::fixture::{Hotline, Who};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use domain::right::Role;

#[tokio::test]
async fn an_address_of_the_console_gives_its_first_page() {
    let desk = Hotline::open().await;
    for uri in ["/", "/desk", "/cases/20261120-1-0001", "/inbox"] {
        let answer = desk.get(Who::Nobody, uri).await;
        assert_eq!(answer.status, StatusCode::OK, "{uri}");
        assert!(
            answer.header("content-type").starts_with("text/html"),
            "{uri}"
        );
        assert!(answer.text().contains("<html"), "{uri}");
        let cache = answer.header("cache-control");
        assert!(cache == "no-cache" || cache == "no-store", "{uri}: {cache}");
    }
}

/// A page in place of a script would only break later.
#[tokio::test]
async fn a_file_that_is_not_there_is_not_a_page() {
    let desk = Hotline::open().await;
    for uri in [
        "/assets/gone-12345678.js",
        "/robots.txt",
        "/assets/../../Cargo.toml",
        "/.env",
    ] {
        assert_eq!(
            desk.get(Who::Nobody, uri).await.problem(),
            "not_found",
            "{uri}"
        );
    }
}

#[tokio::test]
async fn a_page_that_is_known_is_not_sent_again() {
    let desk = Hotline::open().await;
    let page = desk.get(Who::Nobody, "/").await;
    let tag = page.header("etag").to_owned();
    if tag.is_empty() {
        assert!(
            page.text().contains("console/dist"),
            "not built, and it says so"
        );
        return;
    }
    let request = desk
        .request(Who::Nobody, Method::GET, "/")
        .await
        .header("if-none-match", tag);
    let again = desk.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
}

#[tokio::test]
async fn figures_name_the_route_and_never_who_or_what() {
    let desk = Hotline::open().await;
    desk.get(Who::Role(Role::Operator), "/api/callers?number=10000000042")
        .await;
    desk.get(Who::Nobody, "/api/cases/20261120-1-0042").await;
    let figures = desk.get(Who::Nobody, "/metrics").await;
    assert_eq!(figures.status, StatusCode::OK);
    let text = figures.text();
    let line = |parts: &[&str]| {
        text.lines()
            .any(|line| parts.iter().all(|part| line.contains(part)))
    };
    let platform = "platform=\"wanglan-12345\"";
    assert!(
        line(&[
            "http_requests_total",
            platform,
            "route=\"/api/callers\"",
            "status=\"2xx\""
        ]),
        "{text}"
    );
    assert!(line(&[
        "http_requests_total",
        "route=\"/api/cases/{id}\"",
        "status=\"4xx\""
    ]));
    assert!(line(&[
        "http_request_seconds_bucket",
        "route=\"/api/callers\""
    ]));
    assert!(
        !text.contains("10000000042") && !text.contains("20261120-1-0042"),
        "{text}"
    );
}

#[tokio::test]
async fn figures_can_be_kept_back() {
    let desk = Hotline::with(|options| options.metrics = false).await;
    assert_eq!(
        desk.get(Who::Nobody, "/metrics").await.problem(),
        "not_found"
    );
}

#[tokio::test]
async fn it_lives_and_is_ready() {
    let desk = Hotline::open().await;
    assert_eq!(desk.get(Who::Nobody, "/healthz").await.text(), "ok");
    assert_eq!(desk.get(Who::Nobody, "/readyz").await.text(), "ready");
}

/// The seat's phone is the console's page; no citizen's form and no file asks for anybody's microphone.
#[tokio::test]
async fn the_microphone_is_the_consoles_alone() {
    let desk = Hotline::open().await;
    let policy = async |uri: &str| {
        let answer = desk.get(Who::Nobody, uri).await;
        answer.header("permissions-policy").to_owned()
    };
    let built = !desk.get(Who::Nobody, "/").await.header("etag").is_empty();
    for uri in ["/", "/desk", "/lead", "/cases/20261120-1-0001"] {
        assert_eq!(
            policy(uri).await.contains("microphone=(self)"),
            built,
            "{uri}"
        );
    }
    for uri in [
        "/report.html",
        "/healthz",
        "/api/session",
        "/api/platform",
        "/.env",
    ] {
        assert!(policy(uri).await.contains("microphone=()"), "{uri}");
    }
}
