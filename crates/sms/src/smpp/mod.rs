//! SMPP 3.4 as the one who sends (ESME), bound both ways.
//!
//! Of the well-kept crates, `rusmppc` brings a name resolver, a cache and a source of chance of its own. So the few frames
//! that are needed are here, and the tests hold them against frames of `rusmpp`, another hand's work on the same paper.

use crate::line::{Came, Outgoing, Word, words};
use crate::split::Piece;
use crate::text::{Coding, arrived};
use crate::wire::{Fault, Reader, Writer};

/// Octets of a frame's head.
pub(crate) const HEAD: usize = 16;
const SUBMIT: u32 = 0x4;
const DELIVER: u32 = 0x5;
const UNBIND: u32 = 0x6;
const BIND: u32 = 0x9;
const ENQUIRE: u32 = 0x15;
const ANSWER: u32 = 0x8000_0000;
const NACK: u32 = 0x8000_0000;
/// ESME_RINVCMDID
const NO_SUCH_COMMAND: u32 = 0x3;
/// ESME_RX_T_APPN: bring it again.
const NOT_NOW: u32 = 0x64;
const RECEIPTED_ID: u16 = 0x001e;
const SAR_REFERENCE: u16 = 0x020c;
const SAR_TOTAL: u16 = 0x020e;
const SAR_NUMBER: u16 = 0x020f;
const PAYLOAD: u16 = 0x0424;
const STATE: u16 = 0x0427;

/// As whom a gateway is spoken to.
#[derive(Clone)]
pub struct Smpp {
    /// system_id, up to 15 characters.
    pub account: String,
    /// password, up to 8 characters.
    pub secret: String,
    /// system_type, up to 12 characters.
    pub kind: String,
    /// The number that stands on the telephone, up to 20 characters.
    pub number: String,
    /// Type of number and numbering plan of our number.
    pub number_kind: (u8, u8),
    /// The same of those that are written to.
    pub to_kind: (u8, u8),
}

/// Holds a secret, so it says no more than its name.
impl std::fmt::Debug for Smpp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Smpp")
    }
}

fn frame(command: u32, status: u32, sequence: u32, body: &[u8]) -> Vec<u8> {
    let mut out = Writer::default();
    let whole = u32::try_from(HEAD + body.len()).unwrap_or(u32::MAX);
    out.u32(whole)
        .u32(command)
        .u32(status)
        .u32(sequence)
        .octets(body);
    out.0
}

const fn coding(scheme: u8) -> Option<Coding> {
    match scheme {
        0 => Some(Coding::Gsm),
        1 => Some(Coding::Ascii),
        3 => Some(Coding::Latin1),
        8 => Some(Coding::Ucs2),
        // Message classes of GSM: two bits say which alphabet.
        0x10..=0x1f => match scheme & 0x0c {
            0 => Some(Coding::Gsm),
            8 => Some(Coding::Ucs2),
            _ => None,
        },
        0xf0..=0xff if scheme & 0x04 == 0 => Some(Coding::Gsm),
        _ => None,
    }
}

const fn state_word(state: u8) -> &'static str {
    match state {
        0 => "SCHEDULED",
        1 => "ENROUTE",
        2 => "DELIVRD",
        3 => "EXPIRED",
        4 => "DELETED",
        5 => "UNDELIV",
        6 => "ACCEPTD",
        8 => "REJECTD",
        _ => "UNKNOWN",
    }
}

/// What stands behind a name in the text of a receipt.
fn named<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(name) {
        if before.is_empty() || before.ends_with(' ') {
            return Some(behind.split(' ').next().unwrap_or_default());
        }
        rest = behind;
    }
    None
}

impl Smpp {
    pub(crate) fn login(&self, sequence: u32) -> Result<Vec<u8>, Fault> {
        let mut body = Writer::default();
        body.zero_ended(&self.account, 15, "system_id")?;
        body.zero_ended(&self.secret, 8, "password")?;
        body.zero_ended(&self.kind, 12, "system_type")?;
        // 3.4; any address.
        body.u8(0x34).u8(0).u8(0).u8(0);
        Ok(frame(BIND, 0, sequence, &body.0))
    }

    pub(crate) fn submit(&self, sequence: u32, message: &Outgoing) -> Result<Vec<u8>, Fault> {
        let segment = &message.segment;
        let scheme = match segment.coding {
            Coding::Ucs2 => 8,
            Coding::Latin1 => 3,
            Coding::Ascii => 1,
            Coding::Gsm | Coding::Gbk => 0,
        };
        let mut body = Writer::default();
        body.u8(0).u8(self.number_kind.0).u8(self.number_kind.1);
        body.zero_ended(&self.number, 20, "source_addr")?
            .u8(self.to_kind.0)
            .u8(self.to_kind.1);
        body.zero_ended(&message.to, 20, "destination_addr")?;
        // esm_class: a header is in front of the words; a receipt is wanted.
        body.u8(if segment.piece.is_some() { 0x40 } else { 0 })
            .u8(0)
            .u8(0)
            .u8(0)
            .u8(0);
        body.u8(1)
            .u8(0)
            .u8(scheme)
            .u8(0)
            .counted(&segment.octets, "short_message")?;
        Ok(frame(SUBMIT, 0, sequence, &body.0))
    }

