//! As much HTTP/1.1 as a load generator needs: keep-alive requests and event streams.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpSocket, TcpStream};

/// A contact that is nobody's danger; each number is another place. `then` is a command as JSON,
/// or nothing.
pub(crate) fn contact(number: u64, then: &str) -> String {
    let then = if then.is_empty() {
        String::new()
    } else {
        format!(r#","then":{then}"#)
    };
    format!(
        r#"{{"channel":"phone","narrative":"门前的路灯坏了三天没有人修，晚上看不见路，请派人来修。","place":"望澜县镜湖路{number}号","district":"990001","caller_number":"100{:08}","confidential":false{then}}}"#,
        number % 100_000_000
    )
}

/// One kept connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    head: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: u16,
    /// The session cookie it sets, as `name=value`.
    pub(crate) cookie: Option<String>,
    /// Its body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Its body as JSON, when it is a success.
    ///
    /// # Errors
    /// With status and body when it is none.
    pub(crate) fn json(&self) -> Result<Value> {
        if !(200..300).contains(&self.status) {
            let text = String::from_utf8_lossy(&self.body);
            bail!("status {}: {text}", self.status);
        }
        serde_json::from_slice(&self.body).context("an answer that is no JSON")
    }
}

struct Head {
    status: u16,
    length: Option<usize>,
    chunked: bool,
    cookie: Option<String>,
}

impl Connection {
    /// Connects; `cookie` goes with every request.
    ///
    /// # Errors
    /// When nobody listens.
    pub(crate) async fn open(address: SocketAddr, cookie: Option<&str>) -> Result<Self> {
        Self::open_from(Ipv4Addr::LOCALHOST, address, cookie).await
    }

    /// The same from another address of this machine, as another seat has it.
    ///
    /// # Errors
    /// When nobody listens.
    pub(crate) async fn open_from(
        own: Ipv4Addr,
        address: SocketAddr,
        cookie: Option<&str>,
    ) -> Result<Self> {
        let socket = TcpSocket::new_v4().context("no socket")?;
        socket
            .bind(SocketAddr::from((own, 0)))
            .with_context(|| format!("{own} is no address of this machine"))?;
        let stream = socket
            .connect(address)
            .await
            .with_context(|| format!("nobody listens on {address}"))?;
        stream.set_nodelay(true).context("TCP_NODELAY")?;
        // What a browser of the same origin sends.
        let mut head = format!("Host: {address}\r\nOrigin: http://{address}\r\n");
        if let Some(cookie) = cookie {
            head += &format!("Cookie: {cookie}\r\n");
        }
        Ok(Self {
            stream: BufReader::with_capacity(16 * 1024, stream),
            head,
        })
    }

    /// Asks and waits for the whole answer.
    ///
    /// # Errors
    /// When the connection breaks or the answer is no HTTP.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\n{}\r\n", self.head);
        self.ask(request.as_bytes()).await
    }

    /// Sends JSON and waits for the whole answer.
    ///
    /// # Errors
    /// When the connection breaks or the answer is no HTTP.
    pub(crate) async fn post(&mut self, path: &str, key: &str, body: &str) -> Result<Answer> {
        self.post_with("", path, key, body).await
    }

    /// The same, content with the number of what was made.
    ///
    /// # Errors
    /// When the connection breaks or the answer is no HTTP.
    pub(crate) async fn post_briefly(
        &mut self,
        path: &str,
        key: &str,
        body: &str,
    ) -> Result<Answer> {
        self.post_with("Prefer: return=minimal\r\n", path, key, body)
            .await
    }

    async fn post_with(&mut self, more: &str, path: &str, key: &str, body: &str) -> Result<Answer> {
        let request = format!(
            "POST {path} HTTP/1.1\r\n{}{more}Content-Type: application/json\r\nIdempotency-Key: {key}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.head,
            body.len()
        );
        self.ask(request.as_bytes()).await
    }

    async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await.context("sending")?;
        let head = self.read_head().await?;
        let mut body = Vec::new();
        if head.chunked {
            while let Some(part) = self.chunk().await? {
                body.extend(part);
            }
        } else {
            body.resize(head.length.unwrap_or(0), 0);
            self.stream.read_exact(&mut body).await.context("a body")?;
        }
        Ok(Answer {
            status: head.status,
            cookie: head.cookie,
            body,
        })
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await.context("a line")? == 0 {
            bail!("the server closed the connection");
        }
        Ok(line.trim_end().to_owned())
    }

    async fn read_head(&mut self) -> Result<Head> {
        let first = self.line().await?;
        let status = first
            .split(' ')
            .nth(1)
            .and_then(|word| word.parse().ok())
            .with_context(|| format!("no status line: {first}"))?;
        let mut head = Head {
            status,
            length: None,
            chunked: false,
            cookie: None,
        };
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else {
                return Ok(head);
            };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => head.length = value.parse().ok(),
                "transfer-encoding" => head.chunked = value.contains("chunked"),
                "set-cookie" => head.cookie = value.split(';').next().map(str::to_owned),
                _ => {}
            }
        }
    }

    async fn chunk(&mut self) -> Result<Option<Vec<u8>>> {
        let line = self.line().await?;
        let size = line.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16)
            .with_context(|| format!("no length of a chunk: {line}"))?;
        let mut part = vec![0; size];
        self.stream.read_exact(&mut part).await.context("a chunk")?;
        self.line().await?;
        Ok((size > 0).then_some(part))
    }

    /// Turns the connection into a stream of events.
    ///
    /// # Errors
    /// When the server refuses.
    pub(crate) async fn follow(mut self, after: Option<i64>) -> Result<Events> {
        let place = after.map_or_else(String::new, |after| format!("?after={after}"));
        let request = format!(
            "GET /api/live{place} HTTP/1.1\r\n{}Accept: text/event-stream\r\n\r\n",
            self.head
        );
        self.stream
            .write_all(request.as_bytes())
            .await
            .context("sending")?;
        let head = self.read_head().await?;
        if head.status != 200 || !head.chunked {
            bail!("the live stream answers with status {}", head.status);
        }
        Ok(Events {
            connection: self,
            text: String::new(),
        })
    }
}

