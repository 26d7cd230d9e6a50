//! The log may lie on a disk that is full; the desk works on.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Takes nothing: every write fails as on a full disk.
fn full() -> io::Result<Stdio> {
    Ok(OpenOptions::new().write(true).open("/dev/full")?.into())
}

fn liandong(words: &[&str]) -> io::Result<Command> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liandong"));
    command
        .args(words)
        .env("LIANDONG_LOG", "trace")
        .stderr(full()?);
    Ok(command)
}

struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_full_log_stops_no_request() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("liandong.toml");
    let port = {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let text = format!(
        "[platform]\nid = \"log-110\"\nname = \"试\"\ndesk = \"police\"\nunit = \"desk-110\"\n\
         [store]\nkind = \"sqlite\"\npath = {:?}\n[listen]\naddress = \"127.0.0.1:{port}\"\n",
        folder.path().join("store.sqlite3")
    );
    std::fs::write(&config, text).unwrap();
    let config = config.to_str().unwrap();
    let migrated = liandong(&["migrate", "--config", config])
        .unwrap()
        .status()
        .unwrap();
    assert!(migrated.success(), "{migrated}");

    let served = liandong(&["serve", "--config", config])
        .unwrap()
        .spawn()
        .unwrap();
    let mut served = Served(served);
    let begun = Instant::now();
    let answer = loop {
        assert!(served.0.try_wait().unwrap().is_none(), "it ended");
        assert!(begun.elapsed() < Duration::from_secs(60), "it is not ready");
        let Ok(mut line) = TcpStream::connect(("127.0.0.1", port)) else {
            std::thread::sleep(Duration::from_millis(20));
            continue;
        };
        let request =
            format!("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
        line.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        break answer;
    };
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_failure_that_cannot_be_said_has_its_exit_code() {
    let failed = liandong(&["migrate", "--config", "/nowhere/liandong.toml"])
        .unwrap()
        .status()
        .unwrap();
    assert_eq!(failed.code(), Some(1));
}
