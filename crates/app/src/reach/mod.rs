//! Reaching people (R15, R16, R18, R68): what happens to a case becomes notices by rules, a ladder tells one
//! person after another until somebody answers, and every try is a fact.
//!
//! Notices follow the log by position: they are made in the transaction that moves the mark, so each is made
//! once; what is sent is sent at least once under one key. A program killed anywhere loses neither.

mod book;
pub mod channel;
mod confirm;
mod duty;
mod feed;
mod follow;
mod ladder;
mod notice;
mod office;
mod phone;
mod roster;
pub mod rule;
mod send;
mod sheet;
mod shift_file;
mod test_call;

pub use confirm::{Confirmed, Shown};

use crate::App;
use crate::error::AppError;
use crate::pace::Pace;
use channel::{Channel, ChannelKind, Channels};
use rule::NoticeRules;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;
use store::{Change, ReachRecord, Record};
use tokio::sync::watch;

/// Events of one step along the log.
const EVENTS: i64 = 512;
/// So far apart are the passes of a busy platform, each of which asks the store; one at rest tells at once.
const APART: Duration = Duration::from_millis(50);
/// Notices and deliveries of one step.
const STEP: i64 = 128;

/// How far this process has looked through the log behind the mark and found nothing to tell.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Heard {
    /// The mark as it stood then: one that was moved since says more.
    pub(super) mark: i64,
    pub(super) pos: i64,
    /// When the mark was moved last.
    pub(super) moved_at: i64,
}

/// What reaching people needs to know.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Who is told of what.
    pub rules: Arc<NoticeRules>,
    /// The carriers of the site; the console is always there.
    pub channels: Channels,
    /// How people outside reach this platform, without a slash at the end; none for no links.
    pub public_url: Option<String>,
    /// How the SMS gateway reports, if it does.
    pub sms_reports: Option<channel::SmsReports>,
    /// The channel of a line of our own to the carrier, which is among the channels.
    pub line: Option<Arc<channel::SmsLine>>,
}

impl Reach {
    /// The rules that were shipped, the console alone.
    ///
    /// # Errors
    /// None in a program whose tests pass: the shipped rules are compiled in.
    pub fn plain() -> Result<Self, rule::RuleError> {
        Ok(Self {
            rules: Arc::new(NoticeRules::read(rule::SHIPPED)?),
            channels: Vec::new(),
            public_url: None,
            sms_reports: None,
            line: None,
        })
    }

    /// The carrier of that kind.
    pub(crate) fn channel(&self, kind: ChannelKind) -> Option<&Arc<dyn Channel>> {
        self.channels.iter().find(|channel| channel.kind() == kind)
    }
}

impl App {
    /// Keeps people told for as long as the program runs.
    pub(crate) async fn run_reach(&self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            () = self.keep_told() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    async fn keep_told(&self) {
        let mut positions = self.inner.store.positions();
        let mut pace = Pace::new(APART);
        loop {
            pace.wait().await;
            positions.borrow_and_update();
            match self.reach_step().await {
                Ok(0) => {}
                Ok(done) => metrics::counter!("liandong_notice_steps").increment(done),
                Err(error) => tracing::warn!(%error, "notices wait for the store"),
            }
            tokio::select! {
                changed = positions.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
                () = self.inner.told.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }

    /// One pass: makes notices of what happened, takes the steps that are due, sends what waits. Says how much
    /// it did. Broken off anywhere, the next pass goes on.
    ///
    /// # Errors
    /// The store's.
    pub async fn reach_step(&self) -> Result<u64, AppError> {
        let mut done = self.follow_log().await? + self.hear_calls().await?;
        // A step of a ladder makes deliveries, and a delivery that fails makes the next one.
        loop {
            let moved = self.climb().await? + self.send_due().await?;
            done += moved;
            if moved == 0 {
                return Ok(done);
            }
        }
    }

    /// From where on there is something to look at behind this mark.
    pub(super) fn looked(&self, mark: i64) -> Heard {
        let heard = *self.looked_last();
        if heard.mark == mark {
            heard
        } else {
            Heard {
                mark,
                pos: mark,
                ..heard
            }
        }
    }

    pub(super) fn keep_looked(&self, heard: Heard) {
        *self.looked_last() = heard;
    }

    fn looked_last(&self) -> MutexGuard<'_, Heard> {
        let heard = &self.inner.heard;
        heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what belongs to the roster and to notices, all or nothing.
    pub(crate) async fn reach_write(&self, records: Vec<ReachRecord>) -> Result<(), AppError> {
        if records.is_empty() {
            return Ok(());
        }
        let change = Change {
            records: records.into_iter().map(Record::Reach).collect(),
            ..Change::default()
        };
        self.inner.store.append(change).await?;
        Ok(())
    }

    /// Makes the job look at once.
    pub(crate) fn wake_reach(&self) {
        self.inner.told.notify_one();
    }
}
