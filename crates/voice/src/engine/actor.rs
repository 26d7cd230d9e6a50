//! The task that does everything in its turn.

use super::browser::Browser;
use super::cell::Cells;
use super::leg::{Leg, Recorded, State, Way};
use super::prompt::Prompts;
use super::recorder::{Recorder, Writer};
use super::timers::Timers;
use super::{Chance, Event, Load};
use crate::call::{
    Cause, Control, Ender, Heard, Input, LegId, Order, Origin, Placing, PolicyName, PromptName,
    Quality, Recording, SeatName, Target, TrunkName,
};
use crate::media::board::Notice;
use crate::media::line::LineNo;
use crate::media::switchboard::Switchboard;
use crate::sip::policy::{self, Policy, from_for_seat};
use crate::sip::sdp::{Direction, Own};
use crate::sip::word::DialogNo;
use crate::sip::{Invite, Stack};
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, WeakUnboundedSender};
use tokio::time::Instant;

/// Legs that ended unrecorded and are remembered: an order comes a moment late, not after thousands of others.
const UNRECORDED: usize = 1_024;

pub(super) struct Parts {
    pub(super) stack: Stack,
    pub(super) board: Switchboard,
    pub(super) control: Arc<dyn Control>,
    pub(super) policies: Vec<Policy>,
    pub(super) prompts: Prompts,
    pub(super) recorder: Arc<dyn Recorder>,
    pub(super) chance: Chance,
    pub(super) external: Option<IpAddr>,
    pub(super) events: WeakUnboundedSender<Event>,
}

pub(super) struct Actor {
    pub(super) parts: Parts,
    pub(super) writer: Option<Writer>,
    pub(super) legs: HashMap<LegId, Leg>,
    pub(super) dialogs: HashMap<DialogNo, LegId>,
    /// Lines by number, until they are measured.
    pub(super) lines: HashMap<LineNo, LegId>,
    /// Recordings of legs that are over and whose line is not measured yet.
    recordings: HashMap<LegId, Recorded>,
    /// The last legs that ended before a recording of them began, or that of a former program was gone on with; the oldest first.
    unrecorded: VecDeque<LegId>,
    /// Trunks that do not work.
    pub(super) down: HashSet<TrunkName>,
    /// Browsers' sessions by seat.
    pub(super) browsers: HashMap<SeatName, Browser>,
    /// Who was ordered to hear whom: a browser that comes again takes its place.
    pub(super) cells: Cells,
    timers: Timers,
}

impl Actor {
    pub(super) fn new(parts: Parts) -> Self {
        let control = Arc::clone(&parts.control);
        let writer = Writer::start(move |leg, sealed| {
            let heard = sealed.map_or(Heard::NotRecorded, Heard::Recorded);
            control.hear(Input::Leg(leg, heard));
        });
        if let Err(error) = &writer {
            tracing::error!(%error, "nothing can be recorded: the system has no more threads");
        }
        Self {
            parts,
            writer: writer.ok(),
            legs: HashMap::new(),
            dialogs: HashMap::new(),
            lines: HashMap::new(),
            recordings: HashMap::new(),
            unrecorded: VecDeque::new(),
            down: HashSet::new(),
            browsers: HashMap::new(),
            cells: Cells::default(),
            timers: Timers::default(),
        }
    }

    pub(super) async fn run(mut self, mut turns: UnboundedReceiver<Event>) {
        let wait = tokio::time::sleep(Duration::ZERO);
        tokio::pin!(wait);
        loop {
            // However much is said, timers run out.
            let now = Instant::now();
            while let Some(timer) = self.timers.due(now) {
                self.tell(Input::TimerDue(timer));
            }
            let next = self.timers.next();
            if let Some(next) = next
                && wait.deadline() != next
            {
                wait.as_mut().reset(next);
            }
            tokio::select! {
                biased;
                event = turns.recv() => match event {
                    Some(event) => self.turn(event),
                    None => return,
                },
                () = &mut wait, if next.is_some() => {}
            }
        }
    }

