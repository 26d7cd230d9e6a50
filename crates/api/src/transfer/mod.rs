//! Contacts in from another system's file.

mod begin;
mod list;
mod look;
mod refused;
mod stop;

use crate::edge::Edge;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most bytes of a file with its mapping, as JSON: some 100,000 contacts.
const FILE_MOST: usize = 48 * 1024 * 1024;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list::list_imports))
        .routes(routes!(look::look_at_import))
        .routes(routes!(stop::stop_import))
        .routes(routes!(refused::import_refusals))
}

/// Its body is a file.
pub(crate) fn files() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(begin::begin_import))
        .layer(DefaultBodyLimit::max(FILE_MOST))
}
