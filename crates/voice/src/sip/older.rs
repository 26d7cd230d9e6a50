//! Peers that speak SIP as RFC 2543 had it: what they leave out and the stack below cannot do without is put in when their
//! message is read, and what they must not see is taken out again when ours is sent. Datagrams only: a stream's messages are
//! refused (`listening`).

use super::spelling::{name_and_value, split};
use std::net::SocketAddr;

/// Stands for the tag of a side that gives none (RFC 3261, 12.1.1: "a null tag"). Never sent.
const NO_TAG: &str = ";tag=rfc2543.none";

/// What a message has and lacks.
#[derive(Default)]
struct Looked {
    from: Option<bool>,
    to: Option<bool>,
    contact: bool,
    length: bool,
}

/// Whether an address has a tag.
fn tagged(value: &str) -> bool {
    let (_, parameters) = value.rsplit_once('>').unwrap_or(("", value));
    parameters.split(';').skip(1).any(|parameter| {
        let (name, _) = parameter.split_once('=').unwrap_or((parameter, ""));
        name.trim().eq_ignore_ascii_case("tag")
    })
}

fn is(name: &str, long: &str, short: &str) -> bool {
    name.eq_ignore_ascii_case(long) || name.eq_ignore_ascii_case(short)
}

fn look(head: &str) -> Looked {
    let mut looked = Looked::default();
    for (name, value) in head.split("\r\n").skip(1).filter_map(name_and_value) {
        if is(name, "From", "f") {
            looked.from.get_or_insert_with(|| tagged(value));
        } else if is(name, "To", "t") {
            looked.to.get_or_insert_with(|| tagged(value));
        } else if is(name, "Contact", "m") {
            looked.contact = true;
        } else if is(name, "Content-Length", "l") {
            looked.length = true;
        }
    }
    looked
}

/// The message with what it lacks; `None` where it lacks nothing.
///
/// - A request without a tag in From, and a 2xx without one in To: theirs is the null tag.
/// - An INVITE without Contact: requests within its dialog go where it came from.
/// - A body without Content-Length: it ends with the datagram (RFC 3261, 18.3).
pub(super) fn completed(bytes: &[u8], from: SocketAddr) -> Option<Vec<u8>> {
    let (head, rest) = split(bytes)?;
    let looked = look(head);
    let answer = head.starts_with("SIP/2.0 ");
    let no_from_tag = !answer && looked.from == Some(false);
    let no_to_tag = head.starts_with("SIP/2.0 2") && looked.to == Some(false);
    let no_contact = head.starts_with("INVITE ") && !looked.contact;
    let body = rest.len().saturating_sub(4);
    let no_length = body > 0 && !looked.length;
    if !(no_from_tag || no_to_tag || no_contact || no_length) {
        return None;
    }
    let mut text = String::with_capacity(head.len() + 100);
    let (mut seen_from, mut seen_to) = (false, false);
    for (place, line) in head.split("\r\n").enumerate() {
        if place > 0 {
            text.push_str("\r\n");
        }
        text.push_str(line);
        let Some((name, _)) = name_and_value(line).filter(|_| place > 0) else {
            continue;
        };
        if is(name, "From", "f") && !std::mem::replace(&mut seen_from, true) && no_from_tag {
            text.push_str(NO_TAG);
        }
        if is(name, "To", "t") && !std::mem::replace(&mut seen_to, true) && no_to_tag {
            text.push_str(NO_TAG);
        }
    }
    if no_contact {
        text.push_str(&format!("\r\nContact: <sip:{from}>"));
    }
    if no_length {
        text.push_str(&format!("\r\nContent-Length: {body}"));
    }
    let mut text = text.into_bytes();
    text.extend_from_slice(rest);
    Some(text)
}

/// A message of ours without the tag that stands for none; `None` where there is none.
pub(super) fn as_said(bytes: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = split(bytes)?;
    head.contains(NO_TAG).then(|| {
        let mut text = head.replace(NO_TAG, "").into_bytes();
        text.extend_from_slice(rest);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AT: ([u8; 4], u16) = ([192, 0, 2, 1], 5060);
    const FULL: &str = "INVITE sip:12345@desk.invalid SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
        From: \"a;tag=b\" <sip:1@a.invalid;tag=x> ; Tag = 1\r\nTo: <sip:12345@desk.invalid>\r\nCall-ID: 1\r\n\
        CSeq: 1 INVITE\r\nm: <sip:1@192.0.2.1>\r\nl: 4\r\n\r\nv=0 ";

    fn read(text: &str) -> Option<String> {
        completed(text.as_bytes(), SocketAddr::from(AT)).map(|b| String::from_utf8(b).unwrap())
    }

    #[test]
    fn what_lacks_nothing_stays_as_it_is() {
        assert_eq!(read(FULL), None);
        assert_eq!(as_said(FULL.as_bytes()), None);
        // Within a dialog Contact may be left out, and without a body its length.
        let bye = FULL
            .replace("INVITE", "BYE")
            .replace("m: <sip:1@192.0.2.1>\r\nl: 4\r\n\r\nv=0 ", "\r\n");
        assert_eq!(read(&bye), None);
    }

    #[test]
    fn what_rfc_2543_left_out_is_put_in_and_no_tag_is_sent_back() {
        let old = FULL
            .replace(" ; Tag = 1", "")
            .replace("m: <sip:1@192.0.2.1>\r\nl: 4\r\n", "");
        let new = read(&old).expect("it lacks much");
        assert!(new.contains(&format!(
            "From: \"a;tag=b\" <sip:1@a.invalid;tag=x>{NO_TAG}\r\n"
        )));
        assert!(new.contains("\r\nContact: <sip:192.0.2.1:5060>\r\nContent-Length: 4\r\n\r\nv=0 "));
        assert_eq!(read(&new), None, "now it lacks nothing");
        let said = as_said(new.as_bytes()).expect("the tag stands for none");
        assert!(!String::from_utf8(said).unwrap().contains("rfc2543"));
    }

    #[test]
    fn an_answer_without_a_tag_is_of_the_side_that_gives_none() {
        let ok = FULL.replace("INVITE sip:12345@desk.invalid SIP/2.0", "SIP/2.0 200 OK");
        let new = read(&ok).expect("it lacks the tag in To");
        assert!(new.contains(&format!("To: <sip:12345@desk.invalid>{NO_TAG}\r\n")));
        // What only says that something goes on makes no dialog.
        assert_eq!(read(&ok.replace("200 OK", "100 Trying")), None);
    }

    proptest! {
        #[test]
        fn any_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = (completed(&bytes, SocketAddr::from(AT)), as_said(&bytes));
        }

        #[test]
        fn completed_once_is_complete(text in "[ -~\r\n]{0,120}") {
            let message = format!("INVITE sip:a@b SIP/2.0\r\n{text}\r\n\r\nbody");
            if let Some(once) = completed(message.as_bytes(), SocketAddr::from(AT)) {
                prop_assert_eq!(completed(&once, SocketAddr::from(AT)), None);
            }
        }
    }
}
