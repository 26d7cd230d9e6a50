//! A line against a gateway of the test's own, written out octet by octet.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use sms::cmpp::{Cmpp, Version};
use sms::line::{Came, Delivered, Line, LineSettings, LineState, SendFault, Speech};
use sms::smpp::Smpp;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(10);

fn cmpp() -> Speech {
    Speech::Cmpp(Cmpp {
        version: Version::V2,
        account: "990001".to_owned(),
        secret: "invented".to_owned(),
        service: "DESK".to_owned(),
        number: "12110".to_owned(),
        prove: false,
    })
}

fn smpp() -> Speech {
    Speech::Smpp(Smpp {
        account: "desk".to_owned(),
        secret: "invented".to_owned(),
        kind: String::new(),
        number: "12345".to_owned(),
        number_kind: (0, 1),
        to_kind: (1, 1),
    })
}

struct Test {
    gateway: TcpListener,
    line: Line,
    heard: mpsc::Receiver<Delivered>,
}

impl Test {
    async fn start(speech: Speech, window: usize, alive: Duration) -> Self {
        let gateway = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (taker, heard) = mpsc::channel(8);
        let settings = LineSettings {
            gateway: gateway.local_addr().unwrap().to_string(),
            speech,
            window,
            alive,
            patience: Duration::from_millis(800),
            pause: Duration::from_millis(20),
            pause_most: Duration::from_millis(100),
            stamp: Arc::new(|| 1_129_000_501),
            reference: 7,
        };
        let (line, _) = Line::start(settings, taker);
        Self {
            gateway,
            line,
            heard,
        }
    }

    async fn connection(&self) -> TcpStream {
        timeout(SOON, self.gateway.accept())
            .await
            .unwrap()
            .unwrap()
            .0
    }
}

async fn frame(stream: &mut TcpStream) -> (u32, u32, Vec<u8>) {
    let mut head = [0; 12];
    timeout(SOON, stream.read_exact(&mut head))
        .await
        .unwrap()
        .unwrap();
    let word = |at: usize| u32::from_be_bytes(head[at..at + 4].try_into().unwrap());
    let mut body = vec![0; usize::try_from(word(0)).unwrap() - 12];
    stream.read_exact(&mut body).await.unwrap();
    (word(4), word(8), body)
}

async fn say(stream: &mut TcpStream, command: u32, sequence: u32, body: &[u8]) {
    let mut out = u32::try_from(12 + body.len())
        .unwrap()
        .to_be_bytes()
        .to_vec();
    out.extend(command.to_be_bytes());
    out.extend(sequence.to_be_bytes());
    out.extend(body);
    stream.write_all(&out).await.unwrap();
}

/// Takes the login and lets it in.
async fn let_in(stream: &mut TcpStream) {
    let (command, sequence, body) = frame(stream).await;
    assert_eq!((command, &body[..6]), (1, &b"990001"[..]));
    say(stream, 0x8000_0001, sequence, &[0; 18]).await;
}

#[tokio::test]
async fn a_message_is_sent_in_pieces_and_each_is_answered() {
    let test = Test::start(cmpp(), 4, SOON).await;
    let mut gateway = test.connection().await;
    let_in(&mut gateway).await;
    timeout(SOON, test.line.up()).await.unwrap();
    let line = test.line.clone();
    let sent = tokio::spawn(async move { line.send("10000000042", &"水".repeat(71)).await });
    for number in 1..=2_u8 {
        let (command, sequence, body) = frame(&mut gateway).await;
        assert_eq!(command, 4);
        assert_eq!(&body[8..10], [2, number]);
        let words = &body[body.len() - 8 - usize::from(body[138])..];
        assert_eq!(words[..6], [5, 0, 3, 7, 2, number]);
        say(
            &mut gateway,
            0x8000_0004,
            sequence,
            &[0, 0, 0, 0, 0, 0, 0, number, 0],
        )
        .await;
    }
    assert_eq!(sent.await.unwrap().unwrap(), ["1", "2"]);
}

