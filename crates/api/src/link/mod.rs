//! The links 对接: how they are, and the door peers push their batches through.

mod dead;
mod exchange;
mod key;
mod list;
mod resend;
mod show;
pub(crate) mod test;

pub(crate) use exchange::MOST as EXCHANGE_MOST;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(dead::dead))
        .routes(routes!(resend::resend))
        .routes(routes!(test::test))
        .merge(key::routes())
}

/// The door for peers: signed batches, larger than what a browser sends.
pub(crate) fn exchange() -> OpenApiRouter<Edge> {
    OpenApiRouter::new().routes(routes!(exchange::receive))
}
