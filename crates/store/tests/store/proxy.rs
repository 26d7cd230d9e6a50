//! A line to the server that fails at a chosen moment.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What happens to the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The next COMMIT reaches the server; its answer does not come back.
    AfterCommit,
    /// The next COMMIT does not reach the server.
    BeforeCommit,
    /// Nothing passes, nothing is closed.
    Stall,
}

pub(crate) struct Proxy {
    pub(crate) url: String,
    fault: Arc<Mutex<Fault>>,
}

impl Proxy {
    pub(crate) async fn start(url: &str) -> Self {
        let config: tokio_postgres::Config = url.parse().unwrap();
        let port = config.get_ports()[0];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let fault = Arc::new(Mutex::new(Fault::None));
        let shared = Arc::clone(&fault);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, port, Arc::clone(&shared)));
            }
        });
        Self {
            url: url.replace(&format!(":{port}/"), &format!(":{own}/")),
            fault,
        }
    }

    pub(crate) fn arm(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    pub(crate) fn heal(&self) {
        self.arm(Fault::None);
    }

    /// A fault of one COMMIT disarms itself when it happens.
    pub(crate) fn fired(&self) -> bool {
        *self.fault.lock().unwrap() == Fault::None
    }
}

fn now(fault: &Mutex<Fault>) -> Fault {
    *fault.lock().unwrap()
}

async fn carry(mut client: TcpStream, port: u16, fault: Arc<Mutex<Fault>>) {
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut up, mut down) = (vec![0; 65536], vec![0; 65536]);
    loop {
        while now(&fault) == Fault::Stall {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(length @ 1..) = read else { return };
                let part = &up[..length];
                let commit = part.windows(7).any(|window| window == b"COMMIT\0");
                let armed = now(&fault);
                if commit && armed == Fault::BeforeCommit {
                    *fault.lock().unwrap() = Fault::None;
                    return;
                }
                if server.write_all(part).await.is_err() { return }
                if commit && armed == Fault::AfterCommit {
                    // The server's answer shows that it has committed; it goes no further.
                    let _ = server.read(&mut down).await;
                    *fault.lock().unwrap() = Fault::None;
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(length @ 1..) = read else { return };
                if now(&fault) == Fault::Stall { continue }
                if client.write_all(&down[..length]).await.is_err() { return }
            }
        }
    }
}
