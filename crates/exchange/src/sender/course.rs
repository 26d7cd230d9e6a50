//! The sender of one link as a state machine without time, chance or I/O: an event goes in, the next
//! thing to do comes out. One batch is in flight at a time; coalescing gives the throughput.
//!
//! A crash anywhere is safe. The only state that counts is the outbox: before sending nothing has
//! happened; after sending without a receipt the same numbers are sent again and the peer answers from
//! its inbox; after a receipt that was not marked it is the same again.

use crate::batch::fitting;
use crate::envelope::Envelope;
use crate::link::Alarm;
use crate::receipt::Receipt;

/// Most envelopes the sender puts in one batch.
pub(super) const WINDOW: usize = 256;
/// Envelopes acknowledged but not marked after which the sender marks even while busy: as many are
/// sent again at most after a crash.
const UNMARKED: u64 = 1_024;
/// First pause after a failure, milliseconds.
const FIRST_PAUSE_MS: u64 = 1_000;
/// Longest pause after failures, milliseconds.
const LONGEST_PAUSE_MS: u64 = 60_000;

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The process started, or starts again after a crash: everything in memory is forgotten.
    Begin,
    /// The outbox says how far the peer acknowledged.
    Acknowledged(u64),
    /// Something was written to the outbox, or the timer went; `sign_of_life` asks for an empty batch
    /// if nothing waits.
    Woken {
        /// Whether to send even if nothing waits.
        sign_of_life: bool,
    },
    /// The outbox gave what waits.
    Loaded {
        /// The envelopes after the cursor, in order.
        envelopes: Vec<Envelope>,
        /// Last number given out.
        issued: u64,
    },
    /// The peer answered the batch in flight; signature and identity are verified.
    Answered(Box<Receipt>),
    /// The outbox has marked what was acknowledged.
    Settled,
    /// The last action failed, whatever it was.
    Failed,
    /// The pause is over.
    Rested,
    /// Nothing was written for the moment that [`Action::Linger`] waits.
    Quiet,
}

/// What to do next. `None` from [`Course::step`] means: go on with what is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Ask the outbox how far the peer acknowledged.
    ReadAcknowledged,
    /// Ask the outbox what waits after this number.
    Load {
        /// Last number not wanted.
        after: u64,
        /// Most envelopes wanted.
        limit: usize,
    },
    /// Sign and deliver these; empty is a sign of life.
    Send {
        /// Number of the first, or the next one if there are none.
        first_seq: u64,
        /// What to send.
        envelopes: Vec<Envelope>,
    },
    /// Mark up to this number in the outbox.
    Settle {
        /// Last number the peer has.
        up_to: u64,
        /// What the peer refused, with reasons.
        refused: Vec<(u64, String)>,
    },
    /// Wait about this long, see [`jittered`], whatever is written meanwhile.
    Rest {
        /// Pause before jitter, milliseconds.
        base_ms: u64,
    },
    /// Wait for a signal or the timer.
    Idle,
    /// Wait for a signal, but only for a moment: something is acknowledged and not yet marked.
    Linger,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    /// Not started, or the outbox has not said yet how far the peer is.
    Cold,
    Idle,
    Loading,
    Sending {
        first: u64,
        last: u64,
    },
    Settling {
        up_to: u64,
        stalled: bool,
    },
    Resting,
}

/// The course of one link's sender.
#[derive(Debug, Clone)]
pub struct Course {
    phase: Phase,
    known: bool,
    cursor: u64,
    /// What the outbox has marked. A mark that lags only causes a repeat, which the peer answers
    /// from its inbox; so it is made in a quiet moment, where it costs no hand-over a flush.
    marked: u64,
    issued: u64,
    failures: u32,
    sign_of_life: bool,
    alarm: Option<Alarm>,
}

impl Default for Course {
    fn default() -> Self {
        Self {
            phase: Phase::Cold,
            known: false,
            cursor: 0,
            marked: 0,
            issued: 0,
            failures: 0,
            // The first thing a link does is to show that it is there.
            sign_of_life: true,
            alarm: None,
        }
    }
}

impl Course {
    /// Last number the peer is known to have.
    #[must_use]
    pub const fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Envelopes given out but not known to be with the peer.
    #[must_use]
    pub const fn backlog(&self) -> u64 {
        self.issued.saturating_sub(self.cursor)
    }

    /// Failures since the last success.
    #[must_use]
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// What a person must see.
    #[must_use]
    pub const fn alarm(&self) -> Option<&Alarm> {
        self.alarm.as_ref()
    }

    /// Raises an alarm the machine cannot see by itself, such as a refusal in the peer's words.
    pub fn raise(&mut self, alarm: Alarm) {
        self.alarm = Some(alarm);
    }

    /// Takes what happened and says what to do next. An event that does not belong to the present
    /// phase (an answer that comes too late, a signal while busy) changes nothing.
    pub fn step(&mut self, event: Event) -> Option<Action> {
        match (event, self.phase.clone()) {
            (Event::Begin, _) => {
                *self = Self::default();
                Some(Action::ReadAcknowledged)
            }
            (Event::Acknowledged(up_to), Phase::Cold) => {
                self.known = true;
                self.cursor = up_to;
                self.marked = up_to;
                Some(self.load())
            }
            (Event::Woken { sign_of_life }, Phase::Idle) => {
                self.sign_of_life |= sign_of_life;
                Some(self.load())
            }
            (Event::Quiet, Phase::Idle) => Some(self.mark(self.cursor, Vec::new(), false)),
            (Event::Loaded { envelopes, issued }, Phase::Loading) => {
                self.issued = issued.max(self.cursor);
                Some(self.loaded(envelopes))
            }
            (Event::Answered(receipt), Phase::Sending { first, last }) => {
                Some(self.answered(*receipt, first, last))
            }
            (Event::Settled, Phase::Settling { up_to, stalled }) => {
                self.cursor = self.cursor.max(up_to);
                self.marked = self.marked.max(up_to);
                Some(if stalled { self.rest() } else { self.load() })
            }
            (Event::Failed, Phase::Idle | Phase::Resting) => None,
            (Event::Failed, _) => Some(self.rest()),
            (Event::Rested, Phase::Resting) => {
                // After a failure the link must prove itself even if nothing waits.
                self.sign_of_life = true;
                if self.known {
                    Some(self.load())
                } else {
                    self.phase = Phase::Cold;
                    Some(Action::ReadAcknowledged)
                }
            }
            _ => None,
        }
    }

