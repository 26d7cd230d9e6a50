//! POST /api/notices/{id}/sheet

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Nothing more is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrintSheet {}

/// An order sheet.
#[derive(Serialize, ToSchema)]
pub(crate) struct Sheet {
    /// One A4 page, HTML without scripts.
    html: String,
}

/// The order sheet of a notice, to be printed; that it was asked for is noted.
#[utoipa::path(
    post,
    path = "/api/notices/{id}/sheet",
    operation_id = "print_sheet",
    tag = "reach",
    params(
        ("id" = String, Path, description = "id of the notice"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = PrintSheet, example = json!({})),
    responses(
        (status = 200, body = Sheet),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn print_sheet(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(id): Named,
    Keyed { key, body: _ }: Keyed<PrintSheet>,
) -> Result<Json<Sheet>, Problem> {
    let html = edge.app().printed_sheet(who.actor(), &id, &key).await?;
    Ok(Json(Sheet { html }))
}
