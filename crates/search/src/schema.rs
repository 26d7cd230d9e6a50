//! The fields of the index.

use crate::entry::Entry;
use crate::initials::each_initials;
use crate::terms::{fours, joined};
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder,
    TextFieldIndexing, TextOptions,
};

/// Of fields and terms. An index of another version is made anew.
pub(crate) const VERSION: u32 = 1;
/// The name of our tokenizer.
pub(crate) const CHARS: &str = "chars";
/// Stands for an empty column, which the engine would not count.
pub(crate) const NONE: &str = "-";

/// All fields.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    pub(crate) id: Field,
    pub(crate) units: Field,
    pub(crate) open: Field,
    pub(crate) full: Field,
    pub(crate) place_open: Field,
    pub(crate) place: Field,
    pub(crate) numbers: Field,
    pub(crate) phones: Field,
    pub(crate) names_open: Field,
    pub(crate) names: Field,
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
        let ranked = text(IndexRecordOption::WithFreqs, true);
        let plain = text(IndexRecordOption::Basic, false);
        let column =
            |builder: &mut SchemaBuilder, name: &str| builder.add_text_field(name, STRING | FAST);
        let fields = Self {
            id: builder.add_text_field("id", STRING | STORED),
            units: builder.add_text_field("units", STRING),
            open: builder.add_text_field("open", ranked.clone()),
            full: builder.add_text_field("full", ranked),
            place_open: builder.add_text_field("place_open", plain.clone()),
            place: builder.add_text_field("place", plain),
            numbers: builder.add_text_field("numbers", STRING),
            phones: builder.add_text_field("phones", STRING),
            names_open: builder.add_text_field("names_open", STRING),
            names: builder.add_text_field("names", STRING),
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
        out.add_text(self.open, &entry.open);
        out.add_text(self.full, &entry.full);
        out.add_text(self.place_open, &entry.place_open);
        out.add_text(self.place, &entry.place);
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
        let names = [
            (self.names_open, &entry.names_open),
            (self.names, &entry.names),
        ];
        for (field, names) in names {
            each_initials(names, |term| out.add_text(field, term));
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

fn text(record: IndexRecordOption, ranked: bool) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(CHARS)
        .set_index_option(record)
        .set_fieldnorms(ranked);
    TextOptions::default().set_indexing_options(indexing)
}
