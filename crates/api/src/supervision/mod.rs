//! Supervision 督办: measures, the daily list, the watch list, findings.

mod board;
mod daily;
mod findings;
mod judge;
mod measure;
mod open_measure;
mod paper;
mod rules;
mod step;
mod tick;
mod watch;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(board::supervision_board))
        .routes(routes!(rules::supervision_rules))
        .routes(routes!(open_measure::open_measure))
        .routes(routes!(measure::measure))
        .routes(routes!(paper::measure_document))
        .routes(routes!(step::measure_step))
        .routes(routes!(daily::daily_list))
        .routes(routes!(tick::tick_daily))
        .routes(routes!(watch::watch_list))
        .routes(routes!(findings::findings))
        .routes(routes!(judge::judge_finding))
}
