//! Which headers say who calls, on one trunk (R89).
//!
//! Networks differ: one shows P-Asserted-Identity, one Diversion, one drops what it does not know.
//! So the set is a trunk's own matter, and what arrives can be shown (`liandong call-lab`).

use super::value::{encoded, is_number, passed_on, quoted, to_hex};
use crate::call::Origin;
use serde::{Deserialize, Serialize};

/// The longest User-to-User, which ISDN behind a trunk can carry.
pub const LONGEST_TOKEN: usize = 128;

/// The most received Diversion and History-Info values that are sent on.
const MOST_PASSED: usize = 10;

/// What one trunk is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Name it is ordered by.
    pub name: String,
    /// Who stands in From.
    pub from: Shown,
    /// P-Asserted-Identity (RFC 3325): the original number to a trusted network.
    pub asserted: bool,
    /// Also as `tel:`.
    pub asserted_tel: bool,
    /// Diversion (RFC 5806): our short number, which was called.
    pub diversion: bool,
    /// History-Info (RFC 7044).
    pub history: bool,
    /// User-to-User (RFC 7433): the correlation token.
    pub user_to_user: bool,
    /// Session-ID (RFC 7989).
    pub session_id: bool,
    /// X-Case-Id: a plain copy, for switches that drop User-to-User. Off: it shows a case's number.
    pub case_id: bool,
}

/// Who stands in From.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The original caller.
    #[default]
    Caller,
    /// The trunk's own number: for networks that refuse any other.
    Trunk,
}

impl Default for Policy {
    /// Everything a trusted network of another platform is told.
    fn default() -> Self {
        Self {
            name: "platform".to_owned(),
            from: Shown::Caller,
            asserted: true,
            asserted_tel: true,
            diversion: true,
            history: true,
            user_to_user: true,
            session_id: true,
            case_id: false,
        }
    }
}

/// From of an INVITE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct From {
    /// Its display name, not quoted.
    pub display: Option<String>,
    /// Its URI.
    pub uri: String,
}

/// What is known of the trunk.
#[derive(Debug, Clone, Copy)]
pub struct Way<'a> {
    /// Our domain, as the trunk knows us.
    pub domain: &'a str,
    /// Our number on the trunk.
    pub number: Option<&'a str>,
    /// The number that is dialled now.
    pub target: &'a str,
    /// The other side's domain.
    pub peer: &'a str,
}

impl Policy {
    /// Who stands in From.
    #[must_use]
    pub fn from(&self, origin: &Origin, way: Way<'_>) -> From {
        let hidden = origin.privacy.as_deref().is_some_and(hides);
        let shown = match (self.from, &origin.number) {
            (Shown::Trunk, _) => way.number,
            (Shown::Caller, Some(_)) if hidden => None,
            (Shown::Caller, number) => number.as_deref(),
        };
        match shown {
            Some(number) => From {
                display: origin
                    .display
                    .clone()
                    .filter(|_| self.from == Shown::Caller),
                uri: phone(number, way.domain),
            },
            // RFC 3323, 4.1.1.3.
            None => From {
                display: Some("Anonymous".to_owned()),
                uri: "sip:anonymous@anonymous.invalid".to_owned(),
            },
        }
    }

