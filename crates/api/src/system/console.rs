//! The console, carried in the binary. Nothing of it is ever loaded from elsewhere.

use crate::gate::TakesMicrophone;
use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::fmt::Write as _;

/// What the console's own build left behind; empty if it was not built.
#[derive(RustEmbed)]
#[folder = "../../console/dist"]
#[allow_missing = true]
struct Dist;

/// File names with a hash in them never change their content.
const HASHED: &str = "public, max-age=31536000, immutable";
/// Asked for again each time, answered with 304 while it is the same.
const FRESH: &str = "no-cache";

const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
<title>联动</title></head><body><h1>操作台尚未构建</h1>\
<p>服务在运行，但编译时没有找到 <code>console/dist</code>。</p>\
<pre>npm --prefix console ci\nnpm --prefix console run build\ncargo build</pre>\
<p lang=\"en\">The console was not built when this program was compiled. Build it, then compile again.</p>\
</body></html>\n";

/// Serves a file of the console, or its first page for the addresses it makes up itself.
pub(crate) async fn console(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") || path.starts_with("exchange/") {
        return Problem::not_found().into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return method_not_allowed().await.into_response();
    }
    if let Some(file) = Dist::get(path) {
        let cache = if path.starts_with("assets/") {
            HASHED
        } else {
            FRESH
        };
        return serve(&file, cache, &headers);
    }
    // A missing file is missing: a page in place of a script would only break later.
    let last = path.rsplit('/').next().unwrap_or_default();
    if path.starts_with("assets/") || last.contains('.') {
        return Problem::not_found().into_response();
    }
    match Dist::get("index.html") {
        Some(file) => {
            let mut page = serve(&file, FRESH, &headers);
            page.extensions_mut().insert(TakesMicrophone);
            page
        }
        None => (
            StatusCode::OK,
            [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
            ],
            NOT_BUILT,
        )
            .into_response(),
    }
}

/// The answer to a method an address does not know.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this address does not know this method",
    )
}

fn serve(file: &EmbeddedFile, cache: &'static str, headers: &HeaderMap) -> Response {
    // Weak: the same page goes out plain and packed.
    let mut tag = String::from("W/\"");
    for byte in file.metadata.sha256_hash().iter().take(16) {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    let same = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == tag);
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = file.metadata.mimetype();
        let kind = if kind.starts_with("text/") {
            format!("{kind}; charset=utf-8")
        } else {
            kind.to_owned()
        };
        let mut response = file.data.clone().into_owned().into_response();
        if let Ok(kind) = HeaderValue::from_str(&kind) {
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        response
    };
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    response
}
