//! A recording that a killed process left without its end: how far it is whole.

use super::reader::{Fault, Reader, Summary};
use super::{HEADER, Head, MARKS, STEP, STEPS};
use crate::call::Moment;
use std::io::Read;

/// Bytes of a link of the chain.
const LINK: usize = 32;

/// What there is of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    /// When its first step was heard.
    pub(super) began: Moment,
    /// Head of its chain behind the last whole block.
    pub(super) head: Head,
    /// Whole blocks.
    pub(super) blocks: u32,
    /// Blocks in which something is missing or paused.
    pub(super) gaps: u32,
    /// Steps of 20 ms in them.
    pub(super) steps: u64,
    /// Where the last whole block ends, in bytes; what is behind it was being written.
    pub(super) end: u64,
}

pub(super) enum Found {
    Sealed(Summary),
    Open(Left),
}

/// Reads a recording of so many bytes to its end, or to where its end is missing. What was changed within it is a fault as ever:
/// nobody goes on with that.
pub(super) fn look(from: impl Read, length: u64) -> Result<Found, Fault> {
    let size = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
    let mut reader = Reader::open(from)?;
    let so_far = |summary: Summary, steps, end| Left {
        began: summary.header.began,
        head: summary.head,
        blocks: summary.seconds,
        gaps: summary.gaps,
        steps,
        end,
    };
    let (mut steps, mut end) = (0, size(HEADER + LINK));
    loop {
        let before = so_far(reader.so_far(), steps, end);
        match reader.next() {
            None => return Ok(Found::Sealed(reader.so_far())),
            Some(Ok(block)) => {
                steps += u64::from(block.steps);
                end += size(MARKS + block.sound.len() + LINK);
            }
            Some(Err(Fault::Unsealed(_))) => return Ok(Found::Open(before)),
            // The last block did not get onto the disk whole when the power went.
            Some(Err(Fault::Changed(_) | Fault::Seal))
                if length.saturating_sub(end) <= size(MARKS + STEP * STEPS + LINK) =>
            {
                return Ok(Found::Open(before));
            }
            Some(Err(fault)) => return Err(fault),
        }
    }
}
