//! The citizen's own door: report without an account, look what became of it with a key or the
//! telephone number, and rate the answer.

mod danger;
mod follow;
mod page;
mod photo;
mod platform;
mod promise;
mod rate;
mod rate_page;
mod report;
mod status;

use crate::edge::Edge;
use crate::problem::Problem;
use app::view::{PublicProof, Visitor};
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use std::time::Instant;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(platform::platform))
        .routes(routes!(report::report))
        .routes(routes!(danger::danger))
        .routes(routes!(follow::follow))
        .routes(routes!(status::status))
        .routes(routes!(rate::rate))
        .routes(routes!(photo::photo))
        .routes(routes!(page::show, page::ask))
        .routes(routes!(promise::promises_page))
        .routes(routes!(rate_page::show_rating, rate_page::send_rating))
}

/// From where somebody without a session asks.
fn visitor(address: String, headers: &HeaderMap) -> Visitor {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    Visitor {
        address,
        agent: agent.unwrap_or_default().chars().take(300).collect(),
    }
}

/// Slows down whoever tries out keys or telephone numbers: by address, and a telephone number also
/// by report, so that many addresses together learn no more than one.
fn slow(edge: &Edge, address: String, no: &str, proof: &PublicProof) -> Result<(), Problem> {
    let now = Instant::now();
    let throttles = edge.throttles();
    throttles
        .public_follow
        .take(address, now)
        .map_err(Problem::rate_limited)?;
    if proof.key.is_empty() {
        let no: String = no.trim().chars().take(64).collect();
        throttles
            .public_number
            .take(no, now)
            .map_err(Problem::rate_limited)?;
    }
    Ok(())
}
