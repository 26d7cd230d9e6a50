//! GET /api/cases

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Asked;
use crate::session::SignedIn;
use app::CaseQuery;
use app::view::CasePage;
use axum::Json;
use axum::extract::State;

/// Cases the asker may see, a page at a time by key (rule 12).
#[utoipa::path(
    get,
    path = "/api/cases",
    operation_id = "list_cases",
    tag = "case",
    params(
        ("scope" = Option<String>, Query, description = "`desk` or `unit`", example = "desk"),
        ("status" = Option<String>, Query, description = "statuses, with commas between", example = "taken,offered"),
        ("task" = Option<String>, Query, description = "what waits for the desk lead; `any` for anything", example = "unowned"),
        ("matter" = Option<String>, Query, description = "row of the responsibility list"),
        ("unit" = Option<String>, Query, description = "accountable unit"),
        ("desk" = Option<String>, Query, description = "`police` or `hotline`: the desk the matter belongs to", example = "police"),
        ("danger" = Option<bool>, Query, description = "signs of danger stand", example = true),
        ("open" = Option<bool>, Query, description = "not closed", example = true),
        ("overdue" = Option<bool>, Query, description = "past the nearest deadline", example = false),
        ("due_before" = Option<i64>, Query, description = "nearest deadline before, milliseconds UTC"),
        ("q" = Option<String>, Query, description = "words or a number"),
        ("order" = Option<String>, Query, description = "`updated`, `due` or `opened`", example = "updated"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 when left out", example = 50),
    ),
    responses(
        (status = 200, body = CasePage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    Asked(query): Asked<CaseQuery>,
) -> Result<Json<CasePage>, Problem> {
    Ok(Json(edge.app().cases(who.actor(), query).await?))
}
