//! GET /api/cases/{id}/sheet

use super::handed;
use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Asked, Named};
use crate::session::SignedIn;
use app::SheetForm;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which paper.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Of {
    /// `order` (警单/工单, without it) or `supervision` (督办单).
    #[serde(default)]
    #[param(value_type = Option<String>)]
    form: SheetForm,
}

/// A case on paper, PDF, with what the reader's rights show and no more. Each is in the audit.
#[utoipa::path(
    get,
    path = "/api/cases/{id}/sheet",
    operation_id = "case_sheet",
    tag = "case",
    params(("id" = String, Path, description = "id or printed number"), Of),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/pdf"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn case_sheet(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Asked(of): Asked<Of>,
) -> Result<Response, Problem> {
    let paper = edge.app().case_paper(who.actor(), &id, of.form).await?;
    Ok(handed(paper))
}
