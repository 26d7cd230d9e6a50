//! GET /api/public/reports/{no}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Address, Asked, Named};
use app::view::{PublicProof, PublicStatus};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use std::time::Instant;
use utoipa::IntoParams;

/// What proves that the report is the asker's.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Proof {
    /// The key that was given with the number.
    key: String,
}

/// What became of a report. A wrong key and a wrong number are answered alike.
#[utoipa::path(
    get,
    path = "/api/public/reports/{no}",
    operation_id = "follow_report",
    tag = "public",
    params(("no" = String, Path, description = "the number of the report"), Proof),
    responses(
        (status = 200, body = PublicStatus),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn follow(
    State(edge): State<Edge>,
    Address(address): Address,
    Named(no): Named,
    Asked(proof): Asked<Proof>,
) -> Result<Json<PublicStatus>, Problem> {
    edge.throttles()
        .public_follow
        .take(address, Instant::now())
        .map_err(Problem::rate_limited)?;
    let proof = PublicProof {
        key: proof.key,
        number: String::new(),
    };
    Ok(Json(edge.app().public_follow(&no, &proof).await?))
}
