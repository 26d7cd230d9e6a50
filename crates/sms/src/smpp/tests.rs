//! Our frames against those of another hand: what stands here in hexadecimal was written by `rusmpp` 0.4, and what we write
//! was read by it.

use super::*;
use crate::split::split;
use proptest::prelude::*;

const PLAIN: &str = "0000003700000005000000000000000500000038363130303030303030303432000000313233343500080000000000000800046551547d";
const HEADED: &str = "0000003b0000000500000000000000050000003836313030303030303030343200000031323334350048000000000000080008050003070202547d";
const SAR: &str = "0000004500000005000000000000000500000038363130303030303030303432000000313233343500080000000000000000026869020c00020007020e000102020f000102";
const PAYLOAD_FRAME: &str = "0000004300000005000000000000000500000038363130303030303030303432000000313233343500080000000000000000000424000c61206c6f6e676572206f6e65";
const RECEIPT_WORDS: &str = "0000009e000000050000000000000005000000383631303030303030303034320000003132333435000c00000000000000006b69643a413137207375623a30303120646c7672643a303030207375626d697420646174653a3236313132393030303520646f6e6520646174653a3236313132393030303620737461743a554e44454c4956206572723a30303120746578743a737461743a44454c49565244";
const RECEIPT_OPTIONS: &str = "00000040000000050000000000000005000000383631303030303030303034320000003132333435000c000000000000000000001e0004413138000427000102";
const SUBMIT_RESP: &str = "0000001480000004000000000000000541313700";

const LOGIN: &str =
    "000000270000000900000000000000016465736b00696e76656e74656400534d50500034000000";
const SUBMITTED: &str = "0000003f00000004000000000000000300000131323334350001013130303030303030303432004000000000010008000e0500030902026c346c346c346c34";

fn smpp() -> Smpp {
    Smpp {
        account: "desk".to_owned(),
        secret: "invented".to_owned(),
        kind: "SMPP".to_owned(),
        number: "12345".to_owned(),
        number_kind: (0, 1),
        to_kind: (1, 1),
    }
}

fn octets(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks_exact(2);
    let octet = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.map(octet).collect()
}

fn read(hex: &str) -> Word {
    Smpp::read(&octets(hex)).unwrap()
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn what_is_written_is_what_another_hand_read() {
    assert_eq!(hex(&smpp().login(1).unwrap()), LOGIN);
    let long = "水".repeat(71);
    let second = Outgoing {
        to: "10000000042".to_owned(),
        segment: split(&long, 9).pop().unwrap(),
    };
    assert_eq!(hex(&smpp().submit(3, &second).unwrap()), SUBMITTED);
    assert_eq!(hex(&Smpp::alive(5)), "00000010000000150000000000000005");
    assert_eq!(
        hex(&Smpp::alive_answer(5)),
        "00000010800000150000000000000005"
    );
    assert_eq!(hex(&Smpp::bye(5)), "00000010000000060000000000000005");
    assert_eq!(
        hex(&Smpp::took(5, true)),
        "0000001180000005000000000000000500"
    );
    assert_eq!(
        hex(&Smpp::took(5, false)),
        "0000001180000005000000640000000500"
    );
}

fn message(text: &str, piece: Option<Piece>) -> Word {
    let came = Came::Message {
        id: String::new(),
        from: "8610000000042".to_owned(),
        to: "12345".to_owned(),
        text: text.to_owned(),
        piece,
    };
    Word::Came {
        sequence: 5,
        ticket: [0; 8],
        came,
    }
}

#[test]
fn what_another_hand_wrote_is_read() {
    let second = Piece {
        reference: 7,
        total: 2,
        number: 2,
    };
    assert_eq!(read(PLAIN), message("救命", None));
    assert_eq!(read(HEADED), message("命", Some(second)));
    assert_eq!(read(SAR), message("hi", Some(second)));
    assert_eq!(read(PAYLOAD_FRAME), message("a longer one", None));
}

#[test]
fn receipts_are_read_from_options_and_from_words() {
    let report = |id: &str, state: &str, arrived| Word::Came {
        sequence: 5,
        ticket: [0; 8],
        came: Came::Report {
            id: id.to_owned(),
            state: state.to_owned(),
            arrived,
        },
    };
    // The words quote what was sent, which may look like a state.
    assert_eq!(read(RECEIPT_WORDS), report("A17", "UNDELIV", Some(false)));
    assert_eq!(read(RECEIPT_OPTIONS), report("A18", "DELIVRD", Some(true)));
}

#[test]
fn answers_say_what_may_be_tried_again() {
    let word = Word::Taken {
        sequence: 5,
        result: Ok("A17".to_owned()),
    };
    assert_eq!(read(SUBMIT_RESP), word);
    for (status, later) in [(0x58, true), (0x14, true), (0x0b, false)] {
        let read = Smpp::read(&frame(SUBMIT | ANSWER, status, 5, &[])).unwrap();
        let word = Word::Taken {
            sequence: 5,
            result: Err((status, later)),
        };
        assert_eq!(read, word);
    }
    let unknown = Smpp::read(&frame(0x103, 0, 5, &[])).unwrap();
    let nack = frame(NACK, NO_SUCH_COMMAND, 5, &[]);
    assert_eq!(unknown, Word::Unknown(Some(nack)));
}

proptest! {
    #[test]
    fn no_frame_makes_it_stumble(body in proptest::collection::vec(any::<u8>(), 0..300), command in prop::sample::select(vec![4_u32, 5, 6, 9, 0x15, 0x8000_0000, 0x8000_0004, 0x8000_0009])) {
        let _ = Smpp::read(&frame(command, 0, 1, &body));
        let _ = Smpp::read(&body);
    }

    #[test]
    fn a_frame_cut_anywhere_is_a_fault_or_its_words_are_whole(cut in 0_usize..55) {
        let whole = octets(PLAIN);
        let cut_off = Smpp::read(&whole[..cut]);
        prop_assert!(cut_off.is_err() || cut >= whole.len());
    }
}
