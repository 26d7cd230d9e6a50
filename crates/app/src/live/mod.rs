//! Live updates: every event of the log, once, in order, to every console that may see it.
//!
//! Positions have no gaps, so a listener always knows whether it missed something and reads that
//! from the store. An event is rendered once, however many consoles listen.

mod seat;

pub(crate) use seat::SeatBook;
pub use seat::Sitting;

use crate::App;
use crate::error::AppError;
use crate::pace::Pace;
use bytes::Bytes;
use domain::right::{Action, Actor, Resource, may, sees_all};
use futures_util::stream::{BoxStream, StreamExt};
use serde::Serialize;
use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use store::{CaseRow, LogRow, Store};
use tokio::sync::broadcast;

/// What a listener is given.
#[derive(Debug, Clone)]
pub enum LiveItem {
    /// The first item: from where on it follows.
    Hello {
        /// The position.
        pos: i64,
    },
    /// One whole server-sent event, blank line included.
    Frame(Bytes),
    /// The position asked for is too old: read everything anew and follow from here.
    Reset {
        /// The position.
        pos: i64,
    },
}

/// The stream of one listener.
pub struct LiveStream(BoxStream<'static, LiveItem>);

impl futures_util::Stream for LiveStream {
    type Item = LiveItem;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<LiveItem>> {
        self.0.poll_next_unpin(cx)
    }
}

/// One event as all listeners share it.
#[derive(Debug)]
pub(crate) struct LiveEvent {
    pos: i64,
    units: Vec<String>,
    frame: Bytes,
}

#[derive(Serialize)]
struct Data<'a> {
    pos: i64,
    case: &'a str,
    no: &'a str,
    version: i64,
    kind: &'a str,
    at: i64,
    status: &'a str,
    task: Option<&'a str>,
    danger: bool,
    holder_unit: &'a str,
    units: &'a [String],
}

/// Where listeners meet the log.
pub(crate) struct Hub {
    gate: Arc<Mutex<Gate>>,
}

struct Gate {
    listeners: usize,
    head: i64,
    events: broadcast::Sender<Arc<LiveEvent>>,
}

/// How many events a slow listener may fall behind before it reads them from the store.
const BEHIND: usize = 4_096;
/// How far back a listener may ask to resume.
const RESUME_MOST: i64 = 5_000;
const READ: i64 = 512;
/// So far apart are frames of a busy desk at the least: what happened meanwhile is read with one question.
const APART: Duration = Duration::from_millis(5);
/// For each console: about as long as telling it takes. Sooner, and a large hall's desk would do nothing else; what
/// comes meanwhile is told with one write to each.
const EACH: Duration = Duration::from_micros(20);
/// However many consoles: a screen waits for it.
const LONGEST: Duration = Duration::from_millis(40);
/// So few events at once are no busy desk: where few listen, waiting for more would save nothing.
const ALONE: usize = 4;

