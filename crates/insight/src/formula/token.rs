//! A formula's characters as tokens, each with its place.

use super::{Fault, Wrong};
use rust_decimal::Decimal;
use std::fmt;

/// Most characters of a formula.
const MOST: usize = 2000;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Number(Decimal),
    Text(String),
    Sign(&'static str),
    End,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "“{name}”"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "'{text}'"),
            Self::Sign(sign) => write!(f, "“{sign}”"),
            Self::End => f.write_str("the end"),
        }
    }
}

/// The longer sign first.
const SIGNS: [&str; 16] = [
    "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "(", ")", "[", "]", ",", ";",
];

/// The tokens with the character each begins at, from 1; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Fault> {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() > MOST {
        return Err(Fault {
            at: MOST,
            wrong: Wrong::TooLong,
        });
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = characters.get(at).copied() {
        let place = at + 1;
        let take = |at: &mut usize, keep: &dyn Fn(char) -> bool| -> String {
            let mut word = String::new();
            while let Some(c) = characters.get(*at).copied().filter(|c| keep(*c)) {
                word.push(c);
                *at += 1;
            }
            word
        };
        if first.is_whitespace() {
            at += 1;
        } else if first.is_ascii_digit() {
            let word = take(&mut at, &|c| c.is_ascii_digit() || c == '.');
            let number = Decimal::from_str_exact(&word).map_err(|_| Fault {
                at: place,
                wrong: Wrong::Number(word),
            })?;
            found.push((place, Token::Number(number)));
        } else if first.is_ascii_alphabetic() || first == '_' {
            let word = take(&mut at, &|c| c.is_ascii_alphanumeric() || c == '_');
            found.push((place, Token::Name(word)));
        } else if first == '\'' || first == '"' {
            at += 1;
            let word = take(&mut at, &|c| c != first);
            if characters.get(at).is_none() {
                return Err(Fault {
                    at: place,
                    wrong: Wrong::OpenText,
                });
            }
            at += 1;
            found.push((place, Token::Text(word)));
        } else {
            let sign = SIGNS.into_iter().find(|sign| {
                sign.chars()
                    .enumerate()
                    .all(|(i, c)| characters.get(at + i) == Some(&c))
            });
            let Some(sign) = sign else {
                return Err(Fault {
                    at: place,
                    wrong: Wrong::Character(first),
                });
            };
            at += sign.len();
            found.push((place, Token::Sign(sign)));
        }
    }
    found.push((characters.len() + 1, Token::End));
    Ok(found)
}
