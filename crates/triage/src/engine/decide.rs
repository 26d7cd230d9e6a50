//! What the findings mean for the contact.

use super::scan::{Found, Row};
use super::{Engine, Query};
use crate::danger::Run;
use crate::learn::{ASK, Judged};
use crate::list::{Matter, Scope, by_district};
use crate::narrative::{Narrative, slice};
use crate::suggestion::{Alternative, Danger, Doubt, Evidence, Mode, Suggestion, UNNAMED};
use domain::clock::Limits;
use domain::desk::{Desk, Urgency};
use domain::id::UnitId;

/// Other rows shown.
const ALTERNATIVES: usize = 3;

/// Danger first, then the list, then the scope (laws 5 and 11, R23, R96, R108).
pub(super) fn decide(
    engine: &Engine,
    query: &Query<'_>,
    narrative: &Narrative,
    found: &Found,
    heard: Option<&(Judged, String)>,
) -> Suggestion {
    let mut out = blank(engine);
    // To a millionth: more of it means nothing, and not every reader brings the last bits back.
    out.police = heard.map(|(heard, _)| (heard.police * 1e6).round() / 1e6);
    let mut torn = false;
    let raised = heard.filter(|(heard, _)| heard.raised);
    if found.dangers.is_empty() && raised.is_none() {
        out.ask = heard
            .filter(|(heard, _)| heard.share >= ASK)
            .map(|(heard, _)| doubt(engine, query, narrative, heard));
        let best = found.rows.first();
        match best.map(|row| (engine.matter_row(row.row), engine.scope_row(row.row), row)) {
            Some((Some(matter), _, row)) => {
                let mut rows = found.rows.iter().skip(1);
                let second = rows.find(|row| engine.matter_row(row.row).is_some());
                torn = hand_over(engine, &mut out, query, row, matter, second);
            }
            Some((None, Some(scope), _)) => answer(&mut out, query, scope),
            Some((None, None, _)) | None => out.unowned = true,
        }
    } else {
        endanger(engine, &mut out, query, narrative, found, raised);
    }
    if out.ask.is_some() {
        out.say.insert_str(0, &engine.dangers.ask);
    }
    if torn {
        consult(engine, &mut out);
    }
    if let Some(code) = out.matter.clone() {
        let mut rows = found.rows.iter();
        let row = rows.find(|row| engine.code_of(row) == Some(code.as_str()));
        let version = &engine.list.header.version;
        for run in row.into_iter().flat_map(|row| &row.runs) {
            out.evidence
                .push(quote(query, narrative, code.as_str(), version, *run));
        }
    }
    others(engine, &mut out, query, found);
    out
}

fn blank(engine: &Engine) -> Suggestion {
    Suggestion {
        desk: None,
        matter: None,
        matter_name: String::new(),
        lead: None,
        assist: Vec::new(),
        urgency: Urgency::Normal,
        // Undecided: the two desks and the caller talk, and who received it keeps it (law 2).
        mode: Mode::Consult,
        danger: Vec::new(),
        ask: None,
        police: None,
        unowned: false,
        evidence: Vec::new(),
        alternatives: Vec::new(),
        say: String::new(),
        basis: String::new(),
        limits: Limits::default(),
        list_version: engine.list.header.version.clone(),
        danger_version: engine.dangers.version.clone(),
    }
}

fn answer(out: &mut Suggestion, query: &Query<'_>, scope: &Scope) {
    out.desk = Some(query.received_at);
    out.matter = Some(scope.code.clone());
    out.matter_name.clone_from(&scope.name);
    out.mode = Mode::Answer;
    out.say.clone_from(&scope.say);
    out.basis.clone_from(&scope.basis);
}

/// Says whether two desks have nearly the same claim: then they decide together, in front of the caller.
fn hand_over(
    engine: &Engine,
    out: &mut Suggestion,
    query: &Query<'_>,
    row: &Row,
    matter: &Matter,
    second: Option<&Row>,
) -> bool {
    own(out, query, matter);
    out.desk = Some(matter.desk);
    out.mode = if matter.desk == query.received_at {
        Mode::Dispatch
    } else {
        matter.mode
    };
    second.is_some_and(|second| {
        let rival = engine.matter_row(second.row);
        rival.is_some_and(|rival| rival.desk != matter.desk)
            && row.score - second.score <= engine.list.header.consult_margin
    })
}

