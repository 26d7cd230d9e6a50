//! Reading what we need of a message, by header name and as it was received.

use super::value::{from_hex, parts, user};
use crate::call::{CallerHeaders, Cause, Correlation};
use rsipstack::sip::{HasHeaders, Request, Response};

/// The most values of one header that are read.
const MOST: usize = 32;

/// Every line of a header, as received.
pub(super) fn lines<'a>(
    message: &'a impl HasHeaders,
    name: &'a str,
) -> impl Iterator<Item = &'a str> {
    message
        .headers()
        .iter()
        .filter(move |header| header.name().eq_ignore_ascii_case(name))
        .map(|header| header.value().trim())
        .take(MOST)
}

/// Every value of a header that is a list.
pub(super) fn values(message: &impl HasHeaders, name: &str) -> Vec<String> {
    lines(message, name).flat_map(parts).take(MOST).collect()
}

/// The first value, if any.
pub(super) fn first<'a>(message: &'a impl HasHeaders, name: &'a str) -> Option<&'a str> {
    lines(message, name).next()
}

/// The number of its CSeq.
pub(super) fn sequence(request: &Request) -> Option<u32> {
    let value = first(request, "CSeq")?;
    value.split_whitespace().next()?.parse().ok()
}

/// Who calls.
pub(super) fn caller(request: &Request) -> CallerHeaders {
    CallerHeaders {
        from: first(request, "From").unwrap_or_default().to_owned(),
        asserted: values(request, "P-Asserted-Identity"),
        diversion: values(request, "Diversion"),
        history: values(request, "History-Info"),
        privacy: first(request, "Privacy").map(str::to_owned),
    }
}

/// What links it to another platform's call.
pub(super) fn correlation(request: &Request) -> Correlation {
    let session = first(request, "Session-ID").and_then(|value| {
        let local = value
            .split(';')
            .next()?
            .trim()
            .replace('-', "")
            .to_ascii_lowercase();
        super::policy::is_session(&local).then_some(local)
    });
    let token = values(request, "User-to-User").iter().find_map(|value| {
        let mut words = value.split(';').map(str::trim);
        let text = words.next()?.trim_matches('"');
        let encoding = words.find_map(|w| w.strip_prefix("encoding="));
        // RFC 7433, 4.1: hex is what is meant where nothing is said.
        if encoding.is_some_and(|e| !e.eq_ignore_ascii_case("hex")) {
            return None;
        }
        from_hex(text).filter(|t| !t.is_empty() && t.len() <= super::policy::LONGEST_TOKEN)
    });
    Correlation { session, token }
}

/// User part of a request URI.
pub(super) fn called(request: &Request) -> String {
    user(&request.uri.to_string()).unwrap_or_default()
}

/// All headers by name and value.
pub(super) fn all(message: &impl HasHeaders) -> Vec<(String, String)> {
    message
        .headers()
        .iter()
        .map(|header| (header.name().to_owned(), header.value().trim().to_owned()))
        .collect()
}

/// Why, by status and Reason header (RFC 3326).
pub(super) fn cause(message: &impl HasHeaders, sip: u16, words: Option<&str>) -> Cause {
    let reasons = values(message, "Reason");
    let parameter = |value: &str, name: &str| {
        value.split(';').map(str::trim).find_map(|p| {
            p.strip_prefix(name)?
                .strip_prefix('=')
                .map(|v| v.trim_matches('"').to_owned())
        })
    };
    let q850 = reasons
        .iter()
        .find(|r| r.trim_start().to_ascii_uppercase().starts_with("Q.850"))
        .and_then(|r| parameter(r, "cause")?.parse().ok());
    let text = reasons
        .iter()
        .find_map(|r| parameter(r, "text"))
        .or_else(|| words.map(str::to_owned))
        .map(|t| t.chars().filter(|c| !c.is_control()).take(128).collect());
    Cause { sip, q850, text }
}

/// Why a placed call came to nothing.
pub(super) fn failure(response: &Response) -> Cause {
    let status = u16::from(response.status_code.clone());
    cause(response, status, response.wire_reason.as_deref())
}

/// The Reason header of a cause (RFC 3326).
pub(super) fn reason(cause: &Cause) -> String {
    let text = cause.text.as_deref().map_or_else(String::new, |t| {
        format!(";text={}", super::value::quoted(t))
    });
    match cause.q850 {
        Some(q850) => format!("Q.850;cause={q850}{text}"),
        None => format!("SIP;cause={}{text}", cause.sip),
    }
}

