//! Triage for the desk: what it says, with names and times.

use crate::App;
use crate::catalogue::Sent;
use crate::error::AppError;
use crate::learning::percent;
use crate::office::allow;
use crate::view::{
    AlternativeView, ConfidenceView, DangerHint, DoubtHint, DueIfSent, EvidenceView, PlaceView,
    SuggestionView,
};
use domain::case::{Classification, DangerSign, Triaged};
use domain::clock::Stage;
use domain::id::{MatterCode, UnitId};
use domain::right::{Action, Actor};
use triage::{Mode, Query, Suggestion};

/// The word for a mode.
pub(crate) const fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Dispatch => "dispatch",
        Mode::Direct => "direct",
        Mode::Push => "push",
        Mode::Parallel => "parallel",
        Mode::Consult => "consult",
        Mode::Answer => "answer",
    }
}

impl App {
    /// What triage says of words that are being typed. Nothing is kept.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::Invalid`] for more than 20,000 characters.
    pub fn suggest(
        &self,
        actor: &Actor,
        narrative: &str,
        place: &str,
        district: &str,
    ) -> Result<SuggestionView, AppError> {
        allow(actor, Action::Triage)?;
        if narrative.chars().count() > 20_000 {
            return Err(AppError::field(
                "narrative",
                "too_long",
                "at most 20,000 characters",
            ));
        }
        let lies_in = self.district_name(district, place, narrative);
        let (assessed, model) = self.assess(&Query {
            narrative,
            place,
            district: &lies_in,
            received_at: self.inner.config.platform.desk,
        });
        let said = assessed.said;
        let named = |code: &MatterCode| {
            let engine = self.inner.engine.load();
            engine
                .matter(code)
                .is_some_and(|row| !row.lead_by_district.is_empty())
        };
        // Only where the district had a say.
        let district = if !said.danger.is_empty() || said.matter.as_ref().is_some_and(named) {
            lies_in
        } else {
            String::new()
        };
        let opinion = (&assessed.opinion, &assessed.settled);
        let confidence = self.confidence(actor, narrative, opinion, model, &district);
        Ok(self.suggestion_view(said, district, confidence))
    }

    /// What goes on the record: danger and the list alone, whose versions the record quotes (law 11).
    /// What the learnt layer adds is shown to a person and is theirs to decide.
    pub(crate) fn triage(&self, narrative: &str, place: &str, district: &str) -> Suggestion {
        self.hear(narrative, place, district).said
    }

    /// The same with the place it is about, which is looked up once.
    pub(crate) fn hear(&self, narrative: &str, place: &str, district: &str) -> Heard {
        let found = self.locate_contact(place, narrative);
        let said = self.inner.engine.load().suggest(&Query {
            narrative,
            place,
            district: &self.district_of(district, found.as_ref()),
            received_at: self.inner.config.platform.desk,
        });
        Heard { said, place: found }
    }

    fn suggestion_view(
        &self,
        said: Suggestion,
        district: String,
        confidence: ConfidenceView,
    ) -> SuggestionView {
        let now = self.now();
        let calendar = self.inner.calendar.load();
        let crosses = matches!(
            said.mode,
            Mode::Direct | Mode::Push | Mode::Parallel | Mode::Consult
        );
        let limits = said.limits;
        // Units behind the other desk are reached by a hand-over, not by this desk's dispatch.
        let mut assist = self.own_units(said.assist.iter());
        assist.retain(|unit| !self.is_disabled(unit));
        // What is shown ahead is what the key would set: the catalogue counts before the list's row.
        let own = self.inner.config.platform.desk;
        let sent = Sent {
            desk: said.desk.unwrap_or(own),
            matter: said.matter.as_ref(),
            urgency: said.urgency,
            lead: said.lead.as_ref(),
            list: limits,
        };
        let clocks = self.clockwork();
        let site = self.rules().limits;
        let ahead = |sent: &Sent<'_>, stage| sent.due(stage, now, (&clocks, &calendar, site));
        let offer = Sent {
            desk: own,
            lead: None,
            ..sent
        };
        let answer =
            || ahead(&offer, Stage::Answer).unwrap_or(calendar.due(now, self.rules().answer).0);
        // What crosses whole runs by the other desk's clocks, which are not known here.
        let away = crosses && said.mode != Mode::Parallel && said.desk != Some(own);
        let runs = said.desk.is_some() && said.mode != Mode::Answer && !away;
        let due = |stage| runs.then(|| ahead(&sent, stage)).flatten();
        let due = DueIfSent {
            answer: crosses.then(answer),
            sign: due(Stage::Sign),
            feedback: due(Stage::Feedback),
            result: due(Stage::Result),
            close: due(Stage::Close),
        };
        let lead = said.lead.and_then(|unit| self.at_work(unit));
        SuggestionView {
            desk: said.desk,
            matter: said.matter.as_ref().map(ToString::to_string),
            lead_name: lead
                .as_ref()
                .map(|u| self.unit_name(u.as_str()))
                .unwrap_or_default(),
            assist_names: assist.iter().map(|u| self.unit_name(u.as_str())).collect(),
            mode: mode_word(said.mode).to_owned(),
            danger: said
                .danger
                .into_iter()
                .map(|d| DangerHint {
                    kind: d.kind,
                    name: d.name,
                    rule: d.rule,
                    words: d.words,
                    start: d.start,
                    end: d.end,
                    advice: d.advice,
                })
                .collect(),
            ask: said.ask.map(|doubt| DoubtHint {
                percent: percent(doubt.share),
                kind: doubt.kind,
                name: doubt.name,
                words: doubt.words,
                start: doubt.start,
                end: doubt.end,
            }),
            evidence: said
                .evidence
                .into_iter()
                .map(|e| EvidenceView {
                    rule: e.rule,
                    version: e.version,
                    words: e.words,
                    start: e.start,
                    end: e.end,
                })
                .collect(),
            alternatives: said
                .alternatives
                .into_iter()
                .map(|a| AlternativeView {
                    lead_name: self.unit_name(a.lead.as_str()),
                    matter: a.matter.into_string(),
                    name: a.name,
                    desk: a.desk,
                    lead: a.lead.into_string(),
                    score: a.score,
                })
                .collect(),
            due,
            matter_name: said.matter_name,
            lead: lead.map(UnitId::into_string),
            assist: assist.into_iter().map(UnitId::into_string).collect(),
            urgency: said.urgency,
            unowned: said.unowned,
            say: said.say,
            basis: said.basis,
            limits,
            list_version: said.list_version,
            danger_version: said.danger_version,
            district,
            confidence,
        }
    }

