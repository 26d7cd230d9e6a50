//! A labelled CSV file and which of its columns mean what.

use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};

/// Rows of a CSV file that can be asked by the columns' names.
pub(super) struct Table {
    columns: Vec<String>,
    rows: Vec<csv::StringRecord>,
    path: PathBuf,
}

impl Table {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(false)
            .from_path(path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        let columns = reader.headers()?.iter().map(clean).collect();
        let rows = reader
            .records()
            .collect::<Result<Vec<_>, _>>()
            .with_context(|| format!("{} is no CSV", path.display()))?;
        if rows.is_empty() {
            bail!("{} has no rows under its header", path.display());
        }
        Ok(Self {
            columns,
            rows,
            path: path.to_owned(),
        })
    }

    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The values of a column, one a row.
    pub(super) fn column(&self, name: &str) -> Result<Vec<&str>> {
        let Some(at) = self.columns.iter().position(|c| c == name) else {
            bail!(
                "{} has no column `{name}`; it has {}",
                self.path.display(),
                self.columns.join(", ")
            );
        };
        Ok(self
            .rows
            .iter()
            .map(|row| row.get(at).unwrap_or_default())
            .collect())
    }

    /// A column that may be left out.
    pub(super) fn optional(&self, name: Option<&str>) -> Result<Vec<Option<String>>> {
        let Some(name) = name else {
            return Ok(vec![None; self.rows()]);
        };
        let values = self.column(name)?.into_iter();
        Ok(values
            .map(|v| (!v.is_empty()).then(|| v.to_owned()))
            .collect())
    }
}

fn clean(name: &str) -> String {
    name.trim_start_matches('\u{feff}').trim().to_owned()
}
