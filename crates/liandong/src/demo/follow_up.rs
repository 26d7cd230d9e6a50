//! The county's follow-up: invented callers call back whom the sample chose, some citizens answer the link.

use super::county::pick;
use app::chance::SeededChance;
use app::view::{FollowItem, LinkRating, Visitor};
use app::{App, CommandKey};
use domain::id::AccountId;
use domain::right::{Actor, Role};
use serde_json::{Value, json};

/// Callers of a desk: a second call is another person's.
const CALLERS: [&str; 2] = ["demo-caller-1", "demo-caller-2"];

fn caller(app: &App, account: &str) -> Actor {
    Actor {
        account: AccountId::new(account),
        name: "回访员".to_owned(),
        roles: vec![Role::FollowUp],
        unit: app.config().rules.desk_unit.clone(),
    }
}

/// Makes so many calls about cases closed at least `rest` milliseconds ago, and lets citizens answer
/// the links that go out now.
pub(crate) async fn ask(
    app: &App,
    chance: &SeededChance,
    most: usize,
    rest: i64,
) -> Result<(), app::AppError> {
    rate(app, chance).await?;
    for n in 0..most {
        let who = caller(
            app,
            CALLERS.get(n % CALLERS.len()).copied().unwrap_or_default(),
        );
        let now = app.now();
        let desk = app.follow_up_desk(&who).await?;
        let due: Vec<FollowItem> = [desk.mine, desk.booked, desk.bad, desk.second, desk.waiting]
            .into_iter()
            .flatten()
            .filter(|item| item.barred.is_none() && now - item.closed_at >= rest)
            .filter(|item| item.from_at.is_none_or(|from| from <= now))
            .collect();
        let Some(item) = pick(chance, &due) else {
            return Ok(());
        };
        let key = CommandKey {
            id: format!("asked/{}/{now}/{n}", item.case),
            digest: item.case.clone(),
        };
        let command = said(chance, now, !item.unit_name.is_empty());
        match app.act_briefly(&who, &item.case, command, None, &key).await {
            // Somebody at the desk was faster.
            Ok(_) | Err(app::AppError::Refused(_) | app::AppError::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn said(chance: &SeededChance, now: i64, with_unit: bool) -> Value {
    if chance.one_in(6) {
        return json!({ "command": "follow_up", "reached": false, "note": "电话无人接听",
            "reasons": {"reached": "no_answer"} });
    }
    if chance.one_in(14) {
        return json!({ "command": "follow_up", "reached": false, "note": "请明天再打",
            "booked_at": now + 86_400_000, "reasons": {"reached": "later"} });
    }
    let desk = 3 + chance.next() % 3;
    if !with_unit {
        return json!({ "command": "follow_up", "reached": true, "solved": "solved",
            "satisfied_desk": desk, "note": "电话回访" });
    }
    if chance.one_in(7) {
        return json!({ "command": "follow_up", "reached": true, "solved": "unsolved",
            "satisfied_desk": desk, "satisfied_unit": 1 + chance.next() % 2,
            "reasons": {"solved": "half_done", "unit": "poor_work"}, "note": "反映只处理了一半" });
    }
    json!({ "command": "follow_up", "reached": true, "solved": "solved", "satisfied_desk": desk,
        "satisfied_unit": 3 + chance.next() % 3, "note": "电话回访，表示认可" })
}

/// Gives out the links that are due, and lets one citizen in three answer.
async fn rate(app: &App, chance: &SeededChance) -> Result<(), app::AppError> {
    let now = app.now();
    let due = app.store().rating_links_due(now, 64).await?;
    app.ask_for_ratings().await?;
    for row in due {
        if !chance.one_in(3) {
            continue;
        }
        let path = app.rating_path(&row.case_id, now);
        let good = !chance.one_in(6);
        let form = LinkRating {
            t: path.rsplit('=').next().unwrap_or_default().to_owned(),
            reached: "yes".to_owned(),
            solved: if good { "solved" } else { "unsolved" }.to_owned(),
            desk: (3 + chance.next() % 3).to_string(),
            unit: if good { "5" } else { "2" }.to_owned(),
            ..LinkRating::default()
        };
        let from = Visitor {
            address: format!("192.0.2.{}", chance.next() % 250),
            agent: format!("phone {}", chance.next() % 1_000),
        };
        match app.rate_by_link(&form, &from).await {
            // Given out at another moment by the running job: then the token is another.
            Ok(()) | Err(app::AppError::NotFound | app::AppError::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
