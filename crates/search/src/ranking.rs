//! How well a word fits a case: BM25, with constants for what people write to a desk.
//!
//! A subject line has to find its letter. There a word said a second time says little more than said
//! once, and a letter of twenty sentences that has the words by chance must not stand before the one
//! of two that is about them; so repetition counts less, and length more, than the engine's own
//! constants have it, which cannot be set. Measured in docs/performance.md.

use std::sync::Arc;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentReader;
use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, TermQuery, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, TantivyError, Term};

/// How soon repetition stops to count: at this many times in a text of average length a word has half
/// of what it can be worth.
const K1: Score = 0.65;
/// How much of that goes by the length of the text: 1 is all of it.
const B: Score = 0.95;

/// One term, ranked.
#[derive(Debug, Clone)]
pub(crate) struct Ranked(pub(crate) Term);

impl Query for Ranked {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let EnableScoring::Enabled {
            statistics_provider: known,
            ..
        } = scoring
        else {
            let plain = TermQuery::new(self.0.clone(), IndexRecordOption::Basic);
            return plain.weight(scoring);
        };
        let field = self.0.field();
        let cases = known.total_num_docs()?;
        let worth = rarity(known.doc_freq(&self.0)?, cases);
        let average = real(known.total_num_tokens(field)?) / real(cases.max(1));
        let costs = (0..=u8::MAX)
            .map(FieldNormReader::id_to_fieldnorm)
            .map(|length| K1 * (1.0 - B + B * real(length.into()) / average.max(1.0)))
            .collect();
        Ok(Box::new(Weighed {
            term: self.0.clone(),
            worth: worth * (K1 + 1.0),
            costs,
        }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        visitor(&self.0, false);
    }
}

/// What a word is worth that so many of all have.
fn rarity(having: u64, all: u64) -> Score {
    (1.0 + (real(all.saturating_sub(having)) + 0.5) / (real(having) + 0.5)).ln()
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a rank needs no more than the seven digits that stay"
)]
const fn real(number: u64) -> Score {
    number as Score
}

struct Weighed {
    term: Term,
    worth: Score,
    /// What a text of each length the index tells apart adds below the line.
    costs: Arc<[Score]>,
}

impl Weighed {
    fn fits(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<Fits>> {
        let field = self.term.field();
        let index = reader.inverted_index(field)?;
        let found = index.read_postings(&self.term, IndexRecordOption::WithFreqs)?;
        let Some(places) = found else {
            return Ok(None);
        };
        Ok(Some(Fits {
            places,
            lengths: reader.get_fieldnorms_reader(field)?,
            worth: self.worth * boost,
            costs: Arc::clone(&self.costs),
        }))
    }
}

impl Weight for Weighed {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.fits(reader, boost)? {
            Some(fits) => Box::new(fits),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let none = || TantivyError::InvalidArgument(format!("{doc} does not have the term"));
        let mut fits = self.fits(reader, 1.0)?.ok_or_else(none)?;
        if fits.doc() > doc || fits.seek(doc) != doc {
            return Err(none());
        }
        Ok(Explanation::new("how well the term fits", fits.score()))
    }
}

struct Fits {
    places: SegmentPostings,
    lengths: FieldNormReader,
    worth: Score,
    costs: Arc<[Score]>,
}

impl DocSet for Fits {
    fn advance(&mut self) -> DocId {
        self.places.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.places.seek(target)
    }

    fn doc(&self) -> DocId {
        self.places.doc()
    }

    fn size_hint(&self) -> u32 {
        self.places.size_hint()
    }
}

impl Scorer for Fits {
    fn score(&mut self) -> Score {
        let times = real(self.places.term_freq().into());
        let length = self.lengths.fieldnorm_id(self.places.doc());
        let cost = self.costs.get(usize::from(length)).copied();
        self.worth * times / (times + cost.unwrap_or(K1))
    }
}
