//! Recording: sound goes from the lines' taps to one thread that writes.

use crate::call::{LegId, Moment, Sealed};
use crate::media::g711::{Frame, Law, STEP};
use crate::media::line::Tap;
use crate::recording::Keeper;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Where recordings are kept.
pub trait Recorder: Send + Sync {
    /// Begins one; `None` where nothing is recorded.
    fn begin(&self, leg: LegId) -> Option<Box<dyn Writing>>;
}

/// A recording that is being written. Called on the writing thread.
pub trait Writing: Send {
    /// One step of 20 ms in A-law; `heard` is false where nothing came from the line.
    fn sound(&mut self, codes: &[u8], heard: bool);
    /// One step that is not recorded, because a secret is being said.
    fn gap(&mut self);
    /// Closes it; `None` if it could not be, and then it was said in the log.
    fn seal(self: Box<Self>) -> Option<Sealed>;
}

/// Records nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoRecorder;

impl Recorder for NoRecorder {
    fn begin(&self, _: LegId) -> Option<Box<dyn Writing>> {
        None
    }
}

enum Work {
    Begin(LegId, Box<dyn Writing>),
    Pause(LegId, bool),
    Sound(LegId, [u8; STEP], bool),
    Seal(LegId),
}

/// The writing thread's handle; it ends with it, when what was handed over is written.
pub(super) struct Writer {
    work: Sender<Work>,
}

impl Writer {
    pub(super) fn start(sealed: impl Fn(LegId, Sealed) + Send + 'static) -> std::io::Result<Self> {
        let (work, orders) = channel();
        std::thread::Builder::new()
            .name("recording".to_owned())
            .spawn(move || write(&orders, sealed))?;
        Ok(Self { work })
    }

    /// Begins a recording; the tap is to be given to the line.
    pub(super) fn begin(&self, leg: LegId, writing: Box<dyn Writing>) -> Box<dyn Tap> {
        self.send(Work::Begin(leg, writing));
        self.tap(leg)
    }

    /// Another line takes a recorded leg's place: its tap.
    pub(super) fn tap(&self, leg: LegId) -> Box<dyn Tap> {
        Box::new(Ear {
            leg,
            work: self.work.clone(),
            codes: Vec::with_capacity(STEP),
        })
    }

    pub(super) fn pause(&self, leg: LegId, paused: bool) {
        self.send(Work::Pause(leg, paused));
    }

    pub(super) fn seal(&self, leg: LegId) {
        self.send(Work::Seal(leg));
    }

    fn send(&self, work: Work) {
        // The thread lives as long as this handle.
        let _ = self.work.send(work);
    }
}

struct Ear {
    leg: LegId,
    work: Sender<Work>,
    codes: Vec<u8>,
}

impl Tap for Ear {
    fn step(&mut self, _: u64, sound: &Frame, heard: bool) {
        self.codes.clear();
        Law::A.append(sound, &mut self.codes);
        if let Some(codes) = self.codes.first_chunk::<STEP>() {
            let _ = self.work.send(Work::Sound(self.leg, *codes, heard));
        }
    }
}

fn write(orders: &Receiver<Work>, sealed: impl Fn(LegId, Sealed)) {
    let mut open: HashMap<LegId, (Box<dyn Writing>, bool)> = HashMap::new();
    let seal = |leg, writing: Box<dyn Writing>| {
        if let Some(done) = writing.seal() {
            sealed(leg, done);
        }
    };
    while let Ok(work) = orders.recv() {
        match work {
            Work::Begin(leg, writing) => {
                if let Some((before, _)) = open.insert(leg, (writing, false)) {
                    seal(leg, before);
                }
            }
            Work::Pause(leg, paused) => {
                if let Some(recording) = open.get_mut(&leg) {
                    recording.1 = paused;
                }
            }
            Work::Sound(leg, codes, heard) => match open.get_mut(&leg) {
                Some((writing, true)) => writing.gap(),
                Some((writing, false)) => writing.sound(&codes, heard),
                None => {}
            },
            Work::Seal(leg) => {
                if let Some((writing, _)) = open.remove(&leg) {
                    seal(leg, writing);
                }
            }
        }
    }
    for (leg, (writing, _)) in open {
        seal(leg, writing);
    }
}

/// Recordings in a keeper's folder.
pub struct Kept {
    keeper: Keeper,
    now: Box<dyn Fn() -> Moment + Send + Sync>,
}

impl Kept {
    /// Keeps them there; `now` is the moment, for their beginning.
    #[must_use]
    pub fn new(keeper: Keeper, now: impl Fn() -> Moment + Send + Sync + 'static) -> Self {
        Self {
            keeper,
            now: Box::new(now),
        }
    }
}

impl Recorder for Kept {
    fn begin(&self, leg: LegId) -> Option<Box<dyn Writing>> {
        match self.keeper.begin(leg, (self.now)()) {
            Ok(file) => Some(Box::new(InFile {
                leg,
                file,
                failed: false,
            })),
            Err(error) => {
                tracing::error!(%leg, %error, "a leg is not recorded: its file cannot be made");
                None
            }
        }
    }
}

struct InFile {
    leg: LegId,
    file: crate::recording::Kept,
    failed: bool,
}

impl InFile {
    /// Said once: a full disk would else fill the log with every step.
    fn note(&mut self, written: std::io::Result<()>) {
        if let Err(error) = written
            && !std::mem::replace(&mut self.failed, true)
        {
            tracing::error!(leg = %self.leg, %error, "a recording has a hole: it cannot be written");
        }
    }
}

impl Writing for InFile {
    fn sound(&mut self, codes: &[u8], heard: bool) {
        let written = self.file.sound(codes, heard);
        self.note(written);
    }

    fn gap(&mut self) {
        let written = self.file.gap();
        self.note(written);
    }

    fn seal(self: Box<Self>) -> Option<Sealed> {
        Keeper::seal(self.file)
            .inspect_err(|error| {
                tracing::error!(leg = %self.leg, %error, "a recording cannot be sealed");
            })
            .ok()
    }
}
