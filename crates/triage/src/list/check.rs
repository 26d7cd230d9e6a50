//! What a list must be before its examples are run.

use super::{
    Direction, DistrictTable, Document, Group, Lines, List, ListError, MOST_ROWS, MOST_WORDS,
    Matter, MatterRow, Reply, ReplyRow, Scope, ScopeRow, Unit, Words, read,
};
use crate::suggestion::Mode;
use domain::clock::Limits;
use domain::desk::Desk;
use domain::id::{MatterCode, UnitId};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

impl List {
    /// Reads a list and checks everything that can be checked without running it.
    ///
    /// # Errors
    /// Refuses unknown keys, unknown units, groups, limits and districts, codes used twice, rows
    /// without words or examples, and more rows or words than the engine is meant for. The
    /// examples themselves are run by [`crate::Engine::new`].
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let document: Document = read("list", text)?;
        Checker::new(text, &document)?.list(document)
    }
}

struct Checker {
    lines: Lines,
    units: BTreeMap<UnitId, Desk>,
    groups: BTreeMap<String, Direction>,
}

impl Checker {
    fn new(text: &str, document: &Document) -> Result<Self, ListError> {
        let lines = Lines::of(text);
        let mut units = BTreeMap::new();
        for unit in &document.unit {
            let (line, unit) = (lines.at(unit.span().start), unit.get_ref());
            let code = unit.code.as_str();
            let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if code.is_empty() || !code.chars().all(slug) {
                return Err(invalid(
                    line,
                    code,
                    "a unit's code is lower-case ASCII and dashes",
                ));
            }
            if units.insert(unit.code.clone(), unit.desk).is_some() {
                return Err(duplicate(line, "unit", code));
            }
        }
        let mut groups = BTreeMap::new();
        for group in &document.group {
            let (line, group) = (lines.at(group.span().start), group.get_ref());
            if groups.insert(group.code.clone(), group.direction).is_some() {
                return Err(duplicate(line, "group", &group.code));
            }
        }
        Ok(Self {
            lines,
            units,
            groups,
        })
    }

    fn list(&self, document: Document) -> Result<List, ListError> {
        let Document {
            list: header,
            limits,
            district,
            group,
            unit,
            matter,
            scope,
            reply,
        } = document;
        most("rows", matter.len() + scope.len(), MOST_ROWS)?;
        for unit in &unit {
            let line = self.line(unit);
            let unit = unit.get_ref();
            if let Some(other) = &unit.out_of_hours {
                self.known(line, unit.code.as_str(), other)?;
            }
        }
        for (name, table) in &district {
            for unit in table.units.values().chain([&table.default]) {
                self.known(0, name, unit)?;
            }
        }
        let first = district
            .get(&header.first_response)
            .ok_or_else(|| unknown(0, "list", "district table", &header.first_response))?;
        let (first_response, first_response_by_district) =
            (first.default.clone(), first.units.clone());
        let mut codes = BTreeSet::new();
        let mut words = 0;
        let mut matters = Vec::with_capacity(matter.len());
        for row in matter {
            let line = self.line(&row);
            let row = self.matter(line, row.into_inner(), &limits, &district)?;
            words += count(&row.words);
            if !codes.insert(row.code.clone()) {
                return Err(duplicate(line, "row", row.code.as_str()));
            }
            matters.push(row);
        }
        let mut scopes = Vec::with_capacity(scope.len());
        for row in scope {
            let line = self.line(&row);
            let row = scope_row(line, row.into_inner())?;
            words += count(&row.words);
            if !codes.insert(row.code.clone()) {
                return Err(duplicate(line, "row", row.code.as_str()));
            }
            scopes.push(row);
        }
        most("words", words, MOST_WORDS)?;
        most("replies", reply.len(), MOST_ROWS)?;
        let mut replies = Vec::with_capacity(reply.len());
        for row in reply {
            let line = self.line(&row);
            replies.push(self.reply(line, row.into_inner(), &codes)?);
        }
        Ok(List {
            header,
            groups: group
                .into_iter()
                .map(Spanned::<Group>::into_inner)
                .collect(),
            units: unit.into_iter().map(Spanned::<Unit>::into_inner).collect(),
            matters,
            scope: scopes,
            replies,
            first_response,
            first_response_by_district,
        })
    }

    fn line<T>(&self, row: &Spanned<T>) -> usize {
        self.lines.at(row.span().start)
    }

    fn known(&self, line: usize, row: &str, unit: &UnitId) -> Result<Desk, ListError> {
        let desk = self.units.get(unit).copied();
        desk.ok_or_else(|| unknown(line, row, "unit", unit.as_str()))
    }

    fn reply(
        &self,
        line: usize,
        row: ReplyRow,
        codes: &BTreeSet<MatterCode>,
    ) -> Result<Reply, ListError> {
        let name = row.name.trim();
        if name.is_empty() || name.chars().count() > 20 {
            return Err(invalid(line, "reply", "a name has 1 to 20 characters"));
        }
        if !(10..=500).contains(&row.text.trim().chars().count()) {
            return Err(invalid(line, name, "a text has 10 to 500 characters"));
        }
        if let Some(word) = stranger(&row.text) {
            let problem = format!("{word} stands for nothing; {{unit}}, {{matter}}, {{date}} do");
            return Err(invalid(line, name, &problem));
        }
        if row.matter.is_some() && row.group.is_some() {
            return Err(invalid(line, name, "for a matter or for a group, not both"));
        }
        if let Some(code) = row.matter.as_ref().filter(|code| !codes.contains(*code)) {
            return Err(unknown(line, name, "matter", code.as_str()));
        }
        if let Some(group) = row.group.as_ref().filter(|g| !self.groups.contains_key(*g)) {
            return Err(unknown(line, name, "group", group));
        }
        Ok(Reply {
            name: name.to_owned(),
            text: row.text.trim().to_owned(),
            matter: row.matter,
            group: row.group,
            solved: row.solved,
            line,
        })
    }

