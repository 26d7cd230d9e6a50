//! triage: a sentence in, what the rules say of it out.

use super::say;
use domain::desk::Desk;
use std::process::ExitCode;
use triage::{Engine, Query};

/// Asks triage about a sentence.
#[derive(clap::Args)]
pub(crate) struct Triage {
    /// What the caller says.
    narrative: String,
    /// The place.
    #[arg(long, default_value = "")]
    place: String,
    /// The desk that received it: police or hotline.
    #[arg(long, default_value = "police", value_parser = desk)]
    desk: Desk,
}

fn desk(word: &str) -> Result<Desk, String> {
    match word {
        "police" => Ok(Desk::Police),
        "hotline" => Ok(Desk::Hotline),
        _ => Err("police or hotline".to_owned()),
    }
}

impl Triage {
    pub(crate) fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let engine = Engine::shipped()?;
        let said = engine.suggest(&Query {
            narrative: &self.narrative,
            place: &self.place,
            district: "",
            received_at: self.desk,
        });
        let name = |unit: &Option<domain::id::UnitId>| {
            unit.as_ref()
                .and_then(|u| engine.unit(u))
                .map_or_else(|| "—".to_owned(), |u| u.name.clone())
        };
        let mut lines = Vec::new();
        for danger in &said.danger {
            lines.push(format!(
                "危险 {}：{}（{}）",
                danger.name, danger.words, danger.rule
            ));
        }
        match &said.matter {
            Some(matter) => lines.push(format!(
                "{} {} → {}，{:?}，{:?}",
                matter,
                said.matter_name,
                name(&said.lead),
                said.mode,
                said.urgency
            )),
            None => lines.push("无主事项：没有规则匹配".to_owned()),
        }
        for evidence in &said.evidence {
            lines.push(format!(
                "  依据 {} {}：{}",
                evidence.rule, evidence.version, evidence.words
            ));
        }
        if !said.say.is_empty() {
            lines.push(format!("  告知：{}", said.say));
        }
        say(json, &said, &lines.join("\n"))?;
        Ok(ExitCode::SUCCESS)
    }
}
