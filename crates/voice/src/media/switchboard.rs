//! The switchboard: a board on a thread of its own, with real ports and a real clock.

use super::board::{Board, Notice, Wire};
use super::g711::Law;
use super::line::{Carrier, LineNo, Sound, Tap, Terms};
use super::port::{Pair, Ports, dropped};
use super::rtp::{Packet, is_control};
use crate::browser::hub::{Hub, LAW, Word};
use crate::browser::{Desk as Browsers, Refused};
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token, Waker};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const STEP: Duration = Duration::from_millis(20);

/// What may wait for us on the port of all browsers.
const BROWSER_BUFFER: usize = 4 * 1024 * 1024;

/// Datagrams read from one port before the next has its turn.
const TURN: usize = 64;

/// The waker's token; lines have two each from 2 on.
const WAKE: Token = Token(0);

/// The token of the port for browsers.
const BROWSERS: Token = Token(1);

/// What a switchboard needs to know.
pub struct Settings {
    /// The address lines are bound to.
    pub address: IpAddr,
    /// Their ports.
    pub ports: RangeInclusive<u16>,
    /// Where browsers send to, and where that is outside; none without.
    pub browsers: Option<BrowserPort>,
    /// Gives numbers nobody can guess: where packets begin to be counted.
    pub chance: Arc<dyn Fn() -> u64 + Send + Sync>,
}

/// The one port of all browsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrowserPort {
    /// Where it is bound.
    pub bind: SocketAddr,
    /// What browsers are told.
    pub external: SocketAddr,
}

/// What is counted for the whole board.
#[derive(Debug, Default)]
pub struct Counts {
    /// Steps taken.
    pub steps: AtomicU64,
    /// Steps that began more than 10 ms late.
    pub late: AtomicU64,
    /// The latest of all, in microseconds.
    pub latest_us: AtomicU64,
    /// Packets the system did not take from us.
    pub unsent: AtomicU64,
    /// Packets received.
    pub received: AtomicU64,
    /// Packets sent.
    pub sent: AtomicU64,
}

/// The handle: everything it is told is done at the next step at the latest.
pub struct Switchboard {
    commands: Mutex<Sender<Command>>,
    waker: Arc<Waker>,
    ports: Arc<Ports>,
    counts: Arc<Counts>,
    chance: Arc<dyn Fn() -> u64 + Send + Sync>,
    next: AtomicU64,
    thread: Mutex<Option<JoinHandle<()>>>,
    address: IpAddr,
    browsers: Option<Browsers>,
}

impl std::fmt::Debug for Switchboard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Switchboard")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

enum Command {
    Open(LineNo, u64, Pair),
    OpenBrowser(LineNo, u64, Box<str0m::Rtc>),
    Clear(LineNo),
    Point(LineNo, Terms),
    Hear(LineNo, LineNo, u16),
    Play(LineNo, Sound, bool),
    Stop(LineNo),
    Press(LineNo, char),
    Tap(LineNo, Option<Box<dyn Tap>>),
    Close(LineNo),
    End,
}

/// A line that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// Its number.
    pub line: LineNo,
    /// Where its sound is received.
    pub port: u16,
}

impl Switchboard {
    /// Starts the thread. `tell` is called on it and must not wait.
    ///
    /// # Errors
    /// When the system has no more threads or file descriptors.
    pub fn start(
        settings: Settings,
        tell: impl FnMut(Notice) + Send + 'static,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let hub = settings.browsers.map(|port| hub(&poll, port)).transpose()?;
        let browsers = settings
            .browsers
            .map(|port| Browsers::new(port.external))
            .transpose();
        let browsers = browsers.map_err(io::Error::other)?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        let (commands, orders) = channel();
        let ports = Arc::new(Ports::new(settings.address, settings.ports));
        let counts = Arc::new(Counts::default());
        let work = Work {
            poll,
            orders,
            board: Board::default(),
            desk: Desk {
                sockets: HashMap::new(),
                ports: Arc::clone(&ports),
                counts: Arc::clone(&counts),
                hub,
                tell: Box::new(tell),
            },
            due: Instant::now(),
            again: Vec::new(),
        };
        let thread = std::thread::Builder::new()
            .name("sound".to_owned())
            .spawn(move || work.run())?;
        Ok(Self {
            commands: Mutex::new(commands),
            waker,
            ports,
            counts,
            chance: settings.chance,
            next: AtomicU64::new(1),
            thread: Mutex::new(Some(thread)),
            address: settings.address,
            browsers,
        })
    }

