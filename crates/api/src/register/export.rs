//! GET /api/registers/{register}/export

use crate::edge::Edge;
use crate::press::handed;
use crate::problem::Problem;
use crate::request::{Asked, Named};
use crate::session::SignedIn;
use app::view::RegisterQuery;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which entries, as what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// About this unit, by its code.
    #[serde(default)]
    unit: String,
    /// `open`, `closed` or `overdue`.
    #[serde(default)]
    state: String,
    /// Words in the title.
    #[serde(default)]
    q: String,
    /// `csv` or `xlsx`.
    format: String,
    /// `zh` or `en`: headings and choices.
    #[serde(default)]
    language: String,
}

/// A register as a table. Who took it is in the audit.
#[utoipa::path(
    get,
    path = "/api/registers/{register}/export",
    operation_id = "export_register",
    tag = "register",
    params(("register" = String, Path, description = "key of the register"), Of),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn export_register(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(register): Named,
    Asked(of): Asked<Of>,
) -> Result<Response, Problem> {
    let query = RegisterQuery {
        unit: of.unit,
        state: of.state,
        q: of.q,
        after: String::new(),
    };
    let english = of.language == "en";
    let paper = edge
        .app()
        .export_register(who.actor(), &register, &query, &of.format, english)
        .await?;
    Ok(handed(paper))
}
