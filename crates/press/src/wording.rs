//! A site's own words: names on the red head, titles, phrases. Checked whole before it is used.

use serde::Deserialize;

/// The shipped words.
const SHIPPED: &str = include_str!("../data/wording.toml");

macro_rules! wording {
    ($($(#[$doc:meta])* $name:ident: [$($hole:literal),*];)*) => {
        /// What a site says in its documents. `{…}` are filled in; which ones a line may have is checked.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Wording { $($(#[$doc])* pub $name: String),* }

        #[derive(Deserialize, Default)]
        #[serde(deny_unknown_fields, default)]
        struct Lines { $($name: Option<String>),* }

        impl Wording {
            fn taken(mut self, lines: Lines) -> Result<Self, WordingError> {
                $(if let Some(line) = lines.$name {
                    check(stringify!($name), &line, &[$($hole),*])?;
                    self.$name = line;
                })*
                Ok(self)
            }

            const EMPTY: Self = Self { $($name: String::new()),* };
        }
    };
}

wording! {
    /// 发文机关署名.
    office: ["platform"];
    /// 发文机关标志 of bulletins.
    document_mark: ["platform"];
    /// 发文字号 of bulletins.
    number: ["year", "n"];
    /// 主送机关 of bulletins.
    addressee: ["platform"];
    /// 抄送.
    copies: ["platform"];
    /// Head of a case at 110 on paper.
    police_sheet: ["platform"];
    /// Head of a case at 12345 on paper.
    hotline_sheet: ["platform"];
    /// Head of a supervision order (R82).
    supervision_mark: ["platform"];
    /// Its title.
    supervision_title: ["platform", "no", "unit"];
    /// Its first paragraph.
    supervision_opening: ["platform", "no", "unit"];
    /// Its last paragraph.
    supervision_closing: ["platform", "no", "unit", "due"];
    /// Head of an urge (R82).
    urge_mark: ["platform"];
    /// Its title.
    urge_title: ["platform", "no", "unit"];
    /// Head of a notice of a meeting about cases (R82).
    meeting_mark: ["platform"];
    /// Its title.
    meeting_title: ["platform", "no", "unit"];
    /// Head of a summons to an interview (R37, R82).
    interview_mark: ["platform"];
    /// Its title.
    interview_title: ["platform", "no", "unit"];
    /// Head of a bulletin that names a unit (R82).
    censure_mark: ["platform"];
    /// Its title.
    censure_title: ["platform", "no", "unit"];
    /// Head of a proposal to hold to account (R82).
    accountability_mark: ["platform"];
    /// Its title.
    accountability_title: ["platform", "no", "unit"];
    /// First paragraph of every measure.
    measure_opening: ["platform", "no", "unit", "basis"];
    /// Last paragraph of every measure that waits for an answer.
    measure_closing: ["platform", "no", "unit", "due"];
    /// Head of minutes (R2).
    minutes_mark: ["platform"];
    /// Title of the weekly bulletin.
    weekly_title: ["platform", "span"];
    /// Title of the monthly red and black list.
    monthly_title: ["platform", "span"];
    /// Title of the year's result.
    year_title: ["platform", "span"];
    /// Title of before, after and benefit.
    benefit_title: ["platform", "span"];
    /// First paragraph of the weekly bulletin.
    weekly_opening: ["platform", "span"];
    /// First paragraph of the monthly list.
    monthly_opening: ["platform", "span"];
    /// First paragraph of the year's result.
    year_opening: ["platform", "span"];
    /// First paragraph of before, after and benefit.
    benefit_opening: ["platform", "span"];
}

/// Why a site's words are refused; the shipped ones stay in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordingError {
    /// The file cannot be read as TOML, or names a line there is not.
    #[error("the wording cannot be read: {0}")]
    Syntax(String),
    /// A line has a place to be filled that nobody fills.
    #[error("wording.{line}: {{{hole}}} is not known here; known are {known}")]
    Hole {
        /// Which line.
        line: &'static str,
        /// What stands in the braces.
        hole: String,
        /// What may stand there.
        known: String,
    },
    /// A brace is not closed.
    #[error("wording.{line}: a brace is not closed")]
    Brace {
        /// Which line.
        line: &'static str,
    },
}

impl Default for Wording {
    fn default() -> Self {
        Self::shipped().unwrap_or(Self::EMPTY)
    }
}

impl Wording {
    /// The shipped words.
    ///
    /// # Errors
    /// None that a build with passing tests has.
    pub fn shipped() -> Result<Self, WordingError> {
        Self::EMPTY.taken(read(SHIPPED)?)
    }

    /// 发文字号 of a year and a running number.
    #[must_use]
    pub fn numbered(&self, year: &str, n: &str) -> String {
        filled(&self.number, &[("year", year), ("n", n)])
    }

    /// The shipped words with a site's own lines in their place.
    ///
    /// # Errors
    /// [`WordingError`], with the line.
    pub fn with(text: &str) -> Result<Self, WordingError> {
        Self::shipped()?.taken(read(text)?)
    }
}

fn read(text: &str) -> Result<Lines, WordingError> {
    toml::from_str(text).map_err(|error| WordingError::Syntax(error.to_string()))
}

fn check(line: &'static str, text: &str, holes: &[&str]) -> Result<(), WordingError> {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('{') {
        let (hole, after) = behind.split_once('}').ok_or(WordingError::Brace { line })?;
        if !holes.contains(&hole) {
            return Err(WordingError::Hole {
                line,
                hole: hole.to_owned(),
                known: holes.join(", "),
            });
        }
        rest = after;
    }
    Ok(())
}

/// A line with its places filled.
#[must_use]
pub(crate) fn filled(line: &str, with: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    // Once through, so that what is filled in is never taken for a place to be filled.
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((hole, after)) = behind.split_once('}') else {
            break;
        };
        out.push_str(before);
        let value = with.iter().find(|(name, _)| *name == hole);
        out.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_replaces_single_lines_and_only_with_known_places() {
        let own = Wording::with("office = \"望澜县联动办\"").unwrap();
        assert_eq!(own.office, "望澜县联动办");
        assert_eq!(own.copies, Wording::shipped().unwrap().copies);
        let wrong = Wording::with("office = \"{county}联动办\"").unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "wording.office: {county} is not known here; known are platform"
        );
        assert!(matches!(
            Wording::with("office = \"{platform\""),
            Err(WordingError::Brace { .. })
        ));
        assert!(matches!(
            Wording::with("offce = \"x\""),
            Err(WordingError::Syntax(_))
        ));
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        let line = filled("{no}由{unit}办理{x}", &[("no", "{unit}"), ("unit", "环保")]);
        assert_eq!(line, "{unit}由环保办理");
    }
}
