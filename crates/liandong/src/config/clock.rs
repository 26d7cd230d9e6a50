//! `[clocks]`: the catalogue of clocks that holds at first.

use anyhow::Context as _;
use app::catalogue::Configured;
use serde::Deserialize;
use std::path::PathBuf;

/// The clock catalogue that holds while none was published in the back office.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ClockSection {
    /// A shipped catalogue by its name (`liandong clocks presets`); `by-list` without.
    pub(crate) preset: Option<String>,
    /// A catalogue of one's own instead.
    pub(crate) file: Option<PathBuf>,
}

impl ClockSection {
    /// The catalogue, if it is sound.
    pub(super) fn read(&self) -> anyhow::Result<Configured> {
        let chosen = match (&self.preset, &self.file) {
            (Some(_), Some(_)) => anyhow::bail!("clocks.preset or clocks.file, not both"),
            (None, None) => Configured::default(),
            (Some(name), None) => {
                let known: Vec<&str> = app::catalogue::names().collect();
                let text = app::catalogue::preset(name).with_context(|| {
                    format!("clocks.preset {name:?} is none of {}", known.join(", "))
                })?;
                Configured {
                    name: name.clone(),
                    text: text.to_owned(),
                }
            }
            (None, Some(path)) => Configured {
                name: path.display().to_string(),
                text: std::fs::read_to_string(path)
                    .with_context(|| format!("the clocks {} cannot be read", path.display()))?,
            },
        };
        match app::catalogue::read(&chosen.text) {
            Ok(_) => Ok(chosen),
            Err(faults) => {
                let said = faults.first().map(ToString::to_string).unwrap_or_default();
                anyhow::bail!("the clocks {} are refused: {said}", chosen.name)
            }
        }
    }
}
