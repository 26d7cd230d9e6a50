//! The fields of the index.

use crate::entry::Entry;
use crate::initials::initials;
use crate::terms::{fours, has_term, joined, terms};
use std::collections::HashSet;
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder,
    TextFieldIndexing, TextOptions,
};

/// Of fields and terms. An index of another version is made anew.
pub(crate) const VERSION: u32 = 2;
/// The name of our tokenizer.
pub(crate) const CHARS: &str = "chars";
/// Stands for an empty column, which the engine would not count.
pub(crate) const NONE: &str = "-";

/// What everybody finds, and beside it the terms that only the whole text has: no term of a case stands in both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hidden {
    pub(crate) open: Field,
    pub(crate) more: Field,
}

/// All fields.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    pub(crate) id: Field,
    pub(crate) units: Field,
    pub(crate) words: Hidden,
    pub(crate) place: Hidden,
    pub(crate) numbers: Field,
    pub(crate) phones: Field,
    pub(crate) names: Hidden,
    pub(crate) state: Field,
    pub(crate) desk: Field,
    pub(crate) matter: Field,
    pub(crate) unit: Field,
    pub(crate) channel: Field,
    pub(crate) urgency: Field,
    pub(crate) danger: Field,
    pub(crate) opened_at: Field,
    pub(crate) month: Field,
}

impl Fields {
    /// Fields and schema.
    pub(crate) fn new() -> (Self, Schema) {
        let mut builder = Schema::builder();
        let ranked = text(CHARS, IndexRecordOption::WithFreqs, true);
        let plain = text(CHARS, IndexRecordOption::Basic, false);
        let counted = text("raw", IndexRecordOption::WithFreqs, false);
        let word = STRING;
        let mut hidden = |open: (&str, TextOptions), more: (&str, TextOptions)| Hidden {
            open: builder.add_text_field(open.0, open.1),
            more: builder.add_text_field(more.0, more.1),
        };
        let words = hidden(("open", ranked), ("more", counted));
        let place = hidden(("place_open", plain), ("place_more", word.clone()));
        let names = hidden(("names_open", word.clone()), ("names_more", word));
        let column =
            |builder: &mut SchemaBuilder, name: &str| builder.add_text_field(name, STRING | FAST);
        let fields = Self {
            id: builder.add_text_field("id", STRING | STORED),
            units: builder.add_text_field("units", STRING),
            words,
            place,
            numbers: builder.add_text_field("numbers", STRING),
            phones: builder.add_text_field("phones", STRING),
            names,
            state: column(&mut builder, "state"),
            desk: column(&mut builder, "desk"),
            matter: column(&mut builder, "matter"),
            unit: column(&mut builder, "unit"),
            channel: column(&mut builder, "channel"),
            urgency: builder.add_u64_field("urgency", INDEXED),
            danger: builder.add_bool_field("danger", INDEXED),
            opened_at: builder.add_i64_field("opened_at", FAST),
            month: builder.add_u64_field("month", FAST),
        };
        (fields, builder.build())
    }

    /// An entry as the engine takes it.
    pub(crate) fn document(&self, entry: &Entry) -> TantivyDocument {
        let mut out = TantivyDocument::default();
        out.add_text(self.id, &entry.id);
        for unit in &entry.units {
            out.add_text(self.units, unit);
        }
        let texts = [
            (self.words, &entry.open, &entry.full),
            (self.place, &entry.place_open, &entry.place),
        ];
        for (field, open, full) in texts {
            out.add_text(field.open, open);
            only_in(full, open, |term| out.add_text(field.more, term));
        }
        let lists = [
            (self.numbers, fours(&joined(&entry.numbers))),
            (self.phones, fours(&joined(&entry.phones))),
        ];
        for (field, mut terms) in lists {
            terms.sort_unstable();
            terms.dedup();
            for term in &terms {
                out.add_text(field, term);
            }
        }
        let open = initials(&entry.names_open);
        for term in &open {
            out.add_text(self.names.open, term);
        }
        let mut more = Vec::new();
        for line in hidden_lines(&entry.names, &entry.names_open) {
            more.extend(initials(line));
        }
        more.sort_unstable();
        more.dedup();
        for term in more.iter().filter(|term| open.binary_search(term).is_err()) {
            out.add_text(self.names.more, term);
        }
        let columns = [
            (self.state, &entry.state),
            (self.desk, &entry.desk),
            (self.matter, &entry.matter),
            (self.unit, &entry.unit),
            (self.channel, &entry.channel),
        ];
        for (field, value) in columns {
            out.add_text(field, if value.is_empty() { NONE } else { value });
        }
        out.add_u64(self.urgency, entry.urgency);
        out.add_bool(self.danger, entry.danger);
        out.add_i64(self.opened_at, entry.opened_at);
        out.add_u64(self.month, entry.month);
        out
    }
}

/// The lines of the whole text that the open one has not; terms do not go across lines.
fn hidden_lines<'a>(full: &'a str, open: &'a str) -> impl Iterator<Item = &'a str> {
    full.lines()
        .filter(|line| open.lines().all(|other| other != *line))
}

/// Shows each term of the whole text once that the open one has not.
fn only_in(full: &str, open: &str, mut each: impl FnMut(&str)) {
    let mut known: HashSet<String> = HashSet::new();
    for line in hidden_lines(full, open) {
        terms(line, |term| {
            // Each is looked for once, however often it is said.
            if !known.contains(term) {
                known.insert(term.to_owned());
                if !has_term(open, term) {
                    each(term);
                }
            }
        });
    }
}

fn text(tokenizer: &str, record: IndexRecordOption, ranked: bool) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(tokenizer)
        .set_index_option(record)
        .set_fieldnorms(ranked);
    TextOptions::default().set_indexing_options(indexing)
}
