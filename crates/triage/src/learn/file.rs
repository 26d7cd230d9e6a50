//! A model as bytes: a magic word, the format's version, the parts, and a digest over all of it.

use super::bank::Bank;
use super::calibration::Calibration;
use super::hint;
use super::model::Model;
use super::opinion::Trust;
use crate::encoder::Encoder;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a model's bytes begin with; the digit is the format's version. Features hash to slots by a
/// function that belongs to the version.
const MAGIC: &[u8; 8] = b"LDTRIAG2";
/// The same of a model that was learnt with an encoder: its name and the width of its vectors follow.
const BESIDE: &[u8; 8] = b"LDTRIAE2";
const DIGEST: usize = 32;
/// Longer lists than this are no model.
const MOST: usize = 1 << 26;

/// Why bytes are no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Another kind of file, or another version of the format.
    #[error("not a model of this version")]
    Version,
    /// The digest does not fit.
    #[error("the model is damaged: its digest does not fit its bytes")]
    Digest,
    /// The digest fits and the parts do not.
    #[error("the model's parts do not fit together")]
    Parts,
    /// It was learnt with another ear than the program's.
    #[error("the model was learnt with the ear of another version of the program; learn it anew")]
    Ear,
    /// It was learnt with an encoder that is not here.
    #[error("the model was learnt with an encoder that is not here")]
    Encoder,
}

impl Model {
    /// The model as bytes. The same model gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.put(&mut out);
        let digest = Sha256::digest(&out);
        out.extend_from_slice(&digest);
        out
    }

    /// Everything but the digest.
    fn put(&self, out: &mut impl Sink) {
        match &self.encoder {
            None => out.put(MAGIC),
            Some(encoder) => {
                out.put(BESIDE);
                put_text(out, encoder.name());
                put_len(out, encoder.width());
            }
        }
        put_text(
            out,
            if self.is_hinted() {
                hint::version()
            } else {
                ""
            },
        );
        put_u64(out, self.trained);
        put_u64(out, self.since);
        for calibration in &self.calibrations {
            for x in [
                calibration.temperature,
                calibration.belongs,
                calibration.sure,
            ] {
                put_f64(out, x);
            }
            put_len(out, calibration.steps.len());
            for (claimed, so) in &calibration.steps {
                put_f64(out, *claimed);
                put_f64(out, *so);
            }
        }
        for (right, seen) in self.trust.counts.iter().flatten() {
            put_f64(out, *right);
            put_f64(out, *seen);
        }
        put_bank(out, &self.trunk);
        put_len(out, self.leaves.len());
        for (kind, leaf) in &self.leaves {
            put_text(out, kind);
            put_bank(out, leaf);
        }
    }

    /// Reads what [`Model::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`ModelError`] for anything else; bytes that were changed are never half read.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        Self::from_bytes_with(bytes, None)
    }

    /// The same, of a model that may have been learnt with this encoder.
    ///
    /// # Errors
    /// [`ModelError`]; [`ModelError::Encoder`] if it was learnt with another one.
    pub fn from_bytes_with(bytes: &[u8], encoder: Option<&Encoder>) -> Result<Self, ModelError> {
        let split = bytes.len().checked_sub(DIGEST).ok_or(ModelError::Version)?;
        let (body, digest) = bytes.split_at(split);
        let plain = body.strip_prefix(MAGIC);
        let rest = plain.or_else(|| body.strip_prefix(BESIDE));
        let mut source = Source {
            rest: rest.ok_or(ModelError::Version)?,
            dense: 0,
        };
        if Sha256::digest(body).as_slice() != digest {
            return Err(ModelError::Digest);
        }
        let mut learnt_with = None;
        if plain.is_none() {
            let name = source.text().ok_or(ModelError::Parts)?;
            source.dense = source.len().ok_or(ModelError::Parts)?;
            let same = |e: &&Encoder| e.name() == name && e.width() == source.dense;
            learnt_with = Some(encoder.filter(same).ok_or(ModelError::Encoder)?);
        }
        let ear = source.text().ok_or(ModelError::Parts)?;
        if !ear.is_empty() && ear != hint::version() {
            return Err(ModelError::Ear);
        }
        let mut model = source.model().ok_or(ModelError::Parts)?;
        model.encoder = learnt_with.cloned();
        if source.rest.is_empty() {
            Ok(model)
        } else {
            Err(ModelError::Parts)
        }
    }

    /// The first half of the digest over the model, in hexadecimal: what a suggestion quotes.
    #[must_use]
    pub fn version(&self) -> String {
        let mut digest = Sha256::new();
        self.put(&mut digest);
        let half = digest.finalize();
        half.iter().take(8).map(|b| format!("{b:02x}")).collect()
    }
}

