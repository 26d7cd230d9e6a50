//! RTCP: what was sent and how it arrived (RFC 3550, section 6.4).

/// What one line received from one source.
#[derive(Debug, Default, Clone)]
pub struct Reception {
    source: Option<u32>,
    first: u32,
    /// Highest sequence number, with the count of its wraps in the upper half.
    highest: u32,
    received: u64,
    /// Lost in former sources' times.
    lost_before: u64,
    /// At the last report: expected and received.
    reported: (u64, u64),
    /// Of this source.
    received_here: u64,
    /// Jitter in samples, times 16.
    jitter: u32,
    transit: Option<u32>,
    jitter_sum: u64,
    /// Middle of the last sender report's time, and when it came, in 1/65,536 s.
    report: Option<(u32, u32)>,
}

/// A report block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Block {
    /// Whom it is about.
    pub source: u32,
    /// Lost since the report before, in 256ths.
    pub fraction: u8,
    /// Lost in all, 24 bits.
    pub lost: u32,
    /// Highest sequence number.
    pub highest: u32,
    /// Jitter in samples.
    pub jitter: u32,
    /// Middle of the last sender report's time.
    pub last_report: u32,
    /// Since then, in 1/65,536 s.
    pub delay: u32,
}

impl Reception {
    /// A packet came. `arrival` is the own clock in samples.
    pub fn take(&mut self, source: u32, sequence: u16, timestamp: u32, arrival: u32) {
        let sequence32 = u32::from(sequence);
        if self.source != Some(source) {
            self.lost_before = self.lost();
            self.source = Some(source);
            self.first = sequence32;
            self.highest = sequence32;
            self.received_here = 0;
            self.reported = (0, 0);
            self.transit = None;
        }
        self.received += 1;
        self.received_here += 1;
        let ahead = sequence.wrapping_sub(low_half(self.highest));
        if ahead < 0x8000 {
            self.highest = self.highest.wrapping_add(u32::from(ahead));
        }
        let transit = arrival.wrapping_sub(timestamp);
        if let Some(before) = self.transit {
            let change = transit
                .wrapping_sub(before)
                .cast_signed()
                .unsigned_abs()
                .min(80_000);
            self.jitter = self.jitter + change - ((self.jitter + 8) >> 4);
        }
        self.transit = Some(transit);
        self.jitter_sum += u64::from(self.jitter >> 4);
    }

    /// A sender report came: its time's middle, and the own clock in 1/65,536 s.
    pub fn report(&mut self, middle: u32, now: u32) {
        self.report = Some((middle, now));
    }

    /// Packets received.
    #[must_use]
    pub const fn received(&self) -> u64 {
        self.received
    }

    /// Packets lost on the way.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost_before + self.expected().saturating_sub(self.received_here)
    }

    /// Mean jitter in microseconds.
    #[must_use]
    pub fn jitter_us(&self) -> u32 {
        let mean = self.jitter_sum.saturating_mul(125) / self.received.max(1);
        u32::try_from(mean).unwrap_or(u32::MAX)
    }

    fn expected(&self) -> u64 {
        if self.source.is_none() {
            return 0;
        }
        u64::from(self.highest.wrapping_sub(self.first)) + 1
    }

    /// The block for the next report; `None` before the first packet.
    pub fn block(&mut self, now: u32) -> Option<Block> {
        let source = self.source?;
        let expected = self.expected();
        let (expected_before, received_before) = self.reported;
        let expected_since = expected.saturating_sub(expected_before);
        let lost_since =
            expected_since.saturating_sub(self.received_here.saturating_sub(received_before));
        self.reported = (expected, self.received_here);
        let fraction = (lost_since * 256).checked_div(expected_since).unwrap_or(0);
        let lost = expected.saturating_sub(self.received_here).min(0x7f_ffff);
        let (last_report, delay) = self
            .report
            .map_or((0, 0), |(middle, came)| (middle, now.wrapping_sub(came)));
        Some(Block {
            source,
            fraction: u8::try_from(fraction).unwrap_or(u8::MAX),
            lost: u32::try_from(lost).unwrap_or(0x7f_ffff),
            highest: self.highest,
            jitter: self.jitter >> 4,
            last_report,
            delay,
        })
    }
}

