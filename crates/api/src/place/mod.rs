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
use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most bytes of a site's gazetteer: a city has a hundred thousand names.
const FILE_MOST: usize = 16 * 1024 * 1024;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(alike::alike))
        .routes(routes!(map::map))
        .routes(routes!(vector::vector))
        .routes(routes!(tile::tile))
        .routes(routes!(points::points))
        .routes(routes!(wall::wall))
        .routes(routes!(names::names, change_names::change_names))
}

/// Its body is a file.
pub(crate) fn files() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(import::import))
        .layer(DefaultBodyLimit::max(FILE_MOST))
}
