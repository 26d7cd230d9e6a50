//! Search: questions, saved questions, exports.

mod drop;
mod export;
mod fetch;
mod find;
mod forget;
mod progress;
mod save;
mod saved;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(find::find))
        .routes(routes!(saved::saved, save::save))
        .routes(routes!(forget::forget))
        .routes(routes!(export::export))
        .routes(routes!(progress::progress, drop::drop_export))
        .routes(routes!(fetch::fetch))
}
