//! One pass over a narrative: which danger rules and which rows fire, and where.

use super::Engine;
use super::compile::Role;
use crate::danger::{Hits, Run};
use crate::list::Words;
use crate::narrative::{self, Narrative};
use crate::steps::step;
use std::collections::BTreeMap;

/// Spans kept for each row: enough to show why, few enough to stay small.
const KEPT: usize = 6;
/// Sets a row may have in `all`.
pub(super) const SETS: usize = 8;
/// Matched characters beyond this add nothing: a long letter is not a stronger matter.
const MOST_CHARS: u32 = 16;

/// Points for a row the place speaks for.
const PLACE: u32 = 12;

/// What one pass found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Danger rules that fired, by their number, with where; each rule once.
    pub(super) dangers: Vec<(usize, Run)>,
    /// Rows that fired, best first.
    pub(super) rows: Vec<Row>,
}

/// A row that fired.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) row: usize,
    pub(super) score: u32,
    pub(super) runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    fired: bool,
    barred: bool,
    placed: bool,
    all_met: bool,
    /// Sets of `all` that the place has a word of.
    met_by_place: [bool; SETS],
    last: [Option<Run>; SETS],
    runs: [Option<Run>; KEPT],
}

impl State {
    /// Keeps a span, unless one that is kept covers it; one that it covers gives way.
    fn keep(&mut self, run: Run) {
        let inside = |a: &Run, b: &Run| a.start >= b.start && a.end <= b.end;
        if self.runs.iter().flatten().any(|kept| inside(&run, kept)) {
            return;
        }
        for slot in &mut self.runs {
            if slot.is_some_and(|kept| inside(&kept, &run)) {
                *slot = None;
            }
        }
        if let Some(slot) = self.runs.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some(run);
        }
    }

    fn meet(&mut self, set: usize, run: Run, words: &Words) {
        if self.all_met {
            return;
        }
        if let Some(slot) = self.last.get_mut(set) {
            *slot = Some(run);
        }
        let mut sets = self
            .last
            .iter()
            .zip(&self.met_by_place)
            .take(words.all.len());
        let near = |last: &Option<Run>| last.is_some_and(|l| l.end + words.within >= run.start);
        if sets.all(|(last, by_place)| *by_place || near(last)) {
            let runs: [Option<Run>; SETS] = self.last;
            self.all_met = true;
            self.fired = true;
            for run in runs.iter().take(words.all.len()).flatten() {
                self.keep(*run);
            }
        }
    }

    fn score(&self, words: &Words) -> u32 {
        let chars: usize = self.runs.iter().flatten().map(|r| r.end - r.start).sum();
        let chars = u32::try_from(chars).unwrap_or(MOST_CHARS).min(MOST_CHARS);
        let by_place = self.all_met && self.met_by_place.contains(&true);
        words.priority * 10 + chars * 3 + if self.placed || by_place { PLACE } else { 0 }
    }
}

/// What is known of the rows that were touched, in their order.
type States = BTreeMap<usize, State>;

/// Runs both rule sets over a narrative, and the place words over the place.
pub(super) fn scan(engine: &Engine, narrative: &Narrative, place: &str) -> Found {
    // Of thousands of rows a narrative touches a handful: no state is made for the others.
    let mut states = States::new();
    let mut hits = Hits::default();
    // The place first: a set that it meets need not be met by the narrative, as when somebody
    // only says 吵得睡不着 and the place is a building site.
    if !place.is_empty() {
        each(engine, &narrative::normal(place), |role, _| match role {
            Role::Place(row) => states.entry(row).or_default().placed = true,
            Role::All(row, set) => {
                let state = states.entry(row).or_default();
                if let Some(met) = state.met_by_place.get_mut(set) {
                    *met = true;
                }
            }
            Role::Any(_) | Role::None(_) | Role::Danger(_) => {}
        });
    }
    let body = narrative.body();
    each(engine, narrative.text(), |role, run| {
        if run.start >= body {
            take(engine, &mut states, &mut hits, role, run);
        }
    });
    engine.sounds.heard(narrative.chars(), |role, run| {
        if run.start >= body {
            hits.take(role, run);
        }
    });
    hits.in_order();
    patterns(engine, narrative, &mut states);
    Found {
        dangers: dangers(engine, narrative, &hits),
        rows: rows(engine, &states),
    }
}

