//! The clock catalogue 时限目录 in this platform: read and checked, in force, published, shown ahead.
//!
//! A catalogue is refused whole, with place and reason, and the one before stays in force.

mod file;
mod office;
mod preset;
mod preview;
mod recount;
pub mod statutory;

pub use file::{Fault, read};
pub use preset::{PRESETS, names, preset};
pub(crate) use preview::Sent;
pub use preview::preview_without_site;

use crate::App;
use crate::error::AppError;
use arc_swap::ArcSwap;
use domain::clock::{Calendar, Catalogue, Clockwork, Duty, Hours, MatterDuty, Millis};
use std::sync::Arc;
use store::Store;
use triage::Engine;

/// The catalogue the configuration names: what holds while nothing was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    /// The preset's name, or where the file lies.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Default for Configured {
    fn default() -> Self {
        Self {
            name: "by-list".to_owned(),
            text: preset("by-list").unwrap_or_default().to_owned(),
        }
    }
}

/// A catalogue in force, with its number; 0 for the configuration's.
pub(crate) struct InForce {
    pub(crate) number: i64,
    pub(crate) text: String,
    pub(crate) catalogue: Catalogue,
}

/// What decisions ask, and what it was made of.
struct Made {
    force: Arc<InForce>,
    engine: Arc<Engine>,
    sites: Arc<crate::office::Sites>,
    clockwork: Arc<Clockwork>,
}

/// The catalogue in this process.
pub(crate) struct Catalogues {
    force: ArcSwap<InForce>,
    made: ArcSwap<Option<Made>>,
}

/// Reads a catalogue that has to be sound.
pub(crate) fn sound(text: &str) -> Result<Catalogue, AppError> {
    read(text).map_err(|faults| {
        let first = faults.first().map(ToString::to_string).unwrap_or_default();
        AppError::Internal(format!("the clock catalogue is refused: {first}"))
    })
}

impl Catalogues {
    /// The configuration's catalogue, or the last one published over it.
    pub(crate) async fn open(store: &Store, configured: &Configured) -> Result<Self, AppError> {
        let first = InForce {
            number: 0,
            text: configured.text.clone(),
            catalogue: sound(&configured.text)?,
        };
        let this = Self {
            force: ArcSwap::from_pointee(first),
            made: ArcSwap::from_pointee(None),
        };
        this.look(store).await?;
        Ok(this)
    }

    /// Takes a newer version, if one was published; one that cannot be read here is passed over.
    async fn look(&self, store: &Store) -> Result<(), AppError> {
        let number = store.clock_number().await?;
        if number <= self.force.load().number {
            return Ok(());
        }
        let Some(row) = store.clock_version(number).await? else {
            return Ok(());
        };
        match read(&row.text) {
            Ok(catalogue) => {
                tracing::info!(number, version = %catalogue.version, "another clock catalogue holds");
                self.force.store(Arc::new(InForce {
                    number,
                    text: row.text,
                    catalogue,
                }));
            }
            Err(faults) => {
                let fault = faults.first().map(ToString::to_string);
                tracing::error!(number, ?fault, "a published clock catalogue cannot be used");
            }
        }
        Ok(())
    }
}

/// Reads `2026-02-13 16:50` by a calendar's zone.
pub(crate) fn moment(calendar: &Calendar, text: &str) -> Option<Millis> {
    let at: jiff::civil::DateTime = text.trim().replace(' ', "T").parse().ok()?;
    (2000..=2100)
        .contains(&at.year())
        .then(|| calendar.moment(at))
}

/// The units and matters of a list as clocks see them, with what the site set about its units.
fn clockwork(catalogue: Catalogue, engine: &Engine, sites: &crate::office::Sites) -> Clockwork {
    let list = engine.list();
    let units = list.units.iter().map(|unit| {
        let site = sites.get(unit.code.as_str());
        let hours: Option<Hours> = site.and_then(|row| row.hours.parse().ok());
        let duty = Duty {
            tier: Some(unit.tier),
            promise: unit.promise,
            hours: hours.unwrap_or(unit.hours),
        };
        (unit.code.clone(), duty)
    });
    let matters = list.matters.iter().map(|row| {
        let duty = MatterDuty {
            group: row.group.clone(),
            limits: row.limits,
        };
        (row.code.clone(), duty)
    });
    Clockwork {
        catalogue,
        units: units.collect(),
        matters: matters.collect(),
    }
}

