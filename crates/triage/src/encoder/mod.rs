//! The encoder 编码器: an ONNX file beside the program that turns words into a vector, which the heads
//! take beside the runs of characters. It is optional twice over: the program is built with it
//! (feature `encoder`) and a site has the file. Without either nothing is slower, larger or otherwise
//! than it was; with it a call costs what the file's layers cost.
//!
//! A wrong file is refused whole, with file, place and reason, before it has said a word.

#[cfg(not(feature = "encoder"))]
mod absent;
#[cfg(any(feature = "encoder", test))]
mod frame;
#[cfg(feature = "encoder")]
mod onnx;
mod vocabulary;

#[cfg(not(feature = "encoder"))]
use absent::Session;
#[cfg(feature = "encoder")]
use onnx::Session;
pub use vocabulary::Vocabulary;

use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The file of the vocabulary, in the folder of the model.
pub(crate) const VOCABULARY: &str = "vocab.txt";
/// Characters of a narrative that are read. What a caller wants stands at the beginning, and the time
/// of the layers grows with the length.
const MOST: usize = 126;
/// A larger file is no encoder for a desk.
const BYTES_MOST: u64 = 1 << 30;
/// Numbers of a vector, at least and at most.
const WIDTH: std::ops::RangeInclusive<usize> = 2..=4_096;
/// Tokens a model may know beyond its vocabulary: tables are rounded up to a multiple of 128.
const SPARE: usize = 128;
/// Vectors that are kept, twice: training asks for the same words again and again.
const KEPT: usize = 30_000;

/// Why an encoder is refused.
#[derive(Debug, thiserror::Error)]
#[error("{}, {place}", file.display())]
pub struct EncoderError {
    /// Which file.
    pub file: PathBuf,
    /// Where in it: a line, an input, an output, the whole.
    pub place: String,
    /// What is wrong.
    #[source]
    pub why: EncoderFault,
}

/// What is wrong with an encoder.
#[derive(Debug, thiserror::Error)]
pub enum EncoderFault {
    /// The program was built without the feature.
    #[error("this program was built without the feature `encoder`")]
    NotBuilt,
    /// The file cannot be read.
    #[error("it cannot be read")]
    Unreadable(#[source] std::io::Error),
    /// The file is larger than any encoder for a desk.
    #[error("it is larger than {BYTES_MOST} bytes")]
    TooLarge,
    /// No vocabulary.
    #[error("{0}")]
    Vocabulary(String),
    /// No ONNX file, or one with parts nobody knows.
    #[error("it is no model that can be run: {0}")]
    Model(String),
    /// Inputs or outputs of another shape.
    #[error("{0}")]
    Shape(String),
    /// The vocabulary is another model's.
    #[error("the vocabulary is not this model's: {0}")]
    Mismatch(String),
}

/// An encoder, ready. Cheap to copy.
#[derive(Clone)]
pub struct Encoder {
    inner: Arc<Inner>,
}

struct Inner {
    /// The first half of the digest over both files: models learnt with one encoder are not asked with
    /// another.
    name: String,
    width: usize,
    vocabulary: Vocabulary,
    session: Session,
    memory: Mutex<Memory>,
}

/// Vectors of words that were asked for before: a young generation and the one before it.
#[derive(Default)]
struct Memory {
    young: HashMap<Vec<i32>, Arc<[i8]>>,
    old: HashMap<Vec<i32>, Arc<[i8]>>,
}

impl Memory {
    fn get(&mut self, tokens: &[i32]) -> Option<Arc<[i8]>> {
        if let Some(known) = self.young.get(tokens) {
            return Some(Arc::clone(known));
        }
        let known = self.old.remove(tokens)?;
        self.put(tokens.to_vec(), Arc::clone(&known));
        Some(known)
    }

