//! The back office: accounts and roles, the calendar, units, the state of the system.

mod accounts;
mod calendar;
mod change_account;
mod change_calendar;
mod change_unit;
mod grant_roles;
mod import_calendar;
mod open_account;
mod system;

use crate::edge::Edge;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most bytes of a calendar: 1,000 days with their notes.
const FILE_MOST: usize = 1024 * 1024;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(accounts::accounts, open_account::open_account))
        .routes(routes!(change_account::change_account))
        .routes(routes!(grant_roles::grant_roles))
        .routes(routes!(
            calendar::calendar,
            change_calendar::change_calendar
        ))
        .routes(routes!(change_unit::change_unit))
        .routes(routes!(system::system))
}

/// Its body is a file.
pub(crate) fn files() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(import_calendar::import_calendar))
        .layer(DefaultBodyLimit::max(FILE_MOST))
}
