//! clocks: which clocks would run, and why; whether a catalogue is sound; what is shipped.

use super::{explain, keeper, say};
use crate::Config;
use crate::{config, serve};
use anyhow::Context as _;
use app::catalogue::{PRESETS, names, preset, preview_without_site, read};
use app::clock::{Clock as _, SystemClock};
use app::view::{ClockAsk, ClockDay, ClockPreview, ClockStep};
use clap::Subcommand;
use domain::clock::Calendar;
use domain::desk::Desk;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The clock catalogue.
#[derive(clap::Args)]
pub(crate) struct Clocks {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Which clocks would run from a moment on, day by day over weekends and holidays: by a shipped
    /// catalogue or a file with the shipped calendar, or without either by the platform as it is.
    Preview(Box<Preview>),
    /// Whether a catalogue is sound: all that is wrong with it, with line and reason.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// The catalogues that are shipped.
    Presets {
        /// Print the text of this one, as a beginning for one's own.
        name: Option<String>,
    },
}

/// What is asked.
#[derive(clap::Args)]
struct Preview {
    /// A shipped catalogue.
    #[arg(long, conflicts_with = "file")]
    preset: Option<String>,
    /// A catalogue in a file.
    #[arg(long)]
    file: Option<PathBuf>,
    #[command(flatten)]
    config: Config,
    /// The desk, where no platform is asked: police or hotline.
    #[arg(long, default_value = "hotline", value_parser = word::<Desk>)]
    desk: Desk,
    /// The matter's code on the responsibility list.
    #[arg(long, default_value = "")]
    matter: String,
    /// normal, urgent or critical.
    #[arg(long, default_value = "normal", value_parser = word::<domain::desk::Urgency>)]
    urgency: domain::desk::Urgency,
    /// phone, sms, web, messenger, mail, counter or peer.
    #[arg(long, default_value = "phone", value_parser = word::<domain::desk::Channel>)]
    channel: domain::desk::Channel,
    /// The unit's code.
    #[arg(long, default_value = "")]
    unit: String,
    /// The tier, where no unit is named: 1 or 2.
    #[arg(long)]
    tier: Option<u8>,
    /// `lead`, `assist` or `first_response`.
    #[arg(long, default_value = "lead", value_parser = word::<domain::case::LegRole>)]
    role: domain::case::LegRole,
    /// The moment, `2026-02-13 16:50`; now without.
    #[arg(long, default_value = "")]
    at: String,
}

fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(json!(text)).map_err(|error| error.to_string())
}

