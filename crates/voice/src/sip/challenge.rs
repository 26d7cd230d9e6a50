//! Challenges of other sides (RFC 7616, RFC 8760), fitted to the stack below: it answers the first one alone, knows algorithms
//! by names without a hyphen, and one protection at a time. Whether MD5 is answered at all is the configuration's: somebody on
//! the way could else take the better challenge out (RFC 8760, 3).

use super::value::parts;
use crate::call::Cause;
use rsipstack::sip::{HasHeaders as _, Header, Response, SipMessage, StatusCode};
use rsipstack::transaction::endpoint::MessageInspector;
use rsipstack::transport::SipAddr;

/// Names of SHA-256: on the wire, and in the stack below.
const WIRE: &str = "algorithm=SHA-256";
const STACK: &str = "algorithm=SHA256";

/// How a challenge may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Sha256,
    Md5,
}

/// A challenge as the stack below reads it; `None` for one that nobody here can answer, which is to be ignored (RFC 8760, 2.4).
fn fitted(value: &str) -> Option<(Algorithm, String)> {
    let (scheme, parameters) = value.trim().split_once(char::is_whitespace)?;
    if !scheme.eq_ignore_ascii_case("Digest") {
        return None;
    }
    // One that names none is MD5 (RFC 7616, 3.3).
    let mut algorithm = Algorithm::Md5;
    let mut kept = Vec::new();
    for parameter in parts(parameters) {
        let (name, said) = parameter.split_once('=')?;
        let said = said.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "algorithm" if said.eq_ignore_ascii_case("SHA-256") => algorithm = Algorithm::Sha256,
            "algorithm" if said.eq_ignore_ascii_case("MD5") => {}
            "algorithm" => return None,
            "qop" => {
                let auth = |word: &str| word.trim().eq_ignore_ascii_case("auth");
                said.split(',').any(auth).then_some(())?;
                kept.push("qop=\"auth\"".to_owned());
            }
            _ => kept.push(parameter),
        }
    }
    kept.push(match algorithm {
        Algorithm::Sha256 => STACK.to_owned(),
        Algorithm::Md5 => "algorithm=MD5".to_owned(),
    });
    Some((algorithm, format!("Digest {}", kept.join(", "))))
}

/// Leaves of the challenges in a 401 or 407 those that are answered: SHA-256 where it is offered, else MD5 if that is allowed.
/// Where nothing is left it is a refusal from now on that says so; false then.
pub(super) fn fit(response: &mut Response, md5: bool) -> bool {
    let mut challenges = Vec::new();
    response.headers_mut().retain(|header| {
        let (proxy, value) = match header {
            Header::WwwAuthenticate(value) => (false, value.value()),
            Header::ProxyAuthenticate(value) => (true, value.value()),
            _ => return true,
        };
        if let Some((algorithm, value)) = fitted(value) {
            challenges.push((proxy, algorithm, value));
        }
        false
    });
    let better: Vec<bool> = challenges
        .iter()
        .filter(|(_, algorithm, _)| *algorithm == Algorithm::Sha256)
        .map(|(proxy, ..)| *proxy)
        .collect();
    challenges.retain(|(proxy, algorithm, _)| match algorithm {
        Algorithm::Sha256 => true,
        Algorithm::Md5 => md5 && !better.contains(proxy),
    });
    if challenges.is_empty() {
        let cause = Cause {
            text: Some("no digest that may be used".to_owned()),
            ..Cause::sip(u16::from(response.status_code.clone()))
        };
        let reason = super::message::reason(&cause);
        response.headers_mut().push(Header::Reason(reason.into()));
        response.status_code = StatusCode::Forbidden;
        return false;
    }
    for (proxy, _, value) in challenges {
        response.headers_mut().push(if proxy {
            Header::ProxyAuthenticate(value.into())
        } else {
            Header::WwwAuthenticate(value.into())
        });
    }
    true
}

/// Writes the algorithm of our answers as the standard does.
pub(super) struct Answers;

impl MessageInspector for Answers {
    fn before_send(&self, mut message: SipMessage, _: Option<&SipAddr>) -> SipMessage {
        if let SipMessage::Request(request) = &mut message {
            for header in request.headers_mut().iter_mut() {
                match header {
                    Header::Authorization(value) => {
                        let wire = value.value().replace(STACK, WIRE);
                        value.replace(wire);
                    }
                    Header::ProxyAuthorization(value) => {
                        let wire = value.value().replace(STACK, WIRE);
                        value.replace(wire);
                    }
                    _ => {}
                }
            }
        }
        message
    }

    fn after_received(&self, message: SipMessage, _: Option<&SipAddr>) -> SipMessage {
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MD5: &str = "WWW-Authenticate: Digest realm=\"a, b\", nonce=\"1\"\r\n";
    const SHA: &str = "WWW-Authenticate: Digest realm=\"a, b\", nonce=\"2\", algorithm=SHA-256, qop=\"auth,auth-int\"\r\n";
    const LONGER: &str = "WWW-Authenticate: Digest realm=\"a, b\", nonce=\"3\", algorithm=SHA-512-256, qop=\"auth\"\r\n";

    /// Status and challenges after they were fitted.
    fn after(challenges: &[&str], md5: bool) -> (u16, Vec<String>) {
        let text = format!(
            "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:1@a>;tag=1\r\n\
             To: <sip:2@a>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n{}Content-Length: 0\r\n\r\n",
            challenges.concat()
        );
        let Ok(SipMessage::Response(mut response)) = SipMessage::try_from(text.as_bytes()) else {
            panic!("no response")
        };
        let left = fit(&mut response, md5);
        let values: Vec<String> = crate::sip::message::lines(&response, "WWW-Authenticate")
            .map(str::to_owned)
            .collect();
        assert_eq!(left, !values.is_empty());
        (u16::from(response.status_code), values)
    }

    #[test]
    fn where_sha_256_is_offered_md5_is_not_answered() {
        for offered in [[MD5, SHA], [SHA, MD5]] {
            for md5 in [false, true] {
                let (status, left) = after(&offered, md5);
                assert_eq!(status, 401);
                assert_eq!(
                    left,
                    ["Digest realm=\"a, b\", nonce=\"2\", qop=\"auth\", algorithm=SHA256"]
                );
            }
        }
    }

    #[test]
    fn md5_alone_is_answered_where_that_is_allowed_and_else_refused_with_a_reason() {
        let (status, left) = after(&[LONGER, MD5], true);
        assert_eq!(status, 401);
        assert_eq!(left, ["Digest realm=\"a, b\", nonce=\"1\", algorithm=MD5"]);
        assert_eq!(after(&[MD5], false), (403, Vec::new()));
        assert_eq!(after(&[LONGER], true), (403, Vec::new()));
        assert_eq!(
            after(&["WWW-Authenticate: Basic realm=\"a\"\r\n"], true).0,
            403
        );
    }
}
