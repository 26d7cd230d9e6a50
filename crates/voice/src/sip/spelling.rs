//! Messages that are valid and that the stack below cannot read (RFC 4475): spellings are brought into the one it reads, and
//! methods it does not know are answered before it sees them. Datagrams only; a stream's messages it cuts out itself.

use super::stack::ALLOWED;

/// Methods the stack reads.
const KNOWN: [&str; 14] = [
    "ACK",
    "BYE",
    "CANCEL",
    "INFO",
    "INVITE",
    "MESSAGE",
    "NOTIFY",
    "OPTIONS",
    "PRACK",
    "PUBLISH",
    "REFER",
    "REGISTER",
    "SUBSCRIBE",
    "UPDATE",
];

/// Headers whose parameters may have blanks around them (RFC 3261, 25.1: SEMI, EQUAL, SLASH), with their short names.
const ADDRESSES: [&str; 10] = [
    "via",
    "v",
    "from",
    "f",
    "to",
    "t",
    "contact",
    "m",
    "route",
    "record-route",
];

/// The head of a message as text, and the rest from the empty line on.
pub(super) fn split(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, rest) = bytes.split_at_checked(end)?;
    Some((std::str::from_utf8(head).ok()?, rest))
}

/// Lines of a head without folds (RFC 3261, 7.3.1).
fn unfolded(head: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in head.split("\r\n") {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

pub(super) fn name_and_value(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    Some((name.trim(), value.trim()))
}

/// A value without blanks around its separators, outside of quotes and brackets.
fn tight(value: &str, separators: &[char]) -> String {
    let mut text = String::with_capacity(value.len());
    let (mut quoted, mut escaped, mut bracketed, mut behind) = (false, false, false, false);
    for letter in value.chars() {
        if behind && letter.is_ascii_whitespace() {
            continue;
        }
        behind = false;
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '<' if !quoted => bracketed = true,
            '>' if !quoted => bracketed = false,
            _ if !quoted && !bracketed && separators.contains(&letter) => {
                text.truncate(text.trim_end().len());
                behind = true;
            }
            _ => {}
        }
        text.push(letter);
    }
    text
}

/// The same message as the stack reads it; `None` where it can read it as it is.
pub(super) fn plain(bytes: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = split(bytes)?;
    let folds = head.contains("\r\n ") || head.contains("\r\n\t");
    // Only what is odd costs more than a look.
    if !folds && !head.contains(" /") && !head.contains("/ ") {
        return None;
    }
    let mut lines = unfolded(head);
    for line in lines.iter_mut().skip(1) {
        let Some((name, value)) = name_and_value(line) else {
            continue;
        };
        let lower = name.to_ascii_lowercase();
        if ADDRESSES.contains(&lower.as_str()) {
            let separators: &[char] = if matches!(lower.as_str(), "via" | "v") {
                &[';', '=', '/']
            } else {
                &[';', '=']
            };
            *line = format!("{name}: {}", tight(value, separators));
        }
    }
    let mut text = lines.join("\r\n").into_bytes();
    text.extend_from_slice(rest);
    Some(text)
}

/// The answer to a request whose method nobody here knows (RFC 3261, 8.2.1): 501, or 400 where its CSeq names another.
/// `None` for everything else.
pub(super) fn unknown(bytes: &[u8]) -> Option<Vec<u8>> {
    let method = std::str::from_utf8(bytes.split(|b| *b == b' ').next()?).ok()?;
    let token = |c: char| c.is_ascii_alphanumeric() || "-.!%*_+`'~".contains(c);
    if KNOWN.iter().any(|known| known.eq_ignore_ascii_case(method))
        || method.is_empty()
        || !method.chars().all(token)
    {
        return None;
    }
    let (head, _) = split(bytes)?;
    let lines = unfolded(head);
    let request = Asked::read(&lines)?;
    let status = if request.method_of_sequence == Some(method) {
        "501 Not Implemented"
    } else {
        "400 Bad Request"
    };
    Some(request.answer(status))
}

/// The answer to a request that is longer than the stack below can take (RFC 3261, 21.5.7: 513). `None` for an answer, which
/// nobody can be told about, and for an ACK, which is not answered.
pub(super) fn too_long(bytes: &[u8]) -> Option<Vec<u8>> {
    let (head, _) = split(bytes)?;
    let lines = unfolded(head);
    if lines.first()?.starts_with("ACK ") {
        return None;
    }
    Some(Asked::read(&lines)?.answer("513 Message Too Large"))
}

/// What an answer repeats of a request.
struct Asked<'a> {
    vias: Vec<&'a str>,
    from: &'a str,
    to: &'a str,
    call: &'a str,
    sequence: &'a str,
    method_of_sequence: Option<&'a str>,
}

