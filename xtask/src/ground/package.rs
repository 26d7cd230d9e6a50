//! Packages of the system and of the console.

use crate::process::{found, output, run};
use anyhow::{Context as _, Result, bail};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// The oldest node the console builds with.
const NODE: (u32, u32) = (20, 19);

/// Makes sure that PostgreSQL, Chromium, a Chinese font, what reads a PDF and what speaks SIP are there.
///
/// # Errors
/// When something is missing and cannot be installed from here; with the command that would.
pub(crate) fn install_for_tests() -> Result<()> {
    let mut missing = Vec::new();
    if super::postgres::programs().is_err() {
        missing.push("postgresql");
    }
    if chromium().is_none() {
        missing.push("chromium");
    }
    if !has_chinese_font() {
        missing.push("fonts-noto-cjk");
    }
    // Documents are compared by their text and by their picture.
    if !found("pdftotext") || !found("pdftoppm") {
        missing.push("poppler-utils");
    }
    // Plays the network to our trunks.
    if !found("sipp") {
        missing.push("sip-tester");
    }
    missing.extend(in_front());
    // Hard phones on the desk.
    if !found("baresip") {
        missing.push("baresip-core");
    }
    install(&missing)
}

/// Makes sure that what the benches compare with is there: PostgreSQL, and what stands in front of calls elsewhere.
///
/// # Errors
/// When it is missing and cannot be installed from here; with the command that would.
pub(crate) fn install_for_bench() -> Result<()> {
    let mut missing = Vec::new();
    if super::postgres::programs().is_err() {
        missing.push("postgresql");
    }
    if !found("sipp") {
        missing.push("sip-tester");
    }
    missing.extend(in_front());
    // Mixes calls elsewhere.
    if !found("janus") {
        missing.push("janus");
    }
    install(&missing)
}

/// What is missing of the programs that stand in front of several processes, as at a large site.
fn in_front() -> Vec<&'static str> {
    let mut missing = Vec::new();
    // Not everybody's path has the folder of daemons.
    if !found("kamailio") && !Path::new("/usr/sbin/kamailio").exists() {
        missing.push("kamailio");
    }
    if !found("rtpengine") {
        missing.push("rtpengine-daemon");
    }
    missing
}

/// What Debian asks before it starts a daemon (invoke-rc.d, deb-systemd-invoke).
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// While it lives no daemon is started by its own package: it would take the ports of those the tests start.
struct Idle {
    ours: bool,
}

impl Idle {
    fn new() -> Result<Self> {
        // A container's own rule says the same.
        if Path::new(POLICY).exists() {
            return Ok(Self { ours: false });
        }
        std::fs::write(POLICY, "#!/bin/sh\nexit 101\n").context(POLICY)?;
        std::fs::set_permissions(POLICY, std::fs::Permissions::from_mode(0o755)).context(POLICY)?;
        Ok(Self { ours: true })
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        if self.ours {
            // What stays behind keeps daemons from starting, and says so in its name.
            let _ = std::fs::remove_file(POLICY);
        }
    }
}

/// Neither now nor at the next start of the machine the daemons of packages we just installed run.
fn keep_idle(packages: &[&str]) {
    for daemon in ["kamailio", "rtpengine-daemon", "janus"] {
        if packages.contains(&daemon) {
            for verb in ["disable", "stop"] {
                // Without systemd nothing starts it anyway.
                let _ = Command::new("systemctl")
                    .args([verb, daemon])
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status();
            }
        }
    }
}

/// Installs Debian packages; their daemons are not started.
///
/// # Errors
/// When we may not, or apt fails.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        println!("nothing is missing");
        return Ok(());
    }
    let names = packages.join(" ");
    let by_hand = format!(
        "{names} missing; install with: apt-get install -y --no-install-recommends {names}"
    );
    if !found("apt-get") || output(Command::new("id").arg("-u"))?.trim() != "0" {
        bail!("{by_hand}");
    }
    run(Command::new("apt-get").args(["update", "-q"])).context(by_hand.clone())?;
    let idle = Idle::new()?;
    run(Command::new("apt-get")
        .args(["install", "-y", "-q", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
    .context(by_hand)?;
    keep_idle(packages);
    drop(idle);
    Ok(())
}

/// The browser, if there is one.
pub(crate) fn chromium() -> Option<&'static str> {
    ["/usr/bin/chromium", "/usr/bin/chromium-browser"]
        .into_iter()
        .find(|path| Path::new(path).exists())
}

fn has_chinese_font() -> bool {
    // Chromium brings fontconfig; without fc-list the package's folder tells.
    output(Command::new("fc-list").args([":lang=zh", "family"]))
        .is_ok_and(|list| !list.trim().is_empty())
        || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()
}

/// Makes sure that node and npm are there and new enough.
///
/// # Errors
/// When they are not; with what to do.
pub(crate) fn check_node() -> Result<()> {
    const HOW: &str = "node 20.19 or newer and npm are needed; on Debian 13: \
        apt-get install -y nodejs npm; else see nodejs.org for your system";
    if !found("node") || !found("npm") {
        bail!("node or npm is missing: {HOW}");
    }
    let version = output(Command::new("node").arg("--version"))?;
    if !new_enough(&version) {
        bail!("node is {}: {HOW}", version.trim());
    }
    Ok(())
}

fn new_enough(version: &str) -> bool {
    let mut parts = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map_while(|part| part.parse::<u32>().ok());
    matches!((parts.next(), parts.next()), (Some(major), Some(minor)) if (major, minor) >= NODE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_refused() {
        assert!(new_enough("v20.19.0\n"));
        assert!(new_enough("v24.1.0"));
        assert!(!new_enough("v18.20.4"));
        assert!(!new_enough("v20.18.9"));
        assert!(!new_enough("rubbish"));
    }
}
