//! The HTTPS carrier against a real TLS server on loopback.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use exchange::carrier::{HttpsPushConfig, HttpsPushError};
use exchange::{Carrier as _, CarrierError, HttpsPush};
use rustls::pki_types::PrivateKeyDer;

use crate::platform::{MemoryInbox, SetClock, batch, book, hotline, police, receiver};

/// What the server answers.
#[derive(Clone, Copy)]
enum Answer {
    Receipt,
    Problem,
    Page,
    Endless,
    Silence,
    Redirect,
}

struct Server {
    address: SocketAddr,
    root_pem: Vec<u8>,
}

/// Serves one connection after the other on its own thread until the test process ends.
fn serve(tls: bool, answer: Answer) -> Server {
    let provider = rustls::crypto::ring::default_provider();
    // Another test of this process may have been first; either is the same provider.
    let _ = provider.install_default();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let config = Arc::clone(&config);
            thread::spawn(move || {
                // A client that hangs up in the middle is what some of the tests are about.
                let _ = if tls {
                    let mut session = rustls::ServerConnection::new(config).unwrap();
                    talk(&mut rustls::Stream::new(&mut session, &mut stream), answer)
                } else {
                    talk(&mut stream, answer)
                };
            });
        }
    });
    Server {
        address,
        root_pem: made.cert.pem().into_bytes(),
    }
}

fn talk(stream: &mut (impl Read + Write), answer: Answer) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let body_at = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        more(stream, &mut bytes)?;
    };
    let head = String::from_utf8(bytes[..body_at].to_vec())
        .unwrap()
        .to_lowercase();
    assert!(
        head.starts_with("post /exchange/v1/batches http/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.contains("content-type: application/vnd.liandong.batch+json\r\n"),
        "{head}"
    );
    let length = head.split("content-length: ").nth(1).unwrap();
    let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
    while bytes.len() < body_at + length {
        more(stream, &mut bytes)?;
    }
    let body = &bytes[body_at..];
    let (status, extra, reply) = match answer {
        Answer::Receipt => {
            let inbox = Arc::new(MemoryInbox::default());
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .unwrap();
            let peer = receiver(&inbox, &SetClock::noon());
            let receipt = runtime.block_on(peer.receive(body)).unwrap();
            ("200 OK", "", receipt.encode().unwrap())
        }
        Answer::Problem => (
            "422 Unprocessable Content",
            "",
            br#"{"type":"exchange.root_mismatch","detail":"the root does not fit"}"#.to_vec(),
        ),
        Answer::Page => (
            "200 OK",
            "",
            b"<html>a border device says hello</html>".to_vec(),
        ),
        Answer::Endless => ("200 OK", "", vec![b' '; 3 << 20]),
        Answer::Redirect => (
            "307 Temporary Redirect",
            "location: http://127.0.0.1:1/\r\n",
            Vec::new(),
        ),
        Answer::Silence => {
            // Until the client loses patience and hangs up.
            let mut rest = [0; 1];
            let _ = stream.read(&mut rest)?;
            return Ok(());
        }
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{extra}content-length: {}\r\n\r\n",
        reply.len()
    )?;
    stream.write_all(&reply)?;
    stream.flush()
}

fn more(stream: &mut impl Read, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    let mut chunk = [0; 4096];
    match stream.read(&mut chunk)? {
        0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
        count => {
            bytes.extend_from_slice(&chunk[..count]);
            Ok(())
        }
    }
}

fn carrier(base: String, root_pem: Option<Vec<u8>>) -> HttpsPush {
    patient(base, root_pem, Duration::from_secs(60))
}

fn patient(base: String, root_pem: Option<Vec<u8>>, timeout: Duration) -> HttpsPush {
    HttpsPush::new(&HttpsPushConfig {
        base,
        root_pem,
        timeout,
    })
    .unwrap()
}

async fn deliver(answer: Answer) -> Result<exchange::SignedReceipt, CarrierError> {
    let server = serve(true, answer);
    carrier(format!("https://{}", server.address), Some(server.root_pem))
        .deliver(&batch(1, 3))
        .await
}

#[tokio::test]
async fn a_batch_crosses_tls_and_its_receipt_comes_back() {
    let receipt = deliver(Answer::Receipt).await.unwrap();
    book(&police(), &hotline())
        .verify_receipt(&receipt, &batch(1, 3).batch)
        .unwrap();
    assert_eq!(receipt.receipt.up_to, 3);
}

#[tokio::test]
async fn plain_http_works_on_loopback() {
    let server = serve(false, Answer::Receipt);
    let carrier = carrier(format!("http://{}", server.address), None);
    assert_eq!(
        carrier.deliver(&batch(1, 2)).await.unwrap().receipt.up_to,
        2
    );
}

#[tokio::test]
async fn a_certificate_of_another_root_is_not_trusted() {
    let (server, other) = (serve(true, Answer::Receipt), serve(true, Answer::Receipt));
    let carrier = carrier(format!("https://{}", server.address), Some(other.root_pem));
    let error = carrier.deliver(&batch(1, 1)).await.unwrap_err();
    let CarrierError::Unreachable(reason) = &error else {
        panic!("{error:?}")
    };
    assert!(reason.to_lowercase().contains("certificate"), "{reason}");
}

#[tokio::test]
async fn what_is_no_receipt_is_told_apart() {
    assert_eq!(
        deliver(Answer::Problem).await.unwrap_err(),
        CarrierError::Refused {
            key: "exchange.root_mismatch".into(),
            detail: "the root does not fit".into()
        }
    );
    assert!(matches!(
        deliver(Answer::Page).await,
        Err(CarrierError::BadAnswer(_))
    ));
    assert!(matches!(
        deliver(Answer::Redirect).await,
        Err(CarrierError::Refused { key, .. }) if key == "http.307"
    ));
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    assert_eq!(
        deliver(Answer::Endless).await.unwrap_err(),
        CarrierError::BadAnswer("it is longer than 1048576 bytes".into())
    );
}

#[tokio::test]
async fn a_silent_peer_times_out() {
    // Without TLS: a handshake on a busy machine could take longer than the patience tried here.
    let server = serve(false, Answer::Silence);
    let patience = Duration::from_secs(1);
    let carrier = patient(format!("http://{}", server.address), None, patience);
    assert_eq!(
        carrier.deliver(&batch(1, 1)).await.unwrap_err(),
        CarrierError::Timeout(1_000)
    );
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let server = serve(true, Answer::Receipt);
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    assert!(TcpStream::connect(free).is_err(), "somebody took the port");
    let carrier = carrier(format!("https://{free}"), Some(server.root_pem));
    let error = carrier.deliver(&batch(1, 1)).await.unwrap_err();
    let CarrierError::Unreachable(reason) = &error else {
        panic!("{error:?}")
    };
    assert!(reason.contains("refused"), "{reason}");
}

#[test]
fn a_root_certificate_that_is_none_is_not_taken() {
    let config = |pem: &[u8]| HttpsPushConfig {
        base: "https://peer.invalid".into(),
        root_pem: Some(pem.to_vec()),
        timeout: Duration::from_secs(1),
    };
    for pem in [&b""[..], b"no certificate"] {
        assert!(matches!(
            HttpsPush::new(&config(pem)),
            Err(HttpsPushError::RootCertificate)
        ));
    }
}
