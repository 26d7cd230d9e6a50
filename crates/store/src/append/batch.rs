//! What travels from callers to the appender.

use std::time::Instant;

use tokio::sync::{mpsc, oneshot};

use crate::append::change::Appended;
use crate::append::plan::Plan;
use crate::error::{AppendError, StoreError};

/// Changes taken into one transaction at most.
pub(crate) const BATCH: usize = 512;

/// Outcomes in the order of the changes.
pub(crate) type Outcomes = Vec<Result<Appended, AppendError>>;

/// One caller's changes.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) plans: Vec<Plan>,
    /// After this moment nobody waits any more; what was not begun is not written.
    pub(crate) expires: Instant,
    /// The plans go back with the outcomes: the caller's thread made them and frees them.
    pub(crate) reply: oneshot::Sender<(Outcomes, Vec<Plan>)>,
}

impl Message {
    /// Answers every change with the same failure.
    pub(crate) fn fail(self, error: &StoreError) {
        let outcomes = self
            .plans
            .iter()
            .map(|_| Err(AppendError::Store(error.clone())))
            .collect();
        // A caller that has gone away needs no answer.
        let _ = self.reply.send((outcomes, self.plans));
    }
}

/// Gives every caller its part of the outcomes.
pub(crate) fn answer(messages: Vec<Message>, outcomes: Outcomes) {
    let mut outcomes = outcomes.into_iter();
    for message in messages {
        let part = outcomes.by_ref().take(message.plans.len()).collect();
        let _ = message.reply.send((part, message.plans));
    }
}

/// What the appender is told.
#[derive(Debug)]
pub(crate) enum Order {
    Append(Message),
    /// Finish what came before, then stop.
    Close(oneshot::Sender<()>),
}

/// A batch being filled from the queue.
#[derive(Debug, Default)]
pub(crate) struct Room {
    pub(crate) messages: Vec<Message>,
    /// Somebody asked to close; nothing after that is taken.
    pub(crate) closing: Option<oneshot::Sender<()>>,
    count: usize,
}

impl Room {
    /// Begins with one message and takes whatever else waits, up to [`BATCH`] changes. Messages
    /// whose caller has stopped waiting are answered and left out.
    pub(crate) fn fill(first: Order, queue: &mut mpsc::Receiver<Order>) -> Self {
        let mut room = Self::default();
        let mut next = Some(first);
        while let Some(order) = next {
            match order {
                Order::Append(message) if message.expires <= Instant::now() => {
                    message.fail(&StoreError::Unavailable(
                        "waited in the queue too long".into(),
                    ));
                }
                Order::Append(message) => {
                    room.count += message.plans.len();
                    room.messages.push(message);
                }
                Order::Close(reply) => {
                    room.closing = Some(reply);
                    break;
                }
            }
            next = if room.count < BATCH {
                queue.try_recv().ok()
            } else {
                None
            };
        }
        room
    }
}

/// Answers everything that still waits with one failure.
pub(crate) fn refuse_rest(queue: &mut mpsc::Receiver<Order>, error: &StoreError) {
    queue.close();
    while let Ok(order) = queue.try_recv() {
        match order {
            Order::Append(message) => message.fail(error),
            Order::Close(reply) => {
                let _ = reply.send(());
            }
        }
    }
}
