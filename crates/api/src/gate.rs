//! What every request passes before a handler sees it, and every answer on its way out.

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{media_type, query_names};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::Duration;

/// How long the head of an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same for a file on its way in, over a field telephone: its own pieces have their own limit.
const FILE_PATIENCE: Duration = Duration::from_secs(900);

/// What a page may load: from this server alone, and tiles from the site's own service if it
/// configured one.
pub(crate) fn policy(tiles: Option<&str>) -> HeaderValue {
    let tiles = tiles.map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; connect-src 'self'{tiles}; img-src 'self' data:{tiles}; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    // An origin that is no header text is not let in.
    HeaderValue::try_from(policy).unwrap_or_else(|_| policy_without_tiles())
}

fn policy_without_tiles() -> HeaderValue {
    HeaderValue::from_static(
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'",
    )
}

/// Refuses query names an operation does not document (rule 12).
pub(crate) async fn known_names(
    State(edge): State<Edge>,
    request: Request,
    next: Next,
) -> Response {
    if let Some(query) = request.uri().query()
        && let Some(route) = request.extensions().get::<MatchedPath>()
    {
        let method = if request.method() == Method::HEAD {
            "GET"
        } else {
            request.method().as_str()
        };
        let known = edge
            .queries()
            .get(route.as_str())
            .and_then(|methods| methods.get(method));
        // A method the address does not know is told so further in.
        if let Some(known) = known
            && let Some(name) = query_names(query).find(|name| !known.contains(name))
        {
            return Problem::field(name, "unknown_field", "this query name is not known here")
                .into_response();
        }
    }
    next.run(request).await
}

/// Refuses what another site makes a browser send: a change needs JSON, and with a cookie also
/// the browser's word that it comes from this origin.
pub(crate) async fn same_origin(
    State(edge): State<Edge>,
    request: Request,
    next: Next,
) -> Response {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    // Peers prove themselves by signature; nothing there looks at a cookie.
    if reads || !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let headers = request.headers();
    // HTTP/2 names the host in the address, HTTP/1 in a header.
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| request.uri().authority().map(|host| host.as_str()))
        .unwrap_or_default();
    if let Err(reason) = origin(headers, host, carries(headers, edge.cookie())) {
        return Problem::new(
            StatusCode::FORBIDDEN,
            "cross_site",
            "a change has to come from this platform's own pages",
        )
        .detail(reason)
        .into_response();
    }
    // A file is sent as it is. The headers it needs are none a form of another site can send.
    if *request.method() == Method::POST
        && !takes_file(&request)
        && let Err(problem) = media_type(headers, "application/json")
    {
        return problem.into_response();
    }
    next.run(request).await
}

/// Whether the request brings a file as its whole body.
fn takes_file(request: &Request) -> bool {
    *request.method() == Method::POST
        && request
            .extensions()
            .get::<MatchedPath>()
            .is_some_and(|route| {
                let route = route.as_str();
                route.ends_with("/attachments") || route.ends_with("/files")
            })
}

/// Whether the cookie is there at all; whether it is worth anything is asked later.
fn carries(headers: &HeaderMap, cookie: &str) -> bool {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .any(|pair| {
            pair.split('=')
                .next()
                .is_some_and(|name| name.trim() == cookie)
        })
}

fn origin(headers: &HeaderMap, host: &str, with_cookie: bool) -> Result<(), &'static str> {
    if let Some(site) = headers.get("sec-fetch-site") {
        return match site.as_bytes() {
            b"same-origin" | b"none" => Ok(()),
            _ => Err("Sec-Fetch-Site names another site"),
        };
    }
    // Browsers leave Sec-Fetch-Site out on plain HTTP; Origin is there then.
    if let Some(origin) = headers.get(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or_default();
        let named = origin.split_once("://").map_or("", |(_, host)| host);
        return if !named.is_empty() && named.eq_ignore_ascii_case(host) {
            Ok(())
        } else {
            Err("Origin is not this host")
        };
    }
    if with_cookie {
        return Err("neither Sec-Fetch-Site nor Origin says where it comes from");
    }
    Ok(())
}

/// Answers for a handler that hangs. What it began may still happen: the same key asks again.
pub(crate) async fn patience(request: Request, next: Next) -> Response {
    let patience = if takes_file(&request) {
        FILE_PATIENCE
    } else {
        PATIENCE
    };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(seconds = patience.as_secs(), "a request was given up");
            Problem::from(app::AppError::Unavailable("no answer in time".to_owned()))
                .into_response()
        }
    }
}

