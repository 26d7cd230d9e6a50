//! Programs we start: each failure names its command, and none outlives us.

use anyhow::{Context as _, Result, bail};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Somebody wants us to stop.
static STOP: AtomicBool = AtomicBool::new(false);
/// How often a waiting loop looks.
const LOOK: Duration = Duration::from_millis(40);
/// How long a program may take to stop when asked.
const GRACE: Duration = Duration::from_secs(20);

/// Takes Ctrl-C and SIGTERM, so that what was started is stopped before we end. The second one
/// ends us at once; the keepers then stop what is left.
///
/// # Errors
/// When no handler can be made.
pub(crate) fn watch_signals() -> Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])
        .context("signals cannot be watched")?;
    std::thread::spawn(move || {
        for _ in signals.forever() {
            if STOP.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        }
    });
    Ok(())
}

/// Fails when somebody asked us to stop.
///
/// # Errors
/// Then.
pub(crate) fn check_stop() -> Result<()> {
    if STOP.load(Ordering::SeqCst) {
        bail!("stopped by a signal");
    }
    Ok(())
}

/// The command as one would type it.
pub(crate) fn typed(command: &Command) -> String {
    let quoted = |word: &OsStr| {
        let word = word.to_string_lossy();
        if word.is_empty() || word.contains([' ', '"', '$', ';']) {
            format!("'{word}'")
        } else {
            word.into_owned()
        }
    };
    let mut line: Vec<String> = command
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)))
        .map(|(name, value)| format!("{}={}", name.to_string_lossy(), quoted(value)))
        .collect();
    line.push(quoted(command.get_program()));
    line.extend(command.get_args().map(quoted));
    line.join(" ")
}

/// Runs a program to its end, with our output.
///
/// # Errors
/// When it cannot be started, ends with a failure, or we are asked to stop.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    check_stop()?;
    // A group of its own: Ctrl-C reaches us alone, and we stop the whole group.
    let mut child = command
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .with_context(|| format!("`{}` cannot be started", typed(command)))?;
    loop {
        if let Some(status) = child.try_wait().context("a child cannot be waited for")? {
            if status.success() {
                return Ok(());
            }
            bail!("`{}` failed: {status}", typed(command));
        }
        if STOP.load(Ordering::SeqCst) {
            stop_group(&mut child);
            bail!("`{}` was stopped by a signal", typed(command));
        }
        std::thread::sleep(LOOK);
    }
}

fn stop_group(child: &mut Child) {
    for (signal, patience) in [("TERM", GRACE), ("KILL", Duration::from_secs(5))] {
        send(signal, &format!("-{}", child.id()));
        let asked = Instant::now();
        while asked.elapsed() < patience {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(LOOK);
        }
    }
}

/// Sends a signal by name to a process, or to a group when the number is negative.
pub(crate) fn send(signal: &str, process: &str) {
    // The shell has `kill` built in; the program of that name is not everywhere.
    let sent = Command::new("sh")
        .args(["-c", "kill -s \"$0\" -- \"$1\"", signal, process])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if let Err(error) = sent {
        println!("kill -{signal} {process}: {error}");
    }
}

/// Runs a program to its end; what it prints is shown as it comes, and given back.
///
/// # Errors
/// Those of `run`.
pub(crate) fn run_told(command: &mut Command) -> Result<String> {
    let (reader, writer) = std::io::pipe().context("no pipe")?;
    command.stdout(writer);
    let told = std::thread::spawn(move || {
        let mut all = String::new();
        for line in BufReader::new(reader).lines().map_while(Result::ok) {
            println!("{line}");
            all.push_str(&line);
            all.push('\n');
        }
        all
    });
    let done = run(command);
    // Our own end of the pipe; without this the reader waits for ever.
    command.stdout(Stdio::null());
    let all = told.join().unwrap_or_default();
    done.map(|()| all)
}

/// What a program prints.
///
/// # Errors
/// When it cannot be started or ends with a failure; the failure carries its error output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let out = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{}` cannot be started", typed(command)))?;
    if !out.status.success() {
        bail!(
            "`{}` failed: {}\n{}",
            typed(command),
            out.status,
            String::from_utf8_lossy(&out.stderr).trim()
        );
    }
    String::from_utf8(out.stdout).with_context(|| format!("`{}` printed no UTF-8", typed(command)))
}

