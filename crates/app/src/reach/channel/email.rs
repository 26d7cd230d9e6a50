//! E-mail over SMTP. Accepted means that the server took it; its reply, with its queue id, is the proof.

use super::{Channel, ChannelError, ChannelKind, Outgoing, PATIENCE, Proof, SendError};
use async_trait::async_trait;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

/// How the line to the server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailTls {
    /// TLS from the first byte (465).
    Tls,
    /// STARTTLS, and nothing without it (587).
    Starttls,
    /// In the clear: within one machine or network.
    None,
}

/// How mail is sent.
#[derive(Clone)]
pub struct EmailSettings {
    /// Host of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// TLS.
    pub tls: EmailTls,
    /// Sender's address.
    pub from: String,
    /// Sender's name.
    pub from_name: String,
    /// Name and password, where the server asks.
    pub login: Option<(String, String)>,
}

/// Holds a secret, so it says no more than its name.
impl std::fmt::Debug for EmailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailSettings")
    }
}

/// The SMTP channel.
#[derive(Debug)]
pub struct Email {
    settings: EmailSettings,
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Email {
    /// Sets it up; nothing is sent yet.
    ///
    /// # Errors
    /// When the sender's address or the host is none.
    pub fn new(settings: EmailSettings) -> Result<Self, ChannelError> {
        let wrong = |field, why: String| ChannelError::Setting { field, why };
        let address: Address = settings
            .from
            .parse()
            .map_err(|_| wrong("from", format!("{:?} is no address", settings.from)))?;
        let tls = match settings.tls {
            EmailTls::None => Tls::None,
            wanted => {
                let parameters = TlsParameters::new(settings.host.clone())
                    .map_err(|error| wrong("host", error.to_string()))?;
                match wanted {
                    EmailTls::Tls => Tls::Wrapper(parameters),
                    _ => Tls::Required(parameters),
                }
            }
        };
        let own = address.domain().to_owned();
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.clone())
                .port(settings.port)
                .tls(tls)
                .hello_name(ClientId::Domain(own))
                .timeout(Some(PATIENCE));
        if let Some((name, password)) = &settings.login {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(Self {
            from: Mailbox::new(Some(settings.from_name.clone()), address),
            transport: builder.build(),
            settings,
        })
    }

    fn letter(&self, message: &Outgoing) -> Result<Message, SendError> {
        let to: Address = message
            .to
            .trim()
            .parse()
            .map_err(|_| SendError::never("bad_address", "not an e-mail address"))?;
        let domain = self.from.email.domain();
        let builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(message.subject.clone())
            // The same for every try, so that a mailbox that looks keeps one.
            .message_id(Some(format!("<{}@{domain}>", message.key)));
        let plain = SinglePart::plain(message.text.clone());
        let words = match &message.html {
            Some(html) => MultiPart::alternative()
                .singlepart(plain)
                .singlepart(SinglePart::html(html.clone())),
            None => MultiPart::alternative().singlepart(plain),
        };
        let mut whole = MultiPart::mixed().multipart(words);
        for file in &message.files {
            let media = ContentType::parse(&file.media)
                .map_err(|_| SendError::never("bad_file", &file.media))?;
            whole = whole
                .singlepart(Attachment::new(file.name.clone()).body(file.bytes.clone(), media));
        }
        builder
            .multipart(whole)
            .map_err(|error| SendError::never("bad_letter", &error.to_string()))
    }
}

#[async_trait]
impl Channel for Email {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        let tls = match self.settings.tls {
            EmailTls::Tls => "tls",
            EmailTls::Starttls => "starttls",
            EmailTls::None => "none",
        };
        vec![
            (
                "host",
                format!("{}:{}", self.settings.host, self.settings.port),
            ),
            ("tls", tls.to_owned()),
            ("from", self.settings.from.clone()),
        ]
    }

    async fn send(&self, message: &Outgoing) -> Result<Proof, SendError> {
        let letter = self.letter(message)?;
        match self.transport.send(letter).await {
            Ok(reply) => {
                let said: Vec<&str> = reply.message().collect();
                let said = super::short(&said.join(" "));
                let queue = said.split_whitespace().next_back().unwrap_or_default();
                Ok(Proof {
                    gateway: queue.to_owned(),
                    said: serde_json::json!({
                        "reply": format!("{} {said}", reply.code()),
                        "message_id": message.key,
                    }),
                    arrived: false,
                })
            }
            Err(error) if error.is_permanent() => {
                Err(SendError::never("refused", &error.to_string()))
            }
            Err(error) if error.is_timeout() => {
                Err(SendError::later("timeout", &error.to_string()))
            }
            Err(error) => Err(SendError::later("unreachable", &error.to_string())),
        }
    }
}
