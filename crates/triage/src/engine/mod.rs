//! The two rule sets compiled into one automaton, and the decision on top of it.

mod assess;
mod compile;
mod decide;
mod scan;

use crate::danger::{Dangers, Sense, Sounds};
use crate::learn::{Alarm, Example, Told, told};
use crate::list::{List, ListError, Matter, Scope, Unit};
use crate::narrative::Narrative;
use crate::suggestion::Suggestion;
pub use assess::Assessment;
use compile::{Lexicon, compile};
use domain::desk::Desk;
use domain::id::{MatterCode, UnitId};

/// The list that comes with the program, for the fictional county.
pub const SHIPPED_LIST: &str = concat!(
    include_str!("../../data/list.toml"),
    include_str!("../../data/police.toml"),
    include_str!("../../data/hotline-living.toml"),
    include_str!("../../data/hotline-city.toml"),
    include_str!("../../data/hotline-people.toml"),
    include_str!("../../data/replies.toml"),
);
/// The danger rules that come with the program.
pub const SHIPPED_DANGER: &str = include_str!("../../data/danger.toml");

/// What is asked about one contact.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// What the caller says, as typed or transcribed.
    pub narrative: &'a str,
    /// The place as written; may be empty.
    pub place: &'a str,
    /// The district's name; may be empty.
    pub district: &'a str,
    /// The desk that received the contact.
    pub received_at: Desk,
}

/// The danger rules and the responsibility list, ready to be asked. Cheap to share, never
/// changed: a new version of the rules is a new engine.
#[derive(Debug)]
pub struct Engine {
    list: List,
    dangers: Dangers,
    sense: Sense,
    sounds: Sounds,
    lexicon: Lexicon,
    list_text: String,
    danger_text: String,
}

impl Engine {
    /// The engine with the rules that come with the program.
    ///
    /// # Errors
    /// As [`Engine::new`]; a test keeps the shipped rules free of them.
    pub fn shipped() -> Result<Self, ListError> {
        Self::new(SHIPPED_LIST, SHIPPED_DANGER)
    }

    /// Compiles a responsibility list and a set of danger rules, both TOML, and runs the
    /// examples they carry.
    ///
    /// # Errors
    /// Refuses what cannot be read or meant, and any rule set one of whose own examples does
    /// not come out as its row says.
    pub fn new(list: &str, danger: &str) -> Result<Self, ListError> {
        let engine = Self::compiled(list, danger)?;
        match engine.failures().into_iter().next() {
            Some(failure) => Err(failure),
            None => Ok(engine),
        }
    }

    /// Every example that does not come out as its row says: for whoever edits the rules, who
    /// wants to see all of them at once.
    ///
    /// # Errors
    /// Refuses what cannot be read or meant; failing examples are the answer, not an error.
    pub fn review(list: &str, danger: &str) -> Result<Vec<ListError>, ListError> {
        Ok(Self::compiled(list, danger)?.failures())
    }

    /// The rules compiled, with every example that does not come out as its row says: for whoever
    /// tries a draft that is not finished. Such an engine is for trying only.
    ///
    /// # Errors
    /// Refuses what cannot be read or meant.
    pub fn tried(list: &str, danger: &str) -> Result<(Self, Vec<ListError>), ListError> {
        let engine = Self::compiled(list, danger)?;
        let failures = engine.failures();
        Ok((engine, failures))
    }

    fn compiled(list: &str, danger: &str) -> Result<Self, ListError> {
        let (list_text, danger_text) = (list.to_owned(), danger.to_owned());
        let list = List::parse(list)?;
        let dangers = Dangers::parse(danger)?;
        for row in &list.matters {
            for kind in &row.danger {
                if !dangers.rules.iter().any(|r| r.kind == *kind) {
                    return Err(ListError::Unknown {
                        line: row.line,
                        row: row.code.to_string(),
                        what: "danger kind",
                        name: kind.clone(),
                    });
                }
            }
        }
        // Read here and not at the first call, which would wait for it.
        let _ = Alarm::shipped();
        Ok(Self {
            lexicon: compile(&list, &dangers)?,
            sense: Sense::new(&dangers),
            sounds: dangers.by_sound().map_err(ListError::Automaton)?,
            list,
            dangers,
            list_text,
            danger_text,
        })
    }

