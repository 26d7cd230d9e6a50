//! What machines ask: whether it lives, whether it is ready, its figures, its document; and the
//! console.

mod console;
mod document;
pub(crate) mod figures;
mod health;
mod ready;

pub(crate) use console::{console, method_not_allowed};

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(ready::ready))
        .routes(routes!(figures::figures))
        .routes(routes!(document::document))
}
