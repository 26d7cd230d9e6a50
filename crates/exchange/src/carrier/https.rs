//! Pushes batches over HTTPS: one POST a batch, the receipt is the answer.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Certificate, Client, Response, StatusCode, Url, header, redirect};
use serde::Deserialize;

use crate::batch::SignedBatch;
use crate::port::{Carrier, CarrierError};
use crate::receipt::{self, SignedReceipt};

/// Where a platform takes batches, below its base address.
pub const PATH: &str = "exchange/v1/batches";
/// Content type of a batch.
pub const MEDIA_TYPE: &str = "application/vnd.liandong.batch+json";
/// How long building a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest detail kept from a refusal, characters.
const MAX_DETAIL: usize = 500;

/// Where and how to push.
#[derive(Debug, Clone)]
pub struct HttpsPushConfig {
    /// Base address of the peer. Plain `http` is taken only for a loopback address, such as
    /// `http://127.0.0.1:8110`.
    pub base: String,
    /// PEM text of the root certificates the peer's certificate must lead to. With it no other root
    /// is trusted; without it the system's are.
    pub root_pem: Option<Vec<u8>>,
    /// How long one request may take as a whole.
    pub timeout: Duration,
}

/// Why the carrier cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum HttpsPushError {
    /// Not an address.
    #[error("{base:?} is not an http or https address")]
    Address {
        /// What was configured.
        base: String,
    },
    /// Plain http to another machine.
    #[error("{base:?}: plain http is only allowed to a loopback address")]
    PlainHttp {
        /// What was configured.
        base: String,
    },
    /// The root certificates are not PEM certificates, or there is none among them.
    #[error("the root certificate for the link holds no PEM certificate")]
    RootCertificate,
    /// The client cannot be built, for instance because no crypto provider is installed.
    #[error("the HTTPS client cannot be built")]
    Client(#[source] reqwest::Error),
}

/// The HTTPS push carrier.
#[derive(Debug, Clone)]
pub struct HttpsPush {
    client: Client,
    url: Url,
    timeout: Duration,
}

impl HttpsPush {
    /// Sets the carrier up; nothing is sent yet.
    ///
    /// # Errors
    /// When the address or the certificate is not usable.
    pub fn new(config: &HttpsPushConfig) -> Result<Self, HttpsPushError> {
        let url = address(&config.base)?;
        let mut builder = Client::builder()
            .timeout(config.timeout)
            .connect_timeout(CONNECT)
            // A redirect could lead a batch to another machine, and a proxy of the environment too.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .https_only(url.scheme() == "https");
        if let Some(pem) = &config.root_pem {
            let roots =
                Certificate::from_pem_bundle(pem).map_err(|_| HttpsPushError::RootCertificate)?;
            if roots.is_empty() {
                return Err(HttpsPushError::RootCertificate);
            }
            builder = builder.tls_certs_only(roots);
        }
        let client = builder.build().map_err(HttpsPushError::Client)?;
        Ok(Self {
            client,
            url,
            timeout: config.timeout,
        })
    }

    fn broken(&self, error: &reqwest::Error) -> CarrierError {
        if error.is_timeout() && !error.is_connect() {
            return CarrierError::Timeout(
                u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX),
            );
        }
        // The innermost cause says what happened ("connection refused"); the outer ones say where.
        let mut cause: &dyn std::error::Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        CarrierError::Unreachable(cause.to_string())
    }
}

/// The address for batches, if the base is one we may use.
fn address(base: &str) -> Result<Url, HttpsPushError> {
    let bad = || HttpsPushError::Address {
        base: base.to_owned(),
    };
    let mut url = Url::parse(base).map_err(|_| bad())?;
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(bad());
    }
    let path = format!("{}/{PATH}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    let plain = || HttpsPushError::PlainHttp {
        base: base.to_owned(),
    };
    match url.scheme() {
        "https" if url.host_str().is_some() => Ok(url),
        "http" => {
            // Names are not taken for loopback: what "localhost" is, a resolver decides.
            let host = url.host_str().unwrap_or_default();
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let ip: std::net::IpAddr = host.parse().map_err(|_| plain())?;
            if ip.is_loopback() {
                Ok(url)
            } else {
                Err(plain())
            }
        }
        _ => Err(bad()),
    }
}

