//! The far end: another platform, a network with callers, or a room of phones.

use crate::call::{Cause, Ender, TrunkName};
use crate::engine::Chance;
use crate::media::board::Notice;
use crate::media::dtmf;
use crate::media::g711::Frame;
use crate::media::line::{LineNo, Sound, Tap, Terms};
use crate::media::switchboard::{self, Switchboard};
use crate::media::tone::strength;
use crate::sip::policy::From;
use crate::sip::sdp::{Audio, Description, Direction, Own};
use crate::sip::word::{DialogNo, Incoming, Said, Word};
use crate::sip::{self, Failure, Invite, Reply, Stack};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::unbounded_channel;

/// Samples of what was heard that are kept: two seconds.
const KEPT: usize = 16_000;

/// What it does with calls that come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Rings for so many milliseconds, then answers.
    Answer(u64),
    /// Rings and never answers.
    Ring,
    /// Turns away with this status.
    Refuse(u16),
}

/// What a far end needs to know.
pub struct Settings {
    /// Listeners; its trunks lead to the platform.
    pub sip: sip::Settings,
    /// Where it hears.
    pub address: IpAddr,
    /// On which ports.
    pub ports: RangeInclusive<u16>,
    /// What it says on every line, again and again.
    pub says: Sound,
    /// What it does with calls that come in.
    pub manner: Manner,
    /// Numbers nobody can guess.
    pub chance: Chance,
}

/// How far a call has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Placed or arrived, nothing more.
    Begun,
    /// It rings.
    Ringing,
    /// It has sound before its answer.
    Early,
    /// Both sides talk.
    Up,
    /// It is over: by whom (a failure is the network's), and why.
    Over(Ender, Cause),
}

/// One call as the far end saw it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its number here.
    pub no: DialogNo,
    /// How far it has come.
    pub stage: Stage,
    /// What arrived with it, if it came in.
    pub incoming: Option<Incoming>,
    /// When it began.
    pub began: Instant,
    /// When it was up first.
    pub up: Option<Instant>,
    /// When it was over.
    pub over: Option<Instant>,
    /// Keys heard.
    pub keys: String,
    /// How often the other side agreed to a change of ours.
    pub agreed: u32,
    /// The longest time without a packet since it was up, in milliseconds, once it is closed or now.
    pub gap_ms: u64,
}

struct Call {
    seen: Seen,
    line: LineNo,
    own: Own,
    offer: Option<(Description, Audio)>,
    audio: Option<Audio>,
    heard: Arc<Mutex<Heard>>,
    muted: bool,
}

#[derive(Default)]
struct Heard {
    samples: Vec<i16>,
    /// Steps since the last packet, and the most there were.
    silent: u64,
    longest: u64,
}

struct Ear(Arc<Mutex<Heard>>);

impl Tap for Ear {
    fn step(&mut self, _: u64, sound: &Frame, heard: bool) {
        let mut ear = locked(&self.0);
        ear.samples.extend(sound);
        // Thrown away seldom: what is kept is moved each time.
        if ear.samples.len() > 2 * KEPT {
            let over = ear.samples.len() - KEPT;
            ear.samples.drain(..over);
        }
        ear.silent = if heard { 0 } else { ear.silent + 1 };
        ear.longest = ear.longest.max(ear.silent);
    }
}

struct Room {
    stack: Stack,
    board: Switchboard,
    says: Sound,
    manner: Mutex<Manner>,
    chance: Chance,
    calls: Mutex<HashMap<DialogNo, Call>>,
    changed: tokio::sync::Notify,
    trunks: Mutex<HashMap<TrunkName, bool>>,
}

/// The handle.
#[derive(Clone)]
pub struct Far {
    room: Arc<Room>,
}

