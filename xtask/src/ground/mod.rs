//! What the tests stand on: packages, PostgreSQL, a running county.

pub(crate) mod county;
#[cfg(feature = "measure")]
pub(crate) mod http;
pub(crate) mod package;
#[cfg(feature = "measure")]
pub(crate) mod platform;
pub(crate) mod postgres;

use anyhow::{Context as _, Result};
use std::net::TcpListener;

/// A port nobody listens on now.
///
/// # Errors
/// When there is none.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
    Ok(listener
        .local_addr()
        .context("a port without address")?
        .port())
}
