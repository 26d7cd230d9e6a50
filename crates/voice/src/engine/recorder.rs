//! Recording: sound goes from the lines' taps to one thread that writes.

use crate::call::{LegId, Moment, Sealed};
use crate::media::g711::{Frame, Law, STEP};
use crate::media::line::Tap;
use crate::recording::Keeper;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

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
    Sounds(Vec<Sound>),
    Seal(LegId),
    Salvage(LegId, Arc<dyn Recorder>),
}

/// What a leg said in one step, and whether any of it came from the line.
struct Sound {
    leg: LegId,
    codes: [u8; STEP],
    heard: bool,
}

/// The way to the writing thread. What all legs say in one step goes together, before anything that is ordered after it.
struct Way {
    work: Sender<Work>,
    /// The step, and what was said in it so far.
    step: Mutex<(u64, Vec<Sound>)>,
}

impl Way {
    fn say(&self, number: u64, sound: Sound) {
        let mut step = self.step.lock().unwrap_or_else(PoisonError::into_inner);
        let (current, said) = &mut *step;
        if *current != number {
            self.hand_over(said);
            *current = number;
        }
        said.push(sound);
    }

    fn order(&self, work: Work) {
        let mut step = self.step.lock().unwrap_or_else(PoisonError::into_inner);
        self.hand_over(&mut step.1);
        // The thread lives as long as this way.
        let _ = self.work.send(work);
    }

    fn hand_over(&self, said: &mut Vec<Sound>) {
        if !said.is_empty() {
            let next = Vec::with_capacity(said.len());
            let _ = self.work.send(Work::Sounds(std::mem::replace(said, next)));
        }
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        let mut step = self.step.lock().unwrap_or_else(PoisonError::into_inner);
        self.hand_over(&mut step.1);
    }
}

/// The writing thread's handle; it ends with it, when what was handed over is written.
pub(super) struct Writer {
    way: Arc<Way>,
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
        let step = Mutex::default();
        Ok(Self {
            way: Arc::new(Way { work, step }),
        })
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
            way: Arc::clone(&self.way),
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
        self.way.order(work);
    }
}

struct Ear {
    leg: LegId,
    way: Arc<Way>,
    codes: Vec<u8>,
}

impl Tap for Ear {
    fn step(&mut self, number: u64, sound: &Frame, heard: bool) {
        self.codes.clear();
        Law::A.append(sound, &mut self.codes);
        if let Some(codes) = self.codes.first_chunk::<STEP>() {
            let sound = Sound {
                leg: self.leg,
                codes: *codes,
                heard,
            };
            self.way.say(number, sound);
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
            Work::Sounds(sounds) => {
                for Sound { leg, codes, heard } in sounds {
                    match open.get_mut(&leg) {
                        Some((writing, true)) => writing.gap(),
                        Some((writing, false)) => writing.sound(&codes, heard),
                        None => {}
                    }
                }
            }
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
        let (keeper, began) = (self.keeper.clone(), (self.now)());
        Some(Box::new(Late::New(leg, keeper, began)))
    }

    fn resume(&self, leg: LegId) -> Option<Box<dyn Writing>> {
        let (keeper, now) = (self.keeper.clone(), Arc::clone(&self.now));
        Some(Box::new(Late::Left(leg, keeper, now)))
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

/// A recording whose file is opened when its first sound is written, on the thread that writes: a call does not wait for the disk.
/// What was missed of one that is gone on with ends then.
enum Late {
    /// To be begun; it began then.
    New(LegId, Keeper, Moment),
    /// To be gone on with.
    Left(LegId, Keeper, Now),
    /// Opened; nothing, if it could not be.
    Open(Option<InFile>),
}

impl Late {
    fn open(&mut self) -> Option<&mut InFile> {
        let file = match self {
            Self::Open(file) => return file.as_mut(),
            Self::New(leg, keeper, began) => begin(keeper, *leg, *began),
            Self::Left(leg, keeper, now) => go_on(keeper, *leg, now()),
        };
        *self = Self::Open(file);
        match self {
            Self::Open(file) => file.as_mut(),
            Self::New(..) | Self::Left(..) => None,
        }
    }
}

fn go_on(keeper: &Keeper, leg: LegId, now: Moment) -> Option<InFile> {
    match keeper.resume(leg, now) {
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
    }
}

impl Writing for Late {
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
            Self::Open(None) | Self::New(..) | Self::Left(..) => None,
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
