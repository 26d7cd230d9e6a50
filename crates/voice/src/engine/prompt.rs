//! What a prompt sounds like: a recorded sentence, or a tone for a name that has none.

use crate::call::PromptName;
use crate::media::g711::Law;
use crate::media::line::Sound;
use crate::media::tone::Tone;
use std::collections::HashMap;
use std::sync::Arc;

/// Recorded sentences by name, A-law at 8 kHz.
#[derive(Debug, Clone, Default)]
pub struct Prompts(HashMap<PromptName, Arc<[u8]>>);

/// Codes of silence between the sentences of a row: a tenth of a second.
const BETWEEN: usize = 800;
/// Why a file is no sentence.
#[derive(Debug, thiserror::Error)]
pub enum BadSentence {
    /// It is no WAV file, or a broken one.
    #[error("it is no WAV file that can be read")]
    Wav(#[from] hound::Error),
    /// It has another shape.
    #[error(
        "it has {rate} Hz, {channels} channels and {bits} bits; 8000 Hz, 1 channel and 16 bits are taken"
    )]
    Shape {
        /// Samples a second.
        rate: u32,
        /// Channels.
        channels: u16,
        /// Bits a sample.
        bits: u16,
    },
}

/// Steps of a tone that is to be played once: one second.
const ONCE: usize = 50;

impl Prompts {
    /// Adds a sentence; an empty one counts as none.
    pub fn add(&mut self, name: PromptName, sound: Vec<u8>) {
        if !sound.is_empty() {
            self.0.insert(name, sound.into());
        }
    }

    /// Adds a sentence from a WAV file: 8 kHz, one channel, 16 bits.
    ///
    /// # Errors
    /// [`BadSentence`], when it is none.
    pub fn add_wav(&mut self, name: PromptName, wav: &[u8]) -> Result<(), BadSentence> {
        let read = hound::WavReader::new(wav)?;
        let spec = read.spec();
        let plain = spec.sample_format == hound::SampleFormat::Int && spec.bits_per_sample == 16;
        if !plain || spec.channels != 1 || spec.sample_rate != 8_000 {
            return Err(BadSentence::Shape {
                rate: spec.sample_rate,
                channels: spec.channels,
                bits: spec.bits_per_sample,
            });
        }
        let samples = read.into_samples::<i16>().collect::<Result<Vec<_>, _>>()?;
        let mut codes = Vec::with_capacity(samples.len());
        Law::A.append(&samples, &mut codes);
        self.add(name, codes);
        Ok(())
    }

    /// The names of the sentences that were recorded.
    pub fn names(&self) -> impl Iterator<Item = &PromptName> {
        self.0.keys()
    }

    /// The sound of several, one behind the other with a short silence between, once.
    #[must_use]
    pub fn row(&self, names: &[PromptName]) -> Sound {
        let mut codes = Vec::new();
        for name in names {
            if !codes.is_empty() {
                codes.resize(codes.len() + BETWEEN, Law::A.silence());
            }
            match self.sound(name, false) {
                Sound::Recorded(sound) => codes.extend_from_slice(&sound),
                // What is to be played once is never an endless tone.
                Sound::Tone(_) => {}
            }
        }
        Sound::Recorded(codes.into())
    }

    /// Its sound. No name is without one, so that no line is ever dead (R74).
    #[must_use]
    pub fn sound(&self, name: &PromptName, repeat: bool) -> Sound {
        if let Some(recorded) = self.0.get(name) {
            return Sound::Recorded(Arc::clone(recorded));
        }
        let mut tone = match name.as_str() {
            "ringback" => Tone::ringing(),
            "busy" => Tone::busy(),
            _ => Tone::comfort(),
        };
        if repeat {
            return Sound::Tone(tone);
        }
        let mut codes = Vec::new();
        for _ in 0..ONCE {
            Law::A.append(&tone.frame(), &mut codes);
        }
        Sound::Recorded(codes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_its_sentences_with_a_breath_between() {
        let mut prompts = Prompts::default();
        prompts.add("digit_1".into(), vec![1; 400]);
        prompts.add("digit_2".into(), vec![2; 600]);
        let Sound::Recorded(row) =
            prompts.row(&["digit_1".into(), "digit_2".into(), "digit_1".into()])
        else {
            panic!("a row is played once")
        };
        assert_eq!(row.len(), 400 + 800 + 600 + 800 + 400);
        assert_eq!((row[399], row[400], row[1200]), (1, Law::A.silence(), 2));
    }

    #[test]
    fn a_wav_file_of_the_line_s_own_shape_is_a_sentence_and_no_other() {
        let wav = |rate, samples: &[i16]| {
            let spec = hound::WavSpec {
                channels: 1,
                sample_rate: rate,
                bits_per_sample: 16,
                sample_format: hound::SampleFormat::Int,
            };
            let mut bytes = std::io::Cursor::new(Vec::new());
            let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
            samples
                .iter()
                .for_each(|s| writer.write_sample(*s).unwrap());
            writer.finalize().unwrap();
            bytes.into_inner()
        };
        let mut prompts = Prompts::default();
        let tone: Vec<i16> = (0..800).map(|n| (n % 32) * 500).collect();
        prompts
            .add_wav("notice".into(), &wav(8_000, &tone))
            .unwrap();
        let Sound::Recorded(sound) = prompts.sound(&"notice".into(), false) else {
            panic!("it was recorded")
        };
        assert_eq!(sound.len(), 800);
        let other = prompts.add_wav("notice_keys".into(), &wav(16_000, &tone));
        assert!(matches!(
            other,
            Err(BadSentence::Shape { rate: 16_000, .. })
        ));
        assert!(prompts.add_wav("notice_keys".into(), b"no sound").is_err());
        assert_eq!(prompts.names().count(), 1);
    }

    #[test]
    fn every_name_has_a_sound_and_once_means_once() {
        let mut prompts = Prompts::default();
        prompts.add("transfer".into(), vec![0xd5; 800]);
        prompts.add("hold".into(), Vec::new());
        assert!(
            matches!(prompts.sound(&"transfer".into(), true), Sound::Recorded(s) if s.len() == 800)
        );
        for name in ["hold", "ringback", "busy", "whatever"] {
            assert!(
                matches!(prompts.sound(&name.into(), true), Sound::Tone(_)),
                "{name}"
            );
            let Sound::Recorded(once) = prompts.sound(&name.into(), false) else {
                panic!("{name}")
            };
            assert_eq!(once.len(), 8000);
            assert!(
                once.iter().any(|code| *code != Law::A.silence()),
                "{name} is silent"
            );
        }
    }
}
