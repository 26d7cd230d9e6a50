//! What a gateway posts, whatever its shape: pointers say where what stands.

use super::take::CameIn;
use crate::App;
use crate::error::AppError;
use serde_json::Value;
use sms::split::{Piece, header};
use sms::text::{Coding, decode};
use subtle::ConstantTimeEq as _;

/// How far the clocks of gateway and platform may be apart in a signature, seconds.
const APART_MOST: i64 = 300;

/// How a gateway hands a message over: by POST to `/message/v1/<token>`, JSON or a form.
#[derive(Clone)]
pub struct MessageDoor {
    /// Secret last part of the address it calls.
    pub token: String,
    /// Key of its signature over the body, as our webhooks have it; none where the address is secret enough.
    pub secret: Option<String>,
    /// JSON pointer, or the name of a form field, of its own number for the message.
    pub id: String,
    /// Likewise of the citizen's number.
    pub from: String,
    /// Likewise of ours; none where it does not say.
    pub to: Option<String>,
    /// Likewise of the words.
    pub text: String,
    /// How the words are written.
    pub coding: MessageCoding,
    /// Pointers to reference, total and number of a piece, where the gateway does not join long messages.
    pub piece: Option<[String; 3]>,
}

/// Holds a secret, so it says no more than its name.
impl std::fmt::Debug for MessageDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MessageDoor")
    }
}

/// How the words of a message are written in what a gateway posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageCoding {
    /// As text.
    Text,
    /// As hexadecimal octets; the pointer says where their coding stands (0 GSM, 1 ASCII, 3 Latin 1, 8 UCS-2, 15 GBK), and the
    /// second one whether a header is in front of them.
    Hex(String, Option<String>),
}

