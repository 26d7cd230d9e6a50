//! What a file is, by its bytes. What its sender or its name claims is only heard where it makes
//! the answer stricter.

use crate::error::AppError;

/// How much of the beginning is looked at.
const HEAD: usize = 4096;
/// The longest mark that may lie across two pieces.
const OVERLAP: usize = 64;

/// Names by which a system would run what is in them, whatever that is.
const RUNS: [&str; 32] = [
    "apk", "app", "bat", "cab", "class", "cmd", "com", "cpl", "deb", "dex", "dll", "dmg", "exe",
    "gadget", "inf", "iso", "jar", "js", "jse", "lnk", "msc", "msi", "pif", "ps1", "py", "reg",
    "rpm", "scr", "sh", "vbe", "vbs", "wsf",
];

/// What the bytes are read as, piece by piece.
pub(crate) struct Sniffer {
    head: Vec<u8>,
    guess: Option<Guess>,
    /// The end of the last piece, so that a mark across two is seen.
    tail: Vec<u8>,
    marks: Marks,
    text: TextCheck,
    ends_with: String,
}

/// What the head allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guess {
    Sure(&'static str),
    /// A compound file of an older office, if the marks of one are found.
    Compound,
    /// An archive: an office document, if the marks of one are found.
    Archive,
    Text,
}

#[derive(Debug, Default)]
struct Marks {
    macros: bool,
    document: bool,
    sheet: bool,
    slides: bool,
    open_document: bool,
}

/// Whether it is text all along: nothing below a space but what separates words and lines.
#[derive(Debug, Default)]
struct TextCheck {
    control: bool,
}

impl Sniffer {
    /// For a file of that name.
    pub(crate) fn new(name: &str) -> Self {
        let ends_with = name
            .rsplit_once('.')
            .map(|(_, end)| end.trim().to_lowercase())
            .unwrap_or_default();
        Self {
            head: Vec::new(),
            guess: None,
            tail: Vec::new(),
            marks: Marks::default(),
            text: TextCheck::default(),
            ends_with,
        }
    }

    /// Looks at the next bytes; refuses as soon as it is clear.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<(), AppError> {
        if self.guess.is_none() {
            self.head.extend_from_slice(bytes);
            if self.head.len() >= HEAD {
                let head = std::mem::take(&mut self.head);
                self.decide(&head)?;
                self.scan(&head);
            }
        } else {
            self.scan(bytes);
        }
        self.broken_off()
    }

    /// The media type.
    pub(crate) fn finish(mut self) -> Result<&'static str, AppError> {
        if self.guess.is_none() {
            let head = std::mem::take(&mut self.head);
            if head.is_empty() {
                return Err(refused("file_empty", "the file is empty"));
            }
            self.decide(&head)?;
            self.scan(&head);
        }
        self.broken_off()?;
        match self.guess {
            Some(Guess::Sure(media)) => Ok(media),
            Some(Guess::Text) => Ok("text/plain"),
            Some(Guess::Compound) => match &self.marks {
                Marks { document: true, .. } => Ok("application/msword"),
                Marks { sheet: true, .. } => Ok("application/vnd.ms-excel"),
                Marks { slides: true, .. } => Ok("application/vnd.ms-powerpoint"),
                _ => Err(unknown()),
            },
            Some(Guess::Archive) => match &self.marks {
                Marks { document: true, .. } => {
                    Ok("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
                }
                Marks { sheet: true, .. } => {
                    Ok("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
                }
                Marks { slides: true, .. } => {
                    Ok("application/vnd.openxmlformats-officedocument.presentationml.presentation")
                }
                Marks {
                    open_document: true,
                    ..
                } => Ok("application/vnd.oasis.opendocument"),
                _ => Err(refused(
                    "file_archive",
                    "an archive may hide what cannot be looked at",
                )),
            },
            None => Err(unknown()),
        }
    }

    fn decide(&mut self, head: &[u8]) -> Result<(), AppError> {
        if runs(head) || RUNS.contains(&self.ends_with.as_str()) {
            return Err(refused("file_executable", "a program is not taken"));
        }
        if markup(head) || markup_name(&self.ends_with) {
            return Err(refused("file_markup", "HTML and SVG are not taken"));
        }
        self.guess = Some(if let Some(media) = known(head) {
            Guess::Sure(media)
        } else if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            Guess::Compound
        } else if head.starts_with(b"PK\x03\x04") {
            Guess::Archive
        } else {
            Guess::Text
        });
        Ok(())
    }

    fn scan(&mut self, bytes: &[u8]) {
        match self.guess {
            Some(Guess::Text) => self.text.feed(bytes),
            Some(Guess::Compound | Guess::Archive) => {
                let mut seen = std::mem::take(&mut self.tail);
                seen.extend_from_slice(bytes);
                let compound = self.guess == Some(Guess::Compound);
                self.marks.look(&seen, compound);
                let keep = seen.len().saturating_sub(OVERLAP);
                self.tail = seen.split_off(keep);
            }
            _ => {}
        }
    }

    fn broken_off(&self) -> Result<(), AppError> {
        if self.marks.macros {
            return Err(refused(
                "file_macros",
                "a document with macros is a program",
            ));
        }
        if self.text.control {
            return Err(unknown());
        }
        Ok(())
    }
}

