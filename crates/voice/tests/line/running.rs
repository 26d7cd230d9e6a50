//! Programs that are not ours, stopped with the test.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A program that is stopped with the test, and by the kernel should the test be killed.
pub(crate) struct Running(Child);

impl Running {
    /// Starts it; what it says is written to this file.
    pub(crate) fn start(program: &str, arguments: &[String], log: &Path) -> Self {
        let log = std::fs::File::create(log).expect("a log");
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "--"])
            .arg(place(program))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("setpriv of util-linux");
        Self(child)
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Running {
    /// As kill -9 does.
    pub(crate) fn kill(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Asked first: it has processes of its own, which it takes along.
        if self.runs() {
            let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        }
        let end = Instant::now() + Duration::from_secs(5);
        while self.runs() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where a program is: not everybody's path has the folder of daemons.
pub(crate) fn place(program: &str) -> PathBuf {
    let daemon = Path::new("/usr/sbin").join(program);
    if daemon.exists() {
        daemon
    } else {
        program.into()
    }
}