fn low_half(of: u32) -> u16 {
    let [_, _, high, low] = of.to_be_bytes();
    u16::from_be_bytes([high, low])
}

/// What we sent, for a sender report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Our source.
    pub source: u32,
    /// RTP time now.
    pub timestamp: u32,
    /// Packets.
    pub packets: u32,
    /// Bytes of sound.
    pub bytes: u32,
    /// A clock of 32.32 fixed-point seconds; need not be the wall's (RFC 3550: any that runs).
    pub clock: u64,
}

/// Writes a compound packet: sender report (receiver report, if nothing was sent) and SDES with CNAME.
pub fn write(sent: &Sent, block: Option<&Block>, name: &str, into: &mut Vec<u8>) {
    into.clear();
    let blocks = u8::from(block.is_some());
    let (kind, words) = if sent.packets > 0 {
        (200_u8, 6_u16)
    } else {
        (201, 1)
    };
    into.extend([0x80 | blocks, kind]);
    into.extend((words + u16::from(blocks) * 6).to_be_bytes());
    into.extend(sent.source.to_be_bytes());
    if sent.packets > 0 {
        into.extend(sent.clock.to_be_bytes());
        into.extend(sent.timestamp.to_be_bytes());
        into.extend(sent.packets.to_be_bytes());
        into.extend(sent.bytes.to_be_bytes());
    }
    if let Some(block) = block {
        into.extend(block.source.to_be_bytes());
        let [_, l0, l1, l2] = block.lost.to_be_bytes();
        into.extend([block.fraction, l0, l1, l2]);
        into.extend(block.highest.to_be_bytes());
        into.extend(block.jitter.to_be_bytes());
        into.extend(block.last_report.to_be_bytes());
        into.extend(block.delay.to_be_bytes());
    }
    let name: Vec<u8> = name.bytes().take(200).collect();
    // Source, item, length, name, at least one zero, to a whole word.
    let words = (4 + 2 + name.len() + 1).div_ceil(4);
    into.extend([0x81, 202]);
    into.extend(u16::try_from(words).unwrap_or(0).to_be_bytes());
    into.extend(sent.source.to_be_bytes());
    into.extend([1, u8::try_from(name.len()).unwrap_or(0)]);
    into.extend(&name);
    into.extend(std::iter::repeat_n(0, words * 4 - 6 - name.len()));
}

/// What a compound packet of the other side says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// Middle of the sender report's time.
    pub report: Option<u32>,
    /// What the other side says of our packets.
    pub block: Option<Block>,
    /// It says good-bye.
    pub bye: bool,
}

/// Reads a compound packet; what it does not know it leaves out, rubbish gives nothing.
#[must_use]
pub fn read(bytes: &[u8], own: u32) -> Heard {
    let mut heard = Heard::default();
    let mut rest = bytes;
    while let Some((head, after)) = rest.split_first_chunk::<4>() {
        let [flags, kind, l0, l1] = *head;
        let length = usize::from(u16::from_be_bytes([l0, l1])) * 4;
        let Some(body) = after.get(..length) else {
            break;
        };
        if flags >> 6 != 2 {
            break;
        }
        match kind {
            200 => {
                heard.report = word(body, 4)
                    .zip(word(body, 8))
                    .map(|(s, f)| s << 16 | f >> 16);
                blocks(body.get(24..), flags, own, &mut heard);
            }
            201 => blocks(body.get(4..), flags, own, &mut heard),
            203 => heard.bye = true,
            _ => {}
        }
        rest = after.get(length..).unwrap_or(&[]);
    }
    heard
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk::<4>()
        .map(|w| u32::from_be_bytes(*w))
}