impl Marks {
    fn look(&mut self, bytes: &[u8], compound: bool) {
        let wide =
            |word: &str| -> Vec<u8> { word.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let has = |mark: &[u8]| contains(bytes, mark);
        if compound {
            // The names of streams stand in the directory, in UTF-16.
            self.macros |= has(&wide("_VBA_PROJECT"));
            self.document |= has(&wide("WordDocument"));
            self.sheet |= has(&wide("Workbook"));
            self.slides |= has(&wide("PowerPoint Document"));
        } else {
            // The names of members stand uncompressed before them and in the table at the end.
            self.macros |= has(b"vbaProject.bin");
            self.document |= has(b"word/document.xml");
            self.sheet |= has(b"xl/workbook.xml") || has(b"xl/workbook.bin");
            self.slides |= has(b"ppt/presentation.xml");
            self.open_document |= has(b"application/vnd.oasis.opendocument");
        }
    }
}

impl TextCheck {
    fn feed(&mut self, bytes: &[u8]) {
        self.control |= bytes
            .iter()
            .any(|b| (*b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C)) || *b == 0x7F);
    }
}

fn refused(key: &'static str, detail: &str) -> AppError {
    AppError::field("file", key, detail)
}

fn unknown() -> AppError {
    refused(
        "file_kind",
        "pictures, sound, video, PDF, office documents and text are taken",
    )
}

fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

/// Machine code and what a shell would run.
fn runs(head: &[u8]) -> bool {
    const STARTS: [&[u8]; 10] = [
        b"MZ",
        b"\x7FELF",
        b"\xCA\xFE\xBA\xBE",
        b"\xFE\xED\xFA\xCE",
        b"\xFE\xED\xFA\xCF",
        b"\xCE\xFA\xED\xFE",
        b"\xCF\xFA\xED\xFE",
        b"#!",
        b"dex\n",
        b"\0asm",
    ];
    // A shortcut of Windows runs what it names.
    const SHORTCUT: &[u8] = b"L\0\0\0\x01\x14\x02\0";
    STARTS.iter().any(|start| head.starts_with(start)) || head.starts_with(SHORTCUT)
}

fn markup_name(end: &str) -> bool {
    matches!(
        end,
        "htm" | "html" | "xhtml" | "mht" | "mhtml" | "svg" | "svgz" | "hta"
    )
}

/// Whether a browser might take the beginning for a page or a drawing.
fn markup(head: &[u8]) -> bool {
    let text: String = String::from_utf8_lossy(head).to_lowercase();
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    const TAGS: [&str; 10] = [
        "<!doctype html",
        "<html",
        "<script",
        "<svg",
        "<body",
        "<head",
        "<iframe",
        "<img",
        "<object",
        "<embed",
    ];
    // Anywhere in what is no picture or film: such a file begins with its own mark.
    text.starts_with("<?xml")
        || (known(head).is_none() && TAGS.iter().any(|tag| text.contains(tag)))
}