#[async_trait]
impl Carrier for HttpsPush {
    async fn deliver(&self, batch: &SignedBatch) -> Result<SignedReceipt, CarrierError> {
        let body = batch
            .encode()
            .map_err(|error| CarrierError::Unreachable(error.to_string()))?;
        let response = self
            .client
            .post(self.url.clone())
            .header(header::CONTENT_TYPE, MEDIA_TYPE)
            .header(header::ACCEPT, "application/json")
            .body(body)
            .send()
            .await
            .map_err(|error| self.broken(&error))?;
        let status = response.status();
        let bytes = self.bounded(response).await?;
        if status == StatusCode::OK {
            return serde_json::from_slice(&bytes)
                .map_err(|error| CarrierError::BadAnswer(error.to_string()));
        }
        Err(refusal(status, &bytes))
    }
}

impl HttpsPush {
    /// Reads the answer, but never more than a receipt may have.
    async fn bounded(&self, mut response: Response) -> Result<Vec<u8>, CarrierError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| self.broken(&error))?
        {
            if bytes.len() + chunk.len() > receipt::MAX_BYTES {
                return Err(CarrierError::BadAnswer(format!(
                    "it is longer than {} bytes",
                    receipt::MAX_BYTES
                )));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

/// What an answer that is no receipt says: problem+json from a platform, anything from a gateway.
fn refusal(status: StatusCode, bytes: &[u8]) -> CarrierError {
    #[derive(Deserialize, Default)]
    struct Problem {
        #[serde(default, rename = "type")]
        kind: String,
        #[serde(default)]
        detail: String,
    }
    let problem: Problem = serde_json::from_slice(bytes).unwrap_or_default();
    let detail: String = problem.detail.chars().take(MAX_DETAIL).collect();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return CarrierError::NotNow(format!("{status} {detail}").trim_end().to_owned());
    }
    // The stable key is the last part of the problem type, whatever address stands before it.
    let key = problem.kind.rsplit('/').next().unwrap_or_default();
    let key = if key.is_empty() {
        format!("http.{}", status.as_u16())
    } else {
        key.to_owned()
    };
    CarrierError::Refused {
        key: key.chars().take(64).collect(),
        detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_loopback_only() {
        let takes = |base: &str| address(base).is_ok();
        assert!(takes("https://peer.invalid"));
        assert!(takes("https://peer.invalid/wanglan/"));
        assert!(takes("http://127.0.0.1:8110"));
        assert!(takes("http://127.8.9.1:8110"));
        assert!(takes("http://[::1]:8110/"));
        for base in [
            "http://localhost:8110",
            "http://127.0.0.1.peer.invalid",
            "http://10.0.0.1",
            "http://[::ffff:10.0.0.1]",
        ] {
            assert!(
                matches!(address(base), Err(HttpsPushError::PlainHttp { .. })),
                "{base}"
            );
        }
        for base in [
            "",
            "peer.invalid",
            "ftp://127.0.0.1",
            "https://",
            "http://127.0.0.1@peer.invalid",
            "https://peer.invalid/?a=1",
        ] {
            assert!(
                matches!(address(base), Err(HttpsPushError::Address { .. })),
                "{base}"
            );
        }
        assert_eq!(
            address("https://peer.invalid/a").unwrap().as_str(),
            "https://peer.invalid/a/exchange/v1/batches"
        );
    }

    #[test]
    fn a_refusal_keeps_the_stable_key() {
        let body = br#"{"type":"/problems/exchange.unknown_key","title":"t","detail":"d"}"#;
        assert_eq!(
            refusal(StatusCode::UNAUTHORIZED, body),
            CarrierError::Refused {
                key: "exchange.unknown_key".into(),
                detail: "d".into()
            }
        );
        assert_eq!(
            refusal(StatusCode::NOT_FOUND, b"<html>"),
            CarrierError::Refused {
                key: "http.404".into(),
                detail: String::new()
            }
        );
        assert!(matches!(
            refusal(StatusCode::SERVICE_UNAVAILABLE, body),
            CarrierError::NotNow(_)
        ));
    }
}
