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

/// Steps of a tone that is to be played once: one second.
const ONCE: usize = 50;

impl Prompts {
    /// Adds a sentence; an empty one counts as none.
    pub fn add(&mut self, name: PromptName, sound: Vec<u8>) {
        if !sound.is_empty() {
            self.0.insert(name, sound.into());
        }
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
