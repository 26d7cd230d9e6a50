//! What is said before a call that arrived is answered. A caller that insists on it (Require: 100rel, RFC 3262) gets it
//! again and again until its PRACK, one thing after the other, and all of it before the answer.

use super::message;
use super::stack::{ALLOWED, Shared, sdp_type};
use super::word::{DialogNo, Said, Word};
use crate::call::{Cause, Ender};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Header, Request, StatusCode};
use rsipstack::transaction::transaction::Transaction;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// The extension's name.
pub(super) const TAG: &str = "100rel";

/// The first repetition; each comes after twice the time of the one before.
const FIRST: Duration = Duration::from_millis(500);

/// After this time without a PRACK the call is given up.
const MOST: Duration = Duration::from_secs(32);

/// One thing to say.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// It rings (180), or with SDP that it has sound before its answer (183).
    Progress(Option<Vec<u8>>),
    /// The answer (200).
    Answer(Vec<u8>),
}

/// What is still to be said to a caller that insists.
#[derive(Debug, Default)]
pub(super) struct Reliable {
    waiting: VecDeque<Step>,
    /// The last RSeq.
    last: u32,
    /// Which one waits for its PRACK.
    open: Option<u32>,
}

impl Reliable {
    /// What may be said now, and its RSeq.
    fn next(&mut self) -> Option<(Step, Option<u32>)> {
        if self.open.is_some() {
            return None;
        }
        let step = self.waiting.pop_front()?;
        let rseq = matches!(step, Step::Progress(_)).then(|| self.last.saturating_add(1));
        self.last = rseq.unwrap_or(self.last);
        self.open = rseq;
        Some((step, rseq))
    }

    /// Whether this was waited for.
    fn acknowledge(&mut self, rseq: u32) -> bool {
        let waited = self.open == Some(rseq);
        if waited {
            self.open = None;
        }
        waited
    }
}

/// Whether a caller insists on it.
pub(super) fn wanted(request: &Request) -> bool {
    message::values(request, "Require")
        .iter()
        .any(|tag| tag.eq_ignore_ascii_case(TAG))
}

/// RSeq and CSeq of the RAck header.
fn acknowledged(request: &Request) -> Option<(u32, u32)> {
    let value = message::first(request, "RAck")?;
    let mut words = value.split_whitespace();
    let rseq = words.next()?.parse().ok()?;
    let cseq = words.next()?.parse().ok()?;
    let invite = words.next()?.eq_ignore_ascii_case("INVITE");
    invite.then_some((rseq, cseq))
}

impl Shared {
    /// Says it now, or in its turn.
    pub(super) fn step(self: &Arc<Self>, no: DialogNo, step: Step) {
        let dialog = {
            let mut held = self.held();
            let Some(held) = held.get_mut(&no) else {
                return;
            };
            if let Some(reliable) = &mut held.reliable {
                reliable.waiting.push_back(step.clone());
                None
            } else {
                Some(held.dialog.clone())
            }
        };
        match dialog {
            Some(dialog) => self.say(&dialog, step, None),
            None => self.say_next(no),
        }
    }

    fn say_next(self: &Arc<Self>, no: DialogNo) {
        let next = {
            let mut held = self.held();
            held.get_mut(&no).and_then(|held| {
                let (step, rseq) = held.reliable.as_mut()?.next()?;
                Some((held.dialog.clone(), step, rseq))
            })
        };
        let Some((dialog, step, rseq)) = next else {
            return;
        };
        self.say(&dialog, step.clone(), rseq);
        if let Some(rseq) = rseq {
            tokio::spawn(Arc::clone(self).repeat(no, step, rseq));
        }
    }

    fn say(&self, dialog: &InviteDialog, step: Step, rseq: Option<u32>) {
        let said = match step {
            Step::Progress(sdp) => {
                let mut headers: Vec<Header> = sdp.iter().map(|_| sdp_type()).collect();
                if let Some(rseq) = rseq {
                    headers.push(Header::Require(TAG.into()));
                    headers.push(Header::Other("RSeq".to_owned(), rseq.to_string()));
                }
                dialog.ringing(Some(headers), sdp)
            }
            Step::Answer(sdp) => {
                let mut headers = vec![
                    sdp_type(),
                    Header::Allow(ALLOWED.into()),
                    Header::Supported("timer, replaces".into()),
                ];
                headers.extend(super::timer::agreed(
                    &dialog.initial_request(),
                    &self.settings,
                ));
                dialog.accept(Some(headers), Some(sdp))
            }
        };
        if let Err(error) = said {
            tracing::debug!(%error, "a call that arrived was over before it could be told");
        }
    }

    async fn repeat(self: Arc<Self>, no: DialogNo, step: Step, rseq: u32) {
        let (mut wait, mut waited) = (FIRST, Duration::ZERO);
        while waited < MOST {
            tokio::time::sleep(wait).await;
            waited += wait;
            wait *= 2;
            let dialog = self.held().get(&no).and_then(|held| {
                let open = held.reliable.as_ref()?.open == Some(rseq);
                open.then(|| held.dialog.clone())
            });
            let Some(dialog) = dialog else {
                return;
            };
            if waited < MOST {
                self.say(&dialog, step.clone(), Some(rseq));
            }
        }
        if let Some(held) = self.release(no) {
            let cause = Cause {
                text: Some("No PRACK".to_owned()),
                ..Cause::sip(504)
            };
            super::watch::refuse(&self, &held, &cause, None);
            self.tell(Said::Dialog(no, Word::Ended(Ender::Network, cause)));
        }
    }

    /// A PRACK: what it names need not be said again, and the next thing is said.
    pub(super) async fn prack(
        self: &Arc<Self>,
        dialog: &InviteDialog,
        mut transaction: Transaction,
    ) -> rsipstack::Result<()> {
        if !transaction.original.body.is_empty() {
            // An offer amid the first one's answers is not taken up.
            return transaction.reply(StatusCode::NotAcceptableHere).await;
        }
        let invite = message::sequence(&dialog.initial_request());
        let named = acknowledged(&transaction.original)
            .filter(|(_, cseq)| invite == Some(*cseq))
            .map(|(rseq, _)| rseq);
        let id = dialog.id();
        let no = named.and_then(|rseq| {
            let mut held = self.held();
            let (no, held) = held.iter_mut().find(|(_, held)| held.dialog.id() == id)?;
            let waited = held.reliable.as_mut()?.acknowledge(rseq);
            waited.then_some(*no)
        });
        let Some(no) = no else {
            return transaction
                .reply(StatusCode::CallTransactionDoesNotExist)
                .await;
        };
        transaction.reply(StatusCode::OK).await?;
        self.say_next(no);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_after_the_other_and_the_answer_last() {
        let mut reliable = Reliable::default();
        reliable.waiting.push_back(Step::Progress(None));
        reliable.waiting.push_back(Step::Progress(Some(vec![1])));
        reliable.waiting.push_back(Step::Answer(vec![2]));
        assert!(matches!(
            reliable.next(),
            Some((Step::Progress(None), Some(1)))
        ));
        assert!(reliable.next().is_none(), "the first one waits");
        assert!(!reliable.acknowledge(2));
        assert!(reliable.acknowledge(1) && !reliable.acknowledge(1));
        assert!(matches!(
            reliable.next(),
            Some((Step::Progress(Some(_)), Some(2)))
        ));
        assert!(reliable.next().is_none() && reliable.acknowledge(2));
        assert!(matches!(reliable.next(), Some((Step::Answer(_), None))));
        assert!(reliable.next().is_none());
    }
}
