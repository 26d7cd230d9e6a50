//! Recording: sound goes from the lines' taps to one thread that writes.

use crate::call::{LegId, Moment, Sealed};
use crate::media::g711::{Frame, Law, STEP};
use crate::media::line::Tap;
use crate::recording::Keeper;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Where recordings are kept.
pub trait Recorder: Send + Sync {
    /// Begins one; `None` where nothing is recorded.
    fn begin(&self, leg: LegId) -> Option<Box<dyn Writing>>;

    /// Goes on with the one that a killed program left of this leg, the time since then marked as missing; begins one where
    /// there is none. Reading what is there is left to the writing thread.
    fn resume(&self, leg: LegId) -> Option<Box<dyn Writing>> {
        self.begin(leg)
    }

    /// Seals what a killed program left of a leg that is no more. Called on the writing thread.
    fn salvage(&self, leg: LegId) -> Option<Sealed> {
        let _ = leg;
        None
    }
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
    Salvage(LegId, Arc<dyn Recorder>),
}

/// The writing thread's handle; it ends with it, when what was handed over is written.
pub(super) struct Writer {
    work: Sender<Work>,
}

impl Writer {
    /// `done` is told what came of every recording that was begun or was to be salvaged; nothing, if there is none.
    pub(super) fn start(
        done: impl Fn(LegId, Option<Sealed>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (work, orders) = channel();
        std::thread::Builder::new()
            .name("recording".to_owned())
            .spawn(move || write(&orders, done))?;
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

    /// Seals what a killed program left of a leg.
    pub(super) fn salvage(&self, leg: LegId, recorder: Arc<dyn Recorder>) {
        self.send(Work::Salvage(leg, recorder));
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

fn write(orders: &Receiver<Work>, done: impl Fn(LegId, Option<Sealed>)) {
    let mut open: HashMap<LegId, (Box<dyn Writing>, bool)> = HashMap::new();
    let seal = |leg, writing: Box<dyn Writing>| done(leg, writing.seal());
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
            Work::Salvage(leg, recorder) => done(leg, recorder.salvage(leg)),
        }
    }
    for (leg, (writing, _)) in open {
        seal(leg, writing);
    }
}

type Now = Arc<dyn Fn() -> Moment + Send + Sync>;

/// Recordings in a keeper's folder.
pub struct Kept {
    keeper: Keeper,
    now: Now,
}

impl Kept {
    /// Keeps them there; `now` is the moment, for their beginning.
    #[must_use]
    pub fn new(keeper: Keeper, now: impl Fn() -> Moment + Send + Sync + 'static) -> Self {
        Self {
            keeper,
            now: Arc::new(now),
        }
    }
}

impl Recorder for Kept {
    fn begin(&self, leg: LegId) -> Option<Box<dyn Writing>> {
        self.file(leg)
            .map(|file| -> Box<dyn Writing> { Box::new(file) })
    }

    fn resume(&self, leg: LegId) -> Option<Box<dyn Writing>> {
        let (keeper, now) = (self.keeper.clone(), Arc::clone(&self.now));
        Some(Box::new(Resumed::Left(leg, keeper, now)))
    }

    fn salvage(&self, leg: LegId) -> Option<Sealed> {
        self.keeper
            .salvage(leg)
            .inspect_err(|error| {
                tracing::error!(%leg, %error, "a recording that was left without its end cannot be sealed");
            })
            .ok()
            .flatten()
    }
}

impl Kept {
    fn file(&self, leg: LegId) -> Option<InFile> {
        begin(&self.keeper, leg, (self.now)())
    }
}

fn begin(keeper: &Keeper, leg: LegId, now: Moment) -> Option<InFile> {
    keeper
        .begin(leg, now)
        .map(|file| InFile {
            leg,
            file,
            failed: false,
        })
        .inspect_err(|error| {
            tracing::error!(%leg, %error, "a leg is not recorded: its file cannot be made");
        })
        .ok()
}

/// A recording that is opened again when its first sound is written: what was missed ends then, and what is there is read on
/// the thread that writes.
enum Resumed {
    /// Not yet opened.
    Left(LegId, Keeper, Now),
    /// Opened; nothing, if it could not be.
    Open(Option<InFile>),
}

impl Resumed {
    fn open(&mut self) -> Option<&mut InFile> {
        if let Self::Left(leg, keeper, now) = self {
            let (leg, now) = (*leg, now());
            let file = match keeper.resume(leg, now) {
                Ok(Some(file)) => Some(InFile {
                    leg,
                    file,
                    failed: false,
                }),
                Ok(None) => begin(keeper, leg, now),
                Err(error) => {
                    tracing::error!(%leg, %error, "a recording is left as it is, and a new one begun");
                    begin(keeper, leg, now)
                }
            };
            *self = Self::Open(file);
        }
        match self {
            Self::Open(file) => file.as_mut(),
            Self::Left(..) => None,
        }
    }
}

impl Writing for Resumed {
    fn sound(&mut self, codes: &[u8], heard: bool) {
        if let Some(file) = self.open() {
            file.sound(codes, heard);
        }
    }

    fn gap(&mut self) {
        if let Some(file) = self.open() {
            file.gap();
        }
    }

    fn seal(mut self: Box<Self>) -> Option<Sealed> {
        self.open()?;
        match *self {
            Self::Open(Some(file)) => Box::new(file).seal(),
            Self::Open(None) | Self::Left(..) => None,
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
