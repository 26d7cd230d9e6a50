//! A line to a carrier's gateway: one connection that is logged in, kept alive, and made anew with growing pauses.
//!
//! [`Line::start`] runs it; [`Line::send`] gives it words, and what comes is handed to the taker, who says when it is durable.
//! Only then the gateway hears that it was taken, so that a killed process loses no message (law 3).

mod course;

use crate::cmpp::Cmpp;
use crate::smpp::Smpp;
use crate::split::{Piece, Segment, split};
use crate::text::Coding;
use crate::wire::Fault;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// Which language the gateway speaks, and as whom.
#[derive(Debug, Clone)]
pub enum Speech {
    /// CMPP 2.0 or 3.0.
    Cmpp(Cmpp),
    /// SMPP 3.4.
    Smpp(Smpp),
}

/// Now as month, day, hour, minute, second in ten digits, as CMPP signs it.
pub type Stamp = Arc<dyn Fn() -> u32 + Send + Sync>;

/// How a line is run.
#[derive(Clone)]
pub struct LineSettings {
    /// Host and port of the gateway.
    pub gateway: String,
    /// What is spoken there.
    pub speech: Speech,
    /// Messages on the way at once, at least 1.
    pub window: usize,
    /// Silence after which a sign of life is asked for.
    pub alive: Duration,
    /// How long an answer may take.
    pub patience: Duration,
    /// Pause before the first new try; twice as long each time.
    pub pause: Duration,
    /// The longest pause.
    pub pause_most: Duration,
    /// The time, for signatures.
    pub stamp: Stamp,
    /// Where the reference of long messages begins: by chance, so that a restart does not begin with those just used.
    pub reference: u8,
}

impl std::fmt::Debug for LineSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LineSettings")
            .field("gateway", &self.gateway)
            .finish_non_exhaustive()
    }
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// A message of somebody.
    Message {
        /// The gateway's number for it; empty where it gives none.
        id: String,
        /// Whose.
        from: String,
        /// To which number.
        to: String,
        /// The words.
        text: String,
        /// Which piece of a long one it is.
        piece: Option<Piece>,
    },
    /// What became of a message that was sent.
    Report {
        /// The gateway's number for it.
        id: String,
        /// Its word for the state, such as `DELIVRD`.
        state: String,
        /// Whether it has arrived; none while it is still on its way.
        arrived: Option<bool>,
    },
}

/// Something that came, and whoever waits for the word that it is durable.
#[derive(Debug)]
pub struct Delivered {
    /// What.
    pub came: Came,
    /// Send `true` once it is durable, `false` where it is to come again; dropped is `false`.
    pub taken: oneshot::Sender<bool>,
}

/// How a line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineState {
    /// Not connected, with what was last in the way.
    Down(String),
    /// The gateway refuses the login, with its code.
    Refused(u32),
    /// Logged in.
    Up,
}

/// Why words were not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// There is no connection, or it went before there was an answer; whether they were taken is not known then.
    #[error("the line is down")]
    Down,
    /// No answer in time.
    #[error("the gateway does not answer")]
    Silent,
    /// The gateway refused them.
    #[error("the gateway refuses it with {code}")]
    Refused {
        /// Its code.
        code: u32,
        /// Whether it may take them later.
        later: bool,
    },
    /// They cannot be written as a message.
    #[error(transparent)]
    Unwritable(#[from] Fault),
    /// No words, or more than 255 messages.
    #[error("no words, or too many")]
    Words,
}

/// A message as one piece on its way to the gateway.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) to: String,
    pub(crate) segment: Segment,
}

pub(crate) struct Ask {
    pub(crate) message: Outgoing,
    pub(crate) answer: oneshot::Sender<Result<String, SendFault>>,
}

/// A line. Cheap to clone; it says good-bye when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Line {
    asks: mpsc::Sender<Ask>,
    state: watch::Receiver<LineState>,
    reference: Arc<AtomicU8>,
}

