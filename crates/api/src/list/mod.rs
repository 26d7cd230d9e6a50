//! The responsibility list 权责清单: versions, the draft, what it would change.

mod attempt;
mod begin_run;
mod cancel_run;
mod change_draft;
mod change_versions;
mod draft;
mod run;
mod show;
mod version;

use crate::edge::Edge;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most bytes of a list that is saved, escaped as JSON.
const LIST_MOST: usize = 5 * 1024 * 1024;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(show::list_office))
        .routes(routes!(draft::list_draft))
        .routes(routes!(attempt::try_list))
        .routes(routes!(begin_run::begin_list_run))
        .routes(routes!(run::list_run))
        .routes(routes!(cancel_run::cancel_list_run))
        .routes(routes!(version::list_version))
        .routes(routes!(change_versions::change_list_versions))
}

/// Its body is a whole list.
pub(crate) fn draft() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(change_draft::change_list_draft))
        .layer(DefaultBodyLimit::max(LIST_MOST))
}
