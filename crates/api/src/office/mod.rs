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
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(accounts::accounts, open_account::open_account))
        .routes(routes!(change_account::change_account))
        .routes(routes!(grant_roles::grant_roles))
        .routes(routes!(
            calendar::calendar,
            change_calendar::change_calendar
        ))
        .routes(routes!(import_calendar::import_calendar))
        .routes(routes!(change_unit::change_unit))
        .routes(routes!(system::system))
}
