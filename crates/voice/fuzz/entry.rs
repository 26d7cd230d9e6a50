// What must hold of any bytes. The fuzz targets and the property tests of `tests/line/any.rs` both call these.

use std::net::SocketAddr;
use voice::media::board::{Board, Notice, Wire};
use voice::media::dtmf;
use voice::media::g711::Law;
use voice::media::line::{Carrier, LineNo, Sound, Terms};
use voice::media::rtp::Packet;
use voice::media::tone::Tone;
use voice::sip::sdp::{Description, Direction, Own};

/// A SIP message: what follows from it breaks no header of ours.
pub(super) fn sip_message(bytes: &[u8]) {
    let Some(reading) = voice::sip::probe::read(bytes) else {
        return;
    };
    for (name, value) in &reading.passed_on {
        assert!(!value.contains(['\r', '\n', '\0']), "{name}: {value:?}");
    }
    let tokens = reading
        .passed_on
        .iter()
        .filter(|(name, _)| *name == "User-to-User");
    for (_, value) in tokens {
        assert!(
            value.len() <= 2 * voice::sip::policy::LONGEST_TOKEN + 20,
            "{value}"
        );
    }
    if let Some(text) = reading.cause.and_then(|cause| cause.text) {
        assert!(text.chars().count() <= 128, "{text}");
    }
}

/// A session description: what is read is written as it was meant, and our answer can be read.
pub(super) fn sdp(bytes: &[u8]) {
    let Ok(read) = Description::read(bytes) else {
        return;
    };
    assert_eq!(Description::read(&read.write()).as_ref(), Ok(&read));
    let Ok(audio) = read.audio() else { return };
    let own = Own {
        address: SocketAddr::from(([198, 51, 100, 1], 6000)),
        session: 1,
        version: 1,
        direction: Direction::SendReceive,
    };
    let answer = own.answer(&read, &audio);
    assert_eq!(answer.media.len(), read.media.len());
    let again = Description::read(&answer.write()).expect("our answer is read");
    let spoken = again.audio().expect("our answer has our sound");
    assert_eq!((spoken.target, spoken.law), (Some(own.address), audio.law));
}

/// What leaves is sound as we say it is.
#[derive(Default)]
struct Leaves {
    packets: usize,
}

impl Wire for Leaves {
    fn packet(&mut self, _: LineNo, _: SocketAddr, bytes: &[u8]) {
        self.packets += 1;
        assert!(bytes.len() <= 1500, "{} bytes leave", bytes.len());
        assert!(Packet::read(bytes).is_some() || voice::media::rtp::is_control(bytes));
    }

    fn report(&mut self, _: LineNo, _: SocketAddr, bytes: &[u8]) {
        assert!(voice::media::rtp::is_control(bytes));
    }

    fn sound(&mut self, _: LineNo, _: u32, _: Law, _: &[u8]) {}

    fn tell(&mut self, notice: Notice) {
        if let Notice::Key(_, key) = notice {
            assert!(dtmf::is_key(key));
        }
    }
}

/// Packets and reports on one of two lines that hear each other, in any order: a kind, a length, and the bytes.
pub(super) fn rtp(bytes: &[u8]) {
    let [one, two] = [LineNo(1), LineNo(2)];
    let far = |port: u16| SocketAddr::from(([192, 0, 2, 1], port));
    let mut board = Board::default();
    for (no, port) in [(one, 5000), (two, 6000)] {
        board.open(no, Carrier::Rtp, 7);
        board.point(
            no,
            Terms {
                target: Some(far(port)),
                control: Some(far(port + 1)),
                law: Law::A,
                event: Some(dtmf::OFFERED),
                sends: true,
                receives: true,
            },
        );
    }
    board.hear(one, two, 1000);
    board.hear(two, one, 1000);
    let mut wire = Leaves::default();
    let mut rest = bytes;
    while let [kind, length, after @ ..] = rest {
        let (these, after) = after.split_at(usize::from(*length).min(after.len()));
        rest = after;
        match kind % 8 {
            0 => board.step(&mut wire),
            1 => board.report(one, these),
            2 => board.packet(one, far(9), these, 80, &mut wire),
            3 => board.hear(two, one, u16::from(*length) * 4),
            4 => board.press(two, '5'),
            _ => board.packet(one, far(5000), these, u32::from(*kind), &mut wire),
        }
        let _ = voice::media::rtcp::read(these, 7);
    }
    // What hears a tone is sent it, whatever came.
    board.play(two, Sound::Tone(Tone::comfort()), true);
    let before = wire.packets;
    for _ in 0..3 {
        board.step(&mut wire);
    }
    assert!(wire.packets >= before + 3, "a line is dead");
    board.close(one, &mut wire);
    board.close(two, &mut wire);
    assert!(board.is_empty());
}

/// A browser's offer, then datagrams: up to the first zero it is text, behind it lengths and bytes.
pub(super) fn browser(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let offer = String::from_utf8_lossy(parts.next().unwrap_or_default());
    let mut rest = parts.next().unwrap_or_default();
    let mut datagrams = Vec::new();
    while let [length, after @ ..] = rest {
        let (these, after) = after.split_at(usize::from(*length).min(after.len()));
        datagrams.push(these);
        rest = after;
    }
    if let Some(answer) = voice::browser::probe::read(&offer, &datagrams, std::time::Instant::now())
    {
        assert!(answer.contains("\"answer\""), "{answer}");
    }
}
