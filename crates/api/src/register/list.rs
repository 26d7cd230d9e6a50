//! GET /api/registers/{register}

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Asked, Named};
use crate::session::SignedIn;
use app::view::{RegisterPage, RegisterQuery};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which entries.
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
    /// The `next` of the page before.
    #[serde(default)]
    after: String,
}

/// Entries of a register, the latest day first. Units see what is about them.
#[utoipa::path(
    get,
    path = "/api/registers/{register}",
    operation_id = "list_entries",
    tag = "register",
    params(("register" = String, Path, description = "key of the register"), Of),
    responses(
        (status = 200, body = RegisterPage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_entries(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(register): Named,
    Asked(of): Asked<Of>,
) -> Result<Json<RegisterPage>, Problem> {
    let query = RegisterQuery {
        unit: of.unit,
        state: of.state,
        q: of.q,
        after: of.after,
    };
    let page = edge.app().register(who.actor(), &register, &query).await?;
    Ok(Json(page))
}
