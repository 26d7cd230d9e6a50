//! Seats whose phone is the browser: one session a seat, and calls come and go in it.

use super::Event;
use super::actor::Actor;
use super::leg::{Recorded, State, Way};
use crate::browser::Refused;
use crate::call::{Cause, Ender, Heard, Input, LegId, PhoneState, SeatName};
use crate::media::line::LineNo;
use crate::sip::sdp::{Direction, Own};
use std::net::SocketAddr;
use std::time::Duration;

/// A page that is loaded again is back in two seconds; a machine that slept is not waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A seat's session.
pub(super) struct Browser {
    line: LineNo,
    /// Sound goes both ways.
    pub(super) connected: bool,
    /// The leg that rings or talks in it.
    pub(super) leg: Option<LegId>,
}

impl Browser {
    /// One that was there before the program was started again, and is to come again.
    pub(super) const fn awaited(line: LineNo, leg: LegId) -> Self {
        Self {
            line,
            connected: false,
            leg: Some(leg),
        }
    }
}

impl Actor {
    /// Answers a browser's offer; what the seat had before gives way to it.
    pub(super) fn browse(&mut self, seat: &SeatName, offer: &str) -> Result<String, Refused> {
        let (line, answer) = self.parts.board.open_browser(offer)?;
        let fresh = Browser {
            line,
            connected: false,
            leg: None,
        };
        // Before the page has its answer, so that nothing it asks for comes sooner.
        self.tell(Input::Phone(seat.clone(), PhoneState::Coming));
        let before = self.browsers.insert(seat.clone(), fresh);
        if let Some(before) = before {
            self.lines.remove(&before.line);
            self.parts.board.close(before.line);
            if let Some(leg) = before.leg {
                self.take_over(seat, leg, line);
            }
        }
        Ok(answer)
    }

    /// A new line takes the place of a leg's former one.
    fn take_over(&mut self, seat: &SeatName, id: LegId, line: LineNo) {
        let Some(leg) = self.legs.get_mut(&id) else {
            return;
        };
        leg.line = line;
        self.lines.insert(line, id);
        if let Some(browser) = self.browsers.get_mut(seat) {
            browser.leg = Some(id);
        }
        if let (Some(Recorded::Written), Some(writer)) = (leg.recorded, &self.writer) {
            self.parts.board.tap(line, Some(writer.tap(id)));
        }
        if let Some(prompt) = &leg.playing {
            self.parts
                .board
                .play(line, self.parts.prompts.sound(prompt, true), true);
        }
        for (from, to, gain) in self.cells.of(id) {
            if let (Some(from), Some(to)) = (self.legs.get(&from), self.legs.get(&to)) {
                self.parts.board.hear(from.line, to.line, gain.0);
            }
        }
    }

    /// Rings the seat: the screen shows it, the sound is there already.
    pub(super) fn ring_browser(&mut self, id: LegId, seat: &SeatName) {
        let Some(browser) = self.browsers.get_mut(seat) else {
            return;
        };
        if browser.leg.is_some() {
            return self.say(id, Heard::Failed(Cause::sip(486)));
        }
        browser.leg = Some(id);
        let line = browser.line;
        let own = Own {
            address: SocketAddr::new(self.parts.board.address(), 0),
            session: 0,
            version: 0,
            direction: Direction::SendReceive,
        };
        let way = Way::Browser {
            seat: seat.clone(),
            picked: false,
        };
        self.keep(id, way, line, own, State::Placed);
        self.say(id, Heard::Ringing);
    }

    /// The operator took the call on the screen.
    pub(super) fn pick_up(&mut self, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id).filter(|l| l.state == State::Placed) else {
            return;
        };
        match &mut leg.way {
            Way::Sip(dialog) => self.parts.stack.talk(*dialog),
            Way::Browser { seat, picked } => {
                *picked = true;
                // Else when its session is there.
                if self.browsers.get(seat).is_some_and(|b| b.connected) {
                    leg.state = State::Up;
                    self.keep_leg(id);
                    self.say(id, Heard::Answered);
                }
            }
        }
    }

    pub(super) fn browser_connected(&mut self, line: LineNo) {
        let Some((seat, browser)) = self.browsers.iter_mut().find(|(_, b)| b.line == line) else {
            return;
        };
        browser.connected = true;
        let (seat, leg) = (seat.clone(), browser.leg);
        self.tell(Input::Phone(seat, PhoneState::There));
        let waits = |l: &super::leg::Leg| {
            l.state == State::Placed && matches!(l.way, Way::Browser { picked: true, .. })
        };
        if let Some(id) = leg
            && self.legs.get(&id).is_some_and(waits)
        {
            self.pick_up(id);
        }
    }

    pub(super) fn browser_gone(&mut self, line: LineNo) {
        let Some((seat, browser)) = self.browsers.iter_mut().find(|(_, b)| b.line == line) else {
            return;
        };
        browser.connected = false;
        let (seat, busy) = (seat.clone(), browser.leg.is_some());
        if !busy {
            return self.unbrowse(&seat);
        }
        self.tell(Input::Phone(seat.clone(), PhoneState::Gone));
        self.await_browser(seat, line);
    }

    /// Waits for a seat's browser to come again.
    pub(super) fn await_browser(&self, seat: SeatName, line: LineNo) {
        let events = self.parts.events.clone();
        tokio::spawn(async move {
            tokio::time::sleep(PATIENCE).await;
            if let Some(events) = events.upgrade() {
                let _ = events.send(Event::Missed(seat, line));
            }
        });
    }

    /// The seat's browser has not come again.
    pub(super) fn browser_missed(&mut self, seat: &SeatName, line: LineNo) {
        if self.browsers.get(seat).is_some_and(|b| b.line == line) {
            self.unbrowse(seat);
        }
    }

    /// The seat's browser goes, and with it the leg that is in it.
    pub(super) fn unbrowse(&mut self, seat: &SeatName) {
        let Some(browser) = self.browsers.get(seat) else {
            return;
        };
        let line = browser.line;
        if let Some(id) = browser.leg
            && self.drop_leg(id).is_some()
        {
            self.say(
                id,
                Heard::Ended {
                    by: Ender::Network,
                    cause: Cause::sip(408),
                },
            );
        }
        self.browsers.remove(seat);
        self.parts.board.close(line);
        self.tell(Input::Phone(seat.clone(), PhoneState::Gone));
    }
}
