//! POST /api/follow-up/rules

use crate::edge::Edge;
use crate::problem::Problem;
use crate::request::Keyed;
use crate::session::SignedIn;
use app::view::{FollowRulesVersion, NewFollowRules};
use axum::Json;
use axum::extract::State;

/// Makes the next version of the sampling rules. What is wrong is told with its place, and the old ones stay.
#[utoipa::path(
    post,
    path = "/api/follow-up/rules",
    operation_id = "change_follow_up_rules",
    tag = "follow-up",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 100 visible ASCII characters; a repeat with the same key and body gives the first answer"),
    ),
    request_body(content = NewFollowRules, example = json!({"over": 0, "text": "label = \"2026.2\"\n[[rule]]\nname = \"抽样两成\"\nshare = 200\n[attempts]\nmost = 3\ngap = \"4h\"\nfrom_minute = 510\nto_minute = 1200\nlink_days = 7\nfirst = { span = \"1wd\" }\nsecond = { span = \"1wd\" }\nfallback = { span = \"3wd\" }\n[[script]]\nlines = [{ zh = \"您好\", en = \"Good day\" }]\n", "reason": "加大退单件回访"})),
    responses(
        (status = 200, body = FollowRulesVersion),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_follow_up_rules(
    State(edge): State<Edge>,
    who: SignedIn,
    Keyed { key, body }: Keyed<NewFollowRules>,
) -> Result<Json<FollowRulesVersion>, Problem> {
    let done = edge
        .app()
        .change_follow_up_rules(who.actor(), &body, &key)
        .await?;
    Ok(Json(done))
}