#[tokio::test]
async fn the_window_is_kept() {
    let test = Test::start(cmpp(), 2, SOON).await;
    let mut gateway = test.connection().await;
    let_in(&mut gateway).await;
    timeout(SOON, test.line.up()).await.unwrap();
    let sends: Vec<_> = (0..3)
        .map(|_| {
            let line = test.line.clone();
            tokio::spawn(async move { line.send("10000000042", "hi").await })
        })
        .collect();
    let (_, first, _) = frame(&mut gateway).await;
    let (_, second, _) = frame(&mut gateway).await;
    // The third waits until one is answered.
    let mut none = [0; 1];
    assert!(
        timeout(Duration::from_millis(100), gateway.peek(&mut none))
            .await
            .is_err()
    );
    say(
        &mut gateway,
        0x8000_0004,
        first,
        &[0, 0, 0, 0, 0, 0, 0, 1, 0],
    )
    .await;
    let (_, third, _) = frame(&mut gateway).await;
    for sequence in [second, third] {
        say(
            &mut gateway,
            0x8000_0004,
            sequence,
            &[0, 0, 0, 0, 0, 0, 0, 1, 0],
        )
        .await;
    }
    for send in sends {
        send.await.unwrap().unwrap();
    }
}

fn deliver(text: &[u8]) -> Vec<u8> {
    let mut body = vec![0, 0, 0, 0, 0, 0, 0, 9];
    let mut fixed = |text: &str, width: usize| {
        body.extend(text.as_bytes());
        body.resize(body.len() + width - text.len(), 0);
    };
    fixed("12110", 21);
    fixed("DESK", 10);
    body.extend([0, 0, 8]);
    let mut fixed = |text: &str, width: usize| {
        body.extend(text.as_bytes());
        body.resize(body.len() + width - text.len(), 0);
    };
    fixed("8610000000042", 21);
    body.extend([0, u8::try_from(text.len()).unwrap()]);
    body.extend(text);
    body.extend([0; 8]);
    body
}

#[tokio::test]
async fn law_3_the_gateway_hears_that_a_message_was_taken_only_once_it_is_durable() {
    let mut test = Test::start(cmpp(), 4, SOON).await;
    let mut gateway = test.connection().await;
    let_in(&mut gateway).await;
    say(&mut gateway, 5, 77, &deliver(&[0x65, 0x51])).await;
    let delivered = timeout(SOON, test.heard.recv()).await.unwrap().unwrap();
    let Came::Message { from, text, .. } = &delivered.came else {
        panic!("{delivered:?}");
    };
    assert_eq!((from.as_str(), text.as_str()), ("8610000000042", "救"));
    let mut none = [0; 1];
    assert!(
        timeout(Duration::from_millis(100), gateway.peek(&mut none))
            .await
            .is_err(),
        "nobody said so yet"
    );
    delivered.taken.send(true).unwrap();
    let (command, sequence, body) = frame(&mut gateway).await;
    assert_eq!(
        (command, sequence, body),
        (0x8000_0005, 77, vec![0, 0, 0, 0, 0, 0, 0, 9, 0])
    );
    // A store that does not answer: the gateway has to bring it again.
    say(&mut gateway, 5, 78, &deliver(&[0x65, 0x51])).await;
    drop(timeout(SOON, test.heard.recv()).await.unwrap().unwrap());
    let (_, sequence, body) = frame(&mut gateway).await;
    assert_eq!((sequence, body[8]), (78, 9));
}

#[tokio::test]
async fn a_connection_that_goes_is_made_anew_and_what_was_on_its_way_is_said_to_be_lost() {
    let test = Test::start(cmpp(), 4, SOON).await;
    let mut gateway = test.connection().await;
    let_in(&mut gateway).await;
    timeout(SOON, test.line.up()).await.unwrap();
    let line = test.line.clone();
    let sent = tokio::spawn(async move { line.send("10000000042", "hi").await });
    frame(&mut gateway).await;
    drop(gateway);
    assert_eq!(sent.await.unwrap(), Err(SendFault::Down));
    let mut gateway = test.connection().await;
    // Refused once: it says so, and comes again.
    let (_, sequence, _) = frame(&mut gateway).await;
    let mut no = [0; 18];
    no[0] = 3;
    say(&mut gateway, 0x8000_0001, sequence, &no).await;
    let mut gateway = test.connection().await;
    assert_eq!(test.line.state(), LineState::Refused(3));
    let_in(&mut gateway).await;
    timeout(SOON, test.line.up()).await.unwrap();
}

#[tokio::test]
async fn a_line_asks_for_signs_of_life_and_leaves_a_dead_one() {
    let test = Test::start(cmpp(), 4, Duration::from_millis(30)).await;
    let mut gateway = test.connection().await;
    let_in(&mut gateway).await;
    let (command, sequence, _) = frame(&mut gateway).await;
    assert_eq!(command, 8);
    say(&mut gateway, 0x8000_0008, sequence, &[0]).await;
    // And answers when it is asked.
    say(&mut gateway, 8, 500, &[]).await;
    loop {
        let (command, sequence, _) = frame(&mut gateway).await;
        if command == 0x8000_0008 {
            assert_eq!(sequence, 500);
            break;
        }
    }
    // From now on nothing is answered: another connection comes.
    test.connection().await;
}

