//! Who is on a case now, so that two people are told of each other before they collide. Nothing of
//! it is kept: it is in no log, and gone when the program is.

use crate::App;
use crate::error::AppError;
use domain::right::Actor;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use utoipa::ToSchema;

/// How long somebody counts as there who says nothing more.
const STAYS: Duration = Duration::from_secs(40);
/// Cases after which those nobody is on are forgotten.
const PURGE_AT: usize = 1_000;

/// What somebody does on a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Reads it.
    Looking,
    /// Has a form of it open.
    Writing,
    /// Goes away.
    Leaving,
}

/// Somebody else on the same case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresentView {
    /// Who.
    pub name: String,
    /// Of which unit.
    pub unit_name: String,
    /// What they do.
    pub doing: Doing,
}

/// Who else is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PresenceView {
    /// Those who write first.
    pub others: Vec<PresentView>,
}

struct Here {
    name: String,
    unit: String,
    doing: Doing,
    seen: Instant,
}

/// Accounts by case.
#[derive(Default)]
pub(crate) struct Presence(Mutex<HashMap<String, HashMap<String, Here>>>);

impl Presence {
    fn note(
        &self,
        case: &str,
        actor: &Actor,
        doing: Doing,
        now: Instant,
    ) -> Vec<(String, String, Doing)> {
        let mut cases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cases.len() >= PURGE_AT {
            cases.retain(|_, people| {
                people.retain(|_, here| now.saturating_duration_since(here.seen) < STAYS);
                !people.is_empty()
            });
        }
        let people = cases.entry(case.to_owned()).or_default();
        people.retain(|_, here| now.saturating_duration_since(here.seen) < STAYS);
        let account = actor.account.as_str();
        if doing == Doing::Leaving {
            people.remove(account);
        } else {
            people.insert(
                account.to_owned(),
                Here {
                    name: actor.name.clone(),
                    unit: actor.unit.to_string(),
                    doing,
                    seen: now,
                },
            );
        }
        let mut others: Vec<_> = people
            .iter()
            .filter(|(other, _)| other.as_str() != account)
            .map(|(_, here)| (here.name.clone(), here.unit.clone(), here.doing))
            .collect();
        if people.is_empty() {
            cases.remove(case);
        }
        others.sort_by(|a, b| (a.2 != Doing::Writing, &a.0).cmp(&(b.2 != Doing::Writing, &b.0)));
        others
    }
}

impl App {
    /// Says that this actor is on a case, and hears who else is. Known to one process alone:
    /// where several share a database, people at different ones do not hear of each other here,
    /// and the version of the case still keeps them from overwriting anything.
    ///
    /// # Errors
    /// [`AppError::NotFound`], the store's.
    pub async fn present(
        &self,
        actor: &Actor,
        case: &str,
        doing: Doing,
        now: Instant,
    ) -> Result<PresenceView, AppError> {
        let draft = self.load(case).await?;
        self.readable(actor, &draft.after)?;
        let others = self
            .inner
            .presence
            .note(draft.after.id.as_str(), actor, doing, now);
        let others = others
            .into_iter()
            .map(|(name, unit, doing)| PresentView {
                name,
                unit_name: self.unit_name(&unit),
                doing,
            })
            .collect();
        Ok(PresenceView { others })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::{AccountId, UnitId};
    use domain::right::Role;

    fn person(name: &str) -> Actor {
        Actor {
            account: AccountId::new(name),
            name: name.to_owned(),
            roles: vec![Role::Lead],
            unit: UnitId::new("desk"),
        }
    }

    #[test]
    fn two_people_hear_of_each_other_and_nobody_of_themselves() {
        let presence = Presence::default();
        let start = Instant::now();
        let names = |who: &str, doing, at| -> Vec<String> {
            let others = presence.note("c1", &person(who), doing, at);
            others.into_iter().map(|(name, _, _)| name).collect()
        };
        assert!(names("甲", Doing::Looking, start).is_empty());
        assert!(names("甲", Doing::Writing, start).is_empty(), "another tab");
        assert_eq!(names("乙", Doing::Looking, start), ["甲"]);
        assert_eq!(
            names("丙", Doing::Looking, start),
            ["甲", "乙"],
            "writers first"
        );
        assert!(
            presence
                .note("c2", &person("丙"), Doing::Looking, start)
                .is_empty()
        );
        assert_eq!(names("丙", Doing::Leaving, start), ["甲", "乙"]);
        let later = start + STAYS - Duration::from_secs(1);
        assert_eq!(names("乙", Doing::Looking, later), ["甲"]);
        assert!(
            names("乙", Doing::Looking, start + STAYS).is_empty(),
            "甲 is gone"
        );
        assert!(names("乙", Doing::Leaving, start + STAYS).is_empty());
        assert_eq!(presence.0.lock().unwrap().len(), 1, "c1 is forgotten");
    }
}
