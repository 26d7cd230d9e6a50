//! Numbers that citizens dial, where several services answer at one desk (R132).

use super::class;
use anyhow::Context as _;
use serde::Deserialize;
use voice::call::{NumberPlan, Plan};
use voice::queue::{Needs, Skills};

/// A number that citizens dial, and what its calls need of a seat.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberSection {
    pub(super) number: String,
    /// Its calls are emergencies.
    #[serde(default)]
    emergency: bool,
    /// Only who has these skills takes its calls.
    #[serde(default)]
    requires: Vec<String>,
    /// Who has these skills is rung first.
    #[serde(default)]
    prefers: Vec<String>,
}

impl NumberSection {
    /// Puts it into the plan; whether the number was there before.
    ///
    /// # Errors
    /// When it names a skill that is not among those of the desk.
    pub(super) fn put(&self, plan: &mut Plan, known: &[String]) -> anyhow::Result<bool> {
        let needs = Needs {
            required: self.skills("requires", &self.requires, known)?,
            preferred: self.skills("prefers", &self.prefers, known)?,
        };
        let number = NumberPlan {
            class: class(self.emergency),
            needs,
            base: 0,
        };
        Ok(plan.numbers.insert(self.number.clone(), number).is_some())
    }

    fn skills(&self, field: &str, names: &[String], known: &[String]) -> anyhow::Result<Skills> {
        names.iter().try_fold(Skills::NONE, |all, name| {
            let at = known.iter().position(|skill| skill == name);
            let at = at.with_context(|| {
                let number = &self.number;
                format!("voice.number {number} {field} {name}, which is not among voice.skills")
            })?;
            let bit = u32::try_from(at).ok().and_then(|at| 1_u64.checked_shl(at));
            let bit = bit.context("voice.skills are more than 64")?;
            Ok(Skills(all.0 | bit))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::voice::VoiceSection;
    use crate::voice::tests::GOOD;
    use domain::desk::Desk;
    use voice::queue::{Class, Skills};

    #[test]
    fn r132_a_number_asks_for_the_skills_the_file_names() {
        let numbers = r#"
            [[number]]
            number = "119"
            emergency = true
            requires = ["fire"]
            [[number]]
            number = "122"
            prefers = ["traffic", "fire"]
        "#;
        let skilled = format!("skills = [\"fire\", \"traffic\"]\n{GOOD}\n{numbers}");
        let read = |text: &str| {
            toml::from_str::<VoiceSection>(text)
                .unwrap()
                .plan(Desk::Police)
        };
        let plan = read(&skilled).unwrap();
        let fire = &plan.numbers["119"];
        assert_eq!(
            (fire.class, fire.needs.required, fire.needs.preferred),
            (Class::Emergency, Skills(1), Skills::NONE)
        );
        let traffic = &plan.numbers["122"];
        assert_eq!(
            (
                traffic.class,
                traffic.needs.required,
                traffic.needs.preferred
            ),
            (Class::Normal, Skills::NONE, Skills(3))
        );

        let unknown = read(&skilled.replace("\"traffic\"]\n", "\"sea\"]\n"))
            .unwrap_err()
            .to_string();
        assert!(unknown.contains("122 prefers traffic"), "{unknown}");
        let twice = read(&skilled.replace("\"122\"", "\"119\""))
            .unwrap_err()
            .to_string();
        assert!(twice.contains("119 stands there twice"), "{twice}");
    }
}
