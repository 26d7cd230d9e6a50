//! The body of a live stream: frames as the application made them once for everybody, heartbeats
//! between, and an end when the server stops or the session is over.

use super::seat::Seat;
use crate::edge::Edge;
use app::{LiveItem, LiveStream, Sitting};
use axum::body::Body;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// How long a line may be silent.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often the session behind a stream is asked for again: a session that was ended elsewhere
/// sees nothing more after this.
const RECHECK: Duration = Duration::from_secs(60);
/// A comment: browsers skip it, proxies see life.
const BEAT: Bytes = Bytes::from_static(b": \n\n");

struct Line {
    edge: Edge,
    token: String,
    items: Pin<Box<dyn Stream<Item = LiveItem> + Send>>,
    beat: tokio::time::Interval,
    recheck: tokio::time::Interval,
    shutdown: watch::Receiver<bool>,
    _seat: Seat,
    sitting: Sitting,
}

pub(super) fn live_body(
    edge: &Edge,
    token: String,
    items: LiveStream,
    seat: Seat,
    sitting: Sitting,
) -> Body {
    let line = Line {
        edge: edge.clone(),
        token,
        items: Box::pin(items),
        beat: every(HEARTBEAT),
        recheck: every(RECHECK),
        shutdown: edge.options().shutdown.clone(),
        _seat: seat,
        sitting,
    };
    Body::from_stream(stream::unfold(line, |mut line| async move {
        let bytes = line.next().await?;
        Some((Ok::<_, Infallible>(bytes), line))
    }))
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

impl Line {
    /// The next bytes; none ends the stream.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let turn = tokio::select! {
                biased;
                // Both "true" and a dropped sender mean that the server stops.
                _ = self.shutdown.wait_for(|stop| *stop) => Turn::Stop,
                _ = self.recheck.tick() => Turn::Recheck,
                item = self.items.next() => Turn::Item(item),
                _ = self.beat.tick() => Turn::Beat,
            };
            match turn {
                Turn::Stop => return None,
                Turn::Beat => return Some(BEAT),
                Turn::Item(item) => {
                    self.beat.reset();
                    return item.map(frame);
                }
                Turn::Recheck => match self.edge.app().session(&self.token).await {
                    Ok(Some(_)) => self.sitting.still_here().await,
                    Ok(None) => return None,
                    // A store that is away for a moment must not darken every console.
                    Err(error) => tracing::warn!(%error, "a live session could not be checked"),
                },
            }
        }
    }
}

enum Turn {
    Stop,
    Recheck,
    Item(Option<LiveItem>),
    Beat,
}

fn frame(item: LiveItem) -> Bytes {
    match item {
        // No id: what came before this position may still be on its way.
        LiveItem::Hello { pos } => {
            Bytes::from(format!("event: hello\ndata: {{\"pos\":{pos}}}\n\n"))
        }
        LiveItem::Frame(bytes) => bytes,
        // With an id: a browser that comes back must not ask for the lost position again.
        LiveItem::Reset { pos } => Bytes::from(format!(
            "id: {pos}\nevent: reset\ndata: {{\"pos\":{pos}}}\n\n"
        )),
    }
}
