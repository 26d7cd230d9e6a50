//! The knowledge base 知识库.

mod article;
mod change;
mod find;
mod list;
mod new;
mod used;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list::list_knowledge))
        .routes(routes!(new::new_knowledge))
        .routes(routes!(find::find_knowledge))
        .routes(routes!(article::show_knowledge))
        .routes(routes!(change::change_knowledge))
        .routes(routes!(used::use_knowledge))
}
