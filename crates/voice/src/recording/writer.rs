//! Writing: step by step, a block each second, a seal at the end.

use super::left::Left;
use super::{BLOCK, HEADER, Head, MAGIC, MARKS, SEAL, SILENCE, STEP, STEPS, first, next};
use crate::call::{LegId, Moment, Sealed};
use std::io::{self, Write};

/// A recording that is being written. Each block is handed on whole, so that a lost process loses at most its last second.
pub struct Writer<W> {
    to: W,
    name: String,
    head: Head,
    blocks: u32,
    gaps: u32,
    sound: Vec<u8>,
    steps: u8,
    heard: u64,
    paused: u64,
}

impl<W: Write> Writer<W> {
    /// Begins a recording of the leg, whose first step was heard at that moment.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn begin(mut to: W, name: &str, leg: LegId, began: Moment) -> io::Result<Writer<W>> {
        let mut header = Vec::with_capacity(HEADER);
        header.extend_from_slice(MAGIC);
        header.extend_from_slice(&leg.call.0.to_be_bytes());
        header.extend_from_slice(&leg.no.to_be_bytes());
        header.extend_from_slice(&began.0.to_be_bytes());
        let head = first(&header);
        header.extend_from_slice(&head);
        to.write_all(&header)?;
        Ok(Writer {
            to,
            name: name.to_owned(),
            head,
            blocks: 0,
            gaps: 0,
            sound: Vec::with_capacity(STEP * STEPS),
            steps: 0,
            heard: 0,
            paused: 0,
        })
    }

    /// Goes on with a recording whose end is missing, behind its last whole block.
    pub(super) fn again(to: W, name: &str, left: &Left) -> Writer<W> {
        Writer {
            to,
            name: name.to_owned(),
            head: left.head,
            blocks: left.blocks,
            gaps: left.gaps,
            sound: Vec::with_capacity(STEP * STEPS),
            steps: 0,
            heard: 0,
            paused: 0,
        }
    }

    /// One step of 20 ms, in A-law. `heard` is false where nothing came from the line: what was made up for it is kept and
    /// marked. Sound of another length than a step is cut, or filled with silence.
    ///
    /// # Errors
    /// When a block that is full cannot be written.
    pub fn sound(&mut self, codes: &[u8], heard: bool) -> io::Result<()> {
        if heard {
            self.heard |= 1 << self.steps;
        }
        let end = self.sound.len() + STEP;
        self.sound.extend(codes.iter().take(STEP));
        self.sound.resize(end, SILENCE);
        self.step()
    }

    /// One step that is not recorded, because a secret is being said.
    ///
    /// # Errors
    /// When a block that is full cannot be written.
    pub fn gap(&mut self) -> io::Result<()> {
        self.paused |= 1 << self.steps;
        self.sound.resize(self.sound.len() + STEP, SILENCE);
        self.step()
    }

    fn step(&mut self) -> io::Result<()> {
        self.steps += 1;
        if usize::from(self.steps) == STEPS {
            self.block()
        } else {
            Ok(())
        }
    }

    fn block(&mut self) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(MARKS + self.sound.len() + 32);
        self.close_block(&mut bytes);
        self.to.write_all(&bytes)
    }

    /// The block so far, behind what is to be written before it; the next one begins.
    fn close_block(&mut self, bytes: &mut Vec<u8>) {
        bytes.push(BLOCK);
        bytes.push(self.steps);
        bytes.extend_from_slice(&self.heard.to_be_bytes());
        bytes.extend_from_slice(&self.paused.to_be_bytes());
        bytes.extend_from_slice(&self.sound);
        self.head = next(&self.head, bytes);
        bytes.extend_from_slice(&self.head);
        let whole = (1u64 << self.steps) - 1;
        self.gaps += u32::from(self.heard != whole);
        self.blocks += 1;
        self.sound.clear();
        (self.steps, self.heard, self.paused) = (0, 0, 0);
    }

    /// Writes what is left and the seal.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn seal(mut self) -> io::Result<(Sealed, W)> {
        let mut bytes = Vec::with_capacity(MARKS + self.sound.len() + 2 * 32 + 5);
        if self.steps > 0 {
            self.close_block(&mut bytes);
        }
        let mut seal = vec![SEAL];
        seal.extend_from_slice(&self.blocks.to_be_bytes());
        self.head = next(&self.head, &seal);
        bytes.extend_from_slice(&seal);
        bytes.extend_from_slice(&self.head);
        self.to.write_all(&bytes)?;
        self.to.flush()?;
        let sealed = Sealed {
            recording: self.name,
            seconds: self.blocks,
            gaps: self.gaps,
            head: self.head,
        };
        Ok((sealed, self.to))
    }
}
