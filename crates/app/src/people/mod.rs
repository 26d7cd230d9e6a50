//! People: accounts, passwords, sessions.

mod account;
mod office;
mod session;

pub use account::NewAccount;
pub(crate) use session::Cache;
pub use session::Signed;
