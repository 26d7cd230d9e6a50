//! The four faces of official documents, found at run time. What is not there is an error that says
//! how to get it, never an empty box on paper.

use krilla::text::Font;
use serde::Deserialize;
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::raw::FileRef;
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a text is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    /// 仿宋: the body. Without a face of the site's own a serif stands in.
    Body,
    /// 小标宋: the red head and the title.
    Title,
    /// 黑体: headings of the first level, heads of tables.
    Heading,
    /// 楷体: headings of the second level. Without a face of the site's own a bold serif stands in.
    Second,
}

impl Face {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Body, Self::Title, Self::Heading, Self::Second];

    const fn place(self) -> usize {
        match self {
            Self::Body => 0,
            Self::Title => 1,
            Self::Heading => 2,
            Self::Second => 3,
        }
    }

    /// The free font that stands for it, as Debian's package names the file.
    const fn free(self) -> &'static str {
        match self {
            Self::Body => "NotoSerifCJK-Regular.ttc",
            Self::Title | Self::Second => "NotoSerifCJK-Bold.ttc",
            Self::Heading => "NotoSansCJK-Bold.ttc",
        }
    }
}

/// Where distributions put the free fonts.
const FOLDERS: [&str; 4] = [
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/noto",
    "/usr/share/fonts/google-noto-cjk",
];

/// Fonts of the site's own. What is not named is looked for among the system's free fonts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FontChoice {
    /// For the body, 仿宋.
    pub body: Option<PathBuf>,
    /// For the red head and the title, 小标宋.
    pub title: Option<PathBuf>,
    /// For headings of the first level, 黑体.
    pub heading: Option<PathBuf>,
    /// For headings of the second level, 楷体.
    pub second: Option<PathBuf>,
    /// Where the free fonts lie, instead of where distributions put them.
    pub folder: Option<PathBuf>,
}

impl FontChoice {
    fn of(&self, face: Face) -> Option<&Path> {
        match face {
            Face::Body => self.body.as_deref(),
            Face::Title => self.title.as_deref(),
            Face::Heading => self.heading.as_deref(),
            Face::Second => self.second.as_deref(),
        }
    }

    fn path(&self, face: Face) -> Result<PathBuf, FontError> {
        if let Some(own) = self.of(face) {
            return Ok(own.to_owned());
        }
        let name = face.free();
        if let Some(folder) = &self.folder {
            return Ok(folder.join(name));
        }
        FOLDERS
            .iter()
            .map(|folder| Path::new(folder).join(name))
            .find(|path| path.is_file())
            .ok_or(FontError::Missing { name })
    }
}

/// Why a face cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    /// The free font is not installed and none is configured.
    #[error(
        "there is no Chinese font to print with ({name}): install one with \
         `apt-get install fonts-noto-cjk fonts-noto-cjk-extra`, or name a file under [press.fonts]"
    )]
    Missing {
        /// The file looked for.
        name: &'static str,
    },
    /// A file that was named cannot be read.
    #[error("the font {path} cannot be read: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// A file that was named is no font, or has no Chinese characters.
    #[error("{path} is no font with Chinese characters")]
    Unfit {
        /// The file.
        path: String,
    },
}

struct Loaded {
    font: Font,
    data: Arc<Vec<u8>>,
    index: u32,
}

/// The four faces, read.
pub struct Faces(Vec<Loaded>);

impl std::fmt::Debug for Faces {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Faces").finish_non_exhaustive()
    }
}