    /// What the rules say about one contact. Total: any text gives a suggestion, in time linear
    /// in its length.
    #[must_use]
    pub fn suggest(&self, query: &Query<'_>) -> Suggestion {
        self.suggested(query, &Narrative::new(query.narrative))
    }

    /// The same of a narrative that was read already.
    fn suggested(&self, query: &Query<'_>, narrative: &Narrative) -> Suggestion {
        let found = scan::scan(self, narrative, query.place);
        // Where a rule fires it adds no danger, but how sure the desk is.
        let heard =
            Alarm::shipped().map(|alarm| (alarm.judge(narrative), alarm.version().to_owned()));
        decide::decide(self, query, narrative, &found, heard.as_ref())
    }

    /// The same without what is heard beside the rules: what a row's own examples are tried on,
    /// and what is counted as the rules' word.
    #[must_use]
    pub fn ruled(&self, query: &Query<'_>) -> Suggestion {
        let narrative = Narrative::new(query.narrative);
        let found = scan::scan(self, &narrative, query.place);
        decide::decide(self, query, &narrative, &found, None)
    }

    /// The responsibility list.
    #[must_use]
    pub fn list(&self) -> &List {
        &self.list
    }

    /// The text the responsibility list was read from.
    #[must_use]
    pub fn list_text(&self) -> &str {
        &self.list_text
    }

    /// The text the danger rules were read from.
    #[must_use]
    pub fn danger_text(&self) -> &str {
        &self.danger_text
    }

    /// The danger rules.
    #[must_use]
    pub fn dangers(&self) -> &Dangers {
        &self.dangers
    }

    /// A member unit by its code.
    #[must_use]
    pub fn unit(&self, code: &UnitId) -> Option<&Unit> {
        self.list.units.iter().find(|u| u.code == *code)
    }

    /// A row of the list by its code.
    #[must_use]
    pub fn matter(&self, code: &MatterCode) -> Option<&Matter> {
        self.list.matters.iter().find(|m| m.code == *code)
    }

    /// A row of the scope by its code.
    #[must_use]
    pub fn scope(&self, code: &MatterCode) -> Option<&Scope> {
        self.list.scope.iter().find(|s| s.code == *code)
    }

    /// What the list itself teaches: its own example sentences, each with its row. A new site's
    /// heads know these and nothing else.
    #[must_use]
    pub fn examples(&self) -> Vec<Example> {
        let rows = self.list.matters.iter().flat_map(|row| {
            row.examples.iter().map(move |words| Example {
                words: words.clone(),
                desk: Some(row.desk.as_str().to_owned()),
                group: Some(row.group.clone()),
                row: Some(row.code.to_string()),
                urgency: Some(row.urgency.as_str().to_owned()),
                ..Example::default()
            })
        });
        rows.collect()
    }