/// The desks and the caller decide together (R54, R90), and the caller is told so. Where danger is
/// suspected that is asked before anything else is said.
pub(super) fn consult(engine: &Engine, out: &mut Suggestion) {
    out.mode = Mode::Consult;
    let say = &engine.list.header.consult_say;
    if !say.is_empty() {
        let ask = out.ask.as_ref().map_or("", |_| &engine.dangers.ask);
        out.say = format!("{ask}{say}");
    }
}

/// Puts a row of the list into the suggestion: unit by the table matter × district.
fn own(out: &mut Suggestion, query: &Query<'_>, matter: &Matter) {
    let lead = by_district(&matter.lead_by_district, &matter.lead, query.district);
    out.matter = Some(matter.code.clone());
    out.matter_name.clone_from(&matter.name);
    out.lead = Some(lead.clone());
    out.assist = matter
        .assist
        .iter()
        .filter(|unit| *unit != lead)
        .cloned()
        .collect();
    out.urgency = matter.urgency;
    out.say.clone_from(&matter.say);
    out.basis.clone_from(&matter.basis);
    out.limits = matter.limits;
}

/// Police go, whatever the list says; the department's order is made beside it (law 5, R96).
fn endanger(
    engine: &Engine,
    out: &mut Suggestion,
    query: &Query<'_>,
    narrative: &Narrative,
    found: &Found,
    raised: Option<&(Judged, String)>,
) {
    let version = &engine.dangers.version;
    if let Some((heard, version)) = raised.filter(|_| found.dangers.is_empty()) {
        suspect(engine, out, query, narrative, heard, version);
    }
    for &(index, run) in &found.dangers {
        let Some(rule) = engine.dangers.rules.get(index) else {
            continue;
        };
        let place = quote(query, narrative, &rule.id, version, run);
        out.urgency = out.urgency.max(rule.urgency);
        out.danger.push(Danger {
            kind: rule.kind.clone(),
            name: rule.name.clone(),
            rule: rule.id.clone(),
            words: place.words.clone(),
            start: place.start,
            end: place.end,
            advice: rule.advice.clone(),
        });
        out.evidence.push(place);
    }
    if let Some(matter) = in_danger(engine, out, found) {
        let urgency = out.urgency;
        own(out, query, matter);
        out.urgency = urgency.max(matter.urgency);
        out.desk = Some(matter.desk);
    }
    let first = by_district(
        &engine.list.first_response_by_district,
        &engine.list.first_response,
        query.district,
    );
    out.mode = match (out.matter.is_some(), out.desk, query.received_at) {
        (true, Some(Desk::Hotline), _) => Mode::Parallel,
        (_, _, Desk::Police) => Mode::Dispatch,
        (_, _, Desk::Hotline) => Mode::Direct,
    };
    match &out.lead {
        None => out.lead = Some(first.clone()),
        Some(lead) if lead != first && out.mode == Mode::Parallel => {
            let first: &UnitId = first;
            out.assist.retain(|unit| unit != first);
            out.assist.insert(0, first.clone());
        }
        Some(_) => {}
    }
    out.desk = Some(Desk::Police);
    out.say.clone_from(&engine.dangers.say);
}

/// Danger that was heard and not named: it counts as any other, and quotes what was heard.
fn suspect(
    engine: &Engine,
    out: &mut Suggestion,
    query: &Query<'_>,
    narrative: &Narrative,
    heard: &Judged,
    version: &str,
) {
    let doubt = doubt(engine, query, narrative, heard);
    let rules = || engine.dangers.rules.iter();
    let like = rules().find(|rule| rule.kind == doubt.kind);
    out.urgency = out.urgency.max(like.map_or(Urgency::Urgent, |r| r.urgency));
    out.danger.push(Danger {
        advice: like.map_or_else(|| engine.dangers.say.clone(), |r| r.advice.clone()),
        kind: doubt.kind,
        name: doubt.name,
        rule: UNNAMED.to_owned(),
        words: doubt.words,
        start: doubt.start,
        end: doubt.end,
    });
    for run in &heard.runs {
        out.evidence
            .push(quote(query, narrative, UNNAMED, version, *run));
    }
}

