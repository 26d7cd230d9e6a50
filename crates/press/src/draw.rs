//! From marks on pages to the bytes of a PDF.

use crate::PressError;
use crate::document::Document;
use crate::face::Faces;
use crate::layout::{Ink, MM, Mark, PAPER, Set, lay};
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};

/// A printed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The PDF. The same document and the same fonts give the same bytes.
    pub bytes: Vec<u8>,
    /// Pages.
    pub pages: usize,
    /// Characters no face has; 〓 stands for them on paper, and the text still holds them.
    pub missing: Vec<char>,
}

/// Prints a document.
///
/// # Errors
/// [`PressError`].
pub fn print(document: &Document, faces: &Faces) -> Result<Printed, PressError> {
    let scales = faces.scales();
    let laid = lay(document, &scales)?;
    let settings = SerializeSettings {
        enable_tagging: false,
        ..SerializeSettings::default()
    };
    let mut pdf = krilla::Document::new_with(settings);
    for marks in &laid.pages {
        let size = PageSettings::from_wh(PAPER.0, PAPER.1)
            .ok_or_else(|| PressError::Write("the paper has no size".to_owned()))?;
        let mut page = pdf.start_page_with(size);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, faces, mark);
        }
        surface.finish();
        page.finish();
    }
    let day = document.day;
    let title = if document.title.is_empty() {
        format!("{} {}", document.head.mark, document.head.number)
    } else {
        document.title.replace('\n', "")
    };
    pdf.set_metadata(
        Metadata::new()
            .title(title)
            .language("zh-CN".to_owned())
            .creator("liandong".to_owned())
            .creation_date(DateTime::new(day.year).month(day.month).day(day.day)),
    );
    let bytes = pdf
        .finish()
        .map_err(|error| PressError::Write(error.to_string()))?;
    Ok(Printed {
        bytes,
        pages: laid.pages.len(),
        missing: laid.missing.into_iter().collect(),
    })
}

fn colour(ink: Ink) -> rgb::Color {
    match ink {
        Ink::Black => rgb::Color::new(0, 0, 0),
        Ink::Red => rgb::Color::new(200, 16, 24),
        Ink::Grey => rgb::Color::new(110, 110, 110),
    }
}

fn fill(ink: Ink) -> Fill {
    Fill {
        paint: colour(ink).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

fn stroke(ink: Ink, width: f32) -> Stroke {
    Stroke {
        paint: colour(ink).into(),
        width,
        ..Stroke::default()
    }
}

fn draw(surface: &mut Surface<'_>, faces: &Faces, mark: &Mark) {
    match mark {
        Mark::Run {
            face,
            size,
            x,
            y,
            ink,
            set,
        } => {
            let Some(font) = faces.font(*face) else {
                return;
            };
            surface.set_stroke(None);
            surface.set_fill(Some(fill(*ink)));
            let (text, glyphs) = glyphs(set);
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, font, &text, *size, false);
        }
        Mark::Rule {
            from,
            to,
            width,
            ink,
        } => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            outline(surface, path.finish(), *ink, *width);
        }
        Mark::Area {
            x,
            y,
            w,
            h,
            filled,
            ink,
        } => {
            let Some(rect) = Rect::from_xywh(*x, *y, *w, *h) else {
                return;
            };
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            if *filled {
                if let Some(path) = path.finish() {
                    surface.set_stroke(None);
                    surface.set_fill(Some(fill(*ink)));
                    surface.draw_path(&path);
                }
            } else {
                outline(surface, path.finish(), *ink, 0.3 * MM);
            }
        }
    }
}

fn outline(surface: &mut Surface<'_>, path: Option<Path>, ink: Ink, width: f32) {
    if let Some(path) = path {
        surface.set_fill(None);
        surface.set_stroke(Some(stroke(ink, width)));
        surface.draw_path(&path);
    }
}

/// The text of a run and its glyphs, each with the character it stands for.
fn glyphs(set: &[Set]) -> (String, Vec<KrillaGlyph>) {
    let mut text = String::with_capacity(set.len() * 3);
    let glyphs = set
        .iter()
        .map(|one| {
            let from = text.len();
            text.push(one.c);
            let id = GlyphId::new(one.glyph);
            KrillaGlyph::new(id, one.advance, 0.0, 0.0, 0.0, from..text.len(), None)
        })
        .collect();
    (text, glyphs)
}
