//! Codings of short messages: the seven bits of GSM 03.38 (one octet a character, as gateways pass them on), UCS-2, GBK.

/// How the words of a message are written as octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// GSM 03.38, one octet a character.
    Gsm,
    /// ASCII, which CMPP means by 0.
    Ascii,
    /// Latin 1, which SMPP means by 3.
    Latin1,
    /// UCS-2, big end first; characters beyond it as UTF-16, as telephones do.
    Ucs2,
    /// GBK, which CMPP means by 15.
    Gbk,
}

/// The basic table of GSM 03.38 by its octets; 0x1b leads to the other one.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension, each behind 0x1b.
const EXTENDED: [(u8, char); 10] = [
    (0x0a, '\u{c}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2f, '\\'),
    (0x3c, '['),
    (0x3d, '~'),
    (0x3e, ']'),
    (0x40, '|'),
    (0x65, '€'),
];
const ESCAPE: u8 = 0x1b;
const UNKNOWN: char = '\u{fffd}';

/// Whether a character is the same octet in GSM 03.38 and in ASCII, so that no gateway can spoil it.
#[must_use]
pub const fn is_plain(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '\n' | '\r')
        || matches!(
            c,
            '!' | '"' | '#' | '%' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | '-' | '.' | '/'
        )
        || matches!(c, ':' | ';' | '<' | '=' | '>' | '?')
}

/// The coding words are sent in: seven bits where every gateway agrees on them, UCS-2 else.
#[must_use]
pub fn coding_of(text: &str) -> Coding {
    if text.chars().all(is_plain) {
        Coding::Gsm
    } else {
        Coding::Ucs2
    }
}

/// Words as octets of UCS-2.
#[must_use]
pub fn to_ucs2(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// Words as octets of a coding; what it lacks becomes a question mark.
#[must_use]
pub fn encode(text: &str, coding: Coding) -> Vec<u8> {
    match coding {
        Coding::Ucs2 => to_ucs2(text),
        Coding::Gbk => encoding_rs::GBK.encode(text).0.into_owned(),
        Coding::Ascii => text
            .chars()
            .map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?'))
            .collect(),
        Coding::Latin1 => text
            .chars()
            .map(|c| u8::try_from(c).unwrap_or(b'?'))
            .collect(),
        Coding::Gsm => text.chars().flat_map(gsm_octets).collect(),
    }
}

fn gsm_octets(c: char) -> impl Iterator<Item = u8> {
    let basic = BASIC.chars().position(|known| known == c && c != '\u{1b}');
    let basic = basic.and_then(|at| u8::try_from(at).ok());
    let extended = EXTENDED
        .iter()
        .find(|(_, known)| *known == c)
        .map(|(octet, _)| *octet);
    let (first, second) = match (basic, extended) {
        (Some(octet), _) => (octet, None),
        (None, Some(octet)) => (ESCAPE, Some(octet)),
        (None, None) => (b'?', None),
    };
    std::iter::once(first).chain(second)
}

/// Octets of a coding as words. Nothing is refused: an octet that means nothing is the replacement character, so that no
/// message of a citizen is lost for one bad byte (law 1).
#[must_use]
pub fn decode(octets: &[u8], coding: Coding) -> String {
    match coding {
        Coding::Ucs2 => {
            let units = octets.chunks(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                // Half a character at the end.
                _ => 0xfffd,
            });
            char::decode_utf16(units)
                .map(|c| c.unwrap_or(UNKNOWN))
                .collect()
        }
        Coding::Gbk => encoding_rs::GBK
            .decode_without_bom_handling(octets)
            .0
            .into_owned(),
        Coding::Ascii => octets
            .iter()
            .map(|o| {
                if o.is_ascii() {
                    char::from(*o)
                } else {
                    UNKNOWN
                }
            })
            .collect(),
        Coding::Latin1 => octets.iter().map(|octet| char::from(*octet)).collect(),
        Coding::Gsm => {
            let mut text = String::with_capacity(octets.len());
            let mut octets = octets.iter();
            while let Some(octet) = octets.next() {
                if *octet == ESCAPE {
                    let next = octets.next();
                    let known =
                        next.and_then(|next| EXTENDED.iter().find(|(octet, _)| octet == next));
                    text.push(known.map_or(UNKNOWN, |(_, c)| *c));
                } else {
                    text.push(BASIC.chars().nth(usize::from(*octet)).unwrap_or(UNKNOWN));
                }
            }
            text
        }
    }
}

/// Whether a carrier's word for the state of a message means that it has arrived; none while it is on its way.
pub(crate) fn arrived(state: &str) -> Option<bool> {
    match state {
        "DELIVRD" => Some(true),
        "ACCEPTD" | "ENROUTE" | "SCHEDULED" => None,
        // EXPIRED, DELETED, UNDELIV, REJECTD, UNKNOWN, and the carriers' own such as MA:0001.
        _ => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_is_the_published_one() {
        assert_eq!(BASIC.chars().count(), 128);
        assert_eq!(
            decode(&[0x00, 0x02, 0x11, 0x1b, 0x65, 0x41, 0x7f], Coding::Gsm),
            "@$_€Aà"
        );
        assert_eq!(
            encode("@$_€Aà", Coding::Gsm),
            [0x00, 0x02, 0x11, 0x1b, 0x65, 0x41, 0x7f]
        );
    }

    #[test]
    fn chinese_is_ucs_2_and_gbk() {
        assert_eq!(coding_of("help at 18 Wangjiang Road!"), Coding::Gsm);
        assert_eq!(coding_of("救命"), Coding::Ucs2);
        // A gateway that takes ASCII for GSM would make another sign of it.
        assert_eq!(coding_of("a@b"), Coding::Ucs2);
        assert_eq!(encode("救命", Coding::Ucs2), [0x65, 0x51, 0x54, 0x7d]);
        assert_eq!(decode(&[0xbe, 0xc8, 0xc3, 0xfc], Coding::Gbk), "救命");
        assert_eq!(encode("救命", Coding::Gbk), [0xbe, 0xc8, 0xc3, 0xfc]);
    }

    #[test]
    fn half_a_character_loses_nothing_else() {
        assert_eq!(decode(&[0x65, 0x51, 0x54], Coding::Ucs2), "救\u{fffd}");
        assert_eq!(
            decode(&[0xd8, 0x3d, 0x65, 0x51], Coding::Ucs2),
            "\u{fffd}救"
        );
        assert_eq!(decode(&[0x1b], Coding::Gsm), "\u{fffd}");
        assert_eq!(decode(&[0x41, 0xff], Coding::Gsm), "A\u{fffd}");
    }

    proptest! {
        #[test]
        fn what_is_plain_reads_the_same_by_every_coding(text in "[a-zA-Z0-9 !\"#%&'()*+,./:;<=>?\n-]{0,200}") {
            prop_assert!(text.chars().all(is_plain));
            for coding in [Coding::Gsm, Coding::Ascii, Coding::Latin1, Coding::Ucs2, Coding::Gbk] {
                prop_assert_eq!(decode(&encode(&text, coding), coding), text.clone());
            }
            prop_assert_eq!(encode(&text, Coding::Gsm), encode(&text, Coding::Ascii));
        }

        #[test]
        fn ucs_2_keeps_every_text(text in any::<String>()) {
            prop_assert_eq!(decode(&encode(&text, Coding::Ucs2), Coding::Ucs2), text);
        }

        #[test]
        fn no_octets_are_refused(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
            for coding in [Coding::Gsm, Coding::Ascii, Coding::Latin1, Coding::Ucs2, Coding::Gbk] {
                let _ = decode(&octets, coding);
            }
        }
    }
}