impl Line {
    /// Runs a line; what comes goes to `taker`. The task ends when all lines are dropped.
    #[must_use]
    pub fn start(
        settings: LineSettings,
        taker: mpsc::Sender<Delivered>,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (asks, asked) = mpsc::channel(settings.window.max(1));
        let (said, state) = watch::channel(LineState::Down("not yet".to_owned()));
        let reference = Arc::new(AtomicU8::new(settings.reference));
        let task = tokio::spawn(course::run(settings, asked, said, taker));
        let line = Self {
            asks,
            state,
            reference,
        };
        (line, task)
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> LineState {
        self.state.borrow().clone()
    }

    /// Waits until it is logged in.
    pub async fn up(&self) {
        let mut state = self.state.clone();
        // A closed line never is: whoever asks has another limit.
        if state
            .wait_for(|state| *state == LineState::Up)
            .await
            .is_err()
        {
            std::future::pending::<()>().await;
        }
    }

    /// Sends words, as many messages as they need. The gateway's number of each, in order.
    ///
    /// # Errors
    /// The first that was not taken; those before it are on their way.
    pub async fn send(&self, to: &str, text: &str) -> Result<Vec<String>, SendFault> {
        let segments = split(text, self.reference.fetch_add(1, Ordering::Relaxed));
        if segments.is_empty() {
            return Err(SendFault::Words);
        }
        let mut ids = Vec::with_capacity(segments.len());
        for segment in segments {
            if *self.state.borrow() != LineState::Up {
                return Err(SendFault::Down);
            }
            let (answer, answered) = oneshot::channel();
            let message = Outgoing {
                to: to.to_owned(),
                segment,
            };
            let ask = Ask { message, answer };
            self.asks.send(ask).await.map_err(|_| SendFault::Down)?;
            ids.push(answered.await.map_err(|_| SendFault::Down)??);
        }
        Ok(ids)
    }
}

/// What a frame of the gateway says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// The login was answered: its code, 0 for yes.
    Login(u32),
    /// A sign of life is asked for.
    Alive(u32),
    /// One was given, or something else that wants no answer.
    Nothing,
    /// What became of a message that was given: the gateway's number, or its code.
    Taken {
        sequence: u32,
        result: Result<String, (u32, bool)>,
    },
    /// Something came.
    Came {
        sequence: u32,
        /// What the answer repeats.
        ticket: [u8; 8],
        came: Came,
    },
    /// The gateway wants to end.
    Bye(u32),
    /// A command that is not known is answered, or left.
    Unknown(Option<Vec<u8>>),
}

impl Speech {
    pub(crate) const fn head(&self) -> usize {
        match self {
            Self::Cmpp(_) => crate::cmpp::HEAD,
            Self::Smpp(_) => crate::smpp::HEAD,
        }
    }

    pub(crate) fn login(&self, sequence: u32, stamp: u32) -> Result<Vec<u8>, Fault> {
        match self {
            Self::Cmpp(cmpp) => cmpp.login(sequence, stamp),
            Self::Smpp(smpp) => smpp.login(sequence),
        }
    }

    pub(crate) fn submit(&self, sequence: u32, message: &Outgoing) -> Result<Vec<u8>, Fault> {
        match self {
            Self::Cmpp(cmpp) => cmpp.submit(sequence, message),
            Self::Smpp(smpp) => smpp.submit(sequence, message),
        }
    }

    pub(crate) fn alive(&self, sequence: u32) -> Vec<u8> {
        match self {
            Self::Cmpp(_) => Cmpp::alive(sequence),
            Self::Smpp(_) => Smpp::alive(sequence),
        }
    }

    pub(crate) fn alive_answer(&self, sequence: u32) -> Vec<u8> {
        match self {
            Self::Cmpp(_) => Cmpp::alive_answer(sequence),
            Self::Smpp(_) => Smpp::alive_answer(sequence),
        }
    }

    pub(crate) fn took(&self, sequence: u32, ticket: [u8; 8], taken: bool) -> Vec<u8> {
        match self {
            Self::Cmpp(cmpp) => cmpp.took(sequence, ticket, taken),
            Self::Smpp(_) => Smpp::took(sequence, taken),
        }
    }

    pub(crate) fn bye(&self, sequence: u32) -> Vec<u8> {
        match self {
            Self::Cmpp(_) => Cmpp::bye(sequence),
            Self::Smpp(_) => Smpp::bye(sequence),
        }
    }

    pub(crate) fn bye_answer(&self, sequence: u32) -> Vec<u8> {
        match self {
            Self::Cmpp(_) => Cmpp::bye_answer(sequence),
            Self::Smpp(_) => Smpp::bye_answer(sequence),
        }
    }

    /// Whether a whole frame can be read.
    ///
    /// # Errors
    /// Where it ends too early.
    pub fn check(&self, frame: &[u8]) -> Result<(), Fault> {
        self.read(frame, 0).map(drop)
    }

    /// Reads a whole frame.
    pub(crate) fn read(&self, frame: &[u8], stamp: u32) -> Result<Word, Fault> {
        match self {
            Self::Cmpp(cmpp) => cmpp.read(frame, stamp),
            Self::Smpp(_) => Smpp::read(frame),
        }
    }
}

/// The words of a message with or without a header.
pub(crate) fn words(
    octets: &[u8],
    headed: bool,
    coding: Option<Coding>,
) -> (Option<Piece>, String) {
    let (piece, octets) = if headed {
        crate::split::header(octets)
    } else {
        (None, octets)
    };
    let text = match coding {
        Some(coding) => crate::text::decode(octets, coding),
        // Binary: nobody here can read it, and it must not be lost.
        None => octets.iter().map(|octet| format!("{octet:02x}")).collect(),
    };
    (piece, text)
}
