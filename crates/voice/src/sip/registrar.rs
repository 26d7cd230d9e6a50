//! Hard phones register here (RFC 3261, 10.3), with digest.

use super::digest;
use super::settings::{Phone, Transport};
use super::value::user;
use crate::call::SeatName;
use ring::hmac;
use rsipstack::sip::{Header, HostWithPort, Request, StatusCode};
use rsipstack::transport::SipAddr;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The shortest and longest time a phone may be registered for without saying so again.
const SHORTEST: u32 = 30;
const LONGEST: u32 = 3600;

/// Seconds a challenge may be answered.
const FRESH: u64 = 60;

/// Where a phone is.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    /// The URI it wants to be called by.
    pub(super) contact: String,
    /// Where its REGISTER came from; behind an address translator the only way to it.
    pub(super) source: SipAddr,
    until: Instant,
}

/// What a REGISTER is answered with.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<Header>,
    /// The seat's phone is there (true) or gone (false) since this answer.
    pub(super) changed: Option<(SeatName, bool)>,
    /// What is to be kept of the seat's registration since this answer.
    pub(super) kept: Option<(SeatName, Option<String>)>,
}

/// A registration as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    contact: String,
    transport: Option<Transport>,
    host: String,
    /// Milliseconds it is good for from when it was kept.
    left: u64,
}

impl Answer {
    fn status(status: StatusCode) -> Self {
        Self {
            status,
            headers: Vec::new(),
            changed: None,
            kept: None,
        }
    }
}

pub(super) struct Registrar {
    realm: String,
    phones: HashMap<String, Phone>,
    bindings: Mutex<HashMap<SeatName, Binding>>,
    key: hmac::Key,
    began: Instant,
    /// Seats whose phone was asked and has not answered yet; true: it asked again instead, and knows MD5 alone.
    asked: Mutex<HashMap<SeatName, bool>>,
}

impl Registrar {
    /// `secret` signs challenges, so that none need be remembered.
    pub(super) fn new(realm: String, phones: Vec<Phone>, secret: &[u8]) -> Self {
        Self {
            realm,
            phones: phones
                .into_iter()
                .map(|p| (p.account.user.clone(), p))
                .collect(),
            bindings: Mutex::new(HashMap::new()),
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
            began: Instant::now(),
            asked: Mutex::new(HashMap::new()),
        }
    }

    /// Where a seat's phone is, if it is registered.
    pub(super) fn find(&self, seat: &SeatName, now: Instant) -> Option<(String, Binding)> {
        let bindings = self.bindings.lock().unwrap_or_else(PoisonError::into_inner);
        let binding = bindings.get(seat).filter(|b| b.until > now)?.clone();
        let user = self
            .phones
            .values()
            .find(|p| p.seat == *seat)?
            .account
            .user
            .clone();
        Some((user, binding))
    }

    /// Has a registration of a former program again, so that the phone can be rung before it registers anew. False, if it is
    /// over, cannot be read, or is of a phone that is configured no more.
    pub(super) fn resume(&self, seat: &SeatName, text: &str, age_ms: u64, now: Instant) -> bool {
        if !self.phones.values().any(|phone| phone.seat == *seat) {
            return false;
        }
        let Ok(kept) = serde_json::from_str::<Kept>(text) else {
            return false;
        };
        let (left, Ok(addr)) = (
            kept.left.saturating_sub(age_ms),
            HostWithPort::try_from(kept.host),
        ) else {
            return false;
        };
        if left == 0 {
            return false;
        }
        let binding = Binding {
            contact: kept.contact,
            source: SipAddr {
                r#type: kept.transport.map(Into::into),
                addr,
            },
            until: now + Duration::from_millis(left),
        };
        self.bindings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(seat.clone(), binding);
        true
    }

    /// Seats whose phone's time ran out; each is named once.
    pub(super) fn expire(&self, now: Instant) -> Vec<SeatName> {
        let mut bindings = self.bindings.lock().unwrap_or_else(PoisonError::into_inner);
        let gone: Vec<SeatName> = bindings
            .iter()
            .filter(|(_, b)| b.until <= now)
            .map(|(s, _)| s.clone())
            .collect();
        bindings.retain(|_, b| b.until > now);
        gone
    }

    /// Answers a REGISTER.
    pub(super) fn register(&self, request: &Request, source: &SipAddr, now: Instant) -> Answer {
        let Some(phone) = user(super::message::first(request, "To").unwrap_or_default())
            .and_then(|user| self.phones.get(&user))
        else {
            return Answer::status(StatusCode::NotFound);
        };
        let plain = self.knows_md5_alone(request, &phone.seat);
        if let Err(stale) = self.proven(request, phone, now) {
            let algorithms: &[&str] = match (phone.account.md5, plain) {
                (false, _) => &["SHA-256"],
                (true, true) => &["MD5"],
                // The better one first (RFC 8760, 2.3); some phones look at the first alone.
                (true, false) => &["SHA-256", "MD5"],
            };
            return self.challenge(stale, algorithms, now);
        }
        self.bind(request, phone, source, now)
    }

