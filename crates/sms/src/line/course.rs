//! The course of a line: connect, log in, speak, come back.

use super::{Ask, Came, Delivered, LineSettings, LineState, SendFault, Word};
use crate::wire::{Fault, length};
use bytes::BytesMut;
use std::collections::HashMap;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, timeout};

/// Signs of life that may be missed before the connection counts as dead.
const MISSED_MOST: u32 = 3;

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Fault(#[from] Fault),
    #[error("the gateway does not answer")]
    Silent,
    #[error("the gateway closed the connection")]
    Closed,
    #[error("the gateway refuses the login with {0}")]
    Refused(u32),
    /// All lines were dropped.
    #[error("nobody speaks any more")]
    Done,
}

pub(super) async fn run(
    settings: LineSettings,
    mut asks: mpsc::Receiver<Ask>,
    state: watch::Sender<LineState>,
    taker: mpsc::Sender<Delivered>,
) {
    let mut pause = settings.pause;
    loop {
        let began = Instant::now();
        let ended = match connected(&settings, &mut asks, &state, &taker).await {
            Ok(()) => return,
            Err(Ended::Done) => return,
            Err(ended) => ended,
        };
        tracing::warn!(why = %ended, gateway = %settings.gateway, "a line of short messages is down");
        state.send_replace(match ended {
            Ended::Refused(code) => LineState::Refused(code),
            other => LineState::Down(other.to_string()),
        });
        // One that stood for a while is tried soon again.
        if began.elapsed() > settings.pause_most {
            pause = settings.pause;
        }
        let mut resting = std::pin::pin!(sleep(pause));
        loop {
            tokio::select! {
                () = &mut resting => break,
                ask = asks.recv() => match ask {
                    None => return,
                    // Whoever asked while it went down hears so at once.
                    Some(ask) => drop(ask.answer.send(Err(SendFault::Down))),
                },
            }
        }
        pause = (pause * 2).min(settings.pause_most);
    }
}

struct Talk<'a> {
    settings: &'a LineSettings,
    read: OwnedReadHalf,
    write: OwnedWriteHalf,
    come: BytesMut,
    sequence: u32,
    stamp: u32,
}

impl Talk<'_> {
    fn next(&mut self) -> u32 {
        // SMPP counts from 1 to 0x7fffffff.
        self.sequence = if self.sequence >= 0x7fff_ffff {
            1
        } else {
            self.sequence + 1
        };
        self.sequence
    }

    async fn write(&mut self, frame: &[u8]) -> Result<(), Ended> {
        timeout(self.settings.patience, self.write.write_all(frame))
            .await
            .map_err(|_| Ended::Silent)??;
        Ok(())
    }

    /// The next frame. May be broken off: what has come is kept.
    async fn word(&mut self) -> Result<Word, Ended> {
        loop {
            if let Some(whole) = length(&self.come, self.settings.speech.head())?
                && self.come.len() >= whole
            {
                let frame = self.come.split_to(whole);
                return Ok(self.settings.speech.read(&frame, self.stamp)?);
            }
            if self.read.read_buf(&mut self.come).await? == 0 {
                return Err(Ended::Closed);
            }
        }
    }
}

async fn connected(
    settings: &LineSettings,
    asks: &mut mpsc::Receiver<Ask>,
    state: &watch::Sender<LineState>,
    taker: &mpsc::Sender<Delivered>,
) -> Result<(), Ended> {
    let stream = timeout(settings.patience, TcpStream::connect(&settings.gateway)).await;
    let stream = stream.map_err(|_| Ended::Silent)??;
    stream.set_nodelay(true)?;
    let (read, write) = stream.into_split();
    let mut talk = Talk {
        settings,
        read,
        write,
        come: BytesMut::with_capacity(4096),
        sequence: 0,
        stamp: (settings.stamp)(),
    };
    let sequence = talk.next();
    let login = settings.speech.login(sequence, talk.stamp)?;
    talk.write(&login).await?;
    let answered = timeout(settings.patience, async {
        loop {
            if let Word::Login(code) = talk.word().await? {
                return Ok::<u32, Ended>(code);
            }
        }
    });
    match answered.await.map_err(|_| Ended::Silent)?? {
        0 => {}
        code => return Err(Ended::Refused(code)),
    }
    state.send_replace(LineState::Up);
    speak(talk, asks, taker).await
}