    pub(crate) fn alive(sequence: u32) -> Vec<u8> {
        frame(ENQUIRE, 0, sequence, &[])
    }

    pub(crate) fn alive_answer(sequence: u32) -> Vec<u8> {
        frame(ENQUIRE | ANSWER, 0, sequence, &[])
    }

    pub(crate) fn bye(sequence: u32) -> Vec<u8> {
        frame(UNBIND, 0, sequence, &[])
    }

    pub(crate) fn bye_answer(sequence: u32) -> Vec<u8> {
        frame(UNBIND | ANSWER, 0, sequence, &[])
    }

    pub(crate) fn took(sequence: u32, taken: bool) -> Vec<u8> {
        let status = if taken { 0 } else { NOT_NOW };
        frame(DELIVER | ANSWER, status, sequence, &[0])
    }

    pub(crate) fn read(octets: &[u8]) -> Result<Word, Fault> {
        let mut body = Reader(octets);
        body.u32("command_length")?;
        let (command, status) = (body.u32("command_id")?, body.u32("command_status")?);
        let sequence = body.u32("sequence_number")?;
        Ok(match command {
            ENQUIRE => Word::Alive(sequence),
            UNBIND => Word::Bye(sequence),
            DELIVER => deliver(sequence, body)?,
            _ if command == BIND | ANSWER => Word::Login(status),
            _ if command == SUBMIT | ANSWER => {
                let result = match status {
                    0 => Ok(body.zero_ended("message_id")?),
                    // A full queue, too much at once, the gateway's own trouble: it may go later.
                    code => Err((code, matches!(code, 0x08 | 0x14 | 0x58 | NOT_NOW))),
                };
                Word::Taken { sequence, result }
            }
            // What was given and not understood is answered so, too.
            NACK if status != 0 => Word::Taken {
                sequence,
                result: Err((status, false)),
            },
            _ if command & ANSWER == 0 => {
                Word::Unknown(Some(frame(NACK, NO_SUCH_COMMAND, sequence, &[])))
            }
            _ => Word::Nothing,
        })
    }
}

#[derive(Default)]
struct Options<'a> {
    payload: Option<&'a [u8]>,
    receipted: Option<String>,
    state: Option<u8>,
    reference: Option<u16>,
    total: Option<u8>,
    number: Option<u8>,
}

fn options(mut body: Reader<'_>) -> Options<'_> {
    let mut found = Options::default();
    // What is broken behind the words is left: the words count.
    while let (Ok(tag), Ok(count)) = (body.u16("tag"), body.u16("length")) {
        let Ok(value) = body.octets(usize::from(count), "value") else {
            break;
        };
        match (tag, value) {
            (PAYLOAD, _) => found.payload = Some(value),
            (RECEIPTED_ID, _) => found.receipted = Reader(value).zero_ended("id").ok(),
            (STATE, [state]) => found.state = Some(*state),
            (SAR_REFERENCE, [high, low]) => {
                found.reference = Some(u16::from_be_bytes([*high, *low]));
            }
            (SAR_TOTAL, [total]) => found.total = Some(*total),
            (SAR_NUMBER, [number]) => found.number = Some(*number),
            _ => {}
        }
    }
    found
}

fn deliver(sequence: u32, mut body: Reader<'_>) -> Result<Word, Fault> {
    body.zero_ended("service_type")?;
    body.octets(2, "source_addr_ton, npi")?;
    let from = body.zero_ended("source_addr")?;
    body.octets(2, "dest_addr_ton, npi")?;
    let to = body.zero_ended("destination_addr")?;
    let class = body.u8("esm_class")?;
    body.octets(2, "protocol_id, priority_flag")?;
    body.zero_ended("schedule_delivery_time")?;
    body.zero_ended("validity_period")?;
    body.octets(2, "registered_delivery, replace_if_present_flag")?;
    let scheme = body.u8("data_coding")?;
    body.u8("sm_default_msg_id")?;
    let count = usize::from(body.u8("sm_length")?);
    let short = body.octets(count, "short_message")?;
    let options = options(body);
    let octets = options
        .payload
        .filter(|_| short.is_empty())
        .unwrap_or(short);
    // The bit of a receipt; some set others beside it.
    let came = if class & 0x04 != 0 {
        let text = String::from_utf8_lossy(octets);
        let id = options
            .receipted
            .or_else(|| named(&text, "id:").map(str::to_owned));
        let state = options
            .state
            .map(state_word)
            .or_else(|| named(&text, "stat:"));
        let state = state.unwrap_or("UNKNOWN").to_owned();
        Came::Report {
            id: id.unwrap_or_default(),
            arrived: arrived(&state),
            state,
        }
    } else {
        let (piece, text) = words(octets, class & 0x40 != 0, coding(scheme));
        let of_options = options.reference.zip(options.total).zip(options.number);
        let of_options = of_options.map(|((reference, total), number)| Piece {
            reference,
            total,
            number,
        });
        let of_options =
            of_options.filter(|piece| piece.total > 1 && (1..=piece.total).contains(&piece.number));
        // The protocol gives a message no number on its way here.
        Came::Message {
            id: String::new(),
            from,
            to,
            text,
            piece: piece.or(of_options),
        }
    };
    Ok(Word::Came {
        sequence,
        ticket: [0; 8],
        came,
    })
}

#[cfg(test)]
mod tests;
