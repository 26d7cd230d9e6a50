//! What the machine itself can do in the same run, and what a process costs it.

use anyhow::{Context as _, Result, bail};
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Synced 8 KiB writes a second in that folder.
///
/// # Errors
/// Those of the disk.
pub(crate) fn disk(folder: &Path) -> Result<f64> {
    const TIME: Duration = Duration::from_secs(2);
    let mut file = tempfile::tempfile_in(folder).context("no file to probe the disk with")?;
    let block = [7_u8; 8192];
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < TIME {
        if count.is_multiple_of(512) {
            file.rewind().context("the probe")?;
        }
        file.write_all(&block).context("the probe")?;
        file.sync_data().context("the probe")?;
        count = count.saturating_add(1);
    }
    Ok(super::figure::rate(count, begun.elapsed()))
}

/// CPU seconds a process has used, in its own code and in the kernel for it.
///
/// # Errors
/// When it is gone.
pub(crate) fn cpu(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .with_context(|| format!("process {pid} is gone"))?;
    Ok(ticks(&stat).context("a /proc/stat of another shape")? / per_second()?)
}

/// Waits until a process does next to nothing for three seconds: what it still follows and learns
/// from before is not to be measured.
///
/// # Errors
/// When it is gone, or not at rest after half an hour.
pub(crate) async fn at_rest(pid: u32) -> Result<Duration> {
    let begun = Instant::now();
    let (mut quiet, mut before) = (0, cpu(pid)?);
    while quiet < 3 {
        if begun.elapsed() > Duration::from_secs(1800) {
            bail!("process {pid} does not come to rest");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = cpu(pid)?;
        quiet = if now - before < 0.1 { quiet + 1 } else { 0 };
        before = now;
    }
    Ok(begun.elapsed())
}

/// CPU seconds of a process and of all its children that live, as PostgreSQL has them.
///
/// # Errors
/// When it is gone.
pub(crate) fn cpu_with_children(pid: u32) -> Result<f64> {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))
        .with_context(|| format!("process {pid} is gone"))?;
    let mut sum = cpu(pid)? + waited_for(pid)?;
    for child in children
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
    {
        // A backend may end between the two reads; its time is then in what was waited for.
        sum += cpu(child).unwrap_or(0.0);
    }
    Ok(sum)
}

fn fields(stat: &str) -> Option<Vec<f64>> {
    // The name in brackets may hold blanks.
    let (_, rest) = stat.rsplit_once(')')?;
    Some(
        rest.split_whitespace()
            .map(|word| word.parse().unwrap_or(0.0))
            .collect(),
    )
}

fn ticks(stat: &str) -> Option<f64> {
    let fields = fields(stat)?;
    Some(fields.get(11)? + fields.get(12)?)
}

fn waited_for(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).context("a process is gone")?;
    let fields = fields(&stat).context("a /proc/stat of another shape")?;
    let children: f64 = fields.iter().skip(13).take(2).sum();
    Ok(children / per_second()?)
}

fn per_second() -> Result<f64> {
    let text = crate::process::output(Command::new("getconf").arg("CLK_TCK"))?;
    text.trim().parse().context("getconf printed no number")
}

/// Resident and greatest memory of a process, MiB.
///
/// # Errors
/// When it is gone.
pub(crate) fn memory(pid: u32) -> Result<(f64, f64)> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))
        .with_context(|| format!("process {pid} is gone"))?;
    let field = |name: &str| mebibytes(&status, name).context("a /proc/status of another shape");
    Ok((field("VmRSS:")?, field("VmHWM:")?))
}

fn mebibytes(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes / 1024.0)
}

/// Share of the last ten seconds in which some process waited for a CPU; none where the kernel
/// does not tell.
pub(crate) fn pressure() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/pressure/cpu").ok()?;
    let word = text
        .split_whitespace()
        .find_map(|word| word.strip_prefix("avg10="))?;
    word.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_texts_are_read() {
        let stat = "42 (a b) c) S 1 42 42 0 -1 0 9 0 0 0 150 50 7 3 20 0";
        assert_eq!(ticks(stat), Some(200.0));
        let status = "Name:\tx\nVmHWM:\t 4096 kB\nVmRSS:\t 2048 kB\n";
        assert_eq!(mebibytes(status, "VmRSS:"), Some(2.0));
        assert_eq!(mebibytes(status, "VmHWM:"), Some(4.0));
    }

    #[test]
    fn our_own_cost_can_be_asked_for() {
        let pid = std::process::id();
        // Other tests of this process go on using time, so the smaller figure is asked for first.
        let alone = cpu(pid).unwrap();
        assert!(alone >= 0.0);
        assert!(cpu_with_children(pid).unwrap() >= alone);
        assert!(memory(pid).unwrap().0 > 1.0);
        assert!(cpu(u32::MAX).is_err());
    }
}
