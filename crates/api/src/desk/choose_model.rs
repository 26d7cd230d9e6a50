//! POST /api/triage/model

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Sent;
use crate::session::SignedIn;
use app::view::LearningView;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which model is served from now on.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    /// A version that is kept; the newest when left out.
    #[serde(default)]
    version: Option<String>,
    /// Why; it stands in the audit trail.
    reason: String,
}

/// Goes back to an earlier model in one step, or to the newest again. Learning goes on either way.
#[utoipa::path(
    post,
    path = "/api/triage/model",
    operation_id = "choose_model",
    tag = "desk",
    request_body(content = Choice, example = json!({"reason": "改派增多，先退回上一版"})),
    responses(
        (status = 200, body = LearningView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn choose_model(
    State(edge): State<Edge>,
    who: SignedIn,
    Sent(choice): Sent<Choice>,
) -> Result<Json<LearningView>, Problem> {
    let app = edge.app();
    let version = choice.version.as_deref();
    Ok(Json(
        app.choose_model(who.actor(), version, &choice.reason)
            .await?,
    ))
}
