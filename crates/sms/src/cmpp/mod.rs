//! CMPP 2.0 and 3.0, the carrier's protocol for those who send in their own name (中国移动通信互联网短信网关接口协议).
//!
//! The fields that only charge for content are written as "free"; whoever is charged is settled outside the protocol.

use crate::line::{Came, Outgoing, Word, words};
use crate::text::{Coding, arrived};
use crate::wire::{Fault, Reader, Writer};
use md5::{Digest as _, Md5};

/// Octets of a frame's head.
pub(crate) const HEAD: usize = 12;
const CONNECT: u32 = 0x1;
const TERMINATE: u32 = 0x2;
const SUBMIT: u32 = 0x4;
const DELIVER: u32 = 0x5;
const ACTIVE_TEST: u32 = 0x8;
const ANSWER: u32 = 0x8000_0000;
/// A gateway whose answer is not signed with our secret.
pub const FORGED: u32 = 0xffff_ffff;

/// Which edition is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 2.0
    V2,
    /// 3.0
    V3,
}

/// As whom a gateway is spoken to.
#[derive(Clone)]
pub struct Cmpp {
    /// Edition.
    pub version: Version,
    /// SP_Id, six characters: the name at the gateway.
    pub account: String,
    /// The shared secret.
    pub secret: String,
    /// Service_Id, up to ten characters.
    pub service: String,
    /// Src_Id: the number that stands on the telephone, up to 21 characters.
    pub number: String,
    /// Whether the gateway has to prove that it knows the secret; some old ones answer with zeros.
    pub prove: bool,
}

/// Holds a secret, so it says no more than its name.
impl std::fmt::Debug for Cmpp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cmpp")
    }
}

fn frame(command: u32, sequence: u32, body: &[u8]) -> Vec<u8> {
    let mut out = Writer::default();
    let whole = u32::try_from(HEAD + body.len()).unwrap_or(u32::MAX);
    out.u32(whole).u32(command).u32(sequence).octets(body);
    out.0
}

const fn coding(format: u8) -> Option<Coding> {
    match format {
        0 | 3 => Some(Coding::Ascii),
        8 | 25 => Some(Coding::Ucs2),
        15 | 17 => Some(Coding::Gbk),
        _ => None,
    }
}

/// The number a message has at the gateway, as people and reports write it.
fn shown(id: [u8; 8]) -> String {
    u64::from_be_bytes(id).to_string()
}

impl Cmpp {
    const fn terminal(&self) -> usize {
        match self.version {
            Version::V2 => 21,
            Version::V3 => 32,
        }
    }

    const fn tail(&self) -> usize {
        match self.version {
            Version::V2 => 8,
            Version::V3 => 20,
        }
    }

    fn sign(parts: &[&[u8]]) -> [u8; 16] {
        let mut digest = Md5::new();
        for part in parts {
            digest.update(part);
        }
        digest.finalize().into()
    }

    /// MD5 over account, nine zeros, secret and time in ten digits.
    fn proof(&self, stamp: u32) -> [u8; 16] {
        let time = format!("{stamp:010}");
        Self::sign(&[
            self.account.as_bytes(),
            &[0; 9],
            self.secret.as_bytes(),
            time.as_bytes(),
        ])
    }

    pub(crate) fn login(&self, sequence: u32, stamp: u32) -> Result<Vec<u8>, Fault> {
        let mut body = Writer::default();
        let version = match self.version {
            Version::V2 => 0x20,
            Version::V3 => 0x30,
        };
        body.fixed(&self.account, 6, "SP_Id")?
            .octets(&self.proof(stamp))
            .u8(version)
            .u32(stamp);
        Ok(frame(CONNECT, sequence, &body.0))
    }

    pub(crate) fn submit(&self, sequence: u32, message: &Outgoing) -> Result<Vec<u8>, Fault> {
        let segment = &message.segment;
        let (total, number) = segment
            .piece
            .map_or((1, 1), |piece| (piece.total, piece.number));
        let format = match segment.coding {
            Coding::Ucs2 => 8,
            Coding::Gbk => 15,
            Coding::Gsm | Coding::Ascii | Coding::Latin1 => 0,
        };
        let mut body = Writer::default();
        // Msg_Id is the gateway's to give; a report is wanted; level 1.
        body.zeros(8).u8(total).u8(number).u8(1).u8(1);
        // Charged, if anybody, is who sends (2).
        body.fixed(&self.service, 10, "Service_Id")?
            .u8(2)
            .zeros(self.terminal());
        if self.version == Version::V3 {
            body.u8(0);
        }
        body.u8(0).u8(u8::from(segment.piece.is_some())).u8(format);
        // 01: free for whoever receives it.
        body.fixed(&self.account, 6, "Msg_src")?
            .octets(b"01")
            .octets(b"000000")
            .zeros(17 + 17);
        body.fixed(&self.number, 21, "Src_Id")?.u8(1);
        body.fixed(&message.to, self.terminal(), "Dest_terminal_Id")?;
        if self.version == Version::V3 {
            body.u8(0);
        }
        body.counted(&segment.octets, "Msg_Content")?
            .zeros(self.tail());
        Ok(frame(SUBMIT, sequence, &body.0))
    }

