//! What is put into the index.

/// A case as the index takes it. Texts are in their normal spelling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Units that have to do with it; the others do not find it.
    pub units: Vec<String>,
    /// Words that everybody may read who may know of the case.
    pub open: String,
    /// The same words and those under the mask.
    pub full: String,
    /// The place as far as everybody may read it.
    pub place_open: String,
    /// The place.
    pub place: String,
    /// Printed numbers, with spaces between.
    pub numbers: String,
    /// Telephone numbers, with spaces between.
    pub phones: String,
    /// Names and places found by their first letters, as far as everybody may read them.
    pub names_open: String,
    /// All of them.
    pub names: String,
    /// What it is doing.
    pub state: String,
    /// The desk it belongs to; may be empty, as the next three.
    pub desk: String,
    /// Row of the responsibility list.
    pub matter: String,
    /// Who answers for it.
    pub unit: String,
    /// How it arrived.
    pub channel: String,
    /// 0, 1 or 2.
    pub urgency: u64,
    /// Signs of danger stand.
    pub danger: bool,
    /// When it was opened, milliseconds UTC.
    pub opened_at: i64,
    /// In which month, counted from January 2000.
    pub month: u64,
}

/// How far along the log an index is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mark {
    /// Everything up to this position is in it, unless it is still being filled.
    pub pos: i64,
    /// The hash of the event at that position, in hexadecimal: another log has another one.
    pub hash: String,
    /// While it is being filled: the last id of the walk through all cases.
    pub filled_to: Option<String>,
}

impl Mark {
    /// As the index keeps it beside its own words.
    pub(crate) fn write(&self, version: u32) -> String {
        let filled = self.filled_to.as_deref().unwrap_or_default();
        let walk = if self.filled_to.is_some() {
            "walk"
        } else {
            "whole"
        };
        format!("{version}\n{}\n{}\n{walk}\n{filled}", self.pos, self.hash)
    }

    /// Reads it; none if it is of another version or no mark at all.
    pub(crate) fn read(text: &str, version: u32) -> Option<Self> {
        let mut lines = text.splitn(5, '\n');
        if lines.next()?.parse() != Ok(version) {
            return None;
        }
        let pos = lines.next()?.parse().ok()?;
        let hash = lines.next()?.to_owned();
        let walk = lines.next()? == "walk";
        let filled = lines.next()?.to_owned();
        Some(Self {
            pos,
            hash,
            filled_to: walk.then_some(filled),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Mark;

    #[test]
    fn a_mark_is_read_as_it_was_written_and_by_its_own_version_only() {
        for filled_to in [None, Some(String::new()), Some("id 7".to_owned())] {
            let mark = Mark {
                pos: 42,
                hash: "ab".to_owned(),
                filled_to,
            };
            assert_eq!(Mark::read(&mark.write(3), 3), Some(mark.clone()));
            assert_eq!(Mark::read(&mark.write(3), 4), None);
        }
        assert_eq!(Mark::read("", 3), None);
        assert_eq!(Mark::read("3\nx\n", 3), None);
    }
}