    fn bind(&self, request: &Request, phone: &Phone, source: &SipAddr, now: Instant) -> Answer {
        let contacts = super::message::values(request, "Contact");
        let mut bindings = self.bindings.lock().unwrap_or_else(PoisonError::into_inner);
        let header = super::message::first(request, "Expires").and_then(|v| v.parse().ok());
        let Some(contact) = contacts.first() else {
            // A question what is registered.
            let bound = bindings.get(&phone.seat).filter(|b| b.until > now);
            return Answer {
                status: StatusCode::OK,
                headers: bound.map(|b| listed(b, now)).into_iter().collect(),
                changed: None,
                kept: None,
            };
        };
        let asked = parameter(contact, "expires").or(header).unwrap_or(LONGEST);
        if asked == 0 {
            let was = bindings.remove(&phone.seat).is_some();
            return Answer {
                status: StatusCode::OK,
                headers: Vec::new(),
                changed: was.then(|| (phone.seat.clone(), false)),
                kept: Some((phone.seat.clone(), None)),
            };
        }
        if asked < SHORTEST {
            return Answer {
                status: StatusCode::IntervalTooBrief,
                headers: vec![Header::Other(
                    "Min-Expires".to_owned(),
                    SHORTEST.to_string(),
                )],
                changed: None,
                kept: None,
            };
        }
        let binding = Binding {
            contact: super::value::uri(contact).to_owned(),
            source: source.clone(),
            until: now + Duration::from_secs(u64::from(asked.min(LONGEST))),
        };
        let headers = vec![listed(&binding, now)];
        let kept = serde_json::to_string(&Kept {
            contact: binding.contact.clone(),
            transport: source.r#type.and_then(Transport::of),
            host: source.addr.to_string(),
            left: u64::from(asked.min(LONGEST)) * 1_000,
        });
        let before = bindings.insert(phone.seat.clone(), binding);
        Answer {
            status: StatusCode::OK,
            headers,
            changed: before
                .is_none_or(|b| b.until <= now)
                .then(|| (phone.seat.clone(), true)),
            kept: Some((phone.seat.clone(), kept.ok())),
        }
    }

    /// Some phones give up where a challenge is there that they do not know, though they know the one before it. They show
    /// it by beginning anew instead of answering, and are offered MD5 alone from then on, if they may use it.
    fn knows_md5_alone(&self, request: &Request, seat: &SeatName) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = super::message::first(request, "Authorization").is_some();
        match asked.get(seat).copied() {
            Some(true) => true,
            Some(false) if answers => {
                asked.remove(seat);
                false
            }
            Some(false) => {
                asked.insert(seat.clone(), true);
                true
            }
            None => {
                if !answers {
                    asked.insert(seat.clone(), false);
                }
                false
            }
        }
    }

    fn challenge(&self, stale: bool, algorithms: &[&str], now: Instant) -> Answer {
        let realm = self.realm.replace(['"', '\\'], "");
        let nonce = self.nonce(now.duration_since(self.began).as_secs());
        let stale = if stale { ", stale=true" } else { "" };
        let headers = algorithms.iter().map(|algorithm| {
            Header::WwwAuthenticate(
                format!(
                    "Digest realm=\"{realm}\", nonce=\"{nonce}\", algorithm={algorithm}, \
                     qop=\"auth\"{stale}"
                )
                .into(),
            )
        });
        Answer {
            status: StatusCode::Unauthorized,
            headers: headers.collect(),
            changed: None,
            kept: None,
        }
    }

    fn nonce(&self, at: u64) -> String {
        let tag = hmac::sign(&self.key, &at.to_be_bytes());
        let short = tag.as_ref().get(..16).unwrap_or(&[]);
        format!("{at:x}.{}", super::value::to_hex(short))
    }

    /// `Err(stale)`: not proven; stale, if the password was right but the challenge too old.
    fn proven(&self, request: &Request, phone: &Phone, now: Instant) -> Result<(), bool> {
        let raw = super::message::first(request, "Authorization").ok_or(false)?;
        let answer = digest::Answer::read(raw).ok_or(false)?;
        if !answer.sha256 && !phone.account.md5 {
            tracing::warn!(seat = %phone.seat, "the phone answers by MD5, which its configuration does not allow");
            return Err(false);
        }
        let mine = answer.user == phone.account.user && answer.realm == self.realm;
        if !mine || !answer.proves(&phone.account.password, &request.method.to_string()) {
            return Err(false);
        }
        let at = answer
            .nonce
            .split('.')
            .next()
            .and_then(|t| u64::from_str_radix(t, 16).ok());
        let at = at
            .filter(|at| self.nonce(*at) == answer.nonce)
            .ok_or(true)?;
        let age = now.duration_since(self.began).as_secs().saturating_sub(at);
        if age > FRESH { Err(true) } else { Ok(()) }
    }
}

