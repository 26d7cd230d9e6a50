//! The sentences calls hear: those that come with the program, and over them what the site recorded.

use anyhow::Context as _;
use std::path::Path;
use voice::engine::Prompts;

/// All of them, by name.
///
/// # Errors
/// When the folder or a file in it cannot be read, or is no sentence.
pub(super) fn all(folder: Option<&Path>) -> anyhow::Result<Prompts> {
    let mut prompts = Prompts::shipped();
    let Some(folder) = folder else {
        return Ok(prompts);
    };
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("the sentences in {} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(|n| n.to_str()) else {
            continue;
        };
        match path.extension().and_then(|e| e.to_str()) {
            Some("alaw") => prompts.add(name.into(), super::read(&path)?),
            Some("wav") => prompts
                .add_wav(name.into(), &super::read(&path)?)
                .with_context(|| format!("{} is no sentence", path.display()))?,
            _ => {}
        }
    }
    Ok(prompts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use voice::media::line::Sound;

    fn recorded(prompts: &Prompts, name: &str) -> Vec<u8> {
        match prompts.sound(&name.into(), false) {
            Sound::Recorded(sound) => sound.to_vec(),
            Sound::Tone(_) => panic!("{name} is a tone"),
        }
    }

    #[test]
    fn a_site_s_own_sentence_takes_the_place_of_the_machine_s() {
        let spoken = all(None).unwrap();
        // R74: the caller hears words before a transfer, not a tone.
        assert!(recorded(&spoken, "transfer").len() > 4 * 8_000);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("transfer.alaw"), [0x11; 800]).unwrap();
        let own = all(Some(folder.path())).unwrap();
        assert_eq!(recorded(&own, "transfer"), [0x11; 800]);
        assert_eq!(recorded(&own, "digit_7"), recorded(&spoken, "digit_7"));
        std::fs::write(folder.path().join("notice.wav"), b"no sound").unwrap();
        let error = all(Some(folder.path())).unwrap_err();
        assert!(format!("{error:#}").contains("notice.wav"), "{error:#}");
    }
}