    pub(crate) fn alive(sequence: u32) -> Vec<u8> {
        frame(ACTIVE_TEST, sequence, &[])
    }

    pub(crate) fn alive_answer(sequence: u32) -> Vec<u8> {
        frame(ACTIVE_TEST | ANSWER, sequence, &[0])
    }

    pub(crate) fn bye(sequence: u32) -> Vec<u8> {
        frame(TERMINATE, sequence, &[])
    }

    pub(crate) fn bye_answer(sequence: u32) -> Vec<u8> {
        frame(TERMINATE | ANSWER, sequence, &[])
    }

    pub(crate) fn took(&self, sequence: u32, ticket: [u8; 8], taken: bool) -> Vec<u8> {
        let mut body = Writer::default();
        body.octets(&ticket);
        // 9: something else is wrong; the gateway brings it again.
        let code = if taken { 0 } else { 9 };
        match self.version {
            Version::V2 => body.u8(code),
            Version::V3 => body.u32(u32::from(code)),
        };
        frame(DELIVER | ANSWER, sequence, &body.0)
    }

    fn code(&self, body: &mut Reader<'_>, field: &'static str) -> Result<u32, Fault> {
        match self.version {
            Version::V2 => Ok(u32::from(body.u8(field)?)),
            Version::V3 => body.u32(field),
        }
    }

    pub(crate) fn read(&self, frame: &[u8], stamp: u32) -> Result<Word, Fault> {
        let mut body = Reader(frame);
        body.u32("Total_Length")?;
        let (command, sequence) = (body.u32("Command_Id")?, body.u32("Sequence_Id")?);
        Ok(match command {
            ACTIVE_TEST => Word::Alive(sequence),
            TERMINATE => Word::Bye(sequence),
            DELIVER => self.deliver(sequence, body)?,
            _ if command == CONNECT | ANSWER => Word::Login(self.login_answer(body, stamp)?),
            _ if command == SUBMIT | ANSWER => {
                let id = body.array("Msg_Id")?;
                let result = match self.code(&mut body, "Result")? {
                    0 => Ok(shown(id)),
                    // 3 a number used twice, 8 too much at once, 9 something else: it may go later.
                    code => Err((code, matches!(code, 3 | 8 | 9))),
                };
                Word::Taken { sequence, result }
            }
            // What is not known is not answered: the protocol has no word for it.
            _ if command & ANSWER == 0 => Word::Unknown(None),
            _ => Word::Nothing,
        })
    }

    fn login_answer(&self, mut body: Reader<'_>, stamp: u32) -> Result<u32, Fault> {
        let before = body.0;
        let code = self.code(&mut body, "Status")?;
        let status = before
            .get(..before.len() - body.0.len())
            .unwrap_or_default();
        let theirs: [u8; 16] = body.array("AuthenticatorISMG")?;
        let ours = Self::sign(&[status, &self.proof(stamp), self.secret.as_bytes()]);
        let forged = self.prove && code == 0 && theirs != ours;
        Ok(if forged { FORGED } else { code })
    }

