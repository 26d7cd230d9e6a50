//! A question, and how it becomes one of the engine.

use crate::count::Facets;
use crate::initials::asked;
use crate::schema::{Fields, Hidden, NONE};
use crate::terms::{Pieces, fours, joined, terms};
use std::ops::Bound;
use tantivy::query::{AllQuery, BooleanQuery, Occur, Query, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sorting {
    /// What fits best first. Without words that could fit, as `Newest`.
    #[default]
    Relevance,
    /// Last opened first.
    Newest,
    /// First opened first.
    Oldest,
}

/// What is asked. All conditions given must hold; of several words of one condition, one.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Words, anywhere in the case.
    pub words: Pieces,
    /// Words of the place.
    pub place: Pieces,
    /// Digits of a printed number, at least four.
    pub number: String,
    /// Digits of a telephone number, at least four. Without `unmasked` nothing is found.
    pub phone: String,
    /// The asker may read what masks hide.
    pub unmasked: bool,
    /// Only what this unit has to do with.
    pub of_unit: Option<String>,
    /// What it is doing.
    pub states: Vec<String>,
    /// Desks.
    pub desks: Vec<String>,
    /// Rows of the responsibility list.
    pub matters: Vec<String>,
    /// Who answers for it.
    pub units: Vec<String>,
    /// How it arrived.
    pub channels: Vec<String>,
    /// At least this urgent.
    pub urgency_least: Option<u64>,
    /// With or without signs of danger.
    pub danger: Option<bool>,
    /// Opened at or after, milliseconds UTC.
    pub from: Option<i64>,
    /// Opened before.
    pub to: Option<i64>,
    /// Order.
    pub sorting: Sorting,
    /// How many of the first are left out.
    pub skip: usize,
    /// How many are wanted.
    pub limit: usize,
    /// Whether counts by kind are wanted.
    pub facets: bool,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Ids, in the order asked for.
    pub ids: Vec<String>,
    /// Counts.
    pub facets: Facets,
    /// Nothing had all the words: these have the most telling ones of them.
    pub loose: bool,
}

/// Rare pairs from which loosely fitting cases are taken: until they promise this many.
const LOOSE_MOST: u64 = 45_000;

impl Question {
    /// Whether there are words by which one case fits better than another.
    pub(crate) fn ranks(&self) -> bool {
        self.sorting == Sorting::Relevance
            && self.words.iter().any(|piece| piece.chars().count() > 1)
    }

    /// Whether nothing narrows it: every case is meant.
    pub(crate) fn asks_everything(&self) -> bool {
        let lists = [
            &self.states,
            &self.desks,
            &self.matters,
            &self.units,
            &self.channels,
        ];
        self.words.is_empty()
            && self.place.is_empty()
            && self.number.is_empty()
            && self.phone.is_empty()
            && self.of_unit.is_none()
            && lists.iter().all(|list| list.is_empty())
            && self.urgency_least.unwrap_or(0) == 0
            && self.danger.is_none()
            && self.from.is_none()
            && self.to.is_none()
    }

    /// Everything must hold, every word must be there.
    pub(crate) fn strict(&self, fields: &Fields, searcher: &Searcher) -> Box<dyn Query> {
        let mut all = self.conditions(fields, searcher);
        for piece in self.words.iter() {
            all.push(self.piece(fields, searcher, piece));
        }
        every(all)
    }

    /// Everything must hold but the words: of the rarest pairs some must be there, all others
    /// count. None if there are too few words to leave some out.
    pub(crate) fn loose(&self, fields: &Fields, searcher: &Searcher) -> Option<Box<dyn Query>> {
        let mut found: Vec<String> = Vec::new();
        // Half of a number is not like the number.
        for piece in self.words.iter().filter(|piece| !is_number(piece)) {
            terms(piece, |term| found.push(term.to_owned()));
        }
        found.sort_unstable();
        found.dedup();
        let mut pairs: Vec<(u64, Term)> = found
            .iter()
            .filter(|term| term.chars().count() > 1)
            .flat_map(|term| self.stands(fields.words, searcher, term))
            .collect();
        if pairs.len() < 2 {
            return None;
        }
        pairs.sort_by_key(|(count, _)| *count);
        let mut promised = 0;
        let mut rare: Vec<Box<dyn Query>> = Vec::new();
        for (count, term) in pairs {
            if rare.len() > 3 && promised + count > LOOSE_MOST {
                break;
            }
            promised += count;
            rare.push(ranked(term));
        }
        // One pair in common says little where there are many.
        let least = (rare.len() / 6).clamp(1, 3);
        let some = BooleanQuery::union_with_minimum_required_clauses(rare, least);
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = self
            .conditions(fields, searcher)
            .into_iter()
            .chain([boxed(some)])
            .map(|query| (Occur::Must, query))
            .collect();
        for term in &found {
            for (_, term) in self.stands(fields.words, searcher, term) {
                clauses.push((Occur::Should, ranked(term)));
            }
        }
        Some(Box::new(BooleanQuery::new(clauses)))
    }

    /// Where a word stands that the asker may find, and in how many cases. No case has it in both.
    fn stands(&self, field: Hidden, searcher: &Searcher, word: &str) -> Vec<(u64, Term)> {
        let more = self.unmasked.then_some(field.more);
        [Some(field.open), more]
            .into_iter()
            .flatten()
            .map(|field| Term::from_field_text(field, word))
            .map(|term| (searcher.doc_freq(&term).unwrap_or(0), term))
            .filter(|(count, _)| *count > 0)
            .collect()
    }

