//! A sentence in, everything triage makes of it out.

use super::model;
use crate::command::say;
use domain::desk::{Desk, Urgency};
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;
use triage::{Assessment, Engine, Mode, Query, Zone};

/// A sentence, and where it was said.
#[derive(clap::Args)]
pub(super) struct Sentence {
    /// What the caller says.
    pub(super) narrative: String,
    #[command(flatten)]
    pub(super) heard: Heard,
}

/// Where it was heard, and which model is asked.
#[derive(clap::Args)]
pub(super) struct Heard {
    /// The place.
    #[arg(long, default_value = "")]
    place: String,
    /// The desk that received it: police or hotline.
    #[arg(long, default_value = "police", value_parser = desk)]
    desk: Desk,
    /// A model that `triage train` wrote; what the list's own examples teach when left out.
    #[arg(long)]
    model: Option<PathBuf>,
}

fn desk(word: &str) -> Result<Desk, String> {
    match word {
        "police" => Ok(Desk::Police),
        "hotline" => Ok(Desk::Hotline),
        _ => Err("police or hotline".to_owned()),
    }
}

#[derive(Serialize)]
struct Everything {
    #[serde(flatten)]
    assessed: Assessment,
    model: String,
}

impl Sentence {
    fn everything(&self) -> anyhow::Result<(Engine, Everything)> {
        let engine = Engine::shipped()?;
        let model = model(self.heard.model.as_deref(), &engine)?;
        let query = Query {
            narrative: &self.narrative,
            place: &self.heard.place,
            district: "",
            received_at: self.heard.desk,
        };
        let everything = Everything {
            assessed: engine.assess(&query, Some(&model)),
            model: model.version(),
        };
        Ok((engine, everything))
    }

    pub(super) fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        let (engine, everything) = self.everything()?;
        let Assessment {
            said,
            opinion,
            settled,
        } = &everything.assessed;
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
        if let Some(doubt) = &said.ask {
            let percent = doubt.share * 100.0;
            lines.push(format!(
                "请追问 {}：{}（{percent:.0}%）",
                doubt.name, doubt.words
            ));
        }
        match &said.matter {
            Some(matter) => lines.push(format!(
                "{} {} → {}，{}，{}",
                matter,
                said.matter_name,
                name(&said.lead),
                way(said.mode),
                pace(said.urgency)
            )),
            None => lines.push("无主事项：没有规则匹配".to_owned()),
        }
        for evidence in &said.evidence {
            lines.push(format!(
                "  依据 {} {}：{}",
                evidence.rule, evidence.version, evidence.words
            ));
        }
        if let Some((desk, share)) = settled.desk {
            let desk = match desk {
                Desk::Police => "110",
                Desk::Hotline => "12345",
            };
            let unsure = if settled.sure { "" } else { "，请核对" };
            lines.push(format!("  归属 {desk} {:.0}%{unsure}", share * 100.0));
        }
        let zone = match opinion.zone {
            Zone::Prefill => "可预填",
            Zone::Offer => "供选择",
            Zone::Ask => "请追问",
        };
        let rows: Vec<String> = opinion
            .rows
            .iter()
            .map(|row| {
                let matter = engine.matter(&domain::id::MatterCode::from(row.class.as_str()));
                let name = matter.map_or("", |m| m.name.as_str());
                format!("{} {name} {:.0}%", row.class, row.share * 100.0)
            })
            .collect();
        if !rows.is_empty() {
            lines.push(format!("  研判 {zone}：{}", rows.join("；")));
        }
        for fragment in &opinion.heads.fragments {
            lines.push(format!(
                "  词语 {}（{:.0}%）",
                fragment.words,
                fragment.share * 100.0
            ));
        }
        if !said.say.is_empty() {
            lines.push(format!("  告知：{}", said.say));
        }
        say(json, &everything, &lines.join("\n"))?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) fn explain(self, json: bool) -> anyhow::Result<ExitCode> {
        let (_, everything) = self.everything()?;
        let heads = &everything.assessed.opinion.heads;
        let mut lines = vec![format!("模型 {}", everything.model)];
        let each = [
            ("台", &heads.desk),
            ("类", &heads.group),
            ("项", &heads.row),
            ("急", &heads.urgency),
        ];
        for (name, verdict) in each {
            let set: Vec<String> = verdict
                .set
                .iter()
                .map(|r| format!("{} {:.3}", r.class, r.share))
                .collect();
            lines.push(format!("{name} {:?}：{}", verdict.zone, set.join("，")));
        }
        for fragment in &heads.fragments {
            lines.push(format!(
                "词 {}…{} {} {:.3}",
                fragment.start, fragment.end, fragment.words, fragment.share
            ));
        }
        say(json, &everything.assessed.opinion, &lines.join("\n"))?;
        Ok(ExitCode::SUCCESS)
    }
}

const fn way(mode: Mode) -> &'static str {
    match mode {
        Mode::Dispatch => "派单",
        Mode::Direct => "直接转接",
        Mode::Push => "推送工单",
        Mode::Parallel => "派警并推送",
        Mode::Consult => "三方协商",
        Mode::Answer => "当场答复",
    }
}

const fn pace(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Normal => "一般",
        Urgency::Urgent => "紧急",
        Urgency::Critical => "特急",
    }
}
