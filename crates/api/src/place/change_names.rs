//! POST /api/places

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{PlaceNameOrder, PlaceNamesChanged};
use axum::Json;
use axum::extract::State;

/// Sets names, takes names away, refuses proposals for good; all of it or nothing.
#[utoipa::path(
    post,
    path = "/api/places",
    operation_id = "change_place_names",
    tag = "office",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = PlaceNameOrder, example = json!({"put": [{"name": "旧船厂", "kind": "landmark", "aliases": ["老船厂"], "point": {"lon": 125.6, "lat": 27.5}}], "remove": [], "refuse": []})),
    responses(
        (status = 200, body = PlaceNamesChanged),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_names(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<PlaceNameOrder>,
) -> Result<Json<PlaceNamesChanged>, Problem> {
    let done = edge
        .app()
        .change_place_names(who.actor(), &body, &key)
        .await?;
    Ok(Json(done))
}