    fn load(&mut self) -> Action {
        self.phase = Phase::Loading;
        Action::Load {
            after: self.cursor,
            limit: WINDOW,
        }
    }

    fn rest(&mut self) -> Action {
        self.failures = self.failures.saturating_add(1);
        self.phase = Phase::Resting;
        Action::Rest {
            base_ms: backoff(self.failures),
        }
    }

    fn fail(&mut self, alarm: Alarm) -> Action {
        self.alarm = Some(alarm);
        self.rest()
    }

    fn loaded(&mut self, mut envelopes: Vec<Envelope>) -> Action {
        let first = self.cursor.saturating_add(1);
        if envelopes.is_empty() {
            if self.issued > self.cursor {
                return self.fail(Alarm::OutboxHole { seq: first });
            }
            if !self.sign_of_life {
                self.phase = Phase::Idle;
                return if self.marked < self.cursor {
                    Action::Linger
                } else {
                    Action::Idle
                };
            }
        }
        // Only numbers that follow each other may leave; a hole in the outbox stops the link here.
        let unbroken = envelopes
            .iter()
            .zip(first..)
            .take_while(|(envelope, seq)| envelope.seq == *seq)
            .count();
        if unbroken == 0 && !envelopes.is_empty() {
            return self.fail(Alarm::OutboxHole { seq: first });
        }
        envelopes.truncate(unbroken);
        let fits = fitting(&envelopes, WINDOW);
        if fits == 0 && !envelopes.is_empty() {
            return self.fail(Alarm::TooLarge { seq: first });
        }
        envelopes.truncate(fits);
        let last = envelopes
            .last()
            .map_or(self.cursor, |envelope| envelope.seq);
        self.phase = Phase::Sending { first, last };
        Action::Send {
            first_seq: first,
            envelopes,
        }
    }

    fn answered(&mut self, receipt: Receipt, first: u64, last: u64) -> Action {
        let bad = |reason: &str| Alarm::BadReceipt {
            reason: reason.to_owned(),
        };
        if let Some(want_from) = receipt.gap {
            if want_from == 0 || want_from >= first {
                return self.fail(bad("it reports a gap where there is none"));
            }
            self.cursor = want_from - 1;
            return self.fail(Alarm::Gap { want_from });
        }
        if receipt.up_to < first.saturating_sub(1) {
            return self.fail(bad("it ends before the batch, without a gap"));
        }
        if receipt.up_to > self.issued {
            return self.fail(Alarm::PeerAhead {
                issued: self.issued,
                peer: receipt.up_to,
            });
        }
        // The receipt names refusals of this batch only, so no more than this batch is settled by it.
        let reached = receipt.up_to.min(last);
        if receipt
            .refused
            .iter()
            .any(|(seq, _)| *seq < first || *seq > reached)
        {
            return self.fail(bad("it refuses a number that it does not acknowledge"));
        }
        let stalled = reached < last;
        if reached < first && stalled {
            // Not one was applied. The peer is there, but its handler or store is not.
            let reason = "the peer applied nothing".to_owned();
            return self.fail(Alarm::Stalled { at: first, reason });
        }
        self.failures = 0;
        self.sign_of_life = false;
        self.alarm = stalled.then(|| Alarm::Stalled {
            at: reached.saturating_add(1),
            reason: "the peer stopped applying".to_owned(),
        });
        if reached < first {
            // A sign of life was answered: nothing to mark, and nothing waits unless written since.
            return self.load();
        }
        let unmarked = reached.saturating_sub(self.marked);
        if receipt.refused.is_empty() && !stalled && unmarked < UNMARKED {
            self.cursor = reached;
            return self.load();
        }
        // The cursor stays until the mark is made: what was refused must be heard again if it is not.
        self.mark(reached, receipt.refused, stalled)
    }

    fn mark(&mut self, up_to: u64, refused: Vec<(u64, String)>, stalled: bool) -> Action {
        self.phase = Phase::Settling { up_to, stalled };
        Action::Settle { up_to, refused }
    }
}

/// Pause after so many failures in a row, before jitter: 1, 2, 4 … 60 s, in milliseconds.
#[must_use]
pub fn backoff(failures: u32) -> u64 {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST_PAUSE_MS << doublings).min(LONGEST_PAUSE_MS)
}

/// The pause with up to a fifth less or more, so that many links do not return in one moment.
#[must_use]
pub const fn jittered(base_ms: u64, chance: u64) -> u64 {
    let fifth = base_ms / 5;
    base_ms - fifth + chance % (2 * fifth + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_to_a_minute_and_stays() {
        let pauses: Vec<u64> = (1..=9).map(backoff).collect();
        assert_eq!(
            pauses,
            [
                1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000
            ]
        );
        assert_eq!(backoff(u32::MAX), 60_000);
        for chance in [0, 1, 399, 400, 401, u64::MAX] {
            assert!((800..=1_200).contains(&jittered(1_000, chance)));
        }
        assert_eq!((jittered(1_000, 0), jittered(1_000, 400)), (800, 1_200));
    }
}
