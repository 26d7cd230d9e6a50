//! Who is signed in: the cookie, the session behind it, signing in and out.

mod cookie;
mod password;
mod show;
mod sign_in;
mod sign_out;
mod signed_in;

pub(crate) use signed_in::{AccountOf, Entering, SignedIn};

use crate::edge::Edge;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(show::show, sign_in::sign_in, sign_out::sign_out))
        .routes(routes!(password::password))
}
