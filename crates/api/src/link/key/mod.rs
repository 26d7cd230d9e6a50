//! The keys of links: shown, made, entered, changed over, withdrawn.

mod change_own;
mod change_peer;
mod enter;
mod list;
mod make;
mod read;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list::list_keys))
        .routes(routes!(make::make_key))
        .routes(routes!(change_own::change_own_key))
        .routes(routes!(read::read_peer_key))
        .routes(routes!(enter::enter_peer_key))
        .routes(routes!(change_peer::change_peer_key))
}
