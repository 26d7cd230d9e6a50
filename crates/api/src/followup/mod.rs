//! 回访: the follow-up desk.

mod change_inspection;
mod change_rules;
mod claim;
mod desk;
mod inspections;
mod leave;
mod link;
mod next;
mod rules;
mod sheet;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(desk::follow_up_desk))
        .routes(routes!(next::next_follow_up))
        .routes(routes!(
            rules::follow_up_rules,
            change_rules::change_follow_up_rules
        ))
        .routes(routes!(sheet::follow_up_sheet))
        .routes(routes!(claim::claim_follow_up, leave::leave_follow_up))
        .routes(routes!(link::print_rating_link))
        .routes(routes!(
            inspections::inspections,
            change_inspection::change_inspection
        ))
}
