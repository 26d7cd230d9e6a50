//! Header values as text: lists are taken apart, numbers and names made safe before they are sent.

/// The longest value we send on from another network.
const LONGEST: usize = 512;

/// The parts of a value with commas, as they are in quotes and angle brackets left alone.
#[must_use]
pub fn parts(value: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped, mut bracketed) = (false, false, false);
    for letter in value.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '<' if !quoted => bracketed = true,
            '>' if !quoted => bracketed = false,
            ',' if !quoted && !bracketed => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts
        .iter()
        .map(|p| p.trim().to_owned())
        .filter(|p| !p.is_empty())
        .collect()
}

/// The URI of a name-addr or addr-spec, without brackets and header parameters.
#[must_use]
pub fn uri(value: &str) -> &str {
    let mut quoted = false;
    let mut escaped = false;
    for (place, letter) in value.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '<' if !quoted => {
                let rest = value.get(place + 1..).unwrap_or("");
                return rest.split('>').next().unwrap_or("").trim();
            }
            _ => {}
        }
    }
    value.split(';').next().unwrap_or("").trim()
}

/// The user part of a `sip:`, `sips:` or `tel:` URI, percent-decoded; `None` if it has none.
#[must_use]
pub fn user(value: &str) -> Option<String> {
    let uri = uri(value);
    let (scheme, rest) = uri.split_once(':')?;
    let rest = rest.split('?').next()?;
    let user = match scheme.to_ascii_lowercase().as_str() {
        "tel" => rest.split(';').next()?,
        "sip" | "sips" => rest.rsplit_once('@')?.0.split([';', ':']).next()?,
        _ => return None,
    };
    let user = decoded(user);
    (!user.is_empty()).then_some(user)
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let pair = (byte == b'%')
            .then(|| hex(ahead.next()).zip(hex(ahead.next())))
            .flatten();
        if let Some((high, low)) = pair {
            bytes.push(high << 4 | low);
            rest = ahead;
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(byte: Option<u8>) -> Option<u8> {
    char::from(byte?)
        .to_digit(16)
        .and_then(|d| u8::try_from(d).ok())
}

/// A number or name as the user part of a URI: what may not stand there is percent-encoded.
#[must_use]
pub fn encoded(user: &str) -> String {
    let mut text = String::new();
    for byte in user.bytes().take(128) {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' | b'*' | b'+' | b'\'' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// Whether a number can stand in a `tel:` URI.
#[must_use]
pub fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty()
        && digits
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'#'))
}

/// A display name in quotes.
#[must_use]
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", escaped(name))
}

/// A display name as it stands within quotes.
#[must_use]
pub fn escaped(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars().filter(|c| !c.is_control()).take(64) {
        if matches!(letter, '"' | '\\') {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

/// A value from elsewhere that is sent on: one line, not too long.
#[must_use]
pub fn passed_on(value: &str) -> String {
    value
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect()
}

/// Bytes in hex, lower case.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Hex, as bytes; `None` if it is not.
#[must_use]
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.chunks_exact(2)
        .map(|pair| {
            let (high, low) = (hex(pair.first().copied())?, hex(pair.last().copied())?);
            Some(high << 4 | low)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_are_taken_apart_at_commas_that_part() {
        let value = r#""Li, \"A\"" <sip:1,2@a.invalid>;x=1, <tel:+100>, sip:3@b.invalid"#;
        assert_eq!(
            parts(value),
            [
                r#""Li, \"A\"" <sip:1,2@a.invalid>;x=1"#,
                "<tel:+100>",
                "sip:3@b.invalid"
            ]
        );
    }

    #[test]
    fn the_user_is_found_wherever_it_stands() {
        for (value, expected) in [
            (
                r#""a <b>" <sip:10012345678@a.invalid;user=phone>;tag=1"#,
                Some("10012345678"),
            ),
            ("sip:110@a.invalid;tag=3", Some("110")),
            (
                "<tel:+8610012345678;phone-context=x>",
                Some("+8610012345678"),
            ),
            ("<sip:a%20b;isub=1@a.invalid>", Some("a b")),
            ("<sip:a.invalid>", None),
            ("rubbish", None),
            ("<mailto:a@b.invalid>", None),
        ] {
            assert_eq!(user(value).as_deref(), expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_sent_breaks_a_line(text in any::<String>()) {
            for sent in [encoded(&text), quoted(&text), passed_on(&text)] {
                prop_assert!(!sent.contains(['\r', '\n', '\0']));
            }
            prop_assert!(encoded(&text).bytes().all(|b| b.is_ascii_graphic()));
        }

        #[test]
        fn a_user_comes_back_as_it_was(text in "[0-9a-z #%:;@<>\"*+]{1,20}") {
            let value = format!("<sip:{}@a.invalid>", encoded(&text));
            prop_assert_eq!(user(&value), Some(text));
        }

        #[test]
        fn hex_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..40), rubbish: String) {
            prop_assert_eq!(from_hex(&to_hex(&bytes)), Some(bytes));
            let _ = from_hex(&rubbish);
            let _ = parts(&rubbish);
            let _ = user(&rubbish);
        }
    }
}
