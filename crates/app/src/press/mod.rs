//! Documents 公文: cases on paper and bulletins, put into words here and into pages by the crate
//! `press`. Pages are made beside the desk's work: one document at a time, on a thread of their own.

mod bulletin;
mod case;
mod compose;
mod figures;
mod measure;
mod publish;
mod scored;
mod timed;
mod words;

pub use case::SheetForm;

use crate::App;
use crate::error::AppError;
use ::press::{Document, Faces, FontError, PressError, Printed};
use domain::clock::Calendar;

/// What printing keeps in a process.
pub(crate) struct PressRoom {
    /// A document's fonts take 90 MiB while it is made: one at a time.
    turn: tokio::sync::Semaphore,
}

impl Default for PressRoom {
    fn default() -> Self {
        Self {
            turn: tokio::sync::Semaphore::new(1),
        }
    }
}

/// A document to be handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The name it should have.
    pub name: String,
    /// Media type.
    pub media: &'static str,
    /// Bytes.
    pub bytes: Vec<u8>,
}

/// Media type of a PDF.
pub(crate) const PDF: &str = "application/pdf";
/// Media type of a spreadsheet.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

impl App {
    /// Makes a document's pages, beside the desk's work.
    ///
    /// # Errors
    /// [`AppError::NoFont`], a defect.
    pub(crate) async fn print(&self, document: Document) -> Result<Printed, AppError> {
        let gone = |error: &dyn std::fmt::Display| AppError::Internal(format!("printing: {error}"));
        let turn = &self.inner.press.turn;
        let _turn = turn.acquire().await.map_err(|error| gone(&error))?;
        let choice = self.config().press.fonts.clone();
        let work = move || -> Result<Printed, PressError> {
            let faces = Faces::find(&choice)?;
            ::press::print(&document, &faces)
        };
        let printed = tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| gone(&error))?;
        printed.map_err(|error| match error {
            PressError::Font(font @ FontError::Missing { .. }) => {
                AppError::NoFont(font.to_string())
            }
            PressError::Font(font) => {
                // Where the site's fonts lie is for the log, not for a client.
                tracing::warn!(%font, "a configured font cannot be used");
                AppError::NoFont("a configured font cannot be used; the log says which".to_owned())
            }
            PressError::TooLong(_) => AppError::TooLarge,
            PressError::Write(_) => gone(&error),
        })
    }

    /// The civil day of a moment, as documents are dated.
    pub(crate) fn paper_day(&self, at: i64) -> ::press::Day {
        let day = self.inner.calendar.load().day_of(at);
        ::press::Day {
            year: u16::try_from(day.year()).unwrap_or(0),
            month: u8::try_from(day.month()).unwrap_or(1),
            day: u8::try_from(day.day()).unwrap_or(1),
        }
    }
}

/// A moment as documents write it: 2026年11月28日09:14.
pub(crate) fn moment(calendar: &Calendar, at: i64) -> String {
    let day = calendar.day_of(at);
    let minute = calendar.minute_of_day(at);
    format!(
        "{}年{}月{}日{:02}:{:02}",
        day.year(),
        day.month(),
        day.day(),
        minute / 60,
        minute % 60
    )
}
