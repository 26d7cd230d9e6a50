//! Keys pressed on a line, as telephone-event packets (RFC 4733).

/// The payload type we offer for telephone-event; the other side may choose another.
pub const OFFERED: u8 = 101;

/// Samples a key sounds that we send: 100 ms.
const LENGTH: u16 = 800;

/// Samples of quiet behind a key we send: 60 ms.
const PAUSE: u16 = 480;

const KEYS: [char; 16] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D',
];

/// Whether this is a key of a telephone.
#[must_use]
pub fn is_key(key: char) -> bool {
    KEYS.contains(&key)
}

/// Hears keys. A key is told once, at its first packet that comes, however many are lost or doubled.
#[derive(Debug, Default)]
pub struct Ear {
    /// RTP time of the key told last: all packets of one key have the time of its beginning.
    told: Option<u32>,
}

impl Ear {
    /// Takes a packet's time and payload; the key, when a new one begins.
    pub fn take(&mut self, timestamp: u32, payload: &[u8]) -> Option<char> {
        let [event, _, _, _] = payload.first_chunk::<4>()?;
        let key = KEYS.get(usize::from(*event)).copied()?;
        // An old packet that comes after the next key has begun is not a third key.
        if let Some(told) = self.told
            && timestamp.wrapping_sub(told).cast_signed() <= 0
            && told.wrapping_sub(timestamp) < 8000 * 10
        {
            return None;
        }
        self.told = Some(timestamp);
        Some(key)
    }
}

/// Presses keys, one after the other.
#[derive(Debug, Default)]
pub struct Finger {
    waiting: std::collections::VecDeque<u8>,
    pressed: Option<Pressed>,
}

#[derive(Debug)]
struct Pressed {
    event: u8,
    /// RTP time of its beginning.
    began: u32,
    /// Samples since then.
    since: u16,
    /// End packets that were sent, of three.
    ended: u8,
}

/// What to send in this step instead of sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// The first of this key.
    pub marker: bool,
    /// Time of the key's beginning.
    pub timestamp: u32,
    /// Event, end bit and volume, duration.
    pub payload: [u8; 4],
}

impl Finger {
    /// Will press this key; what is no key is left out.
    pub fn press(&mut self, key: char) {
        if let Some(event) = KEYS.iter().position(|k| *k == key) {
            self.waiting.extend(u8::try_from(event));
        }
    }

    /// Whether a key is pressed or waits.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.pressed.is_some() || !self.waiting.is_empty()
    }

    /// The next step's packets, at this RTP time. Empty, when there is none: in the pause behind a
    /// key, too, and then sound may be sent.
    pub fn step(&mut self, now: u32) -> Vec<Press> {
        if self.pressed.is_none() {
            self.pressed = self.waiting.pop_front().map(|event| Pressed {
                event,
                began: now,
                since: 0,
                ended: 0,
            });
        }
        let Some(key) = &mut self.pressed else {
            return Vec::new();
        };
        key.since = key.since.saturating_add(160);
        let first = key.since == 160;
        let press = |end: bool, duration: u16| Press {
            marker: first,
            timestamp: key.began,
            payload: {
                let [high, low] = duration.to_be_bytes();
                // Volume -10 dBm0.
                [key.event, if end { 0x8a } else { 0x0a }, high, low]
            },
        };
        if key.since < LENGTH {
            return vec![press(false, key.since)];
        }
        if key.ended == 0 {
            let end = press(true, LENGTH);
            key.ended = 3;
            return vec![end, end, end];
        }
        if key.since >= LENGTH + PAUSE {
            self.pressed = None;
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sent(keys: &str) -> Vec<Press> {
        let mut finger = Finger::default();
        keys.chars().for_each(|k| finger.press(k));
        let mut packets = Vec::new();
        let mut now = 4_294_960_000_u32;
        while finger.busy() {
            packets.extend(finger.step(now));
            now = now.wrapping_add(160);
        }
        packets
    }

    fn heard(packets: &[Press]) -> String {
        let mut ear = Ear::default();
        packets
            .iter()
            .filter_map(|p| ear.take(p.timestamp, &p.payload))
            .collect()
    }

    #[test]
    fn a_key_has_a_beginning_and_three_ends() {
        let packets = sent("7");
        assert_eq!(packets.iter().filter(|p| p.marker).count(), 1);
        assert!(packets[0].marker);
        let ends: Vec<_> = packets
            .iter()
            .filter(|p| p.payload[1] & 0x80 != 0)
            .collect();
        assert_eq!(ends.len(), 3);
        assert!(ends.iter().all(|p| p.payload == [7, 0x8a, 3, 32]));
        assert!(packets.iter().all(|p| p.timestamp == packets[0].timestamp));
    }

    #[test]
    fn what_is_no_key_is_left_out() {
        assert_eq!(heard(&sent("1x1")), "11");
        assert_eq!(Ear::default().take(0, &[16, 0, 0, 0]), None);
        assert_eq!(Ear::default().take(0, &[1, 0]), None);
    }

    proptest! {
        #[test]
        fn every_key_is_told_once_whatever_is_lost_or_doubled(
            keys in "[0-9*#A-D]{1,12}", chances in proptest::collection::vec(0_u8..4, 200),
        ) {
            let mut packets = Vec::new();
            let mut began = None;
            for (packet, chance) in sent(&keys).into_iter().zip(chances.into_iter().cycle()) {
                // At least one packet of each key arrives.
                let times = if began == Some(packet.timestamp) { usize::from(chance.min(2)) } else { 1 };
                began = Some(packet.timestamp);
                packets.extend(std::iter::repeat_n(packet, times));
            }
            prop_assert_eq!(heard(&packets), keys);
        }
    }
}