fn take(engine: &Engine, states: &mut States, hits: &mut Hits, role: Role, run: Run) {
    let row = match role {
        Role::Danger(role) => return hits.take(role, run),
        Role::Any(row) | Role::All(row, _) | Role::None(row) | Role::Place(row) => row,
    };
    let state = states.entry(row).or_default();
    match role {
        Role::Any(_) => {
            state.fired = true;
            state.keep(run);
        }
        Role::All(_, set) => {
            if let Some(words) = engine.words(row) {
                state.meet(set, run, words);
            }
        }
        Role::None(_) => state.barred = true,
        Role::Place(_) | Role::Danger(_) => {}
    }
}

/// Every word in a text, overlapping ones too, in order of ends, with where in characters.
fn each(engine: &Engine, text: &str, mut f: impl FnMut(Role, Run)) {
    engine.lexicon.each(text, |roles, start, end| {
        for &role in roles {
            step();
            f(role, Run { start, end });
        }
    });
}

fn patterns(engine: &Engine, narrative: &Narrative, states: &mut States) {
    let lexicon = &engine.lexicon;
    let (text, body) = (narrative.text(), narrative.body());
    let body = text.char_indices().nth(body).map_or(text.len(), |(i, _)| i);
    for index in lexicon.pattern_set.matches(text) {
        let Some((row, regex)) = lexicon.patterns.get(index) else {
            continue;
        };
        let count = |to: usize| text.get(..to).map_or(0, |t| t.chars().count());
        let first = regex.find_iter(text).find(|m| {
            step();
            m.start() >= body
        });
        if let Some(m) = first {
            let state = states.entry(*row).or_default();
            state.fired = true;
            state.keep(Run {
                start: count(m.start()),
                end: count(m.end()),
            });
        }
    }
}

fn dangers(engine: &Engine, narrative: &Narrative, hits: &Hits) -> Vec<(usize, Run)> {
    let mut out: Vec<(usize, Run)> = Vec::new();
    for &(rule, run) in &hits.words {
        let known = out.iter().any(|(fired, _)| *fired == rule);
        if !known
            && engine
                .sense
                .counts(&engine.dangers, narrative, hits, rule, run)
        {
            out.push((rule, run));
        }
    }
    out.sort_by_key(|&(rule, run)| {
        let urgency = engine.dangers.rules.get(rule).map(|r| r.urgency);
        (std::cmp::Reverse(urgency), run.start, rule)
    });
    out
}

fn rows(engine: &Engine, states: &States) -> Vec<Row> {
    let fired = states.iter().filter(|(_, s)| s.fired && !s.barred);
    let mut out: Vec<Row> = fired
        .filter_map(|(&row, state)| {
            let mut runs: Vec<Run> = state.runs.iter().flatten().copied().collect();
            runs.sort_by_key(|run| (run.start, run.end));
            Some(Row {
                row,
                score: state.score(engine.words(row)?),
                runs,
            })
        })
        .collect();
    // The row that stands first in the list wins a tie, so that the same text always gives the
    // same suggestion.
    out.sort_by_key(|row| (std::cmp::Reverse(row.score), row.row));
    out
}

impl Engine {
    /// The words of a row; matters are numbered first, scope behind.
    pub(super) fn words(&self, row: usize) -> Option<&Words> {
        let matter = self.list.matters.get(row).map(|m| &m.words);
        matter.or_else(|| {
            let scope = self
                .list
                .scope
                .get(row.checked_sub(self.list.matters.len())?);
            scope.map(|s| &s.words)
        })
    }
}
