//! Channels by which people are reached, behind one trait: what is sent, and the proof that comes back.
//!
//! The console needs no carrier: what is told there stands in a list, and the proof is that it was seen.

mod email;
mod line;
mod sms;
mod webhook;

pub use self::sms::{Sms, SmsReports, SmsSettings};
pub use email::{Email, EmailSettings, EmailTls};
pub use line::SmsLine;
pub use webhook::{Webhook, WebhookSettings, signature};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// How long one try may take as a whole.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// Characters kept of what the other side said.
const SAID_MOST: usize = 300;

/// A way to reach somebody (R18).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// The bell of the console; proof: seen.
    Console,
    /// E-mail over SMTP; proof: the server's accepted reply.
    Email,
    /// A gateway for short messages over HTTP; proof: its number and its delivery report.
    Sms,
    /// A signed POST to a unit's own system; proof: 2xx and the digest of the answer.
    Webhook,
    /// A voice call by this platform's own voice part; proof: heard to its end, or key 1.
    Phone,
    /// A printed order sheet; proof: its link and code were used.
    Paper,
}

impl ChannelKind {
    /// The word used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Webhook => "webhook",
            Self::Phone => "phone",
            Self::Paper => "paper",
        }
    }
}

/// A file that goes with a message, for instance a sheet somebody has pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// Its name.
    pub name: String,
    /// Media type.
    pub media: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What is to be sent.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    /// The same for every try: a gateway that looks sends once.
    pub key: String,
    /// Number or address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The words, with the link if there is one.
    pub text: String,
    /// The same as a page, where the channel takes one.
    pub html: Option<String>,
    /// Files.
    pub files: Vec<Enclosure>,
    /// For machines, JSON.
    pub body: String,
    /// Now, milliseconds: goes into a signature.
    pub now: i64,
}

/// What shows that it was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// The other side's own number for it.
    pub gateway: String,
    /// What it said, JSON.
    pub said: serde_json::Value,
    /// Whether it has arrived, and not only been taken.
    pub arrived: bool,
}

/// Why a try failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Another try may succeed.
    #[error("{key}: {detail}")]
    Later {
        /// Stable key.
        key: &'static str,
        /// What the other side said.
        detail: String,
    },
    /// No other try will.
    #[error("{key}: {detail}")]
    Never {
        /// Stable key.
        key: &'static str,
        /// What the other side said.
        detail: String,
    },
}

impl SendError {
    pub(crate) fn later(key: &'static str, detail: &str) -> Self {
        Self::Later {
            key,
            detail: short(detail),
        }
    }

    pub(crate) fn never(key: &'static str, detail: &str) -> Self {
        Self::Never {
            key,
            detail: short(detail),
        }
    }
}

/// A carrier of messages.
#[async_trait]
pub trait Channel: Send + Sync + std::fmt::Debug {
    /// Which.
    fn kind(&self) -> ChannelKind;

    /// How it is set up, for the screen: names and values without secrets.
    fn shown(&self) -> Vec<(&'static str, String)>;

    /// Sends. It may be asked for the same key again when nobody saw the end of a try.
    ///
    /// # Errors
    /// Whether another try makes sense, and what the other side said.
    async fn send(&self, message: &Outgoing) -> Result<Proof, SendError>;
}

/// Why a channel cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// A setting is wrong.
    #[error("{field}: {why}")]
    Setting {
        /// Which.
        field: &'static str,
        /// What is wrong.
        why: String,
    },
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be built")]
    Client(#[source] reqwest::Error),
}

/// The channels of a site.
pub type Channels = Vec<Arc<dyn Channel>>;

/// A client that follows nobody elsewhere and is not led by the environment.
fn client() -> Result<reqwest::Client, ChannelError> {
    reqwest::Client::builder()
        .timeout(PATIENCE)
        .connect_timeout(Duration::from_secs(5))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(ChannelError::Client)
}

/// What of an HTTP failure is worth another try.
fn unsent(error: &reqwest::Error) -> SendError {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let key = if error.is_timeout() {
        "timeout"
    } else {
        "unreachable"
    };
    SendError::later(key, &cause.to_string())
}

/// The answer's body, as much as is read of it.
async fn answer(mut response: reqwest::Response) -> Result<Vec<u8>, SendError> {
    const MOST: usize = 64 * 1024;
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| unsent(&error))? {
        body.extend_from_slice(&part);
        if body.len() > MOST {
            body.truncate(MOST);
            break;
        }
    }
    Ok(body)
}

fn short(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(SAID_MOST)
        .collect()
}
