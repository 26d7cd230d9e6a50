//! Bulletins 通报 and cases on paper.

mod begin;
mod change;
mod document;
mod list;
mod sheet;
mod show;

use crate::edge::Edge;
use crate::request::header_name;
use app::Paper;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list::list_bulletins))
        .routes(routes!(begin::begin_bulletin))
        .routes(routes!(show::show_bulletin))
        .routes(routes!(change::change_bulletin))
        .routes(routes!(document::bulletin_document))
        .routes(routes!(sheet::case_sheet))
}

/// A document as a file. A PDF may be looked at in the browser; nothing in it may do anything.
pub(crate) fn handed(paper: Paper) -> Response {
    let way = if paper.media == "application/pdf" {
        "inline"
    } else {
        "attachment"
    };
    let headers = [
        (header::CONTENT_TYPE, paper.media.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("{way}; filename*=UTF-8''{}", header_name(&paper.name)),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'".to_owned(),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let mut response = paper.bytes.into_response();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
