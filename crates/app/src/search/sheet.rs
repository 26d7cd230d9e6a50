//! Tables for spreadsheets: CSV with the mark by which they know UTF-8, and XLSX. A cell is text
//! and never a formula, whatever a caller said.

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::fs::File;
use std::io::{BufWriter, Write as _};

/// Characters a cell of XLSX may hold.
const CELL_MOST: usize = 32_000;

/// Which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Csv,
    Xlsx,
}

impl Kind {
    pub(super) fn of(word: &str) -> Option<Self> {
        match word {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    pub(super) const fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A table on its way into a file, line by line.
pub(super) enum Sheet {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Xlsx {
        book: Box<Workbook>,
        file: File,
        row: u32,
    },
}

impl Sheet {
    /// Begins a table with the line that says whose it is, and its headings.
    pub(super) fn begin(
        kind: Kind,
        file: File,
        watermark: &str,
        heads: &[&str],
    ) -> Result<Self, String> {
        match kind {
            Kind::Csv => {
                let mut out = BufWriter::new(file);
                out.write_all("\u{feff}".as_bytes()).map_err(text)?;
                let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(out);
                writer.write_record([plain(watermark)]).map_err(text)?;
                writer.write_record(heads).map_err(text)?;
                Ok(Self::Csv(Box::new(writer)))
            }
            Kind::Xlsx => {
                let mut book = Workbook::new();
                let bold = Format::new().set_bold();
                let sheet = book.add_worksheet_with_constant_memory().map_err(text)?;
                sheet.set_freeze_panes(2, 1).map_err(text)?;
                // In this mode the widths and then the lines are wanted in their order.
                for (column, _) in (0_u16..).zip(heads) {
                    let wide = if column == 0 { 24 } else { 16 };
                    sheet.set_column_width(column, wide).map_err(text)?;
                }
                sheet.write_string(0, 0, watermark).map_err(text)?;
                for (column, head) in (0_u16..).zip(heads) {
                    sheet
                        .write_string_with_format(1, column, *head, &bold)
                        .map_err(text)?;
                }
                Ok(Self::Xlsx {
                    book: Box::new(book),
                    file,
                    row: 2,
                })
            }
        }
    }

    /// Adds lines.
    pub(super) fn put(&mut self, lines: &[Vec<String>]) -> Result<(), String> {
        match self {
            Self::Csv(writer) => {
                for line in lines {
                    writer
                        .write_record(line.iter().map(|cell| plain(cell)))
                        .map_err(text)?;
                }
                Ok(())
            }
            Self::Xlsx { book, row, .. } => {
                let sheet = book.worksheet_from_index(0).map_err(text)?;
                for line in lines {
                    for (column, cell) in (0_u16..).zip(line) {
                        let short: String = cell.chars().take(CELL_MOST).collect();
                        sheet.write_string(*row, column, short).map_err(text)?;
                    }
                    *row += 1;
                }
                Ok(())
            }
        }
    }

    /// Ends the table and gives the file back.
    pub(super) fn end(self) -> Result<File, String> {
        match self {
            Self::Csv(writer) => {
                let out = writer.into_inner().map_err(text)?;
                out.into_inner().map_err(text)
            }
            Self::Xlsx {
                mut book, mut file, ..
            } => {
                book.save_to_writer(&mut file)
                    .map_err(|error: XlsxError| error.to_string())?;
                file.flush().map_err(text)?;
                Ok(file)
            }
        }
    }
}

/// A cell no spreadsheet takes for a formula. In XLSX a text is a text; in CSV only its first
/// character tells, so a sign is put before it.
pub(crate) fn plain(cell: &str) -> String {
    let begins = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    if cell.trim_start_matches(' ').starts_with(begins) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Seek as _};

    fn written(kind: Kind, lines: &[Vec<String>]) -> Vec<u8> {
        let file = tempfile::tempfile().unwrap();
        let mut sheet = Sheet::begin(kind, file, "水印", &["编号", "内容"]).unwrap();
        sheet.put(lines).unwrap();
        let mut file = sheet.end().unwrap();
        file.rewind().unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn line(cell: &str) -> Vec<String> {
        vec!["1".to_owned(), cell.to_owned()]
    }

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"] {
            assert!(plain(bad).starts_with('\''), "{bad:?}");
        }
        for good in ["", "路灯坏了", "1-2", "望江路18号", " 空格"] {
            assert_eq!(plain(good), good);
        }
        let csv = written(Kind::Csv, &[line("=cmd|'/c calc'!A0"), line("a,\"b\"")]);
        let text = String::from_utf8(csv).unwrap();
        assert!(text.starts_with("\u{feff}水印\n编号,内容\n"), "{text}");
        assert!(
            text.contains("1,'=cmd|") && text.contains("\"a,\"\"b\"\"\""),
            "{text}"
        );
    }

    #[test]
    fn an_xlsx_is_a_whole_archive_of_texts() {
        let lines: Vec<Vec<String>> = (0..500).map(|_| line("=1+1 路灯")).collect();
        let bytes = written(Kind::Xlsx, &lines);
        assert!(bytes.starts_with(b"PK\x03\x04"));
        assert!(
            bytes.windows(4).any(|w| w == b"PK\x05\x06"),
            "no end of the archive"
        );
        assert!(bytes.len() > 1_000);
    }
}