impl Far {
    /// Starts it.
    ///
    /// # Errors
    /// As the stack and the switchboard.
    pub async fn start(settings: Settings) -> Result<Self, crate::engine::Failure> {
        let (said, mut words) = unbounded_channel();
        let (notices, mut told) = unbounded_channel();
        let board = Switchboard::start(
            switchboard::Settings {
                address: settings.address,
                ports: settings.ports,
                browsers: None,
                chance: Arc::clone(&settings.chance),
            },
            move |notice| {
                let _ = notices.send(notice);
            },
        )?;
        let secret: Vec<u8> = (0..4)
            .flat_map(|_| (settings.chance)().to_be_bytes())
            .collect();
        let room = Arc::new(Room {
            stack: Stack::start(settings.sip, &secret, said).await?,
            board,
            says: settings.says,
            manner: Mutex::new(settings.manner),
            chance: settings.chance,
            calls: Mutex::new(HashMap::new()),
            changed: tokio::sync::Notify::new(),
            trunks: Mutex::new(HashMap::new()),
        });
        let hears = Arc::downgrade(&room);
        tokio::spawn(async move {
            while let Some(said) = words.recv().await {
                let Some(room) = hears.upgrade() else { return };
                room.hear(said);
                room.changed.notify_waiters();
            }
        });
        let hears = Arc::downgrade(&room);
        tokio::spawn(async move {
            while let Some(notice) = told.recv().await {
                let Some(room) = hears.upgrade() else { return };
                if let Notice::Key(line, key) = notice {
                    let mut calls = locked(&room.calls);
                    if let Some(call) = calls.values_mut().find(|c| c.line == line) {
                        call.seen.keys.push(key);
                    }
                    drop(calls);
                    room.changed.notify_waiters();
                }
            }
        });
        Ok(Self { room })
    }

    /// What it does with calls that come in from now on.
    pub fn behave(&self, manner: Manner) {
        *locked(&self.room.manner) = manner;
    }

    /// Calls a number as somebody.
    ///
    /// # Errors
    /// As the stack.
    pub fn call(
        &self,
        trunk: &TrunkName,
        number: &str,
        from: From,
        headers: Vec<(&'static str, String)>,
    ) -> Result<DialogNo, Failure> {
        let (line, own, heard) = self.room.open()?;
        let invite = Invite {
            from,
            headers,
            offer: own.offer().write(),
        };
        // Held while it is placed, so that no word about it comes before it is known.
        let mut calls = locked(&self.room.calls);
        let no = self.room.stack.place(trunk, number, invite)?;
        calls.insert(no, Call::new(no, line, own, heard));
        Ok(no)
    }

    /// All calls, the oldest first.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        let calls = locked(&self.room.calls);
        let mut seen: Vec<Seen> = calls.values().map(Call::now).collect();
        seen.sort_by_key(|s| s.no);
        seen
    }

    /// Forgets the calls that are over: whoever goes on for days asks for it now and then.
    pub fn forget_over(&self) {
        locked(&self.room.calls).retain(|_, call| call.seen.over.is_none());
    }

    /// One call.
    #[must_use]
    pub fn look(&self, no: DialogNo) -> Option<Seen> {
        locked(&self.room.calls).get(&no).map(Call::now)
    }

    /// How strong a tone was in the last half second of a call.
    #[must_use]
    pub fn hears(&self, no: DialogNo, hertz: f64) -> f64 {
        self.hears_within(no, hertz, 4000)
    }

    /// How strong a tone was in the last step of 20 ms: for tones far apart.
    #[must_use]
    pub fn hears_now(&self, no: DialogNo, hertz: f64) -> f64 {
        self.hears_within(no, hertz, 160)
    }

    fn hears_within(&self, no: DialogNo, hertz: f64, samples: usize) -> f64 {
        let heard = self.heard(no, samples);
        if heard.len() < samples {
            return 0.0;
        }
        strength(&heard, hertz)
    }

    /// So many samples of what was heard last in a call; fewer, if there are no more. Copied: whoever looks at them closely
    /// keeps no sound waiting.
    #[must_use]
    pub fn heard(&self, no: DialogNo, samples: usize) -> Vec<i16> {
        let heard = locked(&self.room.calls)
            .get(&no)
            .map(|call| Arc::clone(&call.heard));
        heard.map_or_else(Vec::new, |heard| {
            let heard = locked(&heard);
            let start = heard.samples.len().saturating_sub(samples);
            heard.samples.get(start..).unwrap_or_default().to_vec()
        })
    }

    /// Forgets the sound of all calls up to now: a tone that is heard then was not heard before.
    pub fn listen_anew(&self) {
        for call in locked(&self.room.calls).values() {
            locked(&call.heard).samples.clear();
        }
    }

    /// How loud the last half second of a call was at its loudest.
    #[must_use]
    pub fn loudness(&self, no: DialogNo) -> u16 {
        let calls = locked(&self.room.calls);
        let Some(call) = calls.get(&no) else { return 0 };
        let heard = locked(&call.heard);
        heard
            .samples
            .iter()
            .rev()
            .take(4000)
            .map(|s| s.unsigned_abs())
            .max()
            .unwrap_or(0)
    }

