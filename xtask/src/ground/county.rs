//! The fictional county as the browser tests meet it: the real program on free ports.

use crate::process::Kept;
use anyhow::{Context as _, Result, bail};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The running county.
#[derive(Debug)]
pub(crate) struct County {
    _program: Kept,
    /// Where the 110 is.
    pub(crate) police: String,
    /// Where the 12345 is.
    pub(crate) hotline: String,
    /// Where each desk's calls are taken: SIP addresses of the 110 and of the 12345.
    pub(crate) lines: (String, String),
    _folder: tempfile::TempDir,
}

impl County {
    /// Starts `liandong demo` with a fixed seed.
    ///
    /// # Errors
    /// When it does not become ready; with the end of what it said.
    pub(crate) fn start(program: &Path, seed: u64) -> Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let (police, hotline) = (super::free_port()?, super::free_port()?);
        let mut command = Command::new(program);
        command
            .arg("demo")
            // Nobody invented acts: what happens is what the browser did.
            .args([
                "--seed",
                &seed.to_string(),
                "--speed",
                "1",
                "--still",
                "--calls",
                "0",
                "--lines",
            ])
            .arg("--data")
            .arg(folder.path().join("data"))
            .args(["--port-110", &police.to_string()])
            .args(["--port-12345", &hotline.to_string()]);
        let program = Kept::start("demo", &command, "INT", &folder.path().join("log"))?;
        // It greets when its history is lived through; its ports answer before that.
        program.wait_ready(Duration::from_secs(300), || {
            program.said().contains("Ctrl-C ends it")
        })?;
        for port in [police, hotline] {
            let answer = status(port, "/readyz");
            if answer != Some(200) {
                bail!("the demo greets but /readyz on port {port} answers {answer:?}");
            }
        }
        let lines = lines(&program.said()).context("the demo does not say where its lines are")?;
        Ok(Self {
            _program: program,
            lines,
            police: format!("http://127.0.0.1:{police}"),
            hotline: format!("http://127.0.0.1:{hotline}"),
            _folder: folder,
        })
    }
}

/// Both desks' SIP addresses from what the demo greets with.
fn lines(said: &str) -> Option<(String, String)> {
    let (_, rest) = said.split_once("lines  110 at ")?;
    let (police, rest) = rest.split_once(", 12345 at ")?;
    let (hotline, _) = rest.split_once(';')?;
    let address = |text: &str| text.parse::<SocketAddr>().is_ok().then(|| text.to_owned());
    Some((address(police)?, address(hotline)?))
}

/// The status a plain GET is answered with; none when nobody answers.
pub(crate) fn status(port: u16, path: &str) -> Option<u16> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).ok()?;
    std::str::from_utf8(&answer).ok()?.get(9..12)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn where_the_lines_are_is_read_from_the_greeting() {
        let said = "  lines  110 at 127.7.1.10:5061, 12345 at 127.7.1.45:5062; a seat's phone";
        let found = lines(said).unwrap();
        assert_eq!(
            found,
            ("127.7.1.10:5061".to_owned(), "127.7.1.45:5062".to_owned())
        );
        assert_eq!(lines("  12345  http://127.0.0.1:1"), None);
    }

    #[test]
    fn the_status_of_an_answer_is_read_and_silence_is_none() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 64];
            let read = stream.read(&mut request).unwrap();
            stream
                .write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
                .unwrap();
            String::from_utf8_lossy(&request[..read]).into_owned()
        });
        assert_eq!(status(port, "/readyz"), Some(503));
        assert!(server.join().unwrap().starts_with("GET /readyz HTTP/1.1"));
        assert_eq!(status(port, "/readyz"), None);
    }
}
