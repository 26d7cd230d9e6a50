//! The `[message]` section of the configuration: short messages of citizens, and the line to the carrier, if there is one.

use crate::reach::secret;
use anyhow::Context as _;
use app::App;
use app::chance::Chance;
use app::message::{MessageCoding, MessageConfig, MessageDoor};
use app::reach::channel::SmsLine;
use serde::Deserialize;
use sms::cmpp::{Cmpp, Version};
use sms::line::{Line, LineSettings, Speech};
use sms::smpp::Smpp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// All of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MessageSection {
    /// Our numbers; none for any.
    numbers: Vec<String>,
    /// Within which a message is answered.
    answer_seconds: u32,
    /// How long the rest of a long message is waited for.
    pieces_seconds: u32,
    door: Option<DoorSection>,
    line: Option<LineSection>,
}

impl Default for MessageSection {
    fn default() -> Self {
        Self {
            numbers: Vec::new(),
            answer_seconds: 180,
            pieces_seconds: 20,
            door: None,
            line: None,
        }
    }
}

/// How a gateway calls: `POST /message/v1/<token>`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DoorSection {
    /// A file with the last part of the address.
    token_file: PathBuf,
    /// A file with the key of its signature over the body.
    #[serde(default)]
    secret_file: Option<PathBuf>,
    id: String,
    from: String,
    #[serde(default)]
    to: Option<String>,
    text: String,
    /// Where the coding of hexadecimal octets stands; text without.
    #[serde(default)]
    coding: Option<String>,
    /// Where it stands that a header is in front of those octets.
    #[serde(default)]
    headed: Option<String>,
    /// Where reference, total and number of a piece stand.
    #[serde(default)]
    piece: Option<[String; 3]>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SpeechName {
    Cmpp2,
    Cmpp3,
    Smpp,
}

/// A line of our own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineSection {
    speech: SpeechName,
    /// Host and port.
    gateway: String,
    /// SP_Id or system_id.
    account: String,
    secret_file: PathBuf,
    /// What stands on the telephone as the sender.
    number: String,
    /// Service_Id or system_type.
    #[serde(default)]
    service: String,
    #[serde(default = "window")]
    window: usize,
    #[serde(default = "alive")]
    alive_seconds: u64,
    /// Whether a CMPP gateway has to prove that it knows the secret.
    #[serde(default = "yes")]
    prove: bool,
    /// SMPP: type of number and numbering plan of our number, and of a citizen's.
    #[serde(default)]
    number_kind: (u8, u8),
    #[serde(default)]
    to_kind: (u8, u8),
}

const fn window() -> usize {
    16
}

const fn alive() -> u64 {
    60
}

const fn yes() -> bool {
    true
}

impl SpeechName {
    const fn shown(self) -> &'static str {
        match self {
            Self::Cmpp2 => "cmpp2",
            Self::Cmpp3 => "cmpp3",
            Self::Smpp => "smpp",
        }
    }

    const fn way(self) -> &'static str {
        match self {
            Self::Cmpp2 | Self::Cmpp3 => "cmpp",
            Self::Smpp => "smpp",
        }
    }
}

impl MessageSection {
    /// A door as the demonstration has it: id, mobile and content as JSON or a form.
    pub(crate) fn with_door(token_file: &Path) -> anyhow::Result<Self> {
        let text = format!(
            "[door]\ntoken_file = {}\nid = \"id\"\nfrom = \"mobile\"\ntext = \"content\"",
            toml::Value::from(token_file.display().to_string())
        );
        Ok(toml::from_str(&text)?)
    }

    /// How messages are taken; nothing is opened.
    pub(crate) fn config(&self) -> anyhow::Result<MessageConfig> {
        anyhow::ensure!(
            (10..=86_400).contains(&self.answer_seconds)
                && (1..=600).contains(&self.pieces_seconds),
            "message.answer_seconds is 10 to 86400, message.pieces_seconds 1 to 600"
        );
        let door = self.door.as_ref().map(DoorSection::door).transpose();
        Ok(MessageConfig {
            numbers: self.numbers.clone(),
            answer_within: i64::from(self.answer_seconds) * 1_000,
            pieces_within: i64::from(self.pieces_seconds) * 1_000,
            door: door.context("message.door")?,
        })
    }

