//! The live stream: what happens to cases, as it happens, in the order of the log.

mod follow;
mod seat;
mod stream;

pub(crate) use seat::Seats;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new().routes(routes!(follow::follow))
}
