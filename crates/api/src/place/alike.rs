//! POST /api/alike

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::view::{AlikeCases, PointView};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A call as it is being typed.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    /// What was said so far.
    #[serde(default)]
    narrative: String,
    /// Place in words.
    #[serde(default)]
    place: String,
    /// Point, if one was set.
    #[serde(default)]
    point: Option<PointView>,
}

/// Open cases that the call may be about, each with why: the same place, near it, the same words.
/// Also where the place lies, if the site's gazetteer knows it. Nothing is kept, and nothing
/// stands in an address.
#[utoipa::path(
    post,
    path = "/api/alike",
    operation_id = "find_alike",
    tag = "contact",
    request_body(
        content = Call,
        example = json!({"narrative": "楼下烧烤店油烟太大", "place": "望江路18号", "point": {"lon": 118.5, "lat": 31.5, "datum": "gcj02"}})
    ),
    responses(
        (status = 200, body = AlikeCases),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn alike(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(call): Sent<Call>,
) -> Result<Json<AlikeCases>, Problem> {
    let Call {
        narrative,
        place,
        point,
    } = call;
    let app = edge.app();
    Ok(Json(
        app.alike(who.actor(), &narrative, &place, point).await?,
    ))
}
