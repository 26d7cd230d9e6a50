//! What a head learns from: words, and what became of them.

use super::bank::Target;
use super::feature::{Features, body};
use super::hint;
use crate::encoder::Encoder;
use crate::narrative::Narrative;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One case with what is known of it. Only the normal spelling of the words is needed; give them
/// masked, so that a model cannot hold a number or a name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Example {
    /// What was said.
    pub words: String,
    /// The desk it belonged to.
    #[serde(default)]
    pub desk: Option<String>,
    /// The kind of matter, the first level.
    #[serde(default)]
    pub group: Option<String>,
    /// The row of the list, the second level; means something only with `group`.
    #[serde(default)]
    pub row: Option<String>,
    /// How urgent it was.
    #[serde(default)]
    pub urgency: Option<String>,
    /// The row the rules named, where they named one: see [`Example::ruled_by`].
    #[serde(default)]
    pub ruled: Option<String>,
    /// Whether other rows fired beside it.
    #[serde(default)]
    pub several: bool,
    /// Whether desk, kind and row are those of the list that comes with the program, of which its
    /// ear has heard.
    #[serde(default)]
    pub shipped: bool,
}

/// The heads of the trunk, in their order.
pub(crate) const DESK: usize = 0;
/// See [`DESK`].
pub(crate) const GROUP: usize = 1;
/// See [`DESK`].
pub(crate) const URGENCY: usize = 2;

impl Example {
    /// What the trunk's heads should say.
    pub(crate) fn of_trunk(&self) -> [Option<&str>; 3] {
        [
            self.desk.as_deref(),
            self.group.as_deref(),
            self.urgency.as_deref(),
        ]
    }
}

/// Beginnings that are learnt beside the whole, in characters: while a caller still speaks there
/// is no more. Costs nothing at full length and brings two points at 20 to 40 characters.
const BEGINNINGS: [usize; 2] = [40, 80];

/// Reads a text and its beginnings, as a bank's training asks for them.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    scratch: Vec<u32>,
    pub(crate) encoder: Option<Encoder>,
    /// Whether the ear is asked.
    pub(crate) hinted: bool,
    /// What it said, since a text is read many times while heads are trained.
    heard: HashMap<Box<[char]>, Vec<f32>>,
}

/// Readings whose hints are kept; what comes with the program has less.
const HEARD: usize = 8_192;

impl Reader {
    /// One that asks an encoder too.
    pub(crate) fn with(encoder: Option<Encoder>) -> Self {
        Self {
            encoder,
            ..Self::default()
        }
    }

    pub(crate) fn read(&mut self, words: &str, f: &mut dyn FnMut(&Features)) {
        let whole = Narrative::new(words);
        let chars = body(&whole);
        f(&self.features(chars));
        for length in BEGINNINGS {
            if let Some(beginning) = chars.get(..length).filter(|b| b.len() < chars.len()) {
                f(&self.features(beginning));
            }
        }
    }

    fn features(&mut self, chars: &[char]) -> Features {
        let mut features = Features::of_chars(chars, &mut self.scratch);
        if let Some(encoder) = &self.encoder {
            features.dense = encoder.vector(chars);
        }
        if self.hinted {
            features.hints = self.hints(chars);
        }
        features
    }

    fn hints(&mut self, chars: &[char]) -> Vec<f32> {
        if let Some(heard) = self.heard.get(chars) {
            return heard.clone();
        }
        let hints = hint::points_of(chars);
        if self.heard.len() < HEARD {
            self.heard.insert(chars.into(), hints.clone());
        }
        hints
    }
}

/// Classes in a fixed order, and the number of a class among them.
pub(crate) fn classes<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let set: std::collections::BTreeSet<&str> = names.collect();
    set.into_iter().map(str::to_owned).collect()
}

pub(crate) fn target(heads: &[Vec<String>], wanted: &[Option<&str>]) -> Target {
    let find = |(classes, name): (&Vec<String>, &Option<&str>)| {
        let name = (*name)?;
        classes.binary_search_by(|c| c.as_str().cmp(name)).ok()
    };
    Target {
        classes: heads.iter().zip(wanted).map(find).collect(),
    }
}
