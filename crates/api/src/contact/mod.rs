//! A contact 来电/来件: what triage makes of it, taking it, and what is known already.

mod callers;
mod evidence;
mod near;
mod suggest;
mod take;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(suggest::suggest))
        .routes(routes!(take::take))
        .routes(routes!(callers::callers))
        .routes(routes!(evidence::evidence))
        .routes(routes!(near::near))
}