    /// Whether a trunk of its own works, once that is known.
    #[must_use]
    pub fn works(&self, trunk: &TrunkName) -> Option<bool> {
        locked(&self.room.trunks).get(trunk).copied()
    }

    /// Answers a call that rings.
    pub fn answer(&self, no: DialogNo) {
        self.room.answer(no);
    }

    /// Hangs up.
    pub fn end(&self, no: DialogNo) {
        let mut calls = locked(&self.room.calls);
        if let Some(call) = calls.get_mut(&no)
            && call.seen.over.is_none()
        {
            self.room.over(call, Ender::Local, Cause::sip(200));
            self.room.stack.end(no, &Cause::sip(200));
        }
        drop(calls);
        self.room.changed.notify_waiters();
    }

    /// Ends every call, waits, at most so long, until the other side knows of it, and is silent from then on.
    pub async fn stop(&self, most: Duration) {
        for call in self.seen() {
            self.end(call.no);
        }
        // Who does not answer to the end of a call is not waited for.
        let _ = tokio::time::timeout(most, self.room.stack.ended()).await;
        self.room.stack.stop();
    }

    /// Says something else on this line from now on, again and again.
    pub fn say(&self, no: DialogNo, sound: Sound) {
        if let Some(call) = locked(&self.room.calls).get(&no) {
            self.room.board.play(call.line, sound, true);
        }
    }

    /// Presses keys.
    pub fn press(&self, no: DialogNo, keys: &str) {
        if let Some(call) = locked(&self.room.calls).get(&no) {
            keys.chars()
                .for_each(|key| self.room.board.press(call.line, key));
        }
    }

    /// Sends nothing any more without a word, as a line that broke; or goes on.
    pub fn mute(&self, no: DialogNo, muted: bool) {
        let mut calls = locked(&self.room.calls);
        if let Some(call) = calls.get_mut(&no) {
            call.muted = muted;
            self.room.point(call);
        }
    }

    /// Holds the other side, or goes on.
    pub fn hold(&self, no: DialogNo, held: bool) {
        if let Some(call) = locked(&self.room.calls).get_mut(&no) {
            call.own.version += 1;
            call.own.direction = if held {
                Direction::SendOnly
            } else {
                Direction::SendReceive
            };
            self.room.stack.offer(no, call.own.offer().write());
        }
    }

    /// Waits until something is so, at most this long; whether it was.
    pub async fn wait(&self, most: Duration, so: impl Fn(&Self) -> bool) -> bool {
        let end = Instant::now() + most;
        loop {
            let changed = self.room.changed.notified();
            if so(self) {
                return true;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            // Sound changes without a word.
            let _ = tokio::time::timeout(left.min(Duration::from_millis(20)), changed).await;
        }
    }
}

impl Call {
    fn new(no: DialogNo, line: LineNo, own: Own, heard: Arc<Mutex<Heard>>) -> Self {
        Self {
            seen: Seen {
                no,
                stage: Stage::Begun,
                incoming: None,
                began: Instant::now(),
                up: None,
                over: None,
                keys: String::new(),
                agreed: 0,
                gap_ms: 0,
            },
            line,
            own,
            offer: None,
            audio: None,
            heard,
            muted: false,
        }
    }

    fn now(&self) -> Seen {
        Seen {
            gap_ms: locked(&self.heard).longest * 20,
            ..self.seen.clone()
        }
    }
}

impl Room {
    fn open(&self) -> Result<(LineNo, Own, Arc<Mutex<Heard>>), Failure> {
        let address = self.board.address();
        let opened = self
            .board
            .open()
            .map_err(|error| Failure::Listen(SocketAddr::new(address, 0), error))?;
        let own = Own {
            address: SocketAddr::new(address, opened.port),
            session: (self.chance)() >> 1,
            version: 1,
            direction: Direction::SendReceive,
        };
        let heard = Arc::new(Mutex::new(Heard::default()));
        self.board
            .tap(opened.line, Some(Box::new(Ear(Arc::clone(&heard)))));
        self.board.play(opened.line, self.says.clone(), true);
        Ok((opened.line, own, heard))
    }

    fn hear(self: &Arc<Self>, said: Said) {
        match said {
            Said::Arrived(no, incoming) => self.arrived(no, *incoming),
            Said::Dialog(no, word) => self.word(no, word),
            Said::Trunk(trunk, works) => {
                locked(&self.trunks).insert(trunk, works);
            }
            Said::Phone(..) | Said::Bound(..) => {}
        }
    }

