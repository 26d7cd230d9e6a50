//! Registers 台账.

mod add_file;
mod change;
mod entry;
mod export;
mod file;
mod kinds;
mod list;
mod new;
mod paper;

use crate::edge::Edge;
use crate::problem::Problem;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path};
use axum::http::request::Parts;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most bytes of a file: the application's own limit is asked behind it.
const FILE_MOST: usize = 64 * 1024 * 1024;
/// Most characters of a name in the path.
const NAME_MOST: usize = 64;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(kinds::list_registers))
        .routes(routes!(list::list_entries))
        .routes(routes!(new::new_entry))
        .routes(routes!(entry::show_entry))
        .routes(routes!(change::change_entry))
        .routes(routes!(file::entry_file))
        .routes(routes!(paper::entry_paper))
        .routes(routes!(export::export_register))
}

/// Its body is a file.
pub(crate) fn files() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(add_file::add_entry_file))
        .layer(DefaultBodyLimit::max(FILE_MOST))
}

/// A register's key and what follows it in the path.
pub(crate) struct Names<const N: usize>(pub(crate) [String; N]);

impl<const N: usize> FromRequestParts<Edge> for Names<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let Path(names) = Path::<Vec<(String, String)>>::from_request_parts(parts, edge)
            .await
            .map_err(|_| Problem::not_found())?;
        let wrong = |name: &String| {
            name.is_empty()
                || name.chars().count() > NAME_MOST
                || name.chars().any(|c| c.is_control() || c.is_whitespace())
        };
        let names: Vec<String> = names.into_iter().map(|(_, name)| name).collect();
        if names.iter().any(wrong) {
            return Err(Problem::not_found());
        }
        names.try_into().map(Self).map_err(|_| Problem::not_found())
    }
}
