//! Short messages through a gateway's HTTP interface, whatever its shape: address, headers and body are
//! templates, and pointers say where its answer and its delivery reports have what.

use super::{
    Channel, ChannelError, ChannelKind, Outgoing, Proof, SendError, answer, client, unsent,
};
use async_trait::async_trait;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::collections::BTreeMap;

/// How a gateway is spoken to. `{to}`, `{text}`, `{key}` and `{secret}` are filled in.
#[derive(Clone)]
pub struct SmsSettings {
    /// Where.
    pub url: String,
    /// Whether the body is a form; JSON without.
    pub form: bool,
    /// The body.
    pub body: String,
    /// More headers.
    pub headers: BTreeMap<String, String>,
    /// What `{secret}` stands for.
    pub secret: String,
    /// JSON pointer to the gateway's own number for the message.
    pub id: String,
    /// JSON pointer and value by which success is told from failure behind a 200; none for the status alone.
    pub success: Option<(String, String)>,
    /// How delivery reports come, if they do.
    pub reports: Option<SmsReports>,
}

/// Holds a secret, so it says no more than its name.
impl std::fmt::Debug for SmsSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmsSettings")
    }
}

/// How a gateway says what became of a message.
#[derive(Clone)]
pub struct SmsReports {
    /// Secret last part of the address it calls.
    pub token: String,
    /// JSON pointer, or the name of a form field, of its number.
    pub id: String,
    /// Likewise of the state.
    pub state: String,
    /// States that mean it has arrived.
    pub arrived: Vec<String>,
}

/// Holds a secret, so it says no more than its name.
impl std::fmt::Debug for SmsReports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmsReports")
    }
}

/// The gateway channel.
#[derive(Debug)]
pub struct Sms {
    settings: SmsSettings,
    headers: HeaderMap,
    client: reqwest::Client,
}

impl Sms {
    /// Sets it up; nothing is sent yet.
    ///
    /// # Errors
    /// When the address, a header or the body cannot be.
    pub fn new(settings: SmsSettings) -> Result<Self, ChannelError> {
        let wrong = |field, why: String| ChannelError::Setting { field, why };
        let url: reqwest::Url = settings
            .url
            .parse()
            .map_err(|_| wrong("url", format!("{:?} is no address", settings.url)))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong(
                "url",
                "it begins with http:// or https://".to_owned(),
            ));
        }
        for hole in ["{to}", "{text}"] {
            if !settings.body.contains(hole) {
                return Err(wrong("body", format!("it lacks {hole}")));
            }
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &settings.headers {
            let name: HeaderName = name
                .parse()
                .map_err(|_| wrong("headers", format!("{name:?} is no header")))?;
            let value = value.replace("{secret}", &settings.secret);
            let mut value = HeaderValue::from_str(&value)
                .map_err(|_| wrong("headers", format!("{name} has a value that is none")))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(Self {
            settings,
            headers,
            client: client()?,
        })
    }
}

