//! Calls 通话: the own seat, the floor, call records and their sound.

mod ask;
mod bind;
mod colleagues;
mod desk;
mod file;
mod floor;
mod hold;
mod of_case;
mod phone;
mod sound;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(desk::call_desk, ask::ask_seat))
        .routes(routes!(floor::call_floor))
        .routes(routes!(colleagues::call_colleagues))
        .routes(routes!(phone::open_phone))
        .routes(routes!(phone::close_phone))
        .routes(routes!(bind::bind_call))
        .routes(routes!(of_case::calls_of_case))
        .routes(routes!(sound::call_sound))
        .routes(routes!(file::call_file))
        .routes(routes!(hold::hold_call))
}
