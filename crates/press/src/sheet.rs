//! The tables of a document once more as XLSX, a sheet each, so that nobody types figures from paper.

use crate::document::{Align, Block, Chart, Document, Table};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError,
};

/// Why the tables could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the sheets could not be written: {0}")]
pub struct SheetError(#[from] XlsxError);

/// Characters of a sheet's name at most, as spreadsheets have it.
const NAME_MOST: usize = 31;
/// Characters a cell holds.
const CELL_MOST: usize = 32_000;

/// Writes the tables and charts of a document; charts as tables of their values. A document without
/// any gives one empty sheet. Cells are texts or numbers, never formulas.
///
/// # Errors
/// [`SheetError`].
pub fn sheet(document: &Document) -> Result<Vec<u8>, SheetError> {
    let mut book = Workbook::new();
    let day = document.day;
    let made = ExcelDateTime::from_ymd(day.year, day.month, day.day)?;
    // Without this the file would hold the moment it was written.
    book.set_properties(
        &DocProperties::new()
            .set_title(&document.title)
            .set_creation_datetime(&made),
    );
    let tables: Vec<Table> = document
        .body
        .iter()
        .filter_map(|block| match block {
            Block::Table(table) => Some(table.clone()),
            Block::Chart(chart) => Some(table_of(chart)),
            _ => None,
        })
        .collect();
    if tables.is_empty() {
        book.add_worksheet().set_name("—")?;
    }
    for (n, table) in (1_usize..).zip(&tables) {
        one(&mut book, n, document, table)?;
    }
    Ok(book.save_to_buffer()?)
}

fn table_of(chart: &Chart) -> Table {
    let column = |head: String, align: Align| crate::document::Column {
        head,
        share: 1,
        align,
    };
    let heads = chart.series.iter().map(|series| {
        let head = format!("{}（{}）", series.name, chart.unit);
        column(head, Align::Right)
    });
    Table {
        caption: chart.caption.clone(),
        columns: std::iter::once(column(String::new(), Align::Left))
            .chain(heads)
            .collect(),
        rows: chart
            .bars
            .iter()
            .map(|bar| {
                let values = bar.values.iter().map(ToString::to_string);
                std::iter::once(bar.label.clone()).chain(values).collect()
            })
            .collect(),
        note: String::new(),
    }
}

fn one(book: &mut Workbook, n: usize, document: &Document, table: &Table) -> Result<(), XlsxError> {
    let bold = Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_border(FormatBorder::Thin);
    let cell = Format::new().set_border(FormatBorder::Thin).set_text_wrap();
    let named: String = format!("{n} {}", table.caption)
        .chars()
        .filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\''))
        .take(NAME_MOST)
        .collect();
    let sheet = book.add_worksheet();
    sheet.set_name(named.trim())?;
    sheet.write_string_with_format(0, 0, &document.title, &Format::new().set_bold())?;
    sheet.write_string(1, 0, &table.caption)?;
    for (at, column) in (0_u16..).zip(&table.columns) {
        sheet.set_column_width(at, f64::from(column.share.clamp(1, 4)) * 6.0 + 6.0)?;
        sheet.write_string_with_format(2, at, &column.head, &bold)?;
    }
    let mut line = 3;
    for row in &table.rows {
        for (at, (column, text)) in (0_u16..).zip(table.columns.iter().zip(row)) {
            match number(column.align, text) {
                Some(value) => sheet.write_number_with_format(line, at, value, &cell)?,
                None => {
                    let short: String = text.chars().take(CELL_MOST).collect();
                    sheet.write_string_with_format(line, at, short, &cell)?
                }
            };
        }
        line += 1;
    }
    if !table.note.is_empty() {
        sheet.write_string(line, 0, &table.note)?;
    }
    Ok(())
}

/// A figure of a column of figures; everything else stays a text, numbers of cases above all.
fn number(align: Align, text: &str) -> Option<f64> {
    let plain = text.len() <= 12
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    (align == Align::Right && plain)
        .then(|| text.parse().ok())
        .flatten()
}
