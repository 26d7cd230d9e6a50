//! What the desk looks at: figures, the unit directory, the responsibility list, the audit rows.

mod audit;
mod board;
mod choose_model;
mod learning;
mod matters;
mod summary;
mod units;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(summary::summary))
        .routes(routes!(board::board))
        .routes(routes!(units::units))
        .routes(routes!(matters::matters))
        .routes(routes!(audit::audit))
        .routes(routes!(learning::learning))
        .routes(routes!(choose_model::choose_model))
}