    /// Those of the units that stand behind this platform's desk.
    pub(crate) fn own_units<'a>(&self, units: impl Iterator<Item = &'a UnitId>) -> Vec<UnitId> {
        let engine = self.inner.engine.load();
        let desk = self.inner.config.platform.desk;
        units
            .filter(|unit| engine.unit(unit).is_some_and(|u| u.desk == desk))
            .cloned()
            .collect()
    }

    /// Who goes first where there is danger, by the list.
    pub(crate) fn danger_unit(&self, place: &str, district: &str, narrative: &str) -> UnitId {
        self.unit_for_danger(place, &self.district_name(district, place, narrative))
    }

    /// Likewise, in a district by its name.
    pub(crate) fn unit_for_danger(&self, place: &str, district: &str) -> UnitId {
        let engine = self.inner.engine.load();
        let list = engine.list();
        list.first_response_by_district
            .iter()
            .find(|(name, _)| {
                !name.is_empty()
                    && (district.contains(name.as_str()) || place.contains(name.as_str()))
            })
            .map_or_else(|| list.first_response.clone(), |(_, unit)| unit.clone())
    }

    /// The basis a matter's row gives a dispatch that does not say otherwise.
    pub(crate) fn row_of(&self, classification: &Classification) -> Option<RowOf> {
        let engine = self.inner.engine.load();
        let row = engine.matter(classification.matter.as_ref()?)?;
        Some(RowOf {
            basis: format!(
                "{} · {} {}",
                row.basis,
                engine.list().header.version,
                row.code
            ),
        })
    }
}

/// What was told, heard once: what the list says of it and where it lies.
pub(crate) struct Heard {
    pub(crate) said: Suggestion,
    pub(crate) place: Option<PlaceView>,
}

/// What a row of the list gives.
pub(crate) struct RowOf {
    pub(crate) basis: String,
}

/// What of a suggestion becomes part of the record (law 11).
pub(crate) fn triaged(said: &Suggestion, dismissed: &[String]) -> Triaged {
    Triaged {
        classification: Classification {
            desk: said.desk,
            matter: said.matter.clone(),
            matter_name: said.matter_name.clone(),
            urgency: said.urgency,
        },
        danger: signs(said)
            .into_iter()
            .filter(|s| !dismissed.contains(&s.rule))
            .collect(),
        because: said
            .evidence
            .iter()
            .take(4)
            .map(|e| DangerSign {
                kind: "matter".to_owned(),
                rule: e.rule.clone(),
                words: e.words.clone(),
            })
            .collect(),
        list_version: said.list_version.clone(),
        danger_version: said.danger_version.clone(),
        located: None,
    }
}

/// The signs of danger in a suggestion.
pub(crate) fn signs(said: &Suggestion) -> Vec<DangerSign> {
    let mut signs: Vec<DangerSign> = Vec::new();
    for danger in &said.danger {
        if !signs.iter().any(|known| known.rule == danger.rule) {
            signs.push(DangerSign {
                kind: danger.kind.clone(),
                rule: danger.rule.clone(),
                words: danger.words.clone(),
            });
        }
    }
    signs
}
