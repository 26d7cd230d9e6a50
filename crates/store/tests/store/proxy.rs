//! A line to the server that fails at a chosen moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What happens to the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Fault {
    None = 0,
    /// The next COMMIT reaches the server; its answer does not come back.
    AfterCommit = 1,
    /// The next COMMIT does not reach the server.
    BeforeCommit = 2,
    /// Nothing passes, nothing is closed.
    Stall = 3,
}

pub(crate) struct Proxy {
    pub(crate) url: String,
    fault: Arc<AtomicU8>,
}

impl Proxy {
    pub(crate) async fn start(url: &str) -> Self {
        let config: tokio_postgres::Config = url.parse().unwrap();
        let port = config.get_ports()[0];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let fault = Arc::new(AtomicU8::new(0));
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
        self.fault.store(fault as u8, Ordering::SeqCst);
    }

    pub(crate) fn heal(&self) {
        self.arm(Fault::None);
    }

    /// A fault of one COMMIT disarms itself when it happens.
    pub(crate) fn fired(&self) -> bool {
        self.fault.load(Ordering::SeqCst) == Fault::None as u8
    }
}

async fn carry(mut client: TcpStream, port: u16, fault: Arc<AtomicU8>) {
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut up, mut down) = (vec![0; 65536], vec![0; 65536]);
    loop {
        while fault.load(Ordering::SeqCst) == Fault::Stall as u8 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(length @ 1..) = read else { return };
                let part = &up[..length];
                let commit = part.windows(7).any(|window| window == b"COMMIT\0");
                let armed = fault.load(Ordering::SeqCst);
                if commit && armed == Fault::BeforeCommit as u8 {
                    fault.store(0, Ordering::SeqCst);
                    return;
                }
                if server.write_all(part).await.is_err() { return }
                if commit && armed == Fault::AfterCommit as u8 {
                    // The server's answer shows that it has committed; it goes no further.
                    let _ = server.read(&mut down).await;
                    fault.store(0, Ordering::SeqCst);
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(length @ 1..) = read else { return };
                if fault.load(Ordering::SeqCst) == Fault::Stall as u8 { continue }
                if client.write_all(&down[..length]).await.is_err() { return }
            }
        }
    }
}