    /// The channel of the line, which is put in by [`Self::start`].
    pub(crate) fn channel(&self) -> Option<Arc<SmsLine>> {
        let line = self.line.as_ref()?;
        Some(Arc::new(SmsLine::new(
            line.speech.shown(),
            line.gateway.clone(),
        )))
    }

    /// Opens the line and takes what comes by it, until the platform stops.
    pub(crate) fn start(
        &self,
        app: &App,
        chance: &dyn Chance,
    ) -> anyhow::Result<Option<tokio::task::JoinHandle<()>>> {
        let Some(section) = &self.line else {
            return Ok(None);
        };
        let channel = app
            .config()
            .reach
            .line
            .clone()
            .context("message.line has no channel")?;
        let mut reference = [0_u8; 1];
        chance.fill(&mut reference);
        let clock = app.clone();
        let (taker, heard) = mpsc::channel(64);
        let (line, _) = Line::start(
            LineSettings {
                gateway: section.gateway.clone(),
                speech: section.speech().context("message.line")?,
                window: section.window.clamp(1, 512),
                alive: Duration::from_secs(section.alive_seconds.clamp(5, 600)),
                patience: Duration::from_secs(20),
                pause: Duration::from_secs(1),
                pause_most: Duration::from_secs(60),
                stamp: Arc::new(move || clock.message_stamp()),
                reference: reference.into_iter().next().unwrap_or_default(),
            },
            taker,
        );
        channel.connect(line);
        let (app, way) = (app.clone(), section.speech.way());
        Ok(Some(tokio::spawn(async move {
            app.run_message_line(way, heard).await;
        })))
    }
}

impl LineSection {
    fn speech(&self) -> anyhow::Result<Speech> {
        let secret = secret(&self.secret_file)?;
        let cmpp = |version| {
            Speech::Cmpp(Cmpp {
                version,
                account: self.account.clone(),
                secret: secret.clone(),
                service: self.service.clone(),
                number: self.number.clone(),
                prove: self.prove,
            })
        };
        Ok(match self.speech {
            SpeechName::Cmpp2 => cmpp(Version::V2),
            SpeechName::Cmpp3 => cmpp(Version::V3),
            SpeechName::Smpp => Speech::Smpp(Smpp {
                account: self.account.clone(),
                secret,
                kind: self.service.clone(),
                number: self.number.clone(),
                number_kind: self.number_kind,
                to_kind: self.to_kind,
            }),
        })
    }
}

impl DoorSection {
    fn door(&self) -> anyhow::Result<MessageDoor> {
        let token = secret(&self.token_file)?;
        anyhow::ensure!(
            (16..=64).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric()),
            "token_file holds 16 to 64 letters and figures"
        );
        anyhow::ensure!(
            self.coding.is_some() || self.headed.is_none(),
            "headed belongs to coding"
        );
        Ok(MessageDoor {
            token,
            secret: self.secret_file.as_deref().map(secret).transpose()?,
            id: self.id.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            text: self.text.clone(),
            coding: self.coding.clone().map_or(MessageCoding::Text, |place| {
                MessageCoding::Hex(place, self.headed.clone())
            }),
            piece: self.piece.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<MessageConfig> {
        toml::from_str::<MessageSection>(text)?.config()
    }

    #[test]
    fn three_minutes_are_the_limit_unless_the_site_says_otherwise() {
        assert_eq!(read("").unwrap().answer_within, 180_000);
        assert_eq!(read("answer_seconds = 60").unwrap().answer_within, 60_000);
    }

    #[test]
    fn wrong_settings_are_refused_by_their_name() {
        let dir = tempfile::tempdir().unwrap();
        let short = dir.path().join("token");
        std::fs::write(&short, "short").unwrap();
        let door = |rest: &str| {
            format!(
                "[door]\ntoken_file = {:?}\nid = \"id\"\nfrom = \"from\"\ntext = \"text\"\n{rest}",
                short.display().to_string()
            )
        };
        for (text, why) in [
            ("answer_seconds = 1".to_owned(), "answer_seconds"),
            (door(""), "16 to 64"),
            ("[fax]".to_owned(), "fax"),
            ("[line]\nspeech = \"sgip\"".to_owned(), "sgip"),
        ] {
            let error = read(&text).unwrap_err();
            assert!(format!("{error:#}").contains(why), "{text}: {error:#}");
        }
    }
}
