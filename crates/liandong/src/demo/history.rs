//! The county's past: day by day, contacts arrive and its people act, by the same commands as
//! anybody else's, until the present begins.

use super::county::Speech;
use super::life::{act_once, next_command};
use super::people::desk_actor;
use super::{County, LINK};
use app::chance::SeededChance;
use app::{App, CaseQuery, CommandKey};
use std::time::Duration;

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;

/// Lives through so many days, then lets the clock run.
pub(crate) async fn live_through(county: &County, days: u32) -> anyhow::Result<()> {
    let present = county.clock.present();
    let begin = present - i64::from(days) * DAY;
    let speech = Speech::new(&county.chance);
    county.clock.begin(begin);
    let mut contact = 0_u64;
    for day in 0..days {
        let morning = begin + i64::from(day) * DAY;
        // The last days are busier, so that every state is there to look at.
        let fresh = days - day <= 2;
        let contacts = if fresh { 14 } else { 4 };
        let rounds: i64 = if fresh { 3 } else { 4 };
        county.clock.set(morning);
        for _ in 0..contacts {
            contact += 1;
            let app = if contact % 3 == 0 {
                &county.hotline
            } else {
                &county.police
            };
            let key = key(app, "past", contact);
            app.take(&desk_actor(app), speech.contact(contact), &key)
                .await?;
        }
        for round in 0..rounds {
            county.clock.set(morning + (round + 1) * 5 * HOUR);
            for app in [&county.police, &county.hotline] {
                app.sweep().await?;
                work(app, &county.chance, round).await?;
            }
            settle(county).await?;
        }
    }
    county.clock.run();
    for app in [&county.police, &county.hotline] {
        app.sweep().await?;
    }
    Ok(())
}

/// One round of work at a platform: some of the open cases take their next step.
async fn work(app: &App, chance: &SeededChance, round: i64) -> anyhow::Result<()> {
    let query = CaseQuery {
        open: Some(true),
        order: Some("opened".to_owned()),
        limit: Some(60),
        ..CaseQuery::default()
    };
    let page = app.cases(&desk_actor(app), query).await?;
    for brief in page.items {
        if chance.next() % 5 == 0 {
            continue;
        }
        // Two steps in one round: what one person starts, the next goes on with.
        for _ in 0..2 {
            let view = app.case(&desk_actor(app), &brief.id).await?;
            let Some((actor, command)) = next_command(app, &view, chance) else {
                break;
            };
            let key = CommandKey {
                id: format!("past/{}/{}/{round}", view.brief.id, view.brief.version),
                digest: view.brief.id.clone(),
            };
            act_once(app, &actor, &view, command, &key).await;
        }
    }
    Ok(())
}

/// Waits until both sides have heard all the other said.
async fn settle(county: &County) -> anyhow::Result<()> {
    for _ in 0..500 {
        let (here, _) = county.police.store().outbox_waiting(LINK).await?;
        let (there, _) = county.hotline.store().outbox_waiting(LINK).await?;
        if here + there == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    anyhow::bail!("the two platforms do not hear each other")
}

pub(crate) fn key(app: &App, what: &str, n: u64) -> CommandKey {
    let id = format!("{what}/{}/{n}", app.config().platform.id);
    CommandKey {
        digest: id.clone(),
        id,
    }
}
