use super::*;
use crate::media::dtmf;
use crate::media::tone::{Tone, strength};
use proptest::prelude::*;
use std::sync::{Arc, Mutex};

const HERTZ: [f64; 4] = [500.0, 700.0, 1100.0, 1700.0];

/// The far end of a line: speaks a tone, keeps what it hears.
struct Far {
    no: LineNo,
    address: SocketAddr,
    tone: Tone,
    law: Law,
    sequence: u16,
    timestamp: u32,
    heard: Vec<i16>,
    /// Sequence number and time of what came last.
    last: Option<(u16, u32)>,
    /// Packets whose number or time did not follow the one before.
    breaks: usize,
    keys: String,
    ear: dtmf::Ear,
    talks: bool,
}

#[derive(Default)]
struct Net {
    packets: Vec<(LineNo, Vec<u8>)>,
    reports: Vec<(LineNo, Vec<u8>)>,
    told: Vec<Notice>,
}

impl Wire for Net {
    fn packet(&mut self, line: LineNo, _: SocketAddr, bytes: &[u8]) {
        self.packets.push((line, bytes.to_vec()));
    }
    fn report(&mut self, line: LineNo, _: SocketAddr, bytes: &[u8]) {
        self.reports.push((line, bytes.to_vec()));
    }
    fn sound(&mut self, _: LineNo, _: u32, _: Law, _: &[u8]) {}
    fn tell(&mut self, notice: Notice) {
        self.told.push(notice);
    }
}

struct Room {
    board: Board,
    far: Vec<Far>,
    net: Net,
}

impl Room {
    fn new(laws: &[Law]) -> Self {
        let mut board = Board::default();
        let far = laws
            .iter()
            .zip(HERTZ)
            .zip(0_u16..)
            .map(|((law, hertz), n)| {
                let no = LineNo(u64::from(n));
                let address = SocketAddr::from(([192, 0, 2, 1], 4000 + n));
                board.open(no, Carrier::Rtp, 0x1234_5678_fff0_ff00 + u64::from(n));
                board.point(no, terms(address, *law));
                Far {
                    no,
                    address,
                    tone: Tone::steady(hertz, 6000),
                    law: *law,
                    sequence: 65_500 + n,
                    timestamp: u32::MAX - 4000,
                    heard: Vec::new(),
                    last: None,
                    breaks: 0,
                    keys: String::new(),
                    ear: dtmf::Ear::default(),
                    talks: true,
                }
            })
            .collect();
        Self {
            board,
            far,
            net: Net::default(),
        }
    }

    fn hear(&mut self, from: u64, to: u64, gain: u16) {
        self.board.hear(LineNo(from), LineNo(to), gain);
    }

    fn both(&mut self, a: u64, b: u64, gain: u16) {
        self.hear(a, b, gain);
        self.hear(b, a, gain);
    }

    fn run(&mut self, steps: usize) {
        for _ in 0..steps {
            for far in &mut self.far {
                let mut payload = Vec::new();
                far.law.append(&far.tone.frame(), &mut payload);
                far.sequence = far.sequence.wrapping_add(1);
                far.timestamp = far.timestamp.wrapping_add(160);
                let mut bytes = Vec::new();
                Packet {
                    marker: false,
                    payload_type: far.law.payload_type(),
                    sequence: far.sequence,
                    timestamp: far.timestamp,
                    source: 77,
                    payload: &payload,
                }
                .write(&mut bytes);
                if far.talks {
                    self.board
                        .packet(far.no, far.address, &bytes, 80, &mut self.net);
                }
            }
            self.board.step(&mut self.net);
            self.deliver();
        }
    }

    fn deliver(&mut self) {
        for (no, bytes) in self.net.packets.drain(..) {
            let Some(far) = self.far.iter_mut().find(|f| f.no == no) else {
                continue;
            };
            let packet = Packet::read(&bytes).expect("a packet");
            if packet.payload_type == dtmf::OFFERED {
                far.keys
                    .extend(far.ear.take(packet.timestamp, packet.payload));
                far.last = Some((packet.sequence, packet.timestamp));
                continue;
            }
            assert_eq!(Law::of(packet.payload_type), Some(far.law));
            if let Some((sequence, timestamp)) = far.last {
                let later = packet.timestamp.wrapping_sub(timestamp);
                if packet.sequence != sequence.wrapping_add(1) || later == 0 || later > 3200 {
                    far.breaks += 1;
                }
            }
            far.last = Some((packet.sequence, packet.timestamp));
            far.heard
                .extend(packet.payload.iter().map(|c| far.law.linear(*c)));
        }
    }

    /// For each line, whom it hears over the next half second.
    fn listen(&mut self) -> Vec<Vec<usize>> {
        self.run(6);
        self.far.iter_mut().for_each(|f| f.heard.clear());
        self.run(25);
        self.far
            .iter()
            .map(|far| {
                assert_eq!(far.heard.len(), 4000, "a step was lost on {:?}", far.no);
                (0..self.far.len())
                    .filter(|n| strength(&far.heard, HERTZ[*n]) > 3000.0)
                    .collect()
            })
            .collect()
    }
}

