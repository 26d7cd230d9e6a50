//! Places: the site's map, open cases near a call and alike in words, the hall's wall.

mod alike;
mod change_names;
mod import;
mod map;
mod names;
mod points;
mod tile;
mod vector;
mod wall;

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(alike::alike))
        .routes(routes!(map::map))
        .routes(routes!(vector::vector))
        .routes(routes!(tile::tile))
        .routes(routes!(points::points))
        .routes(routes!(wall::wall))
        .routes(routes!(names::names, change_names::change_names))
        .routes(routes!(import::import))
}