fn parameter(contact: &str, name: &str) -> Option<u32> {
    let (_, parameters) = contact.rsplit_once('>').unwrap_or(("", contact));
    parameters
        .split(';')
        .find_map(|p| p.trim().strip_prefix(name)?.strip_prefix('='))
        .and_then(|v| v.parse().ok())
}

fn listed(binding: &Binding, now: Instant) -> Header {
    let left = binding.until.duration_since(now).as_secs();
    Header::Contact(format!("<{}>;expires={left}", binding.contact).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::settings::Account;
    use rsipstack::sip::SipMessage;

    fn request(headers: &str) -> Request {
        let text = format!(
            "REGISTER sip:desk.invalid SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
             From: <sip:8001@desk.invalid>;tag=1\r\nTo: <sip:8001@desk.invalid>\r\nCall-ID: 1\r\n\
             CSeq: 1 REGISTER\r\nContact: <sip:8001@192.0.2.1>\r\n{headers}Content-Length: 0\r\n\r\n"
        );
        match SipMessage::try_from(text.as_bytes()) {
            Ok(SipMessage::Request(request)) => request,
            other => panic!("no request: {other:?}"),
        }
    }

    /// A registrar of one phone, and where that is.
    fn registrar(md5: bool) -> (Registrar, SipAddr) {
        let phone = Phone {
            seat: "desk-1".into(),
            account: Account {
                user: "8001".to_owned(),
                password: "right".to_owned(),
                md5,
            },
        };
        let registrar = Registrar::new("desk.invalid".to_owned(), vec![phone], b"secret");
        let source = SipAddr::from(std::net::SocketAddr::from(([192, 0, 2, 1], 5060)));
        (registrar, source)
    }

    /// The algorithms it is offered, in their order.
    fn offered(answer: &Answer) -> Vec<&'static str> {
        assert_eq!(answer.status, StatusCode::Unauthorized);
        answer
            .headers
            .iter()
            .map(|header| {
                if header.to_string().contains("algorithm=SHA-256") {
                    "SHA-256"
                } else {
                    "MD5"
                }
            })
            .collect()
    }

    /// The right answer to a challenge, by this algorithm.
    fn proof(challenge: &Answer, algorithm: &str) -> String {
        use md5::{Digest as _, Md5};
        let challenge = challenge.headers.first().unwrap().to_string();
        let nonce = challenge.split("nonce=\"").nth(1).unwrap();
        let nonce = nonce.split('"').next().unwrap();
        let hash = |text: String| {
            if algorithm == "MD5" {
                crate::sip::value::to_hex(&Md5::digest(text.as_bytes()))
            } else {
                crate::sip::value::to_hex(&sha2::Sha256::digest(text.as_bytes()))
            }
        };
        let who = hash("8001:desk.invalid:right".to_owned());
        let what = hash("REGISTER:sip:desk.invalid".to_owned());
        let response = hash(format!("{who}:{nonce}:00000001:c:auth:{what}"));
        format!(
            "Authorization: Digest username=\"8001\", realm=\"desk.invalid\", nonce=\"{nonce}\", \
             uri=\"sip:desk.invalid\", qop=auth, nc=00000001, cnonce=\"c\", response=\"{response}\", \
             algorithm={algorithm}\r\n"
        )
    }

    #[test]
    fn md5_is_neither_offered_nor_taken_unless_that_is_allowed() {
        for (md5, offers) in [(false, &["SHA-256"][..]), (true, &["SHA-256", "MD5"])] {
            let (registrar, source) = registrar(md5);
            let register =
                |headers: &str| registrar.register(&request(headers), &source, Instant::now());
            let challenge = register("");
            assert_eq!(offered(&challenge), offers);
            let answered = register(&proof(&challenge, "MD5"));
            if md5 {
                assert_eq!(answered.status, StatusCode::OK);
            } else {
                // Though the password is right.
                assert_eq!(offered(&answered), offers);
            }
            assert_eq!(
                register(&proof(&challenge, "SHA-256")).status,
                StatusCode::OK
            );
        }
    }

    #[test]
    fn a_phone_that_begins_anew_instead_of_answering_is_offered_md5_alone_if_it_may() {
        let wrong = "Authorization: Digest username=\"8001\", realm=\"desk.invalid\", \
             nonce=\"0.0\", uri=\"sip:x\", response=\"0\", algorithm=MD5\r\n";
        for md5 in [true, false] {
            let (registrar, source) = registrar(md5);
            let offers = |headers: &str| {
                offered(&registrar.register(&request(headers), &source, Instant::now()))
            };
            let both: &[&str] = if md5 {
                &["SHA-256", "MD5"]
            } else {
                &["SHA-256"]
            };
            // Whoever answers, even wrongly, goes on to be offered both.
            for headers in ["", wrong, "", wrong, ""] {
                assert_eq!(offers(headers), both);
            }
            for headers in ["", wrong, ""] {
                assert_eq!(offers(headers), if md5 { &["MD5"][..] } else { both });
            }
        }
    }
}
