//! The live stream: what happens to cases, as it happens, in the order of the log; and who follows it.

mod follow;
mod say;
mod seat;
mod seats;
mod stream;

pub(crate) use seat::Seats;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(follow::follow))
        .routes(routes!(seats::seats))
        .routes(routes!(say::say))
}
