//! Export: the legs of a call as one sound file, each on its own channel or mixed, aligned by the clock.

use super::STEP;
use super::reader::{Fault, Reader};
use crate::call::Moment;
use crate::media::g711::Law;
use std::io::{Read, Seek, Write};

/// One leg of what is exported.
pub struct Track<R> {
    /// Its recording.
    pub reader: Reader<R>,
}

/// Why an export came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// A recording is not whole.
    #[error(transparent)]
    Recording(#[from] Fault),
    /// The file cannot be written.
    #[error("the sound file cannot be written")]
    Wav(#[from] hound::Error),
}

/// Samples a millisecond.
const RATE: i64 = 8;

/// Writes the legs mixed into one channel, 8 kHz, 16 bits, from the first one's beginning to the last one's end. Every block
/// is verified on its way; a fault ends the export, since a file that is not whole would pass for one.
///
/// # Errors
/// [`Failed`].
pub fn export<R: Read, W: Write + Seek>(tracks: Vec<Track<R>>, to: W) -> Result<u64, Failed> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::new(to, spec)?;
    let began = tracks
        .iter()
        .map(|track| track.reader.header().began)
        .min()
        .unwrap_or(Moment(0));
    let mut playing: Vec<Playing<R>> = tracks
        .into_iter()
        .map(|track| {
            let late = track
                .reader
                .header()
                .began
                .0
                .saturating_sub(began.0)
                .saturating_mul(RATE);
            Playing {
                wait: u64::try_from(late).unwrap_or(0),
                reader: track.reader,
                sound: Vec::new(),
                at: 0,
                over: false,
            }
        })
        .collect();
    let mut written = 0;
    while !playing.is_empty() {
        for _ in 0..STEP {
            let mut sum: i32 = 0;
            for track in &mut playing {
                sum += i32::from(track.sample()?);
            }
            let clamped = sum.clamp(i32::from(i16::MIN), i32::from(i16::MAX));
            wav.write_sample(i16::try_from(clamped).unwrap_or_default())?;
            written += 1;
        }
        playing.retain(|track| !track.over);
    }
    wav.finalize()?;
    Ok(written)
}

struct Playing<R> {
    /// Samples until it begins.
    wait: u64,
    reader: Reader<R>,
    sound: Vec<u8>,
    at: usize,
    over: bool,
}

impl<R: Read> Playing<R> {
    fn sample(&mut self) -> Result<i16, Fault> {
        if self.wait > 0 {
            self.wait -= 1;
            return Ok(0);
        }
        if self.over {
            return Ok(0);
        }
        if self.at == self.sound.len() {
            match self.reader.next().transpose()? {
                Some(block) => (self.sound, self.at) = (block.sound, 0),
                None => {
                    self.over = true;
                    return Ok(0);
                }
            }
        }
        let code = self.sound.get(self.at).copied();
        self.at += 1;
        Ok(code.map_or(0, |code| Law::A.linear(code)))
    }
}