    /// Cases that have all of these words.
    fn all_of(&self, field: Hidden, searcher: &Searcher, words: &[String]) -> Box<dyn Query> {
        if words.is_empty() {
            return nothing();
        }
        let found = words.iter().map(|word| {
            let found = self.stands(field, searcher, word);
            some(found.into_iter().map(|(_, term)| ranked(term)).collect())
        });
        every(found.collect())
    }

    /// One word: its pairs, or what a number or first letters may stand for.
    fn piece(&self, fields: &Fields, searcher: &Searcher, piece: &str) -> Box<dyn Query> {
        let mut ways = vec![self.all_of(fields.words, searcher, &asked_terms(piece))];
        if is_number(piece) && piece.len() > 3 {
            ways.push(all_of(fields.numbers, &fours(piece)));
            if self.unmasked {
                ways.push(all_of(fields.phones, &fours(piece)));
            }
        }
        let letters = asked(piece);
        if !letters.is_empty() {
            ways.push(self.all_of(fields.names, searcher, &letters));
        }
        some(ways)
    }

    /// Everything but the words.
    fn conditions(&self, fields: &Fields, searcher: &Searcher) -> Vec<Box<dyn Query>> {
        let mut all: Vec<Box<dyn Query>> = Vec::new();
        if let Some(unit) = &self.of_unit {
            all.push(all_of(fields.units, std::slice::from_ref(unit)));
        }
        for piece in self.place.iter() {
            all.push(self.all_of(fields.place, searcher, &asked_terms(piece)));
        }
        if !self.number.is_empty() {
            all.push(all_of(fields.numbers, &fours(&joined(&self.number))));
        }
        if !self.phone.is_empty() {
            all.push(if self.unmasked {
                all_of(fields.phones, &fours(&joined(&self.phone)))
            } else {
                nothing()
            });
        }
        let lists = [
            (fields.state, &self.states),
            (fields.desk, &self.desks),
            (fields.matter, &self.matters),
            (fields.unit, &self.units),
            (fields.channel, &self.channels),
        ];
        for (field, words) in lists {
            if !words.is_empty() {
                all.push(some(words.iter().map(|w| plain(field, w)).collect()));
            }
        }
        if let Some(least) = self.urgency_least.filter(|least| *least > 0) {
            let levels = (least..=2).map(|n| {
                boxed(TermQuery::new(
                    Term::from_field_u64(fields.urgency, n),
                    IndexRecordOption::Basic,
                ))
            });
            all.push(some(levels.collect()));
        }
        if let Some(danger) = self.danger {
            let term = Term::from_field_bool(fields.danger, danger);
            all.push(Box::new(TermQuery::new(term, IndexRecordOption::Basic)));
        }
        if self.from.is_some() || self.to.is_some() {
            let bound = |at: i64| Term::from_field_i64(fields.opened_at, at);
            let from = self
                .from
                .map_or(Bound::Unbounded, |at| Bound::Included(bound(at)));
            let to = self
                .to
                .map_or(Bound::Unbounded, |at| Bound::Excluded(bound(at)));
            all.push(Box::new(RangeQuery::new(from, to)));
        }
        all
    }
}

/// The terms that must be there for a word: its pairs and fours, or the one character it is.
fn asked_terms(piece: &str) -> Vec<String> {
    let mut found = Vec::new();
    terms(piece, |term| found.push(term.to_owned()));
    if piece.chars().count() > 1 {
        found.retain(|term| term.chars().count() > 1);
    }
    // Two digits are within the four they stand in.
    let fours = found
        .iter()
        .any(|term| term.len() > 4 && term.starts_with('#'));
    if fours {
        found.retain(|term| !(term.len() == 2 && term.chars().all(|c| c.is_ascii_digit())));
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn is_number(piece: &str) -> bool {
    piece.chars().all(|c| c.is_ascii_digit())
}

fn boxed(query: impl Query) -> Box<dyn Query> {
    Box::new(query)
}

fn ranked(term: Term) -> Box<dyn Query> {
    boxed(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn plain(field: Field, word: &str) -> Box<dyn Query> {
    let term = Term::from_field_text(field, if word.is_empty() { NONE } else { word });
    boxed(TermQuery::new(term, IndexRecordOption::Basic))
}

fn all_of(field: Field, words: &[String]) -> Box<dyn Query> {
    if words.is_empty() {
        return nothing();
    }
    every(words.iter().map(|word| plain(field, word)).collect())
}

fn nothing() -> Box<dyn Query> {
    boxed(tantivy::query::EmptyQuery)
}

fn every(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match (queries.len(), queries.pop()) {
        (_, None) => boxed(AllQuery),
        (1, Some(only)) => only,
        (_, Some(last)) => {
            queries.push(last);
            boxed(BooleanQuery::intersection(queries))
        }
    }
}

fn some(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match (queries.len(), queries.pop()) {
        (_, None) => nothing(),
        (1, Some(only)) => only,
        (_, Some(last)) => {
            queries.push(last);
            boxed(BooleanQuery::union(queries))
        }
    }
}