/// Files that begin with a mark of their own.
fn known(head: &[u8]) -> Option<&'static str> {
    let at =
        |from: usize, mark: &[u8]| head.get(from..from.saturating_add(mark.len())) == Some(mark);
    const STARTS: [(&[u8], &str); 16] = [
        (b"\xFF\xD8\xFF", "image/jpeg"),
        (b"\x89PNG\r\n\x1A\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"ID3", "audio/mpeg"),
        (b"\xFF\xFB", "audio/mpeg"),
        (b"\xFF\xF3", "audio/mpeg"),
        (b"\xFF\xF2", "audio/mpeg"),
        (b"\xFF\xF1", "audio/aac"),
        (b"fLaC", "audio/flac"),
        (b"#!AMR", "audio/amr"),
        (b"\x1A\x45\xDF\xA3", "video/webm"),
        (b"\0\0\x01\xBA", "video/mpeg"),
        (b"%PDF-", "application/pdf"),
    ];
    if let Some((_, media)) = STARTS.iter().find(|(start, _)| head.starts_with(start)) {
        return Some(media);
    }
    if at(0, b"RIFF") {
        return match head.get(8..12) {
            Some(b"WEBP") => Some("image/webp"),
            Some(b"WAVE") => Some("audio/wav"),
            Some(b"AVI ") => Some("video/x-msvideo"),
            _ => None,
        };
    }
    if at(0, b"OggS") {
        let film = contains(head.get(..256).unwrap_or(head), b"theora");
        return Some(if film { "video/ogg" } else { "audio/ogg" });
    }
    if at(0, b"BM") && at(6, b"\0\0\0\0") {
        return Some("image/bmp");
    }
    if at(4, b"ftyp") {
        return Some(match head.get(8..12) {
            Some(b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1") => "image/heic",
            Some(b"avif" | b"avis") => "image/avif",
            Some(b"M4A " | b"M4B ") => "audio/mp4",
            Some(b"qt  ") => "video/quicktime",
            Some([b'3', b'g', ..]) => "video/3gpp",
            _ => "video/mp4",
        });
    }
    if at(0, b"{\\rtf") {
        return Some("application/rtf");
    }
    None
}

/// How the page shows a media type: `image` and `sound` by themselves, all else as a `file`. Only
/// what a browser cannot mistake for a page is shown.
pub(super) fn shown_as(media: &str) -> &'static str {
    match media {
        "image/jpeg" | "image/png" | "image/gif" | "image/webp" | "image/bmp" | "image/avif" => {
            "image"
        }
        "audio/mpeg" | "audio/wav" | "audio/ogg" | "audio/mp4" | "audio/aac" | "audio/flac" => {
            "sound"
        }
        _ => "file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, bytes: &[u8], piece: usize) -> Result<&'static str, String> {
        let key = |error: AppError| match error {
            AppError::Invalid(fields) => fields[0].key.to_owned(),
            other => panic!("{other:?}"),
        };
        let mut sniffer = Sniffer::new(name);
        for part in bytes.chunks(piece) {
            sniffer.feed(part).map_err(key)?;
        }
        sniffer.finish().map_err(key)
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], wanted: Result<&str, &str>) {
        for piece in [1, 7, 1000, 1 << 20] {
            let found = read(name, bytes, piece);
            assert_eq!(
                found.as_deref().map_err(String::as_str),
                wanted.as_ref().map(|w| *w).map_err(|e| *e),
                "{name} in pieces of {piece}"
            );
        }
    }

    fn long(start: &[u8], end: &[u8]) -> Vec<u8> {
        let mut bytes = start.to_vec();
        bytes.extend(std::iter::repeat_n(7, 9000));
        bytes.extend_from_slice(end);
        bytes
    }

    #[test]
    fn what_is_taken_is_known_by_its_bytes() {
        check("现场.jpg", b"\xFF\xD8\xFF\xE0rest", Ok("image/jpeg"));
        check("a.txt", b"\x89PNG\r\n\x1A\nrest", Ok("image/png"));
        check("a", b"RIFF\0\0\0\0WEBPVP8 ", Ok("image/webp"));
        check("a", b"RIFF\0\0\0\0WAVEfmt ", Ok("audio/wav"));
        check("a", b"\0\0\0\x18ftypheic", Ok("image/heic"));
        check("a", b"\0\0\0\x18ftypM4A ", Ok("audio/mp4"));
        check("a", b"\0\0\0\x18ftypisom", Ok("video/mp4"));
        check("a", b"%PDF-1.7\n...", Ok("application/pdf"));
        check(
            "说明.txt",
            "工地半夜还在打桩\r\n".as_bytes(),
            Ok("text/plain"),
        );
        // GB18030, as older systems save it.
        check("a.txt", &[0xB9, 0xA4, 0xB5, 0xD8, b'\n'], Ok("text/plain"));
        let wide: Vec<u8> = "WordDocument"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let compound = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        check("a.doc", &long(&compound, &wide), Ok("application/msword"));
        check(
            "a.xlsx",
            &long(b"PK\x03\x04[Content_Types].xml", b"xl/workbook.xml"),
            Ok("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        );
    }

    #[test]
    fn what_could_run_is_refused_with_the_reason() {
        check("照片.jpg", b"MZ\x90\0", Err("file_executable"));
        check("a.jpg", b"\x7FELF\x02", Err("file_executable"));
        check("a.txt", b"#!/bin/sh\nrm", Err("file_executable"));
        check("a.bat", b"echo hello", Err("file_executable"));
        check("a.jpg", b"<!DOCTYPE html><p>", Err("file_markup"));
        check("a.png", b"  <svg xmlns=''>", Err("file_markup"));
        check(
            "a.txt",
            b"hello <ScRiPt>alert(1)</script>",
            Err("file_markup"),
        );
        check("a.svg", b"\xFF\xD8\xFF\xE0", Err("file_markup"));
        check(
            "a.zip",
            &long(b"PK\x03\x04secret", b""),
            Err("file_archive"),
        );
        check(
            "a.docm",
            &long(b"PK\x03\x04word/document.xml", b"word/vbaProject.bin"),
            Err("file_macros"),
        );
        // An installer of Windows is a compound file, too.
        let compound = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        check("a.doc", &long(&compound, b""), Err("file_kind"));
        check("a.txt", &long(b"text\n", b""), Err("file_kind"));
        check("a.jpg", b"", Err("file_empty"));
    }

    #[test]
    fn only_what_is_no_page_is_shown() {
        assert_eq!(shown_as("image/jpeg"), "image");
        assert_eq!(shown_as("audio/mpeg"), "sound");
        for media in ["image/tiff", "application/pdf", "text/plain", "video/mp4"] {
            assert_eq!(shown_as(media), "file");
        }
    }
}
