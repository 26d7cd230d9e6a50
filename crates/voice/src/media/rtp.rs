//! RTP packets (RFC 3550, section 5.1): read without copying, written into a given buffer.

/// One packet, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Set on the first packet after a pause, and on the first of a key press.
    pub marker: bool,
    /// What the payload is; numbers from 96 are agreed in SDP.
    pub payload_type: u8,
    /// Counts packets, modulo 65,536.
    pub sequence: u16,
    /// Time of the first sample, in samples.
    pub timestamp: u32,
    /// Who sends.
    pub source: u32,
    /// The sound, without padding.
    pub payload: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Reads a packet; `None` for what is not RTP version 2 or is cut off.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, mut rest) = bytes.split_first_chunk::<12>()?;
        let [flags, kind, s0, s1, t0, t1, t2, t3, i0, i1, i2, i3] = *head;
        if flags >> 6 != 2 {
            return None;
        }
        let contributors = usize::from(flags & 0x0f) * 4;
        rest = rest.get(contributors..)?;
        if flags & 0x10 != 0 {
            let (extension, after) = rest.split_first_chunk::<4>()?;
            let [_, _, l0, l1] = *extension;
            rest = after.get(usize::from(u16::from_be_bytes([l0, l1])) * 4..)?;
        }
        if flags & 0x20 != 0 {
            let padding = usize::from(*rest.last()?);
            if padding == 0 {
                return None;
            }
            rest = rest.get(..rest.len().checked_sub(padding)?)?;
        }
        Some(Self {
            marker: kind & 0x80 != 0,
            payload_type: kind & 0x7f,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            source: u32::from_be_bytes([i0, i1, i2, i3]),
            payload: rest,
        })
    }

    /// Writes the header; the payload follows behind it. `into` is emptied first.
    pub fn write_head(&self, into: &mut Vec<u8>) {
        into.clear();
        into.push(0x80);
        into.push(u8::from(self.marker) << 7 | (self.payload_type & 0x7f));
        into.extend_from_slice(&self.sequence.to_be_bytes());
        into.extend_from_slice(&self.timestamp.to_be_bytes());
        into.extend_from_slice(&self.source.to_be_bytes());
    }

    /// Writes header and payload. `into` is emptied first.
    pub fn write(&self, into: &mut Vec<u8>) {
        self.write_head(into);
        into.extend_from_slice(self.payload);
    }
}

/// Whether a datagram on a port that carries both is RTCP (RFC 5761, section 4).
#[must_use]
pub fn is_control(bytes: &[u8]) -> bool {
    matches!(bytes.get(1), Some(192..=223))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            marker: bool, payload_type in 0_u8..64, sequence: u16, timestamp: u32, source: u32,
            payload in proptest::collection::vec(any::<u8>(), 0..400),
        ) {
            let packet =
                Packet { marker, payload_type, sequence, timestamp, source, payload: &payload };
            let mut bytes = Vec::new();
            packet.write(&mut bytes);
            prop_assert_eq!(Packet::read(&bytes), Some(packet));
            prop_assert!(!is_control(&bytes));
        }

        #[test]
        fn rubbish_is_refused_or_read_but_never_harms(
            bytes in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            if let Some(packet) = Packet::read(&bytes) {
                prop_assert!(packet.payload.len() + 12 <= bytes.len());
            }
        }
    }

    #[test]
    fn contributors_extension_and_padding_are_left_out() {
        let mut bytes = vec![0x80 | 0x20 | 0x10 | 1, 8, 0, 7, 0, 0, 0, 160, 1, 2, 3, 4];
        bytes.extend([9, 9, 9, 9]);
        bytes.extend([0xbe, 0xde, 0, 1, 5, 5, 5, 5]);
        bytes.extend([0xd5, 0xd6, 0, 0, 3]);
        let packet = Packet::read(&bytes).expect("a packet");
        assert_eq!(packet.payload, [0xd5, 0xd6]);
        assert_eq!(packet.sequence, 7);
        // Padding longer than what is there.
        *bytes.last_mut().expect("a byte") = 200;
        assert_eq!(Packet::read(&bytes), None);
    }
}
