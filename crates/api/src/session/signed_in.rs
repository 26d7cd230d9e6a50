//! The session behind a request.

use super::cookie;
use crate::edge::Edge;
use crate::problem::Problem;
use app::Signed;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::right::Actor;
use std::sync::Arc;

/// Who is signed in. A handler that names it is closed to everybody else.
pub(crate) struct SignedIn {
    /// Account, actor and rights.
    pub(crate) signed: Arc<Signed>,
    /// The token, to ask again later whether the session still stands.
    pub(crate) token: String,
}

impl SignedIn {
    pub(crate) fn actor(&self) -> &Actor {
        &self.signed.actor
    }
}

/// The account a request is made in, for the digest of a command.
#[derive(Clone)]
pub(crate) struct AccountOf(pub(crate) String);

impl FromRequestParts<Edge> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let Entering(who) = Entering::from_request_parts(parts, edge).await?;
        if who.signed.password_due {
            return Err(app::AppError::PasswordDue.into());
        }
        Ok(who)
    }
}

/// Who is signed in, even if all they may do is to choose another password.
pub(crate) struct Entering(pub(crate) SignedIn);

impl FromRequestParts<Edge> for Entering {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Problem> {
        let token = cookie::token(&parts.headers, edge).ok_or_else(Problem::unauthenticated)?;
        let signed = edge
            .app()
            .session(&token)
            .await?
            .ok_or_else(Problem::unauthenticated)?;
        parts
            .extensions
            .insert(AccountOf(signed.account.id.clone()));
        Ok(Self(SignedIn { signed, token }))
    }
}