fn terms(target: SocketAddr, law: Law) -> Terms {
    Terms {
        target: Some(target),
        control: Some(target),
        law,
        event: Some(dtmf::OFFERED),
        sends: true,
        receives: true,
    }
}

#[test]
fn two_then_three_then_two_again_and_every_packet_follows_the_one_before() {
    let mut room = Room::new(&[Law::A, Law::Mu, Law::A]);
    room.both(0, 1, 1000);
    assert_eq!(room.listen(), [vec![1], vec![0], vec![]]);
    room.both(0, 2, 1000);
    room.both(1, 2, 1000);
    assert_eq!(room.listen(), [vec![1, 2], vec![0, 2], vec![0, 1]]);
    // The operator leaves: the other two fall back to passing on.
    room.both(0, 1, 0);
    room.both(1, 2, 0);
    assert_eq!(room.listen(), [vec![2], vec![], vec![0]]);
    assert_eq!(room.far.iter().map(|f| f.breaks).sum::<usize>(), 0);
}

#[test]
fn a_prompt_is_heard_over_the_talk_and_told_when_it_is_over() {
    let mut room = Room::new(&[Law::A, Law::A]);
    room.both(0, 1, 1000);
    room.run(10);
    let sentence: Vec<u8> = {
        let mut codes = Vec::new();
        let mut tone = Tone::steady(1100.0, 6000);
        (0..40).for_each(|_| Law::A.append(&tone.frame(), &mut codes));
        codes
    };
    room.board
        .play(LineNo(0), Sound::Recorded(Arc::from(sentence)), false);
    room.far[0].heard.clear();
    room.run(30);
    assert!(strength(&room.far[0].heard[1600..], 1100.0) > 5000.0);
    assert!(
        strength(&room.far[0].heard[1600..], 700.0) > 5000.0,
        "the talk goes on under it"
    );
    assert!(!room.net.told.contains(&Notice::Played(LineNo(0))));
    room.run(11);
    assert!(room.net.told.contains(&Notice::Played(LineNo(0))));
    assert_eq!(room.listen(), [vec![1], vec![0]]);
    assert_eq!(room.far[0].breaks, 0);
}

#[test]
fn a_line_that_hears_nobody_is_sent_silence_or_a_tone_but_never_nothing() {
    let mut room = Room::new(&[Law::A]);
    room.run(50);
    assert_eq!(room.far[0].heard.len(), 50 * 160);
    room.board
        .play(LineNo(0), Sound::Tone(Tone::comfort()), true);
    room.far[0].heard.clear();
    room.run(200);
    assert_eq!(room.far[0].heard.len(), 200 * 160);
    assert!(room.far[0].heard.iter().any(|s| s.abs() > 1000));
}

#[test]
fn keys_are_heard_and_pressed_while_the_talk_goes_on() {
    let mut room = Room::new(&[Law::A, Law::A]);
    room.both(0, 1, 1000);
    room.run(20);
    "110#".chars().for_each(|k| room.board.press(LineNo(1), k));
    room.run(60);
    assert_eq!(room.far[1].keys, "110#");
    assert_eq!(room.far[0].keys, "");
    assert_eq!(room.listen(), [vec![1], vec![0]]);
    // A key from outside.
    let far = &room.far[0];
    let (address, sequence, timestamp) = (far.address, far.sequence, far.timestamp);
    for n in 1..4 {
        let mut bytes = Vec::new();
        Packet {
            marker: n == 1,
            payload_type: dtmf::OFFERED,
            sequence: sequence.wrapping_add(n),
            timestamp,
            source: 77,
            payload: &[5, 10, 0, 160],
        }
        .write(&mut bytes);
        room.board
            .packet(LineNo(0), address, &bytes, 80, &mut room.net);
    }
    let keys: Vec<_> = room
        .net
        .told
        .iter()
        .filter(|n| matches!(n, Notice::Key(..)))
        .collect();
    assert_eq!(keys, [&Notice::Key(LineNo(0), '5')]);
}