    fn arrived(self: &Arc<Self>, no: DialogNo, incoming: Incoming) {
        let Ok((line, own, heard)) = self.open() else {
            return self.stack.refuse(no, &Cause::sip(503), None);
        };
        let mut call = Call::new(no, line, own, heard);
        call.offer = read(&incoming.offer);
        call.seen.incoming = Some(incoming);
        let manner = *locked(&self.manner);
        match manner {
            Manner::Refuse(status) => {
                self.over(&mut call, Ender::Local, Cause::sip(status));
                self.stack.refuse(no, &Cause::sip(status), None);
            }
            Manner::Ring | Manner::Answer(1..) => {
                call.seen.stage = Stage::Ringing;
                self.stack.progress(no, None);
            }
            Manner::Answer(0) => {}
        }
        locked(&self.calls).insert(no, call);
        if let Manner::Answer(after) = manner {
            let room = Arc::clone(self);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(after)).await;
                room.answer(no);
            });
        }
    }

    fn answer(&self, no: DialogNo) {
        let mut calls = locked(&self.calls);
        let Some(call) = calls.get_mut(&no).filter(|c| c.seen.over.is_none()) else {
            return;
        };
        let sdp = match call.offer.clone() {
            Some((offer, audio)) => {
                call.audio = Some(audio.clone());
                call.own.answer(&offer, &audio)
            }
            None => call.own.offer(),
        };
        self.stack.answer(no, sdp.write());
        self.point(call);
    }

    fn point(&self, call: &Call) {
        let Some(audio) = &call.audio else { return };
        self.board.point(
            call.line,
            Terms {
                target: audio.target,
                control: audio.control,
                law: audio.law,
                event: audio.event.or(Some(dtmf::OFFERED)),
                sends: audio.direction.hears() && !call.muted,
                receives: false,
            },
        );
    }

    fn word(&self, no: DialogNo, word: Word) {
        let mut calls = locked(&self.calls);
        let Some(call) = calls.get_mut(&no) else {
            return;
        };
        match word {
            Word::Ringing => call.seen.stage = Stage::Ringing,
            Word::Early(sdp) => {
                call.audio = read(&sdp).map(|(_, audio)| audio);
                call.seen.stage = Stage::Early;
                self.point(call);
            }
            Word::Answered(sdp) | Word::Acknowledged(sdp) => {
                if let Some((_, audio)) = read(&sdp) {
                    call.audio = Some(audio);
                    self.point(call);
                }
                call.seen.stage = Stage::Up;
                call.seen.up.get_or_insert_with(Instant::now);
                let mut heard = locked(&call.heard);
                (heard.silent, heard.longest) = (0, 0);
            }
            Word::Failed(cause) => self.over(call, Ender::Network, cause),
            Word::Ended(by, cause) => self.over(call, by, cause),
            Word::Offered(sdp, reply) => self.offered(call, &sdp, reply),
            Word::Agreed(sdp) => {
                call.seen.agreed += 1;
                if let Some((_, audio)) = read(&sdp) {
                    call.audio = Some(audio);
                    self.point(call);
                }
            }
            Word::Refer { .. } => {}
            Word::Key(key) => call.seen.keys.push(key),
        }
    }

    fn offered(&self, call: &mut Call, sdp: &[u8], reply: Reply) {
        let Some((offer, audio)) = read(sdp) else {
            return self.stack.agree(reply, None);
        };
        call.own.version += 1;
        call.own.direction = audio.direction.mirrored();
        let answer = call.own.answer(&offer, &audio).write();
        call.audio = Some(audio);
        self.stack.agree(reply, Some(answer));
        self.point(call);
    }

    fn over(&self, call: &mut Call, by: Ender, cause: Cause) {
        call.seen.stage = Stage::Over(by, cause);
        call.seen.over = Some(Instant::now());
        self.board.close(call.line);
    }
}

fn read(sdp: &[u8]) -> Option<(Description, Audio)> {
    let description = Description::read(sdp).ok()?;
    let audio = description.audio().ok()?;
    Some((description, audio))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Settings {
    /// Sound of a voice that babbles.
    #[must_use]
    pub fn babbles(voice: u32) -> Sound {
        Sound::Recorded(super::speech::babble(voice, 12).into())
    }
}