/// Whether a program of that name can be started from here.
pub(crate) fn found(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

/// A program that runs beside us until it is dropped, and ends even when we are killed: a shell
/// holds it and waits for the end of a pipe that only we hold open.
#[derive(Debug)]
pub(crate) struct Kept {
    name: String,
    keeper: Child,
    pipe: Option<ChildStdin>,
    /// The program's own process id.
    pub(crate) pid: u32,
    log: PathBuf,
}

impl Kept {
    /// Starts it; `signal` is what ends it kindly; all it says goes to the file `log`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn start(name: &str, command: &Command, signal: &str, log: &Path) -> Result<Self> {
        const HOLD: &str = "signal=$0; log=$1; shift\n\
            \"$@\" </dev/null >\"$log\" 2>&1 & held=$!\n\
            echo $held\n\
            cat >/dev/null\n\
            kill -\"$signal\" $held 2>/dev/null\n\
            wait $held 2>/dev/null";
        let mut keeper = Command::new("sh");
        keeper
            .args(["-c", HOLD, signal])
            .arg(log)
            .arg(command.get_program())
            .args(command.get_args())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0);
        for (variable, value) in command.get_envs() {
            match value {
                Some(value) => keeper.env(variable, value),
                None => keeper.env_remove(variable),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            keeper.current_dir(folder);
        }
        File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
        let mut keeper = keeper
            .spawn()
            .with_context(|| format!("{name}: `{}` cannot be started", typed(command)))?;
        let pipe = keeper.stdin.take();
        let mut line = String::new();
        if let Some(said) = keeper.stdout.take() {
            BufReader::new(said)
                .read_line(&mut line)
                .with_context(|| format!("{name}: its keeper said nothing"))?;
        }
        let pid = line
            .trim()
            .parse()
            .with_context(|| format!("{name}: `{}` has no process id", typed(command)))?;
        Ok(Self {
            name: name.to_owned(),
            keeper,
            pipe,
            pid,
            log: log.to_path_buf(),
        })
    }

    /// Waits until it is ready.
    ///
    /// # Errors
    /// When it ends before, or the time is over; with the end of what it said.
    pub(crate) fn wait_ready(
        &self,
        patience: Duration,
        mut ready: impl FnMut() -> bool,
    ) -> Result<()> {
        let begun = Instant::now();
        while !ready() {
            check_stop()?;
            if !self.alive() {
                bail!("{} ended before it was ready:\n{}", self.name, self.said());
            }
            if begun.elapsed() > patience {
                bail!(
                    "{} was not ready after {patience:?}:\n{}",
                    self.name,
                    self.said()
                );
            }
            std::thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Whether it still runs.
    pub(crate) fn alive(&self) -> bool {
        std::fs::read_to_string(format!("/proc/{}/stat", self.pid))
            .is_ok_and(|stat| !stat.contains(") Z "))
    }

    /// The end of what it said.
    pub(crate) fn said(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        let skip = lines.len().saturating_sub(30);
        lines.into_iter().skip(skip).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let asked = Instant::now();
        while matches!(self.keeper.try_wait(), Ok(None)) {
            if asked.elapsed() > GRACE {
                println!("{} does not stop, it is killed", self.name);
                send("KILL", &self.pid.to_string());
                break;
            }
            std::thread::sleep(LOOK);
        }
        if let Err(error) = self.keeper.wait() {
            println!("{}: {error}", self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command() {
        let error = run(Command::new("sh").args(["-c", "exit 7"])).unwrap_err();
        assert!(
            error.to_string().contains("`sh -c 'exit 7'` failed"),
            "{error}"
        );
        let error = output(Command::new("sh").args(["-c", "echo no >&2; exit 1"])).unwrap_err();
        assert!(error.to_string().ends_with("no"), "{error}");
    }

    #[test]
    fn what_a_program_prints_is_given_back() {
        let text = run_told(Command::new("sh").args(["-c", "echo a; echo b"])).unwrap();
        assert_eq!(text, "a\nb\n");
        assert!(run_told(Command::new("sh").args(["-c", "echo a; exit 1"])).is_err());
    }

    #[test]
    fn a_stopped_group_leaves_nobody() {
        let mut child = Command::new("sh")
            .args(["-c", "sleep 600 & echo $!; wait"])
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let begun = Instant::now();
        stop_group(&mut child);
        assert!(begun.elapsed() < GRACE, "it went only by force");
        // Its pipe ends when the last of the group has gone. (Its entry in /proc may outlive that
        // by a moment, so that is no proof of the contrary.)
        let (ended, end) = std::sync::mpsc::channel();
        std::thread::spawn(move || ended.send(said.read_line(&mut line).unwrap()));
        assert_eq!(end.recv_timeout(GRACE), Ok(0), "somebody is left");
    }

    #[test]
    fn a_kept_program_ends_with_its_handle() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sleep");
        command.arg("600");
        let kept = Kept::start("sleeper", &command, "TERM", &folder.path().join("log")).unwrap();
        assert!(kept.alive());
        let pid = kept.pid;
        drop(kept);
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
    }

    #[test]
    fn a_kept_program_that_ends_early_tells_why() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo the disk is on fire; exit 3"]);
        let kept = Kept::start("crasher", &command, "TERM", &folder.path().join("log")).unwrap();
        let error = kept
            .wait_ready(Duration::from_secs(10), || false)
            .unwrap_err();
        assert!(error.to_string().contains("the disk is on fire"), "{error}");
    }
}
