//! The citizen's own door: report without an account, and look what became of it with a key.

mod follow;
mod platform;
mod report;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(platform::platform))
        .routes(routes!(report::report))
        .routes(routes!(follow::follow))
}