#[tokio::test]
async fn silence_is_no_yes_and_an_answer_after_its_time_is_left() {
    let test = Test::start(cmpp(), 4, SOON).await;
    let mut gateway = test.connection().await;
    let_in(&mut gateway).await;
    timeout(SOON, test.line.up()).await.unwrap();
    assert_eq!(
        test.line.send("10000000042", "hi").await,
        Err(SendFault::Silent)
    );
    let (_, sequence, _) = frame(&mut gateway).await;
    say(
        &mut gateway,
        0x8000_0004,
        sequence,
        &[0, 0, 0, 0, 0, 0, 0, 1, 0],
    )
    .await;
    assert_eq!(
        test.line.send("10000000042", "").await,
        Err(SendFault::Words)
    );
    let long = "1".repeat(40);
    assert!(matches!(
        test.line.send(&long, "hi").await,
        Err(SendFault::Unwritable(_))
    ));
}

#[tokio::test]
async fn octets_that_are_no_frame_cost_the_connection_and_nothing_else() {
    let test = Test::start(cmpp(), 4, SOON).await;
    let mut gateway = test.connection().await;
    let_in(&mut gateway).await;
    gateway.write_all(&[0xff; 64]).await.unwrap();
    let mut gateway = test.connection().await;
    let_in(&mut gateway).await;
    timeout(SOON, test.line.up()).await.unwrap();
}

/// Frames of SMPP have a status between command and sequence.
async fn smpp_frame(stream: &mut TcpStream) -> (u32, u32, u32, Vec<u8>) {
    let mut head = [0; 16];
    timeout(SOON, stream.read_exact(&mut head))
        .await
        .unwrap()
        .unwrap();
    let word = |at: usize| u32::from_be_bytes(head[at..at + 4].try_into().unwrap());
    let mut body = vec![0; usize::try_from(word(0)).unwrap() - 16];
    stream.read_exact(&mut body).await.unwrap();
    (word(4), word(8), word(12), body)
}

async fn smpp_say(stream: &mut TcpStream, command: u32, sequence: u32, body: &[u8]) {
    let mut out = u32::try_from(16 + body.len())
        .unwrap()
        .to_be_bytes()
        .to_vec();
    for word in [command, 0, sequence] {
        out.extend(word.to_be_bytes());
    }
    out.extend(body);
    stream.write_all(&out).await.unwrap();
}

#[tokio::test]
async fn smpp_binds_sends_takes_and_says_good_bye() {
    let mut test = Test::start(smpp(), 4, SOON).await;
    let mut gateway = test.connection().await;
    let (command, _, sequence, body) = smpp_frame(&mut gateway).await;
    assert_eq!((command, &body[..14]), (9, &b"desk\0invented\0"[..]));
    smpp_say(&mut gateway, 0x8000_0009, sequence, b"gateway\0").await;
    timeout(SOON, test.line.up()).await.unwrap();
    let line = test.line.clone();
    let sent = tokio::spawn(async move { line.send("10000000042", "已收到").await });
    let (command, _, sequence, body) = smpp_frame(&mut gateway).await;
    assert_eq!(command, 4);
    assert!(
        body.ends_with(&[6, 0x5d, 0xf2, 0x65, 0x36, 0x52, 0x30]),
        "{body:02x?}"
    );
    smpp_say(&mut gateway, 0x8000_0004, sequence, b"A17\0").await;
    assert_eq!(sent.await.unwrap().unwrap(), ["A17"]);
    let come = b"\0\x01\x0110000000042\0\x01\x0112345\0\0\0\0\0\0\0\0\0\0\x06thanks";
    smpp_say(&mut gateway, 5, 9, come).await;
    let delivered = timeout(SOON, test.heard.recv()).await.unwrap().unwrap();
    assert!(
        matches!(&delivered.came, Came::Message { text, .. } if text == "thanks"),
        "{delivered:?}"
    );
    delivered.taken.send(true).unwrap();
    let (command, status, sequence, _) = smpp_frame(&mut gateway).await;
    assert_eq!((command, status, sequence), (0x8000_0005, 0, 9));
    drop(test.line);
    let (command, ..) = smpp_frame(&mut gateway).await;
    assert_eq!(command, 6);
}
