//! The answer to our challenge (RFC 7616, RFC 8760). Of our own, because the stack below knows the
//! names of the algorithms only without their hyphen, and counts nonces in decimal.

use md5::{Digest as _, Md5};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// What an Authorization header says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Answer {
    pub(super) user: String,
    pub(super) realm: String,
    pub(super) nonce: String,
    uri: String,
    response: String,
    pub(super) sha256: bool,
    /// `nc` and `cnonce`, with `qop=auth`.
    counted: Option<(String, String)>,
}

impl Answer {
    /// Reads a header's value; `None` for another scheme, an algorithm or protection we did not offer.
    pub(super) fn read(value: &str) -> Option<Self> {
        let (scheme, parameters) = value.trim().split_once(char::is_whitespace)?;
        if !scheme.eq_ignore_ascii_case("Digest") {
            return None;
        }
        let mut answer = Self::default();
        let (mut count, mut cnonce, mut auth) = (None, None, false);
        for parameter in super::value::parts(parameters) {
            let (name, value) = parameter.split_once('=')?;
            let value = unquoted(value.trim());
            match name.trim().to_ascii_lowercase().as_str() {
                "username" => answer.user = value,
                "realm" => answer.realm = value,
                "nonce" => answer.nonce = value,
                "uri" => answer.uri = value,
                "response" => answer.response = value,
                "algorithm" if value.eq_ignore_ascii_case("SHA-256") => answer.sha256 = true,
                "algorithm" if !value.eq_ignore_ascii_case("MD5") => return None,
                "qop" if value == "auth" => auth = true,
                "qop" => return None,
                "nc" => count = Some(value),
                "cnonce" => cnonce = Some(value),
                _ => {}
            }
        }
        if auth {
            answer.counted = Some((count?, cnonce?));
        }
        Some(answer)
    }

    /// Whether whoever answered knows the password.
    pub(super) fn proves(&self, password: &str, method: &str) -> bool {
        let hash = if self.sha256 { sha256 } else { md5 };
        let who = hash(&format!("{}:{}:{password}", self.user, self.realm));
        let what = hash(&format!("{method}:{}", self.uri));
        let nonce = &self.nonce;
        let expected = hash(&match &self.counted {
            Some((count, cnonce)) => format!("{who}:{nonce}:{count}:{cnonce}:auth:{what}"),
            None => format!("{who}:{nonce}:{what}"),
        });
        let given = self.response.to_ascii_lowercase();
        expected.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut text = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        text.push(if letter == '\\' {
            letters.next().unwrap_or('\\')
        } else {
            letter
        });
    }
    text
}

fn md5(text: &str) -> String {
    super::value::to_hex(&Md5::digest(text.as_bytes()))
}

fn sha256(text: &str) -> String {
    super::value::to_hex(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7616, 3.9.1.
    fn example(algorithm: &str, response: &str) -> String {
        format!(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", \
             algorithm={algorithm}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
             nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, \
             response=\"{response}\""
        )
    }

    #[test]
    fn the_examples_of_the_standard_are_proven() {
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            (
                "SHA-256",
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
        ] {
            let answer = Answer::read(&example(algorithm, response)).expect("an answer");
            assert!(answer.proves("Circle of Life", "GET"), "{algorithm}");
            assert!(!answer.proves("Circle of Death", "GET"));
            assert!(!answer.proves("Circle of Life", "PUT"));
        }
    }

    #[test]
    fn what_was_not_offered_is_refused() {
        assert_eq!(Answer::read(&example("MD5-sess", "0")), None);
        assert_eq!(Answer::read("Basic abc"), None);
        assert_eq!(Answer::read("Digest"), None);
        let without = example("MD5", "0").replace("nc=00000001, ", "");
        assert_eq!(Answer::read(&without), None);
        assert_eq!(unquoted(r#""a\"b\\""#), r#"a"b\"#);
    }
}