/// The answer for a handler that panicked.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(crate) fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response {
    let said = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(said, "a handler panicked");
    Problem::internal().into_response()
}

/// Marks the console's own page, which may ask for the microphone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TakesMicrophone;

/// The headers every answer carries.
pub(crate) async fn headers(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let live_data = path == "/metrics" || path.starts_with("/api") || path.starts_with("/exchange");
    let mut response = next.run(request).await;
    // The microphone is the seat's phone in the console, and nobody else's: not a citizen's form, not a file.
    let devices = if response.extensions().get::<TakesMicrophone>().is_some() {
        "camera=(), display-capture=(), microphone=(self)"
    } else {
        "camera=(), display-capture=(), microphone=()"
    };
    let out = response.headers_mut();
    // A file brings a stricter one of its own.
    let policy = out
        .remove(header::CONTENT_SECURITY_POLICY)
        .unwrap_or_else(|| edge.policy().clone());
    out.insert(header::CONTENT_SECURITY_POLICY, policy);
    let mut set = |name: HeaderName, value: &'static str| {
        out.insert(name, HeaderValue::from_static(value));
    };
    set(HeaderName::from_static("permissions-policy"), devices);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    if edge.options().tls {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if live_data {
        set(header::CACHE_CONTROL, "no-store");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_hangs_is_given_up() {
        use axum::routing::get;
        use tower::ServiceExt as _;
        let router: axum::Router = axum::Router::new()
            .route("/", get(std::future::pending::<()>))
            .layer(axum::middleware::from_fn(patience));
        let response = router
            .oneshot(Request::<axum::body::Body>::default())
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            crate::problem::MEDIA_TYPE
        );
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_and_says_nothing_of_itself() {
        use axum::routing::get;
        use http_body_util::BodyExt as _;
        use tower::ServiceExt as _;
        async fn breaks() -> &'static str {
            panic!("10000000042")
        }
        let router: axum::Router = axum::Router::new()
            .route("/", get(breaks))
            .layer(tower_http::catch_panic::CatchPanicLayer::custom(panicked));
        let response = router
            .oneshot(Request::<axum::body::Body>::default())
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let problem: Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!((&*problem.kind, problem.detail), ("internal", None));
    }

    #[test]
    fn only_the_configured_tile_service_is_let_in() {
        let plain = policy(None);
        assert!(
            plain
                .to_str()
                .unwrap()
                .contains("connect-src 'self'; img-src 'self' data:;")
        );
        let tiles = policy(Some("https://map.example.invalid"));
        let tiles = tiles.to_str().unwrap();
        assert!(
            tiles.contains("connect-src 'self' https://map.example.invalid;"),
            "{tiles}"
        );
        assert!(
            tiles.contains("img-src 'self' data: https://map.example.invalid;"),
            "{tiles}"
        );
        assert!(
            tiles.starts_with("default-src 'self';"),
            "scripts and workers stay our own"
        );
        assert_eq!(policy(Some("a\nb")), policy_without_tiles());
    }

    #[track_caller]
    fn check(pairs: &[(&'static str, &str)], with_cookie: bool, passes: bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        let host = headers
            .get("host")
            .map_or("", |host| host.to_str().unwrap());
        assert_eq!(
            origin(&headers, host, with_cookie).is_ok(),
            passes,
            "{pairs:?}"
        );
    }

    #[test]
    fn another_site_is_refused() {
        let host = ("host", "desk.invalid:8110");
        check(&[("sec-fetch-site", "same-origin")], true, true);
        check(&[("sec-fetch-site", "none")], true, true);
        check(&[("sec-fetch-site", "same-site")], true, false);
        check(&[("sec-fetch-site", "cross-site")], false, false);
        check(&[host, ("origin", "http://desk.invalid:8110")], true, true);
        check(&[host, ("origin", "http://desk.invalid:8112")], true, false);
        check(
            &[host, ("origin", "http://desk.invalid:8110.evil.invalid")],
            true,
            false,
        );
        check(&[host, ("origin", "null")], true, false);
        check(&[("origin", "null")], false, false);
        check(&[host], true, false);
        check(&[host], false, true);
        // Sec-Fetch-Site outranks an Origin that happens to fit.
        check(
            &[
                host,
                ("origin", "http://desk.invalid:8110"),
                ("sec-fetch-site", "cross-site"),
            ],
            true,
            false,
        );
    }
}
