//! POST /api/places/import

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{PlaceNamesChanged, PlacesFile};
use axum::Json;
use axum::extract::State;

/// Takes a CSV of names with a header: `name,kind,lon,lat` and perhaps
/// `aliases,district,houses,datum`. It is refused whole, with line and reason.
#[utoipa::path(
    post,
    path = "/api/places/import",
    operation_id = "import_places",
    tag = "office",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = PlacesFile, example = json!({"text": "name,kind,lon,lat,aliases\n旧船厂,landmark,125.6,27.5,老船厂", "name": "places.csv"})),
    responses(
        (status = 200, body = PlaceNamesChanged),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn import(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<PlacesFile>,
) -> Result<Json<PlaceNamesChanged>, Problem> {
    let done = edge.app().import_places(who.actor(), &body, &key).await?;
    Ok(Json(done))
}
