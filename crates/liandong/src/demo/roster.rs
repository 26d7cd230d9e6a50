//! The county's duty roster: every unit has one, and one of them ends in ten days, so that there is a gap to see.

use super::people::{desk_actor, units};
use app::App;
use app::chance::digest_of;
use domain::duty::days_after;
use jiff::civil::Date;
use store::{DutyPatternRow, DutyPersonRow};

/// Names of who is on duty, beside the clerks.
const NAMES: [&str; 18] = [
    "纪明", "宋岩", "吴桐", "邵川", "秦朗", "俞静", "丁宁", "贺章", "孟秋", "施展", "白露", "柳青",
    "甘霖", "高远", "常青", "万里", "尹川", "季风",
];

/// Lays the rosters out, all at once.
pub(crate) async fn lay(app: &App) -> anyhow::Result<()> {
    let today: Date = app.today().parse()?;
    let start = days_after(today, -28).to_string();
    let directory = app.units(&desk_actor(app)).unwrap_or_default();
    let mut codes = vec![app.config().rules.desk_unit.to_string()];
    codes.extend(units(app).iter().map(ToString::to_string));
    let mut people = Vec::new();
    let mut patterns = Vec::new();
    let mut names = NAMES.iter().cycle();
    let mut n = 0_u32;
    for (place, code) in codes.iter().enumerate() {
        let account = app.store().account_by_login(code).await?;
        let mut own = Vec::new();
        for role in ["member", "member", "member", "contact", "lead"] {
            n += 1;
            let name = names.next().copied().unwrap_or_default();
            let clerk = own.is_empty().then_some(account.as_ref()).flatten();
            own.push(DutyPersonRow {
                id: id_of(app, "person", n),
                unit: code.clone(),
                name: clerk.map_or_else(|| name.to_owned(), |account| account.name.clone()),
                account_id: clerk.map(|account| account.id.clone()).unwrap_or_default(),
                mobile: format!("100{n:08}"),
                email: format!("duty{n}@{code}.invalid"),
                role: role.to_owned(),
                gone: false,
                changed_at: app.now(),
            });
        }
        let hours = directory.iter().find(|unit| &unit.code == code);
        let hours = hours.map_or("24h", |unit| unit.hours.as_str());
        let ids: Vec<&str> = own
            .iter()
            .take(3)
            .map(|person| person.id.as_str())
            .collect();
        let mut shift = |rank: i64, from: i64, to: i64, days: &str, who: &[&str], ends: String| {
            n += 1;
            patterns.push(DutyPatternRow {
                id: id_of(app, "pattern", n),
                unit: code.clone(),
                rank,
                from_minute: from,
                to_minute: to,
                days: days.to_owned(),
                people: serde_json::json!(who).to_string(),
                step: 1,
                starts: start.clone(),
                ends,
                changed_at: app.now(),
            });
        };
        match between(hours) {
            None => {
                let mut night = ids.clone();
                night.rotate_left(1);
                shift(1, 8 * 60, 20 * 60, "all", &ids, String::new());
                shift(1, 20 * 60, 8 * 60, "all", &night, String::new());
            }
            Some((from, to)) => {
                let ends = if place == 3 {
                    days_after(today, 10).to_string()
                } else {
                    String::new()
                };
                let days = if hours.ends_with("working days") {
                    "working"
                } else {
                    "all"
                };
                shift(1, from, to, days, &ids, ends);
            }
        }
        people.extend(own);
    }
    app.lay_roster(people, patterns).await?;
    Ok(())
}

fn id_of(app: &App, kind: &str, n: u32) -> String {
    let digest = digest_of(&[&app.config().platform.id, kind, &n.to_string()]);
    app::chance::hex(digest.get(..16).unwrap_or_default())
}

/// Minutes of `08:30-17:30`; none for day and night.
fn between(hours: &str) -> Option<(i64, i64)> {
    let (from, to) = hours.split(' ').next()?.split_once('-')?;
    let minutes = |text: &str| -> Option<i64> {
        let (hours, minutes) = text.split_once(':')?;
        Some(hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?)
    };
    Some((minutes(from)?, minutes(to)?))
}
