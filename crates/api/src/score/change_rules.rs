//! POST /api/scores/rules

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{RuleDone, RuleOrder};
use axum::Json;
use axum::extract::State;

/// Tries a text of metrics and schemes, or takes it. A faulty one is refused: the field is
/// `text:LINE:COLUMN`, the detail says why, and what holds stays.
#[utoipa::path(
    post,
    path = "/api/scores/rules",
    operation_id = "change_score_rules",
    tag = "score",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = RuleOrder, examples(
        ("rule" = (value = json!({"name": "solved_rate", "text": "[[metric]]\nid = \"solved_rate\"\nversion = 2\nzh = \"解决率\"\nen = \"Solved\"\nshape = \"rate\"\nbetter = \"more\"\ndenominator = \"known(caller_solved)\"\nnumerator = \"caller_solved = 'solved'\"\n", "reason": "含群众自评", "only_try": false}))),
    )),
    responses(
        (status = 200, body = RuleDone),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_score_rules(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<RuleOrder>,
) -> Result<Json<RuleDone>, Problem> {
    let done = edge
        .app()
        .change_score_rules(who.actor(), &body, &key)
        .await?;
    Ok(Json(done))
}
