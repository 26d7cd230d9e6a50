//! The county's past: day by day, contacts arrive and its people act, by the same commands as
//! anybody else's, until the present begins.

use super::county::Speech;
use super::duty::answer_for_it;
use super::life::{act_once, next_command};
use super::people::desk_actor;
use super::{County, LINK};
use app::chance::SeededChance;
use app::view::CaseView;
use app::{App, CaseQuery, CommandKey};
use futures_util::stream::{self, StreamExt as _};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;
/// When people act after the calls of a day: who works as they should signs within the minute where there is danger, is there
/// within eight, dispatches and answers the other desk within half an hour, and reports within two. What is missed is the late
/// units' doing; each miss is climbed, supervised and told to the peer.
const ROUNDS: [i64; 5] = [
    MINUTE / 2,
    5 * MINUTE,
    30 * MINUTE,
    120 * MINUTE,
    360 * MINUTE,
];
pub(super) const AT_ONCE: usize = 24;

/// The open cases of a platform as its people saw them last: most wait for somebody, and look the same a round later.
#[derive(Default)]
struct Seen(Mutex<HashMap<String, Arc<CaseView>>>);

impl Seen {
    /// The case as it is at that version.
    async fn at(&self, app: &App, id: &str, version: i64) -> Result<Arc<CaseView>, app::AppError> {
        let known = self.views().get(id).map(Arc::clone);
        match known.filter(|view| view.brief.version == version) {
            Some(view) => Ok(view),
            None => self.anew(app, id).await,
        }
    }

    /// The case as it is now.
    async fn anew(&self, app: &App, id: &str) -> Result<Arc<CaseView>, app::AppError> {
        let view = Arc::new(app.case(&desk_actor(app), id).await?);
        self.views().insert(id.to_owned(), Arc::clone(&view));
        Ok(view)
    }

    fn views(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<CaseView>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lives through so many days, then lets the clock run.
pub(crate) async fn live_through(county: &County, days: u32) -> anyhow::Result<()> {
    let present = county.clock.present();
    let begin = present - i64::from(days) * DAY;
    let speech = Speech::new(&county.chance, &county.map);
    county.clock.begin(begin);
    let [police, hotline] = [(); 2].map(|()| Arc::<Seen>::default());
    let mut contact = 0_u64;
    for day in 0..days {
        let morning = begin + i64::from(day) * DAY;
        county.clock.set(morning);
        let contacts = contacts(days - day);
        let taken: Vec<_> = stream::iter((1..=contacts).map(|n| contact + n))
            .map(|n| {
                let app = if n.is_multiple_of(3) {
                    &county.hotline
                } else {
                    &county.police
                };
                let said = speech.contact(n);
                async move {
                    app.take_briefly(&desk_actor(app), said, &key(app, "past", n))
                        .await
                }
            })
            .buffered(AT_ONCE)
            .collect()
            .await;
        for one in taken {
            one?;
        }
        contact += contacts;
        // What came last is still on its way.
        let rounds = if days - day == 1 { 3 } else { ROUNDS.len() };
        for (round, after) in (0..).zip(ROUNDS.into_iter().take(rounds)) {
            county.clock.set(morning + after);
            let seed = county.seed ^ u64::from(day) << 8;
            // Each on a core of its own: neither hears of the other before both are done.
            let both = [(&county.police, &police), (&county.hotline, &hotline)]
                .map(|(app, seen)| tokio::spawn(work(app.clone(), Arc::clone(seen), seed, round)));
            for one in both {
                one.await??;
            }
            settle(county).await?;
        }
        // The callers' day; the last one leaves something on the list.
        let calls = if days - day == 1 { 1 } else { 4 };
        let both = [&county.police, &county.hotline].map(|app| {
            let chance = chance_of_case(county.seed, &app.config().platform.id, i64::from(day));
            let app = app.clone();
            tokio::spawn(async move { super::follow_up::ask(&app, &chance, calls, 0).await })
        });
        for one in both {
            one.await??;
        }
    }
    county.clock.run();
    for app in [&county.police, &county.hotline] {
        app.sweep().await?;
        app.sweep_supervision().await?;
        app.detect().await?;
    }
    Ok(())
}

/// How many contacts a day brings that is so many days back.
const fn contacts(back: u32) -> u64 {
    match back {
        // The last days are busier, so that every state is there to look at.
        ..=2 => 20,
        3..=40 => 3,
        // Enough for the ranking of a month that lies back so far.
        _ => 2,
    }
}

/// One round of work at a platform: most of the open cases take their next steps.
async fn work(app: App, seen: Arc<Seen>, seed: u64, round: i64) -> anyhow::Result<()> {
    app.sweep().await?;
    app.sweep_supervision().await?;
    answer_for_it(&app, seed, round).await?;
    let query = CaseQuery {
        open: Some(true),
        order: Some("opened".to_owned()),
        limit: Some(80),
        ..CaseQuery::default()
    };
    let page = app.cases(&desk_actor(&app), query).await?;
    let done: Vec<anyhow::Result<()>> = stream::iter(page.items)
        .map(|brief| {
            let chance = chance_of_case(seed, &brief.no, round);
            let (app, seen) = (app.clone(), Arc::clone(&seen));
            // On whichever core has time: the cases of a round have nothing to do with each other.
            async move {
                if chance.one_in(4) {
                    return Ok(());
                }
                tokio::spawn(steps(app, seen, brief.id, brief.version, chance, round)).await?
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    done.into_iter().collect()
}

/// The next steps of a case.
async fn steps(
    app: App,
    seen: Arc<Seen>,
    id: String,
    version: i64,
    chance: SeededChance,
    round: i64,
) -> anyhow::Result<()> {
    let mut view = seen.at(&app, &id, version).await?;
    // Two steps in one round: what one person starts, the next goes on with.
    for last in [false, true] {
        let Some((actor, command)) = next_command(&app, &view, &chance) else {
            break;
        };
        let key = CommandKey {
            id: format!("past/{}/{}/{round}", view.brief.id, view.brief.version),
            digest: view.brief.id.clone(),
        };
        let done = act_once(&app, &actor, &view, command, &key).await;
        if done && !last {
            view = seen.anew(&app, &id).await?;
        }
    }
    Ok(())
}

/// The same case throws the same dice, whatever else happens beside it.
fn chance_of_case(seed: u64, no: &str, round: i64) -> SeededChance {
    let folded = no.bytes().fold(seed, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    SeededChance::new(folded ^ u64::try_from(round).unwrap_or(0))
}

/// Waits until both sides have heard all the other said.
pub(crate) async fn settle(county: &County) -> anyhow::Result<()> {
    county.road.open();
    for _ in 0..2_000 {
        // What the other side has, not what this side has marked: that waits for a quiet moment.
        let (sent, heard) = app::traffic(&county.police, LINK).await?;
        let (answered, received) = app::traffic(&county.hotline, LINK).await?;
        if sent == received && answered == heard {
            county.road.close();
            return Ok(());
        }
        county.road.arrival().await;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever day of the month it is, the last month has what a ranking needs.
    #[test]
    fn the_last_month_has_contacts_for_a_ranking_and_the_last_days_have_more() {
        for today in 1..=31 {
            let month = (today + 1..=today + 30).filter(|back| *back <= 60);
            let taken: u64 = month.map(contacts).sum();
            assert!(taken >= 65, "{today}: {taken}");
        }
        assert_eq!(contacts(1) + contacts(2), 40);
    }
}