impl SmsSettings {
    fn filled(&self, message: &Outgoing) -> String {
        let escape = |text: &str| -> String {
            if self.form {
                url_encoded(text)
            } else {
                let quoted = Value::from(text).to_string();
                // The quotes around it, and no quote that is its own.
                let inner = quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"'));
                inner.unwrap_or_default().to_owned()
            }
        };
        let values = [
            ("to", escape(&message.to)),
            ("text", escape(&message.text)),
            ("key", escape(&message.key)),
            ("secret", escape(&self.secret)),
        ];
        let mut out = String::new();
        let mut rest = self.body.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            out.push_str(before);
            let known = values.iter().find_map(|(name, value)| {
                let after = behind.strip_prefix(name)?.strip_prefix('}')?;
                Some((value, after))
            });
            match known {
                Some((value, after)) => {
                    out.push_str(value);
                    rest = after;
                }
                None => {
                    out.push('{');
                    rest = behind;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

fn url_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn text_at(value: &Value, pointer: &str) -> Option<String> {
    match value.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

impl SmsReports {
    /// Number and state of a report; the state says whether it has arrived.
    #[must_use]
    pub fn read(&self, fields: &Value) -> Option<(String, String, bool)> {
        let at = |place: &str| -> Option<String> {
            if place.starts_with('/') {
                text_at(fields, place)
            } else {
                text_at(fields, &format!("/{place}"))
            }
        };
        let (id, state) = (at(&self.id)?, at(&self.state)?);
        let arrived = self.arrived.contains(&state);
        Some((id, super::short(&state), arrived))
    }
}

#[async_trait]
impl Channel for Sms {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        let host = self.settings.url.parse::<reqwest::Url>().ok();
        let host = host.and_then(|url| url.host_str().map(str::to_owned));
        let reports = if self.settings.reports.is_some() {
            "yes"
        } else {
            "no"
        };
        vec![
            ("host", host.unwrap_or_default()),
            ("reports", reports.to_owned()),
        ]
    }

    async fn send(&self, message: &Outgoing) -> Result<Proof, SendError> {
        let media = if self.settings.form {
            "application/x-www-form-urlencoded"
        } else {
            "application/json"
        };
        let response = self
            .client
            .post(&self.settings.url)
            .headers(self.headers.clone())
            .header("content-type", media)
            .header("idempotency-key", &message.key)
            .body(self.settings.filled(message))
            .send()
            .await
            .map_err(|error| unsent(&error))?;
        let status = response.status();
        let body = answer(response).await?;
        let said = String::from_utf8_lossy(&body).into_owned();
        if !status.is_success() {
            let detail = format!("{status} {said}");
            let again = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
            return Err(if again {
                SendError::later("gateway", &detail)
            } else {
                SendError::never("refused", &detail)
            });
        }
        let value: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        if let Some((pointer, wanted)) = &self.settings.success
            && text_at(&value, pointer).as_ref() != Some(wanted)
        {
            return Err(SendError::never("refused", &said));
        }
        let gateway = text_at(&value, &self.settings.id).unwrap_or_default();
        Ok(Proof {
            said: serde_json::json!({"status": status.as_u16(), "gateway": gateway}),
            gateway,
            arrived: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(form: bool, body: &str) -> SmsSettings {
        SmsSettings {
            url: "https://sms.example.invalid/send".to_owned(),
            form,
            body: body.to_owned(),
            headers: BTreeMap::new(),
            secret: "s".to_owned(),
            id: "/id".to_owned(),
            success: None,
            reports: None,
        }
    }

    #[test]
    fn words_cannot_break_out_of_the_body() {
        let message = Outgoing {
            to: "10000000042".to_owned(),
            text: "他说\"{to}\"&b=1\n\"".to_owned(),
            ..Outgoing::default()
        };
        let filled = |form, body: &str| settings(form, body).filled(&message);
        let json = filled(false, r#"{"to":"{to}","text":"{text}"}"#);
        let read: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["text"], "他说\"{to}\"&b=1\n\"");
        let form = filled(true, "to={to}&text={text}");
        assert_eq!(form.matches('&').count(), 1, "{form}");
    }

    #[test]
    fn a_body_without_words_is_refused() {
        let error = Sms::new(settings(false, "{}")).unwrap_err();
        assert!(error.to_string().contains("{to}"), "{error}");
    }

    #[test]
    fn a_report_is_read_by_its_pointers() {
        let reports = SmsReports {
            token: "t".to_owned(),
            id: "/data/id".to_owned(),
            state: "status".to_owned(),
            arrived: vec!["DELIVRD".to_owned()],
        };
        let said = serde_json::json!({"data": {"id": 7}, "status": "DELIVRD"});
        assert_eq!(
            reports.read(&said),
            Some(("7".to_owned(), "DELIVRD".to_owned(), true))
        );
        assert_eq!(reports.read(&serde_json::json!({})), None);
    }
}