    /// What the heads begin with beside what the ear tells them: the list's own examples, and the
    /// narratives that come with the program. Of these a row counts only where this list has one of the same code and name;
    /// urgency counts everywhere, and the desk where nobody is in danger: danger is the police's
    /// without asking (law 5), and would make all that sounds like it the police's, too.
    #[must_use]
    pub fn lessons(&self) -> Vec<Example> {
        let mut out = self.examples();
        let shipped = List::parse(SHIPPED_LIST).map(|list| list.matters);
        let shipped = shipped.unwrap_or_default();
        for example in &mut out {
            let same = |m: &&Matter| Some(m.code.as_str()) == example.row.as_deref();
            let own = self.list.matters.iter().find(same);
            example.shipped = own.is_some_and(|own| {
                let theirs = shipped.iter().find(|m| m.code == own.code);
                theirs.is_some_and(|theirs| theirs.name == own.name)
            });
        }
        for told in told::narratives() {
            let Told { words, row, .. } = told;
            let theirs = shipped.iter().find(|m| Some(m.code.as_str()) == row);
            let same = |m: &&Matter| theirs.is_some_and(|t| t.code == m.code && t.name == m.name);
            let own = self.list.matters.iter().find(same);
            let desk = told.desk.filter(|_| told.danger.is_none());
            if desk.is_none() && own.is_none() {
                continue;
            }
            let example = Example {
                words: words.to_owned(),
                desk: desk.map(str::to_owned),
                group: own.map(|m| m.group.clone()),
                row: own.map(|m| m.code.to_string()),
                urgency: told.urgency.map(str::to_owned),
                shipped: own.is_some(),
                ..Example::default()
            };
            // How far the rules may be trusted is counted on what they were not written for.
            out.push(example.ruled_by(&self.ask(words)));
        }
        out
    }

    /// The stretches of a text that are known by their sound alone, as they are written: for
    /// whoever looks for what only sounds like danger.
    #[must_use]
    pub fn by_sound(&self, words: &str) -> Vec<String> {
        let narrative = Narrative::new(words);
        let mut out = Vec::new();
        self.sounds.heard(narrative.chars(), |_, run| {
            let at = narrative.original(run.start..run.end);
            let heard = crate::narrative::slice(words, &at);
            if !out.contains(&heard) {
                out.push(heard);
            }
        });
        out
    }

    fn failures(&self) -> Vec<ListError> {
        let mut out = Vec::new();
        for row in &self.list.matters {
            self.try_row(&row.code, row.line, &row.examples, &row.not, &mut out);
        }
        for row in &self.list.scope {
            self.try_row(&row.code, row.line, &row.examples, &row.not, &mut out);
        }
        for (rule, &line) in self.dangers.rules.iter().zip(&self.dangers.lines) {
            for (sentence, wanted) in for_and_against(&rule.positive, &rule.negative) {
                let got = self.ask(sentence).danger;
                if got.iter().any(|d| d.rule == rule.id) == wanted {
                    continue;
                }
                let names: Vec<String> = got
                    .iter()
                    .map(|d| format!("{} {:?}", d.rule, d.words))
                    .collect();
                out.push(ListError::Example {
                    line,
                    row: rule.id.clone(),
                    example: sentence.clone(),
                    expected: if wanted {
                        "this danger"
                    } else {
                        "not this danger"
                    }
                    .to_owned(),
                    got: if names.is_empty() {
                        "no danger".to_owned()
                    } else {
                        names.join(", ")
                    },
                });
            }
        }
        out
    }

    fn try_row(
        &self,
        code: &MatterCode,
        line: usize,
        examples: &[String],
        not: &[String],
        out: &mut Vec<ListError>,
    ) {
        for (sentence, wanted) in for_and_against(examples, not) {
            let got = self.ask(sentence);
            if (got.matter.as_ref() == Some(code)) == wanted {
                continue;
            }
            out.push(ListError::Example {
                line,
                row: code.to_string(),
                example: sentence.clone(),
                expected: if wanted {
                    "this row"
                } else {
                    "another row or none"
                }
                .to_owned(),
                got: match got.matter {
                    Some(other) => format!("{other} {}", got.matter_name),
                    None => "no row".to_owned(),
                },
            });
        }
    }

    fn ask(&self, narrative: &str) -> Suggestion {
        self.ruled(&Query {
            narrative,
            place: "",
            district: "",
            received_at: Desk::Police,
        })
    }
}

fn for_and_against<'a>(
    examples: &'a [String],
    not: &'a [String],
) -> impl Iterator<Item = (&'a String, bool)> {
    examples
        .iter()
        .map(|s| (s, true))
        .chain(not.iter().map(|s| (s, false)))
}