/// The call-id, to-tag and from-tag of a Replaces within a Refer-To (RFC 3891).
pub(super) fn replaces(refer_to: &str) -> Option<(String, String, String)> {
    let uri = super::value::uri(refer_to);
    let (_, headers) = uri.split_once('?')?;
    let value = headers.split('&').find_map(|h| {
        let (name, value) = h.split_once('=')?;
        name.eq_ignore_ascii_case("Replaces").then_some(value)
    })?;
    // Decoded by the reader of user parts: it is percent-encoding all the same.
    let value = user(&format!(
        "tel:{}",
        value.replace("%3B", "\u{1}").replace("%3b", "\u{1}")
    ))?;
    let mut words = value.split(['\u{1}', ';']);
    let call = words.next()?.to_owned();
    let (mut to, mut from) = (None, None);
    for word in words {
        if let Some(tag) = word.strip_prefix("to-tag=") {
            to = Some(tag.to_owned());
        } else if let Some(tag) = word.strip_prefix("from-tag=") {
            from = Some(tag.to_owned());
        }
    }
    Some((call, to?, from?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsipstack::sip::SipMessage;

    fn request(headers: &str) -> Request {
        let text = format!(
            "INVITE sip:12345@desk.invalid;user=phone SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
             From: \"a, b\" <sip:10012345678@a.invalid>;tag=1\r\nTo: <sip:12345@desk.invalid>\r\n\
             Call-ID: 1\r\nCSeq: 1 INVITE\r\n{headers}Content-Length: 0\r\n\r\n"
        );
        match SipMessage::try_from(text.as_bytes()) {
            Ok(SipMessage::Request(request)) => request,
            other => panic!("no request: {other:?}"),
        }
    }

    #[test]
    fn the_caller_is_read_as_received() {
        let request = request(
            "P-Asserted-Identity: <sip:10012345678@a.invalid>, <tel:10012345678>\r\n\
             Diversion: <sip:1@a.invalid>;reason=x\r\nDiversion: <sip:2@a.invalid>\r\n\
             History-Info: <sip:1@a.invalid?Reason=SIP%3Bcause%3D302>;index=1, <sip:2@a>;index=1.1\r\n\
             Privacy: id\r\nSession-ID: 01234567-89AB-cdef-0123-456789abcdef;remote=0\r\n\
             User-to-User: 01ab;encoding=hex\r\n",
        );
        let caller = caller(&request);
        assert_eq!(caller.from, "\"a, b\" <sip:10012345678@a.invalid>;tag=1");
        assert_eq!(caller.asserted.len(), 2);
        assert_eq!(
            caller.diversion,
            ["<sip:1@a.invalid>;reason=x", "<sip:2@a.invalid>"]
        );
        assert_eq!(caller.history.len(), 2);
        assert_eq!(caller.privacy.as_deref(), Some("id"));
        assert_eq!(called(&request), "12345");
        let link = correlation(&request);
        assert_eq!(
            link.session.as_deref(),
            Some("0123456789abcdef0123456789abcdef")
        );
        assert_eq!(link.token, Some(vec![1, 0xab]));
    }

    #[test]
    fn rubbish_where_a_token_should_be_is_no_token() {
        for header in ["zz", "01;encoding=base64", "", &"00".repeat(129)] {
            let link = correlation(&request(&format!("User-to-User: {header}\r\n")));
            assert_eq!(link.token, None, "{header}");
        }
    }

    #[test]
    fn a_reason_is_written_and_read() {
        let written = Cause {
            sip: 486,
            q850: Some(17),
            text: Some("user \"busy\"".to_owned()),
        };
        let request = request(&format!("Reason: {}\r\n", reason(&written)));
        let read = cause(&request, 486, None);
        assert_eq!((read.sip, read.q850), (486, Some(17)));
    }

    #[test]
    fn replaces_is_found_in_refer_to() {
        let value = "<sip:110@a.invalid?Replaces=ab%40c%3Bto-tag%3Dt1%3Bfrom-tag%3Df1&x=y>";
        assert_eq!(
            replaces(value),
            Some(("ab@c".to_owned(), "t1".to_owned(), "f1".to_owned()))
        );
        assert_eq!(replaces("<sip:110@a.invalid>"), None);
    }
}
