//! Registers 台账.

mod add_file;
mod change;
mod entry;
mod export;
mod file;
mod kinds;
mod list;
mod new;
mod paper;

use crate::edge::Edge;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most bytes of a file: the application's own limit is asked behind it.
const FILE_MOST: usize = 64 * 1024 * 1024;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(kinds::list_registers))
        .routes(routes!(list::list_entries))
        .routes(routes!(new::new_entry))
        .routes(routes!(entry::show_entry))
        .routes(routes!(change::change_entry))
        .routes(routes!(file::entry_file))
        .routes(routes!(paper::entry_paper))
        .routes(routes!(export::export_register))
}

/// Its body is a file.
pub(crate) fn files() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(add_file::add_entry_file))
        .layer(DefaultBodyLimit::max(FILE_MOST))
}