    /// The other headers, by name and value, in order.
    #[must_use]
    pub fn headers(&self, origin: &Origin, way: Way<'_>) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        if let (true, Some(number)) = (self.asserted, &origin.number) {
            headers.push((
                "P-Asserted-Identity",
                format!("<{}>", phone(number, way.domain)),
            ));
            if self.asserted_tel && is_number(number) {
                headers.push(("P-Asserted-Identity", format!("<tel:{number}>")));
            }
        }
        if let Some(privacy) = &origin.privacy {
            headers.push(("Privacy", passed_on(privacy)));
        }
        let called = origin.called.as_deref().or(way.number);
        if let (true, Some(called)) = (self.diversion, called) {
            let uri = phone(called, way.domain);
            headers.push((
                "Diversion",
                format!("<{uri}>;reason=unconditional;counter=1"),
            ));
            let before = origin.diversion.iter().take(MOST_PASSED);
            headers.extend(before.map(|value| ("Diversion", passed_on(value))));
        }
        if let (true, Some(called)) = (self.history, called) {
            headers.extend(history(origin, called, way).map(|value| ("History-Info", value)));
        }
        if let (true, Some(token)) = (self.user_to_user, &origin.token)
            && token.len() <= LONGEST_TOKEN
        {
            headers.push(("User-to-User", format!("{};encoding=hex", to_hex(token))));
        }
        if self.session_id && is_session(&origin.session) {
            let nil = "0".repeat(32);
            headers.push(("Session-ID", format!("{};remote={nil}", origin.session)));
        }
        if let (true, Some(case)) = (self.case_id, &origin.case) {
            headers.push(("X-Case-Id", passed_on(case)));
        }
        headers
    }
}

/// From for a seat's phone: a person reads it, nothing is hidden from them (R89).
#[must_use]
pub fn from_for_seat(origin: &Origin, domain: &str) -> From {
    From {
        display: origin.display.clone().or_else(|| origin.number.clone()),
        uri: match &origin.number {
            Some(number) => phone(number, domain),
            None => format!("sip:anonymous@{domain}"),
        },
    }
}

/// From as a header's value, without its tag.
#[must_use]
pub fn written(from: &From) -> String {
    match &from.display {
        Some(name) => format!("{} <{}>", quoted(name), from.uri),
        None => format!("<{}>", from.uri),
    }
}