fn at(fields: &Value, place: &str) -> Option<String> {
    let pointer = if place.starts_with('/') {
        place.to_owned()
    } else {
        format!("/{place}")
    };
    match fields.pointer(&pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

fn octets(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.trim().as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let pairs = digits.chunks_exact(2);
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(octet).collect()
}

impl MessageDoor {
    /// The message in what was posted.
    ///
    /// # Errors
    /// The pointer at which nothing fits.
    pub fn read(&self, fields: &Value) -> Result<CameIn, &str> {
        let from = at(fields, &self.from).ok_or(self.from.as_str())?;
        let id = at(fields, &self.id).ok_or(self.id.as_str())?;
        let to = self
            .to
            .as_ref()
            .map(|place| at(fields, place).ok_or(place.as_str()));
        let words = at(fields, &self.text).ok_or(self.text.as_str())?;
        let (mut piece, text) = match &self.coding {
            MessageCoding::Text => (None, words),
            MessageCoding::Hex(place, headed) => {
                let octets = octets(&words).ok_or(self.text.as_str())?;
                let coding = match at(fields, place).ok_or(place.as_str())?.as_str() {
                    "0" => Coding::Gsm,
                    "1" => Coding::Ascii,
                    "3" => Coding::Latin1,
                    "8" => Coding::Ucs2,
                    "15" => Coding::Gbk,
                    _ => return Err(place),
                };
                let headed = headed.as_ref().and_then(|place| at(fields, place));
                let headed =
                    headed.is_some_and(|said| !matches!(said.as_str(), "" | "0" | "false"));
                let (piece, words) = if headed {
                    header(&octets)
                } else {
                    (None, octets.as_slice())
                };
                (piece, decode(words, coding))
            }
        };
        if let Some([reference, total, number]) = &self.piece {
            let said = |place: &String| at(fields, place).and_then(|text| text.parse::<u16>().ok());
            let octet = |place: &String| said(place).and_then(|count| u8::try_from(count).ok());
            if let (Some(reference), Some(total), Some(number)) =
                (said(reference), octet(total), octet(number))
                && total > 1
                && (1..=total).contains(&number)
            {
                piece = Some(Piece {
                    reference,
                    total,
                    number,
                });
            }
        }
        Ok(CameIn {
            way: "http".to_owned(),
            id,
            from,
            to: to.transpose()?.unwrap_or_default(),
            text,
            piece,
        })
    }

    /// Whether a signature `t=<seconds>,v1=<hex>` over the body is the gateway's, and not an old one.
    fn signed(&self, signature: &str, body: &str, now: i64) -> bool {
        let Some(secret) = &self.secret else {
            return true;
        };
        let seconds = signature
            .strip_prefix("t=")
            .and_then(|rest| rest.split_once(','));
        let Some(seconds) = seconds.and_then(|(seconds, _)| seconds.parse::<i64>().ok()) else {
            return false;
        };
        let wanted = crate::reach::channel::signature(secret, seconds, body);
        let same: bool = wanted.as_bytes().ct_eq(signature.as_bytes()).into();
        same && now.div_euclid(1_000).abs_diff(seconds) <= APART_MOST.unsigned_abs()
    }
}

impl App {
    /// Takes what a gateway posted, once for each of its numbers.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is no door, the secret or the signature is wrong; [`AppError::Invalid`] with the
    /// pointer at which nothing fits; the store's: the gateway has to bring it again.
    pub async fn message_door(
        &self,
        token: &str,
        signature: &str,
        body: &str,
        fields: &Value,
    ) -> Result<(), AppError> {
        let door = self
            .inner
            .config
            .message
            .door
            .as_ref()
            .ok_or(AppError::NotFound)?;
        let same: bool = door.token.as_bytes().ct_eq(token.as_bytes()).into();
        if !same || !door.signed(signature, body, self.now()) {
            return Err(AppError::NotFound);
        }
        let came = door.read(fields).map_err(|place| {
            AppError::field(
                place,
                "malformed",
                "nothing fits where the configuration says",
            )
        })?;
        self.message_came(came).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn door(coding: MessageCoding) -> MessageDoor {
        MessageDoor {
            token: "t".to_owned(),
            secret: Some("an invented secret".to_owned()),
            id: "/data/id".to_owned(),
            from: "mobile".to_owned(),
            to: Some("port".to_owned()),
            text: "content".to_owned(),
            coding,
            piece: Some(["ref".to_owned(), "total".to_owned(), "n".to_owned()]),
        }
    }

    #[test]
    fn words_are_read_as_text_or_as_octets() {
        let text = json!({"data": {"id": 7}, "mobile": "10000000042", "port": 12110, "content": "路灯坏了", "ref": 9, "total": 2, "n": 1});
        let read = door(MessageCoding::Text).read(&text).unwrap();
        assert_eq!(
            (read.id.as_str(), read.to.as_str(), read.text.as_str()),
            ("7", "12110", "路灯坏了")
        );
        assert_eq!(
            read.piece
                .map(|piece| (piece.reference, piece.total, piece.number)),
            Some((9, 2, 1))
        );
        let hex = door(MessageCoding::Hex(
            "dcs".to_owned(),
            Some("udhi".to_owned()),
        ));
        let ucs2 = json!({"data": {"id": "a"}, "mobile": "1", "port": "2", "content": "0500030702016551", "dcs": 8, "udhi": 1});
        let read = hex.read(&ucs2).unwrap();
        assert_eq!(
            (read.text.as_str(), read.piece.map(|piece| piece.number)),
            ("救", Some(1))
        );
        let gsm =
            json!({"data": {"id": "a"}, "mobile": "1", "port": "2", "content": "4100", "dcs": "0"});
        assert_eq!(hex.read(&gsm).unwrap().text, "A@");
        for (broken, place) in [
            (
                json!({"data": {"id": "a"}, "mobile": "1", "port": "2", "content": "410", "dcs": 0}),
                "content",
            ),
            (
                json!({"data": {"id": "a"}, "mobile": "1", "port": "2", "content": "41", "dcs": 4}),
                "dcs",
            ),
            (
                json!({"mobile": "1", "port": "2", "content": "41", "dcs": 0}),
                "/data/id",
            ),
            (json!(null), "mobile"),
        ] {
            assert_eq!(hex.read(&broken).unwrap_err(), place, "{broken}");
        }
    }

    #[test]
    fn a_signature_of_another_body_or_another_hour_is_none() {
        let door = door(MessageCoding::Text);
        let now = 1_795_395_600_000;
        let signed = crate::reach::channel::signature("an invented secret", 1_795_395_600, "{}");
        assert!(door.signed(&signed, "{}", now));
        assert!(!door.signed(&signed, "{ }", now));
        assert!(!door.signed(&signed, "{}", now + 301_000));
        assert!(!door.signed("", "{}", now));
        let open = MessageDoor {
            secret: None,
            ..door
        };
        assert!(open.signed("", "{}", now));
    }
}