    fn deliver(&self, sequence: u32, mut body: Reader<'_>) -> Result<Word, Fault> {
        let ticket: [u8; 8] = body.array("Msg_Id")?;
        let to = body.fixed(21, "Dest_Id")?;
        body.octets(10, "Service_Id")?;
        body.u8("TP_pid")?;
        let headed = body.u8("TP_udhi")? & 1 == 1;
        let format = body.u8("Msg_Fmt")?;
        let from = body.fixed(self.terminal(), "Src_terminal_Id")?;
        if self.version == Version::V3 {
            body.u8("Src_terminal_type")?;
        }
        let report = body.u8("Registered_Delivery")? == 1;
        let count = usize::from(body.u8("Msg_Length")?);
        let octets = body.octets(count, "Msg_Content")?;
        let came = if report {
            let mut report = Reader(octets);
            let id = shown(report.array("Msg_Id of a report")?);
            let state = report.fixed(7, "Stat")?;
            Came::Report {
                arrived: arrived(&state),
                id,
                state,
            }
        } else {
            let (piece, text) = words(octets, headed, coding(format));
            Came::Message {
                id: shown(ticket),
                from,
                to,
                text,
                piece,
            }
        };
        Ok(Word::Came {
            sequence,
            ticket,
            came,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::{Piece, split};
    use proptest::prelude::*;

    fn cmpp(version: Version) -> Cmpp {
        Cmpp {
            version,
            account: "990001".to_owned(),
            secret: "an invented secret".to_owned(),
            service: "DESK".to_owned(),
            number: "12110".to_owned(),
            prove: true,
        }
    }

    #[test]
    fn a_login_is_signed_as_the_protocol_says() {
        // printf '990001\0\0\0\0\0\0\0\0\0an invented secret1129000501' | md5sum
        let login = cmpp(Version::V2).login(1, 1_129_000_501).unwrap();
        assert_eq!(login.len(), 39);
        assert_eq!(&login[..12], [0, 0, 0, 39, 0, 0, 0, 1, 0, 0, 0, 1]);
        let signed: String = login[18..34]
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        assert_eq!(signed, SIGNED);
        assert_eq!(login[34], 0x20);
    }

    const SIGNED: &str = "08be20eb6401b69fa90d4a32a5258955";

    #[test]
    fn frames_have_the_published_lengths() {
        for (version, submit) in [(Version::V2, 147), (Version::V3, 183)] {
            let cmpp = cmpp(version);
            let message = Outgoing {
                to: "10000000042".to_owned(),
                segment: split("收到", 1).remove(0),
            };
            // The head is 12, the words are 4.
            assert_eq!(
                cmpp.submit(1, &message).unwrap().len(),
                12 + submit + 4,
                "{version:?}"
            );
        }
    }

    #[test]
    fn a_gateway_that_does_not_know_the_secret_is_not_believed() {
        let cmpp = cmpp(Version::V2);
        let answer = |proof: &[u8; 16]| {
            let mut body = Writer::default();
            body.u8(0).octets(proof).u8(0x20);
            frame(CONNECT | ANSWER, 1, &body.0)
        };
        let right = Cmpp::sign(&[&[0], &cmpp.proof(7), b"an invented secret"]);
        assert_eq!(cmpp.read(&answer(&right), 7).unwrap(), Word::Login(0));
        assert_eq!(
            cmpp.read(&answer(&[0; 16]), 7).unwrap(),
            Word::Login(FORGED)
        );
        let lax = Cmpp {
            prove: false,
            ..cmpp
        };
        assert_eq!(lax.read(&answer(&[0; 16]), 7).unwrap(), Word::Login(0));
    }

    fn deliver(cmpp: &Cmpp, format: u8, report: bool, headed: bool, octets: &[u8]) -> Vec<u8> {
        let mut body = Writer::default();
        body.octets(&[0, 0, 0, 0, 0, 0, 0, 9]);
        body.fixed("12110", 21, "Dest_Id").unwrap();
        body.zeros(10).u8(0).u8(u8::from(headed)).u8(format);
        body.fixed("8610000000042", cmpp.terminal(), "Src").unwrap();
        if cmpp.version == Version::V3 {
            body.u8(0);
        }
        body.u8(u8::from(report))
            .counted(octets, "Msg_Content")
            .unwrap()
            .zeros(cmpp.tail());
        frame(DELIVER, 5, &body.0)
    }

    #[test]
    fn messages_and_reports_are_read_in_both_editions() {
        for version in [Version::V2, Version::V3] {
            let cmpp = cmpp(version);
            let ticket = [0, 0, 0, 0, 0, 0, 0, 9];
            let came = |id: &str, text: &str, piece| Word::Came {
                sequence: 5,
                ticket,
                came: Came::Message {
                    id: id.to_owned(),
                    from: "8610000000042".to_owned(),
                    to: "12110".to_owned(),
                    text: text.to_owned(),
                    piece,
                },
            };
            let gbk = deliver(&cmpp, 15, false, false, &[0xbe, 0xc8, 0xc3, 0xfc]);
            assert_eq!(cmpp.read(&gbk, 0).unwrap(), came("9", "救命", None));
            let long = deliver(&cmpp, 8, false, true, &[5, 0, 3, 7, 2, 1, 0x65, 0x51]);
            let piece = Piece {
                reference: 7,
                total: 2,
                number: 1,
            };
            assert_eq!(cmpp.read(&long, 0).unwrap(), came("9", "救", Some(piece)));
            let mut report = Writer::default();
            report.octets(&[0, 0, 0, 0, 0, 0, 1, 0]);
            report.fixed("UNDELIV", 7, "Stat").unwrap();
            report.zeros(20 + cmpp.terminal() + 4);
            let report = deliver(&cmpp, 0, true, false, &report.0);
            let read = cmpp.read(&report, 0).unwrap();
            let came = Came::Report {
                id: "256".to_owned(),
                state: "UNDELIV".to_owned(),
                arrived: Some(false),
            };
            assert_eq!(
                read,
                Word::Came {
                    sequence: 5,
                    ticket,
                    came
                }
            );
        }
    }

    proptest! {
        #[test]
        fn no_frame_makes_it_stumble(frame in proptest::collection::vec(any::<u8>(), 0..300), command in prop::sample::select(vec![1_u32, 2, 4, 5, 8, 0x8000_0001, 0x8000_0004, 0x8000_0005])) {
            let mut framed = vec![0, 0, 1, 0];
            framed.extend(command.to_be_bytes());
            framed.extend(&frame);
            for version in [Version::V2, Version::V3] {
                let _ = cmpp(version).read(&framed, 0);
                let _ = cmpp(version).read(&frame, 0);
            }
        }

        #[test]
        fn every_message_cut_short_is_a_fault(cut in 0_usize..90) {
            let cmpp = cmpp(Version::V2);
            let whole = deliver(&cmpp, 8, false, false, &[0x65, 0x51]);
            let short = &whole[..cut.min(whole.len() - 11)];
            prop_assert!(cmpp.read(short, 0).is_err());
        }
    }
}