/// Whether it is 32 hex digits in lower case.
#[must_use]
pub fn is_session(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn phone(number: &str, domain: &str) -> String {
    let user = if is_number(number) { ";user=phone" } else { "" };
    format!("sip:{}@{domain}{user}", encoded(number))
}

/// Whether a Privacy value asks for the identity to be hidden from the called party (RFC 3323, 4.2).
fn hides(privacy: &str) -> bool {
    privacy
        .split([';', ','])
        .any(|p| matches!(p.trim(), "id" | "user" | "full" | "header"))
}

/// What was received, then our number with the reason it was left, then the number dialled now.
fn history<'a>(
    origin: &'a Origin,
    called: &str,
    way: Way<'_>,
) -> impl Iterator<Item = String> + use<'a> {
    let before: Vec<&String> = origin.history.iter().take(MOST_PASSED).collect();
    let index = before.last().and_then(|value| {
        let (_, rest) = value.split_once("index=")?;
        let index = rest.split(';').next()?.trim();
        let digits = index.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        (digits && !index.is_empty() && index.len() < 40).then(|| format!("{index}.1"))
    });
    let index = index.unwrap_or_else(|| "1".to_owned());
    let ours = format!(
        "<sip:{}@{}?Reason=SIP%3Bcause%3D302>;index={index}",
        encoded(called),
        way.domain
    );
    let target = format!("<sip:{}@{}>;index={index}.1", encoded(way.target), way.peer);
    before
        .into_iter()
        .map(|value| passed_on(value))
        .chain([ours, target])
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAY: Way<'_> = Way {
        domain: "desk.invalid",
        number: Some("12345"),
        target: "110",
        peer: "police.invalid",
    };

    fn origin() -> Origin {
        Origin {
            number: Some("10012345678".to_owned()),
            called: Some("12345".to_owned()),
            session: "0123456789abcdef0123456789abcdef".to_owned(),
            token: Some(vec![1, 0xab]),
            case: Some("12345-2026-1".to_owned()),
            ..Origin::default()
        }
    }

    fn values<'a>(headers: &'a [(&'static str, String)], name: &str) -> Vec<&'a str> {
        headers
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, v)| v.as_str())
            .collect()
    }

    #[test]
    fn another_platform_is_told_the_original_number_and_how_the_call_got_there() {
        let policy = Policy::default();
        let headers = policy.headers(&origin(), WAY);
        assert_eq!(
            policy.from(&origin(), WAY).uri,
            "sip:10012345678@desk.invalid;user=phone"
        );
        assert_eq!(
            values(&headers, "P-Asserted-Identity"),
            [
                "<sip:10012345678@desk.invalid;user=phone>",
                "<tel:10012345678>"
            ]
        );
        assert_eq!(
            values(&headers, "Diversion"),
            ["<sip:12345@desk.invalid;user=phone>;reason=unconditional;counter=1"]
        );
        assert_eq!(
            values(&headers, "History-Info"),
            [
                "<sip:12345@desk.invalid?Reason=SIP%3Bcause%3D302>;index=1",
                "<sip:110@police.invalid>;index=1.1",
            ]
        );
        assert_eq!(values(&headers, "User-to-User"), ["01ab;encoding=hex"]);
        assert_eq!(
            values(&headers, "Session-ID"),
            ["0123456789abcdef0123456789abcdef;remote=00000000000000000000000000000000"]
        );
        assert!(values(&headers, "X-Case-Id").is_empty());
    }

    #[test]
    fn what_was_received_is_sent_on_in_its_order() {
        let origin = Origin {
            diversion: vec!["<sip:96110@a.invalid>;reason=no-answer".to_owned()],
            history: vec!["<sip:96110@a.invalid>;index=1".to_owned()],
            ..origin()
        };
        let headers = Policy::default().headers(&origin, WAY);
        let diversion = values(&headers, "Diversion");
        assert!(diversion[0].contains("12345@") && diversion[1].contains("96110@"));
        let history = values(&headers, "History-Info");
        let indices: Vec<_> = history
            .iter()
            .filter_map(|v| v.rsplit_once("index="))
            .collect();
        assert_eq!(
            indices.iter().map(|i| i.1).collect::<Vec<_>>(),
            ["1", "1.1", "1.1.1"]
        );
    }

    #[test]
    fn a_withheld_number_is_hidden_in_from_and_asserted_to_the_trusted_network() {
        let origin = Origin {
            privacy: Some("id".to_owned()),
            ..origin()
        };
        let policy = Policy::default();
        assert_eq!(
            policy.from(&origin, WAY).uri,
            "sip:anonymous@anonymous.invalid"
        );
        let headers = policy.headers(&origin, WAY);
        assert_eq!(values(&headers, "Privacy"), ["id"]);
        assert_eq!(values(&headers, "P-Asserted-Identity").len(), 2);
        assert_eq!(
            from_for_seat(&origin, "desk.invalid").display.as_deref(),
            Some("10012345678")
        );
    }

    #[test]
    fn a_trunk_that_refuses_other_numbers_gets_its_own_and_the_rest() {
        let policy = Policy {
            from: Shown::Trunk,
            case_id: true,
            ..Policy::default()
        };
        assert_eq!(
            policy.from(&origin(), WAY).uri,
            "sip:12345@desk.invalid;user=phone"
        );
        let headers = policy.headers(&origin(), WAY);
        assert_eq!(values(&headers, "X-Case-Id"), ["12345-2026-1"]);
    }

    #[test]
    fn nothing_from_outside_breaks_a_header() {
        let origin = Origin {
            number: Some("1\r\nVia: x <>@".to_owned()),
            display: Some("a\r\n\"b".to_owned()),
            diversion: vec!["<sip:a@b>\r\nX: y".to_owned()],
            privacy: Some("id\r\nX: y".to_owned()),
            case: Some("1\n2".to_owned()),
            session: "rubbish".to_owned(),
            token: Some(vec![0; 129]),
            ..origin()
        };
        let policy = Policy {
            case_id: true,
            ..Policy::default()
        };
        let headers = policy.headers(&origin, WAY);
        assert!(
            headers.iter().all(|(_, v)| !v.contains(['\r', '\n'])),
            "{headers:?}"
        );
        assert!(values(&headers, "Session-ID").is_empty());
        assert!(values(&headers, "User-to-User").is_empty());
        assert!(!written(&policy.from(&origin, WAY)).contains(['\r', '\n']));
    }
}