    /// Opens a line on the next free port.
    ///
    /// # Errors
    /// `AddrInUse` when the range is taken.
    pub fn open(&self) -> io::Result<Opened> {
        Ok(self.opened(self.ports.take()?))
    }

    /// Opens a line on the port that a former process had for it.
    ///
    /// # Errors
    /// `AddrInUse` when it is taken, `AddrNotAvailable` when it is not in the range any more.
    pub fn open_at(&self, port: u16) -> io::Result<Opened> {
        Ok(self.opened(self.ports.take_this(port)?))
    }

    fn opened(&self, pair: Pair) -> Opened {
        let line = self.number();
        let port = pair.number;
        self.command(Command::Open(line, (self.chance)(), pair));
        Opened { line, port }
    }

    /// A number for a line that is not there: what it is told comes to nothing.
    #[must_use]
    pub fn number(&self) -> LineNo {
        LineNo(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Opens a line for a browser that offers this (JSON); the answer for it.
    ///
    /// # Errors
    /// [`Refused`], when the offer is none or there is no port for browsers.
    pub fn open_browser(&self, offer: &str) -> Result<(LineNo, String), Refused> {
        let browsers = self.browsers.as_ref().ok_or(Refused::NoPort)?;
        let (rtc, answer) = browsers.answer(offer, Instant::now())?;
        let line = self.number();
        self.command(Command::OpenBrowser(line, (self.chance)(), Box::new(rtc)));
        Ok((line, answer))
    }

    /// Leaves a line as it was when it was opened.
    pub fn clear(&self, line: LineNo) {
        self.command(Command::Clear(line));
    }

    /// Takes up what was agreed for a line.
    pub fn point(&self, line: LineNo, terms: Terms) {
        self.command(Command::Point(line, terms));
    }

    /// How loud one line is to another, in thousandths.
    pub fn hear(&self, from: LineNo, to: LineNo, thousandths: u16) {
        self.command(Command::Hear(from, to, thousandths));
    }

    /// Plays something to a line.
    pub fn play(&self, line: LineNo, sound: Sound, repeat: bool) {
        self.command(Command::Play(line, sound, repeat));
    }

    /// Stops what is played.
    pub fn stop(&self, line: LineNo) {
        self.command(Command::Stop(line));
    }

    /// Presses a key.
    pub fn press(&self, line: LineNo, key: char) {
        self.command(Command::Press(line, key));
    }

    /// Hands a line's sound to somebody, or to nobody any more.
    pub fn tap(&self, line: LineNo, tap: Option<Box<dyn Tap>>) {
        self.command(Command::Tap(line, tap));
    }

    /// Closes a line; told as [`Notice::Closed`].
    pub fn close(&self, line: LineNo) {
        self.command(Command::Close(line));
    }

    /// The address lines are bound to.
    #[must_use]
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// Lines that are open.
    #[must_use]
    pub fn open_lines(&self) -> usize {
        self.ports.in_use()
    }

    /// What was counted.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Datagrams the kernel dropped on open lines' ports. Reads the kernel's table: not too often.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        dropped(|port| self.ports.covers(port))
    }

    fn command(&self, command: Command) {
        let sender = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        // The thread looks at every packet and at every step, and does nothing between them; without one nobody can be told.
        let _ = sender.send(command);
    }
}

impl Drop for Switchboard {
    fn drop(&mut self) {
        self.command(Command::End);
        // Else it is as well at its next step.
        let _ = self.waker.wake();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

/// A browser's line: A-law both ways.
const BROWSER_TERMS: Terms = Terms {
    target: None,
    control: None,
    law: LAW,
    event: None,
    sends: true,
    receives: false,
};

struct Sockets {
    sound: UdpSocket,
    reports: UdpSocket,
    number: u16,
}

/// Sockets by line: what the board writes to.
struct Desk {
    sockets: HashMap<LineNo, Sockets>,
    ports: Arc<Ports>,
    counts: Arc<Counts>,
    hub: Option<Hub>,
    tell: Box<dyn FnMut(Notice) + Send>,
}

/// Binds the port for browsers.
fn hub(poll: &Poll, port: BrowserPort) -> io::Result<Hub> {
    let socket = super::port::udp(port.bind, BROWSER_BUFFER)?;
    let mut hub = Hub::new(UdpSocket::from_std(socket), port.external);
    poll.registry()
        .register(hub.socket(), BROWSERS, Interest::READABLE)?;
    Ok(hub)
}

impl Desk {
    fn send(&self, socket: &UdpSocket, to: SocketAddr, bytes: &[u8]) {
        let count = match socket.send_to(bytes, to) {
            Ok(_) => &self.counts.sent,
            Err(_) => &self.counts.unsent,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

impl Wire for Desk {
    fn packet(&mut self, line: LineNo, to: SocketAddr, bytes: &[u8]) {
        if let Some(sockets) = self.sockets.get(&line) {
            self.send(&sockets.sound, to, bytes);
        }
    }

    fn report(&mut self, line: LineNo, to: SocketAddr, bytes: &[u8]) {
        if let Some(sockets) = self.sockets.get(&line) {
            self.send(&sockets.reports, to, bytes);
        }
    }

    fn sound(&mut self, line: LineNo, timestamp: u32, law: Law, bytes: &[u8]) {
        if law == LAW
            && let Some(hub) = &mut self.hub
        {
            hub.sound(line, timestamp, bytes);
        }
    }

    fn tell(&mut self, notice: Notice) {
        (self.tell)(notice);
    }
}

struct Work {
    poll: Poll,
    orders: Receiver<Command>,
    board: Board,
    desk: Desk,
    due: Instant,
    /// Ports that had more than their turn.
    again: Vec<Token>,
}

impl Work {
    fn run(mut self) {
        let mut events = Events::with_capacity(1024);
        let mut buffer = vec![0_u8; 2048];
        self.due = Instant::now() + STEP;
        loop {
            let wait = if self.again.is_empty() {
                self.due.saturating_duration_since(Instant::now())
            } else {
                Duration::ZERO
            };
            if let Err(error) = self.poll.poll(&mut events, Some(wait))
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%error, "sound stops: its sockets cannot be waited for");
                return;
            }
            if !self.obey() {
                return;
            }
            self.step();
            let again = std::mem::take(&mut self.again);
            for token in events.iter().map(mio::event::Event::token).chain(again) {
                match token {
                    WAKE => {}
                    BROWSERS => {
                        if self
                            .desk
                            .hub
                            .as_mut()
                            .is_some_and(|hub| hub.read(&mut buffer))
                        {
                            self.again.push(BROWSERS);
                        }
                    }
                    line => self.read(line, &mut buffer),
                }
            }
            self.browsers();
        }
    }

    fn obey(&mut self) -> bool {
        while let Ok(command) = self.orders.try_recv() {
            match command {
                Command::Open(line, seed, pair) => self.open(line, seed, pair),
                Command::OpenBrowser(line, seed, rtc) => {
                    self.board.open(line, Carrier::Browser, seed);
                    self.board.point(line, BROWSER_TERMS);
                    if let Some(hub) = &mut self.desk.hub {
                        hub.open(line, *rtc, Instant::now());
                    }
                }
                Command::Clear(line) => self.board.clear(line),
                Command::Point(line, terms) => self.board.point(line, terms),
                Command::Hear(from, to, thousandths) => self.board.hear(from, to, thousandths),
                Command::Play(line, sound, repeat) => self.board.play(line, sound, repeat),
                Command::Stop(line) => self.board.stop(line),
                Command::Press(line, key) => self.board.press(line, key),
                Command::Tap(line, tap) => self.board.tap(line, tap),
                Command::Close(line) => self.close(line),
                Command::End => return false,
            }
        }
        true
    }

    fn open(&mut self, line: LineNo, seed: u64, pair: Pair) {
        let mut sockets = Sockets {
            sound: UdpSocket::from_std(pair.sound),
            reports: UdpSocket::from_std(pair.reports),
            number: pair.number,
        };
        let registry = self.poll.registry();
        let registered = token(line, 0)
            .zip(token(line, 1))
            .ok_or_else(|| io::Error::other("no more numbers for lines"))
            .and_then(|(sound, reports)| {
                registry.register(&mut sockets.sound, sound, Interest::READABLE)?;
                registry.register(&mut sockets.reports, reports, Interest::READABLE)
            });
        if let Err(error) = registered {
            tracing::error!(%error, "a line can send but not hear: its port cannot be waited for");
        }
        self.board.open(line, Carrier::Rtp, seed);
        self.desk.sockets.insert(line, sockets);
    }

    fn close(&mut self, line: LineNo) {
        if let Some(hub) = &mut self.desk.hub {
            hub.close(line);
        }
        self.board.close(line, &mut self.desk);
        // The port is free when everything has been said of its line. A descriptor that is closed and has no copy is waited
        // for no more.
        if let Some(sockets) = self.desk.sockets.remove(&line) {
            let number = sockets.number;
            drop(sockets);
            self.desk.ports.give_back(number);
        }
    }

    /// What browsers said.
    fn browsers(&mut self) {
        let Some(hub) = &mut self.desk.hub else {
            return;
        };
        for word in hub.words() {
            match word {
                Word::Sound(line, sequence, timestamp, payload) => {
                    let packet = Packet {
                        marker: false,
                        payload_type: LAW.payload_type(),
                        sequence,
                        timestamp,
                        source: 0,
                        payload: &payload,
                    };
                    let to_step = self.to_step();
                    self.board.speak(line, &packet, to_step, &mut self.desk);
                }
                Word::Connected(line) => self.desk.tell(Notice::Connected(line)),
                Word::Gone(line) => self.desk.tell(Notice::Gone(line)),
            }
        }
    }

    /// Samples until the next step.
    fn to_step(&self) -> u32 {
        let left = self.due.saturating_duration_since(Instant::now());
        u32::try_from(left.as_micros() / 125)
            .unwrap_or(160)
            .min(160)
    }

    fn step(&mut self) {
        let now = Instant::now();
        if now < self.due {
            return;
        }
        let late = now.duration_since(self.due);
        let counts = &self.desk.counts;
        counts.steps.fetch_add(1, Ordering::Relaxed);
        if late > STEP / 2 {
            counts.late.fetch_add(1, Ordering::Relaxed);
        }
        counts.latest_us.fetch_max(
            u64::try_from(late.as_micros()).unwrap_or(u64::MAX),
            Ordering::Relaxed,
        );
        self.board.step(&mut self.desk);
        if let Some(hub) = &mut self.desk.hub {
            // Later than what the step has just said.
            hub.tick(Instant::now());
        }
        self.due += STEP;
        // A process that was stopped does not make up for a whole second in one go.
        if late > Duration::from_millis(500) {
            self.due = now + STEP;
        }
    }

    fn read(&mut self, from: Token, buffer: &mut [u8]) {
        let line = LineNo(u64::try_from(from.0 / 2).unwrap_or(u64::MAX));
        let reports = from.0 % 2 == 1;
        for _ in 0..TURN {
            let Some(sockets) = self.desk.sockets.get(&line) else {
                return;
            };
            let socket = if reports {
                &sockets.reports
            } else {
                &sockets.sound
            };
            let (length, sender) = match socket.recv_from(buffer) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // A former packet came back as unreachable: the next one may be sound.
                Err(_) => continue,
            };
            let Some(bytes) = buffer.get(..length) else {
                return;
            };
            self.desk.counts.received.fetch_add(1, Ordering::Relaxed);
            if reports || is_control(bytes) {
                self.board.report(line, bytes);
                continue;
            }
            let to_step = self.to_step();
            self.board
                .packet(line, sender, bytes, to_step, &mut self.desk);
        }
        self.again.push(from);
    }
}

fn token(line: LineNo, which: usize) -> Option<Token> {
    usize::try_from(line.0)
        .ok()?
        .checked_mul(2)?
        .checked_add(which)
        .map(Token)
}

#[cfg(test)]
mod tests;