impl Clocks {
    pub(crate) async fn run(self, json: bool) -> anyhow::Result<ExitCode> {
        match self.task {
            Task::Preview(preview) => {
                let found = preview.ask().await?;
                say(json, &found, &in_words(&found))?;
            }
            Task::Check { file } => return check(&file, json),
            Task::Presets { name: None } => {
                for (name, text) in PRESETS {
                    let title = read(text).map(|c| c.name).unwrap_or_default();
                    let value = json!({"name": name, "title": title});
                    say(json, &value, &format!("{name}\t{title}"))?;
                }
            }
            Task::Presets { name: Some(name) } => {
                let text = shipped(&name)?;
                say(json, &json!({"name": name, "text": text}), text)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn shipped(name: &str) -> anyhow::Result<&'static str> {
    let known: Vec<&str> = names().collect();
    preset(name).with_context(|| {
        format!(
            "no catalogue {name} is shipped; there are {}",
            known.join(", ")
        )
    })
}

fn check(file: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    match read(&text) {
        Ok(catalogue) => {
            let sentence = format!(
                "good: {}, {} clocks",
                catalogue.version,
                catalogue.clocks.len()
            );
            say(
                json,
                &json!({"ok": true, "version": catalogue.version}),
                &sentence,
            )?;
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            for fault in faults {
                let value = json!({
                    "ok": false, "line": fault.line, "row": fault.row, "key": fault.key,
                    "problem": fault.problem,
                });
                say(json, &value, &format!("{}: {fault}", file.display()))?;
            }
            Ok(ExitCode::from(3))
        }
    }
}

impl Preview {
    async fn ask(self) -> anyhow::Result<ClockPreview> {
        let text = match (&self.preset, &self.file) {
            (Some(name), _) => Some(shipped(name)?.to_owned()),
            (None, Some(file)) => Some(
                std::fs::read_to_string(file)
                    .with_context(|| format!("{} cannot be read", file.display()))?,
            ),
            (None, None) => None,
        };
        let ask = ClockAsk {
            matter: self.matter,
            urgency: self.urgency,
            channel: self.channel,
            unit: self.unit,
            tier: self.tier,
            role: self.role,
            at: self.at,
            text: None,
        };
        let found = match text {
            Some(text) => {
                let engine = triage::Engine::shipped()?;
                let now = SystemClock::default().now();
                preview_without_site(&text, &engine, self.desk, now, &ask)
            }
            None => {
                let app = serve::open(&config::read(&self.config.config)?).await?;
                app.preview_clocks(&keeper(&app), &ask).await
            }
        };
        found.map_err(explain)
    }
}

fn in_words(found: &ClockPreview) -> String {
    let mut lines = vec![format!(
        "{} 起算，时限目录 {}，{}服务时间 {}",
        found.from_stamp, found.label, found.unit, found.hours
    )];
    for clock in &found.clocks {
        let red = clock
            .red
            .map_or_else(String::new, |at| format!("，{} 亮红", stamp(at)));
        lines.push(format!(
            "{} {}：{} 到期，{} 预警{red}",
            stage(&clock.stage),
            clock.span,
            clock.due_stamp,
            clock.amber_stamp
        ));
        lines.push(format!("  依据 {}", clock.rule));
        lines.extend(clock.days.iter().map(day));
        lines.extend(clock.ladder.iter().map(step));
    }
    if found.clocks.is_empty() {
        lines.push("没有时限".to_owned());
    }
    lines.join("\n")
}

fn stage(word: &str) -> &'static str {
    match word {
        "dispatch" => "派单",
        "answer" => "受理答复",
        "sign" => "签收",
        "contact" => "首次联系",
        "arrival" => "到达",
        "feedback" => "首次反馈",
        "result" => "办结",
        "close" => "结案",
        _ => "回访",
    }
}

fn stamp(at: i64) -> String {
    Calendar::plain().stamp(at)
}

/// A step of the ladder: when, who is told, how, and what happens next.
fn step(step: &ClockStep) -> String {
    let told = match step.tell.as_str() {
        "clerk" => "承办人",
        "unit_lead" => "单位负责人",
        "desk_lead" => "班长",
        "supervisor" => "督办员",
        "assessor" => "考核员",
        "commander" => "指挥长",
        other => other,
    };
    let ways: Vec<&str> = step
        .by
        .iter()
        .map(|way| match way.as_str() {
            "console" => "系统",
            "sms" => "短信",
            "phone" => "电话",
            "mail" => "邮件",
            "paper" => "纸质",
            other => other,
        })
        .collect();
    let then = match step.then.as_str() {
        "remind" => "",
        "urge" => "，催办",
        "order" => "，发督办单",
        "meeting" => "，召开协调会",
        "interview" => "，约谈",
        "bulletin" => "，通报",
        "accountability" => "，问责",
        other => other,
    };
    format!(
        "    {} 告知{told}（{}）{then}",
        stamp(step.at),
        ways.join("、")
    )
}

fn day(day: &ClockDay) -> String {
    let weekday = match day.weekday {
        1 => "一",
        2 => "二",
        3 => "三",
        4 => "四",
        5 => "五",
        6 => "六",
        _ => "日",
    };
    let what = match day.kind.as_str() {
        "first" => "当天，从次日起算".to_owned(),
        "weekend" => "周末，不计".to_owned(),
        "holiday" => format!(
            "{}，不计",
            if day.note.is_empty() {
                "休"
            } else {
                day.note.as_str()
            }
        ),
        "closed" => "不在服务时间，不计".to_owned(),
        "worked" => format!(
            "{}，第 {} 天",
            if day.note.is_empty() {
                "上班"
            } else {
                day.note.as_str()
            },
            day.count
        ),
        _ => format!("第 {} 天", day.count),
    };
    let minutes = day
        .minutes
        .filter(|minutes| *minutes > 0)
        .map_or_else(String::new, |minutes| format!("，计 {minutes} 分钟"));
    format!("    {} 周{weekday} {what}{minutes}", day.day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The question the preview is for: a complaint on the Friday before the spring festival, at
    /// ten to five, for a unit of the second tier.
    #[tokio::test]
    async fn friday_before_the_spring_festival() {
        let preview = Preview {
            preset: Some("working-day-city".to_owned()),
            file: None,
            config: Config {
                config: PathBuf::new(),
            },
            desk: Desk::Hotline,
            matter: "H1-1".to_owned(),
            urgency: domain::desk::Urgency::Normal,
            channel: domain::desk::Channel::Phone,
            unit: String::new(),
            tier: Some(2),
            role: domain::case::LegRole::Lead,
            at: "2026-02-13 16:50".to_owned(),
        };
        let found = preview.ask().await.unwrap();
        let said = in_words(&found);
        for line in [
            "2026-02-13 16:50 起算",
            "签收 1wd：2026-02-14 23:59 到期",
            "办结 5wd：2026-02-27 23:59 到期",
            "2026-02-13 周五 当天，从次日起算",
            "2026-02-14 周六 调休上班，第 1 天",
            "2026-02-17 周二 春节，不计",
            "2026-02-24 周二 第 2 天",
            "依据 working-day-city-2 result-5wd · result 5wd",
            "亮红",
            "    2026-02-28 23:59 告知单位负责人（系统、纸质），催办",
            "告知督办员（系统、纸质），通报",
        ] {
            assert!(said.contains(line), "{line}\n{said}");
        }
    }
}
