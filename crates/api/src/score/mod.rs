//! Scores 考核: figures and the cases behind them, units by rank, claims, publications, rules.

mod ask;
mod cases;
mod change_rules;
mod claims;
mod decide;
mod figures;
mod publication;
mod publish;
mod recount;
mod rules;
mod sheet;
mod show;

use crate::edge::Edge;
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most bytes of a text of rules, escaped as JSON.
const RULES_MOST: usize = 512 * 1024;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(show::score_office))
        .routes(routes!(sheet::score_sheet))
        .routes(routes!(figures::score_figures))
        .routes(routes!(cases::score_cases))
        .routes(routes!(claims::score_claims))
        .routes(routes!(ask::ask_score))
        .routes(routes!(decide::decide_score))
        .routes(routes!(publish::publish_scores))
        .routes(routes!(publication::score_publication))
        .routes(routes!(recount::recount_scores))
        .routes(routes!(rules::score_rules))
}

/// Its body is a whole text.
pub(crate) fn rule_texts() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(change_rules::change_score_rules))
        .layer(DefaultBodyLimit::max(RULES_MOST))
}