fn blocks(bytes: Option<&[u8]>, flags: u8, own: u32, heard: &mut Heard) {
    for block in bytes
        .unwrap_or(&[])
        .chunks_exact(24)
        .take(usize::from(flags & 0x1f))
    {
        let get = |at| word(block, at).unwrap_or(0);
        if get(0) == own {
            heard.block = Some(Block {
                source: own,
                fraction: block.get(4).copied().unwrap_or(0),
                lost: get(4) & 0xff_ffff,
                highest: get(8),
                jitter: get(12),
                last_report: get(16),
                delay: get(20),
            });
        }
    }
}

/// Mean opinion score times 100 by the E-model for G.711 (ITU-T G.107, G.113 App. I: Ie 0, Bpl 25.1
/// with concealment), from the share lost and the one-way delay assumed.
#[must_use]
pub fn mos_x100(received: u64, lost: u64, delay_ms: u32) -> Option<u16> {
    if received == 0 {
        return None;
    }
    let share = 100.0 * small(lost) / small(received + lost).max(1.0);
    let impairment = 95.0 * share / (share + 25.1);
    let delay = f64::from(delay_ms);
    let late = if delay > 177.3 {
        0.11 * (delay - 177.3)
    } else {
        0.0
    };
    let rating = (93.2 - impairment - 0.024 * delay - late).clamp(0.0, 100.0);
    let score = 1.0 + 0.035 * rating + 7e-6 * rating * (rating - 60.0) * (100.0 - rating);
    u16::try_from(super::tone::rounded(score.clamp(1.0, 4.5) * 100.0)).ok()
}

fn small(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_read() {
        let sent = Sent {
            source: 7,
            timestamp: 1600,
            packets: 10,
            bytes: 1600,
            clock: 0x1234_5678_9abc_def0,
        };
        let block = Block {
            source: 9,
            fraction: 3,
            lost: 70_000,
            highest: 65_537,
            jitter: 12,
            last_report: 5,
            delay: 6,
        };
        let mut bytes = Vec::new();
        write(&sent, Some(&block), "line@example.invalid", &mut bytes);
        assert_eq!(bytes.len() % 4, 0);
        let heard = read(&bytes, 9);
        assert_eq!(heard.report, Some(0x5678_9abc));
        assert_eq!(heard.block, Some(block));
        assert_eq!(read(&bytes, 8).block, None);
        write(&Sent { packets: 0, ..sent }, Some(&block), "n", &mut bytes);
        assert_eq!(
            read(&bytes, 9),
            Heard {
                report: None,
                block: Some(block),
                bye: false
            }
        );
    }

    #[test]
    fn loss_is_counted_over_the_wrap_and_over_a_new_source() {
        let mut reception = Reception::default();
        for n in 0..100_u16 {
            if n % 10 != 5 {
                let n32 = u32::from(n) * 160;
                reception.take(1, 65_500_u16.wrapping_add(n), n32, n32);
            }
        }
        assert_eq!((reception.received(), reception.lost()), (90, 10));
        let block = reception.block(0).expect("a block");
        assert_eq!((block.fraction, block.lost), (25, 10));
        assert_eq!(block.jitter, 0);
        for n in 0..10_u16 {
            reception.take(2, n, 0, 0);
        }
        assert_eq!((reception.received(), reception.lost()), (100, 10));
    }

    #[test]
    fn a_good_line_scores_well_and_a_bad_one_badly() {
        assert_eq!(mos_x100(0, 0, 40), None);
        assert!(mos_x100(1000, 0, 40) > Some(430));
        assert!(mos_x100(900, 100, 40) < Some(350));
        assert!(mos_x100(500, 500, 40) < Some(200));
    }

    proptest! {
        #[test]
        fn rubbish_does_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let _ = read(&bytes, 1);
        }

        #[test]
        fn received_and_lost_never_contradict(
            packets in proptest::collection::vec((0_u32..3, any::<u16>(), any::<u32>()), 1..200),
        ) {
            let mut reception = Reception::default();
            for (source, sequence, time) in &packets {
                reception.take(*source, *sequence, *time, 0);
                let _ = reception.block(1);
            }
            prop_assert_eq!(reception.received(), u64::try_from(packets.len()).unwrap_or(0));
        }
    }
}