impl<'a> Asked<'a> {
    fn read(lines: &'a [String]) -> Option<Self> {
        if !lines.first()?.ends_with(" SIP/2.0") {
            return None;
        }
        let headers: Vec<(&str, &str)> = lines
            .iter()
            .skip(1)
            .filter_map(|l| name_and_value(l))
            .collect();
        let all = |long: &'static str, short: &'static str| {
            headers
                .iter()
                .filter(move |(name, _)| {
                    name.eq_ignore_ascii_case(long) || name.eq_ignore_ascii_case(short)
                })
                .map(|(_, value)| *value)
        };
        let sequence = all("CSeq", "CSeq").next()?;
        let vias: Vec<&str> = all("Via", "v").collect();
        (!vias.is_empty()).then_some(())?;
        Some(Self {
            vias,
            from: all("From", "f").next()?,
            to: all("To", "t").next()?,
            call: all("Call-ID", "i").next()?,
            sequence,
            method_of_sequence: sequence.split_whitespace().nth(1),
        })
    }

    fn answer(&self, status: &str) -> Vec<u8> {
        let mut text = format!("SIP/2.0 {status}\r\n");
        for via in &self.vias {
            text += &format!("Via: {via}\r\n");
        }
        // Whoever answers without a state says the same again.
        let tag = if self.to.contains(";tag=") {
            ""
        } else {
            ";tag=unknown"
        };
        let Self {
            from,
            to,
            call,
            sequence,
            ..
        } = self;
        text += &format!(
            "From: {from}\r\nTo: {to}{tag}\r\nCall-ID: {call}\r\nCSeq: {sequence}\r\nAllow: {ALLOWED}\r\n\
             Content-Length: 0\r\n\r\n"
        );
        text.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rsipstack::sip::SipMessage;

    const PLAIN: &str = "INVITE sip:12345@desk.invalid SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
        From: \"a ; = / b\" <sip:1@a.invalid;x=y>;tag=1\r\nTo: <sip:12345@desk.invalid>\r\nCall-ID: 1\r\n\
        CSeq: 1 INVITE\r\nSubject: a / b\r\nContent-Length: 4\r\n\r\nv=0 ";

    #[test]
    fn what_is_plain_stays_as_it_is() {
        assert_eq!(plain(PLAIN.replace(" / ", "").as_bytes()), None);
        // Looked at more closely, and the same.
        assert_eq!(plain(PLAIN.as_bytes()).as_deref(), Some(PLAIN.as_bytes()));
        assert_eq!(unknown(PLAIN.as_bytes()), None);
    }

    #[test]
    fn folds_and_blanks_mean_nothing() {
        let odd = PLAIN
            .replace(
                "Via: SIP/2.0/UDP 192.0.2.1;branch=",
                "v  : SIP  /   2.0\r\n /UDP\r\n\t192.0.2.1 ;  branch  = ",
            )
            .replace(">;tag=1", ">\r\n ; tag =  1");
        let expected = PLAIN.replace("Via: ", "v: ");
        let read = plain(odd.as_bytes()).expect("odd");
        assert_eq!(String::from_utf8_lossy(&read), expected);
        assert!(SipMessage::try_from(read.as_slice()).is_ok());
    }

    #[test]
    fn an_unknown_method_is_answered() {
        let answer = unknown(PLAIN.replace("INVITE", "N%45W").as_bytes()).expect("answered");
        let Ok(SipMessage::Response(read)) = SipMessage::try_from(answer.as_slice()) else {
            panic!("no answer: {}", String::from_utf8_lossy(&answer))
        };
        assert_eq!(u16::from(read.status_code), 501);
        let differs = PLAIN.replace("INVITE sip", "NEW sip");
        let answer = unknown(differs.as_bytes()).expect("answered");
        assert!(answer.starts_with(b"SIP/2.0 400 "));
        for nobody in [
            "SIP/2.0 200 OK\r\nVia: x\r\n\r\n",
            "NEW sip:a@b SIP/2.0\r\n\r\n",
            "",
        ] {
            assert_eq!(unknown(nobody.as_bytes()), None, "{nobody}");
        }
    }

    #[test]
    fn what_is_too_long_is_answered_unless_it_is_an_answer_or_an_ack() {
        let answer = too_long(PLAIN.as_bytes()).expect("answered");
        assert!(answer.starts_with(b"SIP/2.0 513 "));
        let Ok(SipMessage::Response(read)) = SipMessage::try_from(answer.as_slice()) else {
            panic!("no answer: {}", String::from_utf8_lossy(&answer))
        };
        assert_eq!(u16::from(read.status_code), 513);
        assert_eq!(too_long(PLAIN.replace("INVITE", "ACK").as_bytes()), None);
        let response = PLAIN.replace("INVITE sip:12345@desk.invalid SIP/2.0", "SIP/2.0 200 OK");
        assert_eq!(too_long(response.as_bytes()), None);
    }

    proptest! {
        #[test]
        fn any_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = (plain(&bytes), unknown(&bytes), too_long(&bytes));
        }

        #[test]
        fn what_was_made_plain_stays_so(text in "[ -~\r\n\t]{0,80}") {
            let message = format!("NEW sip:a@b SIP/2.0\r\nVia: {text}\r\n\r\nbody / body");
            if let Some(once) = plain(message.as_bytes()) {
                let twice = plain(&once).unwrap_or_else(|| once.clone());
                prop_assert_eq!(twice, once);
            }
        }
    }
}
