//! Whose number it is that calls: out of the headers, in the order in which they can be believed (R89).

use super::input::CallerHeaders;

/// The original caller's number as the headers say it: P-Asserted-Identity of a `tel:` URI, then of a `sip:` one, then From.
/// `None` if none has a number or the caller is anonymous and nothing was asserted.
#[must_use]
pub fn number(headers: &CallerHeaders) -> Option<String> {
    let tel = headers
        .asserted
        .iter()
        .filter(|value| uri(value).starts_with("tel:"));
    let other = headers
        .asserted
        .iter()
        .filter(|value| !uri(value).starts_with("tel:"));
    tel.chain(other)
        .chain(std::iter::once(&headers.from))
        .find_map(|value| digits(uri(value)))
}

/// The URI of a name-addr or addr-spec.
fn uri(value: &str) -> &str {
    let value = value.trim();
    match value.rsplit_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or(rest),
        None => value.split(';').next().unwrap_or(value),
    }
}

/// The number of a URI: digits and a leading `+`; separators of RFC 3966 are left out.
fn digits(uri: &str) -> Option<String> {
    let (_, rest) = uri.split_once(':')?;
    let user = rest.split(['@', ';', '?']).next().unwrap_or(rest);
    let mut number = String::new();
    for (n, c) in user.chars().enumerate() {
        match c {
            '0'..='9' | '*' | '#' => number.push(c),
            '+' if n == 0 => number.push(c),
            '-' | '.' | '(' | ')' => {}
            _ => return None,
        }
    }
    (number.chars().any(|c| c.is_ascii_digit()) && number.len() <= 32).then_some(number)
}

#[cfg(test)]
mod test {
    use super::*;

    fn asserted(from: &str, asserted: &[&str]) -> Option<String> {
        number(&CallerHeaders {
            from: from.to_owned(),
            asserted: asserted.iter().map(|&v| v.to_owned()).collect(),
            ..CallerHeaders::default()
        })
    }

    #[test]
    fn r89_an_asserted_number_is_believed_before_from() {
        let from = "\"Desk\" <sip:110@a.invalid>;tag=1";
        assert_eq!(asserted(from, &[]).as_deref(), Some("110"));
        assert_eq!(
            asserted(from, &["<sip:10000000042@b.invalid;user=phone>"]).as_deref(),
            Some("10000000042")
        );
        assert_eq!(
            asserted(
                from,
                &["<sip:10000000042@b.invalid>", "<tel:+86-100-0000-0043>"]
            )
            .as_deref(),
            Some("+8610000000043")
        );
        assert_eq!(
            asserted("sip:10000000042@a.invalid;tag=x", &[]).as_deref(),
            Some("10000000042")
        );
        assert_eq!(
            asserted("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1", &[]),
            None
        );
    }
}
