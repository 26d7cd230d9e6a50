//! Figures, and the table of them.

use anyhow::{Context as _, Result};
use std::path::Path;
use std::time::Duration;

/// One line of the table.
#[derive(Debug, Default, Clone)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// The figure, with its unit.
    pub(crate) measured: String,
    /// What it is compared with in the same run.
    pub(crate) compared: String,
    /// Measured by compared, always so that more is better for us.
    pub(crate) ratio: String,
    /// Times of single requests.
    pub(crate) times: String,
    /// CPU seconds and memory.
    pub(crate) cost: String,
    /// What makes the figure void, or must be known to read it.
    pub(crate) note: String,
}

impl Row {
    /// A row of this name.
    pub(crate) fn of(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            ..Self::default()
        }
    }

    fn markdown(&self) -> String {
        let cells = [
            &self.what,
            &self.measured,
            &self.compared,
            &self.ratio,
            &self.times,
            &self.cost,
            &self.note,
        ];
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "/")).collect();
        format!("| {} |", cells.join(" | "))
    }
}

/// The table.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| What | Measured | Compared with, same run | Ratio | One request | Cost | Note |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        text += &row.markdown();
        text.push('\n');
    }
    text
}

/// Puts `text` between the markers `<!-- name:begin -->` and `<!-- name:end -->` of the file.
///
/// # Errors
/// When the file or a marker is missing.
pub(crate) fn write_between(path: &Path, name: &str, text: &str) -> Result<()> {
    let old = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let new = between(&old, name, text).with_context(|| {
        format!(
            "{} has no markers {name}:begin and {name}:end",
            path.display()
        )
    })?;
    std::fs::write(path, new).with_context(|| format!("{} cannot be written", path.display()))
}

fn between(old: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (
        format!("<!-- {name}:begin -->"),
        format!("<!-- {name}:end -->"),
    );
    let (before, rest) = old.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!(
        "{before}{begin}\n\n{}\n\n{end}{after}",
        text.trim_end()
    ))
}

/// Times of many requests.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// Of these.
    pub(crate) fn of(mut samples: Vec<Duration>) -> Self {
        samples.sort_unstable();
        Self(samples)
    }

    /// The samples, to put them together with others.
    pub(crate) fn into_samples(self) -> Vec<Duration> {
        self.0
    }

    /// How many.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// The time within which so many of a thousand were done.
    pub(crate) fn within(&self, of_thousand: usize) -> Duration {
        let place = self.0.len().saturating_mul(of_thousand) / 1000;
        let last = self.0.len().saturating_sub(1);
        self.0.get(place.min(last)).copied().unwrap_or_default()
    }

    /// Half, most, all but few.
    pub(crate) fn text(&self) -> String {
        format!(
            "p50 {}, p99 {}, max {}",
            short(self.within(500)),
            short(self.within(990)),
            short(self.within(1000))
        )
    }
}

/// So many in such a time, a second.
pub(crate) fn rate(count: u32, time: Duration) -> f64 {
    f64::from(count) / time.as_secs_f64().max(1e-9)
}

/// A duration in the unit one reads it in.
pub(crate) fn short(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds >= 1.0 {
        format!("{seconds:.2} s")
    } else if seconds >= 0.001 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{:.0} µs", seconds * 1e6)
    }
}

/// A ratio as it stands in the table.
pub(crate) fn ratio(ours: f64, theirs: f64) -> String {
    if theirs > 0.0 {
        format!("**{:.2}**", ours / theirs)
    } else {
        "–".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_sorted_times_is_found() {
        let times = Times::of((1..=1000).rev().map(Duration::from_millis).collect());
        assert_eq!(times.count(), 1000);
        assert_eq!(times.within(500), Duration::from_millis(501));
        assert_eq!(times.within(990), Duration::from_millis(991));
        assert_eq!(times.text(), "p50 501.0 ms, p99 991.0 ms, max 1.00 s");
        assert_eq!(Times::of(Vec::new()).within(500), Duration::ZERO);
    }

    #[test]
    fn the_table_replaces_the_old_one_and_nothing_else() {
        let old = "before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n";
        let new = between(old, "bench", "new\n").unwrap();
        assert_eq!(
            new,
            "before\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\nafter\n"
        );
        assert_eq!(between(&new, "bench", "new").unwrap(), new);
        assert!(between(old, "soak", "x").is_none());
    }

    #[test]
    fn a_row_is_one_line_of_the_table() {
        let mut row = Row::of("a|b");
        row.ratio = ratio(3.0, 2.0);
        assert_eq!(row.markdown(), "| a/b |  |  | **1.50** |  |  |  |");
        assert_eq!(ratio(1.0, 0.0), "–");
    }
}
