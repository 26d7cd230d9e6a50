//! How many cases there are of each kind, counted while they are found.

use crate::schema::NONE;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{ColumnValues, StrColumn};
use tantivy::index::SegmentId;
use tantivy::query::{AllQuery, EnableScoring, Query as _};
use tantivy::{DocId, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyError};

/// Columns of words that are counted.
const WORDS: [&str; 4] = ["state", "desk", "matter", "unit"];
/// Documents looked up at once.
const BLOCK: usize = 64;
/// Months counted, from January 2000: a clock that is wrong by centuries falls off the end.
const MONTHS: usize = 2_048;

/// Counts of what a question finds. Cases without a word in a column are not counted there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// All of them.
    pub total: u64,
    /// By what they are doing.
    pub state: BTreeMap<String, u64>,
    /// By desk.
    pub desk: BTreeMap<String, u64>,
    /// By row of the responsibility list.
    pub matter: BTreeMap<String, u64>,
    /// By who answers for them.
    pub unit: BTreeMap<String, u64>,
    /// By month, counted from January 2000.
    pub month: BTreeMap<u64, u64>,
}

impl Facets {
    fn words(&mut self) -> [&mut BTreeMap<String, u64>; 4] {
        [
            &mut self.state,
            &mut self.desk,
            &mut self.matter,
            &mut self.unit,
        ]
    }
}

/// Counts everything a question finds; with `by_kind` also by kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Count {
    pub(crate) by_kind: bool,
}

struct Words {
    values: Arc<dyn ColumnValues<u64>>,
    names: StrColumn,
    counts: Vec<u64>,
}

struct Months {
    values: Arc<dyn ColumnValues<u64>>,
    counts: Vec<u64>,
}

pub(crate) struct Segment {
    total: u64,
    words: Vec<Words>,
    months: Option<Months>,
    waiting: Vec<DocId>,
}

impl Collector for Count {
    type Fruit = Facets;
    type Child = Segment;

    fn for_segment(
        &self,
        _segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Segment> {
        let mut words = Vec::new();
        let mut months = None;
        if self.by_kind {
            let fast = reader.fast_fields();
            for name in WORDS {
                let names = fast.str(name)?.ok_or_else(|| missing(name))?;
                words.push(Words {
                    values: names.ords().clone().first_or_default_col(0),
                    counts: vec![0; names.num_terms()],
                    names,
                });
            }
            months = Some(Months {
                values: fast.u64("month")?.first_or_default_col(0),
                counts: vec![0; MONTHS],
            });
        }
        Ok(Segment {
            total: 0,
            words,
            months,
            waiting: Vec::with_capacity(BLOCK),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Facets>>) -> tantivy::Result<Facets> {
        let mut all = Facets::default();
        for one in segments {
            let mut one = one?;
            all.total += one.total;
            for (sum, part) in all.words().into_iter().zip(one.words()) {
                for (word, count) in std::mem::take(part) {
                    *sum.entry(word).or_default() += count;
                }
            }
            for (month, count) in one.month {
                *all.month.entry(month).or_default() += count;
            }
        }
        Ok(all)
    }
}

fn missing(name: &str) -> TantivyError {
    TantivyError::InternalError(format!("column {name} is not there"))
}

/// Counts of every case, kept for each segment: a segment changes only by losing cases, so what
/// is asked most, everything, is not counted anew each time somebody looks.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<HashMap<(SegmentId, u32), Facets>>);

impl Kept {
    /// Counts of everything.
    pub(crate) fn everything(&self, searcher: &Searcher) -> tantivy::Result<Facets> {
        let count = Count { by_kind: true };
        let weight = AllQuery.weight(EnableScoring::disabled_from_searcher(searcher))?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut now = HashMap::new();
        for (ord, reader) in (0_u32..).zip(searcher.segment_readers()) {
            let key = (reader.segment_id(), reader.num_deleted_docs());
            let facets = match kept.remove(&key) {
                Some(facets) => facets,
                None => count.collect_segment(weight.as_ref(), ord, reader)??,
            };
            now.insert(key, facets);
        }
        let all = count.merge_fruits(now.values().cloned().map(Ok).collect());
        *kept = now;
        all
    }
}

impl Segment {
    fn flush(&mut self) {
        let docs = std::mem::take(&mut self.waiting);
        self.count(&docs);
        self.waiting = docs;
        self.waiting.clear();
    }

    fn count(&mut self, docs: &[DocId]) {
        let mut buffer = [0_u64; BLOCK];
        let Some(found) = buffer.get_mut(..docs.len()) else {
            return;
        };
        let months = self.months.as_mut().map(|m| (&m.values, &mut m.counts));
        let columns = self.words.iter_mut().map(|w| (&w.values, &mut w.counts));
        for (values, counts) in columns.chain(months) {
            values.get_vals(docs, found);
            for value in found.iter() {
                let slot = usize::try_from(*value).ok().and_then(|i| counts.get_mut(i));
                if let Some(count) = slot {
                    *count += 1;
                }
            }
        }
    }
}

impl SegmentCollector for Segment {
    type Fruit = tantivy::Result<Facets>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        self.total += 1;
        if self.months.is_none() {
            return;
        }
        self.waiting.push(doc);
        if self.waiting.len() == BLOCK {
            self.flush();
        }
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        self.total += u64::try_from(docs.len()).unwrap_or(0);
        if self.months.is_some() {
            for some in docs.chunks(BLOCK) {
                self.count(some);
            }
        }
    }

    fn harvest(mut self) -> tantivy::Result<Facets> {
        self.flush();
        let mut out = Facets {
            total: self.total,
            ..Facets::default()
        };
        for (column, sums) in self.words.iter().zip(out.words()) {
            for (ord, count) in (0_u64..).zip(&column.counts) {
                if *count == 0 {
                    continue;
                }
                let mut name = String::new();
                column.names.ord_to_str(ord, &mut name)?;
                if name != NONE {
                    sums.insert(name, *count);
                }
            }
        }
        if let Some(months) = self.months {
            let counted = (0_u64..).zip(months.counts).filter(|(_, count)| *count > 0);
            out.month = counted.collect();
        }
        Ok(out)
    }
}
