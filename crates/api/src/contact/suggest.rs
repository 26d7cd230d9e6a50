//! POST /api/triage

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::view::SuggestionView;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Words as they are being typed.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// What was said so far.
    narrative: String,
    /// Place in words.
    #[serde(default)]
    place: String,
    /// District code.
    #[serde(default)]
    district: String,
}

/// What triage makes of the words, each claim with its rule and the words that fired it (law 11).
/// Nothing is kept.
#[utoipa::path(
    post,
    path = "/api/triage",
    operation_id = "suggest",
    tag = "contact",
    request_body(
        content = Words,
        example = json!({"narrative": "楼上装修半夜还在施工，吵得睡不着", "place": "望江路18号", "district": "990001"})
    ),
    responses(
        (status = 200, body = SuggestionView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn suggest(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(words): Sent<Words>,
) -> Result<Json<SuggestionView>, Problem> {
    let suggestion =
        edge.app()
            .suggest(who.actor(), &words.narrative, &words.place, &words.district)?;
    Ok(Json(suggestion))
}
