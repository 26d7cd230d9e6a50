//! POST /api/follow-up/cases/{no}/link

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::{Keyed, Named};
use crate::session::SignedIn;
use app::view::RatingLinkView;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Nothing has to be said with it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRatingLink {}

/// Gives out a link by which the caller rates the answer without signing in: used once, for a week.
/// The store keeps its digest alone.
#[utoipa::path(
    post,
    path = "/api/follow-up/cases/{no}/link",
    operation_id = "print_rating_link",
    tag = "follow-up",
    params(
        ("no" = String, Path, description = "id or printed number of the case"),
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = NewRatingLink, example = json!({})),
    responses(
        (status = 201, body = RatingLinkView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn print_rating_link(
    State(edge): State<Edge>,
    who: SignedIn,
    Named(no): Named,
    Keyed { key, .. }: Keyed<NewRatingLink>,
) -> Result<(StatusCode, Json<RatingLinkView>), Problem> {
    let link = edge.app().print_rating_link(who.actor(), &no, &key).await?;
    Ok((StatusCode::CREATED, Json(link)))
}