    fn turn(&mut self, event: Event) {
        match event {
            Event::Orders(orders) => orders.into_iter().for_each(|order| self.obey(order)),
            Event::Said(said) => self.hear(said),
            Event::Notice(notice) => self.notice(&notice),
            Event::Browse(seat, offer, answer) => {
                // Whoever asked may have gone.
                let _ = answer.send(self.browse(&seat, &offer));
            }
            Event::Unbrowse(seat) => self.unbrowse(&seat),
            Event::Missed(seat, line) => self.browser_missed(&seat, line),
            Event::Ask(question) => question(self),
        }
    }

    pub(super) fn load(&self) -> Load {
        let refused = self.parts.stack.refused();
        Load {
            legs: self.legs.len(),
            dialogs: self.parts.stack.dialogs(),
            lines: self.parts.board.open_lines(),
            strangers: refused.unknown.load(Ordering::Relaxed),
            too_many: refused.too_many.load(Ordering::Relaxed),
            rubbish: refused.rubbish.load(Ordering::Relaxed),
            late_steps: self.parts.board.counts().late.load(Ordering::Relaxed),
        }
    }

    pub(super) fn has_phone(&self, seat: &SeatName) -> bool {
        self.browsers.get(seat).is_some_and(|b| b.connected) || self.parts.stack.has_phone(seat)
    }

    pub(super) fn trunks_up(&self) -> Vec<TrunkName> {
        self.parts
            .stack
            .trunks()
            .filter(|t| !self.down.contains(t))
            .cloned()
            .collect()
    }

    pub(super) fn tell(&self, input: Input) {
        self.parts.control.hear(input);
    }

