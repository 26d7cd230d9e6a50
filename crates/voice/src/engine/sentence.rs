//! The sentences that come with the program, spoken by a machine.

use super::prompt::Prompts;

/// Name and sound, A-law at 8 kHz; the words are in `sentences/sentences.tsv`.
macro_rules! spoken {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../sentences/", $name, ".alaw")))),*]
    };
}

const SHIPPED: &[(&str, &[u8])] = spoken![
    "transfer",
    "call_back",
    "notice",
    "notice_duty_test",
    "notice_urgent",
    "notice_number",
    "notice_keys",
    "notice_again",
    "notice_noted",
    "digit_0",
    "digit_1",
    "digit_2",
    "digit_3",
    "digit_4",
    "digit_5",
    "digit_6",
    "digit_7",
    "digit_8",
    "digit_9",
];

impl Prompts {
    /// What is said until a site has recorded sentences of its own: before a transfer (R74), to who is
    /// promised a call, and in notices by telephone (R15).
    #[must_use]
    pub fn shipped() -> Self {
        let mut prompts = Self::default();
        for (name, sound) in SHIPPED {
            prompts.add((*name).into(), sound.to_vec());
        }
        prompts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_of_the_list_is_spoken_and_none_is_silent() {
        let list = include_str!("../../sentences/sentences.tsv");
        let listed: Vec<&str> = list
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split('\t').next())
            .collect();
        let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        assert_eq!(listed, names);
        for (name, sound) in SHIPPED {
            let quiet = sound
                .iter()
                .filter(|code| matches!(code, 0xd5 | 0x55))
                .count();
            assert!(
                sound.len() > 1_600,
                "{name} is shorter than a fifth of a second"
            );
            assert!(quiet * 2 < sound.len(), "{name} is mostly silence");
        }
    }
}