#[test]
fn lost_sound_is_told_at_two_four_and_eight_seconds_and_its_return_once() {
    let mut room = Room::new(&[Law::A, Law::A]);
    room.both(0, 1, 1000);
    room.run(10);
    room.far[0].talks = false;
    room.run(450);
    let silent: Vec<u64> = room
        .net
        .told
        .iter()
        .filter_map(|n| {
            if let Notice::Silent(LineNo(0), ms) = n {
                Some(*ms)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(silent, [2000, 4000, 8000]);
    room.far[0].talks = true;
    room.run(20);
    let back = room
        .net
        .told
        .iter()
        .filter(|n| **n == Notice::Back(LineNo(0)))
        .count();
    assert_eq!(back, 1);
    assert!(!room.net.told.contains(&Notice::Back(LineNo(1))));
}

#[test]
fn sound_that_returns_in_the_step_its_absence_is_told_in_is_told_too() {
    let mut room = Room::new(&[Law::A, Law::A]);
    room.both(0, 1, 1000);
    room.run(10);
    room.far[0].talks = false;
    let told = |room: &Room, notice: &Notice| room.net.told.iter().filter(|n| *n == notice).count();
    let silent = Notice::Silent(LineNo(0), 2000);
    while told(&room, &silent) == 0 {
        room.run(1);
    }
    room.far[0].talks = true;
    room.run(5);
    assert_eq!(told(&room, &Notice::Back(LineNo(0))), 1);
    assert_eq!(told(&room, &silent), 1);
}

#[test]
fn a_stranger_changes_nothing_for_those_who_talk() {
    let mut room = Room::new(&[Law::A, Law::A]);
    room.both(0, 1, 1000);
    room.run(10);
    for n in 0..500_u16 {
        let mut bytes = Vec::new();
        Packet {
            marker: false,
            payload_type: 8,
            sequence: n,
            timestamp: u32::from(n) * 160,
            source: 1,
            payload: &[0xaa; 160],
        }
        .write(&mut bytes);
        let stranger = SocketAddr::from(([192, 0, 2, 66], 9));
        room.board
            .packet(LineNo(0), stranger, &bytes, 80, &mut room.net);
    }
    assert!(room.net.packets.is_empty());
    assert_eq!(room.listen(), [vec![1], vec![0]]);
    room.board.close(LineNo(0), &mut room.net);
    let Some(Notice::Closed(_, measured)) = room.net.told.last() else {
        panic!("not closed")
    };
    assert_eq!((measured.strangers, measured.lost), (500, 0));
    assert!(measured.mos_x100 > Some(420), "{measured:?}");
}

#[test]
fn a_tap_takes_every_step_of_one_line_while_packets_are_passed_on() {
    struct Keep(Arc<Mutex<Vec<(u64, Frame, bool)>>>);
    impl Tap for Keep {
        fn step(&mut self, number: u64, sound: &Frame, heard: bool) {
            self.0
                .lock()
                .expect("no panic")
                .push((number, *sound, heard));
        }
    }
    let kept = Arc::new(Mutex::new(Vec::new()));
    let mut room = Room::new(&[Law::A, Law::A]);
    room.both(0, 1, 1000);
    room.run(10);
    room.board
        .tap(LineNo(0), Some(Box::new(Keep(Arc::clone(&kept)))));
    room.run(100);
    room.board.tap(LineNo(0), None);
    room.run(10);
    let kept = kept.lock().expect("no panic");
    let numbers: Vec<u64> = kept.iter().map(|k| k.0).collect();
    assert_eq!(numbers, (11..=110).collect::<Vec<_>>());
    assert!(kept.iter().all(|k| k.2));
    let sound: Vec<i16> = kept.iter().flat_map(|k| k.1).collect();
    assert!(strength(&sound, 500.0) > 5500.0 && strength(&sound, 700.0) < 100.0);
}

#[test]
fn reports_are_sent_every_five_seconds_and_name_what_was_heard() {
    let mut room = Room::new(&[Law::A, Law::A]);
    room.both(0, 1, 1000);
    room.run(500);
    assert_eq!(room.net.reports.len(), 4);
    let (_, bytes) = &room.net.reports[3];
    let heard = rtcp::read(bytes, 77);
    let block = heard.block.expect("a block about the far end");
    assert_eq!((block.lost, block.fraction), (0, 0));
    assert!(heard.report.is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whoever_is_ordered_to_hear_whom_hears_them_and_nobody_else(
        orders in proptest::collection::vec((0_u64..3, 0_u64..3, any::<bool>()), 1..8),
    ) {
        let mut room = Room::new(&[Law::A, Law::Mu, Law::A]);
        let mut wanted = [[false; 3]; 3];
        for (from, to, open) in orders {
            room.hear(from, to, if open { 1000 } else { 0 });
            if from != to {
                let place = |n: u64| usize::try_from(n).expect("small");
                wanted[place(to)][place(from)] = open;
            }
            room.run(2);
        }
        let heard = room.listen();
        for (to, heard) in heard.iter().enumerate() {
            let expected: Vec<usize> = (0..3).filter(|from| wanted[to][*from]).collect();
            prop_assert_eq!(heard, &expected);
        }
        prop_assert!(room.far.iter().all(|f| f.breaks == 0));
    }

    #[test]
    fn rubbish_on_a_port_never_stops_the_board(
        datagrams in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..40),
    ) {
        let mut room = Room::new(&[Law::A, Law::A]);
        room.both(0, 1, 1000);
        let address = room.far[0].address;
        for bytes in datagrams {
            room.board.packet(LineNo(0), address, &bytes, 80, &mut room.net);
            room.board.report(LineNo(0), &bytes);
            room.board.step(&mut room.net);
        }
        room.net.packets.clear();
        prop_assert_eq!(room.board.len(), 2);
    }
}