/// The events of a live stream.
#[derive(Debug)]
pub(crate) struct Events {
    connection: Connection,
    text: String,
}

/// One event.
#[derive(Debug)]
pub(crate) struct Event {
    /// Its name.
    pub(crate) name: String,
    /// Its data.
    pub(crate) data: Value,
}

impl Events {
    /// The next event; comments are passed over.
    ///
    /// # Errors
    /// When the stream ends or is no event stream.
    pub(crate) async fn next(&mut self) -> Result<Event> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let found = event(block)?;
                self.text = rest.to_owned();
                if let Some(event) = found {
                    return Ok(event);
                }
            }
            let part = self.connection.chunk().await?;
            let part = part.context("the live stream ended")?;
            // A frame is never split: the server writes whole frames.
            self.text += std::str::from_utf8(&part).context("a frame that is no UTF-8")?;
        }
    }
}

fn event(block: &str) -> Result<Option<Event>> {
    let (mut name, mut data) = (String::new(), None);
    for line in block.lines() {
        match line.split_once(':') {
            Some(("event", value)) => name = value.trim().to_owned(),
            Some(("data", value)) => {
                data = Some(serde_json::from_str(value).context("data that is no JSON")?);
            }
            _ => {}
        }
    }
    Ok(data.map(|data| Event { name, data }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// Answers the first request with `answer` and gives the request.
    async fn answered(answer: &'static str) -> (Connection, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let read = stream.read(&mut request).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&request[..read]).into_owned()
        });
        let connection = Connection::open(address, Some("a=b")).await.unwrap();
        (connection, server)
    }

    #[tokio::test]
    async fn an_answer_by_length_is_read_with_its_cookie() {
        let (mut connection, server) = answered(
            "HTTP/1.1 201 Created\r\nset-cookie: s=t; HttpOnly\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
        )
        .await;
        let answer = connection.post("/x", "key", "{}").await.unwrap();
        assert_eq!(answer.cookie.as_deref(), Some("s=t"));
        assert_eq!(answer.json().unwrap(), serde_json::json!({"a": 1}));
        let request = server.await.unwrap();
        assert!(request.starts_with("POST /x HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("Cookie: a=b\r\n") && request.ends_with("\r\n\r\n{}"));
    }

    #[tokio::test]
    async fn chunks_are_joined_and_a_refusal_is_no_json() {
        let (mut connection, _server) = answered(
            "HTTP/1.1 409 Conflict\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n",
        )
        .await;
        let answer = connection.get("/x").await.unwrap();
        assert_eq!(answer.body, b"abcde");
        assert!(
            answer
                .json()
                .unwrap_err()
                .to_string()
                .contains("409: abcde")
        );
    }

    #[tokio::test]
    async fn events_are_read_one_by_one_and_the_end_is_an_error() {
        let (connection, _server) = answered(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n: \n\r\n1\r\n\n\r\n\
             1b\r\nevent: case\ndata: {\"p\":1}\n\n\r\n1b\r\nevent: case\ndata: {\"p\":2}\n\n\r\n0\r\n\r\n",
        )
        .await;
        let mut events = connection.follow(Some(3)).await.unwrap();
        for place in [1, 2] {
            let event = events.next().await.unwrap();
            assert_eq!(
                (event.name.as_str(), &event.data["p"]),
                ("case", &place.into())
            );
        }
        assert!(events.next().await.is_err());
    }
}