impl Faces {
    /// Reads them. They are large and printing is rare: whoever prints reads them, and lets them go.
    ///
    /// # Errors
    /// [`FontError`], with what to do about it.
    pub fn find(choice: &FontChoice) -> Result<Self, FontError> {
        let mut read: Vec<(PathBuf, Arc<Vec<u8>>)> = Vec::new();
        let mut faces = Vec::with_capacity(Face::ALL.len());
        for face in Face::ALL {
            let path = choice.path(face)?;
            let known = read.iter().find(|(known, _)| *known == path);
            let data = match known {
                Some((_, data)) => Arc::clone(data),
                None => {
                    let bytes = std::fs::read(&path).map_err(|error| FontError::Unreadable {
                        path: path.display().to_string(),
                        why: error.to_string(),
                    })?;
                    let data = Arc::new(bytes);
                    read.push((path.clone(), Arc::clone(&data)));
                    data
                }
            };
            let unfit = || FontError::Unfit {
                path: path.display().to_string(),
            };
            let index = member(&data).ok_or_else(unfit)?;
            let font = Font::new(Arc::clone(&data).into(), index).ok_or_else(unfit)?;
            faces.push(Loaded { font, data, index });
        }
        Ok(Self(faces))
    }

    pub(crate) fn font(&self, face: Face) -> Option<Font> {
        self.0.get(face.place()).map(|loaded| loaded.font.clone())
    }

    /// What is needed to measure, borrowed from the files' bytes.
    pub(crate) fn scales(&self) -> Scales<'_> {
        let scales = self.0.iter().map(|loaded| {
            FontRef::from_index(&loaded.data, loaded.index)
                .ok()
                .map(|font| Scale {
                    glyphs: font.charmap(),
                    widths: font.glyph_metrics(Size::unscaled(), LocationRef::default()),
                    em: loaded.font.units_per_em(),
                })
        });
        Scales(scales.collect())
    }
}

/// The member of a collection that has the simplified forms; 0 of a file that is no collection.
fn member(data: &[u8]) -> Option<u32> {
    let han = |font: &FontRef<'_>| font.charmap().map('警').is_some();
    match FileRef::new(data).ok()? {
        FileRef::Font(font) => han(&font).then_some(0),
        FileRef::Collection(collection) => {
            let fonts: Vec<(u32, FontRef<'_>)> = (0..collection.len())
                .filter_map(|index| Some((index, collection.get(index).ok()?)))
                .filter(|(_, font)| han(font))
                .collect();
            let simplified = fonts.iter().find(|(_, font)| {
                let family = font
                    .localized_strings(StringId::FAMILY_NAME)
                    .english_or_first();
                family.is_some_and(|name| name.chars().collect::<String>().ends_with(" SC"))
            });
            simplified.or(fonts.first()).map(|(index, _)| *index)
        }
    }
}

struct Scale<'a> {
    glyphs: Charmap<'a>,
    widths: GlyphMetrics<'a>,
    em: f32,
}

/// Which glyph stands for a character, and how wide it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    /// The face that has it.
    pub(crate) face: Face,
    /// The glyph in that face.
    pub(crate) glyph: u32,
    /// Its width as a share of the size.
    pub(crate) width: f32,
    /// No face has the character: the mark 〓 stands for it.
    pub(crate) missing: bool,
}

/// What stands on paper for a character no face has.
const STAND_IN: char = '〓';

pub(crate) struct Scales<'a>(Vec<Option<Scale<'a>>>);

impl Scales<'_> {
    fn look(&self, face: Face, c: char) -> Option<Found> {
        let scale = self.0.get(face.place())?.as_ref()?;
        let glyph = scale.glyphs.map(c)?;
        let width = scale.widths.advance_width(glyph)? / scale.em;
        Some(Found {
            face,
            glyph: glyph.to_u32(),
            width,
            missing: false,
        })
    }

    fn any(&self, face: Face, c: char) -> Option<Found> {
        self.look(face, c)
            .or_else(|| Face::ALL.into_iter().find_map(|other| self.look(other, c)))
    }

    /// The glyph for a character in a face, in another where that one has none.
    pub(crate) fn find(&self, face: Face, c: char) -> Found {
        self.any(face, c).unwrap_or_else(|| {
            let found = self.any(face, STAND_IN).unwrap_or(Found {
                face,
                glyph: 0,
                width: 1.0,
                missing: true,
            });
            Found {
                missing: true,
                ..found
            }
        })
    }
}
