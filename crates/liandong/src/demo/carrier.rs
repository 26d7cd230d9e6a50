//! The county's carrier of short messages: takes what is written, reports on it after a while, and brings what invented
//! citizens write. One message in twelve cannot be delivered, so that this is seen, too.

use super::County;
use super::county::Speech;
use super::history::key;
use super::people::desk_actor;
use crate::message::MessageSection;
use app::App;
use app::chance::SeededChance;
use app::message::CameIn;
use app::reach::channel::{Channel, ChannelKind, Outgoing, Proof, SendError};
use sms::split::Piece;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Last part of the address of the county's door for messages; no secret, like everybody's password here.
const TOKEN: &str = "wanglan0demonstration";
/// How long a message is on its way, milliseconds.
const ON_ITS_WAY: i64 = 4_000;
/// How long a message waits before an invented operator answers it: whoever sits at the desk is faster.
const REST: i64 = 120_000;
/// What some citizens write back.
const THANKS: &str = "好的，谢谢";
/// Characters of a piece.
const PIECE: usize = 67;

/// The carrier of one platform.
#[derive(Debug, Default)]
pub(crate) struct Carrier(Mutex<Under>);

#[derive(Debug, Default)]
struct Under {
    given: u64,
    on_its_way: VecDeque<(i64, String, bool)>,
}

#[async_trait::async_trait]
impl Channel for Carrier {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Sms
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        vec![
            ("host", "sms.wanglan.invalid".to_owned()),
            ("reports", "yes".to_owned()),
        ]
    }

    async fn send(&self, message: &Outgoing) -> Result<Proof, SendError> {
        let mut under = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        under.given += 1;
        let id = format!("W{:06}", under.given);
        // A telephone that is always off is the same one every time.
        let arrives = !message.to.ends_with('9');
        let at = message.now + ON_ITS_WAY;
        under.on_its_way.push_back((at, id.clone(), arrives));
        Ok(Proof {
            said: serde_json::json!({"gateway": id}),
            gateway: id,
            arrived: false,
        })
    }
}

impl Carrier {
    fn arrived(&self, now: i64) -> Vec<(String, bool)> {
        let mut under = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = Vec::new();
        while let Some((at, id, arrives)) = under.on_its_way.pop_front() {
            if at > now {
                under.on_its_way.push_front((at, id, arrives));
                break;
            }
            out.push((id, arrives));
        }
        out
    }

    /// Says what became of what was written.
    async fn report(&self, app: &App) -> Result<(), app::AppError> {
        for (id, arrives) in self.arrived(app.now()) {
            let said = if arrives { "DELIVRD" } else { "UNDELIV" };
            app.sms_reported(&id, said, arrives).await?;
        }
        Ok(())
    }
}

/// Brings the carriers' reports for as long as the county lives, also where nobody else acts.
pub(crate) async fn carry(county: Arc<County>) {
    let [police, hotline] = &county.carriers;
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    loop {
        tick.tick().await;
        for (carrier, app) in [(police, &county.police), (hotline, &county.hotline)] {
            if let Err(error) = carrier.report(app).await {
                tracing::warn!(%error, "the county's carrier waits");
            }
        }
    }
}

/// The county's gateway may also be called: `POST /message/v1/<token>` with id, mobile and content.
pub(crate) fn section(folder: &Path) -> anyhow::Result<MessageSection> {
    let token = folder.join("sms-token");
    std::fs::write(&token, TOKEN)?;
    MessageSection::with_door(&token)
}

/// An invented citizen writes what others say by telephone, in pieces where it is long.
pub(crate) async fn write(app: &App, speech: &Speech, n: u64) -> Result<(), app::AppError> {
    let said = speech.contact(n);
    let words: Vec<char> = said.narrative.chars().take(PIECE * 3).collect();
    let pieces: Vec<String> = words
        .chunks(PIECE)
        .map(|part| part.iter().collect())
        .collect();
    let total = u8::try_from(pieces.len()).unwrap_or(1);
    for (number, text) in (1_u8..).zip(pieces) {
        let came = CameIn {
            way: "county".to_owned(),
            id: format!("{n}-{number}"),
            from: said.caller_number.clone(),
            to: String::new(),
            text,
            piece: (total > 1).then_some(Piece {
                reference: u16::try_from(n % 65_536).unwrap_or_default(),
                total,
                number,
            }),
        };
        app.message_came(came).await?;
    }
    Ok(())
}

/// An invented operator answers what has waited long enough, and an invented citizen says thanks for some answers.
pub(crate) async fn answer(app: &App, chance: &SeededChance) -> Result<(), app::AppError> {
    let operator = desk_actor(app);
    let queue = app.message_queue(&operator).await?;
    let now = app.now();
    for message in queue
        .waiting
        .into_iter()
        .filter(|each| now - each.at > REST)
    {
        let number = message.number.clone();
        if message.text.contains(THANKS) {
            let named = key(app, &format!("aside-{}", message.message), 0);
            app.set_message_aside(&operator, &message.message, "群众致谢，无需答复", &named)
                .await?;
            continue;
        }
        let text = "您好，您的短信已收到并登记，正在处理，请保持手机畅通。";
        let named = key(app, &format!("reply-{}", message.message), 0);
        app.write_message(&operator, &message.case, text, &named)
            .await?;
        if chance.one_in(6) {
            let came = CameIn {
                way: "county".to_owned(),
                id: format!("thanks-{}", message.message),
                from: number,
                to: String::new(),
                text: THANKS.to_owned(),
                piece: None,
            };
            app.message_came(came).await?;
        }
    }
    Ok(())
}