    fn matter(
        &self,
        line: usize,
        row: MatterRow,
        limits: &BTreeMap<String, Limits>,
        districts: &BTreeMap<String, DistrictTable>,
    ) -> Result<Matter, ListError> {
        let code = row.code.as_str();
        let direction = *self
            .groups
            .get(&row.group)
            .ok_or_else(|| unknown(line, code, "group", &row.group))?;
        let desk = match direction {
            Direction::ToPolice => Desk::Police,
            Direction::ToHotline => Desk::Hotline,
        };
        let limits = *limits
            .get(&row.limits)
            .ok_or_else(|| unknown(line, code, "limits", &row.limits))?;
        let table = match &row.lead_by_district {
            None => None,
            Some(name) => Some(
                districts
                    .get(name)
                    .ok_or_else(|| unknown(line, code, "district table", name))?,
            ),
        };
        let lead = row
            .lead
            .or_else(|| table.map(|t| t.default.clone()))
            .ok_or_else(|| invalid(line, code, "neither lead nor lead_by_district is given"))?;
        for unit in row.assist.iter().chain([&lead]) {
            self.known(line, code, unit)?;
        }
        if self.known(line, code, &lead)? != desk {
            return Err(invalid(line, code, "the lead stands behind the other desk"));
        }
        if row.assist.contains(&lead) {
            return Err(invalid(line, code, "the lead cannot assist itself"));
        }
        if matches!(row.mode, Mode::Answer | Mode::Dispatch) {
            return Err(invalid(
                line,
                code,
                "mode is direct, push, parallel or consult",
            ));
        }
        if row.beside && desk == Desk::Police {
            return Err(invalid(
                line,
                code,
                "only a department's order can be made beside",
            ));
        }
        if row.basis.trim().is_empty() {
            return Err(invalid(line, code, "basis is empty"));
        }
        fit(line, code, &row.words, &row.examples, &row.not)?;
        Ok(Matter {
            name: row.name,
            group: row.group,
            desk,
            lead,
            lead_by_district: table.map(|t| t.units.clone()).unwrap_or_default(),
            assist: row.assist,
            urgency: row.urgency,
            mode: row.mode,
            limits,
            basis: row.basis,
            words: row.words,
            danger: row.danger,
            beside: row.beside,
            say: row.say,
            examples: row.examples,
            not: row.not,
            line,
            code: MatterCode::new(row.code),
        })
    }
}

fn scope_row(line: usize, row: ScopeRow) -> Result<Scope, ListError> {
    fit(line, &row.code, &row.words, &row.examples, &row.not)?;
    Ok(Scope {
        code: MatterCode::new(row.code),
        name: row.name,
        outcome: row.outcome,
        basis: row.basis,
        words: row.words,
        say: row.say,
        examples: row.examples,
        not: row.not,
        line,
    })
}

/// Three examples that must fire and one that must not, for every row (R32: a list people trust).
fn fit(
    line: usize,
    code: &str,
    words: &Words,
    examples: &[String],
    not: &[String],
) -> Result<(), ListError> {
    if words.any.is_empty() && words.all.is_empty() && words.pattern.is_none() {
        return Err(invalid(
            line,
            code,
            "no any, all or pattern: the row can never fire",
        ));
    }
    if words.all.iter().any(Vec::is_empty) {
        return Err(invalid(line, code, "an empty set in all can never be met"));
    }
    if words.all.len() == 1 {
        return Err(invalid(line, code, "a single set in all belongs into any"));
    }
    if words.all.len() > 8 {
        return Err(invalid(line, code, "more than 8 sets in all"));
    }
    if !(1..=9).contains(&words.priority) {
        return Err(invalid(line, code, "priority is 1 to 9"));
    }
    if !(1..=200).contains(&words.within) {
        return Err(invalid(line, code, "within is 1 to 200 characters"));
    }
    if examples.len() < 3 || not.is_empty() {
        return Err(invalid(
            line,
            code,
            "three examples and one in not are needed",
        ));
    }
    Ok(())
}

/// A word in braces that is none of those that are filled in.
fn stranger(text: &str) -> Option<String> {
    text.split('{').skip(1).find_map(|rest| {
        let word = rest.split('}').next().unwrap_or(rest);
        (!matches!(word, "unit" | "matter" | "date")).then(|| format!("{{{word}}}"))
    })
}

fn count(words: &Words) -> usize {
    let all: usize = words.all.iter().map(Vec::len).sum();
    words.any.len() + all + words.none.len() + words.place.len()
}

fn most(what: &'static str, found: usize, limit: usize) -> Result<(), ListError> {
    if found > limit {
        return Err(ListError::TooMany { what, found, limit });
    }
    Ok(())
}

fn invalid(line: usize, row: &str, problem: &str) -> ListError {
    ListError::Invalid {
        line,
        row: row.to_owned(),
        problem: problem.to_owned(),
    }
}

fn duplicate(line: usize, what: &'static str, code: &str) -> ListError {
    ListError::Duplicate {
        line,
        what,
        code: code.to_owned(),
    }
}

fn unknown(line: usize, row: &str, what: &'static str, name: &str) -> ListError {
    ListError::Unknown {
        line,
        row: row.to_owned(),
        what,
        name: name.to_owned(),
    }
}
