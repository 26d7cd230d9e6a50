//! Steps with their times, and a table of them at the end.

use anyhow::{Context as _, Result};
use std::time::{Duration, Instant};

/// The steps of one run.
#[derive(Debug)]
pub(crate) struct Steps {
    begun: Instant,
    done: Vec<(String, Duration, bool)>,
}

impl Steps {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self {
            begun: Instant::now(),
            done: Vec::new(),
        }
    }

    /// Runs a step.
    ///
    /// # Errors
    /// Those of the step, with its name before them.
    pub(crate) fn run<T>(&mut self, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n==> [{}] {name}", minutes(self.begun.elapsed()));
        let begun = Instant::now();
        let done = step();
        self.done
            .push((name.to_owned(), begun.elapsed(), done.is_ok()));
        done.with_context(|| format!("step `{name}`"))
    }

    /// Prints what was done.
    pub(crate) fn table(&self) {
        println!("\n{}", self.text(self.begun.elapsed()));
    }

    fn text(&self, total: Duration) -> String {
        let width = self
            .done
            .iter()
            .map(|(name, ..)| name.chars().count())
            .max()
            .unwrap_or(0)
            .max(5);
        let mut text = String::new();
        for (name, time, good) in &self.done {
            let verdict = if *good { "ok" } else { "FAILED" };
            text += &format!("{name:width$}  {:>8.1} s  {verdict}\n", time.as_secs_f64());
        }
        text + &format!("{:width$}  {:>8.1} s", "total", total.as_secs_f64())
    }
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_each_step_and_which_failed() {
        let mut steps = Steps::new();
        steps.run("good", || Ok(())).unwrap();
        let error = steps
            .run("bad", || -> Result<()> { anyhow::bail!("it broke") })
            .unwrap_err();
        assert_eq!(format!("{error:#}"), "step `bad`: it broke");
        let text = steps.text(Duration::from_secs(61));
        assert!(text.contains("good") && text.contains("ok"), "{text}");
        assert!(text.contains("FAILED"), "{text}");
        assert!(text.ends_with("61.0 s"), "{text}");
    }
}