    fn put(&mut self, tokens: Vec<i32>, vector: Arc<[i8]>) {
        if self.young.len() >= KEPT {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(tokens, vector);
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder")
            .field("name", &self.inner.name)
            .field("width", &self.inner.width)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Encoder {
    fn eq(&self, other: &Self) -> bool {
        self.inner.name == other.inner.name
    }
}

/// Why a session was refused: where, and what is wrong.
type Refused = (String, EncoderFault);

impl Encoder {
    /// Opens an encoder: the model at `path`, and `vocab.txt` beside it. The model takes `input_ids`
    /// and may take `attention_mask` and `token_type_ids`; its first output is a vector for each token
    /// or one for all of them. It is tried on the vocabulary before it is taken.
    ///
    /// # Errors
    /// [`EncoderError`] with file, place and reason.
    pub fn open(path: &Path) -> Result<Self, EncoderError> {
        let of_model = |(place, why): Refused| EncoderError {
            file: path.to_owned(),
            place,
            why,
        };
        if !Session::BUILT {
            return Err(of_model(("the whole".to_owned(), EncoderFault::NotBuilt)));
        }
        let beside = path.with_file_name(VOCABULARY);
        let of_vocabulary = |(place, why): Refused| EncoderError {
            file: beside.clone(),
            place,
            why,
        };
        let bytes = read(path).map_err(of_model)?;
        let words = read(&beside).map_err(of_vocabulary)?;
        let vocabulary = Vocabulary::read(&words)
            .map_err(|(place, why)| of_vocabulary((place, EncoderFault::Vocabulary(why))))?;
        let digest = Sha256::new().chain_update(&bytes).chain_update(&words);
        let digest = digest.finalize();
        let name: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
        let session = Session::open(bytes).map_err(of_model)?;
        let width = try_out(&session, &vocabulary).map_err(|(place, why)| match why {
            EncoderFault::Mismatch(_) => of_vocabulary((place, why)),
            _ => of_model((place, why)),
        })?;
        Ok(Self {
            inner: Arc::new(Inner {
                name,
                width,
                vocabulary,
                session,
                memory: Mutex::default(),
            }),
        })
    }

    /// Whether this program was built with it.
    #[must_use]
    pub const fn is_built() -> bool {
        Session::BUILT
    }

    /// The first half of the digest over model and vocabulary, in hexadecimal.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Numbers of a vector.
    #[must_use]
    pub fn width(&self) -> usize {
        self.inner.width
    }

    /// The vector of normal characters, of length one; empty for no words, and should the model fail
    /// on them: the heads then go by the words alone.
    ///
    /// Each number is rounded to a 127th of the largest, so that processors that add in another
    /// order come to the same, and training can keep many.
    #[must_use]
    pub fn vector(&self, chars: &[char]) -> Vec<f32> {
        let tokens = self.inner.vocabulary.tokens(chars, MOST);
        if tokens.len() <= 2 {
            return Vec::new();
        }
        let memory = || {
            let memory = self.inner.memory.lock();
            memory.unwrap_or_else(PoisonError::into_inner)
        };
        let known = memory().get(&tokens);
        let steps = known.unwrap_or_else(|| {
            let pooled = self.inner.session.pooled(&tokens);
            let fits = pooled.ok().filter(|v| v.len() == self.inner.width);
            let steps: Arc<[i8]> = fits.map(|v| in_steps(&v)).unwrap_or_default().into();
            memory().put(tokens, Arc::clone(&steps));
            steps
        });
        of_length_one(&steps)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Refused> {
    let whole = || "the whole".to_owned();
    let unreadable = |error| (whole(), EncoderFault::Unreadable(error));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > BYTES_MOST {
        return Err((whole(), EncoderFault::TooLarge));
    }
    std::fs::read(path).map_err(unreadable)
}

/// Runs the model on the vocabulary's ends; gives the width of its vectors.
fn try_out(session: &Session, vocabulary: &Vocabulary) -> Result<usize, Refused> {
    let output = || "output 1".to_owned();
    let vector = session.pooled(&vocabulary.of(&[vocabulary.unknown()]))?;
    let width = vector.len();
    if !WIDTH.contains(&width) {
        let (least, most) = (WIDTH.start(), WIDTH.end());
        let why = format!("vectors of {width} numbers; {least} to {most} are taken");
        return Err((output(), EncoderFault::Shape(why)));
    }
    if vector.iter().any(|x| !x.is_finite()) {
        let why = "the vector holds what is no number".to_owned();
        return Err((output(), EncoderFault::Shape(why)));
    }
    let count = vocabulary.len();
    let last = i32::try_from(count.saturating_sub(1)).unwrap_or(i32::MAX);
    if let Err((_, fault)) = session.pooled(&vocabulary.of(&[last])) {
        let why = format!("the model does not know the last of {count} tokens ({fault})");
        return Err((format!("line {count}"), EncoderFault::Mismatch(why)));
    }
    let beyond = last.saturating_add(i32::try_from(SPARE).unwrap_or(i32::MAX));
    if session.pooled(&vocabulary.of(&[beyond])).is_ok() {
        let why = format!("the model knows more than {SPARE} tokens behind the last of {count}");
        return Err((format!("line {count}"), EncoderFault::Mismatch(why)));
    }
    Ok(width)
}

#[expect(
    clippy::as_conversions,
    reason = "rounded, and not beyond 127 on either side"
)]
fn in_steps(vector: &[f32]) -> Vec<i8> {
    let most = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    if !(most > 0.0 && most.is_finite()) {
        return Vec::new();
    }
    let step = |x: &f32| (x / most * 127.0).round() as i8;
    vector.iter().map(step).collect()
}

fn of_length_one(steps: &[i8]) -> Vec<f32> {
    let squares: f32 = steps.iter().map(|s| f32::from(*s) * f32::from(*s)).sum();
    if squares <= 0.0 {
        return Vec::new();
    }
    let length = squares.sqrt();
    steps.iter().map(|s| f32::from(*s) / length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_has_length_one_and_small_differences_are_no_difference() {
        let one = of_length_one(&in_steps(&[3.0, -4.0, 0.0]));
        let length: f32 = one.iter().map(|x| x * x).sum();
        assert!((length - 1.0).abs() < 1e-5, "{length}");
        assert_eq!(
            in_steps(&[3.0, -4.0, 0.0]),
            in_steps(&[3.000_01, -4.0, 0.000_01])
        );
        assert!(of_length_one(&in_steps(&[0.0, 0.0])).is_empty());
        assert!(in_steps(&[f32::NAN, f32::INFINITY]).is_empty());
    }

    #[test]
    fn what_was_asked_for_lately_is_kept_and_the_rest_forgotten() {
        let mut memory = Memory::default();
        let token = |n: usize| vec![i32::try_from(n).unwrap()];
        for n in 0..KEPT * 2 + 1 {
            memory.put(token(n), Arc::from([1_i8]));
            let _ = memory.get(&token(7));
        }
        assert!(memory.young.len() + memory.old.len() <= 2 * KEPT);
        assert!(memory.get(&token(7)).is_some());
        assert!(memory.get(&token(8)).is_none());
    }

    #[cfg(not(feature = "encoder"))]
    #[test]
    fn a_program_without_it_says_so() {
        let refused = Encoder::open(Path::new("encoder.onnx")).unwrap_err();
        assert!(!Encoder::is_built());
        assert_eq!(refused.to_string(), "encoder.onnx, the whole");
        assert!(matches!(refused.why, EncoderFault::NotBuilt));
    }
}
