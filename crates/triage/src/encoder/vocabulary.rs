//! The vocabulary of an encoder, one token a line as such models are published: Chinese characters one
//! by one, other words whole or in pieces that go on with `##`.

use std::collections::HashMap;

/// Begins every text.
const BEGIN: &str = "[CLS]";
/// Ends it.
const END: &str = "[SEP]";
/// Stands for what is not in the vocabulary.
const UNKNOWN: &str = "[UNK]";
/// Lines of a vocabulary, at most.
const TOKENS_MOST: usize = 500_000;
/// Characters of a token, and of a word that is looked for in pieces.
const LONGEST: usize = 64;

/// Tokens and their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    numbers: HashMap<String, i32>,
    begin: i32,
    end: i32,
    unknown: i32,
}

impl Vocabulary {
    /// Reads a vocabulary.
    ///
    /// # Errors
    /// The line and what is wrong there.
    pub fn read(bytes: &[u8]) -> Result<Self, (String, String)> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let (before, _) = bytes
                .split_at_checked(error.valid_up_to())
                .unwrap_or_default();
            let line = before.split(|b| *b == b'\n').count();
            (format!("line {line}"), "it is no UTF-8".to_owned())
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut numbers = HashMap::new();
        for (at, line) in text.lines().enumerate() {
            let token = line.trim_end_matches('\r');
            let wrong = |why: String| (format!("line {}", at + 1), why);
            if at >= TOKENS_MOST {
                return Err(wrong(format!("more than {TOKENS_MOST} tokens")));
            }
            if token.is_empty() || token.chars().count() > LONGEST {
                let why = format!("{token:?} is no token of 1 to {LONGEST} characters");
                return Err(wrong(why));
            }
            let number = i32::try_from(at).unwrap_or(i32::MAX);
            if numbers.insert(token.to_owned(), number).is_some() {
                return Err(wrong(format!("{token:?} stands twice")));
            }
        }
        let mark = |mark: &str| {
            let number = numbers.get(mark).copied();
            number.ok_or_else(|| ("the whole".to_owned(), format!("{mark} is missing")))
        };
        Ok(Self {
            begin: mark(BEGIN)?,
            end: mark(END)?,
            unknown: mark(UNKNOWN)?,
            numbers,
        })
    }

    /// How many tokens there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is none; never so of one that was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The number that stands for what is not in it.
    pub(super) const fn unknown(&self) -> i32 {
        self.unknown
    }

    /// Tokens between the marks of beginning and end.
    pub(super) fn of(&self, inner: &[i32]) -> Vec<i32> {
        let mut all = Vec::with_capacity(inner.len() + 2);
        all.push(self.begin);
        all.extend_from_slice(inner);
        all.push(self.end);
        all
    }

    /// The numbers of a text: at most `most` tokens and the two marks. Total, and linear in the length
    /// of what is read.
    #[must_use]
    pub fn tokens(&self, chars: &[char], most: usize) -> Vec<i32> {
        let mut inner: Vec<i32> = Vec::new();
        let mut at = 0;
        while let Some(&c) = chars.get(at).filter(|_| inner.len() < most) {
            if c.is_whitespace() || c.is_control() {
                at += 1;
                continue;
            }
            let is_word = |c: &char| c.is_alphanumeric() && !is_han(*c);
            let rest = chars.get(at..).unwrap_or_default();
            let long = rest.iter().take_while(|c| is_word(c)).count();
            if long == 0 {
                inner.push(self.single(c));
                at += 1;
            } else {
                let word: String = rest
                    .iter()
                    .take(long)
                    .flat_map(|c| c.to_lowercase())
                    .collect();
                self.pieces(&word, &mut inner);
                at += long;
            }
        }
        inner.truncate(most);
        self.of(&inner)
    }

    fn single(&self, c: char) -> i32 {
        let mut bytes = [0; 4];
        let token: &str = c.encode_utf8(&mut bytes);
        self.numbers.get(token).copied().unwrap_or(self.unknown)
    }

    /// The longest pieces from the left; a word that does not come out whole is unknown.
    fn pieces(&self, word: &str, inner: &mut Vec<i32>) {
        let before = inner.len();
        let chars: Vec<char> = word.chars().collect();
        let mut from = 0;
        while from < chars.len() {
            let most = (from + LONGEST).min(chars.len());
            let found = (from + 1..=most).rev().find_map(|to| {
                let mut piece = String::from(if from == 0 { "" } else { "##" });
                piece.extend(chars.get(from..to)?);
                Some((to, *self.numbers.get(&piece)?))
            });
            let Some((to, number)) = found.filter(|_| chars.len() <= LONGEST) else {
                inner.truncate(before);
                inner.push(self.unknown);
                return;
            };
            inner.push(number);
            from = to;
        }
    }
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n着\n火\n，\nwi\n##fi\n110\n";

    fn tokens(text: &str) -> Vec<i32> {
        let vocabulary = Vocabulary::read(WORDS.as_bytes()).unwrap();
        vocabulary.tokens(&text.chars().collect::<Vec<_>>(), 6)
    }

    #[test]
    fn characters_one_by_one_and_other_words_in_pieces() {
        assert_eq!(tokens("着火，"), [2, 4, 5, 6, 3]);
        assert_eq!(tokens("WiFi 着火"), [2, 7, 8, 4, 5, 3]);
        assert_eq!(tokens("110"), [2, 9, 3]);
        assert_eq!(
            tokens("wifix"),
            [2, 1, 3],
            "a word that does not come out whole"
        );
        assert_eq!(tokens("猫\u{200b}\0 "), [2, 1, 1, 3]);
        assert_eq!(tokens(""), [2, 3]);
        assert_eq!(tokens(&"着".repeat(100)).len(), 8);
        assert_eq!(tokens(&"wifi".repeat(1_000)), [2, 1, 3]);
    }

    #[test]
    fn what_is_no_vocabulary_is_refused_with_its_line() {
        let refused = |text: &[u8]| Vocabulary::read(text).unwrap_err();
        assert_eq!(refused(b"[UNK]\n[CLS]\n\xff").0, "line 3");
        let (place, why) = refused("[UNK]\n[CLS]\n[SEP]\n着\n着".as_bytes());
        assert_eq!((place.as_str(), why.contains("twice")), ("line 5", true));
        assert_eq!(refused(b"[UNK]\n\n[SEP]").0, "line 2");
        assert_eq!(refused(b"[UNK]\n[SEP]").1, "[CLS] is missing");
        assert_eq!(refused(b"").0, "the whole");
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_tokens_and_not_too_many(text in "\\PC{0,60}") {
            let all = tokens(&text);
            proptest::prop_assert!((2..=8).contains(&all.len()));
        }

        #[test]
        fn any_bytes_are_a_vocabulary_or_refused(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            let _ = Vocabulary::read(&bytes);
        }
    }
}
