//! Receiving ends in the test process: a small SMTP server and an HTTP server, real sockets both.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What somebody sent over HTTP.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) headers: String,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> String {
        let prefix = format!("{name}: ");
        let line = self
            .headers
            .lines()
            .find(|line| line.to_lowercase().starts_with(&prefix));
        line.and_then(|line| line.get(prefix.len()..))
            .unwrap_or_default()
            .to_owned()
    }
}

/// An HTTP server that answers what it was told to, then 200 with a new number each time.
pub(crate) struct Http {
    pub(crate) url: String,
    pub(crate) got: Arc<Mutex<Vec<Request>>>,
    pub(crate) answers: Arc<Mutex<VecDeque<(u16, String)>>>,
}

impl Http {
    pub(crate) async fn start() -> Self {
        super::provided();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/in", listener.local_addr().unwrap());
        let got: Arc<Mutex<Vec<Request>>> = Arc::default();
        let answers: Arc<Mutex<VecDeque<(u16, String)>>> = Arc::default();
        let (kept, told) = (Arc::clone(&got), Arc::clone(&answers));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (kept, told) = (Arc::clone(&kept), Arc::clone(&told));
                tokio::spawn(async move { serve(stream, &kept, &told).await });
            }
        });
        Self { url, got, answers }
    }

    pub(crate) fn answer(&self, status: u16, body: &str) {
        self.answers
            .lock()
            .unwrap()
            .push_back((status, body.to_owned()));
    }

    pub(crate) fn bodies(&self) -> Vec<serde_json::Value> {
        let got = self.got.lock().unwrap();
        got.iter()
            .map(|r| serde_json::from_str(&r.body).unwrap())
            .collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    kept: &Mutex<Vec<Request>>,
    told: &Mutex<VecDeque<(u16, String)>>,
) {
    let mut bytes = Vec::new();
    let head = loop {
        let mut part = [0; 4096];
        let Ok(n) = stream.read(&mut part).await else {
            return;
        };
        if n == 0 {
            return;
        }
        bytes.extend_from_slice(&part[..n]);
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
    };
    let headers = String::from_utf8(bytes[..head].to_vec()).unwrap();
    let length = headers
        .lines()
        .find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")
                .map(str::to_owned)
        })
        .map_or(0, |n| n.parse::<usize>().unwrap());
    while bytes.len() < head + 4 + length {
        let mut part = [0; 4096];
        let Ok(n) = stream.read(&mut part).await else {
            return;
        };
        if n == 0 {
            return;
        }
        bytes.extend_from_slice(&part[..n]);
    }
    let body = String::from_utf8(bytes[head + 4..].to_vec()).unwrap();
    let number = {
        let mut kept = kept.lock().unwrap();
        kept.push(Request { headers, body });
        kept.len()
    };
    let told = told.lock().unwrap().pop_front();
    let (status, body) = told.unwrap_or((200, format!("{{\"id\":\"M{number}\"}}")));
    let answer = format!(
        "HTTP/1.1 {status} Said\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// A small SMTP server: keeps letters, refuses recipients that begin with `nobody`.
pub(crate) struct Smtp {
    pub(crate) port: u16,
    pub(crate) letters: Arc<Mutex<Vec<String>>>,
}

impl Smtp {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&letters);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let kept = Arc::clone(&kept);
                tokio::spawn(async move { speak(stream, &kept).await });
            }
        });
        Self { port, letters }
    }
}

async fn speak(stream: TcpStream, kept: &Mutex<Vec<String>>) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 mail.invalid ESMTP\r\n").await.ok()?;
    while let Some(line) = lines.next_line().await.ok()? {
        let word = line.get(..4).unwrap_or("").to_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-mail.invalid\r\n250 8BITMIME\r\n".to_owned(),
            "RCPT" if line.contains("<nobody") => "550 5.1.1 no such mailbox\r\n".to_owned(),
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut letter = String::new();
                while let Some(line) = lines.next_line().await.ok()? {
                    if line == "." {
                        break;
                    }
                    letter.push_str(&line);
                    letter.push('\n');
                }
                let number = {
                    let mut kept = kept.lock().unwrap();
                    kept.push(letter);
                    kept.len()
                };
                format!("250 2.0.0 Ok: queued as Q{number}\r\n")
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => "250 ok\r\n".to_owned(),
        };
        write.write_all(answer.as_bytes()).await.ok()?;
    }
    None
}