/// Where a model's bytes go: into memory, or only through a digest, since they are many.
trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl Sink for Sha256 {
    fn put(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

fn put_u64(out: &mut impl Sink, x: u64) {
    out.put(&x.to_le_bytes());
}

fn put_f64(out: &mut impl Sink, x: f64) {
    out.put(&x.to_le_bytes());
}

fn put_len(out: &mut impl Sink, n: usize) {
    put_u64(out, u64::try_from(n).unwrap_or(u64::MAX));
}

fn put_text(out: &mut impl Sink, text: &str) {
    put_len(out, text.len());
    out.put(text.as_bytes());
}

fn put_reals(out: &mut impl Sink, xs: &[f32]) {
    put_len(out, xs.len());
    for x in xs {
        out.put(&x.to_le_bytes());
    }
}

fn put_bank(out: &mut impl Sink, bank: &Bank) {
    put_len(out, bank.heads.len());
    for head in &bank.heads {
        put_len(out, head.classes.len());
        for class in &head.classes {
            put_text(out, class);
        }
    }
    put_len(out, bank.hints.len());
    for hint in &bank.hints {
        out.put(&hint.unwrap_or(u16::MAX).to_le_bytes());
    }
    put_u64(out, u64::from(bank.bits));
    put_reals(out, &bank.fresh);
    put_len(out, bank.slots.len());
    for slot in &bank.slots {
        out.put(&slot.to_le_bytes());
    }
    put_reals(out, &bank.scales);
    // A full table, as the format has it: first what everything weighs, then how unsure that is.
    let mut row_bytes = Vec::new();
    for part in 0..2 {
        put_len(out, bank.table.len() * bank.width);
        let (mut weights, mut unsure) = (vec![0.0; bank.width], vec![0.0; bank.width]);
        for row in 0..bank.table.len() {
            bank.table.full(row, &mut weights, &mut unsure);
            row_bytes.clear();
            let part = if part == 0 { &weights } else { &unsure };
            part.iter()
                .for_each(|x: &f32| row_bytes.extend_from_slice(&x.to_le_bytes()));
            out.put(&row_bytes);
        }
    }
}

struct Source<'a> {
    rest: &'a [u8],
    /// Numbers of the vectors of the encoder it was learnt with.
    dense: usize,
}

impl Source<'_> {
    fn model(&mut self) -> Option<Model> {
        let trained = self.u64()?;
        let since = self.u64()?;
        let mut calibrations: [Calibration; 4] = Default::default();
        for calibration in &mut calibrations {
            *calibration = Calibration {
                temperature: self.f64()?,
                belongs: self.f64()?,
                sure: self.f64()?,
                steps: Vec::new(),
            };
            for _ in 0..self.len()? {
                let step = (self.f64()?, self.f64()?);
                calibration.steps.push(step);
            }
        }
        let mut trust = Trust::default();
        for cell in trust.counts.iter_mut().flatten() {
            *cell = (self.f64()?, self.f64()?);
        }
        let trunk = self.bank()?;
        if trunk.heads.len() != 3 {
            return None;
        }
        let mut leaves = BTreeMap::new();
        for _ in 0..self.len()? {
            let kind = self.text()?;
            leaves.insert(kind, Arc::new(self.bank()?));
        }
        Some(Model {
            trunk: Arc::new(trunk),
            leaves,
            calibrations,
            trust,
            trained,
            since,
            encoder: None,
        })
    }

    fn bank(&mut self) -> Option<Bank> {
        let mut heads = Vec::new();
        for _ in 0..self.len()? {
            let mut classes = Vec::new();
            for _ in 0..self.len()? {
                classes.push(self.text()?);
            }
            heads.push(classes);
        }
        let mut hints = Vec::new();
        for _ in 0..self.len()? {
            let hint = u16::from_le_bytes(self.take()?);
            hints.push((hint != u16::MAX).then_some(hint));
        }
        let bits = u32::try_from(self.u64()?).ok()?;
        let fresh = self.reals()?;
        let mut rows = Vec::new();
        for _ in 0..self.len()? {
            rows.push(u32::from_le_bytes(self.take()?));
        }
        let bank = Bank::restore(
            heads,
            (bits, self.dense),
            fresh,
            rows,
            self.reals()?,
            &self.reals()?,
            &self.reals()?,
        )?;
        (hints.is_empty() || hints.len() == bank.width).then(|| bank.hinted(hints))
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_at_checked(N)?;
        self.rest = rest;
        head.try_into().ok()
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take()?))
    }

    fn f64(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.take()?))
    }

    fn len(&mut self) -> Option<usize> {
        usize::try_from(self.u64()?).ok().filter(|n| *n <= MOST)
    }

    fn text(&mut self) -> Option<String> {
        let n = self.len()?;
        let (head, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        String::from_utf8(head.to_vec()).ok()
    }

    fn reals(&mut self) -> Option<Vec<f32>> {
        let n = self.len()?;
        let (head, rest) = self.rest.split_at_checked(n.checked_mul(4)?)?;
        self.rest = rest;
        let chunks = head.chunks_exact(4);
        chunks
            .map(|c| Some(f32::from_le_bytes(c.try_into().ok()?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::Example;

    fn model() -> Model {
        let example = |words: &str, group: &str| Example {
            words: words.to_owned(),
            desk: Some("hotline".to_owned()),
            group: Some(group.to_owned()),
            row: Some(format!("{group}-1")),
            ..Example::default()
        };
        Model::train(&[
            example("工地半夜施工太吵", "noise"),
            example("老板拖欠工资", "work"),
        ])
    }

    #[test]
    fn a_model_comes_back_as_it_was_and_a_changed_byte_shows() {
        let model = model();
        let mut bytes = model.to_bytes();
        assert_eq!(Model::from_bytes(&bytes), Ok(model));
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        assert_eq!(Model::from_bytes(&bytes), Err(ModelError::Digest));
        assert_eq!(Model::from_bytes(b"LDTRIAG0"), Err(ModelError::Version));
        assert_eq!(Model::from_bytes(b""), Err(ModelError::Version));
    }

    #[test]
    fn a_model_learnt_beside_another_ear_is_refused() {
        let example = |words: &str, row: &str| Example {
            words: words.to_owned(),
            desk: Some("hotline".to_owned()),
            group: Some("H1".to_owned()),
            row: Some(row.to_owned()),
            shipped: true,
            ..Example::default()
        };
        let model = Model::train(&[
            example("工地半夜施工太吵", "H1-1"),
            example("楼上唱歌到半夜", "H1-2"),
        ]);
        assert!(model.is_hinted());
        let mut bytes = model.to_bytes();
        assert_eq!(Model::from_bytes(&bytes), Ok(model));
        // Behind the magic word and its length stands the ear's version.
        bytes[MAGIC.len() + 8] ^= 1;
        let split = bytes.len() - DIGEST;
        let digest = Sha256::digest(&bytes[..split]);
        bytes[split..].copy_from_slice(&digest);
        assert_eq!(Model::from_bytes(&bytes), Err(ModelError::Ear));
    }

    #[test]
    fn a_right_digest_over_wrong_parts_is_refused() {
        for length in [0, 8, 40, 120, 300] {
            let mut bytes = model().to_bytes();
            bytes.truncate(length.max(MAGIC.len()));
            let digest = Sha256::digest(&bytes);
            bytes.extend_from_slice(&digest);
            assert_eq!(
                Model::from_bytes(&bytes),
                Err(ModelError::Parts),
                "{length}"
            );
        }
    }
}
