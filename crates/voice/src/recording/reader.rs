//! Reading and verification: block by block, each link of the chain looked at before its sound is given out.

use super::{BLOCK, HEADER, Head, MAGIC, MARKS, SEAL, STEP, STEPS, first, next};
use crate::call::{CallId, LegId, Moment};
use std::io::{self, Read};

/// What is wrong with a recording.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It is none, or one of a later version.
    #[error("this is no recording that can be read")]
    Unknown,
    /// A byte of its header was changed.
    #[error("the header was changed")]
    Header,
    /// A byte of this second, or of the chain before it, was changed.
    #[error("second {0} was changed")]
    Changed(u32),
    /// It ends in the middle of something, or without a seal.
    #[error("it ends after {0} seconds without a seal")]
    Unsealed(u32),
    /// There is something behind the seal, or the seal counts other seconds.
    #[error("it does not end as its seal says")]
    Seal,
    /// Its chain is whole and not the one that was recorded: all of it was written anew.
    #[error("it is not the recording that was sealed")]
    Other,
    /// It cannot be read.
    #[error("the recording cannot be read")]
    Io(#[from] io::Error),
}

/// What stands before the sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Whose sound.
    pub leg: LegId,
    /// When its first step was heard.
    pub began: Moment,
}

/// One second, or the last part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// A-law, 160 bytes a step.
    pub sound: Vec<u8>,
    /// Its steps, 1 to 50.
    pub steps: u8,
    /// Bit n: step n came from the line.
    pub heard: u64,
    /// Bit n: step n was not recorded.
    pub paused: u64,
}

/// What a whole recording comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// What stands before the sound.
    pub header: Header,
    /// Seconds, a begun one counted.
    pub seconds: u32,
    /// Seconds in which something is missing or paused.
    pub gaps: u32,
    /// Head of the chain.
    pub head: Head,
}

/// Reads a recording. An iterator of blocks; after the last one nothing, after a fault nothing more.
pub struct Reader<R> {
    from: R,
    header: Header,
    head: Head,
    blocks: u32,
    gaps: u32,
    done: bool,
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Fault::Unknown`], [`Fault::Header`], [`Fault::Io`].
    pub fn open(mut from: R) -> Result<Reader<R>, Fault> {
        let mut header = [0; HEADER];
        let mut head = [0; 32];
        exactly(&mut from, &mut header, Fault::Unknown)?;
        let (magic, rest) = header.split_first_chunk::<8>().ok_or(Fault::Unknown)?;
        if magic != MAGIC {
            return Err(Fault::Unknown);
        }
        exactly(&mut from, &mut head, Fault::Header)?;
        if head != first(&header) {
            return Err(Fault::Header);
        }
        let (call, rest) = rest.split_first_chunk::<16>().ok_or(Fault::Header)?;
        let (no, rest) = rest.split_first_chunk::<2>().ok_or(Fault::Header)?;
        let (began, _) = rest.split_first_chunk::<8>().ok_or(Fault::Header)?;
        let leg = LegId {
            call: CallId(u128::from_be_bytes(*call)),
            no: u16::from_be_bytes(*no),
        };
        let began = Moment(i64::from_be_bytes(*began));
        Ok(Reader {
            from,
            header: Header { leg, began },
            head,
            blocks: 0,
            gaps: 0,
            done: false,
        })
    }

    /// What stands before the sound.
    #[must_use]
    pub fn header(&self) -> Header {
        self.header
    }

    /// Reads to the end. With the head that was recorded elsewhere it also finds a recording that was written anew.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub fn verify(mut self, head: Option<&Head>) -> Result<Summary, Fault> {
        for block in &mut self {
            block?;
        }
        if head.is_some_and(|head| *head != self.head) {
            return Err(Fault::Other);
        }
        Ok(self.so_far())
    }

    /// What was read comes to.
    pub(super) fn so_far(&self) -> Summary {
        Summary {
            header: self.header,
            seconds: self.blocks,
            gaps: self.gaps,
            head: self.head,
        }
    }

    fn block(&mut self) -> Result<Option<Block>, Fault> {
        let unsealed = Fault::Unsealed(self.blocks);
        let mut kind = [0];
        exactly(&mut self.from, &mut kind, unsealed)?;
        match kind {
            [BLOCK] => {}
            [SEAL] => {
                self.seal()?;
                return Ok(None);
            }
            _ => return Err(Fault::Changed(self.blocks)),
        }
        let mut bytes = vec![0; MARKS];
        let (kind, marks) = bytes.split_at_mut(1);
        kind.copy_from_slice(&[BLOCK]);
        exactly(&mut self.from, marks, Fault::Unsealed(self.blocks))?;
        let steps = bytes.get(1).copied().unwrap_or_default();
        if steps == 0 || usize::from(steps) > STEPS {
            return Err(Fault::Changed(self.blocks));
        }
        let end = MARKS + usize::from(steps) * STEP;
        bytes.resize(end, 0);
        let sound = bytes.get_mut(MARKS..).unwrap_or_default();
        exactly(&mut self.from, sound, Fault::Unsealed(self.blocks))?;
        self.link(&bytes, Fault::Changed(self.blocks))?;
        let mask = |at: usize| {
            bytes
                .get(at..at + 8)
                .and_then(|mask| mask.try_into().ok())
                .map_or(0, u64::from_be_bytes)
        };
        let (heard, paused) = (mask(2), mask(10));
        self.gaps += u32::from(heard != (1u64 << steps) - 1);
        self.blocks += 1;
        Ok(Some(Block {
            sound: bytes.split_off(MARKS),
            steps,
            heard,
            paused,
        }))
    }

    fn seal(&mut self) -> Result<(), Fault> {
        let mut count = [0; 4];
        exactly(&mut self.from, &mut count, Fault::Unsealed(self.blocks))?;
        let [a, b, c, d] = count;
        self.link(&[SEAL, a, b, c, d], Fault::Seal)?;
        let mut behind = [0];
        if u32::from_be_bytes(count) != self.blocks || self.from.read(&mut behind)? != 0 {
            return Err(Fault::Seal);
        }
        Ok(())
    }

    fn link(&mut self, bytes: &[u8], fault: Fault) -> Result<(), Fault> {
        let mut head = [0; 32];
        exactly(&mut self.from, &mut head, Fault::Unsealed(self.blocks))?;
        if next(&self.head, bytes) != head {
            return Err(fault);
        }
        self.head = head;
        Ok(())
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Block, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let block = self.block();
        self.done = !matches!(block, Ok(Some(_)));
        block.transpose()
    }
}

fn exactly(from: &mut impl Read, into: &mut [u8], short: Fault) -> Result<(), Fault> {
    from.read_exact(into).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => short,
        _ => Fault::Io(error),
    })
}
