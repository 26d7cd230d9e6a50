//! A case 事项: the list, the case whole, its timeline, what people ask of it, and the mask.

mod act;
mod attach;
mod choice;
mod fetch;
mod list;
mod order;
mod presence;
mod redact;
mod scene;
mod show;
mod timeline;
mod unmask;
pub mod word;

pub(crate) use attach::{receive, sent_name};
pub use order::Order;
pub use word::CaseCommand;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(timeline::timeline))
        .routes(routes!(act::act))
        .routes(routes!(unmask::unmask))
        .routes(routes!(redact::redact))
        .routes(routes!(attach::attach))
        .routes(routes!(fetch::fetch))
        .routes(routes!(presence::present))
}
