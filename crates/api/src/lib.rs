//! The HTTP edge: one file an endpoint, OpenAPI, problem+json, the live stream, the console.
//!
//! The router and the document come from one call, so that no path is missing from the document.
//! Rights are not decided here: each handler hands the actor to the application, which asks the
//! table. What is decided here is what a request may look like and where it may come from.

mod call;
pub mod case;
mod clock;
mod contact;
mod desk;
mod edge;
mod followup;
mod gate;
mod knowledge;
mod link;
mod list;
mod live;
mod message;
mod office;
mod place;
mod press;
pub mod problem;
mod public;
mod reach;
mod register;
mod request;
mod score;
mod search;
mod session;
mod supervision;
mod system;
mod throttle;
mod transfer;

pub use edge::{Options, Rates};
pub use problem::Problem;

use app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use edge::{Edge, Queries};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use utoipa::OpenApi as _;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::{OpenApi, RefOr};
use utoipa_axum::router::OpenApiRouter;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "liandong 联动",
        description = "One platform of the 110 and 12345 link. Times are milliseconds UTC. \
                       Errors are problem+json with a stable `type`. Commands carry an \
                       Idempotency-Key: a repeat gives the first answer."
    ),
    components(schemas(case::CaseCommand, problem::Problem)),
    tags(
        (name = "session", description = "who is signed in"),
        (name = "contact", description = "来电/来件"),
        (name = "case", description = "事项"),
        (name = "search", description = "检索"),
        (name = "transfer", description = "历史数据导入"),
        (name = "desk", description = "figures, directory, list, audit"),
        (name = "live", description = "what happens, as it happens"),
        (name = "public", description = "the citizen's own door"),
        (name = "link", description = "对接"),
        (name = "office", description = "accounts, calendar, units, the state of the system"),
        (name = "list", description = "权责清单: versions, the draft, what it would change"),
        (name = "follow-up", description = "回访: whom to ask, what was said, inspections"),
        (name = "supervision", description = "督办: the ladder, the daily list, the watch list, what detectors found"),
        (name = "score", description = "考核: figures, ranks, claims, publications"),
        (name = "reach", description = "值班与通知: the duty roster, who is told of what, and how"),
        (name = "press", description = "通报: bulletins"),
        (name = "call", description = "通话: seats, the floor, records and sound"),
        (name = "message", description = "短信: what came, what waits for an answer, what was written"),
        (name = "register", description = "台账: registers"),
        (name = "knowledge", description = "知识库: answers that were approved, and how they are kept"),
        (name = "system", description = "for machines")
    )
)]
struct Document;

/// The edge of one platform. The server has to add the peer's address
/// (`into_make_service_with_connect_info::<SocketAddr>()`), or all clients share one rate.
pub fn router(app: App, options: Options) -> Router {
    // Before the first request, so that the application's own figures are kept too.
    let _ = system::figures::recorder();
    let (router, document) = parts();
    let edge = Edge::new(app, options, queries(&document));
    router
        .fallback(system::console)
        .method_not_allowed_fallback(system::method_not_allowed)
        .layer(from_fn_with_state(edge.clone(), gate::known_names))
        .layer(from_fn_with_state(edge.clone(), gate::same_origin))
        .layer(from_fn(gate::patience))
        .layer(CatchPanicLayer::custom(gate::panicked))
        // Leaves event streams alone by its default predicate; a test holds it to that.
        .layer(CompressionLayer::new().compress_when(worth_compressing()))
        .layer(from_fn_with_state(edge.clone(), gate::headers))
        .layer(from_fn_with_state(edge.clone(), system::figures::watch))
        .with_state(edge)
}

/// What is text. Files of cases are compressed already, or compressing them helps nobody.
fn worth_compressing() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new("application/octet-stream"))
        .and(NotForContentType::const_new("audio/"))
}

/// The OpenAPI document as pretty JSON; `docs/openapi.json` is this text.
#[must_use]
pub fn openapi() -> String {
    let (_, document) = parts();
    // A document built from constants always serialises; the snapshot test reads it.
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

fn parts() -> (Router<Edge>, OpenApi) {
    let json = OpenApiRouter::<Edge>::with_openapi(Document::openapi())
        .merge(session::routes())
        .merge(contact::routes())
        .merge(case::routes())
        .merge(desk::routes())
        .merge(place::routes())
        .merge(search::routes())
        .merge(live::routes())
        .merge(public::routes())
        .merge(link::routes())
        .merge(office::routes())
        .merge(followup::routes())
        .merge(list::routes())
        .merge(supervision::routes())
        .merge(clock::routes())
        .merge(score::routes())
        .merge(reach::routes())
        .merge(press::routes())
        .merge(call::routes())
        .merge(message::routes())
        .merge(register::routes())
        .merge(knowledge::routes())
        .merge(transfer::routes())
        .merge(system::routes())
        .layer(DefaultBodyLimit::max(request::JSON_MOST));
    let batches = link::exchange().layer(DefaultBodyLimit::max(link::EXCHANGE_MOST));
    let (router, mut document) = json
        .merge(list::draft())
        .merge(score::rule_texts())
        .merge(register::files())
        .merge(office::files())
        .merge(place::files())
        .merge(reach::files())
        .merge(transfer::files())
        .merge(batches)
        .split_for_parts();
    show_commands(&mut document);
    (router, document)
}

/// An example of every command in the document, from the same place the tests take them.
fn show_commands(document: &mut OpenApi) {
    let content = document
        .paths
        .paths
        .get_mut("/api/cases/{id}/commands")
        .and_then(|path| path.post.as_mut())
        .and_then(|operation| match operation.request_body.as_mut() {
            Some(RefOr::T(body)) => body.content.get_mut("application/json"),
            _ => None,
        });
    let Some(RefOr::T(content)) = content else {
        return;
    };
    for (name, value) in case::CaseCommand::examples() {
        let example = ExampleBuilder::new().value(Some(value)).build();
        content.examples.insert(name.to_owned(), RefOr::T(example));
    }
}

/// The query names of each operation, from the document.
fn queries(document: &OpenApi) -> Queries {
    let names = |operation: &Operation| -> Vec<String> {
        operation
            .parameters
            .iter()
            .flatten()
            .filter_map(|parameter| match parameter {
                RefOr::T(parameter) => Some(parameter),
                RefOr::Ref(_) => None,
            })
            .filter(|parameter| parameter.parameter_in == ParameterIn::Query)
            .map(|parameter| parameter.name.clone())
            .collect()
    };
    document
        .paths
        .paths
        .iter()
        .map(|(path, item)| {
            let methods = operations(item)
                .map(|(method, operation)| (method, names(operation)))
                .collect();
            (path.clone(), methods)
        })
        .collect()
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_ref().map(|operation| (method, operation)))
}
