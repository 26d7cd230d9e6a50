//! The kinds of registers: their fields are data, and values are checked whole against them.

use crate::error::{AppError, FieldError};
use domain::clock::Calendar;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The shipped registers.
const SHIPPED: &str = include_str!("kinds.toml");
/// Characters of one line.
const TEXT_MOST: usize = 200;
/// Characters of several.
const LINES_MOST: usize = 8_000;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FieldKind {
    Text,
    Lines,
    Day,
    Number,
    Choice,
}

impl FieldKind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Lines => "lines",
            Self::Day => "day",
            Self::Number => "number",
            Self::Choice => "choice",
        }
    }
}

/// A field of a register.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldDef {
    pub(super) key: String,
    /// Chinese, English.
    pub(super) names: (String, String),
    pub(super) kind: FieldKind,
    #[serde(default)]
    pub(super) required: bool,
    /// Key, Chinese, English.
    #[serde(default)]
    pub(super) choices: Vec<(String, String, String)>,
    /// Its day is a limit of the entry.
    #[serde(default)]
    pub(super) due: bool,
}

/// A register.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindDef {
    pub(super) key: String,
    /// Chinese, English.
    pub(super) names: (String, String),
    /// An entry is about a unit.
    #[serde(default)]
    pub(super) unit: bool,
    /// Entries have tasks.
    #[serde(default)]
    pub(super) tasks: bool,
    /// An entry closes only with evidence (R36).
    #[serde(default)]
    pub(super) evidence: bool,
    pub(super) field: Vec<FieldDef>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    register: Vec<KindDef>,
}

/// All registers, read once when the application opens.
#[derive(Debug)]
pub(crate) struct Kinds(pub(super) Vec<KindDef>);

impl Kinds {
    /// Reads the shipped registers.
    pub(crate) fn shipped() -> Result<Self, AppError> {
        let file: File = toml::from_str(SHIPPED)
            .map_err(|error| AppError::Internal(format!("the registers: {error}")))?;
        Ok(Self(file.register))
    }

    pub(super) fn find(&self, key: &str) -> Result<&KindDef, AppError> {
        self.0
            .iter()
            .find(|kind| kind.key == key)
            .ok_or(AppError::NotFound)
    }
}

/// The values of an entry, by field.
pub(super) type Values = BTreeMap<String, String>;

impl KindDef {
    /// The values without what is empty, or everything that is wrong with them.
    pub(super) fn checked(&self, values: &Values) -> Result<Values, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut taken = Values::new();
        for key in values.keys() {
            if !self.field.iter().any(|field| field.key == *key) {
                let place = format!("values.{key}");
                errors.push(FieldError::new(place, "unknown_field", "no such field"));
            }
        }
        for field in &self.field {
            let text = values.get(&field.key).map(|t| t.trim()).unwrap_or_default();
            match field.fault(text) {
                Some((key, detail)) => {
                    errors.push(FieldError::new(
                        format!("values.{}", field.key),
                        key,
                        detail,
                    ));
                }
                None if text.is_empty() => {}
                None => {
                    taken.insert(field.key.clone(), text.to_owned());
                }
            }
        }
        if errors.is_empty() {
            Ok(taken)
        } else {
            Err(errors)
        }
    }

    /// The nearest limit among the fields: the end of its day.
    pub(super) fn due(&self, values: &Values, calendar: &Calendar) -> Option<i64> {
        self.field
            .iter()
            .filter(|field| field.due)
            .filter_map(|field| values.get(&field.key)?.parse::<Date>().ok())
            .map(|day| end_of(day, calendar))
            .min()
    }
}

impl FieldDef {
    fn fault(&self, text: &str) -> Option<(&'static str, &'static str)> {
        if text.is_empty() {
            return self.required.then_some(("required", "it may not be empty"));
        }
        let length = text.chars().count();
        let line = text.chars().any(char::is_control);
        match self.kind {
            FieldKind::Text if length > TEXT_MOST || line => {
                Some(("text_length", "one line of 200 characters at most"))
            }
            FieldKind::Lines if length > LINES_MOST || text.contains('\0') => {
                Some(("text_length", "8,000 characters at most"))
            }
            FieldKind::Day if text.parse::<Date>().is_err() => {
                Some(("unreadable", "a day as 2026-11-22"))
            }
            FieldKind::Number if !decimal(text) => Some(("unreadable", "a number, not below 0")),
            FieldKind::Choice if !self.choices.iter().any(|(key, ..)| key == text) => {
                Some(("unknown_word", "none of the choices"))
            }
            _ => None,
        }
    }

    /// A value as people read it.
    pub(super) fn words<'v>(&'v self, value: &'v str, english: bool) -> &'v str {
        let choice = self.choices.iter().find(|(key, ..)| key == value);
        choice.map_or(value, |(_, zh, en)| if english { en } else { zh })
    }
}

/// Digits with at most one point within, 12 characters at most.
fn decimal(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    text.len() <= 12
        && parts.len() <= 2
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
}

/// The last millisecond of a day.
pub(super) fn end_of(day: Date, calendar: &Calendar) -> i64 {
    let next = day.tomorrow().unwrap_or(day);
    calendar.start_of(next).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn values(pairs: &[(&str, &str)]) -> Values {
        let pairs = pairs.iter();
        pairs
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    #[test]
    fn r68_the_shipped_registers_are_whole() {
        let kinds = Kinds::shipped().unwrap();
        let mut keys = HashSet::new();
        for kind in &kinds.0 {
            assert!(keys.insert(&kind.key), "{} twice", kind.key);
            let mut fields = HashSet::new();
            for field in &kind.field {
                assert!(
                    fields.insert(&field.key),
                    "{}.{} twice",
                    kind.key,
                    field.key
                );
                assert!(!field.names.0.is_empty() && !field.names.1.is_empty());
                assert_eq!(field.choices.is_empty(), field.kind != FieldKind::Choice);
                assert!(!field.due || field.kind == FieldKind::Day);
            }
        }
        for key in ["meeting", "liaison", "duty", "joint", "inspection", "drill"] {
            assert!(kinds.find(key).is_ok(), "{key}: one of the paper's six");
        }
    }

    #[test]
    fn values_are_checked_whole_and_every_fault_is_told() {
        let kinds = Kinds::shipped().unwrap();
        let kind = kinds.find("checklist").unwrap();
        let wrong = values(&[
            ("limit", "2026-13-01"),
            ("source", "a\nb"),
            ("colour", "red"),
            ("problem", "路灯"),
        ]);
        let errors = kind.checked(&wrong).unwrap_err();
        let found: Vec<(&str, &str)> = errors.iter().map(|e| (e.field.as_str(), e.key)).collect();
        assert_eq!(
            found,
            [
                ("values.colour", "unknown_field"),
                ("values.source", "text_length"),
                ("values.person", "required"),
                ("values.limit", "unreadable"),
            ]
        );
        let right = values(&[
            ("limit", "2026-12-01"),
            ("source", "暗访"),
            ("problem", "路灯"),
            ("person", "方舟"),
            ("measure", " "),
        ]);
        let taken = kind.checked(&right).unwrap();
        assert!(!taken.contains_key("measure"));
        let due = kind.due(&taken, &Calendar::plain()).unwrap();
        assert_eq!(Calendar::plain().stamp(due), "2026-12-01 23:59");
        for (text, is) in [
            ("3", true),
            ("0.5", true),
            (".5", false),
            ("-1", false),
            ("1e9", false),
            ("1.2.3", false),
        ] {
            assert_eq!(decimal(text), is, "{text}");
        }
    }
}