fn doubt(engine: &Engine, query: &Query<'_>, narrative: &Narrative, heard: &Judged) -> Doubt {
    let nowhere = Run { start: 0, end: 0 };
    let run = heard.runs.first().copied().unwrap_or(nowhere);
    let place = quote(query, narrative, UNNAMED, "", run);
    let mut rules = engine.dangers.rules.iter();
    let like = rules.find(|rule| rule.kind == heard.kind);
    Doubt {
        kind: heard.kind.clone(),
        name: like.map_or_else(|| "疑似险情".to_owned(), |r| format!("疑似{}", r.name)),
        share: heard.share,
        words: place.words,
        start: place.start,
        end: place.end,
    }
}

/// The matter of a case in danger: a department's that has to run beside, else the police's that
/// fired by its words, else the one the list names for the kind of danger. What is merely the
/// place of it, or needs no order in quiet times, is passed over.
fn in_danger<'a>(engine: &'a Engine, out: &Suggestion, found: &Found) -> Option<&'a Matter> {
    let is_of = |m: &Matter| out.danger.iter().any(|d| m.danger.contains(&d.kind));
    let fired = || {
        found
            .rows
            .iter()
            .filter_map(|row| engine.matter_row(row.row))
    };
    let beside = fired().find(|m| m.desk == Desk::Hotline && (m.beside || is_of(m)));
    let police = || fired().find(|m| m.desk == Desk::Police);
    let by_kind = || engine.list.matters.iter().find(|m| is_of(m));
    beside.or_else(police).or_else(by_kind)
}

fn others(engine: &Engine, out: &mut Suggestion, query: &Query<'_>, found: &Found) {
    for row in &found.rows {
        let Some(matter) = engine.matter_row(row.row) else {
            continue;
        };
        if out.matter.as_ref() == Some(&matter.code) || out.alternatives.len() >= ALTERNATIVES {
            continue;
        }
        let lead = by_district(&matter.lead_by_district, &matter.lead, query.district);
        out.alternatives.push(Alternative {
            matter: matter.code.clone(),
            name: matter.name.clone(),
            desk: matter.desk,
            lead: lead.clone(),
            score: row.score,
        });
    }
}

fn quote(
    query: &Query<'_>,
    narrative: &Narrative,
    rule: &str,
    version: &str,
    run: Run,
) -> Evidence {
    let place = narrative.original(run.start..run.end);
    Evidence {
        rule: rule.to_owned(),
        version: version.to_owned(),
        words: slice(query.narrative, &place),
        start: place.start,
        end: place.end,
    }
}

impl Engine {
    fn matter_row(&self, row: usize) -> Option<&Matter> {
        self.list.matters.get(row)
    }

    fn scope_row(&self, row: usize) -> Option<&Scope> {
        self.list
            .scope
            .get(row.checked_sub(self.list.matters.len())?)
    }

    fn code_of(&self, row: &Row) -> Option<&str> {
        let matter = self.matter_row(row.row).map(|m| m.code.as_str());
        matter.or_else(|| self.scope_row(row.row).map(|s| s.code.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{SHIPPED_DANGER, SHIPPED_LIST};

    /// A row that always consults says so in its own words.
    #[test]
    fn a_row_that_consults_by_itself_keeps_its_own_sentence() {
        let row = SHIPPED_LIST.find("code = \"H12-2\"").unwrap();
        let (before, from) = SHIPPED_LIST.split_at(row);
        let list = format!(
            "{before}{}",
            from.replacen("mode = \"push\"", "mode = \"consult\"", 1)
        );
        let engine = Engine::new(&list, SHIPPED_DANGER).unwrap();
        let said = engine.ruled(&Query {
            narrative: "路灯不亮",
            place: "",
            district: "",
            received_at: Desk::Police,
        });
        assert_eq!(
            (said.mode, said.matter.unwrap().as_str()),
            (Mode::Consult, "H12-2")
        );
        assert!(!said.say.contains("三方"), "{}", said.say);
    }
}
