//! Short messages 短信: the gateway's door, the queue, and what is written.

mod aside;
mod came;
mod of_case;
mod queue;
mod write;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(queue::message_queue))
        .routes(routes!(of_case::messages_of_case, write::write_message))
        .routes(routes!(aside::set_message_aside))
        .routes(routes!(came::message_came))
}
