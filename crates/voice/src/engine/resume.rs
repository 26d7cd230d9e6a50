//! What the engine keeps of its legs, and how it has them again after the program was killed: the dialog, the very port the
//! other side sends to, and what was agreed. Who hears whom it is told anew.

use super::actor::Actor;
use super::browser::Browser;
use super::leg::{Leg, State, Way};
use crate::call::{Keep, LegId, SeatName};
use crate::media::switchboard::Opened;
use crate::sip::sdp::{Audio, Direction, Own};
use crate::sip::word::DialogNo;
use crate::sip::{Former, Goodbye, KeptDialog};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// A text that was kept ([`crate::call::Control::keep`]).
#[derive(Debug, Clone)]
pub struct Remembered {
    /// What it is of.
    pub what: Keep,
    /// The text.
    pub text: String,
    /// How many milliseconds ago it was kept.
    pub age_ms: u64,
}

/// What is kept of a leg.
#[derive(Debug, Serialize, Deserialize)]
enum Kept {
    /// It is up.
    Up(Box<KeptLeg>),
    /// It rings, here or at its other end: what is then to be said.
    Rings(Goodbye),
}

/// A leg that is up.
#[derive(Debug, Serialize, Deserialize)]
struct KeptLeg {
    way: KeptWay,
    /// Session and version of our description, and which way it says.
    session: u64,
    version: u64,
    direction: Direction,
    /// What the other side said last.
    audio: Option<Audio>,
    held: bool,
}

#[derive(Debug, Serialize, Deserialize)]
enum KeptWay {
    Sip { dialog: Box<KeptDialog>, port: u16 },
    Browser(SeatName),
}

/// Legs that were kept, each with its dialog once the stack has it again.
pub(super) struct Legs(Vec<(LegId, KeptLeg, Option<DialogNo>)>);

/// Reads what was kept: what goes to the stack, and the legs.
pub(super) fn read(remembered: Vec<Remembered>) -> (Former, Legs) {
    let mut former = Former::default();
    let mut legs = Vec::new();
    for Remembered { what, text, age_ms } in remembered {
        match what {
            Keep::Phone(seat) => former.phones.push((seat, text, age_ms)),
            Keep::Leg(leg) => match serde_json::from_str(&text) {
                Ok(Kept::Rings(goodbye)) => former.goodbyes.push(goodbye),
                Ok(Kept::Up(kept)) => {
                    if let KeptWay::Sip { dialog, .. } = &kept.way {
                        former.dialogs.push(KeptDialog::clone(dialog));
                    }
                    legs.push((leg, *kept, None));
                }
                Err(error) => tracing::warn!(%leg, %error, "what was kept of a leg cannot be read"),
            },
        }
    }
    (former, Legs(legs))
}

impl Legs {
    /// Takes the dialogs' numbers, in the order in which they were given to the stack.
    pub(super) fn with(mut self, dialogs: Vec<Option<DialogNo>>) -> Self {
        let by_sip = self
            .0
            .iter_mut()
            .filter(|(_, kept, _)| matches!(kept.way, KeptWay::Sip { .. }));
        for ((_, _, place), dialog) in by_sip.zip(dialogs) {
            *place = dialog;
        }
        self
    }
}

impl Leg {
    fn kept_as(&self, way: KeptWay) -> Kept {
        Kept::Up(Box::new(KeptLeg {
            way,
            session: self.own.session,
            version: self.own.version,
            direction: self.own.direction,
            audio: self.audio.clone(),
            held: self.held,
        }))
    }
}

impl Actor {
    /// Keeps what it takes to have the leg again, or to take leave of whoever it rings for.
    pub(super) fn keep_leg(&mut self, id: LegId) {
        let Some(leg) = self.legs.get(&id) else {
            return;
        };
        let kept = match (&leg.way, leg.state) {
            (Way::Sip(no), State::Up) => self.parts.stack.keep(*no).map(|dialog| {
                let port = leg.own.address.port();
                let dialog = Box::new(dialog);
                leg.kept_as(KeptWay::Sip { dialog, port })
            }),
            (Way::Browser { seat, .. }, State::Up) => {
                Some(leg.kept_as(KeptWay::Browser(seat.clone())))
            }
            (Way::Sip(no), _) => self.parts.stack.goodbye(*no).map(Kept::Rings),
            (Way::Browser { .. }, _) => None,
        };
        let Some(kept) = kept else { return };
        match serde_json::to_string(&kept) {
            Ok(text) => {
                self.parts.control.keep(Keep::Leg(id), Some(text));
                if let Some(leg) = self.legs.get_mut(&id) {
                    leg.kept = true;
                }
            }
            Err(error) => tracing::warn!(leg = %id, %error, "a leg would not outlive the program"),
        }
    }

    /// The leg is over: there is nothing to have again.
    pub(super) fn forget_leg(&self, id: LegId, leg: &Leg) {
        if leg.kept {
            self.parts.control.keep(Keep::Leg(id), None);
        }
    }

    /// Has the legs of a former program again; those that it has.
    pub(super) fn resume(&mut self, legs: Legs) -> BTreeSet<LegId> {
        legs.0
            .into_iter()
            .filter_map(|(id, kept, dialog)| self.resume_leg(id, kept, dialog).then_some(id))
            .collect()
    }

    fn resume_leg(&mut self, id: LegId, kept: KeptLeg, dialog: Option<DialogNo>) -> bool {
        let mut moved = false;
        let (way, line, port) = match kept.way {
            KeptWay::Browser(seat) => {
                // Its page offers anew; until then there is no line, and what is ordered of it is remembered.
                let line = self.parts.board.number();
                self.browsers
                    .insert(seat.clone(), Browser::awaited(line, id));
                self.await_browser(seat.clone(), line);
                (Way::Browser { seat, picked: true }, line, 0)
            }
            KeptWay::Sip { port, .. } => {
                let Some(dialog) = dialog else { return false };
                let opened = self.parts.board.open_at(port).or_else(|error| {
                    tracing::warn!(leg = %id, %error, "a leg's port is gone: its other side is told another");
                    moved = true;
                    self.parts.board.open()
                });
                match opened {
                    Ok(Opened { line, port }) => (Way::Sip(dialog), line, port),
                    Err(error) => {
                        tracing::error!(leg = %id, %error, "a leg has no port for its sound");
                        let cause = crate::call::Cause::sip(503);
                        self.parts.stack.end(dialog, &cause);
                        return false;
                    }
                }
            }
        };
        let own = Own {
            address: SocketAddr::new(self.own_address(), port),
            session: kept.session,
            version: kept.version.saturating_add(u64::from(moved)),
            direction: kept.direction,
        };
        let offer = moved.then(|| own.offer().write());
        self.keep(id, way, line, own, State::Up);
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.audio = kept.audio;
            leg.held = kept.held;
            leg.resumed = true;
            leg.kept = true;
        }
        self.point(id);
        if let (Some(dialog), Some(offer)) = (dialog, offer) {
            self.parts.stack.offer(dialog, offer);
        }
        true
    }
}