    pub(super) fn say(&self, leg: LegId, heard: Heard) {
        self.tell(Input::Leg(leg, heard));
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Place(placing) => self.place(&placing),
            Order::Ring(leg) => self.ring(leg),
            Order::Answer(leg) => self.answer(leg),
            Order::PickUp(leg) => self.pick_up(leg),
            Order::Refuse {
                leg,
                cause,
                retry_after,
            } => self.refuse(leg, cause, retry_after),
            Order::End { leg, cause } => self.end(leg, cause),
            Order::Hear { from, to, gain } => {
                self.cells.set(from, to, gain);
                if let (Some(from), Some(to)) = (self.legs.get(&from), self.legs.get(&to)) {
                    self.parts.board.hear(from.line, to.line, gain.0);
                }
            }
            Order::Play {
                leg,
                prompt,
                repeat,
            } => self.play(leg, prompt, repeat),
            Order::PlayRow { leg, name, prompts } => self.play_row(leg, name, &prompts),
            Order::StopPrompt(leg) => {
                if let Some(leg) = self.legs.get_mut(&leg) {
                    leg.playing = None;
                    self.parts.board.stop(leg.line);
                }
            }
            Order::SendDigit { leg, digit } => {
                if let Some(leg) = self.legs.get(&leg) {
                    self.parts.board.press(leg.line, digit);
                }
            }
            Order::Record { leg, state } => self.record(leg, state),
            Order::ReferProgress { leg, status } => {
                if let Some(dialog) = self.legs.get(&leg).and_then(Leg::dialog) {
                    self.parts.stack.refer_progress(dialog, status);
                }
            }
            Order::StartTimer { timer, after_ms } => {
                let after = Duration::from_millis(after_ms);
                self.timers.start(timer, Instant::now(), after);
            }
        }
    }

    fn place(&mut self, placing: &Placing) {
        let leg = placing.leg;
        if let Target::Seat(seat) = &placing.to
            && self.browsers.contains_key(seat)
        {
            return self.ring_browser(leg, &seat.clone());
        }
        if let Err(cause) = self.try_place(placing) {
            self.say(leg, Heard::Failed(cause));
        }
    }

    fn try_place(&mut self, placing: &Placing) -> Result<(), Cause> {
        let unavailable = |text: &str| Cause {
            text: Some(text.to_owned()),
            ..Cause::sip(503)
        };
        if let Target::Trunk { trunk, .. } = &placing.to
            && self.down.contains(trunk)
        {
            return Err(unavailable("trunk down"));
        }
        let (line, own) = self.open().map_err(|error| {
            tracing::error!(%error, "a leg has no port for its sound");
            unavailable("no port for sound")
        })?;
        let offer = own.offer().write();
        let dialog = match &placing.to {
            Target::Seat(seat) => self
                .parts
                .stack
                .ring(seat, self.to_seat(&placing.origin, offer)),
            Target::Trunk {
                trunk,
                number,
                policy,
            } => {
                let invite = self.to_trunk(trunk, number, policy, &placing.origin, offer);
                self.parts.stack.place(trunk, number, invite)
            }
        };
        let dialog = dialog.map_err(|error| {
            self.parts.board.close(line);
            tracing::info!(%error, "a leg cannot be placed");
            match error {
                crate::sip::Failure::NoPhone(_) => Cause::sip(480),
                _ => Cause {
                    text: Some(error.to_string()),
                    ..Cause::sip(503)
                },
            }
        })?;
        self.keep(placing.leg, Way::Sip(dialog), line, own, State::Placed);
        Ok(())
    }

    fn to_seat(&self, origin: &Origin, offer: Vec<u8>) -> Invite {
        let mut headers = Vec::new();
        if crate::sip::policy::is_session(&origin.session) {
            let nil = "0".repeat(32);
            headers.push(("Session-ID", format!("{};remote={nil}", origin.session)));
        }
        Invite {
            from: from_for_seat(origin, self.parts.stack.domain()),
            headers,
            offer,
        }
    }

    fn to_trunk(
        &self,
        name: &TrunkName,
        number: &str,
        named: &PolicyName,
        origin: &Origin,
        offer: Vec<u8>,
    ) -> Invite {
        let trunk = self.parts.stack.trunk(name);
        let named = self
            .parts
            .policies
            .iter()
            .find(|p| p.name == named.as_str());
        let default = Policy::default();
        let policy = named
            .or_else(|| trunk.map(|t| &t.policy))
            .unwrap_or(&default);
        let way = policy::Way {
            domain: self.parts.stack.domain(),
            number: trunk.and_then(|t| t.number.as_deref()),
            target: number,
            peer: trunk.map_or("", |t| t.host.as_str()),
        };
        Invite {
            from: policy.from(origin, way),
            headers: policy.headers(origin, way),
            offer,
        }
    }

    /// The address others send sound to.
    pub(super) fn own_address(&self) -> IpAddr {
        self.parts
            .external
            .unwrap_or_else(|| self.parts.board.address())
    }

    /// Opens a line, and what we say of it in SDP.
    pub(super) fn open(&self) -> std::io::Result<(LineNo, Own)> {
        let opened = self.parts.board.open()?;
        let own = Own {
            address: SocketAddr::new(self.own_address(), opened.port),
            session: (self.parts.chance)() >> 1,
            version: 1,
            direction: Direction::SendReceive,
        };
        Ok((opened.line, own))
    }

    pub(super) fn keep(&mut self, id: LegId, way: Way, line: LineNo, own: Own, state: State) {
        if let Way::Sip(dialog) = way {
            self.dialogs.insert(dialog, id);
        }
        let leg = Leg {
            way,
            line,
            state,
            own,
            offer: None,
            audio: None,
            held: false,
            playing: None,
            recorded: None,
            resumed: false,
            kept: false,
        };
        self.legs.insert(id, leg);
        self.lines.insert(line, id);
    }

    fn ring(&mut self, id: LegId) {
        if let Some(leg) = self.legs.get(&id)
            && leg.state == (State::Arrived { early: false })
            && let Some(dialog) = leg.dialog()
        {
            self.parts.stack.progress(dialog, None);
        }
    }

    /// Sound before the answer: 183 with the same SDP as the answer will have.
    fn begin_early(&mut self, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else {
            return;
        };
        if leg.state != (State::Arrived { early: false }) {
            return;
        }
        // A call that waits for our offer hears nothing before its answer.
        let Some((offer, audio)) = leg.offer.clone() else {
            return;
        };
        leg.state = State::Arrived { early: true };
        leg.take(audio.clone());
        let sdp = leg.own.answer(&offer, &audio).write();
        if let Some(dialog) = leg.dialog() {
            self.parts.stack.progress(dialog, Some(sdp));
        }
        self.point(id);
    }

    fn answer(&mut self, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else {
            return;
        };
        if !matches!(leg.state, State::Arrived { .. }) {
            return;
        }
        leg.state = State::Answering;
        let sdp = match leg.offer.clone() {
            Some((offer, audio)) => {
                leg.take(audio.clone());
                leg.own.answer(&offer, &audio)
            }
            None => leg.own.offer(),
        };
        if let Some(dialog) = leg.dialog() {
            self.parts.stack.answer(dialog, sdp.write());
        }
        self.point(id);
    }

    /// Tells the line what was agreed.
    pub(super) fn point(&self, id: LegId) {
        if let Some(leg) = self.legs.get(&id)
            && let Some(terms) = leg.terms()
        {
            self.parts.board.point(leg.line, terms);
        }
    }

    fn refuse(&mut self, id: LegId, cause: Cause, retry_after: Option<u32>) {
        let arrived = |leg: &Leg| matches!(leg.state, State::Arrived { .. });
        if self.legs.get(&id).is_some_and(arrived)
            && let Some(leg) = self.drop_leg(id)
        {
            if let Some(dialog) = leg.dialog() {
                self.parts.stack.refuse(dialog, &cause, retry_after);
            }
            self.say(
                id,
                Heard::Ended {
                    by: Ender::Local,
                    cause,
                },
            );
        }
    }

    pub(super) fn end(&mut self, id: LegId, cause: Cause) {
        if let Some(leg) = self.drop_leg(id) {
            self.end_dialog(&leg, &cause);
            self.say(
                id,
                Heard::Ended {
                    by: Ender::Local,
                    cause,
                },
            );
        }
    }

    pub(super) fn end_dialog(&self, leg: &Leg, cause: &Cause) {
        if let Some(dialog) = leg.dialog() {
            self.parts.stack.end(dialog, cause);
        }
    }

    /// The leg is over: its line is closed (a browser's is only left), and its recording sealed when that is measured, so that
    /// whoever waits for the recording has the measure, too.
    pub(super) fn drop_leg(&mut self, id: LegId) -> Option<Leg> {
        let leg = self.legs.remove(&id)?;
        self.forget_leg(id, &leg);
        self.cells.forget(id);
        if leg.recorded.is_none() {
            if self.unrecorded.len() == UNRECORDED {
                self.unrecorded.pop_front();
            }
            self.unrecorded.push_back(id);
        }
        match &leg.way {
            Way::Sip(dialog) => {
                self.dialogs.remove(dialog);
                self.parts.board.close(leg.line);
                if let Some(recorded) = leg.recorded {
                    self.recordings.insert(id, recorded);
                }
            }
            Way::Browser { seat, .. } => {
                self.lines.remove(&leg.line);
                self.parts.board.clear(leg.line);
                if let Some(browser) = self.browsers.get_mut(seat) {
                    browser.leg = None;
                }
                if let Some(recorded) = leg.recorded {
                    self.end_recording(id, recorded);
                }
            }
        }
        Some(leg)
    }

    fn end_recording(&self, id: LegId, recorded: Recorded) {
        match (recorded, &self.writer) {
            (Recorded::Written, Some(writer)) => writer.seal(id),
            _ => self.say(id, Heard::NotRecorded),
        }
    }

    fn play(&mut self, id: LegId, prompt: PromptName, repeat: bool) {
        self.begin_early(id);
        if let Some(leg) = self.legs.get_mut(&id) {
            self.parts
                .board
                .play(leg.line, self.parts.prompts.sound(&prompt, repeat), repeat);
            leg.playing = Some(prompt);
        }
    }

    fn play_row(&mut self, id: LegId, name: PromptName, prompts: &[PromptName]) {
        if let Some(leg) = self.legs.get_mut(&id) {
            self.parts
                .board
                .play(leg.line, self.parts.prompts.row(prompts), false);
            leg.playing = Some(name);
        }
    }

    fn record(&mut self, id: LegId, state: Recording) {
        let Some(leg) = self.legs.get_mut(&id) else {
            // The line is gone: what a former program recorded of it has no end yet, or nothing was, which is to be said, too.
            let late = self.unrecorded.contains(&id);
            self.unrecorded.retain(|late| *late != id);
            match &self.writer {
                Some(writer) if state == Recording::Off || late => {
                    writer.salvage(id, Arc::clone(&self.parts.recorder));
                }
                None if late => self.say(id, Heard::NotRecorded),
                _ => {}
            }
            return;
        };
        let paused = state == Recording::Paused;
        match (state, leg.recorded) {
            (Recording::On | Recording::Paused, None) if !paused || leg.resumed => {
                let recorder = &self.parts.recorder;
                let begun = self.writer.as_ref().and_then(|writer| {
                    let writing = if leg.resumed {
                        recorder.resume(id)
                    } else {
                        recorder.begin(id)
                    };
                    Some((writer, writing?))
                });
                let Some((writer, writing)) = begun else {
                    leg.recorded = Some(Recorded::Nowhere);
                    return;
                };
                let tap = writer.begin(id, writing);
                self.parts.board.tap(leg.line, Some(tap));
                if leg.resumed {
                    writer.pause(id, paused);
                }
                leg.recorded = Some(Recorded::Written);
            }
            (Recording::On | Recording::Paused, Some(Recorded::Written)) => {
                if let Some(writer) = &self.writer {
                    writer.pause(id, paused);
                }
            }
            (Recording::Off, Some(recorded)) => {
                self.parts.board.tap(leg.line, None);
                leg.recorded = None;
                self.end_recording(id, recorded);
            }
            _ => {}
        }
    }

    fn notice(&mut self, notice: &Notice) {
        let (line, heard) = match *notice {
            Notice::Key(line, key) => (line, Heard::Digit(key)),
            Notice::Silent(line, ms) => (line, Heard::AudioLost(ms)),
            Notice::Back(line) => (line, Heard::AudioBack),
            Notice::Played(line) => {
                let id = self.lines.get(&line);
                let leg = id.and_then(|id| self.legs.get_mut(id));
                let Some(prompt) = leg.and_then(|leg| leg.playing.take()) else {
                    return;
                };
                (line, Heard::PromptEnded(prompt))
            }
            Notice::Connected(line) => return self.browser_connected(line),
            Notice::Gone(line) => return self.browser_gone(line),
            Notice::Closed(line, measured) => {
                if let Some(id) = self.lines.remove(&line) {
                    let quality = Quality {
                        received: measured.received,
                        lost: measured.lost,
                        jitter_us: measured.jitter_us,
                        mos_x100: measured.mos_x100,
                    };
                    self.say(id, Heard::Measured(quality));
                    if let Some(recorded) = self.recordings.remove(&id) {
                        self.end_recording(id, recorded);
                    }
                }
                return;
            }
        };
        if let Some(id) = self.lines.get(&line)
            && self.legs.contains_key(id)
        {
            self.say(*id, heard);
        }
    }
}
