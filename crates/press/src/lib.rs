//! Official documents 公文: plain structs in, PDF in the layout of GB/T 9704-2012 out, with text that
//! can be selected and searched; the tables once more as XLSX.
//!
//! The layout is a fixed grid: A4, a type area of 156 × 225 mm, 22 lines of 28 characters. So lines
//! are broken here, by the rules of Chinese punctuation, and a light library writes the file. Fonts
//! are found at run time and only the glyphs in use go into the file. The same document gives the
//! same bytes: there is no clock here, no chance, and nothing that depends on the order of a hash.
//!
//! The crate knows neither cases nor tables of a store. What is a site's own (names on the red head,
//! phrases) is data, [`Wording`].

mod count;
mod document;
mod draw;
mod face;
pub mod form;
mod layout;
mod line;
mod sheet;
mod wording;

pub use document::{
    Align, Bar, Block, Chart, Column, Day, Document, Foot, FormRow, Head, Series, Signature, Style,
    Table,
};
pub use draw::{Printed, print};
pub use face::{Face, Faces, FontChoice, FontError};
pub use sheet::{SheetError, sheet};
pub use wording::{Wording, WordingError};

/// Why a document was not printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PressError {
    /// A font is missing or is none.
    #[error(transparent)]
    Font(#[from] FontError),
    /// The document is longer than anybody reads: a defect of whoever made it.
    #[error("the document has more than {0} pages")]
    TooLong(usize),
    /// The file could not be put together.
    #[error("the PDF could not be written: {0}")]
    Write(String),
}
