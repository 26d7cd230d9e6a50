//! The citizen's own door: report without an account, look what became of it with a key or the
//! telephone number, and rate the answer.

mod danger;
mod follow;
mod page;
mod photo;
mod platform;
mod rate;
mod report;
mod status;

use crate::edge::Edge;
use crate::problem::Problem;
use app::view::PublicProof;
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
