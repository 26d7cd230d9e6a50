//! The clock catalogue: what holds, whether a text is sound, which clocks would run, publication.

mod check;
mod preview;
mod publish;
mod recount;
mod show;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(show::clocks))
        .routes(routes!(check::check_clocks))
        .routes(routes!(preview::preview_clocks))
        .routes(routes!(publish::publish_clocks))
        .routes(routes!(recount::recount))
}
