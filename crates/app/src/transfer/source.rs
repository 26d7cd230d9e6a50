//! Another system's file: its lines one after the other, each as columns or with the reason why it
//! is none.

use super::import::Mapping;
use crate::chance::{digest_of, hex};
use crate::error::{AppError, FieldError};
use std::collections::HashMap;

/// Why a line was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The field; empty for the line as a whole.
    pub(super) field: String,
    /// Stable key.
    pub(super) why: String,
    /// A sentence.
    pub(super) reason: String,
}

impl Wrong {
    pub(super) fn line(why: &str, reason: impl Into<String>) -> Self {
        Self {
            field: String::new(),
            why: why.to_owned(),
            reason: reason.into(),
        }
    }
}

/// A line of the file.
pub(super) struct Line {
    /// From 1, the header not counted.
    pub(super) number: i64,
    /// Its columns by name.
    pub(super) columns: Result<HashMap<String, String>, Wrong>,
    /// As it stands in the file; a broken one as far as it could be read.
    pub(super) text: String,
}

/// A CSV file with a header, or JSON lines.
pub(super) struct Source {
    text: String,
    csv: bool,
    /// Digest of the text, hexadecimal.
    pub(super) digest: String,
    /// What the file is known by. The same text read the other way is other lines, and another run.
    pub(super) run: String,
}

impl Source {
    /// Reads a file's bytes: UTF-8, or else GB18030 with all that it contains (GBK, GB2312).
    ///
    /// # Errors
    /// [`AppError::Invalid`] for bytes that are neither.
    pub(super) fn of(bytes: &[u8], csv: bool) -> Result<Self, AppError> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(error) => {
                let read = encoding_rs::GB18030
                    .decode_without_bom_handling_and_without_replacement(bytes)
                    .ok_or_else(|| {
                        let at = error.valid_up_to();
                        let detail = format!("neither UTF-8 (up to byte {at}) nor GB18030");
                        AppError::field("file", "not_utf8", detail)
                    })?;
                read.into_owned()
            }
        };
        Ok(Self::of_text(text, csv))
    }

    /// The text as it came.
    pub(super) fn of_text(text: String, csv: bool) -> Self {
        let kind = if csv { "csv" } else { "jsonl" };
        let mut run = hex(&digest_of(&[kind, &text]));
        run.truncate(16);
        Self {
            digest: hex(&digest_of(&[&text])),
            run,
            text,
            csv,
        }
    }

    /// The names of the columns, in the order of the file; of JSON lines those of the first
    /// readable one, sorted.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a header that cannot be read.
    pub(super) fn columns(&self) -> Result<Vec<String>, AppError> {
        if self.csv {
            let mut reader = self.reader();
            let head = reader
                .headers()
                .map_err(|error| AppError::field("file", "unreadable", error.to_string()))?;
            return Ok(head.iter().map(str::to_owned).collect());
        }
        let mut names: Vec<String> = self
            .lines()?
            .find_map(|line| line.columns.ok())
            .map(|columns| columns.into_keys().collect())
            .unwrap_or_default();
        names.sort();
        Ok(names)
    }

    /// How many lines there are, the header not counted.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a header that cannot be read.
    pub(super) fn count(&self) -> Result<i64, AppError> {
        let count = if self.csv {
            let mut reader = self.reader();
            reader
                .headers()
                .map_err(|error| AppError::field("file", "unreadable", error.to_string()))?;
            reader.into_byte_records().count()
        } else {
            self.text.lines().count()
        };
        Ok(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// The lines, one after the other.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a header that cannot be read.
    pub(super) fn lines(&self) -> Result<Box<dyn Iterator<Item = Line> + Send + '_>, AppError> {
        if !self.csv {
            return Ok(Box::new((1..).zip(self.text.lines()).map(
                |(number, text)| Line {
                    number,
                    columns: json_columns(text),
                    text: text.to_owned(),
                },
            )));
        }
        let head = self.columns()?;
        let records = self.reader().into_records();
        Ok(Box::new((1..).zip(records).map(move |(number, record)| {
            let (columns, text) = match record {
                Ok(record) => (
                    csv_columns(&head, &record),
                    record.iter().collect::<Vec<_>>().join(","),
                ),
                Err(error) => (
                    Err(Wrong::line("unreadable", error.to_string())),
                    String::new(),
                ),
            };
            Line {
                number,
                columns,
                text,
            }
        })))
    }

    /// A mapping that names a column the file does not have is refused before the first line.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every such column.
    pub(super) fn check(&self, mapping: &Mapping) -> Result<(), AppError> {
        let columns = self.columns()?;
        // No line can be read: each is refused for itself.
        if columns.is_empty() {
            return Ok(());
        }
        let wrong: Vec<FieldError> = mapping
            .named()
            .filter(|(_, column)| !columns.iter().any(|name| name == column))
            .map(|(field, column)| {
                let detail = format!("the file has no column {column:?}");
                FieldError::new(format!("mapping.{field}"), "no_column", detail)
            })
            .collect();
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(AppError::Invalid(wrong))
        }
    }

    fn reader(&self) -> csv::Reader<&[u8]> {
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(&self.text);
        csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes())
    }
}

fn csv_columns(
    head: &[String],
    record: &csv::StringRecord,
) -> Result<HashMap<String, String>, Wrong> {
    if record.len() != head.len() {
        let reason = format!("{} columns instead of {}", record.len(), head.len());
        return Err(Wrong::line("columns", reason));
    }
    Ok(head
        .iter()
        .zip(record.iter())
        .map(|(name, value)| (name.clone(), value.to_owned()))
        .collect())
}

fn json_columns(text: &str) -> Result<HashMap<String, String>, Wrong> {
    let object: HashMap<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|error| Wrong::line("unreadable", error.to_string()))?;
    Ok(object
        .into_iter()
        .map(|(name, value)| match value {
            serde_json::Value::String(text) => (name, text),
            serde_json::Value::Null => (name, String::new()),
            other => (name, other.to_string()),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_an_older_system_is_read_in_its_letters() {
        // "内容,地点\n路灯坏,桥头" in GBK.
        let bytes = [
            0xC4, 0xDA, 0xC8, 0xDD, b',', 0xB5, 0xD8, 0xB5, 0xE3, b'\n', 0xC2, 0xB7, 0xB5, 0xC6,
            0xBB, 0xB5, b',', 0xC7, 0xC5, 0xCD, 0xB7,
        ];
        let source = Source::of(&bytes, true).unwrap();
        assert_eq!(source.columns().unwrap(), ["内容", "地点"]);
        let line = source.lines().unwrap().next().unwrap();
        assert_eq!(line.columns.unwrap()["地点"], "桥头");
        // A lone byte that neither knows.
        let Err(AppError::Invalid(errors)) = Source::of(&[0xC4, 0xDA, 0xFF], true) else {
            panic!("it was read");
        };
        assert_eq!(errors[0].key, "not_utf8");
    }

    #[test]
    fn lines_are_counted_as_they_are_read() {
        for (text, csv, lines) in [
            ("a,b\n1,2\n\"3\n4\",5\n", true, 2),
            ("a,b\n", true, 0),
            ("", true, 0),
            ("{\"a\":1}\n\n{", false, 3),
        ] {
            let source = Source::of_text(text.to_owned(), csv);
            assert_eq!(source.count().unwrap(), lines, "{text:?}");
            let read = source.lines().unwrap().count();
            assert_eq!(i64::try_from(read).unwrap(), lines, "{text:?}");
        }
    }
}
