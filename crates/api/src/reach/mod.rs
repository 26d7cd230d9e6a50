//! Reaching people: the duty roster, notices, channels, and the doors of those without an account.

mod change_notice;
mod change_roster;
mod channels;
mod confirm;
mod duty_tests;
mod feed;
mod import_roster;
mod notice;
mod notices;
mod print_sheet;
mod roster;
mod see_notices;
mod sms_report;
mod test_channel;
mod test_roster;
mod unit_duty;

use crate::edge::Edge;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most bytes of a roster: 2,000 shifts.
const FILE_MOST: usize = 1024 * 1024;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(roster::roster))
        .routes(routes!(unit_duty::unit_duty, change_roster::change_roster))
        .routes(routes!(duty_tests::duty_tests, test_roster::test_roster))
        .routes(routes!(notices::notices, see_notices::see_notices))
        .routes(routes!(notice::notice, change_notice::change_notice))
        .routes(routes!(print_sheet::print_sheet))
        .routes(routes!(channels::channels))
        .routes(routes!(test_channel::test_channel))
        .routes(routes!(feed::duty_feed))
        .routes(routes!(sms_report::sms_report))
        .routes(routes!(confirm::show, confirm::answer))
}

/// Its body is a file.
pub(crate) fn files() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(import_roster::import_roster))
        .layer(DefaultBodyLimit::max(FILE_MOST))
}
