//! A signed POST to a unit's own system. The receiver checks `liandong-signature`: `t` is the second it was
//! made in, `v1` is HMAC-SHA256 of `t`, a dot and the body, hexadecimal.

use super::{
    Channel, ChannelError, ChannelKind, Outgoing, Proof, SendError, answer, client, unsent,
};
use crate::chance::hex;
use async_trait::async_trait;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// How it is signed.
#[derive(Clone)]
pub struct WebhookSettings {
    /// The secret both sides know.
    pub secret: String,
}

/// Holds a secret, so it says no more than its name.
impl std::fmt::Debug for WebhookSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSettings")
    }
}

/// The webhook channel. The address is the unit's, and goes with each message.
pub struct Webhook {
    secret: String,
    client: reqwest::Client,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Webhook")
    }
}

impl Webhook {
    /// Sets it up; nothing is sent yet.
    ///
    /// # Errors
    /// When the secret is too short to be one.
    pub fn new(settings: WebhookSettings) -> Result<Self, ChannelError> {
        if settings.secret.len() < 16 {
            return Err(ChannelError::Setting {
                field: "secret_file",
                why: "16 characters at least".to_owned(),
            });
        }
        Ok(Self {
            secret: settings.secret,
            client: client()?,
        })
    }
}

/// The signature of a body made at a second.
#[must_use]
pub fn signature(secret: &str, seconds: i64, body: &str) -> String {
    // HMAC takes keys of any length, so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{seconds}.").as_bytes());
    mac.update(body.as_bytes());
    format!("t={seconds},v1={}", hex(&mac.finalize().into_bytes()))
}

#[async_trait]
impl Channel for Webhook {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Webhook
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        vec![("signature", "HMAC-SHA256".to_owned())]
    }

    async fn send(&self, message: &Outgoing) -> Result<Proof, SendError> {
        let url: reqwest::Url = message
            .to
            .parse()
            .map_err(|_| SendError::never("bad_address", "not an address"))?;
        let seconds = message.now.div_euclid(1000);
        let response = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("liandong-delivery", &message.key)
            .header(
                "liandong-signature",
                signature(&self.secret, seconds, &message.body),
            )
            .body(message.body.clone())
            .send()
            .await
            .map_err(|error| unsent(&error))?;
        let status = response.status();
        let body = answer(response).await?;
        let digest = hex(&Sha256::digest(&body));
        if status.is_success() {
            return Ok(Proof {
                gateway: String::new(),
                said: serde_json::json!({"status": status.as_u16(), "body_sha256": digest}),
                arrived: true,
            });
        }
        let detail = format!("{status} {}", String::from_utf8_lossy(&body));
        // 410: the receiver wants no more of it.
        Err(if status.as_u16() == 410 {
            SendError::never("refused", &detail)
        } else {
            SendError::later("refused", &detail)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_published_one() {
        // printf '1795395600.{}' | openssl dgst -sha256 -hmac 'an invented secret'
        let signed = signature("an invented secret", 1_795_395_600, "{}");
        let (time, mac) = signed.split_once(",v1=").unwrap();
        assert_eq!(time, "t=1795395600");
        assert_eq!(mac, EXPECTED);
    }

    const EXPECTED: &str = "74c7f7667dc95c1832e1969395d2ff320658ea5351e645504cb5bd71cbf1aaff";
}