async fn speak(
    mut talk: Talk<'_>,
    asks: &mut mpsc::Receiver<Ask>,
    taker: &mpsc::Sender<Delivered>,
) -> Result<(), Ended> {
    type Pending = (oneshot::Sender<Result<String, SendFault>>, Instant);
    let settings = talk.settings;
    let mut pending: HashMap<u32, Pending> = HashMap::new();
    let (acks, mut acked) = mpsc::channel::<(u32, [u8; 8], bool)>(64);
    let mut heard = Instant::now();
    let mut missed = 0_u32;
    let look = settings
        .alive
        .min(settings.patience)
        .min(Duration::from_secs(1))
        / 2;
    let mut tick = tokio::time::interval(look.max(Duration::from_millis(5)));
    let ended = loop {
        let room = pending.len() < settings.window.max(1);
        tokio::select! {
            word = talk.word() => {
                let word = match word { Ok(word) => word, Err(ended) => break ended };
                (heard, missed) = (Instant::now(), 0);
                let answer = match word {
                    Word::Nothing | Word::Login(_) => None,
                    Word::Alive(sequence) => Some(settings.speech.alive_answer(sequence)),
                    Word::Unknown(answer) => answer,
                    Word::Taken { sequence, result } => {
                        // An answer after its time is nobody's any more.
                        if let Some((answer, _)) = pending.remove(&sequence) {
                            let result = result.map_err(|(code, later)| SendFault::Refused { code, later });
                            let _ = answer.send(result);
                        }
                        None
                    }
                    Word::Came { sequence, ticket, came } => {
                        hand_over(came, taker, acks.clone(), (sequence, ticket), settings.patience);
                        None
                    }
                    Word::Bye(sequence) => {
                        let _ = talk.write(&settings.speech.bye_answer(sequence)).await;
                        break Ended::Closed;
                    }
                };
                if let Some(answer) = answer && let Err(ended) = talk.write(&answer).await {
                    break ended;
                }
            }
            ack = acked.recv() => {
                if let Some((sequence, ticket, taken)) = ack {
                    let frame = settings.speech.took(sequence, ticket, taken);
                    if let Err(ended) = talk.write(&frame).await { break ended; }
                }
            }
            ask = asks.recv(), if room => {
                let Some(Ask { message, answer }) = ask else {
                    let sequence = talk.next();
                    let _ = talk.write(&settings.speech.bye(sequence)).await;
                    break Ended::Done;
                };
                let sequence = talk.next();
                match settings.speech.submit(sequence, &message) {
                    Err(fault) => drop(answer.send(Err(fault.into()))),
                    Ok(frame) => {
                        pending.insert(sequence, (answer, Instant::now() + settings.patience));
                        if let Err(ended) = talk.write(&frame).await { break ended; }
                    }
                }
            }
            now = tick.tick() => {
                let late: Vec<u32> = pending.iter().filter(|(_, (_, until))| *until <= now).map(|(n, _)| *n).collect();
                for sequence in late {
                    if let Some((answer, _)) = pending.remove(&sequence) {
                        let _ = answer.send(Err(SendFault::Silent));
                    }
                }
                if now.saturating_duration_since(heard) >= settings.alive * (missed + 1) {
                    if missed >= MISSED_MOST { break Ended::Silent; }
                    missed += 1;
                    let sequence = talk.next();
                    if let Err(ended) = talk.write(&settings.speech.alive(sequence)).await { break ended; }
                }
            }
        }
    };
    for (answer, _) in pending.into_values() {
        let _ = answer.send(Err(SendFault::Down));
    }
    Err(ended)
}

/// Hands over what came, and answers the gateway when it is durable. The line goes on meanwhile.
fn hand_over(
    came: Came,
    taker: &mpsc::Sender<Delivered>,
    acks: mpsc::Sender<(u32, [u8; 8], bool)>,
    (sequence, ticket): (u32, [u8; 8]),
    patience: Duration,
) {
    let taker = taker.clone();
    tokio::spawn(async move {
        let (taken, answered) = oneshot::channel();
        let given = timeout(patience, async {
            taker.send(Delivered { came, taken }).await.ok()?;
            answered.await.ok()
        });
        let durable = given.await.ok().flatten().unwrap_or(false);
        // A line that went meanwhile gets it again from the gateway, which is noticed by its number.
        let _ = acks.send((sequence, ticket, durable)).await;
    });
}