impl App {
    /// The catalogue in force beside today's units and matters.
    pub(crate) fn clockwork(&self) -> Arc<Clockwork> {
        let force = self.inner.catalogues.force.load_full();
        let engine = self.inner.engine.load_full();
        let sites = self.inner.sites.load_full();
        let made = self.inner.catalogues.made.load();
        if let Some(made) = made.as_ref()
            && Arc::ptr_eq(&made.force, &force)
            && Arc::ptr_eq(&made.engine, &engine)
            && Arc::ptr_eq(&made.sites, &sites)
        {
            return Arc::clone(&made.clockwork);
        }
        let fresh = Arc::new(clockwork(force.catalogue.clone(), &engine, &sites));
        self.inner.catalogues.made.store(Arc::new(Some(Made {
            force,
            engine,
            sites,
            clockwork: Arc::clone(&fresh),
        })));
        fresh
    }

    pub(crate) fn catalogue_in_force(&self) -> Arc<InForce> {
        self.inner.catalogues.force.load_full()
    }

    /// Takes a catalogue that another process of the platform has published.
    ///
    /// # Errors
    /// The store's; what is known to this process holds then.
    pub async fn turn_clocks(&self) -> Result<(), AppError> {
        self.inner.catalogues.look(&self.inner.store).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every shipped catalogue is sound, its examples come out, and its label says which it is.
    #[test]
    fn r_21_every_preset_is_sound() {
        for (name, text) in PRESETS {
            let catalogue = read(text).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
            assert!(catalogue.version.starts_with(name), "{name}");
            assert_eq!(preset(name), Some(text));
        }
        assert_eq!(names().count(), PRESETS.len());
    }

    fn faults(text: &str) -> Vec<(usize, &'static str)> {
        let faults = read(text).unwrap_err();
        faults.into_iter().map(|f| (f.line, f.key)).collect()
    }

    #[test]
    fn a_bad_catalogue_is_refused_with_line_and_reason() {
        let text = preset("seed-papers").unwrap();
        let line = |needle: &str| 1 + text.lines().position(|l| l == needle).unwrap();
        let changed = |from: &str, to: &str| {
            assert!(text.contains(from));
            text.replacen(from, to, 1)
        };
        // A span that is none, a word that is unknown.
        let bad = changed("span = \"2h\"", "span = \"2 h\"");
        let found = faults(&bad);
        assert_eq!(found.first().unwrap().1, "syntax");
        assert_eq!(found.first().unwrap().0, line("span = \"2h\""));
        assert_eq!(
            faults(&changed("[extension]", "[extention]"))[0].1,
            "syntax"
        );
        // The head of the rule that is wrong, whatever else is right.
        let feedback = line("code = \"feedback-2h\"") - 1;
        let bad = changed(
            "span = \"2h\"\nred = 90",
            "span = \"2h\"\namber = 95\nred = 90",
        );
        assert_eq!(faults(&bad), [(feedback, "out_of_range")]);
        let bad = changed("code = \"feedback-2h\"", "code = \"sign-list\"");
        assert_eq!(faults(&bad), [(feedback, "duplicate")]);
        let bad = changed("span = \"2h\"\n", "span = \"promise\"\n");
        assert!(faults(&bad).contains(&(feedback, "no_promise")));
        let bad = changed(
            "stage = \"feedback\"\nspan = \"2h\"",
            "stage = \"arrival\"\nspan = \"list\"",
        );
        assert!(faults(&bad).contains(&(feedback, "no_list_limit")));
        // Another figure: the examples that say otherwise are named.
        let bad = changed("span = \"12h\"", "span = \"13h\"");
        assert_eq!(
            faults(&bad)
                .iter()
                .filter(|(_, key)| *key == "example")
                .count(),
            2
        );
        // A rule behind one that always fits.
        let again = "[[clock]]\ncode = \"late\"\nstage = \"feedback\"\nspan = \"3h\"\n";
        let bad = format!("{text}\n{again}");
        assert!(faults(&bad).iter().any(|(_, key)| *key == "unreachable"));
        let bad = changed(
            "[[example]]",
            "[[pause]]\ncode = \"\"\nname = \"x\"\n[[example]]",
        );
        assert!(faults(&bad).iter().any(|(_, key)| *key == "text_length"));
        let unused = "[ladder.never]\n";
        assert!(read(&format!("{text}\n{unused}")).is_err());
        assert_eq!(faults("")[0], (1, "syntax"));
    }
}