impl Hub {
    pub(crate) fn new(store: &Store) -> Self {
        let head = *store.positions().borrow();
        let (events, _) = broadcast::channel(BEHIND);
        Self {
            gate: Arc::new(Mutex::new(Gate {
                listeners: 0,
                head,
                events,
            })),
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Gate) -> T) -> T {
        work(&mut self.gate.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Counts a listener for as long as it is there.
struct Listening(Arc<Mutex<Gate>>);

impl Drop for Listening {
    fn drop(&mut self) {
        let mut gate = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gate.listeners = gate.listeners.saturating_sub(1);
        metrics::gauge!("liandong_live_listeners").decrement(1.0);
    }
}

struct Follow {
    app: App,
    all: bool,
    unit: String,
    last: i64,
    ready: VecDeque<LiveItem>,
    events: broadcast::Receiver<Arc<LiveEvent>>,
    /// Words about calls, for those who have a seat.
    calls: Option<broadcast::Receiver<Bytes>>,
    _listening: Listening,
}

impl App {
    /// Follows the log from a position on, or from now.
    #[must_use]
    pub fn live(&self, actor: &Actor, after: Option<i64>) -> LiveStream {
        let hub = &self.inner.hub;
        let (head, events) = hub.with(|gate| {
            gate.listeners += 1;
            (gate.head, gate.events.subscribe())
        });
        metrics::gauge!("liandong_live_listeners").increment(1.0);
        let after = after.unwrap_or(head).clamp(0, head);
        let old = head - after > RESUME_MOST;
        let first = if old {
            LiveItem::Reset { pos: head }
        } else {
            LiveItem::Hello { pos: after }
        };
        let follow = Follow {
            app: self.clone(),
            all: sees_all(actor),
            unit: actor.unit.to_string(),
            last: if old { head } else { after },
            ready: VecDeque::from([first]),
            events,
            calls: takes_calls(actor).then(|| self.voice_live()).flatten(),
            _listening: Listening(Arc::clone(&hub.gate)),
        };
        // What lies between the position asked for and the head is read at the first poll.
        let behind = follow.last < head;
        let stream =
            futures_util::stream::unfold((follow, behind.then_some(head)), |state| async move {
                let (mut follow, mut behind) = state;
                loop {
                    if let Some(item) = follow.ready.pop_front() {
                        return Some((item, (follow, behind)));
                    }
                    if let Some(up_to) = behind.take() {
                        follow.catch_up(up_to).await?;
                        continue;
                    }
                    let Follow { events, calls, .. } = &mut follow;
                    let event = tokio::select! {
                        event = events.recv() => event,
                        Some(word) = word(calls) => {
                            follow.ready.push_back(LiveItem::Frame(word));
                            continue;
                        }
                    };
                    match event {
                        Ok(event) if event.pos <= follow.last => {}
                        Ok(event) if event.pos > follow.last + 1 => behind = Some(event.pos),
                        Ok(event) => follow.take(&event),
                        Err(broadcast::error::RecvError::Lagged(_)) => {
                            behind = Some(follow.app.inner.hub.with(|gate| gate.head));
                        }
                        Err(broadcast::error::RecvError::Closed) => return None,
                    }
                }
            });
        LiveStream(stream.boxed())
    }

    /// Publishes what was appended, as long as the program runs.
    pub(crate) async fn publish(&self) {
        let mut positions = self.inner.store.positions();
        let mut pace = Pace::new(Duration::ZERO);
        let mut told = 0;
        loop {
            pace.keep(apart(self.inner.hub.with(|gate| gate.listeners), told));
            pace.wait().await;
            let head = *positions.borrow_and_update();
            told = match self.publish_to(head).await {
                Ok(told) => told,
                Err(error) => {
                    tracing::warn!(%error, "live updates wait for the store");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    continue;
                }
            };
            if positions.changed().await.is_err() {
                return;
            }
        }
    }

    /// Says how many events were told.
    async fn publish_to(&self, head: i64) -> Result<usize, AppError> {
        let mut told = 0;
        loop {
            let from = self.inner.hub.with(|gate| {
                if gate.listeners == 0 {
                    gate.head = gate.head.max(head);
                }
                gate.head
            });
            if from >= head {
                return Ok(told);
            }
            let events = self.live_events(from, READ.min(head - from)).await?;
            told += events.len();
            self.inner.hub.with(|gate| {
                for event in events {
                    gate.head = event.pos;
                    // Nobody listening is no fault.
                    let _ = gate.events.send(Arc::new(event));
                }
            });
        }
    }

    async fn live_events(&self, after: i64, limit: i64) -> Result<Vec<LiveEvent>, AppError> {
        let rows = self.inner.store.feed(after, limit).await?;
        let mut ids: Vec<String> = rows.iter().map(|row| row.case_id.clone()).collect();
        ids.sort();
        ids.dedup();
        let cases: HashMap<String, CaseRow> = self
            .inner
            .store
            .cases(&ids)
            .await?
            .into_iter()
            .map(|row| (row.id.clone(), row))
            .collect();
        let mut units: HashMap<String, Vec<String>> = HashMap::new();
        for leg in self.inner.store.legs_of_cases(&ids).await? {
            units.entry(leg.case_id).or_default().push(leg.unit);
        }
        Ok(rows
            .iter()
            .map(|row| render(row, cases.get(&row.case_id), units.get(&row.case_id)))
            .collect())
    }
}

/// How long after a step that told so many events to so many consoles the next one may begin.
fn apart(listeners: usize, told: usize) -> Duration {
    let least = if told > ALONE { APART } else { Duration::ZERO };
    let each = EACH.saturating_mul(u32::try_from(listeners).unwrap_or(u32::MAX));
    each.clamp(least, LONGEST)
}

impl Follow {
    fn take(&mut self, event: &LiveEvent) {
        self.last = event.pos;
        if self.all || event.units.contains(&self.unit) {
            self.ready.push_back(LiveItem::Frame(event.frame.clone()));
        }
    }

    /// Reads what was missed. `None` ends the stream: the browser comes back by its last position.
    async fn catch_up(&mut self, up_to: i64) -> Option<()> {
        if up_to - self.last > RESUME_MOST {
            self.last = up_to;
            self.ready.push_back(LiveItem::Reset { pos: up_to });
            return Some(());
        }
        while self.last < up_to {
            let limit = READ.min(up_to - self.last);
            let events = self.app.live_events(self.last, limit).await.ok()?;
            if events.is_empty() {
                return None;
            }
            for event in &events {
                self.take(event);
            }
        }
        Some(())
    }
}

fn takes_calls(actor: &Actor) -> bool {
    may(actor, Action::TakeCalls, Resource::default())
        || may(actor, Action::SuperviseCalls, Resource::default())
}

/// The next word about calls; never, where there is no desk. Who fell behind is told to look: every word says only that.
async fn word(calls: &mut Option<broadcast::Receiver<Bytes>>) -> Option<Bytes> {
    let Some(words) = calls else {
        return std::future::pending().await;
    };
    match words.recv().await {
        Ok(word) => Some(word),
        Err(broadcast::error::RecvError::Lagged(_)) => Some(Bytes::from_static(
            b"event: voice\ndata: {\"seats\":[],\"calls\":[]}\n\n",
        )),
        Err(broadcast::error::RecvError::Closed) => {
            *calls = None;
            None
        }
    }
}

fn render(row: &LogRow, case: Option<&CaseRow>, legs: Option<&Vec<String>>) -> LiveEvent {
    let mut units = legs.cloned().unwrap_or_default();
    let holder = case
        .filter(|c| c.accountable_side == "own")
        .map(|c| c.accountable_unit.clone())
        .unwrap_or_default();
    if !holder.is_empty() {
        units.push(holder.clone());
    }
    units.sort();
    units.dedup();
    let data = Data {
        pos: row.pos,
        case: &row.case_id,
        no: case.map_or("", |c| c.no.as_str()),
        version: row.case_seq,
        kind: &row.kind,
        at: row.at,
        status: case.map_or("", |c| c.status.as_str()),
        task: case.map(|c| c.task.as_str()).filter(|t| !t.is_empty()),
        danger: case.is_some_and(|c| c.danger),
        holder_unit: &holder,
        units: &units,
    };
    let json = serde_json::to_string(&data).unwrap_or_default();
    let frame = Bytes::from(format!("id: {}\nevent: case\ndata: {json}\n\n", row.pos));
    LiveEvent {
        pos: row.pos,
        units,
        frame,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_consoles_are_told_of_few_events_at_once_and_many_of_more_together() {
        let far = |told| [0, 2, 24, 500, 2_000, 9_000].map(|listeners| apart(listeners, told));
        let micros = |all: [u64; 6]| all.map(Duration::from_micros);
        assert_eq!(far(ALONE), micros([0, 40, 480, 10_000, 40_000, 40_000]));
        let busy = [5_000, 5_000, 5_000, 10_000, 40_000, 40_000];
        assert_eq!(far(ALONE + 1), micros(busy));
    }
}
