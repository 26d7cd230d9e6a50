//! Danger words known by their sound, for what speech recognition and hasty typing make of them:
//! 又人要跳搂 is 有人要跳楼.
//!
//! Most of a word has to stand as it is written; what differs has to sound the same. Short words
//! are only known by sound where the rules say so, since half the language sounds like them.

use super::Run;
use daachorse::CharwiseDoubleArrayAhoCorasick;
use pinyin::ToPinyin as _;
use std::collections::BTreeMap;

/// Stands for what has no sound.
const SILENT: char = '\u{f8ff}';
/// Sounds are written as characters from here on.
const FIRST: u32 = 0xe000;
/// First and last Chinese character that has a sound here.
const HAN: (u32, u32) = (0x4e00, 0x9fff);

/// A character's sound without its tone; z and zh, c and ch, s and sh, n and ng at the end are one.
fn sound(c: char) -> Option<String> {
    let plain = c.to_pinyin()?.plain();
    let mut out = String::with_capacity(plain.len());
    let mut letters = plain.chars().peekable();
    while let Some(letter) = letters.next() {
        let swallowed = match letter {
            'z' | 'c' | 's' => letters.peek() == Some(&'h'),
            'n' => letters.peek() == Some(&'g'),
            _ => false,
        };
        if swallowed {
            letters.next();
        }
        out.push(letter);
    }
    Some(out)
}

/// The words that are known by sound, compiled.
pub(crate) struct Sounds {
    /// The sound of each Chinese character, as a character.
    table: Vec<char>,
    automaton: Option<CharwiseDoubleArrayAhoCorasick<usize>>,
    /// For each sound: the words that have it, with what each is good for.
    words: Vec<Vec<(Vec<char>, super::Role)>>,
    length: Vec<usize>,
    not: Vec<Vec<char>>,
}

impl std::fmt::Debug for Sounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sounds")
            .field("sounds", &self.words.len())
            .finish_non_exhaustive()
    }
}

impl Sounds {
    /// `short` are the words of two characters that are known by sound, too; `not` is what sounds
    /// like danger and is none. All in their normal spelling.
    pub(crate) fn compile<'a>(
        words: impl Iterator<Item = (Vec<char>, super::Role)>,
        short: &[Vec<char>],
        not: impl Iterator<Item = &'a Vec<char>>,
    ) -> Result<Self, String> {
        let mut numbers: BTreeMap<String, char> = BTreeMap::new();
        let mut by_sound: BTreeMap<String, Vec<(Vec<char>, super::Role)>> = BTreeMap::new();
        for (word, role) in words {
            // What has to stand near another word may be short: one alone does nothing.
            let beside = matches!(role, super::Role::Near(_));
            if word.len() < 2 || (word.len() == 2 && !beside && !short.contains(&word)) {
                continue;
            }
            let mut written = String::new();
            for &c in &word {
                let Some(sound) = sound(c) else { break };
                let next = FIRST + u32::try_from(numbers.len()).unwrap_or(0);
                let number = *numbers
                    .entry(sound)
                    .or_insert_with(|| char::from_u32(next).unwrap_or(SILENT));
                written.push(number);
            }
            if written.chars().count() == word.len() {
                by_sound.entry(written).or_default().push((word, role));
            }
        }
        let (sounds, words): (Vec<String>, Vec<_>) = by_sound.into_iter().unzip();
        let length = sounds.iter().map(|s| s.chars().count()).collect();
        let automaton = if sounds.is_empty() {
            None
        } else {
            let numbered = sounds.iter().enumerate().map(|(i, s)| (s, i));
            let built = CharwiseDoubleArrayAhoCorasick::with_values(numbered);
            Some(built.map_err(|error| error.to_string())?)
        };
        let table = (HAN.0..=HAN.1)
            .map(|c| {
                let sound = char::from_u32(c).and_then(sound);
                let number = sound.and_then(|s| numbers.get(&s).copied());
                number.unwrap_or(SILENT)
            })
            .collect();
        Ok(Self {
            table,
            automaton,
            words,
            length,
            not: not.cloned().collect(),
        })
    }

    /// Every word that is heard and not written, in order of ends.
    pub(crate) fn heard(&self, chars: &[char], mut f: impl FnMut(super::Role, Run)) {
        let Some(automaton) = &self.automaton else {
            return;
        };
        let number = |c: &char| {
            let at = usize::try_from(u32::from(*c).checked_sub(HAN.0)?).ok()?;
            self.table.get(at).copied()
        };
        let written: String = chars.iter().map(|c| number(c).unwrap_or(SILENT)).collect();
        // Every sound is written with three bytes.
        for hit in automaton.find_overlapping_iter(&written) {
            let end = hit.end() / 3;
            let Some(&length) = self.length.get(hit.value()) else {
                continue;
            };
            let run = Run {
                start: end.saturating_sub(length),
                end,
            };
            let here = chars.get(run.start..run.end).unwrap_or_default();
            if self.not.iter().any(|not| covers(chars, run, not)) {
                continue;
            }
            for (word, role) in self.words.get(hit.value()).into_iter().flatten() {
                crate::steps::step();
                let wrong = word.iter().zip(here).filter(|(a, b)| a != b).count();
                if (1..=length / 2).contains(&wrong) {
                    f(*role, run);
                }
            }
        }
    }
}

/// Whether `word` stands somewhere over the whole of `run`, or is a part of it.
fn covers(chars: &[char], run: Run, word: &[char]) -> bool {
    let size = run.end - run.start;
    if word.len() <= size {
        let here = chars.get(run.start..run.end).unwrap_or_default();
        return here.windows(word.len()).any(|w| w == word);
    }
    (0..=word.len() - size).any(|before| {
        let from = run.start.checked_sub(before);
        from.and_then(|from| chars.get(from..from + word.len())) == Some(word)
    })
}
