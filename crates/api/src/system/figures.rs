//! GET /metrics, and what fills it: one recorder a process, a platform label on each figure.

use crate::edge::Edge;
use crate::problem::Problem;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, histogram};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::Instant;
use tracing::Instrument as _;

/// Seconds; from a read in memory to a store that hangs.
const BUCKETS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// Requests after which the recorder is told to fold its samples, so that they do not pile up
/// where nobody asks for the figures.
const FOLD_AFTER: u64 = 1_024;

/// The recorder of this process; two platforms of one process share it.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| match install() {
            Ok(handle) => Some(handle),
            Err(error) => {
                tracing::warn!(%error, "no figures: another recorder is installed");
                None
            }
        })
        .as_ref()
}

fn install() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets(BUCKETS)?
        .install_recorder()?;
    describe_counter!("http_requests_total", "Requests by route and status class.");
    describe_histogram!(
        "http_request_seconds",
        "Time to the head of the answer, seconds."
    );
    describe_gauge!("live_consoles", "Open live streams.");
    Ok(handle)
}

/// The figures of this process in the text format of Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "figures",
    tag = "system",
    responses(
        (status = 200, body = String, content_type = "text/plain; version=0.0.4"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "figures are not given out at this address"),
    )
)]
pub(crate) async fn figures(
    State(edge): State<Edge>,
) -> Result<([(HeaderName, &'static str); 1], String), Problem> {
    if !edge.options().metrics {
        return Err(Problem::not_found());
    }
    let handle = recorder().ok_or_else(Problem::not_found)?;
    Ok((
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        handle.render(),
    ))
}

/// Counts a request and writes one line about it: route, status and time, never a query, a body
/// or an address (rule 22).
pub(crate) async fn watch(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = word(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("console", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", platform = edge.platform(), method, route);
    let response = next.run(request).instrument(span.clone()).await;
    let seconds = started.elapsed().as_secs_f64();
    let status = response.status();
    let class = match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    };
    span.in_scope(|| {
        let ms = seconds * 1_000.0;
        if status.is_server_error() {
            tracing::warn!(status = status.as_u16(), ms, "answered");
        } else {
            tracing::debug!(status = status.as_u16(), ms, "answered");
        }
    });
    let platform = edge.platform().to_owned();
    counter!("http_requests_total", "platform" => platform.clone(), "method" => method,
        "route" => route.clone(), "status" => class)
    .increment(1);
    histogram!("http_request_seconds", "platform" => platform, "method" => method, "route" => route)
        .record(seconds);
    if edge.requests().fetch_add(1, Ordering::Relaxed) % FOLD_AFTER == FOLD_AFTER - 1
        && let Some(handle) = recorder()
    {
        handle.run_upkeep();
    }
    response
}

/// A method as a label; anything invented by a client is one label, not many.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
