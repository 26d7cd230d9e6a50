//! Counts of the open cases and of today's contacts, kept by the log's position: what a wall and the
//! head figures show costs what has changed since it was last looked at, not what the day holds.
//!
//! It is no cache of cases: of each it keeps what is counted, read anew from the row whenever the
//! log says that something happened to it. What a plain count says is what it says
//! (`place::tally::tests` and the scenario compare them).

use crate::App;
use crate::error::AppError;
use std::collections::{BTreeSet, HashMap, HashSet};
use store::Counted;

/// Events read at once while catching up.
const READ: i64 = 1_024;
/// Behind by more than this, counting anew is cheaper than catching up.
const FAR: i64 = 20_000;

/// What is counted, by the log's position.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Everything up to here is counted; nothing was counted yet while it is below zero.
    pos: i64,
    /// Contacts from here on are today's, milliseconds.
    today: i64,
    /// The last moment figures were given for, milliseconds.
    at: i64,
    counted: bool,
    cases: HashMap<String, Counted>,
    open: HashMap<Open, i64>,
    day: HashMap<Day, i64>,
    /// Undecided ones, the oldest first.
    waiting: BTreeSet<(i64, String)>,
    /// Limits of open cases that have not come yet, and those that have.
    running: BTreeSet<(i64, String)>,
    overdue: BTreeSet<(i64, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Open {
    status: String,
    task: String,
    danger: bool,
    unowned: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Day {
    from_peer: bool,
    outcome: String,
    offered: bool,
    twin_known: bool,
}

/// The counts at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Figures {
    /// Open cases by stage.
    pub(crate) by_status: HashMap<String, i64>,
    /// Open cases by what waits for the desk lead.
    pub(crate) by_task: HashMap<String, i64>,
    /// Contacts of today by outcome; without those that have none.
    pub(crate) by_outcome: HashMap<String, i64>,
    /// Open cases.
    pub(crate) open: i64,
    /// Open, and no row matches.
    pub(crate) unowned: i64,
    /// Open, with danger.
    pub(crate) danger: i64,
    /// Open, and past the nearest limit.
    pub(crate) overdue: i64,
    /// Open, and due within the hour.
    pub(crate) due_soon: i64,
    /// When the oldest undecided one was opened.
    pub(crate) waiting_since: Option<i64>,
    /// Contacts of today.
    pub(crate) today: store::Today,
}

impl Tally {
    /// Whether it has to be counted anew: never counted, another day, a clock set back.
    fn is_stale(&self, today: i64, now: i64, head: i64) -> bool {
        !self.counted || self.today != today || now < self.at || head - self.pos > FAR
    }

    fn begin(&mut self, today: i64, pos: i64, cases: Vec<Counted>) {
        *self = Self {
            pos,
            today,
            counted: true,
            ..Self::default()
        };
        for case in cases {
            self.put(case);
        }
    }

    /// Counts a case as it is now in the place of what it was.
    fn put(&mut self, case: Counted) {
        if let Some(was) = self.cases.remove(&case.id) {
            self.weigh(&was, -1);
        }
        if case.closed_at.is_none() || case.opened_at >= self.today {
            self.weigh(&case, 1);
            self.cases.insert(case.id.clone(), case);
        }
    }

    fn weigh(&mut self, case: &Counted, by: i64) {
        if case.opened_at >= self.today {
            let group = Day {
                from_peer: case.channel == "peer",
                outcome: case.outcome.clone(),
                offered: !case.twin_link.is_empty(),
                twin_known: !case.twin_no.is_empty(),
            };
            add(&mut self.day, group, by);
        }
        if case.closed_at.is_some() {
            return;
        }
        let group = Open {
            status: case.status.clone(),
            task: case.task.clone(),
            danger: case.danger,
            unowned: case.unowned,
        };
        add(&mut self.open, group, by);
        if matches!(case.status.as_str(), "taken" | "incoming") {
            keep(&mut self.waiting, (case.opened_at, case.id.clone()), by);
        }
        if let Some(due) = case.next_due_at {
            let key = (due, case.id.clone());
            if by < 0 {
                self.overdue.remove(&key);
            }
            keep(&mut self.running, key, by);
        }
    }

    /// The counts now. Limits that have come since go from one set to the other, once each.
    fn figures(&mut self, now: i64) -> Figures {
        self.at = now;
        let later = self.running.split_off(&(now + 1, String::new()));
        self.overdue.append(&mut self.running);
        self.running = later;
        let soon = self.running.range(..(now + 3_600_001, String::new()));
        let mut figures = Figures {
            overdue: count(self.overdue.len()),
            due_soon: count(soon.count()),
            waiting_since: self.waiting.first().map(|(at, _)| *at),
            ..Figures::default()
        };
        for (group, n) in &self.open {
            figures.open += n;
            figures.danger += if group.danger { *n } else { 0 };
            figures.unowned += if group.unowned { *n } else { 0 };
            *figures.by_status.entry(group.status.clone()).or_default() += n;
            if !group.task.is_empty() {
                *figures.by_task.entry(group.task.clone()).or_default() += n;
            }
        }
        for (group, n) in &self.day {
            if !group.outcome.is_empty() {
                *figures.by_outcome.entry(group.outcome.clone()).or_default() += n;
            }
            let (peer, offered) = (group.from_peer, group.offered);
            let accepted = group.twin_known && group.outcome.starts_with("handed_over");
            figures.today.add(peer, offered, accepted, *n);
        }
        figures
    }
}

fn add<K: std::hash::Hash + Eq>(groups: &mut HashMap<K, i64>, group: K, by: i64) {
    let entry = groups.entry(group);
    if let std::collections::hash_map::Entry::Occupied(mut known) = entry {
        *known.get_mut() += by;
        if *known.get() == 0 {
            known.remove();
        }
    } else {
        entry.or_insert(by);
    }
}

fn keep(set: &mut BTreeSet<(i64, String)>, key: (i64, String), by: i64) {
    if by > 0 {
        set.insert(key);
    } else {
        set.remove(&key);
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl App {
    /// The counts now: what has happened since they were last asked for is counted first.
    pub(crate) async fn tallied(&self, now: i64) -> Result<Figures, AppError> {
        let mut tally = self.inner.tally.lock().await;
        let store = &self.inner.store;
        let today = self.inner.calendar.load().start_of_day(now);
        let head = *store.positions().borrow();
        if tally.is_stale(today, now, head) {
            // Read after the position: a row that is newer than it is only read again.
            let cases = store.counted_since(today).await?;
            tally.begin(today, head, cases);
        }
        while tally.pos < head {
            let rows = store.feed(tally.pos, READ).await?;
            let Some(last) = rows.last().map(|row| row.pos) else {
                break;
            };
            let touched: HashSet<String> = rows.into_iter().map(|row| row.case_id).collect();
            let touched: Vec<String> = touched.into_iter().collect();
            for case in store.counted_cases(&touched).await? {
                tally.put(case);
            }
            tally.pos = last;
        }
        Ok(tally.figures(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 10_000_000;
    const TODAY: i64 = 5_000_000;

    fn case() -> impl Strategy<Value = Counted> {
        let words = |of: &'static [&'static str]| prop::sample::select(of).prop_map(str::to_owned);
        (
            (
                0_u8..12,
                words(&["taken", "incoming", "handling", "closed"]),
            ),
            (
                words(&["", "undecided", "danger"]),
                any::<bool>(),
                any::<bool>(),
            ),
            words(&["phone", "peer"]),
            words(&["", "answered", "handed_over_push", "nuisance"]),
            (words(&["", "link"]), words(&["", "12345-1"])),
            (
                0..NOW,
                prop::option::of(0..NOW),
                prop::option::of(0..2 * NOW),
            ),
        )
            .prop_map(|(state, waits, channel, outcome, twin, times)| Counted {
                id: format!("c{}", state.0),
                status: state.1,
                task: waits.0,
                danger: waits.1,
                unowned: waits.2,
                channel,
                outcome,
                twin_link: twin.0,
                twin_no: twin.1,
                opened_at: times.0,
                closed_at: times.1,
                next_due_at: times.2,
            })
    }

    /// What a wall would say if it looked at every case.
    fn plain(cases: &HashMap<String, Counted>, now: i64) -> Figures {
        let mut figures = Figures::default();
        for case in cases.values() {
            if case.opened_at >= TODAY {
                if !case.outcome.is_empty() {
                    *figures.by_outcome.entry(case.outcome.clone()).or_default() += 1;
                }
                if case.channel == "peer" {
                    figures.today.from_peer += 1;
                } else {
                    figures.today.taken += 1;
                    figures.today.handed_over += i64::from(!case.twin_link.is_empty());
                    let accepted = !case.twin_link.is_empty()
                        && !case.twin_no.is_empty()
                        && case.outcome.starts_with("handed_over");
                    figures.today.accepted += i64::from(accepted);
                }
            }
            if case.closed_at.is_some() {
                continue;
            }
            figures.open += 1;
            figures.danger += i64::from(case.danger);
            figures.unowned += i64::from(case.unowned);
            *figures.by_status.entry(case.status.clone()).or_default() += 1;
            if !case.task.is_empty() {
                *figures.by_task.entry(case.task.clone()).or_default() += 1;
            }
            if matches!(case.status.as_str(), "taken" | "incoming") {
                let since = figures.waiting_since.unwrap_or(i64::MAX);
                figures.waiting_since = Some(since.min(case.opened_at));
            }
            if let Some(due) = case.next_due_at {
                figures.overdue += i64::from(due <= now);
                figures.due_soon += i64::from(due > now && due <= now + 3_600_000);
            }
        }
        figures
    }

    proptest! {
        #[test]
        fn law_9_what_is_kept_is_what_a_plain_count_says(
            first in prop::collection::vec(case(), 0..20),
            then in prop::collection::vec((case(), 0_i64..500_000), 0..40),
        ) {
            let mut cases: HashMap<String, Counted> = HashMap::new();
            for case in first {
                cases.insert(case.id.clone(), case);
            }
            let mut tally = Tally::default();
            tally.begin(TODAY, 0, cases.values().cloned().collect());
            let mut now = NOW;
            prop_assert_eq!(tally.figures(now), plain(&cases, now));
            for (case, later) in then {
                // A case keeps the moment it was opened at.
                let opened_at = cases.get(&case.id).map_or(case.opened_at, |c| c.opened_at);
                let case = Counted { opened_at, ..case };
                cases.insert(case.id.clone(), case.clone());
                tally.put(case);
                now += later;
                prop_assert_eq!(tally.figures(now), plain(&cases, now));
            }
        }
    }

    #[test]
    fn it_is_counted_anew_on_another_day_and_after_a_clock_was_set_back() {
        let mut tally = Tally::default();
        assert!(tally.is_stale(TODAY, NOW, 0), "never counted");
        tally.begin(TODAY, 7, Vec::new());
        tally.figures(NOW);
        assert!(!tally.is_stale(TODAY, NOW, 8));
        assert!(tally.is_stale(TODAY + 86_400_000, NOW, 8));
        assert!(tally.is_stale(TODAY, NOW - 1, 8));
        assert!(tally.is_stale(TODAY, NOW, 8 + FAR));
    }
}
