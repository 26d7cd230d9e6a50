//! What the SIP stack says, taken up in a leg and told on.

use super::actor::Actor;
use super::leg::{State, Way};
use crate::call::{Arrival, Cause, Heard, Input, Keep, LegId, PhoneState, TrunkState};
use crate::sip::Reply;
use crate::sip::sdp::{Audio, Description, Direction};
use crate::sip::word::{DialogNo, Incoming, Said, Word};

impl Actor {
    pub(super) fn hear(&mut self, said: Said) {
        match said {
            Said::Arrived(dialog, incoming) => self.arrived(dialog, *incoming),
            Said::Dialog(dialog, word) => {
                if let Some(id) = self.dialogs.get(&dialog) {
                    self.word(*id, word);
                } else if let Word::Offered(_, reply) = word {
                    self.parts.stack.agree(reply, None);
                }
            }
            Said::Trunk(trunk, works) => {
                let state = if works {
                    self.down.remove(&trunk);
                    TrunkState::Up
                } else {
                    self.down.insert(trunk.clone());
                    TrunkState::Down
                };
                self.tell(Input::Trunk(trunk, state));
            }
            Said::Phone(seat, there) => {
                let state = if there {
                    PhoneState::There
                } else {
                    PhoneState::Gone
                };
                self.tell(Input::Phone(seat, state));
            }
            Said::Bound(seat, kept) => self.parts.control.keep(Keep::Phone(seat), kept),
        }
    }

    fn arrived(&mut self, dialog: DialogNo, incoming: Incoming) {
        let offer = if incoming.offer.is_empty() {
            None
        } else {
            match read(&incoming.offer) {
                Ok(offer) => Some(offer),
                Err(cause) => return self.parts.stack.refuse(dialog, &cause, None),
            }
        };
        let (line, own) = match self.open() {
            Ok(opened) => opened,
            Err(error) => {
                tracing::error!(%error, "a call is turned away: it has no port for its sound");
                return self.parts.stack.refuse(dialog, &Cause::sip(503), Some(5));
            }
        };
        let call = self.parts.control.name_call();
        let id = LegId::arrived(call);
        self.keep(
            id,
            Way::Sip(dialog),
            line,
            own,
            State::Arrived { early: false },
        );
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.offer = offer;
        }
        self.keep_leg(id);
        self.tell(Input::Arrived(Box::new(Arrival {
            call,
            trunk: incoming.trunk,
            caller: incoming.caller,
            called: incoming.called,
            correlation: incoming.correlation,
        })));
    }

    fn word(&mut self, id: LegId, word: Word) {
        match word {
            Word::Ringing => {
                self.keep_leg(id);
                self.say(id, Heard::Ringing);
            }
            Word::Early(sdp) => {
                if let (Some(leg), Ok((_, audio))) = (self.legs.get_mut(&id), read(&sdp)) {
                    leg.audio = Some(audio);
                    self.point(id);
                    self.keep_leg(id);
                    self.say(id, Heard::EarlyMedia);
                }
            }
            Word::Answered(sdp) => self.answered(id, &sdp),
            Word::Acknowledged(sdp) => self.acknowledged(id, &sdp),
            Word::Failed(cause) => {
                self.drop_leg(id);
                self.say(id, Heard::Failed(cause));
            }
            Word::Ended(by, cause) => {
                self.drop_leg(id);
                self.say(id, Heard::Ended { by, cause });
            }
            Word::Offered(sdp, reply) => self.offered(id, &sdp, reply),
            Word::Agreed(sdp) => {
                if let (Some(leg), Ok((_, audio))) = (self.legs.get_mut(&id), read(&sdp)) {
                    leg.audio = Some(audio);
                    self.pointed_anew(id);
                }
            }
            Word::Refer { to, replaces } => {
                let replaces = replaces.and_then(|dialog| self.dialogs.get(&dialog).copied());
                self.say(id, Heard::ReferAsked { to, replaces });
            }
            Word::Key(key) => self.say(id, Heard::Digit(key)),
        }
    }

    /// A placed call was answered. What came early counts, if the answer has no SDP of its own.
    fn answered(&mut self, id: LegId, sdp: &[u8]) {
        let Some(leg) = self.legs.get_mut(&id) else {
            return;
        };
        match (read(sdp), &leg.audio) {
            (Ok((_, audio)), _) => leg.audio = Some(audio),
            (Err(_), Some(_)) if sdp.is_empty() => {}
            (Err(cause), _) => {
                if let Some(leg) = self.drop_leg(id) {
                    self.end_dialog(&leg, &cause);
                    self.say(id, Heard::Failed(cause));
                }
                return;
            }
        }
        leg.state = State::Up;
        self.point(id);
        self.keep_leg(id);
        self.say(id, Heard::Answered);
    }

    fn acknowledged(&mut self, id: LegId, sdp: &[u8]) {
        let Some(leg) = self.legs.get_mut(&id) else {
            return;
        };
        if leg.offer.is_none() {
            match read(sdp) {
                Ok((_, audio)) => leg.audio = Some(audio),
                Err(cause) => return self.end(id, cause),
            }
        }
        leg.state = State::Up;
        self.point(id);
        self.keep_leg(id);
        self.say(id, Heard::Answered);
    }

    /// The other side changes the session: mostly to hold, or to go on.
    fn offered(&mut self, id: LegId, sdp: &[u8], reply: Reply) {
        let Some(leg) = self.legs.get_mut(&id) else {
            return;
        };
        leg.own.version += 1;
        if sdp.is_empty() {
            leg.own.direction = Direction::SendReceive;
            let offer = leg.own.offer().write();
            return self.parts.stack.agree(reply, Some(offer));
        }
        let Ok((offer, audio)) = read(sdp) else {
            return self.parts.stack.agree(reply, None);
        };
        leg.take(audio.clone());
        let answer = leg.own.answer(&offer, &audio).write();
        self.parts.stack.agree(reply, Some(answer));
        self.pointed_anew(id);
    }

    /// Both sides have agreed on something new: the line does it, and holding is told.
    fn pointed_anew(&mut self, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else {
            return;
        };
        let held = leg.is_held();
        let changed = std::mem::replace(&mut leg.held, held) != held;
        self.point(id);
        self.keep_leg(id);
        if changed {
            self.say(id, Heard::RemoteHold(held));
        }
    }
}

/// A description we can use, or 488.
fn read(sdp: &[u8]) -> Result<(Description, Audio), Cause> {
    let usable = Description::read(sdp).and_then(|read| {
        let audio = read.audio()?;
        Ok((read, audio))
    });
    usable.map_err(|error| Cause {
        text: Some(error.to_string()),
        ..Cause::sip(488)
    })
}
